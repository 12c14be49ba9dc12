/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A root, a platform and quoting enclaves of our own, made fresh by libcrypto and not by the code
 * under test: quotes of every version and kind, right or wrong in one chosen way, with collateral
 * for them.  Simulated: nothing here comes from Intel.
 */
#ifndef TESTS_UNIT_INTEL_LAB_H
#define TESTS_UNIT_INTEL_LAB_H

#include "attest/intel_quote.h"
#include "tests/unit/intel_scene.h"
#include "tests/unit/seal_lab.h"

enum { LAB_AT_S = 1795000000, LAB_DAY_S = 86400, LAB_LEVELS = 4 };	/* 2026-11-18 */

struct lab_level {
	unsigned    sgx0, sgx15, pce_svn, tdx0, tdx2;	/* components that are not zero */
	const char *status, *advisories;		/* NULL: no such level; none */
};

struct intel_order {
	unsigned        version;	/* 3, 4, 5 */
	enum quote_kind kind;
	unsigned        sgx0, sgx15, pce_svn;	/* of the PCK certificate */
	uint8_t         svn[QUOTE_SVN], svn2[QUOTE_SVN];	/* tee_tcb_svn: at start, now */
	uint64_t        attributes, sgx_attributes;
	unsigned        qe_svn, qe_product, service, config, owner;
	struct lab_level level[LAB_LEVELS], qe[LAB_LEVELS], module[LAB_LEVELS];
	const char     *info_id, *qe_id, *module_id, *fmspc, *pce_id;	/* NULL: as it must be */
	const char     *pck_name, *ca_name, *signer_name;		/* likewise */
	const char     *info_extra;	/* text at the end of the TCB info */
	unsigned        info_version, qe_version, seam;	/* 0: as it must be; of mrsignerseam */
	bool            revoke_pck, revoke_ca, revoke_signer, signer_under_ca, no_extension, twice;
	struct bytes    report_data, auth, rtmr;	/* rtmr: from RTMR0 on */
};

struct intel_lab { EVP_PKEY *root_key, *ca_key, *pck_key, *signer_key, *attest_key; };

static inline struct intel_lab
lab_make(void)
{
	return (struct intel_lab){ seal_key("P-256"), seal_key("P-256"), seal_key("P-256"),
		seal_key("P-256"), seal_key("P-256") };
}

static inline void
lab_free(struct intel_lab *lab)
{
	EVP_PKEY_free(lab->root_key);
	EVP_PKEY_free(lab->ca_key);
	EVP_PKEY_free(lab->pck_key);
	EVP_PKEY_free(lab->signer_key);
	EVP_PKEY_free(lab->attest_key);
}

/* A good order of that version and kind: one UpToDate level for each. */
static inline struct intel_order
lab_order(unsigned version, enum quote_kind kind)
{
	return (struct intel_order){ .version = version, .kind = kind, .sgx0 = 5, .sgx15 = 1,
		.pce_svn = 13, .svn = { 6, 1, 4 }, .attributes = UINT64_C(1) << 28,
		.sgx_attributes = 5, .qe_svn = 4, .qe_product = kind == QUOTE_SGX ? 1 : 2,
		.level = { { 5, 1, 13, 5, 4, "UpToDate", NULL } },
		.qe = { { 4, 0, 0, 0, 0, "UpToDate", NULL } },
		.module = { { 6, 0, 0, 0, 0, "UpToDate", NULL } } };
}

/* --- DER ---------------------------------------------------------------------------------- */

static inline void
lab_der(struct buffer *out, uint8_t tag, struct bytes value)
{
	buffer_put_u8(out, tag);
	if (value.len >= 0x100)
		buffer_put_u8(out, 0x82);
	else if (value.len >= 0x80)
		buffer_put_u8(out, 0x81);
	buffer_put_be(out, value.len, value.len >= 0x100 ? 2 : 1);
	buffer_put(out, value.at, value.len);
}

/* SEQUENCE { 1.2.840.113741.1.13.1 and under, value } */
static inline void
lab_pair(struct buffer *out, unsigned first, unsigned second, uint8_t tag, struct bytes value)
{
	const uint8_t oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01,
		(uint8_t)first, (uint8_t)second };
	struct buffer inner = { .max = 0 };

	lab_der(&inner, 0x06, bytes_of(oid, second == 0 ? 10 : 11));
	lab_der(&inner, tag, value);
	lab_der(out, 0x30, bytes_of_buffer(&inner));
	buffer_free(&inner);
}

static inline void
lab_extension(const struct intel_order *order, struct buffer *out)
{
	static const uint8_t fmspc[] = { 0x90, 0xc0, 0x6f, 0, 0, 0 }, pce_id[2] = { 0, 0 };
	struct buffer tcb = { .max = 0 }, all = { .max = 0 };

	for (unsigned i = 1; i <= 17; i++) {
		unsigned svn = i == 1 ? order->sgx0 : i == 16 ? order->sgx15 :
		    i == 17 ? order->pce_svn : 0;
		uint8_t number[3] = { 0, (uint8_t)(svn >> 8), (uint8_t)svn };

		lab_pair(&tcb, 2, i, 0x02, bytes_of(number, 3));
	}
	lab_pair(&all, 2, 0, 0x30, bytes_of_buffer(&tcb));
	lab_pair(&all, 3, 0, 0x04, bytes_of(pce_id, 2));
	for (int i = 0; i < (order->twice ? 2 : 1); i++)
		lab_pair(&all, 4, 0, 0x04, bytes_of(fmspc, 6));
	lab_der(out, 0x30, bytes_of_buffer(&all));
	buffer_free(&tcb);
	buffer_free(&all);
}

/* --- certificates and lists --------------------------------------------------------------- */

static inline void
lab_sign(X509 *certificate, EVP_PKEY *key)
{
	if (X509_sign(certificate, key, EVP_sha256()) <= 0)
		abort();
}

static inline X509 *
lab_certificate(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, bool ca,
    const struct intel_order *pck)
{
	const int64_t valid[2] = { LAB_AT_S - 1000 * LAB_DAY_S, LAB_AT_S + 1000 * LAB_DAY_S };
	X509 *made = authority_certificate(name, key, issuer, issuer_key, valid);

	authority_extend(made, NID_basic_constraints, ca ? "critical,CA:TRUE" :
	    "critical,CA:FALSE");
	if (pck != NULL && !pck->no_extension) {
		struct buffer der = { .max = 0 };
		ASN1_OBJECT *oid = OBJ_txt2obj("1.2.840.113741.1.13.1", 1);
		ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
		X509_EXTENSION *extension;

		lab_extension(pck, &der);
		ASN1_OCTET_STRING_set(octets, der.at, (int)der.len);
		extension = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, octets);
		if (X509_add_ext(made, extension, -1) != 1)
			abort();
		X509_EXTENSION_free(extension);
		ASN1_OCTET_STRING_free(octets);
		ASN1_OBJECT_free(oid);
		buffer_free(&der);
	}
	lab_sign(made, issuer_key);
	return made;
}

/* A list by that issuer, with up to two certificates on it. */
static inline void
lab_list(X509 *issuer, EVP_PKEY *key, X509 *first, X509 *second, struct buffer *out)
{
	X509_CRL *list = X509_CRL_new();
	ASN1_TIME *from = ASN1_TIME_set(NULL, LAB_AT_S - LAB_DAY_S);
	ASN1_TIME *until = ASN1_TIME_set(NULL, LAB_AT_S + 20 * LAB_DAY_S);
	X509 *const revoked[] = { first, second };
	unsigned char *der = NULL;
	int len;

	X509_CRL_set_version(list, 1);
	X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer));
	X509_CRL_set1_lastUpdate(list, from);
	X509_CRL_set1_nextUpdate(list, until);
	for (size_t i = 0; i < 2; i++) {
		X509_REVOKED *entry;

		if (revoked[i] == NULL)
			continue;
		entry = X509_REVOKED_new();
		X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked[i]));
		X509_REVOKED_set_revocationDate(entry, from);
		X509_CRL_add0_revoked(list, entry);
	}
	if (X509_CRL_sign(list, key, EVP_sha256()) <= 0)
		abort();
	len = i2d_X509_CRL(list, &der);
	buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	X509_CRL_free(list);
}

/* --- signatures --------------------------------------------------------------------------- */

/* r and s, 32 octets each. */
static inline void
lab_ecdsa(EVP_PKEY *key, struct bytes message, uint8_t out[64])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[128];
	const unsigned char *at = der;
	size_t len = sizeof(der);
	ECDSA_SIG *pair;

	if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(context, der, &len, message.at, message.len) != 1)
		abort();
	pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
	if (BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32) != 32 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32) != 32)
		abort();
	ECDSA_SIG_free(pair);
	EVP_MD_CTX_free(context);
}

static inline void
lab_point(EVP_PKEY *key, uint8_t out[64])
{
	uint8_t point[65];
	size_t len;

	if (EVP_PKEY_get_octet_string_param(key, "pub", point, sizeof(point), &len) != 1 ||
	    len != sizeof(point))
		abort();
	memcpy(out, point + 1, 64);
}

/* --- collateral --------------------------------------------------------------------------- */

static inline void
lab_signed(struct buffer *out, const char *name, struct buffer *body, EVP_PKEY *key)
{
	uint8_t signature[64];
	char hex[129];

	lab_ecdsa(key, bytes_of_buffer(body), signature);
	hex_of(bytes_of(signature, 64), hex);
	buffer_print(out, "{\"%s\":%s,\"signature\":\"%s\"}", name, buffer_text(body), hex);
	buffer_free(body);
}

static inline void
lab_components(struct buffer *out, const char *name, unsigned first, unsigned third,
    unsigned last)
{
	buffer_print(out, "\"%s\":[", name);
	for (unsigned i = 0; i < 16; i++)
		buffer_print(out, "%s{\"svn\":%u}", i > 0 ? "," : "", i == 0 ? first :
		    i == 2 ? third : i == 15 ? last : 0);
	buffer_print(out, "]");
}

static inline void
lab_levels(struct buffer *out, const struct lab_level *levels, int platform, bool td)
{
	buffer_print(out, "\"tcbLevels\":[");
	for (size_t i = 0; i < LAB_LEVELS && levels[i].status != NULL; i++) {
		buffer_print(out, "%s{\"tcb\":{", i > 0 ? "," : "");
		if (platform) {
			lab_components(out, "sgxtcbcomponents", levels[i].sgx0, 0, levels[i].sgx15);
			buffer_print(out, ",\"pcesvn\":%u", levels[i].pce_svn);
			if (td) {
				buffer_print(out, ",");
				lab_components(out, "tdxtcbcomponents", levels[i].tdx0,
				    levels[i].tdx2, 0);
			}
		} else {
			buffer_print(out, "\"isvsvn\":%u", levels[i].sgx0);
		}
		buffer_print(out, "},\"tcbDate\":\"2026-08-12T00:00:00Z\",\"tcbStatus\":\"%s\"",
		    levels[i].status);
		if (levels[i].advisories != NULL)
			buffer_print(out, ",\"advisoryIDs\":[%s]", levels[i].advisories);
		buffer_print(out, "}");
	}
	buffer_print(out, "]");
}

#define LAB_OR(text, otherwise) ((text) != NULL ? (text) : (otherwise))
#define LAB_DATES "\"issueDate\":\"2026-11-17T00:00:00Z\"," \
	"\"nextUpdate\":\"2026-12-17T00:00:00Z\",\"tcbEvaluationDataNumber\":20"
#define LAB_ZEROS "000000000000000000000000000000000000000000000000000000000000000000000000000000" \
	"000000000000000000"

static inline void
lab_info(const struct intel_order *order, EVP_PKEY *key, struct buffer *out)
{
	struct buffer body = { .max = 0 };
	bool td = order->kind != QUOTE_SGX;

	buffer_print(&body, "{\"id\":\"%s\",\"version\":%u," LAB_DATES ",\"fmspc\":\"%s\","
	    "\"pceId\":\"%s\",\"tcbType\":0,", LAB_OR(order->info_id, td ? "TDX" : "SGX"),
	    order->info_version != 0 ? order->info_version : 3,
	    LAB_OR(order->fmspc, "90C06F000000"), LAB_OR(order->pce_id, "0000"));
	if (td) {
		buffer_print(&body, "\"tdxModule\":{\"mrsigner\":\"" LAB_ZEROS "\",\"attributes\":"
		    "\"0000000000000000\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\"},"
		    "\"tdxModuleIdentities\":[{\"id\":\"%s\",\"mrsigner\":\"" LAB_ZEROS "\","
		    "\"attributes\":\"0000000000000000\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\",",
		    LAB_OR(order->module_id, "TDX_01"));
		lab_levels(&body, order->module, 0, td);
		buffer_print(&body, "}],");
	}
	lab_levels(&body, order->level, 1, td);
	buffer_print(&body, "%s}", LAB_OR(order->info_extra, ""));
	lab_signed(out, "tcbInfo", &body, key);
}

static inline void
lab_identity(const struct intel_order *order, EVP_PKEY *key, struct buffer *out)
{
	struct buffer body = { .max = 0 };

	buffer_print(&body, "{\"id\":\"%s\",\"version\":%u," LAB_DATES ","
	    "\"miscselect\":\"00000000\","
	    "\"miscselectMask\":\"FFFFFFFF\",\"attributes\":\"11000000000000000000000000000000\","
	    "\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\",\"mrsigner\":\"%064u\","
	    "\"isvprodid\":%u,", LAB_OR(order->qe_id, order->kind == QUOTE_SGX ? "QE" : "TD_QE"),
	    order->qe_version != 0 ? order->qe_version : 2, 0,
	    order->kind == QUOTE_SGX ? 1 : 2);
	lab_levels(&body, order->qe, 0, false);
	buffer_print(&body, "}");
	lab_signed(out, "enclaveIdentity", &body, key);
}

/* --- quotes ------------------------------------------------------------------------------- */

static inline void
lab_le(struct buffer *out, uint64_t value, unsigned octets)
{
	for (unsigned i = 0; i < octets; i++)
		buffer_put_u8(out, (uint8_t)(value >> 8 * i));
}

static inline void
lab_body(const struct intel_order *order, struct buffer *out)
{
	bool td = order->kind != QUOTE_SGX;
	uint8_t body[TD_15_BODY] = { 0 };

	if (td) {
		memcpy(body + TD_TEE_TCB_SVN, order->svn, QUOTE_SVN);
		body[TD_MRSIGNERSEAM] = (uint8_t)order->seam;
		for (unsigned i = 0; i < 8; i++)
			body[TD_ATTRIBUTES + i] = (uint8_t)(order->attributes >> 8 * i);
		memset(body + TD_MRTD, 0xd1, QUOTE_MR);
		body[TD_MRCONFIGID] = (uint8_t)order->config;
		body[TD_MROWNER] = (uint8_t)order->owner;
		memcpy(body + TD_TEE_TCB_SVN_2, order->svn2, QUOTE_SVN);
		body[TD_MRSERVICETD] = (uint8_t)order->service;
	} else {
		body[SGX_ATTRIBUTES] = (uint8_t)order->sgx_attributes;
		memset(body + SGX_MRENCLAVE, 0xe1, 32);
		memset(body + SGX_MRSIGNER, 0x51, 32);
		body[SGX_PRODUCT] = 7;
		body[SGX_SVN] = 3;
	}
	if (order->rtmr.len > 0)
		memcpy(body + TD_RTMR, order->rtmr.at, order->rtmr.len);
	if (order->report_data.len > 0)
		memcpy(body + (td ? TD_REPORT_DATA : SGX_REPORT_DATA), order->report_data.at,
		    order->report_data.len);
	buffer_put(out, body, order->kind == QUOTE_SGX ? SGX_BODY : order->kind == QUOTE_TD_10 ?
	    TD_10_BODY : TD_15_BODY);
}

static inline void
lab_certification(const struct intel_lab *lab, const struct intel_order *order,
    const uint8_t key[64], struct bytes pem, struct buffer *out)
{
	uint8_t report[SGX_BODY] = { 0 }, signature[64];
	struct hash hash = hash_of3(bytes_of(NULL, 0), bytes_of(key, 64), order->auth);

	report[SGX_ATTRIBUTES] = 0x15;	/* bit 2 is masked */
	report[SGX_PRODUCT] = (uint8_t)order->qe_product;
	report[SGX_SVN] = (uint8_t)order->qe_svn;
	memcpy(report + SGX_REPORT_DATA, hash.at, HASH_LEN);
	lab_ecdsa(lab->pck_key, bytes_of(report, SGX_BODY), signature);
	buffer_put(out, report, SGX_BODY);
	buffer_put(out, signature, 64);
	lab_le(out, order->auth.len, 2);
	buffer_put(out, order->auth.at, order->auth.len);
	lab_le(out, 5, 2);
	lab_le(out, pem.len, 4);
	buffer_put(out, pem.at, pem.len);
}

static inline void
lab_quote(const struct intel_lab *lab, const struct intel_order *order, struct bytes pem,
    struct buffer *out)
{
	static const uint8_t vendor[] = { 0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94,
		0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07 }, user[20] = { 1 };
	struct buffer data = { .max = 0 }, body = { .max = 0 };
	uint8_t signature[64], key[64];

	lab_body(order, &body);
	lab_le(out, order->version, 2);
	lab_le(out, 2, 2);
	lab_le(out, order->kind == QUOTE_SGX ? 0 : 0x81, 4);
	lab_le(out, 0, 4);
	buffer_put(out, vendor, sizeof(vendor));
	buffer_put(out, user, sizeof(user));
	if (order->version == 5) {
		lab_le(out, order->kind, 2);
		lab_le(out, body.len, 4);
	}
	buffer_put(out, body.at, body.len);
	lab_ecdsa(lab->attest_key, bytes_of_buffer(out), signature);
	lab_point(lab->attest_key, key);
	lab_certification(lab, order, key, pem, &data);
	lab_le(out, 128 + data.len + (order->version == 3 ? 0 : 6), 4);
	buffer_put(out, signature, 64);
	buffer_put(out, key, 64);
	if (order->version != 3) {
		lab_le(out, 6, 2);
		lab_le(out, data.len, 4);
	}
	buffer_put(out, data.at, data.len);
	buffer_free(&data);
	buffer_free(&body);
}

/* The scene of an order, and the root's pin for a policy: "sha256:...". */
static inline struct scene
lab_scene(const struct intel_lab *lab, const struct intel_order *order, char pin[80])
{
	struct scene out = { .kind = order->kind == QUOTE_SGX ? "intel-sgx" : "intel-tdx",
		.at_s = LAB_AT_S };
	struct buffer pem = { .max = 0 };
	X509 *root = lab_certificate("Intel SGX Root CA", lab->root_key, NULL, lab->root_key, true,
	    NULL);
	X509 *ca = lab_certificate(LAB_OR(order->ca_name, "Intel SGX PCK Platform CA"), lab->ca_key,
	    root, lab->root_key, true, NULL);
	X509 *pck = lab_certificate(LAB_OR(order->pck_name, "Intel SGX PCK Certificate"),
	    lab->pck_key, ca, lab->ca_key, false, order);
	X509 *signer = lab_certificate(LAB_OR(order->signer_name, "Intel SGX TCB Signing"),
	    lab->signer_key, order->signer_under_ca ? ca : root,
	    order->signer_under_ca ? lab->ca_key : lab->root_key, false, NULL);

	seal_pem(pck, &pem);
	seal_pem(ca, &pem);
	seal_pem(root, &pem);
	lab_quote(lab, order, bytes_of_buffer(&pem), &out.piece[PIECE_QUOTE]);
	lab_info(order, lab->signer_key, &out.piece[PIECE_INFO]);
	lab_identity(order, lab->signer_key, &out.piece[PIECE_IDENTITY]);
	seal_pem(signer, &out.piece[PIECE_CHAIN]);
	lab_list(ca, lab->ca_key, order->revoke_pck ? pck : NULL, NULL,
	    &out.piece[PIECE_PCK_CRL]);
	lab_list(root, lab->root_key, order->revoke_ca ? ca : NULL,
	    order->revoke_signer ? signer : NULL, &out.piece[PIECE_ROOT_CRL]);
	memcpy(pin, "sha256:", 7);
	hash_text(certificate_hash(root), pin + 7);
	X509_free(root);
	X509_free(ca);
	X509_free(pck);
	X509_free(signer);
	buffer_free(&pem);
	return out;
}

#endif
