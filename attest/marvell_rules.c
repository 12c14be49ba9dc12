/* SPDX-License-Identifier: Apache-2.0 */
/* What keys in LiquidSecurity modules are judged by, in order; see marvell_part.h. */
#include "attest/hsm.h"
#include "attest/marvell_part.h"

#define CLAUSE "Marvell LiquidSecurity, software key attestation; PKCS #11 3.0, "

static const struct rule rules[MARVELL_RULE_COUNT] = {
	[MARVELL_LENGTH] = { "length", ATTEST_REJECT, CLAUSE "header",
	    N_("its lengths do not agree with what there is"),
	    N_("give the statement unpacked (gunzip) and whole") },
	[MARVELL_FORM] = { "form", ATTEST_REJECT, CLAUSE "attributes",
	    N_("it is not a statement of a LiquidSecurity module"),
	    N_("take \"attestation.content\" of the key version, decode it and unpack it") },
	[MARVELL_SIGNATURE] = { "signature", ATTEST_REJECT, "RFC 8017, 8.2.2",
	    N_("none of the certificates given signed it"),
	    N_("give the certificate chains of the same key version: both chains "
	    "come with the statement; if they do, it was altered: refuse it, "
	    "and fetch the statement of that key version again") },
	[MARVELL_CHAIN] = HSM_RULE_CHAIN("RFC 5280, 6.1; card certificate of X.509 version 1"),
	[MARVELL_TIME] = HSM_RULE_TIME("RFC 5280, 4.1.2.5"),
	[MARVELL_OWNER] = { "owner_chain", ATTEST_REJECT, "RFC 5280, 6.1",
	    N_("the owner of the module does not vouch for the key that signed it"),
	    N_("give the owner's chain (googlePartitionCerts) and its root; a module of another "
	    "owner is not the cloud's, whatever the manufacturer says") },
	[MARVELL_OWNER_TIME] = { "owner_time", ATTEST_REJECT, "RFC 5280, 4.1.2.5",
	    N_("a certificate of the owner's chain was not valid at that second"),
	    N_("judge it as of when it was received; fetch the chain anew from the cloud") },
	[MARVELL_PRIVATE_KEY] = { "private_key", ATTEST_REJECT, CLAUSE "4.2 CKA_CLASS",
	    N_("it does not speak of exactly one private key"),
	    N_("ask for the statement of a signing key, not of a public or secret one") },
	[MARVELL_LOCAL] = { "local", ATTEST_REJECT, CLAUSE "4.7 CKA_LOCAL",
	    N_("the key was brought in, not made there: a copy may exist elsewhere"),
	    N_("create a new key version in the module instead of importing one") },
	[MARVELL_NEVER_EXTRACTABLE] = { "never_extractable", ATTEST_REJECT,
	    CLAUSE "4.9 CKA_NEVER_EXTRACTABLE",
	    N_("the key could be taken out at some time"),
	    N_("create a new key version; what could once leave cannot be called back") },
	[MARVELL_ALWAYS_SENSITIVE] = { "always_sensitive", ATTEST_REJECT,
	    CLAUSE "4.9 CKA_ALWAYS_SENSITIVE",
	    N_("the key could be read in the clear at some time"),
	    N_("create a new key version; what could once be read cannot be called back") },
	[MARVELL_SENSITIVE] = { "sensitive", ATTEST_REJECT, CLAUSE "4.9 CKA_SENSITIVE",
	    N_("the key can be read in the clear"),
	    N_("create a new key version with the protection level HSM") },
	[MARVELL_EXTRACTABLE] = { "extractable", ATTEST_REJECT, CLAUSE "4.9 CKA_EXTRACTABLE",
	    N_("the key can be taken out"),
	    N_("create a new key version with the protection level HSM") },
	[MARVELL_EKCV] = { "ekcv", ATTEST_REJECT, "Marvell LiquidSecurity, attribute 0x1003",
	    N_("its check value is not the SHA-256 of its public key"),
	    N_("do not accept it: what it says of the key contradicts itself") },
	[MARVELL_BINDING] = HSM_RULE_BINDING("Marvell LiquidSecurity, attribute 0x1003"),
	[MARVELL_POSSESSION] = HSM_RULE_POSSESSION,
	[MARVELL_POLICY] = HSM_RULE_POLICY,
	[MARVELL_RESOURCE] = { "resource", ATTEST_REJECT, "Google Cloud HSM, CKA_ID",
	    N_("the key is not that of a resource on the policy's list"),
	    N_("write the full name of the key version, projects/.../cryptoKeyVersions/N, into "
	    "\"resource\"; its location is part of what is hashed") },
	[MARVELL_REGION] = { "region", ATTEST_REJECT, "Google Cloud HSM, CKA_ID",
	    N_("the key is in a region that is not accepted"),
	    N_("create the key in a key ring of an accepted location; a key cannot be moved") },
	[MARVELL_SERIAL] = HSM_RULE_SERIAL("subject of the manufacturer's card certificate"),
};

const struct ruleset marvell_ruleset = {
	.name = "marvell-hsm",
	.title = N_("Marvell LiquidSecurity key attestation (Cloud HSM)"),
	.limit = N_("It proves that the key was made in a module of that maker and owner and "
	    "cannot leave it; its place is the name that the cloud gave the key.  It has no "
	    "time and no nonce inside: a signature over our nonce (possession) proves that the "
	    "key is in use now."),
	.rule = rules, .count = MARVELL_RULE_COUNT
};
