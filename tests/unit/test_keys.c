/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain from hardware root to wire: how each link stands for what was observed, that nothing
 * stale or undecided holds and that key.bound says the same; and the paper of it to the letter in
 * both languages (tests/golden/keys/).  Japanese is spoken by a copy of this program beside a
 * catalogue made from the sources.  GOLDEN_WRITE=1 writes what is made now.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/state/describe_key.h"
#include "monitor/state/judge.h"
#include "reports/keys.h"
#include "tests/unit/keys_rig.h"

static const char *program;

/* --- how links stand ---------------------------------------------------------------------- */

static const struct {
	const char *facts, *wire;	/* wire: its facts; NULL: never seen */
	enum key_stand stand;
	enum key_link  weakest;
	enum key_why   why;
} cases[] = {
	{ B2 INSIDE, "tls.spki=1", KEY_HOLDS, 0, KEY_WHY_HARDWARE_NAMED },
	/* The program that asks may name any key: only closed memory makes its word the machine's. */
	{ FRESH "attest.binding=B1 B3;key.spki=1;attest.confidential=yes", "tls.spki=1",
	    KEY_HOLDS, 0, KEY_WHY_HARDWARE_NAMED },
	{ FRESH "attest.binding=B1 B3;key.spki=1;", "tls.spki=1", KEY_DECLARED, KEY_LINK_KEY,
	    KEY_WHY_KEY_NAMED },
	{ FRESH "attest.binding=B1;key.spki=1;attest.confidential=no", "tls.spki=1",
	    KEY_DECLARED, KEY_LINK_KEY, KEY_WHY_KEY_NAMED },
	{ ACCEPTED "attest.fresh=no;attest.binding=none;key.spki=1;" INSIDE, "tls.spki=1",
	    KEY_HOLDS, 0, KEY_WHY_HARDWARE_NAMED },
	{ "attest.verdict=accept;attest.hardware=TPM;attest.fresh=yes;attest.binding=B2;"
	    "key.spki=1", "tls.spki=1", KEY_HOLDS, 0, KEY_WHY_HARDWARE_UNNAMED },
	/* A TPM's key that the policy alone names; one that a maker certified, or an officer. */
	{ B2 INSIDE "attest.endorsed=policy", "tls.spki=1", KEY_DECLARED, KEY_LINK_HARDWARE,
	    KEY_WHY_HARDWARE_LISTED },
	{ B2 INSIDE "attest.endorsed=certificate", "tls.spki=1", KEY_HOLDS, 0,
	    KEY_WHY_HARDWARE_NAMED },
	{ B2 INSIDE "attest.endorsed=policy;attest.site=tokyo-2", "tls.spki=1", KEY_HOLDS, 0,
	    KEY_WHY_HARDWARE_SITED },
	{ B2 INSIDE "attest.endorsed=policy", "tls.spki=2", KEY_BROKEN, KEY_LINK_WIRE,
	    KEY_WHY_WIRE_OTHER },
	{ "attest.verdict=accept;attest.fresh=yes;attest.binding=B2;key.spki=1", "tls.spki=1",
	    KEY_UNKNOWN, KEY_LINK_HARDWARE, KEY_WHY_HARDWARE_SILENT },
	{ B2 INSIDE, "tls.spki=2", KEY_BROKEN, KEY_LINK_WIRE, KEY_WHY_WIRE_OTHER },
	{ B2 INSIDE, NULL, KEY_UNKNOWN, KEY_LINK_WIRE, KEY_WHY_WIRE_UNSEEN },
	{ B2 INSIDE, "tls.version=TLSv1.3", KEY_UNKNOWN, KEY_LINK_WIRE, KEY_WHY_WIRE_KEYLESS },
	{ B2 "attest.key.exportable=yes", "tls.spki=1", KEY_BROKEN, KEY_LINK_KEY,
	    KEY_WHY_KEY_EXPORTABLE },
	{ B2 "attest.key.generated=no", "tls.spki=1", KEY_BROKEN, KEY_LINK_KEY,
	    KEY_WHY_KEY_IMPORTED },
	{ B2 "attest.went_back=yes", "tls.spki=1", KEY_BROKEN, KEY_LINK_EVIDENCE,
	    KEY_WHY_EVIDENCE_WENT_BACK },
	{ B2 "attest.went_back=yes;attest.delivery=2026-11-20", "tls.spki=1", KEY_BROKEN,
	    KEY_LINK_EVIDENCE, KEY_WHY_EVIDENCE_PUT_BACK },
	{ B2 "attest.expires=10", "tls.spki=1", KEY_UNKNOWN, KEY_LINK_EVIDENCE,
	    KEY_WHY_EVIDENCE_RAN_OUT },
	{ B2 "attest.collateral.until=10", "tls.spki=1", KEY_UNKNOWN, KEY_LINK_EVIDENCE,
	    KEY_WHY_EVIDENCE_RAN_OUT },
	/* The policy let it pass although it had run out when it was judged. */
	{ B2 "attest.expires=-10", "tls.spki=1", KEY_HOLDS, 0, KEY_WHY_HARDWARE_NAMED },
	{ B2 INSIDE SITED, "tls.spki=1", KEY_HOLDS, 0, KEY_WHY_HARDWARE_SITED },
	{ FRESH "attest.binding=B3", "tls.spki=1", KEY_UNKNOWN, KEY_LINK_KEY,
	    KEY_WHY_KEY_UNNAMED },
	{ "attest.verdict=reject;attest.rule=sev-snp/debug", "tls.spki=1", KEY_BROKEN,
	    KEY_LINK_EVIDENCE, KEY_WHY_EVIDENCE_REJECTED },
	/* What a rejection says of a key counts for nothing, whatever the wire shows. */
	{ "attest.verdict=reject;key.spki=1;attest.serial=7;attest.key.exportable=no",
	    "tls.spki=1", KEY_BROKEN, KEY_LINK_EVIDENCE, KEY_WHY_EVIDENCE_REJECTED },
	{ "attest.verdict=indeterminate", "tls.spki=1", KEY_UNKNOWN, KEY_LINK_EVIDENCE,
	    KEY_WHY_EVIDENCE_UNDECIDED },
	{ "", "tls.spki=1", KEY_UNKNOWN, KEY_LINK_EVIDENCE, KEY_WHY_EVIDENCE_FAILED },
	{ "key.spki=1", "tls.spki=1", KEY_UNKNOWN, KEY_LINK_EVIDENCE, KEY_WHY_EVIDENCE_FAILED },
	{ NULL, "tls.spki=1", KEY_UNKNOWN, KEY_LINK_EVIDENCE, KEY_WHY_EVIDENCE_NEVER },
	{ SIGNED "key.local=yes;key.never_extractable=yes", "tls.spki=1", KEY_DECLARED,
	    KEY_LINK_HARDWARE, KEY_WHY_HARDWARE_DECLARED },
	{ SIGNED, "tls.spki=1", KEY_DECLARED, KEY_LINK_HARDWARE, KEY_WHY_HARDWARE_DECLARED },
	{ SIGNED "key.extractable=yes", "tls.spki=1", KEY_BROKEN, KEY_LINK_KEY,
	    KEY_WHY_KEY_TOKEN_LEAVES },
	{ SIGNED "key.never_extractable=no", "tls.spki=1", KEY_BROKEN, KEY_LINK_KEY,
	    KEY_WHY_KEY_TOKEN_LEAVES },
	{ SIGNED "key.local=no", "tls.spki=1", KEY_BROKEN, KEY_LINK_KEY,
	    KEY_WHY_KEY_TOKEN_IMPORTED },
	{ SIGNED, "tls.spki=2", KEY_BROKEN, KEY_LINK_WIRE, KEY_WHY_WIRE_OTHER },
	{ "key.signed=no;key.spki=1", "tls.spki=1", KEY_BROKEN, KEY_LINK_EVIDENCE,
	    KEY_WHY_EVIDENCE_UNSIGNED },
};

static struct rig *
pair_new(const char *wire)
{
	struct rig *rig = rig_new(keys_plan());

	rig->plan->instances = 1;
	rig->plan->targets = 2;
	rig->plan->keys = 0;
	rig->wire = (struct plan_option){ "wire", wire };
	keys_plan_target(rig->plan, 1, "udm-key", 0, "witness", &rig->wire);
	rig_start(rig);
	return rig;
}

/* What proves here is proven there, what contradicts here by the wire does so there. */
static void
agrees(const struct rig *rig, const struct key_chain *chain)
{
	const struct judgement *j = judgement_of(rig->state);
	enum verdict verdict = judgement_finding(j, 0, 0).verdict;

	if (chain->stand == KEY_HOLDS || chain->stand == KEY_DECLARED)
		assert_int_equal(verdict, VERDICT_MET);
	if (chain->why[KEY_LINK_WIRE] == KEY_WHY_WIRE_OTHER)
		assert_int_not_equal(verdict, VERDICT_MET);
}

static void
links_stand_as_observed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rig *rig = pair_new("udm-tls");
		struct key_chain chain;

		if (cases[i].facts != NULL)
			observe(rig, "udm-key", OUTCOME_UP, cases[i].facts, "");
		if (cases[i].wire != NULL)
			observe(rig, "udm-tls", OUTCOME_UP, cases[i].wire, "");
		tick(rig, 20 * SECOND);
		key_chain_make(&chain, rig->state, 1);
		if (chain.stand != cases[i].stand || chain.weakest != cases[i].weakest ||
		    chain.why[chain.weakest] != cases[i].why)
			fail_msg("case %zu: %d at %d: %s", i, (int)chain.stand,
			    (int)chain.weakest, key_why_text(chain.why[chain.weakest]));
		agrees(rig, &chain);
		key_chain_free(&chain);
		rig_free(rig);
	}
}

/* Stale evidence proves nothing, and a stale wire neither; each says so. */
static void
silence_proves_nothing(void **state)
{
	struct rig *rig = pair_new("udm-tls");
	struct key_chain chain;

	(void)state;
	observe(rig, "udm-key", OUTCOME_UP, B2 INSIDE, "");
	tick(rig, 50 * SECOND);
	observe(rig, "udm-tls", OUTCOME_UP, "tls.spki=1", "");
	key_chain_make(&chain, rig->state, 1);
	assert_int_equal(chain.stand, KEY_HOLDS);
	key_chain_free(&chain);
	tick(rig, 20 * SECOND);
	key_chain_make(&chain, rig->state, 1);
	assert_int_equal(chain.stand, KEY_UNKNOWN);
	assert_int_equal(chain.weakest, KEY_LINK_EVIDENCE);
	assert_int_equal(chain.why[KEY_LINK_EVIDENCE], KEY_WHY_EVIDENCE_STALE);
	assert_int_equal(chain.why[KEY_LINK_WIRE], KEY_WHY_WIRE_UNCOMPARED);
	key_chain_free(&chain);
	observe(rig, "udm-key", OUTCOME_UP, B2 INSIDE, "");
	tick(rig, 50 * SECOND);
	key_chain_make(&chain, rig->state, 1);
	assert_int_equal(chain.stand, KEY_UNKNOWN);
	assert_int_equal(chain.why[KEY_LINK_EVIDENCE], KEY_WHY_EVIDENCE_FRESH);
	assert_int_equal(chain.why[KEY_LINK_WIRE], KEY_WHY_WIRE_UNSEEN);
	key_chain_free(&chain);
	rig_free(rig);
}

/* What was seen before the monitor stopped is not said to have never been seen. */
static void
a_gap_is_told_from_never(void **state)
{
	struct record gap = { .kind = RECORD_GAP, .role = ROLE_LEDGER,
		.gap = { .role = ROLE_SUPERVISOR, .reason = bytes_of_text("stopped") } };
	struct rig *rig = pair_new("udm-tls");
	struct key_chain chain;

	(void)state;
	observe(rig, "udm-key", OUTCOME_UP, B2 INSIDE, "");
	rig_put(rig, &gap);
	key_chain_make(&chain, rig->state, 1);
	assert_int_equal(chain.stand, KEY_UNKNOWN);
	assert_int_equal(chain.why[KEY_LINK_EVIDENCE], KEY_WHY_EVIDENCE_UNWATCHED);
	key_chain_free(&chain);
	rig_free(rig);
}

static void
names_of_wires(void **state)
{
	static const struct { const char *wire; uint32_t wires; enum key_why why; } lists[] = {
		{ NULL, 0, KEY_WHY_WIRE_NOT_NAMED }, { " , ,", 0, KEY_WHY_WIRE_NOT_NAMED },
		{ "udm-tls", 1, KEY_WHY_WIRE_EQUAL }, { " udm-tls ,, udm-tls ", 2,
		    KEY_WHY_WIRE_EQUAL }, { "udm-tls, gone", 2, KEY_WHY_WIRE_NO_TARGET },
		{ "udm-tls, udm-key", 2, KEY_WHY_WIRE_KEYLESS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct rig *rig = pair_new(lists[i].wire);
		struct key_chain chain;

		observe(rig, "udm-key", OUTCOME_UP, B2 INSIDE, "");
		observe(rig, "udm-tls", OUTCOME_UP, "tls.spki=1", "");
		key_chain_make(&chain, rig->state, 1);
		assert_int_equal(chain.wires, lists[i].wires);
		assert_int_equal(chain.why[KEY_LINK_WIRE], lists[i].why);
		key_chain_free(&chain);
		rig_free(rig);
	}
}

/* A register that was sealed is named in the one sentence, with its site and who sealed it. */
static void
the_site_is_in_the_sentence(void **state)
{
	struct rig *rig = pair_new("udm-tls");
	struct buffer text = { .max = 0 };
	struct key_chain chain;

	(void)state;
	observe(rig, "udm-key", OUTCOME_UP, B2 INSIDE SITED, "");
	observe(rig, "udm-tls", OUTCOME_UP, "tls.spki=1", "");
	key_chain_make(&chain, rig->state, 1);
	assert_int_equal(chain.stand, KEY_HOLDS);
	key_sentence(rig->state, &chain, &chain.wire[0], rig->now_ms, &text);
	assert_non_null(strstr(buffer_text(&text), "was made in HSM serial 7, on the register of site "
	    "tokyo-1 (sealed by CN=Hanako Sato: sites, edition 2026-11), never exportable, "));
	buffer_free(&text);
	key_chain_free(&chain);
	rig_free(rig);
}

/* Whatever does not hold for its own sake says what to do; what holds asks for nothing. */
static void
the_table(void **state)
{
	(void)state;
	for (enum key_why why = 0; why < KEY_WHYS; why++) {
		assert_true(key_why_text(why)[0] != '\0');
		assert_int_equal(key_why_advice(why)[0] != '\0', key_why_stand(why) != KEY_HOLDS &&
		    why != KEY_WHY_BEHIND && why != KEY_WHY_WIRE_UNCOMPARED);
	}
}

/* --- to the letter ------------------------------------------------------------------------ */

static int
compare(const struct buffer *made, const char *path)
{
	struct buffer expected = { .max = 0 };
	struct why why = { .text = "" };
	size_t at = 0;
	int bad;

	if (getenv("GOLDEN_WRITE") != NULL)
		return file_write(path, bytes_of_buffer(made), 0644, &why) == ERR_OK ? 0 : 1;
	if (file_read(path, BUFFER_MAX, &expected, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	while (at < made->len && at < expected.len && made->at[at] == expected.at[at])
		at++;
	bad = at != made->len || at != expected.len;
	while (at > 0 && expected.at[at - 1] != '\n')
		at--;
	if (bad)
		fprintf(stderr, "%s differs; it is:\n%.300s\n", path,
		    (const char *)made->at + at);
	buffer_free(&expected);
	return bad;
}

static int
speaks(const char *language)
{
	struct rig *rig = network_of(keys_plan());
	struct filing_source from = { .state = NULL };
	struct buffer out = { .max = 0 };
	struct why why = { .text = "" };
	struct paper *paper;
	char path[80];
	int code = EXIT_FINE, bad = 0;

	from.state = rig->state;
	from.at_ms = rig->now_ms;
	i18n_open(language);
	paper = keys_paper(&from, &code);
	keys_must(paper_check(paper, &why) == ERR_OK, why.text);
	paper_print_text(paper, &out);
	buffer_text(&out);
	snprintf(path, sizeof(path), "tests/golden/keys/keys.%s.txt", language);
	bad += compare(&out, path) + (code != EXIT_FINDING);
	paper_free(paper);
	buffer_free(&out);
	rig_free(rig);
	return bad;
}

/* Nothing is fine that nobody knows of. */
static void
exit_codes(void **state)
{
	static const struct { const char *facts; int code; } ends[] = {
		{ B2 INSIDE, EXIT_FINE }, { SIGNED, EXIT_UNKNOWN }, { NULL, EXIT_UNKNOWN },
		{ "attest.verdict=reject", EXIT_FINDING },
	};
	struct filing_source from = { .state = NULL };

	(void)state;
	for (size_t i = 0; i <= sizeof(ends) / sizeof(ends[0]); i++) {
		bool none = i == sizeof(ends) / sizeof(ends[0]);
		struct rig *rig = none ? rig_new(small_plan()) : pair_new("udm-tls");
		int code = EXIT_FINE;

		if (none)
			rig_start(rig);
		else
			observe(rig, "udm-tls", OUTCOME_UP, "tls.spki=1", "");
		if (!none && ends[i].facts != NULL)
			observe(rig, "udm-key", OUTCOME_UP, ends[i].facts, "");
		from.state = rig->state;
		from.at_ms = rig->now_ms;
		paper_free(keys_paper(&from, &code));
		assert_int_equal(code, none ? EXIT_UNKNOWN : ends[i].code);
		rig_free(rig);
	}
}

static void
english(void **state)
{
	(void)state;
	assert_int_equal(speaks("en"), 0);
}

static int
run(const char *const *words)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		execvp(words[0], (char **)(uintptr_t)words);
		_exit(127);
	}
	assert_true(waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
japanese(void **state)
{
	char folder[] = "/tmp/sekimori-keys-XXXXXX", mo[100], copy[100], order[200];
	struct why why = { .text = "" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(mo, sizeof(mo), "%s/mo/ja/LC_MESSAGES", folder);
	assert_int_equal(file_folder(mo, 0755, &why), ERR_OK);
	snprintf(order, sizeof(order), "msgcat --use-first packaging/po/ja*.po | msgfmt -o "
	    "%s/sekimori.mo -", mo);
	snprintf(copy, sizeof(copy), "%s/program", folder);
	assert_int_equal(run((const char *[]){ "sh", "-c", order, NULL }), 0);
	assert_int_equal(run((const char *[]){ "cp", program, copy, NULL }), 0);
	assert_int_equal(run((const char *[]){ copy, "ja", NULL }), 0);
	assert_int_equal(run((const char *[]){ "rm", "-r", folder, NULL }), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_stand_as_observed),
		cmocka_unit_test(silence_proves_nothing),
		cmocka_unit_test(a_gap_is_told_from_never),
		cmocka_unit_test(names_of_wires),
		cmocka_unit_test(the_table),
		cmocka_unit_test(the_site_is_in_the_sentence),
		cmocka_unit_test(exit_codes),
		cmocka_unit_test(english),
		cmocka_unit_test(japanese),
	};

	if (argc == 2)
		return speaks(argv[1]);
	program = argv[0];
	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
