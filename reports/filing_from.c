/* SPDX-License-Identifier: Apache-2.0 */
/* What fills a part besides facts: the plan's word on function, service, provider, channels. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/accident_part.h"

/* Ordinance Art. 27-2 (iii) i, ro, ha, ni. */
const char *
function_title(enum function function)
{
	switch (function) {
	case FUNCTION_SWITCHING:  return _("switching function");
	case FUNCTION_CONTROL:
		return _("control function, with that of virtualised functions");
	case FUNCTION_OAM:        return _("operation, monitoring or maintenance function");
	case FUNCTION_SUBSCRIBER:
		return _("subscriber management for connection or authentication");
	default:                  return "";
	}
}

static void
fill_date(struct filling *f)
{
	struct filing_value value = { .known = true, .name = "at", .how = "" };
	char text[TIME_TEXT];

	time_jst_s(f->maker->source->at_ms, text);
	value.text = text;
	filling_add(f, &value, "", UINT64_MAX);
}

static void
fill_this(struct filling *f)
{
	struct filing_value value = { .known = true, .name = "this", .how = "" };

	value.text = _("attached: the sheets and the control table below");
	filling_add(f, &value, "", UINT64_MAX);
}

static void
fill_carrier(struct filling *f)
{
	const struct plan *plan = f->maker->plan;
	const struct plan_carrier *carrier = plan != NULL && plan->carriers > 0 ?
	    plan->carrier : NULL;
	const struct { const char *name, *value; } member[] = {
		{ "name", carrier == NULL ? "" :
		    maker_text(f->maker, carrier->name, carrier->name_ja) },
		{ "address", carrier == NULL ? "" : carrier->address },
		{ "representative", carrier == NULL ? "" : carrier->representative },
		{ "corporate_number", carrier == NULL ? "" : carrier->corporate_number },
		{ "registration", carrier == NULL ? "" : carrier->registration },
		{ "services", carrier == NULL ? "" : carrier->services },
		{ "contact", carrier == NULL ? "" : carrier->contact } };
	char name[NAME_MAX_LEN];

	for (size_t i = 0; i < sizeof(member) / sizeof(*member); i++) {
		if (strcmp(member[i].name, f->part->member) != 0 || member[i].value[0] == '\0')
			continue;
		snprintf(name, sizeof(name), "carrier.%s", member[i].name);
		filling_declare(f, name, "", member[i].value);
	}
}

static void
fill_nf(struct filling *f, const struct plan_instance *instance, const char *about)
{
	struct buffer text = { .max = 0 };

	if (instance->nf[0] == '\0')
		filling_unknown(f, about, _("the network function is not declared"), "");
	else
		buffer_put_text(&text, instance->nf);
	if (instance->nf[0] != '\0' && instance->version[0] != '\0')
		buffer_print(&text, _(", version %s"), instance->version);
	if (instance->version[0] == '\0')
		filling_unknown(f, about, _("the version is not declared"), "");
	if (text.len > 0)
		filling_declare(f, "instance.nf", about, buffer_text(&text));
	buffer_free(&text);
}

static void
fill_service(struct filling *f, const struct plan_instance *instance, const char *about)
{
	if (instance->service[0] == '\0')
		filling_unknown(f, about, _("the provider's service is not declared"), "");
	else
		filling_declare(f, "csp.service", about, instance->service);
	if (instance->model[0] == '\0')
		filling_unknown(f, about, _("how it is provided (IaaS, PaaS, SaaS; dedicated, "
		    "shared) is not declared"), "");
	else
		filling_declare(f, "csp.model", about, instance->model);
}

static void
fill_provider(struct filling *f, const struct plan_site *site, const char *about)
{
	if (site->provider_name[0] != '\0')
		filling_declare(f, "provider.name", about, site->provider_name);
	else
		filling_unknown(f, about, _("the legal name of the provider is not declared"), "");
	if (site->provider_country[0] != '\0')
		filling_declare(f, "provider.country", about, site->provider_country);
	else
		filling_unknown(f, about, _("the country of the provider is not declared"), "");
}

static void
fill_sites(struct filling *f)
{
	for (uint32_t i = 0; i < f->scope->sites; i++) {
		const struct plan_site *site = &f->maker->plan->site[f->scope->site[i]];
		char about[SUBJECT_TEXT];

		snprintf(about, sizeof(about), "site:%.120s", site->name);
		fill_provider(f, site, about);
	}
}

static void
fill_instances(struct filling *f)
{
	for (uint32_t i = 0; i < f->scope->instances; i++) {
		const struct plan_instance *instance =
		    &f->maker->plan->instance[f->scope->instance[i]];
		char about[SUBJECT_TEXT];

		snprintf(about, sizeof(about), "instance:%.120s", instance->name);
		if (f->part->from == FORM_FROM_NF)
			fill_nf(f, instance, about);
		else
			fill_service(f, instance, about);
	}
}

static void
fill_watch(struct filling *f)
{
	for (uint32_t i = 0; i < f->scope->targets; i++) {
		const struct plan_target *target = &f->maker->plan->target[f->scope->target[i]];
		char every[TIME_TEXT], stale[TIME_TEXT], about[SUBJECT_TEXT];
		struct buffer text = { .max = 0 };

		duration_text(target->interval_ms, every);
		duration_text(target->stale_ms, stale);
		buffer_print(&text, _("probe %s every %s; failed after %" PRIu32 " of %" PRIu32
		    " rounds; unknown after %s without evidence"), target->probe, every,
		    target->fail_count, target->window, stale);
		snprintf(about, sizeof(about), "target:%.120s", target->name);
		filling_declare(f, "watch", about, buffer_text(&text));
		buffer_free(&text);
	}
}

static void
fill_channels(struct filling *f)
{
	const struct plan *plan = f->maker->plan;

	for (uint32_t i = 0; i < plan->channels; i++) {
		char text[2 * NAME_MAX_LEN + 8];

		snprintf(text, sizeof(text), "%.127s (%.127s)", plan->channel[i].name,
		    plan->channel[i].kind);
		filling_declare(f, "channel", "", text);
	}
}

/* What is not met on the sheet, control by control. */
static void
fill_breaches(struct filling *f, uint32_t standard)
{
	const struct maker *m = f->maker;

	for (uint32_t i = 0; i < m->breaches && f->scope->sheet != NULL; i++) {
		const struct breach *breach = &m->breach[i];
		struct filing_value value = { .name = breach->id, .known = true, .how = "" };
		struct buffer text = { .max = 0 };

		if (breach->sheet != f->scope->number || breach->standard != standard)
			continue;
		buffer_print(&text, _("not met: %s %s"), breach->id, breach->title);
		value.text = buffer_text(&text);
		filling_add(f, &value, breach->subject, breach->seq);
		buffer_free(&text);
	}
}

/* Verdicts on what the sheet covers, or on everything for the cover. */
static void
fill_controls(struct filling *f)
{
	const struct maker *m = f->maker;
	const struct filing *filing = m->filing;
	uint32_t row = f->scope->sheet != NULL ? f->scope->number : filing->sheets;

	for (uint32_t s = 0; s < filing->standards; s++) {
		const struct filing_standard *standard = &filing->standard[s];
		const uint32_t *count = m->tally[row * filing->standards + s].verdict;
		struct filing_value value = { .name = standard->id, .known = true, .how = "" };
		struct buffer text = { .max = 0 };

		if (standard->fault[0] != '\0') {
			filling_unknown(f, "", standard->title, standard->fault);
			continue;
		}
		buffer_print(&text, _("%s: met %" PRIu32 ", not met %" PRIu32 ", unknown %" PRIu32
		    ", waived %" PRIu32 ", not applicable %" PRIu32 "; controls that cannot be "
		    "decided %" PRIu32), standard->title, count[VERDICT_MET],
		    count[VERDICT_NOT_MET], count[VERDICT_UNKNOWN], count[VERDICT_WAIVED],
		    count[VERDICT_NOT_APPLICABLE], standard->undecided);
		value.text = buffer_text(&text);
		filling_add(f, &value, "", UINT64_MAX);
		buffer_free(&text);
		fill_breaches(f, s);
	}
}

void
filling_from(struct filling *f)
{
	switch (f->part->from) {
	case FORM_FROM_DATE:     fill_date(f); break;
	case FORM_FROM_THIS:     fill_this(f); break;
	case FORM_FROM_CARRIER:  fill_carrier(f); break;
	case FORM_FROM_CONTROLS: fill_controls(f); break;
	default:
		break;
	}
	if (f->maker->source->accident != NULL)
		accident_fill(f);
	filling_attachment(f);
	if (f->maker->plan == NULL || f->scope->sheet == NULL)
		return;
	switch (f->part->from) {
	case FORM_FROM_FUNCTION:
		filling_declare(f, "core_tag", "", function_title(f->scope->sheet->function));
		break;
	case FORM_FROM_NF:
	case FORM_FROM_SERVICE:  fill_instances(f); break;
	case FORM_FROM_PROVIDER: fill_sites(f); break;
	case FORM_FROM_PLACE:    filling_place(f); break;
	case FORM_FROM_APPROVED: filling_approved(f); break;
	case FORM_FROM_SEEN:     filling_seen(f); break;
	case FORM_FROM_FEED:     filling_feed(f); break;
	case FORM_FROM_KEYS:     filling_keys(f); break;
	case FORM_FROM_WATCH:    fill_watch(f); break;
	case FORM_FROM_CHANNELS: fill_channels(f); break;
	default:
		break;
	}
}
