/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing with its bundle, by the command and from a ledger with real signatures: verify finds
 * the documents, reaches every verdict again, and refuses it when one octet of a document is
 * another.  A FILING record that names the claims is found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/timetext.h"
#include "tests/unit/filing_world.h"
#include "tests/unit/press_beside.h"

extern const struct command command_report, command_verify;

struct place { char folder[64], ledger[100], bundle[100], out[100], said[100]; };

/* In a child: getopt and the language are of a process. */
static int
run(const struct command *command, const struct place *place, struct buffer *said,
    const char *const *words)
{
	struct why why = { .text = "" };
	pid_t child = fork();
	int status = -1, argc = 0;

	while (words[argc] != NULL)
		argc++;
	if (child == 0) {
		int fd = open(place->said, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, 1);
		dup2(fd, 2);
		optind = 1;
		status = command->run(command, argc, (char **)(uintptr_t)words);
		fflush(NULL);
		_exit(status);
	}
	assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
	buffer_reset(said);
	assert_int_equal(file_read(place->said, BUFFER_MAX, said, &why), ERR_OK);
	return WEXITSTATUS(status);
}

#define RUN(name, place, said, ...) run(&command_##name, place, said, \
    (const char *[]){ #name, __VA_ARGS__, NULL })

static void
says(struct buffer *said, const char *what)
{
	if (strstr(buffer_text(said), what) == NULL)
		fail_msg("\"%s\" is not in: %.3000s", what, buffer_text(said));
}

static struct filing_world *
world_seen(void)
{
	struct filing_world *fw = fw_new();

	for (uint64_t id = 1; id <= FW_TARGETS; id++)
		fw_observe(fw, id, (struct fw_seen){ .wire = 0 });
	world_minute(fw->world, true, true);
	return fw;
}

static void
place_begin(struct place *place)
{
	char forms[PATH_MAX];

	snprintf(place->folder, sizeof(place->folder), "/tmp/sekimori-filing-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	assert_non_null(realpath("reports/forms", forms));
	setenv("SEKIMORI_FORMS", forms, 1);
	setenv("LANG", "C.UTF-8", 1);
	snprintf(place->ledger, sizeof(place->ledger), "%s/ledger.db", place->folder);
	snprintf(place->bundle, sizeof(place->bundle), "%s/bundle", place->folder);
	snprintf(place->out, sizeof(place->out), "%s/out", place->folder);
	snprintf(place->said, sizeof(place->said), "%s/said", place->folder);
}

static void
place_end(const struct place *place)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -r %s", place->folder);
	assert_int_equal(system(command), 0);
}

/* The blob of the document in the bundle: named by its SHA-256. */
static void
document_of(const struct place *place, const char *name, char out[400])
{
	struct buffer octets = { .max = 0 };
	struct why why = { .text = "" };
	char hex[HASH_TEXT];

	snprintf(out, 400, "%s/%s", place->out, name);
	assert_int_equal(file_read(out, BUFFER_MAX, &octets, &why), ERR_OK);
	hash_text(hash_of(bytes_of_buffer(&octets)), hex);
	snprintf(out, 400, "%s/blobs/%s", place->bundle, hex);
	buffer_free(&octets);
}

static void
bundle_verifies(void **state)
{
	struct filing_world *fw = world_seen();
	struct buffer said = { .max = 0 }, octets = { .max = 0 };
	struct why why = { .text = "" };
	struct place place;
	char path[400];
	int code;

	(void)state;
	place_begin(&place);
	world_write(fw->world, place.ledger);
	code = RUN(report, &place, &said, "self-check", "--ledger", place.ledger, "--lang", "en",
	    "--format", "html,json", "--out", place.out, "--bundle", place.bundle);
	if (code != EXIT_FINDING && code != EXIT_UNKNOWN)
		fail_msg("%d: %s", code, buffer_text(&said));
	says(&said, "sekimori verify");
	assert_int_not_equal(RUN(verify, &place, &said, place.bundle), EXIT_USAGE);
	says(&said, "PROVED");
	says(&said, "self-check.en.html");
	says(&said, "T-1");
	says(&said, "no FILING record names");
	assert_null(strstr(buffer_text(&said), "REFUSED"));
	/* Twice into the same folder is refused, and a changed document is. */
	assert_int_not_equal(RUN(report, &place, &said, "self-check", "--ledger", place.ledger,
	    "--lang", "en", "--bundle", place.bundle), code);
	document_of(&place, "self-check.en.html", path);
	assert_int_equal(file_read(path, BUFFER_MAX, &octets, &why), ERR_OK);
	octets.at[octets.len / 2] ^= 1;
	assert_int_equal(file_write(path, bytes_of_buffer(&octets), 0644, &why), ERR_OK);
	assert_int_equal(RUN(verify, &place, &said, place.bundle), EXIT_FINDING);
	says(&said, "REFUSED");
	place_end(&place);
	buffer_free(&said);
	buffer_free(&octets);
	fw_free(fw);
}

/* What the press printed is a document like the others. */
static void
pressed_documents_verify(void **state)
{
	struct filing_world *fw = world_seen();
	struct buffer said = { .max = 0 }, octets = { .max = 0 };
	struct why why = { .text = "" };
	struct place place;
	char path[400];

	(void)state;
	press_beside();
	place_begin(&place);
	world_write(fw->world, place.ledger);
	(void)RUN(report, &place, &said, "self-check", "--ledger", place.ledger, "--lang", "en",
	    "--format", "pdf,xlsx,html", "--out", place.out, "--bundle", place.bundle);
	says(&said, "self-check.en.pdf");
	says(&said, "sekimori verify");
	assert_int_not_equal(RUN(verify, &place, &said, place.bundle), EXIT_USAGE);
	says(&said, "self-check.en.pdf");
	says(&said, "self-check.en.xlsx");
	assert_null(strstr(buffer_text(&said), "REFUSED"));
	document_of(&place, "self-check.en.pdf", path);
	assert_int_equal(file_read(path, BUFFER_MAX, &octets, &why), ERR_OK);
	assert_memory_equal(octets.at, "%PDF-", 5);
	/* The same of the same ledger: what is there already has the same octets. */
	assert_int_not_equal(RUN(report, &place, &said, "self-check", "--ledger", place.ledger,
	    "--lang", "en", "--format", "pdf", "--out", place.out, "--force"), EXIT_USAGE);
	snprintf(path, sizeof(path), "%s/self-check.en.pdf", place.out);
	buffer_reset(&said);
	assert_int_equal(file_read(path, BUFFER_MAX, &said, &why), ERR_OK);
	document_of(&place, "self-check.en.pdf", path);
	assert_int_equal(access(path, R_OK), 0);
	octets.at[octets.len / 2] ^= 1;
	assert_int_equal(file_write(path, bytes_of_buffer(&octets), 0644, &why), ERR_OK);
	assert_int_equal(RUN(verify, &place, &said, place.bundle), EXIT_FINDING);
	says(&said, "self-check.en.pdf was changed");
	place_end(&place);
	buffer_free(&said);
	buffer_free(&octets);
	fw_free(fw);
}

static struct hash
hash_of_file(const struct place *place, const char *name)
{
	struct buffer octets = { .max = 0 };
	struct why why = { .text = "" };
	struct hash hash;
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", place->out, name);
	assert_int_equal(file_read(path, BUFFER_MAX, &octets, &why), ERR_OK);
	hash = hash_of(bytes_of_buffer(&octets));
	buffer_free(&octets);
	return hash;
}

/* As the engine would on "--record": documents and claims by their hashes, behind what they speak
 * for. */
static void
put_filing(struct filing_world *fw, const struct place *place, uint64_t size)
{
	struct record record = { .kind = RECORD_FILING, .role = ROLE_ENGINE };
	struct hash document = hash_of_file(place, "self-check.en.txt");
	struct buffer list = { .max = 0 };

	record.filing = (struct record_filing){ .report = bytes_of_text("self-check"),
		.edition = bytes_of_text("test"), .size = size,
		.root = world_root(fw->world, size),
		.documents = record_hashes(&list, &document, 1),
		.claims = hash_of_file(place, "self-check.claims"),
		.author = bytes_of_text("alice") };
	fw->world->now_ms += 10;
	world_put(fw->world, &record);
	world_minute(fw->world, true, true);
	buffer_free(&list);
}

static void
filing_is_found(void **state)
{
	struct filing_world *fw = world_seen();
	struct buffer said = { .max = 0 };
	uint64_t size = fw->world->size;
	struct place place;
	char at[TIME_TEXT];

	(void)state;
	place_begin(&place);
	world_write(fw->world, place.ledger);
	time_utc(fw->world->now_ms, at);
	(void)RUN(report, &place, &said, "self-check", "--ledger", place.ledger, "--lang", "en",
	    "--out", place.out);
	put_filing(fw, &place, size);
	assert_int_equal(unlink(place.ledger), 0);
	world_write(fw->world, place.ledger);
	/* The same claims again: of the same moment, from a ledger that went on. */
	(void)RUN(report, &place, &said, "self-check", "--ledger", place.ledger, "--lang", "en",
	    "--at", at, "--bundle", place.bundle);
	(void)RUN(verify, &place, &said, place.bundle);
	says(&said, "as it was filed");
	place_end(&place);
	buffer_free(&said);
	fw_free(fw);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bundle_verifies),
		cmocka_unit_test(pressed_documents_verify),
		cmocka_unit_test(filing_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
