/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated IKEv2 responder with a certificate, in a child, that lies where its script says.  It
 * seals by ike_hand.h, so that what the probe opens was not made by the probe's own code.
 */
#ifndef TESTS_UNIT_IKE_LAB_H
#define TESTS_UNIT_IKE_LAB_H

#include "probes/ike_signature.h"
#include "tests/unit/ike_hand.h"
#include "tests/unit/tls_lab.h"

enum ike_lie { LIE_NONE, LIE_NO_CERTIFICATE, LIE_GARBAGE, LIE_SHARED_KEY, LIE_FAILED, LIE_TWO_AUTHS,
	LIE_OTHER_KEYS, LIE_FLOOD, LIE_PLAIN_FIRST, LIE_INIT_AGAIN, LIE_AUTH_AGAIN, LIE_NO_END,
	LIE_LEAVES,
	/* of an answer in fragments */
	LIE_BACKWARDS, LIE_TWICE, LIE_CUT_ANEW, LIE_LATE, LIE_ONE_MISSING, LIE_ONE_FORGED };

struct ike_script {
	enum ike_lie lie;
	const struct tls_pair *own, *issuer;	/* whose certificates it shows */
	EVP_PKEY    *signs;		/* NULL: own's key */
	EVP_PKEY    *client;		/* whose signature it wants; NULL: it begins with EAP */
	uint8_t      id_type;
	struct bytes id, eap;
	bool         announces, childless, cbc, cookie, wants, marker;
	bool         asked;		/* it is asked for by its name */
	uint8_t      flags;		/* more of them in the head */
	size_t       cut, extra;	/* octets of a fragment, 0: whole; of one payload more */
};

struct ike_server {
	int                      fd;
	const struct ike_script *script;
	struct sockaddr_in       peer;
	struct buffer            request, answer, auth;	/* auth: of the exchange before */
	uint8_t                  method, nonce_r[32];
	struct bytes             nonce_i;		/* view into request */
	struct ike_keys         *keys;
	struct ike_hand          hand, other;		/* other: with another secret */
};

static inline void
ike_server_write(struct ike_server *s, struct bytes message)
{
	struct buffer out = { 0 };

	if (s->script->marker)
		buffer_put_be(&out, 0, 4);
	buffer_put(&out, message.at, message.len);
	sendto(s->fd, out.at, out.len, 0, (struct sockaddr *)&s->peer, sizeof(s->peer));
	buffer_free(&out);
}

/* --- IKE_SA_INIT -------------------------------------------------------------------------- */

static inline void
ike_server_notify(struct ike_server *s, uint8_t exchange, uint32_t message, uint16_t number,
    struct bytes data, uint64_t spi_i)
{
	struct ike_head head = { .spi_i = spi_i, .spi_r = s->hand.spi_r, .next = PAYLOAD_NOTIFY,
		.exchange = exchange, .flags = IKE_FLAG_RESPONSE, .message = message };
	struct buffer out = { 0 };

	ike_head_write(&head, &out);
	ike_notify_write(&out, PAYLOAD_NONE, number, data);
	ike_length_fill(&out, 24, 0, 4);
	ike_server_write(s, bytes_of_buffer(&out));
	buffer_free(&out);
}

static inline void
ike_server_choose(struct ike_server *s, const struct ike_said *said, struct bytes value,
    const struct ike_transform *chosen, size_t count)
{
	struct ike_head head = { .spi_i = said->spi_i, .spi_r = s->hand.spi_r, .next = PAYLOAD_SA,
		.exchange = IKE_SA_INIT, .flags = IKE_FLAG_RESPONSE };
	struct bytes none = { NULL, 0 }, hashes = bytes_of("\0\2\0\3\0\4", 6);
	struct ike_offer offer = { chosen, count };
	struct buffer *out = &s->answer;
	size_t from;

	buffer_reset(out);
	ike_head_write(&head, out);
	ike_payload_begin(out, PAYLOAD_KE, &from);
	ike_proposal_write(out, true, 1, IKE_PROTOCOL_IKE, none, &offer);
	ike_length_fill(out, from + 2, from, 2);
	ike_payload_begin(out, PAYLOAD_NONCE, &from);
	buffer_put_be(out, said->method, 2), buffer_put_be(out, 0, 2);
	buffer_put(out, value.at, value.len);
	ike_length_fill(out, from + 2, from, 2);
	ike_payload_begin(out, PAYLOAD_NOTIFY, &from);
	buffer_put(out, s->nonce_r, sizeof(s->nonce_r));
	ike_length_fill(out, from + 2, from, 2);
	if (s->script->announces)
		ike_notify_write(out, PAYLOAD_NOTIFY, IKE_SIGNATURE_HASH_ALGORITHMS, hashes);
	ike_notify_write(out, PAYLOAD_NONE, s->script->childless ? IKE_CHILDLESS_IKEV2_SUPPORTED :
	    IKE_MULTIPLE_AUTH_SUPPORTED, none);
	ike_length_fill(out, 24, 0, 4);
}

static inline void
ike_server_agree(struct ike_server *s, const struct ike_said *said)
{
	const struct ike_transform aead[] = { { IKE_ENCR, 20, 256 }, { IKE_PRF, 6, 0 },
	    { IKE_KE, said->method, 0 } };
	const struct ike_transform cbc[] = { { IKE_ENCR, 12, 256 }, { IKE_PRF, 7, 0 },
	    { IKE_KE, said->method, 0 }, { IKE_INTEG, 13, 0 } };
	const struct ike_transform *chosen = s->script->cbc ? cbc : aead;
	struct agreement *agreement = agreement_new(ike_group(said->method));
	struct buffer value = { 0 }, secret = { 0 };
	struct ike_settled settled = { chosen, s->script->cbc ? &cbc[3] : NULL, chosen + 1,
	    { NULL, 0 }, s->nonce_i, bytes_of(s->nonce_r, 32), said->spi_i, 0x1122334455667788 };

	ike_value_put(said->method, agreement, &value);
	random_fill(s->nonce_r, sizeof(s->nonce_r));
	if (!ike_value_share(said->method, agreement, said->value, &secret))
		abort();
	settled.secret = bytes_of_buffer(&secret);
	ike_keys_free(s->keys);
	s->keys = ike_keys_new(&settled, true);
	s->hand = ike_hand_make(&settled);
	secret.at[0] ^= 1;
	s->other = ike_hand_make(&settled);
	ike_server_choose(s, said, bytes_of_buffer(&value), chosen, s->script->cbc ? 4 : 3);
	agreement_free(agreement);
	buffer_free(&value), buffer_free(&secret);
}

static inline void
ike_server_init(struct ike_server *s, struct bytes message)
{
	struct ike_said said;

	if (ike_read(message, &said, NULL) != ERR_OK)
		return;
	if (s->script->cookie && said.cookie.len == 0) {
		ike_server_notify(s, IKE_SA_INIT, 0, IKE_COOKIE, bytes_of("a cookie", 8),
		    said.spi_i);
		return;
	}
	if (s->script->wants && said.method != 19) {
		ike_server_notify(s, IKE_SA_INIT, 0, IKE_INVALID_KE_PAYLOAD, bytes_of("\0\23", 2),
		    said.spi_i);
		return;
	}
	if (!bytes_equal(message, bytes_of_buffer(&s->request))) {
		buffer_reset(&s->request);
		buffer_put(&s->request, message.at, message.len);
		if (ike_read(bytes_of_buffer(&s->request), &said, NULL) != ERR_OK)
			abort();
		s->nonce_i = said.nonce;
		ike_server_agree(s, &said);
	}
	ike_server_write(s, bytes_of_buffer(&s->answer));
}

/* --- sealed ------------------------------------------------------------------------------- */

struct ike_server_part { uint8_t exchange, first; uint32_t message; struct bytes inside; };

static inline void
ike_server_seal(struct ike_server *s, const struct ike_hand *hand,
    const struct ike_server_part *part, size_t cut, unsigned number, bool forged)
{
	struct bytes inside = cut == 0 ? part->inside :
	    bytes_slice(part->inside, (number - 1) * cut, cut);
	struct buffer plain = { 0 }, out = { 0 };
	struct ike_hand_message message = { .responder = true, .exchange = part->exchange,
		.message = part->message, .first = number <= 1 ? part->first : 0,
		.flags = s->script->flags, .fragment = number,
		.fragments = cut > 0 ? (unsigned)((part->inside.len + cut - 1) / cut) : 0 };

	ike_hand_pad(hand, inside, &plain);
	message.plain = bytes_of_buffer(&plain);
	ike_hand_seal(hand, &message, &out);
	out.at[out.len - 1] ^= forged;
	ike_server_write(s, bytes_of_buffer(&out));
	buffer_free(&plain), buffer_free(&out);
}

static inline void
ike_server_fragments(struct ike_server *s, const struct ike_server_part *part, size_t cut)
{
	unsigned count = (unsigned)((part->inside.len + cut - 1) / cut);

	for (unsigned i = 1; i <= count; i++) {
		unsigned number = s->script->lie == LIE_BACKWARDS ? count + 1 - i : i;

		if (s->script->lie == LIE_ONE_MISSING && i == 2)
			continue;
		if (s->script->lie == LIE_ONE_FORGED && i == 2)
			ike_server_seal(s, &s->hand, part, cut, number, true);
		ike_server_seal(s, &s->hand, part, cut, number, false);
		if (s->script->lie == LIE_TWICE)
			ike_server_seal(s, &s->hand, part, cut, number, false);
		/* The last of a coarser cut, that was sent before and was on its way for long. */
		if (s->script->lie == LIE_LATE)
			ike_server_seal(s, &s->hand, part, 2 * cut, (count + 1) / 2, false);
	}
}

static inline void
ike_server_send(struct ike_server *s, const struct ike_server_part *part)
{
	size_t cut = part->inside.len > 0 ? s->script->cut : 0;
	unsigned others = s->script->lie == LIE_FLOOD ? 20000 : s->script->lie == LIE_OTHER_KEYS;

	if (s->script->lie == LIE_PLAIN_FIRST)
		ike_server_notify(s, part->exchange, part->message, IKE_AUTHENTICATION_FAILED,
		    bytes_of(NULL, 0), s->hand.spi_i);
	if (s->script->lie == LIE_INIT_AGAIN)
		ike_server_write(s, bytes_of_buffer(&s->answer));
	for (unsigned i = 0; i < others; i++)
		ike_server_seal(s, &s->other, part, 0, 0, false);
	if (others > 0)
		return;
	if (cut > 0 && s->script->lie == LIE_CUT_ANEW)
		ike_server_seal(s, &s->hand, part, 2 * cut, 1, false);
	if (cut > 0)
		ike_server_fragments(s, part, cut);
	else
		ike_server_seal(s, &s->hand, part, 0, 0, false);
	if (s->script->lie == LIE_NO_END)	/* the first answer twice is no answer to the second */
		ike_server_seal(s, &s->hand, part, 0, 0, false);
	if (s->script->lie == LIE_INIT_AGAIN)
		ike_server_write(s, bytes_of_buffer(&s->answer));
}

struct ike_server_inside { struct buffer out; uint8_t first; size_t last; };

/* A payload of a number in front, in so many octets, and what follows it. */
static inline void
ike_server_add(struct ike_server_inside *in, uint8_t type, uint64_t lead, unsigned octets,
    struct bytes body)
{
	size_t from;

	if (in->first == PAYLOAD_NONE)
		in->first = type;
	else
		in->out.at[in->last] = type;
	in->last = in->out.len;
	ike_payload_begin(&in->out, PAYLOAD_NONE, &from);
	buffer_put_be(&in->out, lead, octets);
	buffer_put(&in->out, body.at, body.len);
	ike_length_fill(&in->out, from + 2, from, 2);
}

static inline void
ike_server_certificate(struct ike_server_inside *in, const struct tls_pair *pair)
{
	unsigned char *der = NULL;
	int len = i2d_X509(pair->certificate, &der);

	ike_server_add(in, PAYLOAD_CERT, 4, 1, bytes_of(der, (size_t)len));
	OPENSSL_free(der);
}

/* What it says of itself, signed over this exchange, or over the one before. */
static inline void
ike_server_sign(struct ike_server *s, struct ike_server_inside *in)
{
	const struct ike_script *script = s->script;
	struct buffer identity = { 0 }, octets = { 0 }, auth = { 0 };
	uint8_t method = IKE_AUTH_SHARED_KEY;
	struct why why;

	ike_identity_write(script->id_type, script->id, &identity);
	ike_signed_put(s->keys, true, bytes_of_buffer(&s->answer), s->nonce_i,
	    bytes_of_buffer(&identity), &octets);
	if (script->lie == LIE_SHARED_KEY)
		buffer_put_text(&auth, "a code by a secret of both ends");
	else if (ike_signature_make(script->signs != NULL ? script->signs : script->own->key,
	    script->announces, bytes_of_buffer(&octets), &method, &auth, &why) != ERR_OK)
		abort();
	if (script->lie == LIE_AUTH_AGAIN && s->auth.len > 0)
		buffer_reset(&auth), buffer_put(&auth, s->auth.at, s->auth.len);
	buffer_reset(&s->auth), buffer_put(&s->auth, auth.at, auth.len);
	ike_server_add(in, PAYLOAD_AUTH, (uint64_t)method << 24, 4, bytes_of_buffer(&auth));
	if (script->lie == LIE_TWO_AUTHS)
		ike_server_add(in, PAYLOAD_AUTH, (uint64_t)method << 24, 4, bytes_of_buffer(&auth));
	buffer_free(&identity), buffer_free(&octets), buffer_free(&auth);
}

/* The initiator's signature, where one is wanted. */
static inline bool
ike_server_takes(struct ike_server *s, uint8_t first, struct bytes inside)
{
	struct ike_walk walk = ike_walk_of(first, inside);
	struct ike_signature signature;
	struct ike_payload payload;
	struct ike_auth_said said;
	struct buffer octets = { 0 };
	struct why why;
	bool good;

	if (ike_auth_read(first, inside, &said, &why) != ERR_OK ||
	    !ike_payload_next(&walk, &payload, &why) || payload.type != PAYLOAD_ID_I ||
	    said.has_id != s->script->asked)
		return false;
	/* For EAP a CHILD SA must be wanted, and no AUTH says that it is EAP. */
	if (s->script->client == NULL)
		return !said.has_auth && said.has_sa;
	ike_signed_put(s->keys, false, bytes_of_buffer(&s->request), bytes_of(s->nonce_r, 32),
	    payload.body, &octets);
	good = said.has_auth && said.certificates > 0 && said.has_sa == !s->script->childless &&
	    (said.method == IKE_AUTH_SIGNATURE) == s->script->announces &&
	    ike_signature_verify(s->script->client, said.method, said.auth,
	    bytes_of_buffer(&octets), &signature, &why) == ERR_OK;
	buffer_free(&octets);
	return good;
}

static inline void
ike_server_auth(struct ike_server *s, uint8_t first, struct bytes asked)
{
	const struct ike_script *script = s->script;
	struct ike_server_inside in = { .first = PAYLOAD_NONE };
	struct buffer extra = { 0 };

	if (script->lie == LIE_FAILED || !ike_server_takes(s, first, asked)) {
		ike_server_add(&in, PAYLOAD_NOTIFY, IKE_AUTHENTICATION_FAILED, 4,
		    bytes_of(NULL, 0));
	} else {
		ike_server_add(&in, PAYLOAD_ID_R, (uint64_t)script->id_type << 24, 4, script->id);
		if (script->lie == LIE_GARBAGE)
			ike_server_add(&in, PAYLOAD_CERT, 4, 1, bytes_of_text("no certificate"));
		else if (script->lie != LIE_NO_CERTIFICATE && script->lie != LIE_SHARED_KEY)
			ike_server_certificate(&in, script->own);
		if (script->issuer != NULL)
			ike_server_certificate(&in, script->issuer);
		ike_server_sign(s, &in);
		if (script->client == NULL)
			ike_server_add(&in, PAYLOAD_EAP, 0, 0, script->eap.len > 0 ? script->eap :
			    bytes_of("\1\1\0\5\4", 5));
		for (size_t i = 0; i < script->extra; i++)
			buffer_put_u8(&extra, (uint8_t)i);
		if (script->extra > 0)
			ike_server_add(&in, PAYLOAD_VENDOR, 0, 0, bytes_of_buffer(&extra));
	}
	ike_server_send(s, &(struct ike_server_part){ IKE_AUTH, in.first, 1,
	    bytes_of_buffer(&in.out) });
	buffer_free(&in.out), buffer_free(&extra);
}

static inline void
ike_server_end(struct ike_server *s, uint8_t exchange, uint8_t first, struct bytes asked)
{
	static const uint8_t failure[] = { 0, 0, 0, 8, 4, 2, 0, 4 };
	bool eap = s->script->client == NULL;

	/* Nak of the one, Delete of the other; and nothing else. */
	if (exchange != (eap ? IKE_AUTH : IKE_INFORMATIONAL) || first != (eap ? PAYLOAD_EAP :
	    PAYLOAD_DELETE) || asked.len < 8 || s->script->lie == LIE_NO_END)
		return;
	ike_server_send(s, &(struct ike_server_part){ exchange, eap ? PAYLOAD_EAP : PAYLOAD_NONE, 2,
	    eap ? bytes_of(failure, 8) : bytes_of(NULL, 0) });
}

static inline void
ike_server_serve(struct ike_server *s, struct bytes message)
{
	struct buffer inside = { 0 };
	struct ike_sealed sealed;

	if (s->script->marker)
		message = bytes_slice(message, 4, message.len);
	if (ike_sealed_read(message, &sealed, NULL) != ERR_OK)
		ike_server_init(s, message);
	else if (s->script->lie == LIE_LEAVES)
		_exit(0);
	else if (s->keys != NULL && ike_open(s->keys, &sealed, &inside, NULL) == ERR_OK)
		(sealed.message == 1 ? ike_server_auth(s, sealed.first, bytes_of_buffer(&inside)) :
		    ike_server_end(s, sealed.exchange, sealed.first, bytes_of_buffer(&inside)));
	buffer_free(&inside);
}

/* A child that answers until it is ended. */
static inline pid_t
ike_server_start(uint16_t port, const struct ike_script *script)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct ike_server server = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
		.script = script, .hand.spi_r = 0x1122334455667788 };
	static uint8_t octets[1 << 16];
	pid_t pid;

	if (bind(server.fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		abort();
	pid = fork();
	if (pid != 0) {
		close(server.fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		socklen_t len = sizeof(server.peer);
		ssize_t got = recvfrom(server.fd, octets, sizeof(octets), 0,
		    (struct sockaddr *)&server.peer, &len);

		if (got > 0)
			ike_server_serve(&server, bytes_of(octets, (size_t)got));
	}
}

#endif
