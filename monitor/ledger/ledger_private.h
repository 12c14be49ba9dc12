/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the ledger share; nobody else includes it. */
#ifndef MONITOR_LEDGER_LEDGER_PRIVATE_H
#define MONITOR_LEDGER_LEDGER_PRIVATE_H

#include "monitor/ledger/ledger.h"
#include "monitor/ledger/store.h"

enum { TILE_LEVELS = 8, TILE_OCTETS = TILE_WIDTH * HASH_LEN };

/* The rightmost tile of a level, as far as it is filled. */
struct tile {
	struct hash hash[TILE_WIDTH];	/* zeros behind count */
	unsigned    count;
	bool        changed;	/* since it was last stored */
};

/* What the writer alone has. */
struct batch {
	bool        open;		/* a transaction has begun */
	bool        erased;		/* octets have to leave the write-ahead log, too */
	struct why  failed;		/* err set: the batch is lost, until commit or rollback */
	struct why  broken;		/* err set: the tree could not be read back; open again */
	uint64_t    size;		/* with the records of the batch */
	int64_t     recorded_ms;
	bool        drill;		/* of its newest record */
	struct buffer encoded;
	struct tile tile[TILE_LEVELS];
};

struct ledger {
	struct store    *store;
	char            *path;
	enum ledger_mode mode;
	int              lock;		/* descriptor, -1 for a reader */
	uint64_t         first, size;	/* of the last commit this connection has seen */
	int64_t          recorded_ms;
	bool             drill;		/* of the newest record, as all */
	struct buffer    record;	/* the bytes last read */
	struct buffer    tile;		/* the tile last read ... */
	uint64_t         tile_index;	/* ... and which it is */
	unsigned         tile_level;
	unsigned         tile_count;	/* hashes that were in it; 0: none was read */
	struct why       tile_why;	/* why a hash could not be had */
	struct batch    *batch;		/* NULL for a reader */
};

/* Takes PATH.lock, waiting up to five seconds; ERR_BUSY names the process that has it. */
MUST_USE enum err lock_take(const char *path, int *fd, struct why *);
void lock_release(int fd);

/* Brings first, size and recorded_ms up to the last commit. */
MUST_USE enum err ledger_look(struct ledger *, struct why *);
/* Record seq as stored, without looking at the tree; what is missing is explained. */
MUST_USE enum err ledger_fetch(struct ledger *, uint64_t seq, struct why *);

/* Reads the rightmost tiles of the committed tree for appending. */
MUST_USE enum err tree_load(struct ledger *, struct why *);
MUST_USE enum err tree_push(struct ledger *, struct hash leaf, struct why *);
/* Stores the partial tiles that changed. */
MUST_USE enum err tree_save(struct ledger *, struct why *);
/* The root of up to 256 hashes, a power of two of them; the array is used up. */
struct hash tree_fold(struct hash *, unsigned count);
/* "count" hashes of a stored tile from "at" on. */
MUST_USE enum err tree_hashes(struct ledger *, unsigned level, uint64_t at, unsigned count,
    struct hash *out);
/* Edge against tiles, last tile against records, root against the newest checkpoint. */
MUST_USE enum err ledger_verify(struct ledger *, struct why *);

#endif
