/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a module's path to a session that is logged in.  A PIN is given at most once: never to a
 * token whose flags say that it is locked or on its last try, and where wrong ones were counted
 * only if this PIN is known to be right.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/file.h"
#include "monitor/token/token.h"

static bool
file_hash(struct work *work, const char *path)
{
	struct buffer octets = { .max = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = file_read(path, MODULE_MAX, &octets, &why);

	if (err == ERR_OK)
		work->possession.module = hash_of(bytes_of_buffer(&octets));
	buffer_free(&octets);
	return err == ERR_OK || fail(work, TOKEN_LOAD, 0, "%s", why.text);
}

/* Blank padded, not terminated, in an encoding of the token's own (PKCS#11 asks for UTF-8). */
static void
padded_text(const CK_UTF8CHAR *padded, size_t len, char *out)
{
	while (len > 0 && (padded[len - 1] == ' ' || padded[len - 1] == '\0'))
		len--;
	memcpy(out, padded, len);
	out[len] = '\0';
	if (utf8_valid(bytes_of(out, len)) && memchr(out, '\0', len) == NULL)
		return;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)out[i] < 0x20 || (unsigned char)out[i] >= 0x7f)
			out[i] = '?';
}

static bool
initialize(struct work *work)
{
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	CK_INFO info;
	char manufacturer[33];
	CK_RV rv;

	stage(TOKEN_STAGE_INITIALIZE);
	rv = work->call->C_Initialize(&args);
	if (rv == CKR_CANT_LOCK || rv == CKR_ARGUMENTS_BAD)
		rv = work->call->C_Initialize(NULL);
	if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
		return fail(work, TOKEN_CALL, rv, "C_Initialize");
	memset(&info, 0, sizeof(info));
	rv = work->call->C_GetInfo(&info);
	if (rv != CKR_OK)
		return fail(work, TOKEN_CALL, rv, "C_GetInfo");
	padded_text(info.manufacturerID, sizeof(info.manufacturerID), manufacturer);
	snprintf(work->library, sizeof(work->library), "%s%s%u.%u", manufacturer,
	    manufacturer[0] != '\0' ? " " : "", (unsigned)info.libraryVersion.major,
	    (unsigned)info.libraryVersion.minor);
	return true;
}

bool
module_load(struct work *work)
{
	char *path = memory_text(work->request.module);
	CK_C_GetFunctionList list;
	void *library;
	CK_RV rv;

	stage(TOKEN_STAGE_LOAD);
	if (!file_hash(work, path))
		return false;
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		return fail(work, TOKEN_LOAD, 0, "%s", dlerror());
	list = (CK_C_GetFunctionList)(uintptr_t)dlsym(library, "C_GetFunctionList");
	if (list == NULL)
		return fail(work, TOKEN_LOAD, 0, "it has no C_GetFunctionList");
	rv = list(&work->call);
	if (rv != CKR_OK)
		return fail(work, TOKEN_CALL, rv, "C_GetFunctionList");
	if (work->call == NULL || work->call->version.major != 2)
		return fail(work, TOKEN_LOAD, 0, "it does not speak PKCS#11 version 2");
	return initialize(work);
}

static bool
token_is_wanted(const struct work *work, const CK_TOKEN_INFO *info)
{
	char label[33], serial[17];

	padded_text(info->label, sizeof(info->label), label);
	padded_text(info->serialNumber, sizeof(info->serialNumber), serial);
	return (work->request.token.len == 0 ||
	    bytes_equal(work->request.token, bytes_of_text(label))) &&
	    (work->request.serial.len == 0 ||
	    bytes_equal(work->request.serial, bytes_of_text(serial)));
}

static void
token_note(struct work *work, const CK_TOKEN_INFO *info)
{
	char serial[17];

	padded_text(info->manufacturerID, sizeof(info->manufacturerID), work->manufacturer);
	padded_text(info->model, sizeof(info->model), work->model);
	padded_text(info->serialNumber, sizeof(info->serialNumber), serial);
	work->possession.serial = hash_of(bytes_of_text(serial));
	snprintf(work->firmware, sizeof(work->firmware), "%u.%u",
	    (unsigned)info->firmwareVersion.major, (unsigned)info->firmwareVersion.minor);
}

static bool
token_find(struct work *work, CK_SLOT_ID *found, CK_FLAGS *flags)
{
	CK_SLOT_ID slot[SLOTS_MAX];
	CK_ULONG slots = SLOTS_MAX;
	unsigned wanted = 0;
	CK_RV rv;

	stage(TOKEN_STAGE_SLOTS);
	rv = work->call->C_GetSlotList(CK_TRUE, slot, &slots);
	if (rv != CKR_OK)
		return fail(work, TOKEN_CALL, rv, "C_GetSlotList");
	for (CK_ULONG i = 0; i < slots && i < SLOTS_MAX; i++) {
		CK_TOKEN_INFO info;

		memset(&info, 0, sizeof(info));
		if (work->call->C_GetTokenInfo(slot[i], &info) != CKR_OK ||
		    !(info.flags & CKF_TOKEN_INITIALIZED) || !token_is_wanted(work, &info))
			continue;
		wanted++;
		*found = slot[i];
		*flags = info.flags;
		token_note(work, &info);
	}
	if (wanted != 1)
		return fail(work, wanted == 0 ? TOKEN_NONE : TOKEN_SEVERAL, 0, "%s", "");
	return true;
}

bool
login(struct work *work, CK_USER_TYPE user)
{
	CK_RV rv = work->call->C_Login(work->session, user,
	    (CK_UTF8CHAR *)(uintptr_t)work->request.pin.at, work->request.pin.len);

	if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN)
		return true;
	if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID || rv == CKR_PIN_LEN_RANGE)
		return fail(work, TOKEN_PIN_WRONG, rv, "%s", "");
	if (rv == CKR_PIN_LOCKED)
		return fail(work, TOKEN_PIN_LOCKED, rv, "%s", "");
	return fail(work, TOKEN_CALL, rv, "C_Login");
}

static bool
login_if_wanted(struct work *work, CK_FLAGS flags)
{
	if (!(flags & CKF_LOGIN_REQUIRED))
		return true;
	if (flags & (CKF_USER_PIN_LOCKED | CKF_USER_PIN_FINAL_TRY))
		return fail(work, TOKEN_PIN_LOCKED, 0, "%s", "");
	if (work->request.pin.len == 0)
		return fail(work, TOKEN_PIN_MISSING, 0, "%s", "");
	if ((flags & CKF_USER_PIN_COUNT_LOW) && !work->request.proven)
		return fail(work, TOKEN_PIN_COUNTED, 0, "%s", "");
	stage(TOKEN_STAGE_LOGIN);
	return login(work, CKU_USER);
}

bool
module_token(struct work *work)
{
	CK_SLOT_ID slot = 0;
	CK_FLAGS flags = 0;
	CK_RV rv;

	if (!token_find(work, &slot, &flags))
		return false;
	stage(TOKEN_STAGE_SESSION);
	rv = work->call->C_OpenSession(slot, CKF_SERIAL_SESSION |
	    (work->request.make ? CKF_RW_SESSION : 0), NULL, NULL, &work->session);
	if (rv != CKR_OK)
		return fail(work, TOKEN_CALL, rv, "C_OpenSession");
	return login_if_wanted(work, flags);
}
