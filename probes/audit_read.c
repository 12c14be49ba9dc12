/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of audit logs; see audit_read.h. */
#include <arpa/inet.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/json_bounds.h"
#include "monitor/base/timetext.h"
#include "probes/audit_read.h"

/* --- what JSON says ------------------------------------------------------------------------- */

static struct bytes
text(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return bytes_of(json_is_string(value) ? json_string_value(value) : "",
	    json_string_length(value));
}

/* The first that is there. */
static struct bytes
first_of(struct bytes a, struct bytes b)
{
	return a.len > 0 ? a : b;
}

static bool
is(struct bytes value, const char *word)
{
	return value.len == strlen(word) &&
	    (value.len == 0 || strncasecmp((const char *)value.at, word, value.len) == 0);
}

static bool
begins(struct bytes value, const char *word)
{
	return value.len >= strlen(word) && is(bytes_slice(value, 0, strlen(word)), word);
}

static bool
contains(struct bytes value, const char *word)
{
	return value.len > 0 && memmem(value.at, value.len, word, strlen(word)) != NULL;
}

/* "2026-11-20T00:15:30Z" with any fraction. */
static bool
time_of(struct bytes value, int64_t *ms)
{
	char copy[40];
	size_t at = 19;

	if (value.len < 20 || value.len > 35)
		return false;
	if (value.at[at] == '.')
		for (at++; at < value.len && value.at[at] >= '0' && value.at[at] <= '9'; at++)
			continue;
	snprintf(copy, sizeof(copy), "%.19s%.*s", (const char *)value.at, (int)(value.len - at),
	    (const char *)value.at + at);
	return time_read(copy, 0, ms, NULL) == ERR_OK;
}

/* An address, or nothing: names of services and "private" are none.  Azure adds a port. */
static struct bytes
address_of(struct bytes value)
{
	uint8_t octets[16];
	char copy[64];
	size_t len = value.len;
	const uint8_t *colon;

	if (len == 0)
		return value;
	colon = memrchr(value.at, ':', len);
	if (colon != NULL && memchr(value.at, '.', len) != NULL &&
	    memchr(value.at, ':', len) == colon)
		len = (size_t)(colon - value.at);
	if (len >= sizeof(copy))
		return bytes_of("", 0);
	snprintf(copy, sizeof(copy), "%.*s", (int)len, (const char *)value.at);
	if (inet_pton(AF_INET, copy, octets) != 1 && inet_pton(AF_INET6, copy, octets) != 1)
		return bytes_of("", 0);
	return bytes_slice(value, 0, len);
}

/* --- CloudTrail: record version 1.x --------------------------------------------------------- */

/* Services whose acts are written down in us-east-1, wherever they were done. */
static bool
everywhere(struct bytes source)
{
	static const char *const global[] = { "iam.amazonaws.com", "sts.amazonaws.com",
		"signin.amazonaws.com", "cloudfront.amazonaws.com", "route53.amazonaws.com",
		"organizations.amazonaws.com", "globalaccelerator.amazonaws.com" };

	for (size_t i = 0; i < sizeof(global) / sizeof(global[0]); i++)
		if (is(source, global[i]))
			return true;
	return false;
}

static enum audit_answer
factor_of(const json_t *entry, const json_t *identity)
{
	const json_t *session = json_object_get(json_object_get(identity, "sessionContext"),
	    "attributes");
	struct bytes said = first_of(text(json_object_get(entry, "additionalEventData"), "MFAUsed"),
	    text(session, "mfaAuthenticated"));

	return is(said, "true") || is(said, "yes") ? AUDIT_YES :
	    is(said, "false") || is(said, "no") ? AUDIT_NO : AUDIT_UNSAID;
}

static bool
cloudtrail_entry(const json_t *entry, struct audit_entry *out)
{
	const json_t *identity = json_object_get(entry, "userIdentity");
	const json_t *read_only = json_object_get(entry, "readOnly");
	struct bytes source = text(entry, "eventSource");

	out->act = text(entry, "eventName");
	if (!time_of(text(entry, "eventTime"), &out->when_ms) || out->act.len == 0 ||
	    !json_is_object(identity))
		return false;
	out->actor = first_of(text(identity, "arn"), first_of(text(identity, "principalId"),
	    text(identity, "accountId")));
	out->address = address_of(text(entry, "sourceIPAddress"));
	out->region = text(entry, "awsRegion");
	if (is(out->region, "us-east-1") && everywhere(source))
		out->region = bytes_of_text("global");
	out->changes = json_is_true(read_only) ? AUDIT_NO : json_is_false(read_only) ? AUDIT_YES :
	    AUDIT_UNSAID;
	out->second_factor = factor_of(entry, identity);
	if (is(text(identity, "type"), "AWSService") || text(identity, "invokedBy").len > 0)
		out->kind = AUDIT_SERVICE;
	return true;
}

/* --- Azure Activity Log: as exported (records) and as its API answers (value) --------------- */

#define CLAIM_METHODS "http://schemas.microsoft.com/claims/authnmethodsreferences"
#define CLAIM_UPN     "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
#define CLAIM_NAME    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"

/* "operationName" is a text when exported, and an object with "value" in the API. */
static struct bytes
said(const json_t *entry, const char *name)
{
	const json_t *value = json_object_get(entry, name);

	return json_is_object(value) ? text(value, "value") : text(entry, name);
}

static bool
azure_entry(const json_t *entry, struct audit_entry *out)
{
	const json_t *claims = json_object_get(entry, "claims");
	struct bytes methods, category = said(entry, "category");

	if (!json_is_object(claims))
		claims = json_object_get(json_object_get(entry, "identity"), "claims");
	out->act = said(entry, "operationName");
	if (!time_of(first_of(text(entry, "eventTimestamp"), text(entry, "time")),
	    &out->when_ms) || out->act.len == 0)
		return false;
	out->actor = first_of(text(entry, "caller"), first_of(text(claims, CLAIM_UPN),
	    first_of(text(claims, CLAIM_NAME), text(claims, "appid"))));
	out->address = address_of(first_of(text(entry, "callerIpAddress"), first_of(
	    text(json_object_get(entry, "httpRequest"), "clientIpAddress"),
	    text(claims, "ipaddr"))));
	out->region = first_of(text(entry, "location"), text(entry, "resourceLocation"));
	methods = text(claims, CLAIM_METHODS);
	out->second_factor = methods.len == 0 ? AUDIT_UNSAID :
	    contains(methods, "mfa") ? AUDIT_YES : AUDIT_NO;
	/* The Activity Log holds what is written; what is read is in no log of this kind. */
	out->changes = contains(out->act, "/read") ? AUDIT_NO : AUDIT_YES;
	if (begins(out->act, "Microsoft.CustomerLockbox"))
		out->kind = AUDIT_STAFF;
	else if (out->actor.len == 0 || is(category, "ServiceHealth") || is(category, "Policy") ||
	    is(category, "Autoscale"))
		out->kind = AUDIT_SERVICE;
	return true;
}

/* --- Google Cloud: LogEntry with AuditLog or TransparencyLog --------------------------------- */

/* "asia-northeast1" of "asia-northeast1-a". */
static struct bytes
region_of(struct bytes place)
{
	if (place.len > 2 && place.at[place.len - 2] == '-' && place.at[place.len - 1] >= 'a' &&
	    place.at[place.len - 1] <= 'z')
		place.len -= 2;
	return place;
}

static struct bytes
google_region(const json_t *entry, const json_t *payload)
{
	const json_t *current = json_array_get(json_object_get(json_object_get(payload,
	    "resourceLocation"), "currentLocations"), 0);
	const json_t *labels = json_object_get(json_object_get(entry, "resource"), "labels");

	if (json_is_string(current))
		return region_of(bytes_of_text(json_string_value(current)));
	return region_of(first_of(text(labels, "location"), first_of(text(labels, "region"),
	    text(labels, "zone"))));
}

static void
transparency(const json_t *payload, struct audit_entry *out)
{
	const json_t *location = json_object_get(payload, "location");
	const json_t *reason = json_array_get(json_object_get(payload, "reason"), 0);

	out->kind = AUDIT_STAFF;
	out->actor = text(location, "principalEmployingEntity");
	/* Where the person sat, and where the office is, if that is not said. */
	out->country = first_of(text(location, "principalPhysicalLocationCountry"),
	    text(location, "principalOfficeCountry"));
	out->act = text(reason, "type");
	out->changes = AUDIT_UNSAID;
}

static bool
google_entry(const json_t *entry, struct audit_entry *out)
{
	const json_t *payload = json_object_get(entry, "protoPayload");
	struct bytes name = text(entry, "logName");

	if (!time_of(text(entry, "timestamp"), &out->when_ms))
		return false;
	if (contains(name, "access_transparency")) {
		transparency(json_object_get(entry, "jsonPayload"), out);
		return true;
	}
	out->act = text(payload, "methodName");
	if (out->act.len == 0)
		return false;
	out->actor = text(json_object_get(payload, "authenticationInfo"), "principalEmail");
	out->address = address_of(text(json_object_get(payload, "requestMetadata"), "callerIp"));
	out->region = google_region(entry, payload);
	out->changes = contains(name, "data_access") ? AUDIT_NO : AUDIT_YES;
	if (contains(name, "system_event") || out->actor.len == 0)
		out->kind = AUDIT_SERVICE;
	return true;
}

/* --- documents ------------------------------------------------------------------------------ */

static const struct {
	const char *name, *provider, *member, *other;
	bool (*entry)(const json_t *, struct audit_entry *);
} forms[] = {
	{ "cloudtrail", "aws",    "Records", "Records", cloudtrail_entry },
	{ "azure",      "azure",  "records", "value",   azure_entry },
	{ "google",     "google", "entries", "entries", google_entry },
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

static size_t
form_of(const char *name)
{
	size_t i = 0;

	while (i < FORMS && strcmp(forms[i].name, name) != 0)
		i++;
	return i;
}

const char *
audit_provider(const char *form)
{
	size_t i = form_of(form);

	return i < FORMS ? forms[i].provider : NULL;
}

struct reading { size_t form; audit_take *take; void *arg; size_t *unread; };

static void
entry_take(const struct reading *reading, const json_t *value)
{
	struct audit_entry entry = { .kind = AUDIT_ACT };

	if (json_is_object(value) && forms[reading->form].entry(value, &entry))
		reading->take(reading->arg, &entry);
	else
		++*reading->unread;
}

/* A document with a list in it, a list, or one entry. */
static void
value_take(const struct reading *reading, const json_t *value)
{
	const json_t *list = json_object_get(value, forms[reading->form].member), *one;
	size_t i;

	if (list == NULL)
		list = json_object_get(value, forms[reading->form].other);
	if (json_is_array(value))
		list = value;
	if (!json_is_array(list)) {
		entry_take(reading, value);
		return;
	}
	json_array_foreach(list, i, one)
		entry_take(reading, one);
}

static enum err
bounds_check(struct bytes octets, struct why *why)
{
	struct json_bounds most = { .depth = AUDIT_DEPTH_MAX, .groups = AUDIT_GROUPS_MAX };
	size_t at;

	if (json_fits(octets, most, &at))
		return ERR_OK;
	return why_at(why, ERR_LIMIT, at, "it is nested deeper than %d or has more "
	    "than %d objects", AUDIT_DEPTH_MAX, AUDIT_GROUPS_MAX);
}

static size_t
blanks_skip(struct bytes octets, size_t at)
{
	while (at < octets.len && (octets.at[at] == ' ' || octets.at[at] == '\n' ||
	    octets.at[at] == '\r' || octets.at[at] == '\t' || octets.at[at] == ','))
		at++;
	return at;
}

enum err
audit_read(const char *form, struct bytes octets, audit_take *take, void *arg, size_t *unread,
    struct why *why)
{
	struct reading reading = { form_of(form), take, arg, unread };
	size_t at = 0;

	*unread = 0;
	if (reading.form == FORMS)
		return why_set(why, ERR_INVALID, "no audit log has the form \"%s\"", form);
	if (bounds_check(octets, why) != ERR_OK)
		return ERR_LIMIT;
	for (at = blanks_skip(octets, 0); at < octets.len; at = blanks_skip(octets, at)) {
		json_error_t error = { .position = 0 };
		json_t *value = json_loadb((const char *)octets.at + at, octets.len - at,
		    JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error);
		bool early = value == NULL && json_error_code(&error) ==
		    json_error_premature_end_of_input;

		if (value == NULL)
			return why_at(why, early ? ERR_TRUNCATED : ERR_MALFORMED, at, early ?
			    "the log ends in the middle of an entry that begins at octet %zu" :
			    "it is not JSON at octet %zu", at);
		value_take(&reading, value);
		json_decref(value);
		at += error.position > 0 ? (size_t)error.position : 1;
	}
	return ERR_OK;
}
