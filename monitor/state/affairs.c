/* SPDX-License-Identifier: Apache-2.0 */
/* What an incident means for users and for the law, folded beside it.  Nothing is kept yet. */
#include <stdlib.h>

#include "monitor/state/affairs.h"
#include "monitor/state/fold_memory.h"

struct affairs { bool none; };

struct affairs *
affairs_new(void)
{
	return memory_new(1, sizeof(struct affairs));
}

void
affairs_free(struct affairs *affairs)
{
	free(affairs);
}

struct affairs *
affairs_copy(const struct affairs *from)
{
	struct affairs *copy = affairs_new();

	*copy = *from;
	return copy;
}

void
affairs_encode(struct buffer *out, const struct affairs *affairs)
{
	(void)affairs;
	cbor_put_array(out, 0);
}

struct affairs *
affairs_decode(struct cbor *in)
{
	if (cbor_array(in) != 0)
		cbor_fail(in, ERR_MALFORMED);
	return affairs_new();
}

void
affairs_build(struct state *state)
{
	(void)state;
}

void
affairs_step(struct state *state, const struct cause *cause)
{
	(void)state;
	(void)cause;
}

void
affairs_due(struct state *state, uint64_t number)
{
	(void)state;
	(void)number;
}
