/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The provider ledger of the last thirty days: when we saw each failure, when the provider said
 * so, when it was over, the lags, and availability against the contract.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/state/provider_ledger.h"
#include "tui/affair.h"
#include "tui/column.h"
#include "tui/view.h"

#define PERIOD_MS (INT64_C(30) * 86400000)

enum providers_kind { PROVIDERS_NONE, PROVIDERS_ONE, PROVIDERS_ENTRY, PROVIDERS_TITLE,
	PROVIDERS_BLANK };
enum { NAMES_MAX = 256 };	/* providers shown */

struct providers {
	uint32_t count;
	struct provider_ledger ledger[NAMES_MAX];
};

enum { ENTRY_INCIDENT, ENTRY_SIDE, ENTRY_WHERE, ENTRY_SEEN, ENTRY_SAID, ENTRY_OVER, ENTRY_DETECTED,
	ENTRY_DISCLOSED, ENTRY_COLUMNS };

static const struct column table[ENTRY_COLUMNS] = {
	[ENTRY_INCIDENT]  = { .title = N_("INCIDENT"), .width = 9 },
	[ENTRY_SIDE]      = { .title = N_("SIDE"), .width = 4 },
	[ENTRY_WHERE]     = { .title = N_("WHERE"), .width = 8, .grow = 2, .most = 30 },
	[ENTRY_SEEN]      = { .title = N_("SEEN"), .width = 14, .align = ALIGN_RIGHT },
	[ENTRY_SAID]      = { .title = N_("SAID"), .width = 8, .align = ALIGN_RIGHT },
	[ENTRY_OVER]      = { .title = N_("OVER"), .width = 8, .align = ALIGN_RIGHT },
	[ENTRY_DETECTED]  = { .title = N_("TO DETECT"), .width = 9, .align = ALIGN_RIGHT },
	[ENTRY_DISCLOSED] = { .title = N_("TO SAY SO"), .width = 9, .align = ALIGN_RIGHT },
};

static void
providers_forget(struct view *view)
{
	struct providers *providers = view->memory;

	for (uint32_t i = 0; providers != NULL && i < providers->count; i++)
		provider_ledger_free(&providers->ledger[i]);
	free(providers);
	view->memory = NULL;
}

static void
rows_of(struct view *view, const struct provider_ledger *ledger, uint64_t place)
{
	view_add(view, (struct view_row){ .kind = PROVIDERS_ONE, .stop = true, .id = place << 32,
	    .problem = !ledger->met });
	for (uint32_t i = ledger->entries; i-- > 0;) {
		view_add(view, (struct view_row){ .kind = PROVIDERS_ENTRY, .stop = true, .reach = 1,
		    .problem = ledger->entry[i].late, .id = place << 32 | i });
		if (ledger->entry[i].title[0] != '\0')
			view_add(view, (struct view_row){ .kind = PROVIDERS_TITLE,
			    .id = place << 32 | i });
	}
	view_add(view, (struct view_row){ .kind = PROVIDERS_BLANK });
}

static void
providers_rows(struct view *view, const struct scene *scene)
{
	const char *names[NAMES_MAX];
	uint32_t count = scene->state->plan != NULL ? providers_of(scene->state->plan, names,
	    NAMES_MAX) : 0;
	struct providers *providers;

	providers_forget(view);
	view->memory = providers = memory_new(1, sizeof(*providers));
	for (uint32_t i = 0; i < count && i < NAMES_MAX; i++) {
		if (view_filtered(view, names[i]))
			continue;
		provider_ledger_make(scene->state, names[i], scene->now_ms - PERIOD_MS,
		    scene->now_ms, &providers->ledger[providers->count]);
		rows_of(view, &providers->ledger[providers->count], providers->count);
		providers->count++;
	}
	if (view->rows == 0)
		view_add(view, (struct view_row){ .kind = PROVIDERS_NONE });
}

static void
providers_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	struct columns columns = columns_fit(table, ENTRY_COLUMNS, 3, strip->end);

	(void)view;
	(void)scene;
	strip_to(strip, line == 0 ? 1 : 3);
	if (line == 0)
		strip_text(strip, STYLE_QUIET, _("the last 30 days; C carrier's side, "
		    "P provider's, I interconnect, ? not decided"));
	else
		columns_heading(&columns, strip);
}

static void
percent(uint32_t ppm, char out[16])
{
	snprintf(out, 16, "%" PRIu32 ".%04" PRIu32 " %%", ppm / 10000, ppm % 10000);
}

static void
providers_one(const struct provider_ledger *ledger, struct strip *strip)
{
	enum style style = ledger->met ? STYLE_UP : STYLE_DOWN;
	char text[16], age[TIME_TEXT];

	strip_print(strip, style, "%c ", ledger->met ? '.' : 'X');
	strip_print(strip, STYLE_STRONG, "%s  ", ledger->provider);
	percent(ledger->available_ppm, text);
	strip_print(strip, style, _("available %s"), text);
	percent(ledger->promised_ppm, text);
	if (ledger->promised_ppm != 0)
		strip_print(strip, STYLE_NORMAL, _(", promised %s"), text);
	age_text(ledger->down_ms, age);
	strip_print(strip, STYLE_NORMAL, _("   down %s"), age);
	age_text(ledger->doubtful_ms, age);
	if (ledger->doubtful_ms > 0)
		strip_print(strip, STYLE_UNKNOWN, _(", nobody's side yet %s"), age);
	age_text(ledger->blind_ms, age);
	if (ledger->blind_ms > 0)
		strip_print(strip, STYLE_UNKNOWN, _(", not watched %s"), age);
}

static void
put_moment(const struct columns *columns, unsigned i, const struct scene *scene, int64_t ms,
    struct strip *strip)
{
	char text[TIME_TEXT] = "-";

	if (ms != 0)
		moment_text(ms, scene->now_ms, text);
	columns_put(columns, i, strip, STYLE_NORMAL, text);
}

static void
put_lag(const struct columns *columns, unsigned i, int64_t ms, bool late, struct strip *strip)
{
	char age[TIME_TEXT], text[TIME_TEXT + 2];

	age_text(ms < 0 ? -ms : ms, age);
	snprintf(text, sizeof(text), "%s%s", ms < 0 ? "-" : "", age);
	columns_put(columns, i, strip, late ? STYLE_DOWN : STYLE_NORMAL, ms == LAG_NONE ?
	    late ? _("not said") : "-" : text);
}

static void
providers_entry(const struct scene *scene, const struct provider_entry *entry,
    struct strip *strip)
{
	struct columns columns = columns_fit(table, ENTRY_COLUMNS, 3, strip->end);
	char text[32];

	strip_to(strip, 3);
	snprintf(text, sizeof(text), "#%" PRIu64, entry->incident);
	columns_put(&columns, ENTRY_INCIDENT, strip, STYLE_STRONG, entry->incident != 0 ? text :
	    _("not seen"));
	snprintf(text, sizeof(text), "%c", side_letter(entry->side));
	columns_put(&columns, ENTRY_SIDE, strip, entry->side == SIDE_UNDETERMINED ?
	    STYLE_UNKNOWN : STYLE_NORMAL, text);
	columns_put(&columns, ENTRY_WHERE, strip, STYLE_NORMAL, entry->region);
	put_moment(&columns, ENTRY_SEEN, scene, entry->known_ms, strip);
	put_moment(&columns, ENTRY_SAID, scene, entry->said_ms, strip);
	put_moment(&columns, ENTRY_OVER, scene, entry->restored_ms, strip);
	put_lag(&columns, ENTRY_DETECTED, entry->detection_ms, false, strip);
	put_lag(&columns, ENTRY_DISCLOSED, entry->disclosure_ms, entry->late, strip);
}

static const struct provider_entry *
entry_of(const struct view *view, const struct view_row *row)
{
	const struct providers *providers = view->memory;

	if (row->kind != PROVIDERS_ENTRY && row->kind != PROVIDERS_TITLE)
		return NULL;
	return &providers->ledger[row->id >> 32].entry[(uint32_t)row->id];
}

static void
providers_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct providers *providers = view->memory;
	const struct provider_entry *entry = entry_of(view, row);

	if (row->kind == PROVIDERS_ONE) {
		providers_one(&providers->ledger[row->id >> 32], strip);
	} else if (row->kind == PROVIDERS_ENTRY) {
		providers_entry(scene, entry, strip);
	} else if (row->kind == PROVIDERS_TITLE) {
		strip_to(strip, 13);
		strip_print(strip, STYLE_QUIET, _("it says: %s"), entry->title);
	} else if (row->kind == PROVIDERS_NONE) {
		strip_text(strip, STYLE_QUIET, _("no site and no contract names a provider"));
	}
}

static bool
providers_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct provider_entry *entry = entry_of(view, row);

	*seq = entry == NULL ? scene->state->config_seq : entry->known_seq != 0 ?
	    entry->known_seq : entry->said_seq;
	return row->kind != PROVIDERS_NONE && row->kind != PROVIDERS_BLANK;
}

static void
providers_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const struct provider_entry *entry = entry_of(view, row);

	(void)scene;
	if (entry == NULL)
		return;
	opening->ops = entry->incident != 0 ? &view_incident : &view_record;
	opening->subject = entry->incident != 0 ? entry->incident : entry->said_seq;
}

static uint64_t
providers_incident(const struct view *view, const struct scene *scene)
{
	const struct view_row *row = view_cursor(view);
	const struct provider_entry *entry = row != NULL ? entry_of(view, row) : NULL;

	(void)scene;
	return entry != NULL ? entry->incident : 0;
}

const struct view_ops view_providers = {
	.name     = "providers",
	.title    = N_("Providers"),
	.alone    = true,
	.head     = 2,
	.rows     = providers_rows,
	.forget   = providers_forget,
	.heading  = providers_heading,
	.line     = providers_line,
	.open     = providers_open,
	.record   = providers_record,
	.incident = providers_incident,
};
