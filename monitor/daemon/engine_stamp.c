/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time stamps for seals: the hash goes to a configured authority (RFC 3161) through the fetch role.
 * What comes back must be over that hash, carry our nonce and lead to the pinned roots; then who
 * asked, for what and what came is an OPERATOR record, and only then the token is handed out.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attest/timestamp.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/engine.h"

enum {
	STAMP_REQUEST_MS = 30000,
	STAMP_MS         = 45000,	/* until the fetch role is given up */
	STAMP_OCTETS     = 48 << 10	/* of the answer: base64 of it fits one packet */
};

static const struct plan_authority *
authority_find(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; plan != NULL && i < plan->authorities; i++)
		if (name[0] == '\0' || strcmp(plan->authority[i].name, name) == 0)
			return &plan->authority[i];
	return NULL;
}

static enum err
text_read(struct pending *p, struct bytes text, struct why *why)
{
	char hex[HASH_TEXT] = "";
	size_t rest;

	if (text.len >= HASH_TEXT - 1)
		memcpy(hex, text.at, HASH_TEXT - 1);
	rest = text.len > HASH_TEXT - 1 ? text.len - HASH_TEXT : 0;
	if (hex_read(hex, p->stamped.at, HASH_LEN) != ERR_OK || rest >= sizeof(p->authority) ||
	    (text.len > HASH_TEXT - 1 && text.at[HASH_TEXT - 1] != '\n'))
		return why_set(why, ERR_INVALID, "say the SHA-256 in hex, and then at most the "
		    "name of an authority");
	if (rest > 0)
		memcpy(p->authority, text.at + HASH_TEXT, rest);
	p->authority[rest] = '\0';
	return ERR_OK;
}

static struct pending *
pending_of(struct engine *e, uint64_t tag)
{
	for (int i = 0; i < ACTS_MAX; i++)
		if (e->pending[i].stage == PENDING_STAMP && e->pending[i].act_id == tag)
			return &e->pending[i];
	return NULL;
}

static enum err
token_check(struct engine *e, struct pending *p, struct bytes response, struct timestamp *stamp,
    struct why *why)
{
	const struct plan_authority *authority = authority_find(e->start->plan, p->authority);
	struct bytes roots = authority != NULL ? role_file(e->start, authority->trust) :
	    bytes_of(NULL, 0);

	if (authority == NULL)
		return why_set(why, ERR_NOT_FOUND, "the configuration no longer has the authority");
	return timestamp_check_hash(response, p->stamped, p->nonce, roots, stamp, why);
}

/* Recorded first: what was handed out is known to whoever reads the ledger. */
static enum err
token_record(struct engine *e, struct pending *p, struct bytes response,
    const struct timestamp *stamp, struct why *why)
{
	struct buffer token = { .max = STAMP_OCTETS }, coded = { .max = 2 * STAMP_OCTETS };
	struct buffer text = { .max = NOTE_TEXT_MAX };
	char hex[HASH_TEXT], when[TIME_TEXT];
	enum err err = timestamp_token(response, &token, why);

	if (err == ERR_OK) {
		base64_put(&coded, bytes_of_buffer(&token));
		p->token = memory_text(bytes_of_buffer(&coded));
		hash_text(p->stamped, hex);
		time_utc(stamp->at_ms, when);
		buffer_print(&text, "token over SHA-256 %s by %s (%.200s) at %s, serial %s", hex,
		    p->authority, stamp->authority, when, stamp->serial);
		p->stage = PENDING_OPERATOR;
		p->kind = RECORD_OPERATOR;
		p->from = e->state->size;
		p->until_ms = engine_now_ms() + ACT_RECORD_MS;
		err = act_operator(e, p, bytes_of_buffer(&text));
		if (err != ERR_OK)
			why_set(why, err, "the ledger does not take the record now (%s); try "
			    "again", err_text(err));
	}
	buffer_free(&token);
	buffer_free(&coded);
	buffer_free(&text);
	return err;
}

static void
on_fetched(void *arg, uint64_t tag, enum err err, uint64_t status, struct bytes body)
{
	struct engine *e = arg;
	struct pending *p = pending_of(e, tag);
	struct timestamp stamp = { .at_ms = 0 };
	struct why why = { .err = ERR_OK };

	if (p == NULL)
		return;		/* given up already */
	e->now_ms = engine_now_ms();
	if (err != ERR_OK)
		why_set(&why, err, "%.*s", (int)(body.len < 300 ? body.len : 300),
		    (const char *)body.at);
	else if (status != 200)
		err = why_set(&why, ERR_REFUSED, "it answered with HTTP status %" PRIu64, status);
	if (err == ERR_OK)
		err = token_check(e, p, body, &stamp, &why);
	if (err == ERR_OK)
		err = token_record(e, p, body, &stamp, &why);
	if (err != ERR_OK) {
		char sentence[WHY_TEXT_MAX + NAME_MAX_LEN + 40];

		snprintf(sentence, sizeof(sentence), "no time stamp from %s: %s", p->authority,
		    why.text);
		act_finish(e, p, err, sentence, 0);
	}
}

enum err
stamp_ask(struct engine *e, struct pending *p, struct bytes text, struct why *why)
{
	const struct plan_authority *authority;
	struct buffer request = { .max = 0 };
	struct fetch_post post;
	enum err err = text_read(p, text, why);

	if (err != ERR_OK)
		return err;
	authority = authority_find(e->start->plan, p->authority);
	if (authority == NULL)
		return why_set(why, ERR_NOT_FOUND, p->authority[0] != '\0' ?
		    "the configuration has no authority \"%.100s\"" :
		    "the configuration names no time-stamp authority%.0s", p->authority);
	snprintf(p->authority, sizeof(p->authority), "%s", authority->name);
	random_fill(p->nonce, sizeof(p->nonce));
	err = timestamp_request_hash(&request, p->stamped, p->nonce, why);
	post = (struct fetch_post){ .url = authority->url,
	    .content_type = "application/timestamp-query", .trust = authority->trust,
	    .secret = "", .body = bytes_of_buffer(&request), .octets_max = STAMP_OCTETS,
	    .time_ms = STAMP_REQUEST_MS };
	p->act_id = ++e->last_act;
	if (err == ERR_OK) {
		err = fetch_begin(&e->fetch, &post, e->now_ms, on_fetched, e, p->act_id);
		if (err != ERR_OK)
			why_set(why, err, "the fetch role does not take the request now (%s); try "
			    "again", err_text(err));
	}
	buffer_free(&request);
	p->stage = PENDING_STAMP;
	p->until_ms = e->now_ms + STAMP_MS;
	return err;
}
