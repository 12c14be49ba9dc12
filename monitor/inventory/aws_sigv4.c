/* SPDX-License-Identifier: Apache-2.0 */
/* The four steps of Signature Version 4: canonical request, string to sign, key, signature. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/digest.h"
#include "monitor/base/hash.h"
#include "monitor/base/timetext.h"
#include "monitor/inventory/aws_sigv4.h"

enum { FIELDS_MAX = AWS_PAIRS_MAX + 4, DAY_TEXT = 9 };

struct field { const char *name; struct buffer value; };

static bool
unreserved(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	    c == '-' || c == '.' || c == '_' || c == '~';
}

void
aws_encode(struct buffer *out, struct bytes text, bool keep_slash)
{
	for (size_t i = 0; i < text.len; i++)
		if (unreserved(text.at[i]) || (keep_slash && text.at[i] == '/'))
			buffer_put_u8(out, text.at[i]);
		else
			buffer_print(out, "%%%02X", text.at[i]);
}

void
aws_form(struct buffer *out, const char *name, const char *value)
{
	if (out->len > 0)
		buffer_put_u8(out, '&');
	aws_encode(out, bytes_of_text(name), false);
	buffer_put_u8(out, '=');
	aws_encode(out, bytes_of_text(value), false);
}

struct pair { struct buffer name, value; };

static int
by_pair(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = bytes_compare(bytes_of_buffer(&x->name), bytes_of_buffer(&y->name));

	return order != 0 ? order :
	    bytes_compare(bytes_of_buffer(&x->value), bytes_of_buffer(&y->value));
}

/* Sorted by the encoded name, then the encoded value. */
static void
query_make(const struct aws_request *request, struct buffer *out)
{
	struct pair pair[AWS_PAIRS_MAX] = { { .name = { .max = 0 } } };

	for (size_t i = 0; i < request->queries; i++) {
		aws_encode(&pair[i].name, bytes_of_text(request->query[i].name), false);
		aws_encode(&pair[i].value, bytes_of_text(request->query[i].value), false);
	}
	qsort(pair, request->queries, sizeof(pair[0]), by_pair);
	for (size_t i = 0; i < request->queries; i++) {
		buffer_put_text(out, i > 0 ? "&" : "");
		buffer_put(out, pair[i].name.at, pair[i].name.len);
		buffer_put_u8(out, '=');
		buffer_put(out, pair[i].value.at, pair[i].value.len);
		buffer_free(&pair[i].name);
		buffer_free(&pair[i].value);
	}
}

/* Blanks around it are dropped, and several inside are one. */
static void
value_trim(struct buffer *out, struct bytes value)
{
	bool blank = false;

	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] == ' ') {
			blank = out->len > 0;
			continue;
		}
		if (blank)
			buffer_put_u8(out, ' ');
		blank = false;
		buffer_put_u8(out, value.at[i]);
	}
}

static void
field_add(struct field *field, size_t *count, const char *name, struct bytes value)
{
	field[*count] = (struct field){ .name = name };
	value_trim(&field[*count].value, value);
	++*count;
}

/* Stable, because several fields of one name keep their order. */
static void
fields_sort(struct field *field, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = i; j > 0 && strcmp(field[j - 1].name, field[j].name) > 0; j--) {
			struct field swap = field[j];

			field[j] = field[j - 1];
			field[j - 1] = swap;
		}
}

/* "name:value" lines, those of one name on one line with commas, and the names with semicolons. */
static void
fields_put(const struct field *field, size_t count, struct buffer *lines, struct buffer *names)
{
	for (size_t i = 0; i < count; i++) {
		bool again = i > 0 && strcmp(field[i - 1].name, field[i].name) == 0;

		if (again) {
			buffer_put_u8(lines, ',');
		} else {
			buffer_print(lines, "%s%s:", i > 0 ? "\n" : "", field[i].name);
			buffer_print(names, "%s%s", i > 0 ? ";" : "", field[i].name);
		}
		buffer_put(lines, field[i].value.at, field[i].value.len);
	}
	buffer_put_u8(lines, '\n');
}

static void
canonical_make(const struct aws_request *request, const struct aws_credential *credential,
    struct aws_signature *out, struct buffer *canonical, struct buffer *names)
{
	struct field field[FIELDS_MAX] = { { .name = NULL } };
	struct buffer lines = { .max = 0 };
	size_t count = 0;

	for (size_t i = 0; i < request->headers; i++)
		field_add(field, &count, request->header[i].name,
		    bytes_of_text(request->header[i].value));
	field_add(field, &count, "x-amz-date", bytes_of_text(out->date));
	if (request->content_hash)
		field_add(field, &count, "x-amz-content-sha256", bytes_of_text(out->content));
	if (credential->token.len > 0)
		field_add(field, &count, "x-amz-security-token", credential->token);
	fields_sort(field, count);
	fields_put(field, count, &lines, names);
	buffer_print(canonical, "%s\n%s\n", request->method, buffer_text(&out->path));
	buffer_print(canonical, "%s\n", buffer_text(&out->query));
	buffer_put(canonical, lines.at, lines.len);
	buffer_print(canonical, "\n%s\n%s", buffer_text(names), out->content);
	for (size_t i = 0; i < count; i++) {
		if (field[i].value.cap > 0)
			explicit_bzero(field[i].value.at, field[i].value.cap);
		buffer_free(&field[i].value);
	}
	buffer_free(&lines);
}

/* HMAC by HMAC: day, region, service, "aws4_request". */
static enum err
key_make(const struct aws_request *request, const struct aws_credential *credential,
    const char *day, uint8_t key[DIGEST_MAX])
{
	const char *const part[] = { day, request->region, request->service, "aws4_request" };
	struct buffer secret = { .max = AWS_SECRET_MAX + 4 };
	struct bytes with;
	enum err err = ERR_OK;

	buffer_put_text(&secret, "AWS4");
	buffer_put(&secret, credential->secret.at, credential->secret.len);
	if (secret.failed)
		err = ERR_LIMIT;
	with = bytes_of_buffer(&secret);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]) && err == ERR_OK; i++) {
		uint8_t next[DIGEST_MAX];

		err = digest_hmac(DIGEST_SHA256, with, bytes_of_text(part[i]), bytes_of(NULL, 0),
		    bytes_of(NULL, 0), next);
		memcpy(key, next, sizeof(next));
		with = bytes_of(key, HASH_LEN);
		explicit_bzero(next, sizeof(next));
	}
	explicit_bzero(secret.at, secret.cap);
	buffer_free(&secret);
	return err;
}

static void
date_make(int64_t at_s, char out[AWS_DATE_TEXT])
{
	char utc[TIME_TEXT];

	/* "2015-08-30T12:36:00.000Z" */
	time_utc(at_s * 1000, utc);
	snprintf(out, AWS_DATE_TEXT, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", utc, utc + 5, utc + 8, utc + 11,
	    utc + 14, utc + 17);
}

static enum err
authorize(const struct aws_request *request, const struct aws_credential *credential,
    const struct buffer *canonical, struct buffer *names, struct aws_signature *out)
{
	struct buffer text = { .max = 0 }, scope = { .max = 0 };
	uint8_t key[DIGEST_MAX], made[DIGEST_MAX];
	char hex[AWS_HASH_TEXT], day[DAY_TEXT];
	enum err err;

	snprintf(day, sizeof(day), "%.8s", out->date);
	buffer_print(&scope, "%s/%s/%s/aws4_request", day, request->region, request->service);
	hash_text(hash_of(bytes_of_buffer(canonical)), hex);
	buffer_print(&text, "AWS4-HMAC-SHA256\n%s\n%s\n%s", out->date, buffer_text(&scope), hex);
	err = key_make(request, credential, day, key);
	if (err == ERR_OK)
		err = digest_hmac(DIGEST_SHA256, bytes_of(key, HASH_LEN), bytes_of_buffer(&text),
		    bytes_of(NULL, 0), bytes_of(NULL, 0), made);
	explicit_bzero(key, sizeof(key));
	if (err == ERR_OK) {
		hex_of(bytes_of(made, HASH_LEN), hex);
		buffer_put_text(&out->authorization, "AWS4-HMAC-SHA256 Credential=");
		buffer_put(&out->authorization, credential->id.at, credential->id.len);
		buffer_print(&out->authorization, "/%s, SignedHeaders=%s, Signature=%s",
		    buffer_text(&scope), buffer_text(names), hex);
	}
	buffer_free(&text);
	buffer_free(&scope);
	return err;
}

enum err
aws_sign(const struct aws_request *request, const struct aws_credential *credential,
    struct aws_signature *out, struct why *why)
{
	struct buffer canonical = { .max = 0 }, names = { .max = 0 };
	enum err err;

	*out = (struct aws_signature){ .date = "" };
	if (request->queries > AWS_PAIRS_MAX || request->headers > AWS_PAIRS_MAX)
		return why_set(why, ERR_LIMIT, "too many fields to sign");
	if (credential->secret.len > AWS_SECRET_MAX)
		return why_set(why, ERR_LIMIT, "the secret access key is longer than %d octets",
		    AWS_SECRET_MAX);
	date_make(request->at_s, out->date);
	hash_text(hash_of(request->body), out->content);
	aws_encode(&out->path, bytes_of_text(request->path), true);
	query_make(request, &out->query);
	canonical_make(request, credential, out, &canonical, &names);
	err = authorize(request, credential, &canonical, &names, out);
	if (canonical.cap > 0)
		explicit_bzero(canonical.at, canonical.cap);
	buffer_free(&canonical);
	buffer_free(&names);
	if (err != ERR_OK) {
		aws_signature_free(out);
		return why_set(why, err, "the request cannot be signed: %s", err_text(err));
	}
	return ERR_OK;
}

void
aws_signature_free(struct aws_signature *signature)
{
	buffer_free(&signature->path);
	buffer_free(&signature->query);
	buffer_free(&signature->authorization);
}
