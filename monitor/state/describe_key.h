/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences about keys and the hardware behind them, in the reader's language. */
#ifndef MONITOR_STATE_DESCRIBE_KEY_H
#define MONITOR_STATE_DESCRIBE_KEY_H

#include "monitor/state/key_chain.h"

const char *key_stand_word(enum key_stand);	/* "proven", "only declared", ... */
const char *key_link_word(enum key_link);	/* "hardware" */

/*
 * "UDM tokyo-2 at 10.2.3.4:443 speaks with key K; K was made in HSM serial S, never exportable,
 * attested 40 s ago under policy P.", as of now_ms: of a wire that is equal, of a chain that is
 * KEY_HOLDS.  All appended.
 */
void key_sentence(const struct state *, const struct key_chain *, const struct key_wire *,
    int64_t now_ms, struct buffer *);
/* Of a chain that is not: the link that is missing or broken, why, and what to do.  reason and
 * advice, marked for translation: those of a rule that decided; NULL: the link's own. */
void key_lacking(const struct key_chain *, const char *reason, const char *advice,
    struct buffer *);
/* "udm-2-tls 10.2.3.4:443"; as "wire" has it where there is no such target. */
void key_wire_name(const struct key_wire *, struct buffer *);
/* A fact of a link for people: flags in the reader's language. */
void key_fact_text(const struct fact_row *, struct bytes value, struct buffer *);
/* "40 s", "3 min", "5 h", "2 d": whole units. */
void key_age(int64_t ms, struct buffer *);

#endif
