/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys in the self-check: the sentence of each key that is bound to hardware, the link that lacks
 * or breaks of each that is not, and what is declared, observed and proven of stores, machines and
 * custody; only of what the sheet covers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "monitor/base/file.h"
#include "reports/filing.h"
#include "tests/unit/keys_rig.h"

enum { FIELD = 15 };

static struct form *form;

static int
form_begin(void **state)
{
	struct buffer octets = { .max = 0 };
	struct why why = { .text = "" };

	(void)state;
	keys_must(file_read("reports/forms/self-check.form", 1 << 20, &octets, &why) == ERR_OK &&
	    form_read("self-check.form", bytes_of_buffer(&octets), &form, &why) == ERR_OK,
	    why.text);
	buffer_free(&octets);
	return 0;
}

static int
form_end(void **state)
{
	(void)state;
	form_free(form);
	return 0;
}

/* The first keeps a store and computes in a confidential VM, by declaration. */
static void
declare(struct plan *plan)
{
	plan->store = plan_array(plan, plan->stores = 1, sizeof(plan->store[0]));
	plan->store[0] = (struct plan_store){ .name = "subscriber-db", .title = "", .title_ja = "",
	    .resource = "", .set = "", .encrypted = 2, .key_holder = 2, .key = "",
	    .rest_document = "" };
	plan->instance[0].in_use = 3;
}

static const struct filing_value *
value_of(const struct filing_sheet *sheet, const char *about, const char *name)
{
	for (uint32_t i = 0; i < sheet->answers; i++) {
		const struct filing_answer *answer = &sheet->answer[i];

		for (uint32_t k = 0; k < answer->values && answer->field->number == FIELD; k++)
			for (uint32_t s = 0; s < answer->value[k].subjects; s++)
				if (strcmp(answer->value[k].subject[s], about) == 0 &&
				    strcmp(answer->value[k].name, name) == 0)
					return &answer->value[k];
	}
	return NULL;
}

static const struct {
	const char *about, *name, *text;
	unsigned basis;
	bool contradicted;
} expected[] = {
	{ "key:udm-key", "key.chain", "UDM tokyo-2 at 10.2.3.4:443 speaks with key "
	    "0101010101010101; 0101010101010101 was made in TPM 2.0 serial 7, never exportable, "
	    "attested 40 s ago under policy carrier, edition 3.", BASIS_OBSERVED, false },
	{ "key:ausf-key", "key.chain", "by a statement of ", BASIS_OBSERVED, false },
	{ "key:amf-key", "key.chain", "Contradicted at the link \"wire\": it speaks with another "
	    "key.", BASIS_OBSERVED, true },
	{ "key:smf-key", "key.chain", "Contradicted at the link \"evidence\"", BASIS_OBSERVED,
	    true },
	{ "key:nrf-key", "", "unknown: evidence", 0, false },
	{ "key:nssf-key", "key.chain", "Only declared at the link \"hardware\"", BASIS_DECLARED,
	    false },
	{ "target:udm-key", "attest.serial", "7", BASIS_PROVEN, false },
	{ "target:udm-key", "attest.key.exportable", "no", BASIS_PROVEN, false },
	{ "store:subscriber-db", "store.encrypted.declared", "yes", BASIS_DECLARED, false },
	{ "instance:tokyo-2", "use.declared", "confidential-vm", BASIS_DECLARED, false },
	{ "custody:udm-ki", "custody.holder", "carrier", BASIS_DECLARED, false },
	{ "custody:ausf-ki", "custody.holder", "A Trust Bank", BASIS_DECLARED, false },
};

static struct filing *
filing_of(const struct rig *rig)
{
	struct filing_source source = { .state = rig->state, .at_ms = rig->now_ms,
		.newest_ms = rig->now_ms, .config_ms = BEGIN };
	struct filing *filing = NULL;
	struct why why = { .text = "" };

	keys_must(filing_make(&source, form, "en", &filing, &why) == ERR_OK, why.text);
	return filing;
}

static void
each_key_is_told(void **state)
{
	struct plan *plan = keys_plan();
	struct rig *rig;
	struct filing *filing;

	(void)state;
	declare(plan);
	rig = network_of(plan);
	filing = filing_of(rig);
	assert_int_equal(filing->sheets, 1);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct filing_value *value = value_of(&filing->sheet[0], expected[i].about,
		    expected[i].name);

		if (value == NULL)
			fail_msg("nothing of %s %s", expected[i].about, expected[i].name);
		if (strstr(value->text, expected[i].text) == NULL ||
		    value->basis != expected[i].basis ||
		    value->contradicted != expected[i].contradicted)
			fail_msg("%s, basis %u: %s", expected[i].about, value->basis, value->text);
	}
	/* It rests on both sightings: the evidence and the wire. */
	assert_int_equal(value_of(&filing->sheet[0], "key:udm-key", "key.chain")->cites, 2);
	filing_free(filing);
	rig_free(rig);
}

/* What stands on the carrier's own premises, its stores and its keys are on no sheet. */
static void
only_what_the_sheet_covers(void **state)
{
	struct plan *plan = keys_plan();
	struct rig *rig;
	struct filing *filing;

	(void)state;
	declare(plan);
	plan->site = plan_array(plan, plan->sites = 2, sizeof(plan->site[0]));
	plan->site[0] = plan->site[1] = small_plan_site();
	plan->site[1].name = "own";
	plan->site[1].provider = "";
	plan->instance[0].site = plan->store[0].site = 1;
	rig = network_of(plan);
	filing = filing_of(rig);
	assert_int_equal(filing->sheets, 1);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		bool own = strstr(expected[i].about, "udm") != NULL ||
		    strstr(expected[i].about, "tokyo-2") != NULL ||
		    strstr(expected[i].about, "subscriber") != NULL;

		assert_int_equal(value_of(&filing->sheet[0], expected[i].about, expected[i].name)
		    == NULL, own);
	}
	filing_free(filing);
	rig_free(rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_is_told), cmocka_unit_test(only_what_the_sheet_covers),
	};

	return cmocka_run_group_tests(tests, form_begin, form_end);
}
