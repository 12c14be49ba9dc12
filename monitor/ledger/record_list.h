/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of every record kind and field, in wire order.  Included with macros defined; makes the
 * structs, the codec, the CDDL, the JSON printer, the manual and the fuzz harness.
 *
 * A record is one deterministic CBOR map with integer keys: 0 kind, 1 recorded (ms UTC, given by
 * the ledger), 2 observed (ms UTC, given by who saw it), 3 role, 4 index of the role, then the
 * fields of its kind from key 8.  Numbers are for ever: a field that is no longer written keeps
 * its number; a new field goes to the end of its kind and reads as zero from older records.
 *
 *   RECORD(number, KIND, name, text)          FIELD(key, type, name, text)
 *
 * types: u64, i64, flag (bool), time (ms UTC), text, bytes, hash, hashes (list of hash),
 *        ids (ascending list of u64), facts (map of fact number to value, see fact_list.h),
 *        secret (SHA-256 of salt and value; salt and value live beside the tree, can be withheld)
 */
#ifndef RECORD
#define RECORD(number, KIND, name, text)
#endif
#ifndef FIELD
#define FIELD(key, type, name, text)
#endif
#ifndef RECORD_END
#define RECORD_END(KIND, name)
#endif

RECORD(1, KEY, key, "the key that signs checkpoints from here on; the first record of every ledger")
FIELD(8,  text,  origin,        "name of this ledger, first line of its checkpoints (C2SP tlog-checkpoint)")
FIELD(9,  text,  verifier,      "the new key as a C2SP verifier key")
FIELD(10, text,  previous,      "the key it replaces, empty for the first")
FIELD(11, bytes, signature,     "by the new key over the rotation statement")
FIELD(12, bytes, previous_signature, "by the replaced key over the same statement")
FIELD(13, text,  author,        "who asked for it")
RECORD_END(KEY, key)

RECORD(2, CONFIG, config, "the configuration in force from here on")
FIELD(8,  hash,   source,       "blob: the configuration file as written")
FIELD(9,  hash,   plan,         "blob: what was made of it, with target ids; see docs/plan.cddl")
FIELD(10, hashes, files,        "blobs: public files it refers to (trust anchors, packs)")
FIELD(11, text,   cause,        "start or reload")
FIELD(12, u64,    targets,      "how many targets are probed")
RECORD_END(CONFIG, config)

RECORD(3, PACK, pack, "a control pack was loaded")
FIELD(8,  hash, pack,           "blob: the pack as written")
FIELD(9,  text, id,             "its id")
FIELD(10, text, edition,        "its edition")
RECORD_END(PACK, pack)

RECORD(4, SELF, self, "a role of the monitor started; ends its gap")
FIELD(8,  text, version,        "of the program")
FIELD(9,  hash, program,        "SHA-256 of the running executable")
FIELD(10, hash, plan,           "the plan it works by, zero before the first CONFIG")
FIELD(11, u64,  process,        "process id")
FIELD(12, text, sandbox,        "what was in force: user, capabilities, seccomp, Landlock")
FIELD(13, text, clock_source,   "what disciplines the wall clock")
FIELD(14, i64,  clock_offset_us,"kernel's estimate of its offset")
FIELD(15, i64,  clock_error_us, "kernel's bound of its error")
RECORD_END(SELF, self)

RECORD(5, TICK, tick, "time passed and nothing else was recorded")
RECORD_END(TICK, tick)

RECORD(6, CLOCK, clock, "the wall clock left recorded time by more than a second, or came back")
FIELD(8,  time, wall,           "wall clock when it was noticed")
FIELD(9,  i64,  step_ms,        "wall clock minus recorded time; where that went on to it, before")
FIELD(10, flag, synchronised,   "the kernel calls the wall clock disciplined")
FIELD(11, i64,  clock_offset_us,"kernel's estimate of its offset")
FIELD(12, i64,  clock_error_us, "kernel's bound of its error")
FIELD(13, text, cause,          "stepped, slewed (recorded time has caught up), restart, held (not believed), believed, taken (recorded time went on to it)")
RECORD_END(CLOCK, clock)

RECORD(7, OBSERVATION, observation, "what one round of one probe saw; written on change and while k of n is counted")
FIELD(8,  u64,    target,       "id in the plan")
FIELD(9,  u64,    replica,      "which of the addresses behind the name, in ascending order, from 0")
FIELD(10, u64,    replicas,     "how many addresses the name had")
FIELD(11, u64,    outcome,      "0 unknown, 1 up, 2 degraded, 3 down")
FIELD(12, u64,    error,        "number of the error, 0 if none; see monitor/base/err.h")
FIELD(13, u64,    latency_us,   "request to answer, 0 if there was none")
FIELD(14, facts,  facts,        "everything it measured")
FIELD(15, hashes, evidence,     "blobs: raw bytes behind the facts (certificate chain, varbinds)")
FIELD(16, secret, address,      "the address probed, with port")
FIELD(17, text,   detail,       "one sentence; no addresses, no subscriber data")
RECORD_END(OBSERVATION, observation)

RECORD(8, RUN, run, "consecutive observations of one target and address with the same facts")
FIELD(8,  u64,   target,        "id in the plan")
FIELD(9,  u64,   replica,       "as in its OBSERVATION")
FIELD(10, u64,   outcome,       "the same throughout")
FIELD(11, time,  first,         "first round of this run")
FIELD(12, time,  last,          "last round of this run")
FIELD(13, u64,   rounds,        "how many rounds")
FIELD(14, u64,   missed,        "rounds that were due in it and were not made")
FIELD(15, u64,   latency_min_us,    "fastest")
FIELD(16, u64,   latency_median_us, "to within 6 %")
FIELD(17, u64,   latency_p99_us,    "to within 6 %")
FIELD(18, u64,   latency_max_us,    "slowest")
FIELD(19, facts, facts,         "varying facts as last measured")
RECORD_END(RUN, run)

RECORD(9, COVERAGE, coverage, "a worker vouches for all its targets but these")
FIELD(8,  time, from,           "end of the period before, or start of the worker")
FIELD(9,  time, to,             "end of this period")
FIELD(10, u64,  targets,        "how many targets were this worker's")
FIELD(11, u64,  rounds,         "rounds finished")
FIELD(12, ids,  missed,         "targets of which a due round was not made")
FIELD(13, ids,  late,           "targets of which a round began late by more than half its interval")
FIELD(14, ids,  held,           "targets held back, or what they showed, by a rate, a backoff or a full link")
RECORD_END(COVERAGE, coverage)

RECORD(10, GAP, gap, "somebody of us was not working; silence that is accounted for")
FIELD(8,  u64,  role,           "which role; the supervisor stands for all")
FIELD(9,  u64,  index,          "which of them")
FIELD(10, time, from,           "last sign of work that was recorded")
FIELD(11, time, to,             "when it was noticed; a SELF of that role ends the gap")
FIELD(12, u64,  lost,           "records known to be lost, 0 if that cannot be known")
FIELD(13, text, reason,         "one sentence")
RECORD_END(GAP, gap)

RECORD(11, OPERATOR, operator, "what a person did")
FIELD(8,  u64,    act,          "number of the act; see act_list.h")
FIELD(9,  u64,    uid,          "user id, from the kernel (SO_PEERCRED)")
FIELD(10, text,   author,       "user name")
FIELD(11, u64,    incident,     "which incident, 0 if none")
FIELD(12, secret, text,         "what was said")
RECORD_END(OPERATOR, operator)

RECORD(12, NOTICE, notice, "somebody outside accepted a notice")
FIELD(8,  u64,  transition,     "stable id: the record that caused it, times 16, plus its kind")
FIELD(9,  u64,  incident,       "which incident")
FIELD(10, text, channel,        "name of the channel")
FIELD(11, u64,  attempts,       "how many it took in this run of the engine")
FIELD(12, text, answer,         "what the other side said, one line")
RECORD_END(NOTICE, notice)

RECORD(13, BELIEF, belief, "what we believed, taken after a record")
FIELD(8,  u64,  size,           "records folded")
FIELD(9,  u64,  fold_version,   "version of the facts fold")
FIELD(10, hash, facts,          "SHA-256 of the canonical state")
FIELD(11, hashes, packs,        "blobs: the control packs judged by, in the plan's order")
FIELD(12, hash, judgement,      "SHA-256 of the canonical judgement, zero without a pack")
RECORD_END(BELIEF, belief)

RECORD(14, STATE, state, "canonical state; the fold can restart here")
FIELD(8,  u64,  size,           "records folded")
FIELD(9,  u64,  fold_version,   "version of the facts fold")
FIELD(10, hash, state,          "blob: the canonical state")
FIELD(11, hash, judgement,      "blob: the canonical judgement, zero without a pack")
RECORD_END(STATE, state)

RECORD(15, ANCHOR, anchor, "a time-stamp authority vouched for a checkpoint (RFC 3161)")
FIELD(8,  u64,  size,           "of the checkpoint")
FIELD(9,  hash, root,           "of the checkpoint")
FIELD(10, hash, note,           "blob: the signed checkpoint that was time-stamped")
FIELD(11, hash, token,          "blob: the time-stamp response, DER")
FIELD(12, text, authority,      "its configured name")
FIELD(13, time, stamped,        "genTime of the token")
RECORD_END(ANCHOR, anchor)

RECORD(16, FORK, fork, "this ledger goes on from a copy; another continuation was anchored")
FIELD(8,  u64,  size,           "of this ledger when it was noticed")
FIELD(9,  u64,  anchored_size,  "of the newest anchored checkpoint")
FIELD(10, hash, anchored_root,  "its root")
FIELD(11, hash, note,           "blob: that checkpoint")
FIELD(12, text, reason,         "one sentence")
RECORD_END(FORK, fork)

RECORD(17, PRUNE, prune, "bytes of old records were removed; their leaf hashes stay")
FIELD(8,  u64,  until,          "records before this one were removed")
FIELD(9,  u64,  state,          "the STATE record the fold restarts at")
FIELD(10, text, author,         "who asked for it, or the retention that did")
RECORD_END(PRUNE, prune)

RECORD(18, ERASE, erase, "a withheld value was erased; its commitment stays")
FIELD(8,  hash, commitment,     "as in the record it belongs to")
FIELD(9,  text, author,         "who asked for it")
FIELD(10, text, reason,         "why")
RECORD_END(ERASE, erase)

RECORD(19, BACKUP, backup, "a copy was made while running")
FIELD(8,  u64,  size,           "records in the copy")
FIELD(9,  hash, root,           "its root")
FIELD(10, text, name,           "its file name")
FIELD(11, text, author,         "who asked for it")
RECORD_END(BACKUP, backup)

RECORD(20, HEARTBEAT, heartbeat, "the outside watcher began or ceased to hear us")
FIELD(8,  text, channel,        "name of the channel")
FIELD(9,  flag, heard,          "it accepts our heartbeat")
FIELD(10, text, answer,         "what it said, or why not")
RECORD_END(HEARTBEAT, heartbeat)

RECORD(21, WAIVER, waiver, "a waiver of one control for one subject was asked for, agreed, refused or withdrawn")
FIELD(8,  u64,    step,         "0 asked, 1 agreed by a second person, 2 refused, 3 withdrawn")
FIELD(9,  u64,    waiver,       "number of the record that asked for it; 0 in that record")
FIELD(10, u64,    uid,          "user id, from the kernel (SO_PEERCRED)")
FIELD(11, text,   author,       "user name")
FIELD(12, text,   control,      "id of the control")
FIELD(13, text,   subject,      "as kind:name, or carrier")
FIELD(14, time,   until,        "when it ends")
FIELD(15, secret, text,         "why")
RECORD_END(WAIVER, waiver)

RECORD(22, FILING, filing, "a filing was written: from here on it cannot be exchanged unseen")
FIELD(8,  text,   report,       "kind of report: self-check")
FIELD(9,  text,   edition,      "edition of its field list")
FIELD(10, u64,    size,         "records it speaks for")
FIELD(11, hash,   root,         "root of the tree of that size")
FIELD(12, hashes, documents,    "SHA-256 of each document as written, in the order of its claims file")
FIELD(13, hash,   claims,       "SHA-256 of its claims as written")
FIELD(14, u64,    uid,          "user id, from the kernel (SO_PEERCRED)")
FIELD(15, text,   author,       "user name")
RECORD_END(FILING, filing)

#undef RECORD
#undef FIELD
#undef RECORD_END
