/* SPDX-License-Identifier: Apache-2.0 */
/* How values of a policy are written; see policy_form.h. */
#include <string.h>

#include "attest/intel_tcb.h"
#include "attest/policy_form.h"
#include "attest/snp_read.h"
#include "monitor/base/hash.h"

#define DIGITS "0123456789"
#define HEX DIGITS "abcdef"

enum { FIRMWARE_DIGITS = 16, PRODUCT_DIGITS = 5, VMPL_MOST = 3 };

static bool
one_of(const char *const *words, const char *text)
{
	for (; *words != NULL; words++)
		if (strcmp(*words, text) == 0)
			return true;
	return false;
}

static bool
is_nonce(const char *text)
{
	static const char *const words[] = { "required", "none", NULL };

	return one_of(words, text);
}

static bool
is_crl(const char *text)
{
	static const char *const words[] = { "required", "if_given", NULL };

	return one_of(words, text);
}

/* A device may say what Yubico has no word for: "0x07". */
static bool
is_raw(const char *text)
{
	return strlen(text) == 4 && strncmp(text, "0x", 2) == 0 && strspn(text + 2, HEX) == 2;
}

static bool
is_pin(const char *text)
{
	static const char *const words[] = { "never", "once", "always", "match-once",
		"match-always", NULL };

	return one_of(words, text) || is_raw(text);
}

static bool
is_touch(const char *text)
{
	static const char *const words[] = { "never", "always", "cached", NULL };

	return one_of(words, text) || is_raw(text);
}

static bool
is_status(const char *text)
{
	for (int i = 0; i < TCB_STATUS_COUNT; i++)
		if (strcmp(tcb_status_name((enum tcb_status)i), text) == 0)
			return true;
	return false;
}

static bool
is_milan(const char *text)
{
	struct snp_tcb floor;

	return snp_floor_read(SNP_MILAN, text, &floor);
}

static bool
is_genoa(const char *text)
{
	struct snp_tcb floor;

	return snp_floor_read(SNP_GENOA, text, &floor);
}

static bool
is_turin(const char *text)
{
	struct snp_tcb floor;

	return snp_floor_read(SNP_TURIN, text, &floor);
}

static bool
is_tpm_firmware(const char *text)
{
	return strlen(text) == FIRMWARE_DIGITS && strspn(text, HEX "ABCDEF") == FIRMWARE_DIGITS;
}

/* Numbers with dots between: a version, an object identifier. */
static bool
is_dotted(const char *text)
{
	for (;;) {
		size_t len = strspn(text, DIGITS);

		if (len == 0 || text[len] == '\0')
			return len > 0;
		if (text[len] != '.')
			return false;
		text += len + 1;
	}
}

static bool
is_product(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= PRODUCT_DIGITS && strspn(text, DIGITS) == len &&
	    (text[0] != '0' || len == 1);
}

/* Pins are compared letter by letter with a hash in small letters. */
static bool
is_root(const char *text)
{
	const char *colon = strrchr(text, ':');

	return colon == NULL ? text[0] != '\0' : strlen(colon + 1) == HASH_TEXT - 1 &&
	    strspn(colon + 1, HEX) == HASH_TEXT - 1;
}

static bool
is_advisory(const char *text)
{
	static const char head[] = "INTEL-SA-";
	size_t len = strlen(text), from = sizeof(head) - 1;

	return len > from && strncmp(text, head, from) == 0 &&
	    strspn(text + from, DIGITS) == len - from;
}

#define LEVELS "levels as \"bl=4 tee=0 snp=24 ucode=219\""
#define DOTTED "an object identifier as \"1.3.6.1.4.1.1\""

static const struct { const char *key; bool (*reads)(const char *); bool any; const char *like; }
forms[] = {
	{ "nonce", is_nonce, false, "\"required\" or \"none\"" },
	{ "crl", is_crl, false, "\"required\" or \"if_given\"" },
	{ "roots", is_root, true, "a name, \"sha256:HEX\" or \"spki:HEX\" of 64 small hex digits" },
	{ "owner_roots", is_root, true,
	    "a name, \"sha256:HEX\" or \"spki:HEX\" of 64 small hex digits" },
	{ "tcb_milan", is_milan, true, LEVELS },
	{ "tcb_genoa", is_genoa, true, LEVELS },
	{ "tcb_turin", is_turin, true, "levels as \"fmc=1 bl=4 tee=0 snp=24 ucode=219\"" },
	{ "min_firmware", is_tpm_firmware, true, "16 hex digits" },
	{ "status", is_status, true, "a status of Intel's as \"SWHardeningNeeded\"" },
	{ "advisories", is_advisory, true, "an advisory as \"INTEL-SA-00615\"" },
	{ "isvprodid", is_product, true, "a decimal number as \"1\"" },
	{ "pin", is_pin, true, "never, once, always, match-once or match-always" },
	{ "touch", is_touch, true, "never, always or cached" },
	{ "firmware", is_dotted, true, "a version as \"5.4.3\"" },
	{ "oid", is_dotted, true, DOTTED },
	{ "purposes", is_dotted, true, DOTTED },
};

const char *
policy_form_wrong(const char *key, const char *text)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].key, key) == 0)
			return forms[i].reads(text) || (forms[i].any && strcmp(text, "*") == 0) ?
			    NULL : forms[i].like;
	return NULL;
}

const char *
policy_number_wrong(const char *key, int64_t number)
{
	if (strcmp(key, "max_vmpl") == 0)
		return number >= 0 && number <= VMPL_MOST ? NULL : "a level of 0 to 3";
	return number >= 0 ? NULL : "a number of 0 or more";
}
