/* SPDX-License-Identifier: Apache-2.0 */
/* What packs can ask of the monitor's own signing key, as its signer told it at its start. */
#include "monitor/state/judge_private.h"

struct value
judge_own_key(const struct own_key_state *key, enum subject_fact fact)
{
	struct value value = { .known = key->seq != 0, .seq = key->seq };

	switch (fact) {
	case SUBJECT_FACT_MONITOR_KEY_PLACE:
		value.text = bytes_of_text(key->in_token ? "token" : "file");
		break;
	case SUBJECT_FACT_MONITOR_KEY_HELD:
		value.known = value.known && (!key->in_token || key->said);
		value.flag = key->held;
		break;
	case SUBJECT_FACT_MONITOR_KEY_SIGNED:
		value.flag = key->signed_nonce;
		break;
	default:
		value.known = false;
		break;
	}
	return value;
}
