/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The User-based Security Model: keys of pass phrases (RFC 3414 section 2.6, appendix A), message
 * authentication (RFC 3414, RFC 7860) and privacy (RFC 3414 section 8, RFC 3826).  For AES-192 and
 * AES-256 a digest may be shorter than the key; two drafts lengthen it, differently, and agents
 * speak one or the other: draft-blumenthal-aes-usm-04 section 3.1.2.1, and the chaining of
 * draft-reeder-snmpv3-usm-3desede-00 section 2.1 that Cisco's agents apply to AES.  Pure.
 */
#ifndef PROBES_WIRE_USM_H
#define PROBES_WIRE_USM_H

#include "monitor/base/digest.h"

enum usm_auth { USM_AUTH_MD5, USM_AUTH_SHA1, USM_AUTH_SHA224, USM_AUTH_SHA256, USM_AUTH_SHA384,
	USM_AUTH_SHA512, USM_AUTH_COUNT };

enum usm_privacy { USM_PRIVACY_DES, USM_PRIVACY_AES128, USM_PRIVACY_AES192, USM_PRIVACY_AES256,
	USM_PRIVACY_AES192_REEDER, USM_PRIVACY_AES256_REEDER, USM_PRIVACY_COUNT };

enum { USM_SECRET_MIN = 8, USM_SALT_LEN = 8, USM_KEY_MAX = DIGEST_MAX };

/* The words of configuration and facts: MD5 SHA SHA-224 ...; DES AES AES-192 ... AES-256-Reeder. */
const char *usm_auth_word(enum usm_auth);
const char *usm_privacy_word(enum usm_privacy);
bool        usm_auth_find(const char *word, enum usm_auth *);
bool        usm_privacy_find(const char *word, enum usm_privacy *);
size_t      usm_digest_len(enum usm_auth);	/* octets of msgAuthenticationParameters */
/* Whether the digest's key is too short for the cipher's, so that an extension is used at all. */
bool        usm_is_extended(enum usm_auth, enum usm_privacy);

struct usm_key { uint8_t at[USM_KEY_MAX]; size_t len; };

/* Ku: a megaoctet of the pass phrase is hashed.  ERR_INVALID: shorter than USM_SECRET_MIN. */
MUST_USE enum err usm_master(enum usm_auth, struct bytes secret, struct usm_key *);
/* Kul: the same for one engine. */
MUST_USE enum err usm_localise(enum usm_auth, const struct usm_key *master, struct bytes engine,
    struct usm_key *);
/* The cipher's key, lengthened where needed (the chaining of Reeder hashes a megaoctet again). */
MUST_USE enum err usm_privacy_key(enum usm_auth, enum usm_privacy, const struct usm_key *master,
    struct bytes engine, struct usm_key *);

/* Fills the zeros that begin "at" octets before the end of a message. */
MUST_USE enum err usm_sign(enum usm_auth, const struct usm_key *, uint8_t *message, size_t len,
    size_t at);
/* ERR_UNTRUSTED if the digest, a view into the message, is not of this key. */
MUST_USE enum err usm_verify(enum usm_auth, const struct usm_key *, struct bytes message,
    struct bytes digest);

/*
 * Of a ScopedPDU.  For DES the input is padded with zeros to whole blocks when it is encrypted, so
 * that out needs 7 octets more; *len says what was written.  A salt of another length than eight
 * is ERR_MALFORMED.
 */
MUST_USE enum err usm_encrypt(enum usm_privacy, const struct usm_key *, int64_t boots, int64_t time,
    struct bytes salt, struct bytes in, uint8_t *out, size_t *len);
MUST_USE enum err usm_decrypt(enum usm_privacy, const struct usm_key *, int64_t boots, int64_t time,
    struct bytes salt, struct bytes in, uint8_t *out);

#endif
