/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence of possession that anybody may have written: it is read and written back as it was, and
 * whatever is accepted claims a key by 32 octets and never more than there is room for.
 */
#include <stdlib.h>

#include "attest/possession.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
verify(struct bytes octets, struct bytes nonce)
{
	struct possession_input evidence = { .octets = octets, .nonce = nonce, .at_s = 1 };
	struct claims claims;
	struct why why = { .err = ERR_OK };
	struct bytes value;
	enum err err = possession_verify(&evidence, &claims, &why);

	must((err == ERR_OK) == (claims.count > 0));
	must((err == ERR_OK) == (why.text[0] == '\0'));
	must(claims.count <= CLAIM_MAX && claims.used <= CLAIM_OCTETS);
	if (err != ERR_OK)
		return;
	must(claims_get(&claims, "key.spki", &value) && value.len == HASH_LEN);
	must(claims_get(&claims, "key.kind", &value) && value.len > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes octets = bytes_of(data, len);
	struct possession possession;
	struct buffer again = { .max = 0 }, spki = { .max = 0 };
	struct why why = { .err = ERR_OK };

	(void)possession_is(octets);
	if (possession_spki(octets, &spki, &why) == ERR_OK)
		must(spki.len > 0);
	if (possession_read(octets, &possession, &why) == ERR_OK) {
		possession_write(&again, &possession);
		must(bytes_equal(bytes_of_buffer(&again), octets));
		verify(octets, possession.nonce);
	} else {
		must(why.text[0] != '\0');
		verify(octets, bytes_of(NULL, 0));
	}
	buffer_free(&again);
	buffer_free(&spki);
	return 0;
}
