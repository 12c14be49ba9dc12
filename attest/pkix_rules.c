/* SPDX-License-Identifier: Apache-2.0 */
/* What PKIX Evidence is judged by, in order; see pkix_part.h. */
#include "attest/hsm.h"
#include "attest/pkix_part.h"

#define DRAFT "draft-ietf-rats-pkix-key-attestation, "

static const struct rule rules[PKIX_RULE_COUNT] = {
	[PKIX_FORM] = { "form", ATTEST_REJECT, DRAFT "Evidence",
	    N_("it is not PKIX Evidence of version 1"),
	    N_("give what the module answered, PEM (EVIDENCE) or DER, as it is") },
	[PKIX_SIGNATURE] = { "signature", ATTEST_REJECT, DRAFT "SignatureBlock",
	    N_("no signature by a known key holds over it, or one does not hold"),
	    N_("give the certificates of the attestation keys; if they were given, it was "
	    "altered") },
	[PKIX_SIGNER] = { "signer", ATTEST_REJECT, "RFC 5280, 4.2.1.3",
	    N_("a key that may not sign signed it"),
	    N_("ask the maker for an attestation key with digitalSignature") },
	[PKIX_CHAIN] = HSM_RULE_CHAIN("RFC 5280, 6.1"),
	[PKIX_TIME] = HSM_RULE_TIME("RFC 5280, 4.1.2.5"),
	[PKIX_TRANSACTION] = { "transaction", ATTEST_REJECT, DRAFT "transaction element",
	    N_("it has not exactly one transaction: who asked for what stays open"),
	    N_("if the maker uses other numbers than the draft, write them into the policy as "
	    "oid_evidence_...; else it is not usable") },
	[PKIX_AK] = { "ak", ATTEST_REJECT, DRAFT "ak-spki",
	    N_("the key that signed it is not one that it names itself"),
	    N_("do not accept it: somebody else signed what another module said") },
	[PKIX_NONCE] = { "nonce", ATTEST_REJECT, DRAFT "nonce",
	    N_("it answers another question than ours: it may be an old one"),
	    N_("ask again with a fresh nonce") },
	[PKIX_DEBUG] = { "debug", ATTEST_REJECT, DRAFT "dbgstat; RFC 9711, 4.2.9",
	    N_("debugging is enabled in the module"),
	    N_("do not use it for keys: replace it, or have its maker close it") },
	[PKIX_BINDING] = { "binding", ATTEST_REJECT, DRAFT "key-spki",
	    N_("it speaks of other keys than the one that was observed"),
	    N_("ask for the statement of the key that the server uses; if there is none, that "
	    "key is not in this module") },
	[PKIX_EXTRACTABLE] = { "extractable", ATTEST_REJECT, DRAFT "extractable",
	    N_("the key can be taken out"),
	    N_("make a new key that is not extractable") },
	[PKIX_NEVER] = { "never_extractable", ATTEST_REJECT, DRAFT "never-extractable",
	    N_("the key could be taken out at some time"),
	    N_("make a new key; what could once leave cannot be called back") },
	[PKIX_SENSITIVE] = { "sensitive", ATTEST_REJECT, DRAFT "sensitive",
	    N_("the key can be read in the clear"),
	    N_("make a new key that is sensitive") },
	[PKIX_LOCAL] = { "local", ATTEST_REJECT, DRAFT "local",
	    N_("the key was brought in, not made there: a copy may exist elsewhere"),
	    N_("make a new key inside the module instead of importing one") },
	[PKIX_POLICY] = HSM_RULE_POLICY,
	[PKIX_SERIAL] = HSM_RULE_SERIAL(DRAFT "hwserial"),
};

const struct ruleset pkix_ruleset = {
	.name = "pkix-evidence", .title = N_("PKIX Evidence of keys in a module"),
	.limit = N_("It proves what the module says of itself and of the key, and that it was "
	    "asked with our nonce; nothing says where it stands.  The draft's "
	    "numbers are placeholders."),
	.rule = rules, .count = PKIX_RULE_COUNT
};
