/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session descriptions: one of a real UA, every way of keying and of losing it, and what is no SDP;
 * our offers are read back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "probes/wire/sdp.h"
#include "probes/wire/sip.h"
#include "tests/unit/vectors.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"
#define KEY "inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd"

static enum err
read_text(const char *text, struct sdp *sdp)
{
	struct why why = { .err = ERR_OK };
	enum err err = sdp_read(bytes_of_text(text), sdp, &why);

	assert_int_equal(err, why.err);
	return err;
}

static void
assert_view(struct bytes view, const char *text)
{
	if (!bytes_equal(view, bytes_of_text(text)))
		fail_msg("\"%.*s\" is not \"%s\"", (int)view.len, view.at, text);
}

/* baresip's capabilities: SRTP by their transport, without a key. */
static void
real_user_agent(void **state)
{
	struct buffer real = vectors_file("tests/data/sip/options-200-udp");
	struct why why = { .err = ERR_OK };
	struct sip_message message;
	uint16_t port;
	struct sdp sdp;

	(void)state;
	assert_int_equal(sip_datagram_read(bytes_of_buffer(&real), &message, &why), ERR_OK);
	assert_true(sip_is_sdp(&message));
	assert_true(sip_rport(&message, &port));
	assert_int_equal(port, 47875);
	assert_view(bytes_slice(sip_contact(&message), 0, 14), "sip:test-0x561");
	assert_int_equal(sdp_read(message.body, &sdp, &why), ERR_OK);
	assert_int_equal(sdp.count, 1);
	assert_view(sdp.media[0].kind, "audio");
	assert_view(sdp.media[0].transport, "RTP/SAVP");
	assert_int_equal(sdp.media[0].port, 9);
	assert_true(sdp_is_srtp(&sdp.media[0]) && !sdp_protected(&sdp.media[0]));
	buffer_free(&real);
}

static void
what_protects(void **state)
{
	static const struct { const char *text; bool srtp, protected; } cases[] = {
		{ "m=audio 9 RTP/AVP 8\r\n", false, false },
		{ "m=audio 9 RTP/AVPF 8\r\n", false, false },
		{ "m=audio 9 RTP/SAVP 8\r\n", true, false },
		{ "m=audio 9 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY "\r\n", true, true },
		{ "m=audio 9 RTP/SAVPF 8\r\na=crypto:1 AEAD_AES_256_GCM " KEY "\r\n", true, true },
		/* A key beside RTP/AVP protects nothing. */
		{ "m=audio 9 RTP/AVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY "\r\n", false, false },
		/* RFC 4568 6.3.2: one line that switches encryption off may be the one chosen. */
		{ "m=audio 9 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY " UNENCRYPTED_SRTP\r\n",
		  false, false },
		{ "m=audio 9 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY "\r\n"
		  "a=crypto:2 NULL_HMAC_SHA1_80 " KEY "\r\n", false, false },
		{ "m=audio 9 UDP/TLS/RTP/SAVP 8\r\n", true, false },
		{ "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=fingerprint:sha-256 AA:BB\r\n", true, true },
		/* SDES keys are not those of DTLS-SRTP. */
		{ "m=audio 9 UDP/TLS/RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY "\r\n", true,
		  false },
		{ "m=application 9 UDP/BFCP *\r\n", false, false },
	};
	char text[1024];
	struct sdp sdp;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), HEAD "%s", cases[i].text);
		assert_int_equal(read_text(text, &sdp), ERR_OK);
		if (sdp_is_srtp(&sdp.media[0]) != cases[i].srtp ||
		    sdp_protected(&sdp.media[0]) != cases[i].protected)
			fail_msg("%s", cases[i].text);
	}
	/* A fingerprint of the session is every medium's, one of a medium is its own. */
	assert_int_equal(read_text(HEAD "a=fingerprint:sha-1 AA\r\nm=audio 9 UDP/TLS/RTP/SAVP 8\r\n"
	    "a=fingerprint:sha-256 BB\r\nm=video 9 UDP/TLS/RTP/SAVP 9\r\n", &sdp), ERR_OK);
	assert_view(sdp.media[0].fingerprint, "sha-256");
	assert_view(sdp.media[1].fingerprint, "sha-1");
}

static void
lines_and_ports(void **state)
{
	struct sdp sdp;

	(void)state;
	assert_int_equal(read_text("v=0\no=- 1 1 IN IP4 a\ns=-\nt=0 0\nm=audio 49170/2 RTP/AVP 0\n", &sdp),
	    ERR_OK);
	assert_int_equal(sdp.media[0].port, 49170);
	assert_int_equal(read_text(HEAD "m=audio 0 RTP/AVP 0\r\n", &sdp), ERR_OK);
	assert_int_equal(sdp.media[0].port, 0);
	assert_int_equal(read_text(HEAD, &sdp), ERR_OK);
	assert_int_equal(sdp.count, 0);
}

static void
no_description(void **state)
{
	static const char *const bad[] = {
		"", "v=0\r\n", "v=1\r\no=a\r\ns=-\r\n", "o=a\r\nv=0\r\ns=-\r\n", "v=0\r\ns=-\r\no=a\r\n",
		HEAD "m=audio 9 RTP/AVP 0", HEAD "x=1\r\n", HEAD "audio\r\n", HEAD "\r\n", HEAD "m\r\n",
		HEAD "m=audio\r\n", HEAD "m=audio 70000 RTP/AVP 0\r\n", HEAD "m=audio -1 RTP/AVP 0\r\n",
		HEAD "m=audio 9 RTP/AVP\r\n", HEAD "m=audio 9\r\n", HEAD "m=audio 9x RTP/AVP 0\r\n",
		HEAD "m=audio 9 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80\r\n",
		HEAD "m=audio 9 RTP/SAVP 0\r\na=crypto:\r\n", HEAD "a=fingerprint:sha-256\r\n",
		HEAD "m=audio 9 RTP/AVP 0\rm=audio 9 RTP/SAVP 0\r\n", "<html>\r\n",
	};
	struct buffer many = { 0 };
	struct why why = { .err = ERR_OK };
	struct sdp sdp;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (read_text(bad[i], &sdp) != ERR_MALFORMED)
			fail_msg("%s", bad[i]);
	assert_int_equal(sdp_read(bytes_of("v=0\r\no=\0\r\ns=-\r\n", 15), &sdp, &why), ERR_MALFORMED);
	buffer_put_text(&many, HEAD);
	for (size_t i = 0; i < SDP_MEDIA_MAX + 5; i++)
		buffer_put_text(&many, "m=audio 9 RTP/SAVP 0\r\n");
	assert_int_equal(read_text(buffer_text(&many), &sdp), ERR_OK);
	assert_int_equal(sdp.count, SDP_MEDIA_MAX + 5);
	for (size_t i = 0; i < SDP_LINES_MAX; i++)
		buffer_put_text(&many, "a=b\r\n");
	assert_int_equal(read_text(buffer_text(&many), &sdp), ERR_LIMIT);
	for (size_t i = 0; i < SDP_MAX / 5; i++)
		buffer_put_text(&many, "a=b\r\n");
	assert_int_equal(read_text(buffer_text(&many), &sdp), ERR_LIMIT);
	buffer_free(&many);
}

static void
own_offers(void **state)
{
	uint8_t key[SDP_KEY_LEN] = { 1, 2, 3 };
	struct sdp_offer offer = { .address = "192.0.2.1", .port = 9, .session = 7 };
	struct buffer out = { 0 };
	struct sdp sdp;

	(void)state;
	sdp_offer_write(&offer, &out);
	assert_int_equal(read_text(buffer_text(&out), &sdp), ERR_OK);
	assert_int_equal(sdp.count, 1);
	assert_int_equal(sdp.media[0].profile, SDP_PLAIN);
	assert_non_null(strstr(buffer_text(&out), "a=inactive\r\n"));
	buffer_reset(&out);
	offer.key = key;
	offer.address = "2001:db8::1";
	sdp_offer_write(&offer, &out);
	assert_int_equal(read_text(buffer_text(&out), &sdp), ERR_OK);
	assert_true(sdp_protected(&sdp.media[0]));
	assert_view(sdp.media[0].suite, "AES_CM_128_HMAC_SHA1_80");
	assert_non_null(strstr(buffer_text(&out), "c=IN IP6 2001:db8::1\r\n"));
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_user_agent), cmocka_unit_test(what_protects),
		cmocka_unit_test(lines_and_ports), cmocka_unit_test(no_description),
		cmocka_unit_test(own_offers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
