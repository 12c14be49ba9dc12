/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are kept fresh: what one holds, read by the parser of its form, whether a newer one
 * may take its place, and when one runs out.  Pure: times are arguments.
 */
#ifndef MONITOR_DAEMON_DOWNLOAD_H
#define MONITOR_DAEMON_DOWNLOAD_H

#include "monitor/base/bytes.h"

struct download_content {
	size_t   entries;	/* ranges, revoked certificates, keys, ...; octets of "file" */
	uint64_t serial;	/* edition, grows; 0: it has none */
	int64_t  date_ms;	/* when it was made, by itself; 0: not said */
	int64_t  until_ms;	/* when it runs out, by itself; 0: not said */
};

/* The forms, as words of a setting. */
#define DOWNLOAD_FORMS "aws azure google oracle csv registry mmdb crl jwks tcb-info pem policy " \
	"site-register file"

/* Whether what is fetched is signed, so that http does not let a stranger write it. */
bool   download_signed(const char *form);
bool   download_is_feed(const char *form);	/* a form of the section feeds */
/* What a person decides and puts there: it is watched and never fetched. */
bool   download_by_hand(const char *form);
size_t download_max(const char *form);		/* octets that are taken */

/*
 * ERR_MALFORMED and others with the parser's sentence; an empty file is refused.  now_ms: of a
 * policy's entries those that ended before count no more.
 */
MUST_USE enum err download_read(const char *form, struct bytes octets, int64_t now_ms,
    struct download_content *, struct why *);
/*
 * Whether got may take the place of had.  Not if it is older, ran out already, or has fewer than
 * half of the entries: a provider does not lose half its network overnight, a damaged file does.
 */
MUST_USE enum err download_newer(const struct download_content *had,
    const struct download_content *got, int64_t now_ms, struct why *);
/*
 * When to raise the alarm that it runs out: margin_ms before, or, if that is 0, seven days or a
 * quarter of its life before, whichever is shorter.  INT64_MAX if it does not run out.
 */
int64_t download_alarm_ms(const struct download_content *, int64_t margin_ms);

#endif
