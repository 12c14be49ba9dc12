/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outcomes of the probe "token".  Down: the token or the key is not there, or does not sign.
 * Unknown: our own side (module, PIN, options) keeps us from seeing it.
 */
#include <string.h>

#include "monitor/base/log.h"
#include "probes/token_verdict.h"

static const struct {
	enum outcome outcome;
	enum err     err;
	const char  *text;
} verdicts[TOKEN_RESULT_COUNT] = {
	[TOKEN_CONFINE]        = { OUTCOME_UNKNOWN, ERR_IO,
	    "the module's process could not be confined" },
	[TOKEN_REQUEST]        = { OUTCOME_UNKNOWN, ERR_INVALID,
	    "the module's process was not asked well" },
	[TOKEN_LOAD]           = { OUTCOME_UNKNOWN, ERR_UNSUPPORTED,
	    "the PKCS#11 module cannot be loaded" },
	[TOKEN_NONSENSE]       = { OUTCOME_DEGRADED, ERR_MALFORMED,
	    "the module's answer cannot be" },
	[TOKEN_NONE]           = { OUTCOME_DOWN, ERR_NOT_FOUND,
	    "the module has no token of that label and serial number" },
	[TOKEN_SEVERAL]        = { OUTCOME_DEGRADED, ERR_MISMATCH,
	    "more than one token has that label; name its serial number" },
	[TOKEN_PIN_MISSING]    = { OUTCOME_UNKNOWN, ERR_INVALID,
	    "the token wants a PIN and none is configured" },
	[TOKEN_PIN_WRONG]      = { OUTCOME_UNKNOWN, ERR_DENIED,
	    "the token refused the PIN; because more tries could lock it, it is not tried again "
	    "until the options or the PIN file change" },
	[TOKEN_PIN_LOCKED]     = { OUTCOME_UNKNOWN, ERR_DENIED,
	    "the token says that its PIN is locked or has one try left; the PIN was not tried" },
	[TOKEN_PIN_COUNTED]    = { OUTCOME_UNKNOWN, ERR_DENIED,
	    "the token has counted a wrong PIN, and ours has not been seen to work, so it was not "
	    "tried; log in once by hand, which clears the count" },
	[TOKEN_KEY_NONE]       = { OUTCOME_DOWN, ERR_NOT_FOUND,
	    "the token has no private key of that label and id" },
	[TOKEN_KEY_SEVERAL]    = { OUTCOME_DEGRADED, ERR_MISMATCH,
	    "the token has more than one private key of that label; name its key_id" },
	[TOKEN_PUBLIC_NONE]    = { OUTCOME_DEGRADED, ERR_NOT_FOUND,
	    "the key is there, but nothing on the token says what its public key is" },
	[TOKEN_PUBLIC_SEVERAL] = { OUTCOME_DEGRADED, ERR_MISMATCH,
	    "the token has more than one public key for this private key" },
	[TOKEN_KIND]           = { OUTCOME_UNKNOWN, ERR_UNSUPPORTED,
	    "the key is of a kind that this version does not ask to sign" }
};

static void
call_failed(struct round *round, const struct token_answer *answer, const char *text)
{
	char name[TOKEN_RV_TEXT];
	/* Before the token was found it is the module on our own machine that fails. */
	bool ours = answer->stage < TOKEN_STAGE_SESSION;

	round_finish(round, ours ? OUTCOME_UNKNOWN : OUTCOME_DOWN, ours ? ERR_IO : ERR_REFUSED,
	    "%s%s%s", text, text[0] != '\0' ? " failed: " : "a call of the module failed: ",
	    token_rv_text(answer->rv, name));
}

void
token_verdict_finish(struct round *round, const struct token_answer *answer)
{
	char text[TOKEN_TEXT_MAX + 1];

	text_escape((const char *)answer->text.at, answer->text.len, text, sizeof(text));
	if (answer->result == TOKEN_CALL) {
		call_failed(round, answer, text);
		return;
	}
	round_finish(round, verdicts[answer->result].outcome, verdicts[answer->result].err,
	    "%s%s%s", verdicts[answer->result].text, text[0] != '\0' ? ": " : "", text);
}

void
token_verdict_died(struct round *round, enum token_stage stage, int signal, int status)
{
	if (signal != 0)
		round_finish(round, OUTCOME_UNKNOWN, ERR_IO, "the module's process was ended by "
		    "signal %d (%s) %s", signal, strsignal(signal), token_stage_text(stage));
	else
		round_finish(round, OUTCOME_UNKNOWN, ERR_IO, "the module ended its process with "
		    "status %d %s", status, token_stage_text(stage));
}

void
token_verdict_claims(struct fact_set *facts, const struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++) {
		const struct fact_row *row = fact_row_by_name(claims->claim[i].name);
		struct bytes value = claims->claim[i].value;
		struct hash hash;

		if (row == NULL)
			continue;
		if (row->type == FACT_TYPE_flag && value.len == 1)
			fact_set_flag(facts, row->fact, value.at[0] != 0);
		if (row->type == FACT_TYPE_text)
			fact_set_text(facts, row->fact, value);
		if (row->type == FACT_TYPE_hash && value.len == HASH_LEN) {
			memcpy(hash.at, value.at, HASH_LEN);
			fact_set_hash(facts, row->fact, hash);
		}
	}
}
