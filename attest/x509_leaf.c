/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key is first looked for by the form of the octets alone, so that thousands of chains cost
 * little; the library has the last word, because it is what the probe read the key with.
 */
#include <openssl/err.h>
#include <openssl/x509.h>

#include "attest/x509_leaf.h"

enum { DER_INTEGER = 0x02, DER_SEQUENCE = 0x30, DER_VERSION = 0xa0, LENGTH_OCTETS_MAX = 4 };

/* One element: its content, and all of its octets. */
struct element { unsigned tag; struct bytes content, whole; };

static bool
element_next(struct reader *in, struct element *out)
{
	size_t from = in->at;
	uint64_t len;

	out->tag = (unsigned)read_be(in, 1);
	len = read_be(in, 1);
	/* High tag numbers and indefinite lengths have no place in a certificate. */
	if ((out->tag & 0x1f) == 0x1f || len == 0x80 || len > 0x80 + LENGTH_OCTETS_MAX)
		in->failed = true;
	if (len > 0x80 && !in->failed)
		len = read_be(in, (unsigned)len - 0x80);
	out->content = read_bytes(in, in->failed ? 0 : (size_t)len);
	out->whole = bytes_slice(in->in, from, in->at - from);
	return !in->failed;
}

static bool
sequence_next(struct reader *in, struct element *out)
{
	return element_next(in, out) && out->tag == DER_SEQUENCE;
}

/* TBSCertificate: version, serial, signature, issuer, validity, subject, subjectPublicKeyInfo. */
static bool
spki_walk(struct bytes der, struct hash *spki)
{
	struct reader in = reader_of(der);
	struct element element;

	if (!sequence_next(&in, &element))
		return false;
	in = reader_of(element.content);
	if (!sequence_next(&in, &element))
		return false;
	in = reader_of(element.content);
	if (!element_next(&in, &element) ||
	    (element.tag == DER_VERSION && !element_next(&in, &element)) ||
	    element.tag != DER_INTEGER)
		return false;
	for (int i = 0; i < 5; i++)
		if (!sequence_next(&in, &element))
			return false;
	*spki = hash_of(element.whole);
	return true;
}

static bool
spki_read(struct bytes der, struct hash *spki)
{
	const unsigned char *at = der.at;
	X509 *certificate = der.len == 0 ? NULL : d2i_X509(NULL, &at, (long)der.len);
	unsigned char *octets = NULL;
	int len = 0;

	if (certificate != NULL && at == der.at + der.len)
		len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &octets);
	if (len > 0)
		*spki = hash_of(bytes_of(octets, (size_t)len));
	OPENSSL_free(octets);
	X509_free(certificate);
	ERR_clear_error();
	return len > 0;
}

enum err
x509_leaf_spki(struct bytes leaf, struct hash spki, struct why *why)
{
	struct hash found;

	/* What the walk finds is in the certificate at the key's place: equal is equal. */
	if (spki_walk(leaf, &found) && hash_equal(found, spki))
		return ERR_OK;
	if (!spki_read(leaf, &found))
		return why_set(why, ERR_MALFORMED, "the leaf of the chain is no certificate");
	return hash_equal(found, spki) ? ERR_OK :
	    why_set(why, ERR_MISMATCH, "the leaf of the chain has another key");
}

enum err
x509_chain_leaf(struct bytes octets, struct bytes *leaf, size_t *certificates, struct why *why)
{
	struct reader list = reader_of(octets);

	*leaf = bytes_of(NULL, 0);
	for (*certificates = 0; list.at < octets.len; ++*certificates) {
		struct bytes der = read_bytes(&list, (size_t)read_be(&list, 3));

		if (list.failed)
			return why_set(why, ERR_MALFORMED,
			    "the chain breaks off after %zu certificates", *certificates);
		if (*certificates == 0)
			*leaf = der;
	}
	return *certificates > 0 ? ERR_OK : why_set(why, ERR_MALFORMED, "the chain is empty");
}
