/* SPDX-License-Identifier: Apache-2.0 */
/* A paper with every kind of block, in Japanese and English, some of its texts hostile. */
#ifndef TESTS_UNIT_PAPER_SAMPLE_H
#define TESTS_UNIT_PAPER_SAMPLE_H

#include "reports/paper.h"

#define SAMPLE_HOSTILE "<b>&\"'\x1b[31m\xe2\x80\xae" "gnp\xff=SUM(A1)"

static inline struct drawing *
sample_drawing(void)
{
	static const struct drawing_point path[] = { { 150, 60 }, { 200, 60 }, { 200, 120 } };
	static const struct drawing_point flag[] = { { 20, 150 }, { 60, 150 }, { 40, 170 } };
	struct drawing *d = drawing_new(420, 220, "接続構成図 <1>", "自社網から事業者 A を経て事業者 B に至る。");

	drawing_begin(d, "自社設備");
	drawing_box(d, DRAWING_CARRIER, (struct drawing_point){ 10, 20 }, 140, 80, 8);
	drawing_text(d, (struct drawing_point){ 80, 64 }, ANCHOR_MIDDLE, 12, 130,
	    "東京第一センター AMF/SMF 冗長構成（現用・予備）");
	drawing_bold(d);
	drawing_end(d);
	drawing_line(d, DRAWING_BAD, path, 3, 2, ARROW_END);
	drawing_line(d, DRAWING_PLAIN, path, 2, 1, ARROW_START | ARROW_END);
	drawing_area(d, DRAWING_DEADLINE, flag, 3);
	for (int role = 0; role < DRAWING_ROLES; role++)
		drawing_legend(d, (enum drawing_role)role, (struct drawing_point){
		    220 + role % 2 * 100, 20 + role / 2 * 24 },
		    drawing_style((enum drawing_role)role)->name);
	drawing_text(d, (struct drawing_point){ 10, 200 }, ANCHOR_START, 10, 0, SAMPLE_HOSTILE);
	return d;
}

static inline void
sample_fields(struct paper *p)
{
	static const uint64_t many[] = { 1, 5, 9, 12, 15, 20, 31, 47, 58, 69, 70, 81, 92, 103 };

	paper_heading(p, 1, "1. 事故の概要");
	paper_paragraph(p, "本報告は、電気通信事業法第 28 条及び同法施行規則第 58 条の規定に基づき、"
	    "電気通信役務の提供の停止又は品質の低下について報告するものである。");
	paper_field(p, &(struct paper_field){ .number = "1", .label = "発生日時",
	    .key = "occurred", .standing = PAPER_FILLED, .who = "" });
	paper_entry(p, &(struct paper_entry){ .text = "2026-11-20 09:15:30 JST", .basis = "観測",
	    .beside = "外部監視点 2 か所", .cite = many, .cites = 14 });
	paper_field(p, &(struct paper_field){ .number = "1-2", .label = "影響利用者数",
	    .standing = PAPER_PARTLY, .who = "", .key = "" });
	paper_entry(p, &(struct paper_entry){ .text = "30,000", .label = "音声", .cite = many,
	    .cites = 1 });
	paper_entry(p, &(struct paper_entry){ .text = SAMPLE_HOSTILE, .label = "データ",
	    .tone = PAPER_BAD, .basis = "宣言" });
	paper_field(p, &(struct paper_field){ .number = "2", .label = "原因", .key = "cause",
	    .standing = PAPER_TO_CONFIRM, .who = "電気通信設備統括管理者" });
	paper_entry(p, &(struct paper_entry){ .text = "クラウド事業者の大阪リージョンの停止" });
	paper_field(p, &(struct paper_field){ .number = "3", .label = "再発防止策", .key = "",
	    .standing = PAPER_TO_ENTER, .who = "統括管理者" });
}

static inline void
sample_table(struct paper *p, unsigned rows)
{
	static const struct paper_column columns[] = {
		{ .head = "項番", .align = PAPER_RIGHT }, { .head = "対象", .row_head = true },
		{ .head = "判定", .align = PAPER_CENTER }, { .head = "根拠・記録" },
		{ .head = "ハッシュ", .code = true } };

	paper_table(p, "管理策の判定", columns, 5);
	for (unsigned i = 0; i < rows; i++) {
		paper_row(p);
		paper_cell_number(p, (int64_t)i + 1);
		paper_cell(p, PAPER_PLAIN, i % 3 == 0 ? "target:amf-1-tls" : SAMPLE_HOSTILE);
		paper_cell(p, i % 4 == 0 ? PAPER_BAD : PAPER_STRONG, i % 4 == 0 ? "不適合" : "適合");
		paper_cell(p, PAPER_PLAIN, "通信路は TLS 1.3 で暗号化されていた。");
		paper_cell_line(p, "記録 #12、#15 から読み取った。");
		if (i % 2 == 0)
			paper_cell(p, PAPER_PLAIN, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c");
	}
}

/* Equal calls make equal papers. */
static inline struct paper *
sample_paper(const char *language, unsigned marks, unsigned rows)
{
	static const struct paper_column one[] = { { .head = "値" } };
	struct paper *p = paper_new(language, "重大な事故の報告（詳報）");

	paper_subtitle(p, "電気通信事業法施行規則第 58 条");
	paper_mark(p, (enum paper_mark)marks);
	paper_ledger(p, &(struct paper_ledger){ .origin = "sekimori.example/ledger", .size = 1234,
	    .root = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	    .as_of_ms = INT64_C(1795000000000), .anchor_size = 1200,
	    .anchor_ms = INT64_C(1794999000000), .anchored_by = "時刻認証局 <例>" });
	paper_form(p, "f4", "2025-04", "様式の一部の欄は公式の文面で確認していない");
	paper_fact(p, "監視", "関守 東京");
	sample_fields(p);
	paper_break(p);
	paper_heading(p, 1, "2. 判定");
	paper_heading(p, 2, "2.1 一覧");
	sample_table(p, rows);
	paper_table(p, "", one, 1);
	paper_heading(p, 3, "経過");
	paper_list(p, true);
	paper_item(p, 0, PAPER_PLAIN, "検知した。");
	paper_item(p, 2, PAPER_FAINT, "監視点 2 か所。");
	paper_item(p, 1, PAPER_BAD, "事業者は 45 分後に公表した。");
	paper_item(p, 0, PAPER_STRONG, "復旧した。");
	paper_list(p, false);
	paper_item(p, 1, PAPER_PLAIN, SAMPLE_HOSTILE);
	paper_note(p, "時刻はすべて日本標準時である。");
	paper_warning(p, "記録 #1200 以降は時刻認証を受けていない。");
	paper_figure(p, sample_drawing(), "図 1 接続構成図");
	paper_heading(p, 4, SAMPLE_HOSTILE);
	return p;
}

#endif
