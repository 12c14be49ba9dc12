/* SPDX-License-Identifier: Apache-2.0 */
/* Nonce and key in a report's free octets; see bound_data.h. */
#include <string.h>

#include "attest/bound_data.h"
#include "attest/policy.h"

struct hash
bound_data(struct bytes nonce, const struct hash *spki)
{
	return hash_of3(bytes_of_text(BOUND_DATA_PREFIX), nonce, hash_bytes(spki));
}

/* The octets without the zeros behind what they should hold. */
static struct bytes
trimmed(struct bytes found, size_t len)
{
	for (size_t i = len; i < found.len; i++)
		if (found.at[i] != 0)
			return found;
	return bytes_slice(found, 0, len);
}

bool
hold_bound_data(const struct dossier *dossier, struct appraisal *a, size_t rule_nonce,
    size_t rule_key, struct bytes found)
{
	const char *asked = policy_text(dossier, a, "nonce");
	struct hash bound;

	if (dossier->spki == NULL)
		return hold_nonce(dossier, a, rule_nonce, found, false) &&
		    rule_skip(a, rule_key, "nobody asks for one certain key");
	if (dossier->nonce.len == 0 && (asked == NULL || strcmp(asked, "none") != 0)) {
		rule_lack(a, rule_nonce, "the nonce we asked with", "none was given to compare");
		return rule_lack(a, rule_key, "a nonce, because the key is bound with it",
		    "none was given");
	}
	if (dossier->nonce.len == 0)
		policy_ends_text(dossier, a, "nonce");
	bound = bound_data(dossier->nonce, dossier->spki);
	if (bytes_equal(trimmed(found, HASH_LEN), hash_bytes(&bound)))
		return (dossier->nonce.len > 0 ? hold(a, rule_nonce, true, NULL, NULL) :
		    rule_skip(a, rule_nonce, "the policy asks for no nonce")) &&
		    hold(a, rule_key, true, NULL, NULL);
	if (dossier->nonce.len > 0 &&
	    !bytes_equal(trimmed(found, dossier->nonce.len), dossier->nonce))
		return hold_octets(a, rule_nonce, hash_bytes(&bound), found);
	return hold_octets(a, rule_key, hash_bytes(&bound), found);
}
