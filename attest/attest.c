/* SPDX-License-Identifier: Apache-2.0 */
/* The table of verifiers, and claims; see attest.h. */
#include <assert.h>
#include <string.h>

#include "attest/attest.h"
#include "monitor/base/cbor.h"

static const struct verifier *const verifiers[] = {
#define VERIFIER(name) &verifier_##name,
#include "attest/verifier_list.h"
};

const struct verifier *const *
verifier_table(size_t *count)
{
	*count = sizeof(verifiers) / sizeof(verifiers[0]);
	return verifiers;
}

const struct verifier *
verifier_find(const char *name)
{
	for (size_t i = 0; i < sizeof(verifiers) / sizeof(verifiers[0]); i++)
		if (strcmp(verifiers[i]->name, name) == 0)
			return verifiers[i];
	return NULL;
}

const struct verifier *
verifier_for(struct bytes evidence)
{
	struct cbor in = cbor_of(evidence, true);
	bool first = cbor_map(&in) > 0 && cbor_uint(&in) == 1;
	struct bytes format = cbor_text(&in);

	for (size_t i = 0; first && format.len > 0 &&
	    i < sizeof(verifiers) / sizeof(verifiers[0]); i++)
		if (bytes_equal(format, bytes_of_text(verifiers[i]->format)))
			return verifiers[i];
	return NULL;
}

void
claims_put(struct claims *claims, const char *name, struct bytes value)
{
	uint8_t *at = claims->octets + claims->used;

	assert(claims->count < CLAIM_MAX && value.len <= CLAIM_OCTETS - claims->used);
	if (value.len > 0)
		memcpy(at, value.at, value.len);
	claims->used += value.len;
	claims->claim[claims->count++] = (struct claim){ .name = name,
	    .value = bytes_of(at, value.len) };
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
