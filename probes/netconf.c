/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "netconf": logs in to an SSH server with a key of ours, says hello to its NETCONF
 * subsystem, reads what it can do, and closes the session as the protocol wants it.  Nothing is
 * read from or written to a datastore.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/ssh_facts.h"
#include "probes/wire/netconf.h"

/* Octets make framing be read from its beginning: a message in small pieces costs the square. */
enum { MESSAGES_MAX = 4000, READ_AGAIN_MAX = 256 << 20 };

enum phase { PHASE_CONNECT, PHASE_KEY, PHASE_SERVICE, PHASE_LOGIN, PHASE_OPEN, PHASE_SUBSYSTEM,
	PHASE_HELLO, PHASE_CLOSE };

struct netconf {
	struct ssh_link      link;
	enum phase           phase;
	struct ssh_user_key *key;
	uint32_t             channel;		/* the server's number of ours */
	uint64_t             window;		/* octets the server takes of us */
	struct buffer        data, message;
	struct buffer        pending;		/* waits for the window */
	bool                 reached, connected, chunked;
	unsigned             messages;
	size_t               read_again;	/* octets, over all events */
	struct ssh_seen      seen;
	struct tls_finding   finding;
};

static const char host_keys[] = "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"
    "ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256";

static const char *const what[] = {
	[PHASE_CONNECT]   = "the port does not accept connections",
	[PHASE_KEY]       = "its host key was not seen",
	[PHASE_SERVICE]   = "it did not come to a login",
	[PHASE_LOGIN]     = "the login was not answered",
	[PHASE_OPEN]      = "no channel was opened",
	[PHASE_SUBSYSTEM] = "the netconf subsystem was not started",
	[PHASE_HELLO]     = "the netconf subsystem did not say hello",
	[PHASE_CLOSE]     = "close-session was not answered"
};

static void
flush(struct round *round, struct netconf *n)
{
	round_send(round, bytes_of_buffer(&n->link.out));
	buffer_reset(&n->link.out);
}

static void
send_payload(struct round *round, struct netconf *n, struct buffer *payload)
{
	ssh_link_send(&n->link, bytes_of_buffer(payload));
	buffer_free(payload);
	flush(round, n);
}

static void
finish(struct round *round, struct netconf *n)
{
	if (n->connected) {
		ssh_link_end(&n->link);
		flush(round, n);
		round_shutdown(round);
	}
	ssh_seen_done(round, &n->seen, false, &n->finding);
	if (n->finding.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, OUTCOME_DEGRADED, n->finding.err, "%s",
		    buffer_text(&n->finding.text));
}

/* By how far it came: a server that spoke SSH is not down, but does not serve NETCONF. */
static void
stopped(struct round *round, struct netconf *n, enum err err, const char *text)
{
	if (n->phase == PHASE_CONNECT) {
		round_finish(round, err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN, err,
		    "%s: %s", n->reached ? "it does not speak SSH" : what[n->phase], text);
		return;
	}
	n->seen.forged = n->seen.forged || (err == ERR_UNTRUSTED && n->phase == PHASE_KEY);
	tls_finding_add(&n->finding, err, "%s: %s", what[n->phase], text);
	finish(round, n);
}

static void
on_start(struct round *round, struct netconf *n)
{
	struct why why = { .err = ERR_OK };

	n->finding.text.max = DETAIL_MAX;
	n->pending.max = 4096;
	n->data.max = n->message.max = 2 * NETCONF_MESSAGE_MAX;
	if (ssh_user_key_read(round_file(round, "key"), &n->key, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
		return;
	}
	ssh_link_start(&n->link, host_keys);
	round_connect(round);
}

static void
service_ask(struct round *round, struct netconf *n)
{
	struct buffer payload = { .max = 256 };
	struct why why = { .err = ERR_OK };

	ssh_seen_key(round, &n->link, &n->seen);
	if (ssh_link_secure(&n->link, &why) != ERR_OK) {
		stopped(round, n, why.err, why.text);
		return;
	}
	n->phase = PHASE_SERVICE;
	buffer_put_u8(&payload, SSH_SERVICE_REQUEST);
	ssh_text_put(&payload, "ssh-userauth");
	send_payload(round, n, &payload);
}

/* True: the round is finished. */
static bool
login(struct round *round, struct netconf *n)
{
	struct buffer all = { .max = 16384 }, payload = { .max = 16384 }, sign = { .max = 4096 };
	struct bytes session = ssh_exchange_hash(n->link.exchange);
	size_t head = 4 + session.len;
	bool fine;

	n->phase = PHASE_LOGIN;
	ssh_login_write(session, round_option(round, "user"), ssh_user_key_algorithm(n->key),
	    ssh_user_key_blob(n->key), &all);
	fine = ssh_user_key_sign(n->key, bytes_of_buffer(&all), &sign) == ERR_OK;
	if (!fine) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID,
		    "the option key is a key that cannot sign");
	} else {
		buffer_put(&payload, all.at + head, all.len - head);
		ssh_string_put(&payload, bytes_of_buffer(&sign));
		send_payload(round, n, &payload);
	}
	buffer_free(&all), buffer_free(&payload), buffer_free(&sign);
	return !fine;
}

static void
login_refused(struct round *round, struct netconf *n, struct bytes payload)
{
	struct why why = { .err = ERR_OK };
	struct bytes methods;
	bool partial = false;

	fact_set_flag(round_facts(round), FACT_NETCONF_LOGIN, false);
	if (ssh_failure_read(payload, &methods, &partial, &why) != ERR_OK)
		tls_finding_add(&n->finding, why.err, "%s", why.text);
	else
		tls_finding_add(&n->finding, ERR_REFUSED, partial ?
		    "the server took our key and wants more than that: %.*s" :
		    "the server does not take our key for that user; it offers %.*s",
		    (int)(methods.len < 100 ? methods.len : 100), (const char *)methods.at);
	finish(round, n);
}

/* OpenSSH opens channels with a window of 0 and widens it once the subsystem runs. */
static void
data_flush(struct round *round, struct netconf *n)
{
	struct buffer payload = { .max = 8192 };

	if (n->pending.len == 0 || n->window < n->pending.len)
		return;
	ssh_channel_data_write(n->channel, bytes_of_buffer(&n->pending), &payload);
	n->window -= n->pending.len;
	buffer_reset(&n->pending);
	send_payload(round, n, &payload);
}

static void
capabilities_facts(struct round *round, const struct netconf_hello *hello)
{
	struct bytes all = bytes_of_buffer(&hello->capabilities), list[FACT_LIST_MAX];
	struct fact_set *facts = round_facts(round);
	size_t count = 0;

	for (size_t at = 0; at < all.len && count < FACT_LIST_MAX; count++) {
		const uint8_t *end = memchr(all.at + at, '\n', all.len - at);

		list[count] = bytes_of(all.at + at, (size_t)(end - all.at) - at);
		at = (size_t)(end - all.at) + 1;
	}
	fact_set_texts(facts, FACT_NETCONF_CAPABILITIES, list, count);
	fact_set_int(facts, FACT_NETCONF_CAPABILITIES_COUNT, (int64_t)hello->count);
	fact_set_hash(facts, FACT_NETCONF_CAPABILITIES_HASH, hash_of(all));
	fact_set_text(facts, FACT_NETCONF_BASE, bytes_of_text(hello->base11 ? "1.1" : "1.0"));
	if (hello->session >= 0)
		fact_set_int(facts, FACT_NETCONF_SESSION, hello->session);
}

/* True: the round is finished. */
static bool
on_hello(struct round *round, struct netconf *n)
{
	struct why why = { .err = ERR_OK };
	struct netconf_hello hello;
	enum err err = netconf_hello_read(bytes_of_buffer(&n->message), &hello, &why);

	round_evidence(round, bytes_of_buffer(&n->message));
	if (err == ERR_OK)
		capabilities_facts(round, &hello);
	n->chunked = hello.base11;
	buffer_free(&hello.capabilities);
	if (err != ERR_OK) {
		stopped(round, n, err, why.text);
		return true;
	}
	/* RFC 6241 8.1: a server gives a session id. */
	if (hello.session < 0)
		tls_finding_add(&n->finding, ERR_MALFORMED, "the server's hello has no session id");
	round_answered(round);
	fact_set_flag(round_facts(round), FACT_NETCONF_CLOSED, false);
	n->phase = PHASE_CLOSE;
	netconf_close_write(n->chunked, &n->pending);
	data_flush(round, n);
	return false;
}

static void
on_reply(struct round *round, struct netconf *n)
{
	struct why why = { .err = ERR_OK };
	bool ok = false;

	if (netconf_reply_read(bytes_of_buffer(&n->message), &ok, &why) != ERR_OK)
		tls_finding_add(&n->finding, why.err, "%s", why.text);
	fact_set_flag(round_facts(round), FACT_NETCONF_CLOSED, ok);
	finish(round, n);
}

/* True: the round is finished. */
static bool
on_text(struct round *round, struct netconf *n, struct bytes data)
{
	struct why why = { .err = ERR_OK };
	size_t used = 0;

	buffer_put(&n->data, data.at, data.len);
	if (n->data.failed || n->phase < PHASE_SUBSYSTEM) {
		stopped(round, n, n->data.failed ? ERR_LIMIT : ERR_MALFORMED,
		    "the peer sent data that does not belong there");
		return true;
	}
	n->read_again += n->data.len;
	if (n->read_again > READ_AGAIN_MAX) {
		stopped(round, n, ERR_LIMIT, "the peer sent a message in too many small pieces");
		return true;
	}
	while (n->phase >= PHASE_HELLO) {
		enum netconf_step step = netconf_frame(bytes_of_buffer(&n->data),
		    n->phase == PHASE_CLOSE && n->chunked, &n->message, &used, &why);

		if (step == NETCONF_MORE)
			return false;
		if (step == NETCONF_BROKEN) {
			stopped(round, n, why.err, why.text);
			return true;
		}
		memmove(n->data.at, n->data.at + used, n->data.len - used);
		n->data.len -= used;
		if (n->phase == PHASE_CLOSE) {
			on_reply(round, n);
			return true;
		}
		if (on_hello(round, n))
			return true;
	}
	return false;
}

static void
subsystem_ask(struct round *round, struct netconf *n, const struct ssh_channel_message *said)
{
	struct buffer payload = { .max = 256 };

	n->channel = said->sender;
	n->window = said->window;
	n->phase = PHASE_SUBSYSTEM;
	ssh_channel_subsystem_write(n->channel, &payload);
	send_payload(round, n, &payload);
}

static bool
on_channel(struct round *round, struct netconf *n, struct bytes payload)
{
	const uint8_t no = SSH_REQUEST_FAILURE;
	struct ssh_channel_message said;

	if (!ssh_channel_read(payload, &said)) {
		stopped(round, n, ERR_MALFORMED,
		    "the peer sent a message that does not belong there");
		return true;
	}
	switch (payload.at[0]) {
	case SSH_GLOBAL_REQUEST:
		if (said.reply)
			ssh_link_send(&n->link, bytes_of(&no, 1));
		flush(round, n);
		return false;
	case SSH_CHANNEL_CONFIRMATION:
		if (n->phase != PHASE_OPEN)
			break;
		subsystem_ask(round, n, &said);
		return false;
	case SSH_CHANNEL_SUCCESS:
		if (n->phase != PHASE_SUBSYSTEM)
			break;
		n->phase = PHASE_HELLO;
		netconf_hello_write(&n->pending);
		data_flush(round, n);
		return on_text(round, n, bytes_of(NULL, 0));
	case SSH_CHANNEL_DATA:
		return on_text(round, n, said.data);
	case SSH_CHANNEL_WINDOW:
		n->window += said.window;
		data_flush(round, n);
		return false;
	case SSH_CHANNEL_EXTENDED:
	case SSH_CHANNEL_REQUEST:
		return false;
	case SSH_CHANNEL_FAILURE:
	case SSH_CHANNEL_OPEN_FAILURE:
		stopped(round, n, ERR_REFUSED, "the server refused it");
		return true;
	case SSH_CHANNEL_EOF:
	case SSH_CHANNEL_CLOSE:
		stopped(round, n, ERR_CLOSED, "the server ended the channel");
		return true;
	default:
		break;
	}
	stopped(round, n, ERR_MALFORMED, "the peer sent a message that does not belong there");
	return true;
}

/* True: the round is finished. */
static bool
on_packet(struct round *round, struct netconf *n)
{
	struct bytes payload = bytes_of_buffer(&n->link.payload);
	struct buffer open = { .max = 256 };

	if (++n->messages > MESSAGES_MAX) {
		stopped(round, n, ERR_LIMIT, "the peer sent messages without an end");
		return true;
	}
	if (payload.at[0] == SSH_SERVICE_ACCEPT && n->phase == PHASE_SERVICE)
		return login(round, n);
	if (payload.at[0] == SSH_AUTH_BANNER)
		return false;
	if (payload.at[0] == SSH_AUTH_FAILURE && n->phase == PHASE_LOGIN) {
		login_refused(round, n, payload);
		return true;
	}
	if (payload.at[0] == SSH_AUTH_SUCCESS && n->phase == PHASE_LOGIN) {
		fact_set_flag(round_facts(round), FACT_NETCONF_LOGIN, true);
		n->phase = PHASE_OPEN;
		ssh_channel_open_write(&open);
		send_payload(round, n, &open);
		return false;
	}
	return on_channel(round, n, payload);
}

static void
on_data(struct round *round, struct netconf *n, struct bytes data)
{
	struct bytes none = bytes_of(NULL, 0);

	for (;; data = none) {
		enum ssh_link_step step = ssh_link_read(&n->link, data);

		flush(round, n);
		if (step == SSH_LINK_MORE)
			return;
		if (step == SSH_LINK_FAILED) {
			stopped(round, n, n->link.err, n->link.text);
			return;
		}
		if (step == SSH_LINK_OFFER) {
			n->phase = PHASE_KEY;
			ssh_seen_offer(round, &n->link, &n->seen);
		} else if (step == SSH_LINK_PROVEN) {
			service_ask(round, n);
			if (n->phase != PHASE_SERVICE)
				return;
		} else if (on_packet(round, n)) {
			return;
		}
	}
}

static void
netconf_on(struct round *round, const struct event *event)
{
	struct netconf *n = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, n);
		break;
	case EVENT_CONNECTED:
		n->reached = n->connected = true;
		flush(round, n);
		break;
	case EVENT_DATA:
		on_data(round, n, event->data);
		break;
	case EVENT_CLOSED:
		n->connected = false;
		stopped(round, n, event->err, event->text);
		break;
	case EVENT_DEADLINE:
		stopped(round, n, ERR_TIMEOUT, "the peer did not answer before the deadline");
		break;
	default:
		break;
	}
}

static void
netconf_end(struct round *round)
{
	struct netconf *n = round_scratch(round);

	ssh_link_free(&n->link);
	ssh_user_key_free(n->key);
	buffer_free(&n->data);
	buffer_free(&n->message);
	buffer_free(&n->pending);
	buffer_free(&n->finding.text);
}

static const struct option_row netconf_options[] = {
	SSH_OPTIONS,
	{ .name = "user", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 255,
	  .help = N_("account that logs in; it needs no right but to say hello") },
	{ .name = "key", .type = OPTION_SECRET, .required = true, .minimum = 1, .maximum = 4095,
	  .help = N_("private key without a pass phrase, as ssh-keygen writes Ed25519, or PEM") },
	{ .name = NULL }
};

const struct probe_ops probe_netconf = {
	.name        = "netconf",
	.title       = N_("NETCONF over SSH"),
	.port        = 830,
	.options     = netconf_options,
	.scratch_len = sizeof(struct netconf),
	.answer_max  = 4 << 20,
	.on          = netconf_on,
	.end         = netconf_end
};
