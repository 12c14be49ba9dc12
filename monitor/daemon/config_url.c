/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and URLs as people write them into the configuration, by their grammar alone. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "monitor/daemon/config_part.h"

enum { HOST_MAX = 253, LABEL_MAX = 63 };

static bool
host_name(const char *name, size_t len)
{
	size_t label = 0;
	bool letter = false;

	if (len == 0 || len > HOST_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = name[i];

		if (c == '.') {
			if (label == 0 || name[i - 1] == '-')
				return false;
			label = 0;
			letter = false;
			continue;
		}
		if (!isalnum((unsigned char)c) && c != '_' && (c != '-' || label == 0))
			return false;
		letter = letter || !isdigit((unsigned char)c);
		if (++label > LABEL_MAX)
			return false;
	}
	/* A last label of digits alone is a mistyped IPv4 address; one final dot is the root. */
	return label == 0 ? len > 1 : letter && name[len - 1] != '-';
}

bool
config_address(const char *address)
{
	uint8_t octets[16];

	return inet_pton(AF_INET, address, octets) == 1 ||
	    inet_pton(AF_INET6, address, octets) == 1 ||
	    host_name(address, strlen(address));
}

/* "host", "host:port", "[v6]", "[v6]:port". */
static bool
authority(const char *at, size_t len)
{
	char host[HOST_MAX + 1];
	size_t host_len, rest;
	unsigned port = 0;

	if (len > 0 && at[0] == '[') {
		const char *closing = memchr(at, ']', len);
		uint8_t octets[16];

		if (closing == NULL)
			return false;
		host_len = (size_t)(closing - at) - 1;
		if (host_len > HOST_MAX)
			return false;
		snprintf(host, sizeof(host), "%.*s", (int)host_len, at + 1);
		if (inet_pton(AF_INET6, host, octets) != 1)
			return false;
		rest = host_len + 2;
	} else {
		const char *colon = memchr(at, ':', len);

		host_len = colon != NULL ? (size_t)(colon - at) : len;
		if (host_len > HOST_MAX)
			return false;
		snprintf(host, sizeof(host), "%.*s", (int)host_len, at);
		if (!config_address(host))
			return false;
		rest = host_len;
	}
	if (rest == len)
		return true;
	if (at[rest] != ':' || rest + 1 == len)
		return false;
	for (size_t i = rest + 1; i < len; i++) {
		if (!isdigit((unsigned char)at[i]))
			return false;
		port = port * 10 + (unsigned)(at[i] - '0');
		if (port > UINT16_MAX)
			return false;
	}
	return port > 0;
}

/* The octets of the scheme the URL begins with; 0 if it is none of those allowed. */
static size_t
scheme_len(const char *url, const char *schemes)
{
	for (const char *at = schemes; *at != '\0';) {
		size_t len = strcspn(at, " ");

		if (strncmp(url, at, len) == 0)
			return len;
		at += len + strspn(at + len, " ");
	}
	return 0;
}

bool
config_url(const char *url, const char *schemes, const char **reason)
{
	size_t scheme = scheme_len(url, schemes), len;
	const char *host = url + scheme;

	*reason = "it does not begin with what is expected";
	if (scheme == 0)
		return false;
	for (const char *at = url; *at != '\0'; at++)
		if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f ||
		    strchr("\"<>\\^`{|}", *at)) {
			*reason = "it holds a character that a URL cannot hold";
			return false;
		}
	/* unix:/dev/log has a path where the others have a host. */
	if (strncmp(url, "unix:", 5) == 0) {
		*reason = "what follows \"unix:\" must be an absolute path";
		return host[0] == '/';
	}
	len = strcspn(host, "/?#");
	if (memchr(host, '@', len) != NULL) {
		*reason = "a user or password has no place in it, because it is recorded; "
		    "use \"secret\"";
		return false;
	}
	*reason = "its host or port is not one";
	return authority(host, len);
}
