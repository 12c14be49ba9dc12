/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of a peer; see sbi_json.h. */
#include <jansson.h>
#include <stdio.h>

#include "attest/json_strict.h"
#include "monitor/base/json_bounds.h"
#include "probes/sbi_json.h"

void
sbi_json_begin(void)
{
	json_object_seed(0);
}

struct json_t *
sbi_json_read(struct bytes text, struct why *why)
{
	json_error_t error;
	json_t *root;

	if (!json_fits(text, (struct json_bounds){ .depth = SBI_DEPTH_MAX }, NULL)) {
		why_set(why, ERR_LIMIT, "it is nested deeper than %d", SBI_DEPTH_MAX);
		return NULL;
	}
	root = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		why_at(why, ERR_MALFORMED, (uint64_t)(error.position > 0 ? error.position : 0),
		    json_error_code(&error) == json_error_duplicate_key ?
		    "it has a key twice (line %d)" : "it is not JSON (line %d)", error.line);
	return root;
}

void
sbi_json_cause(struct bytes body, char *out, size_t out_len)
{
	struct why why = { .err = ERR_OK };
	json_t *root = body.len > 0 ? sbi_json_read(body, &why) : NULL;
	const char *cause = json_string_value(json_object_get(root, "cause"));

	snprintf(out, out_len, "%s", cause != NULL ? cause : "");
	json_decref(root);
}
