/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a location token says.  Status: affirming only where signed evidence places the subject
 * inside; the provider's unsigned word is a warning, silence is none, and whatever is outside or
 * contradicted is contraindicated.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/version.h"
#include "monitor/daemon/locate_statement.h"
#include "monitor/state/describe_where.h"

static const char limit[] = "of one moment and of what was asked: other copies, and places between "
    "two answers, are not excluded; a bound of distance excludes and never places";

static enum ear_status
status_of(const struct whereabouts *w)
{
	switch (w->verdict) {
	case WHERE_INSIDE:
		return w->by != WHERE_NOBODY && w->testimony[w->by].witness == WITNESS_SIGNED ?
		    EAR_AFFIRMING : EAR_WARNING;
	case WHERE_UNKNOWN:
		return EAR_NONE;
	default:
		return EAR_CONTRAINDICATED;
	}
}

static void
witness_put(struct locate_statement *made, const struct where_testimony *t)
{
	size_t at = made->ear.witnesses++;

	memcpy(made->country[at], t->place.country, sizeof(made->country[at]));
	made->witness[at] = (struct ear_witness){ .name = where_witness_name(t->witness),
	    .stand = where_stand_name(where_stand(t)), .value = t->place.text,
	    .country = made->country[at], .grade = t->grade != WHERE_GRADE_NONE ?
	    where_grade_name(t->grade) : NULL, .basis = where_basis_name(t->basis),
	    .why = t->lack != WHERE_LACK_NONE ? where_lack_text(t->lack) : NULL,
	    .seen_s = t->heard_ms / 1000 };
	if (t->witness == WITNESS_PHYSICS && t->vantage != NULL && t->km > 0) {
		made->witness[at].vantage = t->vantage[0] != '\0' ? t->vantage : "monitor";
		made->witness[at].km = t->km;
	}
}

enum err
locate_statement_make(const struct state *state, const char *subject,
    struct locate_statement *made, struct why *why)
{
	struct ear_statement *ear = &made->ear;
	struct where_subject found;

	if (state->plan == NULL || !where_subject_find(state, subject, &found))
		return why_set(why, ERR_NOT_FOUND, "there is no \"%.200s\"; say instance:NAME, "
		    "store:NAME or key:NAME as the configuration has them", subject);
	whereabouts_make(&made->where, state, found.kind, found.index);
	snprintf(made->subject, sizeof(made->subject), "%s", subject);
	snprintf(made->decided, sizeof(made->decided), "%s", where_country(&made->where));
	whereabouts_print(&made->why, &made->where);
	where_excluded(state->plan, &made->where, &made->excluded);
	*ear = (struct ear_statement){ .issued_s = state->now_ms / 1000,
	    .build = SEKIMORI_VERSION, .subject = made->subject, .limit = limit,
	    .status = status_of(&made->where), .verdict = where_verdict_name(made->where.verdict),
	    .country = made->decided[0] != '\0' ? made->decided : NULL,
	    .why = buffer_text(&made->why), .excluded = buffer_text(&made->excluded),
	    .witness = made->witness };
	for (uint32_t i = 0; i < made->where.testimonies && i < LOCATE_WITNESSES_MAX; i++)
		witness_put(made, &made->where.testimony[i]);
	return ERR_OK;
}

void
locate_statement_free(struct locate_statement *made)
{
	whereabouts_free(&made->where);
	buffer_free(&made->why);
	buffer_free(&made->excluded);
	free(made);
}
