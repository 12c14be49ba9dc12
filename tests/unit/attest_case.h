/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One case of tests/data/attest/expect.json on its way into a dossier and a policy: what a
 * conversion may use.  Files are those of tests/data/attest, or, for samples whose licence does
 * not let them be copied here, of ../shared/vectors where that exists; else the case is skipped.
 */
#ifndef TESTS_UNIT_ATTEST_CASE_H
#define TESTS_UNIT_ATTEST_CASE_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/attest.h"
#include "attest/policy.h"
#include "monitor/base/file.h"
#include "monitor/base/timetext.h"

enum { CASE_FILES = 24, CASE_FILE_MAX = 1 << 20 };

struct attest_case {
	const json_t          *args, *tamper;
	const struct verifier *verifier;	/* set by the conversion */
	struct dossier         dossier;
	struct buffer          policy;		/* text: sections and their keys */
	struct buffer          file[CASE_FILES];
	size_t                 files;
	struct buffer          nonce;
	struct hash            spki;
	bool                   missing;		/* a file is not here: skip */
};

/* Whether the case has that argument; its text, "" if it has none or it is no text. */
static inline bool
case_has(const struct attest_case *c, const char *arg)
{
	const json_t *value = json_object_get(c->args, arg);

	return value != NULL && !json_is_null(value);
}

static inline const char *
case_text(const struct attest_case *c, const char *arg)
{
	const char *text = json_string_value(json_object_get(c->args, arg));

	return text != NULL ? text : "";
}

static inline void
case_replace(struct buffer *octets, const char *from, const char *to)
{
	uint8_t *at = memmem(octets->at, octets->len, from, strlen(from));

	if (at != NULL && strlen(from) == strlen(to)) {
		memcpy(at, to, strlen(to));
	} else if (at != NULL) {
		struct buffer made = { .max = 0 };
		size_t before = (size_t)(at - octets->at);

		buffer_put(&made, octets->at, before);
		buffer_put_text(&made, to);
		buffer_put(&made, at + strlen(from), octets->len - before - strlen(from));
		buffer_free(octets);
		*octets = made;
	}
}

/* The one edit of the case, if it is of this argument. */
static inline void
case_tamper(const struct attest_case *c, const char *arg, struct buffer *octets)
{
	const char *of = json_string_value(json_object_get(c->tamper, "arg"));
	const char *op = json_string_value(json_object_get(c->tamper, "op"));
	size_t off = (size_t)json_integer_value(json_object_get(c->tamper, "off"));
	size_t len = (size_t)json_integer_value(json_object_get(c->tamper, "len"));
	const char *hex = json_string_value(json_object_get(c->tamper, "hex"));
	uint8_t more[4096];

	if (of == NULL || op == NULL || strcmp(of, arg) != 0)
		return;
	if (strcmp(op, "xor") == 0 && off < octets->len)
		octets->at[off] ^= (uint8_t)json_integer_value(json_object_get(c->tamper, "val"));
	else if (strcmp(op, "truncate") == 0 && len < octets->len)
		octets->len = len;
	else if (strcmp(op, "append") == 0 && hex != NULL && strlen(hex) / 2 <= sizeof(more) &&
	    hex_read(hex, more, strlen(hex) / 2) == ERR_OK)
		buffer_put(octets, more, strlen(hex) / 2);
	else if (strcmp(op, "replace_text") == 0)
		case_replace(octets, json_string_value(json_object_get(c->tamper, "from")),
		    json_string_value(json_object_get(c->tamper, "to")));
	else
		abort();
}

static inline bool
case_read(const char *name, struct buffer *out)
{
	static const char *const folders[] = { "tests/data/attest", "tests/data",
		"../shared/vectors" };
	char path[512];
	size_t len = strlen(name);

	/* What is packed there stands here unpacked. */
	if (len > 3 && strcmp(name + len - 3, ".gz") == 0)
		len -= 3;
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%.*s", folders[i], (int)len, name);
		if (file_read(path, CASE_FILE_MAX, out, NULL) == ERR_OK)
			return true;
		buffer_reset(out);
	}
	return false;
}

/* Samples whose licence does not allow a copy: an AGPL repository, and drafts of the IETF. */
static inline bool
case_may_miss(const char *name)
{
	static const char *const folders[] = { "azure-imds/", "pkix-evidence/",
		"csr-attestation/" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (strncmp(name, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

static inline void
case_base64(struct buffer *octets)
{
	struct buffer text = { .max = 0 }, made = { .max = 0 };

	for (size_t i = 0; i < octets->len; i++)
		if (octets->at[i] != '\n' && octets->at[i] != '\r' && octets->at[i] != ' ')
			buffer_put_u8(&text, octets->at[i]);
	if (base64_read(bytes_of_buffer(&text), &made) != ERR_OK)
		abort();
	buffer_free(&text);
	buffer_free(octets);
	*octets = made;
}

/* The octets of a file by its name, edited if the case edits arg; none if it is not here. */
static inline struct bytes
case_named(struct attest_case *c, const char *arg, const char *name)
{
	struct buffer *octets = &c->file[c->files];
	size_t len = strlen(name);

	if (c->files == CASE_FILES)
		abort();
	c->files++;
	if (!case_read(name, octets)) {
		if (!case_may_miss(name)) {
			fprintf(stderr, "%s is not in tests/data/attest\n", name);
			abort();
		}
		c->missing = true;
		return bytes_of(NULL, 0);
	}
	if (len > 4 && strcmp(name + len - 4, ".b64") == 0)
		case_base64(octets);
	case_tamper(c, arg, octets);
	return bytes_of_buffer(octets);
}

/* The octets of an argument that names one file; none if the case does not have it. */
static inline struct bytes
case_file(struct attest_case *c, const char *arg)
{
	return case_has(c, arg) ? case_named(c, arg, case_text(c, arg)) : bytes_of(NULL, 0);
}

/* Puts the file or files of an argument into a role; nothing if the case does not have it. */
static inline void
case_role(struct attest_case *c, const char *role, const char *arg)
{
	const json_t *value = json_object_get(c->args, arg);

	if (json_is_string(value))
		dossier_put(&c->dossier, role, case_file(c, arg));
	for (size_t i = 0; i < json_array_size(value); i++)
		dossier_put(&c->dossier, role, case_named(c, arg,
		    json_string_value(json_array_get(value, i))));
}

/* Octets made here, kept as long as the case: "68656c6c6f" in hex. */
static inline struct bytes
case_hex(struct attest_case *c, const char *hex)
{
	struct buffer *octets = &c->file[c->files++];
	size_t len = strlen(hex) / 2;
	uint8_t *raw = memory_new(len + 1, 1);

	if (c->files > CASE_FILES || strlen(hex) % 2 != 0 || hex_read(hex, raw, len) != ERR_OK)
		abort();
	buffer_put(octets, raw, len);
	free(raw);
	return bytes_of_buffer(octets);
}

/* The nonce of the case, in hex, if it has that argument; else the policy asks for none. */
static inline void
case_nonce(struct attest_case *c, const char *arg)
{
	if (case_has(c, arg))
		c->dossier.nonce = case_hex(c, case_text(c, arg));
	else
		buffer_print(&c->policy, "nonce = \"none\";\n");
}

/* The key it must be bound to, as SHA-256 in hex, if the case has that argument. */
static inline void
case_spki(struct attest_case *c, const char *arg)
{
	if (case_has(c, arg) && hex_read(case_text(c, arg), c->spki.at, HASH_LEN) == ERR_OK)
		c->dossier.spki = &c->spki;
}

/* "key = [ ... ];" of an argument that is a list of texts or one text; "*" if there is none. */
static inline void
case_list(struct attest_case *c, const char *key, const char *arg)
{
	const json_t *value = json_object_get(c->args, arg);

	buffer_print(&c->policy, "%s = [", key);
	if (json_is_string(value))
		buffer_print(&c->policy, "\"%s\"", json_string_value(value));
	else if (json_is_integer(value))
		buffer_print(&c->policy, "\"%lld\"", (long long)json_integer_value(value));
	else if (value == NULL || json_is_null(value))
		buffer_print(&c->policy, "\"*\"");
	for (size_t i = 0; i < json_array_size(value); i++)
		buffer_print(&c->policy, "%s\"%s\"", i > 0 ? ", " : "",
		    json_string_value(json_array_get(value, i)));
	buffer_print(&c->policy, "];\n");
}

/* Any text of a policy: "sev-snp = {", "max_vmpl = 0;", "};". */
#define case_policy(c, ...) buffer_print(&(c)->policy, __VA_ARGS__)

#endif
