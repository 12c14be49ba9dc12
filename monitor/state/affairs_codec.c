/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Affairs as canonical bytes, and back.  The bytes may be anybody's: counts, orders, times and
 * texts are checked, so that what comes out is fit for the fold and for every reader.
 */
#include <string.h>

#include "monitor/state/affairs_part.h"
#include "monitor/state/demarcation.h"

#define OBJECT(object, of) typedef struct of of_##object;
#include "monitor/state/affairs_list.h"

enum {
#define OBJECT(object, of) FIELDS_OF_##object = 0
#define FIELD(type, name)  + 1
#define OBJECT_END(object) ,
#include "monitor/state/affairs_list.h"
};

/* --- writing ------------------------------------------------------------------------------ */

#define put_flag(out, value)  cbor_put_bool(out, value)
#define put_u32(out, value)   cbor_put_uint(out, value)
#define put_u64(out, value)   cbor_put_uint(out, value)
#define put_i64(out, value)   cbor_put_int(out, value)
#define put_chars(out, value) cbor_put_cstr(out, value)

#define OBJECT(object, of)                                              \
	static void                                                     \
	put_##object(struct buffer *out, const of_##object *v)          \
	{                                                               \
		cbor_put_array(out, FIELDS_OF_##object);
#define FIELD(type, name) put_##type(out, v->name);
#define OBJECT_END(object) }
#include "monitor/state/affairs_list.h"

static void
put_affair_whole(struct buffer *out, const struct affair *affair)
{
	cbor_put_array(out, 4);
	put_affair(out, affair);
	cbor_put_array(out, affair->sets);
	for (uint32_t i = 0; i < affair->sets; i++)
		put_set(out, &affair->set[i]);
	cbor_put_array(out, affair->hits);
	for (uint32_t i = 0; i < affair->hits; i++) {
		const struct hit *hit = &affair->hit[i];

		cbor_put_array(out, 2);
		put_hit(out, hit);
		cbor_put_array(out, hit->steps);
		for (uint32_t j = 0; j < hit->steps; j++)
			put_step(out, &hit->step[j]);
	}
	cbor_put_array(out, affair->duties);
	for (uint32_t i = 0; i < affair->duties; i++)
		put_duty(out, &affair->duty[i]);
}

void
affairs_encode(struct buffer *out, const struct affairs *affairs)
{
	cbor_put_array(out, affairs->affairs);
	for (uint32_t i = 0; i < affairs->affairs; i++)
		put_affair_whole(out, &affairs->affair[i]);
}

/* --- reading ------------------------------------------------------------------------------ */

static uint32_t
get_u32_value(struct cbor *in)
{
	uint64_t value = cbor_uint(in);

	if (value > UINT32_MAX)
		cbor_fail(in, ERR_MALFORMED);
	return in->err == ERR_OK ? (uint32_t)value : 0;
}

static void
get_text(struct cbor *in, char *out, size_t out_len)
{
	struct bytes text = cbor_text(in);

	if (text.len >= out_len || (text.len > 0 && memchr(text.at, '\0', text.len) != NULL))
		cbor_fail(in, ERR_MALFORMED);
	else
		text_take(out, out_len, text);
}

/* Each entry takes an octet at least, so that a count cannot ask for more than is there. */
static uint32_t
get_count(struct cbor *in, uint64_t most)
{
	uint64_t count = cbor_array(in);

	if (count > most || count > in->in.len)
		cbor_fail(in, ERR_LIMIT);
	return in->err == ERR_OK ? (uint32_t)count : 0;
}

static void
get_array(struct cbor *in, uint64_t entries)
{
	if (cbor_array(in) != entries)
		cbor_fail(in, ERR_MALFORMED);
}

#define get_flag(in, v)  ((v) = cbor_bool(in))
#define get_u32(in, v)   ((v) = get_u32_value(in))
#define get_u64(in, v)   ((v) = cbor_uint(in))
#define get_i64(in, v)   ((v) = cbor_int(in))
#define get_chars(in, v) get_text(in, v, sizeof(v))

#define OBJECT(object, of)                                              \
	static void                                                     \
	get_##object(struct cbor *in, of_##object *v)                   \
	{                                                               \
		get_array(in, FIELDS_OF_##object);
#define FIELD(type, name) get_##type(in, v->name);
#define OBJECT_END(object) }
#include "monitor/state/affairs_list.h"

static void
get_hit_whole(struct cbor *in, struct hit *hit)
{
	get_array(in, 2);
	get_hit(in, hit);
	hit->index = UINT32_MAX;
	if (hit->class >= SERVICE_CLASSES)
		cbor_fail(in, ERR_MALFORMED);
	hit->step_cap = get_count(in, IMPACT_STEPS_MAX);
	hit->step = memory_new(hit->step_cap, sizeof(*hit->step));
	for (; hit->steps < hit->step_cap && in->err == ERR_OK; hit->steps++) {
		get_step(in, &hit->step[hit->steps]);
		if (hit->steps > 0 &&
		    hit->step[hit->steps].at_ms <= hit->step[hit->steps - 1].at_ms)
			cbor_fail(in, ERR_MALFORMED);
	}
	if (hit->step_cap == 0)
		cbor_fail(in, ERR_MALFORMED);
}

static void
get_affair_whole(struct cbor *in, struct affair *affair)
{
	get_array(in, 4);
	get_affair(in, affair);
	if (affair->side >= SIDES)
		cbor_fail(in, ERR_MALFORMED);
	affair->set_cap = get_count(in, AFFAIR_SETS_MAX);
	affair->set = memory_new(affair->set_cap, sizeof(*affair->set));
	for (; affair->sets < affair->set_cap && in->err == ERR_OK; affair->sets++) {
		get_set(in, &affair->set[affair->sets]);
		affair->set[affair->sets].index = UINT32_MAX;
	}
	affair->hit_cap = get_count(in, PLAN_SERVICE_MAX);
	affair->hit = memory_new(affair->hit_cap, sizeof(*affair->hit));
	for (; affair->hits < affair->hit_cap && in->err == ERR_OK; affair->hits++)
		get_hit_whole(in, &affair->hit[affair->hits]);
	affair->duty_cap = get_count(in, AFFAIR_DUTIES_MAX);
	affair->duty = memory_new(affair->duty_cap, sizeof(*affair->duty));
	for (; affair->duties < affair->duty_cap && in->err == ERR_OK; affair->duties++)
		get_duty(in, &affair->duty[affair->duties]);
}

struct affairs *
affairs_decode(struct cbor *in)
{
	struct affairs *affairs = affairs_new();

	affairs->affair_cap = get_count(in, INCIDENT_MAX);
	affairs->affair = memory_new(affairs->affair_cap, sizeof(*affairs->affair));
	for (; affairs->affairs < affairs->affair_cap && in->err == ERR_OK; affairs->affairs++) {
		struct affair *affair = &affairs->affair[affairs->affairs];

		get_affair_whole(in, affair);
		if (affairs->affairs > 0 && affair->incident <= affair[-1].incident)
			cbor_fail(in, ERR_MALFORMED);
	}
	return affairs;
}
