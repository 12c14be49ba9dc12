/* SPDX-License-Identifier: Apache-2.0 */
/* Claims; see claims.h. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "attest/claims.h"
#include "monitor/base/cbor.h"
#include "monitor/base/timetext.h"

#define CLAIM(NAME, name, text) const char CLAIM_##NAME[] = name;
#include "attest/claim_list.h"

void
claims_put(struct claims *claims, const char *name, enum claim_type type, struct bytes value)
{
	uint8_t *at = claims->octets + claims->used;

	assert(claims->count < CLAIM_MAX && value.len <= CLAIM_OCTETS - claims->used);
	if (value.len > 0)
		memcpy(at, value.at, value.len);
	claims->used += value.len;
	claims->claim[claims->count++] = (struct claim){ .name = name, .type = type,
	    .value = bytes_of(at, value.len) };
}

void
claims_flag(struct claims *claims, const char *name, bool value)
{
	uint8_t octet = value;

	claims_put(claims, name, CLAIM_IS_FLAG, bytes_of(&octet, 1));
}

void
claims_text(struct claims *claims, const char *name, struct bytes utf8)
{
	size_t from = claims->used;

	claims_put(claims, name, CLAIM_IS_TEXT, utf8);
	if (utf8_valid(utf8))
		return;
	for (size_t i = from; i < claims->used; i++)
		if (claims->octets[i] >= 0x80)
			claims->octets[i] = '?';
}

void
claims_octets(struct claims *claims, const char *name, struct bytes value)
{
	claims_put(claims, name, CLAIM_IS_OCTETS, value);
}

static void
number_put(struct claims *claims, const char *name, enum claim_type type, uint64_t value)
{
	uint8_t octets[8];

	for (int i = 0; i < 8; i++)
		octets[i] = (uint8_t)(value >> (56 - 8 * i));
	claims_put(claims, name, type, bytes_of(octets, sizeof(octets)));
}

void
claims_number(struct claims *claims, const char *name, uint64_t value)
{
	number_put(claims, name, CLAIM_IS_NUMBER, value);
}

void
claims_time(struct claims *claims, const char *name, int64_t ms)
{
	number_put(claims, name, CLAIM_IS_TIME, ms > 0 ? (uint64_t)ms : 0);
}

void
claims_time_earliest(struct claims *claims, const char *name, int64_t ms)
{
	uint64_t known;

	if (!claims_get_number(claims, name, &known)) {
		claims_time(claims, name, ms);
		return;
	}
	for (size_t i = 0; i < claims->count && ms >= 0 && (uint64_t)ms < known; i++) {
		uint8_t *at = claims->octets + (claims->claim[i].value.at - claims->octets);

		if (strcmp(claims->claim[i].name, name) != 0)
			continue;
		for (int k = 0; k < 8; k++)
			at[k] = (uint8_t)((uint64_t)ms >> (56 - 8 * k));
		return;
	}
}

bool
claims_get(const struct claims *claims, const char *name, struct bytes *value)
{
	for (size_t i = 0; i < claims->count; i++) {
		if (strcmp(claims->claim[i].name, name) != 0)
			continue;
		*value = claims->claim[i].value;
		return true;
	}
	return false;
}

static uint64_t
number_of(struct bytes value)
{
	struct reader in = reader_of(value);

	return read_be(&in, 8);
}

bool
claims_get_number(const struct claims *claims, const char *name, uint64_t *value)
{
	struct bytes octets;

	if (!claims_get(claims, name, &octets) || octets.len != 8)
		return false;
	*value = number_of(octets);
	return true;
}

void
claim_print(struct buffer *out, const struct claim *claim)
{
	char time[TIME_TEXT];

	switch (claim->type) {
	case CLAIM_IS_FLAG:
		buffer_put_text(out, claim->value.len == 1 && claim->value.at[0] != 0 ? "yes" :
		    "no");
		break;
	case CLAIM_IS_TEXT:
		buffer_put(out, claim->value.at, claim->value.len);
		break;
	case CLAIM_IS_OCTETS:
		for (size_t i = 0; i < claim->value.len; i++)
			buffer_print(out, "%02x", claim->value.at[i]);
		break;
	case CLAIM_IS_NUMBER:
		buffer_print(out, "%" PRIu64, number_of(claim->value));
		break;
	case CLAIM_IS_TIME:
		time_utc((int64_t)number_of(claim->value), time);
		buffer_put_text(out, time);
		break;
	}
}
