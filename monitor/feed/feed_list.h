/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of what providers say.  FEED_KIND(NAME, "name as in the configuration") and
 * FEED_STATE(NAME, "word in the record", open: 1 not over, 0 over, 2 it does not say).
 */
#ifndef FEED_KIND
#define FEED_KIND(NAME, name)
#endif
#ifndef FEED_STATE
#define FEED_STATE(NAME, word, open)
#endif
FEED_KIND(AWS,        "aws")
FEED_KIND(AZURE,      "azure")
FEED_KIND(GOOGLE,     "google")
FEED_KIND(STATUSPAGE, "statuspage")
FEED_KIND(RSS,        "rss")
FEED_KIND(ATOM,       "atom")

FEED_STATE(INFORMED,      "informed",      2)
FEED_STATE(ONGOING,       "ongoing",       1)
FEED_STATE(INVESTIGATING, "investigating", 1)
FEED_STATE(IDENTIFIED,    "identified",    1)
FEED_STATE(MONITORING,    "monitoring",    1)
FEED_STATE(SCHEDULED,     "scheduled",     1)
FEED_STATE(MAINTENANCE,   "maintenance",   1)
FEED_STATE(RESOLVED,      "resolved",      0)
FEED_STATE(COMPLETED,     "completed",     0)
FEED_STATE(UNLISTED,      "unlisted",      0)
#undef FEED_KIND
#undef FEED_STATE
