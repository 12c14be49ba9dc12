/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SSH codec: offers of a real sshd, packets of every cipher there and back, host keys and
 * signatures, and what must be refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "probes/ssh_crypto.h"
#include "tests/unit/vectors.h"

static enum ssh_step
identify(const char *text, struct bytes *line, struct why *why)
{
	size_t used = 0;
	enum ssh_step step = ssh_identification(bytes_of_text(text), line, &used, why);

	assert_true(step != SSH_TAKEN || used <= strlen(text));
	return step;
}

static void
identification(void **state)
{
	char long_line[400] = "", many[200] = "";
	struct bytes line;
	struct why why;

	(void)state;
	assert_int_equal(identify("SSH-2.0-OpenSSH_9.2\r\nrest", &line, &why), SSH_TAKEN);
	assert_true(bytes_equal(line, bytes_of_text("SSH-2.0-OpenSSH_9.2")));
	assert_int_equal(identify("hello\r\n\nSSH-1.99-x\n", &line, &why), SSH_TAKEN);
	assert_true(ssh_speaks_old(line));
	assert_int_equal(identify("SSH-2.0-a", &line, &why), SSH_MORE);
	assert_int_equal(identify("", &line, &why), SSH_MORE);
	assert_int_equal(identify("SSH-1.5-old\n", &line, &why), SSH_BROKEN);
	assert_int_equal(why.err, ERR_UNSUPPORTED);
	assert_int_equal(identify("SSH-2.0-\x1b[2J\n", &line, &why), SSH_BROKEN);
	assert_int_equal(why.err, ERR_MALFORMED);
	memset(long_line, 'a', sizeof(long_line) - 1);
	assert_int_equal(identify(long_line, &line, &why), SSH_BROKEN);
	assert_int_equal(why.err, ERR_LIMIT);
	memset(many, '\n', sizeof(many) - 1);
	assert_int_equal(identify(many, &line, &why), SSH_BROKEN);
	assert_int_equal(why.err, ERR_LIMIT);
}

static void
packets_in_the_clear(void **state)
{
	static const uint8_t lies[][16] = {
		{ 0xff, 0xff, 0xff, 0xff, 4, 1 },		/* longer than any */
		{ 0, 0, 0, 13, 4, 1 },				/* no whole blocks */
		{ 0, 0, 0, 4, 4, 1 },				/* shorter than any */
		{ 0, 0, 0, 12, 12, 1 },				/* padding eats all */
		{ 0, 0, 0, 12, 3, 1 },				/* padding too short */
		{ 0, 0, 0, 12, 11, 1 },				/* nothing but padding */
	};
	struct buffer out = { 0 };
	struct bytes payload;
	struct why why;
	size_t used;

	(void)state;
	for (size_t len = 1; len < 100; len++) {
		char octets[100] = "\x14payload";

		buffer_reset(&out);
		ssh_packet_write(bytes_of(octets, len), 8, false, &out);
		assert_int_equal(out.len % 8, 0);
		assert_int_equal(ssh_packet(bytes_of_buffer(&out), &payload, &used, &why), SSH_TAKEN);
		assert_true(used == out.len && bytes_equal(payload, bytes_of(octets, len)));
		assert_int_equal(ssh_packet(bytes_of(out.at, out.len - 1), &payload, &used, &why),
		    SSH_MORE);
	}
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		assert_int_equal(ssh_packet(bytes_of(lies[i], 16), &payload, &used, &why),
		    SSH_BROKEN);
	buffer_free(&out);
}

static void
real_offer(void **state)
{
	struct buffer raw = vectors_file("tests/data/ssh/openssh-kexinit");
	struct ssh_offer offer;
	struct bytes chosen;
	struct why why;

	(void)state;
	assert_int_equal(ssh_offer_read(bytes_of_buffer(&raw), &offer, &why), ERR_OK);
	assert_true(ssh_strict(&offer) && !ssh_terrapin(&offer) && !offer.guesses);
	assert_true(ssh_names_have(offer.list[SSH_KEX], "sntrup761x25519-sha512@openssh.com"));
	assert_true(ssh_choose(bytes_of_text("curve25519-sha256,x"), offer.list[SSH_KEX], &chosen));
	assert_true(bytes_equal(chosen, bytes_of_text("curve25519-sha256")));
	assert_false(ssh_choose(bytes_of_text("curve25519,x"), offer.list[SSH_KEX], &chosen));
	/* Cut anywhere, and with an octet more, it is no offer. */
	for (size_t len = 0; len < raw.len; len++)
		assert_int_not_equal(ssh_offer_read(bytes_of(raw.at, len), &offer, &why), ERR_OK);
	buffer_put_u8(&raw, 0);
	assert_int_equal(ssh_offer_read(bytes_of_buffer(&raw), &offer, &why), ERR_MALFORMED);
	buffer_free(&raw);
}

static enum err
offer_of(const char *kex, struct ssh_offer *back, struct buffer *payload, struct why *why)
{
	static const uint8_t cookie[SSH_COOKIE_LEN];
	struct ssh_offer offer = { .guesses = false };

	for (size_t i = 0; i < SSH_LISTS; i++)
		offer.list[i] = bytes_of_text("a");
	offer.list[SSH_KEX] = bytes_of_text(kex);
	buffer_reset(payload);
	ssh_offer_write(cookie, &offer, payload);
	return ssh_offer_read(bytes_of_buffer(payload), back, why);
}

static void
hostile_names(void **state)
{
	static const char *const wrong[] = { ",", "a,", ",a", "a,,b", "a b", "a\nb", "\xff",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	struct buffer payload = { 0 };
	struct ssh_offer offer;
	char many[2 * 200 + 1];
	struct why why;

	(void)state;
	assert_int_equal(offer_of("", &offer, &payload, &why), ERR_OK);
	assert_int_equal(offer_of("a,b", &offer, &payload, &why), ERR_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(offer_of(wrong[i], &offer, &payload, &why), ERR_MALFORMED);
	for (size_t i = 0; i < 200; i++)
		memcpy(many + 2 * i, i < 199 ? "a," : "a", i < 199 ? 2 : 1);
	many[2 * 200 - 1] = '\0';
	assert_int_equal(offer_of(many, &offer, &payload, &why), ERR_LIMIT);
	buffer_free(&payload);
}

static const char *
weak(enum ssh_class class, const char *name)
{
	return ssh_weakness(class, bytes_of_text(name));
}

static void
worth(void **state)
{
	(void)state;
	assert_non_null(weak(SSH_CLASS_KEX, "diffie-hellman-group1-sha1"));
	assert_non_null(weak(SSH_CLASS_KEX, "gss-group1-sha1-toWM5Slw5Ew8Mqkay+al2g=="));
	assert_non_null(weak(SSH_CLASS_KEX, "gss-gex-sha1-x"));
	assert_null(weak(SSH_CLASS_KEX, "diffie-hellman-group14-sha256"));
	assert_null(weak(SSH_CLASS_KEX, "gss-group16-sha512-x"));
	assert_null(weak(SSH_CLASS_KEX, "mlkem768x25519-sha256"));
	assert_non_null(weak(SSH_CLASS_HOSTKEY, "ssh-rsa"));
	assert_non_null(weak(SSH_CLASS_HOSTKEY, "ssh-rsa-cert-v01@openssh.com"));
	assert_null(weak(SSH_CLASS_HOSTKEY, "rsa-sha2-512"));
	assert_null(weak(SSH_CLASS_HOSTKEY, "ssh-ed25519"));
	assert_non_null(weak(SSH_CLASS_CIPHER, "none"));
	assert_non_null(weak(SSH_CLASS_CIPHER, "twofish256-cbc"));
	assert_null(weak(SSH_CLASS_CIPHER, "aes256-ctr"));
	assert_null(weak(SSH_CLASS_CIPHER, "chacha20-poly1305@openssh.com"));
	assert_non_null(weak(SSH_CLASS_MAC, "hmac-md5-96-etm@openssh.com"));
	assert_null(weak(SSH_CLASS_MAC, "hmac-sha2-256"));
	assert_true(ssh_post_quantum(bytes_of_text("mlkem768x25519-sha256")));
	assert_false(ssh_post_quantum(bytes_of_text("curve25519-sha256")));
}

static void
terrapin(void **state)
{
	struct ssh_offer offer = { .guesses = false };

	(void)state;
	offer.list[SSH_KEX] = bytes_of_text("curve25519-sha256");
	offer.list[SSH_CIPHER_OUT] = offer.list[SSH_CIPHER_IN] = bytes_of_text("aes256-ctr");
	offer.list[SSH_MAC_OUT] = offer.list[SSH_MAC_IN] =
	    bytes_of_text("hmac-sha2-256-etm@openssh.com");
	assert_false(ssh_terrapin(&offer));
	offer.list[SSH_CIPHER_IN] = bytes_of_text("aes128-cbc");
	assert_true(ssh_terrapin(&offer));
	offer.list[SSH_CIPHER_IN] = bytes_of_text("chacha20-poly1305@openssh.com");
	assert_true(ssh_terrapin(&offer));
	offer.list[SSH_KEX] = bytes_of_text("curve25519-sha256,kex-strict-s-v00@openssh.com");
	assert_false(ssh_terrapin(&offer));
}

/* Both ends of one exchange agree, for each that we can do. */
static void
exchanges(void **state)
{
	struct bytes list = bytes_of_text(ssh_crypto_exchanges), name, said = bytes_of_text("all");
	static const uint8_t zeros[32];
	struct why why;

	(void)state;
	while (ssh_name_next(&list, &name)) {
		struct ssh_exchange *a = ssh_exchange_new(name), *b = ssh_exchange_new(name);

		assert_int_equal(ssh_exchange_finish(a, ssh_exchange_public(b), said, &why), ERR_OK);
		assert_int_equal(ssh_exchange_finish(b, ssh_exchange_public(a), said, &why), ERR_OK);
		assert_true(bytes_equal(ssh_exchange_hash(a), ssh_exchange_hash(b)));
		ssh_exchange_free(a), ssh_exchange_free(b);
		/* Values that would give a secret everybody knows. */
		for (size_t len = 0; len <= 32; len += 16) {
			a = ssh_exchange_new(name);
			assert_int_equal(ssh_exchange_finish(a, bytes_of(zeros, len), said, &why),
			    ERR_MALFORMED);
			ssh_exchange_free(a);
		}
		a = ssh_exchange_new(name);
		assert_int_equal(ssh_exchange_finish(a, bytes_of("\x01", 1), said, &why),
		    ERR_MALFORMED);
		ssh_exchange_free(a);
	}
	assert_null(ssh_exchange_new(bytes_of_text("sntrup761x25519-sha512")));
}

static void
cipher_there_and_back(struct ssh_exchange *exchange, struct bytes name, struct bytes mac)
{
	struct ssh_cipher *out = ssh_cipher_new(exchange, name, mac, SSH_WAY_OUT);
	struct ssh_cipher *in = ssh_cipher_new(exchange, name, mac, SSH_WAY_SERVER_IN);
	struct buffer wire = { 0 }, payload = { 0 };
	char octets[200];
	struct why why;
	size_t used;

	memset(octets, 'x', sizeof(octets));
	for (uint32_t i = 0; i < 40; i++) {
		buffer_reset(&wire);
		ssh_cipher_seal(out, i, bytes_of(octets, 1 + 3 * i), &wire);
		/* Octet by octet it is the same packet. */
		for (size_t len = 0; len < wire.len; len++)
			assert_int_equal(ssh_cipher_open(in, i, bytes_of(wire.at, len), &payload,
			    &used, &why), SSH_MORE);
		assert_int_equal(ssh_cipher_open(in, i, bytes_of_buffer(&wire), &payload, &used,
		    &why), SSH_TAKEN);
		assert_true(used == wire.len && bytes_equal(bytes_of_buffer(&payload),
		    bytes_of(octets, 1 + 3 * i)));
	}
	/* One bit anywhere but in the length, and it is no packet. */
	buffer_reset(&wire);
	ssh_cipher_seal(out, 40, bytes_of(octets, 60), &wire);
	wire.at[20] ^= 1;
	assert_int_equal(ssh_cipher_open(in, 40, bytes_of_buffer(&wire), &payload, &used, &why),
	    SSH_BROKEN);
	ssh_cipher_free(out), ssh_cipher_free(in);
	buffer_free(&wire), buffer_free(&payload);
}

static void
packets_under_keys(void **state)
{
	struct ssh_exchange *a = ssh_exchange_new(bytes_of_text("curve25519-sha256"));
	struct ssh_exchange *b = ssh_exchange_new(bytes_of_text("curve25519-sha256"));
	struct bytes ciphers = bytes_of_text(ssh_crypto_ciphers), cipher, mac;
	struct why why;

	(void)state;
	assert_int_equal(ssh_exchange_finish(a, ssh_exchange_public(b), ciphers, &why), ERR_OK);
	while (ssh_name_next(&ciphers, &cipher)) {
		struct bytes macs = bytes_of_text(ssh_crypto_macs);

		while (ssh_name_next(&macs, &mac))
			cipher_there_and_back(a, cipher, mac);
	}
	assert_null(ssh_cipher_new(a, bytes_of_text("arcfour"), bytes_of_text("hmac-sha1"),
	    SSH_WAY_OUT));
	assert_null(ssh_cipher_new(a, bytes_of_text("aes256-ctr"), bytes_of_text("none"),
	    SSH_WAY_OUT));
	ssh_exchange_free(a), ssh_exchange_free(b);
}

/* Made by ssh-keygen and openssl: each signs, and its signature verifies for nothing else. */
static void
keys_sign(void **state)
{
	static const char *const files[] = { "ed25519", "rsa.pem", "p256.pem", "p384.pem",
	    "p521.pem" };
	struct bytes said = bytes_of_text("said"), other = bytes_of_text("else");
	struct ssh_host_key key;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct buffer file, signature = { 0 };
		struct ssh_user_key *user;
		struct bytes algorithm, blob;
		char path[64];

		snprintf(path, sizeof(path), "tests/data/ssh/%s", files[i]);
		file = vectors_file(path);
		assert_int_equal(ssh_user_key_read(bytes_of_buffer(&file), &user, &why), ERR_OK);
		assert_int_equal(ssh_user_key_sign(user, said, &signature), ERR_OK);
		algorithm = bytes_of_text(ssh_user_key_algorithm(user));
		blob = ssh_user_key_blob(user);
		assert_int_equal(ssh_host_key_look(blob, &key, &why), ERR_OK);
		assert_int_equal(ssh_host_key_verify(blob, algorithm, bytes_of_buffer(&signature),
		    said, &why), ERR_OK);
		assert_int_equal(ssh_host_key_verify(blob, algorithm, bytes_of_buffer(&signature),
		    other, &why), ERR_UNTRUSTED);
		/* Under another name than was agreed it counts for nothing (RFC 8332 3). */
		assert_int_equal(ssh_host_key_verify(blob, bytes_of_text("ssh-rsa"),
		    bytes_of_buffer(&signature), said, &why), ERR_UNTRUSTED);
		for (size_t len = 0; len < blob.len; len++)
			assert_int_not_equal(ssh_host_key_look(bytes_of(blob.at, len), &key, &why),
			    ERR_OK);
		for (size_t len = 0; len < signature.len; len++)
			assert_int_equal(ssh_host_key_verify(blob, algorithm,
			    bytes_of(signature.at, len), said, &why), ERR_UNTRUSTED);
		ssh_user_key_free(user);
		buffer_free(&file), buffer_free(&signature);
	}
}

static void
no_keys(void **state)
{
	static const char *const wrong[] = { "", "x", "-----BEGIN OPENSSH PRIVATE KEY-----\n",
	    "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n" };
	struct ssh_user_key *user = NULL;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ssh_user_key_read(bytes_of_text(wrong[i]), &user, &why),
		    ERR_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identification), cmocka_unit_test(packets_in_the_clear),
		cmocka_unit_test(real_offer), cmocka_unit_test(hostile_names),
		cmocka_unit_test(worth), cmocka_unit_test(terrapin), cmocka_unit_test(exchanges),
		cmocka_unit_test(packets_under_keys), cmocka_unit_test(keys_sign),
		cmocka_unit_test(no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
