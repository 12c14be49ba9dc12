/* SPDX-License-Identifier: Apache-2.0 */
/* See download.h; one row for each form. */
#include <jansson.h>
#include <string.h>

#include "attest/collateral.h"
#include "attest/ending.h"
#include "attest/policy.h"
#include "attest/site_register.h"
#include "monitor/base/limits.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/download.h"
#include "monitor/daemon/mmdb.h"
#include "monitor/daemon/ranges.h"

enum { JSON_NESTED = 12 };

/* now_ms: what ended before it counts no more. */
struct asked { const char *form; int64_t now_ms; };

typedef enum err content_reader(const struct asked *, struct bytes, struct download_content *,
    struct why *);

static enum err
ranges_content(const struct asked *asked, struct bytes octets, struct download_content *out,
    struct why *why)
{
	struct ranges *ranges = NULL;
	enum err err = ranges_read(asked->form, octets, &ranges, why);

	if (err == ERR_OK)
		*out = (struct download_content){ .entries = ranges_count(ranges),
		    .serial = ranges_serial(ranges), .date_ms = ranges_date_ms(ranges) };
	ranges_free(ranges);
	return err;
}

static enum err
mmdb_content(const struct asked *asked, struct bytes octets, struct download_content *out,
    struct why *why)
{
	struct mmdb mmdb;
	enum err err = mmdb_read(octets, &mmdb, why);

	(void)asked;
	if (err == ERR_OK)
		*out = (struct download_content){ .entries = mmdb.nodes,
		    .date_ms = mmdb.date_ms };
	return err;
}

static enum err
crl_content(const struct asked *asked, struct bytes octets, struct download_content *out,
    struct why *why)
{
	struct collateral list;
	enum err err = collateral_crl(octets, &list, why);

	(void)asked;
	/* Entries leave a list as certificates expire: one more keeps an empty list comparable. */
	if (err == ERR_OK)
		*out = (struct download_content){ .entries = 1, .date_ms = list.from_s * 1000,
		    .until_ms = list.until_s * 1000 };
	return err;
}

static enum err
pem_content(const struct asked *asked, struct bytes octets, struct download_content *out,
    struct why *why)
{
	struct collateral list;
	enum err err = collateral_pem(octets, &list, why);

	(void)asked;
	if (err == ERR_OK)
		*out = (struct download_content){ .entries = list.entries,
		    .until_ms = list.until_s * 1000 };
	return err;
}

/* jansson recurses, and its own bound is far beyond what any of these files needs. */
static enum err
json_open(struct bytes octets, json_t **root, struct why *why)
{
	size_t depth = 0;
	bool inside = false;
	json_error_t error;

	*root = NULL;
	for (size_t i = 0; i < octets.len; i++) {
		uint8_t at = octets.at[i];

		if (at == '"')
			inside = !inside;
		else if (inside)
			i += at == '\\';
		else if (at == '{' || at == '[')
			depth++;
		else if ((at == '}' || at == ']') && depth > 0)
			depth--;
		if (depth > JSON_NESTED)
			return why_set(why, ERR_MALFORMED, "it is nested deeper than %d at octet "
			    "%zu", JSON_NESTED, i);
	}
	*root = json_loadb((const char *)octets.at, octets.len, JSON_REJECT_DUPLICATES, &error);
	return *root != NULL ? ERR_OK : why_set(why, ERR_MALFORMED, "line %d is not JSON, or has a "
	    "key twice", error.line);
}

/* RFC 7517: a set of keys. */
static enum err
jwks_content(const struct asked *asked, struct bytes octets, struct download_content *out,
    struct why *why)
{
	json_t *root;
	const json_t *keys;
	enum err err = json_open(octets, &root, why);

	(void)asked;
	keys = json_object_get(root, "keys");
	out->entries = json_array_size(keys);
	if (err == ERR_OK && out->entries == 0)
		err = why_set(why, ERR_MALFORMED, "there is no list \"keys\", or it is empty");
	for (size_t i = 0; err == ERR_OK && i < out->entries; i++)
		if (json_string_value(json_object_get(json_array_get(keys, i), "kty")) == NULL)
			err = why_set(why, ERR_MALFORMED, "keys[%zu] has no kty", i);
	json_decref(root);
	return err;
}

static bool
time_member(const json_t *of, const char *name, int64_t *ms)
{
	const char *text = json_string_value(json_object_get(of, name));

	return text != NULL && strlen(text) < TIME_TEXT && date_read(text, ms, NULL) == ERR_OK;
}

/* Intel PCS API: tcbInfo or enclaveIdentity, with issueDate and nextUpdate. */
static enum err
tcb_content(const struct asked *asked, struct bytes octets, struct download_content *out,
    struct why *why)
{
	const json_t *info;
	json_t *root;
	enum err err = json_open(octets, &root, why);

	(void)asked;
	info = json_object_get(root, "tcbInfo");
	if (info == NULL)
		info = json_object_get(root, "enclaveIdentity");
	if (err == ERR_OK && (json_string_value(json_object_get(root, "signature")) == NULL ||
	    !time_member(info, "issueDate", &out->date_ms) ||
	    !time_member(info, "nextUpdate", &out->until_ms)))
		err = why_set(why, ERR_MALFORMED, "there is no tcbInfo or enclaveIdentity with "
		    "issueDate and nextUpdate, or no signature");
	out->entries = json_array_size(json_object_get(info, "tcbLevels"));
	json_decref(root);
	return err;
}

static enum err
file_content(const struct asked *asked, struct bytes octets, struct download_content *out,
    struct why *why)
{
	(void)asked;
	(void)why;
	*out = (struct download_content){ .entries = octets.len };
	return ERR_OK;
}

/* What a person ends on a day: the entry that accepts, or the whole register. */
static enum err
policy_content(const struct asked *asked, struct bytes octets, struct download_content *out,
    struct why *why)
{
	struct policy *policy;
	enum err err = policy_read(asked->form, octets, &policy, why);
	int64_t until_ms;

	if (err != ERR_OK)
		return err;
	until_ms = policy_ends_ms(policy, asked->now_ms);
	*out = (struct download_content){ .entries = policy_sections(policy),
	    .until_ms = until_ms == INT64_MAX ? 0 : until_ms };
	policy_free(policy);
	return ERR_OK;
}

static enum err
register_content(const struct asked *asked, struct bytes octets, struct download_content *out,
    struct why *why)
{
	struct site_register *sites;
	enum err err = site_register_read(asked->form, octets, &sites, why);

	if (err != ERR_OK)
		return err;
	out->entries = site_register_count(sites);
	site_register_term(sites, &out->date_ms, &out->until_ms);
	out->date_ms = out->date_ms > 0 ? out->date_ms : 0;
	out->until_ms = out->until_ms == INT64_MAX ? 0 : out->until_ms;
	site_register_free(sites);
	return ERR_OK;
}

static const struct form {
	const char     *name;
	bool            feed, is_signed, by_hand;
	size_t          octets;
	content_reader *read;
} forms[] = {
	{ "aws",      true,  false, false, RANGES_FILE_MAX, ranges_content },
	{ "azure",    true,  false, false, RANGES_FILE_MAX, ranges_content },
	{ "google",   true,  false, false, RANGES_FILE_MAX, ranges_content },
	{ "oracle",   true,  false, false, RANGES_FILE_MAX, ranges_content },
	{ "csv",      true,  false, false, RANGES_FILE_MAX, ranges_content },
	{ "registry", true,  false, false, RANGES_FILE_MAX, ranges_content },
	{ "mmdb",     true,  false, false, MMDB_FILE_MAX,   mmdb_content },
	{ "crl",      false, true,  false,  BLOB_MAX,        crl_content },
	{ "jwks",     false, false, false, BLOB_MAX,        jwks_content },
	{ "tcb-info", false, true,  false,  BLOB_MAX,        tcb_content },
	{ "pem",      false, false, false, BLOB_MAX,        pem_content },
	{ "policy",   false, false, true,  POLICY_MAX,      policy_content },
	{ "site-register", false, false, true, SITE_REGISTER_MAX, register_content },
	{ "file",     false, false, false, BLOB_MAX,        file_content },
};

static const struct form *
form_find(const char *name)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	return NULL;
}

bool
download_signed(const char *name)
{
	const struct form *form = form_find(name);

	return form != NULL && form->is_signed;
}

bool
download_is_feed(const char *name)
{
	const struct form *form = form_find(name);

	return form != NULL && form->feed;
}

bool
download_by_hand(const char *name)
{
	const struct form *form = form_find(name);

	return form != NULL && form->by_hand;
}

size_t
download_max(const char *name)
{
	const struct form *form = form_find(name);

	return form != NULL ? form->octets : BLOB_MAX;
}

enum err
download_read(const char *name, struct bytes octets, int64_t now_ms, struct download_content *out,
    struct why *why)
{
	const struct asked asked = { name, now_ms };
	const struct form *form = form_find(name);
	enum err err;

	*out = (struct download_content){ .entries = 0 };
	if (form == NULL)
		return why_set(why, ERR_UNSUPPORTED, "this version keeps no files of the form "
		    "\"%.40s\"", name);
	if (octets.len > form->octets)
		return why_set(why, ERR_LIMIT, "it is larger than %zu octets", form->octets);
	if (octets.len == 0)
		return why_set(why, ERR_MALFORMED, "it is empty");
	err = form->read(&asked, octets, out, why);
	if (err == ERR_OK && out->entries == 0)
		err = why_set(why, ERR_MALFORMED, "there is nothing in it");
	return err;
}

enum err
download_newer(const struct download_content *had, const struct download_content *got,
    int64_t now_ms, struct why *why)
{
	char old[TIME_TEXT], new[TIME_TEXT];

	if (got->serial != 0 && got->serial < had->serial)
		return why_set(why, ERR_INVALID, "it is older than the one in use: edition %llu "
		    "against %llu", (unsigned long long)got->serial,
		    (unsigned long long)had->serial);
	if (got->date_ms != 0 && got->date_ms < had->date_ms) {
		time_utc(had->date_ms, old);
		time_utc(got->date_ms, new);
		return why_set(why, ERR_INVALID, "it is older than the one in use: made %s against "
		    "%s", new, old);
	}
	if (got->until_ms != 0 && got->until_ms <= now_ms) {
		time_utc(got->until_ms, new);
		return why_set(why, ERR_EXPIRED, "it ran out at %s", new);
	}
	if (got->entries < had->entries / 2 + had->entries % 2)
		return why_set(why, ERR_INVALID, "it has %zu entries and the one in use has %zu: "
		    "a file that shrinks by half is looked at by a person first", got->entries,
		    had->entries);
	return ERR_OK;
}

int64_t
download_alarm_ms(const struct download_content *content, int64_t margin_ms)
{
	if (content->until_ms == 0)
		return INT64_MAX;
	return content->until_ms - ending_lead_ms(content->date_ms != 0 ? content->date_ms :
	    ENDING_UNKNOWN, content->until_ms, margin_ms);
}
