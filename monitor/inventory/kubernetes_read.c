/* SPDX-License-Identifier: Apache-2.0 */
/* Kubernetes' answers; see kubernetes.h. */
#include <jansson.h>
#include <string.h>

#include "monitor/inventory/cloud_json.h"
#include "monitor/inventory/kubernetes.h"

static struct bytes
member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return bytes_of_text(json_is_string(value) ? json_string_value(value) : "");
}

static enum err
items_read(const json_t *answer, void (*read)(const json_t *, struct page *), struct page *page,
    struct why *why)
{
	const json_t *items = json_object_get(answer, "items"), *item;
	struct bytes next = cloud_text(answer, "metadata.continue");
	size_t i;

	if (!json_is_array(items))
		return why_set(why, ERR_MALFORMED, "the list has no items");
	json_array_foreach(items, i, item) {
		if (cloud_text(item, "metadata.name").len == 0)
			return why_set(why, ERR_MALFORMED, "an item has no name");
		if (page->count == PAGE_MAX)
			return why_set(why, ERR_LIMIT, "a page has more than %d", PAGE_MAX);
		read(item, page);
	}
	if (next.len > 0)
		page->next = memory_text(next);
	return ERR_OK;
}

static struct resource *
item_begin(const json_t *item, const char *kind, struct page *page)
{
	struct resource *out = page_add(page);

	resource_set(&out->kind, bytes_of_text(kind));
	cloud_set(&out->id, item, "metadata.uid");
	cloud_set(&out->name, item, "metadata.name");
	out->created_ms = cloud_time_ms(cloud_text(item, "metadata.creationTimestamp"));
	return out;
}

/* --- nodes --------------------------------------------------------------------------------- */

/* The cloud below, as the scheme of a node's providerID names it. */
static const char *
provider_of(struct bytes id)
{
	static const struct { const char *scheme, *name; } providers[] = {
		{ "aws://", "aws" }, { "gce://", "google" }, { "azure://", "azure" },
		{ "openstack://", "openstack" }, { "oci://", "oracle" },
	};

	for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++)
		if (cloud_begins(id, providers[i].scheme))
			return providers[i].name;
	return "kubernetes";
}

static void
node_read(const json_t *item, struct page *page)
{
	struct resource *node = item_begin(item, "machine", page);
	const json_t *labels = cloud_at(item, "metadata.labels"), *condition;
	struct bytes id = cloud_text(item, "spec.providerID");
	struct bytes region = member(labels, "topology.kubernetes.io/region");
	size_t i;

	/* AWS: the identifier of the machine, which its signed documents carry, too. */
	if (cloud_begins(id, "aws://") && cloud_begins(cloud_tail(id), "i-"))
		resource_set(&node->id, cloud_tail(id));
	cloud_place(&node->place, provider_of(id), region);
	resource_set(&node->zone, member(labels, "topology.kubernetes.io/zone"));
	if (region.len == 0)
		text_list_print(&node->unsaid, "where it is: it has no label "
		    "topology.kubernetes.io/region");
	json_array_foreach(cloud_at(item, "status.conditions"), i, condition)
		if (cloud_is(cloud_text(condition, "type"), "Ready"))
			resource_set(&node->state, bytes_of_text(cloud_is(cloud_text(condition,
			    "status"), "True") ? "ready" : "not ready"));
}

enum err
kubernetes_nodes_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return items_read(answer, node_read, page, why);
}

/* --- volumes ------------------------------------------------------------------------------- */

static void
expression_read(const json_t *expression, struct resource *volume)
{
	const json_t *values = cloud_at(expression, "values");
	struct bytes key = cloud_text(expression, "key");
	struct bytes value = bytes_of_text(json_is_string(json_array_get(values, 0)) ?
	    json_string_value(json_array_get(values, 0)) : "");

	if (!cloud_is(cloud_text(expression, "operator"), "In") || value.len == 0)
		return;
	if (cloud_ends(key, "/zone"))
		resource_set(&volume->zone, value);
	/* The provider is the nodes' to say; see kubernetes.c. */
	else if (cloud_ends(key, "/region"))
		resource_set(&volume->place, value);
}

static void
volume_read(const json_t *item, struct page *page)
{
	struct resource *volume = item_begin(item, "volume", page);
	struct bytes handle = cloud_text(item, "spec.csi.volumeHandle");
	struct bytes driver = cloud_text(item, "spec.csi.driver");
	struct bytes phase = cloud_text(item, "status.phase"), server = cloud_text(item,
	    "spec.nfs.server");
	const json_t *term, *expression;
	size_t i, j;

	if (handle.len > 0)
		resource_set(&volume->id, handle);
	if (driver.len > 0)
		resource_print(&volume->state, "%.*s, by %.*s", (int)phase.len,
		    (const char *)phase.at, (int)driver.len, (const char *)driver.at);
	else
		resource_set(&volume->state, phase);
	json_array_foreach(cloud_at(item, "spec.nodeAffinity.required.nodeSelectorTerms"), i, term)
		json_array_foreach(cloud_at(term, "matchExpressions"), j, expression)
			expression_read(expression, volume);
	if (server.len > 0)
		text_list_print(&volume->unsaid, "where the NFS server %.*s is", (int)server.len,
		    (const char *)server.at);
	else if (resource_text(volume->zone)[0] == '\0' && resource_text(volume->place)[0] == '\0')
		text_list_print(&volume->unsaid, "where it is: it has no nodeAffinity with a zone "
		    "or region");
}

enum err
kubernetes_volumes_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return items_read(answer, volume_read, page, why);
}

/* --- services ------------------------------------------------------------------------------ */

/* Annotations by which the clouds' controllers keep a balancer inside. */
static bool
kept_inside(const json_t *item)
{
	static const struct { const char *name, *value; } inside[] = {
		{ "service.beta.kubernetes.io/aws-load-balancer-internal", "true" },
		{ "service.beta.kubernetes.io/aws-load-balancer-scheme", "internal" },
		{ "service.beta.kubernetes.io/azure-load-balancer-internal", "true" },
		{ "service.beta.kubernetes.io/openstack-internal-load-balancer", "true" },
		{ "networking.gke.io/load-balancer-type", "Internal" },
		{ "cloud.google.com/load-balancer-type", "Internal" },
	};
	const json_t *notes = cloud_at(item, "metadata.annotations");

	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		if (cloud_is(member(notes, inside[i].name), inside[i].value))
			return true;
	return false;
}

static bool
whole_world(const json_t *ranges)
{
	const json_t *value;
	size_t i;

	json_array_foreach(ranges, i, value)
		if (json_is_string(value) && (strcmp(json_string_value(value), "0.0.0.0/0") == 0 ||
		    strcmp(json_string_value(value), "::/0") == 0))
			return true;
	return json_array_size(ranges) == 0;
}

static void
service_read(const json_t *item, struct page *page)
{
	struct bytes type = cloud_text(item, "spec.type"), space = cloud_text(item,
	    "metadata.namespace");
	const json_t *port;
	struct resource *service;
	size_t i;

	if (!cloud_is(type, "LoadBalancer") && !cloud_is(type, "NodePort"))
		return;
	service = item_begin(item, "service", page);
	resource_set(&service->owner, space);
	resource_set(&service->state, type);
	/* A node's port is as open as the nodes are: the cluster does not know. */
	service->open_known = cloud_is(type, "LoadBalancer");
	if (!service->open_known || kept_inside(item) ||
	    !whole_world(cloud_at(item, "spec.loadBalancerSourceRanges")))
		return;
	json_array_foreach(cloud_at(item, "spec.ports"), i, port) {
		struct bytes protocol = cloud_text(port, "protocol");
		const json_t *number = json_object_get(port, "port");

		text_list_print(&service->open, "%.*s %lld", (int)protocol.len,
		    (const char *)protocol.at, (long long)json_integer_value(number));
	}
}

enum err
kubernetes_services_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return items_read(answer, service_read, page, why);
}

/* --- rights -------------------------------------------------------------------------------- */

static bool
has(const json_t *list, const char *word)
{
	const json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
		if (json_is_string(value) && strcmp(json_string_value(value), word) == 0)
			return true;
	return false;
}

static bool
only_reads(const json_t *verbs)
{
	const json_t *verb;
	size_t i;

	json_array_foreach(verbs, i, verb) {
		const char *word = json_is_string(verb) ? json_string_value(verb) : "?";

		if (strcmp(word, "get") != 0 && strcmp(word, "list") != 0 &&
		    strcmp(word, "watch") != 0)
			return false;
	}
	return true;
}

/* Questions about oneself are made with the verb "create", and change nothing. */
static bool
about_oneself(const json_t *resources)
{
	const json_t *value;
	size_t i;

	json_array_foreach(resources, i, value)
		if (!json_is_string(value) || strncmp(json_string_value(value), "selfsubject",
		    11) != 0)
			return false;
	return json_array_size(resources) > 0;
}

static void
rule_say(const json_t *rule, struct text_list *write)
{
	const json_t *verb = json_array_get(json_object_get(rule, "verbs"), 0);
	const json_t *what = json_array_get(json_object_get(rule, "resources"), 0);

	text_list_print(write, "%s%s %s%s", json_is_string(verb) ? json_string_value(verb) : "?",
	    cloud_count(rule, "verbs") > 1 ? " and others on" : "",
	    json_is_string(what) ? json_string_value(what) : "?",
	    cloud_count(rule, "resources") > 1 ? " and others" : "");
}

bool
kubernetes_rules_read(const json_t *answer, struct text_list *write)
{
	const json_t *rules = cloud_at(answer, "status.resourceRules"), *rule;
	size_t i;

	json_array_foreach(rules, i, rule) {
		const json_t *resources = json_object_get(rule, "resources");
		bool reads = only_reads(json_object_get(rule, "verbs"));

		/* Who reads secrets has every credential that is kept there. */
		if ((reads && !has(resources, "secrets") && !has(resources, "*")) ||
		    about_oneself(resources))
			continue;
		rule_say(rule, write);
	}
	return json_is_array(rules) && cloud_flag(answer, "status.incomplete") != SETTING_YES;
}
