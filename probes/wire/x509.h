/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain X.509 certificates (RFC 5280), read strictly and without a library: version 3, ECDSA or RSA
 * with SHA-2, keys on P-256 and P-384 or RSA of the usual sizes, names of single text attributes,
 * each extension once.  What is not plain or not DER is refused, though the library may read it: a
 * caller then asks the library, and what is read here is exactly what it would say.  Pure; every
 * input is hostile; all views are into the octets given.
 */
#ifndef PROBES_WIRE_X509_H
#define PROBES_WIRE_X509_H

#include "monitor/base/bytes.h"

enum x509_key    { X509_KEY_P256, X509_KEY_P384, X509_KEY_RSA };
enum x509_scheme { X509_SCHEME_ECDSA, X509_SCHEME_PKCS1, X509_SCHEME_PSS };
enum x509_digest { X509_DIGEST_256, X509_DIGEST_384, X509_DIGEST_512 };

enum {					/* bits of key usage, as many as are looked at */
	X509_USAGE_DIGITAL_SIGNATURE = 0x80, X509_USAGE_KEY_ENCIPHERMENT = 0x20,
	X509_USAGE_KEY_AGREEMENT = 0x08, X509_USAGE_CERTIFICATE_SIGN = 0x04
};

enum {					/* tags of general names that can be shown */
	X509_NAME_MAIL = 0x81, X509_NAME_DNS = 0x82, X509_NAME_URI = 0x86, X509_NAME_ADDRESS = 0x87
};

/*
 * A distinguished name.  Equal octets are equal names, names whose folds differ are different
 * (RFC 5280 section 7.1: neither case nor spaces count); what lies between is for the library.
 */
struct x509_name { struct bytes whole; uint32_t fold; };

/* How a certificate is signed. */
struct x509_algorithm {
	const char      *name;		/* "ecdsa-with-SHA256" */
	enum x509_scheme scheme;
	enum x509_digest digest;
};

struct x509 {
	struct bytes     whole;
	struct bytes     body;		/* what is signed */
	struct bytes     serial;	/* big-endian, positive */
	const struct x509_algorithm *algorithm;
	struct bytes     signature;
	struct x509_name issuer, subject;
	int64_t          not_before_ms, not_after_ms;

	struct bytes     spki;		/* SubjectPublicKeyInfo, whole */
	enum x509_key    key;
	unsigned         key_bits;
	struct bytes     point;		/* EC: uncompressed; perhaps not on its curve */
	struct bytes     modulus, exponent;	/* RSA: big-endian, without zeros in front */

	struct bytes     names;		/* general names for x509_general_next() */
	struct bytes     subject_key_id, authority_key_id;	/* none: at is NULL */
	bool             constrained, ca;	/* basic constraints are there; and say CA */
	unsigned         path_length;	/* UINT_MAX: no limit */
	bool             usage_given, purpose_given;
	uint8_t          usage;		/* X509_USAGE_*; another bit counts as none of these */
	bool             server;	/* the extended key usage has serverAuth */
	bool             must_staple;	/* RFC 7633 */
	bool             undecided;	/* has an extension that decides and is not read here */
};

/* False: it is not a plain certificate, or more than one; out is then undefined. */
bool x509_read(struct bytes der, struct x509 *out);

/* RFC 4514 text of a name; false if a character or attribute is not plain: nothing is put. */
bool x509_name_put(struct x509_name, struct buffer *out);
/* Takes the next general name off those of a certificate; false at their end. */
bool x509_general_next(struct bytes *rest, uint8_t *tag, struct bytes *value);

/* For the parts of the reader alone: */
bool x509_name_read(struct bytes *in, struct x509_name *out);
bool x509_extensions_read(struct bytes list, struct x509 *out);
bool x509_oid_fine(struct bytes);

#endif
