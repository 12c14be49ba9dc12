/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Latencies counted in buckets: eight to each power of two, so that the value that stands for a
 * bucket is within 6 % of every value in it (the harmonic mean of its ends: 1/17).  Integers only.
 * The first values are kept as a list of their buckets: an hour at one round a minute fits, and ten
 * thousand targets cost a megabyte instead of five.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/track.h"

enum {
	STEPS        = 8,		/* to a power of two */
	STEPS_LOG    = 3,
	POWERS       = 28,		/* up to 2^31 microseconds, over half an hour */
	BUCKETS      = STEPS * (POWERS + 1),
	FEW          = 64
};

struct latency_histogram {
	uint64_t  min, max, count;
	uint16_t *bucket;	/* BUCKETS of them; NULL while a few do */
	uint8_t   few[FEW];	/* buckets of the first values */
};

_Static_assert(BUCKETS <= UINT8_MAX, "a bucket's place is kept in an octet");

struct latency_histogram *
latency_new(void)
{
	return memory_new(1, sizeof(struct latency_histogram));
}

void
latency_free(struct latency_histogram *histogram)
{
	if (histogram != NULL)
		free(histogram->bucket);
	free(histogram);
}

void
latency_reset(struct latency_histogram *histogram)
{
	free(histogram->bucket);
	memset(histogram, 0, sizeof(*histogram));
}

/* Values below 8 have a bucket of their own. */
static size_t
bucket_of(uint64_t us)
{
	unsigned power = us < STEPS ? 0 : 63 - (unsigned)__builtin_clzll(us) - STEPS_LOG;
	size_t place = us < STEPS ? us : STEPS * (size_t)power + (us >> power);

	return place < BUCKETS ? place : BUCKETS - 1;
}

static uint64_t
value_of(size_t place)
{
	unsigned power = place < STEPS ? 0 : (unsigned)(place / STEPS) - 1;
	uint64_t low, high;

	if (place < STEPS)
		return place;
	low = (uint64_t)(place % STEPS + STEPS) << power;
	high = low + (UINT64_C(1) << power);
	return 2 * low * high / (low + high);
}

/* An hourly run has at most 3,600 rounds, far below where a bucket would be full. */
static void
bucket_add(struct latency_histogram *histogram, size_t place)
{
	if (histogram->bucket[place] < UINT16_MAX)
		histogram->bucket[place]++;
}

void
latency_add(struct latency_histogram *histogram, uint64_t us)
{
	size_t place = bucket_of(us);

	if (histogram->count == 0 || us < histogram->min)
		histogram->min = us;
	if (us > histogram->max)
		histogram->max = us;
	if (histogram->count < FEW) {
		histogram->few[histogram->count++] = (uint8_t)place;
		return;
	}
	if (histogram->bucket == NULL) {
		histogram->bucket = memory_new(BUCKETS, sizeof(*histogram->bucket));
		for (size_t i = 0; i < FEW; i++)
			bucket_add(histogram, histogram->few[i]);
	}
	bucket_add(histogram, place);
	histogram->count++;
}

static void
buckets_of(const struct latency_histogram *histogram, uint16_t bucket[BUCKETS])
{
	memset(bucket, 0, BUCKETS * sizeof(*bucket));
	if (histogram->bucket != NULL)
		memcpy(bucket, histogram->bucket, BUCKETS * sizeof(*bucket));
	for (size_t i = 0; histogram->bucket == NULL && i < histogram->count; i++)
		bucket[histogram->few[i]]++;
}

uint64_t
latency_quantile(const struct latency_histogram *histogram, unsigned percent)
{
	uint64_t seen = 0, want = (histogram->count * percent + 99) / 100, value;
	uint16_t bucket[BUCKETS];

	buckets_of(histogram, bucket);
	for (size_t i = 0; i < BUCKETS && histogram->count > 0; i++) {
		seen += bucket[i];
		if (seen < want || bucket[i] == 0)
			continue;
		value = value_of(i);
		if (value < histogram->min)
			return histogram->min;
		return value > histogram->max ? histogram->max : value;
	}
	return histogram->max;
}

uint64_t
latency_min(const struct latency_histogram *histogram)
{
	return histogram->min;
}

uint64_t
latency_max(const struct latency_histogram *histogram)
{
	return histogram->max;
}
