/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key schedule and record protection of TLS 1.3 (RFC 8446 sections 5.2 and 7.1) for the measuring
 * client: over libcrypto's primitives, with everything fetched once.  It keeps no long-lived
 * secret and protects no data; see tls_measure.h.
 */
#ifndef PROBES_TLS_SECRETS_H
#define PROBES_TLS_SECRETS_H

#include "monitor/base/bytes.h"

enum {
	TLS_SECRET_MAX = 48, TLS_TAG = 16, TLS_SHARE = 32,
	TLS_COVERED_MAX = 64 + 34 + TLS_SECRET_MAX
};

struct tls_tools;			/* fetched once a process; not for two threads */
struct evp_pkey_st;
struct evp_md_ctx_st;

struct tls_tools *tls_tools_new(void);	/* NULL if the library lacks something */
void              tls_tools_free(struct tls_tools *);

struct tls_direction { uint8_t key[32], iv[12]; uint64_t sequence; };

struct tls_secrets {
	struct tls_tools      *tools;
	struct evp_md_ctx_st  *transcript;	/* NULL until the suite is known */
	uint16_t               suite;
	size_t                 len;		/* of a hash of the suite */
	uint8_t                handshake[TLS_SECRET_MAX], client[TLS_SECRET_MAX],
	                       server[TLS_SECRET_MAX];
	struct tls_direction   ours, theirs;
};

/* A fresh X25519 key and its public octets; the caller frees the key; NULL if it fails. */
struct evp_pkey_st *tls_share_new(struct tls_tools *, uint8_t out[TLS_SHARE]);
void                tls_share_free(struct evp_pkey_st *);

/* IANA name of a suite this client speaks, or NULL. */
const char *tls_secrets_suite_name(uint16_t);
/* The suite is chosen: the transcript begins with the ClientHello.  False: not ours, or failed. */
bool tls_secrets_begin(struct tls_secrets *, struct tls_tools *, uint16_t suite,
    struct bytes client_hello);
void tls_secrets_end(struct tls_secrets *);	/* wipes it */
void tls_secrets_hear(struct tls_secrets *, struct bytes message);	/* into the transcript */
/* Behind ServerHello: the handshake keys of both sides. */
bool tls_secrets_handshake(struct tls_secrets *, struct evp_pkey_st *ours,
    const uint8_t peer[TLS_SHARE]);
/* Behind the server's Finished: our Finished message, of 4 + len octets, and how long. */
size_t tls_secrets_finished(struct tls_secrets *, uint8_t out[4 + TLS_SECRET_MAX]);
/* From now on our records are under the application keys. */
bool tls_secrets_application(struct tls_secrets *);

/* Is it the server's Finished for the transcript so far? */
bool tls_secrets_finished_right(struct tls_secrets *, struct bytes verify_data);
/* What a CertificateVerify at this place signs (RFC 8446 section 4.4.3): how long; 0: it failed. */
size_t tls_secrets_covered(struct tls_secrets *, uint8_t out[TLS_COVERED_MAX]);

/* Opens a record (header of five octets and its body) in place; the plaintext with its type at
 * the end, without padding: false if it is not the server's next one. */
bool tls_record_open(struct tls_secrets *, uint8_t *record, size_t len, struct bytes *plain,
    uint8_t *type);
void tls_record_seal(struct tls_secrets *, uint8_t type, struct bytes plain, struct buffer *out);

#endif
