/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast way through chains against the library, on chains of every shape and on thousands of
 * mutants with good signatures: it may say "elsewhere", never another verdict, other facts or other
 * names.  A number as argument multiplies the draws.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "probes/tls_chain_part.h"
#include "probes/tls_path.h"
#include "tests/unit/chain_mutant.h"

enum { NOW_S = 1790000000, DAY = 86400, POOL = 4, KINDS = 7 };

static EVP_PKEY *pool[KINDS][POOL];	/* P-256, P-384, RSA 2048, RSA 3072, P-521, Ed25519, RSA 1024 */
static struct tls_keys *keys;
static size_t draws = 1;
static struct { size_t asked, fast, slow_only, plain, named; } told;

static int
group_setup(void **state)
{
	static const char *const curves[] = { "P-256", "P-384" };

	(void)state;
	keys = tls_keys_new();
	assert_non_null(keys);
	for (size_t i = 0; i < POOL; i++) {
		for (size_t j = 0; j < 2; j++)
			pool[j][i] = EVP_EC_gen(curves[j]);
		pool[2][i] = EVP_RSA_gen(2048);
		pool[3][i] = i == 0 ? EVP_RSA_gen(3072) : NULL;
		pool[4][i] = EVP_EC_gen("P-521");
		pool[5][i] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		pool[6][i] = i == 0 ? EVP_RSA_gen(1024) : NULL;
		for (size_t j = 3; j < KINDS; j += 3)
			if (pool[j][i] == NULL) {
				pool[j][i] = pool[j][0];
				EVP_PKEY_up_ref(pool[j][i]);
			}
	}
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS * POOL; i++)
		EVP_PKEY_free(pool[i / POOL][i % POOL]);
	tls_keys_free(keys);
	return 0;
}

/* --- both ways -------------------------------------------------------------------------- */

static void
fail_with(const char *what, struct bytes octets)
{
	struct reader list = reader_of(octets);
	struct bytes der;

	while (tls_certificate_next(&list, &der))
		for (size_t at = 0; at < der.len; at += 32) {
			char text[65];
			struct bytes line = bytes_slice(der, at, 32);

			hex_of(line, text);
			print_error("%s%s\n", at == 0 ? "certificate: " : "  ", text);
		}
	fail_msg("%s", what);
}

static void
facts_put(struct tls_chain *chain, struct buffer *out)
{
	struct fact_set set = { .count = 0 };
	size_t count;
	const struct bytes *name;

	if (chain == NULL)
		return;
	tls_chain_facts(chain, &set);
	fact_set_write(&set, FACTS_ALL, out);
	fact_set_free(&set);
	buffer_put_u8(out, tls_chain_must_staple(chain));
	name = tls_chain_listed(chain, &count);
	for (size_t i = 0; i < count; i++)
		buffer_put(out, name[i].at, name[i].len);
}

/* Everything that is read of the chain, and its key, by either. */
static void
same_facts(struct bytes octets)
{
	struct tls_chain *fast = tls_chain_read(keys, hash_of(octets), octets);
	struct tls_chain *slow = tls_chain_read(NULL, hash_of(octets), octets);
	struct buffer a = { .max = 0 }, b = { .max = 0 };

	if ((fast == NULL) != (slow == NULL))
		fail_with("readable by one alone", octets);
	facts_put(fast, &a);
	facts_put(slow, &b);
	if (!bytes_equal(bytes_of_buffer(&a), bytes_of_buffer(&b)))
		fail_with("other facts", octets);
	told.plain += fast != NULL && fast->public_key.len > 0;
	buffer_free(&a), buffer_free(&b);
	if (fast != NULL)
		tls_chain_free(fast), tls_chain_free(slow);
}

static void
same_names(struct bytes octets)
{
	static size_t turn;
	static const char *const hosts[] = { "amf.lab", "AMF.LAB.", "a.pool.lab", "192.0.2.9", "2001:db8::1",
		"smf.lab", "lab", "", "10.1", "*.pool.lab", "x" };

	/* Three of them each time: the library decodes the whole chain for one. */
	for (size_t i = 0; i < 3; i++, turn++) {
		const char *host = hosts[turn % (sizeof(hosts) / sizeof(hosts[0]))];
		enum tls_named named = tls_path_host(octets, host);

		if (named != TLS_NAMED_ELSEWHERE &&
		    (named == TLS_NAMED) != tls_verify_host(octets, host))
			fail_with(host, octets);
		told.named += named == TLS_NAMED;
	}
}

/* True: the fast way went through. */
static bool
same_verdict(struct bytes octets, const struct tls_anchors *anchors, int64_t at_ms)
{
	int64_t from[2] = { 0 }, until[2] = { 0 };
	bool fast = tls_path_verify(keys, octets, anchors, at_ms, &from[0], &until[0]);
	struct tls_judgement slow = tls_verify(octets, anchors, at_ms, &from[1], &until[1]);

	told.asked++;
	told.fast += fast;
	told.slow_only += !fast && slow.fault == TLS_FAULT_NONE;
	if (fast && slow.fault != TLS_FAULT_NONE)
		fail_with(slow.reason, octets);
	if (fast && (from[0] != from[1] || until[0] != until[1]))
		fail_with("other edges", octets);
	return fast;
}

static bool
same(struct bytes octets, const struct tls_anchors *anchors, int64_t at_ms)
{
	same_facts(octets);
	same_names(octets);
	return same_verdict(octets, anchors, at_ms);
}

static void
octets_put(struct buffer *out, struct bytes der)
{
	buffer_put_be(out, der.len, 3);
	buffer_put(out, der.at, der.len);
}

static struct tls_anchors *
anchors_of(X509 *const *root, size_t count, bool trusted)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct tls_anchors *anchors;
	struct why why;
	char *at;
	long len;

	for (size_t i = 0; i < count; i++) {
		if (trusted)
			PEM_write_bio_X509_AUX(bio, root[i]);
		else
			PEM_write_bio_X509(bio, root[i]);
	}
	len = BIO_get_mem_data(bio, &at);
	assert_int_equal(tls_anchors_new(&anchors, bytes_of(at, (size_t)len), &why), ERR_OK);
	BIO_free(bio);
	return anchors;
}

/* --- shapes --------------------------------------------------------------------------------- */

static const char *const ca_plain[] = { "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign",
	"subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid" };
static const char *const leaf_plain[] = { "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
	"extendedKeyUsage=serverAuth,clientAuth",
	"subjectAltName=DNS:amf.lab,DNS:*.pool.lab,IP:192.0.2.9,IP:2001:db8::1,URI:urn:uuid:1,email:noc@amf.lab",
	"subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid" };
/* In place of one of these, or beside them. */
static const char *const odd[] = { "basicConstraints=CA:FALSE", "basicConstraints=CA:TRUE", "basicConstraints=critical,CA:TRUE,pathlen:0",
	"basicConstraints=critical,CA:TRUE,pathlen:1", "keyUsage=cRLSign", "keyUsage=critical,keyCertSign,decipherOnly",
	"keyUsage=keyEncipherment", "keyUsage=keyAgreement,encipherOnly", "extendedKeyUsage=clientAuth", "extendedKeyUsage=anyExtendedKeyUsage",
	"extendedKeyUsage=critical,serverAuth", "extendedKeyUsage=msSGC", "extendedKeyUsage=1.2.3.4,serverAuth", "nsCertType=client",
	"nsCertType=server", "nsCertType=sslCA", "nsComment=made for a test", "certificatePolicies=1.2.3.4", "certificatePolicies=critical,1.2.3.4",
	"nameConstraints=critical,permitted;DNS:lab", "nameConstraints=permitted;DNS:example", "crlDistributionPoints=URI:http://crl.lab/ca.crl",
	"authorityInfoAccess=OCSP;URI:http://ocsp.lab/", "tlsfeature=status_request", "tlsfeature=critical,status_request", "tlsfeature=17",
	"subjectAltName=critical,DNS:amf.lab", "subjectAltName=DNS:AMF.lab", "subjectAltName=RID:1.2.3", "subjectAltName=otherName:1.2.3;UTF8:x,DNS:amf.lab",
	"1.2.3.4.5=DER:0500", "1.2.3.4.5=critical,DER:0500", "inhibitAnyPolicy=0", "policyConstraints=requireExplicitPolicy:0", "subjectKeyIdentifier=00:01",
	"authorityKeyIdentifier=keyid:always,issuer:always", "issuerAltName=DNS:issuer.lab", "sbgp-ipAddrBlock=IPv4:10.0.0.0/8", "keyUsage=critical,DER:03020000",
	"basicConstraints=DER:30030101FF00", "subjectAltName=DER:3000", "extendedKeyUsage=DER:3000", "noCheck=critical,DER:0500", "freshestCRL=URI:http://crl.lab/delta",
	"proxyCertInfo=critical,language:id-ppl-anyLanguage,policy:text:x" };
static const char *const names[][3] = { { "CN=amf-1", "O=Carrier" }, { "O=Lab", "CN=Issuing 1" }, { "CN=issuing  1 ", "O=LAB" }, { "CN=" "\xe6\x9d\xb1\xe4\xba\xac" },
	{ "C=JP", "O=Carrier, \"K.K.\"", "CN=#1 <amf>" }, { "DC=lab", "DC=core", "CN=x" }, { "CN=a", "+O=b" }, { "emailAddress=noc@lab", "CN=a" },
	{ "serialNumber=1", "ST=Tokyo", "L=Chiyoda" }, { "CN=a=b;c\\d" }, { "title=x" }, { "OU=it's (a) unit_1/2:3*", "CN= leading" } };

static void
extensions_draw(struct maker *maker, uint64_t *state, const char *const *plain, size_t count, unsigned oddness)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		if (oddness == 0 || draw_of(state, 48) >= oddness)
			maker->extension[used++] = draw_of(state, 48) < oddness ?
			    odd[draw_of(state, sizeof(odd) / sizeof(odd[0]))] : plain[i];
	if (draw_of(state, 48) < oddness)
		maker->extension[used++] = odd[draw_of(state, sizeof(odd) / sizeof(odd[0]))];
}

static void
maker_draw(struct maker *maker, uint64_t *state, const struct maker *issuer, size_t depth, unsigned oddness)
{
	static const EVP_MD *(*const digests[])(void) = { EVP_sha256, EVP_sha384, EVP_sha512, EVP_sha1, EVP_sha224 };
	static const int types[] = { MBSTRING_UTF8, MBSTRING_UTF8, MBSTRING_UTF8, V_ASN1_PRINTABLESTRING, V_ASN1_IA5STRING, V_ASN1_T61STRING,
		V_ASN1_BMPSTRING };
	size_t kind = draw_of(state, 48) < oddness ? draw_of(state, KINDS) : draw_of(state, 8) > 1 ? 0 : draw_of(state, 3);
	size_t name = draw_of(state, draw_of(state, 48) < 4 * oddness ? sizeof(names) / sizeof(names[0]) : 2);

	*maker = (struct maker){ .issuer = issuer, .key = pool[kind][draw_of(state, POOL)],
	    .digest = digests[draw_of(state, draw_of(state, 48) < oddness ? 5 : 3)](), .pss = draw_of(state, 3) == 0,
	    .name_type = draw_of(state, 48) < oddness ? types[draw_of(state, 7)] : 0,
	    .from_s = NOW_S - DAY * (int64_t)(1 + draw_of(state, 9)), .until_s = NOW_S + DAY * (int64_t)(1 + draw_of(state, 9)),
	    .serial = 1 + (long)draw_of(state, 1000000) };
	if (draw_of(state, 48) < oddness && draw_of(state, 3) == 0)
		maker->until_s = draw_of(state, 2) ? NOW_S - 1 : 4000000000;
	memcpy(maker->name, names[name], sizeof(names[name]));
	if (oddness == 0 || draw_of(state, 48) >= oddness)	/* else issuer and issued may share a name */
		maker->name[draw_of(state, 2) && maker->name[2] == NULL && maker->name[1] != NULL ? 2 : 3] = (const char *[]){ "OU=leaf", "OU=one",
		    "OU=two", "OU=three", "OU=root" }[depth];
	for (size_t i = 1; i < 4; i++)
		if (maker->name[i - 1] == NULL && maker->name[i] != NULL)
			maker->name[i - 1] = maker->name[i], maker->name[i] = NULL, i = 0;
	if (depth == 0)
		extensions_draw(maker, state, leaf_plain, 6, oddness);
	else
		extensions_draw(maker, state, ca_plain, 4, oddness);
	maker_make(maker);
}

/* A world: a root, up to three below it, a leaf; what is sent and what is trusted vary too. */
static void
world_try(uint64_t *state, unsigned oddness)
{
	struct maker made[5];
	size_t depth = 1 + draw_of(state, 4), roots = 0;
	struct buffer octets = { .max = 0 };
	struct tls_anchors *anchors;
	X509 *root[4];

	for (size_t i = depth + 1; i > 0; i--)
		maker_draw(&made[i - 1], state, i == depth + 1 ? NULL : &made[i], i - 1 == depth ? 4 : i - 1, oddness);
	for (size_t i = 0; i <= depth; i++) {
		bool last = i == depth;

		if (last ? draw_of(state, 4) == 0 : draw_of(state, 96) >= oddness)
			octets_put(&octets, bytes_of_buffer(&made[i].der));
		if (draw_of(state, 96) < oddness)
			octets_put(&octets, bytes_of_buffer(&made[draw_of(state, depth + 1)].der));
	}
	root[roots++] = made[draw_of(state, 8) == 0 ? draw_of(state, depth + 1) : depth].made;
	if (draw_of(state, 4) == 0)
		root[roots++] = made[draw_of(state, depth + 1)].made;
	if (draw_of(state, 96) < oddness)
		X509_add1_trust_object(root[0], OBJ_nid2obj(draw_of(state, 2) ? NID_server_auth : NID_client_auth));
	anchors = anchors_of(root, roots, true);
	same(bytes_of_buffer(&octets), anchors, NOW_S * 1000LL);
	for (size_t i = 0; i < 3; i++) {
		int64_t edge = draw_of(state, 2) ? made[draw_of(state, depth + 1)].from_s : made[draw_of(state, depth + 1)].until_s;

		same_verdict(bytes_of_buffer(&octets), anchors, edge * 1000 + (int64_t)draw_of(state, 3) - 1);
	}
	tls_anchors_free(anchors);
	for (size_t i = 0; i <= depth; i++)
		maker_free(&made[i]);
	buffer_free(&octets);
}

static void
said(const char *what)
{
	print_message("%s: %zu asked, %zu the fast way, %zu by the library alone, %zu plain leaves, %zu names\n", what, told.asked,
	    told.fast, told.slow_only, told.plain, told.named);
}

/* Plain worlds go the fast way: all but those in which the library finds a fault. */
static void
plain_worlds(void **state)
{
	uint64_t seed = 7;

	(void)state;
	memset(&told, 0, sizeof(told));
	for (size_t i = 0; i < 100 * draws; i++)
		world_try(&seed, 0);
	said("plain");
	assert_true(told.fast > told.asked / 4);
	assert_true(told.plain > 60);
	assert_true(told.named > 50);
}

static void
odd_worlds(void **state)
{
	uint64_t seed = 11;

	(void)state;
	memset(&told, 0, sizeof(told));
	for (size_t i = 0; i < 400 * draws; i++)
		world_try(&seed, (const unsigned[]){ 1, 1, 2, 3, 6, 16 }[i % 6]);
	said("odd");
	assert_true(told.fast > 50);
	assert_true(told.slow_only > 20);
}

/* --- mutants -------------------------------------------------------------------------------- */

struct scene {
	struct maker        made[4];	/* leaf, one, two, root */
	struct tls_anchors *anchors;
};

static void
scene_make(struct scene *scene, size_t kind, bool pss)
{
	static const char *const name[] = { "CN=amf-1", "CN=Issuing 1", "CN=Issuing 2", "CN=Root" };
	uint64_t state = 3;

	for (size_t i = 4; i > 0; i--) {
		struct maker *maker = &scene->made[i - 1];

		*maker = (struct maker){ .issuer = i == 4 ? NULL : maker + 1, .key = pool[kind][i - 1], .digest = EVP_sha256(), .pss = pss,
		    .name = { "O=Lab", name[i - 1] }, .from_s = NOW_S - DAY, .until_s = NOW_S + DAY * (int64_t)i, .serial = 1000 + (long)i };
		extensions_draw(maker, &state, i == 1 ? leaf_plain : ca_plain, i == 1 ? 6 : 4, 0);
		maker_make(maker);
	}
	scene->anchors = anchors_of((X509 *[]){ scene->made[3].made }, 1, false);
}

static void
scene_free(struct scene *scene)
{
	tls_anchors_free(scene->anchors);
	for (size_t i = 0; i < 4; i++)
		maker_free(&scene->made[i]);
}

/* One of the three that are sent is a mutant with a good signature; or the anchor is. */
static void
mutants(size_t kind, bool pss, size_t count)
{
	struct buffer mutant = { .max = 0 }, octets = { .max = 0 };
	uint64_t state = 19 + kind;
	struct scene scene;

	memset(&told, 0, sizeof(told));
	scene_make(&scene, kind, pss);
	for (size_t i = 0; i < count * draws; i++) {
		size_t which = draw_of(&state, 4);
		struct tls_anchors *anchors = tls_anchors_keep(scene.anchors);
		const unsigned char *at;
		X509 *root;

		mutant_of(&scene.made[which], &state, &mutant);
		buffer_reset(&octets);
		for (size_t j = 0; j < 3; j++)
			octets_put(&octets, bytes_of_buffer(j == which ? &mutant : &scene.made[j].der));
		at = mutant.at;
		root = which == 3 ? d2i_X509(NULL, &at, (long)mutant.len) : NULL;
		if (root != NULL) {
			tls_anchors_free(anchors);
			anchors = anchors_of(&root, 1, false);
			X509_free(root);
		}
		same(bytes_of_buffer(&octets), anchors, NOW_S * 1000LL);
		tls_anchors_free(anchors);
	}
	said(pss ? "mutants, RSASSA-PSS" : kind == 0 ? "mutants, P-256" : kind == 1 ? "mutants, P-384" : "mutants, RSA");
	assert_true(told.fast > told.asked / 20);
	assert_true(told.fast < told.asked);
	scene_free(&scene);
	buffer_free(&mutant), buffer_free(&octets);
}

static void
mutants_signed_again(void **state)
{
	(void)state;
	mutants(0, false, 1500);
	mutants(1, false, 100);
	mutants(2, false, 250);
	mutants(2, true, 250);
}

/* Every octet of a chain turned, without a new signature; every cut. */
static void
octets_turned(void **state)
{
	struct buffer octets = { .max = 0 };
	struct scene scene;

	(void)state;
	memset(&told, 0, sizeof(told));
	scene_make(&scene, 0, false);
	for (size_t i = 0; i < 3; i++)
		octets_put(&octets, bytes_of_buffer(&scene.made[i].der));
	assert_true(same(bytes_of_buffer(&octets), scene.anchors, NOW_S * 1000LL));
	for (size_t i = 0; i < octets.len; i++) {
		uint8_t was = octets.at[i];

		octets.at[i] ^= (uint8_t)(1 << i % 8);
		assert_false(same(bytes_of_buffer(&octets), scene.anchors, NOW_S * 1000LL));
		octets.at[i] = was;
	}
	for (size_t len = 0; len < octets.len; len += 5)
		same(bytes_of(octets.at, len), scene.anchors, NOW_S * 1000LL);
	octets_put(&octets, bytes_of("x", 1));
	assert_false(same(bytes_of_buffer(&octets), scene.anchors, NOW_S * 1000LL));
	scene_free(&scene);
	buffer_free(&octets);
}

/* Points off their curve, of another curve, or at infinity are no keys. */
static void
points_off_the_curve(void **state)
{
	struct x509 read;
	struct scene scene;
	struct tls_key key;
	uint8_t *point;

	(void)state;
	scene_make(&scene, 0, false);
	assert_true(x509_read(bytes_of_buffer(&scene.made[0].der), &read));
	assert_true(tls_key_read(keys, &read, &key));
	point = scene.made[0].der.at + (read.point.at - read.whole.at);
	for (size_t i = 1; i < 65; i += 7) {
		point[i] ^= 0x10;
		assert_false(tls_key_read(keys, &read, &key));
		point[i] ^= 0x10;
	}
	memset(point + 1, 0, 64);
	assert_false(tls_key_read(keys, &read, &key));
	scene_free(&scene);
}

/* What a key signed in a handshake, by the point and by the object the library decoded. */
static void
handshake_signatures(void **state)
{
	static const struct { size_t kind; uint16_t scheme; const EVP_MD *(*digest)(void); bool pss; } cases[] = {
		{ 0, 0x0403, EVP_sha256, false }, { 1, 0x0503, EVP_sha384, false }, { 2, 0x0804, EVP_sha256, true },
		{ 2, 0x0805, EVP_sha384, true }, { 4, 0x0603, EVP_sha512, false }, { 5, 0x0807, EVP_sha256, false } };
	struct bytes text = bytes_of_text("what is signed in a handshake");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct maker maker = { .key = pool[cases[i].kind][1], .digest = EVP_sha256(), .name = { "CN=a" },
		    .until_s = NOW_S, .serial = 1 };
		struct buffer signature = { .max = 0 }, octets = { .max = 0 };
		struct tls_chain *chain[2];

		maker_make(&maker);
		octets_put(&octets, bytes_of_buffer(&maker.der));
		maker_sign(&maker, cases[i].pss, cases[i].digest(), text, &signature);
		chain[0] = tls_chain_read(keys, hash_of(text), bytes_of_buffer(&octets));
		chain[1] = tls_chain_read(NULL, hash_of(text), bytes_of_buffer(&octets));
		for (size_t j = 0; j < 2; j++) {
			const struct tls_key *key = &chain[j]->public_key;

			assert_int_equal(key->len > 0, j == 0 && cases[i].kind < 2);
			assert_true(tls_key_signed(keys, key, cases[i].scheme, text, bytes_of_buffer(&signature)));
			assert_false(tls_key_signed(keys, key, cases[i].scheme, bytes_slice(text, 1, text.len), bytes_of_buffer(&signature)));
			for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++)
				assert_int_equal(tls_key_signed(keys, key, cases[k].scheme, text, bytes_of_buffer(&signature)), i == k);
			tls_chain_free(chain[j]);
		}
		buffer_free(&signature), buffer_free(&octets);
		maker_free(&maker);
	}
}

/* The certificates of others: makers of hardware, authorities of the web if this machine has them. */
static void
certificates_of_others(void **state)
{
	static const char *const files[] = { "/etc/ssl/certs/ca-certificates.crt", "tests/data/rfc3161/sigstage-chain.pem",
		"tests/data/attest/snp/roots/ask_ark_milan.pem", "tests/data/attest/yubico/hsm-root.pem", "tests/data/attest/tpm-swtpm/ca-root.pem",
		"tests/data/attest/tpm-swtpm/good.pem", "tests/data/attest/vtpm-gcp/gcp_ek_ak_ca_root.crt", "tests/data/cades/pkcs11-softhsm.crt" };
	struct tls_anchors *none;
	size_t count = 0;
	struct why why;

	(void)state;
	memset(&told, 0, sizeof(told));
	assert_int_equal(tls_anchors_new(&none, bytes_of(NULL, 0), &why), ERR_OK);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		BIO *in = BIO_new_file(files[i], "r");
		X509 *one;

		while (in != NULL && (one = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
			struct buffer octets = { .max = 0 };
			struct tls_pair pair = { .certificate = one };

			tls_octets(&octets, (const struct tls_pair *[]){ &pair }, 1);
			same(bytes_of_buffer(&octets), none, NOW_S * 1000LL);
			buffer_free(&octets);
			X509_free(one);
			count++;
		}
		BIO_free(in);
	}
	tls_anchors_free(none);
	said("others");
	assert_true(count >= 3);
	assert_int_equal(told.fast, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_worlds), cmocka_unit_test(odd_worlds), cmocka_unit_test(mutants_signed_again),
		cmocka_unit_test(octets_turned), cmocka_unit_test(points_off_the_curve), cmocka_unit_test(handshake_signatures),
		cmocka_unit_test(certificates_of_others),
	};

	if (argc == 2)
		draws = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
