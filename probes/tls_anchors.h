/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust anchors: the library's store of them and, of plain ones, what probes/wire/x509.h reads,
 * both made once.
 */
#ifndef PROBES_TLS_ANCHORS_H
#define PROBES_TLS_ANCHORS_H

#include "monitor/base/hash.h"
#include "probes/tls_key.h"

struct x509_store_st;

struct tls_anchor {
	struct x509    read;		/* views into der */
	struct buffer  der;
	struct tls_key key;
};

struct tls_anchors {
	struct x509_store_st *store;
	struct hash           hash;	/* of the PEM octets */
	unsigned              owners;
	struct tls_anchor    *anchor;	/* each once */
	size_t                count;
	bool                  plain;	/* all of the store are among them */
};

/* PEM roots, at least one; empty octets give anchors that trust nothing. */
MUST_USE enum err   tls_anchors_new(struct tls_anchors **, struct bytes pem, struct why *);
struct tls_anchors *tls_anchors_keep(struct tls_anchors *);	/* one more owner */
void                tls_anchors_free(struct tls_anchors *);	/* one owner less */
struct hash         tls_anchors_hash(const struct tls_anchors *);	/* of the PEM octets */

#endif
