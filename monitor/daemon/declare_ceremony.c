/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people did to keys.
 *
 *   CEREMONY 0      lines: ceremony, rotation, activate or destroy; key, when (ms UTC), SHA-256 of
 *                   the minutes, who was present, what was done (may have more lines)
 *   CEREMONY N      "agree", "refuse" or "withdraw"
 *
 * Nothing of it counts before a second person agreed, whatever the configuration says.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/daemon/engine_declare.h"
#include "monitor/state/custody.h"

#define NEEDS "what was done to a key needs the key, when, the minutes, who was present and a text"

static bool
key_there(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; plan != NULL && i < plan->keys; i++)
		if (strcmp(plan->key[i].name, name) == 0)
			return true;
	return false;
}

static enum err
ceremony_tell(struct declaring *d, struct record *record, struct why *why)
{
	struct record_ceremony *out = &record->ceremony;
	struct bytes verb = declare_line(d);
	char key[NAME_MAX_LEN], present[CEREMONY_PRESENT];
	enum ceremony_kind kind;
	enum err err;

	if (!ceremony_kind_find(verb, &kind))
		return why_set(why, ERR_INVALID, "%s", NEEDS);
	out->kind = kind;
	out->key = declare_line(d);
	err = declare_text(out->key, key, sizeof(key), NEEDS, why);
	if (err != ERR_OK)
		return err;
	if (!declare_number(declare_line(d), &out->at))
		return why_set(why, ERR_INVALID, "when it was done is not a time");
	if (!declare_hash(declare_line(d), &out->minutes))
		return why_set(why, ERR_INVALID, "the minutes are not named by a SHA-256");
	out->present = declare_line(d);
	err = declare_text(out->present, present, sizeof(present), "say who was present, in at "
	    "most 511 octets", why);
	d->said = d->text;
	if (err == ERR_OK && d->said.len == 0)
		err = why_set(why, ERR_INVALID, "%s", NEEDS);
	if (err == ERR_OK && !key_there(d->engine->state->plan, key))
		err = why_set(why, ERR_NOT_FOUND, "no key \"%.100s\" is declared; add it to keys "
		    "in the configuration", key);
	if (err == ERR_OK && out->at > clock_wall_ms())
		err = why_set(why, ERR_INVALID, "it cannot have been done in the future");
	return err;
}

static enum err
ceremony_load(struct declaring *d, struct record *record, const struct ceremony_state **out,
    struct why *why)
{
	const struct ceremony_state *one = state_ceremony(d->engine->state, d->pending->incident);

	*out = one;
	if (one == NULL)
		return why_set(why, ERR_NOT_FOUND, "nothing that was done to a key has the number "
		    "%" PRIu64 "; \"sekimori key list\" lists it", d->pending->incident);
	record->ceremony.ceremony = one->id;
	record->ceremony.kind = one->kind;
	record->ceremony.key = bytes_of_text(one->key);
	record->ceremony.at = one->at_ms;
	record->ceremony.present = bytes_of_text(one->present);
	record->ceremony.minutes = one->minutes;
	if (one->step == CEREMONY_REFUSED || one->step == CEREMONY_WITHDRAWN)
		return why_set(why, ERR_INVALID, "number %" PRIu64 " was refused or withdrawn: "
		    "there is nothing to decide", one->id);
	return ERR_OK;
}

static enum err
ceremony_decide(struct declaring *d, struct record *record, struct why *why)
{
	bool agree = bytes_equal(d->text, bytes_of_text("agree"));
	const struct ceremony_state *one;
	enum err err = ceremony_load(d, record, &one, why);

	if (err != ERR_OK)
		return err;
	if (bytes_equal(d->text, bytes_of_text("withdraw"))) {
		record->ceremony.step = CEREMONY_WITHDRAWN;
		return ERR_OK;
	}
	if (!agree && !bytes_equal(d->text, bytes_of_text("refuse")))
		return why_set(why, ERR_INVALID, "say agree, refuse or withdraw");
	if (one->step != CEREMONY_TOLD)
		return why_set(why, ERR_INVALID, "number %" PRIu64 " was agreed to already",
		    one->id);
	if (agree && one->asked_uid == d->pending->uid)
		return why_set(why, ERR_DENIED, "number %" PRIu64 " was told by %s; somebody else "
		    "has to agree to it", one->id, one->asked_by);
	record->ceremony.step = agree ? CEREMONY_AGREED : CEREMONY_REFUSED;
	return ERR_OK;
}

enum err
declare_ceremony(struct declaring *d, struct record *record, struct why *why)
{
	return d->pending->incident == 0 ? ceremony_tell(d, record, why) :
	    ceremony_decide(d, record, why);
}
