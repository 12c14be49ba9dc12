/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates and lists out of octets; see chain.h. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "attest/chain_part.h"

static bool
certificate_put(struct pool *pool, X509 *certificate)
{
	if (certificate == NULL || pool->certificates == POOL_CERTIFICATES)
		return false;
	X509_up_ref(certificate);
	certificate_remember(certificate);
	pool->certificate_role[pool->certificates] = NULL;
	pool->certificate[pool->certificates++] = certificate;
	return true;
}

static bool
list_put(struct pool *pool, X509_CRL *list)
{
	if (list == NULL || pool->lists == POOL_LISTS)
		return false;
	X509_CRL_up_ref(list);
	pool->list_role[pool->lists] = NULL;
	pool->list[pool->lists++] = list;
	return true;
}

void
pool_share(struct pool *to, const struct pool *from)
{
	for (size_t i = 0; i < from->certificates; i++)
		(void)certificate_put(to, from->certificate[i]);
	for (size_t i = 0; i < from->lists; i++)
		(void)list_put(to, from->list[i]);
}

static enum err
pem_add(struct pool *pool, struct bytes octets, struct why *why)
{
	BIO *bio = BIO_new_mem_buf(octets.at, (int)octets.len);
	STACK_OF(X509_INFO) *all = bio == NULL ? NULL :
	    PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL);
	size_t found = 0, kept = 0;

	for (int i = 0; i < sk_X509_INFO_num(all); i++) {
		const X509_INFO *one = sk_X509_INFO_value(all, i);

		found += (one->x509 != NULL) + (one->crl != NULL);
		kept += certificate_put(pool, one->x509);
		kept += list_put(pool, one->crl);
	}
	sk_X509_INFO_pop_free(all, X509_INFO_free);
	BIO_free(bio);
	if (found == 0)
		return why_set(why, ERR_MALFORMED, "no certificate and no revocation list can be "
		    "read from the PEM");
	return kept == found ? ERR_OK : why_set(why, ERR_LIMIT, "more than %d certificates or %d "
	    "revocation lists", POOL_CERTIFICATES, POOL_LISTS);
}

static enum err
der_add(struct pool *pool, struct bytes octets, struct why *why)
{
	const unsigned char *at = octets.at;
	X509 *certificate = d2i_X509(NULL, &at, (long)octets.len);
	X509_CRL *list = NULL;
	bool whole = certificate != NULL && at == octets.at + octets.len, kept = false;

	if (whole) {
		kept = certificate_put(pool, certificate);
	} else {
		at = octets.at;
		list = d2i_X509_CRL(NULL, &at, (long)octets.len);
		whole = list != NULL && at == octets.at + octets.len;
		kept = whole && list_put(pool, list);
	}
	X509_free(certificate);
	X509_CRL_free(list);
	if (!whole)
		return why_set(why, ERR_MALFORMED, "neither one certificate nor one revocation "
		    "list in DER, nor PEM");
	return kept ? ERR_OK : why_set(why, ERR_LIMIT, "more than %d certificates or %d "
	    "revocation lists", POOL_CERTIFICATES, POOL_LISTS);
}

static bool
is_pem(struct bytes octets)
{
	return memmem(octets.at, octets.len, "-----BEGIN ", 11) != NULL;
}

void
pool_roles(struct pool *pool, size_t certificates, size_t lists, const char *role)
{
	for (size_t i = certificates; i < pool->certificates; i++)
		pool->certificate_role[i] = role;
	for (size_t i = lists; i < pool->lists; i++)
		pool->list_role[i] = role;
}

/* Of the item that is those very octets; NULL: they are part of one, or of none. */
static const char *
role_of(const struct dossier *dossier, struct bytes octets)
{
	for (size_t i = 0; i < dossier->count; i++)
		if (dossier->item[i].octets.at == octets.at &&
		    dossier->item[i].octets.len == octets.len)
			return dossier->item[i].role;
	return NULL;
}

enum err
pool_add(struct pool *pool, const struct dossier *dossier, struct bytes octets, struct why *why)
{
	struct pool fresh = { .certificates = 0 };
	const struct pool *known = NULL;
	struct hash hash = { { 0 } };
	size_t certificates = pool->certificates, lists = pool->lists;
	enum err err = ERR_OK;

	if (octets.len == 0 || octets.len > POOL_OCTETS)
		return why_set(why, octets.len == 0 ? ERR_MALFORMED : ERR_LIMIT,
		    "%zu octets are no certificates", octets.len);
	if (dossier->memory != NULL) {
		hash = hash_of(octets);
		known = chain_memory_pool(dossier->memory, hash);
	}
	if (known == NULL) {
		err = is_pem(octets) ? pem_add(&fresh, octets, why) : der_add(&fresh, octets, why);
		if (err == ERR_OK && dossier->memory != NULL)
			chain_memory_keep(dossier->memory, hash, octets.len, &fresh);
		known = &fresh;
	}
	if (err == ERR_OK && (known->certificates > POOL_CERTIFICATES - pool->certificates ||
	    known->lists > POOL_LISTS - pool->lists))
		err = why_set(why, ERR_LIMIT, "more than %d certificates or %d revocation lists",
		    POOL_CERTIFICATES, POOL_LISTS);
	if (err == ERR_OK) {
		pool_share(pool, known);
		pool_roles(pool, certificates, lists, role_of(dossier, octets));
	}
	pool_free(&fresh);
	ERR_clear_error();
	return err;
}

enum err
pool_add_role(struct pool *pool, const struct dossier *dossier, const char *role, struct why *why)
{
	enum err err = ERR_NOT_FOUND;

	for (size_t i = 0; i < dossier->count && (err == ERR_OK || err == ERR_NOT_FOUND); i++)
		if (strcmp(dossier->item[i].role, role) == 0)
			err = pool_add(pool, dossier, dossier->item[i].octets, why);
	if (err == ERR_NOT_FOUND)
		why_set(why, err, "no \"%s\" was given", role);
	return err;
}

void
pool_free(struct pool *pool)
{
	for (size_t i = 0; i < pool->certificates; i++)
		X509_free(pool->certificate[i]);
	for (size_t i = 0; i < pool->lists; i++)
		X509_CRL_free(pool->list[i]);
	pool->certificates = pool->lists = 0;
}
