/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori discover": finds its subcommand; and rounds of probes for both of them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/daemon/discover.h"

#define DISCOVER_COMMAND(name) extern const struct command command_discover_##name;
#include "monitor/daemon/discover_list.h"

/* --- options ------------------------------------------------------------------------------ */

enum err
discover_option(struct discover_options *options, const struct probe_ops *ops, const char *name,
    const char *value, struct why *why)
{
	const struct option_row *row = option_find(ops->options, name);
	struct buffer *octets = &options->octets[options->count];
	enum err err;

	if (row == NULL || options->count == DISCOVER_OPTIONS_MAX)
		return why_set(why, ERR_INVALID, _("the probe \"%s\" has no option \"%s\""),
		    ops->name, name);
	err = option_check(row, value, why);
	if (err == ERR_OK && row->type == OPTION_SECRET)
		err = file_secret(value, why);
	if (err == ERR_OK && (row->type == OPTION_FILE || row->type == OPTION_SECRET))
		err = file_read(value, DISCOVER_FILE_MAX, octets, why);
	if (err != ERR_OK)
		return err;
	options->option[options->count++] = (struct round_option){ .name = row->name,
		.value = value, .octets = bytes_of_buffer(octets) };
	return ERR_OK;
}

void
discover_options_wipe(struct discover_options *options)
{
	for (size_t i = 0; i < DISCOVER_OPTIONS_MAX; i++) {
		if (options->octets[i].cap > 0)
			explicit_bzero(options->octets[i].at, options->octets[i].cap);
		buffer_free(&options->octets[i]);
	}
	options->count = 0;
}

/* --- rounds ------------------------------------------------------------------------------- */

void
discover_open(struct discover *discover)
{
	uv_loop_init(&discover->loop);
	discover->machine = machine_new(&discover->loop);
}

void
discover_close(struct discover *discover)
{
	machine_free(discover->machine);
	uv_loop_close(&discover->loop);
}

static void
on_resolved(void *arg, const struct resolved *resolved)
{
	*(struct resolved *)arg = *resolved;
}

enum err
discover_resolve(struct discover *discover, const char *host, uint32_t port, int64_t deadline_ms,
    struct sockaddr_storage *address, struct why *why)
{
	struct resolver *resolver = resolver_new(&discover->loop);
	struct resolve_request request = { .host = host, .port = port, .family = AF_UNSPEC,
		.deadline_ms = deadline_ms };
	struct resolved resolved = { .err = ERR_COUNT };

	resolve_start(resolver, &request, on_resolved, &resolved);
	while (resolved.err == ERR_COUNT)
		uv_run(&discover->loop, UV_RUN_ONCE);
	if (resolved.err != ERR_OK)
		why_set(why, resolved.err, _("%.200s does not resolve: %s"), host, resolved.text);
	else
		*address = resolved.address[0];
	resolver_free(resolver);
	return resolved.err;
}

static void
on_done(void *arg, const struct round_result *result)
{
	struct discover_heard *heard = arg;

	heard->done = true;
	heard->outcome = result->outcome;
	heard->err = result->err;
	snprintf(heard->detail, sizeof(heard->detail), "%s", result->detail);
	fact_set_write(result->facts, FACTS_ALL, &heard->facts);
	if (result->evidences > 0)
		buffer_put(&heard->evidence, result->evidence[0].raw.at,
		    result->evidence[0].raw.len);
}

enum err
discover_ask(struct discover *discover, const struct probe_ops *ops, const char *host,
    uint32_t port, const struct discover_options *options, int64_t deadline_ms,
    struct discover_heard *heard, struct why *why)
{
	struct endpoint *endpoint;
	struct sockaddr_storage found;
	const struct sockaddr *address = (const struct sockaddr *)&found;
	enum err err;

	*heard = (struct discover_heard){ .evidence.max = BLOB_MAX };
	err = discover_resolve(discover, host, port, deadline_ms, &found, why);
	if (err != ERR_OK)
		return err;
	address_text(address, heard->address, sizeof(heard->address));
	endpoint = endpoint_new(discover->machine, ops, host, options->option, options->count);
	err = machine_start(discover->machine, &(struct round_request){ .endpoint = endpoint,
	    .address = address, .address_len = address_len(address), .deadline_ms = deadline_ms,
	    .done = on_done, .arg = heard });
	while (err == ERR_OK && !heard->done)
		uv_run(&discover->loop, UV_RUN_ONCE);
	endpoint_free(endpoint);
	return err == ERR_OK ? ERR_OK : why_set(why, err, "%s", err_text(err));
}

void
discover_heard_free(struct discover_heard *heard)
{
	buffer_free(&heard->evidence);
	buffer_free(&heard->facts);
}

/* --- what strangers say ------------------------------------------------------------------- */

void
discover_name(const char *text, char out[NAME_MAX_LEN])
{
	enum { LONGEST = 60 };
	size_t len = 0;

	for (; *text != '\0' && len < LONGEST; text++) {
		unsigned char at = (unsigned char)*text;

		if (isalnum(at) || at == '.' || at == '-')
			out[len++] = (char)tolower(at);
		else if (len > 0 && out[len - 1] != '-')
			out[len++] = '-';
	}
	while (len > 0 && (out[len - 1] == '-' || out[len - 1] == '.'))
		len--;
	out[len] = '\0';
}

bool
discover_address(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len >= DISCOVER_HOST_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) && strchr(".:-", text[i]) == NULL)
			return false;
	return true;
}

enum err
discover_site(const struct plan *plan, const char *asked, const char **site, struct buffer *out,
    struct why *why)
{
	for (uint32_t i = 0; plan != NULL && asked != NULL && i < plan->sites; i++)
		if (strcmp(plan->site[i].name, asked) == 0) {
			*site = plan->site[i].name;
			return ERR_OK;
		}
	if (asked != NULL && plan != NULL)
		return why_set(why, ERR_NOT_FOUND, _("the configuration has no site \"%.100s\""),
		    asked);
	if (asked == NULL && plan != NULL && plan->sites == 1) {
		*site = plan->site[0].name;
		return ERR_OK;
	}
	if (asked != NULL) {
		*site = asked;
		return ERR_OK;
	}
	*site = "unplaced";
	for (uint32_t i = 0; plan != NULL && i < plan->sites; i++)
		if (strcmp(plan->site[i].name, *site) == 0)
			return ERR_OK;
	buffer_print(out, "# %s\nsites = (\n\t{ name = \"unplaced\"; jurisdiction = \"ZZ\"; }\n"
	    ");\n", _("Nobody but you knows where they run: give them their sites."));
	return ERR_OK;
}

/* --- the command -------------------------------------------------------------------------- */

static const struct command *const commands[] = {
#define DISCOVER_COMMAND(name) &command_discover_##name,
#include "monitor/daemon/discover_list.h"
};

static int
run(const struct command *command, int argc, char **argv)
{
	bool help = argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);

	for (size_t i = 0; argc >= 2 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(strrchr(commands[i]->name, ' ') + 1, argv[1]) == 0)
			return commands[i]->run(commands[i], argc - 1, argv + 1);
	if (argc >= 2 && !help)
		return command_wrong(command, _("there is no subcommand \"%s\"; \"sekimori "
		    "discover --help\" lists them"), argv[1]);
	printf(_("usage: sekimori %s %s\n"), command->name, command->usage);
	printf("\n%s\n\n", _(command->summary));
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		printf("  %-10s %s\n", strrchr(commands[i]->name, ' ') + 1,
		    _(commands[i]->summary));
	return help ? EXIT_FINE : EXIT_USAGE;
}

const struct command command_discover = {
	.name    = "discover",
	.usage   = "SUBCOMMAND",
	.summary = N_("asks the core or the network what there is and prints configuration"),
	.about   = N_("Subcommands: nrf, snmp; each has --help."),
	.run     = run
};
