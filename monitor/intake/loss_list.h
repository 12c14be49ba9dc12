/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of what intake could not take, each told as a SIGNAL of its own with a count:
 *
 *   LOSS(NAME, "title", SEVERITY, TYPE, "cause")
 *
 * It is told within a second when it begins, then once in INTAKE_LOSS_MS while it goes on.
 */
LOSS(UNREAD,      "messages lost before they could be read", MAJOR, COMMUNICATIONS, "congestion")
LOSS(UNSENT,      "alarms their sender says it left out", MAJOR, COMMUNICATIONS, "congestion")
LOSS(SHAPES,      "signals of more kinds than can be told apart", MAJOR, COMMUNICATIONS, "congestion")
LOSS(TEXT,        "messages recorded without their text", WARNING, COMMUNICATIONS, "congestion")
LOSS(CUT,         "messages too long to be kept whole", WARNING, COMMUNICATIONS, "invalidMessageReceived")
LOSS(MALFORMED,   "messages that could not be read", WARNING, COMMUNICATIONS, "invalidMessageReceived")
LOSS(COMMUNITY,   "traps of an unknown community", WARNING, SECURITY, "authentication failure")
LOSS(USER,        "SNMPv3 messages that were not authentic", WARNING, SECURITY, "authentication failure")
LOSS(TOKEN,       "requests without a valid token", WARNING, SECURITY, "authentication failure")
LOSS(HANDSHAKE,   "TLS connections that were refused or gave up", WARNING, SECURITY, "connectionEstablishmentError")
LOSS(CONNECTIONS, "connections beyond what is held at once", MAJOR, COMMUNICATIONS, "congestion")
LOSS(SLOW,        "connections too slow to be waited for", WARNING, COMMUNICATIONS, "timeoutExpired")
LOSS(AGAIN,       "requests told to come again later", WARNING, COMMUNICATIONS, "congestion")
LOSS(REQUEST,     "requests that were refused", WARNING, COMMUNICATIONS, "invalidMessageReceived")
LOSS(INFORM,      "informs that were not answered", MAJOR, COMMUNICATIONS, "congestion")
#undef LOSS
