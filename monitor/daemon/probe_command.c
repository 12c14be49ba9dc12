/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori probe": one round at every address of a target, and everything it saw. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/probe_distance.h"
#include "monitor/ledger/fact_print.h"
#include "probes/net.h"
#include "probes/resolve.h"

enum { OPTION_OPTION, OPTION_JSON, OPTION_DEADLINE, OPTION_SOURCE, OPTION_CONFIG,
	OPTION_VANTAGE };
enum { DEADLINE_MS = 10000, HOST_MAX = 254, FILE_OCTETS_MAX = 4 << 20 };

struct asked {
	const struct probe_ops *ops;
	char                host[HOST_MAX];
	uint32_t            port;
	int64_t             deadline_ms;
	const char         *source;	/* address to send from, or NULL */
	struct sockaddr_storage from;	/* the same; AF_UNSPEC if there is none */
	const char         *config;	/* path, or NULL */
	const char         *vantage;	/* of that configuration; "" the monitor's own */
	struct plan        *plan;	/* of it, or NULL */
	bool                json;
	struct round_option option[OPTION_MAX];
	struct buffer       octets[OPTION_MAX];
	size_t              options;
};

struct round_shown {
	const struct asked *asked;
	char                address[80];
	bool                done;
	enum outcome        outcome;
	json_t             *rounds;	/* array; NULL when text is wanted */
};

static void
show_text(const struct round_shown *shown, const struct round_result *result)
{
	struct buffer facts = { .max = 0 }, line = { .max = 0 };
	struct fact_walk walk;
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;
	char hex[HASH_TEXT], text[4 * DETAIL_MAX + 1];

	text_escape(result->detail, strlen(result->detail), text, sizeof(text));
	printf("%s  %s", shown->address[0] != '\0' ? shown->address : shown->asked->ops->name,
	    _(outcome_name(result->outcome)));
	if (result->latency_us > 0)
		printf("  %.1f ms", (double)result->latency_us / 1000);
	printf("%s%s\n", text[0] != '\0' ? "  " : "", text);
	fact_set_write(result->facts, FACTS_ALL, &facts);
	walk = fact_walk_of(bytes_of_buffer(&facts));
	while (fact_walk_next(&walk, &number, &row, &value)) {
		buffer_reset(&line);
		fact_print(&line, row, value);
		printf("  %-26s %s\n", row->name, buffer_text(&line));
	}
	for (size_t i = 0; i < result->evidences; i++) {
		hash_text(result->evidence[i].hash, hex);
		printf("  %-26s %s, %zu %s\n", _("evidence"), hex, result->evidence[i].raw.len,
		    _("octets"));
	}
	buffer_reset(&line);
	if (shown->asked->ops == &probe_distance)
		probe_distance_text(&line, bytes_of_buffer(&facts), shown->asked->plan,
		    shown->asked->vantage);
	fputs(buffer_text(&line), stdout);
	buffer_free(&facts);
	buffer_free(&line);
}

static void
facts_json(json_t *round, const struct asked *asked, const struct fact_set *set)
{
	struct buffer facts = { .max = 0 }, text = { .max = 0 };
	json_t *countries;

	fact_set_write(set, FACTS_ALL, &facts);
	facts_print_json(&text, bytes_of_buffer(&facts));
	json_object_set_new(round, "facts", json_loads(buffer_text(&text), 0, NULL));
	countries = probe_distance_json(bytes_of_buffer(&facts), asked->plan, asked->vantage);
	if (countries != NULL)
		json_object_set_new(round, "countries", countries);
	buffer_free(&facts);
	buffer_free(&text);
}

static void
show_json(const struct round_shown *shown, const struct round_result *result)
{
	json_t *round = json_object(), *evidence = json_array();
	char hex[HASH_TEXT], when[TIME_TEXT];

	time_utc(result->started_wall_ms, when);
	for (size_t i = 0; i < result->evidences; i++) {
		hash_text(result->evidence[i].hash, hex);
		json_array_append_new(evidence, json_string(hex));
	}
	json_object_set_new(round, "address", json_string(shown->address));
	json_object_set_new(round, "observed", json_string(when));
	json_object_set_new(round, "outcome", json_string(outcome_name(result->outcome)));
	json_object_set_new(round, "error", json_string(err_name(result->err)));
	json_object_set_new(round, "detail", json_string(result->detail));
	json_object_set_new(round, "latency_us", json_integer(result->latency_us));
	facts_json(round, shown->asked, result->facts);
	json_object_set_new(round, "evidence", evidence);
	json_array_append_new(shown->rounds, round);
}

static void
on_done(void *arg, const struct round_result *result)
{
	struct round_shown *shown = arg;

	shown->done = true;
	shown->outcome = result->outcome;
	if (shown->rounds != NULL)
		show_json(shown, result);
	else
		show_text(shown, result);
}

static void
on_resolved(void *arg, const struct resolved *resolved)
{
	*(struct resolved *)arg = *resolved;
}

static int
worse(int exit_code, enum outcome outcome)
{
	if (outcome == OUTCOME_UP)
		return exit_code;
	if (outcome == OUTCOME_UNKNOWN)
		return exit_code == EXIT_FINE ? EXIT_UNKNOWN : exit_code;
	return EXIT_FINDING;
}

static int
rounds_run(uv_loop_t *loop, struct machine *machine, const struct asked *asked,
    const struct resolved *resolved, json_t *rounds)
{
	int exit_code = EXIT_FINE;

	for (size_t i = 0; i < resolved->count; i++) {
		const struct sockaddr *address = (const struct sockaddr *)&resolved->address[i];
		struct endpoint *endpoint = endpoint_new(machine, asked->ops, asked->host,
		    asked->option, asked->options);
		struct round_shown shown = { .asked = asked, .rounds = rounds };
		enum err err;

		if (asked->source != NULL)
			endpoint_source(endpoint, asked->vantage[0] != '\0' ? asked->vantage :
			    asked->source,
			    (const struct sockaddr *)&asked->from);
		address_text(address, shown.address, sizeof(shown.address));
		err = machine_start(machine, &(struct round_request){ .endpoint = endpoint,
		    .address = address, .address_len = address_len(address),
		    .deadline_ms = asked->deadline_ms,
		    .addresses = resolved->literal ? 0 : resolved->total,
		    .resolve_us = resolved->us, .done = on_done, .arg = &shown });
		while (err == ERR_OK && !shown.done)
			uv_run(loop, UV_RUN_ONCE);
		exit_code = worse(exit_code, shown.outcome);
		endpoint_free(endpoint);
	}
	return exit_code;
}

static int
probe_run(const struct command *command, const struct asked *asked)
{
	json_t *rounds = asked->json ? json_array() : NULL;
	struct resolved resolved = { .err = ERR_COUNT };
	struct resolver *resolver;
	struct machine *machine;
	int exit_code;
	uv_loop_t loop;
	char *text;

	uv_loop_init(&loop);
	machine = machine_new(&loop);
	resolver = resolver_new(&loop);
	if (asked->ops->local)
		resolved = (struct resolved){ .err = ERR_OK, .text = "", .literal = true,
		    .address[0].ss_family = AF_UNSPEC, .count = 1, .total = 1 };
	else
		resolve_start(resolver, &(struct resolve_request){ .host = asked->host,
		    .port = asked->port, .family = asked->from.ss_family,
		    .deadline_ms = asked->deadline_ms }, on_resolved, &resolved);
	while (resolved.err == ERR_COUNT)
		uv_run(&loop, UV_RUN_ONCE);
	if (resolved.err != ERR_OK) {
		fprintf(stderr, _("sekimori %s: the name does not resolve: %s\n"), command->name,
		    resolved.text);
		exit_code = EXIT_UNKNOWN;
	} else {
		exit_code = rounds_run(&loop, machine, asked, &resolved, rounds);
	}
	if (rounds != NULL && resolved.err == ERR_OK) {
		text = json_dumps(rounds, JSON_INDENT(2));
		puts(text != NULL ? text : "[]");
		free(text);
	}
	json_decref(rounds);
	resolver_free(resolver);
	machine_free(machine);
	uv_loop_close(&loop);
	return exit_code;
}

/* "host", "host:443", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]:443". */
static bool
address_take(struct asked *asked, const char *text)
{
	const char *end = text + strlen(text), *colon = strrchr(text, ':'), *host = text;
	bool bracket = text[0] == '[';
	unsigned long port;
	char *rest;

	if (bracket) {
		host = text + 1;
		end = strchr(text, ']');
		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return false;
		colon = end[1] == ':' ? end + 1 : NULL;
	} else if (colon != NULL && strchr(text, ':') != colon) {
		colon = NULL;	/* a bare IPv6 address */
	}
	if (colon != NULL) {
		port = strtoul(colon + 1, &rest, 10);
		if (colon[1] < '0' || colon[1] > '9' || *rest != '\0' || port == 0 || port > 65535)
			return false;
		asked->port = (uint32_t)port;
		if (!bracket)
			end = colon;
	}
	if (end == host || end - host >= HOST_MAX)
		return false;
	snprintf(asked->host, sizeof(asked->host), "%.*s", (int)(end - host), host);
	return true;
}

static enum err
option_load(struct asked *asked, const struct option_row *row, const char *value, struct why *why)
{
	size_t place = asked->options;
	enum err err = option_check(row, value, why);

	if (err == ERR_OK && row->type == OPTION_SECRET)
		err = file_secret(value, why);
	if (err == ERR_OK && (row->type == OPTION_FILE || row->type == OPTION_SECRET))
		err = file_read(value, FILE_OCTETS_MAX, &asked->octets[place], why);
	if (err != ERR_OK)
		return err;
	asked->option[place] = (struct round_option){ .name = row->name, .value = value,
	    .octets = bytes_of_buffer(&asked->octets[place]) };
	asked->options++;
	return ERR_OK;
}

static enum err
option_take(struct asked *asked, const char *text, struct why *why)
{
	const char *equals = strchr(text, '=');
	const struct option_row *row;
	char *name;

	if (equals == NULL || asked->options == OPTION_MAX)
		return why_set(why, ERR_INVALID, _("\"%s\" is not NAME=VALUE"), text);
	name = memory_text(bytes_of(text, (size_t)(equals - text)));
	row = asked->ops->options != NULL ? option_find(asked->ops->options, name) : NULL;
	if (row == NULL)
		why_set(why, ERR_INVALID, _("the probe \"%s\" has no option \"%s\""),
		    asked->ops->name, name);
	free(name);
	return row == NULL ? ERR_INVALID : option_load(asked, row, equals + 1, why);
}

static const char *
option_of(const void *of, const char *name)
{
	const struct asked *asked = of;

	for (size_t i = 0; i < asked->options; i++)
		if (strcmp(asked->option[i].name, name) == 0)
			return asked->option[i].value;
	return "";
}

static enum err
options_complete(const struct asked *asked, struct why *why)
{
	const struct option_row *row = asked->ops->options;
	const char *wrong;

	for (; row != NULL && row->name != NULL; row++) {
		bool given = false;

		for (size_t i = 0; i < asked->options; i++)
			given |= strcmp(asked->option[i].name, row->name) == 0;
		if (row->required && !given)
			return why_set(why, ERR_INVALID,
			    _("the probe \"%s\" needs --option %s=..."), asked->ops->name,
			    row->name);
	}
	wrong = asked->ops->fault != NULL ? asked->ops->fault(option_of, asked) : NULL;
	if (wrong != NULL)
		return why_set(why, ERR_INVALID, "%s", wrong);
	return ERR_OK;
}

static void
list_probes(void)
{
	size_t count;
	const struct probe_ops *const *table = probe_table(&count);

	for (size_t i = 0; i < count; i++) {
		const struct option_row *row = table[i]->options;

		printf("%s: %s\n", table[i]->name, _(table[i]->title));
		for (; row != NULL && row->name != NULL; row++)
			printf("  %-20s %s%s%s\n", row->name, _(row->help),
			    row->words != NULL ? ": " : "", row->words != NULL ? row->words : "");
	}
}

static int
operands_take(const struct command *command, struct asked *asked, char **operand, int operands)
{
	if (operands == 0) {
		list_probes();
		return -1;
	}
	asked->ops = probe_find(operand[0]);
	if (asked->ops == NULL)
		return command_wrong(command,
		    _("there is no probe \"%s\"; without operands they are listed"), operand[0]);
	if (asked->ops->local && operands != 1)
		return command_wrong(command, _("the probe \"%s\" asks no peer: it takes options "
		    "and no address"), asked->ops->name);
	if (asked->ops->local && asked->source != NULL)
		return command_wrong(command, _("the probe \"%s\" asks no peer: it has no source"),
		    asked->ops->name);
	if (asked->ops->local)
		return EXIT_FINE;
	if (operands != 2)
		return command_wrong(command,
		    _("a kind of probe and an address are needed; see --help"));
	asked->port = asked->ops->port;
	if (!address_take(asked, operand[1]))
		return command_wrong(command, _("\"%s\" is not an address or ADDRESS:PORT"),
		    operand[1]);
	if (asked->port == 0)
		return command_wrong(command,
		    _("the probe \"%s\" has no usual port: give ADDRESS:PORT"), asked->ops->name);
	return EXIT_FINE;
}

struct words { const char *option[OPTION_MAX]; size_t options; };

static int
arguments_take(const struct command *command, struct asked *asked, struct words *words, int argc,
    char **argv)
{
	struct why why = { .err = ERR_OK };
	const char *value;
	int which;

	while ((which = command_next(command, argc, argv, &value)) != COMMAND_END) {
		if (which == COMMAND_WRONG)
			fprintf(stderr, "%s\n", _("options of a probe go into -o NAME=VALUE"));
		if (which == COMMAND_HELP || which == COMMAND_WRONG)
			return which == COMMAND_HELP ? -1 : EXIT_USAGE;
		if (which == OPTION_JSON)
			asked->json = true;
		else if (which == OPTION_SOURCE)
			asked->source = value;
		else if (which == OPTION_CONFIG)
			asked->config = value;
		else if (which == OPTION_VANTAGE)
			asked->vantage = value;
		else if (which == OPTION_OPTION && words->options < OPTION_MAX)
			words->option[words->options++] = value;
		else if (which == OPTION_DEADLINE &&
		    (duration_read(value, &asked->deadline_ms, &why) != ERR_OK ||
		    asked->deadline_ms < 1))
			return command_wrong(command, "%s", why.text);
	}
	if (asked->source != NULL && !address_read(asked->source, 0, &asked->from))
		return command_wrong(command, _("\"%s\" is not an IP address to send from"),
		    asked->source);
	return EXIT_FINE;
}

/* Options stand before or behind the operands: engineers type either. */
static int
command_line(const struct command *command, struct asked *asked, int argc, char **argv)
{
	char *operand[3];
	struct words words = { .options = 0 };
	struct why why = { .err = ERR_OK };
	int operands = 0, code = arguments_take(command, asked, &words, argc, argv);

	while (code == EXIT_FINE && optind < argc && operands < 3) {
		operand[operands++] = argv[optind++];
		if (optind < argc && argv[optind][0] == '-')
			code = arguments_take(command, asked, &words, argc, argv);
	}
	if (code == EXIT_FINE)
		code = operands_take(command, asked, operand, operands);
	if (code != EXIT_FINE)
		return code;
	for (size_t i = 0; i < words.options; i++)
		if (option_take(asked, words.option[i], &why) != ERR_OK)
			return command_wrong(command, "%s", why.text);
	if (options_complete(asked, &why) != ERR_OK)
		return command_wrong(command, "%s", why.text);
	return EXIT_FINE;
}

static int
place_take(const struct command *command, struct asked *asked)
{
	const char *source = NULL;
	struct why why;

	if (probe_distance_plan(asked->config, asked->vantage, &asked->plan, &source, &why) !=
	    ERR_OK)
		return command_wrong(command, "%s", why.text);
	if (asked->source == NULL && source != NULL && address_read(source, 0, &asked->from))
		asked->source = source;
	return EXIT_FINE;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .deadline_ms = DEADLINE_MS, .vantage = "" };
	int code;

	log_open("probe", LOG_LEVEL_WARNING);
	/* A peer that resets its connection is a finding, as it is for a worker. */
	signal(SIGPIPE, SIG_IGN);
	code = command_line(command, &asked, argc, argv);
	if (code == EXIT_FINE)
		code = place_take(command, &asked);
	if (code == EXIT_FINE)
		code = probe_run(command, &asked);
	for (size_t i = 0; i < OPTION_MAX; i++) {
		if (asked.octets[i].cap > 0)
			explicit_bzero(asked.octets[i].at, asked.octets[i].cap);
		buffer_free(&asked.octets[i]);
	}
	plan_free(asked.plan);
	return code == -1 ? EXIT_FINE : code;
}

static const struct command_option options[] = {
	[OPTION_OPTION]   = { "option", 'o', "NAME=VALUE",
	    N_("an option of the probe; may be repeated") },
	[OPTION_JSON]     = { "json", 0, NULL, N_("print JSON") },
	[OPTION_DEADLINE] = { "deadline", 0, "TIME",
	    N_("end a round after this; 10s if not given") },
	[OPTION_SOURCE]   = { "source", 0, "ADDRESS",
	    N_("send from this address of the machine, as a vantage does") },
	[OPTION_CONFIG]   = { "config", 'c', "FILE",
	    N_("a configuration that says where vantages are (distance)") },
	[OPTION_VANTAGE]  = { "vantage", 0, "NAME",
	    N_("the one of it to measure from; the monitor's own if not given") },
	{ NULL, 0, NULL, NULL }
};

const struct command command_probe = {
	.name    = "probe",
	.usage   = "KIND [ADDRESS[:PORT]]",
	.summary = N_("makes one round at an address and shows everything it saw"),
	.about   = N_("Without operands it lists the kinds of probes and their options.  Every "
	    "address behind a name is probed.  Nothing is recorded.  Exit code 0 if all are up, "
	    "1 if one is not, 3 if it cannot be known.\n\n"
	    "sekimori probe tls smf.example.net:443 --option trust=roots.pem"),
	.options = options,
	.run     = run
};
