/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the policy accepts of a genuine SEV-SNP report, and what is claimed of one it accepts.
 *
 * Image: each of measurement, id_key_digest and author_key_digest that lists values vouches for
 * what it lists, and one that vouches is enough; "*" counts only if none of them lists values.
 * Place: chip says where a VCEK's chip stands, regions whose region a VLEK is of; either is
 * enough where both list values, and what lists values is never satisfied by what cannot tell.
 */
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "attest/snp_part.h"

const struct policy_key snp_keys[] = {
	{ "max_vmpl", POLICY_INTEGER, "the least privileged level that may ask, 0 to 3" },
	{ "measurement", POLICY_HEX, "launch digests, 48 octets" },
	{ "id_key_digest", POLICY_HEX, "SHA-384 of keys that vouch for an image by its ID "
	    "block; as good as a measurement" },
	{ "author_key_digest", POLICY_HEX, "SHA-384 of keys that vouch for such ID keys" },
	{ "host_data", POLICY_HEX, "what the host may give at the start, 32 octets" },
	{ "chip", POLICY_HEX, "chips that stand at our sites, 64 octets" },
	{ "regions", POLICY_TEXT, "regions whose VLEK counts: \"ap-northeast-1\"" },
	{ "tcb_milan", POLICY_TEXT, "least levels: \"bl=4 tee=0 snp=24 ucode=219\"" },
	{ "tcb_genoa", POLICY_TEXT, "the same for Genoa, Bergamo and Siena" },
	{ "tcb_turin", POLICY_TEXT, "the same for Turin, and fmc=1" },
	{ "ciphertext_hiding", POLICY_FLAG, "the host must not see encrypted memory" },
	{ "alias_check", POLICY_FLAG, "memory aliases must have been looked for at reset" },
	{ "aes_256", POLICY_FLAG, "memory must be encrypted with AES-256-XTS" },
	{ "rapl_off", POLICY_FLAG, "power must not be measurable by the host" },
	{ "smt_off", POLICY_FLAG, "cores must not be shared by threads" },
	{ "single_socket", POLICY_FLAG, "the guest must stay on one socket" },
	{ "no_page_swap", POLICY_FLAG, "the host must not move pages out" },
	{ NULL, POLICY_TEXT, NULL }
};

static bool
hold_vmpl(struct snp *s)
{
	int64_t most;

	if (s->report.vmpl > 3)
		return rule_break(s->a, SNP_RULE_VMPL, "a level of the guest, 0 to 3",
		    s->report.vmpl == UINT32_MAX ? "the host asked for it" : "%u",
		    s->report.vmpl);
	if (!policy_integer(s->dossier, s->a, "max_vmpl", &most))
		return rule_lack(s->a, SNP_RULE_VMPL, "max_vmpl", "the policy says nothing of it; "
		    "found %u", s->report.vmpl);
	return hold(s->a, SNP_RULE_VMPL, (int64_t)s->report.vmpl <= most, "at most max_vmpl",
	    "%u; max_vmpl is %lld", s->report.vmpl, (long long)most);
}

static bool
hold_floor(struct snp *s)
{
	const char *key, *text;
	struct snp_tcb floor;
	char found[SNP_TCB_TEXT];

	if (s->leaf.certificate == NULL)
		return rule_lack(s->a, SNP_RULE_FLOOR, "a certificate that names the product",
		    "none was given");
	key = snp_floor_key(s->leaf.family);
	text = policy_text(s->dossier, s->a, key);
	snp_tcb_text(s->leaf.family, &s->tcb, found);
	policy_observe_text(s->a, key, found);
	if (text == NULL)
		return rule_lack(s->a, SNP_RULE_FLOOR, key, "the policy says nothing of it; found "
		    "%s", found);
	policy_ends_text(s->dossier, s->a, key);
	if (strcmp(text, "*") == 0)
		return rule_skip(s->a, SNP_RULE_FLOOR, "the policy accepts any");
	if (!snp_floor_read(s->leaf.family, text, &floor))
		return rule_lack(s->a, SNP_RULE_FLOOR, "levels as \"bl=4 tee=0 snp=24 ucode=219\"",
		    "%s of the policy is \"%.100s\"", key, text);
	policy_ticket_text(s->dossier, s->a, key);
	return hold(s->a, SNP_RULE_FLOOR, snp_tcb_reaches(&s->tcb, &floor), text, "%s", found);
}

/* A protection is in force if the guest may not start without it, or the platform says so. */
static bool
hold_required(struct snp *s)
{
	uint64_t guest = s->report.policy, platform = s->report.platform;
	const struct { const char *key; bool good; } wanted[] = {
		{ "ciphertext_hiding", (guest & SNP_POLICY_HIDING) != 0 ||
		    (platform & SNP_PLATFORM_HIDING) != 0 },
		{ "alias_check", (platform & SNP_PLATFORM_ALIAS_CHECK) != 0 },
		{ "aes_256", (guest & SNP_POLICY_AES_256) != 0 },
		{ "rapl_off", (guest & SNP_POLICY_RAPL_OFF) != 0 ||
		    (platform & SNP_PLATFORM_RAPL_OFF) != 0 },
		{ "smt_off", (guest & SNP_POLICY_SMT) == 0 ||
		    (platform & SNP_PLATFORM_SMT) == 0 },
		{ "single_socket", (guest & SNP_POLICY_SINGLE_SOCKET) != 0 },
		{ "no_page_swap", (guest & SNP_POLICY_NO_SWAP) != 0 },
	};
	bool asked = false, required;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (!policy_flag(s->dossier, s->a, wanted[i].key, &required) || !required)
			continue;
		asked = true;
		if (!wanted[i].good)
			return rule_break(s->a, SNP_RULE_REQUIRED, wanted[i].key,
			    "guest policy %016llx, platform %016llx", (unsigned long long)guest,
			    (unsigned long long)platform);
	}
	return asked ? hold(s->a, SNP_RULE_REQUIRED, true, NULL, NULL) :
	    rule_skip(s->a, SNP_RULE_REQUIRED, "the policy requires none");
}

/* True: a voucher was found and the rule passed. */
static bool
vouched_by_key(struct snp *s, bool *silent, bool *lists)
{
	const struct { const char *key; struct bytes value; bool counts; } voucher[] = {
		{ "id_key_digest", s->report.id_key_digest, !snp_zero(s->report.id_key_digest) },
		{ "author_key_digest", s->report.author_key_digest, s->report.author_key &&
		    !snp_zero(s->report.author_key_digest) },
	};

	for (size_t i = 0; i < sizeof(voucher) / sizeof(voucher[0]); i++) {
		enum policy_answer answer = policy_listed_hex(s->dossier, s->a, voucher[i].key,
		    voucher[i].value);

		*silent = *silent && answer == POLICY_SILENT;
		*lists = *lists || (answer != POLICY_ANY && answer != POLICY_SILENT);
		if (answer != POLICY_LISTED || !voucher[i].counts)
			continue;
		s->vouched = voucher[i].key;
		policy_ticket_hex(s->dossier, s->a, voucher[i].key, voucher[i].value);
		return hold(s->a, SNP_RULE_IMAGE, true, NULL, NULL);
	}
	return false;
}

static bool
hold_image(struct snp *s)
{
	struct bytes measurement = s->report.measurement;
	enum policy_answer answer;

	policy_observe_hex(s->a, "measurement", s->report.measurement);
	answer = policy_listed_hex(s->dossier, s->a, "measurement",
	    measurement);
	bool silent = true, lists = false;
	char hex[2 * 48 + 1];

	policy_observe_hex(s->a, "measurement", measurement);
	if (answer == POLICY_LISTED)
		s->vouched = "measurement";
	else if (vouched_by_key(s, &silent, &lists))
		return true;
	if (answer == POLICY_LISTED || silent)
		return hold_listed_hex(s->dossier, s->a, SNP_RULE_IMAGE, "measurement",
		    measurement);
	hex_of(measurement, hex);
	if (lists || answer == POLICY_OTHER || answer == POLICY_PAST)
		return rule_break(s->a, SNP_RULE_IMAGE, "a value on the policy's lists",
		    "measurement %s%s", hex, answer == POLICY_PAST ? ", at another time" : "");
	policy_ticket_hex(s->dossier, s->a, "measurement", measurement);
	return rule_skip(s->a, SNP_RULE_IMAGE, "the policy accepts any");
}

static bool
hold_host_data(struct snp *s)
{
	if (snp_zero(s->report.host_data) && policy_listed_hex(s->dossier, s->a, "host_data",
	    s->report.host_data) == POLICY_SILENT)
		return rule_skip(s->a, SNP_RULE_HOST_DATA, "the host gave none, and none is asked");
	return hold_listed_hex(s->dossier, s->a, SNP_RULE_HOST_DATA, "host_data",
	    s->report.host_data);
}

/* --- place -------------------------------------------------------------------------------- */

static bool
hold_chip(struct snp *s, enum policy_answer chip)
{
	s->chip_listed = chip == POLICY_LISTED;
	return hold_listed_hex(s->dossier, s->a, SNP_RULE_CHIP, "chip", s->report.chip_id);
}

static bool
hold_place_chip(struct snp *s, enum policy_answer chip)
{
	enum policy_answer regions = policy_listed_text(s->dossier, s->a, "regions", "");

	if (!hold_chip(s, chip))
		return false;
	if (regions == POLICY_SILENT || regions == POLICY_ANY || s->chip_listed)
		return rule_skip(s->a, SNP_RULE_REGION, "a VCEK names no region; its chip counts");
	return rule_break(s->a, SNP_RULE_REGION, "a VLEK of a listed region, or a listed chip",
	    "a VCEK, which names no region");
}

static bool
hold_place_region(struct snp *s, enum policy_answer chip)
{
	struct bytes region = snp_region(s->leaf.csp_id);
	char name[SNP_CSP_TEXT];
	bool listed;

	snprintf(name, sizeof(name), "%.*s", region.len > 0 ? (int)region.len :
	    (int)sizeof(name) - 1, region.len > 0 ? (const char *)region.at : s->leaf.csp_id);
	listed = policy_listed_text(s->dossier, s->a, "regions", name) == POLICY_LISTED;
	if (chip == POLICY_SILENT || chip == POLICY_ANY || listed)
		rule_skip(s->a, SNP_RULE_CHIP, "a VLEK names no chip; its region counts");
	else if (!hold_listed_text(s->dossier, s->a, SNP_RULE_REGION, "regions", name))
		return false;
	else
		return rule_break(s->a, SNP_RULE_CHIP, "a listed chip, or a VLEK of a listed "
		    "region", "a VLEK of %.100s, which names no chip", name);
	return hold_listed_text(s->dossier, s->a, SNP_RULE_REGION, "regions", name);
}

static bool
hold_place(struct snp *s)
{
	enum policy_answer chip = policy_listed_hex(s->dossier, s->a, "chip", s->report.chip_id);

	if (s->leaf.certificate == NULL)
		return rule_lack(s->a, SNP_RULE_CHIP, "a certificate that names chip or region",
		    "none was given");
	return s->leaf.signer == SNP_VLEK ? hold_place_region(s, chip) : hold_place_chip(s, chip);
}

bool
snp_policy_hold(struct snp *s)
{
	/* Without a policy all that ask it lack something; what is wrong by itself still shows. */
	(void)hold_policy(s->dossier, s->a, SNP_RULE_POLICY);
	return hold_vmpl(s) && hold_floor(s) && hold_required(s) &&
	    hold_image(s) && hold_host_data(s) && hold_place(s);
}

/* --- claims ------------------------------------------------------------------------------- */

static void
claim_place(struct snp *s, struct claims *claims)
{
	struct bytes region = snp_region(s->leaf.csp_id);

	if (s->leaf.signer != SNP_VLEK) {
		claims_octets(claims, CLAIM_SERIAL, s->report.chip_id);
		claims_flag(claims, "snp.chip_listed", s->chip_listed);
		return;
	}
	claims_text(claims, "snp.csp_id", bytes_of_text(s->leaf.csp_id));
	if (region.len == 0)
		return;
	claims_text(claims, CLAIM_PROVIDER, bytes_of_text("aws"));
	claims_text(claims, CLAIM_REGION, region);
	/* Without a nonce of ours it may be of any time, and anybody may carry it here. */
	claims_text(claims, CLAIM_PLACE_GRADE, bytes_of_text(s->dossier->nonce.len > 0 &&
	    s->a->partition[s->a->open].parent < 0 ? "A" : "C"));
}

void
snp_claim(struct snp *s)
{
	struct claims *claims = &s->a->claims;
	char levels[SNP_TCB_TEXT];

	if (s->a->verdict != ATTEST_ACCEPT)
		return;
	snp_tcb_text(s->leaf.family, &s->tcb, levels);
	claims_text(claims, CLAIM_HARDWARE, bytes_of_text("AMD SEV-SNP"));
	claims_text(claims, CLAIM_VENDOR, bytes_of_text("AMD"));
	claims_text(claims, CLAIM_MODEL, bytes_of_text(s->leaf.product));
	claims_text(claims, CLAIM_FIRMWARE, bytes_of_text(levels));
	claims_octets(claims, CLAIM_MEASUREMENT, s->report.measurement);
	claims_flag(claims, CLAIM_DEBUG, false);
	claims_flag(claims, CLAIM_CONFIDENTIAL, true);
	if (s->a->partition[s->a->open].parent < 0)	/* else it is what holds this one */
		claims_octets(claims, CLAIM_REPORT_DATA, s->report.report_data);
	if (s->dossier->spki != NULL)
		claims_octets(claims, CLAIM_KEY_SPKI, hash_bytes(s->dossier->spki));
	claim_place(s, claims);
	claims_text(claims, "snp.signer", bytes_of_text(s->leaf.signer == SNP_VLEK ? "VLEK" :
	    "VCEK"));
	claims_number(claims, "snp.version", s->report.version);
	claims_number(claims, "snp.vmpl", s->report.vmpl);
	claims_number(claims, "snp.policy", s->report.policy);
	claims_number(claims, "snp.platform", s->report.platform);
	claims_octets(claims, "snp.host_data", s->report.host_data);
	claims_octets(claims, "snp.id_key_digest", s->report.id_key_digest);
	claims_octets(claims, "snp.report_id", s->report.report_id);
	if (s->report.author_key)
		claims_octets(claims, "snp.author_key_digest", s->report.author_key_digest);
	if (s->vouched != NULL)
		claims_text(claims, "snp.vouched", bytes_of_text(s->vouched));
	claims_time(claims, CLAIM_EXPIRES, certificate_until_s(s->leaf.certificate) * 1000);
	claims_time(claims, CLAIM_COLLATERAL_UNTIL, chain_until_s(&s->chain, &s->pool) * 1000);
}
