/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locale and language.  Text is UTF-8 whatever the environment says, numbers are always those of
 * C, and the language asked for is given even where its locale was never generated.  The
 * catalogue in use is the only state.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/catalogue.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"

/* Languages there are besides English; each has one form for every number. */
static const char *const languages[] = { "ja" };

static struct {
	struct catalogue *texts;	/* NULL for English */
	const char       *name;		/* its language, or NULL */
	bool              plain;	/* the environment names a locale that is not UTF-8 */
} chosen;

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

/* "ja" of "ja", "ja_JP.UTF-8" and "ja:en"; NULL for English and for all that is not there. */
static const char *
language_of(const char *wanted)
{
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		size_t len = strlen(languages[i]);

		if (strncmp(wanted, languages[i], len) == 0 &&
		    (wanted[len] == '\0' || strchr("_.@:", wanted[len]) != NULL))
			return languages[i];
	}
	return NULL;
}

/* LANGUAGE is a list in order of preference; as in gettext, a locale of plain C goes before it. */
static const char *
language_asked(void)
{
	const char *locale = asked_locale(), *list = getenv("LANGUAGE");

	if (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
		return NULL;
	if (list == NULL || list[0] == '\0')
		return language_of(locale);
	while (*list != '\0') {
		const char *language = language_of(list);

		if (language != NULL || strncmp(list, "en", 2) == 0)
			return language;
		list += strcspn(list, ":");
		list += *list == ':';
	}
	return NULL;
}

/* Where no locale is named at all nothing is known against UTF-8. */
static bool
locale_named(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return true;
	}
	return false;
}

static void
locale_set(void)
{
	bool there = setlocale(LC_ALL, "") != NULL;
	bool other = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;

	chosen.plain = there && other && locale_named();
	if (!there || other)
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
}

/* Running from a build tree: the folder mo beside the program. */
static bool
folder_beside(char out[PATH_TEXT_MAX])
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

/* A catalogue that is not there leaves English; one that is damaged is worth a line. */
static void
catalogue_load(const char *language)
{
	char folder[PATH_TEXT_MAX], path[PATH_TEXT_MAX + 64];
	struct buffer octets = { .max = CATALOGUE_MAX };
	struct why why;
	enum err err;

	if (!folder_beside(folder))
		snprintf(folder, sizeof(folder), "%s", PREFIX "/share/locale");
	snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/sekimori.mo", folder, language);
	err = file_read(path, CATALOGUE_MAX, &octets, &why);
	if (err == ERR_OK)
		err = catalogue_read(bytes_of_buffer(&octets), &chosen.texts, &why);
	buffer_free(&octets);
	if (err == ERR_OK)
		chosen.name = language;
	else if (err != ERR_NOT_FOUND)
		log_line(LOG_LEVEL_WARNING, "%s: messages are in English: %s", path, why.text);
}

void
i18n_open(const char *lang)
{
	const char *language = lang != NULL ? language_of(lang) : language_asked();

	locale_set();
	if (language == chosen.name)
		return;
	catalogue_free(chosen.texts);
	chosen.texts = NULL;
	chosen.name = NULL;
	if (language != NULL)
		catalogue_load(language);
}

bool
i18n_plain(void)
{
	return chosen.plain;
}

const char *
i18n_language(void)
{
	return chosen.name != NULL ? chosen.name : "en";
}

/* An empty text is none: in a catalogue it stands for the head. */
const char *
i18n_text(const char *text)
{
	const char *found = chosen.texts != NULL && text[0] != '\0' ?
	    catalogue_find(chosen.texts, text) : NULL;

	return found != NULL && found[0] != '\0' ? found : text;
}

const char *
i18n_plural(const char *one, const char *many, unsigned long n)
{
	const char *found = i18n_text(one);

	return found != one ? found : n == 1 ? one : many;
}
