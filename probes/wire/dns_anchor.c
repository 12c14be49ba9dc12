/* SPDX-License-Identifier: Apache-2.0 */
/* Trust anchors, line by line; see dns_anchor.h. */
#include <string.h>
#include <strings.h>

#include "probes/wire/dns_anchor.h"

enum { WORDS_MAX = 64, ZONE_KEY = 0x0100, REVOKED = 0x0080, PROTOCOL = 3 };

/* A line taken apart; the words end with NUL. */
struct line {
	char   text[DNS_ANCHOR_LINE + 1];
	char  *word[WORDS_MAX];
	size_t words;
};

static size_t
line_number(struct bytes file, size_t at)
{
	size_t number = 1;

	for (size_t i = 0; i < at; i++)
		number += file.at[i] == '\n';
	return number;
}

/* ERR_LIMIT: too long, or too many words; ERR_MALFORMED: an octet that is no text. */
static enum err
line_take(struct bytes in, struct line *line)
{
	bool between = true;

	line->words = 0;
	if (in.len > DNS_ANCHOR_LINE)
		return ERR_LIMIT;
	for (size_t i = 0; i < in.len; i++) {
		char c = (char)in.at[i];

		if (c == ';')
			c = '\0', in.len = i;
		else if (c == ' ' || c == '\t' || c == '\r')
			c = '\0';
		else if (c < ' ' || c > '~')
			return ERR_MALFORMED;
		else if (between && line->words == WORDS_MAX)
			return ERR_LIMIT;
		else if (between)
			line->word[line->words++] = &line->text[i];
		between = c == '\0';
		line->text[i] = c;
	}
	line->text[in.len] = '\0';
	return ERR_OK;
}

static bool
number_read(const char *text, unsigned most, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; text[i] != '\0'; i++) {
		if (text[i] < '0' || text[i] > '9' || i > 9)
			return false;
		*out = *out * 10 + (unsigned)(text[i] - '0');
	}
	return text[0] != '\0' && *out <= most;
}

/* ED448 is not among them: libunbound of Debian, made with nettle, cannot verify it. */
static bool
algorithm_known(unsigned algorithm)
{
	return algorithm == 5 || algorithm == 7 || algorithm == 8 || algorithm == 10 ||
	    (algorithm >= 13 && algorithm <= 15);
}

/* The words from there on are one value: hex and base64 may be broken anywhere. */
static void
value_join(const struct line *line, size_t from, struct buffer *out)
{
	for (size_t i = from; i < line->words; i++)
		buffer_put_text(out, line->word[i]);
}

/* Octets of a digest by its type (IANA "Digest Algorithms"); 0: not known. */
static size_t
digest_len(unsigned type)
{
	return type == 1 ? 20 : type == 2 ? 32 : type == 4 ? 48 : 0;
}

/* "TAG ALGORITHM DIGEST-TYPE DIGEST" (RFC 4034 5.3). */
static const char *
ds_read(const unsigned number[3], struct buffer *value, struct dns_anchor *out)
{
	uint8_t digest[DNS_ANCHOR_LINE / 2];
	const char *text = buffer_text(value);
	size_t len = digest_len(number[2]);

	if (value->len % 2 != 0 || value->len == 0 ||
	    hex_read(text, digest, value->len / 2) != ERR_OK)
		return "its digest is not in hexadecimal";
	if (len != 0 && value->len != 2 * len)
		return "its digest is not as long as its type says";
	out->usable = len != 0 && algorithm_known(number[1]);
	return NULL;
}

/* "FLAGS PROTOCOL ALGORITHM KEY" (RFC 4034 2.2). */
static const char *
key_read(const unsigned number[3], struct buffer *value, struct dns_anchor *out)
{
	struct buffer key = { .max = DNS_ANCHOR_LINE };
	bool read = base64_read(bytes_of_buffer(value), &key) == ERR_OK && key.len > 0;

	buffer_free(&key);
	if (!read)
		return "its key is not in base64";
	if (number[1] != PROTOCOL)
		return "its protocol is not 3";
	if (!(number[0] & ZONE_KEY) || (number[0] & REVOKED))
		return "by its flags it is no key of a zone, or revoked";
	out->usable = algorithm_known(number[2]);
	return NULL;
}

/* What is wrong with the words of a line, or NULL and out is whole. */
static const char *
record_read(const struct line *line, struct dns_anchor *out)
{
	static const unsigned most[] = { 65535, 255, 255 };
	struct buffer value = { .max = DNS_ANCHOR_LINE };
	struct buffer text = { .max = sizeof(out->text) - 1 };
	unsigned number[3], ttl;
	const char *wrong = NULL;
	char owner[DNS_NAME_TEXT];
	size_t at = 1;
	bool key;

	if (dns_name_of(line->word[0], &out->owner, NULL) != ERR_OK)
		return "it does not begin with the name of a zone";
	while (at < line->words && (strcasecmp(line->word[at], "IN") == 0 ||
	    number_read(line->word[at], 0x7fffffff, &ttl)))
		at++;
	key = at < line->words && strcasecmp(line->word[at], "DNSKEY") == 0;
	if (at + 4 >= line->words || (!key && strcasecmp(line->word[at], "DS") != 0))
		return "a DS or DNSKEY record on one line is wanted";
	for (size_t i = 0; i < 3; i++)
		if (!number_read(line->word[at + 1 + i], most[i], &number[i]))
			return "one of its three numbers is none";
	value_join(line, at + 4, &value);
	wrong = key ? key_read(number, &value, out) : ds_read(number, &value, out);
	dns_name_text(&out->owner, owner);
	buffer_print(&text, "%s%s IN %s %u %u %u %s", owner, strcmp(owner, ".") == 0 ? "" : ".",
	    key ? "DNSKEY" : "DS", number[0], number[1], number[2], buffer_text(&value));
	memcpy(out->text, buffer_text(&text), text.len + 1);
	buffer_free(&text);
	buffer_free(&value);
	return wrong;
}

enum err
dns_anchor_next(struct bytes file, size_t *at, struct dns_anchor *out, struct why *why)
{
	struct line line;
	const char *wrong;
	enum err err;

	while (*at < file.len) {
		size_t from = *at, end = from;

		while (end < file.len && file.at[end] != '\n')
			end++;
		*at = end < file.len ? end + 1 : end;
		err = line_take(bytes_slice(file, from, end - from), &line);
		if (err == ERR_OK && line.words == 0)
			continue;
		wrong = err == ERR_OK ? record_read(&line, out) : err == ERR_LIMIT ?
		    "it is too long" : "it is not plain text";
		if (wrong == NULL)
			return ERR_OK;
		return why_set(why, ERR_MALFORMED, "line %zu cannot be read: %s",
		    line_number(file, from), wrong);
	}
	return ERR_NOT_FOUND;
}

bool
dns_anchor_covers(const struct dns_anchor *anchor, const struct dns_asked *asked)
{
	struct dns_name above = asked->name;

	if (asked->type == DNS_DS && dns_name_equal(&above, &anchor->owner))
		return false;
	while (above.len > anchor->owner.len) {
		uint8_t label = (uint8_t)(above.at[0] + 1);

		above.len = (uint8_t)(above.len - label);
		memmove(above.at, above.at + label, above.len);
	}
	return dns_name_equal(&above, &anchor->owner);
}

/* " from 192.0.2.1 and 192.0.2.2": the octets of it, or 0. */
static size_t
addresses_len(const char *text)
{
	size_t len = 0;

	for (const char *word = " from "; strncmp(text + len, word, strlen(word)) == 0;
	     word = " and ") {
		size_t end = len + strlen(word), part = strcspn(text + end, " ");

		/* A name may follow the same words; an address has no letter beyond f. */
		if (part == 0 || strspn(text + end, "0123456789abcdefABCDEF.:") != part)
			break;
		len = end + part;
	}
	return len;
}

void
dns_bogus_text(const char *sentence, struct buffer *out)
{
	const char *at = strstr(sentence, ">: ");

	for (at = at != NULL ? at + 3 : sentence; *at != '\0';) {
		size_t skip = addresses_len(at);

		at += skip;
		if (skip == 0) {
			char c = *at++;

			buffer_put_u8(out, c < ' ' || c > '~' ? '?' : (uint8_t)c);
		}
	}
}
