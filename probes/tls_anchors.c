/* SPDX-License-Identifier: Apache-2.0 */
/* Trust anchors from PEM; see tls_anchors.h. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "probes/tls_anchors.h"

static int
no_pass_phrase(char *out, int len, int write, void *arg)
{
	(void)out, (void)len, (void)write, (void)arg;
	return -1;
}

static bool
anchor_there(const struct tls_anchors *anchors, struct bytes der)
{
	for (size_t i = 0; i < anchors->count; i++)
		if (bytes_equal(bytes_of_buffer(&anchors->anchor[i].der), der))
			return true;
	return false;
}

static void
anchor_free(struct tls_anchor *anchor)
{
	buffer_free(&anchor->der);
	tls_key_free(&anchor->key);
}

/* Kept beside the store; one that is not plain, or has trust settings of its own, makes the
 * anchors not plain: what it would do to a chain only the library knows. */
static void
anchor_keep(struct tls_anchors *anchors, X509 *root)
{
	struct tls_anchor anchor = { .der.max = 0 };
	unsigned char *der = NULL;
	int len = i2d_X509(root, &der);

	if (len > 0)
		buffer_put(&anchor.der, der, (size_t)len);
	OPENSSL_free(der);
	if (anchor_there(anchors, bytes_of_buffer(&anchor.der))) {
		anchor_free(&anchor);
		return;
	}
	if (X509_trusted(root) != 0 || !x509_read(bytes_of_buffer(&anchor.der), &anchor.read)) {
		anchors->plain = false;
		anchor_free(&anchor);
		return;
	}
	anchor.key = anchor.read.key == X509_KEY_RSA ? tls_key_of(X509_get_pubkey(root)) :
	    tls_key_of_point(&anchor.read);
	anchors->anchor = memory_resize(anchors->anchor, anchors->count + 1,
	    sizeof(*anchors->anchor));
	anchors->anchor[anchors->count++] = anchor;
}

enum err
tls_anchors_new(struct tls_anchors **out, struct bytes pem, struct why *why)
{
	struct tls_anchors *anchors = memory_new(1, sizeof(*anchors));
	BIO *in = pem.len > 0 ? BIO_new_mem_buf(pem.at, (int)pem.len) : NULL;
	size_t count = 0;
	X509 *root;

	*out = NULL;
	anchors->owners = 1;
	anchors->hash = hash_of(pem);
	anchors->store = X509_STORE_new();
	anchors->plain = true;
	while (in != NULL &&
	    (root = PEM_read_bio_X509_AUX(in, NULL, no_pass_phrase, NULL)) != NULL) {
		if (X509_STORE_add_cert(anchors->store, root) == 1) {
			anchor_keep(anchors, root);
			count++;
		}
		X509_free(root);
	}
	BIO_free(in);
	ERR_clear_error();
	if (pem.len > 0 && count == 0) {
		tls_anchors_free(anchors);
		return why_set(why, ERR_INVALID, "trust holds no certificate in PEM");
	}
	*out = anchors;
	return ERR_OK;
}

struct tls_anchors *
tls_anchors_keep(struct tls_anchors *anchors)
{
	anchors->owners++;
	return anchors;
}

void
tls_anchors_free(struct tls_anchors *anchors)
{
	if (anchors == NULL || --anchors->owners > 0)
		return;
	for (size_t i = 0; i < anchors->count; i++)
		anchor_free(&anchors->anchor[i]);
	free(anchors->anchor);
	X509_STORE_free(anchors->store);
	free(anchors);
}

struct hash
tls_anchors_hash(const struct tls_anchors *anchors)
{
	return anchors->hash;
}
