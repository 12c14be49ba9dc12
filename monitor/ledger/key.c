/* SPDX-License-Identifier: Apache-2.0 */
/* The key rotation statement and the check of a KEY record against the key before it. */
#include <string.h>

#include "monitor/ledger/key.h"

void
key_statement(struct buffer *out, struct bytes origin, struct bytes previous,
    struct bytes verifier)
{
	buffer_put_text(out, "sekimori key rotation\n");
	buffer_put(out, origin.at, origin.len);
	buffer_put_text(out, "\n");
	buffer_put(out, previous.at, previous.len);
	buffer_put_text(out, "\n");
	buffer_put(out, verifier.at, verifier.len);
	buffer_put_text(out, "\n");
}

static bool
one_line(struct bytes text)
{
	return text.len == 0 || memchr(text.at, '\n', text.len) == NULL;
}

static enum err
previous_check(const struct record_key *record, const struct note_verifier *in_force,
    struct bytes statement, struct why *why)
{
	struct buffer text = { 0 };
	bool same;

	if (in_force == NULL)
		return record->previous.len == 0 && record->previous_signature.len == 0 ? ERR_OK :
		    why_set(why, ERR_MISMATCH, "the first KEY record says it replaces a key");
	note_verifier_text(in_force, &text);
	same = bytes_equal(bytes_of_buffer(&text), record->previous);
	buffer_free(&text);
	if (!same)
		return why_set(why, ERR_MISMATCH,
		    "the KEY record replaces another key than the one in force");
	if (ed25519_verify(in_force->key, statement, record->previous_signature) != ERR_OK)
		return why_set(why, ERR_UNTRUSTED,
		    "the replaced key did not sign the KEY record that replaces it");
	return ERR_OK;
}

enum err
key_check(const struct record_key *record, const struct note_verifier *in_force,
    struct note_verifier *next, struct why *why)
{
	struct buffer statement = { 0 };
	enum err err = note_verifier_read(record->verifier, next, why);

	if (err != ERR_OK)
		return why_in(why, "the KEY record's new key"), err;
	/* A line break inside a line would let one statement read as another. */
	if (!one_line(record->origin) || record->origin.len == 0 || next->type != NOTE_ED25519)
		return why_set(why, ERR_MALFORMED,
		    "the KEY record's origin is not one line, or its key is a cosigner's");
	key_statement(&statement, record->origin, record->previous, record->verifier);
	err = previous_check(record, in_force, bytes_of_buffer(&statement), why);
	if (err == ERR_OK && ed25519_verify(next->key, bytes_of_buffer(&statement),
	    record->signature) != ERR_OK)
		err = why_set(why, ERR_UNTRUSTED, "the new key did not sign its KEY record");
	buffer_free(&statement);
	return err;
}
