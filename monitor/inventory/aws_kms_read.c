/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of KMS (TrentService, JSON 1.1): pure. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "attest/json_strict.h"
#include "monitor/base/json_bounds.h"
#include "monitor/inventory/aws.h"

enum { DEPTH = 12 };

static enum err
object_read(struct bytes octets, json_t **out, struct why *why)
{
	json_error_t error;

	*out = NULL;
	if (!json_fits(octets, (struct json_bounds){ .depth = DEPTH }, NULL))
		return why_set(why, ERR_LIMIT, "the JSON is nested deeper than %d", DEPTH);
	*out = json_loadb((const char *)octets.at, octets.len, JSON_REJECT_DUPLICATES, &error);
	if (*out == NULL)
		return why_set(why, json_error_code(&error) == json_error_premature_end_of_input ?
		    ERR_TRUNCATED : ERR_MALFORMED, "the JSON cannot be read at octet %d",
		    error.position);
	if (!json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		return why_set(why, ERR_MALFORMED, "the JSON is no object");
	}
	return ERR_OK;
}

static struct bytes
text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value) ?
	    bytes_of(json_string_value(value), json_string_length(value)) : bytes_of(NULL, 0);
}

enum err
aws_keys_read(struct bytes octets, const char *region, struct page *page, struct why *why)
{
	json_t *root;
	enum err err = object_read(octets, &root, why);
	const json_t *keys = json_object_get(root, "Keys");

	if (err == ERR_OK && !json_is_array(keys))
		err = why_set(why, ERR_MALFORMED, "ListKeys answered without Keys");
	for (size_t i = 0; i < json_array_size(keys) && err == ERR_OK; i++) {
		struct resource *one = page_add(page);

		if (one == NULL) {
			err = why_set(why, ERR_LIMIT, "more than %d keys", PAGE_MAX);
			break;
		}
		resource_set(&one->kind, bytes_of_text("key"));
		resource_set(&one->id, text_of(json_array_get(keys, i), "KeyId"));
		resource_print(&one->place, "aws/%s", region);
	}
	if (json_is_true(json_object_get(root, "Truncated")))
		resource_set(&page->next, text_of(root, "NextMarker"));
	json_decref(root);
	return err;
}

/* A key of several regions is one key: each other place is a way out. */
static void
replicas_add(const json_t *about, const char *region, struct resource *out)
{
	const json_t *several = json_object_get(about, "MultiRegionConfiguration");
	const json_t *primary = json_object_get(several, "PrimaryKey");
	const json_t *replicas = json_object_get(several, "ReplicaKeys");
	struct bytes home = text_of(primary, "Region");
	char from[AWS_REGION_MAX + 4], to[AWS_REGION_MAX + 4], here[AWS_REGION_MAX];

	out->edges_known = json_object_get(about, "MultiRegion") != NULL;
	if (!aws_region_of(home, here))
		return;
	snprintf(from, sizeof(from), "aws/%s", here);
	if (strcmp(here, region) != 0) {
		snprintf(to, sizeof(to), "aws/%s", region);
		resource_edge(out, EDGE_KEY_REPLICA, bytes_of_text(from), bytes_of_text(to),
		    text_of(primary, "Arn"));
		return;
	}
	for (size_t i = 0; i < json_array_size(replicas); i++) {
		const json_t *replica = json_array_get(replicas, i);

		if (aws_region_of(text_of(replica, "Region"), here))
			snprintf(to, sizeof(to), "aws/%s", here);
		else
			to[0] = '\0';
		resource_edge(out, EDGE_KEY_REPLICA, bytes_of_text(from), bytes_of_text(to),
		    text_of(replica, "Arn"));
	}
}

static const char *
holder_of(struct bytes manager, struct bytes origin)
{
	if (bytes_equal(manager, bytes_of_text("AWS")))
		return "provider";
	if (!bytes_equal(manager, bytes_of_text("CUSTOMER")))
		return "";
	return bytes_equal(origin, bytes_of_text("EXTERNAL_KEY_STORE")) ? "outside" : "customer";
}

enum err
aws_key_read(struct bytes octets, const char *region, struct page *page, struct why *why)
{
	json_t *root;
	enum err err = object_read(octets, &root, why);
	const json_t *about = json_object_get(root, "KeyMetadata");
	struct resource *out;
	char its[AWS_REGION_MAX], account[AWS_REGION_MAX];

	if (err == ERR_OK && !json_is_object(about))
		err = why_set(why, ERR_MALFORMED, "DescribeKey answered without KeyMetadata");
	out = err == ERR_OK ? page_add(page) : NULL;
	if (out != NULL) {
		resource_set(&out->kind, bytes_of_text("key"));
		resource_set(&out->id, text_of(about, "KeyId"));
		resource_set(&out->owner, text_of(about, "AWSAccountId"));
		resource_set(&out->state, text_of(about, "KeyState"));
		resource_set(&out->name, text_of(about, "Description"));
		resource_set(&out->key_holder, bytes_of_text(holder_of(
		    text_of(about, "KeyManager"), text_of(about, "Origin"))));
		resource_set(&out->key, text_of(about, "Arn"));
		/* Where its own name says it is, not where it was asked. */
		if (aws_arn_read(resource_text(out->key), its, account) && its[0] != '\0')
			resource_print(&out->place, "aws/%s", its);
		else
			resource_print(&out->place, "aws/%s", region);
		replicas_add(about, region, out);
	}
	json_decref(root);
	return err;
}

enum err
aws_rotation_read(struct bytes octets, struct resource *out, struct why *why)
{
	json_t *root;
	enum err err = object_read(octets, &root, why);
	const json_t *on = json_object_get(root, "KeyRotationEnabled");

	if (err == ERR_OK && !json_is_boolean(on))
		err = why_set(why, ERR_MALFORMED, "GetKeyRotationStatus does not say it");
	else if (err == ERR_OK)
		out->setting[RESOURCE_ROTATION] = json_is_true(on) ? SETTING_YES : SETTING_NO;
	json_decref(root);
	return err;
}
