/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence judged again, where octets can be: proofs that a key signed our nonce, and chains of
 * certificates with the key that was seen on the wire.  What a record says must be what its
 * evidence says; a nonce that was answered before proves nothing the second time.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "attest/envelope.h"
#include "attest/policy.h"
#include "attest/possession.h"
#include "attest/token_audit.h"
#include "attest/x509_leaf.h"
#include "monitor/base/i18n.h"
#include "reports/verify_part.h"
#include "reports/verify_proofs.h"

/* A proof that was judged: whose it is, and the nonce it answers. */
struct evidences {
	struct verifying  *v;
	struct hash_set    chains;	/* SHA-256(chain, key, count): found equal before */
	struct proofs      proofs;
	struct buffer      octets;
	struct claims     *claims;
	struct verify_configs configs;
	enum err           err;
};

/* --- facts -------------------------------------------------------------------------------- */

static void
claims_facts(struct fact_set *facts, const struct claims *claims)
{
	fact_set_reset(facts);
	for (size_t i = 0; i < claims->count; i++) {
		const struct fact_row *row = fact_row_by_name(claims->claim[i].name);
		struct bytes value = claims->claim[i].value;
		struct hash hash;

		if (row == NULL)
			continue;
		if (row->type == FACT_TYPE_flag && value.len == 1)
			fact_set_flag(facts, row->fact, value.at[0] != 0);
		if (row->type == FACT_TYPE_text)
			fact_set_text(facts, row->fact, value);
		if (row->type == FACT_TYPE_hash && value.len == HASH_LEN) {
			memcpy(hash.at, value.at, HASH_LEN);
			fact_set_hash(facts, row->fact, hash);
		}
	}
}

static bool
raw_of(struct bytes facts, uint64_t wanted, struct bytes *value)
{
	struct fact_walk walk = fact_walk_of(facts);
	const struct fact_row *row;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, value))
		if (number == wanted)
			return true;
	return false;
}

/* Facts both speak of are equal. */
static enum err
facts_fit(struct evidences *e, const struct record *record, struct bytes proven)
{
	struct fact_walk walk = fact_walk_of(proven);
	const struct fact_row *row;
	struct bytes ours, theirs;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, &ours))
		if (row != NULL && raw_of(record->observation.facts, number, &theirs) &&
		    !bytes_equal(ours, theirs))
			return why_set(e->v->why, ERR_UNTRUSTED, "record %" PRIu64 " says "
			    "something else of %s than its evidence proves", record->seq,
			    row->name);
	return ERR_OK;
}

/* --- possession --------------------------------------------------------------------------- */

static enum err
possession_check(struct evidences *e, const struct record *record, struct hash hash)
{
	struct bytes octets = bytes_of_buffer(&e->octets);
	struct proof_seen proof = { .evidence = hash, .seq = record->seq,
	    .target = record->observation.target };
	struct possession possession;
	struct fact_set *facts = memory_new(1, sizeof(*facts));
	struct buffer map = { .max = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = possession_read(octets, &possession, &why);

	if (err == ERR_OK) {
		struct possession_input evidence = { .octets = octets, .nonce = possession.nonce,
		    .at_s = record->observed_ms / 1000 };

		memcpy(proof.nonce.at, possession.nonce.at, HASH_LEN);
		proofs_keep(&e->proofs, &proof);
		err = possession_verify(&evidence, e->claims, &why);
	}
	if (err == ERR_OK) {
		claims_facts(facts, e->claims);
		fact_set_write(facts, FACTS_ALL, &map);
		err = facts_fit(e, record, bytes_of_buffer(&map));
		e->v->evidence.possessions++;
	} else {
		err = why_set(e->v->why, ERR_UNTRUSTED, "record %" PRIu64 " says that a key "
		    "signed, its evidence does not show it: %.200s", record->seq, why.text);
	}
	fact_set_free(facts);
	free(facts);
	buffer_free(&map);
	return err;
}

/* The monitor's own key, as its signer told it when it started. */
static enum err
self_check(struct evidences *e, const struct record *record)
{
	struct proof_seen proof = { .evidence = hash_of(record->self.proof), .seq = record->seq,
	    .target = UINT64_MAX };
	struct possession_input evidence = { .octets = record->self.proof };
	struct possession possession;
	struct fact_set *facts;
	struct record told = { .kind = RECORD_OBSERVATION, .seq = record->seq,
	    .observation.facts = record->self.key };
	struct buffer map = { .max = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = possession_read(record->self.proof, &possession, &why);

	if (err == ERR_OK) {
		evidence.nonce = possession.nonce;
		memcpy(proof.nonce.at, possession.nonce.at, HASH_LEN);
		proofs_keep(&e->proofs, &proof);
		err = possession_verify(&evidence, e->claims, &why);
	}
	if (err != ERR_OK)
		return why_set(e->v->why, ERR_UNTRUSTED, "record %" PRIu64 " says that our own key "
		    "signed in a token, its proof does not show it: %.200s", record->seq, why.text);
	facts = memory_new(1, sizeof(*facts));
	claims_facts(facts, e->claims);
	fact_set_write(facts, FACTS_ALL, &map);
	err = facts_fit(e, &told, bytes_of_buffer(&map));
	e->v->evidence.possessions++;
	fact_set_free(facts);
	free(facts);
	buffer_free(&map);
	return err;
}

/* --- statements of hardware --------------------------------------------------------------- */

static enum err
fact_differs(struct evidences *e, const struct record *record, enum fact fact)
{
	return why_set(e->v->why, ERR_UNTRUSTED, "record %" PRIu64 " says something else of %s "
	    "than its evidence shows when it is judged again", record->seq, fact_row(fact)->name);
}

static enum err
fact_is(struct evidences *e, const struct record *record, enum fact fact, struct bytes wanted)
{
	struct bytes found;

	if (fact_text(record->observation.facts, fact, &found) && bytes_equal(found, wanted))
		return ERR_OK;
	return fact_differs(e, record, fact);
}

/* Verdict and claims on record must be those that the evidence gives again. */
static enum err
appraisal_fits(struct evidences *e, const struct record *record, const struct envelope *envelope,
    const struct appraisal *a)
{
	struct bytes attested;
	struct hash spki;
	enum fact differs = FACT_NONE;
	enum err err = fact_is(e, record, FACT_ATTEST_VERDICT,
	    bytes_of_text(attest_verdict_name(a->verdict)));

	if (err == ERR_OK)
		err = fact_is(e, record, FACT_ATTEST_KIND, bytes_of_text(envelope->kind));
	if (err == ERR_OK)
		differs = verify_hardware_differs(record->observation.facts, &a->claims);
	if (differs != FACT_NONE)
		err = fact_differs(e, record, differs);
	if (err != ERR_OK || !fact_hash(record->observation.facts, FACT_KEY_SPKI, &spki) ||
	    hash_equal(spki, hash_of(envelope->spki)))
		return err;
	return claims_get(&a->claims, CLAIM_KEY_SPKI, &attested) &&
	    bytes_equal(attested, hash_bytes(&spki)) ? ERR_OK : why_set(e->v->why, ERR_UNTRUSTED,
	    "the key that record %" PRIu64 " says is attested is not the one of its evidence",
	    record->seq);
}

static enum err
statement_judge(struct evidences *e, const struct record *record, const struct envelope *envelope,
    const struct policy *policy)
{
	const struct verifier *verifier = verifier_find(envelope->kind);
	struct appraisal *a = memory_new(1, sizeof(*a));
	struct hash challenge = { { 0 } };
	struct dossier dossier;
	enum err err;

	if (verifier == NULL) {
		free(a);
		return why_set(e->v->why, ERR_UNSUPPORTED, "the evidence of record %" PRIu64 " is "
		    "of a kind this version does not know: %.40s", record->seq, envelope->kind);
	}
	envelope_dossier(envelope, &challenge, &dossier);
	dossier.policy = policy;
	attest_judge(verifier, &dossier, a);
	err = appraisal_fits(e, record, envelope, a);
	e->v->evidence.statements++;
	free(a);
	return err;
}

/* A week: the longest evidence_interval, by which a proof is named again. */
static bool
in_time(const struct envelope *envelope, const struct record *record)
{
	int64_t at_ms = envelope->at_s * 1000;

	return at_ms <= record->observed_ms && record->observed_ms - at_ms <= 7 * INT64_C(86400000);
}

static enum err
statement_check(struct evidences *e, const struct record *record, struct hash hash)
{
	struct envelope *envelope = memory_new(1, sizeof(*envelope));
	struct proof_seen proof = { .seq = record->seq, .target = record->observation.target };
	struct buffer text = { .max = BUFFER_MAX };
	struct policy *policy = NULL;
	struct hash wanted = { { 0 } }, said;
	struct why why = { .err = ERR_OK };
	struct bytes answered;
	enum err err = envelope_read(bytes_of_buffer(&e->octets), envelope, &why);

	if (err == ERR_OK && !in_time(envelope, record))
		err = why_set(&why, ERR_MISMATCH, "it came at another time than the record's");
	if (err == ERR_OK && (envelope->policy.len != HASH_LEN ||
	    !fact_hash(record->observation.facts, FACT_ATTEST_POLICY, &said) ||
	    memcmp(said.at, envelope->policy.at, HASH_LEN) != 0))
		err = why_set(&why, ERR_MISMATCH, "it names another policy than the record");
	if (err != ERR_OK) {
		err = why_set(e->v->why, ERR_UNTRUSTED, "the statement of hardware of record %"
		    PRIu64 ": %.200s", record->seq, why.text);
	} else {
		memcpy(wanted.at, envelope->policy.at, HASH_LEN);
		if (verify_blob(e->v, wanted, &text, &why) != ERR_OK) {
			e->v->evidence.withheld++;
		} else if (policy_read("policy", bytes_of_buffer(&text), &policy, &why) !=
		    ERR_OK) {
			err = why_set(e->v->why, ERR_UNTRUSTED, "%.300s", why.text);
		} else {
			err = statement_judge(e, record, envelope, policy);
			verify_register(e->v, &e->configs, record, envelope, hash);
		}
		if (verify_hardware_fresh(record->observation.facts, envelope)) {
			proof.evidence = verify_hardware_answer(envelope, hash);
			memcpy(proof.nonce.at, envelope->nonce.at, HASH_LEN);
			proof.published = raw_of(record->observation.facts,
			    FACT_ATTEST_ANSWERED, &answered);
			proofs_keep(&e->proofs, &proof);
		}
	}
	policy_free(policy);
	buffer_free(&text);
	free(envelope);
	return err;
}

/* --- listings of tokens ------------------------------------------------------------------- */

static enum err
listing_check(struct evidences *e, const struct record *record)
{
	struct why why = { .err = ERR_OK };
	enum fact differs;

	if (verify_listing(record->observation.facts, bytes_of_buffer(&e->octets), &differs,
	    &why) != ERR_OK)
		return why_set(e->v->why, ERR_UNTRUSTED, "record %" PRIu64 " says that a token was "
		    "audited, its listing does not show it: %.200s", record->seq, why.text);
	if (differs != FACT_NONE)
		return fact_differs(e, record, differs);
	e->v->evidence.listings++;
	return ERR_OK;
}

/* --- chains ------------------------------------------------------------------------------- */

/* By which facts a record tells of a chain of certificates and of the key it leads to. */
struct chain_facts { enum fact chain, spki, length; };
static const struct chain_facts chain_facts[] = {
	{ FACT_TLS_CHAIN, FACT_TLS_SPKI, FACT_TLS_CHAIN_LENGTH },
	{ FACT_IKE_AUTH_CHAIN, FACT_IKE_AUTH_SPKI, FACT_IKE_AUTH_CHAIN_LENGTH },
};
enum { CHAIN_FACTS = sizeof(chain_facts) / sizeof(chain_facts[0]) };

static enum err
chain_check(struct evidences *e, const struct record *record, struct hash hash,
    const struct chain_facts *of)
{
	struct bytes facts = record->observation.facts, leaf;
	struct why why = { .err = ERR_OK };
	size_t certificates;
	struct hash spki, once;
	int64_t length;
	enum err err;

	if (!fact_hash(facts, of->spki, &spki))
		return ERR_OK;
	once = hash_of3(hash_bytes(&hash), hash_bytes(&spki), bytes_of(NULL, 0));
	if (hash_set_has(&e->chains, once)) {
		e->v->evidence.chains++;
		return ERR_OK;
	}
	err = x509_chain_leaf(bytes_of_buffer(&e->octets), &leaf, &certificates, &why);
	if (err == ERR_OK)
		err = x509_leaf_spki(leaf, spki, &why);
	if (err == ERR_OK && fact_int(facts, of->length, &length) &&
	    length != (int64_t)certificates)
		err = why_set(&why, ERR_MISMATCH, "it has %zu certificates", certificates);
	if (err != ERR_OK)
		return why_set(e->v->why, ERR_UNTRUSTED, "the key that record %" PRIu64 " says was "
		    "on the wire is not that of the chain it names: %.200s", record->seq, why.text);
	hash_set_add(&e->chains, once);
	e->v->evidence.chains++;
	return ERR_OK;
}

/* --- records ------------------------------------------------------------------------------ */

static bool
is_among(struct record_list list, struct hash wanted)
{
	struct record_walk walk = record_walk_of(list);
	struct hash hash;

	while (record_hashes_next(&walk, &hash))
		if (hash_equal(hash, wanted))
			return true;
	return false;
}

/* False if it is withheld; that it is there otherwise was found before. */
static bool
blob_get(struct evidences *e, struct hash hash)
{
	struct why why;

	return verify_blob(e->v, hash, &e->octets, &why) == ERR_OK;
}

static enum err
observation_check(struct evidences *e, const struct record *record)
{
	const struct record_observation *seen = &record->observation;
	struct record_walk walk = record_walk_of(seen->evidence);
	bool signs = false, proof = false, chained = false, attested, stated = false, audited;
	const struct chain_facts *of = NULL;
	struct bytes verdict;
	struct hash hash, chain;
	enum err err = ERR_OK;

	/* What a peer sent may look like a proof; only where the worker took it for one it is. */
	signs = fact_flag(seen->facts, FACT_KEY_SIGNED, &signs) && signs;
	audited = fact_flag(seen->facts, FACT_TOKEN_AUDITED, &audited);
	attested = fact_text(seen->facts, FACT_ATTEST_VERDICT, &verdict);
	for (size_t i = 0; i < CHAIN_FACTS && !chained; i++) {
		chained = fact_hash(seen->facts, chain_facts[i].chain, &chain);
		of = &chain_facts[i];
	}
	if (chained && !is_among(seen->evidence, chain))
		return why_set(e->v->why, ERR_UNTRUSTED, "the chain of record %" PRIu64 " is not "
		    "among its evidence", record->seq);
	while (err == ERR_OK && record_hashes_next(&walk, &hash)) {
		if (!blob_get(e, hash)) {
			e->v->evidence.withheld++;
			proof = stated = true;
			continue;
		}
		if (chained && hash_equal(hash, chain)) {
			err = chain_check(e, record, hash, of);
		} else if (attested && envelope_is(bytes_of_buffer(&e->octets))) {
			stated = true;
			err = statement_check(e, record, hash);
		} else if (signs && possession_is(bytes_of_buffer(&e->octets))) {
			proof = true;
			err = possession_check(e, record, hash);
		} else if (audited && token_audit_is(bytes_of_buffer(&e->octets))) {
			err = listing_check(e, record);
		}
	}
	if ((signs && !proof) || (err == ERR_OK && attested && !stated))
		e->v->evidence.bare++;
	return err;
}

enum err
verify_evidence(struct verifying *v)
{
	struct evidences e = { .v = v, .octets = { .max = BUFFER_MAX },
	    .claims = memory_new(1, sizeof(struct claims)) };
	enum err err = ERR_OK;

	for (size_t i = 0; i < v->bundle.records && err == ERR_OK; i++) {
		struct record record;

		if (record_decode(v->bundle.record[i].octets, &record, NULL) != ERR_OK)
			continue;
		record.seq = v->bundle.record[i].seq;
		if (record.kind == RECORD_OBSERVATION)
			err = observation_check(&e, &record);
		else if (record.kind == RECORD_CONFIG)
			verify_configs_take(&e.configs, &record);
		else if (record.kind == RECORD_SELF && record.self.proof.len > 0)
			err = self_check(&e, &record);
	}
	if (err == ERR_OK)
		err = proofs_check(&e.proofs, v->why);
	hash_set_free(&e.chains);
	verify_configs_free(&e.configs);
	proofs_free(&e.proofs);
	free(e.claims);
	buffer_free(&e.octets);
	return err;
}

void
verify_evidence_tell(struct verifying *v)
{
	const struct evidence_told *told = &v->evidence;

	if (told->possessions > 0)
		verify_tell(v, CLAIM_EVIDENCE, SHOWN_PROVED,
		    _("%llu observations name a proof that a key signed a nonce, which was "
		    "judged again and is as recorded; that each nonce was fresh, the worker that "
		    "asked says"),
		    (unsigned long long)told->possessions);
	if (told->statements > 0)
		verify_tell(v, CLAIM_EVIDENCE, SHOWN_PROVED,
		    _("%llu observations name a statement of hardware, which was judged again "
		    "as of the second it came, by the policy on record: its verdict and claims "
		    "are as recorded; that the challenge was fresh, the worker that asked says"),
		    (unsigned long long)told->statements);
	if (told->listings > 0)
		verify_tell(v, CLAIM_EVIDENCE, SHOWN_PROVED,
		    _("%llu observations name a listing of a whole token, which was judged again "
		    "and counts what is recorded; that the token listed everything, and truly, it "
		    "says itself"),
		    (unsigned long long)told->listings);
	if (told->chains > 0)
		verify_tell(v, CLAIM_EVIDENCE, SHOWN_PROVED,
		    _("%llu observations name a chain whose leaf has the key they say was on the "
		    "wire; that the peer showed it, the worker says"),
		    (unsigned long long)told->chains);
	if (told->withheld > 0)
		verify_tell(v, CLAIM_EVIDENCE, SHOWN_NOT_SHOWN,
		    _("%llu pieces of evidence are withheld and were not judged again"),
		    (unsigned long long)told->withheld);
	if (told->bare > 0)
		verify_tell(v, CLAIM_EVIDENCE, SHOWN_NOT_SHOWN,
		    _("%llu observations say that a key signed, and name no proof of it"),
		    (unsigned long long)told->bare);
}
