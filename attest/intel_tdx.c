/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of quotes of Intel TDX: what was started in the trust domain, and how. */
#include <stdlib.h>

#include "attest/event_log.h"
#include "attest/intel_part.h"
#include "monitor/base/i18n.h"

enum {
	RULE_ATTRIBUTES = INTEL_RULES, RULE_SEPT, RULE_MIGRATABLE, RULE_PERFMON, RULE_MRTD,
	RULE_RTMR, RULE_MRSEAM = RULE_RTMR + QUOTE_RTMRS, RULE_CONFIGID, RULE_OWNER,
	RULE_OWNERCONFIG, RULE_SERVICE, RULE_LOG, RULE_COUNT
};

/* Bits of ATTRIBUTES (Intel TDX Module Base Specification, TD attributes). */
#define BIT(n) (UINT64_C(1) << (n))
#define SEPT_VE_DISABLE BIT(28)
#define MIGRATABLE      BIT(29)
#define PERFMON         BIT(63)
/* Those above, and LASS, PKS, Key Locker: harmless to who is inside. */
#define KNOWN (BIT(27) | SEPT_VE_DISABLE | MIGRATABLE | BIT(30) | BIT(31) | PERFMON)

#define ADVICE_MEASURE N_("compare the found value with the build of that image; if it is yours, " \
	"add it to the policy, else do not trust the domain")
#define ADVICE_HOST N_("ask who starts the domain what the value stands for; add it to the " \
	"policy or have it started without")
#define CLAUSE_REPORT "Intel TDX Module Base Specification, TDINFO_STRUCT"

static const struct rule rules[RULE_COUNT] = {
#define RULE(NAME, name, broken, clause, text, advice) \
	[INTEL_##NAME] = { name, ATTEST_##broken, clause, text, advice },
#include "attest/intel_rule_list.h"
	[RULE_ATTRIBUTES] = { "attributes", ATTEST_INDETERMINATE,
	    "Intel TDX Module Base Specification, ATTRIBUTES",
	    N_("the domain has an attribute whose meaning is not known here"),
	    N_("look the bit up in Intel's specification; a newer sekimori may know it") },
	[RULE_SEPT] = { "sept-ve", ATTEST_REJECT, "Intel TDX Module Base Specification, ATTRIBUTES",
	    N_("the host can raise exceptions inside the domain by taking pages away "
	    "(SEPT_VE_DISABLE is not set)"),
	    N_("have it started with SEPT_VE_DISABLE, as Linux needs, or set sept_ve = true for "
	    "another system") },
	[RULE_MIGRATABLE] = { "migratable", ATTEST_REJECT,
	    "Intel TDX Module Base Specification, ATTRIBUTES",
	    N_("the domain can be moved to another machine by a migration service"),
	    N_("have it started without MIGRATABLE, or set migratable = true and pin the service "
	    "in \"mrservicetd\"") },
	[RULE_PERFMON] = { "perfmon", ATTEST_REJECT,
	    "Intel TDX Module Base Specification, ATTRIBUTES",
	    N_("the domain was started with performance monitoring"),
	    N_("have it started without PERFMON, or set perfmon = true if the carrier bears it") },
	[RULE_MRTD] = { "mrtd", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("another firmware was started than the policy accepts"), ADVICE_MEASURE },
	[RULE_RTMR] = { "rtmr0", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("firmware settings (RTMR0) differ from those the policy accepts"),
	    ADVICE_MEASURE },
	[RULE_RTMR + 1] = { "rtmr1", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("another boot loader or kernel (RTMR1) was started than the policy accepts"),
	    ADVICE_MEASURE },
	[RULE_RTMR + 2] = { "rtmr2", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("another system (RTMR2) was started than the policy accepts"), ADVICE_MEASURE },
	[RULE_RTMR + 3] = { "rtmr3", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("what the running system measured (RTMR3) is not what the policy accepts"),
	    ADVICE_MEASURE },
	[RULE_MRSEAM] = { "mrseam", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("another TDX module is loaded than the policy accepts"),
	    N_("compare the found value with Intel's release of the module; add it, or have the "
	    "provider load the one you expect") },
	[RULE_CONFIGID] = { "mrconfigid", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("the configuration that the host gave (MRCONFIGID) is not one the policy accepts"),
	    ADVICE_HOST },
	[RULE_OWNER] = { "mrowner", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("the owner that the host named (MROWNER) is not one the policy accepts"),
	    ADVICE_HOST },
	[RULE_OWNERCONFIG] = { "mrownerconfig", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("the owner's configuration (MROWNERCONFIG) is not one the policy accepts"),
	    ADVICE_HOST },
	[RULE_SERVICE] = { "mrservicetd", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("a service domain is bound to it (MRSERVICETD) that the policy does not accept"),
	    ADVICE_HOST },
	[RULE_LOG] = { "log", ATTEST_REJECT,
	    "TCG PC Client Platform Firmware Profile, 10.2; ACPI CCEL",
	    N_("the event log does not lead to the registers in the quote"),
	    N_("read the log again on that machine; if it stays so, nothing it says of the start "
	    "can be believed") }
};

static const struct ruleset set = {
	.name = "intel-tdx", .title = N_("Intel TDX quote"),
	.limit = N_("It proves which firmware and system were started in a domain closed to the "
	    "host, and the platform's level at that time; not where the machine stands, not what "
	    "the system did afterwards, and nothing against who can open the machine's case."),
	.rule = rules, .count = RULE_COUNT
};

static bool
looks(struct bytes octets)
{
	return intel_looks_quote(octets, QUOTE_TEE_TDX);
}

static const struct attest_role roles[] = {
	{ "quote", true, N_("the quote, octets as the host gave them"), looks },
	{ "tcb-info", false, N_("Intel's TCB info for its FMSPC (tdx/certification/v4/tcb), JSON"),
	    intel_looks_info },
	{ "qe-identity", false, N_("identity of the TD quoting enclave, JSON"),
	    intel_looks_identity },
	{ "tcb-chain", false, N_("TCB-Info-Issuer-Chain of the same answer, PEM"), NULL },
	{ "pck-crl", false, N_("revoked PCK certificates, by the authority that issued it"), NULL },
	{ "root-crl", false, N_("revoked certificates of Intel SGX Root CA"), NULL },
	{ "log", false, N_("the event log of the start: the ACPI table CCEL's area"), NULL },
	{ "root", false, N_("Intel SGX Root CA, where the quote does not bring it"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "status", POLICY_TEXT, "TCB statuses that are admitted beside UpToDate" },
	{ "advisories", POLICY_TEXT, "Intel's advisories that are accepted: INTEL-SA-..." },
	{ "evaluation", POLICY_INTEGER, "least tcbEvaluationDataNumber" },
	{ "mrtd", POLICY_HEX, "measurements of the firmware" },
	{ "rtmr0", POLICY_HEX, "RTMR0: settings of the firmware" },
	{ "rtmr1", POLICY_HEX, "RTMR1: boot loader and kernel" },
	{ "rtmr2", POLICY_HEX, "RTMR2: system and command line" },
	{ "rtmr3", POLICY_HEX, "RTMR3: what the running system measures" },
	{ "mrseam", POLICY_HEX, "TDX modules; silent: any that Intel signed, by its level" },
	{ "mrconfigid", POLICY_HEX, "configurations given by the host; silent: none" },
	{ "mrowner", POLICY_HEX, "owners named by the host; silent: none" },
	{ "mrownerconfig", POLICY_HEX, "configurations of the owner; silent: none" },
	{ "mrservicetd", POLICY_HEX, "service domains bound to it; silent: none" },
	{ "migratable", POLICY_FLAG, "whether it may be moved by a migration service" },
	{ "perfmon", POLICY_FLAG, "whether it may use performance counters" },
	{ "sept_ve", POLICY_FLAG, "whether SEPT_VE_DISABLE may be missing" },
	{ "strict_trailing", POLICY_FLAG, "whether octets behind the quote must be zero" },
	{ NULL, POLICY_TEXT, NULL }
};

static bool
hold_attributes(struct intel *q)
{
	uint64_t bits = quote_number(intel_field(q, TD_ATTRIBUTES, 8), 0, 8);

	/* Unknown is not refused: it only cannot be accepted. */
	(void)hold(q->a, RULE_ATTRIBUTES, (bits & ~KNOWN) == 0, "attributes that are known",
	    "%016llx", (unsigned long long)bits);
	return intel_allowed(q, RULE_SEPT, (bits & SEPT_VE_DISABLE) == 0, "sept_ve") &&
	    intel_allowed(q, RULE_MIGRATABLE, (bits & MIGRATABLE) != 0, "migratable") &&
	    intel_allowed(q, RULE_PERFMON, (bits & PERFMON) != 0, "perfmon");
}

static struct bytes
rtmr(const struct intel *q, size_t which)
{
	return intel_field(q, TD_RTMR + which * QUOTE_MR, QUOTE_MR);
}

static bool
hold_module_value(struct intel *q)
{
	struct bytes value = intel_field(q, TD_MRSEAM, QUOTE_MR);

	if (policy_listed_hex(q->dossier, q->a, "mrseam", value) == POLICY_SILENT)
		return rule_skip(q->a, RULE_MRSEAM, "it is judged by its signer and level");
	return hold_listed_hex(q->dossier, q->a, RULE_MRSEAM, "mrseam", value);
}

static bool
hold_measurements(struct intel *q)
{
	static const char *const names[] = { "rtmr0", "rtmr1", "rtmr2", "rtmr3" };
	struct bytes service = intel_field(q, TD_MRSERVICETD, QUOTE_MR);

	if (!hold_listed_hex(q->dossier, q->a, RULE_MRTD, "mrtd",
	    intel_field(q, TD_MRTD, QUOTE_MR)))
		return false;
	for (size_t i = 0; i < QUOTE_RTMRS; i++)
		if (!hold_listed_hex(q->dossier, q->a, RULE_RTMR + i, names[i], rtmr(q, i)))
			return false;
	return hold_module_value(q) && intel_listed(q, RULE_CONFIGID, "mrconfigid",
	    intel_field(q, TD_MRCONFIGID, QUOTE_MR)) && intel_listed(q, RULE_OWNER, "mrowner",
	    intel_field(q, TD_MROWNER, QUOTE_MR)) && intel_listed(q, RULE_OWNERCONFIG,
	    "mrownerconfig", intel_field(q, TD_MROWNERCONFIG, QUOTE_MR)) &&
	    (service.len > 0 ? intel_listed(q, RULE_SERVICE, "mrservicetd", service) :
	    rule_skip(q->a, RULE_SERVICE, "a quote of TDX 1.0 does not say"));
}

/*
 * Index 1 of a CCEL is RTMR0 (Intel TDX Virtual Firmware Design Guide).  RTMR3 belongs to the
 * running system: it is compared where the log speaks of it.
 */
static bool
hold_log(struct intel *q, struct bytes log)
{
	struct event_replay *replay;
	struct why why = { .err = ERR_OK };
	enum err err;
	bool good = true;

	if (log.len == 0)
		return rule_skip(q->a, RULE_LOG, "no log was given");
	replay = memory_new(1, sizeof(*replay));
	err = event_log_replay(log, DIGEST_SHA384, replay, &why);
	if (err != ERR_OK)
		good = rule_break(q->a, RULE_LOG, "a log in the TCG's form", "%.180s", why.text);
	for (size_t i = 0; good && i < QUOTE_RTMRS; i++) {
		struct bytes value = bytes_of(replay->value[i + 1], QUOTE_MR);
		char want[2 * QUOTE_MR + 1], have[2 * QUOTE_MR + 1];

		hex_of(rtmr(q, i), want);
		hex_of(value, have);
		if (i < 3 || (replay->touched & 1u << (i + 1)) != 0)
			good = hold(q->a, RULE_LOG, bytes_equal(rtmr(q, i), value), want,
			    "RTMR%zu by the log: %s", i, have);
	}
	free(replay);
	return good;
}

static void
claim(struct intel *q)
{
	static const char *const rtmrs[] = { "tdx.rtmr0", "tdx.rtmr1", "tdx.rtmr2", "tdx.rtmr3" };
	static const struct { const char *name; size_t at, len; bool always; } fields[] = {
		{ "tdx.mrseam", TD_MRSEAM, QUOTE_MR, true },
		{ "tdx.tee_tcb_svn", TD_TEE_TCB_SVN, QUOTE_SVN, true },
		{ "tdx.attributes", TD_ATTRIBUTES, 8, true },
		{ "tdx.xfam", TD_XFAM, 8, true },
		{ "tdx.mrconfigid", TD_MRCONFIGID, QUOTE_MR, false },
		{ "tdx.mrowner", TD_MROWNER, QUOTE_MR, false },
		{ "tdx.mrownerconfig", TD_MROWNERCONFIG, QUOTE_MR, false },
		{ "tdx.tee_tcb_svn2", TD_TEE_TCB_SVN_2, QUOTE_SVN, false },
		{ "tdx.mrservicetd", TD_MRSERVICETD, QUOTE_MR, false },
	};
	uint64_t bits = quote_number(intel_field(q, TD_ATTRIBUTES, 8), 0, 8);

	intel_claim(q, intel_field(q, TD_MRTD, QUOTE_MR),
	    intel_field(q, TD_REPORT_DATA, QUOTE_REPORT_DATA));
	for (size_t i = 0; i < QUOTE_RTMRS; i++)
		claims_octets(&q->a->claims, rtmrs[i], rtmr(q, i));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct bytes value = intel_field(q, fields[i].at, fields[i].len);

		if (fields[i].always || !octets_zero(value))
			claims_octets(&q->a->claims, fields[i].name, value);
	}
	claims_flag(&q->a->claims, "tdx.migratable", (bits & MIGRATABLE) != 0);
	claims_flag(&q->a->claims, "tdx.log", dossier_item(q->dossier, "log").len > 0);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct intel *q = memory_new(1, sizeof(*q));

	if (intel_open(dossier, a, QUOTE_TEE_TDX, q) && intel_levels(q) && hold_attributes(q) &&
	    hold_measurements(q) && hold_log(q, dossier_item(dossier, "log")))
		claim(q);
	intel_close(q);
	free(q);
}

const struct verifier verifier_intel_tdx = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
