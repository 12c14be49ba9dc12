/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tokenizer that knows as much of libconfig's syntax as is needed to find what the library
 * would take wrongly: strings and comments (to pass over them), brackets (depth), assignments
 * (members of a group; libconfig compares each with all before it) and numbers (range).
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/conf.h"
#include "monitor/base/conf_scan.h"
#include "monitor/base/limits.h"

struct scan {
	const uint8_t *at, *end;
	uint64_t       line;
	unsigned       depth;
	unsigned       members[CONF_DEPTH_MAX + 1];
	char           opener[CONF_DEPTH_MAX + 1];
	uint64_t       opened[CONF_DEPTH_MAX + 1];	/* its line */
};

static uint8_t
look(const struct scan *scan, size_t ahead)
{
	return ahead < (size_t)(scan->end - scan->at) ? scan->at[ahead] : 0;
}

static void
step(struct scan *scan)
{
	if (*scan->at++ == '\n')
		scan->line++;
}

static enum err
pass_string(struct scan *scan, struct why *why)
{
	uint64_t line = scan->line;

	for (scan->at++; scan->at < scan->end && *scan->at != '"'; step(scan))
		if (*scan->at == '\\' && scan->at + 1 < scan->end)
			step(scan);
	if (scan->at == scan->end)
		return why_at(why, ERR_INVALID, line, "a text begins here and has no closing "
		    "quote");
	scan->at++;
	return ERR_OK;
}

static enum err
pass_comment(struct scan *scan, struct why *why)
{
	uint64_t line = scan->line;

	if (look(scan, 0) == '#' || look(scan, 1) == '/') {
		while (scan->at < scan->end && *scan->at != '\n')
			scan->at++;
		return ERR_OK;
	}
	for (scan->at += 2; scan->at < scan->end; step(scan))
		if (look(scan, 0) == '*' && look(scan, 1) == '/') {
			scan->at += 2;
			return ERR_OK;
		}
	return why_at(why, ERR_INVALID, line, "a comment begins here and has no end");
}

/* A number or a bare word.  libconfig 1.5 keeps 32 bits of an integer and says nothing. */
static enum err
pass_word(struct scan *scan, struct why *why)
{
	const uint8_t *start = scan->at;
	uint64_t value = 0;
	bool number, whole = true;

	if (*scan->at == '-' || *scan->at == '+')
		scan->at++;
	number = scan->at < scan->end && isdigit(*scan->at);
	for (; scan->at < scan->end && (isalnum(*scan->at) || strchr("._-+*", *scan->at) != NULL);
	    scan->at++) {
		if (isdigit(*scan->at))
			value = value > INT32_MAX ? value :
			    value * 10 + (uint64_t)(*scan->at - '0');
		else
			whole = whole && *scan->at == 'L';
	}
	if (scan->at == start)
		scan->at++;
	if (!number)
		return ERR_OK;
	if (!whole && start[0] == '0' && scan->at - start > 1 &&
	    (start[1] == 'x' || start[1] == 'X'))
		return why_at(why, ERR_INVALID, scan->line, "write numbers in decimal");
	if (whole && value > INT32_MAX)
		return why_at(why, ERR_INVALID, scan->line, "the number %.*s is too large; write "
		    "durations and sizes as texts with their unit, such as \"30s\" or \"16KiB\"",
		    (int)(scan->at - start < 24 ? scan->at - start : 24), (const char *)start);
	return ERR_OK;
}

static enum err
open_bracket(struct scan *scan, char bracket, struct why *why)
{
	if (scan->depth == CONF_DEPTH_MAX)
		return why_at(why, ERR_LIMIT, scan->line, "brackets are nested more than %d deep",
		    CONF_DEPTH_MAX);
	scan->depth++;
	scan->members[scan->depth] = 0;
	scan->opener[scan->depth] = bracket;
	scan->opened[scan->depth] = scan->line;
	scan->at++;
	return ERR_OK;
}

static char
closer_of(char opener)
{
	return opener == '{' ? '}' : opener == '(' ? ')' : ']';
}

static enum err
close_bracket(struct scan *scan, char bracket, struct why *why)
{
	if (scan->depth == 0)
		return why_at(why, ERR_INVALID, scan->line, "\"%c\" closes nothing", bracket);
	if (closer_of(scan->opener[scan->depth]) != bracket)
		return why_at(why, ERR_INVALID, scan->line, "\"%c\" stands where \"%c\" was "
		    "expected, to close line %" PRIu64, bracket,
		    closer_of(scan->opener[scan->depth]),
		    scan->opened[scan->depth]);
	scan->depth--;
	scan->at++;
	return ERR_OK;
}

static enum err
scan_one(struct scan *scan, struct why *why)
{
	uint8_t c = *scan->at;

	if (c == '"')
		return pass_string(scan, why);
	if (c == '#' || (c == '/' && (look(scan, 1) == '/' || look(scan, 1) == '*')))
		return pass_comment(scan, why);
	if (c == '{' || c == '(' || c == '[')
		return open_bracket(scan, (char)c, why);
	if (c == '}' || c == ')' || c == ']')
		return close_bracket(scan, (char)c, why);
	if (c == '@')
		return why_at(why, ERR_INVALID, scan->line, "@include is not taken: the "
		    "configuration is one file, so that all of it is recorded");
	if (c == '=' || c == ':') {
		scan->at++;
		if (++scan->members[scan->depth] <= CONF_GROUP_MAX)
			return ERR_OK;
		return why_at(why, ERR_LIMIT, scan->line, "more than %d settings in one group",
		    CONF_GROUP_MAX);
	}
	if (isspace(c) || c == ',' || c == ';') {
		step(scan);
		return ERR_OK;
	}
	return pass_word(scan, why);
}

static enum err
check_octets(struct bytes text, struct why *why)
{
	uint64_t line = 1;

	if (text.len > CONFIG_MAX)
		return why_at(why, ERR_LIMIT, 1, "more than %d octets of configuration",
		    CONFIG_MAX);
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
			return why_at(why, ERR_INVALID, line, "a control character (octet %02x)",
			    c);
		line += c == '\n';
	}
	if (!utf8_valid(text))
		return why_at(why, ERR_INVALID, 1, "the file is not UTF-8 text");
	return ERR_OK;
}

enum err
conf_scan(struct bytes text, struct why *why)
{
	struct scan scan = { .at = text.at, .end = text.len > 0 ? text.at + text.len : text.at,
	    .line = 1 };
	enum err err = check_octets(text, why);

	while (err == ERR_OK && scan.at < scan.end)
		err = scan_one(&scan, why);
	if (err == ERR_OK && scan.depth > 0)
		err = why_at(why, ERR_INVALID, scan.opened[scan.depth], "\"%c\" is opened here "
		    "and never closed", scan.opener[scan.depth]);
	return err;
}
