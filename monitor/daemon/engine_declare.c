/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people declare becomes a record with who the kernel says it was.  It is answered once the
 * very record was read back from the ledger: the octets that were handed over, stamped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/engine_declare.h"

/* --- reading ------------------------------------------------------------------------------ */

struct bytes
declare_line(struct declaring *d)
{
	const uint8_t *end = d->text.len > 0 ? memchr(d->text.at, '\n', d->text.len) : NULL;
	size_t len = end != NULL ? (size_t)(end - d->text.at) : d->text.len;
	struct bytes line = bytes_of(d->text.at, len);

	d->text = bytes_slice(d->text, end != NULL ? len + 1 : len, d->text.len);
	return line;
}

bool
declare_number(struct bytes line, int64_t *out)
{
	char text[24], *end;

	if (line.len == 0 || line.len >= sizeof(text))
		return false;
	memcpy(text, line.at, line.len);
	text[line.len] = '\0';
	*out = strtoll(text, &end, 10);
	return *end == '\0' && *out >= 0;
}

bool
declare_hash(struct bytes line, struct hash *out)
{
	char text[HASH_TEXT];

	if (line.len != HASH_TEXT - 1)
		return false;
	memcpy(text, line.at, line.len);
	text[line.len] = '\0';
	return hex_read(text, out->at, HASH_LEN) == ERR_OK;
}

enum err
declare_text(struct bytes line, char *out, size_t out_len, const char *sentence, struct why *why)
{
	if (line.len == 0 || line.len >= out_len)
		return why_set(why, ERR_INVALID, "%s", sentence);
	memcpy(out, line.at, line.len);
	out[line.len] = '\0';
	return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------- */

typedef enum err declare_fill(struct declaring *, struct record *, struct why *);

static const struct declare {
	enum act         act;
	enum record_kind kind;
	declare_fill    *fill;
	size_t           uid, author, text;	/* in the record; text 0: it has none */
} declares[] = {
#define TEXT_OF_waiver     offsetof(struct record, waiver.text)
#define TEXT_OF_filing     0
#define TEXT_OF_window     offsetof(struct record, window.text)
#define TEXT_OF_correction offsetof(struct record, correction.text)
#define TEXT_OF_intent     offsetof(struct record, intent.text)
#define TEXT_OF_ceremony   offsetof(struct record, ceremony.text)
#define TEXT_OF_entry      offsetof(struct record, entry.text)
#define DECLARE(act, kind, name, field)                                                 \
	{ ACT_##act, RECORD_##kind, declare_##name, offsetof(struct record, field.uid), \
	  offsetof(struct record, field.author), TEXT_OF_##field },
#include "monitor/daemon/declare_list.h"
};

static const struct declare *
declare_find(enum act act)
{
	for (size_t i = 0; i < sizeof(declares) / sizeof(declares[0]); i++)
		if (declares[i].act == act)
			return &declares[i];
	return NULL;
}

bool
declare_is(enum act act)
{
	return declare_find(act) != NULL;
}

/* The ledger gives a record its time, in an exercise its mark, and nothing else. */
static struct hash
made_of(const struct record *record)
{
	struct record unstamped = *record;
	struct buffer octets = { .max = RECORD_MAX };
	struct hash hash;

	unstamped.recorded_ms = 0;
	unstamped.drill = false;
	record_encode(&octets, &unstamped);
	hash = hash_of(bytes_of_buffer(&octets));
	buffer_free(&octets);
	return hash;
}

enum err
declare_append(struct engine *e, struct pending *p, struct bytes text, struct why *why)
{
	const struct declare *declare = declare_find(p->act);
	struct buffer scratch[2] = { { .max = 0 }, { .max = 0 } };
	struct declaring d = { e, p, text, scratch, bytes_of(NULL, 0) };
	struct record record;
	uint8_t *at = (uint8_t *)&record;
	enum err err;

	p->kind = declare->kind;
	engine_record_head(&record, p->kind);
	err = declare->fill(&d, &record, why);
	if (err == ERR_OK && !port_room(e->ledger_port, 2))
		err = e->ledger_port == NULL ? ERR_CLOSED : ERR_BUSY;
	if (err == ERR_OK && declare->text != 0)
		err = act_text_keep(e, d.said, (struct hash *)(void *)(at + declare->text));
	*(uint64_t *)(void *)(at + declare->uid) = p->uid;
	*(struct bytes *)(void *)(at + declare->author) = bytes_of_text(p->author);
	p->made = made_of(&record);
	if (p->kind == RECORD_WAIVER)
		p->step = record.waiver.step;
	if (p->kind == RECORD_WINDOW)
		p->step = record.window.step;
	if (p->kind == RECORD_INTENT)
		p->step = record.intent.step;
	if (p->kind == RECORD_CEREMONY)
		p->step = record.ceremony.step;
	if (err == ERR_OK)
		err = engine_append(e, &record);
	buffer_free(&scratch[0]);
	buffer_free(&scratch[1]);
	return err;
}

bool
declare_is_its(const struct pending *p, const struct record *record)
{
	return record->kind == p->kind && hash_equal(made_of(record), p->made);
}

void
declare_answer(const struct pending *p, uint64_t seq, char *out, size_t out_len)
{
	static const char *const steps[] = { "asked for", "agreed to", "refused", "withdrawn" };
	static const char *const intents[] = { "announced", "agreed to", "refused", "withdrawn" };
	static const char *const ceremonies[] = { "told", "agreed to", "refused", "withdrawn" };
	static const char *const windows[] = { "asked for", "agreed to", "refused", "ended" };
	uint64_t number = p->incident != 0 ? p->incident : seq;

	switch (p->kind) {
	case RECORD_FILING:
		snprintf(out, out_len, "filing recorded by %s: record %" PRIu64, p->author, seq);
		break;
	case RECORD_WINDOW:
		snprintf(out, out_len, "window %" PRIu64 " %s by %s: record %" PRIu64, number,
		    windows[p->step < 4 ? p->step : 0], p->author, seq);
		break;
	case RECORD_INTENT:
		snprintf(out, out_len, "intent %" PRIu64 " %s by %s: record %" PRIu64, number,
		    intents[p->step < 4 ? p->step : 0], p->author, seq);
		break;
	case RECORD_CEREMONY:
		snprintf(out, out_len, "number %" PRIu64 " %s by %s: record %" PRIu64 "%s", number,
		    ceremonies[p->step < 4 ? p->step : 0], p->author, seq,
		    p->step == CEREMONY_TOLD ? "; it counts once somebody else agrees" :
		    "");
		break;
	case RECORD_CORRECTION:
		snprintf(out, out_len, "incident %" PRIu64 " corrected by %s: record %" PRIu64,
		    number, p->author, seq);
		break;
	case RECORD_ENTRY:
		snprintf(out, out_len, "entered by %s: record %" PRIu64, p->author, seq);
		break;
	default:
		snprintf(out, out_len, "waiver %" PRIu64 " %s by %s: record %" PRIu64, number,
		    steps[p->step < 4 ? p->step : 0], p->author, seq);
	}
}
