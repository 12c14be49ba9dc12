/* SPDX-License-Identifier: Apache-2.0 */
/* Names of algorithms as probes and protocols have them, taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "reports/crypto.h"

static void
names_are_taken_apart(void **state)
{
	static const struct { const char *name, *parts; } cases[] = {
		{ "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
		    "ECDH, RSA PKCS#1 v1.5, AES-256-GCM, SHA-384" },
		{ "TLS_AES_128_GCM_SHA256", "AES-128-GCM, SHA-256" },
		{ "TLS_CHACHA20_POLY1305_SHA256", "ChaCha20-Poly1305, SHA-256" },
		{ "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "RSA key transport, 3DES, SHA-1" },
		{ "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "RSA PKCS#1 v1.5, RC4, MD5" },
		{ "TLS_DH_anon_WITH_AES_128_CBC_SHA", "anonymous DH, AES-128-CBC, SHA-1" },
		{ "TLS_DHE_DSS_WITH_DES_CBC_SHA", "DH, DSA, DES, SHA-1" },
		{ "TLS_RSA_WITH_NULL_SHA256", "RSA key transport, no encryption, SHA-256" },
		{ "X25519MLKEM768", "X25519MLKEM768" },
		{ "x25519", "X25519" },
		{ "secp256r1", "ECDH P-256" },
		{ "ecdsa_secp256r1_sha256", "ECDSA P-256, SHA-256" },
		{ "rsa_pss_rsae_sha512", "RSA-PSS, SHA-512" },
		{ "curve25519-sha256@libssh.org", "X25519, SHA-256" },
		{ "sntrup761x25519-sha512@openssh.com", "sntrup761x25519" },
		{ "mlkem768x25519-sha256", "X25519MLKEM768" },
		{ "diffie-hellman-group14-sha1", "DH 2048, SHA-1" },
		{ "diffie-hellman-group-exchange-sha256", "DH, SHA-256" },
		{ "aes256-gcm@openssh.com", "AES-256-GCM" },
		{ "hmac-sha2-256-etm@openssh.com", "SHA-256" },
		{ "RSA 2048", "RSA 2048" }, { "EC secp384r1", "ECDSA P-384" },
		{ "ssh-ed25519", "Ed25519" },
		{ "a name nobody knows", "" }, { "", "" }, { "---", "" },
	};
	const struct crypto_algorithm *row;

	(void)state;
	crypto_algorithms(&row);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t at[16], count = crypto_classify(bytes_of_text(cases[i].name), at, 16);
		char text[256] = "";

		for (size_t k = 0; k < count; k++)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
			    k > 0 ? ", " : "", row[at[k]].name);
		if (strcmp(text, cases[i].parts) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].name, text, cases[i].parts);
	}
}

/* No word stands in two rows, and every row is found by each of its own. */
static void
the_table(void **state)
{
	const struct crypto_algorithm *row;
	size_t count = crypto_algorithms(&row);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (const char *word = row[i].words; *word != '\0';) {
			size_t len = strcspn(word, " "), at[4];

			if (crypto_classify(bytes_of(word, len), at, 4) != 1 || at[0] != i)
				fail_msg("%s: \"%.*s\" is not found as it", row[i].name, (int)len,
				    word);
			word += len + (word[len] == ' ');
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_apart),
		cmocka_unit_test(the_table),
	};

	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
