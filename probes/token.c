/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "token": the attributes of a key behind a PKCS#11 module, and a signature by it over our
 * fresh nonce.  The module is somebody else's code, so each round is a process of its own; what it
 * says proves nothing until the signature verified (attest/possession.h), and then no more than
 * possession.  A PIN that was refused is not tried again: tokens lock themselves.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attest/possession.h"
#include "monitor/base/i18n.h"
#include "probes/helper.h"
#include "probes/probe.h"
#include "probes/token_audit.h"
#include "probes/token_login.h"
#include "probes/token_verdict.h"

enum {
	PIN_MAX      = 255,		/* octets */
	ID_MAX       = 64,		/* octets of a CKA_ID */
	LOGIN_WAIT_NS = 20000000,	/* until another round's login is looked at again */
	END_WAIT_NS  = 5000000		/* until the end of the process is looked at again */
};

_Static_assert((int)TOKEN_REQUEST_FD == (int)HELPER_REQUEST_FD &&
    (int)TOKEN_ANSWER_FD == (int)HELPER_ANSWER_FD, "who starts it and it use the same descriptors");

enum phase { PHASE_LOGIN, PHASE_ANSWER, PHASE_END };

struct token_shared {
	struct helper_program program;	/* opened before the sandbox */
	struct token_logins logins;
	struct helper_graves graves;
};

struct token {
	enum phase           phase;
	struct helper  helper;
	uint8_t              nonce[POSSESSION_NONCE];
	struct hash          login;	/* which PIN for which token */
	bool                 holds;	/* this round is the one that logs in with it */
	enum err             read;	/* of the last helper_read() */
};

/* The proof that was recorded last; the same facts are not proven on record every round. */
struct token_kept {
	struct buffer evidence;
	struct hash   facts;
	int64_t       at_ns;
};

/* Text files end with a line feed, PINs do not. */
static struct bytes
pin_of(const struct round *round)
{
	struct bytes pin = round_file(round, "pin");

	if (pin.len > 0 && pin.at[pin.len - 1] == '\n')
		pin.len--;
	if (pin.len > 0 && pin.at[pin.len - 1] == '\r')
		pin.len--;
	return pin;
}

static struct hash
login_of(const struct round *round)
{
	struct buffer text = { .max = 0 };
	struct bytes pin = pin_of(round);
	struct hash login;

	cbor_put_cstr(&text, round_option(round, "module"));
	cbor_put_cstr(&text, round_option(round, "token"));
	cbor_put_cstr(&text, round_option(round, "serial"));
	cbor_put_bytes(&text, pin);
	login = hash_of(bytes_of_buffer(&text));
	explicit_bzero(text.at, text.cap);
	buffer_free(&text);
	return login;
}

static const char *
options_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	const char *id = option(of, "key_id");
	uint8_t octets[ID_MAX];

	if (option(of, "module")[0] != '/')
		return "module must be an absolute path";
	if (option(of, "token")[0] == '\0' && option(of, "serial")[0] == '\0')
		return "neither token nor serial says which token is meant";
	if (id[0] == '\0' && option(of, "key")[0] == '\0')
		return "neither key nor key_id says which key is meant";
	if (strlen(id) / 2 > ID_MAX || strlen(id) % 2 != 0 ||
	    hex_read(id, octets, strlen(id) / 2) != ERR_OK)
		return "key_id must be octets in hex, two digits each";
	return token_audit_uses_fault(option(of, "used"));
}

static const char *
option_of(const void *round, const char *name)
{
	return round_option(round, name);
}

/* False with the round finished: the options do not go together. */
static bool
options_check(struct round *round, uint8_t id[ID_MAX], size_t *id_len)
{
	const char *wrong = options_fault(option_of, round);

	if (wrong == NULL && pin_of(round).len > PIN_MAX)
		wrong = "the PIN is longer than any token takes";
	*id_len = strlen(round_option(round, "key_id")) / 2;
	if (wrong == NULL && hex_read(round_option(round, "key_id"), id, *id_len) == ERR_OK)
		return true;
	round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID, "%s", wrong != NULL ? wrong : "");
	return false;
}

static void
signer_start(struct round *round, struct token *token, bool proven)
{
	struct token_shared *shared = round_shared(round);
	struct buffer request = { .max = 2 * TOKEN_REQUEST_MAX };
	struct why why = { .err = ERR_OK };
	uint8_t id[ID_MAX];
	size_t id_len;
	enum err err;

	if (!options_check(round, id, &id_len))
		return;
	random_fill(token->nonce, sizeof(token->nonce));
	token_request_write(&request, &(struct token_request){
	    .module = bytes_of_text(round_option(round, "module")),
	    .token = bytes_of_text(round_option(round, "token")),
	    .serial = bytes_of_text(round_option(round, "serial")),
	    .key = bytes_of_text(round_option(round, "key")), .key_id = bytes_of(id, id_len),
	    .pin = pin_of(round), .nonce = bytes_of(token->nonce, sizeof(token->nonce)),
	    .paths = bytes_of_text(round_option(round, "paths")),
	    .environment = bytes_of_text(round_option(round, "environment")),
	    .network = strcmp(round_option(round, "network"), "true") == 0, .proven = proven,
	    .audit = strcmp(round_option(round, "audit"), "true") == 0 });
	err = helper_start(&token->helper, &shared->program, bytes_of_buffer(&request), &why);
	if (request.cap > 0)
		explicit_bzero(request.at, request.cap);
	buffer_free(&request);
	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	token->phase = PHASE_ANSWER;
	round_watch(round, token->helper.answer);
}

/* One round at a time gives a PIN to a token: if it is wrong, it was wrong once. */
static void
login_begin(struct round *round, struct token *token)
{
	struct token_shared *shared = round_shared(round);
	enum login_state state;

	if (pin_of(round).len == 0) {
		signer_start(round, token, false);
		return;
	}
	state = token_login_ask(&shared->logins, token->login);
	token->holds = state == LOGIN_OPEN || state == LOGIN_PROVEN;
	if (token->holds)
		signer_start(round, token, state == LOGIN_PROVEN);
	else if (state == LOGIN_BUSY)
		round_wait(round, LOGIN_WAIT_NS);
	else if (state == LOGIN_REFUSED)
		round_finish(round, OUTCOME_UNKNOWN, ERR_DENIED, "the token refused this PIN, and "
		    "more tries could lock it: it is not tried again until the options or the PIN "
		    "file change");
	else
		round_finish(round, OUTCOME_UNKNOWN, ERR_LIMIT, "more than %d different PINs in "
		    "one worker", TOKEN_LOGINS_MAX);
}

static void
login_settle(struct round *round, struct token *token, enum login_state learnt)
{
	struct token_shared *shared = round_shared(round);

	if (token->holds)
		token_login_settle(&shared->logins, token->login, learnt);
	token->holds = false;
}

/* What an answer so far says about the PIN; a process that died in C_Login says nothing. */
static void
login_learn(struct round *round, struct token *token)
{
	struct token_answer answer;
	struct bytes octets = bytes_of_buffer(&token->helper.octets);

	if (!token->holds || token_answer_read(octets, &answer) != ERR_OK)
		return;
	if (answer.whole && answer.result == TOKEN_PIN_WRONG)
		login_settle(round, token, LOGIN_REFUSED);
	else if (answer.stage >= TOKEN_STAGE_OBJECTS)
		login_settle(round, token, LOGIN_PROVEN);
}

static bool
proof_fresh(const struct round *round, const struct token_kept *kept, struct hash facts)
{
	int64_t ms = 0;

	if (duration_read(round_option(round, "evidence_interval"), &ms, NULL) != ERR_OK)
		ms = 0;
	return kept->evidence.len > 0 && hash_equal(kept->facts, facts) &&
	    round_now_ns(round) - kept->at_ns < ms * 1000000;
}

/*
 * Evidence with another nonce each round would be a change each round.  While the facts stay, the
 * proof on record is named again until it is evidence_interval old; every round verified its own.
 */
static void
evidence_take(struct round *round, struct bytes evidence)
{
	struct token_kept *kept = round_kept(round);
	struct buffer steady = { .max = 0 };
	struct hash facts;

	fact_set_write(round_facts(round), FACTS_STEADY, &steady);
	facts = hash_of(bytes_of_buffer(&steady));
	buffer_free(&steady);
	if (!proof_fresh(round, kept, facts)) {
		buffer_reset(&kept->evidence);
		buffer_put(&kept->evidence, evidence.at, evidence.len);
		kept->facts = facts;
		kept->at_ns = round_now_ns(round);
	}
	round_evidence(round, bytes_of_buffer(&kept->evidence));
}

static void
proof_forget(struct round *round)
{
	struct token_kept *kept = round_kept(round);

	buffer_reset(&kept->evidence);
}

/* False with the round finished: an audit was asked for and there is none. */
static bool
audit_take(struct round *round, struct bytes listing)
{
	const char *id = round_option(round, "key_id");
	struct buffer uses = { .max = 0 };
	struct why why = { .err = ERR_OK };
	enum err err;

	if (strcmp(round_option(round, "audit"), "true") != 0)
		return true;
	/* The use of the key that signs is known: this target names it. */
	buffer_print(&uses, "%s,%s%s", round_option(round, "used"), id[0] != '\0' ? "id=" :
	    "label=", id[0] != '\0' ? id : round_option(round, "key"));
	err = token_audit_facts(round_facts(round), listing, buffer_text(&uses), &why);
	buffer_free(&uses);
	if (err != ERR_OK) {
		proof_forget(round);
		round_finish(round, OUTCOME_DEGRADED, why.err, "%s", why.text);
		return false;
	}
	round_evidence(round, listing);
	return true;
}

static void
signed_finish(struct round *round, const struct token *token, const struct token_answer *answer)
{
	struct bytes octets = answer->evidence;
	struct possession_input evidence = { .octets = octets,
	    .nonce = bytes_of(token->nonce, sizeof(token->nonce)),
	    .at_s = round_wall_ms(round) / 1000 };
	struct claims *claims = memory_new(1, sizeof(*claims));
	struct why why = { .err = ERR_OK };
	enum err err = possession_verify(&evidence, claims, &why);

	if (err == ERR_OK)
		token_verdict_claims(round_facts(round), claims);
	else if (err == ERR_UNTRUSTED || err == ERR_MISMATCH)
		fact_set_flag(round_facts(round), FACT_KEY_SIGNED, false);
	free(claims);
	if (err == ERR_OK && !audit_take(round, answer->listing))
		return;
	if (err == ERR_OK || err == ERR_UNTRUSTED || err == ERR_MISMATCH)
		evidence_take(round, octets);
	else
		proof_forget(round);
	if (err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, OUTCOME_DEGRADED, err, "%s", why.text);
}

/* The process has ended and everything it said is here. */
static void
ended_finish(struct round *round, struct token *token, int signal, int status)
{
	struct token_answer answer;
	enum err err = token->read == ERR_LIMIT ? ERR_LIMIT :
	    token_answer_read(bytes_of_buffer(&token->helper.octets), &answer);

	if (err == ERR_OK && answer.whole)
		round_answered(round);
	if (err == ERR_OK && answer.whole && answer.result == TOKEN_SIGNED) {
		signed_finish(round, token, &answer);
		return;
	}
	proof_forget(round);
	if (err != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, err == ERR_LIMIT ? err : ERR_MALFORMED,
		    "what came from the module's process is not an answer: %s", err_text(err));
	else if (answer.whole)
		token_verdict_finish(round, &answer);
	else
		token_verdict_died(round, answer.stage, signal, status);
}

static void
end_look(struct round *round, struct token *token)
{
	int signal, status;

	if (helper_ended(&token->helper, &signal, &status))
		ended_finish(round, token, signal, status);
	else
		round_wait(round, END_WAIT_NS);
}

static void
on_readable(struct round *round, struct token *token)
{
	token->read = helper_read(&token->helper);
	login_learn(round, token);
	if (token->read == ERR_BUSY)
		return;
	if (token->read == ERR_LIMIT)
		helper_kill(&token->helper);
	round_unwatch(round);
	token->phase = PHASE_END;
	end_look(round, token);
}

static void
on_deadline(struct round *round, struct token *token)
{
	struct token_answer answer;

	proof_forget(round);
	if (token->phase == PHASE_LOGIN) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_BUSY,
		    "other targets were still logging in with the same PIN");
		return;
	}
	if (token_answer_read(bytes_of_buffer(&token->helper.octets), &answer) != ERR_OK)
		answer.stage = TOKEN_STAGE_COUNT;
	round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT, "the module did not answer before the "
	    "deadline: it was ended %s", token_stage_text(answer.stage));
}

static void
token_on(struct round *round, const struct event *event)
{
	struct token_shared *shared = round_shared(round);
	struct token *token = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		helper_graves_turn(&shared->graves);
		token->helper.answer = -1;
		token->login = login_of(round);
		login_begin(round, token);
		break;
	case EVENT_READABLE:
		on_readable(round, token);
		break;
	case EVENT_TIMER:
		if (token->phase == PHASE_LOGIN)
			login_begin(round, token);
		else if (token->phase == PHASE_END)
			end_look(round, token);
		break;
	case EVENT_CLOSED:
		round_finish(round, OUTCOME_UNKNOWN, ERR_IO,
		    "the module's process cannot be watched: %s", event->text);
		break;
	case EVENT_DEADLINE:
		on_deadline(round, token);
		break;
	default:
		break;
	}
}

static void
token_end(struct round *round)
{
	struct token_shared *shared = round_shared(round);
	struct token *token = round_scratch(round);

	round_unwatch(round);
	login_settle(round, token, LOGIN_OPEN);
	helper_free(&token->helper, &shared->graves);
	explicit_bzero(token->nonce, sizeof(token->nonce));
}

static void
token_shared_begin(void *at)
{
	struct token_shared *shared = at;

	shared->program = helper_open("sekimori-token", TOKEN_ANSWER_MAX);
}

static void
token_shared_end(void *at)
{
	struct token_shared *shared = at;

	if (shared->program.file >= 0)
		close(shared->program.file);
	helper_graves_turn(&shared->graves);
}

static void
token_kept_end(void *at, void *shared)
{
	struct token_kept *kept = at;

	(void)shared;
	buffer_free(&kept->evidence);
}

static const struct option_row token_options[] = {
	{ .name = "module", .type = OPTION_TEXT, .required = true, .minimum = 2,
	  .maximum = PATH_TEXT_MAX - 1, .help = N_("absolute path of the PKCS#11 module") },
	{ .name = "token", .type = OPTION_TEXT, .minimum = 1, .maximum = 32,
	  .help = N_("label of the token; this or serial is needed") },
	{ .name = "serial", .type = OPTION_TEXT, .minimum = 1, .maximum = 16,
	  .help = N_("serial number of the token") },
	{ .name = "key", .type = OPTION_TEXT, .minimum = 1, .maximum = 255,
	  .help = N_("label of the private key; this or key_id is needed") },
	{ .name = "key_id", .type = OPTION_TEXT, .minimum = 2, .maximum = 2 * ID_MAX,
	  .help = N_("CKA_ID of the private key, in hex") },
	{ .name = "pin", .type = OPTION_SECRET,
	  .help = N_("file of the user PIN; a PIN that was refused is not tried again until the "
	      "options or the file change") },
	{ .name = "wire", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("names of the targets, with commas, on whose wire this key should be seen") },
	{ .name = "paths", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("files and folders the module may read and write, with commas; beyond its own "
	      "folder and the system's libraries it sees no others") },
	{ .name = "environment", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("environment of the module: NAME=VALUE, with commas; it has no other") },
	{ .name = "network", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("the module may use the network and local sockets, as those of network HSMs "
	      "must") },
	{ .name = "audit", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("every key and certificate of the token is listed, too: what can leave, can "
	      "be read, was brought in, may do too much or is used by nobody known") },
	{ .name = "used", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("with audit: keys whose use is known, id=HEX or label=TEXT, with commas; "
	      "those that targets name are added") },
	{ .name = "evidence_interval", .type = OPTION_DURATION, .minimum = 1000,
	  .maximum = 30 * INT64_C(86400000), .otherwise = "1h",
	  .help = N_("while nothing changes, a new proof is recorded so often; every round makes "
	      "and checks one") },
	{ .name = NULL }
};

const struct probe_ops probe_token = {
	.name         = "token",
	.title        = N_("key in a PKCS#11 token"),
	.local        = true,
	.options      = token_options,
	.fault        = options_fault,
	.scratch_len  = sizeof(struct token),
	.on           = token_on,
	.end          = token_end,
	.shared_len   = sizeof(struct token_shared),
	.shared_begin = token_shared_begin,
	.shared_end   = token_shared_end,
	.kept_len     = sizeof(struct token_kept),
	.kept_end     = token_kept_end
};
