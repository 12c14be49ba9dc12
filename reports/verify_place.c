/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the records of a bundle place instances, stores and keys.  Proved is what signed evidence
 * says that was judged again from the octets that are here; what a provider's API, an address or
 * the carrier said is asserted, and so is a time nobody can measure again.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/bundle_part.h"
#include "reports/verify_part.h"

enum { SUBJECTS_TOLD = 200 };		/* a reader reads no more; the others are counted */

enum shown
verify_place_shown(const struct whereabouts *w,
    bool (*rejudged)(void *arg, const struct where_testimony *), void *arg)
{
	if (w->verdict == WHERE_UNKNOWN)
		return SHOWN_NOT_SHOWN;
	return w->by != WHERE_NOBODY && w->testimony[w->by].witness == WITNESS_SIGNED &&
	    rejudged(arg, &w->testimony[w->by]) ? SHOWN_PROVED : SHOWN_ASSERTED;
}

/* Statements that are here were all judged again, or the bundle was refused: is this one here? */
static bool
statement_is_here(void *arg, const struct where_testimony *t)
{
	const struct buffer *evidence = &t->target->replica[t->replica].evidence;
	struct cbor list = cbor_of(bytes_of_buffer(evidence), true);
	struct buffer octets = { .max = BLOB_MAX };
	uint64_t count = evidence->len > 0 ? cbor_array(&list) : 0;
	bool here = count > 0;
	struct verifying *v = arg;
	struct why why;

	for (; count > 0 && here; count--) {
		struct bytes raw = cbor_bytes(&list);
		struct hash hash;

		here = list.err == ERR_OK && raw.len == HASH_LEN;
		if (here) {
			memcpy(hash.at, raw.at, HASH_LEN);
			here = hash_set_has(&v->named, hash) &&
			    !hash_set_has(&v->unplaced, hash) &&
			    verify_blob(v, hash, &octets, &why) == ERR_OK;
		}
		buffer_reset(&octets);
	}
	buffer_free(&octets);
	return here;
}

struct told_subjects { uint32_t told, unknown, more; };

static void
tell_subject(struct verifying *v, enum where_kind kind, uint32_t index, const char *subject,
    struct told_subjects *told)
{
	struct buffer why = { .max = 0 };
	struct whereabouts w;
	enum shown shown;

	whereabouts_make(&w, v->state, kind, index);
	shown = verify_place_shown(&w, statement_is_here, v);
	told->unknown += shown == SHOWN_NOT_SHOWN;
	if (shown != SHOWN_NOT_SHOWN && told->told == SUBJECTS_TOLD)
		told->more++;
	if (shown != SHOWN_NOT_SHOWN && told->told < SUBJECTS_TOLD) {
		whereabouts_print(&why, &w);
		verify_tell(v, CLAIM_LOCATION, shown, shown == SHOWN_PROVED ?
		    _("%s, %s: %s; that evidence was judged again here") :
		    _("%s, %s: %s; nothing here proves it: it is somebody's word"), subject,
		    _(where_verdict_text(w.verdict)), buffer_text(&why));
		told->told++;
	}
	buffer_free(&why);
	whereabouts_free(&w);
}

static void
tell_kind(struct verifying *v, enum where_kind kind, uint32_t count, struct told_subjects *told)
{
	const struct plan *plan = v->state->plan;
	struct buffer subject = { .max = 0 };

	for (uint32_t i = 0; i < count; i++) {
		if (kind == WHERE_OF_KEY && !plan_target_has_key(&plan->target[i]))
			continue;
		buffer_reset(&subject);
		buffer_print(&subject, "%s:%s", kind == WHERE_OF_INSTANCE ? "instance" :
		    kind == WHERE_OF_STORE ? "store" : "key", kind == WHERE_OF_INSTANCE ?
		    plan->instance[i].name : kind == WHERE_OF_STORE ? plan->store[i].name :
		    plan->target[i].name);
		tell_subject(v, kind, i, buffer_text(&subject), told);
	}
	buffer_free(&subject);
}

void
verify_place_tell(struct verifying *v)
{
	struct told_subjects told = { .told = 0 };

	if (v->state == NULL || v->state->plan == NULL)
		return;
	tell_kind(v, WHERE_OF_INSTANCE, v->state->plan->instances, &told);
	tell_kind(v, WHERE_OF_STORE, v->state->plan->stores, &told);
	tell_kind(v, WHERE_OF_KEY, v->state->plan->targets, &told);
	if (told.more > 0)
		verify_tell(v, CLAIM_LOCATION, SHOWN_NOT_SHOWN, _("%" PRIu32 " more instances, "
		    "stores and keys are not listed"), told.more);
	if (told.told + told.more > 0 && told.unknown > 0)
		verify_tell(v, CLAIM_LOCATION, SHOWN_NOT_SHOWN, _("where %" PRIu32 " other "
		    "instances, stores and keys are does not follow from the records here"),
		    told.unknown);
}
