/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of what people do: ACT(number, NAME, "name", "text").  Numbers are recorded. */
ACT(1, ACK,    "ack",    "acknowledge an incident")
ACT(2, NOTE,   "note",   "add a note to an incident, or to the timeline")
ACT(3, BACKUP, "backup", "copy the ledger while it runs")
ACT(4, PRUNE,  "prune",  "remove the bytes of records older than the retention")
ACT(5, ROTATE, "rotate", "replace the signing key")
ACT(6, ERASE,  "erase",  "erase a withheld value")
ACT(7, WAIVE,  "waive",  "ask for a waiver of a control, or withdraw one's own")
ACT(8, AGREE,  "agree",  "agree to or refuse a waiver somebody else asked for")
ACT(9, FILE,   "file",   "have a filing recorded")
ACT(10, STAMP, "stamp", "have a configured authority time-stamp a seal")
ACT(11, WINDOW,  "window",  "ask for a maintenance window or a silence, or end one's own")
ACT(12, CONSENT, "consent", "agree to or refuse a window somebody else asked for")
ACT(13, CORRECT, "correct", "correct what is believed of an incident: merge, split, times, users, cause")
ACT(14, FILL,    "fill",    "fill a field of a paper")
ACT(15, INTENT,  "intent",  "announce a change of protection, accept one, or withdraw one's own")
ACT(16, CONCUR,  "concur",  "agree to or refuse an intent somebody else announced")
#undef ACT
