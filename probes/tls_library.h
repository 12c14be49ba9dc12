/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The context of libcrypto that libssl's clients run in.  For each certificate of each handshake
 * OpenSSL 3 asks every decoder it has whether it reads public keys; here it has those that do, and
 * all else as the default provider has it.
 */
#ifndef PROBES_TLS_LIBRARY_H
#define PROBES_TLS_LIBRARY_H

struct ossl_lib_ctx_st;

/* Made at the first call and kept for as long as the process runs; NULL, the library's own context,
 * where it cannot be made. */
struct ossl_lib_ctx_st *tls_library(void);

#endif
