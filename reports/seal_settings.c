/* SPDX-License-Identifier: Apache-2.0 */
/* The section "seal" of the configuration in force, as its plan was recorded. */
#include <stddef.h>

#include "reports/seal_settings.h"

static enum err
plan_newest(struct ledger *ledger, struct plan **out, struct why *why)
{
	struct buffer octets = { .max = STATE_MAX };
	struct record record;
	uint64_t seq;
	enum err err = ledger_last(ledger, RECORD_CONFIG, ledger_size(ledger), &seq, why);

	if (err == ERR_OK)
		err = ledger_read(ledger, seq, &record, why);
	if (err == ERR_OK)
		err = ledger_blob(ledger, record.config.plan, &octets, why);
	if (err == ERR_OK)
		err = plan_decode(bytes_of_buffer(&octets), out, why);
	buffer_free(&octets);
	return err;
}

static void
take(const char **setting, const char *configured)
{
	if (*setting == NULL)
		*setting = configured;
}

enum err
seal_settings_fill(struct seal_settings *settings, struct ledger *ledger, struct plan **plan,
    struct why *why)
{
	const struct plan_seal *seal;
	enum err err;

	*plan = NULL;
	err = plan_newest(ledger, plan, why);
	if (err != ERR_OK || (*plan)->seals == 0)
		return err;
	seal = (*plan)->seal;
	take(&settings->authority, seal->authority);
	if (settings->key != NULL || settings->certificate != NULL)
		return ERR_OK;
	settings->key = seal->key;
	settings->certificate = seal->certificate;
	settings->network = settings->network || seal->network != 0;
	take(&settings->chain, seal->chain);
	take(&settings->pin, seal->pin);
	take(&settings->paths, seal->paths);
	take(&settings->environment, seal->environment);
	return ERR_OK;
}
