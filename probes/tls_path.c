/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification of plain chains; see tls_path.h.  Each rule here is one of libcrypto's path builder
 * with the settings of tls_verify.c; where two certificates could both be the issuer, or a name is
 * not certainly another, the builder is left to choose.
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "probes/tls_path.h"
#include "probes/wire/tls_handshake.h"

enum { SENT_MAX = 8 };	/* certificates sent: beyond that, the general path */

/* Which path it is: the first of those sent, and the anchor behind them. */
struct path {
	struct x509              sent[SENT_MAX];
	size_t                   count;	/* of all sent */
	size_t                   len;	/* of the path, without its anchor */
	const struct tls_anchor *anchor;
};

static bool
sent_read(struct path *path, struct bytes octets)
{
	struct reader list = reader_of(octets);
	struct bytes der;

	for (; tls_certificate_next(&list, &der); path->count++)
		if (path->count == SENT_MAX || !x509_read(der, &path->sent[path->count]))
			return false;
	return path->count > 0;
}

static bool
name_equal(const struct x509_name *a, const struct x509_name *b)
{
	return bytes_equal(a->whole, b->whole);
}

/* The one anchor of that name; false if there are several, or one that may be. */
static bool
anchor_find(const struct tls_anchors *anchors, const struct x509_name *name,
    const struct tls_anchor **out)
{
	*out = NULL;
	for (size_t i = 0; i < anchors->count; i++) {
		const struct tls_anchor *anchor = &anchors->anchor[i];

		if (anchor->read.subject.fold != name->fold)
			continue;
		if (*out != NULL || !name_equal(&anchor->read.subject, name))
			return false;
		*out = anchor;
	}
	return true;
}

/* Is the next one of those sent the issuer, and no other? */
static bool
next_issues(const struct path *path, size_t of)
{
	const struct x509_name *name = &path->sent[of].issuer;

	for (size_t i = 0; i < path->count; i++)
		if (i != of + 1 && path->sent[i].subject.fold == name->fold)
			return false;
	return of + 1 < path->count && name_equal(&path->sent[of + 1].subject, name);
}

/* Anchors are looked for first, at each step; what was sent behind the path is not looked at. */
static bool
path_find(struct path *path, const struct tls_anchors *anchors)
{
	for (size_t i = 0; i < path->count; i++) {
		const struct x509 *one = &path->sent[i];

		if (one->subject.fold == one->issuer.fold ||
		    !anchor_find(anchors, &one->issuer, &path->anchor))
			return false;
		path->len = i + 1;
		if (path->anchor != NULL)
			return true;
		if (!next_issues(path, i))
			return false;
	}
	return false;
}

static bool
key_ids_fit(const struct x509 *issuer, const struct x509 *issued)
{
	return issued->authority_key_id.at == NULL || issuer->subject_key_id.at == NULL ||
	    bytes_equal(issued->authority_key_id, issuer->subject_key_id);
}

static bool
algorithm_fits(const struct x509 *issuer, const struct x509 *issued)
{
	return (issuer->key == X509_KEY_RSA) == (issued->algorithm->scheme != X509_SCHEME_ECDSA);
}

/* To the second, as the library counts. */
static bool
valid_at(const struct x509 *one, int64_t at_ms)
{
	int64_t second = at_ms / 1000;

	return one->not_before_ms / 1000 <= second && one->not_after_ms / 1000 > second;
}

static bool
leaf_fits(const struct x509 *leaf)
{
	return (!leaf->purpose_given || leaf->server) && (!leaf->usage_given ||
	    (leaf->usage & (X509_USAGE_DIGITAL_SIGNATURE | X509_USAGE_KEY_ENCIPHERMENT |
	    X509_USAGE_KEY_AGREEMENT)) != 0);
}

/* below: certificates between it and the leaf. */
static bool
issuer_fits(const struct x509 *issuer, size_t below)
{
	return issuer->constrained && issuer->ca && below <= issuer->path_length &&
	    (!issuer->purpose_given || issuer->server) &&
	    (!issuer->usage_given || (issuer->usage & X509_USAGE_CERTIFICATE_SIGN) != 0);
}

static bool
issued_by(const struct x509 *issued, const struct x509 *issuer, size_t below, int64_t at_ms)
{
	return !issued->undecided && valid_at(issued, at_ms) && issuer_fits(issuer, below) &&
	    key_ids_fit(issuer, issued) && algorithm_fits(issuer, issued);
}

static bool
signed_by(struct tls_keys *keys, const struct x509 *issued, const struct tls_key *key)
{
	return tls_key_certified(keys, key, issued->algorithm, issued->body, issued->signature);
}

static void
edge_take(int64_t edge, int64_t at_ms, int64_t *from_ms, int64_t *until_ms)
{
	if (edge <= at_ms && edge > *from_ms)
		*from_ms = edge;
	if (edge > at_ms && edge < *until_ms)
		*until_ms = edge;
}

static void
edges_take(const struct x509 *one, int64_t at_ms, int64_t *from_ms, int64_t *until_ms)
{
	edge_take(one->not_before_ms, at_ms, from_ms, until_ms);
	edge_take(one->not_after_ms, at_ms, from_ms, until_ms);
}

/* Everything but signatures: it costs next to nothing, so it comes first. */
static bool
path_fits(const struct path *path, int64_t at_ms)
{
	const struct x509 *anchor = &path->anchor->read;

	if (!leaf_fits(&path->sent[0]) || anchor->undecided || !valid_at(anchor, at_ms))
		return false;
	for (size_t i = 0; i < path->len; i++)
		if (!issued_by(&path->sent[i], i + 1 < path->len ? &path->sent[i + 1] : anchor,
		    i, at_ms))
			return false;
	return true;
}

/* Each key is looked at, the leaf's too: one that is none the library holds against the chain. */
static bool
path_signed(struct tls_keys *keys, const struct path *path)
{
	for (size_t i = 0; i < path->len; i++) {
		struct tls_key key;
		bool fine = tls_key_read(keys, &path->sent[i], &key) &&
		    (i == 0 || signed_by(keys, &path->sent[i - 1], &key));

		tls_key_free(&key);
		if (!fine)
			return false;
	}
	return signed_by(keys, &path->sent[path->len - 1], &path->anchor->key);
}

bool
tls_path_verify(struct tls_keys *keys, struct bytes octets, const struct tls_anchors *anchors,
    int64_t at_ms, int64_t *from_ms, int64_t *until_ms)
{
	struct path path = { .count = 0 };

	if (keys == NULL || !anchors->plain || !sent_read(&path, octets) ||
	    !path_find(&path, anchors) || !path_fits(&path, at_ms) || !path_signed(keys, &path))
		return false;
	*from_ms = INT64_MIN;
	*until_ms = INT64_MAX;
	for (size_t i = 0; i < path.count; i++)
		edges_take(&path.sent[i], at_ms, from_ms, until_ms);
	edges_take(&path.anchor->read, at_ms, from_ms, until_ms);
	return true;
}

bool
tls_path_self_signed(const struct x509 *one)
{
	return name_equal(&one->subject, &one->issuer) && key_ids_fit(one, one) &&
	    algorithm_fits(one, one);
}

/* Letters, digits, hyphens and dots, and not an address: what is compared octet by octet. */
static bool
host_plain(const char *host, size_t len)
{
	bool letter = false;

	for (size_t i = 0; i < len; i++) {
		bool alpha = (host[i] >= 'a' && host[i] <= 'z') ||
		    (host[i] >= 'A' && host[i] <= 'Z');

		if (!alpha && !(host[i] >= '0' && host[i] <= '9') && host[i] != '-' &&
		    host[i] != '.')
			return false;
		letter = letter || alpha;
	}
	return letter && host[0] != '.';
}

enum tls_named
tls_path_host(struct bytes octets, const char *host)
{
	struct reader list = reader_of(octets);
	struct x509 leaf;
	struct bytes der, rest, name;
	uint8_t address[16], tag;
	size_t address_len, len = strlen(host);

	if (!tls_certificate_next(&list, &der) || !x509_read(der, &leaf))
		return TLS_NAMED_ELSEWHERE;
	address_len = inet_pton(AF_INET, host, address) == 1 ? 4 :
	    inet_pton(AF_INET6, host, address) == 1 ? 16 : 0;
	if (len > 1 && host[len - 1] == '.')
		len--;
	if (address_len == 0 && !host_plain(host, len))
		return TLS_NAMED_ELSEWHERE;
	for (rest = leaf.names; x509_general_next(&rest, &tag, &name);) {
		if (address_len > 0) {
			if (tag == X509_NAME_ADDRESS &&
			    bytes_equal(name, bytes_of(address, address_len)))
				return TLS_NAMED;
			continue;
		}
		if (tag != X509_NAME_DNS)
			continue;
		if (name.len > 0 && memchr(name.at, '*', name.len) != NULL)
			return TLS_NAMED_ELSEWHERE;
		if (name.len == len && strncasecmp((const char *)name.at, host, len) == 0)
			return TLS_NAMED;
	}
	return TLS_NOT_NAMED;
}
