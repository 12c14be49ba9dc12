/* SPDX-License-Identifier: Apache-2.0 */
/* Key exchanges of SSH: what is hashed around an agreement, and the keys that come of it. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "probes/agreement.h"
#include "probes/ssh_crypto.h"

const char ssh_crypto_exchanges[] = "curve25519-sha256,curve25519-sha256@libssh.org,"
    "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group14-sha256,"
    "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha1,"
    "diffie-hellman-group1-sha1";

struct method {
	const char *name, *group;
	bool        numbers;		/* not a curve: values are of type mpint */
	const char *hash;
};

static const struct method methods[] = {
	{ "curve25519-sha256", "X25519", false, "SHA256" },
	{ "curve25519-sha256@libssh.org", "X25519", false, "SHA256" },
	{ "ecdh-sha2-nistp256", "P-256", false, "SHA256" },
	{ "ecdh-sha2-nistp384", "P-384", false, "SHA384" },
	{ "ecdh-sha2-nistp521", "P-521", false, "SHA512" },
	{ "diffie-hellman-group14-sha256", "MODP 2048", true, "SHA256" },
	{ "diffie-hellman-group16-sha512", "MODP 4096", true, "SHA512" },
	{ "diffie-hellman-group18-sha512", "MODP 8192", true, "SHA512" },
	{ "diffie-hellman-group14-sha1", "MODP 2048", true, "SHA1" },
	{ "diffie-hellman-group1-sha1", "MODP 1024", true, "SHA1" },
};

struct ssh_exchange {
	const struct method *method;
	struct agreement    *agreement;
	struct buffer        public;	/* as KEX_INIT has it, with its length */
	struct buffer        shared;	/* K as the hashes take it: with its length */
	uint8_t              hash[EVP_MAX_MD_SIZE];
	unsigned             hash_len;
};

struct ssh_exchange *
ssh_exchange_new(struct bytes name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct ssh_exchange *exchange;

		if (!bytes_equal(name, bytes_of_text(methods[i].name)))
			continue;
		exchange = memory_new(1, sizeof(*exchange));
		exchange->method = &methods[i];
		exchange->agreement = agreement_new(methods[i].group);
		if (methods[i].numbers)
			ssh_number_put(&exchange->public, agreement_public(exchange->agreement));
		else
			ssh_string_put(&exchange->public, agreement_public(exchange->agreement));
		return exchange;
	}
	return NULL;
}

void
ssh_exchange_free(struct ssh_exchange *exchange)
{
	if (exchange == NULL)
		return;
	agreement_free(exchange->agreement);
	buffer_free(&exchange->public);
	if (exchange->shared.len > 0)
		OPENSSL_cleanse(exchange->shared.at, exchange->shared.len);
	buffer_free(&exchange->shared);
	free(exchange);
}

struct bytes
ssh_exchange_public(const struct ssh_exchange *exchange)
{
	return bytes_slice(bytes_of_buffer(&exchange->public), 4, exchange->public.len);
}

enum err
ssh_exchange_finish(struct ssh_exchange *exchange, struct bytes theirs, struct bytes transcript,
    struct why *why)
{
	const EVP_MD *hash = EVP_get_digestbyname(exchange->method->hash);
	struct buffer shared = { .max = AGREEMENT_SECRET_MAX };
	EVP_MD_CTX *ctx;
	bool fine;

	fine = agreement_share(exchange->agreement, exchange->method->numbers ?
	    ssh_number(theirs) : theirs, &shared);
	if (fine) {
		ssh_number_put(&exchange->shared, bytes_of_buffer(&shared));
		OPENSSL_cleanse(shared.at, shared.len);
	}
	buffer_free(&shared);
	if (!fine)
		return why_set(why, ERR_MALFORMED, "the peer sent a key exchange value that is not "
		    "one of its group");
	ctx = EVP_MD_CTX_new();
	EVP_DigestInit_ex(ctx, hash, NULL);
	EVP_DigestUpdate(ctx, transcript.at, transcript.len);
	EVP_DigestUpdate(ctx, exchange->shared.at, exchange->shared.len);
	EVP_DigestFinal_ex(ctx, exchange->hash, &exchange->hash_len);
	EVP_MD_CTX_free(ctx);
	return ERR_OK;
}

struct bytes
ssh_exchange_hash(const struct ssh_exchange *exchange)
{
	return bytes_of(exchange->hash, exchange->hash_len);
}

void
ssh_exchange_derive(const struct ssh_exchange *exchange, char letter, uint8_t *out, size_t len)
{
	const EVP_MD *hash = EVP_get_digestbyname(exchange->method->hash);
	uint8_t block[EVP_MAX_MD_SIZE];
	unsigned block_len = 0;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t done = 0;

	while (done < len) {
		size_t part;

		EVP_DigestInit_ex(ctx, hash, NULL);
		EVP_DigestUpdate(ctx, exchange->shared.at, exchange->shared.len);
		EVP_DigestUpdate(ctx, exchange->hash, exchange->hash_len);
		if (done == 0) {
			EVP_DigestUpdate(ctx, &letter, 1);
			EVP_DigestUpdate(ctx, exchange->hash, exchange->hash_len);
		} else {
			EVP_DigestUpdate(ctx, out, done);
		}
		EVP_DigestFinal_ex(ctx, block, &block_len);
		part = len - done < block_len ? len - done : block_len;
		memcpy(out + done, block, part);
		done += part;
	}
	OPENSSL_cleanse(block, sizeof(block));
	EVP_MD_CTX_free(ctx);
}
