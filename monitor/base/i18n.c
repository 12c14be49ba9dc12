/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locale and catalogue.  Text is UTF-8 whatever the environment says, numbers are always those
 * of C, and a language asked for is given even where its locale was never generated.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"

/* The value the C library would take for messages: POSIX order of the three variables. */
static const char *
asked_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return value;
	}
	return "C";
}

/* gettext reads LANGUAGE, but only where the locale of messages is not plain "C". */
static void
language_set(const char *lang)
{
	const char *locale = asked_locale(), *language = getenv("LANGUAGE");

	if (lang != NULL)
		setenv("LANGUAGE", lang, 1);
	else if (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
		setenv("LANGUAGE", "en", 1);
	else if (language == NULL || language[0] == '\0')
		setenv("LANGUAGE", strncmp(locale, "ja", 2) == 0 ? "ja" : "en", 1);
}

static void
locale_set(void)
{
	bool found = setlocale(LC_ALL, "") != NULL;

	if (!found || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	if (!found || strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0)
		setlocale(LC_MESSAGES, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
}

/* Running from a build tree: the folder mo beside the program. */
static bool
catalogue_beside(char out[PATH_TEXT_MAX])
{
	char program[PATH_TEXT_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	if (len <= 0)
		return false;
	program[len] = '\0';
	slash = strrchr(program, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return file_path(out, PATH_TEXT_MAX, program, "mo") && access(out, X_OK) == 0;
}

void
i18n_open(const char *lang)
{
	char folder[PATH_TEXT_MAX];

	language_set(lang);
	locale_set();
	if (!catalogue_beside(folder))
		snprintf(folder, sizeof(folder), "%s", PREFIX "/share/locale");
	bindtextdomain("sekimori", folder);
	bind_textdomain_codeset("sekimori", "UTF-8");
	textdomain("sekimori");
}
