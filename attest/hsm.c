/* SPDX-License-Identifier: Apache-2.0 */
/* What the verifiers of keys in security modules share; see hsm.h. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "attest/hsm.h"
#include "attest/possession.h"
#include "attest/signature.h"

X509 *
hsm_statement(struct pool *pool, const struct dossier *dossier, const char *role, struct why *why)
{
	enum err err = pool_add(pool, dossier, dossier_item(dossier, role), why);

	if (err == ERR_OK && (pool->certificates != 1 || pool->lists != 0))
		err = why_set(why, ERR_MALFORMED, "%zu certificates and %zu lists",
		    pool->certificates, pool->lists);
	if (err == ERR_OK)
		err = pool_add_role(pool, dossier, "certificates", why);
	return err == ERR_OK || err == ERR_NOT_FOUND ? pool->certificate[0] : NULL;
}

bool
hsm_looks(struct bytes octets, const char *oid)
{
	const struct dossier none = { .count = 0 };
	struct pool pool = { .certificates = 0 };
	bool is = pool_add(&pool, &none, octets, NULL) == ERR_OK && pool.certificates == 1 &&
	    certificate_extension(pool.certificate[0], oid).len > 0;

	pool_free(&pool);
	return is;
}

bool
hsm_unarmour(struct bytes octets, const char *label, struct buffer *der)
{
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	long len = 0;
	bool good = false;
	BIO *bio;

	if (octets.len == 0 || octets.len > POOL_OCTETS)
		return false;
	if (octets.at[0] == 0x30) {
		buffer_put(der, octets.at, octets.len);
		return true;
	}
	bio = BIO_new_mem_buf(octets.at, (int)octets.len);
	if (bio != NULL && PEM_read_bio(bio, &name, &header, &data, &len) == 1 && len > 0 &&
	    strcmp(name, label) == 0) {
		buffer_put(der, data, (size_t)len);
		good = true;
	}
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(data);
	BIO_free(bio);
	ERR_clear_error();
	return good;
}

bool
hold_possession(const struct dossier *dossier, struct appraisal *a, size_t rule, struct hash spki)
{
	const char *asked = policy_text(dossier, a, "nonce");
	struct possession_input in = { .octets = dossier_item(dossier, "possession"),
		.nonce = dossier->nonce, .at_s = dossier->at_s };
	struct why why = { .err = ERR_OK };
	struct claims *said;
	struct bytes of = bytes_of(NULL, 0);
	bool good;

	if (in.octets.len == 0 && asked != NULL && strcmp(asked, "none") == 0) {
		policy_ends_text(dossier, a, "nonce");
		return rule_skip(a, rule, "the policy asks for none: how fresh it is stays open");
	}
	if (in.octets.len == 0 || in.nonce.len == 0)
		return rule_lack(a, rule, "a signature over our nonce", "%s was given",
		    in.octets.len == 0 ? "no evidence of possession" : "no nonce to compare");
	said = memory_new(1, sizeof(*said));
	good = possession_verify(&in, said, &why) == ERR_OK &&
	    claims_get(said, CLAIM_KEY_SPKI, &of) && bytes_equal(of, hash_bytes(&spki));
	free(said);
	return hold(a, rule, good, "a signature over our nonce by this key", "%.190s",
	    why.err == ERR_OK ? "one by another key" : why.text);
}

bool
hold_listed_inside(const struct dossier *dossier, struct appraisal *a, size_t rule,
    const char *key, const char *value)
{
	enum policy_answer answer;

	if (value != NULL)
		return hold_listed_text(dossier, a, rule, key, value);
	answer = policy_listed_text(dossier, a, key, "");
	return answer == POLICY_ANY ? rule_skip(a, rule, "the policy accepts any") :
	    rule_lack(a, rule, key, "the statement has none inside");
}

bool
hsm_issuers(const struct chain *chain, size_t excused)
{
	for (size_t i = 1; i + 1 < chain->count; i++)
		if (i != excused &&
		    (X509_get_extension_flags(chain->link[i]) & EXFLAG_CA) == 0)
			return false;
	return true;
}

bool
hsm_version(struct bytes three, char out[16])
{
	if (three.len != 3)
		return false;
	snprintf(out, 16, "%u.%u.%u", three.at[0], three.at[1], three.at[2]);
	return true;
}

void
hsm_claims(struct claims *claims, const char *vendor, const char *model, const char *serial,
    const char *firmware, struct hash spki, const char *label)
{
	claims_text(claims, CLAIM_HARDWARE, bytes_of_text("HSM"));
	claims_text(claims, CLAIM_VENDOR, bytes_of_text(vendor));
	claims_text(claims, CLAIM_MODEL, bytes_of_text(model));
	if (serial != NULL)
		claims_text(claims, CLAIM_SERIAL, bytes_of_text(serial));
	if (firmware != NULL)
		claims_text(claims, CLAIM_FIRMWARE, bytes_of_text(firmware));
	claims_octets(claims, CLAIM_KEY_SPKI, hash_bytes(&spki));
	if (label != NULL && label[0] != '\0')
		claims_text(claims, CLAIM_KEY_LABEL, bytes_of_text(label));
}
