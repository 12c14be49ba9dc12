/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKCS#11 module that is SoftHSM2 but for what the variable WRONG asks for: for test_token.c,
 * which builds it with the system's compiler.  Each kind of wrong is one that a module of somebody
 * else may do to the process that loads it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <p11-kit/pkcs11.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static CK_FUNCTION_LIST *real, ours;

static int
wrong(const char *what)
{
	const char *asked = getenv("WRONG");

	return asked != NULL && strcmp(asked, what) == 0;
}

static void
count(void)
{
	const char *path = getenv("LOGINS");
	int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;

	if (fd >= 0 && write(fd, ".", 1) == 1)
		close(fd);
}

static void
crash(void)
{
	*(volatile int *)8 = 1;
}

/* Ends with a status of its own where the sandbox let something through. */
static void
must_fail(int failed, int status)
{
	if (!failed)
		_exit(status);
}

static void
escape(void)
{
	const char *file = getenv("FORBIDDEN");
	char *const argv[] = { "true", NULL };
	pid_t pid;

	if (wrong("fork")) {
		pid = fork();
		if (pid == 0) {
			setsid();
			pause();
		}
		must_fail(pid < 0, 41);
	}
	if (wrong("exec"))
		must_fail(execv("/usr/bin/true", argv) != 0, 42);
	if (wrong("kill"))
		must_fail(kill(getppid(), SIGKILL) != 0, 43);
	if (wrong("network"))
		must_fail(socket(AF_INET, SOCK_STREAM, 0) < 0 && socket(AF_UNIX, SOCK_STREAM, 0) < 0, 44);
	if (wrong("needs-network"))
		must_fail(socket(AF_INET, SOCK_STREAM, 0) >= 0 ? -1 : 0, 45);
	if (wrong("read"))
		must_fail(open(file != NULL ? file : "/etc/passwd", O_RDONLY) < 0, 46);
	if (wrong("write"))
		must_fail(open("/tmp/sekimori-wrong-module", O_WRONLY | O_CREAT, 0600) < 0, 47);
	if (wrong("environment"))
		must_fail(getenv("HOME") == NULL && getenv("PATH") == NULL, 48);
}

/* An answer as the helper would give it, but with nothing behind it. */
static void
forge(void)
{
	static const unsigned char answer[] = { 9, 0xa5, 1, 0, 2, 0, 3, 0x60, 4, 0x43, 'a', 'b',
		'c', 5, 0x40 };

	if (write(3, answer, sizeof(answer)) < 0)
		_exit(1);
	_exit(0);
}

static CK_RV
wrong_initialize(void *args)
{
	char noise[512];

	memset(noise, 0xfb, sizeof(noise));
	escape();
	if (wrong("exit"))
		exit(7);
	if (wrong("abort"))
		abort();
	if (wrong("forge"))
		forge();
	if (wrong("garbage"))
		for (int fd = 0; fd < 16; fd++)
			if (write(fd, noise, sizeof(noise)) < 0)
				continue;
	if (wrong("flood"))
		for (int i = 0; i < 4096; i++)
			if (write(3, noise, sizeof(noise)) < 0)
				break;
	if (wrong("print"))
		for (int i = 0; i < 4096; i++) {
			printf("%s", "what a module prints is nobody's business\n");
			fprintf(stderr, "%s", "likewise\n");
		}
	if (wrong("close"))
		for (int fd = 0; fd < 256; fd++)
			close(fd);
	return real->C_Initialize(args);
}

static CK_RV
wrong_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG len)
{
	count();
	if (wrong("crash-login"))
		crash();
	if (wrong("locked"))
		return CKR_PIN_LOCKED;
	if (wrong("vendor"))
		return CKR_VENDOR_DEFINED + 0x17;
	return real->C_Login(session, user, pin, len);
}

static CK_RV
wrong_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = real->C_GetTokenInfo(slot, info);

	if (wrong("final-try"))
		info->flags |= CKF_USER_PIN_FINAL_TRY;
	if (wrong("latin"))
		memset(info->manufacturerID, 0xe9, sizeof(info->manufacturerID));
	return rv;
}

static CK_RV
wrong_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attribute,
    CK_ULONG count_)
{
	/* The generator of P-256: a point on the curve whose private key is 1. */
	static const unsigned char other[] = { 4, 65, 4,
		0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
		0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98,
		0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c,
		0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68,
		0x37, 0xbf, 0x51, 0xf5 };

	if (wrong("point") && attribute->type == CKA_EC_POINT) {
		if (attribute->pValue != NULL)
			memcpy(attribute->pValue, other, sizeof(other));
		attribute->ulValueLen = sizeof(other);
		return CKR_OK;
	}
	if (wrong("lengths") && attribute->type == CKA_EC_POINT) {
		attribute->ulValueLen = attribute->pValue == NULL ? 67 : (CK_ULONG)-2;
		return CKR_OK;
	}
	if (wrong("silent") && attribute->type != CKA_EC_POINT && attribute->type != CKA_EC_PARAMS &&
	    attribute->type != CKA_KEY_TYPE && attribute->type != CKA_ID)
		return CKR_ATTRIBUTE_TYPE_INVALID;
	if (wrong("bare") && attribute->type == CKA_EC_POINT && attribute->pValue != NULL) {
		CK_RV rv = real->C_GetAttributeValue(session, object, attribute, count_);

		memmove(attribute->pValue, (char *)attribute->pValue + 2, attribute->ulValueLen - 2);
		attribute->ulValueLen -= 2;
		return rv;
	}
	return real->C_GetAttributeValue(session, object, attribute, count_);
}

static CK_RV
wrong_sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	if (wrong("no-pss") && mechanism->mechanism == CKM_RSA_PKCS_PSS)
		return CKR_MECHANISM_INVALID;
	if (wrong("may-not"))
		return CKR_KEY_FUNCTION_NOT_PERMITTED;
	return real->C_SignInit(session, mechanism, key);
}

static CK_RV
wrong_sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *signature,
    CK_ULONG *len)
{
	CK_RV rv;

	if (wrong("crash"))
		crash();
	while (wrong("hang"))
		pause();
	while (wrong("spin"))
		;
	rv = real->C_Sign(session, data, data_len, signature, len);
	if (wrong("signature") && rv == CKR_OK)
		signature[3] ^= 1;
	if (wrong("long"))
		*len = 1 << 20;
	if (wrong("empty"))
		*len = 0;
	return rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **);

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **out)
{
	void *library = dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList list = library != NULL ?
	    (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList") : NULL;

	if (list == NULL || list(&real) != CKR_OK)
		return CKR_GENERAL_ERROR;
	if (wrong("nothing")) {
		*out = NULL;
		return CKR_OK;
	}
	ours = *real;
	ours.C_Initialize = wrong_initialize;
	ours.C_GetTokenInfo = wrong_token_info;
	ours.C_Login = wrong_login;
	ours.C_GetAttributeValue = wrong_attribute;
	ours.C_SignInit = wrong_sign_init;
	ours.C_Sign = wrong_sign;
	*out = &ours;
	return CKR_OK;
}

__attribute__((constructor)) static void
loaded(void)
{
	if (wrong("crash-load"))
		crash();
}
