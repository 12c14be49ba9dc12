/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One round against one provider's API.  A provider is one function (provider_list.h) that asks by
 * inventory_ask(), reads answers by pure parsers in files of its own, and hands over what it found
 * by inventory_put().  It never changes anything there, and it never decides what a fact means.
 */
#ifndef MONITOR_INVENTORY_INVENTORY_H
#define MONITOR_INVENTORY_INVENTORY_H

#include "monitor/inventory/stock.h"
#include "probes/wire/inventory_message.h"

/* --- one HTTP exchange ---------------------------------------------------------------------- */

enum {
	CALL_HEADERS      = 12,
	CALL_ANSWER_MAX   = 8 << 20,	/* octets of one answer: 1,000 machines have 3 MiB */
	CALL_TIME_MS      = 30000,	/* of one try */
	CALL_TRIES        = 8,		/* of one call, where the provider asks to wait */
	CALL_HEADERS_MAX  = 16 << 10,	/* octets of an answer's header lines */
	CALLS_MAX         = 20000	/* of one round: a bucket takes seven */
};

struct call_header { const char *name, *value; };

struct call {
	const char        *method;	/* "GET", "POST" */
	const char        *url;		/* encoded as it goes over the wire */
	struct call_header header[CALL_HEADERS];
	size_t             headers;
	struct bytes       body;
};

struct call_answer {
	long          status;		/* of HTTP */
	struct buffer body;
	struct buffer head;		/* "name: value\n", names in lower case */
};

/* How the outside is reached; tests have another. */
struct transport {
	void    *arg;
	/* One try, no redirect followed.  Any HTTP status is ERR_OK. */
	enum err (*exchange)(void *arg, const struct call *, int64_t time_ms,
	    struct call_answer *, struct why *);
	int64_t (*now_ms)(void *arg);	/* monotonic */
	int64_t (*wall_ms)(void *arg);	/* UTC, for signatures */
	void    (*wait)(void *arg, int64_t ms);
	void    (*step)(void *arg, struct bytes text);	/* told at once, should it be the last */
};

void call_header_add(struct call *, const char *name, const char *value);	/* views kept */
void call_answer_free(struct call_answer *);		/* usable again */
/* The value of a header line, without blanks around it; empty if it was not sent. */
struct bytes call_answer_header(const struct call_answer *, const char *name);

/* --- a round -------------------------------------------------------------------------------- */

enum rights { RIGHTS_UNKNOWN, RIGHTS_READ, RIGHTS_WRITE };

struct inventory {
	struct inventory_request request;
	const struct transport  *transport;
	int64_t                  until_ms;	/* monotonic */
	uint64_t                 calls, throttled;

	char            *account;	/* that the provider says, or NULL */
	enum rights      rights;
	struct text_list rights_write;	/* dangerous actions that are permitted */
	enum setting     root_second_factor, root_keys;
	struct stock    stock;

	/* The first failure stays. */
	enum inventory_result result;
	char                  text[INVENTORY_TEXT_MAX + 1];
};

/*
 * One exchange, again after 429, 503 or what the provider's own "throttled" says of an answer
 * (NULL: nothing else), within the round's time.  ERR_BUSY, ERR_TIMEOUT, ERR_LIMIT or what the
 * network says, with a sentence.  The answer is the caller's to free.
 */
MUST_USE enum err inventory_ask(struct inventory *, const struct call *,
    bool (*throttled)(const struct call_answer *), struct call_answer *, struct why *);

void inventory_step(struct inventory *, const char *fmt, ...) PRINTF(2, 3);
/* What ends the round: the result that fits the error, or one that is given.  Always false. */
bool inventory_fail(struct inventory *, enum inventory_result, const char *fmt, ...) PRINTF(3, 4);
bool inventory_failed(struct inventory *, const struct why *);
/* A part that cannot be read does not end the round: it is said. */
void inventory_unread(struct inventory *, const char *fmt, ...) PRINTF(2, 3);
void inventory_contradiction(struct inventory *, const char *fmt, ...) PRINTF(2, 3);
void inventory_put(struct inventory *, const struct resource *);

/* The account the provider says.  False, with the round failed, if another was declared. */
bool inventory_account(struct inventory *, struct bytes account);
/* False, with the round failed, if something dangerous is permitted and allow_write is not set. */
bool inventory_rights(struct inventory *);
/* This kind is asked for: kind is empty or the same. */
bool inventory_wants(const struct inventory *, const char *kind);
/* One resource is asked for. */
bool inventory_single(const struct inventory *);
/* The declared regions, one after another; false after the last.  at begins as 0. */
bool inventory_region(const struct inventory *, size_t *at, char *region, size_t region_len);

/* The whole round: asks the provider, settles, writes the reply's map. */
void inventory_run(struct bytes request, const struct transport *, struct buffer *reply);

/* --- providers ------------------------------------------------------------------------------ */
#define PROVIDER(name, function) void function(struct inventory *);
#include "monitor/inventory/provider_list.h"

/* --- facts.c: pure -------------------------------------------------------------------------- */
struct fact_set;
void inventory_facts(const struct inventory *, struct fact_set *);

#endif
