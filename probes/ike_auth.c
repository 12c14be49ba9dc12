/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "ike-auth": the key an IKEv2 responder signs with, seen in IKE_AUTH (RFC 7296 1.2, 2.16).
 * Without a credential EAP is asked for, as a UE does of an N3IWF or ePDG: the responder then shows
 * its certificate and signs first, and the round ends there, with nobody let in.  With one, we
 * authenticate ourselves, an IKE SA comes into being and is deleted at once.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/hash.h"
#include "monitor/base/i18n.h"
#include "probes/ike_auth_look.h"
#include "probes/ike_keys.h"
#include "probes/ike_opening.h"
#include "probes/ike_signature.h"
#include "probes/tls_options.h"

enum { PORT = 500, SENDS_MAX = 6, ENDS_MAX = 2, INSIDE_MAX = 16 << 10, MESSAGE_AUTH = 1,
	MESSAGE_END = 2 };

enum phase { PHASE_INIT, PHASE_AUTH, PHASE_END };

struct ike_auth_kept { uint16_t method; struct ike_own own; };

struct ike_auth {
	struct ike_opening  opening;
	struct ike_keys    *keys;
	enum phase          phase;
	uint8_t             end;		/* exchange by which it ends */
	uint64_t            spi_r;
	struct buffer       answered;		/* the answer to IKE_SA_INIT, which is signed */
	struct bytes        nonce_r;		/* view into it */
	bool                hashes;		/* the responder said which it takes (RFC 7427) */
	bool                childless;		/* RFC 6023 */
	struct buffer       fragment[IKE_FRAGMENTS_MAX];	/* opened, by number */
	uint16_t            fragments, came;
	uint8_t             first;		/* type of the first payload of fragment 1 */
	struct tls_finding  finding;
	char                unseen[WHY_TEXT_MAX];	/* why no key could be seen, or "" */
};

#define COMMON { IKE_PRF, 7, 0 }, { IKE_PRF, 6, 0 }, { IKE_PRF, 5, 0 }, { IKE_KE, 31, 0 }, \
	{ IKE_KE, 19, 0 }, { IKE_KE, 20, 0 }, { IKE_KE, 21, 0 }, { IKE_KE, 32, 0 }, \
	{ IKE_KE, 15, 0 }, { IKE_KE, 16, 0 }, { IKE_KE, 14, 0 }

/* What of RFC 8247 we can do ourselves. */
static const struct ike_transform aead[] = { { IKE_ENCR, 20, 256 }, { IKE_ENCR, 20, 128 },
    { IKE_ENCR, 28, 0 }, COMMON };
static const struct ike_transform cbc[] = { { IKE_ENCR, 12, 256 }, { IKE_ENCR, 12, 192 },
    { IKE_ENCR, 12, 128 }, { IKE_INTEG, 14, 0 }, { IKE_INTEG, 13, 0 }, { IKE_INTEG, 12, 0 },
    COMMON };
#define OFFER(array) { array, sizeof(array) / sizeof((array)[0]) }
static const struct ike_offer offers[] = { OFFER(aead), OFFER(cbc) };

static struct bytes
nonce_of(const struct ike_auth *probe)
{
	return bytes_of(probe->opening.talk.nonce, sizeof(probe->opening.talk.nonce));
}

static struct ike_own *
own_of(struct round *round)
{
	return &((struct ike_auth_kept *)round_kept(round))->own;
}

/* --- IKE_SA_INIT --------------------------------------------------------------------------- */

static void
on_start(struct round *round, struct ike_auth *probe)
{
	const struct ike_auth_kept *kept = round_kept(round);
	struct why why = { .err = ERR_OK };

	probe->finding.text.max = DETAIL_MAX;
	probe->answered.max = IKE_MESSAGE_MAX;
	if (ike_own_prepare(round, own_of(round), &why) != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
	else
		ike_opening_begin(round, &probe->opening, offers,
		    sizeof(offers) / sizeof(offers[0]), kept->method, true);
}

static void
on_refused(struct round *round, uint16_t error)
{
	char name[48];

	ike_look_error(error, name, sizeof(name));
	fact_set_text(round_facts(round), FACT_IKE_REFUSED, bytes_of_text(name));
	if (error == IKE_NO_PROPOSAL_CHOSEN)
		round_finish(round, OUTCOME_UNKNOWN, ERR_UNSUPPORTED, "the responder chose none of "
		    "the algorithms by which we could look at its key (NO_PROPOSAL_CHOSEN); the "
		    "probe ike tells what it takes");
	else
		round_finish(round, OUTCOME_DEGRADED, ERR_REFUSED, "the responder lives and "
		    "answered IKE_SA_INIT with %s", name);
}

/* Keys of the SA; false: the round is finished. */
static bool
keys_agree(struct round *round, struct ike_auth *probe, const struct ike_said *said)
{
	struct buffer secret = { .max = AGREEMENT_SECRET_MAX };
	struct ike_settled settled = { ike_chosen(said, IKE_ENCR), ike_chosen(said, IKE_INTEG),
	    ike_chosen(said, IKE_PRF), { NULL, 0 },
	    nonce_of(probe), said->nonce, said->spi_i,
	    said->spi_r };

	if (ike_value_share(said->method, probe->opening.agreement, said->value, &secret)) {
		settled.secret = bytes_of_buffer(&secret);
		probe->keys = ike_keys_new(&settled, false);
		OPENSSL_cleanse(secret.at, secret.len);
	}
	buffer_free(&secret);
	if (probe->keys == NULL)
		round_finish(round, OUTCOME_DEGRADED, ERR_MALFORMED, "the value of its key "
		    "exchange is none of its group");
	return probe->keys != NULL;
}

/* --- IKE_AUTH ------------------------------------------------------------------------------ */

static void
sealed_send(struct round *round, struct ike_auth *probe, uint8_t exchange, uint32_t message,
    uint8_t first, const struct buffer *inside)
{
	struct buffer out = { .max = IKE_DATAGRAM_MAX };

	ike_seal(probe->keys, exchange, message, first, bytes_of_buffer(inside), &out);
	if (out.failed)
		round_finish(round, OUTCOME_UNKNOWN, ERR_LIMIT, "our certificates do not fit into "
		    "one message of %d octets", IKE_DATAGRAM_MAX);
	else
		ike_talk_send(round, &probe->opening.talk, bytes_of_buffer(&out));
	buffer_free(&out);
}

static enum err
auth_sign(struct round *round, struct ike_auth *probe, struct ike_auth_request *request,
    struct buffer *auth, struct why *why)
{
	struct buffer octets = { .max = 2 * IKE_DATAGRAM_MAX }, identity = { .max = 4096 };
	enum err err;

	ike_identity_write(request->id_type, request->id, &identity);
	ike_signed_put(probe->keys, false, bytes_of_buffer(&probe->opening.asked), probe->nonce_r,
	    bytes_of_buffer(&identity), &octets);
	err = ike_signature_make(own_of(round)->key, probe->hashes, bytes_of_buffer(&octets),
	    &request->method, auth, why);
	request->auth = bytes_of_buffer(auth);
	buffer_free(&octets), buffer_free(&identity);
	return err;
}

static void
auth_send(struct round *round, struct ike_auth *probe)
{
	const struct ike_own *own = own_of(round);
	const char *identity = round_option(round, "identity"), *peer = round_option(round, "peer");
	struct buffer inside = { .max = INSIDE_MAX }, auth = { .max = 4096 };
	uint8_t id[IKE_IDENTITY_MAX], other[IKE_IDENTITY_MAX], first;
	struct bytes certificate[IKE_OWN_CHAIN_MAX];
	struct ike_auth_request request = { .certificate = certificate,
		.certificates = own->certificates,
		.authorities = bytes_of_buffer(&own->authorities),
		.child = own->key == NULL || !probe->childless };
	struct why why = { .err = ERR_OK };
	size_t len;

	for (size_t i = 0; i < own->certificates; i++)
		certificate[i] = bytes_of_buffer(&own->certificate[i]);
	if (identity[0] != '\0' || own->key == NULL) {
		request.id_type = ike_identity_of(identity[0] != '\0' ? identity : "sekimori", id,
		    &len);
		request.id = bytes_of(id, len);
	} else {
		request.id_type = IKE_ID_DN;
		request.id = bytes_of_buffer(&own->subject);
	}
	if (peer[0] != '\0' && strchr(peer, '=') == NULL) {
		request.peer_type = ike_identity_of(peer, other, &len);
		request.peer = bytes_of(other, len);
	}
	do
		random_fill((uint8_t *)&request.spi, sizeof(request.spi));
	while (request.spi == 0);
	if (own->key != NULL && auth_sign(round, probe, &request, &auth, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
	} else {
		first = ike_auth_write(&request, &inside);
		probe->phase = PHASE_AUTH;
		sealed_send(round, probe, IKE_AUTH, MESSAGE_AUTH, first, &inside);
	}
	buffer_free(&inside), buffer_free(&auth);
}

static bool
announces(const struct ike_said *said, uint16_t status)
{
	for (size_t i = 0; i < said->statuses; i++)
		if (said->status[i] == status)
			return true;
	return false;
}

static void
on_choice(struct round *round, struct ike_auth *probe, struct bytes message)
{
	struct why why = { .err = ERR_OK };
	struct ike_said said;

	/* Kept, and read again there: what it says is signed, and is looked at later. */
	buffer_reset(&probe->answered);
	buffer_put(&probe->answered, message.at, message.len);
	if (ike_read(bytes_of_buffer(&probe->answered), &said, &why) != ERR_OK ||
	    ike_choice_check(&said, &probe->opening.request, &why) != ERR_OK) {
		round_finish(round, OUTCOME_DEGRADED, why.err, "%s", why.text);
		return;
	}
	ike_look_choice(round, &said);
	probe->nonce_r = said.nonce;
	probe->spi_r = said.spi_r;
	probe->hashes = said.hashes > 0;
	probe->childless = announces(&said, IKE_CHILDLESS_IKEV2_SUPPORTED);
	if (keys_agree(round, probe, &said))
		auth_send(round, probe);
}

/* --- what it answers ----------------------------------------------------------------------- */

/* What is wrong is said, even if not all could be seen. */
static void
finish_seen(struct round *round, struct ike_auth *probe)
{
	if (probe->unseen[0] != '\0' && probe->finding.err == ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, ERR_UNSUPPORTED, "the responder's key was not "
		    "seen: %s", probe->unseen);
	else
		round_finish(round, probe->finding.err == ERR_OK ? OUTCOME_UP :
		    OUTCOME_DEGRADED, probe->finding.err, "%s", buffer_text(&probe->finding.text));
}

/* Nothing of ours stays: an IKE SA is deleted, EAP that has begun is refused. */
static void
end_send(struct round *round, struct ike_auth *probe, const struct ike_auth_said *said)
{
	struct buffer inside = { .max = 64 };
	uint8_t first = said->has_eap ? ike_eap_refuse(said->eap, &inside) :
	    ike_delete_write(&inside);

	probe->phase = PHASE_END;
	probe->end = said->has_eap ? IKE_AUTH : IKE_INFORMATIONAL;
	probe->fragments = probe->came = 0;
	if (inside.len > 0)
		sealed_send(round, probe, probe->end, MESSAGE_END, first, &inside);
	else
		finish_seen(round, probe);
	buffer_free(&inside);
}

static void
on_unseen(struct round *round, const struct ike_auth_said *said)
{
	bool own = own_of(round)->key != NULL;
	char name[48] = "no AUTH payload";

	if (said->error != 0) {
		ike_look_error(said->error, name, sizeof(name));
		fact_set_text(round_facts(round), FACT_IKE_REFUSED, bytes_of_text(name));
	}
	if (own)
		round_finish(round, OUTCOME_DEGRADED, ERR_REFUSED, "the responder did not take our "
		    "certificate or identity (%s): its key was not seen", name);
	else
		round_finish(round, OUTCOME_UNKNOWN, ERR_DENIED, "the responder shows its key only "
		    "to who authenticates itself (%s): give client_certificate and client_key, or "
		    "an identity it lets begin with EAP", name);
}

static void
on_auth(struct round *round, struct ike_auth *probe, const struct ike_auth_said *said)
{
	struct buffer octets = { .max = 2 * IKE_MESSAGE_MAX };
	const char *eap = ike_eap_name(said->eap);
	struct why why = { .err = ERR_OK };
	bool seen;

	if (!said->has_auth || !said->has_id) {
		on_unseen(round, said);
		return;
	}
	if (said->has_eap)
		fact_set_text(round_facts(round), FACT_IKE_AUTH_EAP, bytes_of_text(eap != NULL ?
		    eap : "another"));
	ike_signed_put(probe->keys, true, bytes_of_buffer(&probe->answered),
	    nonce_of(probe), said->id_whole, &octets);
	seen = ike_auth_look(round, own_of(round), said, bytes_of_buffer(&octets),
	    round_option(round, "peer"), &probe->finding, &why);
	buffer_free(&octets);
	if (!seen)
		snprintf(probe->unseen, sizeof(probe->unseen), "%s", why.text);
	end_send(round, probe, said);
}

static void
on_inside(struct round *round, struct ike_auth *probe, uint8_t first, struct bytes inside)
{
	struct ike_auth_said said;
	struct why why = { .err = ERR_OK };
	enum err err = ike_auth_read(first, inside, &said, &why);

	if (probe->phase == PHASE_END) {
		fact_set_flag(round_facts(round), FACT_IKE_AUTH_ENDED, true);
		finish_seen(round, probe);
	} else if (err != ERR_OK) {
		round_finish(round, OUTCOME_DEGRADED, err, "%s", why.text);
	} else {
		on_auth(round, probe, &said);
	}
}

/* Each fragment is authentic by itself; all of them together are one message (RFC 7383 2.6). */
static void
on_fragment(struct round *round, struct ike_auth *probe, const struct ike_sealed *sealed,
    const struct buffer *part)
{
	struct buffer whole = { .max = IKE_MESSAGE_MAX };
	struct buffer *kept = &probe->fragment[sealed->fragment - 1];

	if (part->len == 0 || sealed->fragments < probe->fragments)	/* late, of a coarser cut */
		return;
	if (probe->fragments != sealed->fragments) {	/* cut anew: what came before is void */
		for (size_t i = 0; i < IKE_FRAGMENTS_MAX; i++)
			buffer_reset(&probe->fragment[i]);
		probe->fragments = sealed->fragments;
		probe->came = 0;
	}
	if (kept->len > 0)
		return;
	buffer_put(kept, part->at, part->len);
	if (sealed->fragment == 1)
		probe->first = sealed->first;
	if (++probe->came < probe->fragments)
		return;
	for (size_t i = 0; i < probe->fragments; i++)
		buffer_put(&whole, probe->fragment[i].at, probe->fragment[i].len);
	if (whole.failed)
		round_finish(round, OUTCOME_DEGRADED, ERR_LIMIT, "the answer has more than %d "
		    "octets in its fragments", IKE_MESSAGE_MAX);
	else
		on_inside(round, probe, probe->first, bytes_of_buffer(&whole));
	buffer_free(&whole);
}

/* What was not made with our keys may be anybody's: it waits for what was. */
static void
on_sealed(struct round *round, struct ike_auth *probe, struct bytes message)
{
	struct buffer part = { .max = IKE_MESSAGE_MAX };
	struct ike_sealed sealed;
	uint8_t due = probe->phase == PHASE_AUTH ? IKE_AUTH : probe->end;
	uint32_t number = probe->phase == PHASE_AUTH ? MESSAGE_AUTH : MESSAGE_END;

	if (ike_sealed_read(message, &sealed, NULL) != ERR_OK ||
	    sealed.spi_i != probe->opening.talk.spi || sealed.spi_r != probe->spi_r ||
	    sealed.exchange != due || sealed.message != number ||
	    (sealed.flags & (IKE_FLAG_RESPONSE | IKE_FLAG_INITIATOR)) != IKE_FLAG_RESPONSE ||
	    ike_open(probe->keys, &sealed, &part, NULL) != ERR_OK)
		probe->opening.talk.ignored++;
	else if (sealed.fragments > 0)
		on_fragment(round, probe, &sealed, &part);
	else
		on_inside(round, probe, sealed.first, bytes_of_buffer(&part));
	buffer_free(&part);
}

static void
on_init(struct round *round, struct ike_auth *probe, struct bytes datagram)
{
	struct ike_auth_kept *kept = round_kept(round);
	struct ike_said said;

	if (!ike_opening_data(round, &probe->opening, datagram, &said, &kept->method))
		return;
	if (said.error != 0 && !said.has_sa)
		on_refused(round, said.error);
	else
		on_choice(round, probe, ike_talk_taken(&probe->opening.talk, datagram));
}

static void
finish_silent(struct round *round, struct ike_auth *probe)
{
	if (probe->phase == PHASE_INIT) {
		ike_opening_silent(round, &probe->opening);
	} else if (probe->phase == PHASE_END) {
		fact_set_flag(round_facts(round), FACT_IKE_AUTH_ENDED, false);
		finish_seen(round, probe);
	} else {
		round_finish(round, OUTCOME_UNKNOWN, ERR_TIMEOUT, "the responder took IKE_SA_INIT "
		    "and said nothing to IKE_AUTH that was made with the agreed keys before the "
		    "deadline");
	}
}

static void
ike_auth_on(struct round *round, const struct event *event)
{
	struct ike_auth *probe = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, probe);
		break;
	case EVENT_DATA:
		if (probe->phase == PHASE_INIT)
			on_init(round, probe, event->data);
		else
			on_sealed(round, probe, ike_talk_taken(&probe->opening.talk,
			    event->data));
		break;
	case EVENT_TIMER:
		/* An end that is not confirmed is no reason to wait for the deadline. */
		if (!ike_talk_again(round, &probe->opening.talk, probe->phase ==
		    PHASE_END ? ENDS_MAX : SENDS_MAX) && probe->phase == PHASE_END)
			finish_silent(round, probe);
		break;
	case EVENT_CLOSED:
		if (probe->phase == PHASE_INIT)
			round_finish(round, OUTCOME_DOWN, event->err, "%s", event->text);
		else if (probe->phase == PHASE_AUTH)
			round_finish(round, OUTCOME_UNKNOWN, event->err, "the responder took "
			    "IKE_SA_INIT, and then: %s", event->text);
		else
			finish_silent(round, probe);
		break;
	case EVENT_DEADLINE:
		finish_silent(round, probe);
		break;
	default:
		break;
	}
}

static void
ike_auth_end(struct round *round)
{
	struct ike_auth *probe = round_scratch(round);

	ike_opening_free(&probe->opening);
	ike_keys_free(probe->keys);
	for (size_t i = 0; i < IKE_FRAGMENTS_MAX; i++)
		buffer_free(&probe->fragment[i]);
	buffer_free(&probe->answered), buffer_free(&probe->finding.text);
}

static void
ike_auth_kept_end(void *at, void *shared)
{
	struct ike_auth_kept *kept = at;

	(void)shared;
	ike_own_free(&kept->own);
}

static const struct option_row ike_auth_options[] = {
	IKE_OPTIONS,
	{ .name = "identity", .type = OPTION_TEXT, .minimum = 1, .maximum = 255,
	  .help = N_("name it gives itself: an address, a mail address, else a host name; default: "
	    "the subject of client_certificate, without one \"sekimori\"") },
	{ .name = "peer", .type = OPTION_TEXT, .minimum = 1, .maximum = 255,
	  .help = N_("identity that must answer, as ike.auth.id has it; without it any that the "
	    "certificate names") },
	{ .name = "trust", .type = OPTION_FILE, .minimum = 1, .maximum = 4095,
	  .help = N_("PEM file of the roots the chain must lead to; "
	    "without it nothing is trusted") },
	{ .name = "client_certificate", .type = OPTION_FILE, .minimum = 1, .maximum = 4095,
	  .help = N_("PEM chain by which it authenticates itself, own certificate first; without "
	    "it EAP is asked for") },
	{ .name = "client_key", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095,
	  .help = N_("PEM key that fits client_certificate, without a pass phrase") },
	{ .name = NULL }
};

const struct probe_ops probe_ike_auth = {
	.name        = "ike-auth",
	.title       = N_("key of an IKEv2 responder, seen in IKE_AUTH"),
	.port        = PORT,
	.options     = ike_auth_options,
	.fault       = tls_options_fault,
	.file_check  = tls_options_file,
	.scratch_len = sizeof(struct ike_auth),
	.on          = ike_auth_on,
	.end         = ike_auth_end,
	.kept_len    = sizeof(struct ike_auth_kept),
	.kept_end    = ike_auth_kept_end
};
