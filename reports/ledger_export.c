/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori ledger export": a bundle of a range, for somebody with neither network nor ledger. */
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "reports/bundle.h"
#include "reports/ledger_common.h"

enum { OPTION_WITHHOLD = LEDGER_OPTIONS_OWN };

static const struct command_option options[] = {
	LEDGER_OPTIONS,
	{ "withhold", 'w', NULL, N_("leave out the values behind commitments; configuration and "
	    "evidence still name what they name") },
	{ NULL, 0, NULL, NULL }
};

/* Without --to the range ends where the newest signature does. */
static enum err
order_make(struct ledger_reader *reader, const struct ledger_asked *asked,
    struct bundle_order *order, struct why *why)
{
	struct buffer note = { .max = NOTE_MAX };
	uint64_t size;
	enum err err = ERR_OK;

	order->from = reader->from;
	order->to = reader->to;
	if (asked->from == NULL && order->from < ledger_first(reader->ledger))
		order->from = ledger_first(reader->ledger);
	if (asked->to == NULL)
		err = ledger_checkpoint(reader->ledger, UINT64_MAX, &size, &note, why);
	if (err == ERR_OK && asked->to == NULL)
		order->to = size;
	if (err == ERR_NOT_FOUND)
		err = why_set(why, ERR_NOT_FOUND, "the ledger has no signed checkpoint yet, so "
		    "that nothing of it can be proved to anybody; wait for the signer");
	buffer_free(&note);
	return err;
}

static int
export_run(const struct command *command, int argc, char **argv)
{
	struct ledger_asked asked = { .json = false };
	struct bundle_order order = { .withhold = false };
	struct ledger_reader reader;
	struct why why = { .err = ERR_OK };
	const char *value;
	enum err err;
	int got;

	while ((got = ledger_options(command, argc, argv, &asked, &value)) >= 0)
		if (got == OPTION_WITHHOLD)
			order.withhold = true;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.operands != 1)
		return command_wrong(command, _("say into which new folder; see --help"));
	if (ledger_reader_open(&reader, &asked, &why) != ERR_OK)
		return command_failed(command, &why);
	err = order_make(&reader, &asked, &order, &why);
	if (err == ERR_OK)
		err = bundle_export(reader.ledger, &order, asked.operand[0], &why);
	ledger_reader_close(&reader);
	if (err != ERR_OK)
		return command_failed(command, &why);
	if (asked.json)
		printf("{\"from\":%llu,\"to\":%llu}\n", (unsigned long long)order.from,
		    (unsigned long long)order.to);
	else
		printf(_("records %llu to %llu are in %s; check them with: sekimori verify %s\n"),
		    (unsigned long long)order.from, (unsigned long long)order.to - 1,
		    asked.operand[0],
		    asked.operand[0]);
	return EXIT_FINE;
}

const struct command command_ledger_export = {
	.name = "ledger export",
	.usage = "FOLDER",
	.summary = N_("write a range as a bundle that anybody can verify"),
	.about = N_("The folder must be new or empty.  WHERE is a record number or a time; without "
	    "--to the range\nends at the newest signed checkpoint.  docs/verify-by-hand.md says "
	    "what is in it."),
	.options = options,
	.run = export_run,
};
