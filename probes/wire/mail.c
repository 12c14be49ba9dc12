/* SPDX-License-Identifier: Apache-2.0 */
/* SMTP replies, SPF and DMARC; see mail.h. */
#include <string.h>
#include <strings.h>

#include "probes/wire/mail.h"

static bool
digit(uint8_t octet)
{
	return octet >= '0' && octet <= '9';
}

static enum mail_step
broken(struct why *why, const char *what)
{
	(void)why_set(why, ERR_MALFORMED, "the server sent %s", what);
	return MAIL_BROKEN;
}

/* One line with its code; last: no other of this reply follows. */
static enum mail_step
line_read(struct bytes in, struct bytes *line, unsigned *code, bool *last, size_t *len,
    struct why *why)
{
	const uint8_t *end = in.len > 0 ? memchr(in.at, '\n', in.len) : NULL;
	size_t size = end != NULL ? (size_t)(end - in.at) : in.len;

	if (size > MAIL_LINE_MAX)
		return broken(why, "a line without end");
	for (size_t i = 0; i < size && i < 3; i++)
		if (!digit(in.at[i]))
			return broken(why, "what is no reply of SMTP");
	if (end == NULL)
		return MAIL_MORE;
	*len = size + 1;
	if (size > 0 && in.at[size - 1] == '\r')
		size--;
	if (size < 3 || in.at[0] < '2' || in.at[0] > '5' ||
	    (size > 3 && in.at[3] != ' ' && in.at[3] != '-'))
		return broken(why, "what is no reply of SMTP");
	*code = (unsigned)(in.at[0] - '0') * 100 + (unsigned)(in.at[1] - '0') * 10 +
	    (unsigned)(in.at[2] - '0');
	*last = size == 3 || in.at[3] == ' ';
	*line = bytes_of(in.at + (size > 3 ? 4 : 3), size > 3 ? size - 4 : 0);
	return MAIL_DONE;
}

enum mail_step
mail_reply_read(struct bytes in, struct mail_reply *reply, size_t *len, struct why *why)
{
	size_t at = 0, size = 0;
	bool last = false;

	reply->lines = 0;
	*len = 0;
	while (!last) {
		struct bytes line;
		unsigned code;
		enum mail_step step = line_read(bytes_slice(in, at, in.len), &line, &code, &last,
		    &size, why);

		if (step != MAIL_DONE)
			return step;
		if (reply->lines > 0 && code != reply->code)
			return broken(why, "a reply whose lines have different codes");
		if (reply->lines == MAIL_LINES_MAX)
			return broken(why, "a reply without end");
		reply->code = code;
		reply->line[reply->lines++] = line;
		at += size;
	}
	*len = at;
	return MAIL_DONE;
}

static bool
begins(struct bytes text, const char *word)
{
	size_t len = strlen(word);

	return text.len >= len && strncasecmp((const char *)text.at, word, len) == 0;
}

static bool
is(struct bytes text, const char *word)
{
	return text.len == strlen(word) && begins(text, word);
}

bool
mail_offers(const struct mail_reply *reply, const char *keyword)
{
	size_t len = strlen(keyword);

	/* The first line greets. */
	for (size_t i = 1; i < reply->lines; i++)
		if (begins(reply->line[i], keyword) &&
		    (reply->line[i].len == len || reply->line[i].at[len] == ' ' ||
		    reply->line[i].at[len] == '='))
			return true;
	return false;
}

bool
mail_is_spf(struct bytes text)
{
	return begins(text, "v=spf1") && (text.len == 6 || text.at[6] == ' ');
}

/* The next word between blanks; false: there is none. */
static bool
word_next(struct bytes text, size_t *at, struct bytes *word)
{
	size_t start;

	while (*at < text.len && text.at[*at] == ' ')
		(*at)++;
	start = *at;
	while (*at < text.len && text.at[*at] != ' ')
		(*at)++;
	*word = bytes_slice(text, start, *at - start);
	return word->len > 0;
}

const char *
mail_spf_all(struct bytes text)
{
	const char *otherwise = "none";
	struct bytes word;
	size_t at = 0;

	/* What is behind "all" is never looked at (RFC 7208 5.1). */
	while (word_next(text, &at, &word)) {
		if (is(word, "-all"))
			return "fail";
		if (is(word, "~all"))
			return "softfail";
		if (is(word, "?all"))
			return "neutral";
		if (is(word, "all") || is(word, "+all"))
			return "pass";
		if (begins(word, "redirect="))
			otherwise = "redirect";
	}
	return otherwise;
}

static struct bytes
trimmed(struct bytes text)
{
	while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t'))
		text = bytes_slice(text, 1, text.len);
	while (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\t'))
		text.len--;
	return text;
}

/* The value of the n-th tag if it has this name. */
static bool
tag_value(struct bytes tag, const char *name, struct bytes *value)
{
	const uint8_t *equals = tag.len > 0 ? memchr(tag.at, '=', tag.len) : NULL;
	size_t len = equals != NULL ? (size_t)(equals - tag.at) : 0;

	if (equals == NULL || !is(trimmed(bytes_of(tag.at, len)), name))
		return false;
	*value = trimmed(bytes_slice(tag, len + 1, tag.len));
	return true;
}

static bool
tag_next(struct bytes text, size_t *at, struct bytes *tag)
{
	const uint8_t *end;

	if (*at >= text.len)
		return false;
	end = memchr(text.at + *at, ';', text.len - *at);
	*tag = bytes_slice(text, *at, end != NULL ? (size_t)(end - text.at) - *at : text.len);
	*at += tag->len + 1;
	return true;
}

bool
mail_is_dmarc(struct bytes text)
{
	struct bytes tag, value;
	size_t at = 0;

	/* The version comes first and is written in capitals. */
	return tag_next(text, &at, &tag) && tag_value(tag, "v", &value) &&
	    bytes_equal(value, bytes_of_text("DMARC1"));
}

const char *
mail_dmarc_policy(struct bytes text)
{
	static const char *const policies[] = { "reject", "quarantine", "none" };
	struct bytes tag, value;
	size_t at = 0;

	while (tag_next(text, &at, &tag))
		if (tag_value(tag, "p", &value))
			for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
				if (is(value, policies[i]))
					return policies[i];
	return NULL;
}
