/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round against Google Cloud: a token for a service account's signed assertion (RFC 7523), which
 * dangerous permissions it has, then each service's list, then who may read each bucket.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/cloud.h"
#include "monitor/inventory/google.h"

#define TOKEN_URI "https://oauth2.googleapis.com/token"
/* The rights are those of its roles; narrower scopes close Cloud KMS and bucket policies. */
#define SCOPE     "https://www.googleapis.com/auth/cloud-platform"
#define GRANT     "urn:ietf:params:oauth:grant-type:jwt-bearer"

struct google {
	struct cloud cloud;
	char        *project;
};

/* --- token --------------------------------------------------------------------------------- */

static enum err
assertion(struct google *google, const json_t *credential, struct bytes audience,
    struct buffer *form, struct why *why)
{
	const struct transport *transport = google->cloud.inventory->transport;
	struct google_assertion from = {
		.issuer = cloud_text(credential, "client_email"),
		.key_id = cloud_text(credential, "private_key_id"),
		.key_pem = cloud_text(credential, "private_key"),
		.scope = bytes_of_text(SCOPE), .audience = audience,
		.now_s = transport->wall_ms(transport->arg) / 1000 };
	struct buffer made = { .max = 16 << 10 };
	enum err err = google_assertion_make(&from, &made, why);

	buffer_put_text(form, "grant_type=");
	cloud_url_encode(form, bytes_of_text(GRANT));
	buffer_put_text(form, "&assertion=");
	buffer_put(form, made.at, made.len);
	explicit_bzero(made.at != NULL ? made.at : (uint8_t *)"", made.len);
	buffer_free(&made);
	return err;
}

static bool
token_ask(struct google *google, const json_t *credential)
{
	struct inventory *inventory = google->cloud.inventory;
	struct bytes uri = cloud_text(credential, "token_uri"), token;
	struct buffer form = { .max = 32 << 10 };
	struct why why = { .err = ERR_OK };
	json_t *answer = NULL;

	if (uri.len == 0)
		uri = bytes_of_text(TOKEN_URI);
	if (!cloud_begins(uri, "https://"))
		return inventory_fail(inventory, INVENTORY_CREDENTIAL, "its token_uri is not "
		    "https");
	if (assertion(google, credential, uri, &form, &why) == ERR_OK)
		answer = cloud_ask(&google->cloud, &(struct cloud_ask){
		    .url = (const char *)uri.at, .body = bytes_of_buffer(&form), .post = true,
		    .form = true }, &why);
	explicit_bzero(form.at, form.len);
	buffer_free(&form);
	if (answer == NULL) {
		why_in(&why, "login");
		return inventory_failed(inventory, &why);
	}
	token = cloud_text(answer, "access_token");
	if (token.len > 0)
		cloud_token_set(&google->cloud, "Bearer ", token);
	else
		inventory_fail(inventory, INVENTORY_NONSENSE, "the login's answer has no "
		    "access_token");
	json_decref(answer);
	return google->cloud.token.len > 0;
}

static bool
login(struct google *google)
{
	static const char *const needed[] = { "client_email", "private_key", "project_id" };
	struct inventory *inventory = google->cloud.inventory;
	json_t *credential = cloud_credential(inventory);
	bool done = credential != NULL;

	for (size_t i = 0; done && i < sizeof(needed) / sizeof(needed[0]); i++)
		if (cloud_text(credential, needed[i]).len == 0)
			done = inventory_fail(inventory, INVENTORY_CREDENTIAL, "it lacks the text "
			    "\"%s\"", needed[i]);
	if (done) {
		struct buffer project = { .max = RESOURCE_TEXT_MAX };

		inventory_step(inventory, "while logging in");
		cloud_url_encode(&project, cloud_text(credential, "project_id"));
		resource_set(&google->project, bytes_of_buffer(&project));
		buffer_free(&project);
		done = token_ask(google, credential) && inventory_account(inventory,
		    bytes_of_text(google->project));
	}
	json_decref(credential);
	return done;
}

/* --- questions ----------------------------------------------------------------------------- */

/* HOST is the service's own, or the endpoint's; path begins with '/'. */
static json_t *
service_ask(struct google *google, const char *host, const char *path, struct bytes body,
    struct why *why)
{
	struct buffer url = { .max = CLOUD_URL_MAX };
	json_t *answer = NULL;

	cloud_base(google->cloud.inventory, host, &url);
	buffer_put_text(&url, path);
	if (url.failed)
		why_set(why, ERR_LIMIT, "the address is longer than %d octets", CLOUD_URL_MAX);
	else
		answer = cloud_ask(&google->cloud, &(struct cloud_ask){ .url = buffer_text(&url),
		    .body = body, .post = body.at != NULL }, why);
	buffer_free(&url);
	return answer;
}

#define COMPUTE "https://compute.googleapis.com"
#define STORAGE "https://storage.googleapis.com"
#define KMS     "https://cloudkms.googleapis.com"
#define LOGGING "https://logging.googleapis.com"
#define SQL     "https://sqladmin.googleapis.com"
#define MANAGER "https://cloudresourcemanager.googleapis.com"

static bool
rights_read(struct google *google)
{
	struct inventory *inventory = google->cloud.inventory;
	struct buffer body = { .max = 8192 };
	struct why why = { .err = ERR_OK };
	char path[RESOURCE_TEXT_MAX + 64];
	json_t *answer;

	inventory_step(inventory, "while rights were read");
	snprintf(path, sizeof(path), "/v1/projects/%s:testIamPermissions", google->project);
	google_permissions_ask(&body);
	answer = service_ask(google, MANAGER, path, bytes_of_buffer(&body), &why);
	buffer_free(&body);
	if (answer == NULL)
		return cloud_part_failed(&google->cloud, "what the credential may do", &why);
	google_permissions_read(answer, &inventory->rights_write);
	json_decref(answer);
	inventory->rights = inventory->rights_write.all > 0 ? RIGHTS_WRITE : RIGHTS_READ;
	return inventory_rights(inventory);
}

struct listing { struct google *google; const char *host, *path, *size; };

static bool
listing_ask(void *arg, const char *mark, struct buffer *url, struct buffer *body)
{
	const struct listing *listing = arg;

	(void)body;
	cloud_base(listing->google->cloud.inventory, listing->host, url);
	buffer_print(url, "%s%s", listing->path, listing->size);
	if (mark[0] != '\0') {
		buffer_put_text(url, "&pageToken=");
		cloud_url_encode(url, bytes_of_text(mark));
	}
	return false;
}

static bool
list_read(struct google *google, const char *what, const struct listing *listing,
    google_read *read)
{
	struct listing own = *listing;

	own.google = google;
	return cloud_list(&google->cloud, &(struct cloud_list){ .what = what,
	    .page_ask = listing_ask, .page_read = read, .arg = &own });
}

/* Names of locations or key rings are no resources: they are kept apart from the estate. */
static bool
names_read(struct google *google, const char *what, const char *path, struct estate *names)
{
	struct estate kept = google->cloud.estate;
	bool going;

	google->cloud.estate = (struct estate){ .count = 0 };
	going = list_read(google, what, &(struct listing){ .host = KMS, .path = path,
	    .size = "?pageSize=100" }, google_names_read);
	*names = google->cloud.estate;
	google->cloud.estate = kept;
	return going;
}

static bool
ring_keys(struct google *google, const char *ring)
{
	char path[RESOURCE_TEXT_MAX + 32];

	snprintf(path, sizeof(path), "/v1/%s/cryptoKeys", ring);
	return !cloud_path_safe(path) || list_read(google, "keys", &(struct listing){ .host = KMS,
	    .path = path, .size = "?pageSize=1000" }, google_keys_read);
}

static bool
location_keys(struct google *google, const char *location)
{
	struct estate rings = { .count = 0 };
	char path[RESOURCE_TEXT_MAX + 32];
	bool going;

	snprintf(path, sizeof(path), "/v1/%s/keyRings", location);
	going = !cloud_path_safe(path) || names_read(google, "key rings", path, &rings);
	for (size_t i = 0; going && i < rings.count; i++)
		going = ring_keys(google, rings.resource[i].id);
	estate_free(&rings);
	return going;
}

static bool
keys_read(struct google *google)
{
	struct estate locations = { .count = 0 };
	char path[RESOURCE_TEXT_MAX + 32];
	bool going;

	if (!inventory_wants(google->cloud.inventory, "key"))
		return true;
	snprintf(path, sizeof(path), "/v1/projects/%s/locations", google->project);
	going = names_read(google, "locations of keys", path, &locations);
	for (size_t i = 0; going && i < locations.count; i++)
		going = location_keys(google, locations.resource[i].id);
	estate_free(&locations);
	return going;
}

static bool
lists_read(struct google *google)
{
	static const struct {
		const char *what, *host, *before, *after, *size;
		google_read *read;
	} lists[] = {
		{ "machines", COMPUTE, "/compute/v1/projects/", "/aggregated/instances",
		    "?maxResults=500&returnPartialSuccess=true", google_machines_read },
		{ "volumes", COMPUTE, "/compute/v1/projects/", "/aggregated/disks",
		    "?maxResults=500&returnPartialSuccess=true", google_volumes_read },
		{ "snapshots", COMPUTE, "/compute/v1/projects/", "/global/snapshots",
		    "?maxResults=500", google_snapshots_read },
		{ "firewall rules", COMPUTE, "/compute/v1/projects/", "/global/firewalls",
		    "?maxResults=500", google_firewalls_read },
		{ "buckets", STORAGE, "/storage/v1/b?project=", "",
		    "&maxResults=500&projection=noAcl", google_buckets_read },
		{ "databases", SQL, "/v1/projects/", "/instances", "?maxResults=500",
		    google_databases_read },
		{ "log sinks", LOGGING, "/v2/projects/", "/sinks", "?pageSize=500",
		    google_sinks_read },
	};
	char path[RESOURCE_TEXT_MAX + 64];
	bool going = true;

	for (size_t i = 0; going && i < sizeof(lists) / sizeof(lists[0]); i++) {
		snprintf(path, sizeof(path), "%s%s%s", lists[i].before, google->project,
		    lists[i].after);
		going = list_read(google, lists[i].what, &(struct listing){ .host = lists[i].host,
		    .path = path, .size = lists[i].size }, lists[i].read);
	}
	return going;
}

/* --- details ------------------------------------------------------------------------------- */

static bool
bucket_policy(struct google *google, struct resource *bucket)
{
	struct buffer path = { .max = CLOUD_URL_MAX };
	struct why why = { .err = ERR_OK };
	json_t *answer;
	bool going = true;

	buffer_put_text(&path, "/storage/v1/b/");
	cloud_url_encode(&path, bytes_of_text(bucket->name));
	buffer_put_text(&path, "/iam?optionsRequestedPolicyVersion=3");
	answer = service_ask(google, STORAGE, buffer_text(&path), (struct bytes){ NULL, 0 }, &why);
	if (answer != NULL)
		google_bucket_policy_read(answer, bytes_of_text(google->project), bucket);
	else if (why.err == ERR_BUSY || why.err == ERR_TIMEOUT)
		going = cloud_part_failed(&google->cloud, "bucket policies", &why);
	else
		text_list_print(&bucket->unread, "who may read it: %.200s", why.text);
	json_decref(answer);
	buffer_free(&path);
	return going;
}

static bool
policies_read(struct google *google)
{
	struct estate *estate = &google->cloud.estate;
	bool going = true;

	inventory_step(google->cloud.inventory, "while bucket policies were read");
	for (size_t i = 0; going && i < estate->count; i++)
		if (strcmp(resource_text(estate->resource[i].kind), "bucket") == 0 &&
		    cloud_wanted(google->cloud.inventory, &estate->resource[i]))
			going = bucket_policy(google, &estate->resource[i]);
	return going;
}

/* Administrative acts are always logged; reading of data where the project's policy says so. */
static bool
project_read(struct google *google)
{
	struct page page = { .count = 0 };
	struct resource *account = page_add(&page);
	struct why why = { .err = ERR_OK };
	char path[RESOURCE_TEXT_MAX + 64];
	json_t *answer;
	bool going = true;

	resource_set(&account->kind, bytes_of_text("account"));
	resource_print(&account->id, "projects/%s", google->project);
	resource_set(&account->place, bytes_of_text("google/global"));
	snprintf(path, sizeof(path), "/v1/projects/%s:getIamPolicy", google->project);
	answer = service_ask(google, MANAGER, path, bytes_of_text("{}"), &why);
	if (answer != NULL)
		google_audit_read(answer, account);
	else if (why.err == ERR_BUSY || why.err == ERR_TIMEOUT)
		going = cloud_part_failed(&google->cloud, "the project's policy", &why);
	else
		text_list_print(&account->unread, "the project's policy: %.200s", why.text);
	json_decref(answer);
	estate_take(&google->cloud.estate, &page);
	page_free(&page);
	return going;
}

void
inventory_google(struct inventory *inventory)
{
	struct google google = { .cloud = { .inventory = inventory,
	    .token_header = "Authorization" } };

	if (login(&google) && rights_read(&google) && lists_read(&google) && keys_read(&google) &&
	    policies_read(&google) && project_read(&google))
		cloud_put(&google.cloud);
	cloud_free(&google.cloud);
	free(google.project);
}
