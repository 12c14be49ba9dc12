/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes in beside probes: listeners and sources.  Nobody listens where anybody could write
 * unasked, no secret crosses a line in the clear, and no two listeners want one port.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"
#include "monitor/feed/exposition.h"

enum { FEED_INTERVAL_MIN_MS = 30000 };	/* somebody else's server */

static const char subject_kinds[] = "service replica_set instance site provider target";

static bool
is(const char *value, const char *word)
{
	return strcmp(value, word) == 0;
}

static void
listener_defaults(const struct config_group *group, struct plan_listener *listener)
{
	bool webhook = is(listener->kind, "webhook"), trap = is(listener->kind, "trap");

	if (!config_group_given(group, "transport"))
		listener->transport = webhook ? "tls" : "udp";
	if (!config_group_given(group, "port"))
		listener->port = webhook ? 9095 : trap ? 162 :
		    is(listener->transport, "tls") ? 6514 : 514;
}

static bool
is_loopback(const char *address)
{
	struct in_addr v4;
	struct in6_addr v6;

	return (inet_pton(AF_INET, address, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127) ||
	    (inet_pton(AF_INET6, address, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6));
}

/* Only settings that the kind and the transport have a use for. */
static void
check_listener_settings(struct config_reader *reader, const struct config_group *group,
    const struct plan_listener *listener)
{
	static const char *const of_tls[] = { "certificate", "key", "trust" };
	bool trap = is(listener->kind, "trap"), syslog = is(listener->kind, "syslog");
	bool tls = is(listener->transport, "tls");

	for (size_t i = 0; i < sizeof(of_tls) / sizeof(of_tls[0]); i++)
		if (!tls && config_group_given(group, of_tls[i]))
			config_fault(reader, config_group_line(group, of_tls[i]), "%s is of tls, "
			    "and the transport is %s", of_tls[i], listener->transport);
	for (size_t i = 0; i < 2 && tls; i++)
		if (!config_group_given(group, of_tls[i]))
			config_fault(reader, conf_line(group->node), "%s is missing: a listener "
			    "over tls shows a certificate", of_tls[i]);
	if (!trap && config_group_given(group, "communities"))
		config_fault(reader, config_group_line(group, "communities"), "communities are of "
		    "traps alone");
	if (syslog && config_group_given(group, "users"))
		config_fault(reader, config_group_line(group, "users"), "syslog has no users; "
		    "over tls, trust says who may send");
}

static void
check_listener(struct config_reader *reader, const struct config_group *group,
    const struct plan_listener *listener)
{
	bool trap = is(listener->kind, "trap"), webhook = is(listener->kind, "webhook");
	uint8_t octets[16];

	if ((trap && !is(listener->transport, "udp")) ||
	    (webhook && is(listener->transport, "udp"))) {
		config_fault(reader, config_group_line(group, "transport"), "a listener of kind %s "
		    "takes %s, not %s", listener->kind, trap ? "udp" : "tcp or tls",
		    listener->transport);
		return;
	}
	check_listener_settings(reader, group, listener);
	if (listener->address[0] != '\0' && inet_pton(AF_INET, listener->address, octets) != 1 &&
	    inet_pton(AF_INET6, listener->address, octets) != 1)
		config_fault(reader, config_group_line(group, "address"), "\"%.100s\" is not an IP "
		    "address", listener->address);
	if (trap && !config_group_given(group, "users") &&
	    !config_group_given(group, "communities"))
		config_fault(reader, conf_line(group->node), "users and communities are both "
		    "missing: no trap would be taken");
	if (webhook && !config_group_given(group, "users") && !config_group_given(group, "trust") &&
	    !is_loopback(listener->address))
		config_fault(reader, conf_line(group->node), "users and trust are both missing: "
		    "anybody could post; only on a loopback address it may be so");
}

static bool
is_any(const char *address)
{
	return is(address, "0.0.0.0") || is(address, "::");
}

/* Whether both would bind one port: tcp and tls share theirs, and "::" takes IPv4 too. */
static bool
clash(const struct plan_listener *a, const struct plan_listener *b)
{
	return a->port == b->port && is(a->transport, "udp") == is(b->transport, "udp") &&
	    (is(a->address, b->address) || is_any(a->address) || is_any(b->address));
}

static void
check_clash(struct config_reader *reader, const struct config_group *group,
    const struct plan_listener *listener)
{
	for (const struct plan_listener *other = reader->plan->listener; other < listener; other++)
		if (clash(other, listener)) {
			config_fault(reader, conf_line(group->node), "port %" PRIu32 " of %s is "
			    "taken by the listener \"%.100s\"", listener->port,
			    listener->address, other->name);
			return;
		}
}

static void
read_listener(struct config_reader *reader, const struct config_group *group,
    struct plan_listener *listener)
{
	*listener = (struct plan_listener){ .name = config_group_text(group, "name"),
	    .kind = config_group_text(group, "kind"),
	    .transport = config_group_text(group, "transport"),
	    .address = config_group_text(group, "address"),
	    .port = (uint32_t)config_group_number(group, "port"),
	    .certificate = config_group_text(group, "certificate"),
	    .key = config_group_text(group, "key"), .trust = config_group_text(group, "trust"),
	    .users = config_group_text(group, "users"),
	    .communities = config_group_text(group, "communities"),
	    .subject = config_group_text(group, "subject"),
	    .rate = (uint32_t)config_group_number(group, "rate") };
	listener_defaults(group, listener);
	/* What the rows refused was told already. */
	if (listener->kind[0] == '\0' || listener->transport[0] == '\0')
		return;
	check_listener(reader, group, listener);
	check_clash(reader, group, listener);
}

void
config_read_listeners(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "listeners", &names);
	struct config_subjects subjects;
	struct plan *plan = reader->plan;
	struct config_group group;

	if (list == NULL)
		return;
	config_subjects_make(plan, &subjects);
	plan->listener = plan_array(plan, conf_count(list), sizeof(*plan->listener));
	for (size_t i = 0; i < conf_count(list); i++) {
		if (!config_entry_read(reader, list, i, config_listener_rows, NULL, &group))
			continue;
		read_listener(reader, &group, &plan->listener[plan->listeners]);
		config_subject_check(reader, &subjects, &group, "subject", subject_kinds);
		names[plan->listeners++] = (struct config_name){ config_group_text(&group, "name"),
		    conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->listeners, "listener");
	config_subjects_free(&subjects);
	free(names);
}

static void
check_selector(struct config_reader *reader, const struct config_group *group, const char *row)
{
	struct exposition_selector selector;
	struct why why = { .err = ERR_OK };
	const char *text = config_group_text(group, row);

	if (text[0] != '\0' && exposition_selector_read(text, &selector, &why) != ERR_OK)
		config_fault(reader, config_group_line(group, row), "%s: %s", row, why.text);
}

static void
check_source(struct config_reader *reader, const struct config_group *group,
    const struct plan_source *source)
{
	static const char *const metrics[] = { "users", "sessions", "peers", "load" };
	bool prometheus = is(source->kind, "prometheus"), named = false;
	const char *reason;

	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		named = named || config_group_text(group, metrics[i])[0] != '\0';
		if (!prometheus && config_group_given(group, metrics[i]))
			config_fault(reader, config_group_line(group, metrics[i]), "%s names a "
			    "metric, and a status feed has none", metrics[i]);
		if (prometheus)
			check_selector(reader, group, metrics[i]);
	}
	if (prometheus && !named)
		config_fault(reader, conf_line(group->node), "users, sessions, peers and load are "
		    "all missing: nothing would be read");
	if (prometheus && config_group_given(group, "regions"))
		config_fault(reader, config_group_line(group, "regions"), "regions are of status "
		    "feeds, not of metrics");
	if (!prometheus && source->interval_ms != 0 && source->interval_ms < FEED_INTERVAL_MIN_MS)
		config_fault(reader, config_group_line(group, "interval"), "the interval of a "
		    "status feed is 30s at least: it is somebody else's server");
	if (source->url[0] == '\0')
		return;
	if (!config_url(source->url, "https:// http://", &reason))
		config_fault(reader, config_group_line(group, "url"),
		    "the url of a source must be \"http(s)://host/path\": %s", reason);
	else if (source->secret[0] != '\0' && strncmp(source->url, "https://", 8) != 0)
		config_fault(reader, config_group_line(group, "secret"), "a secret is sent over "
		    "https only, and the url begins with http://");
}

static void
read_source(struct config_reader *reader, const struct config_subjects *subjects,
    const struct config_group *group, struct plan_source *source)
{
	*source = (struct plan_source){ .name = config_group_text(group, "name"),
	    .kind = config_group_text(group, "kind"), .url = config_group_text(group, "url"),
	    .trust = config_group_text(group, "trust"),
	    .secret = config_group_text(group, "secret"),
	    .interval_ms = config_group_number(group, "interval"),
	    .subject = config_group_text(group, "subject"),
	    .regions = config_group_text(group, "regions"),
	    .users = config_group_text(group, "users"),
	    .sessions = config_group_text(group, "sessions"),
	    .peers = config_group_text(group, "peers"),
	    .load = config_group_text(group, "load") };
	if (source->kind[0] == '\0')
		return;
	check_source(reader, group, source);
	config_subject_check(reader, subjects, group, "subject",
	    is(source->kind, "prometheus") ? "instance" : "provider");
}

void
config_read_sources(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "sources", &names);
	struct config_subjects subjects;
	struct plan *plan = reader->plan;
	struct config_group group;

	if (list == NULL)
		return;
	config_subjects_make(plan, &subjects);
	plan->source = plan_array(plan, conf_count(list), sizeof(*plan->source));
	for (size_t i = 0; i < conf_count(list); i++) {
		if (!config_entry_read(reader, list, i, config_source_rows, NULL, &group))
			continue;
		read_source(reader, &subjects, &group, &plan->source[plan->sources]);
		names[plan->sources++] = (struct config_name){ config_group_text(&group, "name"),
		    conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->sources, "source");
	config_subjects_free(&subjects);
	free(names);
}
