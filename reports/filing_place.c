/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where equipment is: what the carrier declares, where its data may be, what the provider's
 * published ranges say of the addresses we probe, and by which file.  Declared and observed are
 * never merged; where they differ, the observed value says so.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/filing_part.h"

static void
site_text(const struct filling *f, uint32_t site, char out[SUBJECT_TEXT])
{
	snprintf(out, SUBJECT_TEXT, "site:%.120s", f->maker->plan->site[site].name);
}

void
filling_place(struct filling *f)
{
	for (uint32_t i = 0; i < f->scope->sites; i++) {
		const struct plan_site *site = &f->maker->plan->site[f->scope->site[i]];
		struct buffer text = { .max = 0 };
		char about[SUBJECT_TEXT];

		site_text(f, f->scope->site[i], about);
		if (site->region[0] != '\0')
			buffer_print(&text, "%s/%s", site->provider, site->region);
		else
			filling_unknown(f, about, _("the region is not declared"), "");
		if (site->zone[0] != '\0')
			buffer_print(&text, _("%szone %s"), text.len > 0 ? ", " : "", site->zone);
		if (site->jurisdiction[0] != '\0')
			buffer_print(&text, _("%scountry %s"), text.len > 0 ? ", " : "",
			    site->jurisdiction);
		else
			filling_unknown(f, about, _("the country is not declared"), "");
		if (text.len > 0)
			filling_declare(f, "loc.declared", about, buffer_text(&text));
		buffer_free(&text);
	}
}

/* --- where its data may be ---------------------------------------------------------------- */

static void
add_class(struct filling *f, const struct plan_class *class, const char *about)
{
	const char *title = maker_text(f->maker, class->title, class->title_ja);
	struct buffer text = { .max = 0 };

	buffer_print(&text, _("data class %s"), class->name);
	if (title[0] != '\0')
		buffer_print(&text, " (%s)", title);
	if (class->regions[0] != '\0')
		buffer_print(&text, _(": regions %s"), class->regions);
	if (class->jurisdictions[0] != '\0')
		buffer_print(&text, _("; countries %s"), class->jurisdictions);
	filling_declare(f, "loc.approved", about, buffer_text(&text));
	buffer_free(&text);
}

void
filling_approved(struct filling *f)
{
	const struct plan *plan = f->maker->plan;

	for (uint32_t i = 0; i < f->scope->instances; i++) {
		const struct plan_instance *instance = &plan->instance[f->scope->instance[i]];
		char about[SUBJECT_TEXT];

		snprintf(about, sizeof(about), "instance:%.120s", instance->name);
		if (instance->data == 0)
			filling_unknown(f, about, _("which data it holds is not declared"), "");
		for (uint32_t c = 0; c < plan->classes; c++)
			if ((instance->data >> c & 1) != 0)
				add_class(f, &plan->class[c], about);
	}
}

/* --- what published ranges say ------------------------------------------------------------ */

static const struct plan_feed *
feed_of(const struct plan *plan, struct hash hash)
{
	char hex[HASH_TEXT];

	hash_text(hash, hex);
	for (uint32_t i = 0; i < plan->feeds; i++)
		if (strcmp(plan->feed[i].hash, hex) == 0)
			return &plan->feed[i];
	return NULL;
}

/* "range file of aws (aws), SHA-256 ..., made 2026-...": by which file an address was looked up. */
static void
put_feed(const struct plan *plan, const struct replica_state *replica, struct buffer *out)
{
	struct bytes facts = bytes_of_buffer(&replica->facts);
	const struct plan_feed *feed;
	struct hash hash;
	char text[HASH_TEXT];
	int64_t made;

	if (!fact_hash(facts, FACT_LOC_FEED, &hash))
		return;
	feed = feed_of(plan, hash);
	hash_text(hash, text);
	if (feed != NULL)
		buffer_print(out, _("published range file of %s (form %s), SHA-256 %s"),
		    feed->provider, feed->form, text);
	else
		buffer_print(out,
		    _("published range file that is no longer configured, SHA-256 %s"), text);
	if (fact_int(facts, FACT_LOC_FEED_DATE, &made)) {
		time_jst_s(made, text);
		buffer_print(out, _(", made %s"), text);
	}
}

static bool
differs(const struct maker *m, const struct condition_name *name,
    const struct replica_state *replica, uint32_t site, const struct condition_name *declared)
{
	struct value said = judgement_value(m->state, (struct subject){ SUBJECT_SITE, site, 0 },
	    declared);
	struct bytes seen;

	return said.known && fact_text(bytes_of_buffer(&replica->facts),
	    (enum fact)name->number, &seen) && !bytes_equal(seen, said.text);
}

struct place_names {
	struct condition_name region, provider, declared, declared_provider;
};

static bool
place_names(struct place_names *names)
{
	return condition_name_find(bytes_of_text("loc.observed"), &names->region) &&
	    condition_name_find(bytes_of_text("loc.observed.provider"), &names->provider) &&
	    condition_name_find(bytes_of_text("loc.declared"), &names->declared) &&
	    condition_name_find(bytes_of_text("site.provider"), &names->declared_provider);
}

/* The provider alone where the published ranges give no region. */
static void
see_replica(struct filling *f, uint32_t target, uint32_t r, const struct place_names *names)
{
	const struct maker *m = f->maker;
	const struct replica_state *replica = &m->state->target[target].replica[r];
	uint32_t site = m->plan->instance[m->plan->target[target].instance].site;
	struct bytes facts = bytes_of_buffer(&replica->facts), region;
	struct buffer how = { .max = 0 };

	put_feed(m->plan, replica, &how);
	if (fact_text(facts, FACT_LOC_OBSERVED, &region))
		filling_fact(f, target, r, &names->region, buffer_text(&how),
		    differs(m, &names->region, replica, site, &names->declared));
	else
		filling_fact(f, target, r, &names->provider, buffer_text(&how),
		    differs(m, &names->provider, replica, site, &names->declared_provider));
	buffer_free(&how);
}

static void
see_target(struct filling *f, uint32_t target, const struct place_names *names)
{
	const struct target_state *state = &f->maker->state->target[target];
	char about[SUBJECT_TEXT];
	uint32_t seen = 0;

	for (uint32_t r = 0; r < state->replicas; r++) {
		struct bytes any;

		see_replica(f, target, r, names);
		seen += fact_text(bytes_of_buffer(&state->replica[r].facts),
		    FACT_LOC_OBSERVED_PROVIDER, &any);
	}
	snprintf(about, sizeof(about), "target:%.120s", f->maker->plan->target[target].name);
	if (seen == 0)
		filling_unknown(f, about,
		    _("no published range holds the address, or none was looked in"), "");
}

void
filling_seen(struct filling *f)
{
	struct place_names names;

	/* A key in a module is reached by no address. */
	for (uint32_t i = 0; place_names(&names) && i < f->scope->targets; i++)
		if (f->maker->key_of[f->scope->target[i]] == UINT32_MAX)
			see_target(f, f->scope->target[i], &names);
}

void
filling_feed(struct filling *f)
{
	const struct maker *m = f->maker;

	for (uint32_t i = 0; i < f->scope->targets; i++) {
		const struct target_state *target = &m->state->target[f->scope->target[i]];
		const struct replica_state *replica = &target->replica[0];
		struct filing_value value = { .basis = BASIS_OBSERVED, .known = true,
			.name = "loc.feed", .lapsed = target->health == HEALTH_UNKNOWN };
		struct buffer text = { .max = 0 };
		char about[SUBJECT_TEXT];

		put_feed(m->plan, replica, &text);
		value.text = buffer_text(&text);
		value.how = _("each round looks the probed address up in it");
		value.as_of_ms = fold_heard_ms(m->state, target, replica);
		snprintf(about, sizeof(about), "target:%.120s", target->plan->name);
		if (text.len > 0)
			filling_add(f, &value, about, replica->seq);
		buffer_free(&text);
	}
}
