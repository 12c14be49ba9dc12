/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the canonical bytes of affairs, as state_list.h is for the rest of the state: one CBOR
 * array per struct, in this order, lists behind the fields.  A change is a change of FOLD_VERSION.
 * types: u32, u64, i64, flag, chars (text that fits its array)
 */
#ifndef OBJECT
#define OBJECT(object, of)
#endif
#ifndef FIELD
#define FIELD(type, name)
#endif
#ifndef OBJECT_END
#define OBJECT_END(object)
#endif
OBJECT(step, impact_step)
FIELD(i64,  at_ms)
FIELD(u64,  stopped)
FIELD(u64,  degraded)
FIELD(u64,  distinct)
FIELD(flag, uncertain)
FIELD(u64,  seq)
OBJECT_END(step)

OBJECT(hit, hit)
FIELD(chars, service)
FIELD(u32,  class)
FIELD(u32,  prefectures)
FIELD(flag, addon)
FIELD(u64,  users)
FIELD(u64,  areas)
FIELD(u64,  peak)
FIELD(u64,  peak_stopped)
FIELD(u64,  peak_degraded)
FIELD(i64,  peak_ms)
FIELD(i64,  since_ms)
FIELD(i64,  until_ms)
OBJECT_END(hit)

OBJECT(set, affair_set)
FIELD(chars, set)
FIELD(u32,  worst_ppm)
FIELD(flag, lacked)
FIELD(i64,  lacked_ms)
FIELD(i64,  longest_ms)
OBJECT_END(set)

OBJECT(duty, affair_duty)
FIELD(chars, rule)
FIELD(i64,  reached_ms)
FIELD(i64,  due_ms)
FIELD(u64,  seq)
FIELD(i64,  noticed_ms)
FIELD(u32,  alarms)
FIELD(flag, standing)
FIELD(u64,  filed_seq)
FIELD(i64,  filed_ms)
OBJECT_END(duty)

OBJECT(affair, affair)
FIELD(u64,  incident)
FIELD(u32,  unplaced)
FIELD(u32,  members_seen)
FIELD(u32,  side)
FIELD(u64,  peak_told)
FIELD(i64,  queued_ms)
OBJECT_END(affair)
#undef OBJECT
#undef FIELD
#undef OBJECT_END
