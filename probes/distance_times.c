/* SPDX-License-Identifier: Apache-2.0 */
/* Times of handshakes to facts: the least of each kind, its bounds, and the key they are of. */
#include <inttypes.h>
#include <string.h>

#include "probes/distance_times.h"

/* The key that signed: of the first certificate. */
static bool
key_of(struct tls_chain_cache *chains, const struct tls_session *session, struct hash *key)
{
	struct bytes octets = bytes_of_buffer(&session->chain);
	struct tls_chain *chain = tls_chain_find(chains, hash_of(octets), octets);
	struct fact_set set = { .count = 0 };
	struct buffer facts = { .max = 0 };
	bool found = false;

	if (chain == NULL)
		return false;
	tls_chain_facts(chain, &set);
	fact_set_write(&set, FACTS_ALL, &facts);
	found = fact_hash(bytes_of_buffer(&facts), FACT_TLS_SPKI, key);
	fact_set_free(&set);
	buffer_free(&facts);
	return found;
}

static void
least_take(int64_t ns, bool kernel, int64_t *least, bool *by_kernel)
{
	if (*least != 0 && ns >= *least)
		return;
	*least = ns;
	*by_kernel = kernel;
}

static void
signature_take(struct distance_times *times, const struct distance_time *time, struct hash key)
{
	if (!times->key_known) {
		times->key_known = true;
		times->key = key;
	}
	if (!hash_equal(times->key, key)) {
		times->other_keys++;
		return;
	}
	times->signed_ns[times->signatures++] = time->signed_ns;
	least_take(time->signed_ns, time->signed_kernel, &times->signed_least_ns,
	    &times->signed_kernel);
}

void
distance_times_add(struct distance_times *times, const struct distance_time *time,
    struct tls_chain_cache *chains, const struct tls_session *session)
{
	struct hash key;
	char hex[HASH_TEXT] = "-";
	bool known = key_of(chains, session, &key);

	if (time->hello_ns != 0 && times->hellos < DISTANCE_SAMPLES_MAX) {
		times->hello_ns[times->hellos++] = time->hello_ns;
		least_take(time->hello_ns, time->hello_kernel, &times->hello_least_ns,
		    &times->hello_kernel);
	}
	times->unrepeated += time->hello_ns == 0;
	if (time->signed_ns == 0 || !known)
		times->unsigned_old++;
	else if (times->signatures < DISTANCE_SAMPLES_MAX)
		signature_take(times, time, key);
	if (known)
		hash_text(key, hex);
	times->lines.max = 64 << 10;
	buffer_print(&times->lines, "%s hello %" PRId64 " ns %s, signed %" PRId64 " ns %s, "
	    "key %s\n", tls_session_version(session), time->hello_ns,
	    time->hello_kernel ? "kernel" : "user", time->signed_ns,
	    time->signed_kernel ? "kernel" : "user", hex);
}

static void
unknown_text(const struct distance_times *times, struct buffer *out)
{
	if (times->hellos == 0 && times->unrepeated > 0)
		buffer_put_text(out, "who ended the connection: before TLS 1.3 a ServerHello "
		    "repeats nothing of ours");
	if (times->signatures == 0 && times->unsigned_old > 0)
		buffer_print(out, "%sthe key: it signed nothing of ours", out->len > 0 ? "; " : "");
	if (times->other_keys > 0)
		buffer_print(out, "%s%zu handshakes were signed by other keys, of which nothing "
		    "is said", out->len > 0 ? "; " : "", times->other_keys);
}

static void
times_put(struct fact_set *facts, int64_t *ns, size_t count, const enum fact fact[5])
{
	int64_t least, median;

	if (count == 0)
		return;
	distance_least(ns, count, &least, &median);
	fact_set_int(facts, fact[0], distance_us(least));
	fact_set_int(facts, fact[1], distance_us(median));
	fact_set_int(facts, fact[2], (int64_t)count);
	fact_set_int(facts, fact[3], distance_km(least));
	fact_set_int(facts, fact[4], distance_km_fibre(least));
}

void
distance_times_facts(struct distance_times *times, struct round *round)
{
	static const enum fact front[5] = { FACT_RTT_MIN_US, FACT_RTT_MEDIAN_US, FACT_RTT_SAMPLES,
		FACT_BOUND_KM, FACT_BOUND_KM_FIBRE };
	static const enum fact key[5] = { FACT_RTT_SIGNED_MIN_US, FACT_RTT_SIGNED_MEDIAN_US,
		FACT_RTT_SIGNED_SAMPLES, FACT_BOUND_SIGNED_KM, FACT_BOUND_SIGNED_KM_FIBRE };
	struct fact_set *facts = round_facts(round);
	struct buffer unknown = { .max = DETAIL_MAX };
	const char *vantage = round_vantage(round);
	bool kernel = (times->hellos == 0 || times->hello_kernel) &&
	    (times->signatures == 0 || times->signed_kernel);

	times_put(facts, times->hello_ns, times->hellos, front);
	times_put(facts, times->signed_ns, times->signatures, key);
	if (times->signatures > 0)
		fact_set_hash(facts, FACT_RTT_KEY, times->key);
	if (times->hellos > 0 || times->signatures > 0)
		fact_set_text(facts, FACT_RTT_CLOCK, bytes_of_text(kernel ? "kernel" : "user"));
	if (vantage[0] != '\0')
		fact_set_text(facts, FACT_RTT_VANTAGE, bytes_of_text(vantage));
	fact_set_int(facts, FACT_RTT_FAILED, (int64_t)times->failed);
	unknown_text(times, &unknown);
	if (unknown.len > 0)
		fact_set_text(facts, FACT_RTT_UNKNOWN, bytes_of_buffer(&unknown));
	if (times->lines.len > 0)
		round_evidence(round, bytes_of_buffer(&times->lines));
	buffer_free(&unknown);
}
