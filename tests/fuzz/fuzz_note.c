/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes, checkpoints and verifier keys from strangers: whatever is read is written back to the
 * same octets, whatever is refused has a sentence, and nothing verifies that was not signed.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/ledger/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
verifier(struct bytes in)
{
	struct note_verifier read;
	struct buffer again = { 0 };
	struct why why = { 0 };

	if (note_verifier_read(in, &read, &why) != ERR_OK) {
		must(why.text[0] != '\0');
		return;
	}
	note_verifier_text(&read, &again);
	must(bytes_equal(bytes_of_buffer(&again), in));
	buffer_free(&again);
}

static void
checkpoint(struct bytes text)
{
	struct checkpoint read;
	struct buffer again = { 0 };
	struct why why = { 0 };

	if (checkpoint_read(text, &read, &why) != ERR_OK) {
		must(why.text[0] != '\0');
		return;
	}
	checkpoint_text(&again, &read);
	must(bytes_equal(bytes_of_buffer(&again), bytes_slice(text, 0, again.len)));
	buffer_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	struct note_verifier key = { .type = NOTE_ED25519, .key = { 1, 2, 3 } };
	struct why why = { 0 };
	struct note note;

	verifier(in);
	checkpoint(in);
	if (note_read(in, &note, &why) != ERR_OK) {
		must(why.text[0] != '\0');
		return 0;
	}
	must(note.count + note.passed_over <= NOTE_SIGNATURES_MAX);
	checkpoint(note.text);
	for (size_t i = 0; i < note.count; i++) {
		memcpy(key.name, note.signature[i].name, sizeof(key.name));
		key.id = note.signature[i].id;
		must(note_verify(&note, &key, &why) == ERR_UNTRUSTED);
	}
	return 0;
}
