/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifiers of attestation evidence (RFC 9334): evidence, endorsements, our nonce, a policy and a
 * second in; a verdict, claims and the rules that led to it out.  They are pure: the same input
 * gives the same answer years later, in the worker, in an auditor's hands and in a test.
 *
 * To add one: attest/NAME.c with its table of rules and a const struct verifier at its end, one
 * line in verifier_list.h, its test and its fuzzer.
 */
#ifndef ATTEST_ATTEST_H
#define ATTEST_ATTEST_H

#include "attest/claims.h"
#include "attest/ending.h"
#include "monitor/base/hash.h"

/* Longer than a ticket may be, and without a comma. */
#define TICKETS_MORE "(and others that found no room here: no announcement stands for them)"

enum {
	ITEM_MAX   = 24,	/* pieces of one dossier */
	PART_MAX   = 8,		/* statements inside one another, or beside, of one appraisal */
	STEP_MAX   = 160,	/* rules of them all */
	STEP_TEXT  = 200,	/* octets of what was expected or found */
	ASKED_MAX  = 64,	/* values looked for on lists of a policy; further: not kept */
	ASKED_TEXT = 256,	/* octets of one as a policy writes it; longer: likewise */
	TICKETS_TEXT = 512,	/* of the tickets of what was accepted, with commas; for more than
				 * fit stands TICKETS_MORE, which no intent can have */
	NONCE_MAX  = 1024
};

/* The worse the larger.  Nothing but ACCEPT counts as proof. */
enum attest_verdict { ATTEST_ACCEPT, ATTEST_INDETERMINATE, ATTEST_REJECT };

/* One rule a statement is judged by.  text and advice are marked for translation. */
struct rule {
	const char  *name;	/* "signature": fixed, for machines */
	enum attest_verdict broken;	/* what its breach makes of the statement */
	const char  *clause;	/* "AMD 56860, 7.3 Table 23" */
	const char  *text;	/* what is wrong when it is broken */
	const char  *advice;	/* what to do then */
};

struct ruleset {
	const char        *name;	/* "sev-snp" */
	const char        *title;	/* "AMD SEV-SNP attestation report" */
	const char        *limit;	/* what an acceptance does not prove */
	const struct rule *rule;	/* in the order they are asked */
	size_t             count;
};

enum step_state {
	STEP_NOT_REACHED,	/* a rule before it decided */
	STEP_PASSED, STEP_FAILED,
	STEP_LACKING,		/* what is needed to ask it is missing */
	STEP_NOT_ASKED		/* the policy lets it pass, or the statement has no such part */
};

struct step {
	enum step_state state;
	char            expected[STEP_TEXT], found[STEP_TEXT];	/* may be empty */
};

/* The rules of one statement: steps first .. first + set->count. */
struct part {
	const struct ruleset *set;
	int    parent;		/* -1: the outermost */
	size_t first;
};

/* A value that a list of the policy was asked for, so that a person can make a policy of it. */
struct listed { int part; char key[32], value[ASKED_TEXT]; };

struct appraisal {
	enum attest_verdict  verdict;
	int           part;		/* of the rule that decided; -1: accepted */
	size_t        rule;		/* its number in that part's set */
	size_t        parts, steps;
	int           open;		/* the part being judged; -1: none */
	struct part   partition[PART_MAX];
	struct step   step[STEP_MAX];
	size_t        asked;
	struct listed  ask[ASKED_MAX];
	char          tickets[TICKETS_TEXT];	/* of the entries that accepted a value */
	size_t        endings;
	struct ending ending[ENDINGS_MAX];	/* what it rests on and ends by itself */
	bool          elsewhere;	/* rejected only because of where the device stands */
	struct claims claims;		/* empty unless accepted; elsewhere: of the place alone */
};

/* A piece of what is judged: evidence, or what endorses it, by its role ("report", "crl"). */
struct item { const char *role; struct bytes octets; };

struct policy;
struct chain_memory;

struct dossier {
	size_t             count;
	struct item        item[ITEM_MAX];	/* a role may occur more than once */
	struct bytes       nonce;	/* what we asked it to sign; none: no octets */
	const struct hash *spki;	/* SHA-256 of the key (SPKI) it must speak of; or NULL */
	int64_t            at_s;	/* as of which second, UTC */
	const struct policy *policy;	/* NULL: none, and nothing is accepted */
	struct chain_memory *memory;	/* of what was proven before, for speed alone; or NULL */
};

/* What a verifier reads.  looks: whether octets without a name can be it; NULL: must be named. */
struct attest_role {
	const char *name;
	bool        required;
	const char *text;		/* marked for translation */
	bool      (*looks)(struct bytes);
};

/* A line of a policy's section. */
enum policy_kind { POLICY_HEX, POLICY_TEXT, POLICY_INTEGER, POLICY_FLAG };
struct policy_key { const char *name; enum policy_kind kind; const char *text; };

struct verifier {
	const struct ruleset    *set;		/* its name is the verifier's */
	const struct attest_role       *role;		/* up to a NULL name; evidence first */
	const struct policy_key *key;		/* ends with a NULL name */
	bool                     unasked;	/* what it judges can hold no nonce of anybody's */
	/* What it judges holds a few digits of a challenge: no key is in it (envelope_digits). */
	bool                     keyless;
	/* Asks the rules of set in the open part and puts claims; see appraisal.h. */
	void (*judge)(const struct dossier *, struct appraisal *);
};

#define VERIFIER(name) extern const struct verifier verifier_##name;
#include "attest/verifier_list.h"

/* Before a sandbox is entered: what a library reads from the system at its first use. */
void attest_begin(void);
const struct verifier *verifier_find(const char *name);	/* NULL if none */
const struct verifier *verifier_named(struct bytes name);	/* the same, untrusted */
/* "sev-snp/debug" as facts and bundles name a rule; NULL if no verifier has it, untrusted. */
const struct rule *rule_named(struct bytes name);
const struct verifier *const *verifier_table(size_t *count);

/*
 * Judges by the verifier's rules and, if the dossier has a site register, by those of
 * site_register.h, and leaves claims only if everything was accepted, or those of the place where
 * everything was but that.  What is out of bounds of
 * this interface (more parts or steps than there is room for) is a defect of ours and asserted.
 */
void attest_judge(const struct verifier *, const struct dossier *, struct appraisal *);

/* The first item of that role; no octets if there is none. */
struct bytes dossier_item(const struct dossier *, const char *role);
void dossier_put(struct dossier *, const char *role, struct bytes);	/* asserts room */

/* "accept", "reject", "indeterminate"; of a step "passed", marked for translation. */
const char *attest_verdict_name(enum attest_verdict);
const char *step_state_name(enum step_state);	/* "passed", "failed", "lacking", "not reached" */
/* The rule that decided; NULL if it was accepted. */
const struct rule *appraisal_rule(const struct appraisal *);
const struct step *appraisal_step(const struct appraisal *);

#endif
