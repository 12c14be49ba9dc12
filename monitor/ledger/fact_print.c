/* SPDX-License-Identifier: Apache-2.0 */
/* Facts for people and as JSON; a value that does not fit its type as CBOR diagnostics. */
#include <inttypes.h>

#include "monitor/base/timetext.h"
#include "monitor/ledger/fact_print.h"
#include "monitor/ledger/text.h"

enum form { FORM_PEOPLE, FORM_JSON };

static void
put_time(struct buffer *out, int64_t ms, enum form form)
{
	char text[TIME_TEXT];

	if (form == FORM_JSON)
		time_utc(ms, text);
	else
		time_jst(ms, text);
	buffer_print(out, form == FORM_JSON ? "\"%s\"" : "%s", text);
}

static void
put_text(struct buffer *out, struct bytes text, enum form form)
{
	if (form == FORM_JSON)
		text_put_json(out, text);
	else
		text_put_escaped(out, text);
}

static void
put_hash(struct buffer *out, struct bytes hash, enum form form)
{
	const char *quote = form == FORM_JSON ? "\"" : "";

	buffer_put_text(out, quote);
	text_put_hex(out, hash);
	buffer_put_text(out, quote);
}

static void
put_list(struct buffer *out, struct cbor *in, enum fact_type type, enum form form)
{
	uint64_t count = cbor_array(in);

	buffer_put_text(out, form == FORM_JSON ? "[" : "");
	for (uint64_t i = 0; i < count && in->err == ERR_OK; i++) {
		buffer_put_text(out, i == 0 ? "" : form == FORM_JSON ? "," : ", ");
		if (type == FACT_TYPE_texts)
			put_text(out, cbor_text(in), form);
		else
			put_time(out, cbor_int(in), form);
	}
	buffer_put_text(out, form == FORM_JSON ? "]" : "");
}

static void
put_typed(struct buffer *out, struct cbor *in, enum fact_type type, enum form form)
{
	switch (type) {
	case FACT_TYPE_flag:
		if (form == FORM_JSON)
			buffer_put_text(out, cbor_bool(in) ? "true" : "false");
		else
			buffer_put_text(out, cbor_bool(in) ? "yes" : "no");
		break;
	case FACT_TYPE_int:
		buffer_print(out, "%" PRId64, cbor_int(in));
		break;
	case FACT_TYPE_time:
		put_time(out, cbor_int(in), form);
		break;
	case FACT_TYPE_text:
		put_text(out, cbor_text(in), form);
		break;
	case FACT_TYPE_hash:
		put_hash(out, cbor_bytes(in), form);
		break;
	case FACT_TYPE_texts:
	case FACT_TYPE_times:
		put_list(out, in, type, form);
		break;
	}
}

static void
put_value(struct buffer *out, const struct fact_row *row, struct bytes value, enum form form)
{
	struct buffer raw = { 0 };
	struct cbor in = cbor_of(value, true);
	size_t start = out->len;

	if (row != NULL) {
		put_typed(out, &in, row->type, form);
		if (cbor_done(&in))
			return;
		out->len = start;
	}
	cbor_print(&raw, value);
	put_text(out, bytes_of_buffer(&raw), form);
	buffer_free(&raw);
}

void
fact_print(struct buffer *out, const struct fact_row *row, struct bytes value)
{
	put_value(out, row, value, FORM_PEOPLE);
}

void
facts_print(struct buffer *out, struct bytes facts)
{
	struct fact_walk walk = fact_walk_of(facts);
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;

	for (const char *gap = ""; fact_walk_next(&walk, &number, &row, &value); gap = " ") {
		if (row != NULL)
			buffer_print(out, "%s%s=", gap, row->name);
		else
			buffer_print(out, "%sfact.%" PRIu64 "=", gap, number);
		fact_print(out, row, value);
	}
}

void
facts_print_json(struct buffer *out, struct bytes facts)
{
	struct fact_walk walk = fact_walk_of(facts);
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;

	buffer_put_text(out, "{");
	for (const char *gap = ""; fact_walk_next(&walk, &number, &row, &value); gap = ",") {
		if (row != NULL)
			buffer_print(out, "%s\"%s\":", gap, row->name);
		else
			buffer_print(out, "%s\"fact.%" PRIu64 "\":", gap, number);
		put_value(out, row, value, FORM_JSON);
	}
	buffer_put_text(out, "}");
}
