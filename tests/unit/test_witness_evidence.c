/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sekimori-witness makes of the answers of hardware: a real report and certificates of AMD in
 * the forms of firmware and hypervisor, a simulated configfs-tsm, messages of the Nitro Secure
 * Module; each cut and lying.  And its command line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <getopt.h>

#include "attest/policy.h"
#include "monitor/base/file.h"
#include "monitor/witness/witness.h"

#define SNP "tests/data/attest/snp/"

static const uint8_t vcek_guid[] = { 0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64, 0xad, 0xc5,
	0xf4, 0xb9, 0x3b, 0xe8, 0xac, 0xcd };
static const uint8_t ask_guid[] = { 0x4a, 0xb7, 0xb3, 0x79, 0xbb, 0xac, 0x4f, 0xe4, 0xa0, 0x2f,
	0x05, 0xae, 0xf3, 0x27, 0xc7, 0x82 };
static const uint8_t ark_guid[] = { 0xc0, 0xb4, 0x06, 0xa4, 0xa8, 0x03, 0x49, 0x52, 0x97, 0x43,
	0x3f, 0xb6, 0x01, 0x4c, 0xd0, 0xae };

static struct evidence evidence;

static void
load(const char *path, struct buffer *out)
{
	struct why why = { .err = ERR_OK };

	*out = (struct buffer){ .max = 0 };
	assert_int_equal(file_read(path, 1 << 20, out, &why), ERR_OK);
}

/* The nth certificate of a PEM file. */
static void
der_of(const struct buffer *pem, int nth, struct buffer *out)
{
	const char *at = (const char *)pem->at, *end;
	struct buffer text = { .max = 0 };

	for (int i = 0; i <= nth; i++) {
		at = strstr(at, "-----BEGIN CERTIFICATE-----\n");
		assert_non_null(at);
		at += strlen("-----BEGIN CERTIFICATE-----\n");
	}
	end = strstr(at, "-----END");
	assert_non_null(end);
	for (; at < end; at++)
		if (*at != '\n')
			buffer_put_u8(&text, (uint8_t)*at);
	*out = (struct buffer){ .max = 0 };
	assert_int_equal(base64_read(bytes_of_buffer(&text), out), ERR_OK);
	buffer_free(&text);
}

static void
little_put(struct buffer *out, size_t value)
{
	for (unsigned i = 0; i < 4; i++)
		buffer_put_u8(out, (uint8_t)(value >> (8 * i)));
}

/* A table as hypervisors give it (AMD 56421, 4.1.8.1), of a real chip's certificates. */
static void
table_make(const struct buffer *vcek, const struct buffer *pem, struct buffer *out)
{
	static const uint8_t *const guids[] = { ask_guid, vcek_guid, ark_guid };
	static const uint8_t none[24];
	struct buffer ask, ark;
	const struct buffer *der[] = { &ask, vcek, &ark };
	size_t at = 4 * sizeof(none);

	der_of(pem, 0, &ask);
	der_of(pem, 1, &ark);
	*out = (struct buffer){ .max = 0 };
	for (size_t i = 0; i < 3; i++) {
		buffer_put(out, guids[i], 16);
		little_put(out, at);
		little_put(out, der[i]->len);
		at += der[i]->len;
	}
	buffer_put(out, none, sizeof(none));
	for (size_t i = 0; i < 3; i++)
		buffer_put(out, der[i]->at, der[i]->len);
	buffer_free(&ask);
	buffer_free(&ark);
}

static void
judge_snp(void)
{
	static const char text[] = "policy = \"t\"; edition = \"1\"; sev-snp = { max_vmpl = 3; "
	    "measurement = \"*\"; host_data = \"*\"; chip = \"*\"; tcb_milan = \"*\"; tcb_genoa = "
	    "\"*\"; tcb_turin = \"*\"; regions = \"*\"; crl = \"if_given\"; nonce = \"none\"; };";
	struct appraisal *result = memory_new(1, sizeof(*result));
	struct dossier dossier = { .at_s = 1787616000 };	/* 2026-08-25 */
	struct policy *policy;
	struct why why = { .err = ERR_OK };

	if (policy_read("t", bytes_of_text(text), &policy, &why) != ERR_OK)
		fail_msg("%s", why.text);
	dossier.policy = policy;
	for (size_t i = 0; i < evidence.pieces; i++)
		dossier_put(&dossier, evidence.piece[i].role,
		    bytes_of_buffer(&evidence.piece[i].octets));
	attest_judge(verifier_find("sev-snp"), &dossier, result);
	if (result->verdict != ATTEST_ACCEPT)
		fail_msg("%s: %s", appraisal_rule(result)->name, appraisal_step(result)->found);
	policy_free(policy);
	free(result);
}

static void
test_snp(void **state)
{
	static const uint8_t head[32] = { 0, 0, 0, 0, 0xa0, 4 };
	struct buffer report, vcek, pem, table, response = { .max = 0 };
	struct why why = { .err = ERR_OK };

	(void)state;
	load(SNP "genoa-v5.report.bin", &report);
	load(SNP "genoa-v5.vcek.der", &vcek);
	load(SNP "roots/ask_ark_genoa.pem", &pem);
	buffer_text(&pem);
	table_make(&vcek, &pem, &table);
	buffer_put(&response, head, sizeof(head));
	buffer_put(&response, report.at, report.len);
	assert_int_equal(snp_report_take(bytes_of_buffer(&response), &evidence, &why), ERR_OK);
	assert_int_equal(snp_certificates_take(bytes_of_buffer(&table), &evidence, &why), ERR_OK);
	assert_int_equal(evidence.pieces, 3);
	assert_string_equal(evidence.piece[0].role, "report");
	assert_string_equal(evidence.piece[1].role, "chain");
	assert_string_equal(evidence.piece[2].role, "certificate");
	assert_true(bytes_equal(bytes_of_buffer(&evidence.piece[0].octets),
	    bytes_of_buffer(&report)));
	assert_true(bytes_equal(bytes_of_buffer(&evidence.piece[2].octets),
	    bytes_of_buffer(&vcek)));
	judge_snp();
	evidence_free(&evidence);
	for (size_t i = 0; i < response.len; i++) {
		assert_int_equal(snp_report_take(bytes_of(response.at, i), &evidence, &why),
		    ERR_MALFORMED);
		assert_int_equal(evidence.pieces, 0);
	}
	response.at[0] = 0x16;		/* the firmware's status: a wrong parameter */
	assert_int_equal(snp_report_take(bytes_of_buffer(&response), &evidence, &why),
	    ERR_MALFORMED);
	/* A table that is cut has a certificate outside of it, or is no table. */
	for (size_t i = 24; i < table.len; i++) {
		assert_int_equal(snp_certificates_take(bytes_of(table.at, i), &evidence, &why),
		    ERR_MALFORMED);
		evidence_free(&evidence);
	}
	memset(table.at + 16, 0xff, 8);
	assert_int_equal(snp_certificates_take(bytes_of_buffer(&table), &evidence, &why),
	    ERR_MALFORMED);
	evidence_free(&evidence);
	buffer_free(&report);
	buffer_free(&vcek);
	buffer_free(&pem);
	buffer_free(&table);
	buffer_free(&response);
}

/* A hypervisor without certificates gives zeros; one with many others is bounded. */
static void
test_snp_tables(void **state)
{
	static uint8_t zeros[16384], many[24 * 64];
	struct why why = { .err = ERR_OK };

	(void)state;
	assert_int_equal(snp_certificates_take(bytes_of(zeros, sizeof(zeros)), &evidence, &why),
	    ERR_OK);
	assert_int_equal(snp_certificates_take(bytes_of(zeros, 0), &evidence, &why), ERR_OK);
	assert_int_equal(evidence.pieces, 0);
	for (size_t i = 0; i < 64; i++) {
		memcpy(many + 24 * i, vcek_guid, sizeof(vcek_guid));
		many[24 * i + 20] = 1;
	}
	assert_int_equal(snp_certificates_take(bytes_of(many, sizeof(many)), &evidence, &why),
	    ERR_OK);
	assert_int_equal(evidence.pieces, WITNESS_ITEMS);
	evidence_free(&evidence);
}

/* --- configfs-tsm, simulated: plain files where the kernel has attributes ------------------ */

static char folder[64];

static void
attribute(const char *name, const char *content)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/sekimori-witness/%s", folder, name);
	if (content == NULL)
		assert_int_equal(unlink(path), 0);
	else
		assert_int_equal(file_write(path, bytes_of_text(content), 0600, NULL), ERR_OK);
}

static enum err
tsm_ask(const char *provider, struct buffer *out, struct buffer *aux)
{
	const struct asked asked = { .challenge = { { 1, 2, 3 } } };
	uint8_t data[REPORT_DATA];
	struct why why = { .err = ERR_OK };
	enum err err;

	buffer_reset(out);
	buffer_reset(aux);
	memset(data, 0xee, sizeof(data));
	report_data(&asked, data);
	err = tsm_report(folder, provider, data, out, aux, &why);
	assert_int_equal(err == ERR_OK, why.text[0] == '\0');
	return err;
}

static void
test_tsm(void **state)
{
	struct buffer out = { .max = 0 }, aux = { .max = 0 }, in;
	char path[128];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/sekimori-tsm-XXXXXX", P_tmpdir);
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/sekimori-witness", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	attribute("inblob", "");
	attribute("outblob", "a report");
	attribute("provider", "tdx_guest\n");
	assert_int_equal(tsm_ask("tdx_guest", &out, &aux), ERR_OK);
	assert_string_equal(buffer_text(&out), "a report");
	assert_int_equal(aux.len, 0);
	snprintf(path, sizeof(path), "%s/sekimori-witness/inblob", folder);
	load(path, &in);
	assert_int_equal(in.len, REPORT_DATA);
	assert_memory_equal(in.at, "\1\2\3\0", 4);
	for (size_t i = 3; i < in.len; i++)
		assert_int_equal(in.at[i], 0);
	assert_int_equal(tsm_ask("sev_guest", &out, &aux), ERR_MISMATCH);
	attribute("auxblob", "certificates");
	attribute("provider", "sev_guest\n");
	assert_int_equal(tsm_ask("sev_guest", &out, &aux), ERR_OK);
	assert_string_equal(buffer_text(&aux), "certificates");
	attribute("outblob", "");
	assert_int_equal(tsm_ask("sev_guest", &out, &aux), ERR_IO);
	attribute("outblob", NULL);
	assert_int_not_equal(tsm_ask("sev_guest", &out, &aux), ERR_OK);
	attribute("inblob", NULL);
	assert_int_equal(tsm_ask("sev_guest", &out, &aux), ERR_IO);
	attribute("auxblob", NULL);
	attribute("provider", NULL);
	/* Now it can be removed, and was. */
	assert_int_equal(tsm_ask("sev_guest", &out, &aux), ERR_IO);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(tsm_ask("sev_guest", &out, &aux), ERR_NOT_FOUND);
	buffer_free(&out);
	buffer_free(&aux);
	buffer_free(&in);
}

/* --- Nitro Secure Module ------------------------------------------------------------------ */

static void
test_nsm(void **state)
{
	static const uint8_t right[] = "\xa1\x6b" "Attestation\xa1\x68" "document\x44" "abcd\0\0\0";
	static const uint8_t error[] = "\xa1\x65" "Error\x6f" "InvalidArgument\0";
	static const uint8_t other[] = "\xa1\x69" "GetRandom\xa1\x66" "random\x41" "a";
	static const uint8_t wanted[] = "\xa1\x6b" "Attestation\xa3\x69" "user_data\xf6\x65" "nonce"
	    "\x58\x20" "\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\x6a" "public_key\x43" "key";
	const struct asked asked = { .challenge = { { 7 } }, .spki = bytes_of_text("key") };
	struct buffer request = { .max = 0 };
	struct bytes document = { .len = 0 };
	struct why why = { .err = ERR_OK };

	(void)state;
	nsm_request_write(&request, &asked);
	assert_true(bytes_equal(bytes_of_buffer(&request), bytes_of(wanted, sizeof(wanted) - 1)));
	assert_int_equal(nsm_response_read(bytes_of(right, sizeof(right)), &document, &why), ERR_OK);
	assert_true(bytes_equal(document, bytes_of_text("abcd")));
	for (size_t i = 0; i < sizeof(right) - 4; i++)
		assert_int_equal(nsm_response_read(bytes_of(right, i), &document, &why),
		    ERR_MALFORMED);
	assert_int_equal(nsm_response_read(bytes_of(error, sizeof(error)), &document, &why),
	    ERR_REFUSED);
	assert_non_null(strstr(why.text, "InvalidArgument"));
	assert_int_equal(nsm_response_read(bytes_of(other, sizeof(other)), &document, &why),
	    ERR_MALFORMED);
	buffer_free(&request);
}

/* --- command line ------------------------------------------------------------------------- */

static int
read_options(struct settings *s, int count, const char *const *options)
{
	static const char *const needed[] = { "sekimori-witness", "--certificate", "c", "--key",
		"k", "--trust", "t" };
	const char *argv[24] = { NULL };
	int at = 0;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		argv[at++] = needed[i];
	for (int i = 0; i < count; i++)
		argv[at++] = options[i];
	optind = 0;
	return settings_read(at, (char **)(uintptr_t)argv, s);
}

#define READ(s, ...) read_options(s, sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *), \
	(const char *const[]){ __VA_ARGS__ })

static void
test_options(void **state)
{
	static struct settings s;
	struct pcrs pcrs;

	(void)state;
	assert_int_equal(READ(&s, "--tpm", "device:/dev/tpmrm0", "--ak", "0x81010010", "--pcrs",
	    "sha384:0,7,23", "--file", "ec2-identity:document=/run/a=b", "--nsm"), -1);
	assert_int_equal(s.ak, 0x81010010);
	assert_int_equal(s.pcrs.bank, 0x0c);
	assert_int_equal(s.pcrs.registers, 1 | 1 << 7 | 1 << 23);
	assert_string_equal(s.document[0].kind, "ec2-identity");
	assert_string_equal(s.document[0].role, "document");
	assert_string_equal(s.document[0].path, "/run/a=b");
	assert_true(s.nsm);
	assert_int_equal(READ(&s, "--tpm", "device:/dev/tpmrm0"), 2);
	assert_int_equal(READ(&s, "--ak", "0x81010010"), 2);
	assert_int_equal(READ(&s, "--ak", "0x80000000", "--tpm", "device:/dev/tpmrm0"), 2);
	assert_int_equal(READ(&s, "--ak", "0x81010010x", "--tpm", "device:/dev/tpmrm0"), 2);
	assert_int_equal(READ(&s, "--file", "kind=file"), 2);
	assert_int_equal(READ(&s, "--file", "kind:role="), 2);
	assert_int_equal(READ(&s, "--file", ":role=file"), 2);
	assert_int_equal(READ(&s, "--file", "a-kind-that-has-more-than-31-octets:role=file"), 2);
	assert_int_equal(READ(&s, "--listen", ""), 2);
	assert_int_equal(READ(&s, "word"), 2);
	assert_int_equal(READ(&s, "--unknown"), 2);
	for (size_t i = 0; i < 8; i++)
		assert_false(pcrs_read((const char *[]){ "", "sha1:0", "sha256", "sha256:",
		    "sha256:24", "sha256:1,", "sha256:1;2", "sha256:-1" }[i], &pcrs));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snp),
		cmocka_unit_test(test_snp_tables),
		cmocka_unit_test(test_tsm),
		cmocka_unit_test(test_nsm),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
