/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What documents cost: a Japanese report of fields, tables, prose and figures, pressed as a
 * carrier would have it; CPU of the press and of who asks it together.  100 pages of PDF are to
 * take under 1 s.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "monitor/base/hash.h"
#include "monitor/base/limits.h"
#include "reports/press_run.h"
#include "tests/unit/paper_sample.h"

enum { ROUNDS = 5, CHAPTERS = 24 };

static const char prose[] = "本章では、電気通信設備の設置場所、暗号化の状況及び鍵の管理について、監視記録に"
    "基づき説明する。外部監視点から観測した値と申告した値とを区別し、証明のある値にはその根拠となる記録の番号を"
    "付した。判明しない事項は不明と記載し、確認の方法を併せて示す。利用者の通信の秘密に属する情報は含まない。";

/* No two rows alike, as in a real report. */
static void
put_rows(struct paper *paper, int chapter)
{
	static const struct paper_column columns[] = {
		{ .head = "項番", .align = PAPER_RIGHT }, { .head = "対象設備", .row_head = true },
		{ .head = "判定", .align = PAPER_CENTER }, { .head = "確認した内容" },
		{ .head = "証拠のハッシュ値", .code = true } };
	static const char *const verdicts[] = { "適合", "適合", "適合", "不明", "不適合" };
	char text[256], hex[HASH_TEXT];

	paper_table(paper, "設備ごとの確認結果", columns, 5);
	for (int row = 0; row < 42; row++) {
		struct hash hash = hash_of(bytes_of(&row, sizeof(row)));

		hash_text(hash, hex);
		hex[40] = '\0';
		paper_row(paper);
		paper_cell_number(paper, row + 1);
		snprintf(text, sizeof(text), "東京第%d局 AMF-%02d 制御機能", chapter + 1, row);
		paper_cell(paper, PAPER_PLAIN, text);
		paper_cell(paper, row % 5 >= 3 ? PAPER_BAD : PAPER_STRONG, verdicts[row % 5]);
		snprintf(text, sizeof(text), "TLS 1.3 で暗号化され、証明書の有効期限は 2027 年 %d 月 %d "
		    "日である（記録 #%d）。", row % 12 + 1, row % 28 + 1, chapter * 1000 + row);
		paper_cell(paper, PAPER_PLAIN, text);
		paper_cell(paper, PAPER_PLAIN, hex);
	}
}

static void
put_chapter(struct paper *paper, int chapter)
{
	char text[128];

	snprintf(text, sizeof(text), "第%d章 第%d設備群の状況", chapter + 1, chapter + 1);
	paper_break(paper);
	paper_heading(paper, 1, text);
	for (int i = 0; i < 6; i++)
		paper_paragraph(paper, prose);
	sample_fields(paper);
	put_rows(paper, chapter);
	if (chapter % 4 == 0)
		paper_figure(paper, sample_drawing(), "接続構成図");
	for (int i = 0; i < 4; i++)
		paper_paragraph(paper, prose);
}

static struct paper *
make_paper(void)
{
	struct paper *paper = paper_new("ja", "電気通信設備の管理状況に関する報告書");

	paper_ledger(paper, &(struct paper_ledger){ .origin = "sekimori.example/bench",
	    .size = 1000000, .root = "", .as_of_ms = INT64_C(1795000000000), .anchored_by = "" });
	paper_mark(paper, PAPER_DRAFT);
	for (int chapter = 0; chapter < CHAPTERS; chapter++)
		put_chapter(paper, chapter);
	return paper;
}

static double
cpu_s(void)
{
	double sum = 0;

	for (int who = 0; who < 2; who++) {
		struct rusage usage;

		getrusage(who == 0 ? RUSAGE_SELF : RUSAGE_CHILDREN, &usage);
		sum += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	}
	return sum;
}

static void
row(const char *what, double value, const char *unit, const char *aim)
{
	printf("| %-46s | %10.3f %-9s | %-8s |\n", what, value, unit, aim);
	fflush(stdout);
}

/* By another program: what we wrote is not ours to count. */
static double
pages_of(const struct buffer *pdf)
{
	char path[] = "/tmp/bench-press-XXXXXX", command[96];
	int fd = mkstemp(path), pages = 0;
	FILE *said;

	if (fd < 0 || write(fd, pdf->at, pdf->len) != (ssize_t)pdf->len)
		exit(1);
	close(fd);
	snprintf(command, sizeof(command), "pdfinfo %s | sed -n 's/^Pages: *//p'", path);
	said = popen(command, "r");
	if (said == NULL || fscanf(said, "%d", &pages) != 1)
		pages = 0;
	if (said != NULL)
		pclose(said);
	unlink(path);
	return pages;
}

static double
press(const char *program, const struct paper *paper, const char *format, struct buffer *out)
{
	double best = 1e9;

	for (int i = 0; i < ROUNDS; i++) {
		struct why why = { .text = "" };
		double begun = cpu_s();

		buffer_reset(out);
		if (press_run_by(program, paper, format, out, &why) != ERR_OK) {
			fprintf(stderr, "bench_press: %s\n", why.text);
			exit(1);
		}
		begun = cpu_s() - begun;
		best = begun < best ? begun : best;
	}
	return best;
}

int
main(void)
{
	char program[PATH_TEXT_MAX + 32];
	ssize_t len = readlink("/proc/self/exe", program, PATH_TEXT_MAX - 1);
	struct buffer out = { .max = 0 };
	struct paper *paper = make_paper();
	double seconds, pages;

	setlocale(LC_CTYPE, "C.UTF-8");
	program[len > 0 ? len : 0] = '\0';
	memcpy(strstr(program, "/tests/bench/"), "/sekimori-press", sizeof("/sekimori-press"));
	seconds = press(program, paper, "pdf", &out);
	pages = pages_of(&out);
	row("Japanese PDF, CPU in all (best of 5)", seconds, "s", "-");
	row("Japanese PDF, pages", pages, "pages", "-");
	if (pages > 0)
		row("Japanese PDF, CPU for 100 pages", seconds / pages * 100, "s", "< 1");
	row("Japanese PDF, size", (double)out.len / 1e6, "MB", "-");
	row("the same as XLSX, CPU in all (best of 5)", press(program, paper, "xlsx", &out), "s", "-");
	row("the same as XLSX, size", (double)out.len / 1e6, "MB", "-");
	paper_free(paper);
	buffer_free(&out);
	return 0;
}
