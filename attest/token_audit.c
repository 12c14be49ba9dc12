/* SPDX-License-Identifier: Apache-2.0 */
/* The listing of a token's objects as octets, and what is wrong with them; see token_audit.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/token_audit.h"
#include "monitor/base/cbor.h"

enum { KEYS = 3, OBJECT_ITEMS = 6, ID_SHOWN = 8, TEXT_MAX = AUDIT_LISTS * AUDIT_NAMES *
    AUDIT_NAME_MAX };

/* Pairs of powers that one key should not have; which is first said is in this order. */
static const struct { unsigned both; const char *text; } overpowered[] = {
	{ AUDIT_WRAP | AUDIT_DECRYPT, "wrap, decrypt" },
	{ AUDIT_WRAP | AUDIT_DERIVE, "wrap, derive" },
	{ AUDIT_UNWRAP | AUDIT_ENCRYPT, "unwrap, encrypt" },
	{ AUDIT_SIGN | AUDIT_DECRYPT, "sign, decrypt" },
	{ AUDIT_SIGN | AUDIT_UNWRAP, "sign, unwrap" }
};

void
audit_begin_write(struct buffer *out, bool whole, size_t objects)
{
	cbor_put_map(out, KEYS);
	cbor_put_uint(out, 1);
	cbor_put_cstr(out, TOKEN_AUDIT_FORMAT);
	cbor_put_uint(out, 2);
	cbor_put_bool(out, whole);
	cbor_put_uint(out, 3);
	cbor_put_array(out, objects);
}

void
audit_object_write(struct buffer *out, const struct audit_object *object)
{
	cbor_put_array(out, OBJECT_ITEMS);
	cbor_put_uint(out, object->class);
	cbor_put_uint(out, object->kind);
	cbor_put_uint(out, object->answered);
	cbor_put_uint(out, object->is);
	cbor_put_bytes(out, object->id);
	cbor_put_text(out, object->label);
}

static void
object_read(struct cbor *in, struct audit_object *out)
{
	uint64_t class, answered, is;

	if (cbor_array(in) != OBJECT_ITEMS)
		cbor_fail(in, ERR_MALFORMED);
	class = cbor_uint(in);
	out->kind = cbor_uint(in);
	answered = cbor_uint(in);
	is = cbor_uint(in);
	out->id = cbor_bytes(in);
	out->label = cbor_text(in);
	if (class >= AUDIT_CLASSES || answered > AUDIT_BITS || (is & ~answered) != 0 ||
	    out->id.len > AUDIT_ID_MAX || out->label.len > AUDIT_LABEL_MAX ||
	    (out->label.len > 0 && memchr(out->label.at, '\0', out->label.len) != NULL))
		cbor_fail(in, ERR_MALFORMED);
	out->class = (enum audit_class)class;
	out->answered = (unsigned)answered;
	out->is = (unsigned)is;
}

/* --- uses --------------------------------------------------------------------------------- */

static bool
id_is(const char *hex, size_t len, struct bytes id)
{
	uint8_t octets[AUDIT_ID_MAX];
	char text[2 * AUDIT_ID_MAX + 1];

	if (len == 0 || len % 2 != 0 || len >= sizeof(text) || len / 2 != id.len)
		return false;
	memcpy(text, hex, len);
	text[len] = '\0';
	return hex_read(text, octets, len / 2) == ERR_OK &&
	    bytes_equal(bytes_of(octets, len / 2), id);
}

/* The next of the list, without blanks around it; its length is 0 at the end. */
static size_t
use_next(const char **at)
{
	size_t len;

	*at += strspn(*at, ", ");
	len = strcspn(*at, ",");
	while (len > 0 && (*at)[len - 1] == ' ')
		len--;
	return len;
}

static bool
is_used(const struct audit_object *object, const char *uses)
{
	size_t len;

	for (const char *at = uses; (len = use_next(&at)) > 0; at += len) {
		if (len > 3 && strncmp(at, "id=", 3) == 0 && id_is(at + 3, len - 3, object->id))
			return true;
		if (len > 6 && strncmp(at, "label=", 6) == 0) {
			/* A label is listed cut; a use is compared as far as that. */
			size_t said = len - 6 > AUDIT_LABEL_MAX ? AUDIT_LABEL_MAX : len - 6;

			if (bytes_equal(object->label, bytes_of(at + 6, said)))
				return true;
		}
	}
	return false;
}

const char *
token_audit_uses_fault(const char *uses)
{
	uint8_t octets[AUDIT_ID_MAX];
	char hex[2 * AUDIT_ID_MAX + 1];
	size_t len;

	for (const char *at = uses; (len = use_next(&at)) > 0; at += len) {
		if (len > 6 && strncmp(at, "label=", 6) == 0)
			continue;
		if (len <= 3 || strncmp(at, "id=", 3) != 0 || (len - 3) % 2 != 0 ||
		    len - 3 >= sizeof(hex))
			return "used must be id=HEX or label=TEXT, with commas";
		memcpy(hex, at + 3, len - 3);
		hex[len - 3] = '\0';
		if (hex_read(hex, octets, (len - 3) / 2) != ERR_OK)
			return "used must be id=HEX or label=TEXT, with commas";
	}
	return NULL;
}

/* --- judging ------------------------------------------------------------------------------ */

/* "label (id 01): reason"; whatever is missing is left out. */
static void
name_put(struct token_audit *audit, enum audit_list list, const struct audit_object *object,
    const char *reason)
{
	size_t id = object->id.len < ID_SHOWN ? object->id.len : ID_SHOWN;
	char hex[2 * ID_SHOWN + 1] = "", text[AUDIT_NAME_MAX + 1];
	int len;

	if (audit->count[list]++ >= AUDIT_NAMES)
		return;
	for (size_t i = 0; i < id; i++)
		snprintf(hex + 2 * i, 3, "%02x", object->id.at[i]);
	len = snprintf(text, sizeof(text), "%.*s%s%s%s%s%s%s", (int)object->label.len,
	    (const char *)object->label.at, object->label.len > 0 && id > 0 ? " " : "",
	    id > 0 ? "(id " : object->label.len > 0 ? "" : "(no name", hex,
	    object->id.len > id ? "..." : "", id > 0 || object->label.len == 0 ? ")" : "",
	    reason);
	if (len >= (int)sizeof(text))
		len = (int)sizeof(text) - 1;
	/* Offsets for now: the text may still move. */
	audit->name[list][audit->count[list] - 1] = (struct bytes){ .at = NULL,
	    .len = (size_t)len };
	buffer_put_be(&audit->text, audit->count[list] - 1, 2);
	buffer_put_u8(&audit->text, (uint8_t)list);
	buffer_put(&audit->text, text, (size_t)len);
}

/* The names now stay where they are. */
static void
names_settle(struct token_audit *audit)
{
	size_t at = 0;

	while (at + 3 <= audit->text.len) {
		size_t i = (size_t)audit->text.at[at] << 8 | audit->text.at[at + 1];
		struct bytes *name = &audit->name[audit->text.at[at + 2]][i];

		name->at = audit->text.at + at + 3;
		at += 3 + name->len;
	}
}

static void
powers_judge(struct token_audit *audit, const struct audit_object *object)
{
	char reason[32];

	for (size_t i = 0; i < sizeof(overpowered) / sizeof(overpowered[0]); i++)
		if ((object->is & overpowered[i].both) == overpowered[i].both) {
			snprintf(reason, sizeof(reason), ": %s", overpowered[i].text);
			name_put(audit, AUDIT_OVERPOWERED, object, reason);
			return;
		}
}

static void
key_judge(struct token_audit *audit, const struct audit_object *object, const char *uses)
{
	unsigned needed = AUDIT_SENSITIVE | AUDIT_EXTRACTABLE | AUDIT_LOCAL;
	unsigned no = object->answered & ~object->is;

	audit->keys++;
	if (object->is & AUDIT_EXTRACTABLE)
		name_put(audit, AUDIT_CAN_LEAVE, object, "");
	if (no & AUDIT_SENSITIVE)
		name_put(audit, AUDIT_READABLE, object, "");
	if (no & AUDIT_LOCAL)
		name_put(audit, AUDIT_IMPORTED, object, "");
	if ((object->answered & needed) != needed)
		name_put(audit, AUDIT_UNSAID, object, "");
	powers_judge(audit, object);
	if (!is_used(object, uses))
		name_put(audit, AUDIT_UNUSED, object, "");
}

/* By id, or by label where the certificate has no id. */
static bool
has_key(const struct audit_object *all, size_t count, const struct audit_object *certificate)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].class == AUDIT_PRIVATE && (certificate->id.len > 0 ?
		    bytes_equal(all[i].id, certificate->id) :
		    bytes_equal(all[i].label, certificate->label)))
			return true;
	return false;
}

static void
objects_judge(struct token_audit *audit, const struct audit_object *object, size_t count,
    const char *uses)
{
	for (size_t i = 0; i < count; i++) {
		if (object[i].class != AUDIT_CERTIFICATE) {
			key_judge(audit, &object[i], uses);
			continue;
		}
		audit->certificates++;
		if (!(object[i].is & AUDIT_AUTHORITY) && !has_key(object, count, &object[i]))
			name_put(audit, AUDIT_KEYLESS, &object[i], "");
	}
	names_settle(audit);
}

static enum err
listing_read(struct cbor *in, struct bytes octets, bool *whole, struct audit_object *object,
    size_t *count)
{
	struct bytes before = { .len = 0 };

	if (cbor_map(in) != KEYS || cbor_uint(in) != 1)
		cbor_fail(in, ERR_MALFORMED);
	if (!bytes_equal(cbor_text(in), bytes_of_text(TOKEN_AUDIT_FORMAT)))
		cbor_fail(in, ERR_UNSUPPORTED);
	if (cbor_uint(in) != 2)
		cbor_fail(in, ERR_MALFORMED);
	*whole = cbor_bool(in);
	if (cbor_uint(in) != 3)
		cbor_fail(in, ERR_MALFORMED);
	*count = (size_t)cbor_array(in);
	if (*count > AUDIT_OBJECTS)
		cbor_fail(in, ERR_LIMIT);
	for (size_t i = 0; i < *count && in->err == ERR_OK; i++) {
		size_t from = in->at;
		struct bytes own;

		object_read(in, &object[i]);
		own = bytes_slice(octets, from, in->at - from);
		if (i > 0 && in->err == ERR_OK && bytes_compare(before, own) > 0)
			cbor_fail(in, ERR_MALFORMED);
		before = own;
	}
	if (in->err == ERR_OK && !cbor_done(in))
		cbor_fail(in, ERR_MALFORMED);
	return in->err;
}

enum err
token_audit_judge(struct bytes octets, const char *uses, struct token_audit *out,
    struct why *why)
{
	struct audit_object *object;
	struct cbor in = cbor_of(octets, true);
	size_t count = 0;
	enum err err;

	*out = (struct token_audit){ .text = { .max = TEXT_MAX + 3 * AUDIT_LISTS * AUDIT_NAMES } };
	if (octets.len > AUDIT_MAX)
		return why_set(why, ERR_LIMIT, "the listing of a token has %zu octets, more than "
		    "%d", octets.len, AUDIT_MAX);
	err = cbor_check(octets, why);
	if (err != ERR_OK)
		return why_in(why, "listing of a token");
	object = memory_new(AUDIT_OBJECTS, sizeof(*object));
	err = listing_read(&in, octets, &out->whole, object, &count);
	if (err == ERR_OK)
		objects_judge(out, object, count, uses);
	else
		why_at(why, err, in.at, "listing of a token: octet %zu: %s", in.at,
		    err_text(err));
	free(object);
	return err;
}

void
token_audit_free(struct token_audit *audit)
{
	buffer_free(&audit->text);
}

bool
token_audit_is(struct bytes octets)
{
	struct cbor in = cbor_of(octets, true);
	bool first = cbor_map(&in) > 0 && cbor_uint(&in) == 1;

	return bytes_equal(cbor_text(&in), bytes_of_text(TOKEN_AUDIT_FORMAT)) && first;
}
