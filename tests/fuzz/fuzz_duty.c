/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any file as rules of duties: it ends in rules all of whose promises hold, and by which an
 * incident can be judged at any moment, or in one sentence that names the file and a line of it.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/state/duty_describe.h"
#include "monitor/state/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text, bool required)
{
	if (text == NULL || (required && text[0] == '\0') || strlen(text) > PACK_TEXT_MAX ||
	    !utf8_valid(bytes_of_text(text)))
		abort();
	for (; *text != '\0'; text++)
		if ((uint8_t)*text < 0x20 || *text == 0x7f)
			abort();
}

static void
check_rule(const struct duty_rule *rule)
{
	check_text(rule->id, true);
	check_text(rule->label, true);
	check_text(rule->title_ja, true);
	check_text(rule->article, true);
	check_text(rule->addressee_ja, true);
	check_text(rule->form, false);
	check_text(rule->note, false);
	check_text(rule->source, true);
	if ((unsigned)rule->trigger >= DUTY_TRIGGERS || rule->to_day < rule->from_day)
		abort();
	if (rule->has_due && (rule->due.days == 0) == (rule->due.months == 0))
		abort();
	if (!rule->has_due && rule->draft_ms == 0 && rule->first_ms == 0)
		abort();
	if (rule->escalate_ms < rule->draft_ms || (rule->first_ms > 0) != (rule->every_ms > 0))
		abort();
}

static void
check_editions(const struct duty_rules *rules)
{
	for (uint32_t i = 0; i < rules->accidents; i++) {
		const struct duty_edition *edition = &rules->accident[i];

		if (i > 0 && edition->from_day <= edition[-1].to_day)
			abort();
		for (unsigned k = 0; k < DUTY_CLASSES; k++) {
			check_text(edition->class[k].title, true);
			if (edition->class[edition->class[k].row].pairs == 0 ||
			    edition->class[k].pairs > DUTY_THRESHOLDS_MAX)
				abort();
		}
	}
	for (uint32_t i = 0; i < rules->nears; i++)
		for (unsigned k = 0; k < DUTY_CONDITIONS; k++)
			if (rules->near[i].condition[k].asked)
				check_text(rules->near[i].condition[k].title_ja, true);
	for (uint32_t i = 1; i < rules->closed_days; i++)
		if (rules->closed[i] <= rules->closed[i - 1])
			abort();
}

/* An incident of everything, that occurred at occurred_ms. */
static void
judge(const struct duty_rules *rules, int64_t occurred_ms)
{
	struct duty_step step = { .at_ms = occurred_ms, .stopped = 2000000,
		.all_traffic = DUTY_SAYS_YES };
	struct duty_service service[DUTY_CLASSES];
	struct duty_case in = { .occurred_ms = occurred_ms, .known_ms = occurred_ms,
	    .service = service, .services = DUTY_CLASSES, .secrecy.answer = DUTY_SAYS_YES,
	    .user_data.answer = DUTY_SAYS_YES, .foreign.answer = DUTY_SAYS_YES,
	    .stopped.answer = DUTY_SAYS_YES, .restriction.answer = DUTY_SAYS_YES,
	    .restricted_users = 2000000, .intrusion.answer = DUTY_SAYS_YES,
	    .carrier = { .designated_27_5 = DUTY_SAYS_YES, .public_corporation = DUTY_SAYS_YES,
	    .infrastructure = DUTY_SAYS_YES, .half_year_ms = occurred_ms } };
	static struct duty_verdict out;
	int64_t now_ms = occurred_ms;

	for (unsigned i = 0; i < DUTY_CLASSES; i++)
		service[i] = (struct duty_service){ .name = "s", .class = (enum duty_class)i,
		    .prefectures = 47, .step = &step, .steps = 1 };
	for (unsigned i = 0; i < DUTY_CONDITIONS; i++)
		in.near[i].answer = DUTY_SAYS_YES;
	for (unsigned i = 0; i < 20; i++) {
		struct buffer line = { 0 };
		struct why why = { .err = ERR_OK };

		if (duty_judge(rules, &in, now_ms, &out, &why) != ERR_OK ||
		    out.duties != rules->rules || out.next_ms <= now_ms)
			abort();
		for (uint32_t k = 0; k < out.duties; k++)
			duty_describe(&out, &out.duty[k], &line);
		for (uint32_t k = 0; k < out.pairs; k++)
			duty_pair_describe(&out, &out.pair[k], &line);
		buffer_free(&line);
		/* A period may end after the last time there is. */
		if (out.next_ms > INT64_C(253402300799999))
			break;
		now_ms = out.next_ms;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct why why = { .err = ERR_OK };
	struct duty_rules *rules;
	enum err err = duty_rules_read("fuzz.duty", bytes_of(data, size), &rules, &why);

	if ((err == ERR_OK) != (rules != NULL))
		abort();
	if (err != ERR_OK) {
		if ((err != ERR_INVALID && err != ERR_LIMIT) ||
		    strncmp(why.text, "fuzz.duty:", 10) != 0 ||
		    !utf8_valid(bytes_of_text(why.text)))
			abort();
		return 0;
	}
	for (uint32_t i = 0; i < rules->rules; i++)
		check_rule(&rules->rule[i]);
	check_editions(rules);
	judge(rules, INT64_C(1));
	judge(rules, INT64_C(1774969199999));	/* 2026-03-31 23:59:59.999 JST */
	judge(rules, INT64_C(253402300000000));
	duty_rules_free(rules);
	return 0;
}
