/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new Ed25519 pair on the token: made there, never to leave it, good for signatures alone.  What
 * it must not do is said, because tokens allow whatever was not mentioned.
 */
#include "monitor/token/token.h"

/* How the curve is written (PKCS#11 3.0 2.3.5): as its name, or as the object identifier. */
static CK_BYTE curve_name[] = { 0x13, 12, 'e', 'd', 'w', 'a', 'r', 'd', 's', '2', '5', '5', '1',
	'9' };
static CK_BYTE curve_oid[] = { 6, 3, 0x2b, 0x65, 0x70 };

static CK_RV
pair_make(struct work *work, CK_BYTE *curve, CK_ULONG len)
{
	static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_ATTRIBUTE label = { CKA_LABEL, (void *)(uintptr_t)work->request.key.at,
	    work->request.key.len };
	CK_ATTRIBUTE id = { CKA_ID, (void *)(uintptr_t)work->request.key_id.at,
	    work->request.key_id.len };
	CK_ATTRIBUTE public[] = { { CKA_TOKEN, &yes, 1 }, { CKA_VERIFY, &yes, 1 },
	    { CKA_ENCRYPT, &no, 1 }, { CKA_WRAP, &no, 1 }, { CKA_EC_PARAMS, curve, len }, label,
	    id };
	CK_ATTRIBUTE private[] = { { CKA_TOKEN, &yes, 1 }, { CKA_PRIVATE, &yes, 1 },
	    { CKA_SENSITIVE, &yes, 1 }, { CKA_EXTRACTABLE, &no, 1 }, { CKA_SIGN, &yes, 1 },
	    { CKA_DECRYPT, &no, 1 }, { CKA_UNWRAP, &no, 1 }, { CKA_DERIVE, &no, 1 }, label, id };
	CK_MECHANISM how = { .mechanism = CKM_EC_EDWARDS_KEY_PAIR_GEN };
	CK_OBJECT_HANDLE made[2];

	return work->call->C_GenerateKeyPair(work->session, &how, public,
	    sizeof(public) / sizeof(public[0]), private, sizeof(private) / sizeof(private[0]),
	    &made[0], &made[1]);
}

/* A label that is there already would make two keys of one name, and neither could be found. */
bool
key_make(struct work *work)
{
	CK_ATTRIBUTE label = { CKA_LABEL, (void *)(uintptr_t)work->request.key.at,
	    work->request.key.len };
	CK_OBJECT_HANDLE found;
	CK_RV rv;
	long there;

	stage(TOKEN_STAGE_MAKE);
	if (work->request.key.len == 0 || work->request.key_id.len == 0)
		return fail(work, TOKEN_REQUEST, 0, "a new key needs a label and an id");
	there = objects_find(work, &label, 1, &found, 1);
	if (there < 0)
		return false;
	if (there > 0)
		return fail(work, TOKEN_KEY_SEVERAL, 0, "%s", "");
	rv = pair_make(work, curve_name, sizeof(curve_name));
	if (rv != CKR_OK)
		rv = pair_make(work, curve_oid, sizeof(curve_oid));
	return rv == CKR_OK || fail(work, TOKEN_CALL, rv, "C_GenerateKeyPair");
}
