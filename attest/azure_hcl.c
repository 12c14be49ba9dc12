/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of Azure's confidential VMs.  The processor's report speaks of the runtime data by
 * its hash, the runtime data names the vTPM's attestation key, and that key signs our nonce: each
 * link is judged, the first and the last as parts by verifiers of their own.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/azure_hcl_read.h"
#include "attest/policy.h"
#include "attest/snp_read.h"
#include "attest/tpm_quote.h"
#include "monitor/base/i18n.h"

/* The names that azure_hcl_rule_list.h writes its answers with. */
#define REJECT        ATTEST_REJECT
#define INDETERMINATE ATTEST_INDETERMINATE

enum rule_number {
#define RULE(NAME, name, answer, clause, text, advice) RULE_##NAME,
#include "attest/azure_hcl_rule_list.h"
	RULE_COUNT
};

static const struct rule rules[RULE_COUNT] = {
#define RULE(NAME, name, answer, clause, text, advice) \
	[RULE_##NAME] = { name, answer, clause, text, advice },
#include "attest/azure_hcl_rule_list.h"
};

static const struct ruleset set = {
	.name = "azure-hcl", .title = N_("Azure confidential VM: HCL report and vTPM"),
	.limit = N_("It proves that the vTPM's key lives in a closed machine on that hardware, and "
	    "that it answered us; not in which region: that is in Azure's attested instance "
	    "document. The paravisor, Microsoft's, is trusted with the vTPM."),
	.rule = rules, .count = RULE_COUNT
};

static bool
looks(struct bytes octets)
{
	return octets.len > HCL_HARDWARE + HCL_HARDWARE_LEN && memcmp(octets.at, "HCLA", 4) == 0;
}

static const struct attest_role roles[] = {
	{ "hcl", true, N_("the HCL report: the vTPM's NV index 0x01400001"), looks },
	{ "quote", true, N_("the vTPM's quote over our nonce: TPMS_ATTEST"), NULL },
	{ "signature", true, N_("its signature: TPMT_SIGNATURE"), NULL },
	{ "pcrs", false, N_("values of the registers, as tpm2_pcrread prints them"), NULL },
	{ "log", false, N_("event log of the firmware (binary_bios_measurements)"), NULL },
	{ "statement", false, N_("the vTPM's certification of another key: TPMS_ATTEST"), NULL },
	{ "statement-signature", false, N_("its signature: TPMT_SIGNATURE"), NULL },
	{ "object", false, N_("public area of that other key"), NULL },
	{ "certificate", false, N_("SEV-SNP: the VCEK certificate"), NULL },
	{ "chain", false, N_("SEV-SNP: AMD's signing key and root key, PEM"), NULL },
	{ "crl", false, N_("SEV-SNP: AMD's revocation list"), NULL },
	{ "td-quote", false, N_("TDX: the quote that Azure makes of the TDREPORT"), NULL },
	{ "tcb-info", false, N_("TDX: Intel's TCB info, JSON"), NULL },
	{ "qe-identity", false, N_("TDX: identity of the TD quoting enclave, JSON"), NULL },
	{ "tcb-chain", false, N_("TDX: TCB-Info-Issuer-Chain, PEM"), NULL },
	{ "pck-crl", false, N_("TDX: revoked PCK certificates"), NULL },
	{ "root-crl", false, N_("TDX: revoked certificates of Intel SGX Root CA"), NULL },
	{ "root", false, N_("TDX: Intel SGX Root CA"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "secure_boot", POLICY_FLAG, "whether secure boot must have been on" },
	{ "no_console", POLICY_FLAG, "whether the serial console must be off" },
	{ "vm_id", POLICY_TEXT, "machines that count, by vmUniqueId, letters as it has them" },
	{ NULL, POLICY_TEXT, NULL }
};

struct azure {
	const struct dossier *dossier;
	struct appraisal     *a;
	struct hcl            hcl;
	struct hcl_runtime    runtime;
	struct hash           bound;	/* SHA-256 of the runtime data */
	struct hash           spki;	/* of the attestation key */
	EVP_PKEY             *key;
	struct dossier        inner;
};

/* --- the blob ----------------------------------------------------------------------------- */

static bool
hold_blob(struct azure *z)
{
	struct appraisal *a = z->a;
	struct bytes blob = dossier_item(z->dossier, "hcl");
	struct why why = { .err = ERR_OK };
	struct hash of;

	if (hcl_read(blob, &z->hcl, &why) != ERR_OK)
		return rule_break(a, RULE_FORM, "HCLA, the hardware's report, runtime data",
		    "%.190s", why.text);
	hold(a, RULE_FORM, true, NULL, NULL);
	if (!hold(a, RULE_VERSION, z->hcl.version == 1 || z->hcl.version == 2, "1 or 2", "%u",
	    z->hcl.version) ||
	    !hold(a, RULE_KIND, z->hcl.kind == HCL_SNP || z->hcl.kind == HCL_TDX,
	    "2 (SEV-SNP) or 4 (TDX)", "%u", z->hcl.kind) ||
	    !hold(a, RULE_HASH, z->hcl.hash == HCL_SHA256, "1 (SHA-256)", "%u", z->hcl.hash))
		return false;
	z->bound = hash_of(z->hcl.json);
	if (!hold_octets(a, RULE_BINDING, hash_bytes(&z->bound),
	    bytes_slice(z->hcl.report_data, 0, HASH_LEN)) ||
	    !hold(a, RULE_BINDING, snp_zero(bytes_slice(z->hcl.report_data, HASH_LEN, HASH_LEN)),
	    "zeros behind it", "other octets"))
		return false;
	if (hcl_runtime_read(z->hcl.json, &z->runtime, &why) != ERR_OK)
		return rule_break(a, RULE_RUNTIME, "one RSA key HCLAkPub", "%.150s", why.text);
	of = hash_of3(bytes_of_text("HCLAkPub"), z->hcl.json, bytes_of(NULL, 0));
	z->key = chain_memory_key(z->dossier->memory, of, &z->spki);
	if (z->key == NULL) {
		z->key = key_of_rsa(bytes_of(z->runtime.modulus, z->runtime.modulus_len),
		    z->runtime.exponent);
		z->spki = key_spki(z->key);
		chain_memory_key_keep(z->dossier->memory, of, z->key, z->spki);
	}
	return hold(a, RULE_RUNTIME, z->key != NULL && z->runtime.modulus_len >= 256,
	    "an RSA key of 2048 bits at least", "%zu octets of modulus", z->runtime.modulus_len);
}

/* --- parts -------------------------------------------------------------------------------- */

/* A dossier for a part: the items named, under the names the part's verifier has for them. */
static void
inner_open(struct azure *z, const char *const names[][2], size_t count)
{
	z->inner = (struct dossier){ .at_s = z->dossier->at_s, .policy = z->dossier->policy,
	    .memory = z->dossier->memory, .nonce = z->dossier->nonce };
	for (size_t i = 0; i < z->dossier->count; i++)
		for (size_t n = 0; n < count; n++)
			if (strcmp(z->dossier->item[i].role, names[n][0]) == 0)
				dossier_put(&z->inner, names[n][1], z->dossier->item[i].octets);
}

static bool
inner_judge(struct azure *z, const char *kind)
{
	const struct verifier *verifier = verifier_find(kind);

	/* What its report must hold is not our nonce but the runtime data. */
	z->inner.nonce = hash_bytes(&z->bound);
	if (verifier == NULL)
		return rule_break(z->a, RULE_KIND, "a verifier of that hardware", "none of %s",
		    kind);
	hold(z->a, RULE_HARDWARE, true, NULL, NULL);
	part_open(z->a, verifier->set);
	verifier->judge(&z->inner, z->a);
	return part_close(z->a);
}

static bool
hold_snp(struct azure *z)
{
	static const char *const names[][2] = { { "certificate", "certificate" },
		{ "chain", "chain" }, { "crl", "crl" } };
	struct snp_report report = { .vmpl = UINT32_MAX };

	if (!snp_report_read(z->hcl.hardware, &report) ||
	    !hold(z->a, RULE_PARAVISOR, report.vmpl == 0, "VMPL 0", "%u", report.vmpl))
		return false;
	inner_open(z, names, sizeof(names) / sizeof(names[0]));
	dossier_put(&z->inner, "report", z->hcl.hardware);
	return inner_judge(z, "sev-snp");
}

static bool
hold_tdx(struct azure *z)
{
	static const char *const names[][2] = { { "td-quote", "quote" },
		{ "tcb-info", "tcb-info" }, { "qe-identity", "qe-identity" },
		{ "tcb-chain", "tcb-chain" }, { "pck-crl", "pck-crl" }, { "root-crl", "root-crl" },
		{ "root", "root" } };

	rule_skip(z->a, RULE_PARAVISOR, "a TDREPORT has no privilege level");
	if (dossier_item(z->dossier, "td-quote").len == 0)
		return rule_lack(z->a, RULE_HARDWARE, "td-quote", "none was given");
	inner_open(z, names, sizeof(names) / sizeof(names[0]));
	return inner_judge(z, "intel-tdx");
}

static bool
hold_quote(struct azure *z, const struct tpm_vouched *vouched)
{
	static const char *const names[][2] = { { "quote", "quote" },
		{ "signature", "signature" }, { "pcrs", "pcrs" }, { "log", "log" } };

	if (dossier_item(z->dossier, "quote").len == 0)
		return rule_lack(z->a, RULE_QUOTE, "a quote and its signature", "none was given");
	hold(z->a, RULE_QUOTE, true, NULL, NULL);
	inner_open(z, names, sizeof(names) / sizeof(names[0]));
	return tpm_quote_inside(&z->inner, z->a, vouched);
}

/* The key asked for is that of the machine itself, or one that its vTPM certifies. */
static bool
hold_key(struct azure *z, const struct tpm_vouched *vouched)
{
	static const char *const names[][2] = { { "statement", "statement" },
		{ "statement-signature", "signature" }, { "object", "object" } };

	if (dossier_item(z->dossier, "statement").len == 0)
		return hold_spki(z->dossier, z->a, RULE_KEY, z->spki);
	rule_skip(z->a, RULE_KEY, "another key is certified by it, judged by tpm-certify");
	inner_open(z, names, sizeof(names) / sizeof(names[0]));
	z->inner.spki = z->dossier->spki;
	return tpm_certify_inside(&z->inner, z->a, vouched);
}

/* --- policy ------------------------------------------------------------------------------- */

static bool
hold_settings(struct azure *z)
{
	bool wanted;

	(void)hold_policy(z->dossier, z->a, RULE_POLICY);
	if (!policy_flag(z->dossier, z->a, "secure_boot", &wanted))
		rule_lack(z->a, RULE_SECURE_BOOT, "secure_boot", "the policy says nothing of it; "
		    "found %s", z->runtime.secure_boot ? "on" : "off");
	else if (!wanted)
		rule_skip(z->a, RULE_SECURE_BOOT, "the policy accepts any");
	else if (!hold(z->a, RULE_SECURE_BOOT, z->runtime.secure_boot, "on", "off or not said"))
		return false;
	if (!policy_flag(z->dossier, z->a, "no_console", &wanted) || !wanted)
		rule_skip(z->a, RULE_CONSOLE, "the policy does not ask");
	else if (!hold(z->a, RULE_CONSOLE, z->runtime.console_said && !z->runtime.console, "off",
	    z->runtime.console ? "on" : "not said"))
		return false;
	return hold_listed_text(z->dossier, z->a, RULE_MACHINE, "vm_id", z->runtime.vm_id);
}

static void
claim(struct azure *z)
{
	struct claims *claims = &z->a->claims;
	struct bytes value;

	if (z->a->verdict != ATTEST_ACCEPT)
		return;
	claims_text(claims, CLAIM_PROVIDER, bytes_of_text("azure"));
	claims_text(claims, CLAIM_INSTANCE, bytes_of_text(z->runtime.vm_id));
	claims_octets(claims, "azure.ak", hash_bytes(&z->spki));
	if (!claims_get(claims, CLAIM_KEY_SPKI, &value))
		claims_octets(claims, CLAIM_KEY_SPKI, hash_bytes(&z->spki));
	claims_flag(claims, "azure.secure_boot", z->runtime.secure_boot);
	claims_flag(claims, "azure.tpm", z->runtime.tpm);
	if (z->runtime.console_said)
		claims_flag(claims, "azure.console", z->runtime.console);
}

static bool
judge_with(struct azure *z)
{
	struct tpm_vouched vouched;

	if (!hold_blob(z) || !(z->hcl.kind == HCL_SNP ? hold_snp(z) : hold_tdx(z)))
		return false;
	vouched = (struct tpm_vouched){ .key = z->key, .spki = z->spki,
	    .by = "Azure's HCL report" };
	return hold_quote(z, &vouched) && hold_key(z, &vouched) && hold_settings(z);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct azure *z = memory_new(1, sizeof(*z));

	z->dossier = dossier;
	z->a = a;
	if (judge_with(z))
		claim(z);
	EVP_PKEY_free(z->key);
	free(z);
}

const struct verifier verifier_azure_hcl = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
