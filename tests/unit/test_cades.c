/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seals: a published one, and fresh ones made by libcrypto right and wrong in every way that
 * matters.  Each refusal names its own rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/cades.h"
#include "monitor/base/timetext.h"
#include "tests/unit/seal_lab.h"
#include "tests/unit/vectors.h"

enum { AT_S = 1795000000, YEAR_S = 31536000 };	/* 2026-11-18, in no relation to any wall clock */

#define DOCUMENT "a paper of the carrier\n"

struct lab { struct sealer sealer; struct authority authority; struct buffer roots, stamp_roots; };

static struct lab lab;

static int
lab_begin(void **state)
{
	(void)state;
	lab.sealer = sealer_make("P-256", "critical,digitalSignature", AT_S - YEAR_S,
	    AT_S + YEAR_S);
	lab.authority = authority_make("test authority", "critical,timeStamping", AT_S - 1000,
	    AT_S + YEAR_S);
	lab.authority.at_s = AT_S;
	seal_pem(lab.sealer.root, &lab.roots);
	authority_roots(&lab.authority, &lab.stamp_roots);
	return 0;
}

static int
lab_end(void **state)
{
	(void)state;
	sealer_free(&lab.sealer);
	authority_free(&lab.authority);
	buffer_free(&lab.roots);
	buffer_free(&lab.stamp_roots);
	return 0;
}

static struct cades_result
judge(CMS_ContentInfo *cms, const char *document, int64_t at_s)
{
	struct buffer seal = { .max = 0 };
	struct cades_result out;

	seal_der(cms, &seal);
	cades_verify(&(struct cades_input){ .seal = bytes_of_buffer(&seal),
	    .document = bytes_of_text(document), .roots_pem = bytes_of_buffer(&lab.roots),
	    .stamp_roots_pem = bytes_of_buffer(&lab.stamp_roots), .at_s = at_s }, &out);
	buffer_free(&seal);
	return out;
}

#define assert_broken(result, RULE)                                                     \
	do {                                                                             \
		struct cades_result r = result;                                          \
		assert_int_equal(r.rule, CADES_RULE_##RULE);                             \
		assert_int_not_equal(r.answer, CADES_ACCEPT);                            \
		assert_true(cades_rule_text(r.rule)[0] != '\0' &&                        \
		    cades_rule_advice(r.rule)[0] != '\0' &&                              \
		    cades_rule_clause(r.rule)[0] != '\0');                               \
	} while (0)

static void
assert_accepted(struct cades_result result, enum cades_level level)
{
	if (result.rule != CADES_RULE_NONE)
		print_message("%s: expected %s, found %s\n", cades_rule_name(result.rule),
		    result.expected, result.found);
	assert_int_equal(result.answer, CADES_ACCEPT);
	assert_int_equal(result.level, level);
}

static struct cades_result
published(const char *document, const char *at)
{
	struct buffer seal = vectors_file("tests/data/cades/pkcs11-softhsm.cades.der");
	struct buffer pem = vectors_file("tests/data/cades/pkcs11-softhsm.crt");
	struct cades_result out;
	int64_t ms;

	assert_int_equal(time_read(at, 0, &ms, NULL), ERR_OK);
	cades_verify(&(struct cades_input){ .seal = bytes_of_buffer(&seal),
	    .document = bytes_of_text(document), .roots_pem = bytes_of_buffer(&pem),
	    .at_s = ms / 1000 }, &out);
	buffer_free(&seal);
	buffer_free(&pem);
	return out;
}

static void
test_published(void **state)
{
	struct cades_result out = published("checkpoint", "2026-11-20T20:00:00Z");

	(void)state;
	assert_accepted(out, CADES_B_B);
	assert_string_equal(out.signer, "CN=p11");
	assert_string_equal(out.algorithm, "EC secp256r1, SHA256");
	assert_true(out.claimed && out.claimed_s == 1795194664);
	assert_broken(published("checkpoinT", "2026-11-20T20:00:00Z"), DOCUMENT);
	out = published("checkpoint", "2026-12-20T00:00:00Z");
	assert_broken(out, EXPIRED);
	assert_string_equal(out.expected, "2026-12-20 09:00:00 JST");
	assert_broken(published("checkpoint", "2026-11-01T00:00:00Z"), EARLY);
}

static void
test_kinds(void **state)
{
	static const char *const kinds[] = { "P-256", "P-384", "P-521", "RSA" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct sealer sealer = sealer_make(kinds[i], "critical,nonRepudiation",
		    AT_S - YEAR_S, AT_S + YEAR_S);
		struct buffer kept = lab.roots;

		lab.roots = (struct buffer){ .max = 0 };
		seal_pem(sealer.root, &lab.roots);
		assert_accepted(judge(seal_cms(&sealer, DOCUMENT, &(struct seal_order){
		    .digest = EVP_sha384() }), DOCUMENT, AT_S), CADES_B_B);
		if (i == 3)
			assert_accepted(judge(seal_cms(&sealer, DOCUMENT, &(struct seal_order){
			    .pss = true }), DOCUMENT, AT_S), CADES_B_B);
		buffer_free(&lab.roots);
		lab.roots = kept;
		sealer_free(&sealer);
	}
}

/* The DER of the reference to a certificate, SHA-256 being its default (RFC 5035, 4). */
static void
reference_put(X509 *certificate, struct buffer *out)
{
	uint8_t head[] = { 0x30, 0x26, 0x30, 0x24, 0x30, 0x22, 0x04, 0x20 };
	unsigned char hash[32];
	unsigned len = sizeof(hash);

	assert_int_equal(X509_digest(certificate, EVP_sha256(), hash, &len), 1);
	buffer_put(out, head, sizeof(head));
	buffer_put(out, hash, len);
}

/* Signs what "signer" holds with a key that OpenSSL 3.0 makes no CMS with. */
static void
sign_by(CMS_SignerInfo *signer, EVP_PKEY *key)
{
	struct buffer all = { .max = 0 }, signed_octets = { .max = 0 };
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[128];
	size_t len = sizeof(signature);

	for (int i = 0; i < CMS_signed_get_attr_count(signer); i++) {
		unsigned char *der = NULL;
		int der_len = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(signer, i), &der);

		buffer_put(&all, der, (size_t)der_len);
		OPENSSL_free(der);
	}
	assert_in_range(all.len, 0x80, 0xff);
	buffer_put(&signed_octets, (const uint8_t[]){ 0x31, 0x81, (uint8_t)all.len }, 3);
	buffer_put(&signed_octets, all.at, all.len);
	assert_int_equal(EVP_DigestSignInit(context, NULL, NULL, NULL, key), 1);
	assert_int_equal(EVP_DigestSign(context, signature, &len, signed_octets.at,
	    signed_octets.len), 1);
	ASN1_STRING_set(CMS_SignerInfo_get0_signature(signer), signature, (int)len);
	EVP_MD_CTX_free(context);
	buffer_free(&all);
	buffer_free(&signed_octets);
}

/* RFC 8419: SHA-512 over the document, and the attributes themselves are the message. */
static CMS_ContentInfo *
seal_ed25519(struct sealer *by, const EVP_MD *md)
{
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_DETACHED);
	CMS_SignerInfo *signer = CMS_add1_signer(cms, lab.sealer.certificate, lab.sealer.key, md,
	    CMS_PARTIAL | CMS_NOCERTS | CMS_NOSMIMECAP);
	struct buffer reference = { .max = 0 };
	unsigned char digest[EVP_MAX_MD_SIZE];
	X509_ALGOR *algorithm = NULL;
	unsigned len = 0;

	X509_set_issuer_name(by->certificate, X509_get_issuer_name(lab.sealer.certificate));
	X509_set_serialNumber(by->certificate, X509_get_serialNumber(lab.sealer.certificate));
	X509_sign(by->certificate, lab.sealer.root_key, EVP_sha256());
	CMS_add1_cert(cms, by->certificate);
	reference_put(by->certificate, &reference);
	EVP_Digest(DOCUMENT, strlen(DOCUMENT), digest, &len, md, NULL);
	/* In the order that DER gives them: by their lengths. */
	CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_contentType, V_ASN1_OBJECT,
	    OBJ_nid2obj(NID_pkcs7_data), -1);
	CMS_signed_add1_attr_by_NID(signer, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE,
	    reference.at, (int)reference.len);
	CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest,
	    (int)len);
	CMS_SignerInfo_get0_algs(signer, NULL, NULL, NULL, &algorithm);
	X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_ED25519), V_ASN1_UNDEF, NULL);
	sign_by(signer, by->key);
	buffer_free(&reference);
	return cms;
}

static void
test_ed25519(void **state)
{
	struct sealer by = sealer_make("ED25519", NULL, AT_S - YEAR_S, AT_S + YEAR_S);
	struct cades_result out = judge(seal_ed25519(&by, EVP_sha512()), DOCUMENT, AT_S);

	(void)state;
	assert_accepted(out, CADES_BES);
	assert_string_equal(out.algorithm, "Ed25519");
	assert_broken(judge(seal_ed25519(&by, EVP_sha256()), DOCUMENT, AT_S), ALGORITHM);
	sealer_free(&by);
}

static void
test_document(void **state)
{
	struct cades_result out = judge(seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .plain = false }), "another paper\n", AT_S);

	(void)state;
	assert_broken(out, DOCUMENT);
	assert_int_equal(out.answer, CADES_REJECT);
	assert_int_equal(strlen(out.expected), 64);
	assert_int_equal(strlen(out.found), 64);
	assert_string_not_equal(out.expected, out.found);
	assert_broken(judge(seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .attached = true }), DOCUMENT, AT_S), DETACHED);
	assert_broken(judge(seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .digest = EVP_sha1() }), DOCUMENT, AT_S), DIGEST);
}

static void
test_reference(void **state)
{
	CMS_ContentInfo *cms;
	struct sealer other = sealer_make("P-256", NULL, AT_S - YEAR_S, AT_S + YEAR_S);

	(void)state;
	assert_broken(judge(seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .plain = true }), DOCUMENT, AT_S), REFERENCE_MISSING);
	/* Without signed attributes at all: the signature is over the document itself. */
	assert_broken(judge(seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .plain = true, .flags = CMS_NOATTR }), DOCUMENT, AT_S), ATTRIBUTES);
	assert_broken(judge(seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .flags = CMS_NOCERTS }), DOCUMENT, AT_S), CERTIFICATE);
	/* A certificate of the same issuer and number takes the place of the right one. */
	cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){ .flags = CMS_NOCERTS });
	X509_set_issuer_name(other.certificate, X509_get_issuer_name(lab.sealer.certificate));
	X509_set_serialNumber(other.certificate,
	    X509_get_serialNumber(lab.sealer.certificate));
	X509_sign(other.certificate, other.root_key, EVP_sha256());
	CMS_add1_cert(cms, other.certificate);
	assert_broken(judge(cms, DOCUMENT, AT_S), REFERENCE);
	sealer_free(&other);
}

static void
test_signature(void **state)
{
	struct sealer other = sealer_make("P-256", NULL, AT_S - YEAR_S, AT_S + YEAR_S);
	CMS_ContentInfo *cms, *twice;

	(void)state;
	/* By another key, with its own certificate: whole, but nobody trusted stands behind it. */
	assert_broken(judge(seal_cms(&other, DOCUMENT, &(struct seal_order){ .plain = false }),
	    DOCUMENT, AT_S), CHAIN);
	/* By another key, with our certificate. */
	cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){ .plain = false });
	twice = seal_cms(&other, DOCUMENT, &(struct seal_order){ .plain = false });
	ASN1_STRING_copy(CMS_SignerInfo_get0_signature(seal_signer(cms)),
	    CMS_SignerInfo_get0_signature(seal_signer(twice)));
	assert_broken(judge(cms, DOCUMENT, AT_S), SIGNATURE);
	/* Two signers. */
	if (CMS_add1_signer(twice, lab.sealer.certificate, lab.sealer.key, EVP_sha256(),
	    CMS_BINARY | CMS_REUSE_DIGEST | CMS_CADES) == NULL)
		abort();
	assert_broken(judge(twice, DOCUMENT, AT_S), SIGNERS);
	sealer_free(&other);
}

static void
test_purpose(void **state)
{
	static const struct { const char *use; bool good; } uses[] = {
		{ "serverAuth", false }, { "clientAuth", false }, { "serverAuth,clientAuth", false },
		{ "timeStamping", false }, { "OCSPSigning,serverAuth", false },
		{ "clientAuth,emailProtection", true }, { "1.3.6.1.5.5.7.3.36", true },
		{ "serverAuth,1.3.6.1.5.5.7.3.36", true }, { "anyExtendedKeyUsage", true },
	};
	struct sealer other = sealer_make("P-256", "critical,keyEncipherment", AT_S - YEAR_S,
	    AT_S + YEAR_S);
	struct cades_result out;

	(void)state;
	assert_broken(judge(seal_cms(&other, DOCUMENT, &(struct seal_order){ .plain = false }),
	    DOCUMENT, AT_S), PURPOSE);
	sealer_free(&other);
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		struct buffer roots = lab.roots;

		other = sealer_make("P-256", "critical,digitalSignature", AT_S - YEAR_S,
		    AT_S + YEAR_S);
		authority_extend(other.certificate, NID_ext_key_usage, uses[i].use);
		X509_sign(other.certificate, other.root_key, EVP_sha256());
		lab.roots = (struct buffer){ .max = 0 };
		seal_pem(other.root, &lab.roots);
		out = judge(seal_cms(&other, DOCUMENT, &(struct seal_order){ .plain = false }),
		    DOCUMENT, AT_S);
		assert_int_equal(out.rule, uses[i].good ? CADES_RULE_NONE : CADES_RULE_PURPOSE);
		assert_string_equal(out.name, "Example Telecom e-seal");
		buffer_free(&lab.roots);
		lab.roots = roots;
		sealer_free(&other);
	}
}

/* A certificate that expired, and a stamp from before: it counts when the seal existed. */
static void
test_stamp(void **state)
{
	CMS_ContentInfo *cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .plain = false });
	struct cades_result out;

	(void)state;
	seal_stamp(cms, &lab.authority, seal_cms_signature(cms));
	out = judge(cms, DOCUMENT, AT_S + 3 * YEAR_S);
	assert_accepted(out, CADES_B_T);
	assert_true(out.stamp_proved && out.stamps == 1 && out.judged_s == AT_S);
	assert_string_equal(out.stamp.authority, "CN=test authority");
	/* The same without: too late. */
	assert_broken(judge(seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .plain = false }), DOCUMENT, AT_S + 3 * YEAR_S), EXPIRED);
}

static void
test_stamp_wrong(void **state)
{
	struct authority late = authority_make("late authority", "critical,timeStamping",
	    AT_S - 1000, AT_S + 9 * YEAR_S);
	struct buffer roots = lab.stamp_roots;
	CMS_ContentInfo *cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .plain = false });
	struct cades_result out;

	(void)state;
	seal_stamp(cms, &lab.authority, bytes_of_text("another signature"));
	assert_broken(judge(cms, DOCUMENT, AT_S), STAMP_OTHER);
	/* A good stamp, an untrusted authority: the seal may be as old as it says, or not. */
	cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){ .plain = false });
	seal_stamp(cms, &late, seal_cms_signature(cms));
	out = judge(cms, DOCUMENT, AT_S);
	assert_broken(out, STAMP_TRUST);
	assert_int_equal(out.answer, CADES_INDETERMINATE);
	/* Without roots of authorities nothing is asked of them, and nothing proved. */
	cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){ .plain = false });
	seal_stamp(cms, &late, seal_cms_signature(cms));
	lab.stamp_roots = (struct buffer){ .max = 0 };
	out = judge(cms, DOCUMENT, AT_S);
	assert_accepted(out, CADES_B_T);
	assert_true(!out.stamp_proved && out.stamps == 1 && out.judged_s == AT_S);
	/* The certificate had expired at the stamped time. */
	late.at_s = AT_S + 2 * YEAR_S;
	authority_roots(&late, &lab.stamp_roots);
	cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){ .plain = false });
	seal_stamp(cms, &late, seal_cms_signature(cms));
	assert_broken(judge(cms, DOCUMENT, AT_S), EXPIRED);
	/* Something that is no token. */
	cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){ .plain = false });
	CMS_unsigned_add1_attr_by_NID(seal_signer(cms), NID_id_smime_aa_timeStampToken,
	    V_ASN1_SEQUENCE, "\x30\x00", 2);
	assert_broken(judge(cms, DOCUMENT, AT_S), STAMP_FORM);
	buffer_free(&lab.stamp_roots);
	lab.stamp_roots = roots;
	authority_free(&late);
}

static void
test_roots(void **state)
{
	struct buffer kept = lab.roots;
	CMS_ContentInfo *cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .plain = false });

	(void)state;
	lab.roots = (struct buffer){ .max = 0 };
	assert_broken(judge(cms, DOCUMENT, AT_S), ROOTS);
	buffer_put_text(&lab.roots, "not a certificate");
	cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){ .plain = false });
	assert_broken(judge(cms, DOCUMENT, AT_S), ROOTS);
	buffer_free(&lab.roots);
	lab.roots = kept;
}

/* Appends a list of the authority's, from then on for 1,000 s, that revokes the certificate since
 * a second, or nobody if that is 0. */
static void
revocations_put(struct buffer *pem, int64_t from_s, int64_t since_s)
{
	X509_CRL *list = X509_CRL_new();
	ASN1_TIME *from = ASN1_TIME_set(NULL, from_s), *to = ASN1_TIME_set(NULL, from_s + 1000);
	ASN1_TIME *since = ASN1_TIME_set(NULL, since_s);
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	X509_CRL_set_version(list, 1);
	X509_CRL_set_issuer_name(list, X509_get_subject_name(lab.sealer.root));
	X509_CRL_set1_lastUpdate(list, from);
	X509_CRL_set1_nextUpdate(list, to);
	if (since_s != 0) {
		X509_REVOKED *entry = X509_REVOKED_new();

		X509_REVOKED_set_serialNumber(entry,
		    X509_get_serialNumber(lab.sealer.certificate));
		X509_REVOKED_set_revocationDate(entry, since);
		X509_CRL_add0_revoked(list, entry);
	}
	X509_CRL_sign(list, lab.sealer.root_key, EVP_sha256());
	PEM_write_bio_X509_CRL(bio, list);
	len = BIO_get_mem_data(bio, &text);
	buffer_put(pem, text, (size_t)len);
	BIO_free(bio);
	X509_CRL_free(list);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	ASN1_TIME_free(since);
}

static struct cades_result
judge_listed(int64_t from_s, int64_t since_s)
{
	CMS_ContentInfo *cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .plain = false });
	size_t before = lab.roots.len;
	struct cades_result out;

	seal_stamp(cms, &lab.authority, seal_cms_signature(cms));
	revocations_put(&lab.roots, from_s, since_s);
	out = judge(cms, DOCUMENT, AT_S + YEAR_S);
	lab.roots.len = before;
	return out;
}

/* Stamped at AT_S. */
static void
test_revocation(void **state)
{
	struct cades_result out = judge_listed(AT_S - 500, 0);

	(void)state;
	assert_accepted(out, CADES_B_T);
	assert_true(out.revocation);
	/* A list of later speaks of that second, too. */
	out = judge_listed(AT_S + 5000, 0);
	assert_accepted(out, CADES_B_T);
	assert_true(out.revocation);
	assert_accepted(judge_listed(AT_S + 5000, AT_S + 10), CADES_B_T);
	assert_broken(judge_listed(AT_S + 5000, AT_S), REVOKED);
	assert_broken(judge_listed(AT_S - 500, AT_S - 600), REVOKED);
	/* One that was no longer in force then says nothing of it. */
	assert_broken(judge_listed(AT_S - 5000, 0), REVOCATION);
	lab.authority.at_s = AT_S;
}

/* No octet of what is signed can change without the answer changing; none crashes it. */
static void
test_every_octet(void **state)
{
	CMS_ContentInfo *cms = seal_cms(&lab.sealer, DOCUMENT, &(struct seal_order){
	    .plain = false });
	struct buffer seal = { .max = 0 };
	struct cades_input in = { .document = bytes_of_text(DOCUMENT),
		.roots_pem = bytes_of_buffer(&lab.roots), .at_s = AT_S };
	struct cades_result out;
	unsigned accepted = 0;

	(void)state;
	seal_der(cms, &seal);
	for (size_t i = 0; i < seal.len; i++) {
		seal.at[i] ^= 0x01;
		in.seal = bytes_of_buffer(&seal);
		cades_verify(&in, &out);
		accepted += out.answer == CADES_ACCEPT;
		seal.at[i] ^= 0x01;
		in.seal = bytes_of(seal.at, i);
		cades_verify(&in, &out);
		assert_int_not_equal(out.answer, CADES_ACCEPT);
	}
	/* Two versions and the list of digests (RFC 5652, 5.1) are not signed and decide nothing. */
	assert_in_range(accepted, 0, 11);
	buffer_put_u8(&seal, 0);
	in.seal = bytes_of_buffer(&seal);
	cades_verify(&in, &out);
	assert_broken(out, FORM);
	buffer_free(&seal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published), cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_ed25519),
		cmocka_unit_test(test_document), cmocka_unit_test(test_reference),
		cmocka_unit_test(test_signature), cmocka_unit_test(test_purpose),
		cmocka_unit_test(test_stamp), cmocka_unit_test(test_stamp_wrong),
		cmocka_unit_test(test_roots), cmocka_unit_test(test_revocation),
		cmocka_unit_test(test_every_octet)
	};

	return cmocka_run_group_tests(tests, lab_begin, lab_end);
}
