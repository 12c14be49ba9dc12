/* SPDX-License-Identifier: Apache-2.0 */
/* PDUs of RTR, and origins of routes; see rtr.h. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "probes/wire/rtr.h"

enum { FLAG_ANNOUNCE = 1, VERSION_MAX = 1, TOKEN_MAX = 64 };

void
rtr_reset_query_write(unsigned version, struct buffer *out)
{
	buffer_put_u8(out, (uint8_t)version);
	buffer_put_u8(out, RTR_RESET_QUERY);
	buffer_put_be(out, 0, 2);
	buffer_put_be(out, RTR_HEADER_LEN, 4);
}

/* What a PDU must be long; 0: it has no length of its own. */
static size_t
length_of(unsigned version, unsigned type)
{
	switch (type) {
	case RTR_SERIAL_NOTIFY:
		return 12;
	case RTR_CACHE_RESPONSE:
	case RTR_CACHE_RESET:
		return 8;
	case RTR_IPV4:
		return 20;
	case RTR_IPV6:
		return 32;
	case RTR_END_OF_DATA:
		return version == 0 ? 12 : 24;
	default:
		return 0;
	}
}

static bool
prefix_read(struct reader *in, struct rtr_pdu *pdu)
{
	struct rtr_prefix *prefix = &pdu->prefix;
	struct bytes address;

	prefix->bits = pdu->type == RTR_IPV4 ? 32 : 128;
	pdu->announced = (read_be(in, 1) & FLAG_ANNOUNCE) != 0;
	prefix->length = (uint8_t)read_be(in, 1);
	prefix->max_length = (uint8_t)read_be(in, 1);
	read_be(in, 1);
	address = read_bytes(in, prefix->bits / 8);
	prefix->asn = (uint32_t)read_be(in, 4);
	if (in->failed)
		return false;
	memset(prefix->address, 0, sizeof(prefix->address));
	memcpy(prefix->address, address.at, address.len);
	return prefix->length <= prefix->max_length && prefix->max_length <= prefix->bits;
}

static bool
error_read(struct reader *in, struct rtr_pdu *pdu)
{
	read_bytes(in, (size_t)read_be(in, 4));	/* the PDU that was wrong */
	pdu->text = read_bytes(in, (size_t)read_be(in, 4));
	return reader_done(in);
}

static bool
body_read(struct reader *in, struct rtr_pdu *pdu)
{
	switch (pdu->type) {
	case RTR_IPV4:
	case RTR_IPV6:
		return prefix_read(in, pdu);
	case RTR_SERIAL_NOTIFY:
	case RTR_END_OF_DATA:
		pdu->serial = (uint32_t)read_be(in, 4);
		if (pdu->type == RTR_END_OF_DATA && pdu->version > 0)
			pdu->refresh_s = (uint32_t)read_be(in, 4);
		return !in->failed;
	case RTR_ERROR_REPORT:
		return error_read(in, pdu);
	default:
		return true;
	}
}

static enum rtr_step
broken(struct why *why, const char *what, unsigned number)
{
	(void)why_set(why, ERR_MALFORMED, "the cache sent %s %u", what, number);
	return RTR_BROKEN;
}

enum rtr_step
rtr_read(struct bytes all, struct rtr_pdu *pdu, size_t *len, struct why *why)
{
	struct reader in = reader_of(all);
	unsigned type;
	size_t wanted;

	memset(pdu, 0, sizeof(*pdu));
	*len = 0;
	pdu->version = (unsigned)read_be(&in, 1);
	type = (unsigned)read_be(&in, 1);
	if (all.len > 0 && pdu->version > VERSION_MAX)
		return broken(why, "what is no PDU of RTR, or one of version", pdu->version);
	pdu->session = (uint16_t)read_be(&in, 2);
	*len = (size_t)read_be(&in, 4);
	if (in.failed)
		return RTR_MORE;
	wanted = length_of(pdu->version, type);
	if (wanted == 0 && type != RTR_ERROR_REPORT &&
	    !(type == RTR_ROUTER_KEY && pdu->version > 0))
		return broken(why, "a PDU of type", type);
	if ((wanted != 0 && *len != wanted) || *len < RTR_HEADER_LEN || *len > RTR_PDU_MAX)
		return broken(why, "a PDU with a length that its type cannot have, of type", type);
	if (all.len < *len)
		return RTR_MORE;
	pdu->type = (enum rtr_type)type;
	in.in = bytes_slice(all, 0, *len);
	if (!body_read(&in, pdu))
		return broken(why, "a PDU whose fields do not fit each other, of type", type);
	return RTR_DONE;
}

const char *
rtr_error_text(unsigned code)
{
	static const char *const texts[] = { "Corrupt Data", "Internal Error", "No Data Available",
	    "Invalid Request", "Unsupported Protocol Version", "Unsupported PDU Type",
	    "Withdrawal of Unknown Record", "Duplicate Announcement Received",
	    "Unexpected Protocol Version" };

	return code < sizeof(texts) / sizeof(texts[0]) ? texts[code] : NULL;
}

static bool
number_read(const char **text, uint64_t most, uint64_t *out)
{
	uint64_t value = 0;
	const char *at = *text;

	for (; *at >= '0' && *at <= '9'; at++) {
		value = value * 10 + (uint64_t)(*at - '0');
		if (value > most)
			return false;
	}
	if (at == *text)
		return false;
	*text = at;
	*out = value;
	return true;
}

/* No bit may be set behind the length: "192.0.2.1/24" is a slip of the hand. */
static bool
bits_clear(const uint8_t *address, unsigned from, unsigned bits)
{
	for (unsigned bit = from; bit < bits; bit++)
		if ((address[bit / 8] & (0x80 >> bit % 8)) != 0)
			return false;
	return true;
}

static bool
route_read(const char **text, struct rtr_route *route)
{
	char address[TOKEN_MAX];
	size_t len = strcspn(*text, "/, ");
	uint64_t length, asn;

	memset(route, 0, sizeof(*route));
	if (len >= sizeof(address) || (*text)[len] != '/')
		return false;
	memcpy(address, *text, len);
	address[len] = '\0';
	route->prefix.bits = strchr(address, ':') != NULL ? 128 : 32;
	*text += len + 1;
	if (inet_pton(route->prefix.bits == 32 ? AF_INET : AF_INET6, address,
	    route->prefix.address) != 1 || !number_read(text, route->prefix.bits, &length))
		return false;
	len = strspn(*text, " ");
	*text += len;
	if (len == 0 || strncmp(*text, "AS", 2) != 0)
		return false;
	*text += 2;
	if (!number_read(text, UINT32_MAX, &asn) ||
	    !bits_clear(route->prefix.address, (unsigned)length, route->prefix.bits))
		return false;
	route->prefix.length = route->prefix.max_length = (uint8_t)length;
	route->prefix.asn = (uint32_t)asn;
	return true;
}

enum err
rtr_routes_read(const char *text, struct rtr_route route[RTR_ROUTES_MAX], size_t *count,
    struct why *why)
{
	*count = 0;
	for (;;) {
		text += strspn(text, " ");
		if (*count == RTR_ROUTES_MAX)
			return why_set(why, ERR_LIMIT, "more than %d prefixes", RTR_ROUTES_MAX);
		if (!route_read(&text, &route[*count]))
			return why_set(why, ERR_INVALID, "prefix %zu of the list is not written as "
			    "\"192.0.2.0/24 AS64500\"", *count + 1);
		(*count)++;
		text += strspn(text, " ");
		if (*text == '\0')
			return ERR_OK;
		if (*text++ != ',')
			return why_set(why, ERR_INVALID, "between prefixes of the list there must "
			    "be a comma");
	}
}

static bool
covers(const struct rtr_prefix *prefix, const struct rtr_prefix *route)
{
	unsigned whole = prefix->length / 8, rest = prefix->length % 8;

	if (prefix->bits != route->bits || prefix->length > route->length ||
	    memcmp(prefix->address, route->address, whole) != 0)
		return false;
	return rest == 0 ||
	    (prefix->address[whole] ^ route->address[whole]) >> (8 - rest) == 0;
}

void
rtr_route_hold(struct rtr_route *route, const struct rtr_prefix *prefix)
{
	if (!covers(prefix, &route->prefix))
		return;
	route->covered = true;
	/* AS 0 matches no route (RFC 6483 4). */
	if (route->prefix.length <= prefix->max_length && prefix->asn == route->prefix.asn &&
	    prefix->asn != 0)
		route->matched = true;
}

enum rtr_state
rtr_route_state(const struct rtr_route *route)
{
	return route->matched ? RTR_VALID : route->covered ? RTR_INVALID : RTR_NOT_FOUND;
}

void
rtr_route_text(const struct rtr_route *route, char out[RTR_ROUTE_TEXT])
{
	char address[INET6_ADDRSTRLEN] = "";

	inet_ntop(route->prefix.bits == 32 ? AF_INET : AF_INET6, route->prefix.address, address,
	    sizeof(address));
	snprintf(out, RTR_ROUTE_TEXT, "%s/%u AS%u", address, route->prefix.length,
	    route->prefix.asn);
}
