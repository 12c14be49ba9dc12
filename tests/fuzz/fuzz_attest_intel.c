/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quotes and collateral of strangers.  The first octet chooses what the rest is: a quote (judged
 * by both verifiers beside built-in collateral), TCB info, a QE identity, or a certificate's SGX
 * extension.  Accepted and claims without; refused and a rule that says so; never one without the
 * other.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/appraisal.h"
#include "attest/chain.h"
#include "attest/intel_pck.h"
#include "attest/intel_quote.h"
#include "attest/intel_signed.h"
#include "attest/intel_tcb.h"
#include "attest/policy.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define ANY(keys) "nonce = \"none\"; crl = \"if_given\"; status = \"*\"; advisories = \"*\"; " keys

static const char accepting[] = "policy = \"p\"; edition = \"1\";"
    "intel-tdx = { " ANY("mrtd = \"*\"; rtmr0 = \"*\"; rtmr1 = \"*\"; rtmr2 = \"*\"; "
    "rtmr3 = \"*\"; mrconfigid = \"*\"; mrowner = \"*\"; mrownerconfig = \"*\"; "
    "mrservicetd = \"*\"; migratable = true; perfmon = true; sept_ve = true; strict_trailing = false;") " };"
    "intel-sgx = { " ANY("mrenclave = \"*\"; mrsigner = \"*\"; isvprodid = \"*\"; isvsvn = 0; "
    "strict_trailing = false;") " };";

static struct policy *policy;
static struct chain_memory *memory;	/* as in a watch over the same machines */
static struct appraisal result;

static void
judge(const char *kind, struct bytes quote, struct bytes info, struct bytes identity,
    struct bytes chain)
{
	struct appraisal *a = &result;
	struct dossier dossier = { .at_s = 1774000000, .policy = policy, .memory = memory };

	dossier_put(&dossier, "quote", quote);
	dossier_put(&dossier, "tcb-info", info);
	dossier_put(&dossier, "qe-identity", identity);
	dossier_put(&dossier, "tcb-chain", chain);
	attest_judge(verifier_find(kind), &dossier, a);
	if ((a->verdict == ATTEST_ACCEPT) != (a->claims.count > 0) ||
	    (a->verdict == ATTEST_ACCEPT) != (appraisal_rule(a) == NULL))
		abort();
}

/* What is behind a length of two octets; moves on. */
static struct bytes
part(struct reader *in)
{
	size_t len = (size_t)read_be(in, 2);

	return read_bytes(in, len < in->in.len - in->at ? len : in->in.len - in->at);
}

static void
levels(struct bytes text, bool info)
{
	static const struct pck pck = { .component = { 4, 4, 2, 2, 4, 1, 0, 5 }, .pce_svn = 13 };
	static const uint8_t svn[16] = { 11, 1, 4 };
	struct tcb_document document;
	struct tcb_level level;
	struct tcb_module module;
	struct why why = { .err = ERR_OK };

	if (tcb_document_read(text, info ? 3 : 2, NULL, &document, &why) != ERR_OK) {
		if (document.root != NULL || why.text[0] == '\0')
			abort();
		return;
	}
	if (tcb_platform_level(&document, &pck, svn, &level, &why) == ERR_OK &&
	    (level.status >= TCB_STATUS_COUNT || tcb_status_name(level.status) == NULL))
		abort();
	if (tcb_module_level(&document, svn, &module, &why) == ERR_OK && !module.described)
		abort();
	if (tcb_enclave_level(&document, 8, &level, &why) != ERR_OK && why.text[0] == '\0')
		abort();
	tcb_document_free(&document);
}

static void
pck(struct bytes octets)
{
	struct pck out;
	struct why why = { .err = ERR_OK };

	if ((pck_read(octets, &out, &why) == ERR_OK) != (why.text[0] == '\0'))
		abort();
}

static void
quote(struct bytes octets)
{
	struct quote out;
	struct why why = { .err = ERR_OK };

	if (quote_read(octets, &out, &why) == QUOTE_WHOLE && (out.chain.len > octets.len ||
	    out.covered.len + out.chain.len + out.rest.len > octets.len ||
	    out.qe_report.len != SGX_BODY || out.key.len != 64))
		abort();
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (policy_read("fuzz", bytes_of_text(accepting), &policy, NULL) != ERR_OK)
		abort();
	memory = chain_memory_new();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes rest = bytes_slice(bytes_of(data, len), 1, len), first, second, third;
	struct reader in = reader_of(rest);

	if (len == 0)
		return 0;
	switch (data[0] % 5) {
	case 0:
		first = part(&in);
		second = part(&in);
		third = part(&in);
		judge(data[0] & 0x80 ? "intel-sgx" : "intel-tdx",
		    bytes_slice(rest, in.at, rest.len - in.at), first, second, third);
		break;
	case 1:
		levels(rest, true);
		break;
	case 2:
		levels(rest, false);
		break;
	case 3:
		pck(rest);
		break;
	default:
		quote(rest);
		break;
	}
	return 0;
}
