/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where circles around several vantages meet: the countries that remain when an answer must have
 * been made within all of them at once.  At most those that no circle alone excludes.
 */
#ifndef REPORTS_LOCATION_MEET_H
#define REPORTS_LOCATION_MEET_H

#include "monitor/state/distance.h"

/*
 * Appends the codes of ISO 3166-1 with commas; nothing: no country has such a place, and one of the
 * circles, or of the places of the vantages, must be wrong.  ERR_NOT_FOUND: the outlines that the
 * plan was made with are not at hand; ERR_INVALID: fewer than two of the vantages have coordinates.
 * Works for up to seconds.
 */
MUST_USE enum err location_meet(const struct plan *, const struct distance_bound *, uint32_t count,
    struct buffer *countries, struct why *);

#endif
