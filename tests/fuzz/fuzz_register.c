/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Site registers of strangers.  What is read keeps its promises: each entry has a site, a kind, one
 * device and a term; who stands twice does so at one time; and the rules decide without a seal, and
 * never accept without one.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/appraisal.h"
#include "attest/site_register.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
entry_check(const struct site_entry *entry)
{
	size_t kinds = 0, count;
	const struct verifier *const *table = verifier_table(&count);

	for (size_t i = 0; i < count; i++)
		kinds += site_entry_kind(entry, table[i]->set->name);
	if (kinds == 0 || entry->site[0] == '\0' || entry->value[0] == '\0' ||
	    entry->from_ms >= entry->until_ms || strlen(entry->site) >= SITE_TEXT_MAX ||
	    strlen(entry->value) >= SITE_TEXT_MAX || entry->line == 0)
		abort();
}

static void
read_check(struct bytes text)
{
	struct site_register *it = NULL;
	const struct site_entry *other = NULL, *twice;
	struct why why = { .err = ERR_OK };
	int64_t from_ms, until_ms;

	if (site_register_read("f", text, &it, &why) != ERR_OK) {
		if (it != NULL || why.text[0] == '\0')
			abort();
		return;
	}
	site_register_term(it, &from_ms, &until_ms);
	if (from_ms >= until_ms || site_register_id(it)[0] == '\0' ||
	    site_register_count(it) > SITE_REGISTER_ENTRIES)
		abort();
	for (size_t i = 0; i < site_register_count(it); i++)
		entry_check(site_register_entry(it, i));
	twice = site_register_count(it) < 64 ? site_register_twice(it, &other) : NULL;
	if (twice != NULL && (twice->from_ms >= other->until_ms ||
	    other->from_ms >= twice->until_ms))
		abort();
	site_register_free(it);
}

/* The first octet says how long the seal is that stands in front of the register. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader in = reader_of(bytes_of(data, len));
	size_t sealed = (size_t)read_be(&in, 1) * 8;
	struct bytes seal = read_bytes(&in, sealed < len - in.at ? sealed : 0);
	struct bytes text = bytes_slice(bytes_of(data, len), in.at, len);
	struct dossier dossier = { .at_s = 1795000000 };
	struct appraisal *a = calloc(1, sizeof(*a));

	if (a == NULL)
		abort();
	read_check(text);
	dossier_put(&dossier, ROLE_REGISTER, text);
	if (seal.len > 0)
		dossier_put(&dossier, ROLE_REGISTER_SEAL, seal);
	a->part = a->open = -1;
	site_register_judge(&dossier, verifier_find("yubihsm"), a);
	if (text.len > 0 && a->verdict == ATTEST_ACCEPT)
		abort();
	free(a);
	return 0;
}
