/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "ike": one IKE_SA_INIT of RFC 7296 with the algorithms of today, as far as the responder's
 * choice.  A cookie is sent back and the group it wants is taken, each a bounded number of times.
 * Nothing is authenticated and no key is made: the responder forgets the half-open SA by itself.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/ike_talk.h"
#include "probes/tls_look.h"

enum { PORT = 500, SENDS_MAX = 6, METHODS_MAX = 2, FIRST_METHOD = 31 };

/* What the responder wanted last: the next round begins with it. */
struct ike_kept { uint16_t method; };

struct ike_probe {
	struct ike_talk    talk;
	struct ike_request request;
	unsigned           methods;	/* other groups that were wanted */
	bool               cookie;	/* one was asked for */
	char               broken[WHY_TEXT_MAX];	/* the last answer of ours that was none */
};

#define AEAD_TODAY { IKE_ENCR, 20, 256 }, { IKE_ENCR, 20, 128 }, { IKE_ENCR, 28, 0 }, \
	{ IKE_ENCR, 16, 256 }, { IKE_ENCR, 16, 128 }
#define CBC_TODAY { IKE_ENCR, 12, 256 }, { IKE_ENCR, 12, 192 }, { IKE_ENCR, 12, 128 }, \
	{ IKE_ENCR, 23, 256 }, { IKE_ENCR, 23, 128 }, { IKE_INTEG, 14, 0 }, \
	{ IKE_INTEG, 13, 0 }, { IKE_INTEG, 12, 0 }
#define COMMON_TODAY { IKE_PRF, 7, 0 }, { IKE_PRF, 6, 0 }, { IKE_PRF, 5, 0 }, { IKE_KE, 31, 0 }, \
	{ IKE_KE, 19, 0 }, { IKE_KE, 20, 0 }, { IKE_KE, 21, 0 }, { IKE_KE, 32, 0 }, \
	{ IKE_KE, 15, 0 }, { IKE_KE, 16, 0 }, { IKE_KE, 14, 0 }
#define ADDITIONAL_TODAY { IKE_ADDKE1, 36, 0 }, { IKE_ADDKE1, 37, 0 }, { IKE_ADDKE1, 35, 0 }

/* A responder that does not know additional key exchanges passes over those proposals. */
static const struct ike_transform aead_hybrid[] = { AEAD_TODAY, COMMON_TODAY, ADDITIONAL_TODAY };
static const struct ike_transform cbc_hybrid[] = { CBC_TODAY, COMMON_TODAY, ADDITIONAL_TODAY };
static const struct ike_transform aead[] = { AEAD_TODAY, COMMON_TODAY };
static const struct ike_transform cbc[] = { CBC_TODAY, COMMON_TODAY };

#define OFFER(array) { array, sizeof(array) / sizeof((array)[0]) }
static const struct ike_offer offers[] = { OFFER(aead_hybrid), OFFER(cbc_hybrid), OFFER(aead),
    OFFER(cbc) };

static void
request_send(struct round *round, struct ike_probe *probe)
{
	struct buffer message = { .max = IKE_DATAGRAM_MAX };

	ike_request_write(&probe->request, &message);
	ike_talk_send(round, &probe->talk, bytes_of_buffer(&message));
	buffer_free(&message);
}

static void
on_start(struct round *round, struct ike_probe *probe)
{
	const struct ike_kept *kept = round_kept(round);

	probe->request.offer = offers;
	probe->request.offers = sizeof(offers) / sizeof(offers[0]);
	ike_talk_open(round, &probe->talk);
	ike_talk_fresh(&probe->talk, kept->method != 0 ? kept->method : FIRST_METHOD,
	    &probe->request);
	request_send(round, probe);
}

static void
on_cookie(struct round *round, struct ike_probe *probe, struct bytes cookie)
{
	probe->cookie = true;
	if (++probe->talk.cookies > IKE_COOKIES_MAX) {
		round_finish(round, OUTCOME_DEGRADED, ERR_LIMIT, "the responder asked for a cookie "
		    "again and again, though each was sent back");
		return;
	}
	/* RFC 7296 2.6: the same request, with the cookie in front. */
	probe->request.cookie = cookie;
	request_send(round, probe);
	probe->request.cookie = bytes_of(NULL, 0);
}

static bool
offered(uint16_t method)
{
	for (size_t i = 0; i < sizeof(aead) / sizeof(aead[0]); i++)
		if (aead[i].type == IKE_KE && aead[i].id == method)
			return true;
	return false;
}

static void
on_method_wanted(struct round *round, struct ike_probe *probe, uint16_t wanted)
{
	struct ike_kept *kept = round_kept(round);

	if (!offered(wanted) || wanted == probe->request.method ||
	    ++probe->methods > METHODS_MAX) {
		round_finish(round, OUTCOME_DEGRADED, ERR_MALFORMED, "the responder wants key "
		    "exchange method %u, which %s", wanted, !offered(wanted) ?
		    "was not offered" : "was already tried");
		return;
	}
	kept->method = wanted;
	ike_talk_fresh(&probe->talk, wanted, &probe->request);
	request_send(round, probe);
}

static void
on_error(struct round *round, const struct ike_said *said)
{
	char name[48];

	ike_look_error(said->error, name, sizeof(name));
	fact_set_text(round_facts(round), FACT_IKE_REFUSED, bytes_of_text(name));
	if (said->error == IKE_NO_PROPOSAL_CHOSEN)
		round_finish(round, OUTCOME_DEGRADED, ERR_REFUSED, "the responder lives and chose "
		    "none of today's algorithms (NO_PROPOSAL_CHOSEN): it takes only others, or has "
		    "no connection for our address; ike-deep tells which");
	else
		round_finish(round, OUTCOME_DEGRADED, ERR_REFUSED, "the responder lives and "
		    "answered IKE_SA_INIT with %s", name);
}

static void
on_choice(struct round *round, struct ike_probe *probe, const struct ike_said *said)
{
	struct tls_finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };
	struct why why = { .err = ERR_OK };

	if (ike_choice_check(said, &probe->request, &why) != ERR_OK)
		tls_finding_add(&finding, why.err, "%s", why.text);
	else
		ike_look_choice(round, said);
	if (finding.err == ERR_OK && said->value.len != ike_value_len(said->method))
		tls_finding_add(&finding, ERR_MALFORMED, "the value of its key exchange has %zu "
		    "octets and not %zu", said->value.len, ike_value_len(said->method));
	round_finish(round, finding.err == ERR_OK ? OUTCOME_UP : OUTCOME_DEGRADED, finding.err,
	    "%s", buffer_text(&finding.text));
	buffer_free(&finding.text);
}

static void
on_answer(struct round *round, struct ike_probe *probe, const struct ike_said *said)
{
	round_answered(round);
	ike_look_answer(round, said);
	if (said->cookie.len > 0 && !said->has_sa) {
		on_cookie(round, probe, said->cookie);
		return;
	}
	if (said->wants_method && !said->has_sa) {
		on_method_wanted(round, probe, said->wanted);
		return;
	}
	fact_set_flag(round_facts(round), FACT_IKE_COOKIE, probe->cookie);
	if (said->redirect.len > 0)
		round_finish(round, OUTCOME_DEGRADED, ERR_REFUSED,
		    "the responder sends us to another gateway (REDIRECT, RFC 5685)");
	else if (said->error != 0 && !said->has_sa)
		on_error(round, said);
	else
		on_choice(round, probe, said);
}

/* What is not for our SPI may be anybody's; what is for it and broken may be forged: both wait. */
static void
on_data(struct round *round, struct ike_probe *probe, struct bytes datagram)
{
	struct bytes message = ike_talk_taken(&probe->talk, datagram);
	struct ike_said said;
	struct why why = { .err = ERR_OK };
	enum err err = ike_read(message, &said, &why);

	if (said.spi_i != probe->talk.spi || (err == ERR_OK &&
	    !ike_answers(&said, probe->talk.spi))) {
		probe->talk.ignored++;
		return;
	}
	if (err == ERR_OK) {
		on_answer(round, probe, &said);
		return;
	}
	round_answered(round);
	snprintf(probe->broken, sizeof(probe->broken), "%s", why.text);
}

static void
finish_silent(struct round *round, struct ike_probe *probe)
{
	if (probe->broken[0] != '\0')
		round_finish(round, OUTCOME_DEGRADED, ERR_MALFORMED, "%s", probe->broken);
	else if (probe->cookie || probe->methods > 0)
		round_finish(round, OUTCOME_DEGRADED, ERR_TIMEOUT, "the responder answered %s and "
		    "then said nothing more", probe->cookie ? "with a cookie" :
		    "that it wants another key exchange method");
	else if (probe->talk.ignored > 0)
		round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT, "no answer before the deadline; %u "
		    "other datagrams were ignored", probe->talk.ignored);
	else
		round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT, "no answer to %u requests before "
		    "the deadline: nobody there, a filter, or a responder that ignores us",
		    probe->talk.sends);
}

static void
ike_on(struct round *round, const struct event *event)
{
	struct ike_probe *probe = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, probe);
		break;
	case EVENT_DATA:
		on_data(round, probe, event->data);
		break;
	case EVENT_TIMER:
		(void)ike_talk_again(round, &probe->talk, SENDS_MAX);
		break;
	case EVENT_CLOSED:
		round_finish(round, OUTCOME_DOWN, event->err, "%s", event->text);
		break;
	case EVENT_DEADLINE:
		finish_silent(round, probe);
		break;
	default:
		break;
	}
}

static void
ike_end(struct round *round)
{
	struct ike_probe *probe = round_scratch(round);

	ike_talk_free(&probe->talk);
}

static const struct option_row ike_options[] = { IKE_OPTIONS, { .name = NULL } };

const struct probe_ops probe_ike = {
	.name        = "ike",
	.title       = N_("IKEv2 responder (RFC 7296)"),
	.port        = PORT,
	.options     = ike_options,
	.scratch_len = sizeof(struct ike_probe),
	.on          = ike_on,
	.end         = ike_end,
	.kept_len    = sizeof(struct ike_kept)
};
