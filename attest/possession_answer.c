/* SPDX-License-Identifier: Apache-2.0 */
/* Possession by hand; see possession_answer.h. */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "attest/base64_form.h"
#include "attest/possession_answer.h"
#include "attest/signature.h"

enum { KEY_OCTETS = 64 << 10 };

static const char tag[] = "sekimori possession v1";

void
possession_message(struct bytes challenge, struct buffer *out)
{
	buffer_put_text(out, tag);
	buffer_put(out, challenge.at, challenge.len);
}

enum err
possession_message_read(struct bytes message, struct bytes *challenge, struct why *why)
{
	size_t len = sizeof(tag) - 1;

	if (message.len != len + POSSESSION_NONCE || memcmp(message.at, tag, len) != 0)
		return why_set(why, ERR_MALFORMED, "it is no challenge that \"attest challenge\" "
		    "wrote: those have %zu octets and begin with \"%s\"", len + POSSESSION_NONCE,
		    tag);
	*challenge = bytes_slice(message, len, POSSESSION_NONCE);
	return ERR_OK;
}

/* The first certificate: what a security module says of a key is often one. */
static X509 *
certificate_take(struct bytes octets, bool der)
{
	const unsigned char *at = octets.at;
	BIO *bio = der ? NULL : BIO_new_mem_buf(octets.at, (int)octets.len);
	X509 *certificate = der ? d2i_X509(NULL, &at, (long)octets.len) :
	    PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return certificate;
}

static EVP_PKEY *
key_take(struct bytes octets)
{
	bool der = octets.len > 0 && octets.at[0] == 0x30;
	EVP_PKEY *key = der ? key_of_spki(octets) : key_of_pem(octets);
	X509 *certificate = NULL;

	if (key == NULL && octets.len > 0 && octets.len <= KEY_OCTETS)
		certificate = certificate_take(octets, der);
	if (certificate != NULL)
		key = X509_get_pubkey(certificate);
	X509_free(certificate);
	ERR_clear_error();
	return key;
}

/* r and s as long as the order, out of the DER that most tools give. */
static struct bytes
raw_of(const EVP_PKEY *key, struct bytes signature, uint8_t out[2 * 66])
{
	int half = (EVP_PKEY_get_bits(key) + 7) / 8;
	const unsigned char *at = signature.at;
	ECDSA_SIG *pair = signature.len > 0 && signature.at[0] == 0x30 ?
	    d2i_ECDSA_SIG(NULL, &at, (long)signature.len) : NULL;
	bool whole = pair != NULL && at == signature.at + signature.len && half <= 66 &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, half) == half &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + half, half) == half;

	ECDSA_SIG_free(pair);
	ERR_clear_error();
	return whole ? bytes_of(out, 2 * (size_t)half) : signature;
}

/* The first algorithm of the table by which it verifies. */
static enum err
evidence_make(struct possession *possession, struct buffer *out, struct why *why)
{
	struct claims *claims = memory_new(1, sizeof(*claims));
	enum err err = ERR_UNTRUSTED;

	for (int i = 0; i < POSSESSION_ALGORITHM_COUNT && err != ERR_OK; i++) {
		size_t before = out->len;
		struct possession_input in;

		possession->algorithm = (enum possession_algorithm)i;
		possession_write(out, possession);
		in = (struct possession_input){ .nonce = possession->nonce,
			.octets = bytes_slice(bytes_of_buffer(out), before, out->len - before) };
		err = possession_verify(&in, claims, NULL);
		if (err != ERR_OK)
			out->len = before;
	}
	free(claims);
	return err == ERR_OK ? ERR_OK : why_set(why, ERR_UNTRUSTED, "the signature is not one by "
	    "that key over this challenge: sign the whole file, with SHA-256 (for EdDSA its "
	    "SHA-256 is the message)");
}

enum err
possession_answer(struct bytes challenge, struct bytes octets, struct bytes signature,
    struct buffer *out, struct why *why)
{
	struct possession possession = { .nonce = challenge };
	struct buffer keep = { .max = 2 * POSSESSION_SIGNATURE_MAX };
	uint8_t raw[2 * 66];
	EVP_PKEY *key = key_take(octets);
	unsigned char *spki = NULL;
	int len = key != NULL ? i2d_PUBKEY(key, &spki) : -1;
	enum err err = ERR_OK;

	if (len <= 0 || len > POSSESSION_SPKI_MAX)
		err = why_set(why, ERR_INVALID, "the key is no public key and no certificate, in "
		    "PEM or DER");
	signature = base64_form_open(signature, &keep);
	if (err == ERR_OK && (signature.len == 0 || signature.len > POSSESSION_SIGNATURE_MAX))
		err = why_set(why, ERR_LIMIT, "a signature has 1 to %d octets, not %zu",
		    POSSESSION_SIGNATURE_MAX, signature.len);
	if (err == ERR_OK) {
		possession.spki = bytes_of(spki, (size_t)len);
		possession.signature = EVP_PKEY_is_a(key, "EC") ? raw_of(key, signature, raw) :
		    signature;
		err = evidence_make(&possession, out, why);
	}
	OPENSSL_free(spki);
	EVP_PKEY_free(key);
	buffer_free(&keep);
	ERR_clear_error();
	return err;
}
