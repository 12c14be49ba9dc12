/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of SSH servers; see ssh_facts.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "probes/ssh_facts.h"

const char *const ssh_kinds[SSH_KINDS] = {
	"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
	"rsa-sha2-512,rsa-sha2-256,ssh-rsa", "ssh-ed448", "ssh-dss"
};

enum { FINGERPRINT_TEXT = 64, NAMES_MAX = 2 * SSH_NAMES_MAX };

/* Not key exchanges: promises that stand among them. */
static bool
marker(struct bytes name)
{
	return bytes_equal(name, bytes_of_text("ext-info-s")) ||
	    bytes_equal(name, bytes_of_text("kexguess2@matt.ucc.asn.au")) ||
	    bytes_equal(name, bytes_of_text("kex-strict-s-v00@openssh.com"));
}

/* Both directions as one list, each name once. */
static size_t
names_of(struct bytes a, struct bytes b, struct bytes out[NAMES_MAX])
{
	struct bytes lists[2] = { a, b }, name;
	size_t count = 0, at;

	for (size_t i = 0; i < 2; i++)
		while (ssh_name_next(&lists[i], &name)) {
			for (at = 0; at < count && !bytes_equal(out[at], name); at++)
				continue;
			if (at == count && !marker(name) && count < NAMES_MAX)
				out[count++] = name;
		}
	return count;
}

static void PRINTF(2, 3)
weak_add(struct ssh_seen *seen, const char *fmt, ...)
{
	va_list args;

	if (seen->weaks == SSH_WEAK_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(seen->weak[seen->weaks++], FACT_ENTRY_MAX, fmt, args);
	va_end(args);
}

static void
class_look(struct round *round, struct ssh_seen *seen, enum ssh_class class, enum fact fact,
    struct bytes out, struct bytes in)
{
	struct bytes names[NAMES_MAX];
	size_t count = names_of(out, in, names);

	fact_set_texts(round_facts(round), fact, names, count);
	for (size_t i = 0; i < count; i++) {
		const char *weakness = ssh_weakness(class, names[i]);

		if (weakness != NULL)
			weak_add(seen, "%.*s: %s", (int)names[i].len, (const char *)names[i].at,
			    weakness);
	}
}

static bool
any_post_quantum(struct bytes kex)
{
	struct bytes name;

	while (ssh_name_next(&kex, &name))
		if (ssh_post_quantum(name))
			return true;
	return false;
}

void
ssh_seen_offer(struct round *round, const struct ssh_link *link, struct ssh_seen *seen)
{
	const struct ssh_offer *offer = &link->theirs;
	struct fact_set *facts = round_facts(round);
	struct buffer raw = { .max = BLOB_MAX };
	struct bytes names[NAMES_MAX];
	size_t count;

	ssh_string_put(&raw, bytes_of_buffer(&link->line));
	ssh_string_put(&raw, bytes_of_buffer(&link->their_offer));
	round_evidence(round, bytes_of_buffer(&raw));
	buffer_free(&raw);
	fact_set_text(facts, FACT_SSH_VERSION, bytes_of_buffer(&link->line));
	class_look(round, seen, SSH_CLASS_KEX, FACT_SSH_KEX, offer->list[SSH_KEX],
	    bytes_of(NULL, 0));
	class_look(round, seen, SSH_CLASS_HOSTKEY, FACT_SSH_HOSTKEY_ALGORITHMS,
	    offer->list[SSH_HOSTKEY], bytes_of(NULL, 0));
	class_look(round, seen, SSH_CLASS_CIPHER, FACT_SSH_CIPHERS, offer->list[SSH_CIPHER_OUT],
	    offer->list[SSH_CIPHER_IN]);
	class_look(round, seen, SSH_CLASS_MAC, FACT_SSH_MACS, offer->list[SSH_MAC_OUT],
	    offer->list[SSH_MAC_IN]);
	count = names_of(offer->list[SSH_COMPRESSION_OUT], offer->list[SSH_COMPRESSION_IN], names);
	fact_set_texts(facts, FACT_SSH_COMPRESSION, names, count);
	fact_set_flag(facts, FACT_SSH_POST_QUANTUM, any_post_quantum(offer->list[SSH_KEX]));
	fact_set_flag(facts, FACT_SSH_STRICT_KEX, ssh_strict(offer));
	fact_set_flag(facts, FACT_SSH_TERRAPIN, ssh_terrapin(offer));
	if (ssh_terrapin(offer))
		weak_add(seen, "kex-strict-s-v00@openssh.com is missing: packets can be left out "
		    "(Terrapin, CVE-2023-48795)");
	if (ssh_speaks_old(bytes_of_buffer(&link->line)))
		weak_add(seen, "SSH-1.99: the broken SSH-1 is spoken too");
}

void
ssh_seen_key(struct round *round, const struct ssh_link *link, struct ssh_seen *seen)
{
	struct buffer raw = { .max = BLOB_MAX };

	if (seen->keys == SSH_KINDS)
		return;
	/* The exchange hash stands for the secret, which is not kept. */
	ssh_string_put(&raw, bytes_of_buffer(&link->transcript));
	ssh_string_put(&raw, ssh_exchange_hash(link->exchange));
	ssh_string_put(&raw, bytes_of_buffer(&link->signature));
	round_evidence(round, bytes_of_buffer(&raw));
	buffer_free(&raw);
	seen->key[seen->keys++] = link->host_key;
	if (link->host_key.weak)
		weak_add(seen, "%s: a host key that is too short", link->host_key.kind);
}

/* "SHA256:" and base64 without padding, as ssh-keygen writes it. */
static void
fingerprint_text(struct hash fingerprint, char out[FINGERPRINT_TEXT])
{
	struct buffer text = { .max = FINGERPRINT_TEXT };

	base64_put(&text, hash_bytes(&fingerprint));
	snprintf(out, FINGERPRINT_TEXT, "SHA256:%.*s", (int)(text.len - 1), (const char *)text.at);
	buffer_free(&text);
}

static void
keys_facts(struct round *round, const struct ssh_seen *seen,
    char prints[SSH_KINDS][FINGERPRINT_TEXT])
{
	struct bytes kind[SSH_KINDS], spki[SSH_KINDS], print[SSH_KINDS];
	char hex[SSH_KINDS][HASH_TEXT];

	for (size_t i = 0; i < seen->keys; i++) {
		hash_text(seen->key[i].spki, hex[i]);
		kind[i] = bytes_of_text(seen->key[i].kind);
		spki[i] = bytes_of_text(hex[i]);
		print[i] = bytes_of_text(prints[i]);
	}
	fact_set_texts(round_facts(round), FACT_SSH_HOSTKEY_KIND, kind, seen->keys);
	fact_set_texts(round_facts(round), FACT_SSH_HOSTKEY_SPKIS, spki, seen->keys);
	fact_set_texts(round_facts(round), FACT_SSH_HOSTKEY_FINGERPRINTS, print, seen->keys);
}

/* Each key that answered must be one of those that may. */
static void
expected_look(struct round *round, const struct ssh_seen *seen,
    char prints[SSH_KINDS][FINGERPRINT_TEXT], struct tls_finding *finding)
{
	const char *expected = round_option(round, "fingerprints");
	bool fine = true;

	if (expected[0] == '\0' || seen->keys == 0)
		return;
	for (size_t i = 0; i < seen->keys; i++) {
		if (ssh_names_have(bytes_of_text(expected), prints[i]))
			continue;
		fine = false;
		tls_finding_add(finding, ERR_MISMATCH, "the server answered with the %s host key "
		    "%s, which is none of the configured ones", seen->key[i].kind, prints[i]);
	}
	fact_set_flag(round_facts(round), FACT_SSH_HOSTKEY_EXPECTED, fine);
}

void
ssh_seen_done(struct round *round, const struct ssh_seen *seen, bool complete,
    struct tls_finding *finding)
{
	char prints[SSH_KINDS][FINGERPRINT_TEXT];
	struct fact_set *facts = round_facts(round);
	struct bytes weak[SSH_WEAK_MAX];

	for (size_t i = 0; i < seen->keys; i++)
		fingerprint_text(seen->key[i].fingerprint, prints[i]);
	if (seen->keys > 0)
		fact_set_hash(facts, FACT_SSH_HOSTKEY_SPKI, seen->key[0].spki);
	if (seen->keys > 0 || seen->forged)
		fact_set_flag(facts, FACT_SSH_HOSTKEY_PROVEN, !seen->forged);
	if (seen->keys > 0 && complete)
		keys_facts(round, seen, prints);
	expected_look(round, seen, prints, finding);
	for (size_t i = 0; i < seen->weaks; i++)
		weak[i] = bytes_of_text(seen->weak[i]);
	fact_set_int(facts, FACT_SSH_WEAK, (int64_t)seen->weaks);
	fact_set_texts(facts, FACT_SSH_WEAK_WHY, weak, seen->weaks);
	if (seen->weaks > 0)
		tls_finding_add(finding, ERR_MISMATCH, "the server has %zu weakness%s, the first: "
		    "%s", seen->weaks, seen->weaks == 1 ? "" : "es", seen->weak[0]);
}
