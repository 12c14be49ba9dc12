/* SPDX-License-Identifier: Apache-2.0 */
/* What packs can ask of the custody of a declared key; see custody.h. */
#include "monitor/state/custody.h"
#include "monitor/state/judge_private.h"

/* The rows that move stand one after another in subject_list.h. */
void
judge_custody_moving(struct reads *out)
{
	for (unsigned fact = SUBJECT_FACT_CUSTODY_CEREMONY; fact <= SUBJECT_FACT_CUSTODY_AGREES;
	    fact++)
		reads_add(out, fact);
}

static struct value
text_of(const char *text, uint64_t seq)
{
	return (struct value){ .known = text[0] != '\0', .text = bytes_of_text(text), .seq = seq };
}

static struct value
time_of(const struct ceremony_state *ceremony)
{
	return ceremony == NULL ? (struct value){ .known = false } :
	    (struct value){ .known = true, .number = ceremony->at_ms, .seq = ceremony->id };
}

static const char *
party_text(const struct party *party)
{
	return party->kind == PARTY_CARRIER ? "carrier" : party->name;
}

static struct value
proven_part(const struct custody *c, enum custody_item item)
{
	for (uint32_t i = 0; i < c->sights; i++)
		if (c->sight[i].proven && c->sight[i].part[item].len > 0)
			return (struct value){ .known = true, .text = c->sight[i].part[item],
				.seq = c->sight[i].replica->seq };
	return (struct value){ .known = false };
}

/* The worst of the items that are seen at all. */
static struct value
agreement(const struct custody *c)
{
	static const enum custody_item items[] = { CUSTODY_HOLDER, CUSTODY_MODULE,
		CUSTODY_FIRMWARE, CUSTODY_SERIAL };
	enum custody_stand worst = CUSTODY_PROVEN;
	uint64_t seq = 0;

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		enum custody_stand stand = custody_why_stand(c->why[items[i]]);

		if (c->seq[items[i]] == 0 || c->why[items[i]] == CUSTODY_WHY_PART_UNSAID)
			continue;
		seq = seq == 0 || stand > worst ? c->seq[items[i]] : seq;
		worst = stand > worst ? stand : worst;
	}
	return seq == 0 ? (struct value){ .known = false } :
	    text_of(worst == CUSTODY_CONTRADICTED ? "contradicted" : worst == CUSTODY_PROVEN ?
	    "proven" : "observed", seq);
}

static struct value
rotates(const struct custody *c)
{
	struct value value = { .known = false };

	for (uint32_t i = 0; i < c->sights; i++)
		if (c->sight[i].rotates_known && (!value.known || c->sight[i].rotates))
			value = (struct value){ .known = true, .flag = c->sight[i].rotates,
				.seq = c->sight[i].replica->seq };
	return value;
}

static struct value
moving(const struct custody *c, enum subject_fact fact)
{
	switch (fact) {
	case SUBJECT_FACT_CUSTODY_CEREMONY: return time_of(c->newest[CEREMONY_MADE]);
	case SUBJECT_FACT_CUSTODY_ROTATED:  return time_of(c->renewed);
	case SUBJECT_FACT_CUSTODY_ROTATION_DUE:
		return (struct value){ .known = c->due_ms != 0, .number = c->due_ms,
			.seq = c->renewed != NULL ? c->renewed->id : 0 };
	case SUBJECT_FACT_CUSTODY_DESTROYED:
		return (struct value){ .known = true, .flag = c->destroyed,
			.seq = c->destroyed ? c->newest[CEREMONY_DESTROYED]->id : 0 };
	case SUBJECT_FACT_CUSTODY_HOLDER_SEEN:
		return (struct value){ .known = c->found[CUSTODY_HOLDER].len > 0,
			.text = c->found[CUSTODY_HOLDER], .seq = c->seq[CUSTODY_HOLDER] };
	case SUBJECT_FACT_CUSTODY_ROTATES:         return rotates(c);
	case SUBJECT_FACT_CUSTODY_MODULE_PROVEN:   return proven_part(c, CUSTODY_MODULE);
	case SUBJECT_FACT_CUSTODY_FIRMWARE_PROVEN: return proven_part(c, CUSTODY_FIRMWARE);
	case SUBJECT_FACT_CUSTODY_AGREES:          return agreement(c);
	default:                                   return (struct value){ .known = false };
	}
}

struct value
judge_custody(const struct state *state, uint32_t key, enum subject_fact fact)
{
	uint64_t seq = state->config_seq;
	struct custody c;

	custody_make(&c, state, key);
	switch (fact) {
	case SUBJECT_FACT_CUSTODY_NAME:       return text_of(c.key->name, seq);
	case SUBJECT_FACT_CUSTODY_KIND:       return text_of(c.key->kind, seq);
	case SUBJECT_FACT_CUSTODY_HOLDER:     return text_of(party_text(&c.holder), seq);
	case SUBJECT_FACT_CUSTODY_MODULE:     return text_of(c.key->module, seq);
	case SUBJECT_FACT_CUSTODY_FIRMWARE:   return text_of(c.key->firmware, seq);
	case SUBJECT_FACT_CUSTODY_VALIDATION: return text_of(c.key->validation, seq);
	case SUBJECT_FACT_CUSTODY_HOST:
		return c.hosts == 0 ? (struct value){ .known = false } :
		    text_of(party_text(&c.host[0]), seq);
	case SUBJECT_FACT_CUSTODY_APART:
		return (struct value){ .known = c.hosts_known, .flag = c.apart, .seq = seq };
	case SUBJECT_FACT_CUSTODY_DOCUMENT:
		return (struct value){ .known = c.document != NULL, .seq = seq,
			.number = c.document != NULL ? c.document->date_ms : 0 };
	case SUBJECT_FACT_CUSTODY_DOCUMENT_UNTIL:
		return (struct value){ .known = c.document != NULL && c.document->until_ms > 0,
			.number = c.document != NULL ? c.document->until_ms : 0, .seq = seq };
	case SUBJECT_FACT_CUSTODY_ROTATION_S:
		return (struct value){ .known = c.key->rotation_ms > 0,
			.number = c.key->rotation_ms / 1000, .seq = seq };
	case SUBJECT_FACT_CUSTODY_CEREMONY_DUE:
		return (struct value){ .known = true, .flag = c.key->ceremony != 0, .seq = seq };
	default:
		return moving(&c, fact);
	}
}
