/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the monitor attests of its own key when its signer starts.  A key in a token proved itself
 * when it was opened; one in a file signs a nonce here.  What a token says of itself is its word.
 */
#include <stdlib.h>

#include "attest/possession.h"
#include "monitor/base/clock.h"
#include "monitor/daemon/own_key.h"
#include "monitor/ledger/facts.h"
#include "probes/token_verdict.h"

static enum err
of_token(struct fact_set *facts, struct bytes proof, struct why *why)
{
	struct claims *claims = memory_new(1, sizeof(*claims));
	struct possession possession;
	struct possession_input evidence = { .octets = proof, .at_s = clock_wall_ms() / 1000 };
	enum err err = possession_read(proof, &possession, why);

	evidence.nonce = possession.nonce;
	if (err == ERR_OK)
		err = possession_verify(&evidence, claims, why);
	if (err == ERR_OK)
		token_verdict_claims(facts, claims);
	free(claims);
	return err;
}

/* 32 octets of a digest are no checkpoint: that is text which begins with an origin. */
static enum err
of_file(struct own_key *key, struct fact_set *facts, const uint8_t public[32], struct why *why)
{
	uint8_t nonce[POSSESSION_NONCE], signature[64];
	struct hash digest;
	enum err err;

	random_fill(nonce, sizeof(nonce));
	digest = possession_digest(bytes_of(nonce, sizeof(nonce)));
	err = own_key_sign(key, hash_bytes(&digest), signature, why);
	if (err == ERR_OK && ed25519_verify(public, hash_bytes(&digest),
	    bytes_of(signature, sizeof(signature))) != ERR_OK)
		err = why_set(why, ERR_UNTRUSTED, "the signing key made a signature that does not "
		    "verify: the file, or this machine's memory, is damaged");
	fact_set_flag(facts, FACT_KEY_SIGNED, err == ERR_OK);
	fact_set_text(facts, FACT_KEY_KIND, bytes_of_text("Ed25519"));
	return err;
}

enum err
own_key_tell(struct own_key *key, struct buffer *out, struct why *why)
{
	struct fact_set *facts = memory_new(1, sizeof(*facts));
	struct buffer spki = { .max = 0 };
	uint8_t public[32];
	enum err err;

	own_key_public(key, public);
	own_key_spki(public, &spki);
	if (own_key_token(key) != NULL)
		err = of_token(facts, own_key_proof(key), why);
	else
		err = of_file(key, facts, public, why);
	fact_set_hash(facts, FACT_KEY_SPKI, hash_of(bytes_of_buffer(&spki)));
	fact_set_text(facts, FACT_KEY_PLACE, bytes_of_text(own_key_token(key) != NULL ? "token" :
	    "file"));
	if (err == ERR_OK)
		fact_set_write(facts, FACTS_ALL, out);
	fact_set_free(facts);
	free(facts);
	buffer_free(&spki);
	return err;
}
