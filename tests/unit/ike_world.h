/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests of the probe ike-auth begin with: authorities and those they certify, rounds against a
 * responder of ike_lab.h, and what was seen.  For files that include cmocka.h.
 */
#ifndef TESTS_UNIT_IKE_WORLD_H
#define TESTS_UNIT_IKE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/signature.h"
#include "tests/unit/lab_fact.h"
#include "tests/unit/ike_lab.h"

enum { DAY_S = 86400 };

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
	struct round_option option[6];
	size_t          options;
	uint16_t        port;
	struct buffer   trust, certificate, key;
	struct ike_script script;	/* that of a sound responder */
};

/* An authority, whom it certifies, one below it, and somebody else's authority. */
static struct tls_pair ca, gateway, old, monitor, middle, below, foreign, stranger, bare, wild;

static inline int
world_make(void **state)
{
	static const char names[] = "DNS:gw.lab,email:ops@gw.lab,IP:192.0.2.7";

	(void)state;
	ca = tls_issue(NULL, "authority", true, -DAY_S, 30 * DAY_S, NULL);
	gateway = tls_issue(&ca, "gw.lab", false, -DAY_S, 20 * DAY_S, names);
	old = tls_issue(&ca, "gw.lab", false, -3 * DAY_S, -DAY_S, names);
	monitor = tls_issue(&ca, "monitor.lab", false, -DAY_S, 20 * DAY_S, "DNS:monitor.lab");
	middle = tls_issue(&ca, "middle", true, -DAY_S, 20 * DAY_S, NULL);
	below = tls_issue(&middle, "gw.lab", false, -DAY_S, 20 * DAY_S, names);
	foreign = tls_issue(NULL, "somebody", true, -DAY_S, 30 * DAY_S, NULL);
	stranger = tls_issue(&foreign, "gw.lab", false, -DAY_S, 20 * DAY_S, names);
	bare = tls_issue(&ca, "gw.lab", false, -DAY_S, 20 * DAY_S, NULL);
	wild = tls_issue(&ca, "gw.lab", false, -DAY_S, 20 * DAY_S, "DNS:*.gw.lab");
	return 0;
}

static inline int
world_end(void **state)
{
	(void)state;
	tls_pair_free(&ca), tls_pair_free(&gateway), tls_pair_free(&old), tls_pair_free(&monitor);
	tls_pair_free(&middle), tls_pair_free(&below), tls_pair_free(&foreign);
	tls_pair_free(&stranger), tls_pair_free(&bare), tls_pair_free(&wild);
	return 0;
}

static inline int
setup(void **state)
{
	static uint16_t port = 8300;
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	tls_pem(&lab->trust, &ca, false);
	tls_pem(&lab->certificate, &monitor, false);
	tls_pem(&lab->key, &monitor, true);
	lab->option[lab->options++] = (struct round_option){ .name = "trust", .value = "roots.pem",
		.octets = bytes_of_buffer(&lab->trust) };
	lab->script = (struct ike_script){ .own = &gateway, .id_type = IKE_ID_FQDN,
		.id = bytes_of_text("gw.lab"), .announces = true };
	lab->port = port;
	port += 50;
	*state = lab;
	return 0;
}

static inline int
teardown(void **state)
{
	struct lab *lab = *state;

	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	buffer_free(&lab->trust), buffer_free(&lab->certificate), buffer_free(&lab->key);
	free(lab);
	return 0;
}

/* From here on it authenticates itself, and the responder wants that. */
static inline void
with_certificate(struct lab *lab)
{
	lab->option[lab->options++] = (struct round_option){ .name = "client_certificate",
		.value = "own.pem", .octets = bytes_of_buffer(&lab->certificate) };
	lab->option[lab->options++] = (struct round_option){ .name = "client_key",
		.value = "own.key", .octets = bytes_of_buffer(&lab->key) };
	lab->script.client = monitor.key;
}

/* So many rounds against one responder; the last is what was seen. */
static inline void
rounds(struct lab *lab, struct ike_script script, int64_t deadline_ms, unsigned count)
{
	uint16_t port = script.marker ? 4500 : lab->port++;
	pid_t pid = ike_server_start(port, &script);
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_ike_auth, "127.0.0.1",
	    lab->option, lab->options);

	lab->seen.times = 0;
	for (unsigned i = 0; i < count; i++)
		lab_round(lab->machine, &lab->loop, endpoint, port, deadline_ms, &lab->seen);
	assert_int_equal(lab->seen.times, count);
	endpoint_free(endpoint);
	lab_end(pid);
}

#define one(lab, script, deadline_ms) rounds(lab, script, deadline_ms, 1)

static inline void
assert_outcome(struct lab *lab, enum outcome outcome, enum err err, const char *says)
{
	if (lab->seen.outcome != outcome || lab->seen.err != err ||
	    strstr(lab->seen.detail, says) == NULL)
		fail_msg("%s, %s: %s", outcome_name(lab->seen.outcome), err_name(lab->seen.err),
		    lab->seen.detail);
}

/* 1, 0, or -1: it is not there. */
static inline int
flag(struct lab *lab, enum fact fact)
{
	bool value;

	return fact_flag(bytes_of_buffer(&lab->seen.facts), fact, &value) ? value : -1;
}

static inline void
assert_fact(struct lab *lab, enum fact fact, const char *wanted)
{
	lab_assert_fact(&lab->seen, fact, wanted);
}

/* Up, with that certificate's key, that was proven to be held; NULL: no key is on the wire. */
static inline void
assert_key(struct lab *lab, const struct tls_pair *pair)
{
	struct hash spki, wanted;

	assert_int_equal(fact_hash(bytes_of_buffer(&lab->seen.facts), FACT_IKE_AUTH_SPKI, &spki),
	    pair != NULL);
	if (pair != NULL) {
		wanted = key_spki(pair->key);
		assert_memory_equal(&spki, &wanted, sizeof(spki));
		assert_int_equal(flag(lab, FACT_IKE_AUTH_PROVEN), 1);
	}
}

static inline void
assert_good(struct lab *lab, const struct tls_pair *pair)
{
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_string_equal(lab->seen.detail, "");
	assert_key(lab, pair);
	assert_int_equal(flag(lab, FACT_IKE_AUTH_ID_CERTIFIED), 1);
	assert_int_equal(flag(lab, FACT_IKE_AUTH_TRUSTED), 1);
	assert_int_equal(flag(lab, FACT_IKE_AUTH_ENDED), 1);
	assert_true(lab->seen.latency_us > 0);
}

#endif
