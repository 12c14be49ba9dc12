/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "tcp": does the port accept connections, and, if asked, what is the first line the peer
 * sends by itself.  It sends nothing and closes as soon as it knows.
 */
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "probes/probe.h"

enum { BANNER_MAX = 512 };

struct tcp {
	bool    connected;
	size_t  len;
	uint8_t banner[BANNER_MAX];
};

static bool
banner_wanted(const struct round *round)
{
	return strcmp(round_option(round, "banner"), "true") == 0;
}

static void
on_connected(struct round *round, struct tcp *tcp, const struct event *event)
{
	tcp->connected = true;
	round_answered(round);
	fact_set_flag(round_facts(round), FACT_TCP_OPEN, true);
	(void)event;
	if (!banner_wanted(round))
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
}

/* The line without its end, control octets escaped: it is shown to people. */
static void
banner_fact(struct round *round, const struct tcp *tcp)
{
	char text[4 * BANNER_MAX + 1];
	size_t len = 0;

	while (len < tcp->len && tcp->banner[len] != '\n')
		len++;
	if (len > 0 && tcp->banner[len - 1] == '\r')
		len--;
	text_escape((const char *)tcp->banner, len, text, sizeof(text));
	fact_set_text(round_facts(round), FACT_TCP_BANNER, bytes_of_text(text));
}

static void
on_data(struct round *round, struct tcp *tcp, struct bytes data)
{
	size_t room = BANNER_MAX - tcp->len, len = data.len < room ? data.len : room;

	memcpy(tcp->banner + tcp->len, data.at, len);
	tcp->len += len;
	if (tcp->len < BANNER_MAX && memchr(tcp->banner, '\n', tcp->len) == NULL)
		return;
	banner_fact(round, tcp);
	round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
}

static void
on_closed(struct round *round, struct tcp *tcp, const struct event *event)
{
	if (!tcp->connected) {
		fact_set_flag(round_facts(round), FACT_TCP_OPEN, false);
		round_finish(round, event->err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN,
		    event->err, "the port does not accept connections: %s", event->text);
		return;
	}
	if (tcp->len > 0)
		banner_fact(round, tcp);
	round_finish(round, OUTCOME_DEGRADED, event->err,
	    "connected, but no whole first line came: %s", event->text);
}

static void
on_deadline(struct round *round, struct tcp *tcp)
{
	if (!tcp->connected) {
		fact_set_flag(round_facts(round), FACT_TCP_OPEN, false);
		round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT,
		    "the port did not answer before the deadline");
		return;
	}
	if (tcp->len > 0)
		banner_fact(round, tcp);
	round_finish(round, OUTCOME_DEGRADED, ERR_TIMEOUT,
	    "connected, but no whole first line came before the deadline");
}

static void
tcp_on(struct round *round, const struct event *event)
{
	struct tcp *tcp = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		round_connect(round);
		break;
	case EVENT_CONNECTED:
		on_connected(round, tcp, event);
		break;
	case EVENT_DATA:
		on_data(round, tcp, event->data);
		break;
	case EVENT_CLOSED:
		on_closed(round, tcp, event);
		break;
	case EVENT_DEADLINE:
		on_deadline(round, tcp);
		break;
	default:
		break;
	}
}

static const struct option_row tcp_options[] = {
	{ .name = "banner", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("wait for the first line the peer sends and keep it as a fact") },
	{ .name = NULL }
};

const struct probe_ops probe_tcp = {
	.name        = "tcp",
	.title       = N_("TCP port"),
	.options     = tcp_options,
	.scratch_len = sizeof(struct tcp),
	.on          = tcp_on
};
