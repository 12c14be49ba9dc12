/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Site registers inside evidence, held against the configuration on record: a worker that brought
 * its own register, or its own officer, proves with it nothing about a place.
 */
#include <string.h>

#include "attest/envelope.h"
#include "attest/site_register.h"
#include "monitor/base/i18n.h"
#include "reports/verify_part.h"

static struct bytes
item_of(const struct envelope *envelope, const char *role)
{
	for (size_t i = 0; i < envelope->items; i++)
		if (strcmp(envelope->item[i].role, role) == 0)
			return envelope->item[i].octets;
	return bytes_of(NULL, 0);
}

static bool
is_among(struct record_list files, struct bytes octets)
{
	struct record_walk walk = record_walk_of(files);
	struct hash hash, wanted = hash_of(octets);

	while (record_hashes_next(&walk, &hash))
		if (hash_equal(hash, wanted))
			return true;
	return false;
}

bool
verify_register_fits(const struct plan *plan, struct record_list files, uint64_t id,
    const struct envelope *envelope)
{
	static const struct { const char *option, *role; bool file; } all[] = {
		{ "register", ROLE_REGISTER, true },
		{ "register_seal", ROLE_REGISTER_SEAL, true },
		{ "register_trust", ROLE_REGISTER_ROOTS, true },
		{ "register_stamp_trust", ROLE_REGISTER_STAMPS, true },
		{ "register_officer", ROLE_REGISTER_OFFICER, false },
		{ "site", ROLE_REGISTER_SITE, false },
	};
	const struct plan_target *target = plan_target_by_id(plan, id);

	for (size_t i = 0; target != NULL && i < sizeof(all) / sizeof(all[0]); i++) {
		const char *option = plan_option(target, all[i].option, "");
		struct bytes item = item_of(envelope, all[i].role);
		bool empty = item.len == 0 && (all[i].file || option[0] == '\0');

		if (!empty && (option[0] == '\0' || (all[i].file ? !is_among(files, item) :
		    !bytes_equal(item, bytes_of_text(option)))))
			return false;
	}
	return target != NULL;
}

/* --- the configuration in force ------------------------------------------------------------ */

void
verify_configs_take(struct verify_configs *configs, const struct record *record)
{
	plan_free(configs->before.plan);
	configs->before = configs->now;
	configs->now = (struct verify_config){ .known = true, .recorded_ms = record->recorded_ms,
	    .hash = record->config.plan, .files = record->config.files };
}

void
verify_configs_free(struct verify_configs *configs)
{
	plan_free(configs->now.plan);
	plan_free(configs->before.plan);
}

/* Decoded once for all the records that it is asked for. */
static bool
config_fits(struct verifying *v, struct verify_config *config, uint64_t target,
    const struct envelope *envelope)
{
	struct buffer octets = { .max = BUFFER_MAX };
	struct why why;

	if (config->known && !config->tried) {
		config->tried = true;
		if (verify_blob(v, config->hash, &octets, &why) != ERR_OK ||
		    plan_decode(bytes_of_buffer(&octets), &config->plan, &why) != ERR_OK)
			config->plan = NULL;
		buffer_free(&octets);
	}
	return config->plan != NULL && verify_register_fits(config->plan, config->files, target,
	    envelope);
}

void
verify_register(struct verifying *v, struct verify_configs *configs, const struct record *record,
    const struct envelope *envelope, struct hash evidence)
{
	uint64_t target = record->observation.target;

	if (item_of(envelope, ROLE_REGISTER).len == 0 ||
	    config_fits(v, &configs->now, target, envelope))
		return;
	/* A round that began before a reload may be recorded behind it. */
	if (configs->now.known && configs->now.recorded_ms >= envelope->at_s * 1000 &&
	    config_fits(v, &configs->before, target, envelope))
		return;
	hash_set_add(&v->unplaced, evidence);
	v->evidence.unplaced++;
}

void
verify_register_tell(struct verifying *v)
{
	if (v->evidence.unplaced > 0)
		verify_tell(v, CLAIM_EVIDENCE, SHOWN_NOT_SHOWN,
		    _("%llu statements of hardware were held against a site register, officer or "
		    "site that is not of the configuration on record: where that hardware stands "
		    "is the worker's word"), (unsigned long long)v->evidence.unplaced);
}
