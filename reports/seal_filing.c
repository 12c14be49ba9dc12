/* SPDX-License-Identifier: Apache-2.0 */
/* Seals of what reports write: made with the documents, before anything is written or recorded. */
#include "monitor/base/i18n.h"
#include "reports/filing_write.h"
#include "reports/seal_settings.h"

enum err
seal_each(const struct seal_run *run, const struct bytes *document, size_t count,
    struct buffer *seal, struct why *why)
{
	struct seal_settings settings = { .key = NULL };
	struct seal_stamp_order order = { .config = run->config, .without = run->without };
	struct seal_maker *maker = NULL;
	struct plan *plan = NULL;
	enum err err = seal_settings_fill(&settings, run->ledger, &plan, why);

	if (err == ERR_OK && settings.key == NULL)
		err = why_set(why, ERR_INVALID, _("the configuration in force has no section "
		    "\"seal\", which says by which key to seal"));
	if (err == ERR_OK)
		err = seal_open(&maker, &settings, why);
	order.authority = settings.authority;
	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = seal_whole(maker, &order, document[i], &seal[i], why);
	seal_close(maker);
	plan_free(plan);
	return err;
}

enum err
filing_documents_seal(struct filing_documents *d, struct ledger *ledger, const char *config,
    bool without, struct why *why)
{
	const struct seal_run run = { .ledger = ledger, .config = config, .without = without };
	struct bytes document[BUNDLE_DOCUMENTS_MAX];
	enum err err;

	for (size_t i = 0; i < d->documents; i++)
		document[i] = bytes_of_buffer(&d->octets[i]);
	err = seal_each(&run, document, d->documents, d->seal, why);
	for (size_t i = 0; i < d->documents && err == ERR_OK; i++) {
		d->document[i].seal_octets = bytes_of_buffer(&d->seal[i]);
		d->document[i].seal = hash_of(d->document[i].seal_octets);
	}
	d->sealed = err == ERR_OK && d->documents > 0;
	return err;
}
