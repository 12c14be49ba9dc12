/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line of each duty, in Japanese and English.  The program runs as a copy of itself beside a
 * catalogue made from the sources, as it does in a build tree.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/i18n.h"
#include "monitor/state/duty_describe.h"
#include "tests/unit/duty_world.h"

static int
close_all(void **unused)
{
	i18n_open("en");
	return rules_close(unused);
}

static void
expect_line(struct world *world, int64_t now_ms, const char *id, const char *language,
    const char *wanted)
{
	struct buffer line = { 0 };

	i18n_open(language);
	world_judge(world, now_ms);
	duty_describe(&world->out, duty_find(&world->out, id), &line);
	if (strcmp(buffer_text(&line), wanted) != 0)
		fail_msg("%s\n  not %s", buffer_text(&line), wanted);
	buffer_free(&line);
}

static void
expect_both(struct world *world, int64_t now_ms, const char *id, const char *english,
    const char *japanese)
{
	expect_line(world, now_ms, id, "en", english);
	expect_line(world, now_ms, id, "ja", japanese);
}

static void
accident(void **unused)
{
	struct world world;
	int64_t start;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	start = world.in.occurred_ms;
	world_service(&world, DUTY_CLASS_VOICE_EMERGENCY);
	world_step(&world, 0, 45678);
	expect_both(&world, start + HOUR - 409 * 1000, "F3",
	    "F3 prompt report: 30,000 users reached, 1 h in 06:49",
	    "F3 速報: 3万人到達、1時間まで 06:49");
	expect_both(&world, start + HOUR - 1, "F3",
	    "F3 prompt report: 30,000 users reached, 1 h in 00:01",
	    "F3 速報: 3万人到達、1時間まで 00:01");
	expect_both(&world, start + HOUR, "F3",
	    "F3 prompt report: due promptly, draft in 30:00",
	    "F3 速報: 速やかに報告、起案の目安まで 30:00");
	expect_both(&world, start + 90 * MINUTE, "F3",
	    "F3 prompt report: due promptly, escalates in 30:00",
	    "F3 速報: 速やかに報告、起案の目安を過ぎました（上申まで 30:00）");
	expect_both(&world, start + 120 * MINUTE, "F3",
	    "F3 prompt report: due promptly, time to escalate is past",
	    "F3 速報: 速やかに報告、上申の目安を過ぎています");
	expect_both(&world, at("2026-11-29 10:00"), "F4",
	    "F4 detailed report: due 2026-12-28 24:00 JST (in 29 d)",
	    "F4 詳細報告: 期限 2026-12-28 24:00 JST（あと29日）");
	expect_both(&world, at("2026-12-28 00:00:01"), "F4",
	    "F4 detailed report: due 2026-12-28 24:00 JST (in 23:59:59)",
	    "F4 詳細報告: 期限 2026-12-28 24:00 JST（あと23:59:59）");
	expect_both(&world, at("2026-12-29 00:00"), "F4",
	    "F4 detailed report: was due 2026-12-28 24:00 JST",
	    "F4 詳細報告: 期限 2026-12-28 24:00 JST を過ぎています");
	expect_both(&world, start + HOUR, "F9",
	    "F9 yearly list: superseded (it is a major accident)",
	    "F9 年度報告: 上位の報告に移行（重大な事故に該当します）");
	world.step[0][0].stopped = 20000;
	expect_both(&world, start + 50 * MINUTE, "F3",
	    "F3 prompt report: near the threshold: 20,000 users, 00:50:00",
	    "F3 速報: 基準に接近（2万人、00:50:00）");
	expect_both(&world, start + 50 * MINUTE, "F9",
	    "F9 yearly list: will be due in 1:10:00 if nothing changes",
	    "F9 年度報告: 現状のままなら 1:10:00 後に該当");
	world.step[0][0].unknown = true;
	expect_both(&world, start + 50 * MINUTE, "F3",
	    "F3 prompt report: how many users are hit is not known; 1 h in 10:00",
	    "F3 速報: 影響利用者数が分かっていません。1時間まで 10:00");
	expect_both(&world, start + HOUR, "F3",
	    "F3 prompt report: needs a decision (how many users are hit is not known)",
	    "F3 速報: 要判断（影響利用者数が分かっていません）");
}

static void
others(void **unused)
{
	struct world world;
	int64_t start;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	start = world.in.occurred_ms;
	world_service(&world, DUTY_CLASS_SAT_SUBSEA);
	world_step(&world, 0, 0)->all_traffic = DUTY_SAYS_YES;
	expect_both(&world, start + HOUR, "F3",
	    "F3 prompt report: all traffic impossible, 2 h in 1:00:00",
	    "F3 速報: 全通信不能、2時間まで 1:00:00");
	world.in.carrier.public_corporation = DUTY_SAYS_YES;
	expect_both(&world, start + 10 * MINUTE, "NOTICE",
	    "NOTICE public notice: next notice in 20:00", "NOTICE 周知: 次の周知まで 20:00");
	world.in.restored_ms = start + 20 * MINUTE;
	expect_both(&world, start + 20 * MINUTE, "NOTICE",
	    "NOTICE public notice: no further notice", "NOTICE 周知: 今後の周知はありません");
	world.in.secrecy.answer = DUTY_SAYS_YES;
	expect_both(&world, start + 10 * MINUTE, "F5",
	    "F5 secrecy leak: due promptly, draft in 20:00; report due 2026-12-28 24:00 JST (in 30 d)",
	    "F5 通信の秘密: 速やかに報告、起案の目安まで 20:00。報告書 期限 2026-12-28 24:00 JST（あと30日）");
	world.in.near[DUTY_CONDITION_FIRE].answer = DUTY_SAYS_YES;
	world.in.near[DUTY_CONDITION_NATURAL_DISASTER].answer = DUTY_SAYS_YES;
	expect_both(&world, start + 10 * MINUTE, "F8",
	    "F8 near-accident: not due (condition (f)(3): natural disaster)",
	    "F8 おそれ事態: 非該当（ヘ(3) 自然災害によるもの）");
	expect_both(&world, start + 10 * MINUTE, "F7",
	    "F7 partial stop: not applicable (nothing says that it happened)",
	    "F7 業務停止: 対象外（発生したとの情報がありません）");
}

static void
pairs_and_header(void **unused)
{
	struct buffer line = { 0 };
	struct world world;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	world_service(&world, DUTY_CLASS_INTERNET_ACCESS);
	world_step(&world, 0, 30000);
	world_step(&world, 10 * MINUTE, 12000)->distinct = 42000;
	i18n_open("en");
	world_judge(&world, world.in.occurred_ms + 53 * MINUTE + 11000);
	duty_pair_describe(&world.out, &world.out.pair[0], &line);
	assert_string_equal(buffer_text(&line), "internet access, 2 h / 30,000 users: clock running; "
	    "42,000 users over the whole span of 00:53:11, at most 30,000 at a time");
	buffer_reset(&line);
	assert_true(duty_header(&world.out, &line));
	assert_string_equal(buffer_text(&line), "F3 prompt report: 30,000 users reached, 2 h in "
	    "1:06:49");
	buffer_reset(&line);
	i18n_open("ja");
	duty_pair_describe(&world.out, &world.out.pair[1], &line);
	assert_string_equal(buffer_text(&line), "インターネット接続サービス等、1時間・10万人: 非該当。"
	    "全期間の実人数 42,000人（00:53:11）、同時最大 3万人");
	buffer_reset(&line);
	assert_string_equal(duty_title(world.out.duty[0].rule), "重大な事故の速報");
	assert_string_equal(duty_addressee(duty_find(&world.out, "F5")->rule),
	    "本社所在地を管轄する総合通信局等");
	assert_string_equal(duty_form(duty_find(&world.out, "F4")->rule), "様式第50の3");
	i18n_open("en");
	assert_string_equal(duty_form(duty_find(&world.out, "F3")->rule), "");
	assert_string_equal(duty_article(duty_find(&world.out, "F8")->rule),
	    "TBA Art. 28(2); ORD Art. 57(3), 58-2");
	assert_true(strlen(duty_note(duty_find(&world.out, "F3")->rule)) > 0);
	world.in.services = 0;
	world_judge(&world, world.in.occurred_ms);
	assert_false(duty_header(&world.out, &line));
	assert_int_equal(line.len, 0);
	buffer_free(&line);
}

static void
times(void **unused)
{
	static const struct { int64_t left_ms; const char *text; } lefts[] = {
		{ -5, "00:00" }, { 0, "00:00" }, { 1, "00:01" }, { 1000, "00:01" }, { 1001, "00:02" },
		{ HOUR - 1000, "59:59" }, { HOUR - 999, "1:00:00" }, { HOUR, "1:00:00" },
		{ 2 * DAY - 1000, "47:59:59" }, { 2 * DAY, "2 d" }, { 3 * DAY - 1, "2 d" } };
	char text[TIME_TEXT];

	(void)unused;
	i18n_open("en");
	for (size_t i = 0; i < COUNT(lefts); i++) {
		duty_left_text(lefts[i].left_ms, text);
		assert_string_equal(text, lefts[i].text);
	}
	duty_day_end_text(at("2027-01-01 00:00"), text);
	assert_string_equal(text, "2026-12-31 24:00 JST");
	duty_day_end_text(at("2028-03-01 00:00"), text);
	assert_string_equal(text, "2028-02-29 24:00 JST");
}

static int
run(const char *const *words)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		execvp(words[0], (char **)(uintptr_t)words);
		_exit(127);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int
beside_catalogue(const char *program)
{
	char folder[] = "/tmp/sekimori-duty-XXXXXX", mo[100], copy[100], script[300];
	struct why why = { .text = "" };
	int code;

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(mo, sizeof(mo), "%s/mo/ja/LC_MESSAGES", folder);
	snprintf(copy, sizeof(copy), "%s/program", folder);
	snprintf(script, sizeof(script), "msgcat --use-first packaging/po/ja*.po | msgfmt -o "
	    "%s/sekimori.mo - && cp '%s' %s", mo, program, copy);
	code = file_folder(mo, 0755, &why) == ERR_OK ?
	    run((const char *[]){ "sh", "-c", script, NULL }) : 1;
	if (code == 0)
		code = run((const char *[]){ copy, "here", NULL });
	run((const char *[]){ "rm", "-r", folder, NULL });
	return code;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accident),
		cmocka_unit_test(others),
		cmocka_unit_test(pairs_and_header),
		cmocka_unit_test(times),
	};

	if (argc != 2)
		return beside_catalogue(argv[0]);
	return cmocka_run_group_tests(tests, rules_open, close_all);
}
