/* SPDX-License-Identifier: Apache-2.0 */
/* The published cases of Azure's confidential VMs; their evidence is one JSON, taken apart here. */
#ifndef TESTS_UNIT_ATTEST_CASE_AZURE_H
#define TESTS_UNIT_ATTEST_CASE_AZURE_H

#include "tests/unit/attest_case_snp.h"

static inline struct buffer *
case_made(struct attest_case *c)
{
	if (c->files == CASE_FILES)
		abort();
	return &c->file[c->files++];
}

/* base64url, padded or not, of a member of the evidence. */
static inline struct bytes
case_url(struct attest_case *c, const json_t *evidence, const char *member)
{
	const char *text = json_string_value(json_object_get(evidence, member));
	struct buffer *out = case_made(c);

	for (; text != NULL && *text != '\0'; text++)
		buffer_put_u8(out, (uint8_t)(*text == '-' ? '+' : *text == '_' ? '/' : *text));
	while (out->len % 4 != 0)
		buffer_put_u8(out, '=');
	case_base64(out);
	return bytes_of_buffer(out);
}

/* The quote as these verifiers take it: TPMS_ATTEST, TPMT_SIGNATURE, lines of tpm2_pcrread. */
static inline void
case_azure_quote(struct attest_case *c, const json_t *quote)
{
	const char *raw = json_string_value(json_object_get(quote, "signature"));
	const json_t *pcrs = json_object_get(quote, "pcrs");
	struct buffer *signature = case_made(c), *text = case_made(c);
	struct bytes octets = case_hex(c, raw);

	buffer_put_be(signature, 0x0014, 2);	/* RSASSA with SHA-256 */
	buffer_put_be(signature, 0x000b, 2);
	buffer_put_be(signature, octets.len, 2);
	buffer_put(signature, octets.at, octets.len);
	buffer_print(text, "sha256:\n");
	for (size_t i = 0; i < json_array_size(pcrs); i++)
		buffer_print(text, "  %zu : 0x%s\n", i, json_string_value(json_array_get(pcrs, i)));
	dossier_put(&c->dossier, "quote", case_hex(c,
	    json_string_value(json_object_get(quote, "message"))));
	dossier_put(&c->dossier, "signature", bytes_of_buffer(signature));
	dossier_put(&c->dossier, "pcrs", bytes_of_buffer(text));
}

static inline void
case_azhcl(struct attest_case *c)
{
	struct bytes file = case_file(c, "evidence");
	json_t *evidence = json_loadb((const char *)file.at, file.len, JSON_REJECT_DUPLICATES, NULL);

	c->verifier = verifier_find("azure-hcl");
	dossier_put(&c->dossier, "hcl", case_url(c, evidence, "hcl_report"));
	if (json_object_get(evidence, "vcek") != NULL)
		dossier_put(&c->dossier, "certificate", case_url(c, evidence, "vcek"));
	if (json_object_get(evidence, "td_quote") != NULL)
		dossier_put(&c->dossier, "td-quote", case_url(c, evidence, "td_quote"));
	case_azure_quote(c, json_object_get(evidence, "tpm_quote"));
	json_decref(evidence);
	case_role(c, "chain", "chain");
	case_role(c, "root", "root");
	case_role(c, "tcb-info", "tcbinfo");
	case_role(c, "qe-identity", "qeid");
	case_role(c, "tcb-chain", "tcbchain");
	case_role(c, "root-crl", "rootcrl");
	case_role(c, "pck-crl", "pckcrl");
	case_policy(c, "azure-hcl = {\nsecure_boot = false; vm_id = \"*\";\n};\nsev-snp = {\n");
	case_snp_policy(c);
	case_policy(c, "};\nintel-tdx = {\nmrtd = \"*\"; rtmr0 = \"*\"; rtmr1 = \"*\"; "
	    "rtmr2 = \"*\"; rtmr3 = \"*\";\n};\ntpm-quote = {\nak = \"*\"; measurement = \"*\";\n");
	case_nonce(c, "nonce");
	case_policy(c, "};\n");
}

#endif
