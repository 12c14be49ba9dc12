/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's own key, in a file or a token; see own_key.h. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/possession.h"
#include "monitor/base/clock.h"
#include "monitor/base/log.h"
#include "monitor/daemon/own_key.h"
#include "probes/helper.h"
#include "probes/wire/token_message.h"

enum { MADE_ID = 8 };		/* octets of a new key's CKA_ID */

struct own_key {
	struct signing_key *file;
	struct own_token    token;
	int                 program;
	bool                proven;	/* its PIN has logged in */
	uint8_t             key[32];
	struct buffer       proof;
};

/* SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 4) without the key. */
static const uint8_t spki_head[] = { 0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0 };

struct own_key *
own_key_of_file(struct signing_key *file)
{
	struct own_key *key = memory_new(1, sizeof(*key));

	key->file = file;
	signing_key_public(file, key->key);
	return key;
}

void
own_key_spki(const uint8_t key[32], struct buffer *out)
{
	buffer_put(out, spki_head, sizeof(spki_head));
	buffer_put(out, key, 32);
}

static bool
public_take(struct bytes spki, uint8_t out[32])
{
	if (spki.len != sizeof(spki_head) + 32 ||
	    memcmp(spki.at, spki_head, sizeof(spki_head)) != 0)
		return false;
	memcpy(out, spki.at + sizeof(spki_head), 32);
	return true;
}

/* --- one question to the token ------------------------------------------------------------ */

static enum err
answer_wait(struct helper *helper)
{
	int64_t until = clock_monotonic_ns() + OWN_KEY_MS * INT64_C(1000000);
	enum err err = ERR_BUSY;

	while (err == ERR_BUSY) {
		struct pollfd wait = { .fd = helper->answer, .events = POLLIN };
		int64_t left = (until - clock_monotonic_ns()) / 1000000;

		if (left <= 0)
			return ERR_TIMEOUT;
		(void)poll(&wait, 1, (int)left);
		err = helper_read(helper);
	}
	return err;
}

static enum err
refusal(const struct token_answer *answer, struct why *why)
{
	char text[TOKEN_TEXT_MAX + 1], name[TOKEN_RV_TEXT];

	text_escape((const char *)answer->text.at, answer->text.len, text, sizeof(text));
	switch (answer->result) {
	case TOKEN_PIN_WRONG:
		return why_set(why, ERR_DENIED, "the token refused the PIN of the signing key; "
		    "because more tries could lock it, it is not tried again until the key's file "
		    "changes");
	case TOKEN_PIN_LOCKED:
	case TOKEN_PIN_COUNTED:
		return why_set(why, ERR_BUSY, "the token has counted wrong PINs, so that of the "
		    "signing key was not tried; log in once by hand, which clears the count");
	case TOKEN_PIN_MISSING:
		return why_set(why, ERR_INVALID, "the token wants a PIN: add \"pin = ...\" to the "
		    "file of the signing key");
	case TOKEN_NONE:
	case TOKEN_SEVERAL:
		return why_set(why, ERR_NOT_FOUND, "the module has %s of the label and serial "
		    "number in the file of the signing key", answer->result == TOKEN_NONE ?
		    "no token" : "more than one token");
	case TOKEN_KEY_NONE:
	case TOKEN_KEY_SEVERAL:
		return why_set(why, ERR_NOT_FOUND, "the token has %s of the object's label in the "
		    "file of the signing key", answer->result == TOKEN_KEY_NONE ? "no key" :
		    "more than one key");
	case TOKEN_CALL:
		return why_set(why, ERR_IO, "the token does not sign: %s failed: %s", text,
		    token_rv_text(answer->rv, name));
	default:
		return why_set(why, ERR_IO, "the token of the signing key cannot be used (%s)%s%s",
		    token_stage_text(answer->stage), text[0] != '\0' ? ": " : "", text);
	}
}

/* Views into the helper's octets, which the caller frees. */
static enum err
token_ask(struct own_key *key, struct token_request *request, struct helper *helper,
    struct token_answer *answer, struct why *why)
{
	const struct own_token *token = &key->token;
	struct buffer octets = { .max = 2 * TOKEN_REQUEST_MAX };
	enum err err;

	request->module = bytes_of_text(token->module);
	request->token = bytes_of_text(token->token);
	request->serial = bytes_of_text(token->serial);
	request->key = bytes_of_text(token->object);
	request->pin = bytes_of_text(token->pin);
	request->paths = bytes_of_text(token->paths);
	request->environment = bytes_of_text(token->environment);
	request->network = token->network;
	request->proven = key->proven;
	token_request_write(&octets, request);
	err = helper_start(helper, &(struct helper_program){ .name = "sekimori-token",
	    .file = key->program, .answer_max = TOKEN_ANSWER_MAX }, bytes_of_buffer(&octets), why);
	if (octets.cap > 0)
		explicit_bzero(octets.at, octets.cap);
	buffer_free(&octets);
	if (err != ERR_OK)
		return err;
	err = answer_wait(helper);
	if (err == ERR_TIMEOUT)
		return why_set(why, err, "the token of the signing key did not answer in %d s and "
		    "was ended", OWN_KEY_MS / 1000);
	if (err == ERR_OK)
		err = token_answer_read(bytes_of_buffer(&helper->octets), answer);
	if (err != ERR_OK)
		return why_set(why, err, "what came from the token's process is not an answer");
	if (!answer->whole)
		return why_set(why, ERR_IO, "the module of the signing key ended its process %s",
		    token_stage_text(answer->stage));
	return answer->result == TOKEN_SIGNED ? ERR_OK : refusal(answer, why);
}

static void
helper_end(struct helper *helper)
{
	static struct helper_graves graves;

	helper_free(helper, &graves);
	helper_graves_turn(&graves);
}

/* --- opening and signing ------------------------------------------------------------------ */

static enum err
proof_take(struct own_key *key, const uint8_t nonce[POSSESSION_NONCE], struct bytes octets,
    struct why *why)
{
	struct claims *claims = memory_new(1, sizeof(*claims));
	struct possession_input evidence = { .octets = octets,
	    .nonce = bytes_of(nonce, POSSESSION_NONCE), .at_s = clock_wall_ms() / 1000 };
	struct possession possession;
	enum err err = possession_verify(&evidence, claims, why);

	free(claims);
	if (err == ERR_OK)
		err = possession_read(octets, &possession, why);
	if (err != ERR_OK)
		return err;
	if (!public_take(possession.spki, key->key))
		return why_set(why, ERR_UNSUPPORTED, "the signing key in the token is not an "
		    "Ed25519 key; checkpoints are signed by such keys alone (C2SP signed-note)");
	buffer_put(&key->proof, octets.at, octets.len);
	key->proven = true;
	return ERR_OK;
}

enum err
own_key_of_token(const struct own_token *token, int program, bool make, struct own_key **out,
    struct why *why)
{
	struct own_key *key = memory_new(1, sizeof(*key));
	struct helper helper = { .answer = -1 };
	uint8_t nonce[POSSESSION_NONCE], id[MADE_ID];
	struct token_request request = { .nonce = bytes_of(nonce, sizeof(nonce)), .make = make,
	    .key_id = bytes_of(make ? id : NULL, make ? sizeof(id) : 0) };
	struct token_answer answer;
	enum err err;

	*out = NULL;
	key->token = *token;
	key->program = program;
	random_fill(nonce, sizeof(nonce));
	random_fill(id, sizeof(id));
	err = token_ask(key, &request, &helper, &answer, why);
	if (err == ERR_OK)
		err = proof_take(key, nonce, answer.evidence, why);
	helper_end(&helper);
	if (err == ERR_OK)
		*out = key;
	else
		own_key_free(key);
	return err;
}

void
own_key_public(const struct own_key *key, uint8_t out[32])
{
	memcpy(out, key->key, 32);
}

enum err
own_key_sign(struct own_key *key, struct bytes text, uint8_t signature[64], struct why *why)
{
	struct helper helper = { .answer = -1 };
	struct token_request request = { .message = text };
	struct token_answer answer;
	struct token_signature made;
	enum err err;

	if (key->file != NULL)
		return signing_key_sign(key->file, text, signature, why);
	err = token_ask(key, &request, &helper, &answer, why);
	if (err == ERR_OK)
		err = token_signature_read(answer.evidence, &made, why);
	if (err == ERR_OK && ed25519_verify(key->key, text, made.signature) != ERR_OK)
		err = why_set(why, ERR_UNTRUSTED, "what the token signed does not verify with the "
		    "key that proved itself at the start");
	if (err == ERR_OK)
		memcpy(signature, made.signature.at, 64);
	helper_end(&helper);
	return err;
}

struct bytes
own_key_proof(const struct own_key *key)
{
	return bytes_of_buffer(&key->proof);
}

const struct own_token *
own_key_token(const struct own_key *key)
{
	return key->file != NULL ? NULL : &key->token;
}

void
own_key_free(struct own_key *key)
{
	if (key == NULL)
		return;
	signing_key_free(key->file);
	buffer_free(&key->proof);
	explicit_bzero(key, sizeof(*key));
	free(key);
}
