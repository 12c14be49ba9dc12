/* SPDX-License-Identifier: Apache-2.0 */
/* Cases "nitro": documents of AWS Nitro Enclaves and NitroTPM. */
#ifndef TESTS_UNIT_ATTEST_CASE_NITRO_H
#define TESTS_UNIT_ATTEST_CASE_NITRO_H

#include "attest/nitro_read.h"
#include "tests/unit/attest_case.h"

/* Without a second of its own a case is judged at the document's. */
static inline int64_t
case_nitro_at_s(struct bytes document)
{
	struct nitro_cose cose;
	struct nitro_document read;

	if (nitro_cose_read(document, &cose, NULL) != ERR_OK ||
	    nitro_document_read(cose.payload, &read, NULL) != ERR_OK)
		return 0;
	return (int64_t)(read.made_ms / 1000);
}

static inline void
case_nitro(struct attest_case *c)
{
	bool tpm = strcmp(case_text(c, "kind"), "tpm") == 0;
	json_int_t max_age = json_integer_value(json_object_get(c->args, "max_age"));

	c->verifier = verifier_find(tpm ? "nitro-tpm" : "nitro-enclave");
	case_role(c, "document", "doc");
	c->dossier.at_s = case_nitro_at_s(dossier_item(&c->dossier, "document"));
	case_policy(c, "%s = {\n", c->verifier->set->name);
	case_nonce(c, "nonce");
	case_list(c, "regions", "regions");
	case_policy(c, "max_age = %lld;\n", max_age > 0 ? (long long)max_age : 300LL);
	case_policy(c, "pcr4 = \"*\";\n");
	if (tpm)
		case_policy(c, "pcr7 = \"*\";\n};\n");
	else
		case_policy(c, "pcr0 = \"*\"; pcr1 = \"*\"; pcr2 = \"*\"; pcr3 = \"*\"; "
		    "pcr8 = \"*\";\n};\n");
}

#endif
