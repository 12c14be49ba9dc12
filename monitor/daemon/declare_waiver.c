/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waivers as people ask for them.  One is agreed to by somebody else than asked for it.
 *
 *   WAIVE 0       lines: control, subject, end (ms UTC), why (may have more lines)
 *   WAIVE N       withdraws waiver N
 *   AGREE N       "agree" or "refuse"
 */
#include <inttypes.h>

#include "monitor/base/clock.h"
#include "monitor/daemon/engine_declare.h"
#include "monitor/state/judge.h"

static const struct waiver *
waiver_find(const struct judgement *j, uint64_t seq)
{
	for (uint32_t i = 0; j != NULL && i < judgement_waivers(j); i++)
		if (judgement_waiver(j, i)->seq == seq)
			return judgement_waiver(j, i);
	return NULL;
}

static enum err
ask_check(const struct engine *e, const char *control, const char *name, int64_t until_ms,
    struct why *why)
{
	const struct judgement *j = judgement_of(e->state);
	uint32_t c = j != NULL ? judgement_find(j, control) : UINT32_MAX;
	struct subject subject;
	enum verdict verdict;

	if (c == UINT32_MAX)
		return why_set(why, ERR_NOT_FOUND,
		    "there is no control \"%.60s\" in the packs in force; \"sekimori controls\" "
		    "lists them", control);
	if (judgement_subjects(j, c) == 0)
		return why_set(why, ERR_INVALID, "control %.60s cannot be decided here, so there "
		    "is nothing to waive", control);
	if (!judgement_subject_find(j, name, &subject) ||
	    subject.kind != judgement_control(j, c)->subject)
		return why_set(why, ERR_NOT_FOUND, "control %.60s is not about \"%.100s\"; "
		    "\"sekimori controls %.60s\" lists what it is about", control, name, control);
	verdict = judgement_finding(j, c, subject.index).beneath;
	if (verdict == VERDICT_MET || verdict == VERDICT_NOT_APPLICABLE)
		return why_set(why, ERR_INVALID, "control %.60s is %s for %.100s: there is nothing "
		    "to waive", control, verdict_name(verdict), name);
	if (until_ms <= e->state->now_ms || until_ms - e->state->now_ms > WAIVER_LONGEST_MS)
		return why_set(why, ERR_INVALID, "a waiver ends in the future, at most %d days "
		    "from now", (int)(WAIVER_LONGEST_MS / 86400000));
	return ERR_OK;
}

#define NEEDS "a waiver needs a control, a subject, an end and a reason"

static enum err
waiver_ask(struct declaring *d, struct record *record, struct why *why)
{
	struct bytes control = declare_line(d), subject = declare_line(d);
	char id[64], name[SUBJECT_TEXT];
	enum err err = declare_text(control, id, sizeof(id), NEEDS, why);

	if (err == ERR_OK)
		err = declare_text(subject, name, sizeof(name), NEEDS, why);
	if (err == ERR_OK && !declare_number(declare_line(d), &record->waiver.until))
		err = why_set(why, ERR_INVALID, "the end of the waiver is not a time");
	if (err == ERR_OK && d->text.len == 0)
		err = why_set(why, ERR_INVALID, "a waiver needs a reason");
	if (err == ERR_OK)
		err = ask_check(d->engine, id, name, record->waiver.until, why);
	record->waiver.step = WAIVER_ASKED;
	record->waiver.control = control;
	record->waiver.subject = subject;
	d->said = d->text;
	return err;
}

static enum err
waiver_decide(struct declaring *d, struct record *record, struct why *why)
{
	struct engine *e = d->engine;
	const struct pending *p = d->pending;
	struct bytes text = d->text;
	const struct waiver *waiver = waiver_find(judgement_of(e->state), p->incident);
	bool agree = bytes_equal(text, bytes_of_text("agree"));

	if (waiver == NULL)
		return why_set(why, ERR_NOT_FOUND, "there is no waiver %" PRIu64
		    "; \"sekimori controls --waivers\" lists them", p->incident);
	record->waiver.waiver = waiver->seq;
	record->waiver.control = bytes_of_text(waiver->control);
	record->waiver.subject = bytes_of_text(waiver->subject);
	record->waiver.until = waiver->until_ms;
	record->waiver.step = p->act == ACT_WAIVE ? WAIVER_WITHDRAWN :
	    agree ? WAIVER_AGREED : WAIVER_REFUSED;
	if (p->act == ACT_AGREE && !agree && !bytes_equal(text, bytes_of_text("refuse")))
		return why_set(why, ERR_INVALID, "say agree or refuse");
	if (waiver->step != WAIVER_ASKED &&
	    (p->act != ACT_WAIVE || waiver->step != WAIVER_AGREED))
		return why_set(why, ERR_INVALID, "waiver %" PRIu64 " is %s: there is nothing to "
		    "decide", waiver->seq, waiver_step_text(waiver->step));
	if (record->waiver.step == WAIVER_AGREED && waiver->until_ms <= clock_wall_ms() -
	    e->state->clock_step_ms)
		return why_set(why, ERR_INVALID, "waiver %" PRIu64 " has ended: ask for a new one",
		    waiver->seq);
	if (record->waiver.step == WAIVER_AGREED && waiver->asked_uid == p->uid)
		return why_set(why, ERR_DENIED, "waiver %" PRIu64 " was asked for by %s; somebody "
		    "else has to agree to it", waiver->seq, waiver->asked_by);
	return ERR_OK;
}

enum err
declare_waiver(struct declaring *d, struct record *record, struct why *why)
{
	return d->pending->incident == 0 ? waiver_ask(d, record, why) :
	    waiver_decide(d, record, why);
}

enum err
declare_decision(struct declaring *d, struct record *record, struct why *why)
{
	return waiver_decide(d, record, why);
}
