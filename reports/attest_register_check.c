/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a site register: all that is to be said of it is found first, then told in sentences
 * or as JSON, so that both say the same.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "reports/attest_register.h"
#include "reports/seal_judge.h"

enum { SAFE = 4 * SITE_TEXT_MAX + 1 };

/* Who sealed it, once the seal itself holds; the rows stand in sealers below. */
enum sealer { SEALER_FINE, SEALER_OPEN, SEALER_OTHER, SEALER_NAME };

struct checked {
	const struct site_register *it;
	int64_t                  at_ms, from_ms, until_ms;
	bool                     in_force;
	size_t                   sites, entries;	/* entries: of them in force */
	const struct site_entry *next;		/* the first to end, of those in force; or NULL */
	const struct site_entry *twice[2];	/* one device at the same time; or NULL */
	bool                     sealed;	/* there is a seal */
	struct cades_result      seal;
	enum sealer              sealer;
};

static const struct { const char *name; enum cades_answer answer; const char *text; } sealers[] = {
	[SEALER_FINE] = { "said", CADES_ACCEPT, "" },
	[SEALER_OPEN] = { "open", CADES_INDETERMINATE, N_("sealer: UNDECIDED: everybody whom that "
	    "authority certifies could have sealed it; name the officer (--officer), or give the "
	    "officer's own certificate to --trust") },
	[SEALER_OTHER] = { "other", CADES_REJECT, N_("sealer: REFUSED: another is named by "
	    "--officer") },
	[SEALER_NAME] = { "another-name", CADES_REJECT, N_("sealer: REFUSED: the register names "
	    "another officer than the certificate that sealed it") },
};

/* --- finding ------------------------------------------------------------------------------ */

static bool
is_first(const struct site_register *it, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(site_register_entry(it, i)->site,
		    site_register_entry(it, at)->site) == 0)
			return false;
	return true;
}

static void
entries_look(struct checked *c)
{
	for (size_t i = 0; i < site_register_count(c->it); i++) {
		const struct site_entry *entry = site_register_entry(c->it, i);
		bool counts = entry->from_ms <= c->at_ms && c->at_ms < entry->until_ms;

		c->sites += is_first(c->it, i);
		c->entries += counts;
		if (counts && entry->until_ms != INT64_MAX &&
		    (c->next == NULL || entry->until_ms < c->next->until_ms))
			c->next = entry;
	}
}

/* A seal that holds is that of anybody whom the authority certified, unless it is said who may. */
static enum sealer
sealer_look(const struct checked *c, struct bytes roots, const char *officer)
{
	switch (site_register_sealer(roots, bytes_of_text(officer != NULL ? officer : ""),
	    &c->seal)) {
	case SITE_SEALER_OPEN:
		return SEALER_OPEN;
	case SITE_SEALER_OTHER:
		return SEALER_OTHER;
	default:
		return c->seal.name[0] != '\0' && strcmp(site_register_officer(c->it),
		    c->seal.name) == 0 ? SEALER_FINE : SEALER_NAME;
	}
}

static void
look(struct checked *c, const struct register_files *files, const struct register_asked *asked)
{
	site_register_term(c->it, &c->from_ms, &c->until_ms);
	c->in_force = c->from_ms <= c->at_ms && c->at_ms < c->until_ms;
	entries_look(c);
	c->twice[1] = site_register_twice(c->it, &c->twice[0]);
	c->sealed = files->seal.len > 0;
	if (!c->sealed)
		return;
	cades_verify(&(struct cades_input){ .seal = bytes_of_buffer(&files->seal),
	    .document = bytes_of_buffer(&files->text),
	    .roots_pem = bytes_of_buffer(&files->roots),
	    .stamp_roots_pem = bytes_of_buffer(&files->stamp_roots),
	    .at_s = c->at_ms / 1000 }, &c->seal);
	if (c->seal.answer == CADES_ACCEPT)
		c->sealer = sealer_look(c, bytes_of_buffer(&files->roots), asked->officer);
}

/* Of the seal and who made it. */
static enum cades_answer
seal_answer(const struct checked *c)
{
	return !c->sealed ? CADES_INDETERMINATE : c->seal.answer != CADES_ACCEPT ?
	    c->seal.answer : sealers[c->sealer].answer;
}

static enum cades_answer
answer_of(const struct checked *c)
{
	return c->in_force && c->twice[1] == NULL ? seal_answer(c) : CADES_REJECT;
}

/* --- sentences ---------------------------------------------------------------------------- */

static const char *
safe(const char *text, char out[SAFE])
{
	text_escape(text, strnlen(text, SITE_TEXT_MAX), out, SAFE);
	return out;
}

/* Of the whole register: its names, its time. */
static void
tell_register(const struct checked *c)
{
	char from[TIME_TEXT], until[TIME_TEXT], id[SAFE], edition[SAFE], officer[SAFE],
	    hex[HASH_TEXT];

	time_jst_s(c->from_ms, from);
	time_jst_s(c->until_ms, until);
	hash_text(site_register_hash(c->it), hex);
	printf(_("register: %s, edition %s, sha256 %s\n"), safe(site_register_id(c->it), id),
	    safe(site_register_edition(c->it), edition), hex);
	printf(_("officer, as the register says: %s\n"),
	    safe(site_register_officer(c->it), officer));
	printf(c->in_force ? _("in force: from %s to before %s\n") :
	    _("NOT in force now: from %s to before %s\n"), from, until);
}

static void
tell_entries(const struct checked *c)
{
	char when[TIME_TEXT], site[SAFE], value[SAFE];

	printf(_("entries: %zu at %zu sites, %zu of them in force\n"),
	    site_register_count(c->it), c->sites, c->entries);
	if (c->next != NULL) {
		time_jst_s(c->next->until_ms, when);
		printf(_("next to end: %s, %s at %s, line %u\n"), when,
		    safe(c->next->value, value), safe(c->next->site, site), c->next->line);
	}
	if (c->twice[1] != NULL)
		printf(_("the device %s stands twice at the same time: lines %u and %u\n"),
		    safe(c->twice[1]->value, value), c->twice[0]->line, c->twice[1]->line);
}

static void
tell_seal(const struct checked *c)
{
	struct buffer text = { .max = 0 };
	char *shown;

	if (!c->sealed) {
		puts(_("seal: none beside it; \"sekimori seal\" makes one"));
		return;
	}
	if (c->seal.answer == CADES_ACCEPT)
		seal_judged_good(&c->seal, &text);
	else
		seal_judged_bad(&c->seal, &text);
	shown = memory_new(4 * text.len + 1, 1);
	text_escape(buffer_text(&text), text.len, shown, 4 * text.len + 1);
	printf("%s: %s: %s\n", _("seal"), c->seal.answer == CADES_ACCEPT ? _("ACCEPTED") :
	    c->seal.answer == CADES_REJECT ? _("REFUSED") : _("UNDECIDED"), shown);
	if (c->sealer != SEALER_FINE)
		puts(_(sealers[c->sealer].text));
	free(shown);
	buffer_free(&text);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void
put_text(json_t *out, const char *name, const char *text)
{
	json_t *value = json_string(text);

	json_object_set_new(out, name, value != NULL ? value : json_string("(not UTF-8)"));
}

static void
put_time(json_t *out, const char *name, int64_t ms)
{
	char when[TIME_TEXT];

	time_utc(ms, when);
	json_object_set_new(out, name, json_string(when));
}

static json_t *
entry_json(const struct site_entry *entry)
{
	json_t *out = json_pack("{s:i}", "line", (int)entry->line);

	put_text(out, "site", entry->site);
	put_text(out, "named_by", entry->name);
	put_text(out, "device", entry->value);
	if (entry->from_ms != 0)
		put_time(out, "from", entry->from_ms);
	if (entry->until_ms != INT64_MAX)
		put_time(out, "until", entry->until_ms);
	return out;
}

static json_t *
seal_json(const struct checked *c)
{
	json_t *out;

	if (!c->sealed)
		return json_null();
	out = seal_judged_json(&c->seal);
	if (c->seal.answer == CADES_ACCEPT)
		json_object_set_new(out, "sealer", json_string(sealers[c->sealer].name));
	return out;
}

static void
tell_json(const struct checked *c)
{
	json_t *out = json_pack("{s:s}", "verdict", cades_answer_name(answer_of(c)));
	char hex[HASH_TEXT];

	put_time(out, "at", c->at_ms);
	put_text(out, "register", site_register_id(c->it));
	put_text(out, "edition", site_register_edition(c->it));
	hash_text(site_register_hash(c->it), hex);
	put_text(out, "sha256", hex);
	put_text(out, "officer", site_register_officer(c->it));
	put_time(out, "from", c->from_ms);
	put_time(out, "until", c->until_ms);
	json_object_set_new(out, "in_force", json_boolean(c->in_force));
	json_object_set_new(out, "entries", json_integer((json_int_t)site_register_count(c->it)));
	json_object_set_new(out, "entries_in_force", json_integer((json_int_t)c->entries));
	json_object_set_new(out, "sites", json_integer((json_int_t)c->sites));
	json_object_set_new(out, "next_to_end", c->next != NULL ? entry_json(c->next) :
	    json_null());
	json_object_set_new(out, "stands_twice", c->twice[1] != NULL ? json_pack("[o,o]",
	    entry_json(c->twice[0]), entry_json(c->twice[1])) : json_null());
	json_object_set_new(out, "seal", seal_json(c));
	json_dumpf(out, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(out);
}

/* --- the check ---------------------------------------------------------------------------- */

enum err
register_check(const struct register_asked *asked, int64_t at_ms, bool json, int *code,
    struct why *why)
{
	struct checked *c = memory_new(1, sizeof(*c));
	struct register_files files;
	struct site_register *it = NULL;
	enum err err = register_files_read(&files, asked, why);

	if (err == ERR_OK)
		err = site_register_read(asked->path, bytes_of_buffer(&files.text), &it, why);
	if (err == ERR_OK) {
		*c = (struct checked){ .it = it, .at_ms = at_ms };
		look(c, &files, asked);
		if (json) {
			tell_json(c);
		} else {
			tell_register(c);
			tell_entries(c);
			tell_seal(c);
		}
		*code = answer_of(c) == CADES_ACCEPT ? EXIT_FINE :
		    answer_of(c) == CADES_REJECT ? EXIT_FINDING : EXIT_UNKNOWN;
	}
	site_register_free(it);
	register_files_free(&files);
	free(c);
	return err;
}
