/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of "sekimori incident": VERB("name", CORRECTION, what it takes before the reason, "example"). */
VERB("merge", MERGED, INCIDENT, "merge 42 with 40 the same fibre")
VERB("split", SPLIT, TARGETS, "split 42 amf-1-sbi,amf-1-n2 another cause")
VERB("occurred", OCCURRED, TIME, "occurred 42 '2026-11-20 09:15' the switch's own log")
VERB("known", KNOWN, TIME, "known 42 '2026-11-20 09:20' first call")
VERB("restored", RESTORED, TIME, "restored 42 '2026-11-20 10:40' calls complete")
VERB("stopped", STOPPED, USERS, "stopped 42 voice 31000 counted in the HSS")
VERB("degraded", DEGRADED, USERS, "degraded 42 voice 12000 counted in the HSS")
VERB("side", DEMARCATION, WORD, "side 42 provider its own report says so")
VERB("cause", CAUSE, WORD, "cause 42 human a wrong route was set")
VERB("condition", CONDITION, ANSWER, "condition 42 BAD_CONFIG yes the change of 09:10")
VERB("leak", LEAK, PERSONS, "leak 42 secrecy 12 call records were copied")
#undef VERB
