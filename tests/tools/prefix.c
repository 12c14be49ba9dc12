/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader saw, and whether it is still there.  "prefix LEDGER" prints size and root of a
 * live ledger; "prefix LEDGER SIZE ROOT" proves that this earlier tree is a prefix of what the
 * ledger holds now (RFC 6962 2.1.2), reads every record of it again, and says what is missing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/ledger/ledger.h"

static int
fail(const struct why *why, const char *what)
{
	fprintf(stderr, "prefix: %s: %s\n", what, why->text);
	return 1;
}

/* Every record still has the bytes its leaf was made of. */
static int
records_check(struct ledger *ledger, uint64_t size)
{
	struct why why = { .err = ERR_OK };

	for (uint64_t seq = ledger_first(ledger); seq < size; seq++) {
		struct hash leaf, made;
		struct bytes raw;

		if (ledger_bytes(ledger, seq, &raw, &why) != ERR_OK)
			return fail(&why, "read");
		made = merkle_leaf(raw);
		if (ledger_leaf(ledger, seq, &leaf, &why) != ERR_OK)
			return fail(&why, "leaf");
		if (!hash_equal(leaf, made)) {
			fprintf(
			    stderr, "prefix: record %" PRIu64 " is not as it was hashed\n", seq);
			return 1;
		}
	}
	return 0;
}

static int
prefix_check(struct ledger *ledger, uint64_t size, struct hash root)
{
	struct hash_source source = ledger_hashes(ledger);
	struct why why = { .err = ERR_OK };
	struct proof proof;
	struct hash now;

	if (ledger_size(ledger) < size) {
		fprintf(stderr,
		    "prefix: %" PRIu64 " records were committed, %" PRIu64 " are left\n", size,
		    ledger_size(ledger));
		return 1;
	}
	if (ledger_root(ledger, ledger_size(ledger), &now, &why) != ERR_OK)
		return fail(&why, "root");
	if (size > 0 &&
	    (merkle_prove_consistency(&source, size, ledger_size(ledger), &proof) != ERR_OK ||
	        merkle_check_consistency(size, ledger_size(ledger), &proof, root, now) != ERR_OK)) {
		fprintf(stderr,
		    "prefix: the first %" PRIu64 " records are not those that were there\n", size);
		return 1;
	}
	return records_check(ledger, size);
}

int
main(int argc, char **argv)
{
	struct why why = { .err = ERR_OK };
	struct ledger *ledger;
	char text[HASH_TEXT];
	struct hash root;
	int status = 0;

	if (argc != 2 && argc != 4) {
		fputs("usage: prefix LEDGER [SIZE ROOT]\n", stderr);
		return 2;
	}
	if (ledger_open(&ledger, argv[1], LEDGER_READ, &why) != ERR_OK)
		return fail(&why, "open");
	if (argc == 4) {
		if (hex_read(argv[3], root.at, HASH_LEN) != ERR_OK)
			return 2;
		status = prefix_check(ledger, strtoull(argv[2], NULL, 10), root);
	} else if (ledger_root(ledger, ledger_size(ledger), &root, &why) != ERR_OK) {
		status = fail(&why, "root");
	} else {
		hash_text(root, text);
		printf("%" PRIu64 " %s\n", ledger_size(ledger), text);
	}
	ledger_close(ledger);
	return status;
}
