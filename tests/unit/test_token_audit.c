/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit of a whole token: its judge by hand-made listings, and the probe "token" against two
 * real tokens in SoftHSM2, a clean one and one with every fault that is looked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>

#include "attest/token_audit.h"
#include "monitor/base/cbor.h"
#include "monitor/base/clock.h"
#include "probes/token_audit.h"
#include "reports/verify_part.h"
#include "tests/unit/token_lab.h"

enum { ALL = AUDIT_SENSITIVE | AUDIT_EXTRACTABLE | AUDIT_LOCAL | AUDIT_SIGN | AUDIT_ENCRYPT |
    AUDIT_DECRYPT | AUDIT_WRAP | AUDIT_UNWRAP | AUDIT_DERIVE, GOOD = AUDIT_SENSITIVE | AUDIT_LOCAL };

/* --- the judge ---------------------------------------------------------------------------- */

static void
object_put(struct buffer *out, enum audit_class class, unsigned answered, unsigned is,
    const char *id, const char *label)
{
	audit_object_write(out, &(struct audit_object){ .class = class, .kind = 3,
	    .answered = answered, .is = is, .id = bytes_of_text(id),
	    .label = bytes_of_text(label) });
}

static void
named(const struct token_audit *audit, enum audit_list list, uint32_t count, const char *first)
{
	if (audit->count[list] != count)
		fail_msg("list %d has %u, not %u", (int)list, audit->count[list], count);
	if (first != NULL && !bytes_equal(audit->name[list][0], bytes_of_text(first)))
		fail_msg("\"%.*s\" is not \"%s\"", (int)audit->name[list][0].len,
		    (const char *)audit->name[list][0].at, first);
}

static void
each_fault_is_one_list(void **unused)
{
	static const struct { unsigned is; enum audit_list list; const char *name; } cases[] = {
		{ GOOD, AUDIT_LISTS, NULL },
		{ GOOD | AUDIT_SIGN, AUDIT_LISTS, NULL },
		{ GOOD | AUDIT_DECRYPT | AUDIT_UNWRAP, AUDIT_LISTS, NULL },
		{ GOOD | AUDIT_WRAP | AUDIT_UNWRAP, AUDIT_LISTS, NULL },
		{ GOOD | AUDIT_EXTRACTABLE, AUDIT_CAN_LEAVE, "key (id 6b)" },
		{ AUDIT_LOCAL, AUDIT_READABLE, "key (id 6b)" },
		{ AUDIT_SENSITIVE, AUDIT_IMPORTED, "key (id 6b)" },
		{ GOOD | AUDIT_WRAP | AUDIT_DECRYPT, AUDIT_OVERPOWERED, "key (id 6b): wrap, decrypt" },
		{ GOOD | AUDIT_WRAP | AUDIT_DERIVE, AUDIT_OVERPOWERED, "key (id 6b): wrap, derive" },
		{ GOOD | AUDIT_UNWRAP | AUDIT_ENCRYPT, AUDIT_OVERPOWERED, "key (id 6b): unwrap, encrypt" },
		{ GOOD | AUDIT_SIGN | AUDIT_DECRYPT, AUDIT_OVERPOWERED, "key (id 6b): sign, decrypt" },
		{ GOOD | AUDIT_SIGN | AUDIT_UNWRAP, AUDIT_OVERPOWERED, "key (id 6b): sign, unwrap" }
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer out = { .max = 0 };
		struct token_audit *audit = memory_new(1, sizeof(*audit));
		struct why why = { .err = ERR_OK };

		audit_begin_write(&out, true, 1);
		object_put(&out, AUDIT_PRIVATE, ALL, cases[i].is, "k", "key");
		assert_int_equal(token_audit_judge(bytes_of_buffer(&out), "id=6B", audit, &why),
		    ERR_OK);
		assert_true(audit->whole && audit->keys == 1 && audit->certificates == 0);
		for (enum audit_list list = 0; list < AUDIT_LISTS; list++)
			named(audit, list, list == cases[i].list,
			    list == cases[i].list ? cases[i].name : NULL);
		token_audit_free(audit);
		free(audit);
		buffer_free(&out);
	}
}

static void
uses_and_silence_are_told(void **unused)
{
	struct buffer out = { .max = 0 };
	struct token_audit *audit = memory_new(1, sizeof(*audit));
	struct why why = { .err = ERR_OK };

	(void)unused;
	audit_begin_write(&out, false, 6);
	object_put(&out, AUDIT_PRIVATE, AUDIT_LOCAL, AUDIT_LOCAL, "012345678", "long");
	object_put(&out, AUDIT_PRIVATE, ALL, GOOD, "", "");
	object_put(&out, AUDIT_PRIVATE, ALL, GOOD, "", "by label");
	object_put(&out, AUDIT_CERTIFICATE, 0, 0, "", "by label");
	object_put(&out, AUDIT_CERTIFICATE, 0, 0, "x", "y");
	object_put(&out, AUDIT_CERTIFICATE, AUDIT_AUTHORITY, AUDIT_AUTHORITY, "z", "");
	assert_int_equal(token_audit_judge(bytes_of_buffer(&out), " label=by label , id=ff", audit,
	    &why), ERR_OK);
	assert_false(audit->whole);
	assert_true(audit->keys == 3 && audit->certificates == 3);
	named(audit, AUDIT_UNUSED, 2, "long (id 3031323334353637...)");
	assert_true(bytes_equal(audit->name[AUDIT_UNUSED][1], bytes_of_text("(no name)")));
	named(audit, AUDIT_UNSAID, 1, "long (id 3031323334353637...)");
	named(audit, AUDIT_KEYLESS, 1, "y (id 78)");
	named(audit, AUDIT_CAN_LEAVE, 0, NULL);
	token_audit_free(audit);
	free(audit);
	buffer_free(&out);
}

/* 1,024 keys with every fault: 64 named of each list, all counted, and the facts fit a record. */
static void
many_are_counted_and_the_first_named(void **unused)
{
	struct buffer out = { .max = 0 }, map = { .max = 0 };
	struct fact_set *facts = memory_new(1, sizeof(*facts));
	struct why why = { .err = ERR_OK };
	int64_t count = 0;

	(void)unused;
	audit_begin_write(&out, true, AUDIT_OBJECTS);
	for (int i = 0; i < AUDIT_OBJECTS; i++) {
		char id[AUDIT_ID_MAX + 1], label[AUDIT_LABEL_MAX + 1];

		snprintf(id, sizeof(id), "%064d", i);
		memset(label, 'n', AUDIT_LABEL_MAX);
		label[AUDIT_LABEL_MAX] = '\0';
		object_put(&out, AUDIT_PRIVATE, ALL & ~AUDIT_SENSITIVE,
		    AUDIT_EXTRACTABLE | AUDIT_UNWRAP | AUDIT_ENCRYPT, id, label);
	}
	assert_true(out.len <= AUDIT_MAX);
	assert_int_equal(token_audit_facts(facts, bytes_of_buffer(&out), "", &why), ERR_OK);
	fact_set_write(facts, FACTS_ALL, &map);
	assert_true(map.len < RECORD_MAX - (12 << 10));
	assert_true(fact_int(bytes_of_buffer(&map), FACT_TOKEN_EXTRACTABLE_COUNT, &count));
	assert_int_equal(count, AUDIT_OBJECTS);
	assert_true(fact_int(bytes_of_buffer(&map), FACT_TOKEN_KEYLESS_COUNT, &count));
	assert_int_equal(count, 0);
	fact_set_free(facts);
	free(facts);
	buffer_free(&map);
	buffer_free(&out);
}

static void
refused(const struct buffer *out, enum err err)
{
	struct token_audit *audit = memory_new(1, sizeof(*audit));
	struct why why = { .err = ERR_OK };

	assert_int_equal(token_audit_judge(bytes_of_buffer(out), "", audit, &why), err);
	assert_non_null(strstr(why.text, "listing of a token"));
	token_audit_free(audit);
	free(audit);
}

static void
what_is_no_listing_is_refused(void **unused)
{
	struct buffer out = { .max = 0 };

	(void)unused;
	audit_begin_write(&out, true, 2);
	object_put(&out, AUDIT_SECRET, ALL, GOOD, "1", "b");
	refused(&out, ERR_TRUNCATED);				/* one is missing */
	object_put(&out, AUDIT_PRIVATE, ALL, GOOD, "1", "b");
	refused(&out, ERR_MALFORMED);				/* not ascending */
	buffer_reset(&out);
	audit_begin_write(&out, true, 1);
	object_put(&out, AUDIT_SECRET, AUDIT_LOCAL, GOOD, "1", "b");
	refused(&out, ERR_MALFORMED);				/* true and not answered */
	buffer_reset(&out);
	audit_begin_write(&out, true, AUDIT_OBJECTS + 1);
	for (int i = 0; i <= AUDIT_OBJECTS; i++)
		object_put(&out, AUDIT_SECRET, ALL, GOOD, "", "");
	refused(&out, ERR_LIMIT);
	assert_true(token_audit_is(bytes_of_buffer(&out)));
	assert_false(token_audit_is(bytes_of(out.at, 4)));
	assert_null(token_audit_uses_fault("id=01, label=x y"));
	assert_non_null(token_audit_uses_fault("id=0"));
	assert_non_null(token_audit_uses_fault("id=0g"));
	assert_non_null(token_audit_uses_fault("name=x"));
	buffer_free(&out);
}

/* --- tokens ------------------------------------------------------------------------------- */

static CK_FUNCTION_LIST *hsm;

/* pkcs11-tool leaves powers that were not asked for to the token, which grants them all. */
static void
key_exact(const char *token, const char *id, const char *label)
{
	static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_BYTE curve[] = { 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 };
	CK_ATTRIBUTE public[] = { { CKA_TOKEN, &yes, 1 }, { CKA_EC_PARAMS, curve, sizeof(curve) },
	    { CKA_ID, (void *)(uintptr_t)id, strlen(id) },
	    { CKA_LABEL, (void *)(uintptr_t)label, strlen(label) } };
	CK_ATTRIBUTE private[] = { { CKA_TOKEN, &yes, 1 }, { CKA_PRIVATE, &yes, 1 },
	    { CKA_SENSITIVE, &yes, 1 }, { CKA_EXTRACTABLE, &no, 1 }, { CKA_SIGN, &yes, 1 },
	    { CKA_DECRYPT, &no, 1 }, { CKA_UNWRAP, &no, 1 }, { CKA_DERIVE, &no, 1 },
	    { CKA_ID, (void *)(uintptr_t)id, strlen(id) },
	    { CKA_LABEL, (void *)(uintptr_t)label, strlen(label) } };
	CK_MECHANISM how = { .mechanism = CKM_EC_KEY_PAIR_GEN };
	CK_OBJECT_HANDLE keys[2];
	CK_SESSION_HANDLE session;
	CK_SLOT_ID slot[16];
	CK_ULONG slots = 16;

	assert_int_equal(hsm->C_GetSlotList(CK_TRUE, slot, &slots), CKR_OK);
	for (CK_ULONG i = 0; i < slots; i++) {
		CK_TOKEN_INFO info;

		if (hsm->C_GetTokenInfo(slot[i], &info) != CKR_OK ||
		    strncmp((const char *)info.label, token, strlen(token)) != 0)
			continue;
		assert_int_equal(hsm->C_OpenSession(slot[i], CKF_SERIAL_SESSION | CKF_RW_SESSION,
		    NULL, NULL, &session), CKR_OK);
		assert_int_equal(hsm->C_Login(session, CKU_USER, (CK_BYTE *)(uintptr_t)PIN,
		    sizeof(PIN) - 1), CKR_OK);
		assert_int_equal(hsm->C_GenerateKeyPair(session, &how, public, 4, private, 10,
		    &keys[0], &keys[1]), CKR_OK);
		hsm->C_CloseSession(session);
		return;
	}
	fail_msg("no token %s", token);
}

static void
tool(const char *const more[])
{
	const char *argv[24] = { "pkcs11-tool", "--module", SOFTHSM, "--token-label", "bad",
	    "--login", "--pin", PIN };
	size_t count = 8;

	for (size_t i = 0; more[i] != NULL && count < 23; i++)
		argv[count++] = more[i];
	must(argv);
}

static void
certificate_make(const char *name, const char *constraints)
{
	char out[96], key[96];

	snprintf(out, sizeof(out), "%s/%s.der", folder, name);
	snprintf(key, sizeof(key), "%s/%s.key", folder, name);
	must((const char *[]){ "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
	    "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", "/CN=lab", "-addext",
	    constraints, "-outform", "DER", "-out", out, NULL });
	tool((const char *[]){ "--write-object", out, "--type", "cert", "--label", name, "--id",
	    "0c", NULL });
}

static void
prepare(void)
{
	void *library;
	CK_C_GetFunctionList list;
	char key[96];

	hsm_begin();
	token_make("good");
	token_make("bad");
	snprintf(key, sizeof(key), "%s/brought.der", folder);
	must((const char *[]){ "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
	    "ec_paramgen_curve:P-256", "-outform", "DER", "-out", key, NULL });
	key_make("bad", "EC:prime256v1", "01", "own");
	tool((const char *[]){ "--keypairgen", "--key-type", "EC:prime256v1", "--extractable",
	    "--id", "02", "--label", "leaves", NULL });
	tool((const char *[]){ "--keygen", "--key-type", "AES:32", "--id", "03", "--label",
	    "wrapper", NULL });
	tool((const char *[]){ "--write-object", key, "--type", "privkey", "--id", "04",
	    "--label", "brought", NULL });
	certificate_make("alone", "basicConstraints=critical,CA:FALSE");
	certificate_make("authority", "basicConstraints=critical,CA:TRUE");
	library = dlopen(SOFTHSM, RTLD_NOW | RTLD_LOCAL);
	list = library == NULL ? NULL :
	    (CK_C_GetFunctionList)(uintptr_t)dlsym(library, "C_GetFunctionList");
	if (list == NULL || list(&hsm) != CKR_OK || hsm->C_Initialize(NULL) != CKR_OK)
		exit(1);
}

static void
probe_once(const char *token, const char *key, const char *used, struct lab_seen *seen)
{
	char environment[128];
	struct round_option option[] = { { .name = "module", .value = SOFTHSM },
	    { .name = "token", .value = token }, { .name = "key", .value = key },
	    { .name = "pin", .value = PIN "\n" }, { .name = "paths", .value = folder },
	    { .name = "environment", .value = environment }, { .name = "audit", .value = "true" },
	    { .name = "used", .value = used } };
	struct endpoint *endpoint;
	struct machine *machine;
	uv_loop_t loop;

	snprintf(environment, sizeof(environment), "SOFTHSM2_CONF=%s/softhsm2.conf", folder);
	for (size_t i = 0; i < sizeof(option) / sizeof(option[0]); i++)
		option[i].octets = bytes_of_text(option[i].value);
	uv_loop_init(&loop);
	machine = machine_new(&loop);
	endpoint = endpoint_new(machine, &probe_token, "token", option,
	    sizeof(option) / sizeof(option[0]));
	lab_round(machine, &loop, endpoint, 1, 8000, seen);
	endpoint_free(endpoint);
	machine_free(machine);
	uv_loop_close(&loop);
	if (seen->outcome != OUTCOME_UP)
		fail_msg("%s: %s", token, seen->detail);
	assert_int_equal(seen->blobs, 2);
}

/* The list has so many entries and, if any, this one among them. */
static void
fact_list_is(const struct lab_seen *seen, enum fact names, enum fact counted, int64_t count,
    const char *entry)
{
	struct fact_walk walk = fact_walk_of(bytes_of_buffer(&seen->facts));
	const struct fact_row *row;
	struct bytes raw;
	uint64_t number;
	int64_t value = -1;
	bool found = entry == NULL;

	assert_true(fact_int(bytes_of_buffer(&seen->facts), counted, &value));
	if (value != count)
		fail_msg("%s: %d, not %d", fact_row(counted)->name, (int)value, (int)count);
	while (fact_walk_next(&walk, &number, &row, &raw)) {
		struct cbor in = cbor_of(raw, true);

		if (number != names)
			continue;
		for (uint64_t n = cbor_array(&in); n > 0; n--) {
			struct bytes text = cbor_text(&in);

			print_message("%s: %.*s\n", row->name, (int)text.len,
			    (const char *)text.at);
			found |= entry != NULL && bytes_equal(text, bytes_of_text(entry));
		}
	}
	if (!found)
		fail_msg("%s has no %s", fact_row(names)->name, entry);
}

static void
a_clean_token_has_no_fault(void **unused)
{
	struct lab_seen seen = { .outcome = OUTCOME_UNKNOWN };
	bool whole = false;

	(void)unused;
	key_exact("good", "1", "one");
	key_exact("good", "2", "two");
	probe_once("good", "one", "id=31,label=two", &seen);
	assert_true(fact_flag(bytes_of_buffer(&seen.facts), FACT_TOKEN_AUDITED, &whole) && whole);
	fact_list_is(&seen, FACT_TOKEN_EXTRACTABLE, FACT_TOKEN_KEYS, 2, NULL);
	fact_list_is(&seen, FACT_TOKEN_EXTRACTABLE, FACT_TOKEN_EXTRACTABLE_COUNT, 0, NULL);
	fact_list_is(&seen, FACT_TOKEN_READABLE, FACT_TOKEN_READABLE_COUNT, 0, NULL);
	fact_list_is(&seen, FACT_TOKEN_IMPORTED, FACT_TOKEN_IMPORTED_COUNT, 0, NULL);
	fact_list_is(&seen, FACT_TOKEN_OVERPOWERED, FACT_TOKEN_OVERPOWERED_COUNT, 0, NULL);
	fact_list_is(&seen, FACT_TOKEN_UNUSED, FACT_TOKEN_UNUSED_COUNT, 0, NULL);
	fact_list_is(&seen, FACT_TOKEN_KEYLESS, FACT_TOKEN_KEYLESS_COUNT, 0, NULL);
	fact_list_is(&seen, FACT_TOKEN_UNSAID, FACT_TOKEN_UNSAID_COUNT, 0, NULL);
	lab_seen_free(&seen);
}

static void
every_fault_of_a_token_is_named(void **unused)
{
	struct lab_seen seen = { .outcome = OUTCOME_UNKNOWN };

	(void)unused;
	probe_once("bad", "own", "label=own", &seen);
	fact_list_is(&seen, FACT_TOKEN_EXTRACTABLE, FACT_TOKEN_KEYS, 4, "leaves (id 02)");
	fact_list_is(&seen, FACT_TOKEN_KEYLESS, FACT_TOKEN_CERTIFICATES, 2, "alone (id 0c)");
	fact_list_is(&seen, FACT_TOKEN_EXTRACTABLE, FACT_TOKEN_EXTRACTABLE_COUNT, 1,
	    "leaves (id 02)");
	fact_list_is(&seen, FACT_TOKEN_READABLE, FACT_TOKEN_READABLE_COUNT, 1, "wrapper (id 03)");
	fact_list_is(&seen, FACT_TOKEN_IMPORTED, FACT_TOKEN_IMPORTED_COUNT, 1, "brought (id 04)");
	fact_list_is(&seen, FACT_TOKEN_OVERPOWERED, FACT_TOKEN_OVERPOWERED_COUNT, 4,
	    "wrapper (id 03): wrap, decrypt");
	fact_list_is(&seen, FACT_TOKEN_UNUSED, FACT_TOKEN_UNUSED_COUNT, 3, "brought (id 04)");
	fact_list_is(&seen, FACT_TOKEN_KEYLESS, FACT_TOKEN_KEYLESS_COUNT, 1, "alone (id 0c)");
	fact_list_is(&seen, FACT_TOKEN_UNSAID, FACT_TOKEN_UNSAID_COUNT, 0, NULL);
	lab_seen_free(&seen);
}

/* Offline, later: the listing on record counts what was recorded, and nothing else passes. */
static void
the_listing_is_judged_again(void **unused)
{
	struct lab_seen seen = { .outcome = OUTCOME_UNKNOWN };
	struct fact_set *other = memory_new(1, sizeof(*other));
	struct buffer map = { .max = 0 };
	struct bytes listing;
	struct why why = { .err = ERR_OK };
	enum fact differs;

	(void)unused;
	probe_once("bad", "own", "", &seen);
	listing = bytes_of_buffer(&seen.blob[token_audit_is(bytes_of_buffer(&seen.blob[1]))]);
	assert_int_equal(verify_listing(bytes_of_buffer(&seen.facts), listing, &differs, &why),
	    ERR_OK);
	assert_int_equal(differs, FACT_NONE);
	assert_int_equal(token_audit_facts(other, listing, "", &why), ERR_OK);
	fact_set_int(other, FACT_TOKEN_EXTRACTABLE_COUNT, 0);
	fact_set_write(other, FACTS_ALL, &map);
	assert_int_equal(verify_listing(bytes_of_buffer(&map), listing, &differs, &why), ERR_OK);
	assert_int_equal(differs, FACT_TOKEN_EXTRACTABLE_COUNT);
	assert_int_equal(verify_listing(bytes_of_buffer(&map), bytes_of(listing.at,
	    listing.len - 1), &differs, &why), ERR_TRUNCATED);
	fact_set_free(other);
	free(other);
	buffer_free(&map);
	lab_seen_free(&seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_is_one_list),
		cmocka_unit_test(uses_and_silence_are_told),
		cmocka_unit_test(many_are_counted_and_the_first_named),
		cmocka_unit_test(what_is_no_listing_is_refused),
		cmocka_unit_test(a_clean_token_has_no_fault),
		cmocka_unit_test(every_fault_of_a_token_is_named),
		cmocka_unit_test(the_listing_is_judged_again),
	};
	int failed;

	lab_enter();
	prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	hsm_end();
	return failed;
}
