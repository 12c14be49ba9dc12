/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "ssh": what an SSH server offers, the host keys it can prove it has, and which logins it
 * would take.  One connection for each kind of host key, one after another, each ended before any
 * login; no password and no key of ours is ever sent.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/ssh_facts.h"

enum phase { PHASE_OFFER, PHASE_KEY, PHASE_SERVICE, PHASE_LOGIN };

struct ssh {
	struct ssh_link    link;
	enum phase         phase;
	size_t             connection;	/* 0: the first, which asks for logins too */
	size_t             kind;	/* that this connection asks for, if not the first */
	bool               connected;
	bool               offered;	/* the server has answered: the round is not down */
	unsigned           kinds;	/* bit for each of ssh_kinds still to be looked at */
	unsigned           missed;	/* kinds that are offered and were not seen */
	unsigned           banners;
	struct ssh_seen    seen;
	struct tls_finding finding;
	char               note[DETAIL_MAX + 64];	/* what could not be known, and why */
};

static const char every_kind[] = "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"
    "ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256,ssh-ed448,ssh-rsa,ssh-dss";

static void
flush(struct round *round, struct ssh *ssh)
{
	round_send(round, bytes_of_buffer(&ssh->link.out));
	buffer_reset(&ssh->link.out);
}

static void
leave(struct round *round, struct ssh *ssh)
{
	if (!ssh->connected)
		return;
	ssh_link_end(&ssh->link);
	flush(round, ssh);
	round_shutdown(round);
	ssh->connected = false;
}

static void
note_put(struct ssh *ssh, const char *what, const char *why)
{
	if (ssh->note[0] == '\0')
		snprintf(ssh->note, sizeof(ssh->note), "%s: %s", what, why);
}

/* What was seen is said, whatever could not be. */
static void
finish_seen(struct round *round, struct ssh *ssh)
{
	bool all = strcmp(round_option(round, "hostkeys"), "all") == 0;
	const char *found;

	leave(round, ssh);
	ssh_seen_done(round, &ssh->seen, all && ssh->missed == 0 && ssh->kinds == 0,
	    &ssh->finding);
	found = buffer_text(&ssh->finding.text);
	if (ssh->finding.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", ssh->note);
	else
		round_finish(round, OUTCOME_DEGRADED, ssh->finding.err, "%s%s%s", found,
		    ssh->note[0] != '\0' ? "; " : "", ssh->note);
}

static void
begin(struct round *round, struct ssh *ssh, const char *host_keys)
{
	ssh_link_free(&ssh->link);
	ssh_link_start(&ssh->link, host_keys);
	ssh->phase = PHASE_OFFER;
	round_connect(round);
}

/* The next kind of host key has a connection of its own: it alone is asked for. */
static void
next(struct round *round, struct ssh *ssh)
{
	leave(round, ssh);
	for (size_t i = 0; i < SSH_KINDS; i++) {
		if ((ssh->kinds & (1u << i)) == 0)
			continue;
		ssh->connection++;
		ssh->kind = i;
		round_wait(round, round_left_ns(round) / 2);
		begin(round, ssh, ssh_kinds[i]);
		return;
	}
	finish_seen(round, ssh);
}

/*
 * What ended a connection early is the server's fault, or only means that we could not see more:
 * it has a limit, or nothing that we can do.
 */
static bool
blamed(const struct ssh *ssh, enum err err)
{
	if (ssh->connection == 0 && ssh->phase == PHASE_KEY)
		return err != ERR_UNSUPPORTED;
	return err == ERR_MALFORMED || err == ERR_UNTRUSTED || err == ERR_LIMIT ||
	    (err == ERR_TIMEOUT && ssh->connection == 0);
}

/* Said as a finding or beside it. */
static void
missed_put(struct ssh *ssh, enum err err, const char *text)
{
	const char *what = ssh->phase >= PHASE_SERVICE ? "which logins it offers is not known" :
	    ssh->seen.keys == 0 ? "its host keys were not seen" : "not every host key was seen";

	if (blamed(ssh, err))
		tls_finding_add(&ssh->finding, err, "%s: %s", what, text);
	else
		note_put(ssh, what, text);
}

/* Which kinds the server has, by its offer. */
static void
kinds_find(struct round *round, struct ssh *ssh)
{
	struct bytes theirs = ssh->link.theirs.list[SSH_HOSTKEY], chosen;

	if (strcmp(round_option(round, "hostkeys"), "all") != 0)
		return;
	for (size_t i = 0; i < SSH_KINDS; i++)
		if (ssh_choose(bytes_of_text(ssh_kinds[i]), theirs, &chosen))
			ssh->kinds |= 1u << i;
}

static void
kind_done(struct ssh *ssh, bool seen)
{
	struct bytes chosen = ssh->link.chosen[SSH_HOSTKEY];

	for (size_t i = 0; i < SSH_KINDS; i++) {
		struct bytes name = chosen, each, list = bytes_of_text(ssh_kinds[i]);

		if ((ssh->kinds & (1u << i)) == 0)
			continue;
		while (ssh_name_next(&list, &each))
			if (bytes_equal(each, name)) {
				ssh->kinds &= ~(1u << i);
				ssh->missed |= seen ? 0 : 1u << i;
			}
	}
}

/* A kind that was asked for alone and not shown is dropped, so that the round comes to an end. */
static void
kind_drop(struct ssh *ssh)
{
	kind_done(ssh, false);
	if (ssh->connection == 0 || (ssh->kinds & (1u << ssh->kind)) == 0)
		return;
	ssh->kinds &= ~(1u << ssh->kind);
	ssh->missed |= 1u << ssh->kind;
}

static void
on_offer(struct round *round, struct ssh *ssh)
{
	ssh->phase = PHASE_KEY;
	if (ssh->offered)
		return;
	ssh->offered = true;
	round_answered(round);
	round_wait(round, round_left_ns(round) / 2);
	ssh_seen_offer(round, &ssh->link, &ssh->seen);
	kinds_find(round, ssh);
}

/* True: the connection goes on to the login. */
static bool
on_proven(struct round *round, struct ssh *ssh)
{
	struct buffer payload = { .max = 256 };
	struct why why = { .err = ERR_OK };

	ssh_seen_key(round, &ssh->link, &ssh->seen);
	kind_done(ssh, true);
	if (ssh->connection > 0 || strcmp(round_option(round, "login"), "true") != 0)
		return false;
	if (ssh_link_secure(&ssh->link, &why) != ERR_OK) {
		note_put(ssh, "which logins it offers is not known", why.text);
		return false;
	}
	ssh->phase = PHASE_SERVICE;
	buffer_put_u8(&payload, SSH_SERVICE_REQUEST);
	ssh_text_put(&payload, "ssh-userauth");
	ssh_link_send(&ssh->link, bytes_of_buffer(&payload));
	buffer_free(&payload);
	flush(round, ssh);
	return true;
}

static void
methods_facts(struct round *round, struct bytes methods)
{
	struct bytes name[FACT_LIST_MAX], list = methods;
	size_t count = 0;

	while (count < FACT_LIST_MAX && ssh_name_next(&list, &name[count]))
		count++;
	fact_set_texts(round_facts(round), FACT_SSH_AUTH_METHODS, name, count);
	fact_set_flag(round_facts(round), FACT_SSH_AUTH_PASSWORD,
	    ssh_names_have(methods, "password") ||
	    ssh_names_have(methods, "keyboard-interactive"));
	fact_set_flag(round_facts(round), FACT_SSH_AUTH_NONE, false);
}

static void
login_ask(struct round *round, struct ssh *ssh)
{
	struct buffer payload = { .max = 2048 };

	ssh->phase = PHASE_LOGIN;
	ssh_auth_none_write(round_option(round, "user"), &payload);
	ssh_link_send(&ssh->link, bytes_of_buffer(&payload));
	buffer_free(&payload);
	flush(round, ssh);
}

/* True: the connection has told all it can. */
static bool
on_packet(struct round *round, struct ssh *ssh)
{
	struct bytes payload = bytes_of_buffer(&ssh->link.payload), methods;
	struct why why = { .err = ERR_OK };
	bool partial;

	switch (payload.at[0]) {
	case SSH_SERVICE_ACCEPT:
		if (ssh->phase != PHASE_SERVICE)
			break;
		login_ask(round, ssh);
		return false;
	case SSH_AUTH_BANNER:
		if (++ssh->banners <= 16)
			return false;
		break;
	case SSH_AUTH_FAILURE:
		if (ssh->phase != PHASE_LOGIN)
			break;
		if (ssh_failure_read(payload, &methods, &partial, &why) == ERR_OK)
			methods_facts(round, methods);
		else
			missed_put(ssh, why.err, why.text);
		return true;
	case SSH_AUTH_SUCCESS:
		if (ssh->phase != PHASE_LOGIN)
			break;
		fact_set_flag(round_facts(round), FACT_SSH_AUTH_NONE, true);
		tls_finding_add(&ssh->finding, ERR_MISMATCH,
		    "the server let us in without any credentials");
		return true;
	default:
		break;
	}
	missed_put(ssh, ERR_MALFORMED, "the peer sent a message that does not belong there");
	return true;
}

/* This connection gives no more; the round may have others. */
static void
connection_failed(struct round *round, struct ssh *ssh, enum err err, const char *text)
{
	if (!ssh->offered) {
		leave(round, ssh);
		round_finish(round, err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN, err, "%s",
		    text);
		return;
	}
	if (err == ERR_UNTRUSTED && ssh->phase == PHASE_KEY)
		ssh->seen.forged = true;
	missed_put(ssh, err, text);
	if (ssh->phase < PHASE_SERVICE)
		kind_drop(ssh);
	/* Who does not agree with us on the first connection will not on another. */
	if (ssh->connection == 0 && ssh->phase < PHASE_SERVICE) {
		ssh->missed |= ssh->kinds;
		ssh->kinds = 0;
	}
	next(round, ssh);
}

static void
on_data(struct round *round, struct ssh *ssh, struct bytes data)
{
	struct bytes none = bytes_of(NULL, 0);
	bool on = true;

	for (;; data = none) {
		enum ssh_link_step step = ssh_link_read(&ssh->link, data);

		flush(round, ssh);
		if (step == SSH_LINK_MORE)
			return;
		if (step == SSH_LINK_FAILED) {
			connection_failed(round, ssh, ssh->link.err, ssh->link.text);
			return;
		}
		if (step == SSH_LINK_OFFER)
			on_offer(round, ssh);
		else if (step == SSH_LINK_PROVEN)
			on = on_proven(round, ssh);
		else
			on = !on_packet(round, ssh);
		if (!on) {
			next(round, ssh);
			return;
		}
	}
}

static void
on_closed(struct round *round, struct ssh *ssh, const struct event *event)
{
	char text[DETAIL_MAX];

	snprintf(text, sizeof(text), ssh->connected ? "the connection ended early: %s" :
	    "the port does not accept connections: %s", event->text);
	ssh->connected = false;
	connection_failed(round, ssh, event->err, text);
}

static void
on_deadline(struct round *round, struct ssh *ssh)
{
	if (!ssh->offered) {
		connection_failed(round, ssh, ERR_TIMEOUT, ssh->connected ?
		    "the peer did not say what it offers before the deadline" :
		    "the port did not answer before the deadline");
		return;
	}
	missed_put(ssh, ERR_TIMEOUT, "the peer did not answer before the deadline");
	finish_seen(round, ssh);
}

static void
ssh_on(struct round *round, const struct event *event)
{
	struct ssh *ssh = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		ssh->finding.text.max = DETAIL_MAX;
		begin(round, ssh, every_kind);
		break;
	case EVENT_CONNECTED:
		ssh->connected = true;
		flush(round, ssh);
		break;
	case EVENT_DATA:
		on_data(round, ssh, event->data);
		break;
	case EVENT_TIMER:
		connection_failed(round, ssh, ERR_TIMEOUT, "the peer did not answer in time");
		break;
	case EVENT_CLOSED:
		on_closed(round, ssh, event);
		break;
	case EVENT_DEADLINE:
		on_deadline(round, ssh);
		break;
	default:
		break;
	}
}

static void
ssh_end(struct round *round)
{
	struct ssh *ssh = round_scratch(round);

	ssh_link_free(&ssh->link);
	buffer_free(&ssh->finding.text);
}

static const struct option_row ssh_options[] = {
	SSH_OPTIONS,
	{ .name = "hostkeys", .type = OPTION_WORD, .otherwise = "all", .words = "all first",
	  .help = N_("every kind of host key the server offers, each by a connection of its own, "
	    "or the preferred one alone") },
	{ .name = "login", .type = OPTION_FLAG, .otherwise = "true",
	  .help = N_("ask which logins are offered, by the method \"none\"; the server may log "
	    "it") },
	{ .name = "user", .type = OPTION_TEXT, .otherwise = "sekimori", .minimum = 1,
	  .maximum = 255, .help = N_("name that is asked for; nobody logs in") },
	{ .name = NULL }
};

const struct probe_ops probe_ssh = {
	.name        = "ssh",
	.title       = N_("SSH server"),
	.port        = 22,
	.options     = ssh_options,
	.scratch_len = sizeof(struct ssh),
	.on          = ssh_on,
	.end         = ssh_end
};
