/* SPDX-License-Identifier: Apache-2.0 */
/* Site registers, read and asked; see site_register.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attest/site_register.h"
#include "monitor/base/conf.h"
#include "monitor/base/timetext.h"

enum { DAY_MS = 86400000, DATE_LEN = 10, AK_MIN = 2 };

struct own_entry {
	struct site_entry       entry;
	const struct conf_node *kind;
};

struct site_register {
	struct conf      *conf;
	struct hash       hash;
	int64_t           from_ms, until_ms;
	size_t            count;
	struct own_entry *entry;
};

/* What names a device, and the claims of evidence that prove it. */
static const struct { const char *name; bool hex; const char *claim[3]; } names[] = {
	{ "chip",   true,  { "serial" } },
	{ "serial", false, { "serial" } },
	{ "ak",     true,  { "tpm.ak" } },
	{ "spki",   true,  { "device.spki", "tpm.ak.spki", "azure.ak" } },
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* --- reading ------------------------------------------------------------------------------ */

static enum err
fault(const char *name, const struct conf_node *node, struct why *why, const char *sentence)
{
	return why_set(why, ERR_INVALID, "%.120s:%u: \"%.40s\" %s", name, conf_line(node),
	    conf_name(node), sentence);
}

/* A text with something in it, short enough to be shown and recorded. */
static enum err
text_check(const char *name, const struct conf_node *node, struct why *why)
{
	const char *text = conf_text(node);

	if (conf_kind(node) != CONF_TEXT || text[0] == '\0')
		return fault(name, node, why, "is not a text in quotes");
	if (strlen(text) >= SITE_TEXT_MAX)
		return fault(name, node, why, "is longer than 255 octets");
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return fault(name, node, why, "has control characters");
	return ERR_OK;
}

static enum err
texts_check(const char *name, const struct conf_node *group, const char *const *wanted,
    size_t count, struct why *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		const struct conf_node *node = conf_member(group, wanted[i]);

		if (node == NULL)
			return why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is missing", name,
			    conf_line(group), wanted[i]);
		err = text_check(name, node, why);
	}
	return err;
}

/* A moment; a day named as the end counts as a whole. */
static enum err
moment_read(const char *name, const struct conf_node *node, bool end, int64_t *ms,
    struct why *why)
{
	const char *text = conf_text(node);

	if (conf_kind(node) != CONF_TEXT || date_read(text, ms, NULL) != ERR_OK)
		return fault(name, node, why, "is no date or time (2027-03-31, or RFC 3339)");
	if (end && strlen(text) == DATE_LEN)
		*ms += DAY_MS;
	return ERR_OK;
}

static enum err
term_read(const char *name, const struct conf_node *group, const char *from, int64_t *from_ms,
    int64_t *until_ms, struct why *why)
{
	const struct conf_node *first = conf_member(group, from),
	    *last = conf_member(group, "until");
	enum err err = ERR_OK;

	*from_ms = 0;
	*until_ms = INT64_MAX;
	if (first != NULL)
		err = moment_read(name, first, false, from_ms, why);
	if (err == ERR_OK && last != NULL)
		err = moment_read(name, last, true, until_ms, why);
	return err == ERR_OK && *until_ms <= *from_ms ?
	    fault(name, last, why, "is before its beginning") : err;
}

static enum err
kind_check(const char *name, const struct conf_node *node, struct why *why)
{
	bool list = conf_kind(node) == CONF_LIST;
	size_t count = list ? conf_count(node) : 1;

	if (count == 0)
		return fault(name, node, why, "names no kind of evidence");
	for (size_t i = 0; i < count; i++) {
		const struct conf_node *one = list ? conf_at(node, i) : node;

		if (conf_kind(one) != CONF_TEXT)
			return fault(name, node, why, "is not a text in quotes, or a list of them");
		if (verifier_find(conf_text(one)) == NULL)
			return why_set(why, ERR_INVALID, "%.120s:%u: there is no kind of evidence "
			    "\"%.40s\"; \"sekimori attest --kinds\" lists them", name,
			    conf_line(one), conf_text(one));
	}
	return ERR_OK;
}

static bool
is_hex(const char *text)
{
	size_t len = strlen(text);

	return len >= 2 * AK_MIN && len % 2 == 0 &&
	    strspn(text, "0123456789abcdefABCDEF") == len;
}

/* Exactly one of the names of a device. */
static enum err
device_read(const char *name, const struct conf_node *node, struct site_entry *entry,
    struct why *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < NAMES; i++) {
		const struct conf_node *member = conf_member(node, names[i].name);

		if (member == NULL)
			continue;
		if (entry->name[0] != '\0')
			return fault(name, member, why, "is a second name of the device; an "
			    "entry has exactly one of serial, chip, ak and spki");
		err = text_check(name, member, why);
		if (err == ERR_OK && names[i].hex && !is_hex(conf_text(member)))
			err = fault(name, member, why, "is not whole octets in hex");
		entry->name = names[i].name;
		entry->value = conf_text(member);
	}
	return err != ERR_OK || entry->name[0] != '\0' ? err : why_set(why, ERR_INVALID,
	    "%.120s:%u: an entry names its device by serial, chip, ak or spki", name,
	    conf_line(node));
}

static bool
is_among(const char *name, const char *const *known, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, known[i]) == 0)
			return true;
	return false;
}

static enum err
known_check(const char *name, const struct conf_node *group, const char *const *known,
    size_t count, struct why *why)
{
	for (size_t i = 0; i < conf_count(group); i++)
		if (!is_among(conf_name(conf_at(group, i)), known, count))
			return fault(name, conf_at(group, i), why, "is not known here");
	return ERR_OK;
}

static enum err
entry_read(const char *name, const struct conf_node *node, struct own_entry *own,
    struct why *why)
{
	static const char *const known[] = { "site", "kind", "serial", "chip", "ak", "spki",
		"rack", "since", "until", "document" };
	static const char *const wanted[] = { "site" }, *const optional[] = { "rack",
		"document" };
	struct site_entry *entry = &own->entry;
	enum err err;

	if (conf_kind(node) != CONF_GROUP)
		return why_set(why, ERR_INVALID, "%.120s:%u: an entry is a group in braces", name,
		    conf_line(node));
	*entry = (struct site_entry){ .name = "", .line = conf_line(node) };
	own->kind = conf_member(node, "kind");
	err = known_check(name, node, known, sizeof(known) / sizeof(known[0]), why);
	if (err == ERR_OK)
		err = texts_check(name, node, wanted, 1, why);
	for (size_t i = 0; err == ERR_OK && i < 2; i++)
		if (conf_member(node, optional[i]) != NULL)
			err = text_check(name, conf_member(node, optional[i]), why);
	if (err == ERR_OK)
		err = own->kind != NULL ? kind_check(name, own->kind, why) : why_set(why,
		    ERR_INVALID, "%.120s:%u: \"kind\" is missing: of which evidence", name,
		    conf_line(node));
	if (err == ERR_OK)
		err = device_read(name, node, entry, why);
	if (err == ERR_OK)
		err = term_read(name, node, "since", &entry->from_ms, &entry->until_ms, why);
	if (err != ERR_OK)
		return err;
	entry->site = conf_text(conf_member(node, "site"));
	entry->rack = conf_member(node, "rack") != NULL ?
	    conf_text(conf_member(node, "rack")) : "";
	entry->document = conf_member(node, "document") != NULL ?
	    conf_text(conf_member(node, "document")) : "";
	return ERR_OK;
}

static enum err
root_read(const char *name, struct site_register *out, struct why *why)
{
	static const char *const known[] = { "register", "edition", "officer", "from", "until",
		"entries" };
	const struct conf_node *root = conf_root(out->conf),
	    *list = conf_member(root, "entries");
	enum err err = known_check(name, root, known, sizeof(known) / sizeof(known[0]), why);

	if (err == ERR_OK)
		err = texts_check(name, root, known, 5, why);
	if (err == ERR_OK)
		err = term_read(name, root, "from", &out->from_ms, &out->until_ms, why);
	if (err != ERR_OK)
		return err;
	if (list == NULL || conf_kind(list) != CONF_LIST)
		return why_set(why, ERR_INVALID, "%.120s: a register has a list: entries = "
		    "( { ... }, { ... } );", name);
	if (conf_count(list) > SITE_REGISTER_ENTRIES)
		return why_set(why, ERR_LIMIT, "%.120s: %zu entries, more than %d; make one "
		    "register for each site", name, conf_count(list), SITE_REGISTER_ENTRIES);
	out->count = conf_count(list);
	out->entry = memory_new(out->count + 1, sizeof(*out->entry));
	for (size_t i = 0; err == ERR_OK && i < out->count; i++)
		err = entry_read(name, conf_at(list, i), &out->entry[i], why);
	return err;
}

enum err
site_register_read(const char *name, struct bytes text, struct site_register **out,
    struct why *why)
{
	struct site_register *made;
	enum err err;

	*out = NULL;
	if (text.len > SITE_REGISTER_MAX)
		return why_set(why, ERR_LIMIT, "%.120s: the register has %zu octets, more than %d; "
		    "make one for each site", name, text.len, SITE_REGISTER_MAX);
	made = memory_new(1, sizeof(*made));
	made->hash = hash_of(text);
	err = conf_read(name, text, &made->conf, why);
	if (err == ERR_OK)
		err = root_read(name, made, why);
	if (err == ERR_OK)
		*out = made;
	else
		site_register_free(made);
	return err;
}

void
site_register_free(struct site_register *it)
{
	if (it == NULL)
		return;
	if (it->conf != NULL)
		conf_free(it->conf);
	free(it->entry);
	free(it);
}

/* --- asking ------------------------------------------------------------------------------- */

static const char *
root_text(const struct site_register *it, const char *name)
{
	return conf_text(conf_member(conf_root(it->conf), name));
}

const char *
site_register_id(const struct site_register *it)
{
	return root_text(it, "register");
}

const char *
site_register_edition(const struct site_register *it)
{
	return root_text(it, "edition");
}

const char *
site_register_officer(const struct site_register *it)
{
	return root_text(it, "officer");
}

struct hash
site_register_hash(const struct site_register *it)
{
	return it->hash;
}

void
site_register_term(const struct site_register *it, int64_t *from_ms, int64_t *until_ms)
{
	*from_ms = it->from_ms;
	*until_ms = it->until_ms;
}

size_t
site_register_count(const struct site_register *it)
{
	return it->count;
}

const struct site_entry *
site_register_entry(const struct site_register *it, size_t at)
{
	return at < it->count ? &it->entry[at].entry : NULL;
}

bool
site_entry_kind(const struct site_entry *entry, const char *kind)
{
	const struct conf_node *node = ((const struct own_entry *)(const void *)entry)->kind;
	bool list = conf_kind(node) == CONF_LIST;

	for (size_t i = 0; i < (list ? conf_count(node) : 1); i++)
		if (strcmp(conf_text(list ? conf_at(node, i) : node), kind) == 0)
			return true;
	return false;
}

static bool
kinds_meet(const struct own_entry *a, const struct own_entry *b)
{
	bool list = conf_kind(a->kind) == CONF_LIST;

	for (size_t i = 0; i < (list ? conf_count(a->kind) : 1); i++)
		if (site_entry_kind(&b->entry,
		    conf_text(list ? conf_at(a->kind, i) : a->kind)))
			return true;
	return false;
}

static bool
same_device(const struct own_entry *a, const struct own_entry *b)
{
	return strcasecmp(a->entry.value, b->entry.value) == 0 &&
	    a->entry.from_ms < b->entry.until_ms && b->entry.from_ms < a->entry.until_ms &&
	    kinds_meet(a, b);
}

const struct site_entry *
site_register_twice(const struct site_register *it, const struct site_entry **other)
{
	for (size_t i = 0; i < it->count; i++)
		for (size_t k = 0; k < i; k++)
			if (same_device(&it->entry[i], &it->entry[k])) {
				*other = &it->entry[k].entry;
				return &it->entry[i].entry;
			}
	return NULL;
}

/* --- what evidence proves ----------------------------------------------------------------- */

static bool
claim_value(const struct claims *claims, const char *name, bool hex, char out[SITE_TEXT_MAX])
{
	for (size_t i = 0; i < claims->count; i++) {
		const struct claim *claim = &claims->claim[i];
		struct buffer text = { .max = SITE_TEXT_MAX - 1 };
		bool good = false;

		if (strcmp(claim->name, name) != 0 || (claim->type == CLAIM_IS_OCTETS) != hex)
			continue;
		claim_print(&text, claim);
		if (!text.failed && text.len > 0) {
			snprintf(out, SITE_TEXT_MAX, "%s", buffer_text(&text));
			good = strlen(out) == text.len;
		}
		buffer_free(&text);
		if (good)
			return true;
	}
	return false;
}

size_t
site_devices(const struct claims *claims, struct site_device *out, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < NAMES; i++)
		for (size_t k = 0; k < 3 && names[i].claim[k] != NULL && count < max; k++)
			if (claim_value(claims, names[i].claim[k], names[i].hex,
			    out[count].value))
				out[count++].name = names[i].name;
	return count;
}
