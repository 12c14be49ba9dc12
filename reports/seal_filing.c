/* SPDX-License-Identifier: Apache-2.0 */
/* Seals of a filing's documents: made with them, before anything is written or recorded. */
#include "monitor/base/i18n.h"
#include "reports/filing_write.h"
#include "reports/seal_settings.h"

static enum err
seal_one(struct filing_documents *d, size_t i, struct seal_maker *maker,
    const struct seal_stamp_order *order, struct why *why)
{
	enum err err = seal_whole(maker, order, bytes_of_buffer(&d->octets[i]), &d->seal[i], why);

	d->document[i].seal_octets = bytes_of_buffer(&d->seal[i]);
	d->document[i].seal = hash_of(d->document[i].seal_octets);
	return err;
}

enum err
filing_documents_seal(struct filing_documents *d, struct ledger *ledger, const char *config,
    bool without, struct why *why)
{
	struct seal_settings settings = { .key = NULL };
	struct seal_stamp_order order = { .config = config, .without = without };
	struct seal_maker *maker = NULL;
	struct plan *plan = NULL;
	enum err err = seal_settings_fill(&settings, ledger, &plan, why);

	if (err == ERR_OK && settings.key == NULL)
		err = why_set(why, ERR_INVALID, _("the configuration in force has no section "
		    "\"seal\", which says by which key to seal"));
	if (err == ERR_OK)
		err = seal_open(&maker, &settings, why);
	order.authority = settings.authority;
	for (size_t i = 0; i < d->documents && err == ERR_OK; i++)
		err = seal_one(d, i, maker, &order, why);
	d->sealed = err == ERR_OK && d->documents > 0;
	seal_close(maker);
	plan_free(plan);
	return err;
}
