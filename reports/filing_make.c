/* SPDX-License-Identifier: Apache-2.0 */
/* A filing from a state: what it speaks for, what must be said beside it, then all of its parts. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/filing_part.h"

enum { QUIET_MS = 4 * TICK_MS };

const char *
maker_text(const struct maker *m, const char *english, const char *japanese)
{
	return filing_text(m->memory, bytes_of_text(m->ja && japanese[0] != '\0' ? japanese :
	    english));
}

/* --- what must be said beside it ---------------------------------------------------------- */

static void
warn(struct maker *m, const char *text)
{
	struct filing *filing = m->filing;

	filing->warning = filing_grow(m->memory, filing->warning, filing->warnings,
	    sizeof(*filing->warning));
	filing->warning[filing->warnings++] = filing_text(m->memory, bytes_of_text(text));
}

static void
warn_gaps(struct maker *m)
{
	const struct state *state = m->source->state;

	for (uint32_t i = 0; i < state->gaps; i++) {
		const struct state_gap *gap = &state->gap[i];
		const char *role = role_name(gap->role);
		char from[TIME_TEXT];

		if (gap->ended_ms != 0)
			continue;
		time_jst_s(gap->from_ms, from);
		warn(m, filing_print(m->memory,
		    _("Not watching since %s: %s %" PRIu64 ", record #%" PRIu64 "."), from,
		    role != NULL ? _(role) : _("a role"), gap->index, gap->seq));
	}
}

static void
warn_ledger(struct maker *m)
{
	const struct state *state = m->source->state;
	const struct filing *filing = m->filing;
	char newest[TIME_TEXT];

	if (state->fork_seq != 0)
		warn(m, filing_print(m->memory, _("This ledger goes on from a copy; another "
		    "continuation was anchored: see record #%" PRIu64 "."), state->fork_seq));
	if (state->unknown_kinds > 0)
		warn(m, filing_print(m->memory, _("%" PRIu64 " records are of kinds this version "
		    "does not know and were passed over."), state->unknown_kinds));
	if (filing->at_ms - filing->newest_ms > QUIET_MS) {
		time_jst_s(filing->newest_ms, newest);
		warn(m, filing_print(m->memory, _("Nothing was recorded after %s until the moment "
		    "this document speaks of."), newest));
	}
	if (filing->anchor_size == 0)
		warn(m, _("No time-stamp authority has vouched for this ledger: when its records "
		    "were made rests on the word of whoever holds its key."));
	else if (filing->anchor_size < filing->size)
		warn(m, filing_print(m->memory, _("Records from #%" PRIu64 " on are not yet "
		    "covered by a time stamp."), filing->anchor_size));
}

static void
warn_all(struct maker *m)
{
	struct filing *filing = m->filing;

	if (m->plan == NULL)
		warn(m, _("No configuration was in force: nothing was watched and nothing can be "
		    "said."));
	else if (m->judgement == NULL && filing->accident == NULL)
		warn(m, _("No control pack is in force: nothing was judged."));
	for (uint32_t i = 0; i < filing->standards; i++)
		if (filing->standard[i].fault[0] != '\0')
			warn(m, filing_print(m->memory, _("A control pack was set aside: %s"),
			    filing->standard[i].fault));
	warn_gaps(m);
	warn_ledger(m);
}

/* --- preparation -------------------------------------------------------------------------- */

static void
make_head(struct maker *m, const struct form *form, const char *language)
{
	const struct filing_source *source = m->source;
	const struct state *state = source->state;
	struct filing *filing = m->filing;
	char root[HASH_TEXT] = "";

	if (!hash_is_zero(source->root))
		hash_text(source->root, root);
	*filing = (struct filing){ .form = form, .memory = m->memory,
		.language = filing_text(m->memory, bytes_of_text(language)),
		.title = maker_text(m, form->title, form->title_ja),
		.basis = maker_text(m, form->basis, form->basis_ja),
		.monitor = m->plan != NULL ? maker_text(m, m->plan->name, m->plan->name_ja) : "",
		.note = form->status == FORM_READ ? "" :
		_("contains fields of the form that were not verified"),
		.at_ms = source->at_ms, .newest_ms = source->newest_ms, .size = source->size,
		.root = filing_text(m->memory, bytes_of_text(root)),
		.origin = filing_text(m->memory, bytes_of_text(state->origin)),
		.verifier = filing_text(m->memory, bytes_of_text(state->verifier)),
		.anchor_size = state->anchor_ms != 0 ? state->anchor_size : 0,
		.anchor_seq = source->anchor_seq, .anchor_ms = state->anchor_ms,
		.anchor_authority = filing_text(m->memory, bytes_of_text(state->anchor_authority)),
		.config_seq = state->config_seq, .planned = m->plan != NULL,
		.state = state, .accident = source->accident };
	filing->note = filing_text(m->memory, bytes_of_text(filing->note));
	filing->heads = form->heads;
	filing->head = filing_array(m->memory, form->heads + 1, sizeof(*filing->head));
	for (uint32_t i = 0; i < form->heads; i++)
		filing->head[i] = maker_text(m, form->head[i].title, form->head[i].title_ja);
}

/* Targets by instance, and which of them are keys. */
static void
make_index(struct maker *m)
{
	uint32_t instances = m->plan != NULL ? m->plan->instances : 0, keys = 0;
	uint32_t targets = m->plan != NULL ? m->plan->targets : 0, *next;

	m->target_first = filing_array(m->memory, instances + 2, sizeof(*m->target_first));
	m->target = filing_array(m->memory, targets + 1, sizeof(*m->target));
	m->key_of = filing_array(m->memory, targets + 1, sizeof(*m->key_of));
	for (uint32_t t = 0; t < targets; t++) {
		m->target_first[m->plan->target[t].instance + 1]++;
		m->key_of[t] = plan_target_has_key(&m->plan->target[t]) ? keys++ : UINT32_MAX;
	}
	for (uint32_t i = 0; i < instances; i++)
		m->target_first[i + 1] += m->target_first[i];
	next = memory_new(instances + 1, sizeof(*next));
	for (uint32_t t = 0; t < targets; t++) {
		uint32_t instance = m->plan->target[t].instance;

		m->target[m->target_first[instance] + next[instance]++] = t;
	}
	free(next);
}

/* Values are read as judging reads them, also where the plan names no pack to judge by. */
static enum err
judged_copy(const struct state *state, struct state **out, struct why *why)
{
	static const char none[] = "pack = { id = \"none\"; edition = \"-\"; standard = \"-\"; "
	    "standard_ja = \"-\"; }; controls = ( { id = \"none\"; clause = \"-\"; title = \"-\"; "
	    "title_ja = \"-\"; requirement = \"-\"; source = \"-\"; confidence = \"general\"; "
	    "level = \"recommended\"; subject = \"carrier\"; lacks = \"-\"; } );";
	struct pack *pack;
	struct hash hash = hash_of(bytes_of_text(none));
	enum err err = pack_read("none.pack", bytes_of_text(none), &pack, why);

	if (err != ERR_OK)
		return err;
	*out = state_copy(state);
	err = judgement_under(*out, &pack, &hash, 1, why);
	if (err == ERR_OK)
		return ERR_OK;
	pack_free(pack);
	state_free(*out);
	*out = NULL;
	return err;
}

enum err
filing_make(const struct filing_source *source, const struct form *form, const char *language,
    struct filing **out, struct why *why)
{
	struct maker maker = { .source = source, .state = source->state,
		.plan = source->state->plan, .judgement = judgement_of(source->state),
		.memory = filing_memory_new(), .ja = strcmp(language, "ja") == 0 };
	struct state *judged = NULL;
	enum err err = ERR_OK;

	*out = NULL;
	if (maker.plan != NULL && maker.judgement == NULL)
		err = judged_copy(source->state, &judged, why);
	if (judged != NULL)
		maker.state = judged;
	maker.filing = filing_array(maker.memory, 1, sizeof(*maker.filing));
	make_head(&maker, form, language);
	make_index(&maker);
	if (err == ERR_OK && source->accident == NULL)
		err = maker_sheets(&maker, why);
	if (err == ERR_OK) {
		if (source->accident == NULL) {
			maker_controls(&maker);
			maker_waivers(&maker);
		}
		maker_answers(&maker);
		warn_all(&maker);
		*out = maker.filing;
	} else {
		filing_memory_free(maker.memory);
	}
	state_free(judged);
	return err;
}

void
filing_free(struct filing *filing)
{
	if (filing != NULL)
		filing_memory_free(filing->memory);
}

int
filing_code(const struct filing *filing)
{
	uint32_t judged = 0;

	if (filing->accident != NULL)
		return filing->blank + filing->unconfirmed + filing->unknown_fields > 0 ?
		    EXIT_UNKNOWN : EXIT_FINE;
	for (int v = 0; v < VERDICTS; v++)
		judged += filing->count[v];
	if (filing->count[VERDICT_NOT_MET] > 0 || filing->contradictions > 0)
		return EXIT_FINDING;
	return judged == 0 || filing->count[VERDICT_UNKNOWN] > 0 || filing->undecided > 0 ||
	    filing->unknown_fields > 0 ? EXIT_UNKNOWN : EXIT_FINE;
}
