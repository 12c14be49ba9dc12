/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a genuine quote is worth: Intel's signed word on the levels of the platform, of the TDX
 * module and of the quoting enclave, and whether the policy admits the worst of them.
 */
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "attest/intel_part.h"
#include "attest/intel_signed.h"
#include "attest/signature.h"
#include "monitor/base/timetext.h"

enum { INFO_VERSION = 3, IDENTITY_VERSION = 2, ATTRIBUTES = 16, MISCSELECT = 4, SHORT = 80 };

/* --- the collateral's own signatures and dates -------------------------------------------- */

static X509 *
signer_find(const struct intel *q, size_t from)
{
	for (size_t i = from; i < q->pool.certificates; i++)
		if (intel_is_named(q->pool.certificate[i], "Intel SGX TCB Signing"))
			return q->pool.certificate[i];
	return NULL;
}

static bool
hold_signer(struct intel *q)
{
	struct why why = { .err = ERR_OK };
	size_t from = q->pool.certificates;
	X509 *signer;

	if (intel_role_add(q, &q->pool, "tcb-chain", &why) != ERR_OK)
		return rule_break(q->a, INTEL_TCB_CHAIN, NULL, "%.190s", why.text);
	signer = signer_find(q, from);
	if (signer == NULL)
		return rule_break(q->a, INTEL_TCB_CHAIN, "Intel SGX TCB Signing",
		    "no certificate of that name among %zu", q->pool.certificates - from);
	if (!hold_chain(q->dossier, q->a, INTEL_TCB_CHAIN, INTEL_TCB_TIME, "roots", &q->pool,
	    signer, 0, &q->tcb_chain))
		return false;
	/* Authorities of platforms must not say what platforms are worth. */
	if (q->tcb_chain.count != 2)
		return rule_break(q->a, INTEL_TCB_CHAIN, "issued by the root itself",
		    "%zu certificates lead to the root", q->tcb_chain.count);
	return hold_unrevoked(q->dossier, q->a, INTEL_TCB_CRL, INTEL_TCB_REVOKED, &q->root_lists,
	    &q->tcb_chain, 0);
}

/* Parsed once for as long as the memory keeps it: Intel's answers change once a day at most. */
static enum err
document_read(const struct intel *q, struct bytes body, int64_t version, struct tcb_document *out,
    struct why *why)
{
	struct chain_memory *memory = q->dossier->memory;
	struct hash hash = memory != NULL ? hash_of(body) : (struct hash){ { 0 } };
	struct json_t *known = memory != NULL ? chain_memory_object(memory, hash) : NULL;
	enum err err = tcb_document_read(body, version, known, out, why);

	if (err == ERR_OK && memory != NULL && known == NULL)
		chain_memory_object_keep(memory, hash, tcb_document_share(out), tcb_share_drop);
	return err;
}

struct signed_rules { size_t signature, form, current; };

/* Nobody reads what is not signed. */
static bool
hold_document(struct intel *q, const struct signed_rules *rules, const char *role,
    const char *name, int64_t version, struct tcb_document *out)
{
	struct why why = { .err = ERR_OK };
	struct signed_text text;
	char at[TIME_TEXT], from[TIME_TEXT], until[TIME_TEXT];

	if (signed_read(dossier_item(q->dossier, role), name, &text, &why) != ERR_OK)
		return rule_break(q->a, rules->signature, "as Intel's service sends it", "%.190s",
		    why.text);
	if (!hold(q->a, rules->signature, signature_ecdsa_raw(
	    X509_get0_pubkey(q->tcb_chain.link[0]), DIGEST_SHA256, text.body,
	    bytes_of(text.signature, SIGNED_SIGNATURE)), "a signature by Intel SGX TCB Signing",
	    "another"))
		return false;
	if (!hold(q->a, rules->form, document_read(q, text.body, version, out, &why) == ERR_OK,
	    NULL, "%.190s", why.text))
		return false;
	time_utc(q->dossier->at_s * 1000, at);
	time_utc(out->from_s * 1000, from);
	time_utc(out->until_s * 1000, until);
	return hold(q->a, rules->current, out->from_s <= q->dossier->at_s &&
	    q->dossier->at_s <= out->until_s, at, "in force from %s to %s", from, until);
}

static bool
hold_info(struct intel *q)
{
	static const struct signed_rules rules = { INTEL_INFO_SIGNATURE, INTEL_INFO_FORM,
		INTEL_INFO_CURRENT };
	const char *id = intel_is_td(q) ? "TDX" : "SGX";
	uint8_t fmspc[PCK_FMSPC], pce_id[PCK_PCE_ID];
	char have[SHORT], want[SHORT], hex[2][2 * PCK_FMSPC + 1];
	struct why why = { .err = ERR_OK };

	if (!hold_document(q, &rules, "tcb-info", "tcbInfo", INFO_VERSION, &q->info))
		return false;
	if (tcb_octets(&q->info, "fmspc", fmspc, PCK_FMSPC, &why) != ERR_OK ||
	    tcb_octets(&q->info, "pceId", pce_id, PCK_PCE_ID, &why) != ERR_OK)
		return rule_break(q->a, INTEL_INFO_FORM, NULL, "%.190s", why.text);
	hex_of(bytes_of(fmspc, PCK_FMSPC), hex[0]);
	hex_of(bytes_of(q->pck.fmspc, PCK_FMSPC), hex[1]);
	snprintf(have, sizeof(have), "%s, FMSPC %s, PCE-ID %02x%02x", q->info.id, hex[0], pce_id[0],
	    pce_id[1]);
	snprintf(want, sizeof(want), "%s, FMSPC %s, PCE-ID %02x%02x", id, hex[1], q->pck.pce_id[0],
	    q->pck.pce_id[1]);
	return hold(q->a, INTEL_FMSPC, strcmp(have, want) == 0, want, "%s", have);
}

static bool
hold_evaluation(struct intel *q)
{
	int64_t least, have = q->info.evaluation < q->identity.evaluation ? q->info.evaluation :
	    q->identity.evaluation;
	char want[SHORT];

	if (!policy_integer(q->dossier, q->a, "evaluation", &least))
		return rule_skip(q->a, INTEL_EVALUATION, "the policy names no least evaluation; "
		    "nextUpdate bounds its age");
	snprintf(want, sizeof(want), "evaluation %lld or later", (long long)least);
	return hold(q->a, INTEL_EVALUATION, have >= least, want, "%lld", (long long)have);
}

/* --- the quoting enclave ------------------------------------------------------------------ */

static bool
masked_equal(struct bytes found, const uint8_t *expected, const uint8_t *mask)
{
	for (size_t i = 0; i < found.len; i++)
		if ((found.at[i] & mask[i]) != expected[i])
			return false;
	return true;
}

/* What of the enclave differs; NULL: nothing. */
static enum err
identity_compare(const struct intel *q, const char **differs, struct why *why)
{
	struct bytes report = q->quote.qe_report;
	uint8_t signer[HASH_LEN], value[ATTRIBUTES], mask[ATTRIBUTES], misc[MISCSELECT],
	    misc_mask[MISCSELECT];
	int64_t product;
	enum err err = tcb_octets(&q->identity, "mrsigner", signer, HASH_LEN, why);

	if (err == ERR_OK)
		err = tcb_octets(&q->identity, "attributes", value, ATTRIBUTES, why);
	if (err == ERR_OK)
		err = tcb_octets(&q->identity, "attributesMask", mask, ATTRIBUTES, why);
	if (err == ERR_OK)
		err = tcb_octets(&q->identity, "miscselect", misc, MISCSELECT, why);
	if (err == ERR_OK)
		err = tcb_octets(&q->identity, "miscselectMask", misc_mask, MISCSELECT, why);
	if (err == ERR_OK)
		err = tcb_number(&q->identity, "isvprodid", &product, why);
	if (err != ERR_OK)
		return err;
	*differs = strcmp(q->identity.id, intel_is_td(q) ? "TD_QE" : "QE") != 0 ? "id" :
	    memcmp(report.at + SGX_MRSIGNER, signer, HASH_LEN) != 0 ? "mrsigner" :
	    (int64_t)quote_number(report, SGX_PRODUCT, 2) != product ? "isvprodid" :
	    !masked_equal(bytes_slice(report, SGX_ATTRIBUTES, ATTRIBUTES), value, mask) ?
	    "attributes" :
	    !masked_equal(bytes_slice(report, SGX_MISCSELECT, MISCSELECT), misc, misc_mask) ?
	    "miscselect" : NULL;
	return ERR_OK;
}

static bool
hold_identity(struct intel *q)
{
	static const struct signed_rules rules = { INTEL_IDENTITY_SIGNATURE, INTEL_IDENTITY_FORM,
		INTEL_IDENTITY_CURRENT };
	const char *differs = NULL;
	struct why why = { .err = ERR_OK };
	enum err err;

	if (!hold_document(q, &rules, "qe-identity", "enclaveIdentity", IDENTITY_VERSION,
	    &q->identity))
		return false;
	if (identity_compare(q, &differs, &why) != ERR_OK)
		return rule_break(q->a, INTEL_IDENTITY_FORM, NULL, "%.190s", why.text);
	if (!hold(q->a, INTEL_IDENTITY, differs == NULL, q->identity.id, "another %s",
	    differs != NULL ? differs : ""))
		return false;
	err = tcb_enclave_level(&q->identity,
	    (unsigned)quote_number(q->quote.qe_report, SGX_SVN, 2), &q->qe, &why);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return rule_break(q->a, INTEL_IDENTITY_FORM, NULL, "%.190s", why.text);
	return hold(q->a, INTEL_QE_LEVEL, err == ERR_OK, "a level it reaches", "%.190s", why.text);
}

/* --- module and platform ------------------------------------------------------------------ */

static bool
hold_module(struct intel *q)
{
	struct bytes signer = intel_field(q, TD_MRSIGNERSEAM, QUOTE_MR);
	struct bytes attributes = intel_field(q, TD_SEAM_ATTRIBUTES, SEAM_ATTRIBUTES);
	struct why why = { .err = ERR_OK };
	enum err err;

	if (!intel_is_td(q))
		return rule_skip(q->a, INTEL_MODULE, "an enclave has no TDX module") &&
		    rule_skip(q->a, INTEL_MODULE_LEVEL, "an enclave has no TDX module");
	err = tcb_module_level(&q->info, intel_field(q, TD_TEE_TCB_SVN, QUOTE_SVN).at, &q->module,
	    &why);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return rule_break(q->a, INTEL_INFO_FORM, NULL, "%.190s", why.text);
	if (!q->module.described)
		return rule_break(q->a, INTEL_MODULE, "a module that Intel describes", "%.190s",
		    why.text);
	if (!hold(q->a, INTEL_MODULE, bytes_equal(signer, bytes_of(q->module.mrsigner, SEAM_MR)) &&
	    masked_equal(attributes, q->module.attributes, q->module.mask),
	    "the signer and attributes of Intel's module", "other ones"))
		return false;
	if (!q->module.leveled)
		return rule_skip(q->a, INTEL_MODULE_LEVEL,
		    "a module of TDX 1.0 is judged with the platform");
	return hold(q->a, INTEL_MODULE_LEVEL, err == ERR_OK, "a level it reaches", "%.190s",
	    why.text);
}

static bool
hold_level(struct intel *q)
{
	const uint8_t *svn = intel_is_td(q) ? intel_field(q, TD_TEE_TCB_SVN, QUOTE_SVN).at : NULL;
	char components[2 * PCK_COMPONENTS + 1], module[2 * QUOTE_SVN + 1] = "-";
	struct why why = { .err = ERR_OK };
	enum err err = tcb_platform_level(&q->info, &q->pck, svn, &q->platform, &why);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return rule_break(q->a, INTEL_INFO_FORM, NULL, "%.190s", why.text);
	hex_of(bytes_of(q->pck.component, PCK_COMPONENTS), components);
	if (svn != NULL)
		hex_of(bytes_of(svn, QUOTE_SVN), module);
	return hold(q->a, INTEL_LEVEL, err == ERR_OK, "a level it reaches",
	    "%.60s: SGX components %s, PCESVN %u, TDX %s", why.text, components, q->pck.pce_svn,
	    module);
}

/* --- what the policy admits --------------------------------------------------------------- */

static void
status_join(struct intel *q)
{
	q->status = tcb_status_worst(q->platform.status, q->qe.status);
	if (q->module.leveled)
		q->status = tcb_status_worst(q->status, q->module.level.status);
	q->found = true;
}

/*
 * Whether the host's TDX module was updated since the domain was started (tee_tcb_svn2, TDX 1.5),
 * so that it would reach a better level if it were started again.
 */
static bool
restart_helps(const struct intel *q)
{
	struct bytes now = intel_field(q, TD_TEE_TCB_SVN_2, QUOTE_SVN);
	struct tcb_level platform;
	struct tcb_module module;
	enum tcb_status status;

	if (q->quote.kind != QUOTE_TD_15 ||
	    tcb_platform_level(&q->info, &q->pck, now.at, &platform, NULL) != ERR_OK ||
	    tcb_module_level(&q->info, now.at, &module, NULL) != ERR_OK)
		return false;
	status = tcb_status_worst(platform.status, q->qe.status);
	if (module.leveled)
		status = tcb_status_worst(status, module.level.status);
	return status < q->status;
}

static bool
hold_status(struct intel *q)
{
	const char *name = tcb_status_name(q->status);
	char text[STEP_TEXT];
	enum policy_answer answer;

	snprintf(text, sizeof(text), "%s: platform %s (%.10s), module %s, quoting enclave %s%s",
	    name, tcb_status_name(q->platform.status), q->platform.date, q->module.leveled ?
	    tcb_status_name(q->module.level.status) : "-", tcb_status_name(q->qe.status),
	    restart_helps(q) ? "; starting the domain again would do" : "");
	if (!hold(q->a, INTEL_STATUS_REVOKED, q->status != TCB_REVOKED, "any but Revoked", "%s",
	    text))
		return false;
	if (q->status == TCB_UP_TO_DATE)
		return hold(q->a, INTEL_STATUS, true, NULL, NULL);
	answer = policy_listed_text(q->dossier, q->a, "status", name);
	if (answer == POLICY_SILENT)
		return rule_lack(q->a, INTEL_STATUS, "UpToDate, or a list \"status\"", "%s", text);
	if (answer == POLICY_ANY)
		return rule_skip(q->a, INTEL_STATUS, "the policy accepts any but Revoked");
	(void)policy_ticket_listed(q->dossier, q->a, "status", name);
	return hold(q->a, INTEL_STATUS, answer == POLICY_LISTED,
	    "UpToDate, or one on the policy's list", "%s%s", text,
	    answer == POLICY_PAST ? ", accepted at another time" : "");
}

/* The first of a level's advisories that is not accepted; NULL: none. */
static const char *
advisory_open(const struct intel *q, const struct tcb_level *level, bool *silent)
{
	const char *id;

	for (size_t i = 0; (id = tcb_advisory(level, i)) != NULL; i++) {
		enum policy_answer answer = policy_listed_text(q->dossier, q->a, "advisories", id);

		if (answer != POLICY_LISTED && answer != POLICY_ANY) {
			*silent = answer == POLICY_SILENT;
			return id;
		}
		(void)policy_ticket_listed(q->dossier, q->a, "advisories", id);
	}
	return NULL;
}

static bool
hold_advisories(struct intel *q)
{
	const struct tcb_level *levels[] = { &q->platform, &q->module.level, &q->qe };
	const char *open = NULL;
	bool silent = false, any = false;

	for (size_t i = 0; open == NULL && i < 3; i++) {
		any = any || tcb_advisory(levels[i], 0) != NULL;
		open = advisory_open(q, levels[i], &silent);
	}
	if (!any)
		return rule_skip(q->a, INTEL_ADVISORIES, "no advisory stands against these levels");
	if (open != NULL && silent)
		return rule_lack(q->a, INTEL_ADVISORIES, "advisories",
		    "the policy says nothing of them; found %.60s", open);
	return hold(q->a, INTEL_ADVISORIES, open == NULL, "those on the policy's list", "%.60s",
	    open != NULL ? open : "");
}

static bool
complete(struct intel *q)
{
	static const char *const roles[] = { "tcb-info", "qe-identity", "tcb-chain" };

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (dossier_item(q->dossier, roles[i]).len == 0) {
			char hex[2 * PCK_FMSPC + 1];

			hex_of(bytes_of(q->pck.fmspc, PCK_FMSPC), hex);
			rule_lack(q->a, INTEL_COLLATERAL, roles[i],
			    "none was given (FMSPC %s)", hex);
			return false;
		}
	return hold(q->a, INTEL_COLLATERAL, true, NULL, NULL);
}

bool
intel_levels(struct intel *q)
{
	if (!complete(q))
		return true;
	if (hold_signer(q) && hold_info(q) && hold_identity(q) && hold_evaluation(q) &&
	    hold_module(q) && hold_level(q)) {
		status_join(q);
		return hold_status(q) && hold_advisories(q);
	}
	return q->a->verdict != ATTEST_REJECT;
}
