/* SPDX-License-Identifier: Apache-2.0 */
/* Everything is made before anything is written, so that what cannot be made leaves nothing. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/state/affairs.h"
#include "reports/press_run.h"
#include "reports/report_paper.h"
#include "reports/report_stand.h"
#include "reports/seal_settings.h"

#define REPORT_COMMAND(name) extern const struct command command_report_##name;
#include "reports/report_command_list.h"

static const struct command *const commands[] = {
#define REPORT_COMMAND(name) &command_report_##name,
#include "reports/report_command_list.h"
};

struct format {
	const char *name, *ending;
	void      (*print)(const struct paper *, struct buffer *);	/* NULL: by the press */
};

/* The last one is of no paper: each figure is a file. */
static const struct format formats[] = {
#define PAPER_FORMAT(name, ending, print) { #name, ending, print },
#define PAPER_PRESSED(name, ending) { #name, ending, NULL },
#include "reports/report_paper_list.h"
	{ "svg", "svg", NULL },
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]), DOCUMENTS_MAX = 64, NAME_OCTETS = 80 };

struct document { char name[NAME_OCTETS]; struct buffer octets; };

struct documents { struct document at[DOCUMENTS_MAX]; size_t count; };

const struct command *
report_subcommand(size_t at)
{
	return at < sizeof(commands) / sizeof(commands[0]) ? commands[at] : NULL;
}

const char *
report_paper_format(size_t i)
{
	return i < FORMATS ? formats[i].name : NULL;
}

/* --- what is asked for -------------------------------------------------------------------- */

enum err
report_paper_formats(const char *list, struct report_paper *asked, struct why *why)
{
	asked->formats = 0;
	while (*list != '\0') {
		size_t len = strcspn(list, ",");
		unsigned row = 0;

		while (row < FORMATS && !bytes_equal(bytes_of(list, len),
		    bytes_of_text(formats[row].name)))
			row++;
		for (size_t i = 0; i < asked->formats; i++)
			if (asked->format[i] == row)
				row = FORMATS;
		if (row == FORMATS || asked->formats == FILING_FORMATS_MAX)
			return why_set(why, ERR_INVALID, _("there is no format \"%.*s\", or it "
			    "stands twice; \"sekimori report list\" names them"),
			    (int)(len < 40 ? len : 40), list);
		asked->format[asked->formats++] = row;
		list += len + (list[len] == ',');
	}
	return ERR_OK;
}

int
report_paper_next(const struct command *command, int argc, char **argv,
    struct report_paper *asked, const char **value)
{
	struct why why = { .err = ERR_OK };
	int got;

	while ((got = command_next(command, argc, argv, value)) >= 0 &&
	    got < REPORT_PAPER_OPTIONS) {
		enum err err = ERR_OK;

		switch (got) {
		case REPORT_PAPER_AT:     asked->at = *value; break;
		case REPORT_PAPER_OUT:    asked->folder = *value; break;
		case REPORT_PAPER_FORCE:  asked->force = true; break;
		case REPORT_PAPER_SEAL:   asked->seal = true; break;
		case REPORT_PAPER_NO_TIMESTAMP: asked->no_timestamp = true; break;
		case REPORT_PAPER_CONFIG: asked->config = *value; break;
		case REPORT_PAPER_LEDGER: asked->ledger = *value; break;
		case REPORT_PAPER_LANG:
			err = filing_languages_read(*value, &asked->order, &why);
			break;
		case REPORT_PAPER_FORMAT:
			err = report_paper_formats(*value, asked, &why);
			break;
		}
		if (err != ERR_OK) {
			command_wrong(command, "%s", why.text);
			return COMMAND_WRONG;
		}
	}
	if (got == COMMAND_END && optind < argc) {
		command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
		    argv[optind]);
		return COMMAND_WRONG;
	}
	return got;
}

/* --- making ------------------------------------------------------------------------------- */

void
report_paper_head(struct paper *paper, const struct filing_source *from)
{
	const struct state *state = from->state;
	char root[HASH_TEXT] = "";

	if (!hash_is_zero(from->root))
		hash_text(from->root, root);
	paper_ledger(paper, &(struct paper_ledger){ .origin = state->origin, .size = from->size,
	    .root = root, .as_of_ms = from->at_ms,
	    .anchor_size = state->anchor_ms != 0 ? state->anchor_size : 0,
	    .anchor_ms = state->anchor_ms, .anchored_by = state->anchor_authority });
	if (state->plan->drill != NULL && state->plan->drill[0] != '\0')
		paper_mark(paper, PAPER_DRILL);
}

void
report_paper_rules(struct paper *paper, const struct state *state)
{
	const char *unread;
	const struct duty_rules *rules = affairs_rules(state, &unread);
	struct buffer text = { .max = 0 };

	if (rules == NULL)
		return;
	buffer_print(&text, _("%s, edition %s"), rules->id, rules->edition);
	paper_fact(paper, _("Legal duties by"), buffer_text(&text));
	buffer_free(&text);
}

static struct document *
document_new(struct documents *documents, struct why *why)
{
	if (documents->count == DOCUMENTS_MAX) {
		why_set(why, ERR_LIMIT, _("there would be more than %d documents; ask for fewer "
		    "formats or languages"), DOCUMENTS_MAX);
		return NULL;
	}
	return &documents->at[documents->count++];
}

/* A figure that stands alone has no page to show the marks of its paper. */
static void
figure_mark(const struct paper *paper, struct drawing *drawing)
{
	struct buffer text = { .max = 0 };

	paper_marks_text(paper, &text);
	if (text.len > 0) {
		drawing_text(drawing, (struct drawing_point){ 8, 16 }, ANCHOR_START, 14, 0,
		    buffer_text(&text));
		drawing_bold(drawing);
	}
	buffer_free(&text);
}

static enum err
print_figures(struct documents *documents, const struct report_paper *asked,
    const struct paper *paper, struct why *why)
{
	unsigned number = 0;

	for (uint32_t i = 0; i < paper->blocks; i++) {
		struct document *document;

		if (paper->block[i].kind != PAPER_FIGURE)
			continue;
		document = document_new(documents, why);
		if (document == NULL)
			return why->err;
		figure_mark(paper, paper->block[i].drawing);
		drawing_print_svg_file(paper->block[i].drawing, &document->octets);
		number++;
		if (number == 1)
			snprintf(document->name, NAME_OCTETS, "%.40s.%.8s.svg", asked->name,
			    paper->language);
		else
			snprintf(document->name, NAME_OCTETS, "%.40s-%u.%.8s.svg", asked->name,
			    number, paper->language);
	}
	return number > 0 ? ERR_OK : why_set(why, ERR_INVALID,
	    _("this report has no figure, so there is nothing to write as SVG"));
}

static enum err
print_one(struct documents *documents, const struct report_paper *asked,
    const struct paper *paper, const struct format *format, struct why *why)
{
	struct document *document;
	enum err err = ERR_OK;

	if (format == &formats[FORMATS - 1])
		return print_figures(documents, asked, paper, why);
	document = document_new(documents, why);
	if (document == NULL)
		return why->err;
	if (format->print != NULL)
		format->print(paper, &document->octets);
	else
		err = press_run(paper, format->name, &document->octets, why);
	if (err != ERR_OK)
		return err;
	snprintf(document->name, NAME_OCTETS, "%.40s.%.8s.%.8s", asked->name, paper->language,
	    format->ending);
	if (document->octets.failed)
		return why_set(why, ERR_LIMIT, _("%s would be larger than %d octets"),
		    document->name, BUFFER_MAX);
	return ERR_OK;
}

static enum err
make_language(struct documents *documents, const struct report_paper *asked,
    const struct filing_source *from, const char *language, int *code, struct why *why)
{
	struct paper *paper = NULL;
	enum err err;

	i18n_open(language);
	if (strcmp(i18n_language(), language) != 0)
		return why_set(why, ERR_NOT_FOUND, _("the catalogue of the language \"%s\" is not "
		    "installed: the document would be in two languages"), language);
	err = asked->make(asked->arg, from, &paper, code, why);
	if (err == ERR_OK)
		err = paper_check(paper, why);
	if (err == ERR_OK && asked->formats == 0)
		err = print_one(documents, asked, paper, &formats[0], why);
	for (size_t i = 0; i < asked->formats && err == ERR_OK; i++)
		err = print_one(documents, asked, paper, &formats[asked->format[i]], why);
	paper_free(paper);
	return err;
}

static enum err
make_all(struct documents *documents, const struct report_paper *asked,
    const struct filing_source *from, int *code, struct why *why)
{
	const char *now = i18n_language();
	enum err err = ERR_OK;

	if (from->state->plan == NULL)
		return why_set(why, ERR_NOT_FOUND, _("no configuration was in force then, so "
		    "there is nothing to report"));
	if (asked->order.languages == 0)
		err = make_language(documents, asked, from, now, code, why);
	for (size_t i = 0; i < asked->order.languages && err == ERR_OK; i++)
		err = make_language(documents, asked, from, asked->order.language[i], code, why);
	i18n_open(NULL);
	return err;
}

enum err
report_paper_documents(const struct report_paper *asked, const struct filing_source *from,
    struct filing_documents *d, int *code, struct why *why)
{
	struct documents *made = memory_new(1, sizeof(*made));
	enum err err = make_all(made, asked, from, code, why);

	if (err == ERR_OK && made->count > BUNDLE_DOCUMENTS_MAX)
		err = why_set(why, ERR_LIMIT, _("there would be more than %d documents; ask for "
		    "fewer formats or languages"), BUNDLE_DOCUMENTS_MAX);
	for (size_t i = 0; i < made->count; i++) {
		struct buffer *octets = &made->at[i].octets;

		if (err != ERR_OK) {
			buffer_free(octets);
			continue;
		}
		snprintf(d->name[i], FILING_NAME_MAX, "%.60s", made->at[i].name);
		d->octets[i] = *octets;
		d->document[i] = (struct bundle_document){ .name = bytes_of_text(d->name[i]),
		    .hash = hash_of(bytes_of_buffer(octets)), .octets = bytes_of_buffer(octets) };
		d->documents = i + 1;
	}
	free(made);
	return err;
}

/* --- writing ------------------------------------------------------------------------------ */

static enum err
print_all(const struct documents *documents, struct why *why)
{
	for (size_t i = 0; i < documents->count; i++)
		fwrite(documents->at[i].octets.at, 1, documents->at[i].octets.len, stdout);
	if (fflush(stdout) != 0)
		return why_set(why, ERR_IO, _("standard output cannot be written"));
	return ERR_OK;
}

static enum err
save_all(const struct documents *documents, const struct report_paper *asked, struct why *why)
{
	char path[PATH_TEXT_MAX];
	enum err err = file_folder(asked->folder, 0755, why);

	for (size_t i = 0; i < documents->count && err == ERR_OK; i++) {
		if (!file_path(path, sizeof(path), asked->folder, documents->at[i].name))
			err = why_set(why, ERR_LIMIT, _("the path of %s is too long"),
			    documents->at[i].name);
		else if (!asked->force && access(path, F_OK) == 0)
			err = why_set(why, ERR_INVALID, _("%.300s is there already; name another "
			    "folder, or give --force to replace it"), path);
	}
	for (size_t i = 0; i < documents->count && err == ERR_OK; i++) {
		struct bytes octets = bytes_of_buffer(&documents->at[i].octets);
		char hex[HASH_TEXT];

		if (!file_path(path, sizeof(path), asked->folder, documents->at[i].name))
			return why_set(why, ERR_LIMIT, _("the path of %s is too long"),
			    documents->at[i].name);
		err = file_write(path, octets, 0644, why);
		hash_text(hash_of(octets), hex);
		if (err == ERR_OK)
			printf("%s  %s\n", hex, path);
	}
	return err;
}

/* Each seal is a file of its own, called after its document. */
static enum err
seal_all(struct documents *documents, const struct report_paper *asked, struct ledger *ledger,
    struct why *why)
{
	const struct seal_run run = { .ledger = ledger, .config = asked->config,
		.without = asked->no_timestamp };
	struct bytes octets[DOCUMENTS_MAX / 2];
	struct buffer seal[DOCUMENTS_MAX / 2] = { { .max = 0 } };
	size_t count = documents->count;
	enum err err;

	if (count > DOCUMENTS_MAX / 2)
		return why_set(why, ERR_LIMIT, _("there would be more than %d documents; ask for "
		    "fewer formats or languages"), DOCUMENTS_MAX / 2);
	for (size_t i = 0; i < count; i++)
		octets[i] = bytes_of_buffer(&documents->at[i].octets);
	err = seal_each(&run, octets, count, seal, why);
	for (size_t i = 0; i < count; i++) {
		struct document *made = &documents->at[documents->count++];

		snprintf(made->name, NAME_OCTETS, "%.70s" SEAL_ENDING, documents->at[i].name);
		made->octets = seal[i];
	}
	return err;
}

static bool
fits_output(const struct report_paper *asked, const struct documents *documents)
{
	return asked->formats == 0 || (asked->formats == 1 && asked->format[0] == 0) ||
	    documents->count == 1;
}

static enum err
write_all(const struct report_paper *asked, const struct filing_source *from,
    struct ledger *ledger, int *code, struct why *why)
{
	struct documents *documents = memory_new(1, sizeof(*documents));
	enum err err = make_all(documents, asked, from, code, why);

	if (err == ERR_OK && asked->seal && asked->folder == NULL)
		err = why_set(why, ERR_INVALID,
		    _("--seal goes with --out DIR: a seal stands beside its document"));
	if (err == ERR_OK && asked->seal)
		err = seal_all(documents, asked, ledger, why);
	if (err == ERR_OK && asked->folder != NULL)
		err = save_all(documents, asked, why);
	else if (err == ERR_OK && !fits_output(asked, documents))
		err = why_set(why, ERR_INVALID,
		    _("several documents need --out DIR; standard output takes one"));
	else if (err == ERR_OK)
		err = print_all(documents, why);
	for (size_t i = 0; i < documents->count; i++)
		buffer_free(&documents->at[i].octets);
	free(documents);
	return err;
}

int
report_paper_run(const struct command *command, const struct report_paper *asked)
{
	struct filing_source from = { .state = NULL };
	struct report_source source;
	struct state *later = NULL;
	struct why why = { .err = ERR_OK };
	int code = EXIT_FINE;
	enum err err = report_open(&source, asked->config, NULL, asked->ledger, &why);

	if (err != ERR_OK)
		return command_failed(command, &why);
	err = report_stand(&source, asked->at, false, &from, &later, &why);
	if (err == ERR_OK)
		err = write_all(asked, &from, source.shelf, &code, &why);
	if (err != ERR_OK)
		code = err == ERR_INVALID ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	state_free(later);
	report_close(&source);
	return code;
}
