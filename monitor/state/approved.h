/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places and where data may be: what a place is called and in which country it is, whether two
 * witnesses mean the same place, and whether the plan approves a place for some data classes at a
 * moment.  Pure; texts are looked at and never kept.
 */
#ifndef MONITOR_STATE_APPROVED_H
#define MONITOR_STATE_APPROVED_H

#include "monitor/base/bytes.h"
#include "monitor/state/plan.h"

enum { PLACE_TEXT = 272 };		/* "provider/region": each a name at the most */

/* What is known of a place; any part may be missing. */
struct place {
	char text[PLACE_TEXT];		/* "aws/ap-northeast-1", "own/kobe"; "": no region */
	char country[3];		/* ISO 3166-1 alpha-2, or "" */
	bool own;			/* of the carrier's own: no provider */
};

/* A site as declared. */
struct place place_of_site(const struct plan *, uint32_t site);
/*
 * "provider/region" as somebody else says it.  The country is that of the plan's sites there, else
 * the shipped table's (cloud_list.h), else missing.
 */
struct place place_of_text(const struct plan *, struct bytes text);
struct place place_of_words(const struct plan *, struct bytes provider, struct bytes region);
struct place place_of_country(struct bytes country);
bool         place_is_known(const struct place *);	/* anything of it */

/*
 * Whether two mean one place: by region where both name one of a provider both know; else by
 * country.  UNCLEAR: they cannot be compared.
 */
enum place_same { PLACES_UNCLEAR, PLACES_SAME, PLACES_DIFFER };
enum place_same place_compare(const struct place *, const struct place *);

enum approval { APPROVAL_UNCLEAR, APPROVAL_YES, APPROVAL_NO };

struct approved {
	enum approval approval;
	uint32_t      exception;	/* index + 1 of the one that makes it so; 0: none */
	uint32_t      expired;		/* index + 1 of one that did until it ended; 0: none */
	uint32_t      class;		/* that decided against it, or left it unclear */
};

/* For all the classes of a mask; UNCLEAR without any. */
struct approved place_approved(const struct plan *, const struct place *, uint64_t data,
    int64_t now_ms);
/* When an exception of these classes next begins or ends; INT64_MAX: never. */
int64_t approved_next_ms(const struct plan *, uint64_t data, int64_t now_ms);

#endif
