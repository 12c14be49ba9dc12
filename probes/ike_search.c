/* SPDX-License-Identifier: Apache-2.0 */
/* What a responder accepts, by halving; see ike_search.h. */
#include <assert.h>

#include "probes/ike_search.h"

enum { AES_128 = 128, AES_192 = 192, AES_256 = 256 };

/* Groups whose value may be any number, those nobody should accept first. */
static const uint16_t decoys[] = { 22, 23, 24, 1, 2, 5, 18, 17 };

static void
set_add(struct ike_set *set, uint8_t type, uint16_t id, uint16_t bits)
{
	assert(set->count < IKE_LIST_MAX);
	set->transform[set->count++] = (struct ike_transform){ type, id, bits };
}

/* All of the table, with each length of key that is told. */
static void
set_all(struct ike_set *set, uint8_t type)
{
	const struct ike_algorithm *row;
	size_t count = ike_algorithms(&row);

	set->count = 0;
	for (size_t i = 0; i < count; i++) {
		/* NONE is asked for by leaving the type out. */
		if (row[i].type != type || row[i].id == 0 || row[i].unasked)
			continue;
		if (type == IKE_ENCR && row[i].size == 1) {
			set_add(set, type, row[i].id, AES_256);
			set_add(set, type, row[i].id, AES_192);
			set_add(set, type, row[i].id, AES_128);
		} else {
			set_add(set, type, row[i].id, type == IKE_ENCR ? row[i].size : 0);
		}
	}
}

static bool
set_has(const struct ike_set *set, uint16_t id)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->transform[i].id == id)
			return true;
	return false;
}

static void
set_drop(struct ike_set *set, uint16_t id)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->count; i++)
		if (set->transform[i].id != id)
			set->transform[kept++] = set->transform[i];
	set->count = kept;
}

static bool
decoy_next(struct ike_search *search)
{
	for (size_t i = 0; i < sizeof(decoys) / sizeof(decoys[0]); i++) {
		search->decoy = decoys[i];
		if (!set_has(&search->total[IKE_PHASE_GROUPS], decoys[i]))
			return true;
	}
	return false;
}

static bool
is_aead(const struct ike_transform *transform)
{
	const struct ike_algorithm *row = ike_algorithm(transform->type, transform->id);

	return row != NULL && row->aead;
}

static bool
any_plain(const struct ike_set *encryption)
{
	for (size_t i = 0; i < encryption->count; i++)
		if (!is_aead(&encryption->transform[i]))
			return true;
	return false;
}

static void
set_additional(struct ike_set *set)
{
	static const uint16_t methods[] = { 36, 37, 35, 31, 19, 20, 21 };

	set->count = 0;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		set_add(set, IKE_ADDKE1, methods[i], 0);
}

static void
phase_candidates(struct ike_search *search)
{
	struct ike_set *set = &search->candidate;

	set->count = 0;
	switch (search->phase) {
	case IKE_PHASE_GROUPS: set_all(set, IKE_KE); break;
	case IKE_PHASE_ENCR: set_all(set, IKE_ENCR); break;
	case IKE_PHASE_PRF: set_all(set, IKE_PRF); break;
	case IKE_PHASE_INTEG:
		/* RFC 7296 3.3: integrity is negotiated for encryption that has none itself. */
		if (any_plain(&search->accepted[IKE_PHASE_ENCR]))
			set_all(set, IKE_INTEG);
		break;
	case IKE_PHASE_ADDITIONAL:
		if (search->hybrid)
			set_additional(set);
		break;
	default: break;
	}
	search->spans = 0;
	if (set->count > 0)
		search->span[search->spans++] = (struct ike_span){ 0, set->count };
}

void
ike_search_begin(struct ike_search *search)
{
	search->phase = IKE_PHASE_GROUPS;
	decoy_next(search);
	phase_candidates(search);
}

static void
offer_put(struct ike_search *search, const struct ike_transform *transform)
{
	struct ike_offer *offer = &search->offer[search->offers];
	struct ike_transform *at = search->proposal[search->offers];

	assert(offer->count < 4 * IKE_LIST_MAX);
	at[offer->count++] = *transform;
	offer->transform = at;
}

static void
offer_put_set(struct ike_search *search, const struct ike_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		offer_put(search, &set->transform[i]);
}

/* What is asked for of the type of a phase: the span in its own phase, before it all there is,
 * after it what is accepted. */
static void
part_of(const struct ike_search *search, enum ike_phase phase, struct ike_set *out)
{
	static const uint8_t types[] = { IKE_KE, IKE_ENCR, IKE_PRF, IKE_INTEG, IKE_ADDKE1 };
	const struct ike_span *span = &search->span[search->spans - 1];

	out->count = 0;
	if (phase == search->phase) {
		for (size_t i = span->from; i < span->to; i++)
			out->transform[out->count++] = search->candidate.transform[i];
	} else if (phase > search->phase) {
		if (phase != IKE_PHASE_ADDITIONAL)
			set_all(out, types[phase]);
		else if (search->hybrid)
			set_additional(out);
	} else {
		*out = search->accepted[phase];
	}
	if (phase == IKE_PHASE_GROUPS && !set_has(out, search->decoy))
		set_add(out, IKE_KE, search->decoy, 0);
}

static void
offer_make(struct ike_search *search, bool aead)
{
	struct ike_set part;
	size_t encryption = 0;

	search->offer[search->offers] = (struct ike_offer){ .count = 0 };
	part_of(search, IKE_PHASE_ENCR, &part);
	for (size_t i = 0; i < part.count; i++)
		if (is_aead(&part.transform[i]) == aead) {
			offer_put(search, &part.transform[i]);
			encryption++;
		}
	part_of(search, IKE_PHASE_INTEG, &part);
	if (encryption == 0 || (!aead && part.count == 0) ||
	    (aead && search->phase == IKE_PHASE_INTEG))
		return;
	if (!aead)
		offer_put_set(search, &part);
	part_of(search, IKE_PHASE_PRF, &part);
	offer_put_set(search, &part);
	part_of(search, IKE_PHASE_GROUPS, &part);
	offer_put_set(search, &part);
	part_of(search, IKE_PHASE_ADDITIONAL, &part);
	offer_put_set(search, &part);
	search->offers++;
}

bool
ike_search_next(struct ike_search *search, struct ike_request *request)
{
	while (search->phase != IKE_PHASE_DONE) {
		search->offers = 0;
		if (search->spans > 0) {
			offer_make(search, true);
			offer_make(search, false);
			if (search->offers > 0)
				break;
		}
		search->phase++;
		/* With no group there is nothing to ask with, and nothing is accepted. */
		if (search->accepted[IKE_PHASE_GROUPS].count == 0)
			search->phase = IKE_PHASE_DONE;
		if (search->phase == IKE_PHASE_DONE && !search->hybrid) {
			search->hybrid = true;
			search->phase = IKE_PHASE_GROUPS;
			for (int i = 0; i < IKE_PHASE_DONE; i++)
				search->accepted[i].count = 0;
		}
		phase_candidates(search);
	}
	request->offer = search->offer;
	request->offers = search->offers;
	return search->phase != IKE_PHASE_DONE;
}

/* Both passes find most of it: once is enough. */
static void
accept(struct ike_search *search, const struct ike_transform *one)
{
	struct ike_set *total = &search->total[search->phase];

	set_add(&search->accepted[search->phase], one->type, one->id, one->bits);
	for (size_t i = 0; i < total->count; i++)
		if (total->transform[i].id == one->id && total->transform[i].bits == one->bits)
			return;
	set_add(total, one->type, one->id, one->bits);
}

/* Groups tell themselves: what is wanted is accepted, and not offered again. */
static enum err
group_told(struct ike_search *search, enum ike_reply reply, uint16_t wanted, struct why *why)
{
	if (reply == IKE_REPLY_REFUSED) {
		search->spans = 0;
		return ERR_OK;
	}
	if (reply == IKE_REPLY_CHOSEN)
		wanted = search->decoy;
	if (!set_has(&search->candidate, wanted))
		return why_set(why, ERR_MALFORMED, "the responder wants key exchange method %u, "
		    "which was not offered", wanted);
	if (reply == IKE_REPLY_WANTED && wanted == search->decoy)
		return why_set(why, ERR_MALFORMED, "the responder wants key exchange method %u, "
		    "which it was given", wanted);
	accept(search, &(struct ike_transform){ IKE_KE, wanted, 0 });
	set_drop(&search->candidate, wanted);
	search->span[0] = (struct ike_span){ 0, search->candidate.count };
	search->spans = search->candidate.count > 0;
	if (wanted == search->decoy && !decoy_next(search))
		return why_set(why, ERR_LIMIT, "the responder accepts every group that could serve "
		    "to ask for more without leaving half-open SAs");
	return ERR_OK;
}

enum err
ike_search_told(struct ike_search *search, enum ike_reply reply, uint16_t wanted, struct why *why)
{
	struct ike_span span;

	if (search->phase == IKE_PHASE_GROUPS)
		return group_told(search, reply, wanted, why);
	if (reply == IKE_REPLY_WANTED && !set_has(&search->accepted[IKE_PHASE_GROUPS], wanted))
		return why_set(why, ERR_MALFORMED, "the responder wants key exchange method %u, "
		    "which was not offered", wanted);
	span = search->span[--search->spans];
	if (reply == IKE_REPLY_REFUSED)
		return ERR_OK;
	if (span.to - span.from == 1) {
		accept(search, &search->candidate.transform[span.from]);
		return ERR_OK;
	}
	assert(search->spans + 2 <= IKE_STACK_MAX);
	search->span[search->spans++] = (struct ike_span){ (span.from + span.to) / 2, span.to };
	search->span[search->spans++] = (struct ike_span){ span.from, (span.from + span.to) / 2 };
	return ERR_OK;
}

size_t
ike_search_weak(const struct ike_search *search, struct ike_set *out)
{
	size_t count = 0;

	out->count = 0;
	for (int phase = 0; phase < IKE_PHASE_DONE; phase++)
		for (size_t i = 0; i < search->total[phase].count; i++)
			if (ike_transform_weak(&search->total[phase].transform[i])) {
				if (out->count < IKE_LIST_MAX)
					out->transform[out->count++] =
					    search->total[phase].transform[i];
				count++;
			}
	return count;
}
