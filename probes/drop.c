/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "drop": evidence that somebody delivers as files, such as the statement of a hardware
 * security module about a key, judged by the configured policy.  It was asked for by nobody and
 * answers no challenge: what it proves is of the day it was made, and attest.fresh says so.
 */
#include <stdlib.h>

#include "attest/chain.h"
#include "monitor/base/i18n.h"
#include "probes/attest_look.h"

static void
drop_on(struct round *round, const struct event *event)
{
	struct attest_kept *kept = round_kept(round);
	struct envelope *envelope;
	struct why why = { .err = ERR_OK };

	if (event->kind == EVENT_DEADLINE) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_TIMEOUT, "no time was left to judge it");
		return;
	}
	if (event->kind != EVENT_START)
		return;
	kept->memory = *(struct chain_memory **)round_shared(round);
	envelope = memory_new(1, sizeof(*envelope));
	if (attest_look_prepare(round, kept, envelope, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
	} else if (envelope->items == 0) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "no file was delivered: name "
		    "them in the target's options, and reload when a new one comes");
	} else {
		round_answered(round);
		attest_look_finish(round, kept, envelope);
	}
	free(envelope);
}

static void
drop_kept_end(void *kept, void *shared)
{
	(void)shared;
	attest_kept_end(kept);
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
	.fault       = attest_look_fault,
	.file_check  = attest_look_file,
	.scratch_len = 1,
	.on          = drop_on,
	.shared_len  = sizeof(struct chain_memory *),
	.shared_begin = drop_shared_begin,
	.shared_end  = drop_shared_end,
	.kept_len    = sizeof(struct attest_kept),
	.kept_end    = drop_kept_end
};
