/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "ike-deep": what an IKEv2 responder accepts, asked in many IKE_SA_INIT one at a time with
 * a pause between them (ike_search.h), then whether it still answers IKEv1.  A list is a fact only
 * if the search for it came to its end: half of a list would look better than the responder is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "probes/ike_search.h"
#include "probes/ike_talk.h"
#include "probes/tls_look.h"
#include "probes/wire/ike_v1.h"

enum {
	PORT = 500, MAIN_MODE = 2,
	SENDS_MAX = 2,	/* of one request; the waits between them double */
	SENDS_V1 = 2,
	SILENT_MAX = 2	/* requests in a row without an answer; then it is left alone */
};

enum step { STEP_ASKING, STEP_PAUSE, STEP_V1 };

struct deep {
	enum step          step;
	struct ike_talk    talk;
	struct ike_request request;
	struct ike_search  search;
	unsigned           attempts, attempts_max, silent;
	bool               cookie, known;	/* known: the search came to its end */
	bool               alive;		/* it answered in version 2 */
	char               stopped[WHY_TEXT_MAX];	/* why it did not, or "" */
	struct ike_v1_said v1;
	bool               v1_heard;
	struct tls_finding finding;
};

static void
request_send(struct round *round, struct deep *deep)
{
	struct buffer message = { .max = IKE_DATAGRAM_MAX };

	ike_request_write(&deep->request, &message);
	ike_talk_send(round, &deep->talk, bytes_of_buffer(&message));
	buffer_free(&message);
	deep->step = STEP_ASKING;
}

static int64_t
pause_ns(const struct round *round)
{
	int64_t ms = 0;

	if (duration_read(round_option(round, "pause"), &ms, NULL) != ERR_OK)
		ms = 0;
	return ms * 1000000;
}

static void
lists_facts(struct round *round, struct deep *deep)
{
	static const enum fact facts[IKE_PHASE_DONE] = { FACT_IKE_ACCEPTED_GROUPS,
	    FACT_IKE_ACCEPTED_ENCRYPTION, FACT_IKE_ACCEPTED_PRF, FACT_IKE_ACCEPTED_INTEGRITY,
	    FACT_IKE_ACCEPTED_ADDITIONAL };
	struct buffer text = { .max = DETAIL_MAX };
	struct ike_set weak;
	size_t count = ike_search_weak(&deep->search, &weak);
	/* Who takes nothing from us may take anything from others: that is no list. */
	bool told = deep->known && deep->search.total[IKE_PHASE_GROUPS].count > 0;

	for (int i = 0; i < IKE_PHASE_DONE && told; i++)
		ike_look_list(round, facts[i], deep->search.total[i].transform,
		    deep->search.total[i].count);
	if (told) {
		fact_set_int(round_facts(round), FACT_IKE_WEAK_COUNT, (int64_t)count);
		ike_look_list(round, FACT_IKE_WEAK, weak.transform, weak.count);
	}
	for (size_t i = 0; i < weak.count; i++) {
		buffer_put_text(&text, i > 0 ? ", " : "");
		ike_transform_put(&weak.transform[i], &text);
	}
	if (count > 0)
		tls_finding_add(&deep->finding, ERR_MISMATCH, "the responder accepts what is weak: "
		    "%.200s", buffer_text(&text));
	buffer_free(&text);
}

static void
v1_facts(struct round *round, struct deep *deep)
{
	struct buffer text = { .max = DETAIL_MAX };

	fact_set_text(round_facts(round), FACT_IKE_V1, bytes_of_text(deep->v1.has_sa ? "accepted" :
	    deep->v1_heard ? "refused" : "silent"));
	if (!deep->v1.has_sa)
		return;
	ike_v1_put(&deep->v1, &text);
	tls_finding_add(&deep->finding, ERR_MISMATCH, "it still speaks IKEv1 (RFC 9395), and chose "
	    "%s", buffer_text(&text));
	buffer_free(&text);
}

/* Everything was asked that will be. */
static void
finish(struct round *round, struct deep *deep)
{
	bool none = deep->known && deep->search.total[IKE_PHASE_GROUPS].count == 0;

	fact_set_int(round_facts(round), FACT_IKE_ATTEMPTS, deep->attempts);
	lists_facts(round, deep);
	if (none && deep->alive)
		tls_finding_add(&deep->finding, ERR_REFUSED, "the responder lives and refuses "
		    "all that this version can name: perhaps it has no connection for our address");
	if (deep->finding.err == ERR_OK && !deep->known && deep->alive)
		round_finish(round, OUTCOME_UNKNOWN, ERR_LIMIT, "what the responder accepts was "
		    "not learnt to the end: %s", deep->stopped);
	else if (deep->finding.err == ERR_OK && !deep->alive)
		round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT, "no answer in version 2 nor in "
		    "version 1; %u other datagrams were ignored", deep->talk.ignored);
	else if (deep->finding.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, OUTCOME_DEGRADED, deep->finding.err, "%s%s%s",
		    buffer_text(&deep->finding.text), deep->known ? "" :
		    "; and more was not learnt: ", deep->known ? "" : deep->stopped);
}

static void
v1_begin(struct round *round, struct deep *deep)
{
	struct buffer message = { .max = IKE_DATAGRAM_MAX };

	if (strcmp(round_option(round, "ikev1"), "true") != 0) {
		finish(round, deep);
		return;
	}
	ike_talk_fresh(&deep->talk, 0, &deep->request);
	ike_v1_write(deep->talk.spi, &message);
	ike_talk_send(round, &deep->talk, bytes_of_buffer(&message));
	buffer_free(&message);
	deep->step = STEP_V1;
	deep->attempts++;
}

static void
stop(struct round *round, struct deep *deep, const char *why)
{
	snprintf(deep->stopped, sizeof(deep->stopped), "%s", why);
	v1_begin(round, deep);
}

static void
ask(struct round *round, struct deep *deep)
{
	if (!ike_search_next(&deep->search, &deep->request)) {
		deep->known = true;
		v1_begin(round, deep);
		return;
	}
	if (deep->attempts >= deep->attempts_max) {
		stop(round, deep, "the option attempts allows no more requests");
		return;
	}
	deep->attempts++;
	ike_talk_fresh(&deep->talk, deep->search.decoy, &deep->request);
	request_send(round, deep);
}

static void
on_start(struct round *round, struct deep *deep)
{
	deep->attempts_max = (unsigned)strtoul(round_option(round, "attempts"), NULL, 10);
	deep->finding.text.max = DETAIL_MAX;
	ike_talk_open(round, &deep->talk);
	ike_search_begin(&deep->search);
	ask(round, deep);
}

static void
on_told(struct round *round, struct deep *deep, enum ike_reply reply, uint16_t wanted)
{
	struct why why = { .err = ERR_OK };

	deep->silent = 0;
	if (ike_search_told(&deep->search, reply, wanted, &why) != ERR_OK) {
		stop(round, deep, why.text);
		return;
	}
	deep->step = STEP_PAUSE;
	round_wait(round, pause_ns(round));
}

static void
on_cookie(struct round *round, struct deep *deep, struct bytes cookie)
{
	deep->cookie = true;
	if (++deep->talk.cookies > IKE_COOKIES_MAX) {
		stop(round, deep, "the responder asked for a cookie again and again, though each "
		    "was sent back");
		return;
	}
	deep->request.cookie = cookie;
	request_send(round, deep);
	deep->request.cookie = bytes_of(NULL, 0);
}

static void
on_answer(struct round *round, struct deep *deep, const struct ike_said *said)
{
	struct why why = { .err = ERR_OK };
	char text[96], name[48];

	if (!deep->alive)
		round_answered(round);
	deep->alive = true;
	if (said->cookie.len > 0 && !said->has_sa) {
		on_cookie(round, deep, said->cookie);
	} else if (said->has_sa && ike_choice_check(said, &deep->request, &why) != ERR_OK) {
		stop(round, deep, why.text);
	} else if (said->has_sa) {
		on_told(round, deep, IKE_REPLY_CHOSEN, 0);
	} else if (said->wants_method) {
		on_told(round, deep, IKE_REPLY_WANTED, said->wanted);
	} else if (said->error == IKE_NO_PROPOSAL_CHOSEN) {
		on_told(round, deep, IKE_REPLY_REFUSED, 0);
	} else {
		ike_look_error(said->error, name, sizeof(name));
		snprintf(text, sizeof(text), "the responder answered with %s",
		    said->error != 0 ? name : said->redirect.len > 0 ? "REDIRECT" :
		    "nothing of use");
		stop(round, deep, text);
	}
}

static void
on_v1(struct round *round, struct deep *deep, struct bytes message)
{
	struct why why = { .err = ERR_OK };

	if (ike_v1_read(message, &deep->v1, &why) != ERR_OK ||
	    deep->v1.cookie_i != deep->talk.spi) {
		deep->v1 = (struct ike_v1_said){ .error = 0 };
		deep->talk.ignored++;
		return;
	}
	deep->v1_heard = true;
	deep->v1.has_sa = deep->v1.has_sa && deep->v1.exchange == MAIN_MODE &&
	    deep->v1.cookie_r != 0;
	v1_facts(round, deep);
	finish(round, deep);
}

static void
on_data(struct round *round, struct deep *deep, struct bytes datagram)
{
	struct bytes message = ike_talk_taken(&deep->talk, datagram);
	struct ike_said said;
	struct why why = { .err = ERR_OK };

	if (deep->step == STEP_V1)
		on_v1(round, deep, message);
	else if (deep->step == STEP_ASKING && ike_read(message, &said, &why) == ERR_OK &&
	    ike_answers(&said, deep->talk.spi))
		on_answer(round, deep, &said);
	else
		deep->talk.ignored++;
}

static void
on_timer(struct round *round, struct deep *deep)
{
	if (deep->step == STEP_PAUSE) {
		ask(round, deep);
		return;
	}
	if (ike_talk_again(round, &deep->talk, deep->step == STEP_V1 ? SENDS_V1 : SENDS_MAX))
		return;
	if (deep->step == STEP_V1) {
		v1_facts(round, deep);
		finish(round, deep);
	} else if (!deep->alive || ++deep->silent >= SILENT_MAX) {
		stop(round, deep, "it no longer answers, and is left alone");
	} else {
		ask(round, deep);
	}
}

static void
on_deadline(struct round *round, struct deep *deep)
{
	if (deep->stopped[0] == '\0')
		snprintf(deep->stopped, sizeof(deep->stopped), "the deadline came after %u "
		    "requests; a longer deadline or a shorter pause lets it end", deep->attempts);
	finish(round, deep);
}

static void
deep_on(struct round *round, const struct event *event)
{
	struct deep *deep = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, deep);
		break;
	case EVENT_DATA:
		on_data(round, deep, event->data);
		break;
	case EVENT_TIMER:
		on_timer(round, deep);
		break;
	case EVENT_CLOSED:
		if (deep->alive)
			on_deadline(round, deep);
		else
			round_finish(round, OUTCOME_DOWN, event->err, "%s", event->text);
		break;
	case EVENT_DEADLINE:
		on_deadline(round, deep);
		break;
	default:
		break;
	}
}

static void
deep_end(struct round *round)
{
	struct deep *deep = round_scratch(round);

	ike_talk_free(&deep->talk);
	buffer_free(&deep->finding.text);
}

static const struct option_row deep_options[] = {
	IKE_OPTIONS,
	{ .name = "pause", .type = OPTION_DURATION, .minimum = 1, .maximum = 10000,
	  .otherwise = "20ms", .help = N_("between an answer and the next request") },
	{ .name = "attempts", .type = OPTION_INTEGER, .minimum = 1, .maximum = 400,
	  .otherwise = "200", .help = N_("most requests in one round") },
	{ .name = "ikev1", .type = OPTION_FLAG, .otherwise = "true",
	  .help = N_("ask once whether IKEv1 Main Mode is still accepted") },
	{ .name = NULL }
};

const struct probe_ops probe_ike_deep = {
	.name        = "ike-deep",
	.title       = N_("what an IKEv2 responder accepts"),
	.port        = PORT,
	.options     = deep_options,
	.scratch_len = sizeof(struct deep),
	.on          = deep_on,
	.end         = deep_end
};
