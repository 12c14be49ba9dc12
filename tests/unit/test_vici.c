/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vici: what a real daemon said, what SAs show over time, and the probe against daemons that lie,
 * stop, flood or are not there.  Those are simulated; real ones are in tests/peers/ike.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <sys/un.h>

#include "probes/wire/vici.h"
#include "tests/unit/probe_lab.h"
#include "tests/unit/vectors.h"

#define SOCKET "/tmp/sekimori-test-vici.XXXXXX"

struct lab {
	uv_loop_t        loop;
	struct machine  *machine;
	struct lab_seen  seen;
	char             path[sizeof(SOCKET)];
	struct round_option option[3];
	struct endpoint *endpoint;
};

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	strcpy(lab->path, SOCKET);
	close(mkstemp(lab->path));
	unlink(lab->path);
	lab->option[0] = (struct round_option){ .name = "socket", .value = lab->path };
	lab->option[1] = (struct round_option){ .name = "children", .value = "" };
	lab->option[2] = (struct round_option){ .name = "max_age", .value = "" };
	lab->endpoint = endpoint_new(lab->machine, &probe_vici, "vici", lab->option, 3);
	*state = lab;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;

	endpoint_free(lab->endpoint);
	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	unlink(lab->path);
	free(lab);
	return 0;
}

/* One message as the daemon writes it: "{name" section, "}" end, "name=value", "[name" list, ":item", "]". */
static void
message(struct buffer *out, const char *text)
{
	char copy[4096], *word, *rest = copy;

	assert_true(strlen(text) < sizeof(copy));
	strcpy(copy, text);
	while ((word = strtok_r(rest, " ", &rest)) != NULL) {
		char *value = strchr(word, '=');
		size_t len = value != NULL && word[0] != ':' ? (size_t)(value - word) : strlen(word) - 1;

		switch (word[0]) {
		case '{': buffer_put_be(out, 1 << 8 | len, 2), buffer_put(out, word + 1, len); break;
		case '}': buffer_put_be(out, 2, 1); break;
		case '[': buffer_put_be(out, 4 << 8 | len, 2), buffer_put(out, word + 1, len); break;
		case ']': buffer_put_be(out, 6, 1); break;
		case ':': buffer_put_be(out, 5 << 16 | len, 3), buffer_put(out, word + 1, len); break;
		default:
			buffer_put_be(out, 3 << 8 | len, 2), buffer_put(out, word, len);
			buffer_put_be(out, strlen(value + 1), 2), buffer_put_text(out, value + 1);
		}
	}
}

static void
packet(struct buffer *out, enum vici_type type, const char *name, const char *text)
{
	struct buffer body = { 0 };

	buffer_put_be(&body, type, 1);
	if (name != NULL)
		buffer_put_be(&body, strlen(name), 1), buffer_put_text(&body, name);
	message(&body, text);
	buffer_put_be(out, body.len, 4);
	buffer_put(out, body.at, body.len);
	buffer_free(&body);
}

/* A child that sends these octets in parts of step to whoever connects, then ends or holds. */
static pid_t
serve(const struct lab *lab, struct bytes octets, size_t step, bool hold)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	strcpy(address.sun_path, lab->path);
	unlink(lab->path);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 4), 0);
	pid = fork();
	if (pid != 0) {
		close(listener);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		char request[512];

		for (size_t at = 0; at < octets.len; at += step)
			if (write(fd, octets.at + at, octets.len - at < step ? octets.len - at : step) < 0)
				break;
		/* What the client still sends is taken, so that the end is no reset. */
		while (read(fd, request, sizeof(request)) > 0 && hold)
			continue;
		usleep(20000);
		close(fd);
	}
}

static void
one(struct lab *lab, struct bytes octets, size_t step, bool hold)
{
	pid_t pid = serve(lab, octets, step, hold);

	lab_round(lab->machine, &lab->loop, lab->endpoint, 1, 400, &lab->seen);
	lab_end(pid);
}

/* The daemon tells these SAs, each a message, NULL ends. */
static void
told(struct lab *lab, const char *const *sas)
{
	struct buffer out = { 0 };

	packet(&out, VICI_RESPONSE, NULL, "daemon=charon version=6.0");
	packet(&out, VICI_CONFIRM, NULL, "");
	for (; *sas != NULL; sas++)
		packet(&out, VICI_EVENT, "list-sa", *sas);
	packet(&out, VICI_RESPONSE, NULL, "");
	one(lab, bytes_of_buffer(&out), out.len, true);
	buffer_free(&out);
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
assert_int(struct lab *lab, enum fact fact, int64_t wanted)
{
	int64_t got = -1;

	fact_int(bytes_of_buffer(&lab->seen.facts), fact, &got);
	assert_int_equal(got, wanted);
}

static void
a_real_session(void **state)
{
	struct lab *lab = *state;
	struct buffer real = vectors_file("tests/data/vici/session-5.9.8");
	static const size_t steps[] = { 1, 7, 65536 };

	for (size_t i = 0; i < 3; i++) {
		one(lab, bytes_of_buffer(&real), steps[i], true);
		assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "CHILD SA n4: keyed anew without");
		assert_int(lab, FACT_SA_COUNT, 2);
		assert_int(lab, FACT_SA_NO_PFS_COUNT, 1);
		assert_int(lab, FACT_SA_WEAK_COUNT, 6);
		assert_int(lab, FACT_SA_OVERDUE_COUNT, 0);
		assert_int(lab, FACT_SA_MISSING_COUNT, -1);
	}
	/* Cut anywhere, it is no answer, whatever was said before. */
	for (size_t len = 0; len < real.len; len += 197) {
		one(lab, bytes_of(real.at, len), 65536, false);
		assert_outcome(lab, OUTCOME_UNKNOWN, ERR_CLOSED, "before it had told its SAs");
		assert_int(lab, FACT_SA_NO_PFS_COUNT, -1);
	}
	buffer_free(&real);
}

#define IKE(seconds) "{n2 state=ESTABLISHED uniqueid=1 encr-alg=AES_GCM_16 encr-keysize=256 " \
	"prf-alg=PRF_HMAC_SHA2_384 dh-group=ECP_384 established=" seconds " {child-sas "
#define CHILD(id, seconds, more) "{x-" id " name=n3 uniqueid=" id " state=INSTALLED mode=TUNNEL " \
	"protocol=ESP encr-alg=AES_GCM_16 encr-keysize=256 install-time=" seconds " " more " } "

static void
key_exchange_at_rekey(void **state)
{
	struct lab *lab = *state;

	told(lab, (const char *[]){ IKE("100") CHILD("1", "100", "") "} }", NULL });
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	/* The IKE SA was rekeyed: what was seen before says that this child is still the first. */
	told(lab, (const char *[]){ IKE("5") CHILD("1", "200", "") "} }", NULL });
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	/* Its rekey must have a key exchange. */
	told(lab, (const char *[]){ IKE("50") CHILD("2", "5", "dh-group=ECP_384") "} }", NULL });
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	told(lab, (const char *[]){ IKE("50") CHILD("2", "5", "ake1=ML_KEM_768") "} }", NULL });
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	told(lab, (const char *[]){ IKE("90") CHILD("3", "5", "") "} }", NULL });
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "n3: keyed anew without a key exchange");
	/* And that does not become right when the IKE SA is rekeyed. */
	told(lab, (const char *[]){ IKE("2") CHILD("3", "50", "") "} }", NULL });
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "n3: keyed anew without a key exchange");
	/* Never seen before, and older than its IKE SA: nobody knows; no false alarm. */
	told(lab, (const char *[]){ IKE("2") CHILD("9", "50", "") "} }", NULL });
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	/* One that is being replaced says nothing. */
	told(lab, (const char *[]){ IKE("90") CHILD("4", "5", "state=REKEYED") "} }", NULL });
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
}

static void
what_else_is_wrong(void **state)
{
	struct lab *lab = *state;

	lab->option[1].value = "n3, n4";
	told(lab, (const char *[]){ IKE("9") CHILD("1", "9", "") "} }", NULL });
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_NOT_FOUND, "CHILD SA n4: declared, and not there");
	assert_int(lab, FACT_SA_MISSING_COUNT, 1);
	told(lab, (const char *[]){ NULL });
	assert_outcome(lab, OUTCOME_DOWN, ERR_NOT_FOUND, "none of the declared CHILD SAs");
	lab->option[1].value = "";
	told(lab, (const char *[]){ NULL });
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "no established IKE SA");
	assert_int(lab, FACT_SA_WEAK_COUNT, -1);
	told(lab, (const char *[]){ IKE("9") CHILD("1", "9", "encr-alg=NULL integ-alg=HMAC_SHA1_96")
	    "} }", NULL });
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "NULL is weak");
	assert_int(lab, FACT_SA_WEAK_COUNT, 2);
	told(lab, (const char *[]){ IKE("9") CHILD("1", "9", "life-time=-3") "} }", NULL });
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "n3: its lifetime is over");
	told(lab, (const char *[]){ IKE("9") CHILD("1", "9", "rekey-time=-30 life-time=60") "} }", NULL });
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	told(lab, (const char *[]){ IKE("9") CHILD("1", "9", "rekey-time=-90 life-time=60") "} }", NULL });
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "its time to be rekeyed is over");
	lab->option[2].value = "1h";
	told(lab, (const char *[]){ IKE("3601") CHILD("1", "9", "dh-group=ECP_256") "} }", NULL });
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "IKE SA n2: older than max_age");
	assert_int(lab, FACT_SA_OVERDUE_COUNT, 1);
}

static void
many(void **state)
{
	struct lab *lab = *state;
	const char *sas[301] = { NULL };
	char text[300][400];

	for (int i = 0; i < 300; i++) {
		snprintf(text[i], sizeof(text[i]), "{c%d state=ESTABLISHED established=9 encr-alg=3DES_CBC "
		    "{child-sas {a name=a uniqueid=%d state=INSTALLED install-time=9 [local-ts :x=y ] } } }",
		    i, i);
		sas[i] = text[i];
	}
	told(lab, sas);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "3DES is weak");
	assert_int(lab, FACT_SA_COUNT, 300);
	assert_int(lab, FACT_SA_WEAK_COUNT, 300);
}

static void
hostile(void **state)
{
	static const struct { const char *octets; size_t len; enum err err; const char *says; } said[] = {
		{ "\0\0\0\0", 4, ERR_MALFORMED, "may have 1 to" },
		{ "\x7f\0\0\0", 4, ERR_LIMIT, "may have 1 to" },
		{ "\0\0\0\1\x55", 5, ERR_MALFORMED, "type 85" },
		{ "\0\0\0\2\7\x55", 6, ERR_MALFORMED, "ends early" },
		{ "\0\0\0\1\2", 5, ERR_UNSUPPORTED, "is it strongSwan" },
		{ "\0\0\0\1\5", 5, ERR_MALFORMED, "out of turn" },
		{ "\0\0\0\1\1\0\0\0\1\6", 10, ERR_UNSUPPORTED, "is it strongSwan" },
		{ "HTTP/1.1 400 Bad Request\r\n", 26, ERR_LIMIT, "may have 1 to" },
		{ "\0\0\0\1\1\0\0\0\1\5\0\0\0\2\7\0", 16, ERR_MALFORMED, "breaks the form" },
		{ "\0\0\0\1\1\0\0\0\1\5\0\0\0\5\7\0\1\1x", 19, ERR_MALFORMED, "breaks the form" },
		{ "\0\0\0\1\1\0\0\0\1\5\0\0\0\3\7\0\2", 17, ERR_MALFORMED, "breaks the form" },
		{ "\0\0\0\1\1\0\0\0\1\5\0\0\0\6\7\0\3\1x\xff", 20, ERR_MALFORMED, "breaks the form" },
		{ "\0\0\0\1\1\0\0\0\1\5\0\0\0\7\7\0\4\1x\2\0", 21, ERR_MALFORMED, "breaks the form" },
	};
	struct lab *lab = *state;
	struct buffer deep = { 0 }, flood = { 0 };

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		one(lab, bytes_of(said[i].octets, said[i].len), 64, true);
		assert_outcome(lab, OUTCOME_UNKNOWN, said[i].err, said[i].says);
	}
	packet(&deep, VICI_RESPONSE, NULL, ""), packet(&deep, VICI_CONFIRM, NULL, "");
	packet(&deep, VICI_EVENT, "list-sa", "{a {b {c {d {e {f {g {h {i } } } } } } } } }");
	one(lab, bytes_of_buffer(&deep), deep.len, true);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_MALFORMED, "breaks the form");
	/* It takes the connection and says nothing, or half of it. */
	one(lab, bytes_of("", 0), 1, true);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_TIMEOUT, "did not tell its SAs before the deadline");
	one(lab, bytes_of("\0\0\1\0\1", 5), 1, true);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_TIMEOUT, "did not tell its SAs before the deadline");
	buffer_free(&deep), buffer_free(&flood);
}

static void
nobody(void **state)
{
	struct lab *lab = *state;

	unlink(lab->path);
	lab_round(lab->machine, &lab->loop, lab->endpoint, 1, 400, &lab->seen);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "there is no socket at the path");
	lab_end(serve(lab, bytes_of("", 0), 1, true));
	lab_round(lab->machine, &lab->loop, lab->endpoint, 1, 400, &lab->seen);
	assert_outcome(lab, OUTCOME_DOWN, ERR_REFUSED, "the IKE daemon ended");
	lab->option[0].value = "relative";
	lab_round(lab->machine, &lab->loop, lab->endpoint, 1, 400, &lab->seen);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_INVALID, "absolute path");
	lab->option[0].value = lab->path;
}

static void
requests_written(void **state)
{
	struct buffer out = { 0 };

	(void)state;
	vici_write(VICI_REGISTER, "list-sa", &out);
	assert_int_equal(out.len, 13);
	assert_memory_equal(out.at, "\0\0\0\x09\3\7list-sa", 13);
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(a_real_session), T(key_exchange_at_rekey), T(what_else_is_wrong), T(many), T(hostile),
		T(nobody), cmocka_unit_test(requests_written),
	};

	lab_enter();
	return cmocka_run_group_tests_name("vici", tests, NULL, NULL);
}
