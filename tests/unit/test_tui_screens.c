/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The screens against golden text: key scripts of tests/screens are fed to the real screen on
 * the real fold of the fixed ledgers of tests/screens: scripts named network-* and drill-* look at
 * network_ledger.h, keys* at keys_ledger.h, location* at location_ledger.h.  With --make FILE
 * [network|drill|keys|location] it only writes one of them, for tests/screens.sh; SCREENS_UPDATE=1 writes the golden files anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "tests/screens/keys_ledger.h"
#include "tests/screens/location_ledger.h"
#include "tui/loop.h"

#define SCREENS "tests/screens"

static char folder[] = "/tmp/sekimori-screens.XXXXXX", shapes[4096];
enum { LEDGERS = 5 };
static char path[128], paths[LEDGERS][128];	/* a story, a network, an exercise, keys, places */

static const char *const ledgers[LEDGERS] = { "ledger", "network", "drill", "keys",
	"location" };

static void
screen(const char *keys, unsigned columns, unsigned rows, struct buffer *out)
{
	struct desk_start start = { .path = path, .copy = true, .state_folder = "" };
	struct desk *desk = memory_new(1, sizeof(*desk));
	struct why why = { 0 };

	assert_int_equal(desk_open(desk, &start, &why), ERR_OK);
	if (loop_dump(desk, rows, columns, keys, out, &why) != ERR_OK)
		fail_msg("%s: %s", keys, why.text);
	desk_close(desk);
	free(desk);
}

/* What the store takes on disk belongs to SQLite's version, not to us. */
static void
blur_size(struct buffer *text)
{
	char *at = strstr(buffer_text(text), " on disk"), *from = at;

	while (from != NULL && from > (char *)text->at && from[-1] != '\n' &&
	    strncmp(from, "   ", 3) != 0)
		from--;
	if (from != NULL)
		memset(from + 3, '-', (size_t)(at - from - 3));
}

static void
compare(const char *name, const char *size, struct buffer *got)
{
	struct buffer want = { 0 };
	char file[512];
	struct why why = { 0 };

	snprintf(file, sizeof(file), SCREENS "/%s.%s.txt", name, size);
	if (getenv("SCREENS_UPDATE") != NULL)
		assert_int_equal(file_write(file, bytes_of_buffer(got), 0644, &why), ERR_OK);
	if (file_read(file, 1 << 20, &want, &why) != ERR_OK)
		fail_msg("%s", why.text);
	if (!bytes_equal(bytes_of_buffer(&want), bytes_of_buffer(got)))
		fail_msg("%s is another screen now:\n%s", file, buffer_text(got));
	buffer_free(&want);
}

static void
one_script(const char *name, const char *keys)
{
	static const struct { const char *name; unsigned columns, rows; } sizes[] = {
		{ "80x24", 80, 24 }, { "120x40", 120, 40 } };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buffer got = { 0 };

		screen(keys, sizes[i].columns, sizes[i].rows, &got);
		blur_size(&got);
		compare(name, sizes[i].name, &got);
		buffer_free(&got);
	}
}

static const char *
ledger_of(const char *script)
{
	for (unsigned i = 1; i < LEDGERS; i++)
		if (strncmp(script, ledgers[i], strlen(ledgers[i])) == 0)
			return paths[i];
	return paths[0];
}

static int
is_script(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && strcmp(entry->d_name + len - 5, ".keys") == 0;
}

static void
test_golden(void **state)
{
	struct dirent **entry;
	int count = scandir(SCREENS, &entry, is_script, alphasort);

	(void)state;
	assert_true(count >= 9);
	for (int i = 0; i < count; i++) {
		struct buffer keys = { 0 };
		char file[512];
		struct why why = { 0 };

		snprintf(file, sizeof(file), SCREENS "/%s", entry[i]->d_name);
		assert_int_equal(file_read(file, 4096, &keys, &why), ERR_OK);
		while (keys.len > 0 && keys.at[keys.len - 1] == '\n')
			keys.len--;
		entry[i]->d_name[strlen(entry[i]->d_name) - 5] = '\0';
		snprintf(path, sizeof(path), "%s", ledger_of(entry[i]->d_name));
		one_script(entry[i]->d_name, buffer_text(&keys));
		buffer_free(&keys);
		free(entry[i]);
	}
	free(entry);
	snprintf(path, sizeof(path), "%s", paths[0]);
}

static void
expect(const char *keys, const char *wanted, bool there)
{
	struct buffer got = { 0 };

	screen(keys, 100, 30, &got);
	if ((strstr(buffer_text(&got), wanted) != NULL) != there)
		fail_msg("after %s: \"%s\" %s:\n%s", keys, wanted, there ? "is not there" :
		    "is there", buffer_text(&got));
	buffer_free(&got);
}

/* Where one stands is said in words on every screen, and differs. */
static void
test_time(void **state)
{
	(void)state;
	expect("", "REPLAY (copy)  2026-11-20 09:", true);
	expect(":at 09:15<Enter>", "REPLAY (copy)  2026-11-20 09:15:00 JST", true);
	expect(":at 2026-11-20T00:05:00Z<Enter>", "2026-11-20 09:05:00 JST", true);
	expect(":at 08:00<Enter>", "nothing is known at this time", true);
	expect(":at nonsense<Enter>", "nonsense", true);
	expect("{", "10m00s before end", true);
	expect("{}", "at the end", true);
	expect(":at 09:10<Enter>]", "before end", true);
	expect(":at 09:09<Enter>1", "none", true);
	expect("]", "no later change", true);
	expect(":at 08:00<Enter>[", "no earlier change", true);
	expect(":speed 50<Enter> ", "x50", true);
	expect(":speed 5000<Enter>", "a speed is a number from 1 to 1000", true);
	expect(":at 09:10<Enter>L", "at the end", true);
}

/* Stepping back over a change and forward again comes to the same screen. */
static void
test_steps(void **state)
{
	struct buffer there = { 0 }, back = { 0 };

	(void)state;
	screen(":at 09:10:30<Enter>]]", 100, 30, &there);
	screen(":at 09:10:30<Enter>]]][", 100, 30, &back);
	assert_true(there.len > 0);
	assert_string_not_equal(buffer_text(&there), buffer_text(&back));
	buffer_free(&back);
	screen(":at 09:10:30<Enter>]][]", 100, 30, &back);
	assert_string_equal(buffer_text(&there), buffer_text(&back));
	buffer_free(&there);
	buffer_free(&back);
}

static void
test_moving(void **state)
{
	(void)state;
	expect("2", "[2 Targets]", true);
	expect("2<Tab><Tab><Tab><Tab><Tab><Tab><Tab><Tab>", "[1 Overview]", true);
	expect("<S-Tab>", "[9 Clocks]", true);
	expect("2/hss<Enter>", "hss-2-sbi", true);
	expect("2/hss<Enter>", "smf-1-sbi", false);
	expect("2/hss<Enter><Esc>", "smf-1-sbi", true);
	expect("2/hss osaka<Enter>", "/hss osaka", true);
	expect("2/nosuchthing<Enter>", "hss", false);
	expect("2<Enter>", "> Target", true);
	expect("2<Enter><Esc>", "> Target", false);
	expect("2<Click 5 10><Click 5 10>", "> Target", true);
	expect("2<Click 1 2>", "[1 Overview]", true);
	expect("3G", ">", true);
	expect("eeeeeeeeeeeeee", "went on from the top", true);
	expect("2E", "went on from the bottom", true);
	expect("2<WheelDown><WheelDown><WheelUp>kkkkkkkk<PageUp><Home><End><PageDown>", ">", true);
	expect(":targets upf<Enter>", "amf-1-n2", false);
	expect("<lt>", "sekimori", true);
}

static void
test_orders(void **state)
{
	(void)state;
	expect(":target smf-1-sbi<Enter>", "TLS_AES_256_GCM_SHA384", true);
	expect(":target none<Enter>", "there is no target \"none\"", true);
	expect(":tar<Tab>", "targets", true);
	expect(":target upf-1-p<Tab><Enter>", "upf-1-pfcp", true);
	expect(":rubbish<Enter>", "there is no command \"rubbish\"", true);
	expect(":record 0<Enter>", "KEY", true);
	expect(":record 999999<Enter>", "there is no record", true);
	expect(":incident 18446744073709551616<Enter>", "there is no incident", true);
	expect(":ack<Enter>", "say which incident", true);
	expect(":ack 1 seen<Enter>", "this is a copy", true);
	expect(":help<Enter>", "previous problem", true);
	expect(":palette pink<Enter>", "palettes are", true);
	expect("::::<Esc>/<Tab><Esc>", "sekimori", true);
}

/* Controls in either order, filtered, and one of them from each side. */
static void
test_controls(void **state)
{
	(void)state;
	expect("6", "controls  X 2   ? 5   w 0   . 1   - 1", true);
	expect("6", "promises, edition 1", true);
	expect("6o", "X not met  2 controls", true);
	expect("6o", "? not decidable  1 control", true);
	expect("6oo", "promises, edition 1", true);
	expect("6", "lacks: call loss of each route", true);
	expect("6v", "PR-ENC-TLS", false);
	expect("6v", "RU-6", true);
	expect("6vv", "PR-ENC-TLS", true);
	expect("6vv", "PR-LOC-SEEN", false);
	expect("6vv", "RU-4", true);
	expect("6vvv", "PR-ENC-CERT", true);
	expect("6vvv", "RU-", false);
	expect("6vvvv", "RU-11", true);
	expect("6/contradiction<Enter>", "RU-11", false);
	expect("6/not met<Enter>", "PR-LOC-SEEN", true);
	expect("6/nosuchthing<Enter>", "none", true);
	expect("6e", "went on from the top", false);
	expect("6ee", "went on from the top", true);
	expect("6<Enter>", "> Control", true);
	expect("6<Enter><Esc>", "[6 Controls]", true);
	expect(":controls drill<Enter>", "RU-12", false);
	expect(":control PR-NONE<Enter>", "there is no control \"PR-NONE\"", true);
	expect(":control PR-ENC-A<Tab><Enter>", "site:premises", true);
	expect(":at 08:00<Enter>6", "no control pack is in force", true);
	expect(":at 08:00<Enter>6", "packs = [ \"sekimori-core\"", true);
	expect(":control PR-LOC-SEEN<Enter>:at 08:00<Enter>", "in no pack that is in force", true);
	expect("1", "contradicted", true);
	expect("1", "PR-LOC-SEEN         target:udm-1-sbi", true);
	expect(":at 09:21<Enter>", "contradicted", false);
}

/* What a verdict rests on, and the way from it to targets and records. */
static void
test_control(void **state)
{
	(void)state;
	expect(":control PR-LOC-SEEN<Enter>", "machine itself.", true);
	expect(":control PR-LOC-SEEN<Enter>", "loc.observed == loc.declared", true);
	expect(":control PR-LOC-SEEN<Enter>", "Kumo Cloud/us-west", true);
	expect(":control PR-LOC-SEEN<Enter>", "Kumo Cloud/jp-east  site:tokyo-1", true);
	expect(":control PR-LOC-SEEN<Enter>h", "Kumo Cloud/us-west", false);
	expect(":control PR-LOC-SEEN<Enter>hl", "Kumo Cloud/us-west", true);
	expect(":control PR-LOC-SEEN<Enter>jjj", "Kumo Cloud/us-west", false);
	expect(":control PR-LOC-SEEN<Enter>/n2<Enter>", "target:amf-1-n2", true);
	expect(":control PR-LOC-SEEN<Enter>/n2<Enter>", "target:udm-1-sbi", false);
	expect(":control PR-LOC-SEEN<Enter><Enter>", "udm-1  subscriber", true);
	expect(":control PR-LOC-SEEN<Enter>r", "OBSERVATION by worker.", true);
	expect(":control PR-LOC-SEEN<Enter>r", "us-west", true);
	expect(":control PR-LOC-SEEN<Enter>jj<Enter>", "CONFIG by ledger", true);
	expect(":control PR-LOC-SEEN<Enter>gr", "there is no record behind this line", true);
	expect(":control PR-ENC-ALL<Enter>", "too little is known of what is below it", true);
	expect(":control PR-ENC-ALL<Enter>jjjj<Enter>", "TLS_AES_256_GCM_SHA384", true);
	expect(":control PR-ENC-CERT<Enter>", "tls.expiry is missing", true);
	expect(":control PR-ENC-CERT<Enter>hjjl", "asked for by tanaka, agreed by suzuki, until "
	    "2026-11-27 09:00", true);
	expect(":control PR-ENC-CERT<Enter>hjjl", "新しい証明書を手配済み", true);
	expect(":control PR-ENC-CERT<Enter>hjjl", "beneath     ? unknown", true);
	expect(":control PR-ENC-CERT<Enter>hjjljr", "step=1 waiver", true);
	expect(":control PR-ENC-CERT<Enter>hjjljjr", "step=0 waiver", true);
	expect(":control RU-4<Enter>", "nothing can decide it yet", true);
	expect(":control RU-4<Enter>", "needs counters of the switches", true);
	expect(":control PR-KEY-BOUND<Enter>", "it has no subject in this configuration", true);
	expect("<Click 12 5><Click 12 5>", "> Control", true);
}

/* Verdicts and waivers stand in the timeline, and steps stop at them. */
static void
test_verdict_changes(void **state)
{
	(void)state;
	expect("4", "X not met      PR-LOC-SEEN      [contradiction] target:udm-1-sbi, before: met",
	    true);
	expect("4", "tanaka: target:smf-1-sbi until 11-27 09:00:00: the new c", true);
	expect("4", "w waived       PR-ENC-CERT", true);
	expect("4", "RU-6             2 subjects, before: not met", true);
	expect("4/PR-LOC<Enter>", "amf-1-n2", false);
	expect("4/PR-LOC<Enter>", "PR-LOC-SEEN", true);
	expect("4/waiver tanaka<Enter>", "waiver asked", true);
	expect("4/waiver tanaka<Enter>", "PR-LOC-SEEN", false);
	expect("4/function:oam<Enter>", "RU-6", true);
	expect("4/PR-LOC<Enter><Enter>", "2026-11-20 09:22:01 JST", true);
	expect("4/PR-LOC<Enter><Enter>", "> Control", true);
	expect("4/PR-LOC<Enter><Enter>", "Kumo Cloud/us-west", true);
	expect("4/PR-LOC<Enter>r", "OBSERVATION by worker.", true);
	expect("4/waiver tanaka<Enter><Enter>", "not agreed yet", true);
	expect("4/waiver suzuki<Enter>r", "step=1 waiver", true);
	expect(":at 09:21:59<Enter>]", "contradicted", false);
	expect(":at 09:21:59<Enter>]]", "contradicted", true);
	expect(":at 09:21:59<Enter>]][", "contradicted", false);
}

/* The network's outage: what it means, its story, what is known when. */
static void
test_outage(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "%s", paths[1]);
	expect(":at 10:08:11<Enter>", "R F3 prompt report: 30,000 users reached, 1 h in 03:49", true);
	expect(":at 10:08:11<Enter>5", "R F3 prompt report: 30,000 users reached", true);
	expect(":at 09:14<Enter>", "no legal clock runs", true);
	expect(":at 10:08:11<Enter>jjjjjj<Enter>", "[7 Alarms]", true);
	expect(":at 10:08:11<Enter>jjjj<Enter>", "[8 Services]", true);
	expect(":at 10:08:11<Enter>jjjjjjj<Enter>", "> Providers", true);
	expect(":at 10:08:11<Enter>jjjjjjjj<Enter>", "> Windows", true);
	expect("7/hss<Enter>", "disk 80 % full", true);
	expect("7/hss<Enter>", "interface N3", false);
	expect(":at 10:08:11<Enter>7<Enter>", "> Incident", true);
	expect(":at 10:08:11<Enter>7r", "SIGNAL", true);
	expect("8", "2 of 2 stand, 1 needed", true);
	expect(":at 10:08:11<Enter>8", "the rest carries all", true);
	expect(":at 10:08:11<Enter>8r", "OBSERVATION", true);
	expect("9v", "not applicable", true);
	expect("9", "not applicable", false);
	expect(":incident 27<Enter>", "occurred 09:12:00 (recorded 09:14:57)", true);
	expect(":incident 27<Enter>/x<Esc>", "RESPONSIBILITY", true);
	expect(":at 10:20<Enter>:incident 27<Enter>jjr", "OBSERVATION", true);
	expect("3s", "AS KNOWN AT", false);
	expect(":story 27<Enter>c", "AS KNOWN AT", true);
	expect(":story 27<Enter>", "suzuki recorded prompt-report", true);
	expect(":story 27<Enter>:at 09:31:10<Enter>c", "recorded prompt-report", false);
	expect(":story 27<Enter>g<Enter>", "2026-11-20 09:00:00 JST", true);
	expect(":story 27<Enter>/provider:cumulus<Enter><Enter>", "09:31:00 JST", true);
	expect(":story 27<Enter>/provider:cumulus<Enter>r", "SIGNAL", true);
	expect(":story 99<Enter>", "there was no incident 99 then", true);
	expect(":story 27<Enter>gm", "not known yet", true);
	expect(":story 27<Enter>gmr", "CORRECTION", true);
	expect("1m", "a second moment is picked in the story", true);
	expect("1s", "there is no incident on this line", true);
	expect("3F", ":report 20 incident-20 ja,en pdf,text", true);
	expect(":windows<Enter>r", "WINDOW", true);
	expect(":providers<Enter>jr", "OBSERVATION", true);
	expect(":silence site:tokyo 2h why<Enter>", "this is a copy", true);
	expect(":agree 11<Enter>", "this is a copy", true);
	snprintf(path, sizeof(path), "%s", paths[2]);
	for (unsigned i = 1; i <= 9; i++) {
		char key[2] = { (char)('0' + i), 0 };

		expect(key, "演習 DRILL   exercise \"region-loss\"", true);
	}
	expect("3:note 20 x", "演習 DRILL :note 20 x", true);
	expect("3/x", "演習 DRILL /x", true);
	snprintf(path, sizeof(path), "%s", paths[0]);
}

/* Each key with its chain, worst first; what a line leads to. */
static void
test_keys(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "%s", paths[3]);
	expect(":keys<Enter>", "X contradicted 2   ? unknown 1   ! only declared 1   . proven 2", true);
	expect(":keys<Enter>", "it speaks with another key", true);
	expect(":keys<Enter>/udm<Enter>", "UDM tokyo-2 at 10.2.3.4:443 speaks with key", true);
	expect(":keys<Enter>/udm<Enter>", "40 s ago under policy carrier", true);
	expect(":keys<Enter>/udm<Enter>", "amf-key", false);
	expect(":keys<Enter>/only declared<Enter>", "nssf-key", true);
	expect(":keys<Enter>/nosuchthing<Enter>", "no target tells of a key", true);
	expect(":keys<Enter><Enter>", "> Target", true);
	expect(":keys<Enter>/udm<Enter>jjjjj<Enter>", "udm-tls", true);
	expect(":keys<Enter>r", "OBSERVATION", true);
	expect(":keys<Enter>/nrf<Enter>jjjjjr", "there is no record behind this line", true);
	snprintf(path, sizeof(path), "%s", paths[0]);
	expect(":keys<Enter>", "no target tells of a key", true);
}

/* Any size, any keys: never a crash, and never a line wider than the window. */
static void
test_sizes(void **state)
{
	static const char *const scripts[] = { "1", "2", "3", "3<Enter>", "4", "5", "6", "6o",
		"2<Enter>", "?",
		":control PR-ENC-CERT<Enter>G", ":control PR-ENC-ALL<Enter>", "6<Enter>jj",
		":record 20<Enter>", ":ack 12 a long text that goes on", "4<Enter>",
		"7", "8", "9v", ":windows<Enter>", ":providers<Enter>", ":story 27<Enter>",
		":incident 27<Enter>", ":story 27<Enter>gm" };

	(void)state;
	snprintf(path, sizeof(path), "%s", paths[2]);
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		for (unsigned columns = 1; columns < 260; columns += columns < 80 ? 19 : 37)
			for (unsigned rows = 1; rows < 60; rows += 11) {
				struct buffer got = { 0 };

				screen(scripts[i], columns, rows, &got);
				buffer_free(&got);
			}
	snprintf(path, sizeof(path), "%s", paths[0]);
}

static void
test_random_keys(void **state)
{
	static const char keys[] = "jkgGeE123456789[]{}+-Lhl?/:tan provovscmsF";
	uint32_t random = 7;

	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		struct buffer script = { 0 }, got = { 0 };

		for (unsigned i = 0; i < 60; i++) {
			random = random * 1664525 + 1013904223;
			if (random >> 28 == 0)
				buffer_put_text(&script, "<Enter>");
			else if (random >> 28 == 1)
				buffer_put_text(&script, "<Esc>");
			else
				buffer_put_u8(&script, (uint8_t)keys[(random >> 16) %
				    (sizeof(keys) - 1)]);
		}
		snprintf(path, sizeof(path), "%s", paths[round % LEDGERS]);
		screen(buffer_text(&script), 80, 24, &got);
		buffer_free(&script);
		buffer_free(&got);
	}
}

static uint64_t
make(const char *file, const char *which)
{
	if (strcmp(which, ledgers[0]) == 0)
		return story_write(file);
	if (strcmp(which, ledgers[3]) == 0)
		return keys_write(file);
	if (strcmp(which, ledgers[4]) == 0)
		return location_write(file);
	return mesh_write(file, strcmp(which, "drill") == 0 ? "region-loss" : "");
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	for (unsigned i = 0; i < LEDGERS; i++) {
		snprintf(paths[i], sizeof(paths[i]), "%s/%s.db", folder, ledgers[i]);
		make(paths[i], ledgers[i]);
	}
	snprintf(path, sizeof(path), "%s", paths[0]);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LEDGERS; i++) {
		story_leave_copy(paths[i]);
		unlink(paths[i]);
	}
	return rmdir(folder);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden), cmocka_unit_test(test_time),
		cmocka_unit_test(test_steps), cmocka_unit_test(test_moving),
		cmocka_unit_test(test_orders), cmocka_unit_test(test_controls),
		cmocka_unit_test(test_control), cmocka_unit_test(test_verdict_changes),
		cmocka_unit_test(test_outage), cmocka_unit_test(test_keys),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_random_keys),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	if (realpath("monitor/state/shapes", shapes) != NULL)
		setenv("SEKIMORI_SHAPES", shapes, 1);
	i18n_open("en");
	/* A command that the screen started: this program is not that one. */
	if (argc > 1 && strcmp(argv[1], "--make") != 0)
		return 2;
	if (argc >= 3 && strcmp(argv[1], "--make") == 0) {
		printf("%" PRIu64 "\n", make(argv[2], argc > 3 ? argv[3] : ledgers[0]));
		return 0;
	}
	return cmocka_run_group_tests_name("tui_screens", tests, setup, teardown);
}
