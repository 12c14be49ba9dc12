/* SPDX-License-Identifier: Apache-2.0 */
/* Sums over an audit log; see audit_tally.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/log.h"
#include "probes/audit_tally.h"

enum { NAME_MAX_OCTETS = 200 };

static char *
safe(struct bytes text)
{
	char out[NAME_MAX_OCTETS];

	text_escape((const char *)text.at, text.len, out, sizeof(out));
	return memory_text(bytes_of_text(out));
}

bool
audit_listed(struct bytes list, const char *name)
{
	size_t at = 0, len = strlen(name);

	while (at < list.len) {
		size_t end = at;

		while (end < list.len && list.at[end] != ',' && list.at[end] != ' ')
			end++;
		if (end - at == len && len > 0 &&
		    strncasecmp((const char *)list.at + at, name, len) == 0)
			return true;
		at = end + 1;
	}
	return false;
}

static void
group_add(struct audit_tally *tally, const char *name)
{
	for (size_t i = 0; i < tally->region_groups; i++)
		if (strcmp(tally->region[i].name, name) == 0) {
			tally->region[i].count++;
			return;
		}
	if (tally->region_groups == AUDIT_GROUPS) {
		tally->full = true;
		return;
	}
	snprintf(tally->region[tally->region_groups].name, sizeof(tally->region[0].name), "%s",
	    name);
	tally->region[tally->region_groups++].count = 1;
}

static void
name_keep(struct audit_tally *tally, char **list, size_t *count, struct buffer *text)
{
	if (*count < AUDIT_NAMES_MAX)
		list[(*count)++] = safe(bytes_of_buffer(text));
	else
		tally->full = true;
}

/* --- sessions ------------------------------------------------------------------------------- */

static struct audit_session *
session_find(struct audit_tally *tally, const char *actor, const char *address)
{
	for (size_t i = 0; i < tally->sessions; i++)
		if (strcmp(tally->session[i].actor, actor) == 0 &&
		    strcmp(tally->session[i].address, address) == 0)
			return &tally->session[i];
	return NULL;
}

static struct audit_session *
session_new(struct audit_tally *tally, char *actor, char *address)
{
	struct audit_session *session;

	if (tally->sessions == tally->cap) {
		tally->cap = tally->cap > 0 ? 2 * tally->cap : 32;
		tally->session = memory_resize(tally->session, tally->cap,
		    sizeof(*tally->session));
	}
	session = &tally->session[tally->sessions++];
	*session = (struct audit_session){ .actor = actor, .address = address };
	if (!audit_places_find(tally->places, bytes_of_text(address), session->country))
		session->country[0] = '\0';
	return session;
}

static void
session_take(struct audit_tally *tally, const struct audit_entry *entry)
{
	char *actor = safe(entry->actor), *address = safe(entry->address);
	struct audit_session *session = session_find(tally, actor, address);

	if (session == NULL && tally->sessions < AUDIT_SESSIONS_MAX) {
		session = session_new(tally, actor, address);
		session->first_ms = entry->when_ms;
	} else {
		free(actor);
		free(address);
	}
	if (session == NULL) {
		tally->full = true;
		return;
	}
	if (entry->when_ms < session->first_ms)
		session->first_ms = entry->when_ms;
	if (entry->second_factor == AUDIT_NO || session->second_factor == AUDIT_UNSAID)
		session->second_factor = entry->second_factor;
}

/* --- acts and notices ----------------------------------------------------------------------- */

static void
act_take(struct audit_tally *tally, const struct audit_entry *entry)
{
	char place[64];
	struct buffer text = { .max = 4096 };

	snprintf(place, sizeof(place), "%s/%.*s", tally->provider, (int)entry->region.len,
	    (const char *)entry->region.at);
	for (char *at = place; *at != '\0'; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at += 'a' - 'A';
		else if ((uint8_t)*at <= ' ' || (uint8_t)*at >= 0x7f)
			*at = '?';
	if (entry->region.len == 0 || strcmp(strchr(place, '/'), "/global") == 0) {
		tally->acts_unplaced++;
		return;
	}
	group_add(tally, place);
	if (tally->regions.len == 0 || audit_listed(tally->regions, place))
		return;
	tally->acts_outside++;
	buffer_print(&text, "%.*s in %s by %.*s", (int)entry->act.len, (const char *)entry->act.at,
	    place, (int)entry->actor.len, (const char *)entry->actor.at);
	name_keep(tally, tally->act, &tally->acts, &text);
	buffer_free(&text);
}

static void
staff_take(struct audit_tally *tally, const struct audit_entry *entry)
{
	struct buffer text = { .max = 4096 };
	char country[16];

	snprintf(country, sizeof(country), "%.*s", (int)entry->country.len,
	    (const char *)entry->country.at);
	tally->staff++;
	if (tally->jurisdictions.len > 0 && country[0] != '\0' &&
	    !audit_listed(tally->jurisdictions, country))
		tally->staff_outside++;
	buffer_print(&text, "%s: %.*s, %.*s", country[0] != '\0' ? country : "unknown",
	    (int)entry->act.len, (const char *)entry->act.at, (int)entry->actor.len,
	    (const char *)entry->actor.at);
	name_keep(tally, tally->notice, &tally->notices, &text);
	buffer_free(&text);
}

void
audit_tally_take(void *arg, const struct audit_entry *entry)
{
	struct audit_tally *tally = arg;

	if (entry->when_ms < tally->from_ms || entry->when_ms > tally->until_ms) {
		tally->outside_window++;
		return;
	}
	if (tally->entries++ == 0 || entry->when_ms < tally->first_ms)
		tally->first_ms = entry->when_ms;
	if (entry->when_ms > tally->last_ms)
		tally->last_ms = entry->when_ms;
	if (entry->kind == AUDIT_STAFF) {
		staff_take(tally, entry);
		return;
	}
	if (entry->kind == AUDIT_ACT)
		session_take(tally, entry);
	/* Not said to read only: it may have changed something. */
	if (entry->changes != AUDIT_NO)
		act_take(tally, entry);
}

void
audit_tally_free(struct audit_tally *tally)
{
	for (size_t i = 0; i < tally->sessions; i++) {
		free(tally->session[i].actor);
		free(tally->session[i].address);
	}
	free(tally->session);
	for (size_t i = 0; i < tally->acts; i++)
		free(tally->act[i]);
	for (size_t i = 0; i < tally->notices; i++)
		free(tally->notice[i]);
	tally->session = NULL;
	tally->sessions = tally->cap = tally->acts = tally->notices = 0;
}
