/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of one kind of evidence; see witness.h. */
#include <stdio.h>

#include "monitor/witness/witness.h"

struct buffer *
evidence_add(struct evidence *out, const char *role)
{
	struct piece *piece = &out->piece[out->pieces];

	if (out->pieces == WITNESS_ITEMS)
		return NULL;
	snprintf(piece->role, sizeof(piece->role), "%s", role);
	piece->octets = (struct buffer){ .max = DOCUMENT_OCTETS };
	out->pieces++;
	return &piece->octets;
}

void
evidence_free(struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->pieces; i++)
		buffer_free(&evidence->piece[i].octets);
	evidence->pieces = 0;
}
