/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appraisal policies (RFC 9334, 8.5): what the carrier accepts, as a libconfig file that is kept
 * by its hash beside every claim.  One section per verifier:
 *
 *	policy = "core-2026"; edition = "2026-11-29";
 *	sev-snp = {
 *		measurement = [ "5feee30d..." ];
 *		max_vmpl = 0;
 *		regions = ( { value = "ap-northeast-1"; until = "2027-03-31"; } );
 *		chip = [ "*" ];
 *	};
 *
 * A list holds values, or groups with value, from, until (date or time, RFC 3339) and ticket; "*"
 * accepts any and is shown as such.  A key that is not there is silence: the rule that needs it
 * is indeterminate, never passed.  Unknown sections and keys, and what is not written as
 * policy_form.h says, are refused, so that a slip of the pen does not weaken it.  Tickets of
 * entries that accepted a value are kept in the appraisal.
 */
#ifndef ATTEST_POLICY_H
#define ATTEST_POLICY_H

#include "attest/appraisal.h"

enum { POLICY_MAX = 1 << 20 };	/* octets of one */

/*
 * ERR_INVALID or ERR_LIMIT with "NAME:LINE: sentence".  The caller frees *out.  It keeps its own
 * copy of everything.
 */
MUST_USE enum err policy_read(const char *name, struct bytes text, struct policy **out,
    struct why *);
void        policy_free(struct policy *);
struct hash policy_hash(const struct policy *);		/* SHA-256 of the text */
const char *policy_id(const struct policy *);
const char *policy_edition(const struct policy *);
size_t      policy_sections(const struct policy *);
/* When the first of its entries ends that has not at after_ms, UTC; INT64_MAX: none does. */
int64_t     policy_ends_ms(const struct policy *, int64_t after_ms);

/* Of the section of the verifier whose part is open; false if it does not say. */
bool policy_has(const struct dossier *, const struct appraisal *);	/* a section at all */
bool policy_integer(const struct dossier *, const struct appraisal *, const char *key, int64_t *);
bool policy_flag(const struct dossier *, const struct appraisal *, const char *key, bool *);
/* Of a list the first entry that counts at the dossier's second; NULL if it does not say. */
const char *policy_text(const struct dossier *, const struct appraisal *, const char *key);

enum policy_answer { POLICY_SILENT, POLICY_ANY, POLICY_LISTED, POLICY_OTHER, POLICY_PAST };
/* Whether a value is on a list at the dossier's second.  PAST: it is, but not at that second. */
enum policy_answer policy_listed_hex(const struct dossier *, const struct appraisal *,
    const char *key, struct bytes value);
enum policy_answer policy_listed_text(const struct dossier *, const struct appraisal *,
    const char *key, const char *value);	/* whole, letters as they are */
/* The same with a comparison of one's own; a later match overwrites what arg kept of one. */
enum policy_answer policy_matched(const struct dossier *, const struct appraisal *,
    const char *key, bool (*match)(const char *listed, void *arg), void *arg);

/* Shows a value to whoever makes a policy of a sample, where it is asked for in another way. */
void policy_observe_hex(struct appraisal *, const char *key, struct bytes value);
void policy_observe_text(struct appraisal *, const char *key, const char *value);

/* Keeps the ticket of the entry that lists a value or accepts any, if not asked by hold_listed_. */
void policy_ticket_hex(const struct dossier *, struct appraisal *, const char *key,
    struct bytes value);
/* The same of a text; false if none lists it at the dossier's second. */
bool policy_ticket_listed(const struct dossier *, struct appraisal *, const char *key,
    const char *value);
/* The same of the entry that policy_text() gives. */
void policy_ticket_text(const struct dossier *, struct appraisal *, const char *key);
/*
 * Notes when that entry ends, without its ticket: it lets something pass.  Those that keep a ticket
 * note it by themselves, whether the entry has one or not.
 */
void policy_ends_text(const struct dossier *, struct appraisal *, const char *key);

/* The same as a rule: silent is lacking, any is not asked, other and past break it. */
bool hold_listed_hex(const struct dossier *, struct appraisal *, size_t rule, const char *key,
    struct bytes value);
bool hold_listed_text(const struct dossier *, struct appraisal *, size_t rule, const char *key,
    const char *value);
/*
 * A section there is: a verifier's last rule but those that need keys, so that forged evidence is
 * rejected whether there is a policy or not; lacking if not.
 */
bool hold_policy(const struct dossier *, struct appraisal *, size_t rule);

#endif
