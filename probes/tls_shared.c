/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts and anchors shared by TLS endpoints, counted by their users; see tls_shared.h. */
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "probes/tls_secrets.h"
#include "probes/tls_shared.h"

struct tls_credential {
	struct tls_credential *next;
	struct hash            hash;	/* of chain and key */
	struct tls_context     context;
	unsigned               users;
};

struct tls_trust {
	struct tls_trust   *next;
	struct hash         hash;	/* of the PEM octets */
	struct tls_anchors *anchors;
	bool                configured;
	unsigned            users;
};

/* A context is made once here, so that what OpenSSL loads late is loaded before the sandbox. */
void
tls_shared_begin(void *at)
{
	struct tls_shared *shared = at;
	struct tls_context context;
	struct tls_session session;
	struct why why;

	OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	shared->chains = tls_chain_cache_new();
	shared->tools = tls_tools_new();
	if (tls_context_open(&context, bytes_of(NULL, 0), bytes_of(NULL, 0), &why) != ERR_OK)
		return;
	if (tls_session_open(&session, &context, "", "", &why) == ERR_OK) {
		(void)tls_session_step(&session, bytes_of(NULL, 0), &why);
		tls_session_close(&session);
	}
	tls_context_close(&context);
}

static void
credential_release(struct tls_shared *shared, struct tls_credential *credential)
{
	struct tls_credential **at = &shared->credentials;

	if (credential == NULL || --credential->users > 0)
		return;
	while (*at != credential)
		at = &(*at)->next;
	*at = credential->next;
	tls_context_close(&credential->context);
	free(credential);
}

static void
trust_release(struct tls_shared *shared, struct tls_trust *trust)
{
	struct tls_trust **at = &shared->trusts;

	if (trust == NULL || --trust->users > 0)
		return;
	while (*at != trust)
		at = &(*at)->next;
	*at = trust->next;
	tls_anchors_free(trust->anchors);
	free(trust);
}

void
tls_shared_end(void *at)
{
	struct tls_shared *shared = at;

	tls_chain_cache_free(shared->chains);
	tls_tools_free(shared->tools);
}

void
tls_kept_end(void *at, void *shared)
{
	struct tls_kept *kept = at;

	credential_release(shared, kept->credential);
	trust_release(shared, kept->trust);
	tls_crls_free(kept->crls);
}

static enum err
credential_find(struct tls_shared *shared, struct bytes certificate, struct bytes key,
    struct tls_credential **out, struct why *why)
{
	struct hash hash = hash_of3(bytes_of_text("credential"), certificate, key);
	struct tls_credential *credential = shared->credentials;
	enum err err;

	while (credential != NULL && !hash_equal(credential->hash, hash))
		credential = credential->next;
	if (credential == NULL) {
		credential = memory_new(1, sizeof(*credential));
		err = tls_context_open(&credential->context, certificate, key, why);
		if (err != ERR_OK) {
			free(credential);
			return err;
		}
		credential->hash = hash;
		credential->next = shared->credentials;
		shared->credentials = credential;
	}
	credential->users++;
	*out = credential;
	return ERR_OK;
}

static enum err
trust_find(struct tls_shared *shared, struct bytes pem, struct tls_trust **out, struct why *why)
{
	struct hash hash = hash_of(pem);
	struct tls_trust *trust = shared->trusts;
	enum err err;

	while (trust != NULL && !hash_equal(trust->hash, hash))
		trust = trust->next;
	if (trust == NULL) {
		trust = memory_new(1, sizeof(*trust));
		err = tls_anchors_new(&trust->anchors, pem, why);
		if (err != ERR_OK) {
			free(trust);
			return err;
		}
		trust->hash = hash;
		trust->configured = pem.len > 0;
		trust->next = shared->trusts;
		shared->trusts = trust;
	}
	trust->users++;
	*out = trust;
	return ERR_OK;
}

enum err
tls_kept_prepare(struct round *round, struct why *why)
{
	struct tls_shared *shared = round_shared(round);
	struct tls_kept *kept = round_kept(round);
	struct tls_credential *credential = NULL;
	struct tls_trust *trust = NULL;
	struct bytes crl = round_file(round, "crl");
	struct tls_crls *crls = NULL;
	enum err err;

	if (kept->options_version == round_options_version(round) && kept->trust != NULL)
		return ERR_OK;
	err = credential_find(shared, round_file(round, "client_certificate"),
	    round_file(round, "client_key"), &credential, why);
	if (err == ERR_OK && crl.len > 0)
		err = tls_crls_new(&crls, crl, why);
	if (err == ERR_OK)
		err = trust_find(shared, round_file(round, "trust"), &trust, why);
	if (err != ERR_OK) {
		credential_release(shared, credential);
		tls_crls_free(crls);
		return err;
	}
	credential_release(shared, kept->credential);
	trust_release(shared, kept->trust);
	tls_crls_free(kept->crls);
	kept->crls = crls;
	kept->stapled.until_ms = kept->listed.until_ms = 0;
	kept->credential = credential;
	kept->trust = trust;
	kept->options_version = round_options_version(round);
	return ERR_OK;
}

const struct tls_context *
tls_kept_context(const struct tls_kept *kept)
{
	return &kept->credential->context;
}

const struct tls_anchors *
tls_kept_anchors(const struct tls_kept *kept)
{
	return kept->trust->anchors;
}

bool
tls_kept_trusts(const struct tls_kept *kept)
{
	return kept->trust->configured;
}
