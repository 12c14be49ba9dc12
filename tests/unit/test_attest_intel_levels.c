/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Levels, statuses, revocation and identities of Intel platforms, where genuine samples do not
 * reach: quotes and collateral of a simulated platform, each wrong in one way, each refused by its
 * own rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/bound_data.h"
#include "attest/event_log.h"
#include "tests/unit/intel_lab.h"

static struct intel_lab lab;

static int
lab_begin(void **state)
{
	(void)state;
	lab = lab_make();
	return 0;
}

static int
lab_end(void **state)
{
	(void)state;
	lab_free(&lab);
	return 0;
}

#define SGX_ANY "mrenclave = \"*\"; mrsigner = \"*\"; isvprodid = \"*\"; isvsvn = 0;"

/* more: what the policy says beside the root and the measurements. */
static void
decided(const struct intel_order *order, const char *more, enum attest_verdict verdict,
    const char *rule)
{
	char pin[80], policy[1024];
	struct scene scene = lab_scene(&lab, order, pin);

	snprintf(policy, sizeof(policy), POLICY_HEAD "%s = { nonce = \"none\"; roots = \"%s\"; %s "
	    "%s };", scene.kind, pin, order->kind == QUOTE_SGX ? SGX_ANY : TD_ANY, more);
	scene.policy = policy;
	scene_is(&scene, verdict, rule);
	scene_free(&scene);
}

/* Each version with each kind of body that it can have. */
static void
test_versions(void **state)
{
	static const struct { unsigned version; enum quote_kind kind; } all[] = {
		{ 3, QUOTE_SGX }, { 4, QUOTE_SGX }, { 4, QUOTE_TD_10 }, { 5, QUOTE_SGX },
		{ 5, QUOTE_TD_10 }, { 5, QUOTE_TD_15 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct intel_order order = lab_order(all[i].version, all[i].kind);

		decided(&order, "", ATTEST_ACCEPT, "-");
		order.auth = bytes_of("0123456789abcdef0123456789abcdef", 32);
		decided(&order, "", ATTEST_ACCEPT, "-");
	}
	struct intel_order order = lab_order(3, QUOTE_TD_10);

	decided(&order, "", ATTEST_REJECT, "body");
}

/* The first level that is reached counts, whatever stands behind it. */
static void
test_platform(void **state)
{
	struct intel_order order = lab_order(5, QUOTE_TD_15);

	(void)state;
	order.level[1] = (struct lab_level){ 1, 1, 13, 1, 1, "OutOfDate", "\"INTEL-SA-00001\"" };
	order.level[2] = (struct lab_level){ 1, 0, 5, 1, 1, "Revoked", NULL };
	decided(&order, "", ATTEST_ACCEPT, "-");
	order.sgx0 = 4;
	decided(&order, "status = [\"UpToDate\"];", ATTEST_REJECT, "status");
	decided(&order, "", ATTEST_INDETERMINATE, "status");
	decided(&order, "status = \"OutOfDate\";", ATTEST_INDETERMINATE, "advisories");
	decided(&order, "status = \"OutOfDate\"; advisories = [\"INTEL-SA-00002\"];", ATTEST_REJECT,
	    "advisories");
	decided(&order, "status = \"*\"; advisories = [\"INTEL-SA-00001\"];", ATTEST_ACCEPT, "-");
	decided(&order, "status = ( { value = \"OutOfDate\"; until = \"2026-11-01\"; } ); "
	    "advisories = \"*\";", ATTEST_REJECT, "status");
	/* The last component, the PCESVN and the microcode of TDX count as the first does. */
	order.sgx15 = 0;
	decided(&order, "status = \"*\"; advisories = \"*\";", ATTEST_REJECT, "status-revoked");
	order.sgx15 = 1;
	order.pce_svn = 12;
	decided(&order, "status = \"*\"; advisories = \"*\";", ATTEST_REJECT, "status-revoked");
	order.pce_svn = 4;
	decided(&order, "status = \"*\"; advisories = \"*\";", ATTEST_REJECT, "tcb-level");
	order.pce_svn = 300;
	order.svn[2] = 0;
	decided(&order, "status = \"*\"; advisories = \"*\";", ATTEST_REJECT, "tcb-level");
	order.svn[2] = 255;
	decided(&order, "status = \"OutOfDate\"; advisories = \"*\";", ATTEST_ACCEPT, "-");
}

/* The tickets of what is out of date, and of each advisory that stands against it. */
static void
test_tickets(void **state)
{
	struct intel_order order = lab_order(5, QUOTE_TD_15);
	char pin[80], policy[1024];
	struct scene scene;
	struct appraisal *a;
	struct bytes tickets = { .len = 0 };

	(void)state;
	order.level[1] = (struct lab_level){ 1, 1, 13, 1, 1, "OutOfDate",
		"\"INTEL-SA-00001\", \"INTEL-SA-00002\"" };
	order.sgx0 = 4;
	scene = lab_scene(&lab, &order, pin);
	snprintf(policy, sizeof(policy), POLICY_HEAD "%s = { nonce = \"none\"; roots = ( { value = "
	    "\"%s\"; ticket = \"CHG-0\"; } ); " TD_ANY " status = ( { value = \"OutOfDate\"; "
	    "ticket = \"CHG-1\"; } ); advisories = ( { value = \"INTEL-SA-00001\"; ticket = "
	    "\"CHG-2\"; }, { value = \"INTEL-SA-00002\"; ticket = \"CHG-3\"; } ); };",
	    scene.kind, pin);
	scene.policy = policy;
	scene_is(&scene, ATTEST_ACCEPT, "-");
	a = scene_judge(&scene);
	assert_true(claims_get(&a->claims, CLAIM_TICKET, &tickets));
	assert_true(bytes_equal(tickets, bytes_of_text("CHG-0,CHG-1,CHG-2,CHG-3")));
	free(a);
	scene_free(&scene);
}

/* Nine tickets of 63 octets: for those that have no room stands a word that no intent can have. */
static void
test_many_tickets(void **state)
{
	struct intel_order order = lab_order(5, QUOTE_TD_15);
	struct buffer policy = { .max = 0 };
	char pin[80], ids[9 * 20] = "";
	struct scene scene;
	struct appraisal *a;
	struct bytes tickets = { .len = 0 };

	(void)state;
	for (int i = 0; i < 9; i++)
		snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%s\"INTEL-SA-%05d\"",
		    i > 0 ? "," : "", i);
	order.level[1] = (struct lab_level){ 1, 1, 13, 1, 1, "OutOfDate", ids };
	order.sgx0 = 4;
	scene = lab_scene(&lab, &order, pin);
	buffer_print(&policy, POLICY_HEAD "%s = { nonce = \"none\"; roots = \"%s\"; " TD_ANY
	    " status = \"*\"; advisories = ( ", scene.kind, pin);
	for (int i = 0; i < 9; i++)
		buffer_print(&policy, "%s{ value = \"INTEL-SA-%05d\"; ticket = \"CHG-%059d\"; }",
		    i > 0 ? ", " : "", i, i);
	buffer_print(&policy, " ); };");
	scene.policy = buffer_text(&policy);
	scene_is(&scene, ATTEST_ACCEPT, "-");
	a = scene_judge(&scene);
	assert_true(claims_get(&a->claims, CLAIM_TICKET, &tickets));
	assert_int_equal(tickets.len, 6 * 64 + strlen(TICKETS_MORE));
	assert_memory_equal(tickets.at, "CHG-0", 5);
	assert_true(bytes_equal(bytes_slice(tickets, 6 * 64, tickets.len),
	    bytes_of_text(TICKETS_MORE)));
	free(a);
	scene_free(&scene);
	buffer_free(&policy);
}

/* While svn[1] is 0 the module is judged with the platform; then by its own identity. */
static void
test_module(void **state)
{
	struct intel_order order = lab_order(4, QUOTE_TD_10);

	(void)state;
	order.svn[1] = 0;
	order.svn[0] = 5;
	decided(&order, "", ATTEST_ACCEPT, "-");
	order.svn[0] = 4;
	decided(&order, "", ATTEST_REJECT, "tcb-level");
	order.svn[1] = 1;
	decided(&order, "", ATTEST_REJECT, "module-level");
	order.module[1] = (struct lab_level){ 3, 0, 0, 0, 0, "OutOfDate", "\"INTEL-SA-00009\"" };
	decided(&order, "", ATTEST_INDETERMINATE, "status");
	decided(&order, "status = \"OutOfDate\"; advisories = \"INTEL-SA-00009\";", ATTEST_ACCEPT,
	    "-");
	order.level[0].status = "ConfigurationNeeded";
	decided(&order, "status = \"OutOfDate\"; advisories = \"*\";", ATTEST_REJECT, "status");
	decided(&order, "status = \"OutOfDateConfigurationNeeded\"; advisories = \"*\";",
	    ATTEST_ACCEPT, "-");
	order.module[1].status = "Revoked";
	decided(&order, "status = \"*\"; advisories = \"*\";", ATTEST_REJECT, "status-revoked");
	order.svn[1] = 3;
	decided(&order, "", ATTEST_REJECT, "module");
	order = lab_order(5, QUOTE_TD_15);
	order.svn[1] = 0x1a;
	decided(&order, "", ATTEST_REJECT, "module");
	order.module_id = "TDX_1A";
	decided(&order, "", ATTEST_ACCEPT, "-");
	order.seam = 1;
	decided(&order, "", ATTEST_REJECT, "module");
	order.svn[1] = 0;
	decided(&order, "", ATTEST_REJECT, "module");
}

/* A module that was updated since changes nothing of the verdict, but what to do about it. */
static void
test_restart(void **state)
{
	struct intel_order order = lab_order(5, QUOTE_TD_15);

	(void)state;
	order.module[1] = (struct lab_level){ 3, 0, 0, 0, 0, "OutOfDate", NULL };
	order.svn[0] = 4;
	for (unsigned now = 4; now <= 6; now += 2) {
		char pin[80], policy[1024];
		struct appraisal *a;
		struct scene scene;

		memcpy(order.svn2, order.svn, QUOTE_SVN);
		order.svn2[0] = (uint8_t)now;
		scene = lab_scene(&lab, &order, pin);
		snprintf(policy, sizeof(policy), POLICY_HEAD "intel-tdx = { nonce = \"none\"; "
		    "roots = \"%s\"; status = \"UpToDate\"; " TD_ANY " };", pin);
		scene.policy = policy;
		a = scene_judge(&scene);
		assert_int_equal(a->verdict, ATTEST_REJECT);
		assert_string_equal(appraisal_rule(a)->name, "status");
		assert_int_equal(strstr(appraisal_step(a)->found, "the domain again") != NULL,
		    now == 6);
		free(a);
		scene_free(&scene);
	}
}

static void
test_enclave(void **state)
{
	struct intel_order order = lab_order(4, QUOTE_TD_10);

	(void)state;
	order.qe_svn = 3;
	decided(&order, "", ATTEST_REJECT, "qe-level");
	order.qe[1] = (struct lab_level){ 1, 0, 0, 0, 0, "OutOfDate", "\"INTEL-SA-00615\"" };
	decided(&order, "status = \"SWHardeningNeeded\";", ATTEST_REJECT, "status");
	decided(&order, "status = \"OutOfDate\"; advisories = \"INTEL-SA-00615\";", ATTEST_ACCEPT,
	    "-");
	order.qe[1].status = "Revoked";
	decided(&order, "status = \"*\"; advisories = \"*\";", ATTEST_REJECT, "status-revoked");
	order = lab_order(4, QUOTE_TD_10);
	order.qe_product = 1;
	decided(&order, "", ATTEST_REJECT, "qe-identity");
	order = lab_order(4, QUOTE_TD_10);
	order.qe_id = "QE";
	decided(&order, "", ATTEST_REJECT, "qe-identity");
	order.qe_id = NULL;
	order.qe_version = 3;
	decided(&order, "", ATTEST_INDETERMINATE, "qe-identity-form");
}

/* A platform may be admitted with hardening; worse it may not become by that. */
static void
test_statuses(void **state)
{
	static const char *const statuses[] = { "SWHardeningNeeded", "ConfigurationNeeded",
		"ConfigurationAndSWHardeningNeeded", "OutOfDate", "OutOfDateConfigurationNeeded" };
	struct intel_order order = lab_order(3, QUOTE_SGX);

	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		char allowed[128];

		order.level[0].status = statuses[i];
		snprintf(allowed, sizeof(allowed), "status = \"%s\";", statuses[i]);
		decided(&order, allowed, ATTEST_ACCEPT, "-");
		decided(&order, "", ATTEST_INDETERMINATE, "status");
		decided(&order, "status = [ \"UpToDate\", \"Revoked\" ];", ATTEST_REJECT, "status");
	}
	order.level[0].status = "Revoked";
	decided(&order, "status = \"Revoked\";", ATTEST_REJECT, "status-revoked");
	order.level[0].status = "Splendid";
	decided(&order, "status = \"*\";", ATTEST_INDETERMINATE, "tcb-form");
}

static void
test_info(void **state)
{
	struct intel_order order = lab_order(5, QUOTE_TD_15);

	(void)state;
	order.fmspc = "90c06f000001";
	decided(&order, "", ATTEST_REJECT, "fmspc");
	order.fmspc = "90c06f";
	decided(&order, "", ATTEST_INDETERMINATE, "tcb-form");
	order.fmspc = NULL;
	order.pce_id = "0100";
	decided(&order, "", ATTEST_REJECT, "fmspc");
	order.pce_id = NULL;
	order.info_id = "SGX";
	decided(&order, "", ATTEST_REJECT, "fmspc");
	order.info_id = NULL;
	order.info_version = 2;
	decided(&order, "", ATTEST_INDETERMINATE, "tcb-form");
	order.info_version = 0;
	/* Signed, and yet not what it must be. */
	order.info_extra = ",\"fmspc\":\"90c06f000000\"";
	decided(&order, "", ATTEST_INDETERMINATE, "tcb-form");
	order.info_extra = ",\"a\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]";
	decided(&order, "", ATTEST_INDETERMINATE, "tcb-form");
	order.info_extra = NULL;
	order.level[0].status = NULL;
	decided(&order, "", ATTEST_INDETERMINATE, "tcb-form");
}

static void
test_certificates(void **state)
{
	struct intel_order order = lab_order(4, QUOTE_TD_10);

	(void)state;
	order.revoke_pck = true;
	decided(&order, "", ATTEST_REJECT, "revoked");
	order = lab_order(4, QUOTE_TD_10);
	order.revoke_ca = true;
	decided(&order, "", ATTEST_REJECT, "ca-revoked");
	order = lab_order(4, QUOTE_TD_10);
	order.revoke_signer = true;
	decided(&order, "", ATTEST_REJECT, "tcb-revoked");
	order = lab_order(4, QUOTE_TD_10);
	order.pck_name = "Intel SGX TCB Signing";
	decided(&order, "", ATTEST_REJECT, "pck");
	order = lab_order(4, QUOTE_TD_10);
	order.ca_name = "Intel SGX Another CA";
	decided(&order, "", ATTEST_REJECT, "chain");
	order.ca_name = "Intel SGX PCK Processor CA";
	decided(&order, "", ATTEST_ACCEPT, "-");
	/* Nobody but the root's own signer says what levels are worth. */
	order = lab_order(4, QUOTE_TD_10);
	order.signer_name = "Intel SGX PCK Certificate";
	decided(&order, "", ATTEST_REJECT, "tcb-chain");
	order = lab_order(4, QUOTE_TD_10);
	order.signer_under_ca = true;
	decided(&order, "", ATTEST_REJECT, "tcb-chain");
	order = lab_order(4, QUOTE_TD_10);
	order.no_extension = true;
	decided(&order, "", ATTEST_REJECT, "pck");
	order.no_extension = false;
	order.twice = true;
	decided(&order, "", ATTEST_REJECT, "pck");
}

/* Bits of a TD's attributes: debug never, unknown not accepted, others as the policy says. */
static void
test_attributes(void **state)
{
	const uint64_t ve = UINT64_C(1) << 28;
	struct intel_order order = lab_order(5, QUOTE_TD_15);

	(void)state;
	for (unsigned bit = 0; bit < 8; bit++) {
		order.attributes = ve | UINT64_C(1) << bit;
		decided(&order, "", ATTEST_REJECT, "debug");
	}
	order.attributes = ve | UINT64_C(1) << 30 | UINT64_C(1) << 31;
	decided(&order, "", ATTEST_ACCEPT, "-");
	order.attributes = ve | UINT64_C(1) << 40;
	decided(&order, "", ATTEST_INDETERMINATE, "attributes");
	order.attributes = 0;
	decided(&order, "", ATTEST_INDETERMINATE, "sept-ve");
	decided(&order, "sept_ve = false;", ATTEST_REJECT, "sept-ve");
	decided(&order, "sept_ve = true;", ATTEST_ACCEPT, "-");
	order.attributes = ve | UINT64_C(1) << 29;
	decided(&order, "", ATTEST_INDETERMINATE, "migratable");
	decided(&order, "migratable = false;", ATTEST_REJECT, "migratable");
	decided(&order, "migratable = true;", ATTEST_ACCEPT, "-");
	order.attributes = ve | UINT64_C(1) << 63;
	decided(&order, "perfmon = false;", ATTEST_REJECT, "perfmon");
	decided(&order, "perfmon = true;", ATTEST_ACCEPT, "-");
	/* What is zero needs no word; what is not does. */
	order = lab_order(5, QUOTE_TD_15);
	order.service = 1;
	decided(&order, "", ATTEST_INDETERMINATE, "mrservicetd");
	decided(&order, "mrservicetd = \"00\";", ATTEST_REJECT, "mrservicetd");
	order = lab_order(5, QUOTE_TD_15);
	order.config = 1;
	decided(&order, "", ATTEST_INDETERMINATE, "mrconfigid");
	decided(&order, "mrconfigid = \"*\";", ATTEST_ACCEPT, "-");
	order.config = 0;
	order.owner = 1;
	decided(&order, "mrowner = \"02\";", ATTEST_REJECT, "mrowner");
}

#define MRENCLAVE "e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1"
#define MRSIGNER "5151515151515151515151515151515151515151515151515151515151515151"

/* A measurement alone is enough; a signer needs product and version. */
static void
test_sgx(void **state)
{
	static const struct { const char *keys; int verdict; const char *rule; } all[] = {
		{ "mrenclave = \"" MRENCLAVE "\";", ATTEST_ACCEPT, "-" },
		{ "mrenclave = \"" MRSIGNER "\";", ATTEST_REJECT, "mrenclave" },
		{ "", ATTEST_INDETERMINATE, "mrenclave" },
		{ "mrenclave = \"*\";", ATTEST_INDETERMINATE, "mrsigner" },
		{ "mrenclave = \"*\"; mrsigner = \"" MRSIGNER "\";", ATTEST_INDETERMINATE,
		    "isvprodid" },
		{ "mrenclave = \"*\"; mrsigner = \"" MRSIGNER "\"; isvprodid = \"7\";",
		    ATTEST_INDETERMINATE, "isvsvn" },
		{ "mrenclave = \"*\"; mrsigner = \"" MRSIGNER "\"; isvprodid = \"7\"; isvsvn = 3;",
		    ATTEST_ACCEPT, "-" },
		{ "mrenclave = \"*\"; mrsigner = \"" MRSIGNER "\"; isvprodid = \"7\"; isvsvn = 4;",
		    ATTEST_REJECT, "isvsvn" },
		{ "mrenclave = \"*\"; mrsigner = \"" MRSIGNER "\"; isvprodid = \"8\"; isvsvn = 3;",
		    ATTEST_REJECT, "isvprodid" },
		{ "mrenclave = \"" MRENCLAVE "\"; mrsigner = \"" MRENCLAVE "\";", ATTEST_REJECT,
		    "mrsigner" },
	};
	struct intel_order order = lab_order(3, QUOTE_SGX);
	char pin[80], policy[1024];
	struct scene scene = lab_scene(&lab, &order, pin);

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		snprintf(policy, sizeof(policy), POLICY_HEAD "intel-sgx = { nonce = \"none\"; "
		    "roots = \"%s\"; %s };", pin, all[i].keys);
		scene_under(&scene, policy, (enum attest_verdict)all[i].verdict, all[i].rule);
	}
	/* Intel's own root stands where a policy names none. */
	scene_under(&scene, SGX_POLICY("nonce = \"none\"; " SGX_ANY), ATTEST_REJECT, "chain");
	scene_free(&scene);
	order.sgx_attributes |= 2;
	decided(&order, "", ATTEST_REJECT, "debug");
}

/* Nonce and key as bound_data.h has them signed. */
static void
test_bound(void **state)
{
	struct hash key = hash_of(bytes_of_text("a key"));
	struct hash other = hash_of(bytes_of_text("another"));
	struct bytes nonce = bytes_of_text("0123456789abcdef0123456789abcdef");
	struct hash bound = bound_data(nonce, &key);
	struct intel_order order = lab_order(5, QUOTE_TD_15);
	char pin[80], policy[1024];
	struct scene scene;

	(void)state;
	order.report_data = hash_bytes(&bound);
	scene = lab_scene(&lab, &order, pin);
	snprintf(policy, sizeof(policy), POLICY_HEAD "intel-tdx = { roots = \"%s\"; " TD_ANY " };",
	    pin);
	scene.policy = policy;
	scene_is(&scene, ATTEST_INDETERMINATE, "nonce");
	scene.nonce = nonce;
	scene_is(&scene, ATTEST_REJECT, "nonce");
	scene.spki = &key;
	scene_is(&scene, ATTEST_ACCEPT, "-");
	scene.spki = &other;
	scene_is(&scene, ATTEST_REJECT, "nonce");
	scene.spki = &key;
	scene.nonce = bytes_of_text("0123456789abcdef0123456789abcdeF");
	scene_is(&scene, ATTEST_REJECT, "nonce");
	scene_free(&scene);
}

/* What is kept from before changes no verdict, and more than there is room for is dropped. */
static void
test_memory(void **state)
{
	struct chain_memory *memory = chain_memory_new();
	struct intel_order order = lab_order(5, QUOTE_TD_15);

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		char pin[80], policy[1024];
		struct scene scene;

		order.level[1] = (struct lab_level){ 1, 1, i, 1, 1, "OutOfDate", NULL };
		scene = lab_scene(&lab, &order, pin);
		snprintf(policy, sizeof(policy), POLICY_HEAD "intel-tdx = { nonce = \"none\"; "
		    "roots = \"%s\"; " TD_ANY " };", pin);
		scene.policy = policy;
		scene.memory = memory;
		scene_is(&scene, ATTEST_ACCEPT, "-");
		scene_is(&scene, ATTEST_ACCEPT, "-");
		scene_at(&scene, "2026-12-18T00:00:00Z", ATTEST_REJECT, "crl");
		scene_under(&scene, TDX_POLICY("nonce = \"none\";"), ATTEST_REJECT, "chain");
		scene.piece[PIECE_INFO].at[40] ^= 1;
		scene_is(&scene, ATTEST_REJECT, "tcb-signature");
		scene_free(&scene);
	}
	chain_memory_free(memory);
}

/* Where in the log the digest of its first event in that register stands. */
static size_t
digest_at(const struct buffer *octets, uint32_t index)
{
	struct event_log log;
	struct event event;
	struct why why = { .err = ERR_OK };

	assert_int_equal(event_log_open(bytes_of_buffer(octets), &log, &why), ERR_OK);
	while (event_log_next(&log, &event, &why) == ERR_OK)
		if (event.index == index && event.type != EVENT_NO_ACTION)
			return (size_t)(event_digest(&event, DIGEST_SHA384).at - octets->at);
	fail();
	return 0;
}

/* Google's log beside a quote with the registers it leads to; then one bit of it changed. */
static void
test_log(void **state)
{
	struct buffer log = vectors_file("tests/data/attest/tdx/v4-gcp-cos113.ccel.bin");
	struct buffer quote = vectors_file("tests/data/attest/tdx/v4-gcp-cos113.quote.bin");
	struct intel_order order = lab_order(4, QUOTE_TD_10);
	char pin[80], policy[1024], rtmr[4][2 * QUOTE_MR + 1];
	struct scene scene;

	(void)state;
	order.rtmr = bytes_of(quote.at + 48 + TD_RTMR, 4 * QUOTE_MR);
	for (size_t i = 0; i < 4; i++)
		hex_of(bytes_slice(order.rtmr, i * QUOTE_MR, QUOTE_MR), rtmr[i]);
	scene = lab_scene(&lab, &order, pin);
	scene.piece[PIECE_LOG] = log;
	snprintf(policy, sizeof(policy), POLICY_HEAD "intel-tdx = { nonce = \"none\"; "
	    "roots = \"%s\"; mrtd = \"*\"; rtmr0 = \"%s\"; rtmr1 = \"%s\"; rtmr2 = \"%s\"; "
	    "rtmr3 = \"%s\"; };", pin, rtmr[0], rtmr[1], rtmr[2], rtmr[3]);
	scene.policy = policy;
	scene_is(&scene, ATTEST_ACCEPT, "-");
	assert_int_equal(scene_step(&scene, "log"), STEP_PASSED);
	for (uint32_t index = 1; index <= 3; index++) {
		size_t at = digest_at(&log, index);

		log.at[at] ^= 1;
		scene_is(&scene, ATTEST_REJECT, "log");
		log.at[at] ^= 1;
	}
	scene_free(&scene);
	buffer_free(&quote);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions), cmocka_unit_test(test_platform), cmocka_unit_test(test_tickets),
		cmocka_unit_test(test_many_tickets),
		cmocka_unit_test(test_module), cmocka_unit_test(test_restart),
		cmocka_unit_test(test_enclave),
		cmocka_unit_test(test_statuses), cmocka_unit_test(test_info),
		cmocka_unit_test(test_certificates), cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_sgx), cmocka_unit_test(test_bound),
		cmocka_unit_test(test_log), cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, lab_begin, lab_end);
}
