/* SPDX-License-Identifier: Apache-2.0 */
/* See collateral.h. */
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "attest/chain_part.h"
#include "attest/collateral.h"

static X509_CRL *
list_read(struct bytes octets)
{
	const uint8_t *at = octets.at;
	X509_CRL *list = d2i_X509_CRL(NULL, &at, (long)octets.len);
	BIO *bio;

	if (list != NULL && at != octets.at + octets.len) {
		X509_CRL_free(list);
		return NULL;
	}
	bio = list == NULL ? BIO_new_mem_buf(octets.at, (int)octets.len) : NULL;
	if (bio != NULL)
		list = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
	BIO_free(bio);
	ERR_clear_error();
	return list;
}

enum err
collateral_crl(struct bytes octets, struct collateral *out, struct why *why)
{
	X509_CRL *list = octets.len > 0 && octets.len <= INT_MAX ? list_read(octets) : NULL;
	STACK_OF(X509_REVOKED) *revoked;

	*out = (struct collateral){ .entries = 0 };
	if (list == NULL)
		return why_set(why, ERR_MALFORMED, "it is no revocation list in DER or PEM, or was "
		    "cut");
	revoked = X509_CRL_get_REVOKED(list);
	out->entries = revoked != NULL ? (size_t)sk_X509_REVOKED_num(revoked) : 0;
	if (!asn1_time_s(X509_CRL_get0_lastUpdate(list), &out->from_s))
		out->from_s = 0;
	if (X509_CRL_get0_nextUpdate(list) == NULL ||
	    !asn1_time_s(X509_CRL_get0_nextUpdate(list), &out->until_s))
		out->until_s = 0;
	X509_CRL_free(list);
	ERR_clear_error();
	return ERR_OK;
}

enum err
collateral_pem(struct bytes octets, struct collateral *out, struct why *why)
{
	BIO *bio = octets.len > 0 && octets.len <= INT_MAX ?
	    BIO_new_mem_buf(octets.at, (int)octets.len) : NULL;
	bool whole = true;
	X509 *certificate;

	*out = (struct collateral){ .entries = 0 };
	while (bio != NULL &&
	    (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		int64_t until_s = certificate_until_s(certificate);

		if (out->entries++ == 0 || until_s < out->until_s) {
			out->until_s = until_s;
			out->from_s = certificate_from_s(certificate);
		}
		X509_free(certificate);
	}
	/* The end of the file says "no start line"; anything else is a certificate that was cut. */
	whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	BIO_free(bio);
	ERR_clear_error();
	if (out->entries == 0 || !whole)
		return why_set(why, ERR_MALFORMED, "certificate %zu of it is no PEM certificate, "
		    "or was cut", out->entries + 1);
	return ERR_OK;
}
