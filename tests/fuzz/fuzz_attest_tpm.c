/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of TPMs that anybody may have written: nothing crashes, a refusal names its rule, and
 * what is accepted has what a key of a TPM must have.
 *
 *	octet  0 tpm-quote, 1 tpm-certify, 2 gcp-vtpm's extension alone; bit 7: no policy
 *	items  octet: number of the role; 2 octets: its length; it
 */
#include <stdlib.h>
#include <string.h>

#include "attest/gcp_instance.h"
#include "attest/chain.h"
#include "attest/policy.h"
#include "attest/tpm_read.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char text[] = "policy = \"t\"; edition = \"1\"; tpm-quote = { ak = \"*\"; nonce = "
    "\"none\"; pcr0 = \"*\"; measurement = \"*\"; crl = \"if_given\"; }; tpm-certify = { ak = "
    "\"*\"; nonce = \"none\"; crl = \"if_given\"; };";

static const char *const roles[] = { "quote", "statement", "signature", "ak", "object", "pcrs",
	"log", "ak-certificate", "certificates" };

enum { ROLES = sizeof(roles) / sizeof(roles[0]), ITEMS = 12 };

static struct policy *policy;
static struct chain_memory *memory;	/* as in a watch over the same machines */
static struct appraisal result;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* What must be true of anything accepted, whoever signed it. */
static void
accepted(const struct dossier *dossier, bool quote)
{
	struct tpm_attest attest;
	struct tpm_public public;
	struct bytes value;

	must(dossier->policy != NULL);
	must(tpm_attest_read(dossier_item(dossier, quote ? "quote" : "statement"), &attest, NULL)
	    == ERR_OK && attest.magic == TPM_MAGIC);
	must(claims_get(&result.claims, "tpm.ak.spki", &value) && value.len == HASH_LEN);
	if (tpm_public_read(dossier_item(dossier, "ak"), &public, NULL) == ERR_OK)
		must((public.attributes & TPM_RESTRICTED) != 0 &&
		    (public.attributes & TPM_DECRYPT) == 0);
	if (quote)
		return;
	must(tpm_public_read(dossier_item(dossier, "object"), &public, NULL) == ERR_OK &&
	    (public.attributes & TPM_FIXED_TPM) != 0 &&
	    (public.attributes & TPM_SENSITIVE_DATA_ORIGIN) != 0);
}

static void
instance_try(struct bytes octets)
{
	struct gcp_instance instance;
	struct why why = { .err = ERR_OK };
	enum err err = gcp_instance_read(octets, &instance, &why);

	must((err == ERR_OK) == (why.text[0] == '\0'));
	must(err != ERR_OK || (instance.region[0] != '\0' && instance.zone.len <= GCP_NAME_MAX));
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (policy_read("fuzz", bytes_of_text(text), &policy, NULL) != ERR_OK)
		abort();
	memory = chain_memory_new();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader in = reader_of(bytes_of(data, len));
	unsigned head = (unsigned)read_be(&in, 1);
	bool quote = (head & 3) == 0;
	struct dossier dossier = { .at_s = 1795000000, .memory = memory };

	if ((head & 3) > 1) {
		instance_try(bytes_slice(in.in, in.at, len));
		return 0;
	}
	while (!in.failed && in.at < len && dossier.count < ITEMS) {
		unsigned role = (unsigned)read_be(&in, 1) % ROLES;
		struct bytes octets = read_bytes(&in, (size_t)read_be(&in, 2));

		if (!in.failed)
			dossier_put(&dossier, roles[role], octets);
	}
	dossier.policy = (head & 0x80) != 0 ? NULL : policy;
	attest_judge(verifier_find(quote ? "tpm-quote" : "tpm-certify"), &dossier, &result);
	must((result.verdict == ATTEST_ACCEPT) == (result.claims.count > 0));
	must((result.verdict == ATTEST_ACCEPT) == (appraisal_rule(&result) == NULL));
	if (result.verdict == ATTEST_ACCEPT)
		accepted(&dossier, quote);
	return 0;
}
