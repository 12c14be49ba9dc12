/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waivers and filings as people ask for them: checked against what is believed now, then recorded
 * with who the kernel says it was.  A waiver is agreed to by somebody else than asked for it.
 *
 *   WAIVE 0       lines: control, subject, end (ms UTC), why (may have more lines)
 *   WAIVE N       withdraws waiver N
 *   AGREE N       "agree" or "refuse"
 *   FILE 0        lines: report, edition, size, root, claims, documents (hex), one a line
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/daemon/engine.h"
#include "monitor/state/judge.h"

enum { DOCUMENTS_MAX = 16 };

static struct bytes
line_take(struct bytes *text)
{
	const uint8_t *end = text->len > 0 ? memchr(text->at, '\n', text->len) : NULL;
	size_t len = end != NULL ? (size_t)(end - text->at) : text->len;
	struct bytes line = bytes_of(text->at, len);

	*text = bytes_slice(*text, end != NULL ? len + 1 : len, text->len);
	return line;
}

static bool
number_of(struct bytes line, int64_t *out)
{
	char text[24], *end;

	if (line.len == 0 || line.len >= sizeof(text))
		return false;
	memcpy(text, line.at, line.len);
	text[line.len] = '\0';
	*out = strtoll(text, &end, 10);
	return *end == '\0' && *out >= 0;
}

static bool
hash_of_line(struct bytes line, struct hash *out)
{
	char text[HASH_TEXT];

	if (line.len != HASH_TEXT - 1)
		return false;
	memcpy(text, line.at, line.len);
	text[line.len] = '\0';
	return hex_read(text, out->at, HASH_LEN) == ERR_OK;
}

/* --- waivers ------------------------------------------------------------------------------ */

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

static enum err
text_line(struct bytes line, char *out, size_t out_len, struct why *why)
{
	if (line.len == 0 || line.len >= out_len)
		return why_set(why, ERR_INVALID, "a waiver needs a control, a subject, an end and "
		    "a reason");
	memcpy(out, line.at, line.len);
	out[line.len] = '\0';
	return ERR_OK;
}

static enum err
waiver_ask(struct engine *e, struct bytes text, struct record *record, struct bytes *said,
    struct why *why)
{
	struct bytes control = line_take(&text), subject = line_take(&text);
	char id[64], name[SUBJECT_TEXT];
	enum err err = text_line(control, id, sizeof(id), why);

	if (err == ERR_OK)
		err = text_line(subject, name, sizeof(name), why);
	if (err == ERR_OK && !number_of(line_take(&text), &record->waiver.until))
		err = why_set(why, ERR_INVALID, "the end of the waiver is not a time");
	if (err == ERR_OK && text.len == 0)
		err = why_set(why, ERR_INVALID, "a waiver needs a reason");
	if (err == ERR_OK)
		err = ask_check(e, id, name, record->waiver.until, why);
	record->waiver.step = WAIVER_ASKED;
	record->waiver.control = control;
	record->waiver.subject = subject;
	*said = text;
	return err;
}

static enum err
waiver_decide(struct engine *e, const struct pending *p, struct bytes text,
    struct record *record, struct why *why)
{
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

/* --- filings ------------------------------------------------------------------------------ */

static enum err
filing_make(const struct engine *e, struct bytes text, struct record *record,
    struct buffer *scratch, struct why *why)
{
	struct record_filing *filing = &record->filing;
	struct hash document[DOCUMENTS_MAX];
	size_t documents = 0;
	int64_t size = -1;

	filing->report = line_take(&text);
	filing->edition = line_take(&text);
	if (!number_of(line_take(&text), &size) || (uint64_t)size > e->state->size ||
	    !hash_of_line(line_take(&text), &filing->root) ||
	    !hash_of_line(line_take(&text), &filing->claims) || filing->report.len == 0)
		return why_set(why, ERR_INVALID,
		    "a filing needs a report, an edition, a size of this ledger and hashes");
	for (; text.len > 0 && documents < DOCUMENTS_MAX; documents++)
		if (!hash_of_line(line_take(&text), &document[documents]))
			return why_set(why, ERR_INVALID,
			    "a document of the filing is not named by a SHA-256");
	if (text.len > 0 || documents == 0)
		return why_set(why, ERR_INVALID, "a filing has 1 to %d documents", DOCUMENTS_MAX);
	filing->size = (uint64_t)size;
	filing->documents = record_hashes(scratch, document, documents);
	return ERR_OK;
}

/* --- both --------------------------------------------------------------------------------- */

enum err
declare_append(struct engine *e, struct pending *p, struct bytes text, struct why *why)
{
	struct buffer scratch = { .max = 0 };
	struct bytes said = bytes_of(NULL, 0);
	struct record record;
	enum err err;

	p->kind = p->act == ACT_FILE ? RECORD_FILING : RECORD_WAIVER;
	engine_record_head(&record, p->kind);
	if (p->act == ACT_FILE)
		err = filing_make(e, text, &record, &scratch, why);
	else if (p->act == ACT_WAIVE && p->incident == 0)
		err = waiver_ask(e, text, &record, &said, why);
	else
		err = waiver_decide(e, p, text, &record, why);
	if (err == ERR_OK && !port_room(e->ledger_port, 2))
		err = e->ledger_port == NULL ? ERR_CLOSED : ERR_BUSY;
	if (err == ERR_OK && p->kind == RECORD_WAIVER)
		err = act_text_keep(e, said, &record.waiver.text);
	if (p->kind == RECORD_FILING) {
		record.filing.uid = p->uid;
		record.filing.author = bytes_of_text(p->author);
		p->commitment = record.filing.claims;
	} else {
		record.waiver.uid = p->uid;
		record.waiver.author = bytes_of_text(p->author);
		p->commitment = record.waiver.text;
		p->step = record.waiver.step;
	}
	p->observed_ms = record.observed_ms;
	if (err == ERR_OK)
		err = engine_append(e, &record);
	buffer_free(&scratch);
	return err;
}

bool
declare_is_its(const struct pending *p, const struct record *record)
{
	if (record->kind != p->kind || record->observed_ms != p->observed_ms)
		return false;
	if (p->kind == RECORD_FILING)
		return record->filing.uid == p->uid &&
		    hash_equal(record->filing.claims, p->commitment);
	return record->waiver.uid == p->uid && record->waiver.waiver == p->incident &&
	    record->waiver.step == p->step && hash_equal(record->waiver.text, p->commitment);
}

void
declare_answer(const struct pending *p, uint64_t seq, char *out, size_t out_len)
{
	static const char *const steps[] = { "asked for", "agreed to", "refused", "withdrawn" };

	if (p->kind == RECORD_FILING)
		snprintf(out, out_len, "filing recorded by %s: record %" PRIu64, p->author, seq);
	else
		snprintf(out, out_len, "waiver %" PRIu64 " %s by %s: record %" PRIu64,
		    p->incident != 0 ? p->incident : seq,
		    steps[p->step < 4 ? p->step : 0], p->author, seq);
}
