/* SPDX-License-Identifier: Apache-2.0 */
/* Published vectors for tests: files under tests/data, read whole or the test stops. */
#ifndef TESTS_UNIT_VECTORS_H
#define TESTS_UNIT_VECTORS_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/bytes.h"
#include "monitor/base/hash.h"

static inline json_t *
vectors_json(const char *path)
{
	json_error_t error;
	json_t *all = json_load_file(path, JSON_DECODE_INT_AS_REAL, &error);

	if (all == NULL) {
		fprintf(stderr, "%s: %s\n", path, error.text);
		abort();
	}
	return all;
}

static inline struct buffer
vectors_file(const char *path)
{
	struct buffer out = { 0 };
	uint8_t part[4096];
	FILE *file = fopen(path, "rb");
	size_t got;

	if (file == NULL) {
		perror(path);
		abort();
	}
	while ((got = fread(part, 1, sizeof(part), file)) > 0)
		buffer_put(&out, part, got);
	fclose(file);
	return out;
}

static inline const char *
vectors_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

/* Numbers are read as doubles, so that 2^64 - 1, which the vectors use, can be read at all. */
static inline uint64_t
vectors_number(const json_t *object, const char *key)
{
	double value = json_number_value(json_object_get(object, key));

	return value >= 18446744073709551615.0 ? UINT64_MAX : (uint64_t)value;
}

/* A hash from base64 or hex; false if the text is not 32 octets. */
static inline bool
vectors_hash(const char *text, struct hash *out)
{
	struct buffer octets = { 0 };
	bool good = strlen(text) == 64 && hex_read(text, out->at, HASH_LEN) == ERR_OK;

	if (!good && base64_read(bytes_of_text(text), &octets) == ERR_OK &&
	    octets.len == HASH_LEN) {
		memcpy(out->at, octets.at, HASH_LEN);
		good = true;
	}
	buffer_free(&octets);
	return good;
}

#endif
