/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_talk.h. */
#include <string.h>

#include "probes/snmp_talk.h"

enum {
	WINDOW_S    = 150,		/* RFC 3414 section 2.2.3 */
	WINDOWS_MAX = 2,
	NUMBER_MAX  = 0x3fffffff	/* a number and the few after it stay below 2^31 */
};

enum { TIME_MAX = INT32_MAX };

static int64_t
number_of(const uint8_t at[4])
{
	struct reader in = reader_of(bytes_of(at, 4));

	return (int64_t)(read_be(&in, 4) & NUMBER_MAX);
}

void
snmp_talk_begin(struct snmp_talk *talk, const struct snmp_credential *credential,
    struct snmp_engine *engine, const uint8_t random[16])
{
	*talk = (struct snmp_talk){ .credential = credential, .engine = engine };
	memcpy(&talk->salt, random, sizeof(talk->salt));
	talk->last = number_of(random + 8);
	talk->request = number_of(random + 12);
}

static struct bytes
engine_bytes(const struct snmp_engine *engine)
{
	return bytes_of(engine->id, engine->id_len);
}

static void
salt_fill(struct snmp_talk *talk, int64_t boots, uint8_t salt[USM_SALT_LEN])
{
	uint64_t number = ++talk->salt;

	/* RFC 3414 8.1.1.1: for DES its first half is the engine's boots. */
	if (talk->credential->privacy == USM_PRIVACY_DES)
		number = (uint64_t)boots << 32 | (number & UINT32_MAX);
	for (unsigned i = 0; i < USM_SALT_LEN; i++)
		salt[i] = (uint8_t)(number >> (56 - 8 * i));
}

static enum err
scoped_hide(struct snmp_talk *talk, const struct snmp_outer *outer, struct ber_writer *out)
{
	uint8_t hidden[SNMP_REQUEST_MAX + USM_SALT_LEN];
	size_t len;
	enum err err;

	if (out->failed)
		return ERR_LIMIT;
	err = usm_encrypt(talk->credential->privacy, &talk->engine->privacy, outer->boots,
	    outer->time, outer->salt, ber_written(out), hidden, &len);
	if (err != ERR_OK)
		return err;
	*out = ber_writer_of(out->at, out->size);
	ber_put_octets(out, BER_OCTETS, bytes_of(hidden, len));
	return ERR_OK;
}

/* A discovery is empty and plain; else the PDU kept, secured as the credential says. */
static enum err
message_write(struct snmp_talk *talk, int64_t now_ns, struct ber_writer *out)
{
	const struct snmp_credential *as = talk->credential;
	const struct snmp_engine *engine = talk->engine;
	struct snmp_outer outer = { .id = ++talk->last, .max_size = SNMP_DATAGRAM_MAX,
	    .flags = SNMP_FLAG_REPORTABLE };
	uint8_t salt[USM_SALT_LEN];
	bool authentic = !talk->discovery && (as->flags & SNMP_FLAG_AUTHENTIC);
	size_t at;

	ber_put(out, bytes_of(talk->pdu + SNMP_PDU_MAX - talk->pdu_len, talk->pdu_len));
	if (!talk->discovery) {
		outer.flags |= as->flags;
		outer.engine = engine_bytes(engine);
		outer.user = bytes_of_text(as->user);
	}
	if (authentic) {
		outer.boots = engine->boots;
		outer.time = engine->time_s + (now_ns - engine->at_ns) / 1000000000;
		if (outer.time > TIME_MAX)
			outer.time = TIME_MAX;
	}
	snmp_scoped_write(out, outer.engine, talk->discovery ? bytes_of(NULL, 0) :
	    bytes_of_text(as->context));
	if (outer.flags & SNMP_FLAG_PRIVATE) {
		enum err err;

		salt_fill(talk, outer.boots, salt);
		outer.salt = bytes_of(salt, sizeof(salt));
		err = scoped_hide(talk, &outer, out);
		if (err != ERR_OK)
			return err;
	}
	at = snmp_outer_write(out, &outer, authentic ? usm_digest_len(as->auth) : 0);
	if (out->failed)
		return ERR_LIMIT;
	return authentic ? usm_sign(as->auth, &engine->auth, out->at + out->left,
	    out->size - out->left, at) : ERR_OK;
}

static enum err
request_open(struct snmp_talk *talk, struct snmp_request request, int64_t now_ns,
    struct ber_writer *out)
{
	struct ber_writer pdu = ber_writer_of(talk->pdu, SNMP_PDU_MAX);

	talk->request = (talk->request + 1) & NUMBER_MAX;
	request.request = talk->request;
	snmp_pdu_write(&pdu, &request);
	if (pdu.failed)
		return ERR_LIMIT;
	talk->pdu_len = ber_written(&pdu).len;
	talk->open = true;
	talk->windows = 0;
	talk->first = talk->last + 1;
	return message_write(talk, now_ns, out);
}

enum err
snmp_talk_discover(struct snmp_talk *talk, struct ber_writer *out)
{
	*talk->engine = (struct snmp_engine){ .id_len = 0 };
	talk->discovery = true;
	return request_open(talk, (struct snmp_request){ .pdu = SNMP_PDU_GET }, 0, out);
}

enum err
snmp_talk_ask(struct snmp_talk *talk, struct snmp_request request, int64_t now_ns,
    struct ber_writer *out)
{
	talk->discovery = false;
	return request_open(talk, request, now_ns, out);
}

enum err
snmp_talk_again(struct snmp_talk *talk, int64_t now_ns, struct ber_writer *out)
{
	return message_write(talk, now_ns, out);
}

/* RFC 3414 section 4: nothing of it is proved yet. */
static enum snmp_said
engine_hear(struct snmp_talk *talk, const struct snmp_outer *outer, int64_t now_ns)
{
	const struct snmp_credential *as = talk->credential;
	struct snmp_engine *engine = talk->engine;
	struct snmp_inner inner;
	enum err err = ERR_OK;

	if ((outer->flags & SNMP_FLAG_AUTHENTIC) || outer->engine.len == 0 ||
	    snmp_scoped_read(outer->scoped, false, &inner) != ERR_OK ||
	    inner.pdu != SNMP_PDU_REPORT) {
		talk->unproved = true;
		return SNMP_SAID_NOTHING;
	}
	*engine = (struct snmp_engine){ .id_len = outer->engine.len, .at_ns = now_ns };
	memcpy(engine->id, outer->engine.at, outer->engine.len);
	/* Where to begin to ask from; what is wrong here, the agent tells by a signed Report. */
	if (outer->boots >= 0 && outer->boots <= TIME_MAX && outer->time >= 0 &&
	    outer->time <= TIME_MAX) {
		engine->boots = outer->boots;
		engine->time_s = outer->time;
	}
	if (as->flags & SNMP_FLAG_AUTHENTIC)
		err = usm_localise(as->auth, &as->auth_master, outer->engine, &engine->auth);
	if (err == ERR_OK && (as->flags & SNMP_FLAG_PRIVATE))
		err = usm_privacy_key(as->auth, as->privacy, &as->privacy_master, outer->engine,
		    &engine->privacy);
	if (err != ERR_OK) {
		engine->id_len = 0;
		return SNMP_SAID_NOTHING;
	}
	talk->open = false;
	return SNMP_SAID_ENGINE;
}

/* RFC 3414 section 3.2 step 7 b, of a message whose digest is right. */
static bool
time_take(struct snmp_talk *talk, const struct snmp_outer *outer, int64_t now_ns)
{
	struct snmp_engine *engine = talk->engine;
	int64_t local = engine->time_s + (now_ns - engine->at_ns) / 1000000000;

	if (outer->boots < 0 || outer->boots > TIME_MAX || outer->time < 0 ||
	    outer->time > TIME_MAX) {
		talk->insane = true;
		return false;
	}
	if (engine->proven && (outer->boots < engine->boots ||
	    (outer->boots == engine->boots && outer->time < local - WINDOW_S)))
		return false;
	if (engine->proven && outer->boots == engine->boots && outer->time <= engine->time_s)
		return true;
	engine->proven = true;
	engine->boots = outer->boots;
	engine->time_s = outer->time;
	engine->at_ns = now_ns;
	return true;
}

/* The ScopedPDU of a message that is as authentic as its flags say; false: it is not. */
static bool
proof_take(struct snmp_talk *talk, const struct snmp_outer *outer, struct bytes datagram,
    int64_t now_ns, uint8_t *room)
{
	const struct snmp_credential *as = talk->credential;
	const struct snmp_engine *engine = talk->engine;
	bool private = outer->flags & SNMP_FLAG_PRIVATE;
	struct bytes scoped = outer->scoped;

	if (outer->flags & ~as->flags & (SNMP_FLAG_AUTHENTIC | SNMP_FLAG_PRIVATE))
		return false;
	if (outer->flags & SNMP_FLAG_AUTHENTIC) {
		if (!bytes_equal(outer->engine, engine_bytes(engine)) ||
		    !bytes_equal(outer->user, bytes_of_text(as->user)) ||
		    usm_verify(as->auth, &engine->auth, datagram, outer->digest) != ERR_OK ||
		    !time_take(talk, outer, now_ns))
			return false;
	}
	if (private) {
		if (scoped.len > SNMP_DATAGRAM_MAX ||
		    usm_decrypt(as->privacy, &engine->privacy, outer->boots, outer->time,
		    outer->salt, scoped, room) != ERR_OK)
			return false;
		scoped = bytes_of(room, scoped.len);
	}
	return snmp_scoped_read(scoped, private, &talk->answer) == ERR_OK;
}

static enum snmp_said
report_hear(struct snmp_talk *talk, const struct snmp_outer *outer)
{
	enum snmp_report report = snmp_report_of(&talk->answer);

	/* Plain where the agent has no user to sign for; about time it is signed (3.2 step 7). */
	if (report == SNMP_REPORT_TIME && (talk->credential->flags & ~outer->flags &
	    SNMP_FLAG_AUTHENTIC)) {
		talk->unproved = true;
		return SNMP_SAID_NOTHING;
	}
	if (report == SNMP_REPORT_TIME)
		return ++talk->windows < WINDOWS_MAX ? SNMP_SAID_AGAIN : SNMP_SAID_NOTHING;
	talk->report = report;
	talk->open = false;
	return SNMP_SAID_NO;
}

static bool
variables_fine(struct bytes variables)
{
	struct reader in = reader_of(variables);
	struct snmp_variable variable;

	while (snmp_variable_next(&in, &variable))
		continue;
	return reader_done(&in);
}

static enum snmp_said
answer_hear(struct snmp_talk *talk, const struct snmp_outer *outer)
{
	const struct snmp_credential *as = talk->credential;
	const struct snmp_inner *inner = &talk->answer;
	struct bytes engine = engine_bytes(talk->engine);

	if ((outer->flags & (SNMP_FLAG_AUTHENTIC | SNMP_FLAG_PRIVATE)) != as->flags ||
	    !bytes_equal(outer->engine, engine) ||
	    !bytes_equal(outer->user, bytes_of_text(as->user))) {
		talk->unproved = true;
		return SNMP_SAID_NOTHING;
	}
	if (inner->pdu != SNMP_PDU_RESPONSE || inner->request != talk->request ||
	    !bytes_equal(inner->context_engine, engine) ||
	    !bytes_equal(inner->context, bytes_of_text(as->context)))
		return SNMP_SAID_NOTHING;
	if (!variables_fine(inner->variables)) {
		talk->malformed = true;
		return SNMP_SAID_NOTHING;
	}
	talk->open = talk->unproved = false;
	return SNMP_SAID_ANSWER;
}

enum snmp_said
snmp_talk_hear(struct snmp_talk *talk, struct bytes datagram, int64_t now_ns, uint8_t *room)
{
	struct snmp_outer outer;
	enum err err = snmp_outer_read(datagram, &outer);

	if (!talk->open || outer.version != SNMP_VERSION_V3 || outer.id < talk->first ||
	    outer.id > talk->last)
		return SNMP_SAID_NOTHING;
	if (err == ERR_OK && talk->discovery)
		return engine_hear(talk, &outer, now_ns);
	if (err != ERR_OK || !proof_take(talk, &outer, datagram, now_ns, room)) {
		talk->unproved = true;
		return SNMP_SAID_NOTHING;
	}
	return talk->answer.pdu == SNMP_PDU_REPORT ? report_hear(talk, &outer) :
	    answer_hear(talk, &outer);
}

const char *
snmp_report_text(enum snmp_report report)
{
	switch (report) {
	case SNMP_REPORT_ENGINE:
		return "usmStatsUnknownEngineIDs: it is another engine now";
	case SNMP_REPORT_USER:
		return "usmStatsUnknownUserNames: it does not know this user";
	case SNMP_REPORT_LEVEL:
		return "usmStatsUnsupportedSecLevels: not for this security level";
	case SNMP_REPORT_DIGEST:
		return "usmStatsWrongDigests: the authentication secret or protocol is wrong";
	case SNMP_REPORT_TIME:
		return "usmStatsNotInTimeWindows: its engine time went back";
	case SNMP_REPORT_DECRYPTION:
		return "usmStatsDecryptionErrors: the privacy secret or protocol is wrong";
	default:
		return "a Report of an unknown kind";
	}
}

bool
snmp_engine_sane(int64_t boots, int64_t time_s)
{
	return boots >= 1 && boots < TIME_MAX && time_s >= 0 && time_s <= TIME_MAX;
}
