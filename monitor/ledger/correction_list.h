/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of what a CORRECTION record corrects: CORRECT(number, NAME, "name", "text").  Numbers are
 * recorded.  The fields that count: at for times, number for numbers and choices, name for what.
 */
CORRECT(1,  MERGED,      "merged",      "it is part of another incident")
CORRECT(2,  SPLIT,       "split",       "targets of it are an incident of their own")
CORRECT(3,  OCCURRED,    "occurred",    "when it began")
CORRECT(4,  KNOWN,       "known",       "when the carrier came to know of it")
CORRECT(5,  RESTORED,    "restored",    "when service was restored; 0: it is not")
CORRECT(6,  STOPPED,     "stopped",     "users whose service (name) was stopped, at the peak")
CORRECT(7,  DEGRADED,    "degraded",    "users whose service (name) was degraded, at the peak")
CORRECT(8,  DEMARCATION, "demarcation", "whose side it lies on: 0 undetermined, 1 carrier, 2 provider, 3 interconnect")
CORRECT(9,  CAUSE,       "cause",       "class of its cause: 0 unknown, 1 equipment, 2 human, 3 external; name says more")
CORRECT(10, CONDITION,   "condition",   "a condition (name) of a duty holds: 0 no, 1 yes, 2 unknown")
CORRECT(11, LEAK,        "leak",        "persons whose information (name) leaked")
#undef CORRECT
