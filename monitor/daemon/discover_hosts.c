/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and users of "discover snmp"; see discover_snmp.h. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/daemon/discover_snmp.h"

/* --- addresses ---------------------------------------------------------------------------- */

static enum err
host_add(struct snmp_hosts *hosts, const char *host, struct why *why)
{
	for (size_t i = 0; i < hosts->count; i++)
		if (strcmp(hosts->host[i], host) == 0)
			return ERR_OK;
	if (hosts->count == SNMP_HOSTS_MAX)
		return why_set(why, ERR_LIMIT, _("more than %d addresses: ask for fewer at a time"),
		    SNMP_HOSTS_MAX);
	if (hosts->host == NULL)
		hosts->host = memory_new(SNMP_HOSTS_MAX, sizeof(*hosts->host));
	snprintf(hosts->host[hosts->count++], DISCOVER_HOST_MAX, "%s", host);
	return ERR_OK;
}

static enum err
range_add(struct snmp_hosts *hosts, uint32_t first, uint32_t last, struct why *why)
{
	enum err err = ERR_OK;

	if (last - first >= SNMP_HOSTS_MAX)
		return why_set(why, ERR_LIMIT, _("more than %d addresses: ask for fewer at a time"),
		    SNMP_HOSTS_MAX);
	for (uint32_t i = 0; i <= last - first && err == ERR_OK; i++) {
		struct in_addr address = { .s_addr = htonl(first + i) };
		char text[INET_ADDRSTRLEN];

		inet_ntop(AF_INET, &address, text, sizeof(text));
		err = host_add(hosts, text, why);
	}
	return err;
}

static bool
address_of(const char *text, size_t len, uint32_t *out)
{
	char copy[INET_ADDRSTRLEN];
	struct in_addr address;

	if (len >= sizeof(copy))
		return false;
	snprintf(copy, sizeof(copy), "%.*s", (int)len, text);
	if (inet_pton(AF_INET, copy, &address) != 1)
		return false;
	*out = ntohl(address.s_addr);
	return true;
}

/* A /31 has two hosts (RFC 3021), a /32 is one. */
static enum err
network_add(struct snmp_hosts *hosts, uint32_t address, const char *bits_text, struct why *why)
{
	char *end;
	unsigned long bits = strtoul(bits_text, &end, 10);
	uint32_t mask, first, last;

	if (end == bits_text || *end != '\0' || bits > 32 || bits == 0)
		return why_set(why, ERR_INVALID, _("\"/%.20s\" is no length of a network"),
		    bits_text);
	mask = bits == 32 ? UINT32_MAX : ~(UINT32_MAX >> bits);
	first = address & mask;
	last = first | ~mask;
	if (bits < 31) {
		first++;
		last--;
	}
	return range_add(hosts, first, last, why);
}

enum err
snmp_hosts_add(struct snmp_hosts *hosts, const char *text, struct why *why)
{
	const char *slash = strchr(text, '/'), *dash = strchr(text, '-');
	uint32_t first, last;

	if (slash != NULL && address_of(text, (size_t)(slash - text), &first))
		return network_add(hosts, first, slash + 1, why);
	if (dash != NULL && address_of(text, (size_t)(dash - text), &first)) {
		if (!address_of(dash + 1, strlen(dash + 1), &last) || last < first)
			return why_set(why, ERR_INVALID, _("\"%.100s\" is no range: write "
			    "192.0.2.10-192.0.2.20"), text);
		return range_add(hosts, first, last, why);
	}
	if (!discover_address(text))
		return why_set(why, ERR_INVALID, _("\"%.100s\" is no host, network or range: write "
		    "host, 192.0.2.0/28 or 192.0.2.10-192.0.2.20"), text);
	return host_add(hosts, text, why);
}

void
snmp_hosts_free(struct snmp_hosts *hosts)
{
	free(hosts->host);
	*hosts = (struct snmp_hosts){ .host = NULL };
}

/* --- users -------------------------------------------------------------------------------- */

static const struct { const char *level; size_t words; } levels[] = {
	{ "noAuthNoPriv", 2 }, { "authNoPriv", 4 }, { "authPriv", 6 } };

static enum err
line_take(struct bytes line, unsigned number, struct snmp_user_line *user, struct why *why)
{
	size_t at = 0;

	*user = (struct snmp_user_line){ .words = 0 };
	while (at < line.len) {
		size_t len = 0;

		while (at < line.len && (line.at[at] == ' ' || line.at[at] == '\t'))
			at++;
		while (at + len < line.len && line.at[at + len] != ' ' && line.at[at + len] != '\t')
			len++;
		if (len == 0)
			break;
		if (user->words == SNMP_WORDS || len >= sizeof(user->word[0]))
			return why_set(why, ERR_INVALID, _("line %u has too many words, or one "
			    "that is too long"), number);
		memcpy(user->word[user->words++], line.at + at, len);
		at += len;
	}
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (user->words > 1 && strcmp(user->word[1], levels[i].level) == 0 &&
		    user->words == levels[i].words)
			return ERR_OK;
	return why_set(why, ERR_INVALID, _("line %u must be: USER authPriv AUTH-PROTOCOL AUTH-FILE "
	    "PRIVACY-PROTOCOL PRIVACY-FILE, or end earlier with authNoPriv or noAuthNoPriv"),
	    number);
}

enum err
snmp_users_read(struct bytes file, struct snmp_users *users, struct why *why)
{
	unsigned number = 0;
	size_t at = 0;

	*users = (struct snmp_users){ .count = 0 };
	while (at < file.len) {
		const uint8_t *end = memchr(file.at + at, '\n', file.len - at);
		size_t len = end != NULL ? (size_t)(end - file.at) - at : file.len - at, blank = 0;
		enum err err;

		number++;
		while (blank < len && strchr(" \t\r", file.at[at + blank]) != NULL)
			blank++;
		if (blank == len || file.at[at + blank] == '#') {
			at += len + 1;
			continue;
		}
		if (users->count == SNMP_USERS_MAX)
			return why_set(why, ERR_LIMIT, _("more than %d users"), SNMP_USERS_MAX);
		err = line_take(bytes_of(file.at + at, len), number, &users->user[users->count++],
		    why);
		if (err != ERR_OK)
			return err;
		at += len + 1;
	}
	return users->count > 0 ? ERR_OK : why_set(why, ERR_INVALID, _("there is no user in it"));
}

static const char *const names[SNMP_WORDS] = { "user", "security_level", "auth_protocol",
	"auth_secret", "privacy_protocol", "privacy_secret" };

enum err
snmp_users_options(const struct snmp_user_line *user, struct discover_options *options,
    struct why *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < user->words && err == ERR_OK; i++)
		err = discover_option(options, &probe_snmp, names[i], user->word[i], why);
	return err;
}

void
snmp_users_stanza(const struct snmp_user_line *user, struct buffer *out)
{
	for (size_t i = 0; i < user->words; i++) {
		buffer_print(out, " %s = \"", names[i]);
		for (const char *at = user->word[i]; *at != '\0'; at++)
			buffer_print(out, strchr("\"\\", *at) != NULL ? "\\%c" : "%c", *at);
		buffer_put_text(out, "\";");
	}
}
