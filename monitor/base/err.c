/* SPDX-License-Identifier: Apache-2.0 */
/* Error names and texts from the one list, and the sentence that travels with them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/err.h"

static const char *const texts[ERR_COUNT] = {
#define X(name, text) [ERR_##name] = text,
	ERR_LIST(X)
#undef X
};

static const char *const names[ERR_COUNT] = {
#define X(name, text) [ERR_##name] = #name,
	ERR_LIST(X)
#undef X
};

const char *
err_text(enum err err)
{
	return (unsigned)err < ERR_COUNT ? texts[err] : "an error this version does not know";
}

const char *
err_name(enum err err)
{
	return (unsigned)err < ERR_COUNT ? names[err] : "UNKNOWN";
}

static enum err
why_fill(struct why *why, enum err err, uint64_t offset, const char *fmt, va_list args)
{
	if (why == NULL)
		return err;
	why->err = err;
	why->offset = offset;
	vsnprintf(why->text, sizeof(why->text), fmt, args);
	return err;
}

enum err
why_set(struct why *why, enum err err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	why_fill(why, err, 0, fmt, args);
	va_end(args);
	return err;
}

enum err
why_at(struct why *why, enum err err, uint64_t offset, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	why_fill(why, err, offset, fmt, args);
	va_end(args);
	return err;
}

enum err
why_in(struct why *why, const char *fmt, ...)
{
	char prefix[WHY_TEXT_MAX], rest[WHY_TEXT_MAX];
	va_list args;

	if (why == NULL)
		return ERR_OK;
	va_start(args, fmt);
	vsnprintf(prefix, sizeof(prefix), fmt, args);
	va_end(args);
	memcpy(rest, why->text, sizeof(rest));
	if (snprintf(why->text, sizeof(why->text), "%s: %s", prefix, rest) >=
	    (int)sizeof(why->text))
		why->text[sizeof(why->text) - 1] = '\0';
	return why->err;
}
