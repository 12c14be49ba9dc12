/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every private and secret key and every certificate that the session can see, as a listing
 * (attest/token_audit.h).  Attributes alone are asked for; nothing is signed, read out or changed.
 */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "attest/token_audit.h"
#include "monitor/base/cbor.h"
#include "monitor/token/token.h"

enum { CERTIFICATE_MAX = ATTRIBUTE_MAX };	/* octets; of a larger one nothing is known */

struct listing { struct buffer object[AUDIT_OBJECTS]; size_t count; bool whole; };

static const struct { CK_ATTRIBUTE_TYPE type; enum audit_bit bit; } asked[] = {
	{ CKA_SENSITIVE, AUDIT_SENSITIVE }, { CKA_EXTRACTABLE, AUDIT_EXTRACTABLE },
	{ CKA_LOCAL, AUDIT_LOCAL }, { CKA_SIGN, AUDIT_SIGN }, { CKA_ENCRYPT, AUDIT_ENCRYPT },
	{ CKA_DECRYPT, AUDIT_DECRYPT }, { CKA_WRAP, AUDIT_WRAP }, { CKA_UNWRAP, AUDIT_UNWRAP },
	{ CKA_DERIVE, AUDIT_DERIVE }
};

static void
powers_read(struct work *work, CK_OBJECT_HANDLE handle, struct audit_object *object)
{
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		bool value;

		if (!attribute_bool(work, handle, asked[i].type, &value))
			continue;
		object->answered |= asked[i].bit;
		if (value)
			object->is |= asked[i].bit;
	}
}

/* An authority says so in its certificate (RFC 5280 4.2.1.9). */
static void
certificate_read(struct work *work, CK_OBJECT_HANDLE handle, struct audit_object *object)
{
	struct buffer der = { .max = CERTIFICATE_MAX };
	const unsigned char *at;
	X509 *certificate = NULL;

	if (attribute_octets(work, handle, CKA_VALUE, &der)) {
		at = der.at;
		certificate = d2i_X509(NULL, &at, (long)der.len);
	}
	if (certificate != NULL) {
		object->answered |= AUDIT_AUTHORITY;
		if (X509_check_ca(certificate) == 1)
			object->is |= AUDIT_AUTHORITY;
	}
	X509_free(certificate);
	ERR_clear_error();
	buffer_free(&der);
}

/* Text that can be shown: octets that are not printable UTF-8 become '?'. */
static size_t
label_read(struct work *work, CK_OBJECT_HANDLE handle, char out[AUDIT_LABEL_MAX])
{
	struct buffer label = { .max = ATTRIBUTE_MAX };
	size_t len = 0;

	if (attribute_octets(work, handle, CKA_LABEL, &label)) {
		len = label.len < AUDIT_LABEL_MAX ? label.len : AUDIT_LABEL_MAX;
		memcpy(out, label.at, len);
		/* Cut between characters. */
		while (len < label.len && len > 0 && !utf8_valid(bytes_of(out, len)) &&
		    len > AUDIT_LABEL_MAX - 3)
			len--;
	}
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f ||
		    ((unsigned char)out[i] >= 0x80 && !utf8_valid(bytes_of(out, len))))
			out[i] = '?';
	buffer_free(&label);
	return len;
}

static uint64_t
kind_of(struct work *work, CK_OBJECT_HANDLE handle, enum audit_class class)
{
	struct buffer value = { .max = sizeof(CK_ULONG) };
	CK_ULONG kind = CK_UNAVAILABLE_INFORMATION;

	if (attribute_octets(work, handle, class == AUDIT_CERTIFICATE ? CKA_CERTIFICATE_TYPE :
	    CKA_KEY_TYPE, &value) && value.len == sizeof(kind))
		memcpy(&kind, value.at, sizeof(kind));
	buffer_free(&value);
	return kind;
}

static void
object_list(struct work *work, CK_OBJECT_HANDLE handle, enum audit_class class,
    struct buffer *out)
{
	struct audit_object object = { .class = class, .kind = kind_of(work, handle, class) };
	struct buffer id = { .max = AUDIT_ID_MAX };
	char label[AUDIT_LABEL_MAX];

	if (class == AUDIT_CERTIFICATE)
		certificate_read(work, handle, &object);
	else
		powers_read(work, handle, &object);
	if (attribute_octets(work, handle, CKA_ID, &id))
		object.id = bytes_of_buffer(&id);
	object.label = bytes_of(label, label_read(work, handle, label));
	audit_object_write(out, &object);
	buffer_free(&id);
}

static bool
class_list(struct work *work, struct listing *all, CK_OBJECT_CLASS wanted, enum audit_class class)
{
	CK_ATTRIBUTE attribute = { CKA_CLASS, &wanted, sizeof(wanted) };
	CK_OBJECT_HANDLE *found = memory_new(AUDIT_OBJECTS + 1, sizeof(*found));
	long count = objects_find(work, &attribute, 1, found, AUDIT_OBJECTS + 1);

	for (long i = 0; i < count; i++) {
		if (all->count == AUDIT_OBJECTS) {
			all->whole = false;
			break;
		}
		object_list(work, found[i], class, &all->object[all->count++]);
	}
	free(found);
	return count >= 0;
}

static int
compare_objects(const void *a, const void *b)
{
	return bytes_compare(bytes_of_buffer(a), bytes_of_buffer(b));
}

bool
token_list(struct work *work)
{
	struct listing *all = memory_new(1, sizeof(*all));
	bool listed;

	all->whole = true;
	stage(TOKEN_STAGE_AUDIT);
	listed = class_list(work, all, CKO_PRIVATE_KEY, AUDIT_PRIVATE) &&
	    class_list(work, all, CKO_SECRET_KEY, AUDIT_SECRET) &&
	    class_list(work, all, CKO_CERTIFICATE, AUDIT_CERTIFICATE);
	/* Modules give objects in any order; the same token must be the same octets. */
	qsort(all->object, all->count, sizeof(all->object[0]), compare_objects);
	work->listing.max = AUDIT_MAX;
	audit_begin_write(&work->listing, all->whole, all->count);
	for (size_t i = 0; i < all->count; i++) {
		buffer_put(&work->listing, all->object[i].at, all->object[i].len);
		buffer_free(&all->object[i]);
	}
	free(all);
	return listed && (!work->listing.failed ||
	    fail(work, TOKEN_NONSENSE, 0, "the objects of the token do not fit a listing"));
}
