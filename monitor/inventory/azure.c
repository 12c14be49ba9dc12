/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round against Azure: a token for client credentials (OAuth 2.0, RFC 6749 section 4.4), what the
 * token may do, everything by Resource Graph, then what only the resource itself tells.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/azure.h"
#include "monitor/inventory/cloud.h"

#define AZURE_LOGIN  "https://login.microsoftonline.com"
#define AZURE_MANAGE "https://management.azure.com"

struct azure {
	struct cloud cloud;
	char        *subscription;
	char        *object;		/* of our own principal */
};

/* --- token --------------------------------------------------------------------------------- */

static void
form_put(struct buffer *form, const char *name, struct bytes value)
{
	buffer_print(form, "%s%s=", form->len > 0 ? "&" : "", name);
	cloud_url_encode(form, value);
}

static bool
token_take(struct azure *azure, const json_t *answer)
{
	struct bytes token = cloud_text(answer, "access_token");

	if (token.len == 0 || token.len > CLOUD_TOKEN_MAX - 64)
		return inventory_fail(azure->cloud.inventory, INVENTORY_NONSENSE,
		    "the login's answer has no access_token");
	azure_object_id(token, &azure->object);
	cloud_token_set(&azure->cloud, "Bearer ", token);
	return true;
}

static bool
token_ask(struct azure *azure, const json_t *credential)
{
	struct buffer form = { .max = 8192 }, url = { .max = CLOUD_URL_MAX };
	struct why why = { .err = ERR_OK };
	json_t *answer;
	bool taken = false;

	cloud_base(azure->cloud.inventory, AZURE_LOGIN, &url);
	buffer_put_text(&url, "/");
	cloud_url_encode(&url, cloud_text(credential, "tenant"));
	buffer_put_text(&url, "/oauth2/v2.0/token");
	form_put(&form, "grant_type", bytes_of_text("client_credentials"));
	form_put(&form, "client_id", cloud_text(credential, "client_id"));
	form_put(&form, "client_secret", cloud_text(credential, "client_secret"));
	form_put(&form, "scope", bytes_of_text(AZURE_MANAGE "/.default"));
	answer = cloud_ask(&azure->cloud, &(struct cloud_ask){ .url = buffer_text(&url),
	    .body = bytes_of_buffer(&form), .post = true, .form = true }, &why);
	if (answer == NULL) {
		why_in(&why, "login");
		inventory_failed(azure->cloud.inventory, &why);
	} else {
		taken = token_take(azure, answer);
	}
	json_decref(answer);
	explicit_bzero(form.at, form.len);
	buffer_free(&form);
	buffer_free(&url);
	return taken;
}

static bool
login(struct azure *azure)
{
	static const char *const needed[] = { "tenant", "client_id", "client_secret",
		"subscription" };
	struct inventory *inventory = azure->cloud.inventory;
	json_t *credential = cloud_credential(inventory);
	bool done = credential != NULL;

	for (size_t i = 0; done && i < sizeof(needed) / sizeof(needed[0]); i++)
		if (cloud_text(credential, needed[i]).len == 0)
			done = inventory_fail(inventory, INVENTORY_CREDENTIAL, "it lacks the text "
			    "\"%s\"", needed[i]);
	if (done) {
		inventory_step(inventory, "while logging in");
		cloud_set(&azure->subscription, credential, "subscription");
		done = token_ask(azure, credential) && inventory_account(inventory,
		    bytes_of_text(azure->subscription));
	}
	json_decref(credential);
	return done;
}

/* --- questions ----------------------------------------------------------------------------- */

/* PATH?api-version=VERSION, below a resource or the subscription; more follows the version. */
static json_t *
manage_get(struct azure *azure, const char *id, const char *path, const char *more,
    struct why *why)
{
	struct buffer url = { .max = CLOUD_URL_MAX };
	json_t *answer = NULL;

	cloud_base(azure->cloud.inventory, AZURE_MANAGE, &url);
	buffer_print(&url, "%s%s?api-version=%s", id, path, more);
	if (url.failed)
		why_set(why, ERR_LIMIT, "the address is longer than %d octets", CLOUD_URL_MAX);
	else if (!cloud_path_safe(id))
		why_set(why, ERR_MALFORMED, "the identifier %.100s is no path", id);
	else
		answer = cloud_get(&azure->cloud, buffer_text(&url), why);
	buffer_free(&url);
	return answer;
}

/* The roles of our own principal; false: they cannot be seen, and why says so. */
static bool
roles_read(struct azure *azure, struct text_list *definitions, struct why *why)
{
	char scope[RESOURCE_TEXT_MAX], more[2 * RESOURCE_TEXT_MAX];
	json_t *answer;
	bool whole;

	if (resource_text(azure->object)[0] == '\0') {
		why_set(why, ERR_UNSUPPORTED, "the token does not show its owner's object id");
		return false;
	}
	snprintf(scope, sizeof(scope), "/subscriptions/%s", azure->subscription);
	snprintf(more, sizeof(more), "2022-04-01&$filter=assignedTo('%s')", azure->object);
	answer = manage_get(azure, scope, "/providers/Microsoft.Authorization/roleAssignments",
	    more, why);
	if (answer == NULL)
		return false;
	whole = azure_assignments_read(answer, definitions);
	if (definitions->count == 0)
		why_set(why, ERR_NOT_FOUND, "no role assignment is listed for it");
	else if (!whole)
		why_set(why, ERR_TRUNCATED, "more role assignments are listed than are read");
	json_decref(answer);
	return whole && definitions->count > 0;
}

static bool
rights_read(struct azure *azure)
{
	struct inventory *inventory = azure->cloud.inventory;
	struct text_list definitions = { .count = 0 };
	struct why why = { .err = ERR_OK };
	bool known = roles_read(azure, &definitions, &why);

	inventory_step(inventory, "while rights were read");
	for (size_t i = 0; i < definitions.count; i++) {
		json_t *answer = manage_get(azure, definitions.text[i], "", "2022-04-01", &why);

		known = answer != NULL && azure_definition_read(answer, &inventory->rights_write) &&
		    known;
		json_decref(answer);
	}
	text_list_free(&definitions);
	inventory->rights = inventory->rights_write.all > 0 ? RIGHTS_WRITE :
	    known ? RIGHTS_READ : RIGHTS_UNKNOWN;
	if (!known && !cloud_part_failed(&azure->cloud, "what the credential may do", &why))
		return false;
	return inventory_rights(inventory);
}

static bool
graph_ask(void *arg, const char *mark, struct buffer *url, struct buffer *body)
{
	struct azure *azure = arg;
	json_t *ask = json_pack("{s:[s], s:s, s:{s:s, s:i}}", "subscriptions", azure->subscription,
	    "query", "Resources | where type in~ ('microsoft.compute/virtualmachines', "
	    "'microsoft.compute/disks', 'microsoft.compute/snapshots', "
	    "'microsoft.storage/storageaccounts', 'microsoft.network/networksecuritygroups', "
	    "'microsoft.keyvault/vaults', 'microsoft.sql/servers/databases', "
	    "'microsoft.dbforpostgresql/flexibleservers', "
	    "'microsoft.dbformysql/flexibleservers') | project id, name, type, location, zones, "
	    "sku, properties | order by id asc", "options", "resultFormat", "objectArray", "$top",
	    1000);
	char *text;

	if (mark[0] != '\0')
		json_object_set_new(json_object_get(ask, "options"), "$skipToken",
		    json_string(mark));
	text = json_dumps(ask, JSON_COMPACT);
	buffer_put_text(body, text != NULL ? text : "{}");
	free(text);
	json_decref(ask);
	cloud_base(azure->cloud.inventory, AZURE_MANAGE, url);
	buffer_put_text(url, "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01");
	return true;
}

/* --- what only the resource itself tells --------------------------------------------------- */

typedef void detail_read(const json_t *, struct resource *);

/* False: the round is over. */
static bool
detail(struct azure *azure, const char *path, const char *version, struct resource *resource,
    detail_read *read)
{
	struct why why = { .err = ERR_OK };
	json_t *answer = manage_get(azure, resource->id, path, version, &why);

	if (answer != NULL) {
		read(answer, resource);
		json_decref(answer);
		return true;
	}
	if (why.err == ERR_BUSY || why.err == ERR_TIMEOUT)
		return cloud_part_failed(&azure->cloud, resource->id, &why);
	text_list_print(&resource->unread, "%s: %.200s", path, why.text);
	return true;
}

#define INSIGHTS "/providers/Microsoft.Insights/diagnosticSettings"

static bool
account_details(struct azure *azure, struct resource *account)
{
	bool closed = account->setting[RESOURCE_PUBLIC] == SETTING_NO;

	return detail(azure, "/blobServices/default", "2023-01-01", account,
	    azure_versioning_read) &&
	    (closed || detail(azure, "/blobServices/default/containers", "2023-01-01", account,
	    azure_containers_read)) &&
	    detail(azure, "/objectReplicationPolicies", "2023-01-01", account, azure_copies_read) &&
	    detail(azure, "/blobServices/default" INSIGHTS, "2021-05-01-preview", account,
	    azure_logging_read);
}

static bool
vault_keys_ask(void *arg, const char *mark, struct buffer *url, struct buffer *body)
{
	const struct resource *vault = arg;
	const char *query = strchr(mark, '?');

	(void)body;
	buffer_print(url, "%s/keys", vault->id);
	/* Only the query of the next link: our token goes to no other host. */
	buffer_print(url, "%s", query != NULL ? query : "?api-version=2023-07-01");
	return false;
}

/* The list wants whole addresses: the vault's identifier is one while its keys are read. */
static bool
vault_details(struct azure *azure, const struct resource *found)
{
	struct resource vault = { .kind = NULL };
	struct cloud_list list = { .what = "keys of a vault", .page_ask = vault_keys_ask,
	    .page_read = azure_keys_read, .arg = &vault };
	struct buffer url = { .max = CLOUD_URL_MAX };
	bool going;

	if (!cloud_path_safe(found->id))
		return true;
	cloud_base(azure->cloud.inventory, AZURE_MANAGE, &url);
	buffer_put_text(&url, found->id);
	vault.setting[RESOURCE_LOGGING] = found->setting[RESOURCE_LOGGING];
	resource_set(&vault.id, bytes_of_buffer(&url));
	resource_set(&vault.place, bytes_of_text(resource_text(found->place)));
	resource_set(&vault.owner, bytes_of_text(resource_text(found->owner)));
	going = cloud_list(&azure->cloud, &list);
	resource_free(&vault);
	buffer_free(&url);
	return going;
}

static bool
details(struct azure *azure)
{
	struct estate *estate = &azure->cloud.estate;
	size_t count = estate->count;	/* keys are added behind */
	bool going = true;

	inventory_step(azure->cloud.inventory, "while settings were read");
	for (size_t i = 0; going && i < count; i++) {
		struct resource *one = &estate->resource[i];

		if (strcmp(one->kind, "bucket") == 0 && cloud_wanted(azure->cloud.inventory, one))
			going = account_details(azure, one);
		else if (strcmp(one->kind, "vault") == 0)
			going = detail(azure, INSIGHTS, "2021-05-01-preview", one,
			    azure_logging_read) && vault_details(azure, &estate->resource[i]);
	}
	return going;
}

/* The subscription's own log: who changed what. */
static bool
activity_log(struct azure *azure)
{
	struct page page = { .count = 0 };
	struct resource *log = page_add(&page);
	bool going;

	resource_set(&log->kind, bytes_of_text("account"));
	resource_print(&log->id, "/subscriptions/%s", azure->subscription);
	resource_set(&log->place, bytes_of_text("azure/global"));
	log->edges_known = true;
	going = detail(azure, INSIGHTS, "2021-05-01-preview", log, azure_logging_read);
	estate_take(&azure->cloud.estate, &page);
	page_free(&page);
	return going;
}

void
inventory_azure(struct inventory *inventory)
{
	struct azure azure = { .cloud = { .inventory = inventory,
	    .token_header = "Authorization" } };
	struct cloud_list graph = { .what = "resources", .page_ask = graph_ask,
	    .page_read = azure_graph_read, .arg = &azure };

	if (login(&azure) && rights_read(&azure) && cloud_list(&azure.cloud, &graph) &&
	    details(&azure) && activity_log(&azure))
		cloud_put(&azure.cloud);
	cloud_free(&azure.cloud);
	free(azure.subscription);
	free(azure.object);
}
