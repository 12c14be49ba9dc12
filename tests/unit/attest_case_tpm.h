/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of TPM quotes and certifications. */
#ifndef TESTS_UNIT_ATTEST_CASE_TPM_H
#define TESTS_UNIT_ATTEST_CASE_TPM_H

#include "tests/unit/attest_case.h"

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

#endif
