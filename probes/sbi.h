/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the sbi probe: one round, what an endpoint keeps, and what sbi.c and its parts share. */
#ifndef PROBES_SBI_H
#define PROBES_SBI_H

#include "probes/channel.h"
#include "probes/sbi_nrf.h"
#include "probes/sbi_session.h"
#include "probes/wire/sbi_preface.h"

enum {
	SBI_CONNECTION_MAX  = 2 << 20,	/* octets taken in a round */
	/* Then no more profiles are asked for: NRF_OCTETS_MAX of them are there, with a list. */
	SBI_PROFILES_OCTETS = SBI_CONNECTION_MAX / 4 * 3
};

enum sbi_phase {
	SBI_ASK,		/* the connection, the answer, the profiles */
	SBI_ENDING,		/* our side was ended; the peer's end is awaited */
	SBI_PLAIN		/* the same address without TLS */
};

struct sbi {
	struct channel     channel;
	struct sbi_session session;
	struct nrf         nrf;
	enum sbi_phase     phase;
	bool               wants_nrf, wants_sepp, opened, pinged, waits, concluded;
	bool               closed, last;	/* EVENT_CLOSED, EVENT_DEADLINE were told */
	int64_t            asked_ns;
	char               authority[300];

	/* Of the first answer. */
	bool               done, listed;
	enum err           answer_err, list_err;
	uint32_t           code;
	bool               reset;
	int                status;
	char               list_text[WHY_TEXT_MAX];
	size_t             next, profiles_max;	/* instance to be asked for next */

	/* The end, kept while plaintext is tried. */
	enum outcome       outcome;
	enum err           err;
	char               sentence[DETAIL_MAX];
	uint8_t            plain[SBI_PLAIN_NEED];
	size_t             plain_len;
};

/* What the last plaintext test found, repeated until the next one is due. */
struct sbi_kept {
	struct tls_kept tls;
	uint16_t        plain_port;
	int64_t         plain_ns;
	bool            plain_tried, plain_known, plain_accepted;
};

/* Why a round ends early; ERR_OK: everything that was asked for was answered. */
struct sbi_failure {
	enum err    err;
	const char *text;
};

/* Facts of what was heard, and outcome, err and sentence of the round from it. */
void sbi_verdict(struct round *, struct sbi *, struct sbi_failure);

/* The first answer, whole or not. */
void sbi_take_answer(struct round *, struct sbi *, const struct sbi_answer *);
void sbi_take_profile(struct sbi *, const struct sbi_answer *);

/* A plaintext test is permitted, due and possible now. */
bool sbi_plain_due(struct round *, const struct sbi *);
void sbi_plain_begin(struct round *, struct sbi *);
/* True once the test is over; its finding is kept. */
bool sbi_plain_event(struct round *, struct sbi *, const struct event *);
void sbi_plain_fact(struct round *);

#endif
