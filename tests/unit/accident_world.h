/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A region of a cloud fails for more than an hour, in a ledger file: users are hit, the provider
 * says so late, people do and say things, a paper is made of it.  Everything is fixed, to the
 * octet.
 */
#ifndef TESTS_UNIT_ACCIDENT_WORLD_H
#define TESTS_UNIT_ACCIDENT_WORLD_H

#include <dirent.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "reports/filing_write.h"
#include "reports/report_stand.h"
#include "tests/unit/network_plan.h"

enum { MINUTE = 60000 };

struct accident_world {
	struct network network;
	struct ledger *ledger;
	struct report_source source;
	struct filing_source from;
	struct state  *own;
	uint64_t       incident;
	uint8_t        salts;
	char           dir[200], path[260];
};

#define ACCIDENT_MUST(call)                                             \
	do {                                                            \
		struct why why_ = { .text = "" };                       \
		struct why *why = &why_;                                \
		if ((call) != ERR_OK) {                                 \
			fprintf(stderr, "%s: %s\n", #call, why_.text);  \
			abort();                                        \
		}                                                       \
	} while (0)

/* A value behind a commitment, with a salt of its own. */
static inline struct hash
accident_value(struct accident_world *w, const char *text)
{
	uint8_t salt[32] = { ++w->salts };

	ACCIDENT_MUST(ledger_add_value(w->ledger, bytes_of(salt, sizeof(salt)),
	    bytes_of_text(text), why));
	return secret_commit(bytes_of(salt, sizeof(salt)), bytes_of_text(text));
}

static inline void
accident_act(struct accident_world *w, int64_t after_ms, enum act act, const char *text)
{
	struct record record = { .kind = RECORD_OPERATOR, .role = ROLE_ENGINE };

	network_at(&w->network, after_ms);
	record.operator.act = act;
	record.operator.uid = 1000;
	record.operator.author = bytes_of_text("sato");
	record.operator.incident = w->incident;
	record.operator.text = accident_value(w, text);
	network_apply(&w->network, &record);
}

static inline void
accident_enter(struct accident_world *w, int64_t after_ms, const char *report, const char *field,
    const char *text)
{
	struct record record = { .kind = RECORD_ENTRY, .role = ROLE_ENGINE };

	network_at(&w->network, after_ms);
	record.entry = (struct record_entry){ .report = bytes_of_text(report),
	    .incident = w->incident, .field = bytes_of_text(field), .uid = 1001,
	    .author = bytes_of_text("tanaka") };
	if (text != NULL)
		record.entry.text = accident_value(w, text);
	network_apply(&w->network, &record);
}

static inline void
accident_notice(struct accident_world *w, int64_t after_ms)
{
	struct record record = { .kind = RECORD_SIGNAL, .role = ROLE_FETCH };

	network_at(&w->network, after_ms);
	record.signal = (struct record_signal){ .source = bytes_of_text("cumulus-status"),
	    .form = SIGNAL_FORM_STATUS, .kind = SIGNAL_NOTICE, .key = bytes_of_text("e-1"),
	    .subject = bytes_of_text("provider:cumulus"), .severity = PERCEIVED_MAJOR,
	    .title = bytes_of_text("Elevated error rates in east"), .told = w->network.now_ms,
	    .started = NETWORK_BEGIN + 5 * MINUTE, .region = bytes_of_text("east"), .count = 1 };
	network_apply(&w->network, &record);
}

static inline void
accident_outage(struct accident_world *w)
{
	network_tick(&w->network, MINUTE);
	network_see(&w->network, 2 * MINUTE, AMF_1, OUTCOME_DOWN);
	network_see(&w->network, 2 * MINUTE + 1000, UPF_1, OUTCOME_DOWN);
	network_tick(&w->network, 3 * MINUTE);
	w->incident = network_incident(&w->network)->id;
	accident_act(w, 6 * MINUTE, ACT_ACK, "looking into it");
	accident_notice(w, 25 * MINUTE);
	accident_act(w, 40 * MINUTE, ACT_NOTE, "traffic of Kanto moved to the west region");
	network_tick(&w->network, 63 * MINUTE);
	network_tick(&w->network, 80 * MINUTE);
}

static inline void
accident_restored(struct accident_world *w)
{
	network_see(&w->network, 95 * MINUTE, AMF_1, OUTCOME_UP);
	network_see(&w->network, 95 * MINUTE, UPF_1, OUTCOME_UP);
	network_tick(&w->network, 96 * MINUTE);
}

static inline struct plan *
accident_plan(void)
{
	struct plan *plan = network_plan();

	plan->site[0].provider_name = "Cumulus K.K.";
	plan->site[0].title = "Tokyo region";
	plan->site[0].title_ja = "東京リージョン";
	plan->service[0].title = "VoLTE voice";
	plan->service[0].title_ja = "VoLTE音声";
	plan->service[1].title = "mobile data";
	plan->service[1].title_ja = "携帯データ通信";
	plan->carrier[0].name_ja = "例示通信株式会社";
	plan->carrier[0].contact = "03-0000-0000";
	return plan;
}

static inline struct accident_world *
accident_world_new(void)
{
	struct accident_world *w = memory_new(1, sizeof(*w));
	const char *tmp = getenv("TMPDIR");

	snprintf(w->dir, sizeof(w->dir), "%.150s/sekimori-accident-XXXXXX",
	    tmp != NULL ? tmp : P_tmpdir);
	if (mkdtemp(w->dir) == NULL)
		abort();
	snprintf(w->path, sizeof(w->path), "%s/ledger.db", w->dir);
	ACCIDENT_MUST(ledger_create(w->path, why));
	ACCIDENT_MUST(ledger_open(&w->ledger, w->path, LEDGER_WRITE, why));
	network_open_in(&w->network, accident_plan(), w->ledger);
	accident_outage(w);
	return w;
}

/* Where a paper stands: all that is recorded now. */
static inline void
accident_stand(struct accident_world *w)
{
	state_free(w->own);
	if (w->source.ledger != NULL)
		report_close(&w->source);
	ACCIDENT_MUST(report_open(&w->source, NULL, NULL, w->path, why));
	ACCIDENT_MUST(report_stand(&w->source, NULL, false, &w->from, &w->own, why));
	if (w->own == NULL)
		w->own = state_copy(w->from.state);
	w->from.state = w->own;
}

static inline struct accident_order
accident_asked(struct accident_world *w, const char *report)
{
	return (struct accident_order){ .source = &w->source, .report = report,
	    .incident = w->incident };
}

static inline void
accident_world_free(struct accident_world *w)
{
	const struct dirent *entry;
	DIR *dir;

	state_free(w->own);
	if (w->source.ledger != NULL)
		report_close(&w->source);
	network_close(&w->network);
	ledger_close(w->ledger);
	/* Whatever the ledger and its readers left beside it. */
	dir = opendir(w->dir);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	if (rmdir(w->dir) != 0)
		fprintf(stderr, "%s is not empty\n", w->dir);
	free(w);
}

#endif
