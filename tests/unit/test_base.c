/* SPDX-License-Identifier: Apache-2.0 */
/* Views, buffers, heap, files, secrets, places, log lines and language, each with input that must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/bytes.h"
#include "monitor/base/catalogue.h"
#include "monitor/base/file.h"
#include "monitor/base/hash.h"
#include "monitor/base/heap.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/base/place.h"
#include "monitor/base/places.h"

struct folder { char path[64]; };

static char program[PATH_TEXT_MAX];	/* this one */

static int
folder_make(void **state)
{
	struct folder *folder = memory_new(1, sizeof(*folder));

	snprintf(folder->path, sizeof(folder->path), "/tmp/sekimori-base.XXXXXX");
	*state = folder;
	return mkdtemp(folder->path) == NULL;
}

static int
run(const char *command, const char *one, const char *two, const char *three)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		execlp(command, command, one, two, three, (char *)NULL);
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ?
	    WEXITSTATUS(status) : -1;
}

static int
folder_remove(void **state)
{
	struct folder *folder = *state;
	int code = run("rm", "-rf", folder->path, NULL);

	free(folder);
	return code;
}

static void
in_folder(const struct folder *folder, const char *name, char out[PATH_TEXT_MAX])
{
	assert_true(file_path(out, PATH_TEXT_MAX, folder->path, name));
}

static void
buffers(void **unused)
{
	struct buffer out = { .max = 8 };

	(void)unused;
	assert_string_equal(buffer_text(&out), "");
	buffer_put_text(&out, "1234");
	buffer_print(&out, "%d", 5678);
	assert_string_equal(buffer_text(&out), "12345678");
	assert_false(out.failed);
	buffer_put_u8(&out, 'x');
	assert_true(out.failed);
	assert_int_equal(out.len, 8);
	buffer_put(&out, NULL, 0);
	buffer_reset(&out);
	buffer_put_be(&out, 0x0102030405, 5);
	assert_memory_equal(out.at, "\x01\x02\x03\x04\x05", 5);
	buffer_print(&out, "%s", "much too long");
	assert_true(out.failed);
	buffer_free(&out);
}

static void
readers(void **unused)
{
	struct reader in = reader_of(bytes_of("\x01\x02\x03", 3));

	(void)unused;
	assert_int_equal(read_be(&in, 2), 0x0102);
	assert_int_equal(read_bytes(&in, SIZE_MAX).len, 0);
	assert_true(in.failed);
	assert_int_equal(read_be(&in, 1), 0);
	assert_false(reader_done(&in));
	assert_int_equal(bytes_slice(bytes_of("abc", 3), 1, 9).len, 2);
	assert_int_equal(bytes_slice(bytes_of("abc", 3), 3, 1).len, 0);
	assert_true(bytes_compare(bytes_of("ab", 2), bytes_of("abc", 3)) < 0);
	assert_true(bytes_compare(bytes_of("b", 1), bytes_of("abc", 3)) > 0);
	assert_true(bytes_equal(bytes_of(NULL, 0), bytes_of("", 0)));
}

static void
texts_of_octets(void **unused)
{
	static const char *const bad[] = { "A", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 9", "Zg==Zg==", "=m9v" };
	struct buffer out = { .max = 0 };
	uint8_t octets[2];
	char text[5];

	(void)unused;
	hex_of(bytes_of("\x0f\xa0", 2), text);
	assert_string_equal(text, "0fa0");
	assert_int_equal(hex_read("0FA0", octets, 2), ERR_OK);
	assert_int_equal(hex_read("0fa", octets, 2), ERR_MALFORMED);
	assert_int_equal(hex_read("0fag", octets, 2), ERR_MALFORMED);
	base64_put(&out, bytes_of_text("fo"));
	base64_put(&out, bytes_of_text("foo"));
	assert_string_equal(buffer_text(&out), "Zm8=Zm9v");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(base64_read(bytes_of_text(bad[i]), &out), ERR_MALFORMED);
	buffer_reset(&out);
	assert_int_equal(base64_read(bytes_of_text("Zm9vYg=="), &out), ERR_OK);
	assert_string_equal(buffer_text(&out), "foob");
	buffer_free(&out);
}

static void
sentences(void **unused)
{
	char long_text[2 * WHY_TEXT_MAX];
	struct why why = { .err = ERR_OK };

	(void)unused;
	assert_int_equal(why_at(&why, ERR_LIMIT, 7, "%s", "too much"), ERR_LIMIT);
	assert_int_equal(why_in(&why, "file %d", 3), ERR_LIMIT);
	assert_string_equal(why.text, "file 3: too much");
	assert_int_equal(why.offset, 7);
	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	why_in(&why, "%s", long_text);
	assert_int_equal(strlen(why.text), WHY_TEXT_MAX - 1);
	assert_int_equal(why_set(NULL, ERR_IO, "%s", "nobody listens"), ERR_IO);
	assert_string_equal(err_name(ERR_REFUSED), "REFUSED");
	assert_non_null(err_text((enum err)9999));
}

static void
heaps(void **unused)
{
	struct heap heap = { .count = 0 };
	struct deadline last = { .at_ms = INT64_MIN }, next;
	uint32_t number = 1;

	(void)unused;
	assert_false(heap_peek(&heap, &next));
	for (uint64_t i = 0; i < 1000; i++) {
		number = number * 1664525 + 1013904223;
		heap_push(&heap, (struct deadline){ .at_ms = number >> 24, .id = i });
	}
	for (size_t i = 0; i < 1000; i++) {
		assert_true(heap_pop(&heap, &next));
		assert_true(next.at_ms > last.at_ms || (next.at_ms == last.at_ms && next.id > last.id));
		last = next;
	}
	assert_false(heap_pop(&heap, &next));
	heap_free(&heap);
}

static void
hashes(void **unused)
{
	char text[HASH_TEXT];
	struct hash abc = hash_of(bytes_of_text("abc"));

	(void)unused;
	hash_text(abc, text);
	/* FIPS 180-2 appendix B.1 */
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_true(hash_equal(abc, hash_of3(bytes_of_text("a"), bytes_of(NULL, 0), bytes_of_text("bc"))));
	assert_false(hash_is_zero(abc));
	assert_true(hash_is_zero((struct hash){ .at = { 0 } }));
}

static void
files_are_whole(void **state)
{
	char path[PATH_TEXT_MAX];
	struct buffer out = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct stat about;
	mode_t before = umask(0077);

	in_folder(*state, "file", path);
	assert_int_equal(file_write(path, bytes_of_text("first"), 0644, &why), ERR_OK);
	assert_int_equal(file_write(path, bytes_of_text("second"), 0640, &why), ERR_OK);
	umask(before);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0640);
	assert_int_equal(file_read(path, 6, &out, &why), ERR_OK);
	assert_string_equal(buffer_text(&out), "second");
	assert_int_equal(file_read(path, 5, &out, &why), ERR_LIMIT);
	assert_non_null(strstr(why.text, path));
	buffer_free(&out);
	/* What is left by an interrupted write is not in the way of the next one. */
	assert_int_equal(file_write(path, bytes_of(NULL, 0), 0644, &why), ERR_OK);
	in_folder(*state, "no/file", path);
	assert_int_equal(file_read(path, 9, &out, &why), ERR_NOT_FOUND);
	assert_int_equal(file_write(path, bytes_of_text("x"), 0644, &why), ERR_IO);
	assert_int_equal(file_read("/tmp", 9, &out, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "/tmp is a folder"));
	assert_int_equal(file_read("/dev/zero", 9, &out, &why), ERR_INVALID);
	/* Nobody writes to it: reading would wait for ever. */
	in_folder(*state, "fifo", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_read(path, 9, &out, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "is a pipe"));
	unlink(path);
	buffer_free(&out);
}

static void
folders(void **state)
{
	char path[PATH_TEXT_MAX];
	struct why why = { .err = ERR_OK };
	struct stat about;

	in_folder(*state, "a/b//c/", path);
	assert_int_equal(file_folder(path, 0700, &why), ERR_OK);
	assert_int_equal(file_folder(path, 0755, &why), ERR_OK);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0700);
	in_folder(*state, "file", path);
	assert_int_equal(file_write(path, bytes_of_text("x"), 0644, &why), ERR_OK);
	assert_int_equal(file_folder(path, 0755, &why), ERR_INVALID);
	in_folder(*state, "file/below", path);
	assert_int_not_equal(file_folder(path, 0755, &why), ERR_OK);
	assert_int_equal(file_folder("", 0755, &why), ERR_INVALID);
	assert_false(file_path(path, 8, "/folder", "x"));
	assert_true(file_path(path, 10, "/folder", "x"));
	assert_string_equal(path, "/folder/x");
}

static void
secrets_are_guarded(void **state)
{
	char path[PATH_TEXT_MAX], folder[PATH_TEXT_MAX], other[PATH_TEXT_MAX];
	struct why why = { .err = ERR_OK };

	in_folder(*state, "keys", folder);
	assert_int_equal(file_folder(folder, 0700, &why), ERR_OK);
	in_folder(*state, "keys/key", path);
	assert_int_equal(file_secret(path, &why), ERR_NOT_FOUND);
	assert_int_equal(file_write(path, bytes_of_text("x"), 0600, &why), ERR_OK);
	assert_int_equal(file_secret(path, &why), ERR_OK);
	assert_int_equal(chmod(path, 0400), 0);
	assert_int_equal(file_secret(path, &why), ERR_OK);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(file_secret(path, &why), ERR_DENIED);
	assert_non_null(strstr(why.text, "chmod 600 "));
	assert_non_null(strstr(why.text, path));
	assert_int_equal(chmod(path, 0600), 0);
	in_folder(*state, "link", other);
	assert_int_equal(symlink(path, other), 0);
	assert_int_equal(file_secret(other, &why), ERR_OK);
	assert_int_equal(file_secret(folder, &why), ERR_DENIED);
	assert_int_equal(chmod(folder, 0770), 0);
	assert_int_equal(file_secret(path, &why), ERR_DENIED);
	assert_non_null(strstr(why.text, "chmod go-w "));
	assert_int_equal(chmod(folder, 01777), 0);
	assert_int_equal(file_secret(path, &why), ERR_OK);
	assert_int_equal(chmod(folder, 0700), 0);
	if (geteuid() != 0)
		return;
	assert_int_equal(chown(path, 4321, 0), 0);
	assert_int_equal(file_secret(path, &why), ERR_DENIED);
	assert_non_null(strstr(why.text, "chown 0 "));
	assert_int_equal(chown(path, 0, 0), 0);
	assert_int_equal(chown(folder, 4321, 0), 0);
	assert_int_equal(file_secret(path, &why), ERR_DENIED);
	assert_non_null(strstr(why.text, "chown 0 "));
}

static void
escapes(void **unused)
{
	static const struct { const char *in; size_t len; const char *out; } cases[] = {
		{ "plain", 5, "plain" }, { "a\x1b[31mb", 7, "a\\x1b[31mb" }, { "a\nb\tc", 5, "a\\x0ab\\x09c" },
		{ "nul\0x", 5, "nul\\x00x" }, { "\x7f", 1, "\\x7f" }, { "関守", 6, "関守" },
		{ "\xff\xfe", 2, "\\xff\\xfe" }, { "\xc2\x9b" "31m", 5, "\\xc2\\x9b31m" },
		{ "\xe2\x80\xae" "x", 4, "\\xe2\\x80\\xaex" }, { "\xe2\x81\xa6", 3, "\\xe2\\x81\\xa6" },
		{ "\xe2\x80\x8f", 3, "\\xe2\\x80\\x8f" }, { "\xd8\x9c", 2, "\\xd8\\x9c" },
		{ "\xef\xbb\xbf", 3, "\\xef\\xbb\\xbf" }, { "\xe2\x81\xa0", 3, "\\xe2\\x81\\xa0" },
		{ "\xe2\x80\xa7", 3, "\xe2\x80\xa7" },
		{ "\xe9\x96", 2, "\\xe9\\x96" }, { "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80" }, { "", 0, "" },
	};
	char out[64], small[6];

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_escape(cases[i].in, cases[i].len, out, sizeof(out));
		assert_string_equal(out, cases[i].out);
	}
	/* Cut between characters, never inside one or inside an escape. */
	text_escape("abc関守", 9, small, sizeof(small));
	assert_string_equal(small, "abc");
	text_escape("ab\x01", 3, small, sizeof(small));
	assert_string_equal(small, "ab");
	text_escape("x", 1, small, 0);
}

static void
log_lines(void **unused)
{
	int ends[2], kept = dup(STDERR_FILENO);
	char text[256];
	ssize_t len;

	(void)unused;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_open("worker", LOG_LEVEL_INFO);
	log_line(LOG_LEVEL_DEBUG, "not shown");
	log_line(LOG_LEVEL_WARNING, "peer said %s", "\x1b[2J\n<3>forged");
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(ends[1]);
	len = read(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	assert_true(len > 0);
	text[len] = '\0';
	assert_string_equal(text, "<4>worker: peer said \\x1b[2J\\x0a<3>forged\n");
}

/* In a process of its own, because locale and identity are the process's. */
static int
in_child(int (*body)(void))
{
	pid_t child = fork();
	int status = -1;

	if (child == 0)
		_exit(body());
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
places_of_user(void)
{
	char path[PATH_TEXT_MAX];

	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		return 1;
	if (access("/etc/sekimori/sekimori.conf", R_OK) == 0 || access("/var/lib/sekimori", R_OK) == 0)
		return 0;
	setenv("HOME", "/home/somebody", 1);
	unsetenv("XDG_CONFIG_HOME");
	setenv("XDG_STATE_HOME", "relative", 1);
	place_config(path);
	if (strcmp(path, "/home/somebody/.config/sekimori/sekimori.conf") != 0)
		return 2;
	place_state(path);
	if (strcmp(path, "/home/somebody/.local/state/sekimori") != 0)
		return 3;
	setenv("XDG_STATE_HOME", "/elsewhere", 1);
	place_state(path);
	return strcmp(path, "/elsewhere/sekimori") == 0 ? 0 : 4;
}

static void
places(void **unused)
{
	char path[PATH_TEXT_MAX];

	(void)unused;
	assert_int_equal(in_child(places_of_user), 0);
	if (geteuid() != 0)
		return;
	place_config(path);
	assert_string_equal(path, "/etc/sekimori/sekimori.conf");
	place_state(path);
	assert_string_equal(path, "/var/lib/sekimori");
}

/* As the daemon takes it: relative to the configuration, however that was named. */
static void
relative_state(void **state)
{
	struct place place;
	struct why why = { .err = ERR_OK };
	char config[PATH_TEXT_MAX], ledger[PATH_TEXT_MAX];

	in_folder(*state, "sekimori.conf", config);
	in_folder(*state, "below/ledger.db", ledger);
	assert_int_equal(file_write(config, bytes_of_text("monitor = { state = \"./below\"; };"), 0644,
	    &why), ERR_OK);
	assert_int_equal(place_find(&place, config, NULL, &why), ERR_OK);
	assert_string_equal(place.ledger, ledger);
	assert_int_equal(file_write(config, bytes_of_text("monitor = { state = \"\"; };"), 0644, &why),
	    ERR_OK);
	assert_int_equal(place_find(&place, config, NULL, &why), ERR_INVALID);
}

static const char catalogue_text[] =
    "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n"
    "msgid \"gate\"\nmsgstr \"関\"\n"
    "#, c-format\nmsgid \"%<PRIu64> of %<PRId32> and %s\"\nmsgstr \"%<PRIu64> 関 %<PRId32> %s\"\n"
    "#, c-format\nmsgid \"%<PRIu32> gate\"\nmsgid_plural \"%<PRIu32> gates\"\nmsgstr[0] \"関 %<PRIu32>\"\n"
    "msgid \"wall\"\nmsgstr \"\"\n";

/* FOLDER/mo/ja/LC_MESSAGES/sekimori.mo, and a copy of this program in FOLDER, as in a build tree. */
static void
build_tree_make(const struct folder *folder)
{
	char path[PATH_TEXT_MAX], po[PATH_TEXT_MAX];
	struct why why = { .err = ERR_OK };

	in_folder(folder, "mo/ja/LC_MESSAGES", path);
	assert_int_equal(file_folder(path, 0755, &why), ERR_OK);
	in_folder(folder, "ja.po", po);
	assert_int_equal(file_write(po, bytes_of_text(catalogue_text), 0644, &why), ERR_OK);
	in_folder(folder, "mo/ja/LC_MESSAGES/sekimori.mo", path);
	assert_int_equal(run("msgfmt", "-o", path, po), 0);
	in_folder(folder, "program", path);
	assert_int_equal(run("cp", program, path, NULL), 0);
}

struct language_case { const char *lang_variable, *language, *lang, *expected; };

static const struct language_case language_cases[] = {
	{ "C.UTF-8", "ja", NULL, "関" },
	{ "C.UTF-8", "de:ja:en", NULL, "関" },
	{ "C.UTF-8", "en:ja", NULL, "gate" },
	{ "ja_JP.UTF-8", NULL, NULL, "関" },		/* never generated here */
	{ "ja_JP.eucJP", NULL, NULL, "関" },		/* nor this; text is UTF-8 all the same */
	{ NULL, NULL, "ja", "関" },
	{ "ja_JP.UTF-8", "ja", "en", "gate" },
	{ NULL, NULL, NULL, "gate" },
	{ "C", "ja", NULL, "gate" },
	{ "de_DE.UTF-8", NULL, NULL, "gate" },
	{ "jam", NULL, NULL, "gate" },
};

enum { LANGUAGE_CASES = sizeof(language_cases) / sizeof(language_cases[0]) };

/* In the copied program, one case for each process. */
static int
speaks(const struct language_case *one)
{
	bool japanese = strcmp(one->expected, "gate") != 0;
	char text[64];

	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANGUAGE");
	unsetenv("LANG");
	if (one->lang_variable != NULL)
		setenv("LANG", one->lang_variable, 1);
	if (one->language != NULL)
		setenv("LANGUAGE", one->language, 1);
	i18n_open(one->lang);
	i18n_open(one->lang);
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return 1;
	if (strcmp(localeconv()->decimal_point, ".") != 0)
		return 2;
	if (strcmp(_("gate"), one->expected) != 0 || strcmp(_("wall"), "wall") != 0)
		return 3;
	if (strcmp(i18n_language(), japanese ? "ja" : "en") != 0 || i18n_text("")[0] != '\0')
		return 4;
	if (strcmp(_("%" PRIu64 " of %" PRId32 " and %s"), japanese ? "%" PRIu64 " 関 %" PRId32 " %s" :
	    "%" PRIu64 " of %" PRId32 " and %s") != 0)
		return 5;
	snprintf(text, sizeof(text), ngettext("%" PRIu32 " gate", "%" PRIu32 " gates", 2), (uint32_t)2);
	if (strcmp(text, japanese ? "関 2" : "2 gates") != 0)
		return 6;
	i18n_open("en");
	return strcmp(_("gate"), "gate") == 0 ? 0 : 7;
}

static void
languages(void **state)
{
	char path[PATH_TEXT_MAX], number[16];

	build_tree_make(*state);
	in_folder(*state, "program", path);
	for (unsigned i = 0; i < LANGUAGE_CASES; i++) {
		int code;

		snprintf(number, sizeof(number), "%u", i);
		code = run(path, "speaks", number, NULL);
		if (code != 0)
			fail_msg("case %u: %d", i, code);
	}
}

/* A catalogue cut anywhere, or with any octet changed, is refused or answers; it never reads outside. */
static void
damaged_catalogues(void **state)
{
	char path[PATH_TEXT_MAX];
	struct buffer whole = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct catalogue *catalogue;
	size_t refused = 0;

	build_tree_make(*state);
	in_folder(*state, "mo/ja/LC_MESSAGES/sekimori.mo", path);
	assert_int_equal(file_read(path, CATALOGUE_MAX, &whole, &why), ERR_OK);
	assert_int_equal(catalogue_read(bytes_of_buffer(&whole), &catalogue, &why), ERR_OK);
	assert_string_equal(catalogue_find(catalogue, "gate"), "関");
	assert_null(catalogue_find(catalogue, "no such text"));
	catalogue_free(catalogue);
	for (size_t len = 0; len < whole.len; len++) {
		uint8_t *cut = malloc(len + 1);		/* so that reading behind it is noticed */

		memcpy(cut, whole.at, len);
		refused += catalogue_read(bytes_of(cut, len), &catalogue, &why) != ERR_OK;
		catalogue_free(catalogue);
		free(cut);
	}
	assert_int_equal(refused, whole.len);
	for (size_t i = 0; i < 3 * whole.len; i++) {
		static const uint8_t changes[] = { 0x01, 0x80, 0xff };

		whole.at[i / 3] ^= changes[i % 3];
		if (catalogue_read(bytes_of_buffer(&whole), &catalogue, &why) == ERR_OK)
			catalogue_find(catalogue, "gate");
		catalogue_free(catalogue);
		whole.at[i / 3] ^= changes[i % 3];
	}
	buffer_free(&whole);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffers), cmocka_unit_test(readers),
		cmocka_unit_test(texts_of_octets), cmocka_unit_test(sentences),
		cmocka_unit_test(heaps), cmocka_unit_test(hashes),
		cmocka_unit_test_setup_teardown(files_are_whole, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(folders, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(secrets_are_guarded, folder_make, folder_remove),
		cmocka_unit_test(escapes), cmocka_unit_test(log_lines), cmocka_unit_test(places),
		cmocka_unit_test_setup_teardown(relative_state, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(languages, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(damaged_catalogues, folder_make, folder_remove),
	};

	if (argc == 3 && strcmp(argv[1], "speaks") == 0)
		return speaks(&language_cases[strtoul(argv[2], NULL, 10) % LANGUAGE_CASES]);
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}
