/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "mail": the way of alarms by mail up to the first server: its greeting, TLS by STARTTLS and
 * the certificate behind it, and what DNS says of the sending domain.  No mail is sent.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/channel.h"
#include "probes/mail_policy.h"
#include "probes/resolve.h"
#include "probes/tls_options.h"
#include "probes/wire/mail.h"

enum { PORT = 25, TEXTS_MAX = 32 };

enum phase { PHASE_GREETING, PHASE_HELLO, PHASE_STARTTLS, PHASE_TLS, PHASE_HELLO_TLS, PHASE_DNS };

struct mail {
	struct channel     channel;
	struct mail_policy policy;
	enum phase         phase;
	bool               serves;	/* it greeted and answered EHLO */
	struct tls_finding finding;
};

static void
finish(struct round *round, struct mail *mail)
{
	mail_policy_end(round, &mail->policy);
	if (mail->finding.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, OUTCOME_DEGRADED, mail->finding.err, "%s",
		    buffer_text(&mail->finding.text));
}

static void
finish_failed(struct round *round, struct mail *mail, enum outcome outcome, enum err err,
    const char *text)
{
	channel_look(round, &mail->channel, &mail->finding);
	channel_end(round, &mail->channel);
	round_finish(round, outcome, err, "%s", text);
}

static void
on_start(struct round *round, struct mail *mail)
{
	struct why why = { .err = ERR_OK };

	mail->finding.text.max = DETAIL_MAX;
	if (tls_kept_prepare(round, &why) != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
	else
		(void)channel_start(round, &mail->channel, false);
}

static void
say(struct round *round, struct mail *mail, const char *line)
{
	channel_send(round, &mail->channel, bytes_of_text(line));
}

/* Our own address as a literal (RFC 5321 4.1.3) where no name is configured. */
static void
hello(struct round *round, struct mail *mail)
{
	const char *name = round_option(round, "hello");
	struct sockaddr_storage own = { .ss_family = AF_UNSPEC };
	const void *at = &((struct sockaddr_in *)&own)->sin_addr;
	char line[300], text[INET6_ADDRSTRLEN] = "";

	if (!round_local_address(round, &own))
		own.ss_family = AF_INET;
	if (own.ss_family == AF_INET6)
		at = &((struct sockaddr_in6 *)&own)->sin6_addr;
	inet_ntop(own.ss_family, at, text, sizeof(text));
	if (name[0] != '\0')
		snprintf(line, sizeof(line), "EHLO %s\r\n", name);
	else
		snprintf(line, sizeof(line), "EHLO [%s%s]\r\n",
		    own.ss_family == AF_INET6 ? "IPv6:" : "", text);
	say(round, mail, line);
}

/* SMTP is over: DNS is asked, if it is to be. */
static void
smtp_done(struct round *round, struct mail *mail)
{
	struct why why = { .err = ERR_OK };

	round_answered(round);
	channel_look(round, &mail->channel, &mail->finding);
	say(round, mail, "QUIT\r\n");
	channel_end(round, &mail->channel);
	if (round_option(round, "domain")[0] == '\0') {
		finish(round, mail);
		return;
	}
	round_close(round);
	mail->phase = PHASE_DNS;
	if (mail_policy_start(round, &mail->policy, &why) != ERR_OK) {
		tls_finding_add(&mail->finding, why.err, "%s, so that SPF and DMARC are not known",
		    why.text);
		finish(round, mail);
	}
}

static void
extensions_fact(struct round *round, const struct mail_reply *reply)
{
	struct bytes view[TEXTS_MAX];
	size_t count = 0;

	for (size_t i = 1; i < reply->lines && count < TEXTS_MAX; i++)
		view[count++] = reply->line[i];
	fact_set_texts(round_facts(round), FACT_MAIL_EXTENSIONS, view, count);
}

static void
on_greeting(struct round *round, struct mail *mail, const struct mail_reply *reply)
{
	char text[DETAIL_MAX];

	fact_set_text(round_facts(round), FACT_MAIL_BANNER, reply->line[0]);
	if (reply->code != 220) {
		snprintf(text, sizeof(text), "the server greets with %u: it takes no mail",
		    reply->code);
		finish_failed(round, mail, OUTCOME_DOWN, ERR_REFUSED, text);
		return;
	}
	mail->phase = PHASE_HELLO;
	hello(round, mail);
}

static void
on_hello(struct round *round, struct mail *mail, const struct mail_reply *reply)
{
	struct fact_set *facts = round_facts(round);
	bool secure = mail->phase == PHASE_HELLO_TLS;
	char text[DETAIL_MAX];

	if (reply->code != 250) {
		snprintf(text, sizeof(text), "the server refuses EHLO with %u", reply->code);
		finish_failed(round, mail, OUTCOME_DEGRADED, ERR_REFUSED, text);
		return;
	}
	mail->serves = true;
	extensions_fact(round, reply);
	if (secure) {
		smtp_done(round, mail);
		return;
	}
	fact_set_flag(facts, FACT_MAIL_STARTTLS, mail_offers(reply, "STARTTLS"));
	fact_set_flag(facts, FACT_MAIL_AUTH_CLEAR, mail_offers(reply, "AUTH"));
	if (mail_offers(reply, "AUTH"))
		tls_finding_add(&mail->finding, ERR_MISMATCH, "the server takes logins without TLS "
		    "(AUTH): passwords go in the clear");
	if (!mail_offers(reply, "STARTTLS")) {
		tls_finding_add(&mail->finding, ERR_UNSUPPORTED, "the server offers no STARTTLS: "
		    "alarms go in the clear");
		smtp_done(round, mail);
		return;
	}
	mail->phase = PHASE_STARTTLS;
	say(round, mail, "STARTTLS\r\n");
}

static void
on_secured(struct round *round, struct mail *mail, enum channel_step step)
{
	if (step == CHANNEL_READY) {
		fact_set_flag(round_facts(round), FACT_MAIL_TLS, true);
		mail->phase = PHASE_HELLO_TLS;
		hello(round, mail);
	} else if (step == CHANNEL_FAILED) {
		fact_set_flag(round_facts(round), FACT_MAIL_TLS, false);
		finish_failed(round, mail, mail->channel.err == ERR_IO ? OUTCOME_UNKNOWN :
		    OUTCOME_DEGRADED, mail->channel.err, mail->channel.text);
	}
}

static void
on_starttls(struct round *round, struct mail *mail, const struct mail_reply *reply, bool more)
{
	char text[DETAIL_MAX];

	if (reply->code != 220) {
		fact_set_flag(round_facts(round), FACT_MAIL_TLS, false);
		snprintf(text, sizeof(text), "the server offers STARTTLS and refuses it with %u",
		    reply->code);
		finish_failed(round, mail, OUTCOME_DEGRADED, ERR_REFUSED, text);
		return;
	}
	/* Nothing in the clear may follow (RFC 3207 4.2): it could be somebody else's. */
	if (more)
		tls_finding_add(&mail->finding, ERR_MALFORMED, "something was sent in the clear "
		    "behind the answer to STARTTLS, where somebody on the way could put it");
	mail->phase = PHASE_TLS;
	on_secured(round, mail, channel_secure(round, &mail->channel, ""));
}

static void
on_reply(struct round *round, struct mail *mail, const struct mail_reply *reply, bool more)
{
	if (mail->phase == PHASE_GREETING)
		on_greeting(round, mail, reply);
	else if (mail->phase == PHASE_STARTTLS)
		on_starttls(round, mail, reply, more);
	else
		on_hello(round, mail, reply);
}

/* One reply answers what was asked; what is behind it belongs to nothing of ours. */
static void
on_data(struct round *round, struct mail *mail)
{
	struct why why = { .err = ERR_OK };
	struct buffer *data = &mail->channel.data;
	struct mail_reply reply;
	size_t len;
	enum mail_step step = mail_reply_read(bytes_of_buffer(data), &reply, &len, &why);

	if (step == MAIL_BROKEN) {
		finish_failed(round, mail, OUTCOME_DOWN, why.err, why.text);
	} else if (step == MAIL_DONE) {
		bool more = len < data->len;
		struct bytes all = bytes_of_buffer(data);

		round_evidence(round, bytes_slice(all, 0, len));
		on_reply(round, mail, &reply, more);
		buffer_reset(data);
	} else if (mail->channel.ended) {
		finish_failed(round, mail, OUTCOME_DOWN, ERR_TRUNCATED,
		    channel_ended_text(&mail->channel));
	}
}

static void
on_step(struct round *round, struct mail *mail, enum channel_step step)
{
	enum err err = mail->channel.err;

	if (mail->phase == PHASE_TLS)
		on_secured(round, mail, step);
	else if (step == CHANNEL_FAILED)
		finish_failed(round, mail, err == ERR_IO ? OUTCOME_UNKNOWN : mail->serves ?
		    OUTCOME_DEGRADED : OUTCOME_DOWN, err, mail->channel.text);
	else if (step == CHANNEL_DATA || step == CHANNEL_ENDED)
		on_data(round, mail);
}

static void
mail_on(struct round *round, const struct event *event)
{
	struct mail *mail = round_scratch(round);

	if (event->kind == EVENT_START) {
		on_start(round, mail);
	} else if (mail->phase != PHASE_DNS) {
		on_step(round, mail, channel_event(round, &mail->channel, event, ""));
	} else if (event->kind == EVENT_DEADLINE) {
		tls_finding_add(&mail->finding, ERR_TIMEOUT, "the resolver did not answer before "
		    "the deadline, so that SPF and DMARC are not known");
		finish(round, mail);
	} else if (mail_policy_event(round, &mail->policy, event, &mail->finding)) {
		finish(round, mail);
	}
}

static void
mail_end(struct round *round)
{
	struct mail *mail = round_scratch(round);

	mail_policy_end(round, &mail->policy);
	channel_free(&mail->channel);
	buffer_free(&mail->finding.text);
}

static const char *
mail_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	const char *domain = option(of, "domain"), *resolver = option(of, "resolver");
	struct sockaddr_storage address;
	struct dns_name name;

	if ((domain[0] == '\0') != (resolver[0] == '\0'))
		return N_("domain and resolver belong together: the domain's SPF and DMARC are "
		    "asked of the resolver");
	if (domain[0] != '\0' && dns_name_of(domain, &name, NULL) != ERR_OK)
		return N_("the option domain is no name of DNS");
	if (resolver[0] != '\0' && !address_read(resolver, 53, &address))
		return N_("the option resolver is no address");
	return tls_options_fault(option, of);
}

static const struct option_row mail_options[] = {
	TLS_OPTIONS,
	{ .name = "hello", .type = OPTION_TEXT, .minimum = 1, .maximum = 253,
	  .help = N_("name that the monitor greets with (EHLO); without it, its address") },
	{ .name = "domain", .type = OPTION_TEXT, .minimum = 1, .maximum = 240,
	  .help = N_("domain that alarms are sent from, whose SPF and DMARC are looked at") },
	{ .name = "resolver", .type = OPTION_TEXT, .minimum = 1, .maximum = 45,
	  .help = N_("address of the resolver that is asked for them") },
	{ .name = "resolver_port", .type = OPTION_INTEGER, .minimum = 1, .maximum = 65535,
	  .otherwise = "53", .help = N_("its port") },
	{ .name = NULL }
};

const struct probe_ops probe_mail = {
	.name         = "mail",
	.title        = N_("SMTP server and mail domain"),
	.port         = PORT,
	.options      = mail_options,
	.fault        = mail_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct mail),
	.on           = mail_on,
	.end          = mail_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
