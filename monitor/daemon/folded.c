/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and folding; see folded.h. */
#include "monitor/base/i18n.h"
#include "monitor/base/place.h"
#include "monitor/daemon/folded.h"

void
folded_close(struct folded *f)
{
	if (f->replay != NULL)
		replay_close(f->replay);
	if (f->ledger != NULL)
		ledger_close(f->ledger);
}

enum err
folded_open(struct folded *f, const char *config, const char *state, struct why *why)
{
	struct place place;
	enum err err = place_find(&place, config, state, why);

	*f = (struct folded){ .ledger = NULL };
	if (err == ERR_OK)
		err = ledger_open(&f->ledger, place.ledger, LEDGER_READ, why);
	if (err == ERR_OK)
		err = replay_open(&f->replay, f->ledger, place.cache, why);
	if (err == ERR_OK)
		err = replay_to_size(f->replay, ledger_size(f->ledger), why);
	if (err == ERR_OK)
		f->state = replay_state(f->replay);
	if (err == ERR_OK && f->state->plan == NULL)
		err = why_set(why, ERR_NOT_FOUND, _("the ledger has no configuration yet"));
	return err;
}
