/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AMD SEV-SNP reports: from configfs-tsm, else from /dev/sev-guest (linux/sev-guest.h).  Not tried
 * on such hardware yet.
 */
#include <errno.h>
#include <linux/sev-guest.h>
#include <string.h>
#include <sys/ioctl.h>

#include "monitor/witness/witness.h"

enum { REPORT_LEN = 1184, RESPONSE_HEAD = 32, ENTRY_LEN = 24, GUID_LEN = 16, CERTS_MAX = 16384,
	VMPLS = 4, ENTRIES_MAX = 16, PEM_LINE = 64 };

static uint64_t
little(struct bytes in, size_t at)
{
	return in.at[at] | (uint64_t)in.at[at + 1] << 8 | (uint64_t)in.at[at + 2] << 16 |
	    (uint64_t)in.at[at + 3] << 24;
}

enum err
snp_report_take(struct bytes response, struct evidence *out, struct why *why)
{
	struct buffer *piece;

	if (response.len < RESPONSE_HEAD + REPORT_LEN || little(response, 0) != 0 ||
	    little(response, 4) != REPORT_LEN)
		return why_set(why, ERR_MALFORMED, "the firmware's answer holds no report of %d "
		    "octets", REPORT_LEN);
	piece = evidence_add(out, "report");
	if (piece == NULL)
		return why_set(why, ERR_LIMIT, "more pieces of evidence than a message takes");
	buffer_put(piece, response.at + RESPONSE_HEAD, REPORT_LEN);
	return ERR_OK;
}

static void
pem_put(struct buffer *out, struct bytes der)
{
	struct buffer text = { .max = CERTS_MAX * 2 };

	base64_put(&text, der);
	buffer_put_text(out, "-----BEGIN CERTIFICATE-----\n");
	for (size_t at = 0; at < text.len; at += PEM_LINE) {
		struct bytes line = bytes_slice(bytes_of_buffer(&text), at, PEM_LINE);

		buffer_put(out, line.at, line.len);
		buffer_put_u8(out, '\n');
	}
	buffer_put_text(out, "-----END CERTIFICATE-----\n");
	out->failed = out->failed || text.failed;
	buffer_free(&text);
}

enum err
snp_certificates_take(struct bytes table, struct evidence *out, struct why *why)
{
	static const struct { uint8_t guid[GUID_LEN]; const char *role; } known[] = {
		{ { 0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64, 0xad, 0xc5, 0xf4, 0xb9, 0x3b,
		    0xe8, 0xac, 0xcd }, "certificate" },	/* VCEK */
		{ { 0xa8, 0x07, 0x4b, 0xc2, 0xa2, 0x5a, 0x48, 0x3e, 0xaa, 0xe6, 0x39, 0xc0, 0x45,
		    0xa0, 0xb8, 0xa1 }, "certificate" },	/* VLEK */
		{ { 0x4a, 0xb7, 0xb3, 0x79, 0xbb, 0xac, 0x4f, 0xe4, 0xa0, 0x2f, 0x05, 0xae, 0xf3,
		    0x27, 0xc7, 0x82 }, "chain" },		/* ASK */
		{ { 0xc0, 0xb4, 0x06, 0xa4, 0xa8, 0x03, 0x49, 0x52, 0x97, 0x43, 0x3f, 0xb6, 0x01,
		    0x4c, 0xd0, 0xae }, "chain" },		/* ARK */
		{ { 0x92, 0xf8, 0x1b, 0xc3, 0x58, 0x11, 0x4d, 0x3d, 0x97, 0xff, 0xd1, 0x9f, 0x88,
		    0xdc, 0x67, 0xea }, "crl" } };
	static const uint8_t none[GUID_LEN];
	struct buffer *chain = NULL, *piece;

	for (size_t at = 0; at + ENTRY_LEN <= table.len && at < ENTRIES_MAX * ENTRY_LEN &&
	    memcmp(table.at + at, none, GUID_LEN) != 0; at += ENTRY_LEN) {
		uint64_t from = little(table, at + GUID_LEN);
		uint64_t len = little(table, at + GUID_LEN + 4);
		const char *role = NULL;

		if (from > table.len || len > table.len - from)
			return why_set(why, ERR_MALFORMED, "a certificate of the hypervisor's "
			    "table ends outside of it");
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (memcmp(table.at + at, known[i].guid, GUID_LEN) == 0)
				role = known[i].role;
		if (role == NULL || len == 0)
			continue;
		piece = strcmp(role, "chain") == 0 && chain != NULL ? chain :
		    evidence_add(out, role);
		if (piece == NULL)
			return why_set(why, ERR_LIMIT, "more certificates than a message takes");
		if (strcmp(role, "chain") == 0)
			pem_put(chain = piece, bytes_slice(table, from, len));
		else
			buffer_put(piece, table.at + from, len);
	}
	return ERR_OK;
}

static bool
report_ask(int fd, struct snp_ext_report_req *request, struct snp_report_resp *response,
    bool certificates)
{
	struct snp_guest_request_ioctl call = { .msg_version = 1,
		.req_data = (uintptr_t)request, .resp_data = (uintptr_t)response };

	/* The plain request is the head of the longer one. */
	return ioctl(fd, certificates ? SNP_GET_EXT_REPORT : SNP_GET_REPORT, &call) == 0;
}

static enum err
device_ask(int fd, const struct asked *asked, struct evidence *out, struct why *why)
{
	static _Alignas(4096) uint8_t certs[CERTS_MAX];
	struct snp_report_resp response = { .data = { 0 } };
	struct snp_ext_report_req request = { .certs_address = (uintptr_t)certs };
	bool had = false;
	enum err err;

	if (fd < 0)
		return why_set(why, ERR_NOT_FOUND, "no /dev/sev-guest: this is no SEV-SNP guest, "
		    "or the witness may not open it");
	report_data(asked, request.data.user_data);
	memset(certs, 0, sizeof(certs));
	/* The level this kernel runs at is the first that is granted; large tables are left out. */
	for (uint32_t i = 0; i < 2 * VMPLS && !had; i++) {
		request.data.vmpl = i / 2;
		request.certs_len = CERTS_MAX;
		had = report_ask(fd, &request, &response, i % 2 == 0);
		if (had && i % 2 != 0)
			memset(certs, 0, sizeof(certs));
	}
	if (!had)
		return why_set(why, ERR_IO, "/dev/sev-guest gives no report: %s", strerror(errno));
	err = snp_report_take(bytes_of(response.data, sizeof(response.data)), out, why);
	return err != ERR_OK ? err : snp_certificates_take(bytes_of(certs, CERTS_MAX), out, why);
}

enum err
snp_make(struct witness *w, const struct asked *asked, struct evidence *out, struct why *why)
{
	struct buffer report = { .max = DOCUMENT_OCTETS }, table = { .max = DOCUMENT_OCTETS };
	uint8_t data[REPORT_DATA];
	struct buffer *piece;
	enum err err;

	report_data(asked, data);
	err = tsm_report(w->settings.tsm, "sev_guest", data, &report, &table, why);
	if (err == ERR_NOT_FOUND) {
		err = device_ask(w->sev_guest, asked, out, why);
	} else if (err == ERR_OK) {
		piece = evidence_add(out, "report");
		if (piece != NULL)
			buffer_put(piece, report.at, report.len);
		err = snp_certificates_take(bytes_of_buffer(&table), out, why);
	}
	buffer_free(&report);
	buffer_free(&table);
	return err;
}
