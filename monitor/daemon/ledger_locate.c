/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Location tokens on their way from the engine, which judges, to the signer and back: one at a
 * time, behind checkpoints and rotations.  The name of the key in force is the ledger's to say.
 */
#include <stdio.h>
#include <string.h>

#include "attest/ear.h"
#include "monitor/base/cbor.h"
#include "monitor/daemon/ledger_role.h"
#include "monitor/daemon/signer.h"

static void
key_name(const struct ledger_role *l, char out[EAR_KEY_MAX])
{
	snprintf(out, EAR_KEY_MAX, "%.*s+%08x", EAR_KEY_MAX - 10, l->verifier.name,
	    l->verifier.id);
}

void
locate_take(struct ledger_role *l, struct bytes body)
{
	struct cbor in = cbor_of(body, true);
	bool three = cbor_array(&in) == 3;
	uint64_t id = cbor_uint(&in), form = cbor_uint(&in);
	struct bytes claims = cbor_bytes(&in);
	char key[EAR_KEY_MAX];

	if (!three || !cbor_done(&in) || claims.len > EAR_CLAIMS_MAX)
		return;
	if (l->locate_open || l->rotating || !l->signer_agrees) {
		upkeep_acted(l, id, ERR_BUSY, l->signer_agrees ? "another token, or a new key, is "
		    "being signed; try again" :
		    "the signer is not there, or does not hold the key in force");
		return;
	}
	key_name(l, key);
	buffer_reset(&l->locate_text);
	signer_locate_put(&l->locate_text, form, bytes_of_text(key), claims);
	l->locate_open = true;
	l->locate_asked = false;
	l->locate_id = id;
	locate_turn(l);
}

void
locate_turn(struct ledger_role *l)
{
	if (!l->locate_open || l->locate_asked || l->asked_ns != 0 || l->rotating)
		return;
	key_ask(l, SIGNER_LOCATE, bytes_of_buffer(&l->locate_text));
	l->locate_asked = l->asked_ns != 0;
	if (!l->locate_asked)
		locate_forget(l);
}

void
locate_answer(struct ledger_role *l, const struct signer_reply *reply)
{
	char said[WHY_TEXT_MAX], hex[2 * 64 + 1], key[EAR_KEY_MAX];

	if (!l->locate_asked)
		return;
	l->locate_open = l->locate_asked = false;
	if (reply->err != ERR_OK || reply->key_signature.len != 64) {
		snprintf(said, sizeof(said), "the signer refused: %.*s",
		    (int)reply->sentence.len, (const char *)reply->sentence.at);
		upkeep_acted(l, l->locate_id, reply->err != ERR_OK && reply->err < ERR_COUNT ?
		    (enum err)reply->err : ERR_DENIED, said);
		return;
	}
	hex_of(reply->key_signature, hex);
	key_name(l, key);
	snprintf(said, sizeof(said), "%s %.*s", hex, (int)(sizeof(said) - sizeof(hex) - 1), key);
	upkeep_acted(l, l->locate_id, ERR_OK, said);
}

void
locate_forget(struct ledger_role *l)
{
	if (!l->locate_open)
		return;
	l->locate_open = l->locate_asked = false;
	upkeep_acted(l, l->locate_id, ERR_CLOSED, "the signer ended before it signed; try again");
}
