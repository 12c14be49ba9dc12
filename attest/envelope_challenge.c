/* SPDX-License-Identifier: Apache-2.0 */
/* What asked hardware signs; apart, so that who answers needs no verifier. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attest/envelope.h"

void
envelope_digits(struct bytes challenge, char out[ENVELOPE_DIGITS])
{
	struct reader in = reader_of(challenge);

	snprintf(out, ENVELOPE_DIGITS, "%010" PRIu64, read_be(&in, 8) % UINT64_C(10000000000));
}

struct hash
envelope_challenge(struct bytes nonce, struct bytes exporter, struct bytes spki)
{
	uint8_t bound[ENVELOPE_EXPORTER + HASH_LEN] = { 0 };
	struct hash hash;

	if (exporter.len == ENVELOPE_EXPORTER)
		memcpy(bound, exporter.at, ENVELOPE_EXPORTER);
	if (spki.len > 0) {
		hash = hash_of(spki);
		memcpy(bound + ENVELOPE_EXPORTER, hash.at, HASH_LEN);
	}
	return hash_of3(bytes_of_text("sekimori challenge v1"), nonce,
	    bytes_of(bound, sizeof(bound)));
}
