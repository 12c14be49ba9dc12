/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP transfer by libcurl: http and https only, no redirects, no proxy, no credentials but
 * the bearer secret, bounded in octets and time.  An answer of any HTTP status is an answer.
 */
#ifndef MONITOR_FETCH_TRANSFER_H
#define MONITOR_FETCH_TRANSFER_H

#include <curl/curl.h>

#include "monitor/fetch/request.h"

struct transfer {
	uint64_t      id;
	uint64_t      role, index;	/* who asked */
	CURL         *easy;
	struct curl_slist *header;
	struct buffer url, body, answer;
	char          error[CURL_ERROR_SIZE];
};

/* trust_pem empty: the system's roots.  secret: the bearer token, a line end behind it is passed
 * over.  The transfer is ready for curl_multi_add_handle; everything is copied. */
MUST_USE enum err transfer_make(const struct fetch_request *, struct bytes trust_pem,
    struct bytes secret, struct transfer **, struct why *);
/* What curl's result means; status is 0 if there was no answer.  The sentence is for people. */
enum err transfer_result(struct transfer *, CURLcode, uint64_t *status, struct why *);
void     transfer_free(struct transfer *);	/* not while it is in a multi handle */

#endif
