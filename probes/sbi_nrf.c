/* SPDX-License-Identifier: Apache-2.0 */
/* The list of an NRF and its profiles, read from JSON; see sbi_nrf.h. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probes/sbi_json.h"
#include "probes/sbi_nrf.h"

enum { HTTP_NAMES_MAX = 16 << 10 };	/* octets of service names kept of one instance */

static int
instance_order(const void *a, const void *b)
{
	return strcmp(((const struct nrf_instance *)a)->id, ((const struct nrf_instance *)b)->id);
}

/* NfInstanceId is a UUID (TS 29.571); nothing else is ever put into a path. */
static bool
id_read(const char *text, size_t len, char out[NRF_ID_TEXT])
{
	if (len != NRF_ID_TEXT - 1)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		unsigned char at = (unsigned char)text[i];

		if (dash ? at != '-' : !isxdigit(at))
			return false;
		out[i] = (char)tolower(at);
	}
	out[len] = '\0';
	return true;
}

/* The last segment of the link, whatever host and prefix the NRF writes before it. */
static bool
id_of_link(const char *href, struct nrf_instance *out)
{
	size_t len = strcspn(href, "?#");
	const char *at = href + len;

	while (at > href && at[-1] != '/')
		at--;
	if (!id_read(at, (size_t)(href + len - at), out->id))
		return false;
	snprintf(out->listed, sizeof(out->listed), "%s", at);
	return true;
}

static void
instances_settle(struct nrf *nrf)
{
	size_t kept = 0;

	if (nrf->instances > 0)
		qsort(nrf->instance, nrf->instances, sizeof(*nrf->instance), instance_order);
	for (size_t i = 0; i < nrf->instances; i++)
		if (kept == 0 || instance_order(&nrf->instance[kept - 1], &nrf->instance[i]) != 0)
			nrf->instance[kept++] = nrf->instance[i];
	nrf->instances = kept;
}

static enum err
link_take(struct nrf *nrf, const json_t *item, struct why *why)
{
	const char *href = json_string_value(json_object_get(item, "href"));

	if (href == NULL)
		return why_set(why, ERR_MALFORMED, "an entry of _links.item has no href");
	if (id_of_link(href, &nrf->instance[nrf->instances]))
		nrf->instances++;
	else
		nrf->unnamed++;
	return ERR_OK;
}

/* TS 29.571 section 5.2.4.6: a link relation is one Link or an array of them. */
static enum err
links_take(struct nrf *nrf, const json_t *links, struct why *why)
{
	const json_t *items = json_object_get(links, "item");
	size_t count;
	enum err err = ERR_OK;

	if (items == NULL)
		items = json_object_get(links, "items");
	if (items != NULL && !json_is_array(items) && !json_is_object(items))
		return why_set(why, ERR_MALFORMED, "_links.item is neither a link nor an array");
	count = json_is_array(items) ? json_array_size(items) : items != NULL;
	nrf->instance = memory_new(count + 1, sizeof(*nrf->instance));
	if (json_is_object(items))
		err = link_take(nrf, items, why);
	for (size_t i = 0; err == ERR_OK && json_is_array(items) && i < count; i++)
		err = link_take(nrf, json_array_get(items, i), why);
	return err;
}

static bool
word_take(const json_t *profile, const char *name, char out[NRF_WORD_MAX])
{
	const char *word = json_string_value(json_object_get(profile, name));

	snprintf(out, NRF_WORD_MAX, "%s", word != NULL ? word : "");
	return word != NULL && word[0] != '\0';
}

static void
volatile_drop(json_t *object)
{
	static const char *const names[] = { "load", "loadTimeStamp", "nfProfileChangesInd",
		"nfProfileChangesSupportInd", "nfProfilePartialUpdateChangesSupportInd" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_object_del(object, names[i]);
}

static void
service_take(struct nrf_instance *instance, json_t *service)
{
	const char *scheme = json_string_value(json_object_get(service, "scheme"));
	const char *name = json_string_value(json_object_get(service, "serviceName"));

	volatile_drop(service);
	if (scheme == NULL || strcasecmp(scheme, "http") != 0)
		return;
	instance->http_count++;
	name = name != NULL ? name : "?";
	buffer_put(&instance->http, name, strlen(name) + 1);
}

/* An array in older releases, a map by serviceInstanceId in newer ones; a service in both counts
 * once. */
static void
services_take(struct nrf_instance *instance, const json_t *profile)
{
	json_t *map = json_object_get(profile, "nfServiceList"), *service;
	json_t *array = json_object_get(profile, "nfServices");
	const char *key, *id;
	size_t i;

	instance->http.max = HTTP_NAMES_MAX;
	json_object_foreach(map, key, service)
		service_take(instance, service);
	json_array_foreach(array, i, service) {
		id = json_string_value(json_object_get(service, "serviceInstanceId"));
		if (id == NULL || json_object_get(map, id) == NULL)
			service_take(instance, service);
		else
			volatile_drop(service);
	}
}

static void
profile_keep(struct nrf_instance *instance, json_t *profile)
{
	char *text;

	volatile_drop(profile);
	text = json_dumps(profile, JSON_SORT_KEYS | JSON_COMPACT);
	if (text != NULL)
		buffer_put_text(&instance->profile, text);
	free(text);
}

/* TS 29.510 table 6.1.6.2.2-1: nfInstanceId, nfType and nfStatus are mandatory. */
static enum err
profile_take(struct nrf_instance *instance, json_t *profile, struct why *why)
{
	const char *id = json_string_value(json_object_get(profile, "nfInstanceId"));
	char named[NRF_ID_TEXT];

	if (id == NULL || !id_read(id, strlen(id), named))
		return why_set(why, ERR_MALFORMED, "it has no nfInstanceId");
	if (instance->id[0] != '\0' && strcmp(named, instance->id) != 0)
		return why_set(why, ERR_MISMATCH, "it is the profile of another instance");
	if (!word_take(profile, "nfType", instance->type) ||
	    !word_take(profile, "nfStatus", instance->status))
		return why_set(why, ERR_MALFORMED, "it has no nfType or no nfStatus");
	memcpy(instance->id, named, sizeof(named));
	instance->heartbeat = json_is_integer(json_object_get(profile, "heartBeatTimer"));
	services_take(instance, profile);
	profile_keep(instance, profile);
	instance->read = true;
	return ERR_OK;
}

static void
instance_free(struct nrf_instance *instance)
{
	buffer_free(&instance->http);
	buffer_free(&instance->profile);
}

/* One id twice in an array of profiles has no order of its own: the list is refused. */
static enum err
profiles_take(struct nrf *nrf, json_t *array, struct why *why)
{
	enum err err = ERR_OK;
	json_t *profile;
	size_t i;

	nrf->instance = memory_new(json_array_size(array) + 1, sizeof(*nrf->instance));
	json_array_foreach(array, i, profile) {
		err = profile_take(&nrf->instance[nrf->instances++], profile, why);
		if (err != ERR_OK)
			return err;
	}
	if (nrf->instances > 0)
		qsort(nrf->instance, nrf->instances, sizeof(*nrf->instance), instance_order);
	for (i = 1; i < nrf->instances; i++)
		if (instance_order(&nrf->instance[i - 1], &nrf->instance[i]) == 0)
			return why_set(why, ERR_MALFORMED, "it has one nfInstanceId twice");
	nrf->read = nrf->instances;
	return ERR_OK;
}

enum err
nrf_list(struct nrf *nrf, struct bytes body, struct why *why)
{
	json_t *root = sbi_json_read(body, why), *links = json_object_get(root, "_links");
	enum err err;

	if (root == NULL)
		return why->err;
	if (json_is_array(root))
		err = profiles_take(nrf, root, why);
	else if (json_is_object(links))
		err = links_take(nrf, links, why);
	else
		err = why_set(why, ERR_MALFORMED,
		    "it has neither _links nor profiles, as TS 29.510 requires");
	if (err != ERR_OK)
		nrf_free(nrf);
	else if (!json_is_array(root))
		instances_settle(nrf);
	json_decref(root);
	return err;
}

void
nrf_profile_failed(struct nrf *nrf, enum err err, const char *sentence)
{
	if (nrf->failed++ > 0)
		return;
	nrf->err = err;
	snprintf(nrf->text, sizeof(nrf->text), "%s", sentence);
}

void
nrf_profile(struct nrf *nrf, size_t place, struct bytes body)
{
	struct why why = { .err = ERR_OK };
	json_t *root = sbi_json_read(body, &why);
	enum err err = root != NULL ? profile_take(&nrf->instance[place], root, &why) : why.err;

	json_decref(root);
	nrf->instance[place].octets = body.len;
	if (err == ERR_OK)
		nrf->read++;
	else
		nrf_profile_failed(nrf, err, why.text);
}

void
nrf_settle(struct nrf *nrf)
{
	size_t octets = 0;

	for (size_t i = 0; i < nrf->instances; i++) {
		octets += nrf->instance[i].octets;
		if (!nrf->instance[i].read || octets <= NRF_OCTETS_MAX)
			continue;
		nrf->instance[i].read = false;
		nrf->read--;
	}
}

void
nrf_free(struct nrf *nrf)
{
	for (size_t i = 0; i < nrf->instances; i++)
		instance_free(&nrf->instance[i]);
	free(nrf->instance);
	*nrf = (struct nrf){ .instance = NULL };
}
