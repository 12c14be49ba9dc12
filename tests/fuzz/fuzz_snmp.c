/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SNMP peer that sends anything: messages of every version, their PDUs and variables; the same
 * octets as an answer in a conversation, whose numbers the input is given so that it gets far.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/snmp_talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint8_t room[SNMP_DATAGRAM_MAX];

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
inside(struct bytes in, struct bytes view)
{
	must(view.len == 0 || (view.at >= in.at && view.at + view.len <= in.at + in.len));
}

static void
variables_look(struct bytes variables)
{
	struct reader in = reader_of(variables);
	struct snmp_variable variable;

	while (snmp_variable_next(&in, &variable)) {
		inside(variables, variable.content);
		must(variable.name_len >= 2 && variable.name_len <= BER_ARCS_MAX);
		must(variable.object_len <= BER_ARCS_MAX);
	}
	must(in.failed || reader_done(&in));
}

static void
inner_look(struct bytes octets, const struct snmp_inner *inner)
{
	inside(octets, inner->context), inside(octets, inner->context_engine);
	inside(octets, inner->variables);
	must(inner->pdu >= SNMP_PDU_GET && inner->pdu <= SNMP_PDU_REPORT);
	variables_look(inner->variables);
	(void)snmp_report_text(snmp_report_of(inner));
}

/* What was read of the outside is written and read again alike. */
static void
outer_again(const struct snmp_outer *outer)
{
	uint8_t octets[4096];
	struct ber_writer out = ber_writer_of(octets, sizeof(octets));
	struct snmp_outer again;
	size_t at;

	if (outer->digest.len > 64)
		return;
	if (outer->flags & SNMP_FLAG_PRIVATE)
		ber_put_octets(&out, BER_OCTETS, outer->scoped);
	else
		ber_put(&out, outer->scoped);
	at = snmp_outer_write(&out, outer, outer->digest.len);
	if (out.failed)
		return;
	must(snmp_outer_read(ber_written(&out), &again) == ERR_OK);
	must(again.id == outer->id && again.boots == outer->boots && again.time == outer->time &&
	    again.flags == outer->flags && again.max_size == outer->max_size);
	must(bytes_equal(again.user, outer->user) && bytes_equal(again.salt, outer->salt));
	must(bytes_equal(again.scoped, outer->scoped));
	must(again.digest.len == outer->digest.len &&
	    again.digest.at + at == octets + sizeof(octets));
}

static void
message_look(struct bytes all)
{
	struct snmp_outer outer;
	struct snmp_inner inner;

	if (snmp_outer_read(all, &outer) != ERR_OK)
		return;
	inside(all, outer.community), inside(all, outer.engine), inside(all, outer.user);
	inside(all, outer.digest), inside(all, outer.salt), inside(all, outer.scoped);
	if (outer.version != SNMP_VERSION_V3) {
		if (snmp_inner_read(outer.scoped, &inner) == ERR_OK)
			inner_look(outer.scoped, &inner);
		return;
	}
	outer_again(&outer);
	if (!(outer.flags & SNMP_FLAG_PRIVATE) &&
	    snmp_scoped_read(outer.scoped, false, &inner) == ERR_OK)
		inner_look(outer.scoped, &inner);
}

/* A conversation in which the input is the first answer, at every level. */
static void
talk_look(struct bytes all, unsigned flags)
{
	static const uint8_t random[16];
	struct snmp_credential credential = { .user = "probe", .flags = flags,
	    .auth = USM_AUTH_SHA256, .privacy = USM_PRIVACY_AES128 };
	struct snmp_engine engine = { .id_len = 0 };
	struct snmp_talk talk;
	struct snmp_outer outer;
	uint8_t octets[SNMP_REQUEST_MAX];
	struct ber_writer out = ber_writer_of(octets, sizeof(octets));
	unsigned long name[1][BER_ARCS_MAX] = { { 1, 3, 6, 1 } };
	size_t len = 4;
	bool read = snmp_outer_read(all, &outer) == ERR_OK;

	credential.auth_master.len = credential.privacy_master.len = 32;
	snmp_talk_begin(&talk, &credential, &engine, random);
	must(snmp_talk_discover(&talk, &out) == ERR_OK);
	if (read)
		talk.first = talk.last = outer.id;
	if (snmp_talk_hear(&talk, all, 1, room) != SNMP_SAID_ENGINE) {
		engine.id_len = read && outer.engine.len > 0 ? outer.engine.len : 5;
		if (read && outer.engine.len > 0)
			memcpy(engine.id, outer.engine.at, outer.engine.len);
		engine.auth.len = 32;
		engine.privacy.len = 16;
	}
	must(engine.id_len >= 1 && engine.id_len <= SNMP_ENGINE_MAX);
	out = ber_writer_of(octets, sizeof(octets));
	must(snmp_talk_ask(&talk, (struct snmp_request){ .pdu = SNMP_PDU_GET, .name = name,
	    .name_len = &len, .names = 1 }, 2, &out) == ERR_OK);
	must(snmp_outer_read(ber_written(&out), &outer) == ERR_OK);
	if (snmp_outer_read(all, &outer) == ERR_OK)
		talk.first = talk.last = outer.id;
	if (snmp_talk_hear(&talk, all, 3, room) == SNMP_SAID_ANSWER)
		variables_look(talk.answer.variables);
	/* Without a key nobody makes an authentic answer. */
	must(!(flags & SNMP_FLAG_AUTHENTIC) || talk.open || talk.report != 0 ||
	    talk.answer.pdu == SNMP_PDU_REPORT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes all = bytes_of(data, len);

	message_look(all);
	talk_look(all, 0);
	talk_look(all, SNMP_FLAG_AUTHENTIC);
	talk_look(all, SNMP_FLAG_AUTHENTIC | SNMP_FLAG_PRIVATE);
	return 0;
}
