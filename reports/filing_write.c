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
#include "reports/filing_paper.h"
#include "reports/filing_write.h"
#include "reports/seal.h"

struct format {
	const char *name, *ending;
	void      (*print)(const struct filing *, struct buffer *);	/* NULL: by the press */
};

static const struct format formats[] = {
#define REPORT_FORMAT(name, ending, print) { #name, ending, print },
#define REPORT_PRESSED(name, ending) { #name, ending, NULL },
#include "reports/report_list.h"
};

static const char *const languages[FILING_LANGUAGES_MAX] = { "ja", "en" };

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

_Static_assert(FILING_LANGUAGES_MAX * FILING_FORMATS_MAX <= BUNDLE_DOCUMENTS_MAX,
    "a bundle takes every document");

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

static enum err
print_document(struct filing_documents *d, const struct filing_order *order,
    const struct filing *filing, unsigned row, struct why *why)
{
	size_t i = d->documents++;
	struct buffer *out = &d->octets[i];
	enum err err = ERR_OK;

	if (formats[row].print != NULL && filing->accident == NULL)
		formats[row].print(filing, out);
	else
		err = filing_print_paper(filing, formats[row].name, out, why);
	snprintf(d->name[i], FILING_NAME_MAX, "%.30s.%.8s.%.8s", order->report, filing->language,
	    formats[row].ending);
	if (err != ERR_OK)
		return err;
	if (out->failed)
		return why_set(why, ERR_LIMIT, _("%s would be larger than %d octets"), d->name[i],
		    BUFFER_MAX);
	d->document[i] = (struct bundle_document){ .name = bytes_of_text(d->name[i]),
		.hash = hash_of(bytes_of_buffer(out)), .octets = bytes_of_buffer(out) };
	return ERR_OK;
}

static enum err
make_language(struct filing_documents *d, const struct filing_source *source,
    const struct filing_order *order, const char *language, struct why *why)
{
	struct accident *accident = NULL;
	struct filing *filing = NULL;
	enum err err;

	i18n_open(language);
	if (strcmp(i18n_language(), language) != 0)
		return why_set(why, ERR_NOT_FOUND, _("the catalogue of the language \"%s\" is not "
		    "installed: the document would be in two languages"), language);
	err = filing_of_order(source, order, d->form, &accident, &filing, why);
	if (err == ERR_OK && order->formats == 0)
		err = print_document(d, order, filing, 0, why);
	for (size_t i = 0; i < order->formats && err == ERR_OK; i++)
		err = print_document(d, order, filing, order->format[i], why);
	filing_free(filing);
	accident_close(accident);
	return err;
}

/* In English, whatever the documents speak. */
static enum err
make_claims(struct filing_documents *d, const struct filing_source *source,
    const struct filing_order *order, struct why *why)
{
	struct accident *accident = NULL;
	struct filing *filing = NULL;
	enum err err;

	i18n_open("en");
	err = filing_of_order(source, order, d->form, &accident, &filing, why);
	if (err != ERR_OK) {
		accident_close(accident);
		return err;
	}
	d->code = filing_code(filing);
	d->required = filing->required;
	filing_claims_make(filing, &d->claims);
	accident_close(accident);
	bundle_claims_write(&d->claims_octets, &(struct bundle_claims){ .at_ms = d->at_ms,
	    .document = d->document, .documents = d->documents, .claim = d->claims.claim,
	    .claims = d->claims.claims });
	snprintf(d->claims_name, FILING_NAME_MAX, "%.30s.claims", order->report);
	if (d->claims_octets.failed)
		return why_set(why, ERR_LIMIT, _("%s would be larger than %d octets"),
		    d->claims_name, BUFFER_MAX);
	d->claims_hash = hash_of(bytes_of_buffer(&d->claims_octets));
	return ERR_OK;
}

/* Of the drafts in English; and which paper it is. */
static enum err
draft_hashes(struct filing_documents *d, const struct filing_source *source,
    const struct filing_order *order, struct why *why)
{
	struct accident_order *accident = order->accident;
	struct accident *first = NULL;
	struct filing *filing = NULL;
	enum err err;

	d->incident = accident->incident;
	d->edition = accident->edition;
	d->previous = accident->edition != 0 ? accident->previous : 0;
	i18n_open("en");
	err = filing_of_order(source, order, d->form, &first, &filing, why);
	if (err == ERR_OK)
		accident_digests(filing, accident);
	filing_free(filing);
	accident_close(first);
	return err;
}

enum err
filing_documents_make(const struct filing_source *source, const struct filing_order *order,
    struct filing_documents *d, struct why *why)
{
	const char *now = i18n_language();
	enum err err;

	*d = (struct filing_documents){ .size = source->size, .root = source->root,
		.at_ms = source->at_ms > source->newest_ms ? source->at_ms : 0 };
	err = form_load(order->report, &d->form, why);
	if (err == ERR_OK && order->accident != NULL)
		err = draft_hashes(d, source, order, why);
	if (err == ERR_OK && order->languages == 0)
		err = make_language(d, source, order, now, why);
	for (size_t i = 0; i < order->languages && err == ERR_OK; i++)
		err = make_language(d, source, order, order->language[i], why);
	return err == ERR_OK ? make_claims(d, source, order, why) : err;
}

void
filing_documents_free(struct filing_documents *d)
{
	for (size_t i = 0; i < BUNDLE_DOCUMENTS_MAX; i++) {
		buffer_free(&d->octets[i]);
		buffer_free(&d->seal[i]);
	}
	buffer_free(&d->claims_octets);
	filing_claims_free(&d->claims);
	form_free(d->form);
	*d = (struct filing_documents){ .documents = 0 };
}

/* --- writing ------------------------------------------------------------------------------ */

bool
filing_documents_fit(const struct filing_order *order)
{
	bool text = order->formats == 0 || (order->formats == 1 && order->format[0] == 0);

	return text || (order->formats == 1 && order->languages <= 1);
}

enum err
filing_documents_print(const struct filing_documents *d, struct why *why)
{
	for (size_t i = 0; i < d->documents; i++)
		fwrite(d->octets[i].at, 1, d->octets[i].len, stdout);
	if (fflush(stdout) != 0)
		return why_set(why, ERR_IO, _("standard output cannot be written"));
	return ERR_OK;
}

static enum err
check_free(const char *folder, const char *name, bool force, char path[PATH_TEXT_MAX],
    struct why *why)
{
	if (!file_path(path, PATH_TEXT_MAX, folder, name))
		return why_set(why, ERR_LIMIT, _("the path of %s is too long"), name);
	if (!force && access(path, F_OK) == 0)
		return why_set(why, ERR_INVALID, _("%.300s is there already; name another folder, "
		    "or give --force to replace it"), path);
	return ERR_OK;
}

static enum err
save(const char *folder, const char *name, const struct buffer *octets, struct hash hash,
    struct why *why)
{
	char path[PATH_TEXT_MAX], hex[HASH_TEXT];
	enum err err = check_free(folder, name, true, path, why);

	if (err == ERR_OK)
		err = file_write(path, bytes_of_buffer(octets), 0644, why);
	hash_text(hash, hex);
	if (err == ERR_OK)
		printf("%s  %s\n", hex, path);
	return err;
}

static enum err
save_seal(const struct filing_documents *d, size_t i, const char *folder, struct why *why)
{
	char name[FILING_NAME_MAX + sizeof(SEAL_ENDING)];

	snprintf(name, sizeof(name), "%s" SEAL_ENDING, d->name[i]);
	return save(folder, name, &d->seal[i], d->document[i].seal, why);
}

static enum err
check_all_free(const struct filing_documents *d, const char *folder, bool force, struct why *why)
{
	char path[PATH_TEXT_MAX], name[FILING_NAME_MAX + sizeof(SEAL_ENDING)];
	enum err err = check_free(folder, d->claims_name, force, path, why);

	for (size_t i = 0; i < d->documents && err == ERR_OK; i++) {
		err = check_free(folder, d->name[i], force, path, why);
		snprintf(name, sizeof(name), "%s" SEAL_ENDING, d->name[i]);
		if (err == ERR_OK && d->sealed)
			err = check_free(folder, name, force, path, why);
	}
	return err;
}

enum err
filing_documents_save(const struct filing_documents *d, const char *folder, bool force,
    struct why *why)
{
	enum err err = file_folder(folder, 0755, why);

	if (err == ERR_OK)
		err = check_all_free(d, folder, force, why);
	for (size_t i = 0; i < d->documents && err == ERR_OK; i++) {
		err = save(folder, d->name[i], &d->octets[i], d->document[i].hash, why);
		if (err == ERR_OK && d->sealed)
			err = save_seal(d, i, folder, why);
	}
	return err == ERR_OK ? save(folder, d->claims_name, &d->claims_octets, d->claims_hash,
	    why) : err;
}

enum err
filing_documents_bundle(const struct filing_documents *d, struct report_source *source,
    const char *folder, bool withhold, struct why *why)
{
	struct bundle_order order = { .to = d->size, .withhold = withhold, .at_ms = d->at_ms,
		.claim = d->claims.claim, .claims = d->claims.claims, .document = d->document,
		.documents = d->documents,
		.cache_dir = source->cache[0] != '\0' ? source->cache : NULL };
	bool grown;
	enum err err = ledger_refresh(source->shelf, &grown, why);

	if (err == ERR_OK)
		err = bundle_filing_from(source->shelf, order.to, &order.from, why);
	if (err == ERR_OK)
		err = bundle_export_filing(source->shelf, &order, folder, why);
	if (err == ERR_OK)
		printf(_("the bundle is in %s; anybody can check it with: sekimori verify %s\n"),
		    folder, folder);
	return err;
}
