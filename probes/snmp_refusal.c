/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "snmp-refusal": what an agent of the OAM network must refuse, tried where a permission
 * allows it: SNMPv1 and v2c with the communities everybody tries first, and SNMPv3 as the
 * configured user without privacy, without authentication and with false keys.  sysUpTime.0 is
 * read, nothing is ever set.
 */
#include <stdio.h>
#include <string.h>

#include "probes/refusal.h"
#include "probes/snmp_trial.h"

enum { WAIT_MIN_MS = 50, WAIT_MAX_MS = 800, SENDINGS = 2 };

#define OLD "3GPP TS 33.117 4.3.2.1"
#define IN_TRANSFER "3GPP TS 33.117 4.2.3.2.4"

enum { V1_PUBLIC, V1_PRIVATE, V2C_PUBLIC, V2C_PRIVATE, V2C_COMMUNITY, V2C_ADMIN, V2C_CISCO,
	V2C_SNMP, COMMUNITIES, NO_AUTH = COMMUNITIES, NO_PRIVACY, WRONG_SECRET, USER_INITIAL,
	ATTEMPTS };

static const struct refusal_attempt table[ATTEMPTS] = {
	[V1_PUBLIC] = { "v1-public", OLD, N_("SNMPv1, community public") },
	[V1_PRIVATE] = { "v1-private", OLD, N_("SNMPv1, community private, read only") },
	[V2C_PUBLIC] = { "v2c-public", OLD, N_("SNMPv2c, community public") },
	[V2C_PRIVATE] = { "v2c-private", OLD, N_("SNMPv2c, community private, read only") },
	[V2C_COMMUNITY] = { "v2c-community", OLD, N_("SNMPv2c, community community") },
	[V2C_ADMIN] = { "v2c-admin", OLD, N_("SNMPv2c, community admin") },
	[V2C_CISCO] = { "v2c-cisco", OLD, N_("SNMPv2c, community cisco") },
	[V2C_SNMP] = { "v2c-snmp", OLD, N_("SNMPv2c, community snmp") },
	[NO_AUTH] = { "no-auth", IN_TRANSFER, N_("SNMPv3 as the user, noAuthNoPriv") },
	[NO_PRIVACY] = { "no-privacy", IN_TRANSFER, N_("SNMPv3 as the user, authNoPriv") },
	[WRONG_SECRET] = { "wrong-secret", "3GPP TS 33.117 4.2.3.4.1.1",
	    N_("SNMPv3 as the user, with a key that is not its") },
	[USER_INITIAL] = { "user-initial", "3GPP TS 33.117 4.2.3.4.2.1",
	    N_("SNMPv3 as the user initial of RFC 3414 appendix A.1, noAuthNoPriv") },
};

/* Error-statuses that deny (RFC 3416): noAccess, authorizationError. */
enum { NO_ACCESS = 6, AUTHORIZATION_ERROR = 16 };

struct snmp_refusal {
	struct refusal                refusal;
	struct snmp_trial             trial;
	const struct refusal_attempt *current;
	struct snmp_credential       *credential;
};

static void
finish_dead(struct round *round, struct snmp_refusal *all)
{
	if (all->current == NULL)
		all->current = refusal_next(&all->refusal);
	if (all->current != NULL)
		refusal_tell(round, &all->refusal, REFUSAL_UNCLEAR, "the configured user is not "
		    "answered, so silence proves nothing: %s", all->trial.text);
	refusal_finish(round, &all->refusal);
}

static void
credential_falsify(struct snmp_trial *trial, unsigned attempt)
{
	snmp_trial_copy(trial);
	if (attempt == NO_AUTH || attempt == USER_INITIAL)
		trial->as.flags = 0;
	if (attempt == NO_PRIVACY)
		trial->as.flags = SNMP_FLAG_AUTHENTIC;
	if (attempt == USER_INITIAL)
		snprintf(trial->as.user, sizeof(trial->as.user), "initial");
	/* The privacy key stays right, so that nothing but the digest can be the reason. */
	if (attempt == WRONG_SECRET)
		random_fill(trial->keys.auth.at, sizeof(trial->keys.auth.at));
}

/* NULL, or why the attempt cannot be made with this configuration. */
static const char *
impossible(const struct snmp_refusal *all, unsigned attempt)
{
	bool authentic = all->credential->flags & SNMP_FLAG_AUTHENTIC;

	return !authentic && (attempt == NO_PRIVACY || attempt == WRONG_SECRET) ?
	    "security_level is noAuthNoPriv: no secret is configured to try it with" : NULL;
}

/* False when all were made. */
static bool
attempt_make(struct round *round, struct snmp_refusal *all)
{
	unsigned attempt;

	for (;;) {
		const char *why;

		all->current = refusal_next(&all->refusal);
		if (all->current == NULL)
			return false;
		attempt = (unsigned)(all->current - table);
		why = impossible(all, attempt);
		if (why == NULL)
			break;
		refusal_tell(round, &all->refusal, REFUSAL_UNCLEAR, "%s", why);
	}
	if (attempt < COMMUNITIES) {
		snmp_trial_community(round, &all->trial, attempt <= V1_PRIVATE ?
		    SNMP_VERSION_V1 : SNMP_VERSION_V2C,
		    bytes_of_text(strchr(all->current->name, '-') + 1));
	} else {
		credential_falsify(&all->trial, attempt);
		if (snmp_trial_v3(round, &all->trial) != ERR_OK)
			return false;
	}
	refusal_sent(&all->refusal, all->trial.octets);
	return true;
}

static void
answer_tell(struct round *round, struct snmp_refusal *all)
{
	const struct snmp_trial *trial = &all->trial;
	enum refusal_answer answer = REFUSAL_REFUSED;
	char words[80];

	if (trial->end == SNMP_TRIAL_FALSE)
		answer = REFUSAL_UNCLEAR;
	else if (trial->end == SNMP_TRIAL_ANSWERED && trial->error_status != NO_ACCESS &&
	    trial->error_status != AUTHORIZATION_ERROR)
		answer = REFUSAL_ACCEPTED;
	snmp_trial_words(trial, words);
	refusal_tell(round, &all->refusal, answer, "%s", words);
}

static void
on_start(struct round *round, struct snmp_refusal *all)
{
	struct snmp_shared *shared = round_shared(round);
	struct snmp_words words = snmp_round_words(round);
	struct why why = { .err = ERR_OK };
	int64_t wait_ms;
	enum err err;

	if (!refusal_begin(round, &all->refusal, table, ATTEMPTS))
		return;
	err = snmp_credential_find(&shared->credentials, &words, &all->credential, &why);
	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	wait_ms = round_left_ns(round) / 1000000 / (SENDINGS * (ATTEMPTS + 1));
	wait_ms = wait_ms < WAIT_MIN_MS ? WAIT_MIN_MS : wait_ms > WAIT_MAX_MS ? WAIT_MAX_MS :
	    wait_ms;
	snmp_trial_begin(round, &all->trial, all->credential, wait_ms * 1000000);
}

static void
on_event(struct round *round, struct snmp_refusal *all, const struct event *event)
{
	bool trying = all->trial.phase == SNMP_TRIAL_TRYING;
	enum snmp_trial_step step;

	if (event->kind == EVENT_DATA && trying)
		refusal_received(&all->refusal, event->data);
	step = snmp_trial_event(round, &all->trial, event);
	if (step == SNMP_TRIAL_DEAD) {
		finish_dead(round, all);
		return;
	}
	if (step == SNMP_TRIAL_DONE)
		answer_tell(round, all);
	if (step != SNMP_TRIAL_MORE && !attempt_make(round, all))
		refusal_finish(round, &all->refusal);
}

static void
snmp_refusal_on(struct round *round, const struct event *event)
{
	struct snmp_refusal *all = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, all);
	else if (event->kind == EVENT_DEADLINE)
		refusal_finish(round, &all->refusal);
	else
		on_event(round, all, event);
}

static void
snmp_refusal_end(struct round *round)
{
	struct snmp_refusal *all = round_scratch(round);
	struct snmp_shared *shared = round_shared(round);

	snmp_credential_free(&shared->credentials, all->credential);
	snmp_trial_free(&all->trial);
	refusal_free(&all->refusal);
}

static const struct option_row snmp_refusal_options[] = {
	REFUSAL_OPTIONS,
	SNMP_OPTIONS,
	{ .name = NULL }
};

const struct probe_ops probe_snmp_refusal = {
	.name         = "snmp-refusal",
	.title        = N_("SNMP agent: what it must refuse"),
	.port         = 161,
	.options      = snmp_refusal_options,
	.scratch_len  = sizeof(struct snmp_refusal),
	.on           = snmp_refusal_on,
	.end          = snmp_refusal_end,
	.shared_len   = sizeof(struct snmp_shared)
};
