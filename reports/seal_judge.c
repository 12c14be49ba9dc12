/* SPDX-License-Identifier: Apache-2.0 */
/* What a judged seal shows, in the reader's language; see seal_judge.h. */
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/seal_judge.h"

enum { CLOCKS_APART_S = 60 };	/* further apart is no difference of good clocks */

void
seal_judged_good(const struct cades_result *result, struct buffer *out)
{
	char when[TIME_TEXT];

	time_jst_s(result->stamp.at_ms, when);
	if (result->stamp_proved)
		buffer_print(out, _("sealed by %s before %s, as %s vouches (%s)"), result->signer,
		    when, result->stamp.authority, cades_level_text(result->level));
	else if (result->stamps > 0)
		buffer_print(out, _("sealed by %s; before %s, says %s, and its root would prove "
		    "it (%s)"), result->signer, when, result->stamp.authority,
		    cades_level_text(result->level));
	else
		buffer_print(out, _("sealed by %s; when, nobody outside vouches for (%s)"),
		    result->signer, cades_level_text(result->level));
	time_jst_s(result->claimed_s * 1000, when);
	if (result->claimed && result->stamp_proved &&
	    result->claimed_s > result->stamp.at_ms / 1000 + CLOCKS_APART_S)
		buffer_print(out, _("; the sealer says %s, which is later than that: the sealer's "
		    "clock was wrong"), when);
	else if (result->claimed)
		buffer_print(out, _("; the sealer says %s"), when);
	if (!result->revocation)
		buffer_put_text(out, _("; whether the certificate was revoked was not looked at"));
}

void
seal_judged_bad(const struct cades_result *result, struct buffer *out)
{
	buffer_put_text(out, _(cades_rule_text(result->rule)));
	if (result->signer[0] != '\0')
		buffer_print(out, _("; it says it is by %s"), result->signer);
	if (result->expected[0] != '\0')
		buffer_print(out, _("; expected %s"), result->expected);
	if (result->found[0] != '\0')
		buffer_print(out, _("; found %s"), result->found);
	buffer_print(out, " (%s). ", cades_rule_clause(result->rule));
	buffer_print(out, _("What to do: %s"), _(cades_rule_advice(result->rule)));
}

static void
put_time(json_t *out, const char *name, int64_t ms)
{
	char when[TIME_TEXT];

	time_utc(ms, when);
	json_object_set_new(out, name, json_string(when));
}

static void
put_text(json_t *out, const char *name, const char *text)
{
	json_t *value = json_string(text);

	/* Certificates hold any octets. */
	if (text[0] != '\0')
		json_object_set_new(out, name, value != NULL ? value : json_string("(not UTF-8)"));
	else
		json_decref(value);
}

json_t *
seal_judged_json(const struct cades_result *result)
{
	json_t *out = json_pack("{s:s,s:s}", "answer", cades_answer_name(result->answer),
	    "level", cades_level_text(result->level));
	char hex[HASH_TEXT];

	if (result->rule != CADES_RULE_NONE) {
		put_text(out, "rule", cades_rule_name(result->rule));
		put_text(out, "clause", cades_rule_clause(result->rule));
		put_text(out, "text", _(cades_rule_text(result->rule)));
		put_text(out, "expected", result->expected);
		put_text(out, "found", result->found);
		put_text(out, "advice", _(cades_rule_advice(result->rule)));
	}
	put_text(out, "signer", result->signer);
	put_text(out, "issuer", result->issuer);
	put_text(out, "serial", result->serial);
	put_text(out, "algorithm", result->algorithm);
	if (!hash_is_zero(result->certificate)) {
		hash_text(result->certificate, hex);
		put_text(out, "certificate", hex);
	}
	if (result->claimed)
		put_time(out, "claimed", result->claimed_s * 1000);
	put_time(out, "judged_at", result->judged_s * 1000);
	json_object_set_new(out, "revocation", json_boolean(result->revocation));
	if (result->stamps > 0) {
		json_t *stamp = json_pack("{s:b}", "proved", result->stamp_proved);

		put_time(stamp, "at", result->stamp.at_ms);
		put_text(stamp, "authority", result->stamp.authority);
		put_text(stamp, "policy", result->stamp.policy);
		put_text(stamp, "serial", result->stamp.serial);
		json_object_set_new(out, "stamp", stamp);
	}
	return out;
}
