/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "snmp-deep": with which algorithms an agent answers the configured user.  Each
 * authentication protocol, then each privacy protocol, with both ways to lengthen a key, is tried
 * with the configured pass phrases, one after another, between two answers to the configured pair;
 * what is accepted is proved by an answer that verifies and decrypts.
 */
#include <stdio.h>
#include <string.h>

#include "probes/snmp_trial.h"

enum {
	TRIALS      = USM_AUTH_COUNT + USM_PRIVACY_COUNT,
	WAIT_MIN_MS = 50, WAIT_MAX_MS = 800, SENDINGS = 2,
	WORDS_MAX   = 112
};

enum verdict { NOT_TRIED, ACCEPTED, REFUSED, UNCLEAR };

struct snmp_deep_kept { struct snmp_clock clock; };

struct snmp_deep {
	struct snmp_trial       trial;
	struct snmp_credential *credential;
	unsigned                current;		/* of the trials */
	enum verdict            verdict[TRIALS];
	char                    words[TRIALS][WORDS_MAX];	/* "MD5: usmStatsWrongDigests" */
};

static const char *
trial_word(unsigned trial)
{
	return trial < USM_AUTH_COUNT ? usm_auth_word((enum usm_auth)trial) :
	    usm_privacy_word((enum usm_privacy)(trial - USM_AUTH_COUNT));
}

/* The pair that is configured is proved by every answer; a key that needs no extension has one. */
static bool
needs_trial(const struct snmp_deep *deep, unsigned trial)
{
	const struct snmp_credential *as = deep->credential;
	enum usm_privacy privacy;

	if (trial < USM_AUTH_COUNT)
		return trial != (unsigned)as->auth;
	privacy = (enum usm_privacy)(trial - USM_AUTH_COUNT);
	if (!(as->flags & SNMP_FLAG_PRIVATE) || privacy == as->privacy)
		return false;
	return (privacy != USM_PRIVACY_AES192_REEDER && privacy != USM_PRIVACY_AES256_REEDER) ||
	    usm_is_extended(as->auth, privacy);
}

static enum err
keys_make(struct round *round, struct snmp_deep *deep)
{
	struct snmp_trial *trial = &deep->trial;
	struct snmp_shared *shared = round_shared(round);
	struct snmp_words words = snmp_round_words(round);
	struct bytes id = bytes_of(trial->engine.id, trial->engine.id_len);
	struct snmp_credential *credential;
	struct why why;
	enum err err;

	if (deep->current < USM_AUTH_COUNT)
		words.auth = trial_word(deep->current);
	else
		words.privacy = trial_word(deep->current);
	err = snmp_credential_find(&shared->credentials, &words, &credential, &why);
	if (err != ERR_OK)
		return err;
	snmp_trial_copy(trial);
	trial->as = *credential;
	snmp_credential_free(&shared->credentials, credential);
	err = usm_localise(trial->as.auth, &trial->as.auth_master, id, &trial->keys.auth);
	if (err == ERR_OK && (trial->as.flags & SNMP_FLAG_PRIVATE))
		err = usm_privacy_key(trial->as.auth, trial->as.privacy,
		    &trial->as.privacy_master, id, &trial->keys.privacy);
	return err;
}

static size_t
list_fact(struct round *round, const struct snmp_deep *deep, enum fact fact, unsigned from,
    unsigned to, enum verdict verdict)
{
	struct bytes names[TRIALS];
	size_t count = 0;

	for (unsigned i = from; i < to; i++)
		if (deep->verdict[i] == verdict)
			names[count++] = bytes_of_text(trial_word(i));
	fact_set_texts(round_facts(round), fact, names, count);
	return count;
}

static const char *
extension_word(const struct snmp_deep *deep)
{
	enum verdict one = NOT_TRIED, other = NOT_TRIED;

	for (unsigned i = USM_PRIVACY_AES192; i <= USM_PRIVACY_AES256; i++) {
		const struct snmp_credential *as = deep->credential;
		unsigned reeder = i + USM_PRIVACY_AES192_REEDER - USM_PRIVACY_AES192;

		if (!usm_is_extended(as->auth, (enum usm_privacy)i))
			continue;
		if (deep->verdict[USM_AUTH_COUNT + i] == ACCEPTED)
			one = ACCEPTED;
		if (deep->verdict[USM_AUTH_COUNT + reeder] == ACCEPTED)
			other = ACCEPTED;
	}
	return one == ACCEPTED && other == ACCEPTED ? "both" : one == ACCEPTED ? "Blumenthal" :
	    other == ACCEPTED ? "Reeder" : "none";
}

/* What was found, as facts; returns how many trials are unclear. */
static size_t
deep_facts(struct round *round, struct snmp_deep *deep)
{
	struct snmp_deep_kept *kept = round_kept(round);
	struct bytes lines[TRIALS];
	size_t count = 0;

	for (unsigned i = 0; i < TRIALS; i++)
		if (deep->words[i][0] != '\0')
			lines[count++] = bytes_of_text(deep->words[i]);
	snmp_engine_facts(round, &deep->trial.engine, &kept->clock);
	fact_set_text(round_facts(round), FACT_SNMP_SECURITY,
	    bytes_of_text(deep->credential->security));
	list_fact(round, deep, FACT_SNMP_AUTH_ACCEPTED, 0, USM_AUTH_COUNT, ACCEPTED);
	list_fact(round, deep, FACT_SNMP_AUTH_REFUSED, 0, USM_AUTH_COUNT, REFUSED);
	list_fact(round, deep, FACT_SNMP_PRIVACY_ACCEPTED, USM_AUTH_COUNT, TRIALS, ACCEPTED);
	list_fact(round, deep, FACT_SNMP_PRIVACY_REFUSED, USM_AUTH_COUNT, TRIALS, REFUSED);
	fact_set_text(round_facts(round), FACT_SNMP_PRIVACY_EXTENSION,
	    bytes_of_text(extension_word(deep)));
	fact_set_texts(round_facts(round), FACT_SNMP_DEEP_ANSWERS, lines, count);
	return list_fact(round, deep, FACT_SNMP_DEEP_UNCLEAR, 0, TRIALS, UNCLEAR);
}

static void
finish(struct round *round, struct snmp_deep *deep)
{
	static const unsigned weak[] = { USM_AUTH_MD5, USM_AUTH_COUNT + USM_PRIVACY_DES };
	struct snmp_deep_kept *kept = round_kept(round);
	size_t unclear = deep_facts(round, deep), count = 0;
	const char *first = "";
	bool sane = snmp_engine_sane(deep->trial.engine.boots, deep->trial.engine.time_s);

	for (size_t i = sizeof(weak) / sizeof(weak[0]); i > 0; i--)
		if (deep->verdict[weak[i - 1]] == ACCEPTED) {
			first = trial_word(weak[i - 1]);
			count++;
		}
	fact_set_int(round_facts(round), FACT_SNMP_WEAK_COUNT, (int64_t)count);
	if (count > 0)
		round_finish(round, OUTCOME_DEGRADED, ERR_MISMATCH, "the agent answers the user "
		    "with %s, which is broken; have it use SHA-256 and AES", first);
	else if (!sane)
		round_finish(round, OUTCOME_DEGRADED, ERR_MALFORMED, "the agent's engine boots "
		    "are %lld, which RFC 3414 section 2.2 does not allow of an engine at work",
		    (long long)deep->trial.engine.boots);
	else if (deep->trial.engine.boots < kept->clock.boots_max)
		round_finish(round, OUTCOME_DEGRADED, ERR_MISMATCH, "the agent's engine boots went "
		    "back: RFC 3414 section 2.2 forbids it, old messages can be replayed");
	else if (unclear > 0)
		round_finish(round, OUTCOME_UNKNOWN, ERR_TIMEOUT, "%zu algorithms stay unclear: "
		    "not all trials were made before the deadline, or not all were answered "
		    "truly", unclear);
	else
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
}

/* What was not tried when it ends is unclear, but for what needs none. */
static void
finish_early(struct round *round, struct snmp_deep *deep, const char *text, enum err err)
{
	if (!deep->trial.engine.proven && (deep->credential->flags & SNMP_FLAG_AUTHENTIC)) {
		round_finish(round, err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN, err,
		    "the configured user gets no authentic answer: %s", text);
		return;
	}
	for (unsigned i = 0; i < TRIALS; i++)
		if (deep->verdict[i] == NOT_TRIED && needs_trial(deep, i))
			deep->verdict[i] = UNCLEAR;
	finish(round, deep);
}

static void
trial_judge(struct snmp_deep *deep)
{
	const struct snmp_trial *trial = &deep->trial;
	char words[80];

	snmp_trial_words(trial, words);
	snprintf(deep->words[deep->current], WORDS_MAX, "%s: %s", trial_word(deep->current),
	    words);
	deep->verdict[deep->current++] = trial->end == SNMP_TRIAL_ANSWERED ? ACCEPTED :
	    trial->end == SNMP_TRIAL_FALSE ? UNCLEAR : REFUSED;
}

static void
next_trial(struct round *round, struct snmp_deep *deep)
{
	for (; deep->current < TRIALS; deep->current++) {
		if (!needs_trial(deep, deep->current))
			continue;
		if (keys_make(round, deep) == ERR_OK &&
		    snmp_trial_v3(round, &deep->trial) == ERR_OK)
			return;
		/* This machine does not have it (MD5 under FIPS rules). */
		deep->verdict[deep->current] = UNCLEAR;
		snprintf(deep->words[deep->current], WORDS_MAX, "%s: not supported here",
		    trial_word(deep->current));
	}
	finish(round, deep);
}

static void
on_start(struct round *round, struct snmp_deep *deep)
{
	struct snmp_shared *shared = round_shared(round);
	struct snmp_words words = snmp_round_words(round);
	struct why why = { .err = ERR_OK };
	int64_t wait_ms;
	enum err err = snmp_credential_find(&shared->credentials, &words, &deep->credential, &why);

	if (err == ERR_OK && !(deep->credential->flags & SNMP_FLAG_AUTHENTIC))
		err = why_set(&why, ERR_INVALID, "security_level must be authPriv or authNoPriv: "
		    "without a secret no algorithm can be tried");
	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	deep->verdict[deep->credential->auth] = ACCEPTED;
	if (deep->credential->flags & SNMP_FLAG_PRIVATE)
		deep->verdict[USM_AUTH_COUNT + deep->credential->privacy] = ACCEPTED;
	wait_ms = round_left_ns(round) / 1000000 / (SENDINGS * (TRIALS + 1));
	wait_ms = wait_ms < WAIT_MIN_MS ? WAIT_MIN_MS : wait_ms > WAIT_MAX_MS ? WAIT_MAX_MS :
	    wait_ms;
	snmp_trial_begin(round, &deep->trial, deep->credential, wait_ms * 1000000);
}

static void
on_event(struct round *round, struct snmp_deep *deep, const struct event *event)
{
	switch (snmp_trial_event(round, &deep->trial, event)) {
	case SNMP_TRIAL_DEAD:
		finish_early(round, deep, deep->trial.text, deep->trial.err);
		break;
	case SNMP_TRIAL_DONE:
		trial_judge(deep);
		next_trial(round, deep);
		break;
	case SNMP_TRIAL_READY:
		next_trial(round, deep);
		break;
	default:
		break;
	}
}

static void
snmp_deep_on(struct round *round, const struct event *event)
{
	struct snmp_deep *deep = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, deep);
	else if (event->kind == EVENT_DEADLINE)
		finish_early(round, deep, "no answer before the deadline", ERR_TIMEOUT);
	else
		on_event(round, deep, event);
}

static void
snmp_deep_end(struct round *round)
{
	struct snmp_deep *deep = round_scratch(round);
	struct snmp_shared *shared = round_shared(round);

	snmp_credential_free(&shared->credentials, deep->credential);
	snmp_trial_free(&deep->trial);
}

static const struct option_row snmp_deep_options[] = {
	SNMP_OPTIONS,
	{ .name = NULL }
};

const struct probe_ops probe_snmp_deep = {
	.name         = "snmp-deep",
	.title        = N_("SNMPv3 agent: algorithms it accepts"),
	.port         = 161,
	.options      = snmp_deep_options,
	.scratch_len  = sizeof(struct snmp_deep),
	.on           = snmp_deep_on,
	.end          = snmp_deep_end,
	.shared_len   = sizeof(struct snmp_shared),
	.kept_len     = sizeof(struct snmp_deep_kept)
};
