/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records: structs and the codec, both made from record_list.h.  Encoding is deterministic CBOR
 * (RFC 8949 4.2.1), so equal records are equal bytes and the Merkle leaf is over those bytes.
 */
#ifndef MONITOR_LEDGER_RECORD_H
#define MONITOR_LEDGER_RECORD_H

#include "monitor/base/bytes.h"
#include "monitor/base/hash.h"

enum record_kind {
	RECORD_NONE,
#define RECORD(number, KIND, name, text) RECORD_##KIND = number,
#include "monitor/ledger/record_list.h"
};

enum role {
	ROLE_NONE,
#define ROLE(number, NAME, name, text) ROLE_##NAME = number,
#include "monitor/ledger/role_list.h"
};

enum act {
	ACT_NONE,
#define ACT(number, NAME, name, text) ACT_##NAME = number,
#include "monitor/ledger/act_list.h"
};

enum signal_kind { SIGNAL_EVENT, SIGNAL_RAISED, SIGNAL_CLEARED, SIGNAL_NOTICE, SIGNAL_KINDS };

#define SIGNAL_FORM(number, NAME, name, text) SIGNAL_FORM_##NAME = number,
enum signal_form {
#include "monitor/ledger/signal_list.h"
};

#define SEVERITY(number, NAME, name, letter) PERCEIVED_##NAME = number,
enum severity {
#include "monitor/ledger/signal_list.h"
	SEVERITIES
};

#define ALARM_TYPE(number, NAME, name) ALARM_TYPE_##NAME = number,
enum alarm_type {
#include "monitor/ledger/signal_list.h"
	ALARM_TYPES
};

#define SIGNAL_CLOCK(number, NAME, name, text) SIGNAL_CLOCK_##NAME = number,
enum signal_clock {
#include "monitor/ledger/signal_list.h"
	SIGNAL_CLOCKS
};

#define METRIC_NAME(number, NAME, name, text) METRIC_##NAME = number,
enum metric {
	METRIC_NONE,
#include "monitor/ledger/signal_list.h"
	METRICS
};

enum window_step { WINDOW_ASKED, WINDOW_AGREED, WINDOW_REFUSED, WINDOW_ENDED, WINDOW_STEPS };
enum intent_step { INTENT_ANNOUNCED, INTENT_AGREED, INTENT_REFUSED, INTENT_WITHDRAWN,
	INTENT_STEPS };
enum intent_kind { INTENT_CHANGE, INTENT_ACCEPTANCE, INTENT_KINDS };
enum ceremony_step { CEREMONY_TOLD, CEREMONY_AGREED, CEREMONY_REFUSED, CEREMONY_WITHDRAWN,
	CEREMONY_STEPS };
enum ceremony_kind { CEREMONY_MADE, CEREMONY_ROTATED, CEREMONY_ACTIVATED, CEREMONY_DESTROYED,
	CEREMONY_KINDS };
enum window_kind { WINDOW_MAINTENANCE, WINDOW_SILENCE, WINDOW_KINDS };

enum correct {
	CORRECT_NONE,
#define CORRECT(number, NAME, name, text) CORRECT_##NAME = number,
#include "monitor/ledger/correction_list.h"
	CORRECTS
};

enum outcome { OUTCOME_UNKNOWN, OUTCOME_UP, OUTCOME_DEGRADED, OUTCOME_DOWN, OUTCOME_COUNT };

/* Lists are kept as the raw CBOR array; walk them with record_ids_next and record_hashes_next. */
struct record_list { struct bytes raw; };

typedef uint64_t           field_u64;
typedef int64_t            field_i64;
typedef bool               field_flag;
typedef int64_t            field_time;
typedef struct bytes       field_text;
typedef struct bytes       field_bytes;
typedef struct hash        field_hash;
typedef struct record_list field_hashes;
typedef struct record_list field_ids;
typedef struct bytes       field_facts;	/* a raw CBOR map; empty view reads as the empty map */
typedef struct hash        field_secret;	/* zero: there is no value */

#define RECORD(number, KIND, name, text) struct record_##name {
#define FIELD(key, type, name, text)     field_##type name;
#define RECORD_END(KIND, name)           char record_end_; };
#include "monitor/ledger/record_list.h"

struct record {
	uint64_t         seq;		/* leaf index; not part of the bytes */
	int64_t          recorded_ms;	/* never goes backwards; 0 until the ledger stamps it */
	int64_t          observed_ms;
	enum record_kind kind;
	uint64_t         role, index;	/* who wrote it */
	bool             drill;		/* of an exercise: nothing of it happened */
	union {
#define RECORD(number, KIND, name, text) struct record_##name name;
#include "monitor/ledger/record_list.h"
	};
};

/* Appends the bytes of the record. */
void record_encode(struct buffer *, const struct record *);
/*
 * Decodes bytes into rec; views point into the bytes.  Fields this version does not know are
 * passed over; an unknown kind gives ERR_UNSUPPORTED with kind and times filled in.  Refuses
 * heads and key order that are not deterministic.
 */
MUST_USE enum err record_decode(struct bytes, struct record *, struct why *);
/* record_decode, and everything else that must hold of bytes from a stranger: known kind and
 * fields only, whole-item deterministic CBOR, list order, facts types, outcome range. */
MUST_USE enum err record_check(struct bytes, struct record *, struct why *);

/* "OBSERVATION"; NULL if unknown: a text such as "kind 99" is the caller's job. */
const char *record_kind_name(uint64_t kind);
const char *role_name(uint64_t role);		/* "worker"; NULL if unknown */
const char *act_name(uint64_t act);		/* "ack"; NULL if unknown */
enum act    act_by_name(const char *);		/* ACT_NONE if unknown */
const char *outcome_name(uint64_t outcome);	/* "up" */
const char *signal_form_name(uint64_t form);	/* "trap"; NULL if unknown, as those below */
const char *severity_name(uint64_t severity);	/* "critical" */
const char *alarm_type_name(uint64_t type);	/* "communications" */
const char *signal_clock_name(uint64_t clock);	/* "doubtful" */
const char *metric_name(uint64_t metric);	/* "users" */
const char *correct_name(uint64_t what);	/* "occurred" */
enum correct correct_by_name(const char *);	/* CORRECT_NONE if unknown */

/* Lists: build into a buffer, walk from the view.  A view lives until its buffer changes: one
 * buffer for each list of a record.  Ids are given in ascending order. */
struct record_list record_ids(struct buffer *scratch, const uint64_t *ids, size_t count);
struct record_list record_hashes(struct buffer *scratch, const struct hash *, size_t count);
struct record_walk { struct cbor_view { struct bytes in; size_t at; } view; uint64_t left; };
struct record_walk record_walk_of(struct record_list);
bool record_ids_next(struct record_walk *, uint64_t *);
bool record_hashes_next(struct record_walk *, struct hash *);

/* SHA-256(salt || value); salt is 32 random octets by whoever first holds the value. */
struct hash secret_commit(struct bytes salt, struct bytes value);

/* One line for people: kind and its fields in English; secrets as their commitment. */
void record_print(struct buffer *, const struct record *);
/* The same as a JSON object, times in RFC 3339 UTC. */
void record_print_json(struct buffer *, const struct record *);
/* CDDL (RFC 8610) of every kind and fact, generated from the tables. */
void record_print_cddl(struct buffer *);

#endif
