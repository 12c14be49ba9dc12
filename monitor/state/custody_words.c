/* SPDX-License-Identifier: Apache-2.0 */
/* How items of a key's custody stand, and what that is called; see custody_list.h. */
#include "monitor/base/i18n.h"
#include "monitor/state/custody.h"

enum { LIMIT, ADVICE };

static const struct {
	enum custody_stand stand;
	int                says;
	const char        *text, *limit;
} whys[] = {
#define CUSTODY_WHY(NAME, STAND, SAYS, text, limit) { CUSTODY_##STAND, SAYS, text, limit },
#include "monitor/state/custody_list.h"
};

enum custody_stand
custody_why_stand(enum custody_why why)
{
	return whys[why].stand;
}

const char *
custody_why_text(enum custody_why why)
{
	return whys[why].text;
}

const char *
custody_why_limit(enum custody_why why)
{
	return whys[why].limit;
}

bool
custody_why_advises(enum custody_why why)
{
	return whys[why].says == ADVICE;
}

const char *
custody_stand_word(enum custody_stand stand)
{
	static const char *const words[CUSTODY_STANDS] = {
		[CUSTODY_PROVEN] = N_("proven"), [CUSTODY_OBSERVED] = N_("observed"),
		[CUSTODY_DECLARED] = N_("only declared"), [CUSTODY_UNKNOWN] = N_("unknown"),
		[CUSTODY_SHORT] = N_("falls short"), [CUSTODY_CONTRADICTED] = N_("contradicted") };

	return (unsigned)stand < CUSTODY_STANDS ? words[stand] : "";
}

const char *
custody_item_word(enum custody_item item)
{
	static const char *const words[CUSTODY_ITEMS] = {
		[CUSTODY_HOLDER] = N_("holder"), [CUSTODY_HOST] = N_("host"),
		[CUSTODY_MODULE] = N_("module"), [CUSTODY_FIRMWARE] = N_("firmware"),
		[CUSTODY_SERIAL] = N_("serial number"), [CUSTODY_VALIDATION] = N_("validation"),
		[CUSTODY_ROTATION] = N_("rotation"), [CUSTODY_MADE] = N_("ceremony") };

	return (unsigned)item < CUSTODY_ITEMS ? words[item] : "";
}
