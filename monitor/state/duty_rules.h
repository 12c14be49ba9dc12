/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which reports telecommunications law asks for, as data: a file in libconfig's syntax with the
 * duties, their clocks, and the dated editions of the tables they are judged by.  Pure: octets in,
 * rules out, everything in it checked; docs/duties.md is the format.
 */
#ifndef MONITOR_STATE_DUTY_RULES_H
#define MONITOR_STATE_DUTY_RULES_H

#include "monitor/base/bytes.h"

enum {
	DUTY_RULES_MAX      = 32,	/* duties of one file: refused */
	DUTY_EDITIONS_MAX   = 16,	/* editions of one table: refused */
	DUTY_THRESHOLDS_MAX = 4,	/* pairs of one class: refused */
	DUTY_CLOSED_MAX     = 512	/* days on which offices are closed: refused */
};

/* Classes of service, in the order of the table of ORD 58(2) in force since 2026-04-01. */
#define DUTY_CLASS_LIST(X)   \
	X(VOICE_EMERGENCY)   \
	X(VOICE_OTHER)       \
	X(LPWA)              \
	X(FREE_MAIL_MSG_10M) \
	X(FREE_INTERNET)     \
	X(INTERNET_ACCESS)   \
	X(OTHER)             \
	X(SAT_SUBSEA)

enum duty_class {
#define X(NAME) DUTY_CLASS_##NAME,
	DUTY_CLASS_LIST(X)
#undef X
	DUTY_CLASSES
};

/*
 * Conditions of a near-accident (ORD 58-2) and their part in it: all that are NEEDED, at least one
 * EVENT, nothing that EXCLUDES; or the one that stands ALONE.  EXTRA is asked for with an event.
 */
#define DUTY_CONDITION_LIST(X)       \
	X(CARRIER_SIZE,     NEEDED)   \
	X(PREFECTURES,      NEEDED)   \
	X(NOT_ACCESS,       NEEDED)   \
	X(FUNCTION,         NEEDED)   \
	X(CANNOT_STOP,      EVENT)    \
	X(CANNOT_SWITCH,    EVENT)    \
	X(FALL,             EVENT)    \
	X(FIRE,             EVENT)    \
	X(WRONG_AUTH,       EVENT)    \
	X(OVER_CAPACITY,    EVENT)    \
	X(BAD_CONFIG,       EVENT)    \
	X(PLANNED,          EXCLUDES) \
	X(WITHIN_DESIGN,    EXCLUDES) \
	X(NATURAL_DISASTER, EXCLUDES) \
	X(NOT_NOTICED,      EXTRA)    \
	X(SAT_SUBSEA,       ALONE)

enum duty_condition_code {
#define X(NAME, PART) DUTY_CONDITION_##NAME,
	DUTY_CONDITION_LIST(X)
#undef X
	DUTY_CONDITIONS
};

/* What makes a duty due; a file names them in lower case. */
#define DUTY_TRIGGER_LIST(X)                        \
	X(ACCIDENT,         "accident")             \
	X(ACCIDENT_NEAR,    "half-way-to-accident") \
	X(NEAR_ACCIDENT,    "near-accident")        \
	X(SMALL_ACCIDENT,   "small-accident")       \
	X(SECRECY_LEAK,     "secrecy-leak")         \
	X(USER_DATA_LEAK,   "user-data-leak")       \
	X(BUSINESS_STOPPED, "business-stopped")     \
	X(CAPACITY,         "capacity")             \
	X(RESTRICTION,      "restriction")          \
	X(INTRUSION,        "intrusion")            \
	X(PUBLIC_NOTICE,    "public-notice")

enum duty_trigger {
#define X(NAME, name) DUTY_TRIGGER_##NAME,
	DUTY_TRIGGER_LIST(X)
#undef X
	DUTY_TRIGGERS
};

/* From where a period runs: a moment of the incident, or the end of a period of the calendar. */
#define DUTY_ORIGIN_LIST(X)               \
	X(OCCURRED,   "occurred")         \
	X(KNOWN,      "known")            \
	X(STOPPED,    "stopped")          \
	X(RESTRICTED, "restricted")       \
	X(RECOGNISED, "recognised")       \
	X(QUARTER,    "quarter-end")      \
	X(HALF_YEAR,  "half-year-end")    \
	X(YEAR,       "fiscal-year-end")

enum duty_origin {
#define X(NAME, name) DUTY_ORIGIN_##NAME,
	DUTY_ORIGIN_LIST(X)
#undef X
	DUTY_ORIGINS
};

/* How well it is known: read in the law's text, partly or at second hand, or a tool's default. */
#define DUTY_STATUS_LIST(X)     \
	X(READ,    "read")      \
	X(PARTLY,  "partly")    \
	X(ASSUMED, "assumed")

enum duty_status {
#define X(NAME, name) DUTY_STATUS_##NAME,
	DUTY_STATUS_LIST(X)
#undef X
	DUTY_STATUSES
};

/* A period of days or of months; it ends at 24:00 JST of its last day. */
struct duty_clock {
	enum duty_origin origin;
	uint32_t         days, months;		/* one of them is 0 */
	bool             first_day_counted;	/* else from the next day */
	bool             extends;		/* past a day on which offices are closed */
	enum duty_status status;
	const char      *source;
};

struct duty_rule {
	const char *id;				/* "F3" */
	const char *label, *label_ja;		/* for a header: "prompt report" */
	const char *title, *title_ja;
	const char *article, *article_ja;
	const char *addressee, *addressee_ja;	/* to whom */
	const char *form, *form_ja;		/* "" where no form is prescribed */
	const char *note, *note_ja;		/* what a person must know of it, or "" */
	enum duty_trigger trigger;
	enum duty_status  status;
	const char       *source;
	int64_t           from_day, to_day;	/* occurred on these days, both included */
	bool              advisory;		/* a request or a guideline, no duty */
	bool              has_due;
	struct duty_clock due;
	/* Promptly: an alarm to draft and one to escalate; 0: none.  No law has these numbers. */
	int64_t           draft_ms, escalate_ms;
	enum duty_status  prompt_status;
	const char       *prompt_source;
	/* Notices to the public: the first after this time, then one each; 0: none. */
	int64_t           first_ms, every_ms;
	enum duty_status  notice_status;
	const char       *notice_source;
	/* Numbers the trigger needs; 0 where it does not (docs/duties.md). */
	uint64_t          users, persons_over;
	int64_t           span_ms;
	uint32_t          time_percent, users_percent, exempt_months;
};

struct duty_threshold { int64_t span_ms; uint64_t users; };	/* both "at least" */

struct duty_class_rule {
	const char           *title, *title_ja;
	enum duty_class       row;		/* itself, or the class it counts as */
	bool                  all_traffic;	/* only while all traffic is impossible */
	struct duty_threshold pair[DUTY_THRESHOLDS_MAX];
	uint32_t              pairs;		/* 0 where row is another class */
};

struct duty_edition {				/* of the table of major accidents */
	int64_t                from_day, to_day;	/* days of JST since 1970, both included */
	const char            *basis, *basis_ja;
	enum duty_status       status;
	const char            *source;
	struct duty_class_rule class[DUTY_CLASSES];
};

struct duty_condition {
	bool        asked;			/* the edition has it */
	const char *mark, *mark_ja;		/* "(1)" */
	const char *title, *title_ja;
	bool        with_not_noticed;		/* an event that counts only with NOT_NOTICED */
	bool        even_in_disaster;		/* an event NATURAL_DISASTER does not exclude */
};

struct duty_near_edition {			/* of the list of near-accidents */
	int64_t               from_day, to_day;
	const char           *basis, *basis_ja;
	enum duty_status      status;
	const char           *source;
	uint64_t              users;		/* CARRIER_SIZE: at the end of the fiscal year */
	uint32_t              prefectures;	/* PREFECTURES: at least so many */
	struct duty_condition condition[DUTY_CONDITIONS];
};

struct duty_rules {
	const char               *id, *edition, *title, *title_ja;
	struct duty_rule         *rule;    uint32_t rules;
	struct duty_edition      *accident; uint32_t accidents;	/* oldest first */
	struct duty_near_edition *near;    uint32_t nears;	/* oldest first */
	int64_t                  *closed;  uint32_t closed_days;	/* ascending */
	struct duty_memory       *memory;	/* owns all of it */
};

/*
 * name is for sentences ("jp-telecom.duty").  ERR_INVALID or ERR_LIMIT with "NAME:LINE: sentence":
 * the first fault.  The caller frees with duty_rules_free().
 */
MUST_USE enum err duty_rules_read(const char *name, struct bytes octets, struct duty_rules **,
    struct why *);
void duty_rules_free(struct duty_rules *);		/* NULL is fine */

/* The edition in force on a day of JST, the rule with the id; NULL if the file has none. */
const struct duty_edition *duty_edition_on(const struct duty_rules *, int64_t day);
const struct duty_near_edition *duty_near_edition_on(const struct duty_rules *, int64_t day);
const struct duty_rule *duty_rule_find(const struct duty_rules *, const char *id);

const char *duty_class_name(enum duty_class);		/* "VOICE_EMERGENCY" */
bool        duty_class_find(struct bytes name, enum duty_class *);
const char *duty_condition_name(enum duty_condition_code);	/* "CANNOT_SWITCH" */
const char *duty_status_name(enum duty_status);		/* "read" */
const char *duty_origin_name(enum duty_origin);		/* "occurred" */

#endif
