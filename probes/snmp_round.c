/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_round.h. */
#include <string.h>

#include "probes/snmp_round.h"

enum { DRIFT_SLACK_S = 3, DRIFT_DIVISOR = 1000 };	/* whole seconds at both ends, and 0.1 % */

struct snmp_words
snmp_round_words(const struct round *round)
{
	return (struct snmp_words){
		.user = round_option(round, "user"),
		.level = round_option(round, "security_level"),
		.auth = round_option(round, "auth_protocol"),
		.privacy = round_option(round, "privacy_protocol"),
		.context = round_option(round, "context"),
		.auth_secret = round_file(round, "auth_secret"),
		.privacy_secret = round_file(round, "privacy_secret")
	};
}

static void
clock_begin(struct snmp_clock *clock, const struct snmp_engine *engine)
{
	clock->boots = engine->boots;
	clock->time_s = engine->time_s;
	clock->at_ns = engine->at_ns;
}

static void
clock_facts(struct fact_set *facts, const struct snmp_engine *engine, struct snmp_clock *clock)
{
	int64_t ours, drift;

	if (clock->id_len != engine->id_len ||
	    memcmp(clock->id, engine->id, engine->id_len) != 0) {
		*clock = (struct snmp_clock){ .id_len = engine->id_len };
		memcpy(clock->id, engine->id, engine->id_len);
	}
	fact_set_flag(facts, FACT_SNMP_ENGINE_BOOTS_BACK, engine->boots < clock->boots_max);
	if (engine->boots > clock->boots_max)
		clock->boots_max = engine->boots;
	if (clock->at_ns == 0 || clock->boots != engine->boots)
		clock_begin(clock, engine);
	ours = (engine->at_ns - clock->at_ns) / 1000000000;
	drift = engine->time_s - clock->time_s - ours;
	fact_set_int(facts, FACT_SNMP_ENGINE_DRIFT_S, drift);
	fact_set_flag(facts, FACT_SNMP_ENGINE_CLOCK_STEADY, drift <= DRIFT_SLACK_S +
	    ours / DRIFT_DIVISOR && -drift <= DRIFT_SLACK_S + ours / DRIFT_DIVISOR);
	/* A clock that was set anew with the same boots is told once, and compared from there. */
	if (drift > DRIFT_SLACK_S + ours / DRIFT_DIVISOR ||
	    -drift > DRIFT_SLACK_S + ours / DRIFT_DIVISOR)
		clock_begin(clock, engine);
}

void
snmp_engine_facts(struct round *round, const struct snmp_engine *engine, struct snmp_clock *clock)
{
	struct fact_set *facts = round_facts(round);

	if (engine->id_len == 0)
		return;
	fact_set_hash(facts, FACT_SNMP_ENGINE, hash_of(bytes_of(engine->id, engine->id_len)));
	/* Discovery is not authenticated; boots and time are only what an answer proved. */
	if (!engine->proven)
		return;
	fact_set_int(facts, FACT_SNMP_ENGINE_BOOTS, engine->boots);
	fact_set_int(facts, FACT_SNMP_ENGINE_TIME_S, engine->time_s);
	fact_set_flag(facts, FACT_SNMP_ENGINE_SANE, snmp_engine_sane(engine->boots,
	    engine->time_s));
	clock_facts(facts, engine, clock);
}

struct snmp_request
snmp_uptime_request(void)
{
	static unsigned long name[1][BER_ARCS_MAX] = { { 1, 3, 6, 1, 2, 1, 1, 3, 0 } };
	static const size_t len[1] = { 9 };

	return (struct snmp_request){ .pdu = SNMP_PDU_GET, .name = name, .name_len = len,
	    .names = 1 };
}
