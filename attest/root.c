/* SPDX-License-Identifier: Apache-2.0 */
/* Pinned roots: the policy's, or those of root_list.h where it is silent. */
#include <openssl/x509.h>
#include <string.h>

#include "attest/chain_part.h"
#include "attest/policy.h"

static const struct root { const char *set, *key, *name, *pin; } roots[] = {
#define ROOT(set, key, name, pin, text) { set, key, name, pin },
#include "attest/root_list.h"
};

/* In the three ways a list can name one. */
struct names { char certificate[8 + HASH_TEXT], key[8 + HASH_TEXT]; };

static void
names_of(struct chain_memory *memory, X509 *certificate, struct names *names)
{
	struct hash hash = certificate_hash(certificate);

	memcpy(names->certificate, "sha256:", 7);
	hash_text(hash, names->certificate + 7);
	memcpy(names->key, "spki:", 5);
	hash_text(memory != NULL ? chain_memory_spki(memory, hash, certificate) :
	    certificate_spki(certificate), names->key + 5);
}

static enum pinned
row_pins(const struct root *row, const struct names *names)
{
	return strcmp(row->pin, names->certificate) == 0 ? PINNED_CERTIFICATE :
	    strcmp(row->pin, names->key) == 0 ? PINNED_KEY : PINNED_NOT;
}

static bool
listed(enum policy_answer answer)
{
	return answer == POLICY_LISTED;
}

void
root_ticket(const struct dossier *dossier, struct appraisal *a, const char *key,
    X509 *certificate)
{
	const char *set = a->partition[a->open].set->name;
	struct names names;

	names_of(dossier->memory, certificate, &names);
	if (policy_ticket_listed(dossier, a, key, names.certificate) ||
	    policy_ticket_listed(dossier, a, key, names.key))
		return;
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (strcmp(roots[i].set, set) == 0 && strcmp(roots[i].key, key) == 0 &&
		    row_pins(&roots[i], &names) != PINNED_NOT &&
		    policy_ticket_listed(dossier, a, key, roots[i].name))
			return;
}

bool
root_past(const struct dossier *dossier, const struct appraisal *a, const char *key,
    X509 *certificate)
{
	const char *set = a->partition[a->open].set->name;
	struct names names;

	names_of(dossier->memory, certificate, &names);
	if (policy_listed_text(dossier, a, key, names.certificate) == POLICY_PAST ||
	    policy_listed_text(dossier, a, key, names.key) == POLICY_PAST)
		return true;
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (strcmp(roots[i].set, set) == 0 && strcmp(roots[i].key, key) == 0 &&
		    row_pins(&roots[i], &names) != PINNED_NOT &&
		    policy_listed_text(dossier, a, key, roots[i].name) == POLICY_PAST)
			return true;
	return false;
}

enum pinned
root_pinned(const struct dossier *dossier, const struct appraisal *a, const char *key,
    X509 *certificate)
{
	const char *set = a->partition[a->open].set->name;
	struct names names;
	enum policy_answer answer;

	names_of(dossier->memory, certificate, &names);
	answer = policy_listed_text(dossier, a, key, names.certificate);
	if (listed(answer))
		return PINNED_CERTIFICATE;
	if (listed(policy_listed_text(dossier, a, key, names.key)))
		return PINNED_KEY;
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		enum pinned pinned = strcmp(roots[i].set, set) == 0 &&
		    strcmp(roots[i].key, key) == 0 ?
		    row_pins(&roots[i], &names) : PINNED_NOT;

		/* "*" pins nothing: it leaves the choice to the published ones. */
		if (pinned != PINNED_NOT && (answer == POLICY_SILENT || answer == POLICY_ANY ||
		    listed(policy_listed_text(dossier, a, key, roots[i].name))))
			return pinned;
	}
	return PINNED_NOT;
}
