/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a key on P-256 in a PKCS#11 token as it should be made: it can sign and nothing else, and
 * cannot leave.  (pkcs11-tool and p11tool do not say what a key must not do, and tokens then allow
 * everything.)
 *
 * usage: token_key MODULE TOKEN PIN ID LABEL [leaves]   ID is text; "leaves": it can leave
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static CK_FUNCTION_LIST *module;

static int
failed(const char *what, CK_RV code)
{
	fprintf(stderr, "token_key: %s: 0x%lx\n", what, (unsigned long)code);
	return 1;
}

/* The slot of the token with that label; false: none. */
static int
slot_find(const char *label, CK_SLOT_ID *out)
{
	CK_SLOT_ID slot[16];
	CK_ULONG slots = 16;
	CK_TOKEN_INFO info;

	if (module->C_GetSlotList(CK_TRUE, slot, &slots) != CKR_OK)
		return 0;
	for (CK_ULONG i = 0; i < slots; i++)
		if (module->C_GetTokenInfo(slot[i], &info) == CKR_OK && strlen(label) <= 32 &&
		    memcmp(info.label, label, strlen(label)) == 0) {
			*out = slot[i];
			return 1;
		}
	return 0;
}

static CK_RV
key_make(CK_SESSION_HANDLE session, char *id, char *label, int can_leave)
{
	static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_BYTE p256[] = { 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 };
	CK_ATTRIBUTE public[] = { { CKA_TOKEN, &yes, 1 }, { CKA_EC_PARAMS, p256, sizeof(p256) },
	    { CKA_ID, id, strlen(id) }, { CKA_LABEL, label, strlen(label) } };
	CK_ATTRIBUTE private[] = { { CKA_TOKEN, &yes, 1 }, { CKA_PRIVATE, &yes, 1 },
	    { CKA_SENSITIVE, &yes, 1 }, { CKA_EXTRACTABLE, can_leave ? &yes : &no, 1 },
	    { CKA_SIGN, &yes, 1 }, { CKA_DECRYPT, &no, 1 }, { CKA_UNWRAP, &no, 1 },
	    { CKA_DERIVE, &no, 1 }, { CKA_ID, id, strlen(id) },
	    { CKA_LABEL, label, strlen(label) } };
	CK_MECHANISM how = { .mechanism = CKM_EC_KEY_PAIR_GEN };
	CK_OBJECT_HANDLE keys[2];

	return module->C_GenerateKeyPair(session, &how, public,
	    sizeof(public) / sizeof(public[0]), private, sizeof(private) / sizeof(private[0]),
	    &keys[0], &keys[1]);
}

int
main(int argc, char **argv)
{
	void *library = argc < 6 ? NULL : dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList list;
	CK_SESSION_HANDLE session;
	CK_SLOT_ID slot;
	CK_RV code;

	if (argc < 6 || argc > 7) {
		fprintf(stderr, "usage: token_key MODULE TOKEN PIN ID LABEL [leaves]\n");
		return 2;
	}
	if (library == NULL)
		return failed(dlerror(), 0);
	list = (CK_C_GetFunctionList)(uintptr_t)dlsym(library, "C_GetFunctionList");
	if (list == NULL || list(&module) != CKR_OK ||
	    (code = module->C_Initialize(NULL)) != CKR_OK)
		return failed("the module does not begin", 0);
	if (!slot_find(argv[2], &slot))
		return failed("no token of that label", 0);
	code = module->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
	    &session);
	if (code == CKR_OK)
		code = module->C_Login(session, CKU_USER, (CK_BYTE *)argv[3], strlen(argv[3]));
	if (code == CKR_OK)
		code = key_make(session, argv[4], argv[5], argc == 7);
	module->C_Finalize(NULL);
	return code == CKR_OK ? 0 : failed("no key was made", code);
}
