/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori discover snmp": one round of the probe snmp at each address, a few at a time, each
 * user in turn until one is answered; stanzas of those that answer.
 */
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/daemon/discover_snmp.h"

enum { OPTION_USERS, OPTION_PORT, OPTION_CONFIG, OPTION_SITE, OPTION_JSON };
enum { AT_ONCE = 16, DEADLINE_MS = 3000, USUAL_PORT = 161, USERS_OCTETS = 64 << 10,
	DESCR_SHOWN = 120 };

struct asked {
	const char *users, *config, *site;
	uint32_t    port;
	bool        json;
	struct snmp_hosts hosts;
};

/* One address; user: which one is tried, or was answered. */
struct agent {
	const char      *host;
	size_t           user;
	struct endpoint *endpoint;	/* while a round runs */
	bool             over, answered;
	struct discover_heard heard;
	char             name[NAME_MAX_LEN], sys_name[FACT_TEXT_MAX], descr[FACT_TEXT_MAX];
	int64_t          interfaces;	/* -1: not known */
	bool             configured;
};

struct sweep {
	struct discover         discover;
	struct snmp_users       users;
	struct discover_options options[SNMP_USERS_MAX];
	struct agent           *agent;  size_t agents;
	uint32_t                port;
	size_t                  running;
};

/* --- asking ------------------------------------------------------------------------------- */

static void
on_done(void *arg, const struct round_result *result)
{
	struct agent *agent = arg;

	agent->heard.done = true;
	agent->heard.outcome = result->outcome;
	snprintf(agent->heard.detail, sizeof(agent->heard.detail), "%s", result->detail);
	buffer_reset(&agent->heard.facts);
	fact_set_write(result->facts, FACTS_ALL, &agent->heard.facts);
}

static bool
start(struct sweep *sweep, struct agent *agent, const struct sockaddr *address)
{
	const struct discover_options *options = &sweep->options[agent->user];
	struct round_request request = { .address = address, .address_len = address_len(address),
		.deadline_ms = DEADLINE_MS, .done = on_done, .arg = agent };

	agent->heard.done = false;
	agent->endpoint = endpoint_new(sweep->discover.machine, &probe_snmp, agent->host,
	    options->option, options->count);
	request.endpoint = agent->endpoint;
	sweep->running++;
	return machine_start(sweep->discover.machine, &request) == ERR_OK;
}

/* A name that does not resolve has no agent; its sentence is kept. */
static void
begin(struct sweep *sweep, struct agent *agent)
{
	struct sockaddr_storage address;
	struct why why = { .err = ERR_OK };

	if (!address_read(agent->host, sweep->port, &address)) {
		if (discover_resolve(&sweep->discover, agent->host, sweep->port, DEADLINE_MS,
		    &address, &why) != ERR_OK) {
			agent->over = true;
			snprintf(agent->heard.detail, sizeof(agent->heard.detail), "%s", why.text);
			return;
		}
	}
	address_text((struct sockaddr *)&address, agent->heard.address,
	    sizeof(agent->heard.address));
	if (!start(sweep, agent, (struct sockaddr *)&address))
		agent->heard.done = true;
}

static void
facts_take(struct agent *agent)
{
	struct bytes facts = bytes_of_buffer(&agent->heard.facts), text;

	agent->interfaces = -1;
	agent->answered = fact_text(facts, FACT_SNMP_SECURITY, &text);
	if (fact_text(facts, FACT_SNMP_SYS_NAME, &text))
		snprintf(agent->sys_name, FACT_TEXT_MAX, "%.*s", (int)text.len, text.at);
	if (fact_text(facts, FACT_SNMP_SYS_DESCR, &text))
		snprintf(agent->descr, FACT_TEXT_MAX, "%.*s", (int)text.len, text.at);
	fact_int(facts, FACT_SNMP_IF_COUNT, &agent->interfaces);
	discover_name(agent->sys_name, agent->name);
}

/* The round of it is over: done, or the next user's turn. */
static void
settle(struct sweep *sweep, struct agent *agent)
{
	endpoint_free(agent->endpoint);
	agent->endpoint = NULL;
	sweep->running--;
	facts_take(agent);
	if (agent->answered || agent->user + 1 == sweep->users.count) {
		agent->over = true;
		return;
	}
	agent->user++;
	begin(sweep, agent);
}

static void
sweep_run(struct sweep *sweep)
{
	size_t next = 0, left = sweep->agents;

	while (left > 0) {
		while (next < sweep->agents && sweep->running < AT_ONCE)
			begin(sweep, &sweep->agent[next++]);
		if (sweep->running > 0)
			uv_run(&sweep->discover.loop, UV_RUN_ONCE);
		left = sweep->agents - next;
		for (size_t i = 0; i < next; i++) {
			struct agent *agent = &sweep->agent[i];

			if (agent->endpoint != NULL && agent->heard.done)
				settle(sweep, agent);
			left += !agent->over;
		}
	}
}

/* --- against a plan ----------------------------------------------------------------------- */

/* Every agent has a name, each another. */
static void
names_settle(struct sweep *sweep, const struct plan *plan)
{
	for (size_t i = 0; i < sweep->agents; i++) {
		struct agent *agent = &sweep->agent[i];
		bool taken = agent->name[0] == '\0';

		for (size_t k = 0; k < i && !taken; k++)
			taken = sweep->agent[k].answered &&
			    strcmp(sweep->agent[k].name, agent->name) == 0;
		for (uint32_t k = 0; plan != NULL && k < plan->instances && !taken; k++)
			taken = strcmp(plan->instance[k].name, agent->name) == 0;
		if (taken) {
			char clean[NAME_MAX_LEN];

			discover_name(agent->host, clean);
			snprintf(agent->name, sizeof(agent->name), "agent-%.60s", clean);
		}
	}
}

static struct agent *
agent_of(struct sweep *sweep, const struct plan_target *target)
{
	for (size_t i = 0; i < sweep->agents; i++)
		if (strcmp(target->probe, "snmp") == 0 && target->port == sweep->port &&
		    strcmp(target->address, sweep->agent[i].host) == 0)
			return &sweep->agent[i];
	return NULL;
}

static void
match(struct sweep *sweep, const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->targets; i++) {
		struct agent *agent = agent_of(sweep, &plan->target[i]);

		if (agent != NULL)
			agent->configured = true;
	}
}

struct counts { size_t answered, unconfigured, missing; };

static struct counts
count(const struct sweep *sweep, const struct plan *plan)
{
	struct counts counts = { 0 };

	for (size_t i = 0; i < sweep->agents; i++) {
		const struct agent *agent = &sweep->agent[i];

		counts.answered += agent->answered;
		counts.unconfigured += plan != NULL && agent->answered && !agent->configured;
		counts.missing += plan != NULL && !agent->answered && agent->configured;
	}
	return counts;
}

/* --- as text ------------------------------------------------------------------------------ */

static void
put_stanza(const struct sweep *sweep, const struct agent *agent, const char *site, bool first,
    struct buffer *out)
{
	char descr[4 * DESCR_SHOWN + 1];

	text_escape(agent->descr, strnlen(agent->descr, DESCR_SHOWN), descr, sizeof(descr));
	buffer_print(out, "%s\t{\n\t\tname = \"%s\";\n\t\tfunction = \"oam\";\n"
	    "\t\tsite = \"%s\";\n", first ? "" : ",\n", agent->name, site);
	if (descr[0] != '\0')
		buffer_print(out, "\t\t# %s\n", descr);
	buffer_print(out, "\t\ttargets = (\n\t\t\t{ name = \"%s-snmp\"; probe = \"snmp\"; "
	    "address = \"%s\";", agent->name, agent->host);
	if (sweep->port != USUAL_PORT)
		buffer_print(out, " port = %u;", sweep->port);
	snmp_users_stanza(&sweep->users.user[agent->user], out);
	buffer_put_text(out, " }\n\t\t);\n\t}");
}

static void
print_text(const struct sweep *sweep, const struct plan *plan, const char *site,
    const struct buffer *head)
{
	struct buffer out = { .max = 0 };
	struct counts counts = count(sweep, plan);
	bool first = true;

	printf(_("# %zu of %zu addresses answered\n"), counts.answered, sweep->agents);
	for (size_t i = 0; i < sweep->agents; i++) {
		const struct agent *agent = &sweep->agent[i];
		char text[4 * DETAIL_MAX + 1];

		text_escape(agent->heard.detail, strlen(agent->heard.detail), text, sizeof(text));
		if (plan != NULL && agent->answered && !agent->configured)
			printf(_("# found, not configured: %s %s\n"), agent->name, agent->host);
		if (plan != NULL && !agent->answered && agent->configured)
			printf(_("# configured, not found: %s: %s\n"), agent->host, text);
		if (!agent->answered || agent->configured)
			continue;
		if (first)
			buffer_put_text(&out, "instances = (\n");
		put_stanza(sweep, agent, site, first, &out);
		first = false;
	}
	if (!first) {
		buffer_put_text(&out, "\n);\n");
		fwrite(head->at, 1, head->len, stdout);
	}
	if (out.len > 0)
		fwrite(out.at, 1, out.len, stdout);
	buffer_free(&out);
}

static void
print_json(const struct sweep *sweep, const struct plan *plan)
{
	json_t *root = json_array();
	char *text;

	for (size_t i = 0; i < sweep->agents; i++) {
		const struct agent *agent = &sweep->agent[i];
		json_t *object = json_object();

		json_object_set_new(object, "host", json_string(agent->host));
		json_object_set_new(object, "answered", json_boolean(agent->answered));
		json_object_set_new(object, "detail", json_string(agent->heard.detail));
		if (agent->answered) {
			json_object_set_new(object, "name", json_string(agent->name));
			json_object_set_new(object, "sys_name", json_string(agent->sys_name));
			json_object_set_new(object, "sys_descr", json_string(agent->descr));
			json_object_set_new(object, "interfaces",
			    json_integer(agent->interfaces));
			json_object_set_new(object, "user",
			    json_string(sweep->users.user[agent->user].word[0]));
		}
		if (plan != NULL)
			json_object_set_new(object, "configured",
			    json_boolean(agent->configured));
		json_array_append_new(root, object);
	}
	text = json_dumps(root, JSON_INDENT(2));
	puts(text != NULL ? text : "[]");
	free(text);
	json_decref(root);
}

/* --- the command -------------------------------------------------------------------------- */

static enum err
sweep_make(struct sweep *sweep, const struct asked *asked, struct why *why)
{
	struct buffer file = { .max = 0 };
	enum err err = file_secret(asked->users, why);

	if (err == ERR_OK)
		err = file_read(asked->users, USERS_OCTETS, &file, why);
	if (err == ERR_OK)
		err = snmp_users_read(bytes_of_buffer(&file), &sweep->users, why);
	for (size_t i = 0; i < sweep->users.count && err == ERR_OK; i++)
		err = snmp_users_options(&sweep->users.user[i], &sweep->options[i], why);
	buffer_free(&file);
	sweep->port = asked->port;
	sweep->agent = memory_new(asked->hosts.count + 1, sizeof(*sweep->agent));
	for (; sweep->agents < asked->hosts.count; sweep->agents++)
		sweep->agent[sweep->agents].host = asked->hosts.host[sweep->agents];
	return err;
}

static void
sweep_free(struct sweep *sweep)
{
	for (size_t i = 0; i < SNMP_USERS_MAX; i++)
		discover_options_wipe(&sweep->options[i]);
	for (size_t i = 0; i < sweep->agents; i++)
		discover_heard_free(&sweep->agent[i].heard);
	free(sweep->agent);
	free(sweep);
}

static int
sweep_show(const struct command *command, const struct asked *asked, struct sweep *sweep,
    const struct plan *plan)
{
	struct buffer head = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct counts counts;
	const char *site = "";

	if (discover_site(plan, asked->site, &site, &head, &why) != ERR_OK)
		return command_wrong(command, "%s", why.text);
	discover_open(&sweep->discover);
	sweep_run(sweep);
	discover_close(&sweep->discover);
	if (plan != NULL)
		match(sweep, plan);
	names_settle(sweep, plan);
	counts = count(sweep, plan);
	if (asked->json)
		print_json(sweep, plan);
	else
		print_text(sweep, plan, site, &head);
	buffer_free(&head);
	if (counts.answered == 0) {
		char text[4 * DETAIL_MAX + 1];

		text_escape(sweep->agent[0].heard.detail, strlen(sweep->agent[0].heard.detail),
		    text, sizeof(text));
		fprintf(stderr, "sekimori %s: %s: %s\n", command->name, sweep->agent[0].host,
		    text);
		return EXIT_UNKNOWN;
	}
	return counts.unconfigured + counts.missing > 0 ? EXIT_FINDING : EXIT_FINE;
}

static int
arguments(const struct command *command, struct asked *asked, int argc, char **argv)
{
	const char *value;
	char *end;
	int got;

	while ((got = command_next(command, argc, argv, &value)) >= 0)
		switch (got) {
		case OPTION_USERS:  asked->users = value; break;
		case OPTION_CONFIG: asked->config = value; break;
		case OPTION_SITE:   asked->site = value; break;
		case OPTION_JSON:   asked->json = true; break;
		case OPTION_PORT:
			asked->port = (uint32_t)strtoul(value, &end, 10);
			if (*end == '\0' && asked->port > 0 && asked->port <= 65535)
				break;
			command_wrong(command, _("\"%.20s\" is not a port"), value);
			return COMMAND_WRONG;
		}
	return got;
}

static int
command_line(const struct command *command, struct asked *asked, int argc, char **argv)
{
	struct why why = { .err = ERR_OK };
	int got = arguments(command, asked, argc, argv);

	while (got == COMMAND_END && optind < argc) {
		if (snmp_hosts_add(&asked->hosts, argv[optind++], &why) != ERR_OK) {
			command_wrong(command, "%s", why.text);
			return COMMAND_WRONG;
		}
		got = arguments(command, asked, argc, argv);
	}
	if (got == COMMAND_END && (asked->hosts.count == 0 || asked->users == NULL)) {
		command_wrong(command, _("a host, network or range is needed, and --users FILE"));
		return COMMAND_WRONG;
	}
	return got;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .port = USUAL_PORT };
	struct config config = { .plan = NULL };
	struct why why = { .err = ERR_OK };
	struct sweep *sweep;
	enum err err = ERR_OK;
	int code = command_line(command, &asked, argc, argv);

	if (code != COMMAND_END) {
		snmp_hosts_free(&asked.hosts);
		return code == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	}
	log_open("discover", LOG_LEVEL_WARNING);
	signal(SIGPIPE, SIG_IGN);
	sweep = memory_new(1, sizeof(*sweep));
	if (asked.config != NULL)
		err = config_load(asked.config, &config, NULL, &why);
	if (err == ERR_OK)
		err = sweep_make(sweep, &asked, &why);
	code = err == ERR_OK ? sweep_show(command, &asked, sweep, config.plan) :
	    command_wrong(command, "%s", why.text);
	sweep_free(sweep);
	config_free(&config);
	snmp_hosts_free(&asked.hosts);
	return code;
}

static const struct command_option snmp_options[] = {
	[OPTION_USERS]  = { "users", 0, "FILE",
	    N_("SNMPv3 users, one a line: USER authPriv AUTH-PROTOCOL AUTH-FILE PRIVACY-PROTOCOL "
	    "PRIVACY-FILE") },
	[OPTION_PORT]   = { "port", 0, "PORT", N_("another port than 161") },
	[OPTION_CONFIG] = { "config", 'c', "FILE",
	    N_("a configuration to hold it against; only what it lacks is printed") },
	[OPTION_SITE]   = { "site", 0, "NAME", N_("the site new instances are put on") },
	[OPTION_JSON]   = { "json", 0, NULL, N_("print JSON") },
	{ NULL, 0, NULL, NULL }
};

const struct command command_discover_snmp = {
	.name    = "discover snmp",
	.usage   = "HOST|NETWORK|RANGE...",
	.summary = N_("asks addresses whether an SNMP agent is there"),
	.about   = N_("One round of the probe snmp at each address, at most 16 at a time, each "
	    "user in turn until one is answered. "
	    "Printed are\nstanzas to paste into a configuration, "
	    "and with -c what is found and not configured, or configured and not\nfound. Nothing "
	    "is recorded. Exit code 0 if nothing differs, 1 if something does, 3 if no agent "
	    "answered."),
	.options = snmp_options,
	.run     = run
};
