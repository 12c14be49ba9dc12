/* SPDX-License-Identifier: Apache-2.0 */
/* A signed checkpoint from outside, compared with the tree of a ledger. */
#include <inttypes.h>

#include "monitor/ledger/fork.h"

/* Verifies the note by whichever key of the ledger's chain signed it, newest first. */
static enum err
signed_by_ledger(struct ledger *ledger, const struct note *note, struct why *why)
{
	uint64_t before = ledger_size(ledger), seq;

	while (ledger_last(ledger, RECORD_KEY, before, &seq, why) == ERR_OK) {
		struct note_verifier verifier;
		struct record record;
		enum err err = ledger_read(ledger, seq, &record, why);

		if (err == ERR_OK)
			err = note_verifier_read(record.key.verifier, &verifier, why);
		if (err != ERR_OK)
			return err;
		err = note_verify(note, &verifier, why);
		if (err != ERR_NOT_FOUND)
			return err;
		before = seq;
	}
	return why_set(why, ERR_NOT_FOUND, "the checkpoint is signed by no key of this ledger");
}

enum err
checkpoint_against(struct ledger *ledger, struct bytes octets, struct checkpoint *out,
    struct why *why)
{
	struct hash root;
	struct note note;
	enum err err = note_read(octets, &note, why);

	*out = (struct checkpoint){ 0 };
	if (err == ERR_OK)
		err = checkpoint_read(note.text, out, why);
	if (err == ERR_OK)
		err = signed_by_ledger(ledger, &note, why);
	if (err != ERR_OK)
		return err;
	if (out->size > ledger_size(ledger))
		return why_set(why, ERR_MISMATCH, "a checkpoint of %" PRIu64 " records was signed, "
		    "this ledger has %" PRIu64 ": it is an older copy", out->size,
		    ledger_size(ledger));
	err = ledger_root(ledger, out->size, &root, why);
	if (err == ERR_OK && !hash_equal(root, out->root))
		err = why_set(why, ERR_MISMATCH, "the signed checkpoint of %" PRIu64 " records has "
		    "another root than this ledger had at that size: it went on differently",
		    out->size);
	return err;
}
