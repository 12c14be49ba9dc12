/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration file from the rows of every section: each setting with its help, its type and
 * its default, so that the file needs no manual beside it.
 */
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/daemon/config.h"
#include "monitor/daemon/config_sample.h"
#include "probes/probe.h"

enum { LINE_CELLS = 84 };

/* Values of the example; names under the documentation domain of RFC 2606. */
static const struct { const char *section, *row, *value; } examples[] = {
	{ "sites", "name", "tokyo" }, { "sites", "title", "Tokyo region" },
	{ "sites", "title_ja", "東京リージョン" }, { "sites", "provider", "example" },
	{ "sites", "provider_name", "Example Cloud, Inc." }, { "sites", "provider_country", "US" },
	{ "sites", "region", "ap-northeast-1" },
	{ "sites", "jurisdiction", "JP" }, { "sites", "latitude", "35.68" },
	{ "sites", "longitude", "139.77" },
	{ "instances", "name", "amf-tokyo-1" }, { "instances", "function", "control" },
	{ "instances", "site", "tokyo" }, { "instances", "data", "subscriber" },
	{ "instances", "nf", "AMF" }, { "instances", "replica_set", "amf-tokyo" },
	{ "targets", "name", "amf-tokyo-1-tls" }, { "targets", "probe", "tls" },
	{ "targets", "address", "amf-tokyo-1.example.net" }, { "targets", "port", "443" },
	{ "stores", "name", "subscriber-db" }, { "stores", "data", "subscriber" },
	{ "stores", "set", "subscriber" }, { "stores", "copies", "2" },
	{ "at_rest", "encrypted", "true" }, { "at_rest", "holder", "customer" },
	{ "exceptions", "name", "migration" }, { "exceptions", "data", "subscriber" },
	{ "exceptions", "place", "SG" }, { "exceptions", "until", "2026-10-01" },
	{ "exceptions", "approver", "chief technology officer" },
	{ "exceptions", "why", "migration of the database" },
	{ "services", "name", "voice" }, { "services", "title", "Voice" },
	{ "services", "title_ja", "音声通話" }, { "services", "class", "VOICE_EMERGENCY" },
	{ "areas", "area", "JP-13" }, { "areas", "users", "120000" },
	{ "replica_sets", "name", "amf-tokyo" }, { "replica_sets", "needed", "1" },
	{ "replica_sets", "switchover", "30s" }, { "replica_sets", "rollback", "10m" },
	{ "replica_sets", "planned", "2026-04-01" },
	{ "serves", "service", "voice" }, { "serves", "areas", "JP-13" },
	{ "providers", "name", "example" }, { "providers", "legal_name", "Example Cloud, Inc." },
	{ "providers", "country", "US" }, { "providers", "availability", "99.95" },
	{ "providers", "notice", "15m" },
	{ "dependencies", "from", "replica_set:amf-tokyo" },
	{ "dependencies", "to", "provider:example" },
	{ "dependencies", "title", "name service" },
	{ "vantages", "name", "outside" }, { "vantages", "source", "192.0.2.7" },
	{ "listeners", "name", "syslog" }, { "listeners", "kind", "syslog" },
	{ "listeners", "address", "192.0.2.7" },
	{ "sources", "name", "example-status" }, { "sources", "kind", "statuspage" },
	{ "sources", "url", "https://status.example.net/api/v2/summary.json" },
	{ "sources", "subject", "provider:example" },
	{ "notices", "name", "noc" }, { "notices", "kind", "webhook" },
	{ "notices", "url", "https://noc.example.net/incidents" },
	{ "rights", "user", "root" }, { "rights", "acts", "ack note backup" },
	{ "authorities", "name", "authority" },
	{ "authorities", "url", "http://tsa.example.net/" },
	{ "authorities", "trust", "tsa-roots.pem" },
	{ "data_classes", "name", "subscriber" }, { "data_classes", "title", "Subscriber data" },
	{ "data_classes", "title_ja", "加入者情報" },
	{ "data_classes", "regions", "example/ap-northeast-1,example/ap-northeast-3" },
	{ "data_classes", "jurisdictions", "JP" },
	{ "feeds", "provider", "example" }, { "feeds", "form", "aws" },
	{ "feeds", "file", "feeds/ip-ranges.json" },
	{ "downloads", "name", "ranges" }, { "downloads", "form", "aws" },
	{ "downloads", "url", "https://ip-ranges.example.net/ip-ranges.json" },
	{ "downloads", "file", "feeds/ip-ranges.json" },
	{ "documents", "id", "continuity-plan" }, { "documents", "title", "Continuity plan" },
	{ "documents", "date", "2026-04-01" },
	{ "keys", "name", "subscriber-ki" }, { "keys", "kind", "hsm" },
	{ "keys", "holder", "carrier" }, { "keys", "protects", "store:subscriber-db" },
	{ "keys", "validation", "FIPS 140-3 #0000" }, { "keys", "rotation", "365d" },
	{ "keys", "ceremony", "true" },
	{ "declarations", "id", "exit-plan-tested" },
	{ "declarations", "subject", "site:tokyo" }, { "declarations", "value", "true" },
	{ "declarations", "date", "2026-04-01" },
};

static const char *
example_of(const char *section, const char *row)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		if (strcmp(examples[i].section, section) == 0 && strcmp(examples[i].row, row) == 0)
			return examples[i].value;
	return "";
}

static const char *
value_of(const struct config_sample *sample, const struct config_section *section,
    const struct option_row *row)
{
	const struct { const char *section, *row, *value; } given[] = {
		{ "monitor", "name", sample->name }, { "monitor", "state", sample->state },
		{ "monitor", "user", sample->user }, { "ledger", "origin", sample->origin },
		{ "ledger", "key", sample->key },
	};

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (strcmp(given[i].section, section->name) == 0 &&
		    strcmp(given[i].row, row->name) == 0)
			return given[i].value;
	return example_of(section->name, row->name);
}

/* Octets of the text that fit a line: up to its last blank, or one word where that is longer. */
static size_t
line_of(const char *text)
{
	size_t cells = 0, blank = 0, len = 0;

	for (; text[len] != '\0'; len++) {
		uint8_t c = (uint8_t)text[len];

		/* Beyond ASCII every character takes two cells; its further octets take none. */
		cells += c < 0x80 ? 1 : c >= 0xc0 ? 2 : 0;
		if (cells > LINE_CELLS && blank > 0)
			return blank;
		if (c == ' ')
			blank = len;
	}
	return len;
}

static void
put_comment(struct buffer *out, const char *margin, const char *text)
{
	while (*text != '\0') {
		size_t len = line_of(text);

		buffer_print(out, "%s# %.*s\n", margin, (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
}

static void
put_value(struct buffer *out, const struct option_row *row, const char *value)
{
	bool bare = row->type == OPTION_INTEGER || row->type == OPTION_FLAG;

	if (bare) {
		buffer_put_text(out, value);
		return;
	}
	buffer_put_u8(out, '"');
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buffer_put_u8(out, '\\');
		buffer_put_u8(out, (uint8_t)*value);
	}
	buffer_put_u8(out, '"');
}

static void
put_row(struct buffer *out, const char *margin, const struct option_row *row, const char *value)
{
	struct buffer about = { .max = 0 };
	bool given = value[0] != '\0';

	buffer_print(&about, "%s (", _(row->help));
	option_describe(row, &about);
	buffer_put_u8(&about, ')');
	put_comment(out, margin, buffer_text(&about));
	buffer_print(out, "%s%s%s = ", margin, given ? "" : "# ", row->name);
	/* Three dots where somebody must choose: check-config refuses them. */
	put_value(out, row, given ? value : row->otherwise != NULL ? row->otherwise : "...");
	buffer_put_text(out, ";\n");
	buffer_free(&about);
}

static void
put_rows(struct buffer *out, const char *margin, const struct config_sample *sample,
    const struct config_section *section)
{
	for (const struct option_row *row = section->rows; row->name != NULL; row++)
		put_row(out, margin, row, value_of(sample, section, row));
}

/* A group within a list of the example. */
static void
put_group(struct buffer *out, const struct config_sample *sample,
    const struct config_section *section)
{
	put_comment(out, "#\t\t\t", _(section->help));
	buffer_print(out, "#\t\t\t# %s = {\n", section->name);
	put_rows(out, "#\t\t\t#\t", sample, section);
	buffer_put_text(out, "#\t\t\t# };\n");
}

/* A list within the example; of targets, with the settings of the probe behind the common ones. */
static void
put_within(struct buffer *out, const struct config_sample *sample,
    const struct config_section *sections, size_t count, const struct config_section *section)
{
	const struct probe_ops *probe = probe_find(example_of(section->name, "probe"));
	const char *margin = "#\t\t\t";

	put_comment(out, "#\t\t", _(section->help));
	buffer_print(out, "#\t\t%s = ( {\n", section->name);
	put_rows(out, margin, sample, section);
	for (const struct option_row *row = probe != NULL ? probe->options : NULL;
	    row != NULL && row->name != NULL; row++)
		put_row(out, margin, row, "");
	for (size_t i = 0; i < count; i++)
		if (sections[i].within != NULL && strcmp(sections[i].within, section->name) == 0)
			put_group(out, sample, &sections[i]);
	buffer_put_text(out, "#\t\t} );\n");
}

static void
put_list(struct buffer *out, const struct config_sample *sample,
    const struct config_section *sections, size_t count, size_t at)
{
	const struct config_section *section = &sections[at];

	if (section->texts && section->example != NULL) {
		buffer_print(out, "# %s = ( \"%s\" );\n", section->name, section->example);
		return;
	}
	if (section->texts) {
		buffer_print(out, "%s = ( );\n", section->name);
		return;
	}
	buffer_print(out, "%s = (\n#\t{\n", section->name);
	put_rows(out, "#\t\t", sample, section);
	for (size_t i = 0; i < count; i++)
		if (sections[i].within != NULL && strcmp(sections[i].within, section->name) == 0)
			put_within(out, sample, sections, count, &sections[i]);
	buffer_put_text(out, "#\t}\n);\n");
}

void
config_sample_write(struct buffer *out, const struct config_sample *sample)
{
	const struct config_section *sections;
	size_t count;

	sections = config_sections(&count);
	put_comment(out, "", _("Configuration of sekimori.  sekimori.conf(5) says all of it; "
	    "\"sekimori check-config\" reads it and names every fault."));
	put_comment(out, "", _("It is recorded in the ledger whenever it is put in force: secrets "
	    "stand in files of their own."));
	for (size_t i = 0; i < count; i++) {
		if (sections[i].within != NULL)
			continue;
		buffer_put_u8(out, '\n');
		put_comment(out, "", _(sections[i].help));
		if (sections[i].list) {
			put_list(out, sample, sections, count, i);
			continue;
		}
		buffer_print(out, "%s = {\n", sections[i].name);
		put_rows(out, "\t", sample, &sections[i]);
		buffer_put_text(out, "};\n");
	}
}
