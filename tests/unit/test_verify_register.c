/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Site registers inside evidence against the configuration on record: its own proves a place; a
 * register, seal, root, officer or site that somebody brought along does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "attest/envelope.h"
#include "attest/site_register.h"
#include "reports/verify_part.h"

enum { TARGET = 7 };

static struct plan_option option[] = {
	{ "kind", "yubihsm" }, { "register", "/etc/sites.register" },
	{ "register_officer", "Hanako Sato" }, { "register_seal", "/etc/sites.register.p7s" },
	{ "register_stamp_trust", "/etc/tsa.pem" }, { "register_trust", "/etc/officers.pem" },
	{ "site", "tokyo-1" },
};
static struct plan_target target = { .id = TARGET, .name = "hsm", .option = option,
	.options = sizeof(option) / sizeof(option[0]) };
static struct plan plan = { .target = &target, .targets = 1 };
static struct envelope envelope;

static void
put(const char *role, const char *text)
{
	struct envelope_item *item = &envelope.item[envelope.items++];

	snprintf(item->role, sizeof(item->role), "%s", role);
	item->octets = bytes_of_text(text);
}

/* Another text for the item of that number; NULL: the item is not there. */
static bool
fits(size_t at, const char *text)
{
	static const char *const roles[] = { "statement", ROLE_REGISTER, ROLE_REGISTER_SEAL,
		ROLE_REGISTER_ROOTS, ROLE_REGISTER_STAMPS, ROLE_REGISTER_OFFICER,
		ROLE_REGISTER_SITE };
	static const char *const texts[] = { "delivered", "register", "seal", "roots", "stamps",
		"Hanako Sato", "tokyo-1" };
	const struct hash files[] = { hash_of(bytes_of_text("policy")),
		hash_of(bytes_of_text("register")), hash_of(bytes_of_text("seal")),
		hash_of(bytes_of_text("roots")), hash_of(bytes_of_text("stamps")) };
	struct buffer scratch = { .max = 0 };
	struct record_list list = record_hashes(&scratch, files, 5);
	bool good;

	envelope.items = 0;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (i != at || text != NULL)
			put(roles[i], i == at ? text : texts[i]);
	good = verify_register_fits(&plan, list, TARGET, &envelope);
	assert_false(verify_register_fits(&plan, list, TARGET + 1, &envelope));
	buffer_free(&scratch);
	return good;
}

static void
test_own(void **state)
{
	(void)state;
	assert_true(fits(99, NULL));
	assert_true(fits(0, "another delivery"));
	/* No seal beside it is another rule's matter. */
	assert_true(fits(2, NULL));
}

static void
test_brought(void **state)
{
	(void)state;
	for (size_t i = 1; i <= 6; i++)
		assert_false(fits(i, "brought along"));
	/* An officer or a site that is configured and was left out, or the other way round. */
	assert_false(fits(5, NULL));
	assert_false(fits(6, NULL));
	option[2].value = "";
	assert_false(fits(99, NULL));
	assert_true(fits(5, NULL));
	option[2].value = "Hanako Sato";
	/* A file of the configuration, where this target has none. */
	option[4].value = "";
	assert_false(fits(99, NULL));
	assert_true(fits(4, NULL));
	option[4].value = "/etc/tsa.pem";
}

static void
test_kept(void **state)
{
	struct verifying v = { .refused = false };
	struct verify_configs configs = { .now.known = true, .now.tried = true };
	struct record record = { .kind = RECORD_OBSERVATION, .observation.target = TARGET };
	struct hash evidence = hash_of(bytes_of_text("evidence"));

	(void)state;
	/* No plan that can be read: not shown to be on record. */
	(void)fits(99, NULL);
	verify_register(&v, &configs, &record, &envelope, evidence);
	assert_true(hash_set_has(&v.unplaced, evidence));
	assert_int_equal(v.evidence.unplaced, 1);
	/* Evidence without a register has nothing to hold. */
	envelope.items = 1;
	verify_register(&v, &configs, &record, &envelope, hash_of(bytes_of_text("other")));
	assert_int_equal(v.evidence.unplaced, 1);
	hash_set_free(&v.unplaced);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own), cmocka_unit_test(test_brought),
		cmocka_unit_test(test_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
