/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: whose they are, whether they rotate, and in which other regions they are, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

/* Identifiers hold no quote: anything but these letters is not asked for. */
static bool
body_make(struct buffer *body, const char *name, const char *id, const char *more)
{
	if (strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:/=+.") !=
	    strlen(id))
		return false;
	buffer_print(body, "{\"%s\":\"%s\"%s}", name, id, more);
	return true;
}

static enum err
key_ask(struct aws *aws, const char *region, const char *id, struct page *page, struct why *why)
{
	struct call_answer answer = { .status = 0 };
	struct buffer body = { .max = 0 };
	enum err err = ERR_NOT_FOUND;

	if (body_make(&body, "KeyId", id, ""))
		err = aws_json(aws, "kms", region, "TrentService.DescribeKey",
		    bytes_of_buffer(&body), &answer, why);
	else
		why_set(why, err, "it is no identifier of a key");
	if (err == ERR_OK)
		err = aws_key_read(bytes_of_buffer(&answer.body), region, page, why);
	buffer_free(&body);
	call_answer_free(&answer);
	return err;
}

/* Keys that are not the provider's to rotate (imported, of a store, asymmetric) refuse to say. */
static void
rotation_ask(struct aws *aws, const char *region, struct resource *key)
{
	struct call_answer answer = { .status = 0 };
	struct buffer body = { .max = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;
	char code[64] = "";

	if (!body_make(&body, "KeyId", key->id, ""))
		return;
	err = aws_json(aws, "kms", region, "TrentService.GetKeyRotationStatus",
	    bytes_of_buffer(&body), &answer, &why);
	if (err == ERR_OK)
		err = aws_rotation_read(bytes_of_buffer(&answer.body), key, &why);
	else
		aws_error_code(bytes_of_buffer(&answer.body), code, sizeof(code));
	if (err != ERR_OK && strcmp(code, "UnsupportedOperationException") != 0)
		text_list_print(&key->unread, "rotation: %s", why.text);
	buffer_free(&body);
	call_answer_free(&answer);
}

static void
key_read(struct aws *aws, const char *region, const char *id)
{
	struct page page = { .count = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = key_ask(aws, region, id, &page, &why);

	if (err != ERR_OK && !(err == ERR_NOT_FOUND && inventory_single(aws->inventory)))
		inventory_unread(aws->inventory, "key %s in aws/%s: %s", id, region, why.text);
	for (size_t i = 0; i < page.count; i++) {
		rotation_ask(aws, region, &page.resource[i]);
		inventory_put(aws->inventory, &page.resource[i]);
	}
	page_free(&page);
}

static enum err
keys_ask(struct aws *aws, const char *region, const char *marker, struct page *page,
    struct why *why)
{
	struct call_answer answer = { .status = 0 };
	struct buffer body = { .max = 0 };
	enum err err = ERR_OK;

	if (marker[0] == '\0')
		buffer_put_text(&body, "{\"Limit\":1000}");
	else if (!body_make(&body, "Marker", marker, ",\"Limit\":1000"))
		err = why_set(why, ERR_MALFORMED, "the marker of the next page cannot be sent");
	if (err == ERR_OK)
		err = aws_json(aws, "kms", region, "TrentService.ListKeys",
		    bytes_of_buffer(&body), &answer, why);
	if (err == ERR_OK)
		err = aws_keys_read(bytes_of_buffer(&answer.body), region, page, why);
	buffer_free(&body);
	call_answer_free(&answer);
	return err;
}

void
aws_keys(struct aws *aws, const char *region)
{
	struct why why = { .err = ERR_OK };
	char *marker = NULL;
	enum err err = ERR_OK;

	inventory_step(aws->inventory, "while keys of %s were read", region);
	if (inventory_single(aws->inventory)) {
		char *id = memory_text(aws->inventory->request.resource);

		key_read(aws, region, id);
		free(id);
		return;
	}
	do {
		struct page page = { .count = 0 };

		err = keys_ask(aws, region, resource_text(marker), &page, &why);
		for (size_t i = 0; i < page.count; i++)
			key_read(aws, region, page.resource[i].id);
		free(marker);
		marker = page.next;
		page.next = NULL;
		page_free(&page);
	} while (err == ERR_OK && resource_text(marker)[0] != '\0');
	free(marker);
	if (err != ERR_OK)
		inventory_unread(aws->inventory, "keys in aws/%s: %s", region, why.text);
}

void
aws_key_holder(struct aws *aws, const char *region, struct resource *resource)
{
	struct page page = { .count = 0 };
	struct why why = { .err = ERR_OK };

	if (resource_text(resource->key)[0] == '\0' ||
	    resource_text(resource->key_holder)[0] != '\0')
		return;
	if (key_ask(aws, region, resource->key, &page, &why) != ERR_OK)
		text_list_print(&resource->unread, "key: %s", why.text);
	else if (page.count > 0)
		resource_set(&resource->key_holder,
		    bytes_of_text(resource_text(page.resource[0].key_holder)));
	page_free(&page);
}
