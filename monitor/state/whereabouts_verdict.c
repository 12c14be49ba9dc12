/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict over what the witnesses say: the most severe rule that holds; see whereabouts.h. */
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/whereabouts.h"

static bool
counts(const struct where_testimony *t)
{
	return t->lack == WHERE_LACK_NONE;
}

static bool
is_strong(const struct where_testimony *t)
{
	return t->witness == WITNESS_INVENTORY || t->witness == WITNESS_SIGNED;
}

static void
set(struct whereabouts *w, enum where_why why, uint32_t by, uint32_t against)
{
	w->why = why;
	w->verdict = where_why_verdict(why);
	w->by = by;
	w->against = against;
}

/* One of witness "by" and one of "against" (any for WITNESSES) that name different places. */
static bool
dispute(struct whereabouts *w, enum where_why why, enum where_witness by,
    enum where_witness against)
{
	for (uint32_t i = 0; i < w->testimonies; i++)
		for (uint32_t j = 0; j < w->testimonies; j++) {
			const struct where_testimony *a = &w->testimony[i], *b = &w->testimony[j];

			if (i == j || a->witness != by || !counts(a) || !counts(b) ||
			    (against != WITNESSES && b->witness != against) ||
			    place_compare(&a->place, &b->place) != PLACES_DIFFER)
				continue;
			set(w, why, i, j);
			return true;
		}
	return false;
}

static bool
physics_excludes(struct whereabouts *w)
{
	for (uint32_t i = 0; i < w->testimonies; i++) {
		const struct where_testimony *t = &w->testimony[i];

		if (t->witness != WITNESS_PHYSICS || !counts(t) || !t->excludes)
			continue;
		for (uint32_t j = 0; j < w->testimonies; j++)
			if (counts(&w->testimony[j]) &&
			    strcmp(w->testimony[j].place.country, t->excluded) == 0) {
				set(w, WHERE_WHY_PHYSICS_EXCLUDES, i, j);
				return true;
			}
	}
	return false;
}

static bool
is_contradicted(struct whereabouts *w)
{
	return dispute(w, WHERE_WHY_SIGNED_CONTRADICTS, WITNESS_SIGNED, WITNESS_DECLARED) ||
	    physics_excludes(w) ||
	    dispute(w, WHERE_WHY_SIGNED_DISPUTED, WITNESS_SIGNED, WITNESSES) ||
	    dispute(w, WHERE_WHY_INVENTORY_CONTRADICTS, WITNESS_INVENTORY, WITNESSES) ||
	    dispute(w, WHERE_WHY_ADDRESS_CONTRADICTS, WITNESS_ADDRESS, WITNESSES);
}

/* Of those that count and are so approved, the strongest; WHERE_NOBODY if there is none. */
static uint32_t
strongest(const struct whereabouts *w, enum approval approval, bool strong_only)
{
	uint32_t found = WHERE_NOBODY;

	for (uint32_t i = 0; i < w->testimonies; i++) {
		const struct where_testimony *t = &w->testimony[i];

		if (!counts(t) || t->witness == WITNESS_PHYSICS ||
		    t->approved.approval != approval || !place_is_known(&t->place) ||
		    (strong_only && !is_strong(t)))
			continue;
		if (found == WHERE_NOBODY || t->grade > w->testimony[found].grade)
			found = i;
	}
	return found;
}

static bool
is_outside(struct whereabouts *w)
{
	uint32_t by = strongest(w, APPROVAL_NO, false);

	if (by != WHERE_NOBODY) {
		set(w, w->testimony[by].approved.expired > 0 ? WHERE_WHY_OUTSIDE_EXPIRED :
		    w->testimony[by].witness == WITNESS_DECLARED ? WHERE_WHY_OUTSIDE_DECLARED :
		    WHERE_WHY_OUTSIDE_PLACED, by, WHERE_NOBODY);
		return true;
	}
	for (uint32_t i = 0; i < w->edge_count; i++)
		if (w->edges[i].approved.approval == APPROVAL_NO) {
			set(w, WHERE_WHY_EDGE_OUTSIDE, WHERE_NOBODY, WHERE_NOBODY);
			w->edge = i;
			return true;
		}
	return false;
}

/* A strong witness that does not count, for the reason. */
static uint32_t
lacking(const struct whereabouts *w)
{
	for (uint32_t i = 0; i < w->testimonies; i++)
		if (is_strong(&w->testimony[i]) && !counts(&w->testimony[i]))
			return i;
	return WHERE_NOBODY;
}

static bool
address_agrees(const struct whereabouts *w)
{
	for (uint32_t i = 0; i < w->testimonies; i++)
		if (w->testimony[i].witness == WITNESS_ADDRESS && counts(&w->testimony[i]) &&
		    w->testimony[i].approved.approval == APPROVAL_YES)
			return true;
	return false;
}

/* Nothing says otherwise: is there enough to say inside? */
static void
inside_or_unknown(struct whereabouts *w)
{
	uint32_t by = strongest(w, APPROVAL_YES, true);
	uint32_t unclear = strongest(w, APPROVAL_UNCLEAR, false);

	if (unclear != WHERE_NOBODY && w->testimony[unclear].place.text[0] != '\0')
		set(w, WHERE_WHY_UNPLACED, unclear, WHERE_NOBODY);
	else if (w->edges_unclear + w->edges_unsaid > 0)
		set(w, WHERE_WHY_EDGE_UNKNOWN, WHERE_NOBODY, WHERE_NOBODY);
	else if (by != WHERE_NOBODY)
		set(w, w->testimony[by].approved.exception > 0 ? WHERE_WHY_INSIDE_EXCEPTION :
		    WHERE_WHY_INSIDE_PLACED, by, WHERE_NOBODY);
	else if (lacking(w) != WHERE_NOBODY)
		set(w, WHERE_WHY_LACKING, lacking(w), WHERE_NOBODY);
	else if (w->testimonies == 0 || !counts(&w->testimony[0]))
		set(w, WHERE_WHY_NOT_DECLARED, WHERE_NOBODY, WHERE_NOBODY);
	else
		set(w, address_agrees(w) ? WHERE_WHY_ONLY_ADDRESS : WHERE_WHY_ONLY_DECLARED, 0,
		    WHERE_NOBODY);
}

void
whereabouts_judge(struct whereabouts *w)
{
	w->edge = WHERE_NOBODY;
	if (is_contradicted(w))
		return;
	if (w->data == 0)
		set(w, WHERE_WHY_NO_CLASS, WHERE_NOBODY, WHERE_NOBODY);
	else if (!is_outside(w))
		inside_or_unknown(w);
}

int64_t
whereabouts_heard_ms(const struct whereabouts *w)
{
	int64_t heard = 0;

	for (uint32_t i = 0; i < w->testimonies; i++)
		if (counts(&w->testimony[i]) && w->testimony[i].heard_ms > heard)
			heard = w->testimony[i].heard_ms;
	return heard;
}

/* --- words -------------------------------------------------------------------------------- */

static const struct { enum where_verdict verdict; const char *name, *text, *advice; } whys[] = {
#define WHERE_WHY(NAME, VERDICT, text, advice) { WHERE_##VERDICT, #NAME, text, advice },
#include "monitor/state/whereabouts_list.h"
};
static const struct { const char *text, *advice; } lacks[] = {
#define WHERE_LACK(NAME, text, advice) { text, advice },
#include "monitor/state/whereabouts_list.h"
};
static const struct { const char *name; char letter; const char *text; } verdicts[] = {
#define WHERE_VERDICT(NAME, name, letter, text) { name, letter, text },
#include "monitor/state/whereabouts_list.h"
};
static const struct { const char *name, *text; } witnesses[] = {
#define WHERE_WITNESS(NAME, name, text) { name, text },
#include "monitor/state/whereabouts_list.h"
}, grades[] = {
#define WHERE_GRADE(NAME, name, text) { name, text },
#include "monitor/state/whereabouts_list.h"
}, bases[] = {
#define WHERE_BASIS(NAME, name, text) { name, text },
#include "monitor/state/whereabouts_list.h"
};

void
place_print(struct buffer *out, const struct place *place)
{
	buffer_put_text(out, place->text);
	if (place->text[0] != '\0' && place->country[0] != '\0')
		buffer_print(out, " (%s)", place->country);
	else
		buffer_put_text(out, place->country);
	if (place->text[0] == '\0' && place->country[0] == '\0')
		buffer_put_text(out, _("an unknown place"));
}

static void
word_print(struct buffer *out, const struct whereabouts *w, struct bytes word)
{
	bool other = bytes_equal(word, bytes_of_text("other")) ||
	    bytes_equal(word, bytes_of_text("there"));
	uint32_t i = other ? w->against : w->by;

	if (bytes_equal(word, bytes_of_text("who")) || bytes_equal(word, bytes_of_text("other")))
		buffer_put_text(out, i != WHERE_NOBODY ?
		    _(witnesses[w->testimony[i].witness].text) : "?");
	else if (!other && w->edge != WHERE_NOBODY)
		place_print(out, &w->edges[w->edge].place);
	else if (i != WHERE_NOBODY && w->testimony[i].excludes)
		buffer_put_text(out, w->testimony[i].excluded);
	else if (i != WHERE_NOBODY)
		place_print(out, &w->testimony[i].place);
}

/* Texts of other people enter as values: nothing in them is looked for. */
void
whereabouts_print(struct buffer *out, const struct whereabouts *w)
{
	const char *text = _(whys[w->why].text);

	while (*text != '\0') {
		size_t len = strcspn(text, "{"), word;

		buffer_put(out, text, len);
		text += len;
		if (*text == '\0')
			break;
		word = strcspn(text, "}");
		word_print(out, w, bytes_of(text + 1, word - 1));
		text += word + (text[word] == '}');
	}
}

const char *
whereabouts_advice(const struct whereabouts *w)
{
	return whys[w->why].advice;
}

const char *
where_verdict_name(enum where_verdict verdict)
{
	return verdicts[verdict].name;
}

const char *
where_verdict_text(enum where_verdict verdict)
{
	return verdicts[verdict].text;
}

char
where_verdict_letter(enum where_verdict verdict)
{
	return verdicts[verdict].letter;
}

const char *
where_witness_name(enum where_witness witness)
{
	return witnesses[witness].name;
}

const char *
where_witness_text(enum where_witness witness)
{
	return witnesses[witness].text;
}

const char *
where_grade_name(enum where_grade grade)
{
	return grades[grade].name;
}

const char *
where_grade_text(enum where_grade grade)
{
	return grades[grade].text;
}

const char *
where_basis_name(enum where_basis basis)
{
	return bases[basis].name;
}

const char *
where_basis_text(enum where_basis basis)
{
	return bases[basis].text;
}

const char *
where_why_name(enum where_why why)
{
	return whys[why].name;
}

enum where_verdict
where_why_verdict(enum where_why why)
{
	return whys[why].verdict;
}

const char *
where_lack_text(enum where_lack lack)
{
	return lacks[lack].text;
}

const char *
where_lack_advice(enum where_lack lack)
{
	return lacks[lack].advice;
}
