/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conditions of a near-accident (ORD 58-2) as they were judged, in words, and how far an
 * incident stayed from a major accident.
 */
#include "monitor/base/i18n.h"
#include "monitor/state/duty_describe.h"
#include "reports/accident_part.h"

static const struct accident *
accident_of(const struct filling *f)
{
	return f->maker->source->accident;
}

static const char *
condition_title(int code)
{
	static const char *const titles[DUTY_CONDITIONS] = {
		[DUTY_CONDITION_CARRIER_SIZE] = N_("i: a carrier of 30,000 users or more at the "
		    "end of the fiscal year before"),
		[DUTY_CONDITION_PREFECTURES] = N_("ro: equipment of a service in two prefectures "
		    "or more"),
		[DUTY_CONDITION_NOT_ACCESS] = N_("ha: neither terminal equipment nor an access "
		    "line"),
		[DUTY_CONDITION_FUNCTION] = N_("ni: it has a function of transmission, switching, "
		    "control, operation or subscriber management"),
		[DUTY_CONDITION_CANNOT_STOP] = N_("ho (1): it could not be stopped"),
		[DUTY_CONDITION_CANNOT_SWITCH] = N_("ho (2): it could not be switched promptly to "
		    "the spare as planned"),
		[DUTY_CONDITION_FALL] = N_("ho (3): it fell over, or parts came off"),
		[DUTY_CONDITION_FIRE] = N_("ho (4): fire, smoke or burning"),
		[DUTY_CONDITION_WRONG_AUTH] = N_("ho (5): an unintended terminal was "
		    "authenticated and connected"),
		[DUTY_CONDITION_OVER_CAPACITY] = N_("ho (6): load over its capacity, and the "
		    "planned measure was not carried out"),
		[DUTY_CONDITION_BAD_CONFIG] = N_("ho (7): a wrong setting or software was put in, "
		    "and the planned measure did not restore it promptly"),
		[DUTY_CONDITION_PLANNED] = N_("he (1): planned beforehand"),
		[DUTY_CONDITION_WITHIN_DESIGN] = N_("he (2): within the design specification"),
		[DUTY_CONDITION_NATURAL_DISASTER] = N_("he (3): a natural disaster"),
		[DUTY_CONDITION_NOT_NOTICED] = N_("it could not be noticed promptly (list before "
		    "2026-04-01)"),
		[DUTY_CONDITION_SAT_SUBSEA] = N_("ii: deep loss or serious damage of a satellite, "
		    "submarine cable or the like"),
	};

	return _(titles[code]);
}

/* ORD 58-2 i ho (1) to (7) are situations; the others make them count. */
static bool
is_situation(int code)
{
	return code >= DUTY_CONDITION_CANNOT_STOP && code <= DUTY_CONDITION_BAD_CONFIG;
}

void
accident_conditions(struct filling *f, bool situations)
{
	const struct accident *a = accident_of(f);
	struct buffer text = { .max = 0 };

	for (int i = 0; a->verdict != NULL && i < DUTY_CONDITIONS; i++) {
		const struct duty_fact *fact = &a->made.facts.near[i];
		enum duty_answer answer = a->verdict->condition[i];

		if (is_situation(i) != situations || answer == DUTY_SAYS_NONE)
			continue;
		buffer_reset(&text);
		buffer_print(&text, "%s: %s", condition_title(i), _(duty_answer_name(answer)));
		accident_add_how(f, 0, "incident.condition", buffer_text(&text),
		    fact->reason != NULL ? fact->reason : "", a->incident->id);
	}
	if (f->answer->values == f->from)
		filling_unknown(f, "", _("nobody has said yet which situation it is"),
		    _("\"sekimori incident condition\" records a person's answer"));
	buffer_free(&text);
}

void
accident_not_major(struct filling *f)
{
	const struct duty_verdict *verdict = accident_of(f)->verdict;
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; verdict != NULL && i < verdict->pairs; i++) {
		if (verdict->pair[i].standing == DUTY_REACHED) {
			filling_unknown(f, "", _("a threshold of a major accident was reached: "
			    "this form is for what did not become one"), "");
			continue;
		}
		buffer_reset(&text);
		duty_pair_describe(verdict, &verdict->pair[i], &text);
		accident_add(f, 0, "incident.class", "", buffer_text(&text),
		    accident_of(f)->incident->id);
	}
	buffer_free(&text);
}
