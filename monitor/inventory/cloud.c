/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions with a cloud's API; see cloud.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/cloud.h"

void
cloud_token_set(struct cloud *cloud, const char *prefix, struct bytes token)
{
	cloud->token.max = CLOUD_TOKEN_MAX;
	if (cloud->token.at != NULL)
		explicit_bzero(cloud->token.at, cloud->token.cap);
	buffer_reset(&cloud->token);
	/* Whole at once: a buffer that grows would leave copies behind. */
	if (token.len < CLOUD_TOKEN_MAX - 64)
		buffer_print(&cloud->token, "%s%.*s", prefix, (int)token.len,
		    (const char *)token.at);
	buffer_text(&cloud->token);
}

void
cloud_free(struct cloud *cloud)
{
	if (cloud->token.at != NULL)
		explicit_bzero(cloud->token.at, cloud->token.cap);
	buffer_free(&cloud->token);
	estate_free(&cloud->estate);
}

json_t *
cloud_credential(struct inventory *inventory)
{
	struct why why = { .err = ERR_OK };
	json_t *root = cloud_json_read(inventory->request.credential, &why);

	/* Not the parser's sentence: it could quote what it choked on. */
	if (root == NULL)
		inventory_fail(inventory, INVENTORY_CREDENTIAL, "it is not a JSON object; see "
		    "docs/inventory.md for the members that this provider needs");
	return root;
}

static void
headers_put(const struct cloud *cloud, const struct cloud_ask *ask, struct call *call)
{
	call_header_add(call, "Accept", "application/json");
	if (ask->post)
		call_header_add(call, "Content-Type", ask->form ?
		    "application/x-www-form-urlencoded" : "application/json");
	if (cloud->token.len > 0)
		call_header_add(call, cloud->token_header, (const char *)cloud->token.at);
}

/* The words of the cloud, or the number alone. */
static void
refusal_say(long status, struct bytes body, struct why *why)
{
	struct why ignored = { .err = ERR_OK };
	json_t *root = cloud_json_read(body, &ignored);
	struct bytes said = cloud_complaint(root);
	enum err err = status == 404 ? ERR_NOT_FOUND : status >= 500 ? ERR_UNREACHABLE : ERR_DENIED;

	if (said.len > 0)
		why_set(why, err, "HTTP %ld: %.*s", status, said.len < 200 ? (int)said.len : 200,
		    (const char *)said.at);
	else
		why_set(why, err, "HTTP %ld", status);
	json_decref(root);
}

static json_t *
answer_read(const struct call_answer *answer, const struct cloud_ask *ask, struct why *why)
{
	json_t *root;

	if (answer->status < 200 || answer->status > 299) {
		refusal_say(answer->status, bytes_of_buffer(&answer->body), why);
		return NULL;
	}
	if (ask->head != NULL) {
		buffer_put(ask->head, answer->head.at, answer->head.len);
		if (answer->body.len == 0)
			return json_object();
	}
	root = cloud_json_read(bytes_of_buffer(&answer->body), why);
	return root;
}

json_t *
cloud_ask(struct cloud *cloud, const struct cloud_ask *ask, struct why *why)
{
	struct call call = { .method = ask->post ? "POST" : "GET", .url = ask->url,
	    .body = ask->body };
	struct call_answer answer = { .status = 0 };
	json_t *root = NULL;

	headers_put(cloud, ask, &call);
	if (inventory_ask(cloud->inventory, &call, NULL, &answer, why) == ERR_OK)
		root = answer_read(&answer, ask, why);
	/* Answers to a login hold tokens. */
	if (answer.body.at != NULL && cloud->token.len == 0)
		explicit_bzero(answer.body.at, answer.body.len);
	if (answer.head.at != NULL && cloud->token.len == 0)
		explicit_bzero(answer.head.at, answer.head.len);
	call_answer_free(&answer);
	return root;
}

json_t *
cloud_get(struct cloud *cloud, const char *url, struct why *why)
{
	return cloud_ask(cloud, &(struct cloud_ask){ .url = url }, why);
}

bool
cloud_part_failed(struct cloud *cloud, const char *what, const struct why *why)
{
	if (cloud->first.err == ERR_OK)
		cloud->first = *why;
	if (why->err == ERR_BUSY || why->err == ERR_TIMEOUT || why->err == ERR_UNREACHABLE ||
	    why->err == ERR_RESOLVE || why->err == ERR_UNTRUSTED) {
		struct why whole = *why;

		why_in(&whole, "%s", what);
		return inventory_failed(cloud->inventory, &whole);
	}
	inventory_unread(cloud->inventory, "%s: %s", what, why->text);
	return true;
}

/* One page; false with a sentence, or true with the next mark. */
static bool
page_take(struct cloud *cloud, const struct cloud_list *list, char **mark, struct why *why)
{
	struct buffer url = { .max = CLOUD_URL_MAX }, body = { .max = 1 << 16 };
	struct page page = { .count = 0 };
	bool post = list->page_ask(list->arg, *mark, &url, &body), taken = false;
	json_t *root = NULL;

	if (url.failed)
		why_set(why, ERR_LIMIT, "the mark of a page is longer than an address may be");
	else
		root = cloud_ask(cloud, &(struct cloud_ask){ .url = buffer_text(&url),
		    .body = bytes_of_buffer(&body), .post = post }, why);
	/* What a page has is kept, also where the rest of it is wrong. */
	if (root != NULL && list->page_read(list->arg, root, &page, why) == ERR_OK) {
		taken = page.next == NULL || strcmp(page.next, *mark) != 0;
		if (!taken)
			why_set(why, ERR_MALFORMED, "a page names itself as the next");
		free(*mark);
		*mark = page.next;
		page.next = NULL;
	}
	estate_take(&cloud->estate, &page);
	json_decref(root);
	page_free(&page);
	buffer_free(&url);
	buffer_free(&body);
	return taken;
}

bool
cloud_list(struct cloud *cloud, const struct cloud_list *list)
{
	struct why why = { .err = ERR_OK };
	char *mark = memory_text(bytes_of("", 0));
	bool taken = true;
	size_t pages;

	inventory_step(cloud->inventory, "while %s were read", list->what);
	for (pages = 0; mark != NULL && taken && pages < CLOUD_PAGES_MAX; pages++)
		taken = page_take(cloud, list, &mark, &why);
	if (taken && mark != NULL) {
		taken = false;
		why_set(&why, ERR_LIMIT, "there are more than %d pages", CLOUD_PAGES_MAX);
	}
	free(mark);
	if (!taken)
		return cloud_part_failed(cloud, list->what, &why);
	cloud->lists++;
	return true;
}

void
cloud_url_encode(struct buffer *out, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';

		if (plain)
			buffer_put_u8(out, c);
		else
			buffer_print(out, "%%%02X", c);
	}
}

/* A host cannot be named by what begins with a single slash. */
bool
cloud_path_safe(const char *path)
{
	if (path[0] != '/' || path[1] == '/')
		return false;
	for (; *path != '\0'; path++)
		if ((uint8_t)*path <= ' ' || (uint8_t)*path >= 0x7f || strchr("?#\\\"<>", *path) !=
		    NULL)
			return false;
	return true;
}

void
cloud_base(const struct inventory *inventory, const char *own, struct buffer *url)
{
	struct bytes base = inventory->request.endpoint;

	if (base.len == 0)
		base = bytes_of_text(own);
	while (base.len > 0 && base.at[base.len - 1] == '/')
		base.len--;
	buffer_put(url, base.at, base.len);
}

bool
cloud_wanted(const struct inventory *inventory, const struct resource *resource)
{
	struct bytes asked = inventory->request.resource;

	if (!inventory_wants(inventory, resource_text(resource->kind)))
		return false;
	return asked.len == 0 || cloud_is(asked, resource_text(resource->id)) ||
	    bytes_equal(asked, bytes_of_text(resource_text(resource->name)));
}

void
cloud_put(struct cloud *cloud)
{
	struct inventory *inventory = cloud->inventory;

	if (cloud->lists == 0 && cloud->first.err != ERR_OK) {
		inventory_failed(inventory, &cloud->first);
		return;
	}
	estate_resolve(&cloud->estate);
	if (cloud->estate.full)
		inventory_unread(inventory, "more than %d resources: the rest was left out",
		    ESTATE_MAX);
	for (size_t i = 0; i < cloud->estate.count; i++)
		if (cloud_wanted(inventory, &cloud->estate.resource[i]))
			inventory_put(inventory, &cloud->estate.resource[i]);
}
