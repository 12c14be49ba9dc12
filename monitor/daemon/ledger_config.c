/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CONFIG: the supervisor's plan gets its target ids, is recorded with everything it was made of,
 * and goes back as PLAN once that is durable.  A new ledger gets its KEY record first, so it has
 * to wait for the signer.  One that is recorded already is not recorded again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/log.h"
#include "monitor/daemon/ledger_role.h"
#include "monitor/daemon/signer.h"

struct config_message { struct bytes cause, source, plan, origin; };

static bool
config_read(struct bytes body, struct config_message *out)
{
	struct cbor in = cbor_of(body, true);
	bool four = cbor_array(&in) == 4;

	out->cause = cbor_text(&in);
	out->source = cbor_bytes(&in);
	out->plan = cbor_bytes(&in);
	out->origin = cbor_text(&in);
	return four && cbor_done(&in);
}

static int
by_id(const void *a, const void *b)
{
	const struct plan_target *left = a, *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

static enum err
ids_give(struct ledger_role *l, struct plan *plan, struct why *why)
{
	struct buffer key = { .max = 0 };
	enum err err = ERR_OK;

	for (uint32_t i = 0; i < plan->targets && err == ERR_OK; i++) {
		buffer_reset(&key);
		plan_target_key(&key, plan, &plan->target[i]);
		err = ledger_target_id(l->ledger, bytes_of_buffer(&key), &plan->target[i].id, why);
	}
	buffer_free(&key);
	/* Durable before they are used: an id that was lost with a batch could be given twice. */
	if (err == ERR_OK)
		err = ledger_commit(l->ledger, why);
	if (err != ERR_OK) {
		ledger_rollback(l->ledger);
		return err;
	}
	if (plan->targets > 0)
		qsort(plan->target, plan->targets, sizeof(plan->target[0]), by_id);
	return ERR_OK;
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct hash));
}

/* Public files by their hash, each once, in ascending order. */
static size_t
files_list(struct ledger_role *l, struct hash **out)
{
	struct cbor in = cbor_of(bytes_of_buffer(&l->start->files), true);
	uint64_t pairs = l->start->files.len > 0 ? cbor_map(&in) : 0;
	struct hash *hash = memory_new(pairs, sizeof(*hash));
	size_t count = 0, unique = 0;

	for (uint64_t i = 0; i < pairs; i++) {
		cbor_text(&in);
		hash[count++] = hash_of(cbor_bytes(&in));
	}
	qsort(hash, count, sizeof(*hash), by_hash);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !hash_equal(hash[i], hash[unique - 1]))
			hash[unique++] = hash[i];
	*out = hash;
	return unique;
}

/* What is judged by from here on, for people who look for it. */
static void
pack_put(struct ledger_role *l, const struct plan_pack *pack)
{
	struct record record = { .kind = RECORD_PACK };

	if (hex_read(pack->hash, record.pack.pack.at, HASH_LEN) != ERR_OK)
		return;
	record.pack.id = bytes_of_text(pack->id);
	record.pack.edition = bytes_of_text(pack->edition);
	batch_record(l, &record);
}

static void
blobs_put(struct ledger_role *l, struct bytes source, struct bytes plan)
{
	struct cbor in = cbor_of(bytes_of_buffer(&l->start->files), true);
	uint64_t pairs = l->start->files.len > 0 ? cbor_map(&in) : 0;

	for (uint64_t i = 0; i < pairs; i++) {
		cbor_text(&in);
		batch_blob(l, cbor_bytes(&in));
	}
	batch_blob(l, source);
	batch_blob(l, plan);
}

/* False: source, plan and files are those that were recorded last. */
static bool
config_put(struct ledger_role *l, const struct config_message *message, const struct plan *plan,
    struct bytes plan_octets)
{
	struct record record = { .kind = RECORD_CONFIG };
	struct buffer scratch = { .max = 0 }, all = { .max = 0 };
	struct hash *files, known;
	size_t count = files_list(l, &files);

	record.config = (struct record_config){ .source = hash_of(message->source),
	    .plan = hash_of(plan_octets), .files = record_hashes(&scratch, files, count),
	    .cause = message->cause, .targets = plan->targets };
	buffer_put(&all, record.config.source.at, HASH_LEN);
	buffer_put(&all, record.config.plan.at, HASH_LEN);
	buffer_put(&all, record.config.files.raw.at, record.config.files.raw.len);
	known = hash_of(bytes_of_buffer(&all));
	buffer_free(&all);
	free(files);
	if (l->started && hash_equal(known, l->config_known)) {
		buffer_free(&scratch);
		return false;
	}
	l->config_known = known;
	blobs_put(l, message->source, plan_octets);
	batch_record(l, &record);
	buffer_free(&scratch);
	for (uint32_t i = 0; i < plan->packs; i++)
		pack_put(l, &plan->pack[i]);
	return true;
}

/* A C2SP key name has no blanks and no plus; an origin is such a name. */
static void
origin_make(struct bytes name, char out[NOTE_NAME_MAX])
{
	size_t len = 0;

	for (; len < name.len && len + 1 < NOTE_NAME_MAX; len++) {
		bool plain = name.at[len] > ' ' && name.at[len] != '+' && name.at[len] != 0x7f;

		out[len] = plain ? (char)name.at[len] : '-';
	}
	out[len] = '\0';
	if (len == 0)
		snprintf(out, NOTE_NAME_MAX, "sekimori");
}

/* The database, and a question to the signer whose answer makes the KEY record. */
static enum err
ledger_begin(struct ledger_role *l, struct bytes name, struct why *why)
{
	char origin[NOTE_NAME_MAX];
	enum err err = ERR_OK;

	if (l->ledger == NULL) {
		err = ledger_create(l->path, why);
		if (err == ERR_OK)
			err = ledger_open(&l->ledger, l->path, LEDGER_WRITE, why);
		if (err != ERR_OK)
			return err;
		log_line(LOG_LEVEL_INFO, "a new ledger was begun: %s", l->path);
	}
	origin_make(name, origin);
	key_begin(l, origin);
	return ERR_OK;
}

/* A ledger keeps its name for ever: its keys, checkpoints and time stamps are in that name. */
static enum err
origin_check(struct ledger_role *l, struct bytes name, struct why *why)
{
	char origin[NOTE_NAME_MAX];

	origin_make(name, origin);
	if (strcmp(origin, l->verifier.name) == 0)
		return ERR_OK;
	/* Of a reload the supervisor asked the same before. */
	l->refused = !l->started;
	return why_set(why, ERR_INVALID, "ledger.origin is \"%.100s\", but %.150s is the ledger "
	    "\"%.100s\": put that name back, or give the new ledger a state folder of its own",
	    origin, l->path, l->verifier.name);
}

/* What happened and what was played never stand in one ledger. */
static enum err
drill_check(struct ledger_role *l, const struct plan *plan, struct why *why)
{
	bool drill = plan->drill[0] != '\0';

	if (!l->keyed)
		l->drill = drill;
	if (drill == l->drill)
		return ERR_OK;
	l->refused = !l->started;
	return why_set(why, ERR_INVALID, drill ? "%.300s is the real ledger, and a drill plays in "
	    "a state folder of its own only" : "%.300s is the ledger of an exercise: nothing real "
	    "is recorded there; give the monitor a state folder of its own", l->path);
}

static enum err
config_record(struct ledger_role *l, const struct config_message *message, struct plan *plan,
    struct why *why)
{
	struct buffer octets = { .max = 0 };
	enum err err = ids_give(l, plan, why);

	if (err == ERR_OK) {
		plan_encode(&octets, plan);
		err = role_take(l->start, MESSAGE_PLAN, bytes_of_buffer(&octets), -1, why);
	}
	if (err == ERR_OK) {
		bool put = config_put(l, message, plan, bytes_of_buffer(&octets));

		l->plan_waits = true;
		if (!l->started)
			life_self(l);
		/* It is durable already, unless a commit that failed holds it back. */
		if (!put)
			log_line(LOG_LEVEL_INFO, "the configuration is the one in force: nothing "
			    "is recorded");
		if (!put && l->held_ns == 0)
			config_committed(l);
	}
	buffer_free(&octets);
	return err;
}

void
config_try(struct ledger_role *l)
{
	struct why why = { .err = ERR_OK };
	struct config_message message;
	struct plan *plan = NULL;
	enum err err;

	if (!l->config_waits || l->held_ns != 0 ||
	    !config_read(bytes_of_buffer(&l->config), &message))
		return;
	err = plan_decode(message.plan, &plan, &why);
	if (err == ERR_OK)
		err = drill_check(l, plan, &why);
	if (err == ERR_OK && !l->keyed) {
		/* Again when the signer answered. */
		if (l->signer_known && l->asked_ns == 0)
			err = ledger_begin(l, message.origin, &why);
		if (err == ERR_OK) {
			plan_free(plan);
			return;
		}
	}
	if (err == ERR_OK)
		err = origin_check(l, message.origin, &why);
	if (err == ERR_OK)
		err = config_record(l, &message, plan, &why);
	plan_free(plan);
	if (err != ERR_OK)
		log_line(LOG_LEVEL_ERROR, "the configuration is not recorded: %s", why.text);
	if (l->refused) {
		status_send(l, why.text);
		uv_stop(&l->loop);
	}
	/* The database may recover; a plan that is wrong does not. */
	if (err == ERR_IO || err == ERR_BUSY)
		return;
	l->config_waits = false;
	buffer_free(&l->config);
	if (err == ERR_OK && batch_commit(l, &why) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "the plan waits for a commit");
}

void
config_committed(struct ledger_role *l)
{
	bool first = !l->started;

	if (!l->plan_waits)
		return;
	if (link_send_large(l->start->control, MESSAGE_PLAN,
	        bytes_of_buffer(&l->start->plan_octets)) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "the supervisor does not take the plan");
		return;
	}
	l->plan_waits = false;
	l->started = true;
	if (first) {
		fork_look(l);
		upkeep_resume(l);
	}
	memory_trim();
}

void
config_take(struct ledger_role *l, struct bytes body)
{
	struct config_message message;

	if (!config_read(body, &message)) {
		log_line(LOG_LEVEL_ERROR, "a CONFIG that is none was passed over");
		return;
	}
	buffer_reset(&l->config);
	buffer_put(&l->config, body.at, body.len);
	l->config_waits = true;
	if (!l->begun) {
		l->begun = true;
		life_begin(l);
		links_hold(l, false);
	}
	config_try(l);
}
