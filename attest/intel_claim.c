/* SPDX-License-Identifier: Apache-2.0 */
/* Policies' answers and claims that quotes of TDX and SGX have in common; see intel_part.h. */
#include <stdio.h>
#include <string.h>

#include "attest/intel_part.h"

enum { TEXT = 128, HEADER = 48, VENDOR_AT = 12 };

bool
intel_allowed(struct intel *q, size_t rule, bool set, const char *key)
{
	bool allowed;

	if (!set)
		return hold(q->a, rule, true, NULL, NULL);
	if (!policy_flag(q->dossier, q->a, key, &allowed))
		return rule_lack(q->a, rule, key, "it is so, and the policy says nothing of it");
	return allowed ? rule_skip(q->a, rule, "the policy lets it pass") :
	    rule_break(q->a, rule, "the policy's no", "it is so");
}

bool
intel_listed(struct intel *q, size_t rule, const char *key, struct bytes value)
{
	if (octets_zero(value) && policy_listed_hex(q->dossier, q->a, key, value) == POLICY_SILENT)
		return rule_skip(q->a, rule, "it is not used: all zero");
	return hold_listed_hex(q->dossier, q->a, rule, key, value);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
claim_levels(struct intel *q, bool td)
{
	struct claims *claims = &q->a->claims;
	char text[TEXT];

	snprintf(text, sizeof(text), "%s, %.10s", tcb_status_name(q->status), q->platform.date);
	claims_text(claims, CLAIM_FIRMWARE, bytes_of_text(text));
	claims_text(claims, td ? "tdx.tcb.status" : "sgx.tcb.status",
	    bytes_of_text(tcb_status_name(q->status)));
	claims_text(claims, td ? "tdx.tcb.date" : "sgx.tcb.date", bytes_of_text(q->platform.date));
	claims_number(claims, td ? "tdx.tcb.evaluation" : "sgx.tcb.evaluation",
	    (uint64_t)q->info.evaluation);
	claims_time(claims, CLAIM_COLLATERAL_UNTIL, 1000 * earlier(
	    earlier(chain_until_s(&q->chain, &q->pck_lists),
	    chain_until_s(&q->tcb_chain, &q->root_lists)),
	    earlier(q->info.until_s, q->identity.until_s)));
	ending_note(q->a, "tcb-info", q->info.from_s * 1000, q->info.until_s * 1000);
	ending_note(q->a, "qe-identity", q->identity.from_s * 1000, q->identity.until_s * 1000);
}

void
intel_claim(struct intel *q, struct bytes measurement, struct bytes report_data)
{
	struct claims *claims = &q->a->claims;
	bool td = intel_is_td(q);

	claims_text(claims, CLAIM_HARDWARE, bytes_of_text(td ? "Intel TDX" : "Intel SGX"));
	claims_text(claims, CLAIM_VENDOR, bytes_of_text("Intel"));
	claims_flag(claims, CLAIM_CONFIDENTIAL, true);
	claims_flag(claims, CLAIM_DEBUG, false);
	claims_octets(claims, CLAIM_MEASUREMENT, measurement);
	claims_octets(claims, CLAIM_REPORT_DATA, report_data);
	claims_number(claims, td ? "tdx.quote.version" : "sgx.quote.version", q->quote.version);
	/* The platform that Intel's certificate was made for; another TCB level keeps it. */
	if (!octets_zero(bytes_of(q->pck.ppid, PCK_PPID)))
		claims_octets(claims, CLAIM_SERIAL, bytes_of(q->pck.ppid, PCK_PPID));
	claims_octets(claims, td ? "tdx.fmspc" : "sgx.fmspc", bytes_of(q->pck.fmspc, PCK_FMSPC));
	if (q->dossier->spki != NULL)
		claims_octets(claims, CLAIM_KEY_SPKI, hash_bytes(q->dossier->spki));
	if (q->found)
		claim_levels(q, td);
}

bool
intel_looks_quote(struct bytes octets, uint32_t tee)
{
	static const uint8_t vendor[] = { 0x93, 0x9a, 0x72, 0x33 };

	return octets.len > HEADER && octets.at[0] >= 3 && octets.at[0] <= 5 && octets.at[1] == 0 &&
	    (octets.at[0] == 3 ? tee == QUOTE_TEE_SGX : quote_number(octets, 4, 4) == tee) &&
	    memcmp(octets.at + VENDOR_AT, vendor, sizeof(vendor)) == 0;
}

static bool
begins(struct bytes octets, const char *with)
{
	return octets.len > strlen(with) && memcmp(octets.at, with, strlen(with)) == 0;
}

bool
intel_looks_info(struct bytes octets)
{
	return begins(octets, "{\"tcbInfo\":{");
}

bool
intel_looks_identity(struct bytes octets)
{
	return begins(octets, "{\"enclaveIdentity\":{");
}
