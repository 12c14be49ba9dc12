/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "drop": evidence that somebody delivers as files, such as the statement of a hardware
 * security module about a key, judged by the configured policy.  Files named by options are read
 * with the configuration; those of a folder in each round, once two looks see the same.  What it
 * proves is of the day it was made, and attest.fresh says so, unless a signature over a challenge
 * that was published comes with it (drop_answer.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/chain.h"
#include "monitor/base/i18n.h"
#include "probes/attest_look.h"
#include "probes/drop_answer.h"

enum {
	SEEN_MAX = 64,		/* deliveries an endpoint remembers; the oldest is forgotten */
	REST_NS  = 100000000	/* for judging, behind the last look */
};

struct drop { struct delivery delivery; struct answer answer; };

struct drop_kept {
	struct attest_kept attest;
	struct hash        folder;	/* of its path: another one is another story */
	struct hash        state;	/* of the last look */
	int64_t            state_ns;	/* since when it is so */
	size_t             seen;
	struct hash        content[SEEN_MAX];	/* of what was accepted, the newest last */
	char               last[DELIVERY_NAME];	/* the greatest name that was accepted */
	struct answer_kept answer;
};

/* --- whether it is newer than what was there ------------------------------------------------ */

/* Where it stands among those that were accepted; kept->seen: nowhere. */
static size_t
place_of(const struct drop_kept *kept, const struct delivery *delivery)
{
	size_t at = 0;

	while (at < kept->seen && !hash_equal(kept->content[at], delivery->content))
		at++;
	return at;
}

/* Told for as long as the older one stays. */
static void
order_look(struct drop_kept *kept, const struct delivery *delivery)
{
	if (strcmp(delivery->name, kept->last) < 0)
		snprintf(kept->attest.finding, sizeof(kept->attest.finding), "an older delivery "
		    "counts again: %s was accepted, and was taken away or renamed; deliver anew "
		    "under a name behind it", kept->last);
	else if (place_of(kept, delivery) + 1 < kept->seen)
		snprintf(kept->attest.finding, sizeof(kept->attest.finding), "an older delivery "
		    "was put back in place of a newer one: it was accepted before, and another "
		    "since; deliver the newer one again");
}

/* What was refused or could not be judged has replaced nothing, and puts nothing behind it. */
static void
remember(struct drop_kept *kept, const struct delivery *delivery)
{
	size_t at = place_of(kept, delivery);

	if (at == SEEN_MAX) {
		at = --kept->seen;
		memmove(kept->content, kept->content + 1, kept->seen * sizeof(kept->content[0]));
	}
	if (at == kept->seen)
		kept->content[kept->seen++] = delivery->content;
	snprintf(kept->last, sizeof(kept->last), "%s", delivery->name);
}

/* --- one round ------------------------------------------------------------------------------ */

static void
judge(struct round *round, struct attest_kept *kept, struct envelope *envelope)
{
	struct why why = { .err = ERR_OK };
	const char *missing;

	if (attest_look_prepare(round, kept, envelope, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
		return;
	}
	missing = attest_look_missing(envelope);
	if (envelope->items == 0)
		round_finish(round, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "no file was delivered: name a "
		    "folder or files in the target's options");
	else if (missing != NULL && round_option(round, "folder")[0] != '\0')
		round_finish(round, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "the delivery has no %s, a "
		    "file whose name begins so", missing);
	else {
		round_answered(round);
		attest_look_finish(round, kept, envelope);
	}
}

static void
delivery_judge(struct round *round, struct drop_kept *kept, struct drop *drop)
{
	struct envelope *envelope = memory_new(1, sizeof(*envelope));
	const struct delivery *delivery = &drop->delivery;
	struct why why = { .err = ERR_OK };
	bool in_order;

	for (size_t i = 0; i < delivery->files; i++) {
		struct envelope_item *item = &envelope->item[envelope->items++];

		memcpy(item->role, delivery->file[i].role, sizeof(item->role));
		item->octets = bytes_of_buffer(&delivery->file[i].octets);
	}
	order_look(kept, delivery);
	in_order = kept->attest.finding[0] == '\0';
	if (delivery->name[0] != '\0') {
		kept->attest.delivery = delivery->name;
		fact_set_text(round_facts(round), FACT_ATTEST_DELIVERY,
		    bytes_of_text(delivery->name));
	}
	kept->attest.accepted = kept->attest.fresh = false;
	if (answer_take(round, &kept->answer, delivery, &drop->answer, envelope,
	    kept->attest.finding, &why) == ERR_OK)
		judge(round, &kept->attest, envelope);
	else
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
	if (kept->attest.accepted && in_order)
		remember(kept, delivery);
	if (drop->answer.given && kept->attest.fresh)
		kept->answer = (struct answer_kept){ .file = drop->answer.file,
		    .challenge = drop->answer.answered.challenge };
	free(envelope);
}

static int64_t
settle_ns(const struct round *round)
{
	int64_t ms = 0;

	return duration_read(round_option(round, "settle"), &ms, NULL) == ERR_OK ? ms * 1000000 : 0;
}

/* Not whole yet: looked at again while there is time, then said. */
static void
again_or_say(struct round *round, enum err err, const char *text)
{
	int64_t ns = settle_ns(round);

	if (err == ERR_BUSY && round_left_ns(round) > ns + REST_NS)
		round_wait(round, ns);
	else
		round_finish(round, OUTCOME_UNKNOWN, err, "%s%s", text, err == ERR_BUSY ? ": it is "
		    "still being delivered, and is judged when two looks see the same" : "");
}

static void
folder_look(struct round *round, struct drop_kept *kept)
{
	struct drop *drop = round_scratch(round);
	const char *folder = round_option(round, "folder");
	const struct verifier *verifier = verifier_find(round_option(round, "kind"));
	struct why why = { .err = ERR_OK };
	enum err err = verifier == NULL ? why_set(&why, ERR_INVALID, "there is no such kind of "
	    "evidence") : ERR_OK;

	delivery_free(&drop->delivery);
	if (err == ERR_OK)
		err = delivery_look(folder, verifier, &drop->delivery, &why);
	if (!hash_equal(kept->state, drop->delivery.state))
		kept->state_ns = round_now_ns(round);
	kept->state = drop->delivery.state;
	if (err == ERR_OK && round_now_ns(round) - kept->state_ns < settle_ns(round))
		err = why_set(&why, ERR_BUSY, "something in the folder has just changed");
	if (err == ERR_OK)
		err = delivery_read(folder, &drop->delivery, &why);
	if (err == ERR_OK)
		delivery_judge(round, kept, drop);
	else
		again_or_say(round, err, why.text);
}

static void
folder_begin(struct round *round, struct drop_kept *kept)
{
	const char *folder = round_option(round, "folder");
	struct hash path = hash_of(bytes_of_text(folder));
	struct drop *drop = round_scratch(round);
	struct why why = { .err = ERR_OK };

	if (!hash_equal(path, kept->folder)) {
		kept->folder = path;
		kept->seen = 0;
		kept->last[0] = '\0';
		kept->state = (struct hash){ { 0 } };
	}
	if (answer_publish(round, &drop->answer, &why) == ERR_OK)
		folder_look(round, kept);
	else
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
}

static void
drop_on(struct round *round, const struct event *event)
{
	struct drop_kept *kept = round_kept(round);
	struct envelope *envelope;

	if (event->kind == EVENT_DEADLINE) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_TIMEOUT, "no time was left to judge it");
		return;
	}
	kept->attest.memory = *(struct chain_memory **)round_shared(round);
	kept->attest.finding[0] = '\0';
	kept->attest.delivery = NULL;
	if (event->kind == EVENT_TIMER) {
		folder_look(round, kept);
	} else if (event->kind == EVENT_START && round_option(round, "folder")[0] != '\0') {
		folder_begin(round, kept);
	} else if (event->kind == EVENT_START) {
		envelope = memory_new(1, sizeof(*envelope));
		judge(round, &kept->attest, envelope);
		free(envelope);
	}
}

static const char *
drop_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	const char *fault = attest_look_fault(option, of);

	return fault != NULL ? fault : answer_fault(option, of);
}

static void
drop_end(struct round *round)
{
	struct drop *drop = round_scratch(round);

	delivery_free(&drop->delivery);
}

static void
drop_kept_end(void *kept, void *shared)
{
	(void)shared;
	attest_kept_end(&((struct drop_kept *)kept)->attest);
}

static void
drop_shared_begin(void *shared)
{
	*(struct chain_memory **)shared = chain_memory_new();
	attest_begin();
}

static void
drop_shared_end(void *shared)
{
	chain_memory_free(*(struct chain_memory **)shared);
}

static const struct option_row drop_options[] = {
	ATTEST_OPTIONS,
	{ .name = "folder", .type = OPTION_FOLDER,
	  .help = N_("folder that is looked at in each round: files named by their role, or a "
	      "folder for each delivery, of which the last by name counts") },
	{ .name = "settle", .type = OPTION_DURATION, .minimum = 100, .maximum = 60000,
	  .otherwise = "1s",
	  .help = N_("time between two looks at the folder that must see the same") },
	ANSWER_OPTIONS,
#define ROLE(option, role, text)                                                          \
	{ .name = option, .type = OPTION_FILE, .minimum = 1, .maximum = 4095, .help = text },
#include "probes/attest_role_list.h"
	{ .name = NULL }
};

const struct probe_ops probe_drop = {
	.name        = "drop",
	.title       = N_("evidence of hardware, delivered as files"),
	.local       = true,
	.options     = drop_options,
	.fault       = drop_fault,
	.file_check  = attest_look_file,
	.scratch_len = sizeof(struct drop),
	.on          = drop_on,
	.end         = drop_end,
	.shared_len  = sizeof(struct chain_memory *),
	.shared_begin = drop_shared_begin,
	.shared_end  = drop_shared_end,
	.kept_len    = sizeof(struct drop_kept),
	.kept_end    = drop_kept_end
};
