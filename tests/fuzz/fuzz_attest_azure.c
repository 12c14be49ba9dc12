/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence of an Azure confidential VM that anybody may have written: the HCL report and its
 * runtime data are views inside what was given, a refusal names its rule, and what is accepted is
 * one kind of hardware report with the key that quoted.
 *
 *	octet  bits 0 and 1: 0 the verifier, 1 the report alone, 2 runtime data alone; bit 7: no policy
 *	items  octet: number of the role; 2 octets: its length; it
 */
#include <stdlib.h>
#include <string.h>

#include "attest/azure_hcl_read.h"
#include "attest/chain.h"
#include "attest/policy.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char text[] = "policy = \"t\"; edition = \"1\"; azure-hcl = { vm_id = \"*\"; }; "
    "tpm-quote = { ak = \"*\"; nonce = \"none\"; pcr0 = \"*\"; measurement = \"*\"; crl = "
    "\"if_given\"; }; sev-snp = { measurement = \"*\"; chip = \"*\"; crl = \"if_given\"; nonce = "
    "\"none\"; };";

static const char *const roles[] = { "hcl", "quote", "signature", "pcrs", "log", "statement",
	"statement-signature", "object", "certificate", "chain", "crl", "td-quote", "tcb-info",
	"qe-identity", "tcb-chain", "pck-crl", "root-crl", "root" };

enum { ROLES = sizeof(roles) / sizeof(roles[0]), ITEMS = 18 };

static struct policy *policy;
static struct chain_memory *memory;	/* as in a watch over the same machines */
static struct appraisal result;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
inside(struct bytes part, struct bytes whole)
{
	return part.len == 0 || (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

static void
report_try(struct bytes octets)
{
	struct hcl hcl;
	struct why why = { .err = ERR_OK };
	enum err err = hcl_read(octets, &hcl, &why);

	must((err == ERR_OK) == (why.text[0] == '\0'));
	if (err != ERR_OK)
		return;
	must(hcl.hardware.len == HCL_HARDWARE_LEN && hcl.json.len <= HCL_JSON_MAX);
	must(inside(hcl.hardware, octets) && inside(hcl.report_data, octets) &&
	    inside(hcl.json, octets));
}

static void
runtime_try(struct bytes octets)
{
	struct hcl_runtime *runtime = memory_new(1, sizeof(*runtime));
	struct why why = { .err = ERR_OK };
	enum err err = hcl_runtime_read(octets, runtime, &why);

	must((err == ERR_OK) == (why.text[0] == '\0'));
	must(err != ERR_OK || (runtime->modulus_len > 0 && runtime->modulus_len <=
	    HCL_MODULUS_MAX && strlen(runtime->vm_id) < HCL_ID_TEXT));
	free(runtime);
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
	struct dossier dossier = { .at_s = 1795000000, .memory = memory };
	struct hcl hcl;

	if ((head & 3) != 0) {
		if ((head & 3) == 1)
			report_try(bytes_slice(in.in, in.at, len - in.at));
		else
			runtime_try(bytes_slice(in.in, in.at, len - in.at));
		return 0;
	}
	while (!in.failed && in.at < len && dossier.count < ITEMS) {
		unsigned role = (unsigned)read_be(&in, 1) % ROLES;
		struct bytes octets = read_bytes(&in, (size_t)read_be(&in, 2));

		if (!in.failed)
			dossier_put(&dossier, roles[role], octets);
	}
	dossier.policy = (head & 0x80) != 0 ? NULL : policy;
	attest_judge(verifier_find("azure-hcl"), &dossier, &result);
	must((result.verdict == ATTEST_ACCEPT) == (result.claims.count > 0));
	must((result.verdict == ATTEST_ACCEPT) == (appraisal_rule(&result) == NULL));
	if (result.verdict != ATTEST_ACCEPT)
		return 0;
	must(dossier.policy != NULL);
	must(hcl_read(dossier_item(&dossier, "hcl"), &hcl, NULL) == ERR_OK);
	must(hcl.kind == HCL_SNP || hcl.kind == HCL_TDX);
	return 0;
}
