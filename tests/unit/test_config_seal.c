/* SPDX-License-Identifier: Apache-2.0 */
/* The section "seal": what of it enters the plan, and that no secret can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/daemon/config.h"

static char folder[64];

static void
put_file(const char *name, const char *text, unsigned mode)
{
	char path[PATH_TEXT_MAX];
	struct why why;

	assert_true(file_path(path, sizeof(path), folder, name));
	assert_int_equal(file_write(path, bytes_of_text(text), mode, &why), ERR_OK);
}

static int
folder_make(void **unused)
{
	(void)unused;
	snprintf(folder, sizeof(folder), "/tmp/sekimori-seal.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	put_file("key", "key", 0600);
	put_file("seal.pem", "a certificate", 0644);
	put_file("mixed.pem", "-----BEGIN PRIVATE KEY-----", 0644);
	return 0;
}

static int
folder_remove(void **unused)
{
	static const char *const names[] = { "key", "seal.pem", "mixed.pem" };
	char path[PATH_TEXT_MAX];

	(void)unused;
	for (size_t i = 0; i < 3; i++)
		if (file_path(path, sizeof(path), folder, names[i]))
			unlink(path);
	return rmdir(folder);
}

#define HEAD "monitor = { name = \"m\"; state = \"st\"; };\n" \
	"ledger = { origin = \"example.org/l\"; key = \"./key\"; };\n" \
	"authorities = ( { name = \"tsa\"; url = \"https://tsa.example/\"; trust = \"seal.pem\"; } );\n"

static enum err
parse(const char *section, struct config *config, struct why *why)
{
	char text[2048];

	*config = (struct config){ .plan = NULL };
	snprintf(text, sizeof(text), HEAD "%s\n", section);
	return config_parse(bytes_of_text(text), "t.conf", folder, config, NULL, why);
}

static void
test_good(void **state)
{
	struct config config;
	struct buffer files = { .max = 0 };
	struct why why = { .err = ERR_OK };
	const struct plan_seal *seal;

	(void)state;
	if (parse("seal = { certificate = \"seal.pem\"; authority = \"tsa\"; network = true;\n"
	    "key = \"pkcs11:token=t;object=k?module-path=/m.so\"; pin = \"/run/pin\"; };", &config,
	    &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(config.plan->seals, 1);
	seal = config.plan->seal;
	assert_string_equal(seal->key, "pkcs11:token=t;object=k?module-path=/m.so");
	assert_string_equal(seal->pin, "/run/pin");
	assert_string_equal(seal->authority, "tsa");
	assert_int_equal(seal->network, 1);
	/* Of its files a role may have the certificate alone; the PIN file is not even there. */
	assert_int_equal(config_files(config.plan, CONFIG_PUBLIC | CONFIG_PROBE_SECRETS |
	    CONFIG_NOTICE_SECRETS, &files, &why), ERR_OK);
	assert_non_null(memmem(files.at, files.len, "a certificate", 13));
	assert_null(memmem(files.at, files.len, "/run/pin", 8));
	buffer_free(&files);
	config_free(&config);
	assert_int_equal(parse("seal = { };", &config, &why), ERR_OK);
	assert_int_equal(config.plan->seals, 0);
	config_free(&config);
}

static void
test_faults(void **state)
{
	static const struct { const char *text, *part; } bad[] = {
		{ "seal = { certificate = \"seal.pem\"; };", "both certificate and key" },
		{ "seal = { key = \"/k\"; };", "both certificate and key" },
		{ "seal = { certificate = \"seal.pem\"; key = \"k\"; };", "absolute path" },
		{ "seal = { certificate = \"seal.pem\"; key = \"/k\"; pin = \"13579\"; };",
		  "a secret itself" },
		{ "seal = { certificate = \"seal.pem\"; key = "
		  "\"pkcs11:token=t;object=k?module-path=/m.so&pin-value=13579\"; };",
		  "holds a PIN" },
		{ "seal = { certificate = \"seal.pem\"; key = \"/k\"; authority = \"other\"; };",
		  "no authority \"other\"" },
		{ "seal = { certificate = \"mixed.pem\"; key = \"/k\"; };", "private key" },
		{ "seal = { certificate = \"absent.pem\"; key = \"/k\"; };", "absent.pem" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct config config;
		struct why why = { .err = ERR_OK };

		assert_int_equal(parse(bad[i].text, &config, &why), ERR_INVALID);
		if (strstr(why.text, bad[i].part) == NULL || strstr(why.text, "13579") != NULL)
			fail_msg("%s: \"%s\"", bad[i].text, why.text);
		config_free(&config);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_faults)
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
