/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle: a range of records that a stranger can check alone (docs/verify-by-hand.md is the
 * format).  One list of hashes, read from left to right, makes the whole tree: a hash for each
 * record that is here, one for each complete subtree of what is not.  It proves at once that
 * every record is in the signed tree, that nothing between two of the range is missing, and
 * that every earlier checkpoint the records speak of is a prefix of the same tree.
 */
#ifndef REPORTS_BUNDLE_H
#define REPORTS_BUNDLE_H

#include "monitor/ledger/ledger.h"
#include "monitor/state/judge.h"

enum {
	BUNDLE_RECORDS_MAX = 1 << 21,	/* records of one bundle, 64 MiB of hashes; refused */
	BUNDLE_CONTEXT_MAX = 1 << 18,	/* records from outside the range: four of each target */
	BUNDLE_CUTS_MAX    = 65536,	/* earlier checkpoints its records speak of */
	BUNDLE_BLOBS_MAX   = 65536,	/* pieces of evidence; export refuses */
	BUNDLE_CLAIMS_MAX  = 1 << 20,	/* of a filing: 5,000 targets by 200 controls */
	BUNDLE_CITES_MAX   = 1 << 22,	/* numbers of records in all claims together */
	BUNDLE_DOCUMENTS_MAX = 16,	/* of a filing: as many as one FILING record takes */
	BUNDLE_NAME_MAX    = 100,	/* octets of a document's name */
	BUNDLE_SALT        = 32		/* octets of salt of a value */
};

/*
 * What is written: 3 with seals, else 2, so that whoever reads 2 reads all that has none; format 1
 * (no documents, no judged claims, no FILING) is still read.
 */
#define BUNDLE_FORMAT_3 "sekimori bundle 3"
#define BUNDLE_FORMAT   "sekimori bundle 2"
#define BUNDLE_FORMAT_1 "sekimori bundle 1"

/* The files of a bundle in the order they are read. */
#define BUNDLE_FILES(X)                                                   \
	X(MANIFEST,   "MANIFEST")	/* deterministic CBOR */          \
	X(CHECKPOINT, "checkpoint")	/* C2SP signed note */            \
	X(TREE,       "tree")		/* 32-octet hashes */             \
	X(RECORDS,    "records.cbor")	/* CBOR sequence: the range */    \
	X(CONTEXT,    "context.cbor")	/* CBOR sequence: what it needs from outside */ \
	X(VALUES,     "values.cbor")	/* CBOR sequence of [salt, value] */

enum bundle_file {
#define X(NAME, name) BUNDLE_##NAME,
	BUNDLE_FILES(X)
#undef X
	BUNDLE_FILE_COUNT
};

/*
 * A claim of a filing and the records it rests on: a sentence, or, where control is not empty, a
 * verdict that whoever has the records can reach again.
 */
struct bundle_claim {
	struct bytes text;		/* the sentence; empty if judged */
	const uint64_t *cites;
	size_t       count;
	struct bytes control, subject;	/* "TS-17", "target:amf-1-tls" */
	enum verdict verdict, beneath;	/* as shown, and as judged without a waiver */
};

/* A document of the filing: its octets are the blob of that hash. */
struct bundle_document {
	struct bytes name;		/* letters, digits and ._- with none of them in front */
	struct hash  hash;
	struct hash  seal;		/* its seal's, a blob too; zero if there is none */
	struct bytes octets, seal_octets;	/* for the export alone */
};

/*
 * The claims file: by which rules, documents and claims as one deterministic CBOR item,
 * [[fold version, judgement version, at], [[name, hash], ...], [claim, ...]].  A FILING record
 * names its SHA-256, and so neither what a filing says nor its documents can be changed behind it.
 * A claim is [text, [cites]] or [control, subject, verdict, beneath, [cites]] with the names of
 * verdicts.  The rules are left out, [], if there is no verdict.
 */
struct bundle_claims {
	uint64_t     fold_version, judge_version;	/* 0: those of this program */
	int64_t      at_ms;		/* verdicts are as of then: as if a TICK had come; 0: as of
					 * the newest record that is spoken for */
	const struct bundle_document *document;
	size_t       documents;
	const struct bundle_claim *claim;
	size_t       claims;
};

void        bundle_claims_write(struct buffer *, const struct bundle_claims *);
/* What FILING.claims has to be for bundle_export_filing() to find the record. */
struct hash bundle_claims_hash(const struct bundle_claims *);

struct bundle_manifest {
	unsigned version;		/* of its format: 1 to 3 */
	uint64_t size;			/* records under the checkpoint */
	uint64_t from, to;		/* the range, without "to" */
	uint64_t *context;              size_t contexts;	/* ascending, outside the range */
	struct hash *withheld;          size_t withhelds;	/* blobs left out, ascending */
	uint64_t values;		/* entries of values.cbor */
	struct bundle_claim *claim;     size_t claims;
	uint64_t *cited;		/* what the claims' cites point into */
	struct bundle_document *document; size_t documents;
	bool     sealed;		/* each document has a seal */
	struct hash claims_hash;	/* of the claims file, once read */
	uint64_t fold_version, judge_version;	/* by which its verdicts were reached ... */
	int64_t  at_ms;				/* ... and as of when; see bundle_claims */
	uint64_t *asserted;             size_t asserteds;	/* only the maker says them */
	bool     filed;			/* "filing" is the number of ... */
	uint64_t filing;		/* ... the FILING record that names these claims */
	const char *fault;		/* what broke its form, where there is more to say */
};

void bundle_manifest_write(struct buffer *, const struct bundle_manifest *);
/* Strict; the sentence says at which octet.  Views point into the octets. */
MUST_USE enum err bundle_manifest_read(struct bytes, struct bundle_manifest *, struct why *);
void bundle_manifest_free(struct bundle_manifest *);
/* A FILING that names seals names these; one that names none says nothing of them. */
bool bundle_seals_named(const struct bundle_manifest *, const struct record_filing *);

/* One record that is here. */
struct bundle_record {
	uint64_t          seq;
	struct bytes      octets;
	enum bundle_file  file;		/* which it came from ... */
	size_t            at;		/* ... and where it begins in it */
};

/* Its octets, wherever they came from. */
struct bundle_octets {
	struct bytes file[BUNDLE_FILE_COUNT];
	/* Replaces out's content by the blob's file; ERR_NOT_FOUND if there is none. */
	enum err   (*blob)(void *arg, struct hash, struct buffer *out, struct why *);
	void        *arg;
};

struct bundle {
	struct bundle_octets    octets;
	struct bundle_manifest  manifest;
	struct note             note;
	struct checkpoint       checkpoint;
	struct bundle_record   *record;	/* all that are here, ascending */
	size_t                  records;
	uint64_t               *cut;		/* sizes of earlier trees, ascending */
	struct hash            *cut_root;	/* ... and their roots, once the tree was read */
	size_t                  cuts;
	struct merkle           edge;		/* of the tree before the range, likewise */
};

/* Takes the files apart; nothing is believed yet.  The octets must outlive the bundle. */
MUST_USE enum err bundle_parse(struct bundle *, const struct bundle_octets *, struct why *);
/* Records against hashes, hashes against the checkpoint's root. */
MUST_USE enum err bundle_check_tree(struct bundle *, struct why *);
void bundle_free(struct bundle *);
const struct bundle_record *bundle_find(const struct bundle *,
    uint64_t seq);	/* NULL if not here */
const char *bundle_file_name(enum bundle_file);

/* The tree from left to right. */
struct bundle_walk { const struct bundle *bundle; uint64_t at; size_t record, cut; };
struct bundle_step {
	uint64_t at;
	unsigned level;			/* leaves: 2^level of them */
	const struct bundle_record *record;	/* the one that is here, or NULL */
};
bool bundle_walk_next(struct bundle_walk *, struct bundle_step *);
/* Fills cut from the ANCHOR, BACKUP and (format 2) FILING records that are here. */
MUST_USE enum err bundle_cuts(struct bundle *, struct why *);

/* A bundle folder, read with bounds; nothing but regular files that belong there. */
struct bundle_folder;
MUST_USE enum err bundle_folder_open(const char *path, struct bundle_folder **,
    struct bundle_octets *, struct why *);
/* Every file of blobs/ was asked for, and nothing else lies in the folder. */
MUST_USE enum err bundle_folder_rest(struct bundle_folder *, struct why *);
void bundle_folder_close(struct bundle_folder *);

/* What an export is asked for. */
struct bundle_order {
	uint64_t from, to;
	bool     withhold;		/* leave the values behind commitments out */
	const struct bundle_claim *claim;
	size_t   claims;
	const struct bundle_document *document;	/* of a filing */
	size_t   documents;
	int64_t  at_ms;			/* of a filing: as of when it judges; see bundle_claims */
	const char *cache_dir;		/* of snapshots (replay.h), or NULL */
};

/* Writes the bundle into an empty or new folder. */
MUST_USE enum err bundle_export(struct ledger *, const struct bundle_order *, const char *path,
    struct why *);
/*
 * The same for a filing that speaks for the first order->to records: with its documents, what an
 * offline judge needs to reach its verdicts again, and the FILING record that names these claims,
 * if the ledger has one.  The result is judged as a stranger would before anything is written; a
 * verdict that cannot be reached from it is marked as the maker's word.
 */
MUST_USE enum err bundle_export_filing(struct ledger *, const struct bundle_order *,
    const char *path, struct why *);
/* Where the range of a filing begins unless somebody says otherwise: the last hour before "to". */
MUST_USE enum err bundle_filing_from(struct ledger *, uint64_t to, uint64_t *from, struct why *);

/*
 * Records from outside [from, to) that say how things stood: every KEY before "size", the CONFIG
 * in force, the last SELF or GAP of each worker, and anchors of the range.  Ascending, each once;
 * the caller frees.  size 0 leaves out what comes after the range.
 */
MUST_USE enum err bundle_context(struct ledger *, uint64_t from, uint64_t to, uint64_t size,
    uint64_t **seq, size_t *count, struct why *);

#endif
