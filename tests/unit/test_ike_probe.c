/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probes of IKE against responders that answer well, late, twice, for somebody else, never,
 * or with what breaks the protocol.  Each is a child that answers datagrams; simulated, so that
 * it can lie.  Real responders are in tests/peers/ike.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/ike.h"
#include "probes/wire/ike_v1.h"
#include "tests/unit/lab_fact.h"

enum { DATAGRAM_MAX = 4096, PAYLOAD_SA = 33, PAYLOAD_KE = 34, PAYLOAD_NONCE = 40,
	PAYLOAD_NOTIFY = 41 };

/* What a responder does. */
struct script {
	struct ike_transform takes[8];	/* its one proposal; none: it refuses everything */
	size_t   count;
	uint16_t error;			/* it only ever says this */
	uint16_t wants;			/* it wants this method whatever it is given */
	bool     cookie, cookies;	/* it asks for a cookie first; for ever */
	bool     marker;		/* the non-ESP marker is due */
	bool     other_spi, not_response, other_message, other_exchange;
	unsigned silent;		/* it leaves so many requests without an answer at first */
	unsigned answers;		/* it answers only so many; 0: all */
	bool     noise;			/* broken datagrams before the answer, and it again after */
	bool     weak_choice;		/* it chooses what was not offered */
	bool     short_value;
	bool     flood;
	bool     version_one;		/* takes Main Mode, and nothing of version 2 */
	bool     redirect;
};

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
	struct round_option option[4];
	size_t          options;
	uint16_t        port;
};

static int
setup(void **state)
{
	static uint16_t port = 7900;
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->option[0] = (struct round_option){ .name = "pause", .value = "1ms" };
	lab->options = 1;
	lab->port = port;
	port += 50;
	*state = lab;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;

	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	free(lab);
	return 0;
}

/* The first transform of each of its types that some proposal of the request has; all or none. */
static bool
choose(const struct script *script, struct bytes request, struct ike_transform out[8], size_t *count)
{
	struct reader in = reader_of(bytes_slice(request, 32, request.len));
	unsigned wanted = 0;

	for (size_t i = 0; i < script->count; i++)
		wanted |= 1U << script->takes[i].type;
	for (bool last = false; !last && !in.failed;) {
		unsigned found = 0, asked = 0;
		uint64_t transforms;

		last = read_be(&in, 1) == 0;
		read_bytes(&in, 6);
		transforms = read_be(&in, 1);
		*count = 0;
		for (uint64_t t = 0; t < transforms; t++) {
			struct ike_transform its = { 0 };
			bool has_bits;

			read_be(&in, 2);
			has_bits = read_be(&in, 2) == 12;
			its.type = (uint8_t)read_be(&in, 1);
			read_be(&in, 1);
			its.id = (uint16_t)read_be(&in, 2);
			if (has_bits)
				read_be(&in, 2), its.bits = (uint16_t)read_be(&in, 2);
			asked |= 1U << its.type;
			for (size_t i = 0; i < script->count; i++)
				if (memcmp(&its, &script->takes[i], sizeof(its)) == 0 &&
				    !(found & 1U << its.type)) {
					found |= 1U << its.type;
					out[(*count)++] = its;
				}
		}
		if (found == wanted && asked == wanted && wanted != 0)
			return true;
	}
	return false;
}

static void
head(struct buffer *out, const struct script *script, const struct ike_said *said, uint8_t next)
{
	buffer_put_be(out, said->spi_i ^ script->other_spi, 8);
	buffer_put_be(out, 0x1122334455667788, 8);
	buffer_put_be(out, next, 1);
	buffer_put_be(out, 0x20, 1);
	buffer_put_be(out, script->other_exchange ? 35 : IKE_SA_INIT, 1);
	buffer_put_be(out, script->not_response ? IKE_FLAG_INITIATOR : IKE_FLAG_RESPONSE, 1);
	buffer_put_be(out, script->other_message, 4);
	buffer_put_be(out, 0, 4);
}

static void
notify(struct buffer *out, uint8_t next, uint16_t number, const void *data, size_t len)
{
	buffer_put_be(out, (uint64_t)next << 24 | (8 + len), 4);
	buffer_put_be(out, number, 4);
	buffer_put(out, data, len);
}

static void
put_chosen(struct buffer *out, const struct script *script, const struct ike_said *said,
    const struct ike_transform *chosen, size_t count)
{
	size_t octets = 8;

	for (size_t i = 0; i < count; i++)
		octets += chosen[i].bits != 0 ? 12 : 8;
	buffer_put_be(out, (uint64_t)PAYLOAD_KE << 24 | (octets + 4), 4);
	buffer_put_be(out, octets, 4);
	buffer_put_be(out, 1 << 24 | 1 << 16 | count, 4);
	for (size_t i = 0; i < count; i++) {
		buffer_put_be(out, i + 1 < count ? 3 : 0, 1);
		buffer_put_be(out, chosen[i].bits != 0 ? 12 : 8, 3);
		buffer_put_be(out, (uint64_t)chosen[i].type << 8, 2);
		buffer_put_be(out, script->weak_choice && chosen[i].type == IKE_ENCR ? 3 :
		    chosen[i].id, 2);
		if (chosen[i].bits != 0)
			buffer_put_be(out, 0x800e0000U | chosen[i].bits, 4);
	}
	octets = script->short_value ? 7 : ike_value_len(said->method);
	buffer_put_be(out, (uint64_t)PAYLOAD_NONCE << 24 | (8 + octets), 4);
	buffer_put_be(out, (uint64_t)said->method << 16, 4);
	for (size_t i = 0; i < octets; i++)
		buffer_put_u8(out, 5);
	buffer_put_be(out, 4 + 32, 4);
	for (size_t i = 0; i < 32; i++)
		buffer_put_u8(out, 6);
}

static void
answer(struct buffer *out, const struct script *script, struct bytes request)
{
	struct ike_transform chosen[8];
	struct ike_said said;
	uint16_t method = 0;
	size_t count = 0, from = out->len;

	if (ike_read(request, &said, NULL) != ERR_OK)
		return;
	if ((script->cookie && said.cookie.len == 0) || script->cookies) {
		head(out, script, &said, PAYLOAD_NOTIFY);
		notify(out, 0, IKE_COOKIE, "a cookie", 8);
	} else if (script->redirect) {
		head(out, script, &said, PAYLOAD_NOTIFY);
		notify(out, 0, IKE_REDIRECT, "\1\4\xc0\0\2\1", 6);
	} else if (script->error != 0 || script->wants != 0) {
		uint8_t wants[2] = { (uint8_t)(script->wants >> 8), (uint8_t)script->wants };

		head(out, script, &said, PAYLOAD_NOTIFY);
		notify(out, 0, script->wants != 0 ? IKE_INVALID_KE_PAYLOAD : script->error, wants,
		    script->wants != 0 ? 2 : 0);
	} else if (!choose(script, said.cookie.len > 0 ? bytes_slice(request, 8 + said.cookie.len,
	    request.len) : request, chosen, &count)) {
		head(out, script, &said, PAYLOAD_NOTIFY);
		notify(out, 0, IKE_NO_PROPOSAL_CHOSEN, NULL, 0);
	} else {
		for (size_t i = 0; i < count; i++)
			if (chosen[i].type == IKE_KE)
				method = chosen[i].id;
		head(out, script, &said, method == said.method ? PAYLOAD_SA : PAYLOAD_NOTIFY);
		if (method == said.method)
			put_chosen(out, script, &said, chosen, count);
		else
			notify(out, 0, IKE_INVALID_KE_PAYLOAD, (uint8_t[]){ (uint8_t)(method >> 8),
			    (uint8_t)method }, 2);
	}
	out->at[from + 26] = (uint8_t)((out->len - from) >> 8);
	out->at[from + 27] = (uint8_t)(out->len - from);
}

/* Main Mode: what strongSwan answered, for the cookie that asks. */
static void
answer_v1(struct buffer *out, struct bytes request)
{
	uint8_t real[256];
	FILE *file = fopen("tests/data/ike/v1-answer-5.9.8", "rb");
	size_t len;

	if (file == NULL || request.len < 8 || request.at[17] != 0x10)
		return;
	len = fread(real, 1, sizeof(real), file);
	fclose(file);
	memcpy(real, request.at, 8);
	buffer_put(out, real, len);
}

static void
serve_one(int fd, const struct script *script, struct bytes request,
    const struct sockaddr_in *peer)
{
	static const char *const noise[] = { "", "x", "GET / HTTP/1.0\r\n\r\n this is not IKE at all" };
	struct buffer out = { 0 };

	if (script->marker)
		buffer_put_be(&out, 0, 4);
	if (script->version_one)
		answer_v1(&out, request);
	else
		answer(&out, script, script->marker ? bytes_slice(request, 4, request.len) : request);
	for (size_t i = 0; i < 3 && script->noise; i++)
		sendto(fd, noise[i], strlen(noise[i]), 0, (const struct sockaddr *)peer, sizeof(*peer));
	/* The answer with lengths that lie, cut, then whole, then again. */
	for (size_t i = 0; i < out.len && script->noise; i += 5) {
		out.at[i] ^= 0x55;
		if (i >= 8)
			sendto(fd, out.at, out.len, 0, (const struct sockaddr *)peer, sizeof(*peer));
		out.at[i] ^= 0x55;
		sendto(fd, out.at, i, 0, (const struct sockaddr *)peer, sizeof(*peer));
	}
	for (size_t i = 0; i < (script->flood ? 20000 : script->noise ? 2 : 1) && out.len > 0; i++)
		sendto(fd, out.at, out.len, 0, (const struct sockaddr *)peer, sizeof(*peer));
	buffer_free(&out);
}

static pid_t
serve(uint16_t port, const struct script *script)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, peer;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	static uint8_t octets[DATAGRAM_MAX];
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	pid = fork();
	if (pid != 0) {
		close(fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned came = 0;; came++) {
		socklen_t len = sizeof(peer);
		ssize_t got = recvfrom(fd, octets, sizeof(octets), 0, (struct sockaddr *)&peer, &len);

		if (got > 0 && came >= script->silent &&
		    (script->answers == 0 || came < script->answers))
			serve_one(fd, script, bytes_of(octets, (size_t)got), &peer);
	}
}

static void
one(struct lab *lab, const struct probe_ops *ops, struct script script, int64_t deadline_ms)
{
	uint16_t port = script.marker ? 4500 : lab->port++;
	pid_t pid = serve(port, &script);
	struct endpoint *endpoint = endpoint_new(lab->machine, ops, "127.0.0.1", lab->option,
	    lab->options);

	lab->seen.times = 0;
	lab_round(lab->machine, &lab->loop, endpoint, port, deadline_ms, &lab->seen);
	assert_int_equal(lab->seen.times, 1);
	endpoint_free(endpoint);
	lab_end(pid);
}

static void
assert_outcome(struct lab *lab, enum outcome outcome, enum err err, const char *says)
{
	if (lab->seen.outcome != outcome || lab->seen.err != err ||
	    strstr(lab->seen.detail, says) == NULL)
		fail_msg("%s, %s: %s", outcome_name(lab->seen.outcome), err_name(lab->seen.err),
		    lab->seen.detail);
}

static void
assert_fact(struct lab *lab, enum fact fact, const char *wanted)
{
	lab_assert_fact(&lab->seen, fact, wanted);
}

#define GOOD .takes = { { IKE_ENCR, 20, 256 }, { IKE_PRF, 6, 0 }, { IKE_KE, 31, 0 } }, .count = 3
#define HYBRID .takes = { { IKE_ENCR, 20, 256 }, { IKE_PRF, 7, 0 }, { IKE_KE, 20, 0 }, \
	{ IKE_ADDKE1, 36, 0 } }, .count = 4
#define WEAK .takes = { { IKE_ENCR, 3, 0 }, { IKE_PRF, 1, 0 }, { IKE_INTEG, 1, 0 }, \
	{ IKE_KE, 2, 0 } }, .count = 4

static void
good(void **state)
{
	struct lab *lab = *state;

	one(lab, &probe_ike, (struct script){ GOOD }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_fact(lab, FACT_IKE_ENCRYPTION, "AES_GCM_16_256");
	assert_fact(lab, FACT_IKE_GROUP, "CURVE25519");
	assert_fact(lab, FACT_IKE_PQ, "none");
	assert_fact(lab, FACT_IKE_COOKIE, "no");
	assert_true(lab->seen.latency_us > 0);
	/* Another group, a cookie, lost requests, and all of it at once on port 4500. */
	one(lab, &probe_ike, (struct script){ HYBRID }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_fact(lab, FACT_IKE_PQ, "MLKEM768");
	one(lab, &probe_ike, (struct script){ GOOD, .cookie = true, .silent = 1 }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_fact(lab, FACT_IKE_COOKIE, "yes");
	one(lab, &probe_ike, (struct script){ HYBRID, .marker = true }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	one(lab, &probe_ike, (struct script){ HYBRID, .noise = true }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_fact(lab, FACT_IKE_PQ, "MLKEM768");
}

static void
refusals(void **state)
{
	struct lab *lab = *state;

	one(lab, &probe_ike, (struct script){ WEAK }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "none of today's algorithms");
	assert_fact(lab, FACT_IKE_REFUSED, "NO_PROPOSAL_CHOSEN");
	assert_fact(lab, FACT_IKE_GROUP, "");
	one(lab, &probe_ike, (struct script){ .error = IKE_INVALID_SYNTAX }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "INVALID_SYNTAX");
	one(lab, &probe_ike, (struct script){ .error = 99 }, 4000);
	assert_fact(lab, FACT_IKE_REFUSED, "error 99");
	one(lab, &probe_ike, (struct script){ .redirect = true }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "REDIRECT");
}

static void
nobody(void **state)
{
	struct lab *lab = *state;
	struct endpoint *endpoint;

	one(lab, &probe_ike, (struct script){ .silent = 1000 }, 700);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "no answer to 2 requests");
	one(lab, &probe_ike, (struct script){ GOOD, .other_spi = true }, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "1 other datagrams were ignored");
	one(lab, &probe_ike, (struct script){ GOOD, .not_response = true }, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "ignored");
	one(lab, &probe_ike, (struct script){ GOOD, .other_message = true }, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "ignored");
	one(lab, &probe_ike, (struct script){ GOOD, .other_exchange = true }, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "ignored");
	one(lab, &probe_ike, (struct script){ GOOD, .cookie = true, .answers = 1 }, 300);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_TIMEOUT, "answered with a cookie and then");
	endpoint = endpoint_new(lab->machine, &probe_ike, "127.0.0.1", lab->option, lab->options);
	lab_round(lab->machine, &lab->loop, endpoint, 7899, 300, &lab->seen);
	assert_outcome(lab, OUTCOME_DOWN, ERR_REFUSED, "");
	endpoint_free(endpoint);
}

static void
hostile(void **state)
{
	struct lab *lab = *state;

	one(lab, &probe_ike, (struct script){ GOOD, .cookies = true }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_LIMIT, "cookie again and again");
	one(lab, &probe_ike, (struct script){ .wants = 2 }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MALFORMED, "method 2, which was not offered");
	one(lab, &probe_ike, (struct script){ .wants = 31 }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MALFORMED, "method 31, which was already tried");
	one(lab, &probe_ike, (struct script){ .wants = 20 }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MALFORMED, "already tried");
	one(lab, &probe_ike, (struct script){ GOOD, .weak_choice = true }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MALFORMED, "not offered");
	assert_fact(lab, FACT_IKE_ENCRYPTION, "");
	one(lab, &probe_ike, (struct script){ GOOD, .short_value = true }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MALFORMED, "7 octets and not 32");
	one(lab, &probe_ike, (struct script){ GOOD, .other_spi = true, .flood = true }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_LIMIT, "more than is accepted");
	one(lab, &probe_ike, (struct script){ .version_one = true }, 300);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
}

static void
deep(void **state)
{
	struct lab *lab = *state;

	lab->option[lab->options++] = (struct round_option){ .name = "ikev1", .value = "false" };
	one(lab, &probe_ike_deep, (struct script){ HYBRID, .cookie = true }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_fact(lab, FACT_IKE_ACCEPTED_ENCRYPTION, "AES_GCM_16_256");
	assert_fact(lab, FACT_IKE_ACCEPTED_GROUPS, "ECP384");
	assert_fact(lab, FACT_IKE_ACCEPTED_ADDITIONAL, "MLKEM768");
	assert_fact(lab, FACT_IKE_WEAK_COUNT, "0");
	one(lab, &probe_ike_deep, (struct script){ WEAK, .noise = true }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "weak: MODP1024, 3DES, HMAC_MD5, HMAC_MD5_96");
	assert_fact(lab, FACT_IKE_WEAK_COUNT, "4");
	one(lab, &probe_ike_deep, (struct script){ .error = IKE_NO_PROPOSAL_CHOSEN }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "perhaps it has no connection");
	assert_fact(lab, FACT_IKE_WEAK_COUNT, "");
	/* What is not known to the end is no list and no count. */
	one(lab, &probe_ike_deep, (struct script){ GOOD, .answers = 9 }, 1000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_LIMIT, "not learnt to the end: the deadline");
	assert_fact(lab, FACT_IKE_WEAK_COUNT, "");
	assert_fact(lab, FACT_IKE_ACCEPTED_GROUPS, "");
	one(lab, &probe_ike_deep, (struct script){ WEAK, .answers = 9 }, 1000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "and more was not learnt: ");
	assert_fact(lab, FACT_IKE_WEAK_COUNT, "");
	lab->option[lab->options++] = (struct round_option){ .name = "attempts", .value = "5" };
	one(lab, &probe_ike_deep, (struct script){ GOOD }, 4000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_LIMIT, "allows no more requests");
	assert_fact(lab, FACT_IKE_ATTEMPTS, "5");
}

static void
deep_hostile(void **state)
{
	struct lab *lab = *state;

	lab->option[lab->options++] = (struct round_option){ .name = "ikev1", .value = "false" };
	one(lab, &probe_ike_deep, (struct script){ .cookies = true }, 4000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_LIMIT, "cookie again and again");
	one(lab, &probe_ike_deep, (struct script){ .wants = 4711 }, 4000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_LIMIT, "4711, which was not offered");
	one(lab, &probe_ike_deep, (struct script){ .wants = 31 }, 4000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_LIMIT, "31, which was not offered");
	one(lab, &probe_ike_deep, (struct script){ .error = IKE_INVALID_SYNTAX }, 4000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_LIMIT, "INVALID_SYNTAX");
	one(lab, &probe_ike_deep, (struct script){ .silent = 1000 }, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "no answer in version 2");
	assert_fact(lab, FACT_IKE_V1, "");
}

/* Silent in version 2, it still takes Main Mode with 3DES and MD5. */
static void
only_version_one(void **state)
{
	struct lab *lab = *state;

	one(lab, &probe_ike_deep, (struct script){ .version_one = true }, 6000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "3DES MD5 MODP1024 PSK");
	assert_fact(lab, FACT_IKE_V1, "accepted");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(good), T(refusals), T(nobody), T(hostile), T(deep), T(deep_hostile),
		T(only_version_one),
	};

	lab_enter();
	return cmocka_run_group_tests_name("ike probes", tests, NULL, NULL);
}
