/* SPDX-License-Identifier: Apache-2.0 */
/* Levels of a trusted computing base in Intel's signed JSON; see intel_tcb.h. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "attest/intel_tcb.h"
#include "attest/json_strict.h"
#include "monitor/base/json_bounds.h"
#include "monitor/base/timetext.h"

enum { DEPTH_MAX = 16, LEVELS_MAX = 256, SVN_MAX = 65535, SECONDS_LEN = 20 };

static const char *const names[] = {
#define X(name, text) text,
	TCB_STATUSES(X)
#undef X
};

const char *
tcb_status_name(enum tcb_status status)
{
	return names[status];
}

enum tcb_status
tcb_status_worst(enum tcb_status platform, enum tcb_status part)
{
	if (part == TCB_OUT_OF_DATE &&
	    (platform == TCB_CONFIGURATION || platform == TCB_BOTH))
		return TCB_OUT_CONFIGURATION;
	return part > platform ? part : platform;
}

/* --- documents ---------------------------------------------------------------------------- */

static enum err
lacks(struct why *why, const char *key)
{
	return why_set(why, ERR_MALFORMED, "\"%s\" is not there or not as it must be", key);
}

static enum err
octets_read(const json_t *object, const char *key, uint8_t *out, size_t len, struct why *why)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL && hex_read(text, out, len) == ERR_OK ? ERR_OK : lacks(why, key);
}

static enum err
number_read(const json_t *object, const char *key, int64_t max, int64_t *out, struct why *why)
{
	const json_t *value = json_object_get(object, key);

	*out = json_integer_value(value);
	return json_is_integer(value) && *out >= 0 && *out <= max ? ERR_OK : lacks(why, key);
}

static enum err
second_read(const json_t *object, const char *key, int64_t *out_s, struct why *why)
{
	const char *text = json_string_value(json_object_get(object, key));
	int64_t ms;

	if (text == NULL || strlen(text) != SECONDS_LEN || text[SECONDS_LEN - 1] != 'Z' ||
	    time_read(text, 0, &ms, NULL) != ERR_OK)
		return lacks(why, key);
	*out_s = ms / 1000;
	return ERR_OK;
}

static enum err
head_read(const json_t *root, int64_t version, struct tcb_document *out, struct why *why)
{
	const char *id = json_string_value(json_object_get(root, "id"));
	enum err err = number_read(root, "version", INT32_MAX, &out->version, why);

	if (err == ERR_OK && out->version != version)
		return why_set(why, ERR_UNSUPPORTED, "it is of version %lld, not %lld",
		    (long long)out->version, (long long)version);
	if (err == ERR_OK && (id == NULL || strlen(id) >= sizeof(out->id)))
		err = lacks(why, "id");
	if (err == ERR_OK)
		snprintf(out->id, sizeof(out->id), "%s", id);
	if (err == ERR_OK)
		err = number_read(root, "tcbEvaluationDataNumber", INT32_MAX, &out->evaluation,
		    why);
	if (err == ERR_OK)
		err = second_read(root, "issueDate", &out->from_s, why);
	if (err == ERR_OK)
		err = second_read(root, "nextUpdate", &out->until_s, why);
	return err;
}

enum err
tcb_document_read(struct bytes body, int64_t version, struct json_t *known,
    struct tcb_document *out, struct why *why)
{
	json_error_t error;
	enum err err;

	*out = (struct tcb_document){ .root = json_incref(known) };
	if (known == NULL && !json_fits(body, (struct json_bounds){ .depth = DEPTH_MAX }, NULL))
		return why_set(why, ERR_LIMIT, "it is nested deeper than %d", DEPTH_MAX);
	if (known == NULL)
		out->root = json_loadb((const char *)body.at, body.len, JSON_REJECT_DUPLICATES,
		    &error);
	if (!json_is_object(out->root)) {
		tcb_document_free(out);
		return why_set(why, ERR_MALFORMED, "it is no JSON object, or has a key twice");
	}
	err = head_read(out->root, version, out, why);
	if (err != ERR_OK)
		tcb_document_free(out);
	return err;
}

void
tcb_document_free(struct tcb_document *document)
{
	json_decref(document->root);
	document->root = NULL;
}

struct json_t *
tcb_document_share(const struct tcb_document *document)
{
	return json_incref(document->root);
}

void
tcb_share_drop(void *root)
{
	json_decref(root);
}

enum err
tcb_octets(const struct tcb_document *document, const char *key, uint8_t *out, size_t len,
    struct why *why)
{
	return octets_read(document->root, key, out, len, why);
}

enum err
tcb_number(const struct tcb_document *document, const char *key, int64_t *out, struct why *why)
{
	return number_read(document->root, key, SVN_MAX, out, why);
}

/* --- levels ------------------------------------------------------------------------------- */

static enum err
level_read(const json_t *level, struct tcb_level *out, struct why *why)
{
	const char *status = json_string_value(json_object_get(level, "tcbStatus"));
	const char *date = json_string_value(json_object_get(level, "tcbDate"));
	const json_t *advisories = json_object_get(level, "advisoryIDs");
	size_t found = 0;

	if (status == NULL || date == NULL || strlen(date) >= sizeof(out->date))
		return lacks(why, "tcbStatus");
	while (found < TCB_STATUS_COUNT && strcmp(names[found], status) != 0)
		found++;
	if (found == TCB_STATUS_COUNT)
		return why_set(why, ERR_UNSUPPORTED, "a level has the status \"%.60s\"", status);
	if (advisories != NULL && !json_is_array(advisories))
		return lacks(why, "advisoryIDs");
	for (size_t i = 0; i < json_array_size(advisories); i++)
		if (!json_is_string(json_array_get(advisories, i)))
			return lacks(why, "advisoryIDs");
	out->status = (enum tcb_status)found;
	snprintf(out->date, sizeof(out->date), "%s", date);
	out->advisories = advisories;
	return ERR_OK;
}

const char *
tcb_advisory(const struct tcb_level *level, size_t at)
{
	return json_string_value(json_array_get(level->advisories, at));
}

static enum err
levels_of(const json_t *object, const json_t **levels, struct why *why)
{
	*levels = json_object_get(object, "tcbLevels");
	return json_is_array(*levels) && json_array_size(*levels) > 0 &&
	    json_array_size(*levels) <= LEVELS_MAX ? ERR_OK : lacks(why, "tcbLevels");
}

/* Whether each component from that one on is at least what the level asks. */
static enum err
components_reach(const json_t *tcb, const char *key, const uint8_t *have, size_t from, bool *reach,
    struct why *why)
{
	const json_t *array = json_object_get(tcb, key);

	if (json_array_size(array) != PCK_COMPONENTS)
		return lacks(why, key);
	for (size_t i = 0; i < PCK_COMPONENTS; i++) {
		int64_t asked;
		enum err err = number_read(json_array_get(array, i), "svn", UINT8_MAX, &asked, why);

		if (err != ERR_OK)
			return err;
		if (i >= from && have[i] < asked)
			*reach = false;
	}
	return ERR_OK;
}

static enum err
platform_reach(const json_t *level, const struct pck *pck, const uint8_t *svn, bool *reach,
    struct why *why)
{
	const json_t *tcb = json_object_get(level, "tcb");
	int64_t pce_svn;
	enum err err = number_read(tcb, "pcesvn", SVN_MAX, &pce_svn, why);

	*reach = err == ERR_OK && pck->pce_svn >= pce_svn;
	if (err == ERR_OK)
		err = components_reach(tcb, "sgxtcbcomponents", pck->component, 0, reach, why);
	/* The module of another generation is judged by its own levels. */
	if (err == ERR_OK && svn != NULL)
		err = components_reach(tcb, "tdxtcbcomponents", svn, svn[1] > 0 ? 2 : 0, reach,
		    why);
	return err;
}

enum err
tcb_platform_level(const struct tcb_document *document, const struct pck *pck,
    const uint8_t *svn, struct tcb_level *out, struct why *why)
{
	const json_t *levels;
	enum err err = levels_of(document->root, &levels, why);

	for (size_t i = 0; err == ERR_OK && i < json_array_size(levels); i++) {
		const json_t *level = json_array_get(levels, i);
		bool reach;

		err = platform_reach(level, pck, svn, &reach, why);
		if (err == ERR_OK && reach)
			return level_read(level, out, why);
	}
	return err != ERR_OK ? err : why_set(why, ERR_NOT_FOUND, "none of %zu levels is reached",
	    json_array_size(levels));
}

static enum err
svn_level(const json_t *object, unsigned svn, struct tcb_level *out, struct why *why)
{
	const json_t *levels;
	enum err err = levels_of(object, &levels, why);

	for (size_t i = 0; err == ERR_OK && i < json_array_size(levels); i++) {
		const json_t *level = json_array_get(levels, i);
		int64_t asked;

		err = number_read(json_object_get(level, "tcb"), "isvsvn", SVN_MAX, &asked, why);
		if (err == ERR_OK && svn >= asked)
			return level_read(level, out, why);
	}
	return err != ERR_OK ? err : why_set(why, ERR_NOT_FOUND,
	    "SVN %u reaches none of %zu levels", svn, json_array_size(levels));
}

enum err
tcb_enclave_level(const struct tcb_document *document, unsigned svn, struct tcb_level *out,
    struct why *why)
{
	return svn_level(document->root, svn, out, why);
}

static const json_t *
module_find(const struct tcb_document *document, const char *id)
{
	const json_t *all = json_object_get(document->root, "tdxModuleIdentities");

	for (size_t i = 0; i < json_array_size(all) && i < LEVELS_MAX; i++) {
		const json_t *one = json_array_get(all, i);
		const char *called = json_string_value(json_object_get(one, "id"));

		if (called != NULL && strcmp(called, id) == 0)
			return one;
	}
	return NULL;
}

enum err
tcb_module_level(const struct tcb_document *document, const uint8_t *svn, struct tcb_module *out,
    struct why *why)
{
	char id[sizeof("TDX_00")];
	const json_t *module;
	enum err err;

	*out = (struct tcb_module){ .leveled = svn[1] > 0 };
	snprintf(id, sizeof(id), "TDX_%02X", svn[1]);
	module = out->leveled ? module_find(document, id) :
	    json_object_get(document->root, "tdxModule");
	if (module == NULL)
		return why_set(why, ERR_NOT_FOUND, "it speaks of no module %s", id);
	err = octets_read(module, "mrsigner", out->mrsigner, SEAM_MR, why);
	if (err == ERR_OK)
		err = octets_read(module, "attributes", out->attributes, SEAM_ATTRIBUTES, why);
	if (err == ERR_OK)
		err = octets_read(module, "attributesMask", out->mask, SEAM_ATTRIBUTES, why);
	out->described = err == ERR_OK;
	if (err == ERR_OK && out->leveled)
		err = svn_level(module, svn[0], &out->level, why);
	return err;
}
