/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of quotes: what a TPM says its registers hold (TPM2_Quote). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/policy.h"
#include "attest/tpm_pcr.h"
#include "attest/tpm_quote.h"
#include "monitor/base/i18n.h"

enum {
	RULE_BANK = TPM_RULE_COUNT, RULE_DIGEST, RULE_LOG, RULE_KEY, RULE_TRUST,
	RULE_MEASUREMENT = RULE_TRUST + TPM_TRUST_COUNT, RULE_PCR, RULE_COUNT
};

static const struct rule rules[RULE_COUNT] = {
#define RULE(NAME, name, answer, clause, text, advice)                                      \
	[TPM_RULE_##NAME] = { name, answer, clause, text, advice },
#include "attest/tpm_rule_list.h"
#undef RULE
	[RULE_BANK] = { "bank", ATTEST_REJECT, "NIST SP 800-131A, 9",
	    N_("the quote is over registers of SHA-1, or over none"),
	    N_("quote the bank of SHA-256 (tpm2_quote -l sha256:0,1,2,...); if the TPM has none, "
	    "allocate it with tpm2_pcrallocate") },
	[RULE_DIGEST] = { "pcr-digest", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 3, TPM2_Quote",
	    N_("the values of registers that were given are not those that were signed"),
	    N_("read the registers and quote them again one right after the other; if it stays, "
	    "somebody lies about what was started") },
	[RULE_LOG] = { "log", ATTEST_REJECT,
	    "TCG PC Client Platform Firmware Profile, TCG_PCR_EVENT2",
	    N_("the event log does not end in the values that were signed: believe nothing in it"),
	    N_("fetch binary_bios_measurements from the machine again, after it was started; if it "
	    "stays, the log was altered") },
	[RULE_KEY] = { "key", ATTEST_REJECT, "RFC 9334, 7.4",
	    N_("it was signed by another attestation key than the one it must speak of"),
	    N_("ask the machine whose key that is for its own quote: this one is "
	    "of another TPM, or of another key of it") },
#define RULE(NAME, name, answer, clause, text, advice)                                      \
	[RULE_TRUST + TPM_TRUST_##NAME] = { name, answer, clause, text, advice },
#include "attest/tpm_trust_list.h"
#undef RULE
	[RULE_MEASUREMENT] = { "measurement", ATTEST_REJECT,
	    "TCG TPM 2.0 Library, Part 2, TPMS_QUOTE_INFO",
	    N_("the digest over all quoted registers is not one the policy accepts"),
	    N_("find out what was started since; if it is an update of yours, put its digest into "
	    "measurement of the policy") },
	[RULE_PCR] = { "pcr", ATTEST_REJECT, "TCG PC Client Platform Firmware Profile, PCR usage",
	    N_("a register does not hold a value the policy accepts"),
	    N_("compare the event log of that register with one from when it was good; if the "
	    "change is yours, put the value into the register's key of the policy") },
};

static const struct ruleset set = {
	.name = "tpm-quote", .title = N_("TPM 2.0 quote of measured boot"),
	.limit = N_("It proves what was measured when the machine was started, to a TPM that is "
	    "known; not what runs now, and not that whoever answers us is that machine, unless "
	    "the nonce bound it to the connection."),
	.rule = rules, .count = RULE_COUNT
};

static bool
looks(struct bytes octets)
{
	return octets.len > 6 && memcmp(octets.at, "\xff" "TCG\x80\x18", 6) == 0;
}

static const struct attest_role roles[] = {
	{ "quote", true, N_("what the TPM stated: TPMS_ATTEST"), looks },
	TPM_ROLES,
	{ "pcrs", false, N_("values of the registers, as tpm2_pcrread prints them"), NULL },
	{ "log", false, N_("event log of the firmware (binary_bios_measurements)"), NULL },
	{ NULL, false, NULL, NULL },
};

#define PCR_KEY(n) { "pcr" #n, POLICY_HEX, "values of PCR " #n " that are accepted" }
static const struct policy_key keys[] = {
	TPM_KEYS,
	{ "measurement", POLICY_HEX, "digests over all quoted registers that are accepted" },
	PCR_KEY(0), PCR_KEY(1), PCR_KEY(2), PCR_KEY(3), PCR_KEY(4), PCR_KEY(5), PCR_KEY(6),
	PCR_KEY(7), PCR_KEY(8), PCR_KEY(9), PCR_KEY(10), PCR_KEY(11), PCR_KEY(12), PCR_KEY(13),
	PCR_KEY(14), PCR_KEY(15), PCR_KEY(16), PCR_KEY(17), PCR_KEY(18), PCR_KEY(19),
	PCR_KEY(20), PCR_KEY(21), PCR_KEY(22), PCR_KEY(23),
	{ NULL, POLICY_TEXT, NULL }
};

struct quote {
	struct tpm_signer signer;
	bool              proven;	/* the values below are those that were signed */
	struct pcr_values values;
	uint32_t          explained;	/* registers of the first bank that the log explains */
	struct event_replay replay;
};

/* --- registers ---------------------------------------------------------------------------- */

static bool
bank_hold(struct appraisal *a, const struct tpm_attest *attest)
{
	uint32_t any = 0;

	for (size_t i = 0; i < attest->selections; i++) {
		enum digest digest;

		any |= attest->selection[i].registers;
		if (!tpm_digest(attest->selection[i].hash, &digest))
			return rule_break(a, RULE_BANK, "SHA-256, SHA-384 or SHA-512", "%s",
			    tpm_algorithm_name(attest->selection[i].hash));
	}
	return hold(a, RULE_BANK, any != 0, "registers", "none are selected");
}

static bool
digest_hold(const struct dossier *dossier, struct appraisal *a, struct quote *quote)
{
	const struct tpm_attest *attest = &quote->signer.attest;
	struct bytes text = dossier_item(dossier, "pcrs");
	struct why why = { .err = ERR_OK };
	uint8_t digest[DIGEST_MAX];
	uint16_t hash = quote->signer.signature.hash;
	enum digest kind;
	enum err err;

	if (text.len == 0)
		return rule_skip(a, RULE_DIGEST, "no values of registers were given");
	err = pcr_values_read(text, &quote->values, &why);
	if (err == ERR_OK)
		err = pcr_values_digest(&quote->values, attest, hash, digest, &why);
	if (err == ERR_NOT_FOUND)
		return rule_lack(a, RULE_DIGEST, "the value of each register that was quoted",
		    "%.180s", why.text);
	if (err != ERR_OK || !tpm_digest(hash, &kind))
		return rule_break(a, RULE_DIGEST, NULL, "%.190s", why.text);
	quote->proven = hold_octets(a, RULE_DIGEST, bytes_of(digest, digest_len(kind)),
	    attest->digest);
	return quote->proven;
}

static bool
log_hold(const struct dossier *dossier, struct appraisal *a, struct quote *quote)
{
	const struct tpm_selection *selection = &quote->signer.attest.selection[0];
	struct bytes log = dossier_item(dossier, "log");
	struct why why = { .err = ERR_OK };
	enum digest digest;
	unsigned wrong;

	if (log.len == 0)
		return rule_skip(a, RULE_LOG, "no log was given");
	if (!quote->proven)
		return rule_lack(a, RULE_LOG, "the values of registers", "none to compare");
	if (!tpm_digest(selection->hash, &digest) ||
	    event_log_replay(log, digest, &quote->replay, &why) != ERR_OK)
		return rule_break(a, RULE_LOG, NULL, "%.190s", why.text);
	quote->explained = pcr_values_explained(&quote->values, selection, &quote->replay, &wrong);
	if (wrong < TPM_REGISTERS) {
		char expected[2 * DIGEST_MAX + 1], found[2 * DIGEST_MAX + 1];

		hex_of(pcr_value(&quote->values, selection->hash, wrong), expected);
		hex_of(bytes_of(quote->replay.value[wrong], digest_len(digest)), found);
		return rule_break(a, RULE_LOG, expected, "PCR %u replayed is %s", wrong, found);
	}
	return hold(a, RULE_LOG, quote->explained != 0, "a quoted register that it explains",
	    "it explains none");
}

/* --- policy ------------------------------------------------------------------------------- */

static const char *
pcr_key(unsigned pcr)
{
	return keys[sizeof(keys) / sizeof(keys[0]) - 1 - TPM_REGISTERS + pcr].name;
}

/* Whether the policy speaks of single registers at all. */
static bool
pcr_asked(const struct dossier *dossier, const struct appraisal *a)
{
	for (unsigned pcr = 0; pcr < TPM_REGISTERS; pcr++)
		if (policy_listed_hex(dossier, a, pcr_key(pcr), bytes_of(NULL, 0)) != POLICY_SILENT)
			return true;
	return false;
}

/* The best answer over the banks that were quoted: each is of the same events. */
static enum policy_answer
pcr_answer(const struct dossier *dossier, const struct appraisal *a, const struct quote *quote,
    unsigned pcr, struct bytes *value)
{
	const struct tpm_attest *attest = &quote->signer.attest;
	enum policy_answer best = POLICY_OTHER;

	for (size_t i = 0; i < attest->selections && best != POLICY_LISTED; i++) {
		const struct tpm_selection *selection = &attest->selection[i];

		if ((selection->registers >> pcr & 1) == 0)
			continue;
		*value = pcr_value(&quote->values, selection->hash, pcr);
		best = policy_listed_hex(dossier, a, pcr_key(pcr), *value);
	}
	return best;
}

static bool
pcr_hold(const struct dossier *dossier, struct appraisal *a, const struct quote *quote)
{
	char expected[64], found[2 * DIGEST_MAX + 1];

	if (!pcr_asked(dossier, a))
		return rule_skip(a, RULE_PCR, "the policy speaks of no single register");
	for (unsigned pcr = 0; pcr < TPM_REGISTERS; pcr++) {
		struct bytes value = { .len = 0 };
		enum policy_answer answer = policy_listed_hex(dossier, a, pcr_key(pcr),
		    bytes_of(NULL, 0));

		if (answer == POLICY_ANY)
			policy_ticket_hex(dossier, a, pcr_key(pcr), bytes_of(NULL, 0));
		if (answer == POLICY_SILENT || answer == POLICY_ANY)
			continue;
		answer = pcr_answer(dossier, a, quote, pcr, &value);
		snprintf(expected, sizeof(expected), "PCR %u on the policy's list %s", pcr,
		    pcr_key(pcr));
		if (!quote->proven || value.len == 0)
			return rule_lack(a, RULE_PCR, expected, quote->proven ?
			    "it is not in the quote" : "no values that were signed are given");
		hex_of(value, found);
		if (answer != POLICY_LISTED)
			return rule_break(a, RULE_PCR, expected, "%s%s", found,
			    answer == POLICY_PAST ? ", at another time" : "");
		policy_ticket_hex(dossier, a, pcr_key(pcr), value);
	}
	return hold(a, RULE_PCR, true, NULL, NULL);
}

static bool
measurement_hold(const struct dossier *dossier, struct appraisal *a, const struct quote *quote)
{
	struct bytes digest = quote->signer.attest.digest;

	return policy_listed_hex(dossier, a, "measurement", digest) == POLICY_SILENT &&
	    pcr_asked(dossier, a) ?
	    rule_skip(a, RULE_MEASUREMENT, "the policy speaks of single registers") :
	    hold_listed_hex(dossier, a, RULE_MEASUREMENT, "measurement", digest);
}

/* --- the whole ---------------------------------------------------------------------------- */

/* "0-7,14" */
static void
registers_claim(struct claims *claims, const char *name, uint32_t registers)
{
	struct buffer text = { .max = 0 };

	for (unsigned pcr = 0; pcr < TPM_REGISTERS; pcr++) {
		unsigned last = pcr;

		if ((registers >> pcr & 1) == 0)
			continue;
		while (last + 1 < TPM_REGISTERS && (registers >> (last + 1) & 1) != 0)
			last++;
		buffer_print(&text, last > pcr ? "%s%u-%u" : "%s%u", text.len > 0 ? "," : "", pcr,
		    last);
		pcr = last;
	}
	claims_text(claims, name, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
claim(struct appraisal *a, const struct quote *quote)
{
	const struct tpm_attest *attest = &quote->signer.attest;
	struct claims *claims = &a->claims;

	tpm_signer_claim(a, &quote->signer);
	claims_octets(claims, a->partition[a->open].parent < 0 ? CLAIM_MEASUREMENT :
	    "tpm.measurement", attest->digest);
	claims_text(claims, "tpm.bank", bytes_of_text(tpm_algorithm_name(
	    attest->selection[0].hash)));
	registers_claim(claims, "tpm.registers", attest->selection[0].registers);
	if (quote->explained != 0)
		registers_claim(claims, "tpm.log", quote->explained);
}

static bool
quote_hold(const struct dossier *dossier, struct appraisal *a, const struct tpm_vouched *vouched,
    struct quote *quote)
{
	if (!tpm_signer_hold(dossier, a, TPM_QUOTE, dossier_item(dossier, "quote"), vouched,
	    &quote->signer))
		return false;
	return bank_hold(a, &quote->signer.attest) && digest_hold(dossier, a, quote) &&
	    log_hold(dossier, a, quote) && hold_spki(dossier, a, RULE_KEY, quote->signer.spki) &&
	    tpm_trust_hold(dossier, a, RULE_TRUST, &quote->signer) &&
	    measurement_hold(dossier, a, quote) && pcr_hold(dossier, a, quote);
}

static void
quote_judge(const struct dossier *dossier, struct appraisal *a, const struct tpm_vouched *vouched)
{
	struct quote *quote = memory_new(1, sizeof(*quote));

	if (quote_hold(dossier, a, vouched, quote))
		claim(a, quote);
	tpm_signer_free(&quote->signer);
	free(quote);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	quote_judge(dossier, a, NULL);
}

bool
tpm_quote_inside(const struct dossier *dossier, struct appraisal *a,
    const struct tpm_vouched *vouched)
{
	part_open(a, &set);
	quote_judge(dossier, a, vouched);
	return part_close(a);
}

const struct verifier verifier_tpm_quote = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
