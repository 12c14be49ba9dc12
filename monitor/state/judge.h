/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judgement: what the facts mean by the packs in force.  A second fold beside the facts fold: it
 * follows from the records alone, is hashed apart, and can be made again under another pack.  Only
 * subjects of which a fact changed, or whose deadline came, are judged again.
 *
 * A fact counts while its belief does: what is stale, missed or behind a gap is missing, and a
 * control that needs it is unknown.  Of a target each address is judged; the worst stands.
 */
#ifndef MONITOR_STATE_JUDGE_H
#define MONITOR_STATE_JUDGE_H

#include "monitor/state/fold.h"
#include "monitor/state/pack.h"

enum { JUDGE_VERSION = 1 };		/* of the canonical judgement */

/* Numbers are recorded (in canonical judgements). */
#define VERDICT_LIST(X)                                        \
	X(UNKNOWN,        "unknown",        '?')               \
	X(MET,            "met",            '.')               \
	X(NOT_MET,        "not-met",        'X')               \
	X(WAIVED,         "waived",         'w')               \
	X(NOT_APPLICABLE, "not-applicable", '-')

enum verdict {
#define X(NAME, name, letter) VERDICT_##NAME,
	VERDICT_LIST(X)
#undef X
	VERDICTS
};

/* One control on one subject. */
struct finding {
	struct subject subject;
	enum verdict   verdict;		/* as shown: waived where a waiver is in force */
	enum verdict   beneath;		/* as judged */
	int64_t        since_ms;	/* recorded time of the last change of "beneath" */
	uint64_t       seq;		/* the record that changed it */
	uint64_t       waiver;		/* the WAIVER record in force, 0 if none */
};

enum { SUBJECT_TEXT = 160 };		/* "target:" and a name */

/* A verdict that changed to or from not-met or waived; newest last, TIMELINE_MAX at most. */
struct judged_change {
	uint64_t     seq;
	int64_t      recorded_ms;
	enum verdict before, after;
	enum level   level;
	char         control[64];
	char         subject[SUBJECT_TEXT];
};

enum waiver_step { WAIVER_ASKED, WAIVER_AGREED, WAIVER_REFUSED, WAIVER_WITHDRAWN, WAIVER_ENDED };

struct waiver {
	uint64_t         seq;		/* the record that asked: its number */
	enum waiver_step step;
	int64_t          asked_ms, decided_ms, until_ms;
	uint64_t         decided_seq;
	uint64_t         asked_uid;
	char             asked_by[64], decided_by[64];
	char             control[64];
	char             subject[SUBJECT_TEXT];
	struct hash      text;		/* commitment of why */
};

struct judgement;

/* What is believed together with the state; NULL where the plan names no pack. */
const struct judgement *judgement_of(const struct state *);

uint32_t           judgement_packs(const struct judgement *);
const struct pack *judgement_pack(const struct judgement *, uint32_t i); /* NULL: set aside */
struct hash        judgement_pack_hash(const struct judgement *, uint32_t i);
const char        *judgement_pack_fault(const struct judgement *, uint32_t i);	/* "" if none */

/* Controls of all packs, in their order; find: UINT32_MAX if there is none. */
uint32_t                   judgement_controls(const struct judgement *);
const struct pack_control *judgement_control(const struct judgement *, uint32_t c);
uint32_t                   judgement_control_pack(const struct judgement *, uint32_t c);
uint32_t                   judgement_find(const struct judgement *, const char *id);
/* How many subjects have each verdict; one that cannot be decided has none. */
void         judgement_counts(const struct judgement *, uint32_t c, uint32_t count[VERDICTS]);
/* The worst of its subjects: not-met, unknown, waived, met, not-applicable. */
enum verdict judgement_verdict(const struct judgement *, uint32_t c);
uint32_t       judgement_subjects(const struct judgement *, uint32_t c);
struct finding judgement_finding(const struct judgement *, uint32_t c, uint32_t i);
/* The same but for its waiver, which is left 0: in constant time, for long lists. */
struct finding judgement_glance(const struct judgement *, uint32_t c, uint32_t i);
/* False if there is no such subject: "target:amf-1-tls" as judgement_subject_text makes it. */
bool judgement_subject_find(const struct judgement *, const char *text, struct subject *);
void judgement_subject_text(const struct judgement *, struct subject, char out[SUBJECT_TEXT]);

/* What a finding rests on: each name its conditions read, as it is now.  replica: of a target. */
struct judged_value {
	const struct condition_name *name;
	struct value   value;
	struct subject subject;		/* whose it is: the subject's own or what it belongs to */
	bool           inside;		/* read of elements below: there is no one value */
};
typedef void judged_each(void *arg, const struct judged_value *);
void judgement_reads(const struct state *, uint32_t c, struct subject, judged_each *, void *arg);
/* A name of the tables, outside any control: as judged for this subject now. */
struct value judgement_value(const struct state *, struct subject, const struct condition_name *);
/* The records behind what the witnesses say of where it is, if the name is one of place. */
typedef void judged_record(void *arg, uint64_t seq);
void judgement_places(const struct state *, struct subject, const struct condition_name *,
    judged_record *, void *arg);
/* Elements below the subject that fail an "all" or satisfy a "none" or "count" of the control. */
typedef void judged_element(void *arg, struct subject element);
void judgement_elements(const struct state *, uint32_t c, struct subject, judged_element *,
    void *arg);
/* The first name that is missing, "" if none: why a finding is unknown. */
void judgement_missing(const struct state *, uint32_t c, struct subject, struct buffer *out);

uint32_t                    judgement_changes(const struct judgement *);
const struct judged_change *judgement_change(const struct judgement *, uint32_t i);
uint64_t                    judgement_changes_total(const struct judgement *);
uint32_t                    judgement_waivers(const struct judgement *);	/* oldest first */
const struct waiver        *judgement_waiver(const struct judgement *, uint32_t i);

/* Canonical bytes: deterministic CBOR; the hash is their SHA-256, zero without a pack. */
void        judgement_encode(struct buffer *, const struct state *);
struct hash judgement_hash(const struct state *);
/* Puts a judgement back beside a decoded state: packs from the source, the rest from octets.
 * ERR_MALFORMED, ERR_MISMATCH: octets of another plan, pack or version. */
MUST_USE enum err judgement_restore(struct state *, struct bytes octets,
    const struct blob_source *, struct why *);
/* Judges everything anew under other packs ("rejudge"); the packs become the state's, whatever
 * later configurations name.  A state that is NULL of plan has nothing to judge: ERR_NOT_FOUND. */
MUST_USE enum err judgement_under(struct state *, struct pack **pack, const struct hash *hash,
    uint32_t packs, struct why *);

const char *verdict_name(enum verdict);		/* "not-met" */
const char *verdict_text(enum verdict);		/* "not met", for translation */
char        verdict_letter(enum verdict);
const char *waiver_step_text(enum waiver_step);	/* for translation */

#endif
