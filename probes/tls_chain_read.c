/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a chain says, taken from its octets: by probes/wire/x509.h where a certificate is plain,
 * else by the library, and the same by either.
 */
#include <arpa/inet.h>
#include <limits.h>
#include <openssl/err.h>
#include <stdlib.h>

#include "probes/tls_certificate.h"
#include "probes/tls_chain_part.h"
#include "probes/tls_path.h"
#include "probes/wire/tls_handshake.h"

/* A certificate, read by one of both. */
struct reading {
	struct x509    plain;
	struct tls_key key;		/* of the plain one */
	X509          *library;		/* NULL: it is plain */
};

static char *
text_of(struct buffer *text)
{
	char *copy = memory_text(bytes_slice(bytes_of_buffer(text), 0, FACT_TEXT_MAX));

	buffer_reset(text);
	return copy;
}

/* Plain: its key is one that the library takes, and whether it issued itself is certain. */
static bool
reading_of(struct tls_keys *keys, struct bytes der, struct reading *out)
{
	*out = (struct reading){ .library = NULL };
	if (keys != NULL && x509_read(der, &out->plain) &&
	    (out->plain.subject.fold != out->plain.issuer.fold ||
	    bytes_equal(out->plain.subject.whole, out->plain.issuer.whole)) &&
	    tls_key_read(keys, &out->plain, &out->key))
		return true;
	out->library = certificate_read(der);
	return out->library != NULL;
}

static void
reading_free(struct reading *reading)
{
	X509_free(reading->library);
	tls_key_free(&reading->key);
}

/* --- names -------------------------------------------------------------------------------- */

static void
name_take(void *arg, struct bytes name)
{
	struct tls_chain *chain = arg;

	if (chain->names_kept == FACT_LIST_MAX)
		return;
	if (name.len > FACT_TEXT_MAX)
		name.len = FACT_TEXT_MAX;
	chain->name[chain->names_kept++].len = name.len;
	buffer_put(&chain->names, name.at, name.len);
}

static size_t
plain_names(const struct x509 *leaf, struct tls_chain *chain)
{
	char text[INET6_ADDRSTRLEN];
	struct bytes rest = leaf->names, name;
	size_t count = 0;
	uint8_t tag;

	for (; x509_general_next(&rest, &tag, &name); count++)
		if (tag != X509_NAME_ADDRESS) {
			if (name.len > 0)
				name_take(chain, name);
		} else if ((name.len == 4 || name.len == 16) &&
		    inet_ntop(name.len == 4 ? AF_INET : AF_INET6, name.at, text,
		    sizeof(text)) != NULL) {
			name_take(chain, bytes_of_text(text));
		}
	return count;
}

/* The views are set when the buffer has stopped moving. */
static void
names_read(struct tls_chain *chain, const struct reading *leaf)
{
	size_t at = 0;

	chain->name = memory_new(FACT_LIST_MAX, sizeof(*chain->name));
	chain->names_count = leaf->library == NULL ? plain_names(&leaf->plain, chain) :
	    certificate_names(leaf->library, name_take, chain);
	for (size_t i = 0; i < chain->names_kept; i++) {
		chain->name[i].at = chain->names.at + at;
		at += chain->name[i].len;
	}
	chain->name = memory_resize(chain->name, chain->names_kept + 1, sizeof(*chain->name));
}

/* A name that the plain reader does not show is read by the library: it costs no key. */
static void
plain_name_put(struct buffer *out, struct x509_name name)
{
	const unsigned char *at = name.whole.at;
	X509_NAME *read;

	if (x509_name_put(name, out))
		return;
	read = d2i_X509_NAME(NULL, &at, (long)name.whole.len);
	if (read != NULL)
		certificate_name_put(out, read);
	X509_NAME_free(read);
	ERR_clear_error();
}

/* --- the first certificate ---------------------------------------------------------------- */

static void
leaf_of_library(struct tls_chain *chain, X509 *leaf, struct buffer *text)
{
	unsigned char *spki = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &spki);

	if (len > 0)
		chain->spki = hash_of(bytes_of(spki, (size_t)len));
	OPENSSL_free(spki);
	certificate_name_put(text, X509_get_subject_name(leaf));
	chain->subject = text_of(text);
	certificate_name_put(text, X509_get_issuer_name(leaf));
	chain->issuer = text_of(text);
	chain->public_key = tls_key_of(X509_get_pubkey(leaf));
	ERR_clear_error();
	chain->must_staple = certificate_must_staple(leaf);
}

static void
leaf_read(struct tls_chain *chain, struct reading *leaf)
{
	struct buffer text = { .max = ANSWER_MAX };

	if (leaf->library != NULL) {
		leaf_of_library(chain, leaf->library, &text);
	} else {
		chain->spki = hash_of(leaf->plain.spki);
		plain_name_put(&text, leaf->plain.subject);
		chain->subject = text_of(&text);
		plain_name_put(&text, leaf->plain.issuer);
		chain->issuer = text_of(&text);
		chain->must_staple = leaf->plain.must_staple;
		chain->public_key = leaf->key;
		leaf->key = (struct tls_key){ .len = 0 };
	}
	buffer_free(&text);
	names_read(chain, leaf);
}

/* --- each certificate --------------------------------------------------------------------- */

/* What certificate_key_strength() says of these keys (NIST SP 800-57, as the library counts). */
static int
plain_key_strength(const struct x509 *plain)
{
	if (plain->key != X509_KEY_RSA)
		return plain->key == X509_KEY_P256 ? 128 : 192;
	return plain->key_bits == 2048 ? 112 : plain->key_bits == 3072 ? 128 : 152;
}

static int
plain_signature_strength(const struct x509 *plain)
{
	static const int bits[] = { [X509_DIGEST_256] = 128, [X509_DIGEST_384] = 192,
		[X509_DIGEST_512] = 256 };

	return tls_path_self_signed(plain) ? INT_MAX : bits[plain->algorithm->digest];
}

static void
plain_key_put(struct buffer *out, const struct x509 *plain)
{
	if (plain->key == X509_KEY_RSA)
		buffer_print(out, "RSA %u", plain->key_bits);
	else
		buffer_put_text(out, plain->key == X509_KEY_P256 ? "EC secp256r1" : "EC secp384r1");
}

static void
strengths_take(struct tls_chain *chain, size_t i, int key, int signature)
{
	if (i == 0 || key < chain->key_strength)
		chain->key_strength = key;
	if (i == 0 || signature < chain->signature_strength)
		chain->signature_strength = signature;
}

/* What is kept of each certificate, the leaf included. */
static void
each_read(struct tls_chain *chain, size_t i, const struct reading *one)
{
	struct buffer text = { .max = ANSWER_MAX };
	X509 *library = one->library;

	if (library == NULL) {
		chain->before[i] = one->plain.not_before_ms;
		chain->after[i] = one->plain.not_after_ms;
		plain_key_put(&text, &one->plain);
		chain->key_text[i] = text_of(&text);
		buffer_put_text(&text, one->plain.algorithm->name);
		strengths_take(chain, i, plain_key_strength(&one->plain),
		    plain_signature_strength(&one->plain));
	} else {
		chain->before[i] = certificate_time_ms(X509_get0_notBefore(library));
		chain->after[i] = certificate_time_ms(X509_get0_notAfter(library));
		certificate_key_put(&text, library);
		chain->key_text[i] = text_of(&text);
		certificate_signature_put(&text, library);
		strengths_take(chain, i, certificate_key_strength(library),
		    certificate_signature_strength(library));
	}
	chain->signatures[i] = text_of(&text);
	buffer_free(&text);
}

void
tls_chain_free(struct tls_chain *chain)
{
	for (size_t i = 0; i < chain->read; i++) {
		free(chain->key_text[i]);
		free(chain->signatures[i]);
	}
	free(chain->subject);
	free(chain->issuer);
	free(chain->name);
	buffer_free(&chain->names);
	tls_key_free(&chain->public_key);
	free(chain);
}

struct tls_chain *
tls_chain_read(struct tls_keys *keys, struct hash hash, struct bytes octets)
{
	struct tls_chain *chain = memory_new(1, sizeof(*chain));
	struct reader list = reader_of(octets);
	struct bytes der;

	chain->hash = hash;
	chain->keys = keys;
	for (; tls_certificate_next(&list, &der); chain->sent++) {
		struct reading one;

		if (chain->read != chain->sent || chain->read == CHAIN_MAX ||
		    !reading_of(keys, der, &one))
			continue;
		each_read(chain, chain->read, &one);
		if (chain->read++ == 0)
			leaf_read(chain, &one);
		reading_free(&one);
	}
	if (chain->read == 0) {
		tls_chain_free(chain);
		return NULL;
	}
	return chain;
}
