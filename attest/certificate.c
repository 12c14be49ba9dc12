/* SPDX-License-Identifier: Apache-2.0 */
/* What is read out of one certificate; see chain.h. */
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attest/chain_part.h"
#include "attest/signature.h"

bool
asn1_time_s(const ASN1_TIME *time, int64_t *seconds)
{
	struct tm tm;

	if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	*seconds = (int64_t)timegm(&tm);
	return true;
}

static int64_t
date_made(const ASN1_TIME *time, int64_t otherwise)
{
	int64_t seconds;

	return asn1_time_s(time, &seconds) ? seconds : otherwise;
}

/* --- what is remembered with it ----------------------------------------------------------- */

struct remembered { struct hash hash, spki; int64_t from_s, until_s; bool has_spki; };

/* libcrypto's number for it: the same for all, made at the first use. */
static CRYPTO_ONCE remembered_once = CRYPTO_ONCE_STATIC_INIT;
static int remembered_index = -1;

static void
remembered_free(void *parent, void *data, CRYPTO_EX_DATA *all, int index, long argl, void *argp)
{
	(void)parent;
	(void)all;
	(void)index;
	(void)argl;
	(void)argp;
	free(data);
}

/* A copy of the certificate begins with nothing. */
static int
remembered_copy(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **data, int index, long argl,
    void *argp)
{
	(void)to;
	(void)from;
	(void)index;
	(void)argl;
	(void)argp;
	*data = NULL;
	return 1;
}

static void
remembered_begin(void)
{
	remembered_index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509, 0, NULL, NULL,
	    remembered_copy, remembered_free);
}

static struct remembered *
remembered_of(X509 *certificate)
{
	return certificate == NULL || remembered_index < 0 ? NULL :
	    X509_get_ex_data(certificate, remembered_index);
}

static struct hash
hash_made(X509 *certificate)
{
	struct hash hash = { { 0 } };
	unsigned int len = HASH_LEN;

	if (X509_digest(certificate, EVP_sha256(), hash.at, &len) != 1)
		memset(hash.at, 0, HASH_LEN);
	return hash;
}

void
certificate_remember(X509 *certificate)
{
	struct remembered *made;

	if (CRYPTO_THREAD_run_once(&remembered_once, remembered_begin) != 1 ||
	    remembered_index < 0 || remembered_of(certificate) != NULL)
		return;
	made = memory_new(1, sizeof(*made));
	made->hash = hash_made(certificate);
	made->from_s = date_made(X509_get0_notBefore(certificate), INT64_MAX);
	made->until_s = date_made(X509_get0_notAfter(certificate), 0);
	if (X509_set_ex_data(certificate, remembered_index, made) != 1)
		free(made);
}

struct hash
certificate_hash(X509 *certificate)
{
	const struct remembered *known = remembered_of(certificate);

	return known != NULL ? known->hash : hash_made(certificate);
}

struct hash
certificate_spki(X509 *certificate)
{
	struct remembered *known = remembered_of(certificate);

	if (known != NULL && known->has_spki)
		return known->spki;
	if (known == NULL)
		return key_spki(X509_get0_pubkey(certificate));
	known->spki = key_spki(X509_get0_pubkey(certificate));
	known->has_spki = true;
	return known->spki;
}

/* --- what it says ------------------------------------------------------------------------- */

int64_t
certificate_until_s(X509 *certificate)
{
	const struct remembered *known = remembered_of(certificate);

	return known != NULL ? known->until_s : date_made(X509_get0_notAfter(certificate), 0);
}

int64_t
certificate_from_s(X509 *certificate)
{
	const struct remembered *known = remembered_of(certificate);

	return known != NULL ? known->from_s :
	    date_made(X509_get0_notBefore(certificate), INT64_MAX);
}

void
certificate_subject(X509 *certificate, int nid, char *out, size_t size)
{
	const X509_NAME *name = X509_get_subject_name(certificate);
	int at = -1, last = -1;
	unsigned char *text = NULL;
	int len;

	out[0] = '\0';
	while ((at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0)
		last = at;
	if (last < 0)
		return;
	len = ASN1_STRING_to_UTF8(&text,
	    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
	/* A name with a NUL inside is no name. */
	if (len >= 0 && (size_t)len < size && memchr(text, '\0', (size_t)len) == NULL) {
		memcpy(out, text, (size_t)len);
		out[len] = '\0';
	}
	OPENSSL_free(text);
	ERR_clear_error();
}

struct bytes
certificate_extension(X509 *certificate, const char *oid)
{
	ASN1_OBJECT *wanted = OBJ_txt2obj(oid, 1);
	int at = wanted == NULL ? -1 : X509_get_ext_by_OBJ(certificate, wanted, -1);
	bool twice = at >= 0 && X509_get_ext_by_OBJ(certificate, wanted, at) >= 0;
	const ASN1_OCTET_STRING *value = at < 0 || twice ? NULL :
	    X509_EXTENSION_get_data(X509_get_ext(certificate, at));

	ASN1_OBJECT_free(wanted);
	return value == NULL ? bytes_of(NULL, 0) : bytes_of(ASN1_STRING_get0_data(value),
	    (size_t)ASN1_STRING_length(value));
}
