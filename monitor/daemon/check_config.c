/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori check-config": every fault of the configuration with file and line, or what would be
 * probed, how often, and what is missing that a careful operator would have.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/places.h"
#include "monitor/daemon/check_network.h"
#include "monitor/daemon/config.h"

enum { OPTION_CONFIG, OPTION_JSON };
enum { COLUMNS = 7, CELL_TEXT = 320, NOTES = 5 };

static const struct command_option check_config_options[] = {
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("another configuration file") },
	[OPTION_JSON]   = { "json", 0, NULL, N_("print JSON") },
	{ .name = NULL }
};

/* What the targets of an instance ask of it. */
struct rate {
	uint32_t targets;
	uint64_t rounds_per_hour;	/* whole numbers: exact enough to print */
};

static struct rate *
rates_of(const struct plan *plan)
{
	struct rate *rates = memory_new(plan->instances, sizeof(*rates));

	for (uint32_t i = 0; i < plan->targets; i++) {
		struct rate *rate = &rates[plan->target[i].instance];

		rate->targets++;
		rate->rounds_per_hour += UINT64_C(3600000) / (uint64_t)plan->target[i].interval_ms;
	}
	return rates;
}

/* What a plan lacks without being wrong; NULL at the end. */
static size_t
advice(const struct plan *plan, const char *out[NOTES])
{
	size_t count = 0;
	bool heartbeat = false, told = false;

	for (uint32_t i = 0; i < plan->channels; i++) {
		heartbeat = heartbeat || strcmp(plan->channel[i].kind, "heartbeat") == 0;
		told = told || strcmp(plan->channel[i].kind, "heartbeat") != 0;
	}
	if (plan->targets == 0)
		out[count++] = N_("no targets: nothing would be probed");
	if (plan->authorities == 0)
		out[count++] = N_("no authorities: nobody outside vouches for when the ledger was "
		    "written");
	if (!told)
		out[count++] = N_("no webhook or syslog: incidents are shown, but nobody is told");
	if (!heartbeat)
		out[count++] = N_("no heartbeat: nobody notices when this monitor itself goes "
		    "silent");
	if (plan->services > 0 && plan->duty_files == 0)
		out[count++] = N_("no duties: no legal clock is kept for the services");
	return count;
}

/* --- as text ------------------------------------------------------------------------------ */

static int
cells_of(const char *text)
{
	wchar_t wide[CELL_TEXT];
	size_t len = mbstowcs(wide, text, CELL_TEXT - 1);
	int cells;

	if (len == (size_t)-1)
		return (int)strlen(text);
	wide[len < CELL_TEXT ? len : CELL_TEXT - 1] = L'\0';
	cells = wcswidth(wide, CELL_TEXT);
	return cells >= 0 ? cells : (int)strlen(text);
}

static void
target_cells(const struct plan *plan, uint32_t target, char out[COLUMNS][CELL_TEXT])
{
	const struct plan_target *t = &plan->target[target];
	const struct plan_instance *instance = &plan->instance[t->instance];
	bool v6 = strchr(t->address, ':') != NULL;
	char interval[TIME_TEXT];

	duration_text(t->interval_ms, interval);
	snprintf(out[0], CELL_TEXT, "%s", function_name(instance->function));
	snprintf(out[1], CELL_TEXT, "%s", plan->site[instance->site].name);
	snprintf(out[2], CELL_TEXT, "%s", instance->name);
	snprintf(out[3], CELL_TEXT, "%s", t->name);
	snprintf(out[4], CELL_TEXT, "%s", t->probe);
	if (t->port == 0)
		snprintf(out[5], CELL_TEXT, "-");
	else
		snprintf(out[5], CELL_TEXT, v6 ? "[%s]:%" PRIu32 : "%s:%" PRIu32, t->address,
		    t->port);
	snprintf(out[6], CELL_TEXT, "%s", interval);
}

static void
print_row(char cells[COLUMNS][CELL_TEXT], const int width[COLUMNS])
{
	for (size_t i = 0; i + 1 < COLUMNS; i++)
		printf("%s%*s", cells[i], width[i] - cells_of(cells[i]) + 2, "");
	printf("%s\n", cells[COLUMNS - 1]);
}

static void
print_targets(const struct plan *plan)
{
	static const char *const heads[COLUMNS] = { N_("function"), N_("site"), N_("instance"),
		N_("target"), N_("probe"), N_("address"), N_("interval") };
	char cells[COLUMNS][CELL_TEXT], head[COLUMNS][CELL_TEXT];
	int width[COLUMNS];

	for (size_t i = 0; i < COLUMNS; i++) {
		snprintf(head[i], CELL_TEXT, "%s", _(heads[i]));
		width[i] = cells_of(head[i]);
	}
	for (uint32_t t = 0; t < plan->targets; t++) {
		target_cells(plan, t, cells);
		for (size_t i = 0; i < COLUMNS; i++)
			if (cells_of(cells[i]) > width[i])
				width[i] = cells_of(cells[i]);
	}
	print_row(head, width);
	for (uint32_t t = 0; t < plan->targets; t++) {
		target_cells(plan, t, cells);
		print_row(cells, width);
	}
}

static void
print_rates(const struct plan *plan)
{
	struct rate *rates = rates_of(plan);

	for (uint32_t i = 0; i < plan->instances; i++)
		printf(_("%s: targets %" PRIu32 ", rounds a minute %" PRIu64 ".%" PRIu64 "\n"),
		    plan->instance[i].name, rates[i].targets, rates[i].rounds_per_hour / 60,
		    rates[i].rounds_per_hour % 60 / 6);
	free(rates);
}

static void
print_plan(const char *path, const struct config *config)
{
	const struct plan *plan = config->plan;
	const char *notes[NOTES];
	size_t count = advice(plan, notes);

	if (plan->targets > 0) {
		print_targets(plan);
		printf(_("\neach address behind a host name is probed at that pace:\n"));
		print_rates(plan);
		putchar('\n');
	}
	check_network_print(plan);
	for (size_t i = 0; i < count; i++)
		printf(_("note: %s\n"), _(notes[i]));
	printf(_("%s: no faults; sites %" PRIu32 ", instances %" PRIu32 ", targets %" PRIu32
	    ", workers %" PRIu32 "; state in %s\n"), path, plan->sites, plan->instances,
	    plan->targets,
	    plan->workers, config->state);
}

static void
print_faults(const char *path, const struct config_faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		fprintf(stderr, "%s:%u: %s\n", path, faults->fault[i].line, faults->fault[i].text);
	fprintf(stderr, _("%s: faults: %zu\n"), path, faults->total);
}

/* --- as JSON ------------------------------------------------------------------------------ */

static json_t *
json_faults(const struct config_faults *faults)
{
	json_t *out = json_array();

	for (size_t i = 0; i < faults->count; i++)
		json_array_append_new(out, json_pack("{s:I, s:s}", "line",
		    (json_int_t)faults->fault[i].line, "text", faults->fault[i].text));
	return out;
}

static json_t *
json_targets(const struct plan *plan)
{
	json_t *out = json_array();

	for (uint32_t i = 0; i < plan->targets; i++) {
		const struct plan_target *t = &plan->target[i];
		const struct plan_instance *instance = &plan->instance[t->instance];

		json_array_append_new(out, json_pack(
		    "{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I}", "function",
		    function_name(instance->function), "site",
		    plan->site[instance->site].name, "instance", instance->name, "target", t->name,
		    "probe", t->probe, "address", t->address, "port", (json_int_t)t->port,
		    "interval_ms", (json_int_t)t->interval_ms, "deadline_ms",
		    (json_int_t)t->deadline_ms, "stale_ms", (json_int_t)t->stale_ms));
	}
	return out;
}

static json_t *
json_instances(const struct plan *plan)
{
	struct rate *rates = rates_of(plan);
	json_t *out = json_array();

	for (uint32_t i = 0; i < plan->instances; i++)
		json_array_append_new(out, json_pack("{s:s, s:I, s:I}", "instance",
		    plan->instance[i].name, "targets", (json_int_t)rates[i].targets,
		    "rounds_per_hour", (json_int_t)rates[i].rounds_per_hour));
	free(rates);
	return out;
}

static void
print_json(const char *path, const struct config *config, const struct config_faults *faults)
{
	json_t *out = json_pack("{s:s, s:I, s:o}", "file", path, "faults_total",
	    (json_int_t)faults->total, "faults", json_faults(faults));
	const char *notes[NOTES];

	if (out != NULL && config->plan != NULL) {
		json_t *list = json_array();
		size_t count = advice(config->plan, notes);

		for (size_t i = 0; i < count; i++)
			json_array_append_new(list, json_string(notes[i]));
		json_object_set_new(out, "notes", list);
		json_object_set_new(out, "state", json_string(config->state));
		json_object_set_new(out, "origin", json_string(config->origin));
		json_object_set_new(out, "workers", json_integer(config->plan->workers));
		json_object_set_new(out, "targets", json_targets(config->plan));
		json_object_set_new(out, "network", check_network_json(config->plan));
		json_object_set_new(out, "instances", json_instances(config->plan));
	}
	json_dumpf(out, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(out);
}

static int
check_config_run(const struct command *command, int argc, char **argv)
{
	struct config config = { .plan = NULL };
	struct config_faults faults = { .count = 0 };
	char path[PATH_TEXT_MAX];
	struct why why = { .err = ERR_OK };
	const char *value;
	bool json = false;
	enum err err;
	int option;

	place_config(path);
	while ((option = command_next(command, argc, argv, &value)) >= 0) {
		if (option == OPTION_CONFIG)
			snprintf(path, sizeof(path), "%s", value);
		else
			json = true;
	}
	if (option != COMMAND_END)
		return option == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind < argc)
		return command_wrong(command, _("takes no operands; name the file with -c"));
	err = config_load(path, &config, &faults, &why);
	if (err != ERR_OK && faults.total == 0) {
		command_failed(command, &why);
		config_free(&config);
		return EXIT_USAGE;
	}
	if (json)
		print_json(path, &config, &faults);
	else if (err == ERR_OK)
		print_plan(path, &config);
	else
		print_faults(path, &faults);
	config_faults_free(&faults);
	config_free(&config);
	return err == ERR_OK ? EXIT_FINE : EXIT_USAGE;
}

const struct command command_check_config = {
	.name = "check-config",
	.usage = "",
	.summary = N_("name every fault of the configuration; tell what would be probed"),
	.about = N_("Reads the configuration and all files it names as \"run\" would, and starts "
	    "nothing.\nFaults go to standard error as FILE:LINE: sentence, and the exit code is "
	    "2."),
	.options = check_config_options,
	.run = check_config_run,
};
