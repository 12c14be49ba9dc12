/* SPDX-License-Identifier: Apache-2.0 */
/* The CDDL (RFC 8610) of every record kind and fact, generated from the tables. */
#include "monitor/ledger/facts.h"
#include "monitor/ledger/record.h"

static const char preamble[] =
    "; Records of a sekimori ledger, in the deterministic encoding of RFC 8949 section 4.2.1.\n"
    "; A Merkle leaf (RFC 6962 section 2.1) is SHA-256(0x00 || the octets of one record).\n"
    "; A reader passes over kinds, fields and facts whose numbers it does not know.\n"
    "\n";

static const char types[] =
    "moment = int                     ; milliseconds since 1970-01-01T00:00:00Z\n"
    "hash = bstr .size 32             ; SHA-256\n"
    "secret = h'' / hash              ; SHA-256(salt || value), empty where there is no value\n"
    "hashes = [* hash]\n"
    "ids = [* uint]                   ; ascending, each once\n"
    "\n"
    "head = (\n"
    "\t1: moment,               ; recorded: by the ledger; never goes backwards\n"
    "\t2: moment,               ; observed: by who saw it\n"
    "\t3: role,                 ; who wrote it\n"
    "\t4: uint,                 ; which of that role\n"
    "\t? 5: true,               ; of an exercise: nothing of it happened\n"
    ")\n"
    "\n";

/* CDDL's names of the types of record_list.h and fact_list.h. */
#define CDDL_u64    "uint"
#define CDDL_i64    "int"
#define CDDL_int    "int"
#define CDDL_flag   "bool"
#define CDDL_time   "moment"
#define CDDL_text   "tstr"
#define CDDL_bytes  "bstr"
#define CDDL_hash   "hash"
#define CDDL_hashes "hashes"
#define CDDL_ids    "ids"
#define CDDL_facts  "facts"
#define CDDL_secret "secret"
#define CDDL_texts  "[* tstr]"
#define CDDL_times  "[* moment]"

static void
put_number(struct buffer *out, const char *gap, unsigned number, const char *name,
    const char *text)
{
	buffer_print(out, "%s%u ; %s: %s\n", gap, number, name, text);
}

static void
put_field(struct buffer *out, unsigned key, const char *type, const char *name, const char *text)
{
	buffer_print(out, "\t%u: %s,\t; %s: %s\n", key, type, name, text);
}

static void
put_names(struct buffer *out)
{
	const char *gap = "record = ";

#define RECORD(number, KIND, name, text)                                        \
	buffer_print(out, "%s%s", gap, #name);                                  \
	gap = " / ";
#include "monitor/ledger/record_list.h"
	buffer_put_text(out, "\n\n");
}

static void
put_numbers(struct buffer *out)
{
	const char *gap = "role = ";

#define ROLE(number, NAME, name, text)                                          \
	put_number(out, gap, number, #name, text);                              \
	gap = "\t/ ";
#include "monitor/ledger/role_list.h"
	/* Numbers of newer versions are valid, too. */
	buffer_put_text(out, "\t/ uint\n\n");
	gap = "act = ";
#define ACT(number, NAME, name, text)                                           \
	put_number(out, gap, number, name, text);                               \
	gap = "\t/ ";
#include "monitor/ledger/act_list.h"
	buffer_put_text(out, "\t/ uint\n\n");
}

void
record_print_cddl(struct buffer *out)
{
	buffer_put_text(out, preamble);
	put_names(out);
	buffer_put_text(out, types);
	put_numbers(out);
#define RECORD(number, KIND, name, text)                                        \
	buffer_print(out, "; %s: %s\n%s = {\n\t0: %u,\n\thead,\n", #KIND, text, #name,     \
	    (unsigned)number);
#define FIELD(key, type, name, text) put_field(out, key, CDDL_##type, #name, text);
#define RECORD_END(KIND, name) buffer_put_text(out, "}\n\n");
#include "monitor/ledger/record_list.h"
	buffer_put_text(out, "facts = {\n");
#define FACT(number, type, NAME, name, change, text)                            \
	buffer_print(out, "\t? %u: %s,\t; %s: %s\n", (unsigned)number, CDDL_##type, name, text);
#include "monitor/ledger/fact_list.h"
	buffer_put_text(out, "\t* uint => any\t; facts of newer versions\n}\n");
}
