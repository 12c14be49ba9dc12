/* SPDX-License-Identifier: Apache-2.0 */
/* Pinned roots out of PEM, bounded in octets and in number; what is neither is passed over. */
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "attest/roots.h"

enum { OCTETS_MAX = 1 << 20, ENTRIES_MAX = 64 };

enum err
roots_read(struct bytes pem, X509_STORE *store, unsigned *lists, struct why *why)
{
	BIO *bio = pem.len <= OCTETS_MAX ? BIO_new_mem_buf(pem.at, (int)pem.len) : NULL;
	STACK_OF(X509_INFO) *all = bio != NULL ? PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL) :
	    NULL;
	unsigned count = 0, revocations = 0;

	for (int i = 0; i < sk_X509_INFO_num(all) && count + revocations < ENTRIES_MAX; i++) {
		const X509_INFO *one = sk_X509_INFO_value(all, i);

		count += one->x509 != NULL && X509_STORE_add_cert(store, one->x509) == 1;
		revocations += one->crl != NULL && X509_STORE_add_crl(store, one->crl) == 1;
	}
	sk_X509_INFO_pop_free(all, X509_INFO_free);
	BIO_free(bio);
	if (lists != NULL)
		*lists = revocations;
	return count > 0 ? ERR_OK : why_set(why, ERR_INVALID,
	    "the file of pinned roots holds no PEM certificate that can be read");
}
