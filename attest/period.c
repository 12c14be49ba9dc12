/* SPDX-License-Identifier: Apache-2.0 */
/* Challenges of periods; see period.h. */
#include "attest/envelope.h"
#include "attest/period.h"
#include "monitor/base/digest.h"

static enum err
make(struct bytes secret, struct bytes domain, int64_t length_ms, int64_t number,
    struct period *out, struct why *why)
{
	struct buffer octets = { .max = 0 };
	struct hash of = hash_of(domain);
	uint8_t mac[DIGEST_MAX];
	enum err err;

	if (secret.len < PERIOD_SECRET_MIN || secret.len > PERIOD_SECRET_MAX)
		return why_set(why, ERR_INVALID, "the secret of challenges has %zu octets; it must "
		    "have %d to %d random ones", secret.len, PERIOD_SECRET_MIN, PERIOD_SECRET_MAX);
	buffer_put_be(&octets, (uint64_t)number, 8);
	err = digest_hmac(DIGEST_SHA256, secret, bytes_of_text("sekimori period v1"),
	    hash_bytes(&of), bytes_of_buffer(&octets), mac);
	buffer_free(&octets);
	if (err != ERR_OK)
		return why_set(why, err, "this machine has no HMAC with SHA-256");
	*out = (struct period){ .number = number, .from_ms = number * length_ms,
		.until_ms = (number + 1) * length_ms };
	for (size_t i = 0; i < HASH_LEN; i++)
		out->nonce.at[i] = mac[i];
	out->challenge = envelope_challenge(hash_bytes(&out->nonce), bytes_of(NULL, 0),
	    bytes_of(NULL, 0));
	return ERR_OK;
}

enum err
period_at(struct bytes secret, struct bytes domain, int64_t length_ms, int64_t at_ms,
    struct period *out, struct why *why)
{
	return make(secret, domain, length_ms, at_ms / length_ms, out, why);
}

enum err
period_answer(struct bytes secret, struct bytes domain, int64_t length_ms, int64_t at_ms,
    struct bytes challenge, int64_t placed_ms, struct period *answered,
    enum period_answer *answer, struct why *why)
{
	int64_t now = at_ms / length_ms;

	*answer = PERIOD_STRANGE;
	for (int64_t back = 0; back <= PERIOD_KNOWN && back <= now; back++) {
		enum err err = make(secret, domain, length_ms, now - back, answered, why);

		if (err != ERR_OK)
			return err;
		if (!bytes_equal(challenge, hash_bytes(&answered->challenge)))
			continue;
		*answer = placed_ms >= answered->until_ms ? PERIOD_LATE : back > 1 ?
		    PERIOD_RAN_OUT : PERIOD_GOOD;
		return ERR_OK;
	}
	return ERR_OK;
}
