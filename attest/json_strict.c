/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of signed statements; see json_strict.h. */
#include <jansson.h>

#include "attest/json_strict.h"
#include "monitor/base/json_bounds.h"

json_t *
json_strict_read(struct bytes text, struct why *why)
{
	json_error_t error;
	json_t *root;

	if (text.len == 0 || text.len > JSON_STRICT_MAX ||
	    !json_fits(text, (struct json_bounds){ .depth = JSON_STRICT_DEPTH }, NULL)) {
		why_set(why, ERR_LIMIT, "it is empty, longer than %d octets or nested deeper than "
		    "%d", JSON_STRICT_MAX, JSON_STRICT_DEPTH);
		return NULL;
	}
	root = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &error);
	if (root != NULL && json_is_object(root))
		return root;
	why_set(why, ERR_MALFORMED, "it is not one JSON object with each key once");
	json_decref(root);
	return NULL;
}

const char *
json_strict_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	for (const char *at = text; at != NULL && *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return "";
	return text != NULL ? text : "";
}
