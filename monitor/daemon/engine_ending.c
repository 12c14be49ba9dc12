/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms before what evidence rests on ends (ending_watch.h), one record after the other. */
#include "monitor/daemon/ending_watch.h"
#include "monitor/daemon/engine.h"

enum { LOOK_MS = 5000, AGAIN_MS = 3600000 };

void
ending_look(struct engine *e)
{
	struct ending_change change;
	struct record record;
	struct hash hash;

	if (e->stopping || e->now_ms < e->ending_ms)
		return;
	if (!ending_watch(e->state, &change)) {
		e->ending_ms = e->now_ms + LOOK_MS;
		e->ending_asked = (struct hash){ { 0 } };
		return;
	}
	hash = hash_of3(bytes_of_text(change.raise ? "raised" : "cleared"),
	    bytes_of_text(change.key), bytes_of_text(change.cause));
	/* On its way; or among more alarms than are kept one by one, where it was counted. */
	if (hash_equal(hash, e->ending_asked) && e->now_ms - e->ending_asked_ms < AGAIN_MS)
		return;
	engine_record_head(&record, RECORD_SIGNAL);
	ending_signal(&change, &record);
	if (engine_append(e, &record) != ERR_OK)
		return;
	e->ending_asked = hash;
	e->ending_asked_ms = e->now_ms;
}
