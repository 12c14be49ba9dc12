/* SPDX-License-Identifier: Apache-2.0 */
/* The words of notices.  Everything a peer or the configuration gave is escaped for its format. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/notify_affairs.h"
#include "monitor/daemon/notify_protection.h"
#include "monitor/daemon/notify_text.h"
#include "monitor/state/describe.h"

/* RFC 5424 6.2.1: facility 3 is "system daemons". */
enum { FACILITY = 3, SEVERITY_ALERT = 1, SEVERITY_ERROR = 3, SEVERITY_WARNING = 4,
	SEVERITY_NOTICE = 5 };

static const char *
health_ja(enum health health)
{
	static const char *const text[HEALTH_COUNT] = { [HEALTH_UNKNOWN] = "不明",
	    [HEALTH_UP] = "正常", [HEALTH_DEGRADED] = "低下", [HEALTH_DOWN] = "停止" };

	return health < HEALTH_COUNT ? text[health] : "不明";
}

const char *
notice_kind_japanese(enum transition_kind kind)
{
	static const char *const text[TRANSITION_COUNT] = {
	    [TRANSITION_OPENED] = "発生", [TRANSITION_GREW] = "拡大",
	    [TRANSITION_RESOLVED] = "復旧", [TRANSITION_ACKED] = "確認済み",
	    [TRANSITION_NOTED] = "注記追加", [TRANSITION_HEALTH] = "状態変化",
	    [TRANSITION_GAP] = "監視中断", [TRANSITION_WATCHING] = "監視再開",
	    [TRANSITION_CLOCK] = "時計のずれ", [TRANSITION_CONFIG] = "設定変更",
	    [TRANSITION_ABSORBED] = "より広い障害に統合", [TRANSITION_KEY] = "署名鍵",
	    [TRANSITION_FORK] = "台帳の分岐", [TRANSITION_WATCHER] = "外部監視",
	    [TRANSITION_ANCHOR] = "時刻証明",
	    [TRANSITION_ALARM_RAISED] = "警報発生", [TRANSITION_ALARM_CHANGED] = "警報変化",
	    [TRANSITION_ALARM_CLEARED] = "警報解除", [TRANSITION_ALARM_FLOOD] = "警報多発",
	    [TRANSITION_EVENT] = "事象",
	    [TRANSITION_PROVIDER] = "提供者の発表", [TRANSITION_EXPLAINED] = "波及",
	    [TRANSITION_PARTIAL] = "部分的な障害", [TRANSITION_FLAPPING] = "不安定",
	    [TRANSITION_STEADY] = "安定", [TRANSITION_WINDOW] = "作業時間帯",
	    [TRANSITION_WINDOW_BEGAN] = "作業時間帯の開始",
	    [TRANSITION_WINDOW_OVER] = "作業時間帯の終了",
	    [TRANSITION_HELD] = "通知保留",
	    [TRANSITION_REVEALED] = "作業時間後も継続", [TRANSITION_CORRECTED] = "訂正",
	    [TRANSITION_MERGED] = "統合", [TRANSITION_SPLIT] = "分割",
	    [TRANSITION_PEAK] = "影響利用者数", [TRANSITION_DEMARCATION] = "責任の側",
	    [TRANSITION_DUTY] = "法令上の義務",
	    [TRANSITION_FELL] = "保護水準の低下",
	    [TRANSITION_RESTORED] = "保護水準の回復",
	    [TRANSITION_CHANGED] = "保護水準の変化", [TRANSITION_INTENT] = "変更予告",
	    [TRANSITION_INTENT_DONE] = "予告どおりの変更",
	    [TRANSITION_INTENT_IDLE] = "予告した変更なし",
	    [TRANSITION_CEREMONY] = "鍵の取扱い" };

	return kind < TRANSITION_COUNT && text[kind] != NULL ? text[kind] : "変化";
}

static const char *
scope_ja(enum scope scope)
{
	static const char *const text[SCOPES] = {
	    [SCOPE_INSTANCE] = "インスタンス", [SCOPE_SITE] = "サイト",
	    [SCOPE_STORM] = "広域", [SCOPE_PROVIDER] = "提供者",
	    [SCOPE_VANTAGE] = "観測点", [SCOPE_ALARM] = "警報", [SCOPE_SET] = "冗長構成" };

	return scope < SCOPES && text[scope] != NULL ? text[scope] : "障害";
}

void
notice_id(struct buffer *out, const struct notify_message *m)
{
	buffer_print(out, "%s/%" PRIu64 "/%" PRIu64, m->state->plan->name,
	    m->due != NULL ? m->due->transition : 0, m->due != NULL ? m->due->incident : 0);
}

static uint32_t
ailing(const struct incident *incident)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < incident->members; i++)
		count += incident->member[i].health == HEALTH_DOWN ||
		    incident->member[i].health == HEALTH_DEGRADED;
	return count;
}

static const char *
alarm_english(enum alarm alarm)
{
	return alarm == ALARM_SILENT ? "the ledger does not grow: nothing is being recorded" :
	    "the ledger grows again";
}

/* Before anything else that is said, in both languages: nobody may act on it as if it were real. */
static bool
is_drill(const struct notify_message *m)
{
	return m->state->plan->drill[0] != '\0';
}

static void
sentence_english(struct buffer *out, const struct notify_message *m)
{
	const struct incident *incident = m->incident;

	if (is_drill(m))
		buffer_put_text(out, "演習/DRILL ");
	if (m->alarm != ALARM_NONE) {
		buffer_put_text(out, alarm_english(m->alarm));
		return;
	}
	if (duty_sentence(out, m, false) || protection_sentence(out, m, false))
		return;
	if (incident == NULL && m->transition != NULL) {
		transition_describe(m->state, m->transition, out);
		return;
	}
	buffer_print(out, "incident %" PRIu64 " %s", m->due->incident,
	    transition_text(m->due->kind));
	if (incident == NULL)
		return;
	buffer_put_text(out, ": ");
	incident_describe(incident, out);
	if (incident->members == 0 && incident->alarms_total > 0)
		buffer_print(out, ", by %" PRIu64 " alarms", incident->alarms_total);
	else if (m->due->kind == TRANSITION_RESOLVED)
		buffer_print(out, ", all %" PRIu32 " targets recovered", incident->members);
	else
		buffer_print(out, ", %s, %" PRIu32 " of %" PRIu32 " targets not as they should be",
		    health_name(incident->worst), ailing(incident), incident->members);
}

static void
sentence_japanese(struct buffer *out, const struct notify_message *m)
{
	const struct incident *incident = m->incident;

	if (is_drill(m))
		buffer_put_text(out, "演習/DRILL ");
	if (m->alarm != ALARM_NONE) {
		buffer_put_text(out, m->alarm == ALARM_SILENT ?
		    "台帳が伸びていません。何も記録されていません。" :
		    "台帳の記録が再開しました。");
		return;
	}
	if (duty_sentence(out, m, true) || protection_sentence(out, m, true))
		return;
	if (m->due->incident == 0) {
		buffer_print(out, "%s。", notice_kind_japanese(m->due->kind));
		return;
	}
	buffer_print(out, "障害 %" PRIu64 " %s", m->due->incident,
	    notice_kind_japanese(m->due->kind));
	if (incident != NULL) {
		buffer_print(out, ": %s", scope_ja(incident->scope));
		if (incident->scope == SCOPE_INSTANCE)
			buffer_print(out, " %s", incident->instance_name);
		else if (incident->scope != SCOPE_SITE && incident->subject[0] != '\0')
			buffer_print(out, " %s", incident->subject);
		if (incident->site_name[0] != '\0')
			buffer_print(out, " (%s)", incident->site_name);
		if (incident->members == 0 && incident->alarms_total > 0)
			buffer_print(out, "、警報 %" PRIu64 " 件", incident->alarms_total);
		else
			buffer_print(out,
			    "、%s、対象 %" PRIu32 " 件中 %" PRIu32 " 件が異常",
			    health_ja(incident->worst), incident->members, ailing(incident));
	}
	buffer_put_text(out, "。");
}

static void
put_text(json_t *object, const char *key, struct buffer *text)
{
	/* json_stringn refuses what is not UTF-8: then say so rather than nothing. */
	json_t *value = json_stringn(buffer_text(text), text->len);

	json_object_set_new(object, key, value != NULL ? value : json_string("(not UTF-8)"));
	buffer_reset(text);
}

static void
put_time(json_t *object, const char *key, int64_t ms)
{
	char utc[TIME_TEXT], jst[TIME_TEXT], name[48];

	if (ms == 0)
		return;
	time_utc(ms, utc);
	time_jst(ms, jst);
	json_object_set_new(object, key, json_string(utc));
	snprintf(name, sizeof(name), "%s_jst", key);
	json_object_set_new(object, name, json_string(jst));
}

static void
put_dump(struct buffer *out, json_t *object)
{
	char *dump = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);

	buffer_put_text(out, dump != NULL ? dump : "{}");
	free(dump);
	json_decref(object);
}

static json_t *
members_json(const struct notify_message *m)
{
	json_t *list = json_array();
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; i < m->incident->members && i < NOTICE_MEMBERS_MAX; i++) {
		const struct incident_member *member = &m->incident->member[i];
		const struct plan_target *target = plan_target_by_id(m->state->plan,
		    member->target);
		json_t *one = json_object();

		json_object_set_new(one, "id", json_integer((json_int_t)member->target));
		if (target != NULL) {
			buffer_put_text(&text, target->name);
			put_text(one, "target", &text);
			buffer_put_text(&text, m->state->plan->instance[target->instance].name);
			put_text(one, "instance", &text);
		}
		json_object_set_new(one, "health", json_string(health_name(member->health)));
		json_object_set_new(one, "worst", json_string(health_name(member->worst)));
		json_array_append_new(list, one);
	}
	buffer_free(&text);
	return list;
}

static void
put_incident(json_t *object, const struct notify_message *m)
{
	const struct incident *incident = m->incident;
	struct buffer text = { .max = 0 };

	json_object_set_new(object, "scope", json_string(scope_name(incident->scope)));
	buffer_put_text(&text, incident->site_name);
	put_text(object, "site", &text);
	buffer_put_text(&text, incident->instance_name);
	put_text(object, "instance", &text);
	json_object_set_new(object, "health", json_string(health_name(incident->worst)));
	put_time(object, "occurred", incident->occurred_ms);
	put_time(object, "opened", incident->opened_ms);
	put_time(object, "resolved", incident->resolved_ms);
	json_object_set_new(object, "member_count", json_integer(incident->members));
	json_object_set_new(object, "members", members_json(m));
	affairs_json(object, m);
	buffer_free(&text);
}

static int64_t
happened_ms(const struct notify_message *m)
{
	if (m->transition != NULL)
		return m->transition->recorded_ms;
	return m->incident != NULL ? m->incident->opened_ms : m->state->now_ms;
}

void
notice_json(struct buffer *out, const struct notify_message *m, int64_t wall_ms)
{
	json_t *object = json_object();
	struct buffer text = { .max = 0 };

	buffer_put_text(&text, m->state->plan->name);
	put_text(object, "monitor", &text);
	if (is_drill(m))
		json_object_set_new(object, "drill", json_true());
	sentence_english(&text, m);
	put_text(object, "sentence", &text);
	sentence_japanese(&text, m);
	put_text(object, "sentence_ja", &text);
	if (m->alarm != ALARM_NONE) {
		json_object_set_new(object, "event", json_string(m->alarm == ALARM_SILENT ?
		    "ledger-silent" : "ledger-grows"));
		put_time(object, "sent", wall_ms);
	} else {
		notice_id(&text, m);
		put_text(object, "id", &text);
		json_object_set_new(object, "transition",
		    json_integer((json_int_t)m->due->transition));
		json_object_set_new(object, "record",
		    json_integer((json_int_t)transition_seq(m->due->transition)));
		json_object_set_new(object, "incident", json_integer((json_int_t)m->due->incident));
		json_object_set_new(object, "event", json_string(transition_text(m->due->kind)));
		put_time(object, "recorded", happened_ms(m));
		if (m->incident != NULL)
			put_incident(object, m);
		protection_json(object, m);
		json_object_set_new(object, "delayed",
		    json_boolean(wall_ms - happened_ms(m) > NOTIFY_DELAYED_MS));
	}
	put_dump(out, object);
	buffer_free(&text);
}

void
heartbeat_json(struct buffer *out, const char *monitor, uint64_t size, const struct hash *root,
    int64_t recorded_ms)
{
	json_t *object = json_object();
	struct buffer text = { .max = 0 };
	char hex[HASH_TEXT];

	buffer_put_text(&text, monitor);
	put_text(object, "monitor", &text);
	json_object_set_new(object, "size", json_integer((json_int_t)size));
	put_time(object, "recorded", recorded_ms);
	if (root != NULL) {
		hash_text(*root, hex);
		json_object_set_new(object, "root", json_string(hex));
	}
	put_dump(out, object);
	buffer_free(&text);
}

static int
severity(const struct notify_message *m)
{
	if (m->alarm != ALARM_NONE)
		return m->alarm == ALARM_SILENT ? SEVERITY_ALERT : SEVERITY_NOTICE;
	if (m->due->kind == TRANSITION_DUTY)
		return duty_urgent(m) ? SEVERITY_ERROR : SEVERITY_WARNING;
	if (m->due->kind == TRANSITION_FELL)
		return SEVERITY_ERROR;
	if (m->due->kind != TRANSITION_OPENED && m->due->kind != TRANSITION_GREW)
		return SEVERITY_NOTICE;
	return m->incident != NULL && m->incident->worst == HEALTH_DEGRADED ? SEVERITY_WARNING :
	    SEVERITY_ERROR;
}

/* RFC 5424 6.3.3: in a value '"', '\' and ']' are escaped. */
static void
put_param(struct buffer *out, const char *name, const char *value)
{
	char safe[4 * NAME_MAX_LEN];

	text_escape(value, strnlen(value, NAME_MAX_LEN), safe, sizeof(safe));
	buffer_print(out, " %s=\"", name);
	for (const char *at = safe; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\' || *at == ']')
			buffer_put_u8(out, '\\');
		buffer_put_u8(out, (uint8_t)*at);
	}
	buffer_put_u8(out, '"');
}

/* RFC 5424 6: HOSTNAME is visible ASCII of at most 255 octets. */
static void
put_host(struct buffer *out, const char *host)
{
	size_t len = strnlen(host, 256);
	bool fit = len > 0 && len <= 255;

	for (size_t i = 0; i < len && fit; i++)
		fit = host[i] > ' ' && host[i] <= '~';
	buffer_put_text(out, fit ? host : "-");
}

void
notice_syslog(struct buffer *out, const struct notify_message *m, int64_t wall_ms,
    const char *host, uint64_t process)
{
	struct buffer text = { .max = 0 };
	char utc[TIME_TEXT];
	size_t room, from = out->len;

	time_utc(wall_ms, utc);
	buffer_print(out, "<%d>1 %s ", FACILITY * 8 + severity(m), utc);
	put_host(out, host);
	buffer_print(out, " sekimori %" PRIu64 " %s [sekimori@32473", process,
	    m->alarm != ALARM_NONE ? "LEDGER" : m->due->incident != 0 ? "INCIDENT" :
	    "PROTECTION");
	put_param(out, "monitor", m->state->plan->name);
	if (m->alarm == ALARM_NONE) {
		notice_id(&text, m);
		put_param(out, "id", buffer_text(&text));
		buffer_print(out, " transition=\"%" PRIu64 "\" incident=\"%" PRIu64 "\"",
		    m->due->transition, m->due->incident);
		put_param(out, "event", transition_text(m->due->kind));
		if (wall_ms - happened_ms(m) > NOTIFY_DELAYED_MS)
			put_param(out, "delayed", "true");
	}
	if (m->incident != NULL) {
		put_param(out, "scope", scope_name(m->incident->scope));
		put_param(out, "site", m->incident->site_name);
		put_param(out, "instance", m->incident->instance_name);
		put_param(out, "health", health_name(m->incident->worst));
	}
	/* RFC 5424 6.4: UTF-8 begins with the byte order mark. */
	buffer_put_text(out, "] \xef\xbb\xbf");
	buffer_reset(&text);
	sentence_english(&text, m);
	room = out->len - from < SYSLOG_MAX ? SYSLOG_MAX - (out->len - from) : 0;
	if (text.len > room)
		for (text.len = room; !utf8_valid(bytes_of_buffer(&text)); text.len--)
			continue;
	buffer_put(out, text.at, text.len);
	buffer_free(&text);
}
