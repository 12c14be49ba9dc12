/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers of evidence by themselves, without a world to judge in: any octets, and every view
 * they give lies within what was given.  The first octet chooses the reader, or ATTEST_READER=NAME
 * does, so that the executions of one can be counted.  The verifiers have fuzzers of their own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/azure_hcl_read.h"
#include "attest/event_log.h"
#include "attest/evidence_read.h"
#include "attest/gcp_instance.h"
#include "attest/intel_pck.h"
#include "attest/intel_quote.h"
#include "attest/intel_signed.h"
#include "attest/jwt.h"
#include "attest/luna_read.h"
#include "attest/marvell_read.h"
#include "attest/nitro_read.h"
#include "attest/snp_read.h"
#include "attest/tpm_pcr.h"
#include "attest/tpm_read.h"
#include "attest/x509_leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct why why;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
inside(struct bytes view, struct bytes whole)
{
	must(view.len == 0 || (view.at >= whole.at && view.len <= whole.len &&
	    (size_t)(view.at - whole.at) <= whole.len - view.len));
}

static void
snp(struct bytes in)
{
	struct snp_report report;
	struct snp_tcb tcb;
	char text[SNP_TCB_TEXT];
	uint8_t number[48];

	must(snp_report_read(in, &report) == (in.len == SNP_LEN));
	if (in.len != SNP_LEN)
		return;
	inside(report.measurement, in);
	inside(report.rest, in);
	(void)snp_number(report.r, number);
	for (enum snp_family family = SNP_MILAN; family < SNP_FAMILIES; family++) {
		struct snp_tcb again;

		if (!snp_tcb_read(family, report.reported_tcb, &tcb))
			continue;
		snp_tcb_text(family, &tcb, text);
		must(snp_floor_read(family, text, &again) && snp_tcb_reaches(&tcb, &again));
	}
}

static void
snp_floor(struct bytes in)
{
	char text[64];
	struct snp_tcb tcb;

	snprintf(text, sizeof(text), "%.*s", (int)(in.len < 63 ? in.len : 63), (const char *)in.at);
	for (enum snp_family family = SNP_MILAN; family < SNP_FAMILIES; family++)
		(void)snp_floor_read(family, text, &tcb);
}

static void
tpm_attest(struct bytes in)
{
	struct tpm_attest attest;

	if (tpm_attest_read(in, &attest, &why) != ERR_OK)
		return;
	inside(attest.signer, in);
	inside(attest.extra, in);
	inside(attest.digest, in);
	inside(attest.name, in);
	inside(attest.qualified_name, in);
	must(attest.selections <= TPM_SELECTIONS);
}

static void
tpm_signature(struct bytes in)
{
	struct tpm_signature signature;

	if (tpm_signature_read(in, &signature, &why) != ERR_OK)
		return;
	inside(signature.first, in);
	inside(signature.second, in);
}

static void
tpm_public(struct bytes in)
{
	struct tpm_public public;

	if (tpm_public_read(in, &public, &why) != ERR_OK)
		return;
	inside(public.octets, in);
	inside(public.first, in);
	inside(public.second, in);
}

static void
pcrs(struct bytes in)
{
	static struct pcr_values values;

	(void)pcr_values_read(in, &values, &why);
}

static void
eventlog(struct bytes in)
{
	static struct event_replay replay;

	(void)event_log_replay(in, DIGEST_SHA256, &replay, &why);
}

static void
nitro(struct bytes in)
{
	struct nitro_cose cose;
	struct nitro_document document;
	struct bytes payload = in;

	if (nitro_cose_read(in, &cose, &why) == ERR_OK) {
		inside(cose.payload, in);
		inside(cose.signature, in);
		payload = cose.payload;
	}
	if (nitro_document_read(payload, &document, &why) != ERR_OK)
		return;
	must(document.issuers <= NITRO_BUNDLE_MAX);
	for (size_t i = 0; i < document.issuers; i++)
		inside(document.issuer[i], in);
	for (size_t i = 0; i < NITRO_PCRS; i++)
		inside(document.pcr[i], in);
	inside(document.certificate, in);
	inside(document.public_key, in);
	inside(document.nonce, in);
}

static void
marvell(struct bytes in)
{
	static struct marvell read;
	struct bytes value;
	uint32_t number;

	if (marvell_read(in, &read, &why) != ERR_OK)
		return;
	inside(read.signed_part, in);
	inside(read.signature, in);
	must(read.count <= MARVELL_OBJECTS);
	for (size_t i = 0; i < read.count; i++) {
		must(read.object[i].count <= MARVELL_ATTRIBUTES);
		for (size_t k = 0; k < read.object[i].count; k++)
			inside(read.object[i].attribute[k].value, in);
		(void)marvell_value(&read.object[i], CKA_LABEL, &value);
		(void)marvell_number(&read.object[i], CKA_CLASS, &number);
	}
}

static void
quote(struct bytes in)
{
	struct quote read;

	if (quote_read(in, &read, &why) != QUOTE_WHOLE)
		return;
	inside(read.body, in);
	inside(read.covered, in);
	inside(read.signature, in);
	inside(read.key, in);
	inside(read.qe_report, in);
	inside(read.qe_auth, in);
	inside(read.chain, in);
	inside(read.rest, in);
}

static void
pck(struct bytes in)
{
	struct pck read;

	(void)pck_read(in, &read, &why);
}

static void
collateral(struct bytes in)
{
	struct buffer scratch = { .max = 0 };
	struct signed_text text;

	if (signed_read(in, "tcbInfo", &text, &why) == ERR_OK)
		inside(text.body, in);
	(void)collateral_plain(in, &scratch);
	buffer_free(&scratch);
}

static void
luna(struct bytes in)
{
	struct luna read;

	if (luna_read(in, &read, &why) == ERR_OK)
		must(read.count <= LUNA_CERTIFICATES && read.mended <= read.count);
	luna_free(&read);
}

static void
pkix(struct bytes in)
{
	static struct evidence read;
	bool twice;

	if (evidence_read(in, &read, &why) != ERR_OK)
		return;
	inside(read.tbs, in);
	must(read.elements <= EVIDENCE_ELEMENTS && read.claims <= EVIDENCE_CLAIMS);
	for (size_t i = 0; i < read.claims; i++)
		inside(read.claim[i].value, in);
	for (size_t i = 0; i < read.signatures; i++)
		inside(read.signature[i].value, in);
	for (size_t i = 0; i < read.elements; i++)
		(void)evidence_find(&read, &read.element[i], "1.2.3", &twice);
}

static void
hcl(struct bytes in)
{
	struct hcl read;

	if (hcl_read(in, &read, &why) != ERR_OK)
		return;
	inside(read.hardware, in);
	inside(read.report_data, in);
	inside(read.json, in);
}

static void
hcl_runtime(struct bytes in)
{
	static struct hcl_runtime read;

	(void)hcl_runtime_read(in, &read, &why);
}

static void
gcp(struct bytes in)
{
	struct gcp_instance read;

	if (gcp_instance_read(in, &read, &why) != ERR_OK)
		return;
	inside(read.zone, in);
	inside(read.project, in);
	inside(read.name, in);
}

static void
jwt(struct bytes in)
{
	struct jwt read;

	if (jwt_read(in, &read, &why) == ERR_OK)
		inside(read.signed_part, in);
	jwt_free(&read);
}

static void
chain(struct bytes in)
{
	struct bytes leaf;
	size_t count;

	if (x509_chain_leaf(in, &leaf, &count, &why) == ERR_OK)
		inside(leaf, in);
}

static const struct { const char *name; void (*read)(struct bytes); } readers[] = {
	{ "snp", snp }, { "snp_floor", snp_floor }, { "tpm_attest", tpm_attest },
	{ "tpm_signature", tpm_signature }, { "tpm_public", tpm_public }, { "pcrs", pcrs },
	{ "eventlog", eventlog }, { "nitro", nitro }, { "marvell", marvell }, { "quote", quote },
	{ "pck", pck }, { "collateral", collateral }, { "luna", luna }, { "pkix", pkix },
	{ "hcl", hcl }, { "hcl_runtime", hcl_runtime }, { "gcp", gcp }, { "jwt", jwt },
	{ "chain", chain },
};

enum { READERS = sizeof(readers) / sizeof(readers[0]) };

/* READERS: each as its input says. */
static size_t
alone(void)
{
	const char *name = getenv("ATTEST_READER");

	for (size_t i = 0; name != NULL && i < READERS; i++)
		if (strcmp(readers[i].name, name) == 0)
			return i;
	must(name == NULL);
	return READERS;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static size_t only;
	static bool asked;

	if (!asked)
		only = alone();
	asked = true;
	if (len > 0)
		readers[only < READERS ? only : data[0] % READERS].read(bytes_of(data + 1, len - 1));
	return 0;
}
