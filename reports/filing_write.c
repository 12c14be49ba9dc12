/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a filing: everything is made before anything is written, so that a filing that cannot
 * be made leaves nothing behind.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "reports/filing_write.h"

struct format { const char *name, *ending; void (*print)(const struct filing *, struct buffer *); };

static const struct format formats[] = {
#define REPORT_FORMAT(name, ending, print) { #name, ending, print },
#include "reports/report_list.h"
};

static const char *const languages[FILING_LANGUAGES_MAX] = { "ja", "en" };

enum { FORMATS = sizeof(formats) / sizeof(formats[0]),
	DOCUMENTS_MAX = FILING_LANGUAGES_MAX * FILING_FORMATS_MAX };

struct written {
	const struct filing_source *source;
	const struct filing_order  *order;
	struct form                *form;
	struct filing_document      document[DOCUMENTS_MAX + 1];	/* the last: claims */
	struct buffer               octets[DOCUMENTS_MAX + 1];
	size_t                      documents;
	int                         code;
};

/* --- what is asked for -------------------------------------------------------------------- */

/* The next word of a list with commas; false at its end. */
static bool
next_word(const char **list, struct bytes *word)
{
	size_t len = strcspn(*list, ",");

	if (**list == '\0')
		return false;
	*word = bytes_of(*list, len);
	*list += len + ((*list)[len] == ',');
	return true;
}

const char *
filing_format_name(size_t i)
{
	return i < FORMATS ? formats[i].name : NULL;
}

enum err
filing_languages_read(const char *list, struct filing_order *order, struct why *why)
{
	struct bytes word;

	order->languages = 0;
	while (next_word(&list, &word)) {
		const char *found = NULL;

		for (size_t i = 0; i < FILING_LANGUAGES_MAX; i++)
			if (bytes_equal(word, bytes_of_text(languages[i])))
				found = languages[i];
		for (size_t i = 0; i < order->languages && found != NULL; i++)
			if (order->language[i] == found)
				found = NULL;
		if (found == NULL)
			return why_set(why, ERR_INVALID, _("languages are ja and en, each once; "
			    "\"%.*s\" is not one"), (int)(word.len < 40 ? word.len : 40),
			    (const char *)word.at);
		order->language[order->languages++] = found;
	}
	return ERR_OK;
}

enum err
filing_formats_read(const char *list, struct filing_order *order, struct why *why)
{
	struct bytes word;

	order->formats = 0;
	while (next_word(&list, &word)) {
		unsigned found = 0;

		while (found < FORMATS && !bytes_equal(word, bytes_of_text(formats[found].name)))
			found++;
		for (size_t i = 0; i < order->formats; i++)
			if (order->format[i] == found)
				found = FORMATS;
		if (found == FORMATS || order->formats == FILING_FORMATS_MAX)
			return why_set(why, ERR_INVALID, _("there is no format \"%.*s\", or it "
			    "stands twice; \"sekimori report list\" names them"),
			    (int)(word.len < 40 ? word.len : 40), (const char *)word.at);
		order->format[order->formats++] = found;
	}
	return ERR_OK;
}

/* --- making ------------------------------------------------------------------------------- */

static void
print_document(struct written *w, const struct filing *filing, const struct format *format)
{
	struct filing_document *document = &w->document[w->documents];
	struct buffer *out = &w->octets[w->documents++];

	format->print(filing, out);
	document->hash = hash_of(bytes_of_buffer(out));
	snprintf(document->name, sizeof(document->name), "%.30s.%.8s.%.8s", w->order->report,
	    filing->language, format->ending);
}

static enum err
make_language(struct written *w, const char *language, struct why *why)
{
	struct filing *filing;
	enum err err;

	i18n_open(language);
	if (strcmp(i18n_language(), language) != 0)
		return why_set(why, ERR_NOT_FOUND, _("the catalogue of the language \"%s\" is not "
		    "installed: the document would be in two languages"), language);
	err = filing_make(w->source, w->form, language, &filing, why);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < w->order->formats; i++)
		print_document(w, filing, &formats[w->order->format[i]]);
	if (w->order->formats == 0)
		print_document(w, filing, &formats[0]);
	w->code = filing_code(filing);
	filing_free(filing);
	return ERR_OK;
}

/* In English, whatever the documents speak. */
static enum err
make_claims(struct written *w, struct why *why)
{
	struct filing_document *document = &w->document[w->documents];
	struct buffer *out = &w->octets[w->documents];
	struct filing_claims claims;
	struct filing *filing;
	enum err err;

	i18n_open("en");
	err = filing_make(w->source, w->form, "en", &filing, why);
	if (err != ERR_OK)
		return err;
	filing_claims_make(filing, &claims);
	filing_claims_print(filing, &claims, w->document, w->documents, out);
	document->hash = hash_of(bytes_of_buffer(out));
	snprintf(document->name, sizeof(document->name), "%.30s.claims", w->order->report);
	w->documents++;
	filing_claims_free(&claims);
	filing_free(filing);
	return ERR_OK;
}

static enum err
make_all(struct written *w, struct why *why)
{
	const struct filing_order *order = w->order;
	const char *now = i18n_language();
	enum err err = order->languages == 0 ? make_language(w, now, why) : ERR_OK;

	for (size_t i = 0; i < order->languages && err == ERR_OK; i++)
		err = make_language(w, order->language[i], why);
	if (err == ERR_OK && order->folder != NULL)
		err = make_claims(w, why);
	for (size_t i = 0; i < w->documents && err == ERR_OK; i++)
		if (w->octets[i].failed)
			err = why_set(why, ERR_LIMIT, _("%s would be larger than %d octets"),
			    w->document[i].name, BUFFER_MAX);
	return err;
}

/* --- writing ------------------------------------------------------------------------------ */

static enum err
check_free(const struct written *w, struct why *why)
{
	char path[PATH_TEXT_MAX];

	for (size_t i = 0; i < w->documents; i++) {
		if (!file_path(path, sizeof(path), w->order->folder, w->document[i].name))
			return why_set(why, ERR_LIMIT, _("the path of %s is too long"),
			    w->document[i].name);
		if (!w->order->force && access(path, F_OK) == 0)
			return why_set(why, ERR_INVALID, _("%.300s is there already; name another "
			    "folder, or give --force to replace it"), path);
	}
	return ERR_OK;
}

static enum err
write_files(const struct written *w, struct why *why)
{
	enum err err = file_folder(w->order->folder, 0755, why);

	if (err == ERR_OK)
		err = check_free(w, why);
	for (size_t i = 0; i < w->documents && err == ERR_OK; i++) {
		char path[PATH_TEXT_MAX], hash[HASH_TEXT];

		(void)file_path(path, sizeof(path), w->order->folder, w->document[i].name);
		err = file_write(path, bytes_of_buffer(&w->octets[i]), 0644, why);
		hash_text(w->document[i].hash, hash);
		if (err == ERR_OK)
			printf("%s  %s\n", hash, path);
	}
	return err;
}

static enum err
write_output(const struct written *w, struct why *why)
{
	for (size_t i = 0; i < w->documents; i++)
		fwrite(w->octets[i].at, 1, w->octets[i].len, stdout);
	if (fflush(stdout) != 0)
		return why_set(why, ERR_IO, _("standard output cannot be written"));
	return ERR_OK;
}

enum err
filing_write(const struct filing_source *source, const struct filing_order *order, int *code,
    struct why *why)
{
	struct written w = { .source = source, .order = order };
	bool several = order->formats > 1 || (order->languages > 1 && order->formats == 1 &&
	    order->format[0] != 0);
	enum err err;

	if (order->folder == NULL && several)
		return why_set(why, ERR_INVALID,
		    _("several documents need --out DIR; standard output takes one"));
	err = form_load(order->report, &w.form, why);
	if (err == ERR_OK)
		err = make_all(&w, why);
	if (err == ERR_OK)
		err = order->folder != NULL ? write_files(&w, why) : write_output(&w, why);
	*code = w.code;
	for (size_t i = 0; i <= DOCUMENTS_MAX; i++)
		buffer_free(&w.octets[i]);
	form_free(w.form);
	return err;
}
