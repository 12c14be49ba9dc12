/* SPDX-License-Identifier: Apache-2.0 */
/* Opening an incident for a paper, and how papers write moments and places. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/correct.h"
#include "reports/accident.h"

static enum err
look(struct accident *a, const struct filing_source *from, struct why *why)
{
	uint64_t number = a->order.incident;

	a->incident = state_incident(a->state, number);
	if (a->incident == NULL)
		return why_set(why, ERR_NOT_FOUND, _("there was no incident %" PRIu64
		    " then; \"sekimori report duties\" and \"sekimori status\" name them"), number);
	a->at_ms = from->at_ms;
	a->occurred_ms = incident_occurred_ms(a->incident);
	a->known_ms = incident_known_ms(a->incident);
	a->restored_ms = incident_restored_ms(a->incident);
	a->affair = affair_find(a->state, number);
	if (!affair_case_make(a->state, number, &a->made))
		return why_set(why, ERR_INVALID, _("incident %" PRIu64 " cannot be judged"),
		    number);
	a->verdict = memory_new(1, sizeof(*a->verdict));
	if (!affair_judge(a->state, number, from->at_ms, a->verdict)) {
		free(a->verdict);
		a->verdict = NULL;
	}
	demarcation_judge(a->state, a->incident, &a->side);
	return ERR_OK;
}

enum err
accident_open(const struct accident_order *order, const struct filing_source *from,
    struct accident **out, struct why *why)
{
	struct report_source *source = order->source;
	struct accident *a = memory_new(1, sizeof(*a));
	enum err err;

	*out = a;
	a->order = *order;
	a->state = from->state;
	err = look(a, from, why);
	if (err == ERR_OK && !order->brief)
		err = story_make(source->replay, source->ledger, source->shelf, order->incident,
		    from->size, &a->story, why);
	if (err == ERR_OK)
		err = accident_entries_read(a, from->size, why);
	return err;
}

void
accident_close(struct accident *a)
{
	if (a == NULL)
		return;
	for (uint32_t i = 0; i < a->entries; i++) {
		free(a->entry[i].field);
		free(a->entry[i].author);
		free(a->entry[i].text);
	}
	free(a->entry);
	affair_case_free(&a->made);
	free(a->verdict);
	story_free(a->story);
	free(a);
}

void
accident_moment(int64_t ms, char out[2 * TIME_TEXT])
{
	static const char *const days[] = { "木", "金", "土", "日", "月", "火", "水" };
	int64_t jst = ms + INT64_C(9) * 3600000, day = jst / 86400000, year;
	int64_t second = jst / 1000 % 86400;
	unsigned month, date;

	if (ms < 0 || strcmp(i18n_language(), "ja") != 0) {
		time_jst_s(ms, out);
		return;
	}
	civil_of_days(day, &year, &month, &date);
	snprintf(out, 2 * TIME_TEXT,
	    "%" PRId64 "年%u月%u日（%s）%02d時%02d分%02d秒",
	    year, month, date, days[day % 7], (int)(second / 3600), (int)(second / 60 % 60),
	    (int)(second % 60));
}

/* ISO 3166-2:JP in its order. */
static const struct { const char *ja, *en; } prefectures[] = {
	{ "北海道", "Hokkaido" }, { "青森県", "Aomori" }, { "岩手県", "Iwate" },
	{ "宮城県", "Miyagi" }, { "秋田県", "Akita" }, { "山形県", "Yamagata" },
	{ "福島県", "Fukushima" }, { "茨城県", "Ibaraki" }, { "栃木県", "Tochigi" },
	{ "群馬県", "Gunma" }, { "埼玉県", "Saitama" }, { "千葉県", "Chiba" },
	{ "東京都", "Tokyo" }, { "神奈川県", "Kanagawa" }, { "新潟県", "Niigata" },
	{ "富山県", "Toyama" }, { "石川県", "Ishikawa" }, { "福井県", "Fukui" },
	{ "山梨県", "Yamanashi" }, { "長野県", "Nagano" }, { "岐阜県", "Gifu" },
	{ "静岡県", "Shizuoka" }, { "愛知県", "Aichi" }, { "三重県", "Mie" },
	{ "滋賀県", "Shiga" }, { "京都府", "Kyoto" }, { "大阪府", "Osaka" },
	{ "兵庫県", "Hyogo" }, { "奈良県", "Nara" }, { "和歌山県", "Wakayama" },
	{ "鳥取県", "Tottori" }, { "島根県", "Shimane" }, { "岡山県", "Okayama" },
	{ "広島県", "Hiroshima" }, { "山口県", "Yamaguchi" }, { "徳島県", "Tokushima" },
	{ "香川県", "Kagawa" }, { "愛媛県", "Ehime" }, { "高知県", "Kochi" },
	{ "福岡県", "Fukuoka" }, { "佐賀県", "Saga" }, { "長崎県", "Nagasaki" },
	{ "熊本県", "Kumamoto" }, { "大分県", "Oita" }, { "宮崎県", "Miyazaki" },
	{ "鹿児島県", "Kagoshima" }, { "沖縄県", "Okinawa" },
};

const char *
prefecture_name(const char *code, bool japanese)
{
	const size_t count = sizeof(prefectures) / sizeof(prefectures[0]);
	unsigned long number = 0;

	if (strlen(code) == 5 && strncmp(code, "JP-", 3) == 0)
		number = strtoul(code + 3, NULL, 10);
	if (number < 1 || number > count)
		return code;
	return japanese ? prefectures[number - 1].ja : prefectures[number - 1].en;
}
