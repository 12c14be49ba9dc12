/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealed site registers: a real YubiHSM and a real AMD processor that stand where they are declared,
 * and every way in which a register, its seal or an entry says otherwise or nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/register_lab.h"

static struct world *w;
static struct sealer officer, stranger, retired;

static int
lab_begin(void **state)
{
	(void)state;
	w = world_new();
	officer = sealer_make("P-256", "critical,digitalSignature", WORLD_AT_S - REGISTER_YEAR_S,
	    WORLD_AT_S + REGISTER_YEAR_S);
	stranger = sealer_make("P-256", "critical,digitalSignature",
	    WORLD_AT_S - REGISTER_YEAR_S, WORLD_AT_S + REGISTER_YEAR_S);
	retired = sealer_make("P-256", "critical,digitalSignature",
	    WORLD_AT_S - 2 * REGISTER_YEAR_S, WORLD_AT_S - 86400);
	return 0;
}

static int
lab_end(void **state)
{
	(void)state;
	sealer_free(&officer);
	sealer_free(&stranger);
	sealer_free(&retired);
	world_free(w);
	return 0;
}

static const char *
verdict_of(const struct sealer *sealer, const char *text, const char *site)
{
	register_hsm(w);
	register_put(w, sealer, text, site);
	return world_verdict(w, "yubihsm", REGISTER_HSM_SECTION);
}

static void
test_good(void **state)
{
	(void)state;
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD REGISTER_HSM("tokyo-1") ",\n"
	    REGISTER_OTHERS ");\n", "tokyo-1"), "accept");
	assert_true(world_claims(w, CLAIM_SITE, "tokyo-1"));
	assert_true(world_claims(w, CLAIM_REGISTER_OFFICER, "CN=Example Telecom e-seal"));
	assert_true(world_claims(w, CLAIM_REGISTER_ID, "sites, edition 2026-11"));
	assert_true(world_claims(w, "register.rack", "A-03"));
	assert_true(world_claims(w, CLAIM_SERIAL, "31650425"));
	/* The register ends before Yubico's certificates: that is what runs out first. */
	assert_true(world_claims(w, CLAIM_COLLATERAL_UNTIL, "2027-04-30T15:00:00.000Z"));
	/* Nobody declares a site: the register says it all the same. */
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD REGISTER_HSM("tokyo-1") ");",
	    NULL), "accept");
	assert_true(world_claims(w, CLAIM_SITE, "tokyo-1"));
	/* By the key of the device instead of the number that is printed on it. */
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD "{ site = \"kobe-2\"; kind = "
	    "\"yubihsm\"; spki = \"77818FF4737DCD380F1CCC6DF4387E704F3F9BE78FCED2A7AEFAFA3DB87D8201"
	    "\"; });", "kobe-2"), "accept");
	/* Without a register nothing is said of a site. */
	register_hsm(w);
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "accept");
	assert_false(claims_get(&w->appraisal.claims, CLAIM_SITE, &(struct bytes){ .len = 0 }));
}

static void
test_elsewhere(void **state)
{
	(void)state;
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD REGISTER_HSM("tokyo-1") ");",
	    "osaka-1"), "reject site");
	/* Where it stands instead is all that is claimed. */
	assert_true(w->appraisal.elsewhere);
	assert_true(world_claims(w, CLAIM_SITE, "tokyo-1"));
	assert_false(claims_get(&w->appraisal.claims, CLAIM_SERIAL, &(struct bytes){ .len = 0 }));
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD REGISTER_OTHERS ");", "tokyo-1"),
	    "reject entry");
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD ");", "tokyo-1"), "reject entry");
	/* The same number of another maker's device is another device. */
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD "{ site = \"tokyo-1\"; kind = "
	    "\"marvell-hsm\"; serial = \"31650425\"; });", "tokyo-1"), "reject entry");
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD REGISTER_HSM("tokyo-1") ",\n"
	    REGISTER_HSM("osaka-1") ");", "tokyo-1"), "indeterminate once");
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD REGISTER_HSM("tokyo-1") ",\n"
	    REGISTER_HSM("tokyo-1") ");", "tokyo-1"), "indeterminate once");
}

#define ENTRY(term) REGISTER_HEAD "{ site = \"tokyo-1\"; kind = \"yubihsm\"; " \
	"serial = \"31650425\"; " term " });"

static void
test_time(void **state)
{
	(void)state;
	/* 2026-11-18 18:26:40 JST is asked. */
	assert_string_equal(verdict_of(&officer, ENTRY("since = \"2026-11-18\";"), NULL),
	    "accept");
	assert_string_equal(verdict_of(&officer, ENTRY("until = \"2026-11-18\";"), NULL),
	    "accept");
	assert_string_equal(verdict_of(&officer, ENTRY("since = \"2026-11-19\";"), NULL),
	    "reject since");
	assert_string_equal(verdict_of(&officer, ENTRY("until = \"2026-11-17\";"), NULL),
	    "reject since");
	/* It was moved: two entries, one at a time. */
	assert_string_equal(verdict_of(&officer, REGISTER_HEAD "{ site = \"tokyo-1\"; kind = "
	    "\"yubihsm\"; serial = \"31650425\"; until = \"2026-11-10\"; },\n{ site = \"osaka-1\"; "
	    "kind = \"yubihsm\"; serial = \"31650425\"; since = \"2026-11-11\"; });", "osaka-1"),
	    "accept");
	register_hsm(w);
	register_put(w, &officer, REGISTER_HEAD REGISTER_HSM("tokyo-1") ");", "tokyo-1");
	w->dossier.at_s = 1809097200;	/* 2027-05-01 00:00:00 JST */
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION),
	    "indeterminate term");
	w->dossier.at_s--;
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "accept");
	w->dossier.at_s = 1793458799;	/* 2026-10-31 23:59:59 JST */
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION),
	    "indeterminate term");
}

static void
test_seal(void **state)
{
	const char *text = REGISTER_HEAD REGISTER_HSM("tokyo-1") ");";
	size_t len = strlen(text), refused = 0;
	struct item *item;
	uint8_t *octets;

	(void)state;
	assert_string_equal(verdict_of(&retired, text, "tokyo-1"), "reject seal");
	assert_non_null(strstr(appraisal_step(&w->appraisal)->found, "expired:"));
	/* A seal by somebody whose root is not pinned. */
	assert_string_equal(verdict_of(&stranger, text, "tokyo-1"), "accept");
	register_hsm(w);
	register_put(w, &stranger, text, "tokyo-1");
	item = &w->dossier.item[w->dossier.count - 2];
	assert_string_equal(item->role, ROLE_REGISTER_ROOTS);
	item->octets = bytes_of(NULL, 0);
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION),
	    "indeterminate seal");
	/* The seal of another register. */
	register_hsm(w);
	register_put(w, &officer, text, "tokyo-1");
	world_put(w, "other", bytes_of_text(REGISTER_HEAD REGISTER_HSM("osaka-1") ");"));
	item = &w->dossier.item[w->dossier.count - 5];
	assert_string_equal(item->role, ROLE_REGISTER);
	item->octets = w->dossier.item[w->dossier.count - 1].octets;
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "reject seal");
	assert_non_null(strstr(appraisal_step(&w->appraisal)->found, "document:"));
	/* No octet of the register can be another, and none can be missing. */
	register_hsm(w);
	register_put(w, &officer, text, "tokyo-1");
	item = &w->dossier.item[w->dossier.count - 4];
	octets = memory_new(len, 1);
	memcpy(octets, text, len);
	for (size_t i = 0; i < len; i++) {
		octets[i] ^= 1;
		item->octets = bytes_of(octets, len);
		refused += strcmp(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION),
		    "reject seal") == 0;
		octets[i] ^= 1;
		item->octets = bytes_of(octets, i);
		if (i > 0)
			refused += strcmp(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION),
			    "reject seal") == 0;
	}
	assert_int_equal(refused, 2 * len - 1);
	free(octets);
}

/* Sealed and time-stamped while the certificate was valid: it counts when that has expired. */
static void
test_stamped(void **state)
{
	const char *text = REGISTER_HEAD REGISTER_HSM("tokyo-1") ");";
	struct authority authority = authority_make("test authority", "critical,timeStamping",
	    WORLD_AT_S - REGISTER_YEAR_S, WORLD_AT_S + REGISTER_YEAR_S);
	struct buffer der = { .max = 0 }, pem = { .max = 0 };
	CMS_ContentInfo *cms = seal_cms(&retired, text, &(struct seal_order){ .digest = NULL });

	(void)state;
	authority.at_s = WORLD_AT_S - 10 * 86400;
	seal_stamp(cms, &authority, seal_cms_signature(cms));
	seal_der(cms, &der);
	seal_pem(retired.certificate, &pem);
	register_hsm(w);
	world_put(w, ROLE_REGISTER, bytes_of_text(text));
	world_put(w, ROLE_REGISTER_SEAL, bytes_of_buffer(&der));
	world_put(w, ROLE_REGISTER_ROOTS, bytes_of_buffer(&pem));
	/* Nobody who is trusted stands behind the stamp. */
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION),
	    "indeterminate seal");
	assert_string_equal(appraisal_step(&w->appraisal)->expected, "register_stamp_trust");
	world_put(w, ROLE_REGISTER_STAMPS, bytes_of_buffer(&pem));
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION),
	    "indeterminate seal");
	/* Who stamps is no longer asked of those who may seal. */
	authority_roots(&authority, &pem);
	w->dossier.count -= 2;
	world_put(w, ROLE_REGISTER_ROOTS, bytes_of_buffer(&pem));
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION),
	    "indeterminate seal");
	world_put(w, ROLE_REGISTER_STAMPS, bytes_of_buffer(&pem));
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "accept");
	assert_true(world_claims(w, CLAIM_SITE, "tokyo-1"));
	assert_true(world_claims(w, "register.sealed", "2026-11-08T11:06:40.250Z"));
	buffer_free(&der);
	buffer_free(&pem);
	authority_free(&authority);
}

/* The same with an authority as root, and with the officer named or not. */
static const char *
verdict_by(const struct sealer *sealer, const char *text, const char *named)
{
	struct buffer pem = { .max = 0 };

	register_hsm(w);
	register_put(w, sealer, text, NULL);
	seal_pem(sealer->root, &pem);
	w->dossier.item[w->dossier.count - 1].octets = bytes_of(NULL, 0);
	assert_string_equal(w->dossier.item[w->dossier.count - 1].role, ROLE_REGISTER_ROOTS);
	w->dossier.count--;
	world_put(w, ROLE_REGISTER_ROOTS, bytes_of_buffer(&pem));
	if (named != NULL)
		world_put(w, ROLE_REGISTER_OFFICER, bytes_of_text(named));
	buffer_free(&pem);
	return world_verdict(w, "yubihsm", REGISTER_HSM_SECTION);
}

/* An authority certifies many: whoever of them seals is not the officer for that. */
static void
test_sealer(void **state)
{
	static const char text[] = REGISTER_HEAD REGISTER_HSM("tokyo-1") ");";
	static const char other[] = "register = \"s\"; edition = \"1\"; officer = \"Hanako Sato\"; "
	    "from = \"2026-11-01\"; until = \"2027-04-30\"; entries = ( "
	    REGISTER_HSM("tokyo-1") " );";
	char hex[HASH_TEXT];

	(void)state;
	assert_string_equal(verdict_by(&officer, text, NULL), "indeterminate sealer");
	assert_false(claims_get(&w->appraisal.claims, CLAIM_SITE, &(struct bytes){ .len = 0 }));
	assert_string_equal(verdict_by(&officer, text, "Example Telecom e-seal"), "accept");
	assert_string_equal(verdict_by(&officer, text, "Example Telecom"), "reject sealer");
	assert_string_equal(verdict_by(&officer, text, "example telecom e-seal"),
	    "reject sealer");
	hash_text(certificate_hash(officer.certificate), hex);
	assert_string_equal(verdict_by(&officer, text, hex), "accept");
	hash_text(certificate_hash(stranger.certificate), hex);
	assert_string_equal(verdict_by(&officer, text, hex), "reject sealer");
	/* The register names another officer than who sealed it, pinned or not. */
	assert_string_equal(verdict_of(&officer, other, NULL), "reject officer");
	assert_string_equal(verdict_by(&officer, other, "Example Telecom e-seal"),
	    "reject officer");
}

/* A certificate for TLS servers alone, of the authority that is trusted. */
static void
test_server(void **state)
{
	static const char text[] = REGISTER_HEAD REGISTER_HSM("tokyo-1") ");";
	struct sealer server = sealer_make("P-256", "critical,digitalSignature",
	    WORLD_AT_S - REGISTER_YEAR_S, WORLD_AT_S + REGISTER_YEAR_S);

	(void)state;
	authority_extend(server.certificate, NID_ext_key_usage, "serverAuth");
	X509_sign(server.certificate, server.root_key, EVP_sha256());
	assert_string_equal(verdict_by(&server, text, "Example Telecom e-seal"), "reject seal");
	assert_non_null(strstr(appraisal_step(&w->appraisal)->found, "purpose:"));
	sealer_free(&server);
}

/* Who may stamp a seal may not seal, and who may seal may not stamp: a list for each. */
static void
test_stamp_roots(void **state)
{
	static const char text[] = REGISTER_HEAD REGISTER_HSM("tokyo-1") ");";
	struct authority authority = authority_make("stamps", "critical,timeStamping",
	    WORLD_AT_S - REGISTER_YEAR_S, WORLD_AT_S + REGISTER_YEAR_S);
	CMS_ContentInfo *cms = seal_cms(&officer, text, &(struct seal_order){ .digest = NULL });
	struct buffer der = { .max = 0 }, pem = { .max = 0 }, stamps = { .max = 0 };

	(void)state;
	authority.at_s = WORLD_AT_S;
	seal_stamp(cms, &authority, seal_cms_signature(cms));
	seal_der(cms, &der);
	seal_pem(officer.certificate, &pem);
	seal_pem(authority.root, &stamps);
	register_hsm(w);
	world_put(w, ROLE_REGISTER, bytes_of_text(text));
	world_put(w, ROLE_REGISTER_SEAL, bytes_of_buffer(&der));
	world_put(w, ROLE_REGISTER_ROOTS, bytes_of_buffer(&pem));
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "accept");
	assert_false(claims_get(&w->appraisal.claims, "register.sealed",
	    &(struct bytes){ .len = 0 }));
	world_put(w, ROLE_REGISTER_STAMPS, bytes_of_buffer(&stamps));
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "accept");
	assert_true(claims_get(&w->appraisal.claims, "register.sealed",
	    &(struct bytes){ .len = 0 }));
	/* The officer's root among those of stamps alone: nobody may seal. */
	register_hsm(w);
	world_put(w, ROLE_REGISTER, bytes_of_text(text));
	world_put(w, ROLE_REGISTER_SEAL, bytes_of_buffer(&der));
	world_put(w, ROLE_REGISTER_ROOTS, bytes_of_buffer(&stamps));
	world_put(w, ROLE_REGISTER_STAMPS, bytes_of_buffer(&pem));
	assert_string_not_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "accept");
	authority_free(&authority);
	buffer_free(&der);
	buffer_free(&pem);
	buffer_free(&stamps);
}

static void
test_lacking(void **state)
{
	const char *text = REGISTER_HEAD REGISTER_HSM("tokyo-1") ");";
	struct buffer der = { .max = 0 };

	(void)state;
	/* No seal beside it. */
	register_hsm(w);
	world_put(w, ROLE_REGISTER, bytes_of_text(text));
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION),
	    "indeterminate seal");
	assert_int_equal(appraisal_step(&w->appraisal)->state, STEP_LACKING);
	/* Sealed, and no register: undecided, and the sentence names the line. */
	assert_string_equal(verdict_of(&officer, "register = \"a\";\nrack = 1;\n", "tokyo-1"),
	    "indeterminate form");
	assert_non_null(strstr(appraisal_step(&w->appraisal)->found, "register:2:"));
	/* Evidence that names no device cannot stand on a register. */
	register_hsm(w);
	seal_der(seal_cms(&officer, "x", &(struct seal_order){ .digest = NULL }), &der);
	register_put(w, &officer, text, "tokyo-1");
	world_put(w, "seal", bytes_of_buffer(&der));
	world_put(w, "document", bytes_of_text("x"));
	buffer_reset(&der);
	seal_pem(officer.root, &der);
	world_put(w, "roots", bytes_of_buffer(&der));
	buffer_free(&der);
	assert_string_equal(world_verdict(w, "cades", ""), "indeterminate device");
	/* What the verifier itself refused is not held against a register any more. */
	register_hsm(w);
	register_put(w, &officer, text, "osaka-1");
	assert_string_equal(world_verdict(w, "yubihsm", "nonce = \"none\"; capabilities = \"*\"; "
	    "firmware = \"*\"; serial = [ \"1\" ];"), "reject serial");
	assert_ptr_equal(w->appraisal.partition[w->appraisal.parts - 1].set,
	    site_register_rules());
}

static void
test_real_chip(void **state)
{
	static const char section[] = "nonce = \"none\"; crl = \"if_given\"; max_vmpl = 0; "
	    "measurement = \"*\"; host_data = \"*\"; id_key_digest = \"*\"; "
	    "author_key_digest = \"*\"; chip = \"*\"; "
	    "tcb_genoa = \"bl=10 tee=0 snp=27 ucode=27\"; regions = \"*\"; ";
	struct site_device device[4];
	static const char raised[] = "nonce = \"none\"; crl = \"if_given\"; max_vmpl = 0; "
	    "measurement = \"*\"; host_data = \"*\"; chip = \"*\"; regions = \"*\"; tcb_genoa = ( "
	    "{ value = \"bl=10 tee=0 snp=27 ucode=27\"; until = \"2026-11-04\"; ticket = \"CHG-7\"; }, "
	    "{ value = \"bl=11 tee=0 snp=27 ucode=27\"; from = \"2026-11-05\"; } ); ";
	char text[1024];

	(void)state;
	world_reset(w);
	world_file(w, "report", "snp/genoa-v5.report.bin");
	world_file(w, "certificate", "snp/genoa-v5.vcek.der");
	world_file(w, "chain", "snp/roots/ask_ark_genoa.pem");
	w->dossier.at_s = 1793800000;	/* 2026-11-04 */
	assert_string_equal(world_verdict(w, "sev-snp", section), "accept");
	assert_int_equal(site_devices(&w->appraisal.claims, device, 4), 1);
	assert_string_equal(device[0].name, "chip");
	snprintf(text, sizeof(text), REGISTER_HEAD "{ site = \"tokyo-1\"; kind = \"sev-snp\"; "
	    "chip = \"%s\"; });", device[0].value);
	register_put(w, &officer, text, "tokyo-1");
	assert_string_equal(world_verdict(w, "sev-snp", section), "accept");
	assert_true(world_claims(w, CLAIM_SITE, "tokyo-1"));
	/* A floor that is raised on a day, under a ticket. */
	assert_string_equal(world_verdict(w, "sev-snp", raised), "accept");
	assert_true(world_claims(w, CLAIM_TICKET, "CHG-7"));
	w->dossier.at_s += 86400;
	assert_string_equal(world_verdict(w, "sev-snp", raised), "reject floor");
}

/* Intel names the platform in the certificate of the key that signed: its PPID. */
static void
test_real_platform(void **state)
{
	static const char text[] = "register = \"t\"; edition = \"1\"; " 
	    "officer = \"Example Telecom e-seal\"; "
	    "from = \"2026-01-01\"; until = \"2026-12-31\"; entries = ( { site = \"tokyo-1\"; "
	    "kind = \"intel-tdx\"; chip = \"2734b654f553596897eaadfb5667a954\"; } );";

	(void)state;
	register_intel(w);
	register_put(w, &officer, text, "tokyo-1");
	assert_string_equal(world_verdict(w, "intel-tdx", REGISTER_INTEL_SECTION), "accept");
	assert_true(world_claims(w, CLAIM_SITE, "tokyo-1"));
	assert_true(world_claims(w, CLAIM_SERIAL, "2734b654f553596897eaadfb5667a954"));
}

/* --- reading ------------------------------------------------------------------------------ */

static void
refused(const char *text, const char *words)
{
	struct site_register *it = NULL;
	struct why why = { .err = ERR_OK };

	assert_int_not_equal(site_register_read("f", bytes_of_text(text), &it, &why), ERR_OK);
	assert_null(it);
	if (strstr(why.text, words) == NULL)
		print_message("\"%s\" does not say \"%s\"\n", why.text, words);
	assert_non_null(strstr(why.text, words));
}

#define ONE(members) REGISTER_HEAD "{ " members " });"

static void
test_form(void **state)
{
	(void)state;
	refused("register = \"a\"; edition = \"1\"; officer = \"b\"; from = \"2026-11-01\"; "
	    "entries = ();", "\"until\" is missing");
	refused("register = \"a\"; edition = \"1\"; officer = \"b\"; from = \"2026-11-01\"; "
	    "until = \"2026-10-01\"; entries = ();", "is before its beginning");
	refused("register = \"a\"; edition = \"1\"; officer = \"b\"; from = \"soon\"; "
	    "until = \"2026-10-01\"; entries = ();", "is no date or time");
	refused(REGISTER_HEAD "); extra = 1;", "\"extra\" is not known here");
	refused(ONE("site = \"a\"; kind = \"yubihsm\";"), "names its device by");
	refused(ONE("site = \"a\"; kind = \"yubihsm\"; serial = \"1\"; spki = \"aabb\";"),
	    "second name of the device");
	refused(ONE("site = \"a\"; kind = \"yubihsm\"; serial = 1;"), "is not a text in quotes");
	refused(ONE("site = \"a\"; kind = \"hsm\"; serial = \"1\";"), "there is no kind");
	refused(ONE("site = \"a\"; serial = \"1\";"), "\"kind\" is missing");
	refused(ONE("kind = \"yubihsm\"; serial = \"1\";"), "\"site\" is missing");
	refused(ONE("site = \"a\"; kind = [ ]; serial = \"1\";"), "names no kind");
	refused(ONE("site = \"a\"; kind = \"sev-snp\"; chip = \"xyz\";"), "whole octets in hex");
	refused(ONE("site = \"a\"; kind = \"yubihsm\"; serial = \"1\"; sinse = \"2026-11-01\";"),
	    "\"sinse\" is not known here");
	refused(ONE("site = \"a\\x01\"; kind = \"yubihsm\"; serial = \"1\";"), "control");
	refused(REGISTER_HEAD "1);", "an entry is a group");
}

/* As many entries as there may be are read, one more is not; who stands twice is found. */
static void
test_many(void **state)
{
	struct buffer text = { .max = 0 };
	struct site_register *it = NULL;
	const struct site_entry *other = NULL;
	struct why why = { .err = ERR_OK };

	(void)state;
	for (int extra = 0; extra < 2; extra++) {
		buffer_put_text(&text, REGISTER_HEAD);
		for (int i = 0; i < SITE_REGISTER_ENTRIES + extra; i++)
			buffer_print(&text, "%s{ site = \"tokyo-1\"; kind = \"yubihsm\"; serial = "
			    "\"%d\"; }", i > 0 ? ",\n" : "", i);
		buffer_put_text(&text, ");");
		assert_int_equal(site_register_read("f", bytes_of_buffer(&text), &it, &why),
		    extra == 0 ? ERR_OK : ERR_LIMIT);
		if (extra == 0)
			assert_null(site_register_twice(it, &other));
		site_register_free(it);
		buffer_reset(&text);
	}
	buffer_put_text(&text, REGISTER_HEAD REGISTER_HSM("a") ",\n" REGISTER_OTHERS ",\n"
	    REGISTER_HSM("b") ");");
	assert_int_equal(site_register_read("f", bytes_of_buffer(&text), &it, &why), ERR_OK);
	assert_string_equal(site_register_twice(it, &other)->site, "b");
	assert_string_equal(other->site, "a");
	site_register_free(it);
	buffer_free(&text);
}

/* A rule is found by the name under which it is recorded. */
static void
test_rule_named(void **state)
{
	(void)state;
	assert_non_null(rule_named(bytes_of_text("site-register/site")));
	assert_null(rule_named(bytes_of_text("site-register/none")));
	assert_null(rule_named(bytes_of_text("site-registers/site")));
	assert_non_null(rule_named(bytes_of_text("yubihsm/serial")));
}

/* Tickets of the entries that accepted something, each once. */
static void
test_tickets(void **state)
{
	const char *pin = "yubihsm-root";
	char text[512];

	(void)state;
	register_hsm(w);
	assert_string_equal(world_verdict(w, "yubihsm", "nonce = \"none\"; "
	    "capabilities = ( { value = \"sign-ecdsa\"; ticket = \"CHG-1\"; } ); "
	    "serial = ( \"31650425\" ); firmware = ( { value = \"2.4.0\"; ticket = \"CHG-2\"; "
	    "from = \"2026-11-01\"; until = \"2026-11-30\"; } );"), "accept");
	assert_true(world_claims(w, CLAIM_TICKET, "CHG-1,CHG-2"));
	assert_string_equal(world_verdict(w, "yubihsm", "nonce = \"none\"; "
	    "capabilities = ( { value = \"sign-ecdsa\"; ticket = \"CHG-1\"; } ); "
	    "serial = ( { value = \"31650425\"; ticket = \"CHG-1\"; } ); firmware = \"*\";"),
	    "accept");
	assert_true(world_claims(w, CLAIM_TICKET, "CHG-1"));
	/* Of the root that is pinned, in whichever way. */
	snprintf(text, sizeof(text), "nonce = \"none\"; capabilities = \"*\"; serial = \"*\"; "
	    "firmware = \"*\"; roots = ( { value = \"%s\"; ticket = \"CHG-3\"; } );", pin);
	assert_string_equal(world_verdict(w, "yubihsm", text), "accept");
	assert_true(world_claims(w, CLAIM_TICKET, "CHG-3"));
	/* A value out of its time is refused, ticket or not. */
	assert_string_equal(world_verdict(w, "yubihsm", "nonce = \"none\"; capabilities = \"*\"; "
	    "serial = \"*\"; firmware = ( { value = \"2.4.0\"; ticket = \"CHG-2\"; "
	    "until = \"2026-11-17\"; } );"), "reject firmware");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_seal),
		cmocka_unit_test(test_stamped),
		cmocka_unit_test(test_sealer),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_stamp_roots),
		cmocka_unit_test(test_lacking),
		cmocka_unit_test(test_real_chip),
		cmocka_unit_test(test_real_platform),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_rule_named),
		cmocka_unit_test(test_tickets),
	};

	return cmocka_run_group_tests(tests, lab_begin, lab_end);
}
