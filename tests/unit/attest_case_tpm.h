/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of TPM quotes and certifications. */
#ifndef TESTS_UNIT_ATTEST_CASE_TPM_H
#define TESTS_UNIT_ATTEST_CASE_TPM_H

#include "tests/unit/attest_case.h"
#include "tests/unit/tpm_lab.h"

/* Registers of a JSON object, number to hex, as lines of tpm2_pcrread. */
static inline struct bytes
case_registers(struct attest_case *c, const json_t *registers)
{
	struct buffer *text = &c->file[c->files++];
	const char *key;
	json_t *value;

	if (c->files > CASE_FILES)
		abort();
	buffer_put_text(text, "sha256:\n");
	json_object_foreach((json_t *)(uintptr_t)registers, key, value)
		buffer_print(text, "  %s : 0x%s\n", key, json_string_value(value));
	return bytes_of_buffer(text);
}

static inline void
case_tpmquote(struct attest_case *c)
{
	c->verifier = verifier_find("tpm-quote");
	case_role(c, "quote", "msg");
	case_role(c, "signature", "sig");
	case_role(c, "ak", "ak_pub");
	dossier_put(&c->dossier, "pcrs", case_registers(c, json_object_get(c->args, "pcrs")));
	case_policy(c, "tpm-quote = {\nak = \"*\"; measurement = \"*\";\n");
	case_nonce(c, "nonce");
	case_policy(c, "};\n");
}

static inline void
case_tpmcertify(struct attest_case *c)
{
	c->verifier = verifier_find("tpm-certify");
	case_role(c, "statement", "msg");
	case_role(c, "signature", "sig");
	case_role(c, "ak", "ak_pub");
	case_role(c, "object", "obj_pub");
	case_spki(c, "spki_sha256");
	case_policy(c, "tpm-certify = {\nak = \"*\";\n");
	case_nonce(c, "nonce");
	case_policy(c, "};\n");
}

/* TPMT_SIGNATURE of a signature in DER, as a fixture of vaportpm has it. */
static inline struct bytes
case_signature(struct attest_case *c, const char *hex)
{
	struct bytes der = case_hex(c, hex);
	struct buffer *out = &c->file[c->files++];
	const unsigned char *at = der.at;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)der.len);
	uint8_t number[32];

	if (c->files > CASE_FILES || pair == NULL)
		abort();
	buffer_put_be(out, TPM_ECDSA, 2);
	buffer_put_be(out, TPM_SHA256, 2);
	BN_bn2binpad(ECDSA_SIG_get0_r(pair), number, sizeof(number));
	lab_sized(out, bytes_of(number, sizeof(number)));
	BN_bn2binpad(ECDSA_SIG_get0_s(pair), number, sizeof(number));
	lab_sized(out, bytes_of(number, sizeof(number)));
	ECDSA_SIG_free(pair);
	return bytes_of_buffer(out);
}

static inline struct bytes
case_kept(struct attest_case *c, const char *text)
{
	struct buffer *out = &c->file[c->files++];

	if (c->files > CASE_FILES)
		abort();
	buffer_put_text(out, text);
	return bytes_of_buffer(out);
}

/* A fixture is taken apart here: quote, signature and certificates of one machine of Google's. */
static inline void
case_vapor(struct attest_case *c)
{
	struct bytes fixture = case_file(c, "fixture");
	json_t *all = json_loadb((const char *)fixture.at, fixture.len, 0, NULL);
	json_t *attestation = json_object_get(all, "attestation");
	json_t *quote = json_object_get(json_object_get(attestation, "tpm"), "ecc_p256");

	c->verifier = verifier_find("gcp-vtpm");
	if (all == NULL || quote == NULL)
		abort();
	dossier_put(&c->dossier, "quote", case_hex(c, json_string_value(json_object_get(quote,
	    "attest_data"))));
	dossier_put(&c->dossier, "signature", case_signature(c, json_string_value(
	    json_object_get(quote, "signature"))));
	dossier_put(&c->dossier, "ak-certificate", case_kept(c, json_string_value(json_object_get(
	    json_object_get(attestation, "gcp"), "ak_cert_chain"))));
	case_role(c, "certificates", "root");
	dossier_put(&c->dossier, "pcrs", case_registers(c, json_object_get(json_object_get(all,
	    "pcrs"), "sha256")));
	c->dossier.nonce = case_hex(c, case_has(c, "nonce") ? case_text(c, "nonce") :
	    json_string_value(json_object_get(all, "nonce")));
	case_policy(c, "gcp-vtpm = {\n");
	case_list(c, "regions", "regions");
	case_policy(c, "projects = \"*\"; crl = \"if_given\";\n};\n"
	    "tpm-quote = { measurement = \"*\"; };\n");
	json_decref(all);
}

#endif
