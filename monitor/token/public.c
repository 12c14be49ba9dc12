/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public half of the key as a SubjectPublicKeyInfo: from the private key's own attributes, or
 * from the public key object of the same CKA_ID (of the same label where there is no id).  What is
 * found here is only a claim; the signature decides.
 */
#include <string.h>

#include "monitor/token/token.h"

enum { DER_INTEGER = 2, DER_BITS = 3, DER_OCTETS = 4, DER_SEQUENCE = 0x30, IDS_MAX = 1024 };

static const uint8_t ec_algorithm[] = { 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 };
static const uint8_t rsa_algorithm[] = { 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1,
	5, 0 };
static const uint8_t ed25519_algorithm[] = { 0x30, 5, 6, 3, 0x2b, 0x65, 0x70 };
static const uint8_t ed448_algorithm[] = { 0x30, 5, 6, 3, 0x2b, 0x65, 0x71 };

static void
der_put(struct buffer *out, uint8_t tag, struct bytes content)
{
	buffer_put_u8(out, tag);
	if (content.len >= 0x80)
		buffer_put_u8(out, content.len > 0xff ? 0x82 : 0x81);
	buffer_put_be(out, content.len, content.len > 0xff ? 2 : 1);
	buffer_put(out, content.at, content.len);
}

/* SubjectPublicKeyInfo from the algorithm whole and the octets of the key. */
static void
spki_put(struct buffer *out, struct bytes algorithm, struct bytes key)
{
	struct buffer bits = { .max = 0 }, content = { .max = 0 };

	buffer_put_u8(&bits, 0);
	buffer_put(&bits, key.at, key.len);
	buffer_put(&content, algorithm.at, algorithm.len);
	der_put(&content, DER_BITS, bytes_of_buffer(&bits));
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&content));
	buffer_free(&bits);
	buffer_free(&content);
}

/* Brought into the form that certificates have; false if it is no public key. */
static bool
spki_take(struct work *work, struct bytes spki)
{
	buffer_reset(&work->spki);
	return possession_spki(spki, &work->spki, NULL) == ERR_OK;
}

static bool
take_from(struct work *work, struct bytes algorithm, struct bytes key)
{
	struct buffer spki = { .max = 0 };
	bool taken;

	spki_put(&spki, algorithm, key);
	taken = spki_take(work, bytes_of_buffer(&spki));
	buffer_free(&spki);
	return taken;
}

/* PKCS#11 wraps the point in an OCTET STRING; some tokens give it bare. */
static struct bytes
point_unwrapped(struct bytes point)
{
	if (point.len > 2 && point.at[0] == DER_OCTETS && point.at[1] < 0x80 &&
	    point.at[1] == point.len - 2)
		return bytes_slice(point, 2, point.len - 2);
	if (point.len > 3 && point.at[0] == DER_OCTETS && point.at[1] == 0x81 &&
	    point.at[2] == point.len - 3)
		return bytes_slice(point, 3, point.len - 3);
	return bytes_of(NULL, 0);
}

static bool
ec_from(struct work *work, CK_OBJECT_HANDLE object)
{
	struct buffer params = { .max = ATTRIBUTE_MAX }, point = { .max = ATTRIBUTE_MAX };
	struct buffer names = { .max = 0 }, algorithm = { .max = 0 };
	bool taken = false;

	if (attribute_octets(work, object, CKA_EC_PARAMS, &params) &&
	    attribute_octets(work, object, CKA_EC_POINT, &point)) {
		struct bytes bare = bytes_of_buffer(&point), inner = point_unwrapped(bare);

		buffer_put(&names, ec_algorithm, sizeof(ec_algorithm));
		buffer_put(&names, params.at, params.len);
		der_put(&algorithm, DER_SEQUENCE, bytes_of_buffer(&names));
		taken = (inner.len > 0 && take_from(work, bytes_of_buffer(&algorithm), inner)) ||
		    take_from(work, bytes_of_buffer(&algorithm), bare);
	}
	buffer_free(&params);
	buffer_free(&point);
	buffer_free(&names);
	buffer_free(&algorithm);
	return taken;
}

/* The curve follows from the length: its parameters are written in three ways (PKCS#11 3.0). */
static bool
edwards_from(struct work *work, CK_OBJECT_HANDLE object)
{
	struct buffer point = { .max = ATTRIBUTE_MAX };
	bool taken = false;

	if (attribute_octets(work, object, CKA_EC_POINT, &point)) {
		struct bytes bare = bytes_of_buffer(&point), inner = point_unwrapped(bare);
		struct bytes key = inner.len > 0 ? inner : bare;

		taken = take_from(work, key.len == 57 ?
		    bytes_of(ed448_algorithm, sizeof(ed448_algorithm)) :
		    bytes_of(ed25519_algorithm, sizeof(ed25519_algorithm)), key);
	}
	buffer_free(&point);
	return taken;
}

/* Big-endian and unsigned there; a DER integer here. */
static void
integer_put(struct buffer *out, struct bytes number)
{
	struct buffer value = { .max = 0 };

	while (number.len > 1 && number.at[0] == 0)
		number = bytes_slice(number, 1, number.len - 1);
	if (number.len > 0 && number.at[0] >= 0x80)
		buffer_put_u8(&value, 0);
	buffer_put(&value, number.at, number.len);
	der_put(out, DER_INTEGER, bytes_of_buffer(&value));
	buffer_free(&value);
}

static bool
rsa_from(struct work *work, CK_OBJECT_HANDLE object)
{
	struct buffer modulus = { .max = ATTRIBUTE_MAX }, exponent = { .max = ATTRIBUTE_MAX };
	struct buffer numbers = { .max = 0 }, key = { .max = 0 };
	bool taken = false;

	if (attribute_octets(work, object, CKA_MODULUS, &modulus) &&
	    attribute_octets(work, object, CKA_PUBLIC_EXPONENT, &exponent)) {
		integer_put(&numbers, bytes_of_buffer(&modulus));
		integer_put(&numbers, bytes_of_buffer(&exponent));
		der_put(&key, DER_SEQUENCE, bytes_of_buffer(&numbers));
		taken = take_from(work, bytes_of(rsa_algorithm, sizeof(rsa_algorithm)),
		    bytes_of_buffer(&key));
	}
	buffer_free(&modulus);
	buffer_free(&exponent);
	buffer_free(&numbers);
	buffer_free(&key);
	return taken;
}

static bool
info_from(struct work *work, CK_OBJECT_HANDLE object)
{
	struct buffer info = { .max = ATTRIBUTE_MAX };
	bool taken = attribute_octets(work, object, CKA_PUBLIC_KEY_INFO, &info) &&
	    spki_take(work, bytes_of_buffer(&info));

	buffer_free(&info);
	return taken;
}

static bool
take_object(struct work *work, CK_OBJECT_HANDLE object)
{
	if (info_from(work, object))
		return true;
	switch (work->kind) {
	case CKK_RSA:
		return rsa_from(work, object);
	case CKK_EC:
		return ec_from(work, object);
	case CKK_EC_EDWARDS:
		return edwards_from(work, object);
	default:
		return false;
	}
}

static bool
public_object(struct work *work, CK_OBJECT_HANDLE *object)
{
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	struct buffer name = { .max = IDS_MAX };
	CK_ATTRIBUTE wanted[3] = { { CKA_CLASS, &class, sizeof(class) },
	    { CKA_KEY_TYPE, &work->kind, sizeof(work->kind) } };
	CK_OBJECT_HANDLE found[2];
	long keys = 0;

	if (attribute_octets(work, work->key, CKA_ID, &name))
		wanted[2].type = CKA_ID;
	else if (attribute_octets(work, work->key, CKA_LABEL, &name))
		wanted[2].type = CKA_LABEL;
	wanted[2].pValue = name.at;
	wanted[2].ulValueLen = name.len;
	if (name.len > 0)
		keys = objects_find(work, wanted, 3, found, 2);
	buffer_free(&name);
	if (keys < 0)
		return false;
	if (keys != 1)
		return fail(work, keys == 0 ? TOKEN_PUBLIC_NONE : TOKEN_PUBLIC_SEVERAL, 0, "%s",
		    "");
	*object = found[0];
	return true;
}

bool
public_find(struct work *work)
{
	CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;

	if (work->kind != CKK_RSA && work->kind != CKK_EC && work->kind != CKK_EC_EDWARDS)
		return fail(work, TOKEN_KIND, 0, "CKA_KEY_TYPE 0x%lx", (unsigned long)work->kind);
	work->spki.max = POSSESSION_SPKI_MAX;
	if (take_object(work, work->key))
		return true;
	if (!public_object(work, &object))
		return false;
	return take_object(work, object) ||
	    fail(work, TOKEN_NONSENSE, 0, "the public key object holds no public key");
}
