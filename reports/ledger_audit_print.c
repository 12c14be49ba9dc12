/* SPDX-License-Identifier: Apache-2.0 */
/* Items of an audit for people and as JSON, streamed: a long audit needs no memory for them. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "reports/ledger_audit_print.h"
#include "reports/ledger_common.h"

static const char *const weights[] = {
	[AUDIT_FINDING] = N_("FINDING"), [AUDIT_EXPLAINED] = N_("explained"),
	[AUDIT_ASSERTED] = N_("asserted"), [AUDIT_NOTED] = N_("note"),
};
static const char *const weight_words[] = {
	[AUDIT_FINDING] = "finding", [AUDIT_EXPLAINED] = "explained",
	[AUDIT_ASSERTED] = "asserted", [AUDIT_NOTED] = "note",
};

static json_t *
json_time(int64_t ms)
{
	char text[TIME_TEXT];

	time_utc(ms, text);
	return json_string(text);
}

json_t *
audit_item_json(const struct audit_item *item)
{
	char safe[4 * WHY_TEXT_MAX + 1];
	json_t *out = json_object();

	text_escape(item->text, strlen(item->text), safe, sizeof(safe));
	json_object_set_new(out, "weight", json_string(weight_words[item->weight]));
	json_object_set_new(out, "kind", json_string(audit_kind_name(item->kind)));
	json_object_set_new(out, "record", json_integer((json_int_t)item->seq));
	if (item->worker_known) {
		json_object_set_new(out, "worker", json_integer((json_int_t)item->worker));
		json_object_set_new(out, "targets", json_integer((json_int_t)item->targets));
	}
	if (item->from_ms != 0 || item->to_ms != 0) {
		json_object_set_new(out, "from", json_time(item->from_ms));
		json_object_set_new(out, "to", json_time(item->to_ms));
	}
	json_object_set_new(out, "text", json_string(safe));
	return out;
}

void
audit_print_begin(struct audit_print *print, uint64_t asked)
{
	if (print->json) {
		printf("{\"from\":%" PRIu64 ",\"to\":%" PRIu64 ",\"pruned\":%" PRIu64
		    ",\"items\":[",
		    print->from, print->to, print->from > asked ? print->from - asked : 0);
		return;
	}
	printf(_("audit of records %llu to %llu\n"), (unsigned long long)print->from,
	    (unsigned long long)(print->to > print->from ? print->to - 1 : print->to));
	if (print->from > asked)
		printf(_("%-10s records %llu to %llu are pruned: their leaf hashes are in the "
		    "tree, their bytes are gone\n"), _("note"), (unsigned long long)asked,
		    (unsigned long long)print->from - 1);
}

void
audit_print_item(void *arg, const struct audit_item *item)
{
	struct audit_print *print = arg;
	char from[TIME_TEXT], to[TIME_TEXT];

	if (print->json) {
		json_t *out = audit_item_json(item);

		if (print->items++ > 0)
			putchar(',');
		json_dumpf(out, stdout, JSON_COMPACT);
		json_decref(out);
		return;
	}
	print->items++;
	printf("%-10s %-10s ", _(weights[item->weight]), audit_kind_name(item->kind));
	if (item->from_ms != 0 || item->to_ms != 0) {
		time_jst(item->from_ms, from);
		time_jst(item->to_ms, to);
		printf(_("%s to %s: "), from, to);
	}
	ledger_put_safe(item->text);
	if (item->worker_known)
		printf(_(" (%llu targets)"), (unsigned long long)item->targets);
	putchar('\n');
}

static void
totals_json(const struct audit *audit, const struct audit_totals *totals, struct hash root)
{
	char text[HASH_TEXT];

	hash_text(root, text);
	printf("],\"size\":%" PRIu64 ",\"root\":\"%s\",\"records\":%" PRIu64 ",\"checkpoints\":%"
	    PRIu64
	    ",\"blobs\":%" PRIu64 ",\"coverages\":%" PRIu64 ",\"gaps\":%" PRIu64
	    ",\"anchors_proved\":%"
	    PRIu64 ",\"anchors_asserted\":%" PRIu64 ",\"missed\":%" PRIu64 ",\"late\":%" PRIu64
	    ",\"held\":%" PRIu64 ",\"findings\":%" PRIu64 "}\n", audit_size(audit), text,
	    totals->records,
	    totals->checkpoints, totals->blobs, totals->coverages, totals->gaps,
	    totals->anchors_proved,
	    totals->anchors_asserted, totals->missed, totals->late, totals->held,
	    totals->items[AUDIT_FINDING]);
}

static void
totals_text(const struct audit_totals *totals, struct hash root)
{
	char text[HASH_TEXT], from[TIME_TEXT], to[TIME_TEXT];
	unsigned long long holes = totals->findings_of_kind[AUDIT_HOLE];

	hash_text(root, text);
	time_jst(totals->first_ms, from);
	time_jst(totals->last_ms, to);
	printf(_("%llu records, recorded %s to %s; root %s\n"), (unsigned long long)totals->records,
	    from,
	    to, text);
	printf(_("%llu checkpoints, %llu time stamps proved and %llu asserted, %llu blobs\n"),
	    (unsigned long long)totals->checkpoints, (unsigned long long)totals->anchors_proved,
	    (unsigned long long)totals->anchors_asserted, (unsigned long long)totals->blobs);
	printf(_("%llu coverage periods (targets missed %llu, late %llu, held back %llu), %llu "
	    "gaps with their reasons\n"), (unsigned long long)totals->coverages,
	    (unsigned long long)totals->missed, (unsigned long long)totals->late,
	    (unsigned long long)totals->held, (unsigned long long)totals->gaps);
	if (totals->items[AUDIT_FINDING] == 0)
		printf("%s\n", _("no hole: every record, checkpoint and worker's time is accounted "
		    "for"));
	else
		printf(_("%llu findings, %llu of them holes\n"),
		    (unsigned long long)totals->items[AUDIT_FINDING], holes);
}

int
audit_print_end(struct audit_print *print, const struct audit *audit, enum err err,
    const struct why *why)
{
	const struct audit_totals *totals = audit_totals(audit);

	if (print->json)
		totals_json(audit, totals, audit_root(audit));
	else if (err == ERR_OK)
		totals_text(totals, audit_root(audit));
	if (err != ERR_OK)
		fprintf(stderr, _("sekimori ledger audit: broke off at record %llu: %s\n"),
		    (unsigned long long)audit_size(audit), why->text[0] != '\0' ? why->text :
		    err_text(err));
	if (err == ERR_OK && totals->records == 0)
		return EXIT_UNKNOWN;	/* of nothing, nothing can be said */
	if (err != ERR_OK && totals->items[AUDIT_FINDING] == 0)
		return err == ERR_UNTRUSTED || err == ERR_MISMATCH || err == ERR_NOT_FOUND ?
		    EXIT_FINDING :
		    EXIT_UNKNOWN;
	return totals->items[AUDIT_FINDING] == 0 ? EXIT_FINE : EXIT_FINDING;
}
