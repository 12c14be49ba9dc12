/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of location tokens share: names and labels of claims, and CBOR of them. */
#ifndef ATTEST_EAR_PART_H
#define ATTEST_EAR_PART_H

#include "attest/ear.h"

enum ear_context { EAR_IN_TOKEN, EAR_IN_VERIFIER, EAR_IN_SUBMODS, EAR_IN_APPRAISAL,
	EAR_IN_GEOGRAPHIC, EAR_IN_STATUS, EAR_IN_OTHER };

/* Tree to deterministic CBOR (RFC 8949, 4.2.1) and back; ERR_UNSUPPORTED for a type or label
 * that no claim of ours has, ERR_MALFORMED for octets that are not deterministic. */
MUST_USE enum err ear_cbor_put(const struct json_t *claims, struct buffer *out, struct why *);
MUST_USE enum err ear_cbor_read(struct bytes, struct json_t **claims, struct why *);
/* The protected header of a token under that key's name. */
void ear_header(enum ear_form, const char *key, struct buffer *out);
/* RFC 9052, 4.4; RFC 7515, 5.1 */
void ear_cose_to_sign(struct bytes header, struct bytes claims, struct buffer *out);

#endif
