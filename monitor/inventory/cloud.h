/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the providers with bearer tokens and JSON share: a session, one question, lists read page by
 * page to a bound, and the way from an estate to the round.  The token lives in one buffer and is
 * wiped with it; no sentence of ours ever holds it.
 */
#ifndef MONITOR_INVENTORY_CLOUD_H
#define MONITOR_INVENTORY_CLOUD_H

#include "monitor/inventory/cloud_json.h"
#include "monitor/inventory/estate.h"
#include "monitor/inventory/inventory.h"

enum {
	CLOUD_URL_MAX   = 4096,		/* octets */
	CLOUD_TOKEN_MAX = 16 << 10,	/* octets: Azure's have two thousand */
	CLOUD_PAGES_MAX = 1000		/* of one list */
};

struct cloud {
	struct inventory *inventory;
	const char       *token_header;		/* "Authorization", "X-Auth-Token" */
	struct buffer     token;		/* value of that header, NUL behind it; or empty */
	struct estate     estate;
	unsigned          lists;		/* that were read whole */
	struct why        first;		/* why the first of the others was not */
};

/* The token as it goes over the wire: "Bearer " and it, or it alone. */
void cloud_token_set(struct cloud *, const char *prefix, struct bytes token);
void cloud_free(struct cloud *);		/* wipes the token */
/* The credential's octets, as JSON; false with the round failed: what is lacking is said. */
struct json_t *cloud_credential(struct inventory *);

/*
 * One question.  body NULL: GET; else POST of JSON, or of a form where form is set.  The answer is
 * json_decref'd by the caller.  ERR_DENIED with the cloud's own words for 4xx, ERR_NOT_FOUND for
 * 404, ERR_UNREACHABLE for 5xx.  head, if not NULL, is given the answer's header lines.
 */
struct cloud_ask { const char *url; struct bytes body; bool post, form; struct buffer *head; };
struct json_t *cloud_ask(struct cloud *, const struct cloud_ask *, struct why *);
struct json_t *cloud_get(struct cloud *, const char *url, struct why *);

/*
 * A list page by page.  url_make writes the URL (and body) of the page whose mark is given ("" for
 * the first); read turns an answer into resources and the next mark.  What was read goes into the
 * estate, also where a later page fails: then it is said that the list is not whole.
 */
struct cloud_list {
	const char *what;			/* "virtual machines" */
	bool (*page_ask)(void *arg, const char *mark, struct buffer *url, struct buffer *body);
	enum err (*page_read)(void *arg, const struct json_t *, struct page *, struct why *);
	void *arg;
};
/* False: the round is over (time, network), and was failed. */
bool cloud_list(struct cloud *, const struct cloud_list *);
/* A part that failed with this sentence: said, or the round failed where nothing more can come. */
bool cloud_part_failed(struct cloud *, const char *what, const struct why *);

/* Percent-encoding of RFC 3986 section 2.3; appended. */
void cloud_url_encode(struct buffer *, struct bytes);
/* Fit to stand behind a host in an address: no name may lead our token elsewhere. */
bool cloud_path_safe(const char *path);
/* The endpoint that is configured, or the cloud's own; without a '/' at its end. */
void cloud_base(const struct inventory *, const char *own, struct buffer *url);

/* Whether this one is asked for: by kind, and by identifier or name. */
bool cloud_wanted(const struct inventory *, const struct resource *);
/* Resolves edges and hands over all that is wanted. */
void cloud_put(struct cloud *);

#endif
