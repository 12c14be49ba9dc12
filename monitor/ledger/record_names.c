/* SPDX-License-Identifier: Apache-2.0 */
/* Names of what records number, and the lists in them: built into a buffer, walked from a view. */
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/ledger/record.h"

const char *
record_kind_name(uint64_t kind)
{
	switch (kind) {
#define RECORD(number, KIND, name, text) case number: return #KIND;
#include "monitor/ledger/record_list.h"
	default: return NULL;
	}
}

const char *
role_name(uint64_t role)
{
	switch (role) {
#define ROLE(number, NAME, name, text) case number: return #name;
#include "monitor/ledger/role_list.h"
	default: return NULL;
	}
}

const char *
act_name(uint64_t act)
{
	switch (act) {
#define ACT(number, NAME, name, text) case number: return name;
#include "monitor/ledger/act_list.h"
	default: return NULL;
	}
}

enum act
act_by_name(const char *wanted)
{
#define ACT(number, NAME, name, text)                                           \
	if (strcmp(wanted, name) == 0)                                          \
		return ACT_##NAME;
#include "monitor/ledger/act_list.h"
	return ACT_NONE;
}

const char *
outcome_name(uint64_t outcome)
{
	static const char *const names[OUTCOME_COUNT] = {
		[OUTCOME_UNKNOWN] = "unknown",
		[OUTCOME_UP] = "up",
		[OUTCOME_DEGRADED] = "degraded",
		[OUTCOME_DOWN] = "down",
	};

	return outcome < OUTCOME_COUNT ? names[outcome] : "unknown";
}

/* The view of what was appended to scratch since "start". */
static struct record_list
list_since(const struct buffer *scratch, size_t start)
{
	if (scratch->failed)
		return (struct record_list){ .raw = { NULL, 0 } };
	return (struct record_list){ .raw = bytes_of(scratch->at + start, scratch->len - start) };
}

struct record_list
record_ids(struct buffer *scratch, const uint64_t *ids, size_t count)
{
	size_t start = scratch->len;

	cbor_put_array(scratch, count);
	for (size_t i = 0; i < count; i++)
		cbor_put_uint(scratch, ids[i]);
	return list_since(scratch, start);
}

struct record_list
record_hashes(struct buffer *scratch, const struct hash *hashes, size_t count)
{
	size_t start = scratch->len;

	cbor_put_array(scratch, count);
	for (size_t i = 0; i < count; i++)
		cbor_put_bytes(scratch, hash_bytes(&hashes[i]));
	return list_since(scratch, start);
}

struct record_walk
record_walk_of(struct record_list list)
{
	struct cbor in = cbor_of(list.raw, true);
	uint64_t count = list.raw.len > 0 ? cbor_array(&in) : 0;

	return (struct record_walk){ .view = { .in = list.raw, .at = in.at }, .left = count };
}

bool
record_ids_next(struct record_walk *walk, uint64_t *id)
{
	struct cbor in = { .in = walk->view.in, .at = walk->view.at, .strict = true };

	if (walk->left == 0)
		return false;
	*id = cbor_uint(&in);
	walk->view.at = in.at;
	walk->left = in.err == ERR_OK ? walk->left - 1 : 0;
	return in.err == ERR_OK;
}

bool
record_hashes_next(struct record_walk *walk, struct hash *hash)
{
	struct cbor in = { .in = walk->view.in, .at = walk->view.at, .strict = true };
	struct bytes raw;

	if (walk->left == 0)
		return false;
	raw = cbor_bytes(&in);
	walk->view.at = in.at;
	if (in.err != ERR_OK || raw.len != HASH_LEN) {
		walk->left = 0;
		return false;
	}
	memcpy(hash->at, raw.at, HASH_LEN);
	walk->left--;
	return true;
}

struct hash
secret_commit(struct bytes salt, struct bytes value)
{
	return hash_of3(bytes_of(NULL, 0), salt, value);
}

/* --- names of signal_list.h and correction_list.h --------------------------------------------- */

static const char *
name_at(const char *const *names, size_t count, uint64_t number)
{
	return number < count ? names[number] : NULL;
}

const char *
signal_form_name(uint64_t form)
{
#define SIGNAL_FORM(number, NAME, name, text) [number] = name,
	static const char *const names[] = {
#include "monitor/ledger/signal_list.h"
	};

	return name_at(names, sizeof(names) / sizeof(*names), form);
}

const char *
severity_name(uint64_t severity)
{
#define SEVERITY(number, NAME, name, letter) [number] = name,
	static const char *const names[] = {
#include "monitor/ledger/signal_list.h"
	};

	return name_at(names, sizeof(names) / sizeof(*names), severity);
}

const char *
alarm_type_name(uint64_t type)
{
#define ALARM_TYPE(number, NAME, name) [number] = name,
	static const char *const names[] = {
#include "monitor/ledger/signal_list.h"
	};

	return name_at(names, sizeof(names) / sizeof(*names), type);
}

const char *
signal_clock_name(uint64_t clock)
{
#define SIGNAL_CLOCK(number, NAME, name, text) [number] = name,
	static const char *const names[] = {
#include "monitor/ledger/signal_list.h"
	};

	return name_at(names, sizeof(names) / sizeof(*names), clock);
}

const char *
metric_name(uint64_t metric)
{
#define METRIC_NAME(number, NAME, name, text) [number] = name,
	static const char *const names[] = {
#include "monitor/ledger/signal_list.h"
	};

	return name_at(names, sizeof(names) / sizeof(*names), metric);
}

static const char *const corrections[] = {
#define CORRECT(number, NAME, name, text) [number] = name,
#include "monitor/ledger/correction_list.h"
};

const char *
correct_name(uint64_t what)
{
	return name_at(corrections, sizeof(corrections) / sizeof(*corrections), what);
}

enum correct
correct_by_name(const char *name)
{
	for (size_t i = 1; i < sizeof(corrections) / sizeof(*corrections); i++)
		if (strcmp(corrections[i], name) == 0)
			return (enum correct)i;
	return CORRECT_NONE;
}
