/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori rejudge": the same evidence under another edition of a standard.  The records are what
 * they are; the packs given take the place of those with the same id, and what would have been
 * said otherwise is listed.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/controls.h"

enum { OPTION_PACK, OPTION_AT, OPTION_FROM, OPTION_TO, OPTION_CONFIG, OPTION_LEDGER };

static const struct command_option options[] = {
	[OPTION_PACK]   = { "pack", 'p', "FILE", N_("a control pack; may be given again") },
	[OPTION_AT]     = { "at", 0, "TIME", N_("judge what was believed then; default now") },
	[OPTION_FROM]   = { "from", 0, "TIME", N_("list how verdicts changed from then on ...") },
	[OPTION_TO]     = { "to", 0, "TIME", N_("... until then; default now") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_LEDGER] = { "ledger", 0, "FILE", N_("a ledger file, instead of the daemon's") },
	{ NULL, 0, NULL, NULL },
};

struct asked {
	const char *pack[PLAN_PACK_MAX];
	uint32_t    packs;
	const char *at, *from, *to, *config, *ledger;
};

struct packs {
	struct pack *pack[PLAN_PACK_MAX];
	struct hash  hash[PLAN_PACK_MAX];
	uint32_t     count;
};

static enum err
pack_load(struct packs *packs, const char *path, struct why *why)
{
	struct buffer octets = { .max = BLOB_MAX };
	const char *slash = strrchr(path, '/');
	enum err err = file_read(path, BLOB_MAX, &octets, why);

	if (err == ERR_OK)
		err = pack_read(slash != NULL ? slash + 1 : path, bytes_of_buffer(&octets),
		    &packs->pack[packs->count], why);
	if (err == ERR_OK)
		packs->hash[packs->count++] = hash_of(bytes_of_buffer(&octets));
	buffer_free(&octets);
	return err;
}

static bool
is_replaced(const struct packs *packs, uint32_t given, const char *id)
{
	for (uint32_t i = 0; i < given; i++)
		if (strcmp(packs->pack[i]->id, id) == 0)
			return true;
	return false;
}

/* Those in force that are not replaced stay, so that the whole is judged. */
static enum err
packs_keep(struct packs *packs, const struct state *state, struct report_source *source,
    struct why *why)
{
	const struct judgement *j = judgement_of(state);
	struct blob_source blobs = report_blobs(source);
	struct buffer octets = { .max = 0 };
	uint32_t given = packs->count;
	enum err err = ERR_OK;

	for (uint32_t i = 0; j != NULL && i < judgement_packs(j) && err == ERR_OK; i++) {
		const struct pack *pack = judgement_pack(j, i);
		struct hash hash = judgement_pack_hash(j, i);

		if (pack == NULL || is_replaced(packs, given, pack->id))
			continue;
		if (packs->count == PLAN_PACK_MAX)
			err = why_set(why, ERR_LIMIT, "there are more than %d packs",
			    PLAN_PACK_MAX);
		else
			err = blobs.get(blobs.arg, hash, &octets, why);
		if (err == ERR_OK)
			err = pack_read(pack->id, bytes_of_buffer(&octets),
			    &packs->pack[packs->count], why);
		if (err == ERR_OK)
			packs->hash[packs->count++] = hash;
	}
	buffer_free(&octets);
	return err;
}

/* --- comparing ---------------------------------------------------------------------------- */

static const char *
before_of(const struct judgement *old, const char *id, const char *subject)
{
	uint32_t c = old != NULL ? judgement_find(old, id) : UINT32_MAX;
	struct subject found;

	if (c == UINT32_MAX)
		return NULL;
	if (judgement_subjects(old, c) == 0 || !judgement_subject_find(old, subject, &found) ||
	    found.kind != judgement_control(old, c)->subject)
		return verdict_name(VERDICT_UNKNOWN);
	return verdict_name(judgement_finding(old, c, found.index).verdict);
}

static uint32_t
compare_control(const struct judgement *old, const struct judgement *now, uint32_t c)
{
	const struct pack_control *control = judgement_control(now, c);
	uint32_t differ = 0;

	for (uint32_t i = 0; i < judgement_subjects(now, c); i++) {
		struct finding finding = judgement_finding(now, c, i);
		const char *after = verdict_name(finding.verdict), *before;
		char subject[SUBJECT_TEXT];

		judgement_subject_text(now, finding.subject, subject);
		before = before_of(old, control->id, subject);
		if (before != NULL && strcmp(before, after) == 0)
			continue;
		printf("%c %-14s %-40s %s -> %s\n", verdict_letter(finding.verdict), control->id,
		    subject, before != NULL ? before : _("(new)"), after);
		differ++;
	}
	return differ;
}

static uint32_t
compare(const struct judgement *old, const struct judgement *now)
{
	uint32_t differ = 0;

	for (uint32_t c = 0; c < judgement_controls(now); c++)
		differ += compare_control(old, now, c);
	for (uint32_t c = 0; old != NULL && c < judgement_controls(old); c++)
		if (judgement_find(now, judgement_control(old, c)->id) == UINT32_MAX) {
			printf(_("- %-14s is not in the packs given\n"),
			    judgement_control(old, c)->id);
			differ++;
		}
	return differ;
}

/* --- a range ------------------------------------------------------------------------------ */

struct walking {
	struct state      *state;
	struct blob_source blobs;
	uint64_t           seen;
	enum err           err;
	struct why         why;
};

static void
say_changes(struct walking *w)
{
	const struct judgement *j = judgement_of(w->state);
	uint64_t fresh = judgement_changes_total(j) - w->seen;
	uint32_t kept = judgement_changes(j);

	for (uint32_t i = fresh < kept ? kept - (uint32_t)fresh : 0; i < kept; i++) {
		const struct judged_change *change = judgement_change(j, i);
		char when[TIME_TEXT];

		time_jst_s(change->recorded_ms, when);
		printf("%s  #%-8" PRIu64 " %-14s %-40s %s -> %s\n", when, change->seq,
		    change->control, change->subject, verdict_name(change->before),
		    verdict_name(change->after));
	}
	w->seen = judgement_changes_total(j);
}

static bool
on_record(void *arg, const struct record *record, struct bytes raw, enum err decoded)
{
	struct walking *w = arg;

	(void)raw;
	w->err = fold_apply(w->state, record, decoded, &w->blobs, &w->why);
	if (w->err != ERR_OK)
		return false;
	say_changes(w);
	return true;
}

static enum err
size_at(struct report_source *source, const char *at, uint64_t *size, struct why *why)
{
	int64_t at_ms;
	enum err err = ERR_OK;

	*size = ledger_size(source->ledger);
	if (at != NULL)
		err = time_read(at, clock_wall_ms(), &at_ms, why);
	return at == NULL || err != ERR_OK ? err :
	    ledger_size_at(source->ledger, at_ms, size, why);
}

static enum err
walk(struct report_source *source, const struct asked *asked, struct state *state, uint64_t from,
    struct why *why)
{
	struct walking w = { .state = state, .blobs = report_blobs(source),
		.seen = judgement_changes_total(judgement_of(state)) };
	uint64_t to;
	enum err err = size_at(source, asked->to, &to, why);

	if (err == ERR_OK && to > from)
		err = ledger_scan(source->ledger, from, to, on_record, &w, why);
	if (err == ERR_OK && w.err != ERR_OK) {
		*why = w.why;
		err = w.err;
	}
	return err;
}

static int
judge(const struct command *command, const struct asked *asked, struct report_source *source,
    struct packs *packs)
{
	struct why why = { .err = ERR_OK };
	uint32_t differ = 0;
	struct state *state = NULL;
	uint64_t size;
	enum err err = size_at(source, asked->from != NULL ? asked->from : asked->at, &size, &why);

	if (err == ERR_OK)
		err = replay_to_size(source->replay, size, &why);
	if (err == ERR_OK)
		err = packs_keep(packs, replay_state(source->replay), source, &why);
	if (err == ERR_OK) {
		state = state_copy(replay_state(source->replay));
		err = judgement_under(state, packs->pack, packs->hash, packs->count, &why);
	}
	if (err == ERR_OK) {
		packs->count = 0;	/* the state has them now */
		differ = compare(judgement_of(replay_state(source->replay)), judgement_of(state));
		if (asked->from != NULL)
			err = walk(source, asked, state, size, &why);
	}
	if (err == ERR_OK)
		printf(ngettext("%" PRIu32 " verdict differs under the packs given\n",
		    "%" PRIu32 " verdicts differ under the packs given\n", differ), differ);
	state_free(state);
	return err != ERR_OK ? command_failed(command, &why) :
	    differ > 0 ? EXIT_FINDING : EXIT_FINE;
}

static int
rejudge_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .packs = 0 };
	struct packs packs = { .count = 0 };
	struct report_source source;
	struct why why = { .err = ERR_OK };
	const char *value;
	int got, code = EXIT_FINE;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		switch (got) {
		case OPTION_PACK:
			if (asked.packs == PLAN_PACK_MAX)
				return command_wrong(command, _("there are more than %d packs"),
				    PLAN_PACK_MAX);
			asked.pack[asked.packs++] = value;
			break;
		case OPTION_AT:     asked.at = value; break;
		case OPTION_FROM:   asked.from = value; break;
		case OPTION_TO:     asked.to = value; break;
		case OPTION_CONFIG: asked.config = value; break;
		case OPTION_LEDGER: asked.ledger = value; break;
		}
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.packs == 0 || optind < argc || (asked.at != NULL && asked.from != NULL))
		return command_wrong(command, _("say the packs with --pack FILE, and either --at "
		    "or --from"));
	if (report_open(&source, asked.config, NULL, asked.ledger, &why) != ERR_OK)
		return command_failed(command, &why);
	for (uint32_t i = 0; i < asked.packs && code == EXIT_FINE; i++)
		if (pack_load(&packs, asked.pack[i], &why) != ERR_OK)
			code = command_wrong(command, "%s", why.text);
	if (code == EXIT_FINE)
		code = judge(command, &asked, &source, &packs);
	for (uint32_t i = 0; i < packs.count; i++)
		pack_free(packs.pack[i]);
	report_close(&source);
	return code;
}

const struct command command_rejudge = {
	.name = "rejudge",
	.usage = "--pack FILE [--pack FILE ...]",
	.summary = N_("judge the same evidence under another edition of a pack"),
	.about = N_("A pack given takes the place of the one with its id; the others in force "
	    "stay. "
	    "What would\nbe said otherwise is listed, one control and subject a line; with --from "
	    "also how it\nwould have changed. The ledger is only read. Exit code 1 if a verdict "
	    "differs."),
	.options = options,
	.run = rejudge_run,
};
