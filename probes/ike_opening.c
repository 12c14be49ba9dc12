/* SPDX-License-Identifier: Apache-2.0 */
/* The first exchange of the probes ike and ike-auth; see ike_opening.h. */
#include <stdio.h>

#include "probes/ike_keys.h"
#include "probes/ike_opening.h"

enum { METHODS_MAX = 2, FIRST_METHOD = 31 };

static void
request_send(struct round *round, struct ike_opening *opening)
{
	opening->asked.max = IKE_DATAGRAM_MAX;
	buffer_reset(&opening->asked);
	ike_request_write(&opening->request, &opening->asked);
	ike_talk_send(round, &opening->talk, bytes_of_buffer(&opening->asked));
}

static void
fresh_send(struct round *round, struct ike_opening *opening, uint16_t method)
{
	ike_talk_fresh(&opening->talk, method, &opening->request);
	if (opening->request.authenticates) {
		agreement_free(opening->agreement);
		opening->agreement = agreement_new(ike_group(method));
		buffer_reset(&opening->talk.value);
		ike_value_put(method, opening->agreement, &opening->talk.value);
		opening->request.value = bytes_of_buffer(&opening->talk.value);
	}
	request_send(round, opening);
}

void
ike_opening_begin(struct round *round, struct ike_opening *opening, const struct ike_offer *offer,
    size_t offers, uint16_t method, bool authenticates)
{
	opening->request.offer = offer;
	opening->request.offers = offers;
	opening->request.authenticates = authenticates;
	ike_talk_open(round, &opening->talk);
	fresh_send(round, opening, method != 0 ? method : FIRST_METHOD);
}

static void
on_cookie(struct round *round, struct ike_opening *opening, struct bytes cookie)
{
	opening->cookie = true;
	if (++opening->talk.cookies > IKE_COOKIES_MAX) {
		round_finish(round, OUTCOME_DEGRADED, ERR_LIMIT, "the responder asked for a cookie "
		    "again and again, though each was sent back");
		return;
	}
	/* RFC 7296 2.6: the same request, with the cookie in front. */
	opening->request.cookie = cookie;
	request_send(round, opening);
	opening->request.cookie = bytes_of(NULL, 0);
}

static bool
offered(const struct ike_request *request, uint16_t method)
{
	for (size_t i = 0; i < request->offers; i++)
		for (size_t t = 0; t < request->offer[i].count; t++)
			if (request->offer[i].transform[t].type == IKE_KE &&
			    request->offer[i].transform[t].id == method)
				return true;
	return false;
}

static void
on_method_wanted(struct round *round, struct ike_opening *opening, uint16_t method,
    uint16_t *wanted)
{
	bool known = offered(&opening->request, method);

	if (!known || method == opening->request.method || ++opening->methods > METHODS_MAX) {
		round_finish(round, OUTCOME_DEGRADED, ERR_MALFORMED, "the responder wants key "
		    "exchange method %u, which %s", method, known ? "was already tried" :
		    "was not offered");
		return;
	}
	*wanted = method;
	fresh_send(round, opening, method);
}

bool
ike_opening_data(struct round *round, struct ike_opening *opening, struct bytes datagram,
    struct ike_said *said, uint16_t *wanted)
{
	struct bytes message = ike_talk_taken(&opening->talk, datagram);
	struct why why = { .err = ERR_OK };
	enum err err = ike_read(message, said, &why);

	/* What is not for our SPI may be anybody's; what is for it and broken may be forged. */
	if (said->spi_i != opening->talk.spi || (err == ERR_OK &&
	    !ike_answers(said, opening->talk.spi))) {
		opening->talk.ignored++;
		return false;
	}
	round_answered(round);
	if (err != ERR_OK) {
		snprintf(opening->broken, sizeof(opening->broken), "%s", why.text);
		return false;
	}
	ike_look_answer(round, said);
	if (said->cookie.len > 0 && !said->has_sa) {
		on_cookie(round, opening, said->cookie);
		return false;
	}
	if (said->wants_method && !said->has_sa) {
		on_method_wanted(round, opening, said->wanted, wanted);
		return false;
	}
	fact_set_flag(round_facts(round), FACT_IKE_COOKIE, opening->cookie);
	if (said->redirect.len > 0)
		round_finish(round, OUTCOME_DEGRADED, ERR_REFUSED,
		    "the responder sends us to another gateway (REDIRECT, RFC 5685)");
	return said->redirect.len == 0;
}

void
ike_opening_silent(struct round *round, const struct ike_opening *opening)
{
	if (opening->broken[0] != '\0')
		round_finish(round, OUTCOME_DEGRADED, ERR_MALFORMED, "%s", opening->broken);
	else if (opening->cookie || opening->methods > 0)
		round_finish(round, OUTCOME_DEGRADED, ERR_TIMEOUT, "the responder answered %s and "
		    "then said nothing more", opening->cookie ? "with a cookie" :
		    "that it wants another key exchange method");
	else if (opening->talk.ignored > 0)
		round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT, "no answer before the deadline; %u "
		    "other datagrams were ignored", opening->talk.ignored);
	else
		round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT, "no answer to %u requests before "
		    "the deadline: nobody there, a filter, or a responder that ignores us",
		    opening->talk.sends);
}

void
ike_opening_free(struct ike_opening *opening)
{
	ike_talk_free(&opening->talk);
	agreement_free(opening->agreement);
	buffer_free(&opening->asked);
}
