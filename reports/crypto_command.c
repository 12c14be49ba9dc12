/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report crypto": the crypto inventory as a paper and as a CycloneDX CBOM: what each
 * interface uses and accepts, how it stands against 2035, and the standing of each algorithm.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "reports/crypto.h"
#include "reports/report_paper.h"

enum { OPTION_CBOM = REPORT_PAPER_OPTIONS };

static const struct command_option options[] = {
	REPORT_PAPER_ROWS,
	[OPTION_CBOM] = { "cbom", 0, "FILE",
	    N_("write the inventory there as CycloneDX 1.6 CBOM too") },
	{ NULL, 0, NULL, NULL },
};

struct asked { struct report_paper paper; const char *cbom; bool written; };

static const char *
ready_text(enum crypto_ready ready)
{
	switch (ready) {
	case CRYPTO_READY_USED:    return _("ready: post-quantum key exchange in use");
	case CRYPTO_READY_OFFERED: return _("accepted, not used by us");
	case CRYPTO_READY_NOT:     return _("not ready");
	case CRYPTO_READY_NONE:    return _("pre-shared keys, no key exchange");
	default:                   return _("unknown: no key exchange was measured");
	}
}

static const char *
standing_text(enum crypto_standing standing)
{
	switch (standing) {
	case CRYPTO_LISTED:    return _("recommended list");
	case CRYPTO_CANDIDATE: return _("post-quantum, no standing yet");
	case CRYPTO_MONITORED: return _("monitored list: for compatibility only");
	default:               return _("not listed");
	}
}

static const char *
quantum_text(enum crypto_quantum quantum)
{
	switch (quantum) {
	case CRYPTO_SAFE:   return _("not broken by it");
	case CRYPTO_HYBRID: return _("hybrid: holds as long as one half does");
	default:            return _("broken by it");
	}
}

static void
put_summary(struct paper *paper, const struct crypto_inventory *inventory)
{
	uint32_t ready[CRYPTO_READY_NONE + 1] = { 0 };
	char line[160];

	for (uint32_t i = 0; i < inventory->interfaces; i++)
		ready[inventory->interface[i].ready]++;
	paper_heading(paper, 2, _("Key exchange against 2035"));
	paper_list(paper, false);
	for (unsigned i = 0; i <= CRYPTO_READY_NONE; i++) {
		snprintf(line, sizeof(line), "%s: %" PRIu32, ready_text((enum crypto_ready)i),
		    ready[i]);
		paper_item(paper, 1, ready[i] > 0 && i == CRYPTO_READY_NOT ? PAPER_STRONG :
		    PAPER_PLAIN, line);
	}
	snprintf(line, sizeof(line), _("targets of whose cryptography nothing is known: %u"),
	    inventory->silents);
	paper_item(paper, 1, inventory->silents > 0 ? PAPER_STRONG : PAPER_PLAIN, line);
}

static void
put_names(struct paper *paper, const struct crypto_interface *interface, enum crypto_role role)
{
	const char *offered = crypto_text(&interface->offered[role]);
	struct buffer line = { .max = 0 };

	paper_cell(paper, PAPER_PLAIN, crypto_text(&interface->text[role]));
	if (offered[0] == '\0')
		return;
	buffer_print(&line, _("accepts: %s"), offered);
	paper_cell_line(paper, buffer_text(&line));
	buffer_free(&line);
}

static void
put_interface(struct paper *paper, const struct state *state,
    const struct crypto_interface *interface)
{
	const struct target_state *target = &state->target[interface->place];
	struct buffer line = { .max = 0 };

	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, target->plan->name);
	if (target->replicas > 1) {
		buffer_print(&line, _("address %" PRIu32), interface->replica + 1);
		paper_cell_line(paper, buffer_text(&line));
		buffer_reset(&line);
	}
	buffer_print(&line, "%s %s", crypto_protocol_title(interface->protocol),
	    crypto_text(&interface->text[CRYPTO_VERSION]));
	paper_cell(paper, PAPER_PLAIN, buffer_text(&line));
	buffer_free(&line);
	put_names(paper, interface, CRYPTO_SUITE);
	put_names(paper, interface, CRYPTO_KEY_EXCHANGE);
	put_names(paper, interface, CRYPTO_AUTHENTICATION);
	put_names(paper, interface, CRYPTO_ENCRYPTION);
	put_names(paper, interface, CRYPTO_INTEGRITY);
	put_names(paper, interface, CRYPTO_KEY);
	paper_cell(paper, interface->ready == CRYPTO_READY_NOT ? PAPER_STRONG : PAPER_PLAIN,
	    ready_text(interface->ready));
	paper_cell(paper, interface->worst >= CRYPTO_MONITORED ? PAPER_BAD : PAPER_PLAIN,
	    interface->worst_name != NULL ? standing_text(interface->worst) : _("unknown"));
	if (interface->worst_name != NULL && interface->worst >= CRYPTO_MONITORED)
		paper_cell_line(paper, interface->worst_name);
	if (interface->unclassified > 0)
		paper_cell_line(paper, _("and names that are not classified"));
	paper_cell_number(paper, (int64_t)target->replica[interface->replica].seq);
}

static void
put_interfaces(struct paper *paper, const struct state *state,
    const struct crypto_inventory *inventory)
{
	const struct paper_column columns[] = {
		{ .head = _("interface"), .row_head = true }, { .head = _("protocol") },
		{ .head = _("suite") }, { .head = _("key exchange") },
		{ .head = _("authentication") }, { .head = _("encryption") },
		{ .head = _("integrity") }, { .head = _("key") }, { .head = _("against 2035") },
		{ .head = _("CRYPTREC") }, { .head = _("record"), .align = PAPER_RIGHT },
	};

	paper_heading(paper, 2, _("Interfaces"));
	if (inventory->interfaces == 0) {
		paper_paragraph(paper, _("No interface has told anything of its cryptography."));
		return;
	}
	paper_table(paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < inventory->interfaces; i++)
		put_interface(paper, state, &inventory->interface[i]);
}

static void
put_algorithms(struct paper *paper, const struct crypto_inventory *inventory)
{
	const struct paper_column columns[] = {
		{ .head = _("algorithm"), .row_head = true }, { .head = _("kind") },
		{ .head = _("security, bits"), .align = PAPER_RIGHT },
		{ .head = _("quantum computer") }, { .head = _("CRYPTREC") },
		{ .head = _("in use on"), .align = PAPER_RIGHT },
		{ .head = _("accepted on"), .align = PAPER_RIGHT },
	};
	const struct crypto_algorithm *row;
	size_t count = crypto_algorithms(&row);

	paper_heading(paper, 2, _("Algorithms"));
	paper_table(paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < count; i++) {
		if (inventory->used[i] + inventory->offered[i] == 0)
			continue;
		paper_row(paper);
		paper_cell(paper, PAPER_PLAIN, row[i].name);
		paper_cell(paper, PAPER_FAINT, row[i].primitive);
		if (row[i].classical > 0)
			paper_cell_number(paper, (int64_t)row[i].classical);
		else
			paper_cell(paper, PAPER_FAINT, _("not said"));
		paper_cell(paper, row[i].quantum == CRYPTO_VULNERABLE ? PAPER_STRONG : PAPER_PLAIN,
		    quantum_text(row[i].quantum));
		paper_cell(paper, row[i].standing >= CRYPTO_MONITORED ? PAPER_BAD : PAPER_PLAIN,
		    standing_text(row[i].standing));
		paper_cell_number(paper, (int64_t)inventory->used[i]);
		paper_cell_number(paper, (int64_t)inventory->offered[i]);
	}
}

static void
put_silent(struct paper *paper, const struct state *state,
    const struct crypto_inventory *inventory)
{
	struct buffer line = { .max = 0 };

	if (inventory->silents == 0)
		return;
	paper_heading(paper, 2, _("Nothing known"));
	paper_paragraph(paper, _("Of these nothing fresh is known that names an algorithm: they "
	    "did not answer, their probe looks at none, or they speak without encryption."));
	paper_list(paper, false);
	for (uint32_t i = 0; i < inventory->silents; i++) {
		const struct target_state *target = &state->target[inventory->silent[i]];

		buffer_reset(&line);
		buffer_print(&line, "%s (%s)", target->plan->name, target->plan->probe);
		paper_item(paper, 1, PAPER_PLAIN, buffer_text(&line));
	}
	buffer_free(&line);
}

static enum err
cbom_write(struct asked *asked, const struct filing_source *from,
    const struct crypto_inventory *inventory, struct why *why)
{
	json_t *cbom = crypto_cbom(inventory, from->state, from->at_ms, from->state->origin,
	    from->root);
	char *text = cbom != NULL ? json_dumps(cbom, JSON_INDENT(1)) : NULL;
	enum err err = ERR_OK;

	if (text == NULL)
		err = why_set(why, ERR_LIMIT, _("the inventory does not fit into JSON"));
	else
		err = file_write(asked->cbom, bytes_of_text(text), 0644, why);
	free(text);
	json_decref(cbom);
	asked->written = true;
	return err;
}

static enum err
make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	struct asked *asked = arg;
	struct crypto_inventory inventory;
	enum err err = ERR_OK;

	crypto_inventory_make(&inventory, from->state);
	if (asked->cbom != NULL && !asked->written)
		err = cbom_write(asked, from, &inventory, why);
	*paper = paper_new(i18n_language(), _("Cryptography of the interfaces"));
	report_paper_head(*paper, from);
	put_summary(*paper, &inventory);
	put_interfaces(*paper, from->state, &inventory);
	put_algorithms(*paper, &inventory);
	put_silent(*paper, from->state, &inventory);
	paper_note(*paper, _("Measured on the wire from the monitor's vantages: what is in use in "
	    "handshakes with us, and what an interface accepted or offered when asked. It does not "
	    "show what other peers negotiate, nor encryption at rest or inside the functions."));
	paper_note(*paper, _("2035 is the year the government's interim report of November 2025 "
	    "aims at for post-quantum migration; it binds government systems. The standing of "
	    "algorithms follows CRYPTREC LS-0001-2022 by general knowledge and was not read "
	    "against the list here: confirm it before it is filed."));
	for (uint32_t i = 0; i < inventory.interfaces; i++)
		if (inventory.interface[i].worst >= CRYPTO_MONITORED)
			*code = EXIT_FINDING;
	crypto_inventory_free(&inventory);
	return err;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .paper = { .name = "crypto", .make = make } };
	const char *value;
	int got;

	asked.paper.arg = &asked;
	while ((got = report_paper_next(command, argc, argv, &asked.paper, &value)) >= 0)
		if (got == OPTION_CBOM)
			asked.cbom = value;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	return report_paper_run(command, &asked.paper);
}

const struct command command_report_crypto = {
	.name = "report crypto",
	.usage = "",
	.summary = N_("which cryptography each interface uses and accepts"),
	.about = N_("Protocols, algorithms, certificates and keys of every interface, as measured; "
	    "how each key exchange\nstands against 2035, and CRYPTREC's standing of each "
	    "algorithm. Exit code 1 if something is used or\naccepted that is not on the "
	    "recommended list."),
	.options = options,
	.run = run,
};
