/* SPDX-License-Identifier: Apache-2.0 */
/* Names, numbers and data of DNS as people write them; see dns.h. */
#include <stdio.h>
#include <string.h>

#include "probes/wire/dns.h"

enum { LABEL_MAX = 63 };

struct word {
	unsigned    number;
	const char *name;
};

static const struct word types[] = {
	{ DNS_A, "A" }, { DNS_NS, "NS" }, { DNS_CNAME, "CNAME" }, { DNS_SOA, "SOA" },
	{ DNS_PTR, "PTR" }, { DNS_MX, "MX" }, { DNS_TXT, "TXT" }, { DNS_AAAA, "AAAA" },
	{ DNS_SRV, "SRV" }, { DNS_NAPTR, "NAPTR" }, { DNS_DNAME, "DNAME" }, { DNS_DS, "DS" },
	{ DNS_RRSIG, "RRSIG" }, { DNS_NSEC, "NSEC" }, { DNS_DNSKEY, "DNSKEY" },
	{ DNS_NSEC3, "NSEC3" }, { DNS_TLSA, "TLSA" }, { 0, NULL }
};

static const struct word rcodes[] = {
	{ 0, "NOERROR" }, { 1, "FORMERR" }, { 2, "SERVFAIL" }, { 3, "NXDOMAIN" }, { 4, "NOTIMP" },
	{ 5, "REFUSED" }, { 6, "YXDOMAIN" }, { 7, "YXRRSET" }, { 8, "NXRRSET" }, { 9, "NOTAUTH" },
	{ 10, "NOTZONE" }, { 16, "BADVERS" }, { 23, "BADCOOKIE" }, { 0, NULL }
};

/* IANA "DNS Security Algorithm Numbers". */
static const struct word algorithms[] = {
	{ 1, "RSAMD5" }, { 3, "DSA" }, { 5, "RSASHA1" }, { 6, "DSA-NSEC3-SHA1" },
	{ 7, "RSASHA1-NSEC3" }, { 8, "RSASHA256" }, { 10, "RSASHA512" }, { 12, "ECC-GOST" },
	{ 13, "ECDSAP256SHA256" }, { 14, "ECDSAP384SHA384" }, { 15, "ED25519" }, { 16, "ED448" },
	{ 0, NULL }
};

/* RFC 8914 4. */
static const struct word errors[] = {
	{ 1, "unsupported DNSKEY algorithm" }, { 2, "unsupported DS digest" },
	{ 3, "stale answer" },
	{ 5, "DNSSEC indeterminate" }, { 6, "DNSSEC bogus" }, { 7, "signature expired" },
	{ 8, "signature not yet valid" }, { 9, "DNSKEY missing" }, { 10, "RRSIGs missing" },
	{ 11, "no zone key bit set" }, { 12, "NSEC missing" }, { 15, "blocked" },
	{ 16, "censored" },
	{ 17, "filtered" }, { 18, "prohibited" }, { 20, "not authoritative" },
	{ 22, "no reachable authority" }, { 23, "network error" }, { 0, NULL }
};

static const char *
word_find(const struct word *words, unsigned number)
{
	for (; words->name != NULL; words++)
		if (words->number == number)
			return words->name;
	return NULL;
}

static const char *
word_or_number(const struct word *words, unsigned number, const char *before, char out[16])
{
	const char *name = word_find(words, number);

	if (name != NULL)
		return name;
	snprintf(out, 16, "%s%u", before, number);
	return out;
}

const char *
dns_rcode_name(unsigned rcode, char out[16])
{
	return word_or_number(rcodes, rcode, "RCODE", out);
}

const char *
dns_type_name(unsigned type, char out[16])
{
	return word_or_number(types, type, "TYPE", out);
}

const char *
dns_algorithm_name(unsigned algorithm, char out[16])
{
	return word_or_number(algorithms, algorithm, "", out);
}

unsigned
dns_type_of(const char *name)
{
	for (const struct word *word = types; word->name != NULL; word++)
		if (strcmp(word->name, name) == 0)
			return word->number;
	return 0;
}

bool
dns_algorithm_weak(unsigned algorithm)
{
	return algorithm <= 7 || algorithm == 12;
}

const char *
dns_error_text(int code)
{
	return code >= 0 ? word_find(errors, (unsigned)code) : NULL;
}

enum err
dns_name_of(const char *text, struct dns_name *out, struct why *why)
{
	size_t start = 0, at = 1;	/* of the label's length, of its next octet */

	if (strcmp(text, ".") == 0)
		text = "";
	for (; *text != '\0'; text++) {
		size_t label = at - start - 1;

		if (at >= DNS_NAME_MAX || (*text == '.' ? label == 0 : label == LABEL_MAX) ||
		    *text == '\\' || *text <= ' ' || *text > '~')
			return why_set(why, ERR_INVALID, "this is no name of DNS: labels of 1 to "
			    "63 printable characters with dots between, 253 in all");
		if (*text == '.') {
			out->at[start] = (uint8_t)label;
			start = at++;
			continue;
		}
		out->at[at++] = (uint8_t)(*text >= 'A' && *text <= 'Z' ? *text | 0x20 : *text);
	}
	out->at[start] = (uint8_t)(at - start - 1);
	if (out->at[start] != 0) {
		if (at >= DNS_NAME_MAX)
			return why_set(why, ERR_INVALID, "this name is longer than DNS allows");
		out->at[at++] = 0;
	}
	out->len = (uint8_t)at;
	return ERR_OK;
}

void
dns_name_text(const struct dns_name *name, char out[DNS_NAME_TEXT])
{
	size_t len = 0;

	for (size_t at = 0; at + 1 < name->len; ) {
		size_t end = at + 1 + name->at[at];

		if (at++ > 0)
			out[len++] = '.';
		for (; at < end; at++) {
			uint8_t octet = name->at[at];

			if (octet <= ' ' || octet > '~')
				len += (size_t)snprintf(out + len, 5, "\\%03u", octet);
			else if (strchr(".\\\"();@$", octet) != NULL)
				len += (size_t)snprintf(out + len, 3, "\\%c", octet);
			else
				out[len++] = (char)octet;
		}
	}
	if (len == 0)
		out[len++] = '.';
	out[len] = '\0';
}

bool
dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

enum err
dns_txt(const struct dns_record *record, struct buffer *out)
{
	struct reader in = reader_of(record->data);

	while (!in.failed && in.at < record->data.len) {
		struct bytes part = read_bytes(&in, (size_t)read_be(&in, 1));

		if (!in.failed)
			buffer_put(out, part.at, part.len);
	}
	return record->data.len > 0 && reader_done(&in) ? ERR_OK : ERR_MALFORMED;
}

static void
address_text(struct bytes data, struct buffer *out)
{
	if (data.len == 4) {
		buffer_print(out, "%u.%u.%u.%u", data.at[0], data.at[1], data.at[2], data.at[3]);
		return;
	}
	for (size_t i = 0; i < data.len; i += 2)
		buffer_print(out, "%s%x", i > 0 ? ":" : "", data.at[i] << 8 | data.at[i + 1]);
}

static enum err
name_put(const struct dns_answer *answer, const struct dns_record *record, size_t *at,
    struct buffer *out)
{
	char text[DNS_NAME_TEXT];
	struct dns_name name;
	enum err err = dns_data_name(answer, record, at, &name);

	if (err != ERR_OK)
		return err;
	dns_name_text(&name, text);
	buffer_put_text(out, text);
	return ERR_OK;
}

/* Numbers of 16 bits, a name, and nothing behind it. */
static enum err
numbers_and_name(const struct dns_answer *answer, const struct dns_record *record, size_t numbers,
    struct buffer *out)
{
	struct reader in = reader_of(record->data);
	size_t at = 2 * numbers;
	enum err err;

	for (size_t i = 0; i < numbers; i++)
		buffer_print(out, "%u ", (unsigned)read_be(&in, 2));
	err = in.failed ? ERR_MALFORMED : name_put(answer, record, &at, out);
	return err == ERR_OK && at != record->data.len ? ERR_MALFORMED : err;
}

static enum err
soa_text(const struct dns_answer *answer, const struct dns_record *record, struct buffer *out)
{
	struct reader in = reader_of(record->data);
	struct dns_name contact;
	size_t at = 0;

	if (name_put(answer, record, &at, out) != ERR_OK ||
	    dns_data_name(answer, record, &at, &contact) != ERR_OK ||
	    record->data.len - at != 20)
		return ERR_MALFORMED;
	in.at = at;
	buffer_print(out, " %u", (unsigned)read_be(&in, 4));
	return ERR_OK;
}

/* Order, preference, three strings, a name (RFC 3403). */
static enum err
naptr_text(const struct dns_answer *answer, const struct dns_record *record, struct buffer *out)
{
	struct reader in = reader_of(record->data);
	size_t at;

	buffer_print(out, "%u ", (unsigned)read_be(&in, 2));
	buffer_print(out, "%u ", (unsigned)read_be(&in, 2));
	for (unsigned i = 0; i < 3; i++) {
		struct bytes part = read_bytes(&in, (size_t)read_be(&in, 1));

		buffer_put_text(out, "\"");
		for (size_t o = 0; o < part.len; o++)
			buffer_put_u8(out, part.at[o] < ' ' || part.at[o] > '~' ||
			    part.at[o] == '"' ? '?' : part.at[o]);
		buffer_put_text(out, "\" ");
	}
	at = in.at;
	if (in.failed || name_put(answer, record, &at, out) != ERR_OK || at != record->data.len)
		return ERR_MALFORMED;
	return ERR_OK;
}

/* Both begin with a number of 16 bits and two of 8: DS tag, algorithm, digest; DNSKEY flags,
 * protocol, algorithm. */
static enum err
key_text(const struct dns_record *record, struct buffer *out)
{
	const uint8_t *at = record->data.at;
	char name[16];

	if (record->data.len < 5)
		return ERR_MALFORMED;
	buffer_print(out, "%u %s, %zu octets", at[0] << 8 | at[1], dns_algorithm_name(
	    record->type == DNS_DS ? at[2] : at[3], name), record->data.len - 4);
	return ERR_OK;
}

enum err
dns_data_text(const struct dns_answer *answer, const struct dns_record *record, struct buffer *out)
{
	switch (record->type) {
	case DNS_A:
	case DNS_AAAA:
		if (record->data.len != (record->type == DNS_A ? 4 : 16))
			return ERR_MALFORMED;
		address_text(record->data, out);
		return ERR_OK;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
	case DNS_DNAME:
		return numbers_and_name(answer, record, 0, out);
	case DNS_MX:
		return numbers_and_name(answer, record, 1, out);
	case DNS_SRV:
		return numbers_and_name(answer, record, 3, out);
	case DNS_SOA:
		return soa_text(answer, record, out);
	case DNS_NAPTR:
		return naptr_text(answer, record, out);
	case DNS_TXT:
		return dns_txt(record, out);
	case DNS_DS:
	case DNS_DNSKEY:
		return key_text(record, out);
	default:
		buffer_print(out, "\\# %zu", record->data.len);
		return ERR_OK;
	}
}
