/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed checkpoints: at most one per CHECKPOINT_MS, and only a minute apart while nothing but
 * time passes.  A signature is checked before it is kept.  Without a signer nothing else stops.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/log.h"
#include "monitor/daemon/ledger_role.h"
#include "monitor/daemon/signer.h"

#define MS_NS INT64_C(1000000)

void
sign_ask_keys(struct ledger_role *l)
{
	l->signer_known = l->signer_agrees = false;
	l->asked_ns = 0;
	key_ask(l, SIGNER_KEYS, bytes_of(NULL, 0));
}

void
sign_forget(struct ledger_role *l)
{
	l->signer_known = l->signer_agrees = false;
	l->asked_ns = 0;
	if (l->rotating)
		key_rotate_end(l, ERR_CLOSED,
		    "the signer ended during the rotation; what was begun is "
		    "finished or dropped when it is back");
	locate_forget(l);
}

static bool
sign_due(const struct ledger_role *l, bool now)
{
	int64_t since_ms = (clock_monotonic_ns() - l->signed_ns) / MS_NS;

	if (l->ledger == NULL || !l->signer_agrees || l->rotating || l->asked_ns != 0 ||
	    l->held_ns != 0 || ledger_size(l->ledger) == 0 ||
	    ledger_size(l->ledger) == l->signed_size)
		return false;
	return now || since_ms >= (l->sign_worth ? CHECKPOINT_MS : IDLE_SIGN_MS);
}

static void
sign_patience(struct ledger_role *l)
{
	if (l->asked_ns == 0 || clock_monotonic_ns() - l->asked_ns < SIGNER_PATIENCE_MS * MS_NS)
		return;
	log_line(LOG_LEVEL_ERROR, "the signer does not answer: there are no new checkpoints");
	link_cut(l, ROLE_SIGNER, 0, "the signer did not answer in time");
}

void
sign_turn(struct ledger_role *l, bool now)
{
	struct buffer text = { .max = NOTE_MAX };
	struct why why = { .err = ERR_OK };
	int signer = role_link_fd(l->start, ROLE_SIGNER, 0);

	sign_patience(l);
	if (signer < 0 || !sign_due(l, now))
		return;
	l->asked = (struct checkpoint){ .size = ledger_size(l->ledger) };
	snprintf(l->asked.origin, sizeof(l->asked.origin), "%s", l->verifier.name);
	l->signed_ns = clock_monotonic_ns();
	if (ledger_root(l->ledger, l->asked.size, &l->asked.root, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "no checkpoint: %s", why.text);
		return;
	}
	checkpoint_text(&text, &l->asked);
	if (link_send(signer, MESSAGE_SIGN, bytes_of_buffer(&text), -1) == ERR_OK) {
		l->asked_ns = clock_monotonic_ns();
		l->asked_sign = true;
		l->sign_worth = false;
	}
	buffer_free(&text);
}

static enum err
checkpoint_keep(struct ledger_role *l, struct bytes text, struct bytes signature, struct why *why)
{
	struct buffer note = { .max = NOTE_MAX };
	enum err err = ed25519_verify(l->verifier.key, text, signature);

	if (err != ERR_OK)
		return why_set(
		    why, err, "the signer's signature does not verify with the key in force");
	buffer_put(&note, text.at, text.len);
	buffer_put_text(&note, "\n");
	note_put_signature(&note, &l->verifier, signature);
	err = ledger_add_checkpoint(l->ledger, l->asked.size, bytes_of_buffer(&note), why);
	buffer_free(&note);
	return err;
}

static void
signature_take(struct ledger_role *l, struct bytes signature)
{
	struct peer *signer = peer_of(l, ROLE_SIGNER, 0);
	struct buffer text = { .max = NOTE_MAX };
	struct why why = { .err = ERR_OK };
	enum err err;

	if (signature.len != 64) {
		log_line(LOG_LEVEL_ERROR, "the signer refused to sign a checkpoint of %llu records",
		    (unsigned long long)l->asked.size);
		return;
	}
	checkpoint_text(&text, &l->asked);
	err = checkpoint_keep(l, bytes_of_buffer(&text), signature, &why);
	buffer_free(&text);
	if (err != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "no checkpoint was kept: %s", why.text);
		return;
	}
	l->signed_size = l->asked.size;
	if (signer != NULL && signer->seen_ms != 0)
		signer->seen_ms = recorded_now(l);
}

void
sign_answer(struct ledger_role *l, struct bytes body)
{
	if (l->asked_ns == 0 || !l->asked_sign) {
		log_line(LOG_LEVEL_WARNING, "a signature nobody asked for was passed over");
		return;
	}
	l->asked_ns = 0;
	if (l->rotating)
		key_ask(l, SIGNER_PREPARE, bytes_of(NULL, 0));
	signature_take(l, body);
	locate_turn(l);
	if (!l->stopping)
		return;
	/* This one may have been asked for before the last records came. */
	if (l->signed_size == l->asked.size)
		sign_turn(l, true);
	if (l->asked_ns == 0)
		uv_stop(&l->loop);
}
