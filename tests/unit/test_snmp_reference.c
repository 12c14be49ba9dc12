/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our SNMP beside net-snmp's: keys, digests and ciphers octet by octet; PDUs of real agents and a
 * hundred thousand damaged ones, of which whatever we read net-snmp reads alike; and real agents
 * asked by both, at every security level and with every pair of protocols.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/keytools.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "probes/snmp_talk.h"
#include "tests/unit/probe_lab.h"
#include "tests/unit/vectors.h"

struct protocol { const char *word; const oid *oid; size_t len; };

#define AUTH(word, name) { word, name, OID_LENGTH(name) }
static const struct protocol auths[USM_AUTH_COUNT] = { AUTH("MD5", usmHMACMD5AuthProtocol),
	AUTH("SHA", usmHMACSHA1AuthProtocol), AUTH("SHA-224", usmHMAC128SHA224AuthProtocol),
	AUTH("SHA-256", usmHMAC192SHA256AuthProtocol), AUTH("SHA-384", usmHMAC256SHA384AuthProtocol),
	AUTH("SHA-512", usmHMAC384SHA512AuthProtocol) };
static const struct protocol privacies[USM_PRIVACY_COUNT] = { AUTH("DES", usmDESPrivProtocol),
	AUTH("AES", usmAESPrivProtocol), AUTH("AES-192", usmAES192PrivProtocol),
	AUTH("AES-256", usmAES256PrivProtocol), AUTH("AES-192-C", usmAES192CiscoPrivProtocol),
	AUTH("AES-256-C", usmAES256CiscoPrivProtocol) };

static const uint8_t engine[12] = { 0x80, 0, 0x1f, 0x88, 4, 'a', 'g', 'e', 'n', 't', '-', '1' };

static void
keys_agree(void **state)
{
	static const char *const secrets[] = { "pass-phrase", "8 octets", "a pass phrase of more than the "
	    "sixty-four octets in which a digest takes what it hashes" };

	(void)state;
	for (unsigned a = 0; a < USM_AUTH_COUNT; a++)
		for (size_t s = 0; s < 3; s++) {
			u_char theirs[USM_AUTH_KU_LEN], local[USM_AUTH_KU_LEN];
			size_t len = sizeof(theirs), local_len = sizeof(local);
			struct usm_key master, own;

			assert_int_equal(generate_Ku(auths[a].oid, (u_int)auths[a].len,
			    (const u_char *)secrets[s], strlen(secrets[s]), theirs, &len), SNMPERR_SUCCESS);
			assert_int_equal(usm_master((enum usm_auth)a, bytes_of_text(secrets[s]), &master), ERR_OK);
			assert_int_equal(master.len, len);
			assert_memory_equal(master.at, theirs, len);
			assert_int_equal(generate_kul(auths[a].oid, (u_int)auths[a].len, engine, sizeof(engine),
			    theirs, len, local, &local_len), SNMPERR_SUCCESS);
			assert_int_equal(usm_localise((enum usm_auth)a, &master, bytes_of(engine, sizeof(engine)),
			    &own), ERR_OK);
			assert_int_equal(own.len, local_len);
			assert_memory_equal(own.at, local, local_len);
		}
}

static void
digests_and_ciphers_agree(void **state)
{
	uint8_t message[300], salt[USM_SALT_LEN] = { 0, 0, 0, 7, 1, 2, 3, 4 };
	struct usm_key key = { .len = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < sizeof(key.at); i++)
		key.at[i] = (uint8_t)(i * 13 + 1);
	for (unsigned a = 0; a < USM_AUTH_COUNT; a++) {
		u_char theirs[64];
		size_t len = usm_digest_len((enum usm_auth)a);
		uint8_t signed_one[sizeof(message)];

		key.len = digest_len((enum digest)a);
		memcpy(signed_one, message, sizeof(message));
		memset(signed_one + 100, 0, len);
		assert_int_equal(sc_generate_keyed_hash(auths[a].oid, auths[a].len, key.at, (u_int)key.len,
		    signed_one, sizeof(signed_one), theirs, &len), SNMPERR_SUCCESS);
		assert_int_equal(usm_sign((enum usm_auth)a, &key, signed_one, sizeof(signed_one),
		    sizeof(signed_one) - 100), ERR_OK);
		assert_memory_equal(signed_one + 100, theirs, usm_digest_len((enum usm_auth)a));
	}
	for (unsigned p = 0; p < USM_PRIVACY_COUNT; p++) {
		static const size_t lens[USM_PRIVACY_COUNT] = { 16, 16, 24, 32, 24, 32 };
		u_char iv[16] = { 0, 0, 0, 7, 0, 0, 0, 9, 0, 0, 0, 7, 1, 2, 3, 4 }, theirs[320], own[320];
		size_t len = sizeof(theirs), own_len;

		key.len = lens[p];
		for (unsigned i = 0; p == USM_PRIVACY_DES && i < 8; i++)
			iv[i] = key.at[8 + i] ^ salt[i];
		assert_int_equal(sc_encrypt(privacies[p].oid, privacies[p].len, key.at, (u_int)key.len, iv,
		    p == USM_PRIVACY_DES ? 8 : 16, message, 296, theirs, &len), SNMPERR_SUCCESS);
		assert_int_equal(usm_encrypt((enum usm_privacy)p, &key, 7, 9, bytes_of(salt, sizeof(salt)),
		    bytes_of(message, 296), own, &own_len), ERR_OK);
		assert_int_equal(own_len, len);
		assert_memory_equal(own, theirs, len);
	}
}

static void
assert_alike(const struct snmp_variable *own, const netsnmp_variable_list *theirs)
{
	assert_non_null(theirs);
	assert_int_equal(own->name_len, theirs->name_length);
	assert_memory_equal(own->name, theirs->name, own->name_len * sizeof(oid));
	if (own->tag == BER_INTEGER || own->tag == SNMP_TAG_TICKS || own->tag == SNMP_TAG_COUNTER32 ||
	    own->tag == SNMP_TAG_GAUGE32) {
		assert_int_equal(own->tag, theirs->type);
		if (own->tag == BER_INTEGER)
			assert_true(own->number == *theirs->val.integer);
		else
			assert_true((uint32_t)own->number == (uint32_t)*theirs->val.integer);
	} else if (own->tag == BER_OCTETS) {
		assert_int_equal(own->content.len, theirs->val_len);
		if (own->content.len > 0)
			assert_memory_equal(own->content.at, theirs->val.string, theirs->val_len);
	} else if (own->tag == BER_OBJECT) {
		assert_int_equal(own->object_len, theirs->val_len / sizeof(oid));
		assert_memory_equal(own->object, theirs->val.objid, theirs->val_len);
	}
}

enum { BOTH, OURS, THEIRS, NEITHER };

/* net-snmp looks into an Opaque for a float that may be wrong inside; we do not look. */
static bool
own_reads(struct bytes octets, struct snmp_inner *inner, bool *opaque)
{
	struct snmp_variable variable;
	struct reader in;

	*opaque = false;
	if (snmp_inner_read(octets, inner) != ERR_OK)
		return false;
	in = reader_of(inner->variables);
	while (snmp_variable_next(&in, &variable))
		*opaque |= variable.tag == SNMP_TAG_OPAQUE;
	return reader_done(&in);
}

/* Who read it; what both read is compared. */
static int
both_read(struct bytes octets)
{
	netsnmp_pdu *pdu = snmp_pdu_create(0);
	uint8_t copy[1024];
	size_t len = octets.len;
	struct snmp_inner inner;
	bool opaque, own = own_reads(octets, &inner, &opaque), theirs;
	const netsnmp_variable_list *variable;

	memcpy(copy, octets.at, len);
	theirs = snmp_pdu_parse(pdu, copy, &len) == 0;
	if (own && theirs) {
		struct reader in = reader_of(inner.variables);
		struct snmp_variable next;

		assert_int_equal(inner.pdu, pdu->command);
		assert_true(inner.request == pdu->reqid);
		assert_true(inner.error_status == pdu->errstat);
		assert_true(inner.error_index == pdu->errindex);
		for (variable = pdu->variables; snmp_variable_next(&in, &next);
		    variable = variable->next_variable)
			assert_alike(&next, variable);
		assert_null(variable);
	}
	snmp_free_pdu(pdu);
	if (own && !theirs)
		return opaque ? NEITHER : OURS;
	return own ? BOTH : theirs ? THEIRS : NEITHER;
}

static uint32_t
turn(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void
damage(uint8_t *octets, size_t *len, uint32_t *seed)
{
	static const uint8_t nasty[] = { 0, 1, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30, 0x1f };

	for (unsigned i = 0; i <= turn(seed) % 3; i++) {
		size_t at = turn(seed) % *len;

		switch (turn(seed) % 4) {
		case 0:
			octets[at] ^= (uint8_t)(1 << turn(seed) % 8);
			break;
		case 1:
			octets[at] = nasty[turn(seed) % sizeof(nasty)];
			break;
		case 2:
			*len = at + 1;
			break;
		default:
			octets[at]++;
			break;
		}
	}
}

/*
 * Whatever we read, net-snmp reads, and alike.  Not the other way round: it takes a PDU whose
 * sequence says another length than it has, and we do not.
 */
static void
pdus_agree(void **state)
{
	json_t *all = vectors_json("tests/data/snmp/snmp.json"), *one;
	unsigned who[4] = { 0 };
	uint32_t seed = 1;
	size_t i;

	(void)state;
	json_array_foreach(all, i, one) {
		const char *hex = vectors_text(one, "hex");
		size_t len = strlen(hex) / 2, pdu_len;
		uint8_t octets[1024], damaged[1024];
		struct snmp_outer outer;

		assert_int_equal(hex_read(hex, octets, len), ERR_OK);
		len = vectors_number(json_object_get(one, "decoded"), "bytes_used");
		assert_int_equal(snmp_outer_read(bytes_of(octets, len), &outer), ERR_OK);
		if (outer.version == SNMP_VERSION_V3)
			continue;
		assert_int_equal(both_read(outer.scoped), BOTH);
		for (unsigned n = 0; n < 5000; n++) {
			pdu_len = outer.scoped.len;
			memcpy(damaged, outer.scoped.at, pdu_len);
			damage(damaged, &pdu_len, &seed);
			int reader = both_read(bytes_of(damaged, pdu_len));

			if (reader == OURS) {
				char text[2049];

				hex_of(bytes_of(damaged, pdu_len), text);
				fail_msg("only we read %s", text);
			}
			who[reader]++;
		}
	}
	print_message("damaged PDUs: read by both %u, by net-snmp alone %u, by neither %u\n", who[BOTH],
	    who[THEIRS], who[NEITHER]);
	assert_true(who[BOTH] > 10000 && who[NEITHER] > 10000);
	json_decref(all);
}

/* The agent: one user for each pair of protocols, one for each alone, one without. */

static char folder[] = "/tmp/sekimori-reference-XXXXXX";

static void
user_name(char out[40], unsigned auth, unsigned privacy)
{
	snprintf(out, 40, "u%u-%u", auth, privacy);
}

static void
users_write(FILE *file)
{
	char user[40];

	fprintf(file, "engineID reference\nsysName reference\nsysLocation here\n"
	    "createUser open\nrouser open noauth\n");
	for (unsigned a = 0; a < USM_AUTH_COUNT; a++)
		for (unsigned p = 0; p <= USM_PRIVACY_COUNT; p++) {
			user_name(user, a, p);
			if (p < USM_PRIVACY_COUNT)
				fprintf(file, "createUser %s %s \"auth-pass-phrase\" %s \"privacy-pass-phrase\"\n"
				    "rouser %s priv\n", user, auths[a].word, privacies[p].word, user);
			else
				fprintf(file, "createUser %s %s \"auth-pass-phrase\"\nrouser %s auth\n", user,
				    auths[a].word, user);
		}
}

static pid_t
agent_start(void)
{
	char conf[64];
	FILE *file;
	pid_t pid;

	snprintf(conf, sizeof(conf), "%s/conf", folder);
	file = fopen(conf, "w");
	assert_non_null(file);
	users_write(file);
	fclose(file);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(null, 1);
		dup2(null, 2);
		setenv("SNMP_PERSISTENT_DIR", folder, 1);
		setenv("MIBS", "", 1);
		execl("/usr/sbin/snmpd", "snmpd", "-f", "-LE", "0", "-C", "-c", conf, "udp:127.0.0.1:161",
		    (char *)NULL);
		_exit(127);
	}
	return pid;
}

/* The five objects of the system group, as net-snmp's own blocking session reads them. */
static netsnmp_pdu *
theirs_ask(const char *user, unsigned auth, unsigned privacy, netsnmp_session **session)
{
	static const oid objects[] = { 1, 2, 5, 6 };
	netsnmp_session template;
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET), *answer = NULL;

	snmp_sess_init(&template);
	template.version = SNMP_VERSION_3;
	template.peername = (char *)(uintptr_t)"127.0.0.1:161";
	template.securityName = (char *)(uintptr_t)user;
	template.securityNameLen = strlen(user);
	template.retries = 2;
	template.timeout = 2000000;
	template.securityLevel = auth == USM_AUTH_COUNT ? SNMP_SEC_LEVEL_NOAUTH :
	    privacy == USM_PRIVACY_COUNT ? SNMP_SEC_LEVEL_AUTHNOPRIV : SNMP_SEC_LEVEL_AUTHPRIV;
	if (auth < USM_AUTH_COUNT) {
		template.securityAuthProto = (oid *)(uintptr_t)auths[auth].oid;
		template.securityAuthProtoLen = auths[auth].len;
		template.securityAuthKeyLen = USM_AUTH_KU_LEN;
		assert_int_equal(generate_Ku(auths[auth].oid, (u_int)auths[auth].len,
		    (const u_char *)"auth-pass-phrase", 16, template.securityAuthKey,
		    &template.securityAuthKeyLen), SNMPERR_SUCCESS);
	}
	if (privacy < USM_PRIVACY_COUNT) {
		template.securityPrivProto = (oid *)(uintptr_t)privacies[privacy].oid;
		template.securityPrivProtoLen = privacies[privacy].len;
		template.securityPrivKeyLen = USM_PRIV_KU_LEN;
		assert_int_equal(generate_Ku(auths[auth].oid, (u_int)auths[auth].len,
		    (const u_char *)"privacy-pass-phrase", 19, template.securityPrivKey,
		    &template.securityPrivKeyLen), SNMPERR_SUCCESS);
	}
	*session = snmp_open(&template);
	assert_non_null(*session);
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		oid name[] = { 1, 3, 6, 1, 2, 1, 1, objects[i], 0 };

		snmp_add_null_var(pdu, name, OID_LENGTH(name));
	}
	if (snmp_synch_response(*session, pdu, &answer) != STAT_SUCCESS)
		return NULL;
	return answer;
}

static void
assert_same_facts(const struct lab_seen *seen, const netsnmp_pdu *answer, const char *user)
{
	static const enum fact facts[] = { FACT_SNMP_SYS_DESCR, FACT_SNMP_SYS_OBJECT, FACT_SNMP_SYS_NAME,
	    FACT_SNMP_SYS_LOCATION };
	const netsnmp_variable_list *variable = answer->variables;

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++, variable = variable->next_variable) {
		struct buffer text = { .max = 4096 };
		struct bytes own;

		assert_non_null(variable);
		if (variable->type == ASN_OBJECT_ID)
			for (size_t n = 0; n < variable->val_len / sizeof(oid); n++)
				buffer_print(&text, n == 0 ? "%lu" : ".%lu", variable->val.objid[n]);
		else
			buffer_put(&text, variable->val.string, variable->val_len);
		assert_true(fact_text(bytes_of_buffer(&seen->facts), facts[i], &own));
		if (!bytes_equal(own, bytes_of_buffer(&text)))
			fail_msg("%s: \"%.*s\" is not \"%.*s\"", user, (int)own.len, own.at, (int)text.len, text.at);
		buffer_free(&text);
	}
}

static void
own_ask(uv_loop_t *loop, struct machine *machine, const char *user, unsigned auth, unsigned privacy,
    struct lab_seen *seen)
{
	const struct round_option options[] = {
		{ .name = "user", .value = user },
		{ .name = "auth_secret", .value = "a", .octets = bytes_of_text("auth-pass-phrase\n") },
		{ .name = "privacy_secret", .value = "p", .octets = bytes_of_text("privacy-pass-phrase") },
		{ .name = "security_level", .value = auth == USM_AUTH_COUNT ? "noAuthNoPriv" :
		    privacy == USM_PRIVACY_COUNT ? "authNoPriv" : "authPriv" },
		{ .name = "auth_protocol", .value = usm_auth_word(auth < USM_AUTH_COUNT ?
		    (enum usm_auth)auth : USM_AUTH_MD5) },
		{ .name = "privacy_protocol", .value = usm_privacy_word(privacy < USM_PRIVACY_COUNT ?
		    (enum usm_privacy)privacy : USM_PRIVACY_DES) } };
	struct endpoint *endpoint = endpoint_new(machine, &probe_snmp, "a", options, 6);

	lab_round(machine, loop, endpoint, 161, 4000, seen);
	endpoint_free(endpoint);
	if (seen->outcome != OUTCOME_UP)
		fail_msg("%s: %s: %s", user, err_name(seen->err), seen->detail);
}

static void
agents_agree(void **state)
{
	uv_loop_t loop;
	struct machine *machine;
	struct lab_seen seen = { .times = 0 };
	pid_t pid = agent_start();
	unsigned asked = 0;

	(void)state;
	uv_loop_init(&loop);
	machine = machine_new(&loop);
	lab_await_udp("127.0.0.1", 161);
	for (unsigned a = 0; a <= USM_AUTH_COUNT; a++)
		for (unsigned p = a == USM_AUTH_COUNT ? USM_PRIVACY_COUNT : 0; p <= USM_PRIVACY_COUNT; p++) {
			netsnmp_session *session;
			netsnmp_pdu *answer;
			char user[40] = "open";

			if (a < USM_AUTH_COUNT)
				user_name(user, a, p);
			answer = theirs_ask(user, a, p, &session);
			if (answer == NULL)
				fail_msg("net-snmp has no answer for %s", user);
			own_ask(&loop, machine, user, a, p, &seen);
			assert_same_facts(&seen, answer, user);
			snmp_free_pdu(answer);
			snmp_close(session);
			asked++;
		}
	assert_int_equal(asked, USM_AUTH_COUNT * (USM_PRIVACY_COUNT + 1) + 1);
	machine_free(machine);
	assert_int_equal(uv_loop_close(&loop), 0);
	lab_seen_free(&seen);
	lab_end(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test(name)
		T(keys_agree), T(digests_and_ciphers_agree), T(pdus_agree), T(agents_agree),
	};
	char command[128];
	int failed;

	if (mkdtemp(folder) == NULL)
		return 1;
	setenv("MIBS", "", 1);
	setenv("SNMP_PERSISTENT_DIR", folder, 1);
	setenv("SNMPCONFPATH", folder, 1);
	snmp_disable_log();
	lab_enter();
	init_snmp("reference");
	snmp_disable_log();
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) == 0 ? failed : 1;
}
