/* SPDX-License-Identifier: Apache-2.0 */
/* Where the forms are: given, beside the program, in the source tree of a build, or installed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "reports/filing_form.h"

static bool
program_folder(char out[PATH_TEXT_MAX])
{
	ssize_t len = readlink("/proc/self/exe", out, PATH_TEXT_MAX - 1);
	char *slash;

	if (len <= 0)
		return false;
	out[len] = '\0';
	slash = strrchr(out, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

/* The test programs of a build lie two folders deeper than its main program. */
static void
forms_folder(char out[PATH_TEXT_MAX])
{
	static const char *const beside[] = { "../share/sekimori/forms", "../../reports/forms",
		"../../../../reports/forms" };
	const char *given = getenv("SEKIMORI_FORMS");
	char program[PATH_TEXT_MAX];

	if (given != NULL && given[0] == '/') {
		snprintf(out, PATH_TEXT_MAX, "%s", given);
		return;
	}
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]) && program_folder(program); i++)
		if (file_path(out, PATH_TEXT_MAX, program, beside[i]) && access(out, X_OK) == 0)
			return;
	snprintf(out, PATH_TEXT_MAX, "%s", PREFIX "/share/sekimori/forms");
}

enum err
form_load(const char *id, struct form **out, struct why *why)
{
	char folder[PATH_TEXT_MAX], file[NAME_MAX_LEN + 8], path[PATH_TEXT_MAX];
	struct buffer octets = { .max = FORM_OCTETS_MAX };
	enum err err;

	*out = NULL;
	forms_folder(folder);
	snprintf(file, sizeof(file), "%.100s.form", id);
	if (!file_path(path, sizeof(path), folder, file))
		return why_set(why, ERR_LIMIT, _("the path of the forms is too long: %.200s"),
		    folder);
	err = file_read(path, FORM_OCTETS_MAX, &octets, why);
	if (err == ERR_NOT_FOUND)
		err = why_set(why, err, _("there is no form %s in %.200s; install it, or name its "
		    "folder in SEKIMORI_FORMS"), file, folder);
	if (err == ERR_OK)
		err = form_read(path, bytes_of_buffer(&octets), out, why);
	if (err == ERR_OK && strcmp((*out)->id, id) != 0) {
		err = why_set(why, ERR_INVALID, _("%.200s is the form \"%.60s\", not \"%s\""), path,
		    (*out)->id, id);
		form_free(*out);
		*out = NULL;
	}
	buffer_free(&octets);
	return err;
}
