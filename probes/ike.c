/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "ike": one IKE_SA_INIT of RFC 7296 with the algorithms of today, as far as the responder's
 * choice.  A cookie is sent back and the group it wants is taken, each a bounded number of times.
 * Nothing is authenticated and no key is made: the responder forgets the half-open SA by itself.
 */
#include "monitor/base/i18n.h"
#include "probes/ike_opening.h"
#include "probes/tls_look.h"

enum { PORT = 500, SENDS_MAX = 6 };

/* What the responder wanted last: the next round begins with it. */
struct ike_kept { uint16_t method; };

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
on_choice(struct round *round, const struct ike_request *request, const struct ike_said *said)
{
	struct tls_finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };
	struct why why = { .err = ERR_OK };

	if (ike_choice_check(said, request, &why) != ERR_OK)
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
on_data(struct round *round, struct ike_opening *opening, struct bytes datagram)
{
	struct ike_kept *kept = round_kept(round);
	struct ike_said said;

	if (!ike_opening_data(round, opening, datagram, &said, &kept->method))
		return;
	if (said.error != 0 && !said.has_sa)
		on_error(round, &said);
	else
		on_choice(round, &opening->request, &said);
}

static void
ike_on(struct round *round, const struct event *event)
{
	const struct ike_kept *kept = round_kept(round);
	struct ike_opening *opening = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		ike_opening_begin(round, opening, offers, sizeof(offers) / sizeof(offers[0]),
		    kept->method, false);
		break;
	case EVENT_DATA:
		on_data(round, opening, event->data);
		break;
	case EVENT_TIMER:
		(void)ike_talk_again(round, &opening->talk, SENDS_MAX);
		break;
	case EVENT_CLOSED:
		round_finish(round, OUTCOME_DOWN, event->err, "%s", event->text);
		break;
	case EVENT_DEADLINE:
		ike_opening_silent(round, opening);
		break;
	default:
		break;
	}
}

static void
ike_end(struct round *round)
{
	ike_opening_free(round_scratch(round));
}

static const struct option_row ike_options[] = { IKE_OPTIONS, { .name = NULL } };

const struct probe_ops probe_ike = {
	.name        = "ike",
	.title       = N_("IKEv2 responder (RFC 7296)"),
	.port        = PORT,
	.options     = ike_options,
	.scratch_len = sizeof(struct ike_opening),
	.on          = ike_on,
	.end         = ike_end,
	.kept_len    = sizeof(struct ike_kept)
};
