/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verifiers of Nitro Enclaves and NitroTPM share: one document, one chain, one order of
 * rules; they differ in registers.  Nobody else includes it.
 */
#ifndef ATTEST_NITRO_PART_H
#define ATTEST_NITRO_PART_H

#include "attest/attest.h"
#include "attest/nitro_read.h"

/* Rules of both tables, in this order; those of registers follow, then the region. */
enum {
	NITRO_LENGTH, NITRO_COSE, NITRO_ALGORITHM, NITRO_FIELDS, NITRO_KIND_RULE, NITRO_BUNDLE,
	NITRO_CHAIN, NITRO_TIME, NITRO_LEAF, NITRO_SIGNED, NITRO_NAMES, NITRO_STARTED,
	NITRO_MADE, NITRO_POLICY, NITRO_AGE, NITRO_NONCE_RULE, NITRO_KEY, NITRO_FIRST
};

/* A register, or a run of them, that a policy pins. */
struct nitro_pin {
	unsigned from, to;
	bool     required;	/* a policy that is silent about it is not enough */
};

struct nitro_sort {
	enum nitro_kind         kind;
	const char             *field;		/* "nitrotpm_pcrs" */
	const char             *hardware;
	unsigned                started[3];	/* registers that starting it always extends */
	unsigned                measured;	/* the one that names what was started */
	const struct nitro_pin *pin;		/* one rule each, NITRO_FIRST and on */
	size_t                  pins;
};

void nitro_judge(const struct dossier *, struct appraisal *, const struct nitro_sort *);
/* Octets or base64 that begin like such a document of that kind. */
bool nitro_looks(struct bytes, enum nitro_kind);

/* The rules before the registers; SORT is a word in their texts. */
#define NITRO_RULES(SHAPE, VALID, FORM)                                                        \
	[NITRO_LENGTH] = { "length", ATTEST_REJECT, SHAPE,                                     \
	    N_("the document is empty or longer than any that AWS makes"),                     \
	    N_("take the document as the hypervisor gave it, binary or base64, and nothing "   \
	    "around it") },                                                                    \
	[NITRO_COSE] = { "cose", ATTEST_REJECT, "RFC 9052, 4.2; " SHAPE,                       \
	    N_("it is not a COSE_Sign1 with an empty unprotected header"),                     \
	    N_("take the document as the hypervisor gave it; if it is that, somebody changed " \
	    "it on its way") },                                                                \
	[NITRO_ALGORITHM] = { "algorithm", ATTEST_REJECT, "RFC 9053, 2.1; " SHAPE,             \
	    N_("the protected header does not say ES384, or the signature is of another "      \
	    "length"),                                                                         \
	    N_("refuse it: the Nitro hypervisor signs with ES384 and nothing "                 \
	    "else; ask the machine itself for a fresh one") },                                 \
	[NITRO_FIELDS] = { "fields", ATTEST_REJECT, FORM,                                      \
	    N_("the payload is not a map of the fields that AWS specifies"),                   \
	    N_("refuse it: the hypervisor does not make such a document; ask the "             \
	    "machine itself for a fresh one") },                                               \
	[NITRO_BUNDLE] = { "cabundle", ATTEST_REJECT, FORM,                                    \
	    N_("the document brings no certificates of its issuers"),                          \
	    N_("refuse it: a self-signed document is what test programs make; ask the real "   \
	    "device for one") },                                                               \
	[NITRO_CHAIN] = { "chain", ATTEST_REJECT, VALID,                                       \
	    N_("the certificates do not lead from the signer to the pinned root of AWS"),      \
	    N_("compare the root with the one AWS publishes (SHA-256 64:1A:03:21:A3:E2:44:EF:" \
	    "...); if the policy pins another one, it must be that of this partition") },      \
	[NITRO_TIME] = { "time", ATTEST_REJECT, VALID,                                         \
	    N_("a certificate of the chain is not valid at that second"),                      \
	    N_("the signer's certificate lives three hours: judge the document at the second " \
	    "it was received, or ask for a fresh one; otherwise look at our clock") },         \
	[NITRO_LEAF] = { "leaf", ATTEST_REJECT, VALID,                                         \
	    N_("the signer's certificate is not one for signatures with P-384"),               \
	    N_("refuse it: a certificate that may issue others must not sign "                 \
	    "documents; ask the machine itself for a fresh one") },                            \
	[NITRO_SIGNED] = { "signature", ATTEST_REJECT, "RFC 9052, 4.4",                        \
	    N_("the signature over the document does not verify"),                             \
	    N_("refuse it: it was changed after it was signed, or signed by "                  \
	    "another key; ask the machine itself for a fresh one") },                          \
	[NITRO_NAMES] = { "names", ATTEST_REJECT, VALID,                                       \
	    N_("the certificates do not name this module, or not all the same region"),        \
	    N_("refuse it and keep it: a chain of one machine names one region "               \
	    "throughout; have AWS and whoever handed it over explain it") },                   \
	[NITRO_MADE] = { "timestamp", ATTEST_REJECT, FORM,                                     \
	    N_("its time, in milliseconds, is outside the life of its signer's certificate"),  \
	    N_("refuse it: a time in seconds is what test programs write; ask the "            \
	    "machine itself for a fresh one") },                                               \
	[NITRO_POLICY] = { "policy", ATTEST_INDETERMINATE, "RFC 9334, 8.5",                    \
	    N_("no policy says what is acceptable"),                                           \
	    N_("write a section with the name of this kind into the policy; "                  \
	    "sekimori attest --observe makes one of a sample, to be reviewed") },              \
	[NITRO_AGE] = { "age", ATTEST_REJECT, "RFC 9334, 10",                                  \
	    N_("the document is older than the policy accepts, or from the future"),           \
	    N_("ask for a fresh one and judge it at once; if it comes from the future, look "  \
	    "at the clock of this machine (NTP), or set max_ahead") },                         \
	[NITRO_NONCE_RULE] = { "nonce", ATTEST_REJECT, FORM,                                   \
	    N_("the document does not hold the nonce we asked with"),                          \
	    N_("it answers another question, or an older one; if the program inside hands "    \
	    "over the nonce as hex text, have it hand over the octets") },                     \
	[NITRO_KEY] = { "key", ATTEST_REJECT, FORM,                                            \
	    N_("the document is not bound to the key we measured"),                            \
	    N_("have the program put the SubjectPublicKeyInfo of its TLS key into public_key, " \
	    "or the digest of nonce and key into user_data; if it did, somebody stands "       \
	    "between it and us") }

#endif
