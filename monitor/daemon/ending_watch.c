/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms before what evidence rests on ends; see ending_watch.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ending.h"
#include "attest/site_register.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/ending_watch.h"
#include "monitor/ledger/facts.h"
#include "monitor/state/plan.h"

enum { WANTED_MAX = 2 * ALARM_MAX, WANTED_FIRST = 64 };

static const struct { const char *option, *role; } files[] = {
	{ "policy", "policy" },
#undef ROLE
#define ROLE(option, role, text) { option, role },
#include "probes/attest_role_list.h"
};

/* Recorded in English; whoever shows them may translate.  By how "what" begins. */
static const struct { const char *what, *title; } titles[] = {
	{ "register:", N_("an entry of the site register that evidence of hardware rests on ends "
	    "soon: have the officer seal an edition in which it goes on") },
	{ "register", N_("the site register that evidence of hardware rests on ends soon: have "
	    "the officer seal a newer edition") },
	{ "policy:", N_("an entry of the policy by which evidence of hardware is accepted ends "
	    "soon: let it go on, or accept what comes next") },
	{ "", N_("a certificate or list that evidence of hardware rests on ends soon, and nothing "
	    "newer came: renew it where it comes from") },
};

/* What is due of one endpoint. */
struct wanted {
	const char   *endpoint;
	struct ending ending;
	char          key[NAME_MAX_LEN];	/* of its alarm */
	bool          stands;
};

/* By key, of each the first end of all that look at it. */
struct watch { const struct state *state; struct wanted *wanted; size_t count, room; };

static const char *
endpoint_of(const struct plan_target *target)
{
	return target->endpoint != NULL && target->endpoint[0] != '\0' ? target->endpoint :
	    target->name;
}

static const char *
option_of(const struct plan_target *target, const char *name)
{
	for (uint32_t i = 0; i < target->options; i++)
		if (strcmp(target->option[i].name, name) == 0)
			return target->option[i].value;
	return "";
}

/* Whether a download of that file has an alarm of its own before it runs out. */
static bool
is_dated(const struct plan_download *download)
{
	static const char *const forms[] = { "crl", "pem", "tcb-info", "policy", "site-register" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(download->form, forms[i]) == 0)
			return true;
	return false;
}

static bool
is_downloaded(const struct plan *plan, const char *path)
{
	for (uint32_t i = 0; path[0] != '\0' && i < plan->downloads; i++)
		if (strcmp(plan->download[i].path, path) == 0 && is_dated(&plan->download[i]))
			return true;
	return false;
}

/* A register is watched as a whole there, its entries are not. */
static bool
is_watched(const struct plan *plan, const struct plan_target *target, const char *what)
{
	size_t len = strcspn(what, "/:");

	if (strncmp(what, ROLE_REGISTER ":", sizeof(ROLE_REGISTER)) == 0)
		return false;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strlen(files[i].role) == len && strncmp(files[i].role, what, len) == 0 &&
		    is_downloaded(plan, option_of(target, files[i].option)))
			return true;
	return false;
}

static void
want(struct watch *w, const char *endpoint, const struct ending *ending)
{
	struct wanted *one;
	char hex[HASH_TEXT], key[NAME_MAX_LEN + ENDING_WHAT + 1];

	if (w->count == WANTED_MAX)
		return;
	if (w->count == w->room) {
		w->room = w->room == 0 ? WANTED_FIRST : 2 * w->room;
		w->wanted = memory_resize(w->wanted, w->room, sizeof(*w->wanted));
	}
	one = &w->wanted[w->count++];
	*one = (struct wanted){ .endpoint = endpoint, .ending = *ending };
	snprintf(key, sizeof(key), "%s/%s", endpoint, ending->what);
	if (strlen(key) >= sizeof(one->key))
		hash_text(hash_of(bytes_of_text(key)), hex);
	snprintf(one->key, sizeof(one->key), "%.*s", NAME_MAX_LEN - 1,
	    strlen(key) < sizeof(one->key) ? key : hex);
}

static int
wanted_compare(const void *a, const void *b)
{
	const struct wanted *one = a, *other = b;
	int order = strcmp(one->key, other->key);

	return order != 0 ? order : (one->ending.until_ms > other->ending.until_ms) -
	    (one->ending.until_ms < other->ending.until_ms);
}

static void
wanted_sort(struct watch *w)
{
	size_t kept = 0;

	if (w->count > 0)
		qsort(w->wanted, w->count, sizeof(*w->wanted), wanted_compare);
	for (size_t i = 0; i < w->count; i++)
		if (kept == 0 || strcmp(w->wanted[kept - 1].key, w->wanted[i].key) != 0)
			w->wanted[kept++] = w->wanted[i];
	w->count = kept;
}

static int
key_compare(const void *key, const void *wanted)
{
	return strcmp(key, ((const struct wanted *)wanted)->key);
}

static struct wanted *
wanted_of(const struct watch *w, const char *key)
{
	return w->count == 0 ? NULL :
	    bsearch(key, w->wanted, w->count, sizeof(*w->wanted), key_compare);
}

static void
replica_look(struct watch *w, const struct plan_target *target, struct bytes facts)
{
	struct bytes text;
	struct ending ending;
	int64_t margin_ms = 0;
	size_t at = 0;

	if (!fact_text(facts, FACT_ATTEST_ENDS, &text))
		return;
	if (duration_read(option_of(target, "margin"), &margin_ms, NULL) != ERR_OK)
		margin_ms = 0;
	while (ending_next(text, &at, &ending))
		if (ending_counts(&ending, margin_ms) && w->state->now_ms >= ending.until_ms -
		    ending_lead_ms(ending.from_ms, ending.until_ms, margin_ms) &&
		    !is_watched(w->state->plan, target, ending.what))
			want(w, endpoint_of(target), &ending);
}

static bool
has_evidence(const struct plan_target *target)
{
	return strcmp(target->probe, "witness") == 0 || strcmp(target->probe, "drop") == 0;
}

static void
all_look(struct watch *w)
{
	for (uint32_t i = 0; i < w->state->targets; i++) {
		const struct target_state *target = &w->state->target[i];

		for (uint32_t j = 0; has_evidence(target->plan) && j < target->replicas; j++)
			replica_look(w, target->plan,
			    bytes_of_buffer(&target->replica[j].facts));
	}
}

/* Nobody looks at it any more, or what was accepted since does not rest on this. */
static bool
is_answered(const struct state *state, const char *subject)
{
	char text[SUBJECT_NAME];
	struct bytes verdict;
	bool there = false;

	for (uint32_t i = 0; i < state->targets; i++) {
		const struct target_state *target = &state->target[i];

		snprintf(text, sizeof(text), "target:%s", endpoint_of(target->plan));
		if (!has_evidence(target->plan) || strcmp(text, subject) != 0)
			continue;
		there = true;
		for (uint32_t j = 0; j < target->replicas; j++)
			if (fact_text(bytes_of_buffer(&target->replica[j].facts),
			    FACT_ATTEST_VERDICT, &verdict) &&
			    bytes_equal(verdict, bytes_of_text("accept")))
				return true;
	}
	return !there;
}

static void
change_of(const struct wanted *wanted, struct ending_change *out)
{
	const char *what = wanted->ending.what;
	char jst[TIME_TEXT], utc[TIME_TEXT];
	size_t i = 0;

	*out = (struct ending_change){ .raise = true };
	snprintf(out->subject, sizeof(out->subject), "target:%s", wanted->endpoint);
	memcpy(out->key, wanted->key, sizeof(out->key));
	time_jst_s(wanted->ending.until_ms, jst);
	time_utc(wanted->ending.until_ms, utc);
	snprintf(out->cause, sizeof(out->cause), "until %s: %s (%s)", jst, what, utc);
	while (strncmp(what, titles[i].what, strlen(titles[i].what)) != 0)
		i++;
	out->title = titles[i].title;
}

static bool
stands(struct watch *w, const struct alarm_state *alarm)
{
	struct wanted *wanted = wanted_of(w, alarm->key);
	struct ending_change change;
	size_t len = strlen(alarm->cause);

	if (wanted == NULL)
		return !is_answered(w->state, alarm->subject);
	/* As it was cut when it was folded: another end is another alarm. */
	change_of(wanted, &change);
	wanted->stands = len > 0 && strncmp(alarm->cause, change.cause, len) == 0;
	return wanted->stands;
}

static bool
over_find(struct watch *w, struct ending_change *out)
{
	for (uint32_t i = 0; i < w->state->alarms; i++) {
		const struct alarm_state *alarm = &w->state->alarm[i];

		if (alarm->cleared_ms != 0 || strcmp(alarm->source, ENDING_SOURCE) != 0 ||
		    stands(w, alarm))
			continue;
		*out = (struct ending_change){ .title = N_("what evidence of hardware rests on "
		    "lasts long enough again") };
		snprintf(out->subject, sizeof(out->subject), "%s", alarm->subject);
		snprintf(out->key, sizeof(out->key), "%s", alarm->key);
		return true;
	}
	return false;
}

bool
ending_watch(const struct state *state, struct ending_change *out)
{
	struct watch w = { .state = state };
	bool found;

	if (state->plan == NULL)
		return false;
	all_look(&w);
	wanted_sort(&w);
	found = over_find(&w, out);
	for (size_t i = 0; !found && i < w.count; i++)
		if (!w.wanted[i].stands) {
			change_of(&w.wanted[i], out);
			found = true;
		}
	free(w.wanted);
	return found;
}

void
ending_signal(const struct ending_change *change, struct record *record)
{
	record->signal = (struct record_signal){ .source = bytes_of_text(ENDING_SOURCE),
	    .form = SIGNAL_FORM_ENDING, .kind = change->raise ? SIGNAL_RAISED : SIGNAL_CLEARED,
	    .key = bytes_of_text(change->key), .subject = bytes_of_text(change->subject),
	    .severity = change->raise ? PERCEIVED_WARNING : PERCEIVED_CLEARED,
	    .alarm_type = ALARM_TYPE_TIME_DOMAIN, .cause = bytes_of_text(change->cause),
	    .title = bytes_of_text(change->title), .count = 1 };
}
