/* SPDX-License-Identifier: Apache-2.0 */
/* The private key: exactly one is found, and what the token says about it is written down. */
#include <string.h>

#include "monitor/token/token.h"

long
objects_find(struct work *work, CK_ATTRIBUTE *attribute, CK_ULONG count, CK_OBJECT_HANDLE *found,
    CK_ULONG max)
{
	CK_RV rv = work->call->C_FindObjectsInit(work->session, attribute, count);
	CK_ULONG all = 0, more = 1;

	if (rv != CKR_OK) {
		fail(work, TOKEN_CALL, rv, "C_FindObjectsInit");
		return -1;
	}
	while (rv == CKR_OK && more > 0 && all < max) {
		more = 0;
		rv = work->call->C_FindObjects(work->session, found + all, max - all, &more);
		if (more > max - all)
			more = max - all;
		all += rv == CKR_OK ? more : 0;
	}
	work->call->C_FindObjectsFinal(work->session);
	if (rv != CKR_OK) {
		fail(work, TOKEN_CALL, rv, "C_FindObjects");
		return -1;
	}
	return (long)all;
}

bool
attribute_octets(struct work *work, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
    struct buffer *out)
{
	uint8_t value[ATTRIBUTE_MAX];
	CK_ATTRIBUTE attribute = { .type = type, .pValue = NULL };
	CK_RV rv = work->call->C_GetAttributeValue(work->session, object, &attribute, 1);

	if (rv != CKR_OK || attribute.ulValueLen == 0 || attribute.ulValueLen > sizeof(value))
		return false;
	attribute.pValue = value;
	rv = work->call->C_GetAttributeValue(work->session, object, &attribute, 1);
	if (rv != CKR_OK || attribute.ulValueLen == 0 || attribute.ulValueLen > sizeof(value))
		return false;
	buffer_put(out, value, attribute.ulValueLen);
	return !out->failed;
}

bool
attribute_bool(struct work *work, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, bool *value)
{
	CK_BBOOL octet = 0xff;
	CK_ATTRIBUTE attribute = { .type = type, .pValue = &octet, .ulValueLen = sizeof(octet) };

	if (work->call->C_GetAttributeValue(work->session, object, &attribute, 1) != CKR_OK ||
	    attribute.ulValueLen != sizeof(octet) || octet > 1)
		return false;
	*value = octet == CK_TRUE;
	return true;
}

/* Ascending, as the evidence wants them; one that is not answered is left out. */
static void
attributes_note(struct work *work)
{
	static const CK_ATTRIBUTE_TYPE asked[] = { CKA_TOKEN, CKA_PRIVATE, CKA_SENSITIVE,
		CKA_DECRYPT, CKA_UNWRAP, CKA_SIGN, CKA_DERIVE, CKA_EXTRACTABLE, CKA_LOCAL,
		CKA_NEVER_EXTRACTABLE, CKA_ALWAYS_SENSITIVE, CKA_MODIFIABLE, CKA_COPYABLE,
		CKA_ALWAYS_AUTHENTICATE, CKA_WRAP_WITH_TRUSTED };
	struct possession *possession = &work->possession;

	stage(TOKEN_STAGE_ATTRIBUTES);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		bool value;

		if (!attribute_bool(work, work->key, asked[i], &value))
			continue;
		possession->attribute[possession->attributes++] =
		    (struct possession_attribute){ .type = asked[i], .value = value };
		if (asked[i] == CKA_ALWAYS_AUTHENTICATE)
			work->always_login = value;
	}
}

static bool
kind_read(struct work *work)
{
	struct buffer value = { .max = sizeof(CK_KEY_TYPE) };
	bool read = attribute_octets(work, work->key, CKA_KEY_TYPE, &value) &&
	    value.len == sizeof(work->kind);

	if (read)
		memcpy(&work->kind, value.at, sizeof(work->kind));
	buffer_free(&value);
	return read || fail(work, TOKEN_NONSENSE, 0, "the key has no CKA_KEY_TYPE");
}

bool
key_find(struct work *work)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE wanted[3] = { { CKA_CLASS, &class, sizeof(class) } };
	CK_OBJECT_HANDLE found[2];
	CK_ULONG count = 1;
	long keys;

	if (work->request.key.len > 0)
		wanted[count++] = (CK_ATTRIBUTE){ CKA_LABEL,
		    (void *)(uintptr_t)work->request.key.at, work->request.key.len };
	if (work->request.key_id.len > 0)
		wanted[count++] = (CK_ATTRIBUTE){ CKA_ID,
		    (void *)(uintptr_t)work->request.key_id.at, work->request.key_id.len };
	stage(TOKEN_STAGE_OBJECTS);
	keys = objects_find(work, wanted, count, found, 2);
	if (keys < 0)
		return false;
	if (keys != 1)
		return fail(work, keys == 0 ? TOKEN_KEY_NONE : TOKEN_KEY_SEVERAL, 0, "%s", "");
	work->key = found[0];
	attributes_note(work);
	return kind_read(work);
}
