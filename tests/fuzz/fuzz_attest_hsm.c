/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of keys in security modules, and certificates, of strangers.  The first octet chooses
 * the verifier (bit 7: no policy); then come pieces, each behind its role and a length of two octets.  Accepted and
 * claims; not accepted and a rule that says so; never one without the other.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/appraisal.h"
#include "attest/chain.h"
#include "attest/policy.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { PIECES = 12 };

static const char *const kinds[] = { "yubihsm", "yubikey-piv", "marvell-hsm", "luna-pkc",
	"pkix-evidence" };
static const char *const roles[] = { "statement", "certificates", "request", "possession" };

/* PKIX Evidence has no published root: one of another maker stands for it. */
static const char accepting[] = "policy = \"p\"; edition = \"1\";\n"
    "yubihsm = { nonce = \"none\"; capabilities = \"*\"; serial = \"*\"; firmware = \"*\"; };\n"
    "yubikey-piv = { nonce = \"none\"; pin = \"*\"; touch = \"*\"; serial = \"*\"; "
    "firmware = \"*\"; };\n"
    "marvell-hsm = { nonce = \"none\"; resource = \"*\"; regions = \"*\"; serial = \"*\"; };\n"
    "luna-pkc = { nonce = \"none\"; purposes = \"*\"; serial = \"*\"; };\n"
    "pkix-evidence = { nonce = \"none\"; serial = \"*\"; roots = [ "
    "\"spki:9ce6c272050d813428e7b7a6754143690128b823151671efc5e29ca1321c6804\" ]; };\n";

static struct policy *policy;
static struct chain_memory *memory;	/* as in a watch over the same machines */
static struct appraisal result;

static void
judge(const char *kind, const struct dossier *dossier)
{
	struct appraisal *a = &result;

	attest_judge(verifier_find(kind), dossier, a);
	if ((a->verdict == ATTEST_ACCEPT) != (a->claims.count > 0) ||
	    (a->verdict == ATTEST_ACCEPT) != (appraisal_rule(a) == NULL) ||
	    (dossier->policy == NULL && a->verdict == ATTEST_ACCEPT))
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
	struct reader in = reader_of(bytes_of(data, len));
	struct dossier dossier = { .at_s = 1787616000, .memory = memory };	/* 2026-08-25 */
	unsigned head = (unsigned)read_be(&in, 1);
	const char *kind = kinds[(head & 0x7f) % 5];
	const struct verifier *verifier = verifier_find(kind);

	for (int i = 0; i < PIECES && in.at < len && !in.failed; i++) {
		const char *role = roles[read_be(&in, 1) % 4];
		size_t size = (size_t)read_be(&in, 2);

		dossier_put(&dossier, role, read_bytes(&in, size < len - in.at ? size :
		    len - in.at));
	}
	if (dossier.count > 0 && verifier->role[0].looks != NULL)
		(void)verifier->role[0].looks(dossier.item[0].octets);
	dossier.policy = (head & 0x80) != 0 ? NULL : policy;
	judge(kind, &dossier);
	return 0;
}
