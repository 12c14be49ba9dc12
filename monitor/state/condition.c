/* SPDX-License-Identifier: Apache-2.0 */
/* What a parsed condition says of itself. */
#include <assert.h>

#include "monitor/state/condition_part.h"

enum order
order_mirrored(enum order order)
{
	return (order & ORDER_EQUAL) | (order & ORDER_LESS ? ORDER_MORE : 0) |
	    (order & ORDER_MORE ? ORDER_LESS : 0);
}

unsigned
condition_basis(const struct condition *condition)
{
	unsigned basis = 0;

	for (uint32_t i = 0; i < condition->names; i++)
		basis |= condition->name[i].name.basis;
	return basis;
}

size_t
condition_quantifiers(const struct condition *condition)
{
	return condition->quantifiers;
}

enum subject_kind
condition_quantifier_kind(const struct condition *condition, size_t q)
{
	assert(q < condition->quantifiers);
	return condition->quantifier[q].subject;
}

size_t
condition_names(const struct condition *condition)
{
	return condition->names;
}

const struct condition_name *
condition_name_at(const struct condition *condition, size_t i, size_t *quantifier)
{
	assert(i < condition->names);
	if (quantifier != NULL)
		*quantifier = condition->name[i].place;
	return &condition->name[i].name;
}

struct bytes
condition_text(const struct condition *condition)
{
	return condition->text;
}
