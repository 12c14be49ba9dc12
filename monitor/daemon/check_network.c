/* SPDX-License-Identifier: Apache-2.0 */
/* Services, listeners and sources as "check-config" tells them, with the numbers of the others. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/check_network.h"

static const char *
class_code(uint32_t class)
{
	static const char *const code[] = {
#define X(number, NAME, code, text) [number] = code,
		SERVICE_CLASS_LIST(X)
#undef X
	};

	return class < SERVICE_CLASSES ? code[class] : "OTHER";
}

uint64_t
check_network_users(const struct plan_service *service)
{
	uint64_t users = 0;

	for (uint32_t i = 0; i < service->areas; i++)
		users += service->area[i].users;
	return users;
}

static void
print_listener(const struct plan_listener *listener)
{
	bool v6 = strchr(listener->address, ':') != NULL;

	printf(_("listener %s: %s over %s, on %s%s%s:%" PRIu32 "\n"), listener->name,
	    listener->kind, listener->transport, v6 ? "[" : "", listener->address, v6 ? "]" : "",
	    listener->port);
}

void
check_network_print(const struct plan *plan)
{
	uint32_t all = plan->services + plan->sets + plan->providers + plan->dependencies +
	    plan->vantage_count + plan->listeners + plan->sources;
	char interval[TIME_TEXT];

	for (uint32_t i = 0; i < plan->services; i++)
		printf(_("service %s: class %s, users %" PRIu64 ", areas %" PRIu32 "\n"),
		    plan->service[i].name, class_code(plan->service[i].class),
		    check_network_users(&plan->service[i]), plan->service[i].areas);
	for (uint32_t i = 0; i < plan->listeners; i++)
		print_listener(&plan->listener[i]);
	for (uint32_t i = 0; i < plan->sources; i++) {
		duration_text(plan->source[i].interval_ms, interval);
		printf(_("source %s: %s of %s, every %s\n"), plan->source[i].name,
		    plan->source[i].kind, plan->source[i].subject, interval);
	}
	if (all > 0)
		printf(_("services %" PRIu32 ", replica sets %" PRIu32 ", providers %" PRIu32
		    ", dependencies %" PRIu32 ", vantages %" PRIu32 ", listeners %" PRIu32
		    ", sources %" PRIu32 "\n\n"), plan->services, plan->sets, plan->providers,
		    plan->dependencies, plan->vantage_count, plan->listeners, plan->sources);
}

static json_t *
services_json(const struct plan *plan)
{
	json_t *out = json_array();

	for (uint32_t i = 0; i < plan->services; i++)
		json_array_append_new(out, json_pack("{s:s, s:s, s:I, s:I}", "service",
		    plan->service[i].name, "class", class_code(plan->service[i].class), "users",
		    (json_int_t)check_network_users(&plan->service[i]), "areas",
		    (json_int_t)plan->service[i].areas));
	return out;
}

static json_t *
listeners_json(const struct plan *plan)
{
	json_t *out = json_array();

	for (uint32_t i = 0; i < plan->listeners; i++)
		json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s, s:I}", "listener",
		    plan->listener[i].name, "kind", plan->listener[i].kind, "transport",
		    plan->listener[i].transport, "address", plan->listener[i].address, "port",
		    (json_int_t)plan->listener[i].port));
	return out;
}

static json_t *
sources_json(const struct plan *plan)
{
	json_t *out = json_array();

	for (uint32_t i = 0; i < plan->sources; i++)
		json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:I}", "source",
		    plan->source[i].name, "kind", plan->source[i].kind, "subject",
		    plan->source[i].subject, "interval_ms",
		    (json_int_t)plan->source[i].interval_ms));
	return out;
}

json_t *
check_network_json(const struct plan *plan)
{
	return json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I}", "services",
	    services_json(plan), "listeners", listeners_json(plan), "sources", sources_json(plan),
	    "replica_sets", (json_int_t)plan->sets, "providers", (json_int_t)plan->providers,
	    "dependencies", (json_int_t)plan->dependencies, "vantages",
	    (json_int_t)plan->vantage_count, "duties", (json_int_t)plan->duty_files);
}
