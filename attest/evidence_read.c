/* SPDX-License-Identifier: Apache-2.0 */
/* PKIX Evidence; see evidence_read.h. */
#include <string.h>

#include "attest/evidence_read.h"

/* ReportedClaim ::= SEQUENCE { claimType OBJECT IDENTIFIER, value ANY OPTIONAL } */
static bool
claim_put(struct evidence *out, struct bytes in)
{
	struct evidence_claim *claim = &out->claim[out->claims];
	struct bytes oid;
	struct der value = { .tag = 0 };

	if (out->claims == EVIDENCE_CLAIMS || !der_expect(&in, DER_OID, &oid) ||
	    !der_oid(oid, claim->type) || (in.len > 0 && !der_take(&in, &value)) || in.len > 0)
		return false;
	claim->tag = value.tag;
	claim->value = value.value;
	out->claims++;
	return true;
}

static bool
element_put(struct evidence *out, struct bytes in)
{
	struct evidence_element *element = &out->element[out->elements];
	struct bytes oid, claims, one;

	if (out->elements == EVIDENCE_ELEMENTS || !der_expect(&in, DER_OID, &oid) ||
	    !der_oid(oid, element->type) || !der_only(in, DER_SEQUENCE, &claims))
		return false;
	element->first = out->claims;
	while (claims.len > 0)
		if (!der_expect(&claims, DER_SEQUENCE, &one) || !claim_put(out, one))
			return false;
	element->count = out->claims - element->first;
	out->elements++;
	return true;
}

static bool
elements_read(struct evidence *out, struct bytes in)
{
	struct bytes version, elements, one;

	if (!der_expect(&in, DER_INTEGER, &version) || !der_unsigned(version, &out->version) ||
	    !der_only(in, DER_SEQUENCE, &elements) || elements.len == 0)
		return false;
	while (elements.len > 0)
		if (!der_expect(&elements, DER_SEQUENCE, &one) || !element_put(out, one))
			return false;
	return true;
}

/* SignerIdentifier: [0] key identifier, [1] public key, [2] certificate, each explicit. */
static bool
signer_read(struct evidence_signature *out, struct bytes in)
{
	struct bytes part;
	struct der whole;

	if (der_expect(&in, DER_CONTEXT, &part) && !der_only(part, DER_OCTETS, &out->key_id))
		return false;
	if (der_expect(&in, DER_CONTEXT + 1, &part)) {
		if (!der_take(&part, &whole) || whole.tag != DER_SEQUENCE || part.len > 0)
			return false;
		out->spki = whole.whole;
	}
	if (der_expect(&in, DER_CONTEXT + 2, &part)) {
		if (!der_take(&part, &whole) || whole.tag != DER_SEQUENCE || part.len > 0)
			return false;
		out->certificate = whole.whole;
	}
	return in.len == 0 && out->key_id.len + out->spki.len + out->certificate.len > 0;
}

static bool
signature_put(struct evidence *out, struct bytes in)
{
	struct evidence_signature *block = &out->signature[out->signatures];
	struct bytes signer, algorithm, oid;

	if (out->signatures == EVIDENCE_SIGNATURES ||
	    !der_expect(&in, DER_SEQUENCE, &signer) || !signer_read(block, signer) ||
	    !der_expect(&in, DER_SEQUENCE, &algorithm) ||
	    !der_expect(&algorithm, DER_OID, &oid) || !der_oid(oid, block->algorithm) ||
	    !der_only(in, DER_OCTETS, &block->value))
		return false;
	out->signatures++;
	return true;
}

static bool
intermediates_read(struct evidence *out, struct bytes in)
{
	struct der one;

	while (in.len > 0) {
		if (out->intermediates == EVIDENCE_INTERMEDIATES || !der_take(&in, &one) ||
		    one.tag != DER_SEQUENCE)
			return false;
		out->intermediate[out->intermediates++] = one.whole;
	}
	return true;
}

enum err
evidence_read(struct bytes der, struct evidence *out, struct why *why)
{
	struct bytes all, signatures, one, intermediates = bytes_of(NULL, 0);
	struct der tbs;

	memset(out, 0, sizeof(*out));
	if (der.len > EVIDENCE_MAX)
		return why_set(why, ERR_LIMIT, "%zu octets, more than %d", der.len, EVIDENCE_MAX);
	if (!der_only(der, DER_SEQUENCE, &all) || !der_take(&all, &tbs) ||
	    tbs.tag != DER_SEQUENCE || !der_expect(&all, DER_SEQUENCE, &signatures) ||
	    (all.len > 0 && !der_only(all, DER_CONTEXT, &intermediates)))
		return why_set(why, ERR_MALFORMED, "no SEQUENCE of what is signed, signatures and "
		    "certificates");
	out->tbs = tbs.whole;
	if (!elements_read(out, tbs.value))
		return why_set(why, ERR_MALFORMED, "element %zu, claim %zu of it is none",
		    out->elements + 1, out->claims + 1);
	while (signatures.len > 0)
		if (!der_expect(&signatures, DER_SEQUENCE, &one) || !signature_put(out, one))
			return why_set(why, ERR_MALFORMED, "signature %zu is none",
			    out->signatures + 1);
	if (!intermediates_read(out, intermediates))
		return why_set(why, ERR_MALFORMED, "intermediate certificate %zu is none",
		    out->intermediates + 1);
	return ERR_OK;
}

const struct evidence_claim *
evidence_find(const struct evidence *evidence, const struct evidence_element *element,
    const char *type, bool *twice)
{
	const struct evidence_claim *found = NULL;

	if (twice != NULL)
		*twice = false;
	for (size_t i = 0; i < element->count; i++) {
		const struct evidence_claim *one = &evidence->claim[element->first + i];

		if (strcmp(one->type, type) != 0)
			continue;
		if (found != NULL) {
			if (twice != NULL)
				*twice = true;
			return NULL;
		}
		found = one;
	}
	return found;
}
