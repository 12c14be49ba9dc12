/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that make seals share, and nobody else includes. */
#ifndef REPORTS_SEAL_PART_H
#define REPORTS_SEAL_PART_H

#include "reports/seal.h"

struct evp_pkey_st;		/* of libcrypto, as all below */
struct stack_st_X509;
struct x509_st;

enum {
	SEAL_FILE_MAX      = 256 << 10,	/* octets of a key, a PIN, certificates */
	SEAL_CHAIN_MAX     = 8,		/* certificates put into a seal beside its own */
	SEAL_URI_TEXT      = 256,	/* octets of one attribute of a URI */
	SEAL_SIGNATURE_MAX = 2048
};

/* RFC 7512, as far as it says which key: the other attributes are refused or said to be unknown. */
struct seal_uri {
	char    module[PATH_TEXT_MAX], pin[PATH_TEXT_MAX];	/* module-path, pin-source */
	char    token[SEAL_URI_TEXT], serial[SEAL_URI_TEXT], object[SEAL_URI_TEXT];
	uint8_t id[64];
	size_t  id_len;
};

struct seal_maker {
	struct x509_st       *certificate;
	struct stack_st_X509 *chain;
	struct evp_pkey_st   *key;		/* private, of a file; NULL for a token */
	struct seal_uri       uri;		/* of a token */
	struct buffer         pin;
	char                  paths[PATH_TEXT_MAX], environment[PATH_TEXT_MAX];
	bool                  network;
	unsigned              bits;		/* of SHA-2 */
	char                  subject[CADES_TEXT];
};

bool seal_is_uri(const char *key);
MUST_USE enum err seal_uri_read(const char *text, struct seal_uri *, struct why *);

/* --- seal_key.c --- */
MUST_USE enum err seal_sign(struct seal_maker *, struct bytes message, struct buffer *signature,
    struct why *);

/* --- seal_token.c: C_Sign in sekimori-token; ECDSA as DER --- */
MUST_USE enum err seal_token_sign(struct seal_maker *, struct bytes message,
    struct buffer *signature, struct why *);

#endif
