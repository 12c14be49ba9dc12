/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sekimori-press pdf|xlsx: reads a paper on standard input, writes the document on standard
 * output, all of it or nothing.  Exit code 0: done; 1: not, with a sentence on standard error;
 * 2: it was not called right.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "reports/press/press.h"

#if defined(__SANITIZE_ADDRESS__)
/* Fontconfig and GLib keep what they made until the end. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

static enum err
put_all(struct bytes octets, struct why *why)
{
	while (octets.len > 0) {
		ssize_t done = write(STDOUT_FILENO, octets.at, octets.len);

		if (done <= 0)
			return why_set(why, ERR_IO, _("standard output cannot be written"));
		octets = bytes_slice(octets, (size_t)done, octets.len);
	}
	return ERR_OK;
}

static enum err
print(const char *format, struct why *why)
{
	struct buffer json = { .max = PAPER_JSON_MAX }, out = { .max = 0 };
	struct paper *paper = NULL;
	enum err err = file_read_fd(STDIN_FILENO, "standard input", PAPER_JSON_MAX, &json, why);

	if (err == ERR_OK)
		err = paper_read_json(bytes_of_buffer(&json), &paper, why);
	buffer_free(&json);
	if (err == ERR_OK)
		err = strcmp(format, "pdf") == 0 ? press_pdf(paper, &out, why) :
		    press_xlsx(paper, &out, why);
	if (err == ERR_OK && out.failed)
		err = why_set(why, ERR_LIMIT, _("the document would be larger than %d octets"),
		    BUFFER_MAX);
	if (err == ERR_OK)
		err = put_all(bytes_of_buffer(&out), why);
	paper_free(paper);
	buffer_free(&out);
	return err;
}

int
main(int argc, char **argv)
{
	struct why why = { .text = "" };

	i18n_open(NULL);
	if (argc != 2 || (strcmp(argv[1], "pdf") != 0 && strcmp(argv[1], "xlsx") != 0)) {
		fputs("usage: sekimori-press pdf|xlsx < paper.json > document\n", stderr);
		return 2;
	}
	if (press_confine(&why) == ERR_OK && print(argv[1], &why) == ERR_OK)
		return 0;
	fprintf(stderr, "%s\n", why.text);
	return 1;
}
