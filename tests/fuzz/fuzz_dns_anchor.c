/* SPDX-License-Identifier: Apache-2.0 */
/* A file of trust anchors that is anything, and a validator's sentence that is. */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/dns_anchor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* What was read is read again as the same, whatever it was written like. */
static void
again(const struct dns_anchor *anchor)
{
	static struct dns_anchor other;
	struct why why = { .err = ERR_OK };
	size_t at = 0;

	for (size_t i = 0; anchor->text[i] != '\0'; i++)
		must(anchor->text[i] >= ' ' && anchor->text[i] <= '~');
	/* Escapes of a name are for people to read: a file has none (RFC 1035 5.1). */
	if (strchr(anchor->text, '\\') != NULL || strlen(anchor->text) > DNS_ANCHOR_LINE)
		return;
	must(dns_anchor_next(bytes_of_text(anchor->text), &at, &other, &why) == ERR_OK);
	must(strcmp(other.text, anchor->text) == 0 && other.usable == anchor->usable);
	must(dns_name_equal(&other.owner, &anchor->owner));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct dns_anchor anchor;
	struct bytes in = bytes_of(data, len);
	struct dns_asked asked = { .type = DNS_A };
	struct buffer out = { .max = 200 };
	struct why why = { .err = ERR_OK };
	char *text = memory_text(in);
	size_t at = 0, before = 0;
	enum err err;

	while ((err = dns_anchor_next(in, &at, &anchor, &why)) == ERR_OK) {
		must(at > before && at <= len);
		before = at;
		again(&anchor);
		asked.name = anchor.owner;
		must(dns_anchor_covers(&anchor, &asked));
	}
	must(err == ERR_NOT_FOUND || (err == ERR_MALFORMED && why.text[0] != '\0'));
	dns_bogus_text(text, &out);
	must(out.len <= 200);
	buffer_free(&out);
	free(text);
	return 0;
}
