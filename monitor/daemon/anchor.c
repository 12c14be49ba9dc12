/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Anchors: the newest signed checkpoint goes to each time-stamp authority (RFC 3161) soon after
 * the start and then every plan.anchor_ms; what comes back is checked, recorded, and the note is
 * written where a restored copy of the database will not overwrite it.  Failures are tried again
 * with growing pauses and change nothing else.
 */
#include <inttypes.h>
#include <string.h>

#include "attest/timestamp.h"
#include "monitor/base/cbor.h"
#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/daemon/ledger_role.h"

enum {
	FIRST_MS = 3000,
	RETRY_MS = 5000,
	RETRY_DOUBLINGS = 10,
	REQUEST_MS = 30000,
	PATIENCE_MS = 60000,
	TOKEN_MAX = 64 << 10
};

#define MS_NS INT64_C(1000000)

static void
anchor_later(struct ledger_role *l, uint32_t which, const char *reason)
{
	struct anchor_due *due = &l->anchor[which];
	int64_t pause = (int64_t)RETRY_MS
	    << (due->failures < RETRY_DOUBLINGS ? due->failures : RETRY_DOUBLINGS);

	due->failures++;
	if (pause > l->start->plan->anchor_ms)
		pause = l->start->plan->anchor_ms;
	due->at_ns = clock_monotonic_ns() + pause * MS_NS;
	log_line(LOG_LEVEL_WARNING, "no time stamp from %s, asked again in %" PRId64 " s: %s",
	    l->start->plan->authority[which].name, pause / 1000, reason);
}

void
anchor_forget(struct ledger_role *l)
{
	if (l->anchor_asked_ns != 0 && l->start->plan != NULL &&
	    l->anchor_of < l->start->plan->authorities)
		anchor_later(l, l->anchor_of, "the fetch role ended");
	l->anchor_asked_ns = 0;
}

static enum err
anchor_ask(struct ledger_role *l, uint32_t which, struct why *why)
{
	const struct plan_authority *authority = &l->start->plan->authority[which];
	struct buffer request = { .max = 0 }, body = { .max = 0 };
	int fetch = role_link_fd(l->start, ROLE_FETCH, 0);
	enum err err;

	random_fill(l->anchor_nonce, sizeof(l->anchor_nonce));
	err = timestamp_request(&request, bytes_of_buffer(&l->anchor_note), l->anchor_nonce, why);
	if (err == ERR_OK) {
		cbor_put_array(&body, 9);
		cbor_put_uint(&body, ++l->anchor_id);
		cbor_put_cstr(&body, "POST");
		cbor_put_cstr(&body, authority->url);
		cbor_put_cstr(&body, "application/timestamp-query");
		cbor_put_bytes(&body, bytes_of_buffer(&request));
		cbor_put_cstr(&body, authority->trust);
		cbor_put_cstr(&body, "");
		cbor_put_uint(&body, TOKEN_MAX);
		cbor_put_uint(&body, REQUEST_MS);
		err = link_send_large(fetch, MESSAGE_FETCH, bytes_of_buffer(&body));
		if (err != ERR_OK)
			why_set(why, err, "the fetch role does not take the request");
	}
	buffer_free(&request);
	buffer_free(&body);
	if (err != ERR_OK)
		return err;
	l->anchor_asked_ns = clock_monotonic_ns();
	l->anchor_of = which;
	return ERR_OK;
}

static bool
anchor_due(struct ledger_role *l, uint32_t *which)
{
	uint32_t count = l->start->plan->authorities < AUTHORITIES_MAX ? l->start->plan->authorities
	                                                               : AUTHORITIES_MAX;
	int64_t now = clock_monotonic_ns();

	for (uint32_t i = 0; i < count; i++) {
		if (l->anchor[i].at_ns == 0)
			l->anchor[i].at_ns = now + FIRST_MS * MS_NS;
		if (l->anchor[i].at_ns <= now) {
			*which = i;
			return true;
		}
	}
	return false;
}

void
anchor_turn(struct ledger_role *l)
{
	struct why why = { .err = ERR_OK };
	uint64_t size;
	uint32_t which;

	if (l->start->plan == NULL || l->ledger == NULL || l->held_ns != 0)
		return;
	if (l->anchor_asked_ns != 0) {
		if (clock_monotonic_ns() - l->anchor_asked_ns < PATIENCE_MS * MS_NS)
			return;
		l->anchor_asked_ns = 0;
		if (l->anchor_of < l->start->plan->authorities)
			anchor_later(l, l->anchor_of, "the fetch role did not answer");
	}
	if (role_link_fd(l->start, ROLE_FETCH, 0) < 0 || !anchor_due(l, &which))
		return;
	if (ledger_checkpoint(l->ledger, UINT64_MAX >> 1, &size, &l->anchor_note, &why) != ERR_OK)
		return;		/* nothing is signed yet */
	if (anchor_ask(l, which, &why) != ERR_OK)
		anchor_later(l, which, why.text);
}

static void
newest_write(struct ledger_role *l)
{
	char path[PATH_TEXT_MAX];
	struct why why = { .err = ERR_OK };

	if (!file_path(path, sizeof(path), l->start->state, "newest-checkpoint") ||
	    file_write(path, bytes_of_buffer(&l->anchor_note), 0644, &why) != ERR_OK)
		log_line(
		    LOG_LEVEL_WARNING, "the newest anchored checkpoint is not kept: %s", why.text);
	if (l->start->newest_note[0] != '\0' &&
	    file_write(l->start->newest_note, bytes_of_buffer(&l->anchor_note), 0644, &why) !=
	        ERR_OK)
		log_line(LOG_LEVEL_WARNING,
		    "the newest anchored checkpoint is not kept outside: %s", why.text);
}

static enum err
anchor_record(struct ledger_role *l, struct bytes token, const struct plan_authority *authority,
    struct why *why)
{
	struct bytes octets = bytes_of_buffer(&l->anchor_note);
	struct record record = { .kind = RECORD_ANCHOR };
	struct timestamp stamped = { .at_ms = 0 };
	struct checkpoint checkpoint;
	struct note note;
	enum err err = timestamp_check(
	    token, octets, l->anchor_nonce, role_file(l->start, authority->trust), &stamped, why);

	if (err == ERR_UNSUPPORTED && stamped.at_ms != 0) {
		log_line(LOG_LEVEL_WARNING, "%s: %s", authority->name, why->text);
		err = ERR_OK;
	}
	if (err == ERR_OK)
		err = note_read(octets, &note, why);
	if (err == ERR_OK)
		err = checkpoint_read(note.text, &checkpoint, why);
	if (err != ERR_OK)
		return err;
	record.anchor = (struct record_anchor){ .size = checkpoint.size,
		.root = checkpoint.root,
		.note = hash_of(octets),
		.token = hash_of(token),
		.authority = bytes_of_text(authority->name),
		.stamped = stamped.at_ms };
	batch_blob(l, octets);
	batch_blob(l, token);
	batch_record(l, &record);
	return batch_commit(l, why);
}

void
anchor_answer(struct ledger_role *l, struct bytes body)
{
	struct cbor in = cbor_of(body, true);
	bool four = cbor_array(&in) == 4;
	uint64_t id = cbor_uint(&in), err = cbor_uint(&in), status = cbor_uint(&in);
	struct bytes answer = cbor_bytes(&in);
	const struct plan *plan = l->start->plan;
	struct why why = { .err = ERR_OK };

	if (!four || !cbor_done(&in) || l->anchor_asked_ns == 0 || id != l->anchor_id)
		return;		/* late: given up already */
	l->anchor_asked_ns = 0;
	if (plan == NULL || l->anchor_of >= plan->authorities)
		return;		/* a reload removed it meanwhile */
	if (err != ERR_OK)
		why_set(&why, ERR_IO, "%.*s", (int)(answer.len < 200 ? answer.len : 200),
		    (const char *)answer.at);
	else if (status != 200)
		why_set(&why, ERR_REFUSED, "it answered with HTTP status %" PRIu64, status);
	if (why.err == ERR_OK &&
	    anchor_record(l, answer, &plan->authority[l->anchor_of], &why) == ERR_OK) {
		newest_write(l);
		l->anchor[l->anchor_of].failures = 0;
		l->anchor[l->anchor_of].at_ns = clock_monotonic_ns() + plan->anchor_ms * MS_NS;
		return;
	}
	anchor_later(l, l->anchor_of, why.text);
}
