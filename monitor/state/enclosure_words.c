/* SPDX-License-Identifier: Apache-2.0 */
/* Names and sentences of enclosure_list.h. */
#include "monitor/base/i18n.h"
#include "monitor/state/enclosure.h"

static const struct { const char *name; char letter; const char *text; } verdicts[] = {
#define ENCLOSURE_VERDICT(NAME, name, letter, text) { name, letter, text },
#include "monitor/state/enclosure_list.h"
};
static const struct { const char *name, *text; } holders[] = {
#define KEY_HOLDER(NAME, name, text) { name, text },
#include "monitor/state/enclosure_list.h"
}, levels[] = {
#define USE_LEVEL(NAME, name, text) { name, text },
#include "monitor/state/enclosure_list.h"
};
static const struct { enum enclosure_verdict verdict; const char *name, *text, *advice; }
rest_whys[] = {
#define REST_WHY(NAME, VERDICT, text, advice) { ENCLOSURE_##VERDICT, #NAME, text, advice },
#include "monitor/state/enclosure_list.h"
}, use_whys[] = {
#define USE_WHY(NAME, VERDICT, text, advice) { ENCLOSURE_##VERDICT, #NAME, text, advice },
#include "monitor/state/enclosure_list.h"
};
static const struct { const char *text, *advice; } lacks[] = {
#define ENCLOSURE_LACK(NAME, text, advice) { text, advice },
#include "monitor/state/enclosure_list.h"
};

enum use_level
use_level_find(struct bytes name)
{
	for (unsigned i = USE_LEVEL_NONE; i < USE_LEVELS; i++)
		if (bytes_equal(name, bytes_of_text(levels[i].name)))
			return (enum use_level)i;
	return USE_LEVEL_UNSAID;
}

enum key_holder
key_holder_find(struct bytes name)
{
	if (bytes_equal(name, bytes_of_text("outside")))
		return KEY_HOLDER_CARRIER;
	for (unsigned i = KEY_HOLDER_PROVIDER; i < KEY_HOLDERS; i++)
		if (bytes_equal(name, bytes_of_text(holders[i].name)))
			return (enum key_holder)i;
	return KEY_HOLDER_UNSAID;
}

enum use_level
use_level_of_kind(struct bytes kind)
{
	static const struct { const char *kind; enum use_level level; } kinds[] = {
		{ "sev-snp", USE_LEVEL_CONFIDENTIAL }, { "intel-tdx", USE_LEVEL_CONFIDENTIAL },
		{ "azure-hcl", USE_LEVEL_CONFIDENTIAL }, { "intel-sgx", USE_LEVEL_ENCLAVE },
		{ "nitro-enclave", USE_LEVEL_ENCLAVE }, { "nitro-tpm", USE_LEVEL_MEASURED_BOOT },
		{ "gcp-vtpm", USE_LEVEL_MEASURED_BOOT }, { "tpm-quote", USE_LEVEL_MEASURED_BOOT },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (bytes_equal(kind, bytes_of_text(kinds[i].kind)))
			return kinds[i].level;
	return USE_LEVEL_UNSAID;
}

bool
use_level_closed(enum use_level level)
{
	return level == USE_LEVEL_CONFIDENTIAL || level == USE_LEVEL_ENCLAVE;
}

const char *
enclosure_verdict_name(enum enclosure_verdict verdict)
{
	return verdicts[verdict].name;
}

const char *
enclosure_verdict_text(enum enclosure_verdict verdict)
{
	return verdicts[verdict].text;
}

char
enclosure_verdict_letter(enum enclosure_verdict verdict)
{
	return verdicts[verdict].letter;
}

const char *
key_holder_name(enum key_holder holder)
{
	return holders[holder].name;
}

const char *
key_holder_text(enum key_holder holder)
{
	return holders[holder].text;
}

const char *
use_level_name(enum use_level level)
{
	return levels[level].name;
}

const char *
use_level_text(enum use_level level)
{
	return levels[level].text;
}

enum enclosure_verdict
rest_why_verdict(enum rest_why why)
{
	return rest_whys[why].verdict;
}

const char *
rest_why_name(enum rest_why why)
{
	return rest_whys[why].name;
}

const char *
rest_why_text(enum rest_why why)
{
	return rest_whys[why].text;
}

const char *
rest_why_advice(enum rest_why why)
{
	return rest_whys[why].advice;
}

enum enclosure_verdict
use_why_verdict(enum use_why why)
{
	return use_whys[why].verdict;
}

const char *
use_why_name(enum use_why why)
{
	return use_whys[why].name;
}

const char *
use_why_text(enum use_why why)
{
	return use_whys[why].text;
}

const char *
use_why_advice(enum use_why why)
{
	return use_whys[why].advice;
}

const char *
enclosure_lack_text(enum enclosure_lack lack)
{
	return lacks[lack].text;
}

const char *
enclosure_lack_advice(enum enclosure_lack lack)
{
	return lacks[lack].advice;
}
