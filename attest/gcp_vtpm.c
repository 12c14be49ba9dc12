/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of virtual TPMs of Google Cloud: Google certifies each machine's attestation key,
 * with its zone and project inside; that key signs the quote.
 */
#include <inttypes.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "attest/gcp_instance.h"
#include "attest/policy.h"
#include "attest/tpm_quote.h"
#include "monitor/base/i18n.h"

enum {
	RULE_CERTIFICATE, RULE_CHAIN, RULE_DATES, RULE_LIST, RULE_REVOKED, RULE_INSTANCE,
	RULE_PRODUCTION, RULE_POLICY, RULE_REGION, RULE_PROJECT, RULE_MACHINE, RULE_COUNT
};

#define EXTENSION "Google Cloud, extension " GCP_INSTANCE_OID " (google/go-tpm-tools)"

static const struct rule rules[RULE_COUNT] = {
	[RULE_CERTIFICATE] = { "certificate", ATTEST_REJECT, "RFC 5280, 4.1",
	    N_("the certificate of the machine's attestation key cannot be read"),
	    N_("read it from NV index 0x01c10002 (ECC) or 0x01c10000 (RSA) of the machine's TPM; "
	    "give the intermediate and the root as certificates=FILE") },
	[RULE_CHAIN] = { "chain", ATTEST_REJECT, "RFC 5280, 6.1",
	    N_("the certificate does not end at Google's EK/AK root"),
	    N_("get the intermediate named in the certificate (CA Issuers) and give it as "
	    "certificates=FILE; if it is there, the certificate is not Google's") },
	[RULE_DATES] = { "dates", ATTEST_REJECT, "RFC 5280, 4.1.2.5",
	    N_("one of Google's certificates was not valid at that second"),
	    N_("judge as of the second the quote was received") },
	[RULE_LIST] = { "crl", ATTEST_REJECT, "RFC 5280, 6.3",
	    N_("the revocation list is not the intermediate's, or not in force at that second"),
	    N_("fetch it again, or say crl = \"if_given\": Google names no list in these "
	    "certificates") },
	[RULE_REVOKED] = { "revoked", ATTEST_REJECT, "RFC 5280, 6.3",
	    N_("Google revoked the certificate of the machine"),
	    N_("trust nothing this machine signs; ask Google why") },
	[RULE_INSTANCE] = { "instance-info", ATTEST_REJECT, EXTENSION,
	    N_("the certificate does not say in which zone and project the machine is"),
	    N_("give the certificate of the attestation key, not that of the endorsement key") },
	[RULE_PRODUCTION] = { "production", ATTEST_REJECT, EXTENSION,
	    N_("Google says that this is not a machine in production"),
	    N_("refuse it, and ask the operator which machine answered: Google's "
	    "own test environments are not ours") },
	[RULE_POLICY] = { "policy", ATTEST_INDETERMINATE, "RFC 9334, 8.5",
	    N_("no policy says which machines of Google Cloud the carrier accepts"),
	    N_("give a policy with the sections gcp-vtpm (regions, projects) and tpm-quote") },
	[RULE_REGION] = { "region", ATTEST_REJECT, EXTENSION,
	    N_("Google signed for a region that the policy does not accept"),
	    N_("ask the operator why the machine runs there; add the region to \"regions\" only if "
	    "the contract allows it") },
	[RULE_PROJECT] = { "project", ATTEST_REJECT, EXTENSION,
	    N_("the machine belongs to a project that the policy does not accept"),
	    N_("find out whose project it is; add it to \"projects\" only if it is the "
	    "operator's") },
	[RULE_MACHINE] = { "instance", ATTEST_REJECT, EXTENSION,
	    N_("it is another machine than those the policy names"),
	    N_("add its number to \"instances\", or leave that key out to accept all of the "
	    "project") },
};

static const struct ruleset set = {
	.name = "gcp-vtpm", .title = N_("Google Cloud virtual TPM"),
	.limit = N_("It proves that Google signed for the zone of this machine and for how it was "
	    "started; not that its memory is closed to Google or its host, and not that whoever "
	    "answers us is that machine, unless the nonce bound it to the connection."),
	.rule = rules, .count = RULE_COUNT
};

static const struct attest_role roles[] = {
	{ "quote", true, N_("what the TPM stated: TPMS_ATTEST"), NULL },
	TPM_ROLES,
	{ "pcrs", false, N_("values of the registers, as tpm2_pcrread prints them"), NULL },
	{ "log", false, N_("event log of the firmware (binary_bios_measurements)"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "regions", POLICY_TEXT, "regions as Google names them: asia-northeast1" },
	{ "projects", POLICY_TEXT, "project ids that are accepted" },
	{ "instances", POLICY_TEXT, "numbers of machines; asked only if named" },
	{ NULL, POLICY_TEXT, NULL }
};

struct machine {
	struct pool         pool;
	struct chain        chain;
	struct gcp_instance instance;
	char                zone[GCP_NAME_MAX + 1], project[GCP_NAME_MAX + 1], number[24];
};

static void
text_of(struct bytes from, char out[GCP_NAME_MAX + 1])
{
	memcpy(out, from.at, from.len);
	out[from.len] = '\0';
}

static bool
certificate_hold(const struct dossier *dossier, struct appraisal *a, struct machine *machine)
{
	struct why why = { .err = ERR_OK };
	enum err err = pool_add(&machine->pool, dossier, dossier_item(dossier, "ak-certificate"),
	    &why);

	if (err == ERR_OK && machine->pool.certificates == 0)
		err = why_set(&why, ERR_MALFORMED, "there is a revocation list and no certificate");
	if (err == ERR_OK)
		err = pool_add_role(&machine->pool, dossier, "certificates", &why);
	return hold(a, RULE_CERTIFICATE, err == ERR_OK || err == ERR_NOT_FOUND, NULL, "%.190s",
	    why.text) && hold_chain(dossier, a, RULE_CHAIN, RULE_DATES, "roots", &machine->pool,
	    machine->pool.certificate[0], 0, &machine->chain) &&
	    hold_unrevoked(dossier, a, RULE_LIST, RULE_REVOKED, &machine->pool, &machine->chain, 0);
}

static bool
instance_hold(struct appraisal *a, struct machine *machine)
{
	struct gcp_instance *instance = &machine->instance;
	struct why why = { .err = ERR_OK };

	if (!hold(a, RULE_INSTANCE, gcp_instance_read(certificate_extension(
	    machine->pool.certificate[0], GCP_INSTANCE_OID), instance, &why) == ERR_OK, NULL,
	    "%.190s", why.text))
		return false;
	text_of(instance->zone, machine->zone);
	text_of(instance->project, machine->project);
	snprintf(machine->number, sizeof(machine->number), "%" PRIu64, instance->instance);
	return hold(a, RULE_PRODUCTION, instance->production, "production", "not production");
}

static bool
place_hold(const struct dossier *dossier, struct appraisal *a, const struct machine *machine)
{
	return hold_policy(dossier, a, RULE_POLICY) &&
	    hold_listed_text(dossier, a, RULE_REGION, "regions", machine->instance.region) &&
	    hold_listed_text(dossier, a, RULE_PROJECT, "projects", machine->project) &&
	    (policy_listed_text(dossier, a, "instances", machine->number) == POLICY_SILENT ?
	    rule_skip(a, RULE_MACHINE, "the policy names none") :
	    hold_listed_text(dossier, a, RULE_MACHINE, "instances", machine->number));
}

static void
claim(struct claims *claims, const struct machine *machine)
{
	struct bytes digest;

	claims_text(claims, CLAIM_HARDWARE, bytes_of_text("Google vTPM 2.0"));
	claims_text(claims, CLAIM_PROVIDER, bytes_of_text("Google Cloud"));
	claims_text(claims, CLAIM_REGION, bytes_of_text(machine->instance.region));
	claims_text(claims, CLAIM_ZONE, bytes_of_text(machine->zone));
	claims_text(claims, CLAIM_PLACE_GRADE, bytes_of_text("A"));
	claims_text(claims, CLAIM_ACCOUNT, bytes_of_text(machine->project));
	claims_text(claims, CLAIM_INSTANCE, bytes_of_text(machine->number));
	claims_text(claims, "gcp.instance.name", machine->instance.name);
	claims_number(claims, "gcp.project.number", machine->instance.project_number);
	claims_time(claims, CLAIM_COLLATERAL_UNTIL,
	    chain_until_s(&machine->chain, &machine->pool) * 1000);
	if (claims_get(claims, "tpm.measurement", &digest))
		claims_octets(claims, CLAIM_MEASUREMENT, digest);
	if (claims_get(claims, "tpm.firmware", &digest))
		claims_text(claims, CLAIM_FIRMWARE, digest);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct machine machine = { .project = "" };
	struct tpm_vouched vouched = { .by = "Google certified it with the machine's zone" };

	if (certificate_hold(dossier, a, &machine) && instance_hold(a, &machine)) {
		vouched.key = X509_get0_pubkey(machine.pool.certificate[0]);
		vouched.spki = certificate_spki(machine.pool.certificate[0]);
		if (tpm_quote_inside(dossier, a, &vouched) && place_hold(dossier, a, &machine))
			claim(&a->claims, &machine);
	}
	pool_free(&machine.pool);
}

const struct verifier verifier_gcp_vtpm = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
