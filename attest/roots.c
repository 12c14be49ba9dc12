/* SPDX-License-Identifier: Apache-2.0 */
/* Pinned roots out of PEM, bounded in octets and in number; what is neither is passed over. */
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "attest/roots.h"

enum { OCTETS_MAX = 1 << 20, ENTRIES_MAX = 64 };

static STACK_OF(X509_INFO) *
all_of(struct bytes pem)
{
	BIO *bio = pem.len <= OCTETS_MAX ? BIO_new_mem_buf(pem.at, (int)pem.len) : NULL;
	STACK_OF(X509_INFO) *all = bio != NULL ? PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL) :
	    NULL;

	BIO_free(bio);
	return all;
}

bool
roots_hold(struct bytes pem, struct hash certificate)
{
	STACK_OF(X509_INFO) *all = all_of(pem);
	bool found = false;

	for (int i = 0; i < sk_X509_INFO_num(all) && i < ENTRIES_MAX && !found; i++) {
		const X509_INFO *one = sk_X509_INFO_value(all, i);
		struct hash hash = { { 0 } };

		found = one->x509 != NULL && X509_digest(one->x509, EVP_sha256(), hash.at, NULL) ==
		    1 && hash_equal(hash, certificate);
	}
	sk_X509_INFO_pop_free(all, X509_INFO_free);
	return found;
}

enum err
roots_read(struct bytes pem, X509_STORE *store, unsigned *lists, struct why *why)
{
	STACK_OF(X509_INFO) *all = all_of(pem);
	unsigned count = 0, revocations = 0;

	for (int i = 0; i < sk_X509_INFO_num(all) && count + revocations < ENTRIES_MAX; i++) {
		const X509_INFO *one = sk_X509_INFO_value(all, i);

		count += one->x509 != NULL && X509_STORE_add_cert(store, one->x509) == 1;
		revocations += one->crl != NULL && X509_STORE_add_crl(store, one->crl) == 1;
	}
	sk_X509_INFO_pop_free(all, X509_INFO_free);
	if (lists != NULL)
		*lists = revocations;
	return count > 0 ? ERR_OK : why_set(why, ERR_INVALID,
	    "the file of pinned roots holds no PEM certificate that can be read");
}
