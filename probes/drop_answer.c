/* SPDX-License-Identifier: Apache-2.0 */
/* Published challenges and their answers; see drop_answer.h. */
#include <stdio.h>
#include <string.h>

#include "attest/possession.h"
#include "monitor/base/i18n.h"
#include "probes/drop_answer.h"

static const char answer_role[] = "possession";

static bool
takes_answer(const struct verifier *verifier)
{
	for (size_t i = 0; verifier != NULL && verifier->role[i].name != NULL; i++)
		if (strcmp(verifier->role[i].name, answer_role) == 0)
			return true;
	return false;
}

const char *
answer_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	bool asked = option(of, "challenge")[0] != '\0',
	    key = option(of, "challenge_key")[0] != '\0';

	if (!asked && !key)
		return NULL;
	if (!asked || !key || option(of, "folder")[0] == '\0')
		return N_("challenge, challenge_key and folder belong together");
	return takes_answer(verifier_find(option(of, "kind"))) ? NULL :
	    N_("this kind of evidence takes no answer to a challenge: it has no role "
	    "\"possession\"");
}

/* --- publishing ----------------------------------------------------------------------------- */

static int64_t
length_ms(const struct round *round)
{
	int64_t ms = 0;

	return duration_read(round_option(round, "challenge"), &ms, NULL) == ERR_OK ? ms : 0;
}

/* Two targets with one secret have two challenges. */
static void
domain_put(const struct round *round, struct buffer *out)
{
	const char *kind = round_option(round, "kind"), *folder = round_option(round, "folder");

	buffer_put(out, kind, strlen(kind) + 1);
	buffer_put(out, folder, strlen(folder) + 1);
}

enum err
answer_publish(struct round *round, struct answer *answer, struct why *why)
{
	struct buffer domain = { .max = 0 };
	struct fact_set *facts = round_facts(round);
	int64_t ms = length_ms(round);
	enum err err;

	*answer = (struct answer){ .asked = ms > 0 };
	if (!answer->asked)
		return ERR_OK;
	domain_put(round, &domain);
	err = period_at(round_file(round, "challenge_key"), bytes_of_buffer(&domain), ms,
	    round_wall_ms(round), &answer->now, why);
	buffer_free(&domain);
	if (err != ERR_OK)
		return err;
	fact_set_hash(facts, FACT_ATTEST_CHALLENGE, answer->now.challenge);
	fact_set_time(facts, FACT_ATTEST_CHALLENGE_UNTIL, answer->now.until_ms);
	return ERR_OK;
}

/* --- the answer ----------------------------------------------------------------------------- */

static const struct delivery_file *
answer_file(const struct delivery *delivery, size_t *count)
{
	const struct delivery_file *file = NULL;

	*count = 0;
	for (size_t i = 0; i < delivery->files; i++)
		if (strcmp(delivery->file[i].role, answer_role) == 0) {
			file = &delivery->file[i];
			++*count;
		}
	return file;
}

static void
answer_leave(struct envelope *envelope)
{
	size_t kept = 0;

	for (size_t i = 0; i < envelope->items; i++)
		if (strcmp(envelope->item[i].role, answer_role) != 0)
			envelope->item[kept++] = envelope->item[i];
	envelope->items = kept;
}

/* "" or what speaks against it; good: it may be judged. */
static bool
answer_counts(const struct answer_kept *kept, const struct answer *answer,
    enum period_answer worth, char finding[DETAIL_MAX])
{
	if (worth == PERIOD_LATE)
		snprintf(finding, DETAIL_MAX, "an answer was put there after the period of its "
		    "challenge had ended: replayed, or late; sign the one that is published now");
	if (worth == PERIOD_GOOD && hash_equal(kept->challenge, answer->answered.challenge) &&
	    !hash_equal(kept->file, answer->file)) {
		snprintf(finding, DETAIL_MAX, "a challenge that was answered is answered again: an "
		    "answer counts once, and this one is a replay");
		return false;
	}
	return worth == PERIOD_GOOD || worth == PERIOD_STRANGE;
}

static enum err
answer_judge(struct round *round, const struct answer_kept *kept,
    const struct delivery_file *file, struct answer *answer, struct envelope *envelope,
    char finding[DETAIL_MAX], struct why *why)
{
	struct possession possession;
	struct buffer domain = { .max = 0 };
	enum period_answer worth = PERIOD_STRANGE;
	enum err err = ERR_OK;

	answer->file = file->state;
	domain_put(round, &domain);
	/* What cannot be read is to no challenge: the verifier says what is wrong with it. */
	if (possession_read(bytes_of_buffer(&file->octets), &possession, NULL) == ERR_OK)
		err = period_answer(round_file(round, "challenge_key"), bytes_of_buffer(&domain),
		    length_ms(round), round_wall_ms(round), possession.nonce, file->placed_ms,
		    &answer->answered, &worth, why);
	buffer_free(&domain);
	if (err != ERR_OK)
		return err;
	if (worth == PERIOD_STRANGE)
		answer->answered = answer->now;
	answer->given = answer_counts(kept, answer, worth, finding);
	if (!answer->given) {
		answer_leave(envelope);
		return ERR_OK;
	}
	envelope->nonce = hash_bytes(&answer->answered.nonce);
	fact_set_time(round_facts(round), FACT_ATTEST_ANSWERED, file->placed_ms);
	return ERR_OK;
}

enum err
answer_take(struct round *round, const struct answer_kept *kept, const struct delivery *delivery,
    struct answer *answer, struct envelope *envelope, char finding[DETAIL_MAX],
    struct why *why)
{
	size_t count;
	const struct delivery_file *file = answer_file(delivery, &count);

	if (!answer->asked || count == 0)
		return ERR_OK;
	return count > 1 ? why_set(why, ERR_INVALID, "%zu answers are in one delivery; one is "
	    "enough", count) : answer_judge(round, kept, file, answer, envelope, finding, why);
}
