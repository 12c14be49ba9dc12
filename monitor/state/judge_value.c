/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names to values as they are now: facts of probes while the belief they belong to lives, what
 * follows from the plan, what follows from health, documents and declarations.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "monitor/state/judge_private.h"
#include "monitor/state/key_chain.h"

static const struct value MISSING = { .known = false };

static struct value
number_value(int64_t number, uint64_t seq)
{
	return (struct value){ .known = true, .number = number, .seq = seq };
}

static struct value
flag_value(bool flag, uint64_t seq)
{
	return (struct value){ .known = true, .flag = flag, .seq = seq };
}

static struct value
range_value(uint32_t is, uint32_t may)
{
	return (struct value){ .known = true, .number = is, .spread = may - is };
}

static struct value
text_value(const char *text, uint64_t seq)
{
	return (struct value){ .known = text[0] != '\0', .text = bytes_of_text(text), .seq = seq };
}

static struct value
list_value(const struct buffer *list, uint64_t seq)
{
	return (struct value){ .known = list->len > 0, .list = bytes_of_buffer(list), .seq = seq };
}

/* --- facts of probes --------------------------------------------------------------------- */

static struct value
fact_value(const struct replica_state *replica, const struct condition_name *name)
{
	struct bytes facts = bytes_of_buffer(&replica->facts);
	struct value value = { .seq = replica->seq };
	enum fact fact = (enum fact)name->number;
	struct fact_walk walk;
	const struct fact_row *row;
	uint64_t number;
	struct bytes raw;
	struct hash hash;

	if (!replica_usable(replica))
		return MISSING;
	switch (name->type) {
	case FACT_TYPE_flag:
		value.known = fact_flag(facts, fact, &value.flag);
		break;
	case FACT_TYPE_int:
	case FACT_TYPE_time:
		value.known = fact_int(facts, fact, &value.number);
		break;
	case FACT_TYPE_text:
		value.known = fact_text(facts, fact, &value.text);
		break;
	default:
		walk = fact_walk_of(facts);
		while (fact_walk_next(&walk, &number, &row, &raw))
			if (number == name->number && row != NULL && row->type == name->type) {
				value.known = true;
				value.list = raw;
			}
		if (name->type == FACT_TYPE_hash && fact_hash(facts, fact, &hash) &&
		    value.list.len >= HASH_LEN)
			value.text = bytes_slice(value.list,
			    value.list.len - HASH_LEN, HASH_LEN);
		break;
	}
	return value;
}

/* --- key to wire -------------------------------------------------------------------------- */

struct sighting { int64_t heard_ms; uint64_t seq; bool complete, differs; };

static void
look_at_wire(const struct state *state, const struct target_state *target, struct hash key,
    struct sighting *seen)
{
	for (uint32_t i = 0; i < target->replicas; i++) {
		const struct replica_state *replica = &target->replica[i];
		int64_t heard = fold_heard_ms(state, target, replica);
		struct hash wire;

		if (!replica_usable(replica) ||
		    !key_of_wire(bytes_of_buffer(&replica->facts), &wire)) {
			seen->complete = false;
			continue;
		}
		seen->differs |= !hash_equal(wire, key);
		seen->heard_ms = heard < seen->heard_ms ? heard : seen->heard_ms;
		seen->seq = replica->seq > seen->seq ? replica->seq : seen->seq;
	}
}

/*
 * A token's key signed our nonce, or hardware's statement of it was accepted.  A statement that
 * answers no challenge still says which key it is; that it lives is what the wire shows.
 */
static bool
key_proven(struct bytes facts)
{
	struct bytes verdict;
	bool signs = false;

	if (fact_flag(facts, FACT_KEY_SIGNED, &signs) && signs)
		return true;
	return fact_text(facts, FACT_ATTEST_VERDICT, &verdict) &&
	    bytes_equal(verdict, bytes_of_text("accept"));
}

/* The public key of the token, which signed our nonce, against the one each wire shows. */
static bool
bound(const struct state *state, const struct subjects *s, uint32_t key, struct sighting *seen)
{
	const struct target_state *token = &state->target[s->target_of[key]];
	const struct replica_state *replica = &token->replica[0];
	struct bytes facts = bytes_of_buffer(&replica->facts);
	struct hash spki;

	*seen = (struct sighting){ .heard_ms = fold_heard_ms(state, token, replica),
		.seq = replica->seq, .complete = s->wire_first[key] < s->wire_first[key + 1] };
	if (!replica_usable(replica) || !fact_hash(facts, FACT_KEY_SPKI, &spki) ||
	    !key_proven(facts))
		return false;
	for (uint32_t i = s->wire_first[key]; i < s->wire_first[key + 1]; i++) {
		if (s->wire[i] == NO_INDEX)
			seen->complete = false;
		else
			look_at_wire(state, &state->target[s->wire[i]], spki, seen);
	}
	return seen->differs || seen->complete;
}

static struct value
key_value(const struct state *state, const struct judgement *j, uint32_t key,
    enum subject_fact fact)
{
	struct sighting seen;

	if (fact == SUBJECT_FACT_KEY_LOC_VERDICT)
		return judge_place(state, j, (struct subject){ SUBJECT_KEY, key, 0 }, fact);
	if (fact == SUBJECT_FACT_KEY_NAME)
		return text_value(state->target[j->subjects.target_of[key]].plan->name,
		    state->config_seq);
	if (!bound(state, &j->subjects, key, &seen))
		return MISSING;
	return fact == SUBJECT_FACT_KEY_BOUND ?
	    text_value(seen.differs ? "contradicted" : "proven", seen.seq) :
	    number_value(seen.heard_ms, seen.seq);
}

/* --- what the plan and health say --------------------------------------------------------- */

static uint32_t
blind_workers(const struct state *state)
{
	uint32_t blind = 0;

	for (uint32_t i = 0; state->plan != NULL && i < state->plan->workers; i++)
		blind += !state->worker[i].running;
	return blind;
}

static struct value
carrier_value(const struct state *state, const struct judgement *j, enum subject_fact fact)
{
	switch (fact) {
	case SUBJECT_FACT_LEDGER_ANCHOR:
		return state->anchor_ms == 0 ? MISSING :
		    number_value(state->anchor_ms, j->anchor_seq);
	case SUBJECT_FACT_LEDGER_FORKED:
		return flag_value(state->fork_seq != 0, state->fork_seq);
	case SUBJECT_FACT_WATCHER_HEARD:
		return state->watcher_seq == 0 ? MISSING :
		    flag_value(state->watcher_heard, state->watcher_seq);
	case SUBJECT_FACT_MONITOR_CHANNELS:
		return number_value(__builtin_popcountll(state->memory->channels),
		    state->config_seq);
	case SUBJECT_FACT_MONITOR_WORKERS:
		return number_value(blind_workers(state), j->gap_seq);
	default:
		return judge_own_key(&state->own_key, fact);
	}
}

static struct value
site_value(const struct state *state, const struct judgement *j, uint32_t i,
    enum subject_fact fact)
{
	const struct plan_site *site = &state->plan->site[i];

	switch (fact) {
	case SUBJECT_FACT_SITE_NAME:
		return text_value(site->name, state->config_seq);
	case SUBJECT_FACT_SITE_PROVIDER:
		return text_value(site->provider, state->config_seq);
	case SUBJECT_FACT_SITE_THIRD_PARTY:
		return flag_value(site->provider[0] != '\0', state->config_seq);
	case SUBJECT_FACT_LOC_DECLARED:
		return (struct value){ .known = j->subjects.declared[i].len > 0,
			.text = bytes_of_buffer(&j->subjects.declared[i]),
			.seq = state->config_seq };
	case SUBJECT_FACT_SITE_JURISDICTION:
		return text_value(site->jurisdiction, state->config_seq);
	case SUBJECT_FACT_SITE_UP:
		return range_value(j->standing.is.site[i], j->standing.may.site[i]);
	default:
		return MISSING;
	}
}

static struct value
provider_value(const struct state *state, const struct judgement *j, uint32_t i,
    enum subject_fact fact)
{
	if (fact == SUBJECT_FACT_PROVIDER_NAME)
		return text_value(j->subjects.provider[i], state->config_seq);
	for (uint32_t site = 0; site < state->plan->sites; site++)
		if (j->subjects.provider_of[site] == i &&
		    state->plan->site[site].provider_country[0] != '\0')
			return text_value(state->plan->site[site].provider_country,
			    state->config_seq);
	return MISSING;
}

static struct value
function_value(const struct state *state, const struct judgement *j, uint32_t i,
    enum subject_fact fact)
{
	const struct standing *st = &j->standing;

	switch (fact) {
	case SUBJECT_FACT_FUNCTION_NAME:
		return text_value(function_name((enum function)i), state->config_seq);
	case SUBJECT_FACT_FUNCTION_SITES:
		return number_value(st->function_sites[i], state->config_seq);
	case SUBJECT_FACT_FUNCTION_SITES_UP:
		return range_value(st->is.sites[i], st->may.sites[i]);
	case SUBJECT_FACT_FUNCTION_REGIONS_UP:
		return range_value(st->is.regions[i], st->may.regions[i]);
	case SUBJECT_FACT_FUNCTION_INSTANCES:
		return number_value(st->function_instances[i], state->config_seq);
	case SUBJECT_FACT_FUNCTION_UP:
		return range_value(st->is.function[i], st->may.function[i]);
	default:
		return MISSING;
	}
}

static struct value
set_value(const struct state *state, const struct judgement *j, uint32_t set,
    enum subject_fact fact)
{
	const struct subjects *s = &j->subjects;
	uint32_t instances = 0, up = 0, may = 0, sites = 0, sites_up = 0, sites_may = 0;
	uint8_t *seen = memory_new(state->plan->sites + 1, 1);

	for (uint32_t i = 0; i < state->plan->instances; i++) {
		uint32_t site = state->plan->instance[i].site;
		enum health health = standing_instance(&j->standing, i);
		uint8_t bits = (uint8_t)(1 | (health == HEALTH_UP) << 1 |
		    (health <= HEALTH_UP) << 2);

		if (s->set_of[i] != set)
			continue;
		instances++;
		up += health == HEALTH_UP;
		may += health <= HEALTH_UP;
		sites += (bits & ~seen[site] & 1) != 0;
		sites_up += (bits & ~seen[site] & 2) != 0;
		sites_may += (bits & ~seen[site] & 4) != 0;
		seen[site] |= bits;
	}
	free(seen);
	switch (fact) {
	case SUBJECT_FACT_SET_NAME:      return text_value(s->set[set], state->config_seq);
	case SUBJECT_FACT_SET_INSTANCES: return number_value(instances, state->config_seq);
	case SUBJECT_FACT_SET_UP:        return range_value(up, may);
	case SUBJECT_FACT_SET_SITES:     return number_value(sites, state->config_seq);
	case SUBJECT_FACT_SET_SITES_UP:  return range_value(sites_up, sites_may);
	default:                         return MISSING;
	}
}

static struct value
health_value(enum health health, uint64_t seq)
{
	return health == HEALTH_UNKNOWN ? MISSING : text_value(health_name(health), seq);
}

static struct value
instance_value(const struct state *state, const struct judgement *j, uint32_t i,
    enum subject_fact fact)
{
	const struct plan_instance *instance = &state->plan->instance[i];
	const struct subjects *s = &j->subjects;
	uint64_t seq = state->config_seq;

	switch (fact) {
	case SUBJECT_FACT_INSTANCE_NAME:     return text_value(instance->name, seq);
	case SUBJECT_FACT_INSTANCE_NF:       return text_value(instance->nf, seq);
	case SUBJECT_FACT_INSTANCE_VERSION:  return text_value(instance->version, seq);
	case SUBJECT_FACT_INSTANCE_FUNCTION:
		return text_value(function_name(instance->function), seq);
	case SUBJECT_FACT_INSTANCE_SERVICE:  return text_value(instance->service, seq);
	case SUBJECT_FACT_INSTANCE_DATA:     return list_value(&s->data[i], seq);
	case SUBJECT_FACT_LOC_APPROVED:      return list_value(&s->approved[i], seq);
	case SUBJECT_FACT_LOC_JURISDICTIONS: return list_value(&s->jurisdictions[i], seq);
	case SUBJECT_FACT_LOC_VERDICT:
	case SUBJECT_FACT_LOC_COUNTRY_AGREES:
	case SUBJECT_FACT_LOC_EDGES_OUTSIDE:
		return judge_place(state, j, (struct subject){ SUBJECT_INSTANCE, i, 0 }, fact);
	case SUBJECT_FACT_INSTANCE_HEALTH:
		return health_value(standing_instance(&j->standing, i), 0);
	case SUBJECT_FACT_INSTANCE_TARGETS:
		return number_value(s->down_first[i + 1] - s->down_first[i], seq);
	default:
		return MISSING;
	}
}

static struct value
target_value(const struct state *state, uint32_t i, enum subject_fact fact)
{
	const struct target_state *target = &state->target[i];

	switch (fact) {
	case SUBJECT_FACT_TARGET_NAME:
		return text_value(target->plan->name, state->config_seq);
	case SUBJECT_FACT_TARGET_PROBE:
		return text_value(target->plan->probe, state->config_seq);
	case SUBJECT_FACT_TARGET_INTERVAL_S:
		return number_value(target->plan->interval_ms / 1000, state->config_seq);
	case SUBJECT_FACT_TARGET_HEALTH:
		return health_value(target->health, target->seq);
	case SUBJECT_FACT_INVENTORY_ASKED:
	case SUBJECT_FACT_ACCOUNT_ELSEWHERE:
		return judge_account(state, target, fact);
	case SUBJECT_FACT_DOWNGRADE_OPEN:
	case SUBJECT_FACT_DOWNGRADE_ASPECTS:
	case SUBJECT_FACT_CHANGE_UNANNOUNCED:
		return judge_protection(state, target, fact);
	case SUBJECT_FACT_TICKET_ANNOUNCED:
		return judge_ticket(state, target);
	default:
		return MISSING;
	}
}

static struct value
subject_value(const struct state *state, const struct judgement *j, struct subject subject,
    enum subject_fact fact)
{
	if (judge_enclosure_of(fact))
		return judge_enclosure(state, subject, fact);
	switch (subject.kind) {
	case SUBJECT_CARRIER:     return carrier_value(state, j, fact);
	case SUBJECT_PROVIDER:    return provider_value(state, j, subject.index, fact);
	case SUBJECT_SITE:        return site_value(state, j, subject.index, fact);
	case SUBJECT_FUNCTION:    return function_value(state, j, subject.index, fact);
	case SUBJECT_REPLICA_SET: return set_value(state, j, subject.index, fact);
	case SUBJECT_INSTANCE:    return instance_value(state, j, subject.index, fact);
	case SUBJECT_STORE:       return judge_place(state, j, subject, fact);
	case SUBJECT_TARGET:      return target_value(state, subject.index, fact);
	case SUBJECT_KEY:         return key_value(state, j, subject.index, fact);
	case SUBJECT_CUSTODY:     return judge_custody(state, subject.index, fact);
	default:                  return MISSING;
	}
}

/* --- documents and declarations ----------------------------------------------------------- */

static struct value
document_value(const struct state *state, const struct judgement *j, uint32_t control,
    uint32_t number)
{
	const struct judged_pack *pack = &j->pack[j->control[control].pack];
	const struct plan_document *document = pack->document[number];

	if (document == NULL || (document->until_ms != 0 && document->until_ms <= state->now_ms))
		return MISSING;
	return number_value(document->date_ms, state->config_seq);
}

static bool
read_declared(const char *text, enum fact_type type, struct value *out)
{
	char *end = NULL;
	struct why why;

	switch (type) {
	case FACT_TYPE_flag:
		out->flag = strcmp(text, "true") == 0;
		return out->flag || strcmp(text, "false") == 0;
	case FACT_TYPE_text:
		out->text = bytes_of_text(text);
		return text[0] != '\0';
	case FACT_TYPE_time:
		return date_read(text, &out->number, &why) == ERR_OK;
	case FACT_TYPE_int:
		out->number = strtoll(text, &end, 10);
		return end != text && *end == '\0';
	default:
		return false;
	}
}

/* "" stands for the carrier: all that was not declared for something smaller. */
static bool
is_about(const struct judgement *j, const char *about, struct subject subject)
{
	char text[SUBJECT_TEXT];

	if (subject.kind == SUBJECT_CARRIER)
		return about[0] == '\0' || strcmp(about, "carrier") == 0;
	judgement_subject_text(j, subject, text);
	return strcmp(about, text) == 0;
}

static struct value
declared_value(const struct state *state, const struct judgement *j, const struct subject *subject,
    const struct condition_name *name)
{
	static const enum subject_kind upwards[] = { SUBJECT_CUSTODY, SUBJECT_KEY, SUBJECT_TARGET,
		SUBJECT_STORE, SUBJECT_INSTANCE, SUBJECT_REPLICA_SET, SUBJECT_FUNCTION,
		SUBJECT_SITE, SUBJECT_PROVIDER, SUBJECT_CARRIER };

	for (size_t k = 0; k < sizeof(upwards) / sizeof(*upwards); k++) {
		struct subject above;

		if (!subjects_above(&j->subjects, *subject, upwards[k], &above))
			continue;
		for (uint32_t i = 0; i < state->plan->declarations; i++) {
			const struct plan_declaration *said = &state->plan->declaration[i];
			struct value value = { .known = true, .seq = state->config_seq };

			if (strcmp(said->id, name->name) == 0 &&
			    is_about(j, said->subject, above) &&
			    read_declared(said->value, name->type, &value))
				return value;
		}
	}
	return MISSING;
}

struct value
judge_value(void *arg, const struct subject *subject, const struct condition_name *name)
{
	const struct judge_world *world = arg;
	const struct judgement *j = world->judgement;
	struct subject whose = *subject;

	if (name->source == NAME_DOCUMENT)
		return document_value(world->state, j, world->control, name->number);
	if (name->source == NAME_DECLARATION)
		return declared_value(world->state, j, subject, name);
	if (name->source == NAME_FACT) {
		const struct target_state *target;
		uint32_t index = subject->kind == SUBJECT_KEY ?
		    j->subjects.target_of[subject->index] : subject->index;

		if (subject->kind != SUBJECT_KEY && subject->kind != SUBJECT_TARGET)
			return MISSING;
		target = &world->state->target[index];
		return subject->replica < target->replicas ?
		    fact_value(&target->replica[subject->replica], name) : MISSING;
	}
	if (!subjects_above(&j->subjects, *subject, name->kind, &whose))
		return MISSING;
	return subject_value(world->state, j, whose, (enum subject_fact)name->number);
}
