/* SPDX-License-Identifier: Apache-2.0 */
/* Text of strangers, made fit for a record, for JSON and for a terminal. */
#ifndef MONITOR_LEDGER_TEXT_H
#define MONITOR_LEDGER_TEXT_H

#include "monitor/base/bytes.h"

/*
 * Appends the text as valid UTF-8 of at most max octets (max >= 128): an octet that belongs to no
 * character becomes U+FFFD; what is longer is cut between characters and marked with the SHA-256
 * of the whole, so that two long texts that differ stay different.
 */
void text_mend(struct buffer *, struct bytes text, size_t max);
/* Appends a JSON string, quotes and all (RFC 8259 section 7); \uNNNN for what steers a terminal. */
void text_put_json(struct buffer *, struct bytes text);
/* Appends with control characters as \xNN. */
void text_put_escaped(struct buffer *, struct bytes text);
/* Appends lower-case hex. */
void text_put_hex(struct buffer *, struct bytes octets);

#endif
