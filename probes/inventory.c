/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "inventory": what a provider's API says of one resource, or of a whole account.  Each
 * round is a process of its own (sekimori-inventory), which alone has libcurl and what the
 * provider sends; only facts of the inventory's own numbers are taken from it.
 */
#include <string.h>
#include <unistd.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "probes/helper.h"
#include "probes/probe.h"
#include "probes/wire/inventory_message.h"

_Static_assert((int)INVENTORY_REQUEST_FD == (int)HELPER_REQUEST_FD &&
    (int)INVENTORY_ANSWER_FD == (int)HELPER_ANSWER_FD, "who starts it uses the same");

enum {
	/* what the helper may say: two ranges of fact_list.h */
	FACT_FIRST = 450, FACT_LAST = 519,
	FACT_FIRST_USE = 600, FACT_LAST_USE = 619,
	END_WAIT_NS = 5000000		/* until the end of the process is looked at again */
};

struct shared { struct helper_program program; struct helper_graves graves; };
struct inventory { struct helper helper; enum err read; };

static const struct { enum outcome outcome; enum err err; const char *text; } verdicts[] = {
#define X(NAME, its, error, words) [INVENTORY_##NAME] = { OUTCOME_##its, ERR_##error, words },
	INVENTORY_RESULTS(X)
#undef X
};

static const char *
options_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	const char *endpoint = option(of, "endpoint");

	if (option(of, "resource")[0] != '\0' && option(of, "kind")[0] == '\0')
		return "kind must say what the resource is";
	if (endpoint[0] != '\0' && strncmp(endpoint, "https://", 8) != 0)
		return "endpoint must begin with https://: credentials go nowhere else";
	return NULL;
}

static void
begin(struct round *round, struct inventory *inventory)
{
	struct shared *shared = round_shared(round);
	struct buffer request = { .max = 2 * INVENTORY_REQUEST_MAX };
	struct why why = { .err = ERR_OK };
	enum err err;

	inventory_request_write(&request, &(struct inventory_request){
	    .provider = bytes_of_text(round_option(round, "provider")),
	    .account = bytes_of_text(round_option(round, "account")),
	    .kind = bytes_of_text(round_option(round, "kind")),
	    .resource = bytes_of_text(round_option(round, "resource")),
	    .regions = bytes_of_text(round_option(round, "regions")),
	    .endpoint = bytes_of_text(round_option(round, "endpoint")),
	    .credential = round_file(round, "credential"), .trust = round_file(round, "trust"),
	    .allow_write = strcmp(round_option(round, "allow_write"), "true") == 0,
	    .time_ms = (uint64_t)(round_left_ns(round) / 1000000) });
	err = helper_start(&inventory->helper, &shared->program, bytes_of_buffer(&request), &why);
	explicit_bzero(request.at, request.cap);
	buffer_free(&request);
	if (err != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
	else
		round_watch(round, inventory->helper.answer);
}

/* Facts of other numbers are not the helper's to tell. */
static bool
facts_own(struct bytes facts)
{
	struct fact_walk walk;
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;

	if (facts_check(facts, NULL) != ERR_OK)
		return false;
	walk = fact_walk_of(facts);
	while (fact_walk_next(&walk, &number, &row, &value))
		if (row == NULL || ((number < FACT_FIRST || number > FACT_LAST) &&
		    (number < FACT_FIRST_USE || number > FACT_LAST_USE)))
			return false;
	return true;
}

static void
texts_take(struct fact_set *out, enum fact fact, struct bytes value)
{
	struct cbor in = cbor_of(value, true);
	struct bytes text[FACT_LIST_MAX];
	uint64_t count = cbor_array(&in);
	size_t taken = 0;

	for (uint64_t i = 0; i < count && taken < FACT_LIST_MAX; i++)
		text[taken++] = cbor_text(&in);
	fact_set_texts(out, fact, text, taken);
}

static void
facts_take(struct fact_set *out, struct bytes facts)
{
	struct fact_walk walk = fact_walk_of(facts);
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, &value)) {
		struct cbor in = cbor_of(value, true);
		struct hash hash;

		if (row->type == FACT_TYPE_flag)
			fact_set_flag(out, row->fact, cbor_bool(&in));
		else if (row->type == FACT_TYPE_int)
			fact_set_int(out, row->fact, cbor_int(&in));
		else if (row->type == FACT_TYPE_time)
			fact_set_time(out, row->fact, cbor_int(&in));
		else if (row->type == FACT_TYPE_text)
			fact_set_text(out, row->fact, cbor_text(&in));
		else if (row->type == FACT_TYPE_texts)
			texts_take(out, row->fact, value);
		else if (row->type == FACT_TYPE_hash && fact_hash(facts, row->fact, &hash))
			fact_set_hash(out, row->fact, hash);
	}
}

static void
reply_finish(struct round *round, const struct inventory_reply *reply)
{
	const char *words = verdicts[reply->result].text;
	char text[INVENTORY_TEXT_MAX + 1];

	if (!facts_own(reply->facts)) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_MALFORMED, "sekimori-inventory told "
		    "facts that are not its own");
		return;
	}
	round_answered(round);
	facts_take(round_facts(round), reply->facts);
	for (size_t i = 0; i < reply->evidences; i++)
		round_evidence(round, reply->evidence[i]);
	text_escape((const char *)reply->text.at, reply->text.len, text, sizeof(text));
	round_finish(round, verdicts[reply->result].outcome, verdicts[reply->result].err,
	    "%s%s%s", words, words[0] != '\0' && text[0] != '\0' ? ": " : "", text);
}

static void
died(struct round *round, const struct inventory_reply *reply, int signal, int status)
{
	char step[INVENTORY_STEP_MAX + 1];

	text_escape((const char *)reply->step.at, reply->step.len, step, sizeof(step));
	if (signal != 0)
		round_finish(round, OUTCOME_UNKNOWN, ERR_IO, "sekimori-inventory was ended by "
		    "signal %d (%s) %s", signal, strsignal(signal), step);
	else
		round_finish(round, OUTCOME_UNKNOWN, ERR_IO, "sekimori-inventory ended with status "
		    "%d and no answer, %s", status, step);
}

/* The process has ended and everything it said is here. */
static void
ended(struct round *round, struct inventory *inventory, int signal, int status)
{
	struct inventory_reply reply = { .whole = false };
	enum err err = inventory->read == ERR_LIMIT ? ERR_LIMIT :
	    inventory_reply_read(bytes_of_buffer(&inventory->helper.octets), &reply);

	if (err != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, err == ERR_LIMIT ? err : ERR_MALFORMED,
		    "what came from sekimori-inventory is not an answer: %s", err_text(err));
	else if (reply.whole)
		reply_finish(round, &reply);
	else
		died(round, &reply, signal, status);
}

static void
end_look(struct round *round, struct inventory *inventory)
{
	int signal, status;

	if (helper_ended(&inventory->helper, &signal, &status))
		ended(round, inventory, signal, status);
	else
		round_wait(round, END_WAIT_NS);
}

static void
on_readable(struct round *round, struct inventory *inventory)
{
	inventory->read = helper_read(&inventory->helper);
	if (inventory->read == ERR_BUSY)
		return;
	if (inventory->read == ERR_LIMIT)
		helper_kill(&inventory->helper);
	round_unwatch(round);
	end_look(round, inventory);
}

static void
on_deadline(struct round *round, const struct inventory *inventory)
{
	struct inventory_reply reply;
	char step[INVENTORY_STEP_MAX + 1];

	if (inventory_reply_read(bytes_of_buffer(&inventory->helper.octets), &reply) != ERR_OK)
		reply.step.len = 0;
	text_escape((const char *)reply.step.at, reply.step.len, step, sizeof(step));
	round_finish(round, OUTCOME_UNKNOWN, ERR_TIMEOUT, "the provider's API was not read before "
	    "the deadline%s%s", step[0] != '\0' ? ": it was ended " : "", step);
}

static void
inventory_on(struct round *round, const struct event *event)
{
	struct shared *shared = round_shared(round);
	struct inventory *inventory = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		helper_graves_turn(&shared->graves);
		inventory->helper.answer = -1;
		begin(round, inventory);
		break;
	case EVENT_READABLE:
		on_readable(round, inventory);
		break;
	case EVENT_TIMER:
		end_look(round, inventory);
		break;
	case EVENT_CLOSED:
		round_finish(round, OUTCOME_UNKNOWN, ERR_IO,
		    "sekimori-inventory cannot be watched: %s", event->text);
		break;
	case EVENT_DEADLINE:
		on_deadline(round, inventory);
		break;
	default:
		break;
	}
}

static void
inventory_end(struct round *round)
{
	struct shared *shared = round_shared(round);
	struct inventory *inventory = round_scratch(round);

	round_unwatch(round);
	helper_free(&inventory->helper, &shared->graves);
}

static void
inventory_shared_begin(void *at)
{
	struct shared *shared = at;

	shared->program = helper_open("sekimori-inventory", INVENTORY_ANSWER_MAX);
}

static void
inventory_shared_end(void *at)
{
	struct shared *shared = at;

	if (shared->program.file >= 0)
		close(shared->program.file);
	helper_graves_turn(&shared->graves);
}

static const struct option_row inventory_options[] = {
	{ .name = "provider", .type = OPTION_WORD, .required = true,
	  .words = "aws azure google kubernetes openstack",
	  .help = N_("whose API is asked") },
	{ .name = "account", .type = OPTION_TEXT, .minimum = 1, .maximum = 255,
	  .help = N_("account, subscription or project the credentials must belong to") },
	{ .name = "kind", .type = OPTION_WORD,
	  .words = "machine volume snapshot bucket database key cluster group user account backup "
	      "image service sink vault",
	  .help = N_("kind of the resource; without resource only these are listed") },
	{ .name = "resource", .type = OPTION_TEXT, .minimum = 1, .maximum = 400,
	  .help = N_("the provider's identifier of one resource; without it the whole account is "
	      "listed") },
	{ .name = "regions", .type = OPTION_TEXT, .minimum = 1, .maximum = 1000,
	  .help = N_("regions to look in, with commas; without it all that the account may use") },
	{ .name = "endpoint", .type = OPTION_TEXT, .minimum = 9, .maximum = 400,
	  .help = N_("URL of the API where it is not the provider's public one") },
	{ .name = "credential", .type = OPTION_SECRET, .required = true,
	  .help = N_("file of the credentials, in the form of the provider's own tools; they "
	      "should be able to read and nothing else") },
	{ .name = "trust", .type = OPTION_FILE,
	  .help = N_("PEM file of the roots the API's certificate must lead to; without it the "
	      "system's") },
	{ .name = "allow_write", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("credentials that may do more than read are used all the same, and that is "
	      "said") },
	{ .name = NULL }
};

const struct probe_ops probe_inventory = {
	.name         = "inventory",
	.title        = N_("a provider's inventory"),
	.local        = true,
	.options      = inventory_options,
	.fault        = options_fault,
	.scratch_len  = sizeof(struct inventory),
	.on           = inventory_on,
	.end          = inventory_end,
	.shared_len   = sizeof(struct shared),
	.shared_begin = inventory_shared_begin,
	.shared_end   = inventory_shared_end
};
