/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Location tokens: who asks says which subject, the engine says out of its own state where it is,
 * the signer signs.  A signature is verified with the key that the records say is in force; who
 * asked and what was signed is an OPERATOR record before the token is handed out.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attest/ear.h"
#include "monitor/base/cbor.h"
#include "monitor/base/clock.h"
#include "monitor/daemon/engine.h"
#include "monitor/daemon/locate_statement.h"
#include "monitor/ledger/note.h"

enum { LOCATE_SIGN_MS = 20000 };		/* until the signer is given up */

static enum err
text_read(struct pending *p, struct bytes text, char subject[LOCATE_SUBJECT_MAX], struct why *why)
{
	const uint8_t *blank = text.len > 0 ? memchr(text.at, ' ', text.len) : NULL;
	struct bytes form = bytes_slice(text, 0, blank != NULL ? (size_t)(blank - text.at) : 0);
	struct bytes name = bytes_slice(text, form.len + 1, text.len);

	for (p->form = 0; p->form < EAR_FORMS; p->form++)
		if (bytes_equal(form, bytes_of_text(ear_form_name((enum ear_form)p->form))))
			break;
	if (p->form == EAR_FORMS || name.len == 0 || name.len >= LOCATE_SUBJECT_MAX)
		return why_set(why, ERR_INVALID, "say json or cbor, and then the subject, as "
		    "instance:NAME, store:NAME or key:NAME");
	snprintf(subject, LOCATE_SUBJECT_MAX, "%.*s", (int)name.len, (const char *)name.at);
	return ERR_OK;
}

static enum err
claims_make(struct engine *e, struct pending *p, const char *subject, struct why *why)
{
	struct locate_statement *made = memory_new(1, sizeof(*made));
	struct note_verifier key;
	struct hash root;
	enum err err;

	err = note_verifier_read(bytes_of_text(e->state->verifier), &key, why);
	if (err == ERR_OK)
		err = ledger_root(e->ledger, e->state->size, &root, why);
	if (err == ERR_OK)
		err = locate_statement_make(e->state, subject, made, why);
	if (err == ERR_OK) {
		char hex[HASH_TEXT];

		hash_text(root, hex);
		made->ear.origin = key.name;
		made->ear.root = hex;
		made->ear.size = e->state->size;
		err = ear_claims(&made->ear, (enum ear_form)p->form, &p->claims, why);
	}
	locate_statement_free(made);
	return err;
}

enum err
locate_ask(struct engine *e, struct pending *p, struct bytes text, struct why *why)
{
	struct buffer body = { .max = 0 };
	char subject[LOCATE_SUBJECT_MAX];
	enum err err = text_read(p, text, subject, why);

	if (err == ERR_OK)
		err = claims_make(e, p, subject, why);
	if (err != ERR_OK)
		return err;
	snprintf(p->text, sizeof(p->text), "%s", subject);
	p->act_id = ++e->last_act;
	cbor_put_array(&body, 3);
	cbor_put_uint(&body, p->act_id);
	cbor_put_uint(&body, p->form);
	cbor_put_bytes(&body, bytes_of_buffer(&p->claims));
	err = port_send(e->ledger_port, MESSAGE_LOCATE, bytes_of_buffer(&body));
	buffer_free(&body);
	if (err != ERR_OK)
		return why_set(why, err, "the ledger does not take the question now (%s); try "
		    "again", err_text(err));
	p->stage = PENDING_ACTED;
	p->until_ms = e->now_ms + LOCATE_SIGN_MS;
	return ERR_OK;
}

static enum err
token_make(struct engine *e, struct pending *p, const char *answer, struct buffer *token,
    struct why *why)
{
	struct buffer signed_octets = { .max = 2 * EAR_TOKEN_MAX };
	struct bytes claims = bytes_of_buffer(&p->claims);
	struct note_verifier key;
	uint8_t signature[64];
	char hex[2 * sizeof(signature) + 1];
	const char *name = answer + sizeof(hex);
	enum err err;

	snprintf(hex, sizeof(hex), "%s", answer);
	if (strlen(answer) <= sizeof(hex) || answer[sizeof(hex) - 1] != ' ' ||
	    hex_read(hex, signature, sizeof(signature)) != ERR_OK)
		return why_set(why, ERR_MALFORMED, "the ledger's answer is no signature");
	err = note_verifier_read(bytes_of_text(e->state->verifier), &key, why);
	if (err == ERR_OK)
		err = ear_to_sign((enum ear_form)p->form, name, claims, &signed_octets, why);
	if (err == ERR_OK && ed25519_verify(key.key, bytes_of_buffer(&signed_octets),
	    bytes_of(signature, sizeof(signature))) != ERR_OK)
		err = why_set(why, ERR_UNTRUSTED, "the signer's signature does not verify with the "
		    "key in force");
	if (err == ERR_OK)
		err = ear_token((enum ear_form)p->form, name, claims,
		    bytes_of(signature, sizeof(signature)), token, why);
	buffer_free(&signed_octets);
	return err;
}

static enum err
token_record(struct engine *e, struct pending *p, const struct buffer *token, struct why *why)
{
	struct buffer coded = { .max = 2 * EAR_TOKEN_MAX }, text = { .max = NOTE_TEXT_MAX };
	char hex[HASH_TEXT];
	enum err err;

	base64_put(&coded, bytes_of_buffer(token));
	p->token = memory_text(bytes_of_buffer(&coded));
	hash_text(hash_of(bytes_of_buffer(token)), hex);
	buffer_print(&text, "location token (%s) of %s, SHA-256 %s",
	    ear_form_name((enum ear_form)p->form), p->text, hex);
	p->stage = PENDING_OPERATOR;
	p->kind = RECORD_OPERATOR;
	p->from = e->state->size;
	p->until_ms = engine_now_ms() + ACT_RECORD_MS;
	err = act_operator(e, p, bytes_of_buffer(&text));
	if (err != ERR_OK)
		why_set(why, err, "the ledger does not take the record now (%s); try again",
		    err_text(err));
	buffer_free(&coded);
	buffer_free(&text);
	return err;
}

void
locate_signed(struct engine *e, struct pending *p, const char *answer)
{
	struct buffer token = { .max = EAR_TOKEN_MAX };
	struct why why = { .err = ERR_OK };
	enum err err = token_make(e, p, answer, &token, &why);

	if (err == ERR_OK)
		err = token_record(e, p, &token, &why);
	buffer_free(&token);
	if (err != ERR_OK)
		act_finish(e, p, err, why.text, 0);
}
