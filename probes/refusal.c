/* SPDX-License-Identifier: Apache-2.0 */
/* Which attempts are to be made, what each showed, and what that makes of the round. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/refusal.h"

/* "a, b" holds the word b. */
static bool
list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; *at != '\0';) {
		size_t entry;

		at += strspn(at, " ,");
		entry = strcspn(at, " ,");
		if (entry == len && memcmp(at, word, len) == 0)
			return true;
		at += entry;
	}
	return false;
}

/* The first word of the list that names no attempt, or "". */
static void
list_stranger(const struct refusal *refusal, const char *list, char out[64])
{
	out[0] = '\0';
	for (const char *at = list; out[0] == '\0' && *at != '\0';) {
		bool known;
		size_t len;

		at += strspn(at, " ,");
		len = strcspn(at, " ,");
		known = len == 0 || (len == 3 && memcmp(at, "all", 3) == 0);
		for (size_t i = 0; i < refusal->count; i++)
			known |= strlen(refusal->table[i].name) == len &&
			    memcmp(refusal->table[i].name, at, len) == 0;
		if (!known)
			snprintf(out, 64, "%.*s", (int)(len < 63 ? len : 63), at);
		at += len;
	}
}

static size_t
refusal_permit(const struct round *round, struct refusal *refusal,
    const struct permission *permission, int64_t *ended_ms)
{
	size_t allowed = 0;

	*ended_ms = 0;
	for (size_t i = 0; i < refusal->count; i++) {
		struct permission_grant grant;

		if (!refusal->wanted[i])
			continue;
		if (!permission_allows(permission, round_host(round), refusal->table[i].name,
		    round_wall_ms(round), &grant)) {
			refusal->denied[i] = true;
			if (grant.until_ms > *ended_ms)
				*ended_ms = grant.until_ms;
			continue;
		}
		if (allowed++ == 0 || grant.until_ms < refusal->grant.until_ms)
			refusal->grant = grant;
	}
	return allowed;
}

static void
finish_denied(struct round *round, int64_t ended_ms)
{
	char until[TIME_TEXT];

	if (ended_ms == 0) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_DENIED, "nothing was tried: the "
		    "permission names no attempt at this host; have it allowed there, by name");
		return;
	}
	time_jst_s(ended_ms, until);
	round_finish(round, OUTCOME_UNKNOWN, ERR_DENIED, "nothing was tried: the permission for "
	    "this host ended at %s; have it allowed anew", until);
}

bool
refusal_begin(struct round *round, struct refusal *refusal, const struct refusal_attempt *table,
    size_t count)
{
	const char *list = round_option(round, "attempts");
	struct permission *permission = NULL;
	struct why why = { 0 };
	char stranger[64];
	int64_t ended_ms;
	size_t allowed;

	assert(count <= REFUSAL_ATTEMPTS_MAX);
	refusal->table = table;
	refusal->count = refusal->current = count;
	for (size_t i = 0; i < count; i++)
		refusal->wanted[i] = list_has(list, "all") || list_has(list, table[i].name);
	list_stranger(refusal, list, stranger);
	if (stranger[0] != '\0') {
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID, "the option attempts names "
		    "\"%s\", which this probe does not know; its manual lists them", stranger);
		return false;
	}
	if (permission_read("permission", round_file(round, "permission"), &permission, &why) !=
	    ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_DENIED, "nothing was tried: %s",
		    why.text);
		return false;
	}
	allowed = refusal_permit(round, refusal, permission, &ended_ms);
	permission_free(permission);
	if (allowed == 0)
		finish_denied(round, ended_ms);
	return allowed > 0;
}

const struct refusal_attempt *
refusal_next(struct refusal *refusal)
{
	size_t next = refusal->current == refusal->count ? 0 : refusal->current + 1;

	while (next < refusal->count && (!refusal->wanted[next] || refusal->denied[next] ||
	    refusal->answer[next] != REFUSAL_NOT_MADE))
		next++;
	refusal->current = next;
	buffer_reset(&refusal->sent);
	buffer_reset(&refusal->received);
	return next < refusal->count ? &refusal->table[next] : NULL;
}

static void
octets_keep(struct buffer *buffer, struct bytes octets)
{
	size_t room = REFUSAL_OCTETS_MAX - buffer->len;

	buffer_put(buffer, octets.at, octets.len < room ? octets.len : room);
}

void
refusal_sent(struct refusal *refusal, struct bytes octets)
{
	octets_keep(&refusal->sent, octets);
}

void
refusal_received(struct refusal *refusal, struct bytes octets)
{
	octets_keep(&refusal->received, octets);
}

static void
evidence_keep(struct round *round, const struct refusal *refusal, const char *name)
{
	struct buffer out = { 0 };

	cbor_put_map(&out, 3);
	cbor_put_cstr(&out, "sent");
	cbor_put_bytes(&out, bytes_of_buffer(&refusal->sent));
	cbor_put_cstr(&out, "attempt");
	cbor_put_cstr(&out, name);
	cbor_put_cstr(&out, "received");
	cbor_put_bytes(&out, bytes_of_buffer(&refusal->received));
	round_evidence(round, bytes_of_buffer(&out));
	buffer_free(&out);
}

void
refusal_tell(struct round *round, struct refusal *refusal, enum refusal_answer answer,
    const char *fmt, ...)
{
	size_t at = refusal->current;
	char text[REFUSAL_TEXT];
	va_list args;

	assert(at < refusal->count && refusal->answer[at] == REFUSAL_NOT_MADE);
	refusal->answer[at] = answer;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	refusal->text[at] = memory_text(bytes_of_text(text));
	evidence_keep(round, refusal, refusal->table[at].name);
	if (answer != REFUSAL_UNCLEAR)
		round_answered(round);
}

/* Names of the attempts with this answer, as a fact; returns how many. */
static size_t
fact_names(struct round *round, const struct refusal *refusal, enum fact fact,
    enum refusal_answer answer)
{
	struct bytes names[REFUSAL_ATTEMPTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < refusal->count; i++)
		if (refusal->wanted[i] && !refusal->denied[i] && refusal->answer[i] == answer)
			names[count++] = bytes_of_text(refusal->table[i].name);
	fact_set_texts(round_facts(round), fact, names, count);
	return count;
}

static size_t
fact_denied(struct round *round, const struct refusal *refusal)
{
	struct bytes names[REFUSAL_ATTEMPTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < refusal->count; i++)
		if (refusal->denied[i])
			names[count++] = bytes_of_text(refusal->table[i].name);
	fact_set_texts(round_facts(round), FACT_REFUSAL_NOT_PERMITTED, names, count);
	return count;
}

/* "plaintext: accepted (3GPP TS 33.210 6.2): HTTP status 200" */
static void
fact_answers(struct round *round, const struct refusal *refusal)
{
	static const char *const word[] = { "not made", "refused", "accepted", "unclear" };
	char line[REFUSAL_ATTEMPTS_MAX][REFUSAL_TEXT + 160];
	struct bytes lines[REFUSAL_ATTEMPTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < refusal->count; i++) {
		if (!refusal->wanted[i] || refusal->denied[i])
			continue;
		snprintf(line[count], sizeof(line[0]), "%s: %s (%s): %s", refusal->table[i].name,
		    word[refusal->answer[i]], refusal->table[i].clause, refusal->text[i]);
		lines[count] = bytes_of_text(line[count]);
		count++;
	}
	fact_set_texts(round_facts(round), FACT_REFUSAL_ANSWERS, lines, count);
}

static const struct refusal_attempt *
first_with(const struct refusal *refusal, enum refusal_answer answer, const char **text)
{
	for (size_t i = 0; i < refusal->count; i++)
		if (refusal->wanted[i] && !refusal->denied[i] && refusal->answer[i] == answer) {
			*text = refusal->text[i];
			return &refusal->table[i];
		}
	return NULL;
}

static void
refusal_outcome(struct round *round, const struct refusal *refusal, size_t refused,
    size_t accepted, size_t unclear, size_t denied)
{
	const char *text = "";
	const struct refusal_attempt *first;

	if (accepted > 0) {
		first = first_with(refusal, REFUSAL_ACCEPTED, &text);
		round_finish(round, OUTCOME_DEGRADED, ERR_MISMATCH, "%s was accepted, which %s "
		    "forbids: %s (%zu of %zu attempts accepted)", first->name, first->clause, text,
		    accepted, accepted + refused + unclear);
	} else if (unclear > 0) {
		first = first_with(refusal, REFUSAL_UNCLEAR, &text);
		round_finish(round, OUTCOME_UNKNOWN, ERR_MISMATCH, "whether %s is refused stays "
		    "unclear: %s (%zu refused, %zu unclear)", first->name, text, refused, unclear);
	} else if (denied > 0) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_DENIED, "%zu attempts were refused; %zu "
		    "are not permitted, so nobody knows of these", refused, denied);
	} else {
		round_finish(round, OUTCOME_UP, ERR_OK, "all %zu attempts were refused: proven "
		    "closed to these, from here", refused);
	}
}

void
refusal_finish(struct round *round, struct refusal *refusal)
{
	struct fact_set *facts = round_facts(round);
	size_t refused, accepted, unclear, denied;
	char text[PERMISSION_TEXT + TIME_TEXT + 8], until[TIME_TEXT];

	for (size_t i = 0; i < refusal->count; i++)
		if (refusal->wanted[i] && !refusal->denied[i] &&
		    refusal->answer[i] == REFUSAL_NOT_MADE) {
			refusal->answer[i] = REFUSAL_UNCLEAR;
			refusal->text[i] = memory_text(bytes_of_text(i == refusal->current ?
			    "no answer before the deadline" : "not reached before the deadline"));
		}
	refused = fact_names(round, refusal, FACT_REFUSAL_REFUSED, REFUSAL_REFUSED);
	accepted = fact_names(round, refusal, FACT_REFUSAL_ACCEPTED, REFUSAL_ACCEPTED);
	unclear = fact_names(round, refusal, FACT_REFUSAL_UNCLEAR, REFUSAL_UNCLEAR);
	denied = fact_denied(round, refusal);
	fact_set_int(facts, FACT_REFUSAL_ACCEPTED_COUNT, (int64_t)accepted);
	fact_set_int(facts, FACT_REFUSAL_UNCLEAR_COUNT, (int64_t)(unclear + denied));
	/* Unclear is neither closed nor open: without the fact a verdict is unknown, too. */
	if (accepted > 0 || unclear + denied == 0)
		fact_set_flag(facts, FACT_REFUSAL_CLOSED, accepted == 0);
	time_jst_s(refusal->grant.until_ms, until);
	snprintf(text, sizeof(text), "%s, until %s", refusal->grant.who, until);
	fact_set_text(facts, FACT_REFUSAL_PERMISSION, bytes_of_text(text));
	fact_set_time(facts, FACT_REFUSAL_UNTIL, refusal->grant.until_ms);
	fact_answers(round, refusal);
	refusal_outcome(round, refusal, refused, accepted, unclear, denied);
}

void
refusal_free(struct refusal *refusal)
{
	for (size_t i = 0; i < REFUSAL_ATTEMPTS_MAX; i++)
		free(refusal->text[i]);
	buffer_free(&refusal->sent);
	buffer_free(&refusal->received);
}
