/* SPDX-License-Identifier: Apache-2.0 */
/* Walks over blobs and secrets of a record, generated from record_list.h. */
#include <string.h>

#include "reports/audit_refs.h"

struct refs {
	record_ref_each *blob, *secret;
	void            *arg;
	const char      *field, *text;
	bool             insane;		/* a time was beyond TIME_SANE_MS */
};

static void
refs_hash(const struct refs *refs, struct hash hash)
{
	if (refs->blob != NULL && strncmp(refs->text, "blob", 4) == 0 && !hash_is_zero(hash))
		refs->blob(refs->arg, hash, refs->field);
}

static void
refs_hashes(const struct refs *refs, struct record_list list)
{
	struct record_walk walk = record_walk_of(list);
	struct hash hash;

	while (record_hashes_next(&walk, &hash))
		refs_hash(refs, hash);
}

static void
refs_secret(const struct refs *refs, struct hash commitment)
{
	if (refs->secret != NULL && !hash_is_zero(commitment))
		refs->secret(refs->arg, commitment, refs->field);
}

static void
refs_time(struct refs *refs, int64_t ms)
{
	refs->insane = refs->insane || ms > TIME_SANE_MS || ms < -TIME_SANE_MS;
}

#define refs_u64(refs, value)   (void)(value)
#define refs_i64(refs, value)   (void)(value)
#define refs_flag(refs, value)  (void)(value)
#define refs_text(refs, value)  (void)(value)
#define refs_bytes(refs, value) (void)(value)
#define refs_ids(refs, value)   (void)(value)
#define refs_facts(refs, value) (void)(value)

#define RECORD(number, KIND, name, text)                                        \
static void                                                                     \
walk_##name(struct refs *refs, const struct record_##name *fields)              \
{                                                                               \
	(void)fields;                                                           \
	(void)refs;
#define FIELD(key, type, name, fieldtext)                                       \
	refs->field = #name;                                                    \
	refs->text = fieldtext;                                                 \
	refs_##type(refs, fields->name);
#define RECORD_END(KIND, name) }
#include "monitor/ledger/record_list.h"

static void
walk(struct refs *refs, const struct record *record)
{
	switch (record->kind) {
#define RECORD(number, KIND, name, text)                                        \
	case RECORD_##KIND:                                                     \
		walk_##name(refs, &record->name);                               \
		break;
#include "monitor/ledger/record_list.h"
	case RECORD_NONE:
		break;
	}
}

void
record_blobs(const struct record *record, record_ref_each *each, void *arg)
{
	struct refs refs = { .blob = each, .arg = arg };

	walk(&refs, record);
}

void
record_secrets(const struct record *record, record_ref_each *each, void *arg)
{
	struct refs refs = { .secret = each, .arg = arg };

	walk(&refs, record);
}

bool
record_times_sane(const struct record *record)
{
	struct refs refs = { .insane = false };

	refs_time(&refs, record->recorded_ms);
	refs_time(&refs, record->observed_ms);
	walk(&refs, record);
	return !refs.insane;
}
