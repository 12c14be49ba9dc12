/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori discover nrf": asks a live NRF in one round of the probe sbi, and prints. */
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/daemon/discover_core.h"

enum { OPTION_TRUST, OPTION_CERTIFICATE, OPTION_KEY, OPTION_SERVER_NAME, OPTION_CONFIG,
	OPTION_SITE, OPTION_JSON };
enum { DEADLINE_MS = 20000, PATH_MOST = 512 };

struct asked {
	const char *trust, *certificate, *key, *server_name, *config, *site, *url;
	bool        json;
	char        host[DISCOVER_HOST_MAX], path[PATH_MOST];
	uint32_t    port;
	bool        tls;
};

/* --- the address -------------------------------------------------------------------------- */

/* "https://nrf.example.net:8443", with a path or without; "http://[2001:db8::1]:7777". */
static bool
url_take(struct asked *asked, const char *url)
{
	const char *host, *end, *colon;
	unsigned long port;
	char *rest;

	asked->tls = strncmp(url, "https://", 8) == 0;
	if (!asked->tls && strncmp(url, "http://", 7) != 0)
		return false;
	host = url + (asked->tls ? 8 : 7);
	end = host + strcspn(host, "/");
	if (strlen(end) >= sizeof(asked->path))
		return false;
	if (strlen(end) > 1)
		snprintf(asked->path, sizeof(asked->path), "%s", end);
	asked->port = asked->tls ? 443 : 80;
	colon = memchr(host, ':', (size_t)(end - host));
	if (host[0] == '[') {
		const char *close = memchr(host, ']', (size_t)(end - host));

		if (close == NULL || (close + 1 != end && close[1] != ':'))
			return false;
		host++;
		colon = close + 1 != end ? close + 1 : NULL;
		snprintf(asked->host, sizeof(asked->host), "%.*s", (int)(close - host), host);
	} else {
		snprintf(asked->host, sizeof(asked->host), "%.*s",
		    (int)((colon != NULL ? colon : end) - host), host);
	}
	if (colon != NULL) {
		port = strtoul(colon + 1, &rest, 10);
		if (rest != end || rest == colon + 1 || port == 0 || port > 65535)
			return false;
		asked->port = (uint32_t)port;
	}
	return discover_address(asked->host);
}

static enum err
options_make(const struct asked *asked, struct discover_options *options, struct why *why)
{
	const struct { const char *name, *value; } row[] = {
		{ "scheme", asked->tls ? "https" : "http" }, { "nf", "nrf" },
		{ "profiles_max", "1024" },
		{ "path", asked->path[0] != '\0' ? asked->path : NULL },
		{ "trust", asked->trust }, { "server_name", asked->server_name },
		{ "client_certificate", asked->certificate }, { "client_key", asked->key } };
	enum err err = ERR_OK;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]) && err == ERR_OK; i++)
		if (row[i].value != NULL)
			err = discover_option(options, &probe_sbi, row[i].name, row[i].value, why);
	return err;
}

/* --- as text ------------------------------------------------------------------------------ */

static void
print_findings(const struct discovered_core *core, const struct plan *plan)
{
	struct core_findings findings = discovered_core_findings(core, plan);

	for (size_t i = 0; i < core->count; i++) {
		const struct discovered_nf *nf = &core->nf[i];

		if (nf->configured == UINT32_MAX)
			printf(_("# found, not configured: %s %s\n"), nf->type, nf->id);
		else if (nf->read && plan->instance[nf->configured].nf[0] != '\0' &&
		    strcasecmp(plan->instance[nf->configured].nf, nf->type) != 0)
			printf(_("# configured as %s, registered as %s: %s\n"),
			    plan->instance[nf->configured].nf, nf->type,
			    plan->instance[nf->configured].name);
	}
	for (uint32_t i = 0; i < plan->instances; i++)
		if (discovered_core_lacks(core, &plan->instance[i]))
			printf(_("# configured, not found: %s %s\n"), plan->instance[i].name,
			    plan->instance[i].nf_instance_id);
	if (findings.unnamed > 0)
		printf(ngettext("# %zu instance has no nf_instance_id and cannot be compared\n",
		    "# %zu instances have no nf_instance_id and cannot be compared\n",
		    findings.unnamed), findings.unnamed);
}

static void
print_text(const struct asked *asked, const struct discovered_core *core,
    const struct plan *plan, const struct discover_heard *heard, const char *site,
    const struct buffer *head)
{
	struct buffer out = { .max = 0 };
	struct stanza_options options = { asked->trust, asked->certificate, asked->key };

	printf(_("# %zu NF instances at %s, %zu profiles read\n"), core->count, heard->address,
	    core->count - core->unread);
	if (plan != NULL)
		print_findings(core, plan);
	discovered_core_stanzas(core, plan, site, &options, &out);
	if (out.len > 0)
		fwrite(head->at, 1, head->len, stdout);
	if (out.len > 0)
		fwrite(out.at, 1, out.len, stdout);
	buffer_free(&out);
}

/* --- as JSON ------------------------------------------------------------------------------ */

static json_t *
nf_json(const struct discovered_nf *nf, const struct plan *plan)
{
	json_t *object = json_object(), *endpoints = json_array();

	json_object_set_new(object, "id", json_string(nf->id));
	json_object_set_new(object, "type", json_string(nf->type));
	json_object_set_new(object, "status", json_string(nf->status));
	json_object_set_new(object, "name", json_string(nf->name));
	json_object_set_new(object, "set", json_string(nf->set));
	json_object_set_new(object, "read", json_boolean(nf->read));
	for (size_t i = 0; i < nf->endpoints; i++)
		json_array_append_new(endpoints, json_pack("{s:s, s:i, s:b}", "address",
		    nf->endpoint[i].address, "port", (int)nf->endpoint[i].port, "tls",
		    nf->endpoint[i].tls));
	json_object_set_new(object, "endpoints", endpoints);
	if (plan != NULL)
		json_object_set_new(object, "instance", nf->configured != UINT32_MAX ?
		    json_string(plan->instance[nf->configured].name) : json_null());
	return object;
}

static void
print_json(const struct discovered_core *core, const struct plan *plan,
    const struct discover_heard *heard)
{
	json_t *root = json_object(), *found = json_array(), *missing = json_array();
	char *text;

	for (size_t i = 0; i < core->count; i++)
		json_array_append_new(found, nf_json(&core->nf[i], plan));
	for (uint32_t i = 0; plan != NULL && i < plan->instances; i++)
		if (discovered_core_lacks(core, &plan->instance[i]))
			json_array_append_new(missing, json_pack("{s:s, s:s}", "instance",
			    plan->instance[i].name, "id", plan->instance[i].nf_instance_id));
	json_object_set_new(root, "address", json_string(heard->address));
	json_object_set_new(root, "detail", json_string(heard->detail));
	json_object_set_new(root, "found", found);
	json_object_set_new(root, "missing", plan != NULL ? missing : json_null());
	if (plan == NULL)
		json_decref(missing);
	text = json_dumps(root, JSON_INDENT(2));
	puts(text != NULL ? text : "{}");
	free(text);
	json_decref(root);
}

/* --- the command -------------------------------------------------------------------------- */

static int
show(const struct command *command, const struct asked *asked, const struct plan *plan,
    const struct discover_heard *heard)
{
	struct discovered_core core = { .nf = NULL };
	struct core_findings findings = { 0 };
	struct buffer head = { .max = 0 };
	struct why why = { .err = ERR_OK };
	const char *site = "";
	enum err err = discover_site(plan, asked->site, &site, &head, &why);
	int code;

	if (err != ERR_OK)
		return command_wrong(command, "%s", why.text);
	err = discovered_core_read(bytes_of_buffer(&heard->evidence), &core, &why);
	if (err == ERR_OK) {
		if (plan != NULL) {
			discovered_core_match(&core, plan);
			findings = discovered_core_findings(&core, plan);
		}
		if (asked->json)
			print_json(&core, plan, heard);
		else
			print_text(asked, &core, plan, heard, site, &head);
	}
	code = findings.unconfigured + findings.missing + findings.differs > 0 ? EXIT_FINDING :
	    EXIT_FINE;
	if (err != ERR_OK) {
		fprintf(stderr, "sekimori %s: %s\n", command->name, why.text);
		code = EXIT_UNKNOWN;
	}
	discovered_core_free(&core);
	buffer_free(&head);
	return code;
}

/* What was heard without a list: the sentence of the round, or that it is no NRF. */
static int
ask(const struct command *command, const struct asked *asked, const struct plan *plan,
    const struct discover_options *options)
{
	struct discover_heard heard;
	struct discover discover;
	struct why why = { .err = ERR_OK };
	char text[4 * DETAIL_MAX + 1];
	int code = EXIT_UNKNOWN;
	enum err err;

	discover_open(&discover);
	err = discover_ask(&discover, &probe_sbi, asked->host, asked->port, options, DEADLINE_MS,
	    &heard, &why);
	text_escape(heard.detail, strlen(heard.detail), text, sizeof(text));
	if (err != ERR_OK)
		fprintf(stderr, "sekimori %s: %s\n", command->name, why.text);
	else if (heard.evidence.len == 0 || heard.detail[0] != '\0')
		fprintf(stderr, "sekimori %s: %s: %s\n", command->name, heard.address, text);
	if (err == ERR_OK && heard.evidence.len > 0)
		code = show(command, asked, plan, &heard);
	discover_heard_free(&heard);
	discover_close(&discover);
	return code;
}

static int
arguments(const struct command *command, struct asked *asked, int argc, char **argv)
{
	const char *value;
	int got;

	while ((got = command_next(command, argc, argv, &value)) >= 0)
		switch (got) {
		case OPTION_TRUST:       asked->trust = value; break;
		case OPTION_CERTIFICATE: asked->certificate = value; break;
		case OPTION_KEY:         asked->key = value; break;
		case OPTION_SERVER_NAME: asked->server_name = value; break;
		case OPTION_CONFIG:      asked->config = value; break;
		case OPTION_SITE:        asked->site = value; break;
		case OPTION_JSON:        asked->json = true; break;
		}
	return got;
}

/* Options stand before or behind the operand. */
static int
command_line(const struct command *command, struct asked *asked, int argc, char **argv)
{
	int got = arguments(command, asked, argc, argv);

	while (got == COMMAND_END && optind < argc) {
		if (asked->url != NULL) {
			command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
			    argv[optind]);
			return COMMAND_WRONG;
		}
		asked->url = argv[optind++];
		got = arguments(command, asked, argc, argv);
	}
	if (got != COMMAND_END)
		return got;
	if (asked->url != NULL && url_take(asked, asked->url))
		return COMMAND_END;
	command_wrong(command, _("the NRF's address is needed: https://nrf.example.net or "
	    "http://192.0.2.1:7777"));
	return COMMAND_WRONG;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .url = NULL };
	struct discover_options options = { .count = 0 };
	struct config config = { .plan = NULL };
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;
	int code = command_line(command, &asked, argc, argv);

	if (code != COMMAND_END)
		return code == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	log_open("discover", LOG_LEVEL_WARNING);
	signal(SIGPIPE, SIG_IGN);
	if (asked.config != NULL)
		err = config_load(asked.config, &config, NULL, &why);
	if (err == ERR_OK)
		err = options_make(&asked, &options, &why);
	code = err == ERR_OK ? ask(command, &asked, config.plan, &options) :
	    command_wrong(command, "%s", why.text);
	discover_options_wipe(&options);
	config_free(&config);
	return code;
}

static const struct command_option nrf_options[] = {
	[OPTION_TRUST]       = { "trust", 0, "FILE",
	    N_("PEM roots the NRF's chain must lead to") },
	[OPTION_CERTIFICATE] = { "certificate", 0, "FILE", N_("PEM chain for mutual TLS") },
	[OPTION_KEY]         = { "key", 0, "FILE", N_("PEM key that fits it") },
	[OPTION_SERVER_NAME] = { "server-name", 0, "NAME",
	    N_("name to look for in its certificate, if not the host's") },
	[OPTION_CONFIG]      = { "config", 'c', "FILE",
	    N_("a configuration to hold it against; only what it lacks is printed") },
	[OPTION_SITE]        = { "site", 0, "NAME", N_("the site new instances are put on") },
	[OPTION_JSON]        = { "json", 0, NULL, N_("print JSON") },
	{ NULL, 0, NULL, NULL }
};

const struct command command_discover_nrf = {
	.name    = "discover nrf",
	.usage   = "URL",
	.summary = N_("asks an NRF which network functions there are"),
	.about   = N_("One round of the probe sbi reads the list of NF instances and their "
	    "profiles (TS 29.510). "
	    "Printed are stanzas to paste\ninto a configuration, and with -c what is "
	    "found and not configured, or configured and not found. Nothing is\nrecorded. Exit "
	    "code 0 if nothing differs, 1 if something does, 3 if the NRF could not be asked."),
	.options = nrf_options,
	.run     = run
};
