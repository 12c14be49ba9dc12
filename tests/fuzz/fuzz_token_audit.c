/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listings of a token that anybody may have written: what is judged is counted within the number
 * of its objects, every name is text within its bound, and uses of any octets are taken or refused.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/token_audit.h"
#include "monitor/base/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
judge(struct bytes octets, const char *uses)
{
	struct token_audit *audit = memory_new(1, sizeof(*audit));
	struct why why = { .err = ERR_OK };
	enum err err = token_audit_judge(octets, uses, audit, &why);

	must((err == ERR_OK) == (why.text[0] == '\0'));
	must(audit->keys + audit->certificates <= AUDIT_OBJECTS);
	for (size_t i = 0; i < AUDIT_LISTS && err == ERR_OK; i++) {
		must(audit->count[i] <= (i == AUDIT_KEYLESS ? audit->certificates : audit->keys));
		for (size_t n = 0; n < audit->count[i] && n < AUDIT_NAMES; n++)
			must(audit->name[i][n].len > 0 && audit->name[i][n].len <=
			    AUDIT_NAME_MAX && utf8_valid(audit->name[i][n]));
	}
	token_audit_free(audit);
	free(audit);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes octets = bytes_of(data, len);
	char uses[256];
	size_t said = len < sizeof(uses) - 1 ? len : sizeof(uses) - 1;

	memcpy(uses, len > 0 ? data : (const uint8_t *)"", said);
	uses[said] = '\0';
	(void)token_audit_is(octets);
	(void)token_audit_uses_fault(uses);
	judge(octets, "id=01,label=own");
	judge(octets, uses);
	return 0;
}
