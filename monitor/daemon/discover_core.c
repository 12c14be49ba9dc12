/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a core from evidence and holds it against a plan; see discover_core.h. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/i18n.h"
#include "monitor/daemon/discover_core.h"

/* --- one profile -------------------------------------------------------------------------- */

static void
word_take(const json_t *profile, const char *name, char out[NF_WORD_MAX])
{
	const char *word = json_string_value(json_object_get(profile, name));
	char clean[NAME_MAX_LEN];

	discover_name(word != NULL ? word : "", clean);
	for (size_t i = 0; clean[i] != '\0'; i++)
		if (clean[i] >= 'a' && clean[i] <= 'z')
			clean[i] = (char)(clean[i] - 'a' + 'A');
	snprintf(out, NF_WORD_MAX, "%.39s", clean);
}

static void
endpoint_add(struct discovered_nf *nf, const char *address, uint32_t port, bool tls)
{
	if (address == NULL || !discover_address(address) || port == 0 || port > 65535)
		return;
	for (size_t i = 0; i < nf->endpoints; i++)
		if (nf->endpoint[i].port == port && nf->endpoint[i].tls == tls &&
		    strcasecmp(nf->endpoint[i].address, address) == 0)
			return;
	if (nf->endpoints == NF_ENDPOINTS_MAX) {
		nf->more++;
		return;
	}
	snprintf(nf->endpoint[nf->endpoints].address, DISCOVER_HOST_MAX, "%s", address);
	nf->endpoint[nf->endpoints].tls = tls;
	nf->endpoint[nf->endpoints++].port = port;
}

static const char *
first_text(const json_t *object, const char *name)
{
	return json_string_value(json_array_get(json_object_get(object, name), 0));
}

/* Without an address of its own a service is reached where its function is. */
static const char *
address_of(const json_t *profile, const json_t *service, const json_t *point)
{
	const char *const found[] = {
		json_string_value(json_object_get(point, "ipv4Address")),
		json_string_value(json_object_get(point, "ipv6Address")),
		json_string_value(json_object_get(service, "fqdn")),
		first_text(profile, "ipv4Addresses"), first_text(profile, "ipv6Addresses"),
		json_string_value(json_object_get(profile, "fqdn")) };

	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
		if (found[i] != NULL && found[i][0] != '\0')
			return found[i];
	return NULL;
}

static void
service_take(struct discovered_nf *nf, const json_t *profile, const json_t *service)
{
	const char *scheme = json_string_value(json_object_get(service, "scheme"));
	const json_t *points = json_object_get(service, "ipEndPoints");
	bool tls = scheme == NULL || strcasecmp(scheme, "http") != 0;
	uint32_t usual = tls ? 443 : 80;
	size_t count = json_array_size(points);

	for (size_t i = 0; i < count || i == 0; i++) {
		const json_t *point = json_array_get(points, i);
		json_int_t port = json_integer_value(json_object_get(point, "port"));

		endpoint_add(nf, address_of(profile, service, point),
		    port > 0 && port <= 65535 ? (uint32_t)port : usual, tls);
	}
}

static void
services_take(struct discovered_nf *nf, json_t *profile)
{
	json_t *service;
	const char *key;
	size_t i;

	json_array_foreach(json_object_get(profile, "nfServices"), i, service)
		service_take(nf, profile, service);
	json_object_foreach(json_object_get(profile, "nfServiceList"), key, service)
		service_take(nf, profile, service);
}

static void
profile_take(struct discovered_core *core, json_t *profile)
{
	const char *id = json_string_value(json_object_get(profile, "nfInstanceId"));
	const char *name = json_string_value(json_object_get(profile, "nfInstanceName"));
	const char *set = first_text(profile, "nfSetIdList");
	struct discovered_nf *nf = NULL;

	for (size_t i = 0; id != NULL && i < core->count; i++)
		if (strcasecmp(core->nf[i].id, id) == 0)
			nf = &core->nf[i];
	if (nf == NULL || nf->read)
		return;
	nf->read = true;
	word_take(profile, "nfType", nf->type);
	word_take(profile, "nfStatus", nf->status);
	discover_name(name != NULL ? name : "", nf->name);
	discover_name(set != NULL ? set : "", nf->set);
	services_take(nf, profile);
}

/* --- all of it ---------------------------------------------------------------------------- */

static void
ids_take(struct discovered_core *core, const json_t *ids)
{
	core->nf = memory_new(json_array_size(ids) + 1, sizeof(*core->nf));
	for (size_t i = 0; i < json_array_size(ids); i++) {
		const char *id = json_string_value(json_array_get(ids, i));

		if (id == NULL || strlen(id) != NF_ID_TEXT - 1 || !discover_address(id))
			continue;
		core->nf[core->count] = (struct discovered_nf){ .configured = UINT32_MAX };
		snprintf(core->nf[core->count++].id, NF_ID_TEXT, "%s", id);
	}
}

static bool
named_before(const struct discovered_core *core, size_t place)
{
	for (size_t i = 0; i < place; i++)
		if (strcmp(core->nf[i].name, core->nf[place].name) == 0)
			return true;
	return false;
}

/* Every one gets a name, each another: where the NRF has none, type and begin of the id. */
static void
names_settle(struct discovered_core *core)
{
	for (size_t i = 0; i < core->count; i++) {
		struct discovered_nf *nf = &core->nf[i];
		char type[NAME_MAX_LEN];

		core->unread += !nf->read;
		discover_name(nf->type[0] != '\0' ? nf->type : "nf", type);
		if (nf->name[0] == '\0')
			snprintf(nf->name, sizeof(nf->name), "%.60s-%.8s", type, nf->id);
		if (named_before(core, i))
			snprintf(nf->name, sizeof(nf->name), "%.60s-%.36s", type, nf->id);
		/* Somebody may have taken that name, too. */
		for (unsigned more = 2; named_before(core, i); more++)
			snprintf(nf->name, sizeof(nf->name), "%.60s-%.36s-%u", type, nf->id, more);
	}
}

enum err
discovered_core_read(struct bytes evidence, struct discovered_core *core, struct why *why)
{
	size_t at = 0;
	bool first = true;

	*core = (struct discovered_core){ .nf = NULL };
	while (at < evidence.len) {
		const uint8_t *end = memchr(evidence.at + at, '\n', evidence.len - at);
		size_t len = end != NULL ? (size_t)(end - evidence.at) - at : evidence.len - at;
		json_t *line = json_loadb((const char *)evidence.at + at, len, 0, NULL);

		if (line == NULL || (first ? !json_is_array(line) : !json_is_object(line))) {
			json_decref(line);
			return why_set(why, ERR_MALFORMED,
			    _("what was heard of the NRF cannot be read"));
		}
		if (first)
			ids_take(core, line);
		else
			profile_take(core, line);
		json_decref(line);
		first = false;
		at += len + 1;
	}
	if (first)
		return why_set(why, ERR_MALFORMED, _("the NRF gave no list of NF instances"));
	names_settle(core);
	return ERR_OK;
}

void
discovered_core_free(struct discovered_core *core)
{
	free(core->nf);
	*core = (struct discovered_core){ .nf = NULL };
}

/* --- against a plan ----------------------------------------------------------------------- */

void
discovered_core_match(struct discovered_core *core, const struct plan *plan)
{
	for (size_t i = 0; i < core->count; i++)
		for (uint32_t k = 0; k < plan->instances; k++)
			if (strcasecmp(plan->instance[k].nf_instance_id, core->nf[i].id) == 0)
				core->nf[i].configured = k;
}

bool
discovered_core_lacks(const struct discovered_core *core, const struct plan_instance *instance)
{
	if (instance->nf_instance_id[0] == '\0')
		return false;
	for (size_t i = 0; i < core->count; i++)
		if (strcasecmp(core->nf[i].id, instance->nf_instance_id) == 0)
			return false;
	return true;
}

struct core_findings
discovered_core_findings(const struct discovered_core *core, const struct plan *plan)
{
	struct core_findings findings = { 0 };

	for (size_t i = 0; i < core->count; i++) {
		const struct discovered_nf *nf = &core->nf[i];

		findings.unconfigured += nf->configured == UINT32_MAX;
		if (nf->configured == UINT32_MAX || !nf->read)
			continue;
		findings.differs += plan->instance[nf->configured].nf[0] != '\0' &&
		    strcasecmp(plan->instance[nf->configured].nf, nf->type) != 0;
	}
	for (uint32_t i = 0; i < plan->instances; i++) {
		findings.missing += discovered_core_lacks(core, &plan->instance[i]);
		findings.unnamed += plan->instance[i].nf_instance_id[0] == '\0';
	}
	return findings;
}

/* --- stanzas ------------------------------------------------------------------------------ */

/* By what a function of TS 23.501 does; what is not named here controls. */
static const char *
function_of(const char *type)
{
	static const struct { const char *type; enum function function; } row[] = {
		{ "UPF", FUNCTION_SWITCHING }, { "SMSF", FUNCTION_SWITCHING },
		{ "UDM", FUNCTION_SUBSCRIBER }, { "UDR", FUNCTION_SUBSCRIBER },
		{ "AUSF", FUNCTION_SUBSCRIBER }, { "HSS", FUNCTION_SUBSCRIBER },
		{ "UDSF", FUNCTION_SUBSCRIBER }, { "5G-EIR", FUNCTION_SUBSCRIBER },
		{ "NWDAF", FUNCTION_OAM }, { "DCCF", FUNCTION_OAM }, { "MFAF", FUNCTION_OAM } };

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (strcmp(row[i].type, type) == 0)
			return function_name(row[i].function);
	return function_name(FUNCTION_CONTROL);
}

static bool
name_taken(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; plan != NULL && i < plan->instances; i++)
		if (strcmp(plan->instance[i].name, name) == 0)
			return true;
	return false;
}

static void
put_path(struct buffer *out, const char *name, const char *path)
{
	if (path == NULL)
		return;
	buffer_print(out, " %s = \"", name);
	for (; *path != '\0'; path++)
		buffer_print(out, strchr("\"\\", *path) != NULL ? "\\%c" : "%c", *path);
	buffer_put_text(out, "\";");
}

static void
put_targets(const struct discovered_nf *nf, const char *name, const struct stanza_options *options,
    struct buffer *out)
{
	if (nf->endpoints == 0) {
		buffer_print(out, "\t\t# %s\n", _("the NRF knows no address of its services"));
		return;
	}
	buffer_put_text(out, "\t\ttargets = (\n");
	for (size_t i = 0; i < nf->endpoints; i++) {
		const struct nf_endpoint *at = &nf->endpoint[i];

		buffer_print(out, "\t\t\t{ name = \"%s-sbi", name);
		if (i > 0)
			buffer_print(out, "-%zu", i + 1);
		buffer_print(out, "\"; probe = \"sbi\"; address = \"%s\"; port = %u;", at->address,
		    at->port);
		if (strcmp(nf->type, "NRF") == 0)
			buffer_put_text(out, " nf = \"nrf\";");
		if (at->tls) {
			put_path(out, "trust", options->trust);
			put_path(out, "client_certificate", options->certificate);
			put_path(out, "client_key", options->key);
		} else {
			buffer_put_text(out, " scheme = \"http\";");
		}
		buffer_print(out, " }%s\n", i + 1 < nf->endpoints ? "," : "");
	}
	buffer_put_text(out, "\t\t);\n");
}

static void
put_stanza(const struct discovered_nf *nf, const struct plan *plan, const char *site,
    const struct stanza_options *options, bool first, struct buffer *out)
{
	char name[NAME_MAX_LEN];

	snprintf(name, sizeof(name), "%.60s%s%.36s", nf->name,
	    name_taken(plan, nf->name) ? "-" : "", name_taken(plan, nf->name) ? nf->id : "");
	buffer_print(out, "%s\t{\n\t\tname = \"%s\";\n", first ? "" : ",\n", name);
	buffer_print(out, "\t\tfunction = \"%s\";\n\t\tsite = \"%s\";\n", function_of(nf->type),
	    site);
	if (nf->type[0] != '\0')
		buffer_print(out, "\t\tnf = \"%s\";\n", nf->type);
	if (nf->set[0] != '\0')
		buffer_print(out, "\t\treplica_set = \"%s\";\n", nf->set);
	if (!nf->read)
		buffer_print(out, "\t\t# %s\n", _("its profile was not read"));
	else if (strcmp(nf->status, "REGISTERED") != 0)
		buffer_print(out, "\t\t# %s\n", nf->status);
	buffer_print(out, "\t\tnf_instance_id = \"%s\";\n", nf->id);
	if (nf->read)
		put_targets(nf, name, options, out);
	buffer_put_text(out, "\t}");
}

void
discovered_core_stanzas(const struct discovered_core *core, const struct plan *plan,
    const char *site, const struct stanza_options *options, struct buffer *out)
{
	bool first = true;

	for (size_t i = 0; i < core->count; i++) {
		if (core->nf[i].configured != UINT32_MAX)
			continue;
		if (first)
			buffer_put_text(out, "instances = (\n");
		put_stanza(&core->nf[i], plan, site, options, first, out);
		first = false;
	}
	if (!first)
		buffer_put_text(out, "\n);\n");
}
