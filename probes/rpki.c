/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "rpki": asks a cache of route origins for all that it holds, as a router does (RTR), and
 * says what the carrier's own prefixes are by it: valid, invalid or not found.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/channel.h"
#include "probes/tls_options.h"
#include "probes/wire/rtr.h"

enum { PORT = 323, PDUS_MAX = 4 << 20, OCTETS_MAX = 128 << 20, NAMED_MAX = 3 };

/* Between rounds, behind what TLS keeps. */
struct kept {
	struct tls_kept tls;
	bool            known;
	uint16_t        session;
	uint32_t        serial;
	int64_t         since_ns;	/* this serial was first seen */
};

struct rpki {
	struct channel     channel;
	struct rtr_route   route[RTR_ROUTES_MAX];
	size_t             routes;
	unsigned           version;
	bool               responded;	/* the cache began to tell */
	uint16_t           session;
	int64_t            prefixes, pdus;
	struct tls_finding finding;
};

static void
finish_failed(struct round *round, struct rpki *rpki, enum outcome outcome, enum err err,
    const char *text)
{
	channel_look(round, &rpki->channel, &rpki->finding);
	channel_end(round, &rpki->channel);
	round_finish(round, outcome, err, "%s", text);
}

static void
on_start(struct round *round, struct rpki *rpki)
{
	struct why why = { .err = ERR_OK };

	rpki->finding.text.max = DETAIL_MAX;
	rpki->version = 1;
	if (rtr_routes_read(round_option(round, "prefixes"), rpki->route, &rpki->routes,
	    &why) != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, why.err, "the option prefixes: %s", why.text);
	else if (channel_start(round, &rpki->channel,
	    strcmp(round_option(round, "tls"), "true") == 0) == CHANNEL_FAILED)
		round_finish(round, OUTCOME_UNKNOWN, rpki->channel.err, "%s", rpki->channel.text);
}

static void
ask(struct round *round, struct rpki *rpki)
{
	struct buffer out = { .max = 64 };

	rtr_reset_query_write(rpki->version, &out);
	channel_send(round, &rpki->channel, bytes_of_buffer(&out));
	buffer_free(&out);
}

/* The same question again in version 0 (RFC 8210 7), on a new connection. */
static void
ask_older(struct round *round, struct rpki *rpki)
{
	bool tls = rpki->channel.tls;

	channel_free(&rpki->channel);
	memset(&rpki->channel, 0, sizeof(rpki->channel));
	rpki->version = 0;
	if (channel_start(round, &rpki->channel, tls) == CHANNEL_FAILED)
		finish_failed(round, rpki, OUTCOME_UNKNOWN, rpki->channel.err, rpki->channel.text);
}

/* How many of ours are in this state; the first of them as text. */
static int64_t
routes_count(const struct rpki *rpki, enum rtr_state state, char *text, size_t size)
{
	char route[RTR_ROUTE_TEXT];
	int64_t count = 0;
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < rpki->routes; i++) {
		if (rtr_route_state(&rpki->route[i]) != state)
			continue;
		rtr_route_text(&rpki->route[i], route);
		if (count < NAMED_MAX && len < size)
			len += (size_t)snprintf(text + len, size - len, "%s%s",
			    count > 0 ? ", " : "", route);
		count++;
	}
	if (count > NAMED_MAX && len < size)
		snprintf(text + len, size - len, " and others");
	return count;
}

static int64_t
option_ms(const struct round *round, const char *name)
{
	int64_t ms = 0;

	(void)!duration_read(round_option(round, name), &ms, NULL);
	return ms;
}

/* A cache whose serial stands still may have lost its sources; since when is known by us alone. */
static void
serial_look(struct round *round, struct rpki *rpki, uint32_t serial)
{
	struct kept *kept = round_kept(round);
	int64_t now_ns = round_now_ns(round), still_ms;

	if (!kept->known || kept->serial != serial || kept->session != rpki->session) {
		kept->known = true;
		kept->serial = serial;
		kept->session = rpki->session;
		kept->since_ns = now_ns;
	}
	still_ms = (now_ns - kept->since_ns) / 1000000;
	if (still_ms > option_ms(round, "max_unchanged"))
		tls_finding_add(&rpki->finding, ERR_EXPIRED, "the cache's data has not changed for "
		    "%lld minutes: look whether it still hears its sources",
		    (long long)(still_ms / 60000));
}

static void
on_end_of_data(struct round *round, struct rpki *rpki, const struct rtr_pdu *pdu)
{
	struct fact_set *facts = round_facts(round);
	int64_t valid, invalid, none, least = 0;
	char text[200];

	round_answered(round);
	valid = routes_count(rpki, RTR_VALID, text, sizeof(text));
	none = routes_count(rpki, RTR_NOT_FOUND, text, sizeof(text));
	(void)!integer_read(round_option(round, "least"), &least);
	fact_set_int(facts, FACT_RPKI_PREFIXES, rpki->prefixes);
	fact_set_int(facts, FACT_RPKI_SERIAL, pdu->serial);
	if (rpki->prefixes < least) {
		tls_finding_add(&rpki->finding, ERR_NOT_FOUND, "the cache holds %lld validated "
		    "prefixes, fewer than %lld", (long long)rpki->prefixes, (long long)least);
	} else if (none > 0) {
		tls_finding_add(&rpki->finding, ERR_NOT_FOUND, "not found: %s", text);
	}
	invalid = routes_count(rpki, RTR_INVALID, text, sizeof(text));
	if (invalid > 0)
		tls_finding_add(&rpki->finding, ERR_MISMATCH, "invalid, so that others drop them: "
		    "%s", text);
	fact_set_int(facts, FACT_RPKI_VALID, valid);
	fact_set_int(facts, FACT_RPKI_INVALID, invalid);
	fact_set_int(facts, FACT_RPKI_NOT_FOUND, none);
	serial_look(round, rpki, pdu->serial);
	channel_look(round, &rpki->channel, &rpki->finding);
	channel_end(round, &rpki->channel);
	if (rpki->finding.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, OUTCOME_DEGRADED, rpki->finding.err, "%s",
		    buffer_text(&rpki->finding.text));
}

static void
on_error(struct round *round, struct rpki *rpki, const struct rtr_pdu *pdu)
{
	const char *what = rtr_error_text(pdu->session);
	char text[DETAIL_MAX];

	if (pdu->session == RTR_UNSUPPORTED_VERSION && rpki->version == 1 && !rpki->responded) {
		ask_older(round, rpki);
		return;
	}
	snprintf(text, sizeof(text), pdu->session == RTR_NO_DATA ? "the cache has no data yet (%s, "
	    "error %u)" : "the cache refuses (%s, error %u)", what != NULL ? what : "unknown",
	    pdu->session);
	finish_failed(round, rpki, OUTCOME_DOWN, ERR_REFUSED, text);
}

/* Only in this order: response, prefixes, end of data; what came before is of no round of ours. */
static const char *
order_fault(const struct rpki *rpki, const struct rtr_pdu *pdu)
{
	bool data = pdu->type == RTR_IPV4 || pdu->type == RTR_IPV6 || pdu->type == RTR_ROUTER_KEY ||
	    pdu->type == RTR_END_OF_DATA;

	if (pdu->type == RTR_CACHE_RESET)
		return "the cache answers a reset query with a cache reset";
	if (pdu->type == RTR_CACHE_RESPONSE && rpki->responded)
		return "the cache begins to answer twice";
	if (data && !rpki->responded)
		return "the cache sends data before its response";
	if (rpki->responded && pdu->version != rpki->version)
		return "the cache changes its version within an answer";
	if (pdu->type == RTR_END_OF_DATA && pdu->session != rpki->session)
		return "the cache ends another session than it began";
	if ((pdu->type == RTR_IPV4 || pdu->type == RTR_IPV6) && !pdu->announced)
		return "the cache withdraws a prefix in an answer to a reset query";
	if (rpki->pdus > PDUS_MAX)
		return "the cache sends without end";
	return NULL;
}

/* False: the octets behind this PDU are not for us any more. */
static bool
on_pdu(struct round *round, struct rpki *rpki, const struct rtr_pdu *pdu)
{
	const char *fault = order_fault(rpki, pdu);

	rpki->pdus++;
	if (fault != NULL) {
		finish_failed(round, rpki, OUTCOME_DOWN, ERR_MALFORMED, fault);
		return false;
	}
	switch (pdu->type) {
	case RTR_CACHE_RESPONSE:
		rpki->responded = true;
		rpki->session = pdu->session;
		rpki->version = pdu->version;
		return true;
	case RTR_IPV4:
	case RTR_IPV6:
		rpki->prefixes++;
		for (size_t i = 0; i < rpki->routes; i++)
			rtr_route_hold(&rpki->route[i], &pdu->prefix);
		return true;
	case RTR_END_OF_DATA:
		on_end_of_data(round, rpki, pdu);
		return false;
	case RTR_ERROR_REPORT:
		on_error(round, rpki, pdu);
		return false;
	default:
		return true;
	}
}

static void
on_data(struct round *round, struct rpki *rpki)
{
	struct why why = { .err = ERR_OK };
	struct rtr_pdu pdu;
	size_t at = 0, len;

	for (;;) {
		struct bytes left = bytes_slice(bytes_of_buffer(&rpki->channel.data), at, SIZE_MAX);
		enum rtr_step step = rtr_read(left, &pdu, &len, &why);

		if (step == RTR_BROKEN) {
			finish_failed(round, rpki, OUTCOME_DOWN, why.err, why.text);
			return;
		}
		if (step == RTR_MORE)
			break;
		if (!on_pdu(round, rpki, &pdu))
			return;
		at += len;
	}
	channel_taken(&rpki->channel, at);
	if (rpki->channel.ended)
		finish_failed(round, rpki, OUTCOME_DOWN, ERR_TRUNCATED, rpki->responded ?
		    "the cache ended the connection within its answer" :
		    channel_ended_text(&rpki->channel));
}

static void
rpki_on(struct round *round, const struct event *event)
{
	struct rpki *rpki = round_scratch(round);
	enum channel_step step;

	if (event->kind == EVENT_START) {
		on_start(round, rpki);
		return;
	}
	step = channel_event(round, &rpki->channel, event, "");
	if (step == CHANNEL_READY)
		ask(round, rpki);
	if (step == CHANNEL_FAILED)
		finish_failed(round, rpki, channel_failed_outcome(&rpki->channel,
		    rpki->channel.err), rpki->channel.err, rpki->channel.text);
	else if (step != CHANNEL_MORE)
		on_data(round, rpki);
}

static void
rpki_end(struct round *round)
{
	struct rpki *rpki = round_scratch(round);

	channel_free(&rpki->channel);
	buffer_free(&rpki->finding.text);
}

static const char *
rpki_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	struct rtr_route route[RTR_ROUTES_MAX];
	size_t count;

	if (rtr_routes_read(option(of, "prefixes"), route, &count, NULL) != ERR_OK)
		return N_("the option prefixes is no list of at most 64 like "
		    "\"192.0.2.0/24 AS64500, 2001:db8::/32 AS64500\"");
	return tls_options_fault(option, of);
}

static const struct option_row rpki_options[] = {
	TLS_OPTIONS,
	{ .name = "prefixes", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 4095,
	  .help = N_("routes of the carrier with their origin, with commas: "
	    "\"192.0.2.0/24 AS64500\"") },
	{ .name = "least", .type = OPTION_INTEGER, .otherwise = "1", .minimum = 0,
	  .maximum = PDUS_MAX,
	  .help = N_("a cache that holds fewer validated prefixes is a finding") },
	{ .name = "max_unchanged", .type = OPTION_DURATION, .otherwise = "1d", .minimum = 1,
	  .maximum = INT64_C(365) * 86400000,
	  .help = N_("a cache whose serial stands still longer is a finding") },
	{ .name = "tls", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("speak RTR over TLS (RFC 8210 9.2), usually on port 324") },
	{ .name = NULL }
};

const struct probe_ops probe_rpki = {
	.name         = "rpki",
	.title        = N_("RPKI cache and own routes"),
	.port         = PORT,
	.options      = rpki_options,
	.fault        = rpki_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct rpki),
	.answer_max   = OCTETS_MAX,
	.on           = rpki_on,
	.end          = rpki_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct kept),
	.kept_end     = tls_kept_end
};
