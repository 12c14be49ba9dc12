/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Location as comma-separated values (RFC 4180): a line for each witness of each subject, names
 * for machines, times in UTC.  A cell that a spreadsheet would take for a formula begins with an
 * apostrophe.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "reports/location.h"

static void
put_text(struct buffer *out, const char *text)
{
	buffer_put_text(out, ",\"");
	if (text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL && strcmp(text, "-") != 0)
		buffer_put_u8(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buffer_put_u8(out, '"');
		buffer_put_u8(out, (uint8_t)*text);
	}
	buffer_put_u8(out, '"');
}

static void
put_time(struct buffer *out, int64_t ms)
{
	char text[TIME_TEXT] = "";

	if (ms != 0)
		time_utc(ms, text);
	put_text(out, text);
}

static void
put_subject(struct buffer *out, const struct location_set *set, const struct location_one *one)
{
	struct buffer text = { .max = 0 };

	where_subject_name(set->state, one->subject, &text);
	put_text(out, buffer_text(&text));
	put_text(out, set->state->plan->instance[where_subject_instance(set->state->plan,
	    one->subject)].name);
	buffer_reset(&text);
	where_data(set->state->plan, one->where.data, &text);
	put_text(out, buffer_text(&text));
	put_text(out, where_verdict_name(one->where.verdict));
	put_text(out, where_why_name(one->where.why));
	buffer_reset(&text);
	where_excluded(set->state->plan, &one->where, &text);
	put_text(out, buffer_text(&text));
	buffer_free(&text);
}

static void
put_witness(struct buffer *out, const struct where_testimony *t)
{
	put_text(out, where_witness_name(t->witness));
	put_text(out, t->target != NULL ? t->target->plan->name : "");
	put_text(out, where_stand_name(where_stand(t)));
	put_text(out, t->place.text);
	put_text(out, t->place.country);
	put_text(out, where_grade_name(t->grade));
	put_text(out, where_basis_name(t->basis));
	buffer_print(out, ",%" PRId64, t->witness == WITNESS_PHYSICS ? t->km : 0);
	put_text(out, t->vantage != NULL ? t->vantage : "");
	put_text(out, t->lack != WHERE_LACK_NONE ? where_lack_text(t->lack) : "");
	put_time(out, t->heard_ms);
	buffer_print(out, ",%" PRIu64 "\r\n", t->seq);
}

void
location_csv(const struct location_set *set, struct buffer *out)
{
	buffer_put_text(out, "as_of,subject,instance,data,verdict,why,excluded,witness,target,says,"
	    "place,country,grade,basis,bound_km,vantage,lack,heard,record\r\n");
	for (uint32_t i = 0; i < set->count; i++)
		for (uint32_t k = 0; k < set->one[i].where.testimonies; k++) {
			char when[TIME_TEXT];

			time_utc(set->state->now_ms, when);
			buffer_print(out, "%s", when);
			put_subject(out, set, &set->one[i]);
			put_witness(out, &set->one[i].where.testimony[k]);
		}
}
