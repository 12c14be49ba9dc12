/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Papers about one incident: what each source says and by which record, what people enter and
 * confirm, editions that are frozen, compared and printed again octet by octet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/i18n.h"
#include "reports/accident_edition.h"
#include "reports/report_stand.h"
#include "tests/unit/accident_world.h"

static struct accident_order asked;	/* large */

static int
begin(void **state)
{
	i18n_open("en");
	*state = accident_world_new();
	return 0;
}

static int
end(void **state)
{
	accident_world_free(*state);
	return 0;
}

/* The paper as text, of all there is, as of that edition. */
static struct filing_documents
make(struct accident_world *w, const char *report, struct accident_order *order)
{
	struct filing_order documents_order = { .report = report, .language = { "en" },
	    .languages = 1, .accident = order };
	struct filing_documents documents;

	ACCIDENT_MUST(filing_documents_make(&w->from, &documents_order, &documents, why));
	i18n_open("en");
	buffer_text(&documents.octets[0]);
	return documents;
}

static const char *
text_of(const struct filing_documents *documents)
{
	return (const char *)documents->octets[0].at;
}

/* White space is as the page breaks it. */
static bool
has(const struct filing_documents *documents, const char *sentence)
{
	struct buffer flat = { .max = 0 };
	const char *at = text_of(documents);
	bool found;

	for (bool blank = false; *at != '\0'; at++) {
		bool is = *at == ' ' || *at == '\n';

		if (!is || !blank)
			buffer_put_u8(&flat, is ? ' ' : (uint8_t)*at);
		blank = is;
	}
	found = strstr(buffer_text(&flat), sentence) != NULL;
	buffer_free(&flat);
	return found;
}

static void
file(struct accident_world *w, int64_t after_ms, const struct filing_documents *documents)
{
	struct record record = { .kind = RECORD_FILING, .role = ROLE_ENGINE };
	struct buffer list = { .max = 0 };
	struct hash hash = documents->document[0].hash;

	network_at(&w->network, after_ms);
	record.filing = (struct record_filing){ .report = bytes_of_text(documents->form->id),
	    .edition = bytes_of_text(documents->form->edition), .size = documents->size,
	    .root = documents->root, .documents = record_hashes(&list, &hash, 1),
	    .claims = documents->claims_hash, .author = bytes_of_text("tanaka"),
	    .incident = documents->incident, .paper_edition = documents->edition,
	    .previous = documents->previous };
	network_apply(&w->network, &record);
	buffer_free(&list);
}

/* --- sources ------------------------------------------------------------------------------ */

static void
going_on(void **state)
{
	struct accident_world *w = *state;
	struct filing_documents d;

	accident_stand(w);
	asked = accident_asked(w, "prompt-report");
	d = make(w, "prompt-report", &asked);
	assert_true(has(&d, "not restored as of 2026-11-30 11:13:20 JST"));
	assert_true(has(&d, "VoLTE voice: Tokyo, Osaka"));
	assert_true(has(&d, "emergency calls were affected; VoLTE voice: about 30,000 users"));
	assert_true(has(&d, "DRAFT"));
	assert_false(has(&d, "DRILL"));
	assert_true(has(&d, "[____________________________________] => To be entered by: chief "
	    "telecommunications engineer"));
	assert_true(has(&d, "contains fields of the form that were not verified"));
	assert_int_equal(d.required, 8);
	filing_documents_free(&d);
	asked = accident_asked(w, "detailed-report");
	d = make(w, "detailed-report", &asked);
	assert_true(has(&d, "provider:cumulus told us at 2026-11-30 10:18:20 JST: \"Elevated error "
	    "rates in east\"; began, it says, 2026-11-30 09:58:20 JST"));
	assert_true(has(&d, "equipment of Cumulus K.K. is involved") ||
	    has(&d, "equipment of cumulus is involved"));
	assert_true(has(&d, "amf-1: down from 2026-11-30 09:55:2"));
	filing_documents_free(&d);
}

static void
correct_users(struct accident_world *w, int64_t after_ms)
{
	struct record record = { .kind = RECORD_CORRECTION, .role = ROLE_ENGINE };

	network_at(&w->network, after_ms);
	record.correction = (struct record_correction){ .what = CORRECT_STOPPED,
	    .incident = w->incident, .number = 28123, .name = bytes_of_text("voice"),
	    .author = bytes_of_text("suzuki") };
	network_apply(&w->network, &record);
}

static void
corrected(void **state)
{
	struct accident_world *w = *state;
	struct record record = { .kind = RECORD_CORRECTION, .role = ROLE_ENGINE };
	struct filing_documents d;

	network_at(&w->network, 85 * MINUTE);
	record.correction = (struct record_correction){ .what = CORRECT_OCCURRED,
	    .incident = w->incident, .at = NETWORK_BEGIN + MINUTE, .author =
	    bytes_of_text("suzuki") };
	network_apply(&w->network, &record);
	correct_users(w, 86 * MINUTE);
	accident_stand(w);
	asked = accident_asked(w, "prompt-report");
	d = make(w, "prompt-report", &asked);
	assert_true(has(&d, "2026-11-30 09:54:20 JST corrected by suzuki; recorded before: "
	    "2026-11-30 09:55:20 JST"));
	assert_true(has(&d, "VoLTE voice: 28,123 users stopped at the peak"));
	filing_documents_free(&d);
}

static void
unknown_incident(void **state)
{
	struct accident_world *w = *state;
	struct filing_order order = { .report = "prompt-report", .accident = &asked };
	struct filing_documents d;
	struct why refused;

	accident_stand(w);
	asked = accident_asked(w, "prompt-report");
	asked.incident = 4;
	assert_int_equal(filing_documents_make(&w->from, &order, &d, &refused), ERR_NOT_FOUND);
	assert_non_null(strstr(refused.text, "there was no incident 4 then"));
	filing_documents_free(&d);
}

static void
drill(void **state)
{
	struct accident_world *w = *state;
	struct filing_documents d;

	accident_stand(w);
	w->own->plan->drill = "region outage";
	asked = accident_asked(w, "prompt-report");
	d = make(w, "prompt-report", &asked);
	assert_true(has(&d, "DRILL"));
	filing_documents_free(&d);
}

/* --- entries ------------------------------------------------------------------------------ */

static void
entered(void **state)
{
	struct accident_world *w = *state;
	struct filing_documents d;

	accident_enter(w, 81 * MINUTE, "prompt-report", "inc.cause", "first idea");
	accident_enter(w, 82 * MINUTE, "prompt-report", "inc.cause", "power failure, under study");
	accident_enter(w, 82 * MINUTE, "detailed-report", "inc.cause", "of another paper");
	accident_stand(w);
	asked = accident_asked(w, "prompt-report");
	d = make(w, "prompt-report", &asked);
	assert_true(has(&d, "power failure, under study"));
	assert_true(has(&d, "tanaka, 2026-11-30 11:15:20 JST"));
	assert_false(has(&d, "first idea"));
	assert_false(has(&d, "of another paper"));
	assert_int_equal(d.required, 7);
	filing_documents_free(&d);
	asked.withhold = true;
	d = make(w, "prompt-report", &asked);
	assert_false(has(&d, "power failure"));
	assert_false(has(&d, "traffic of Kanto"));
	assert_true(has(&d, "(withheld)"));
	assert_int_equal(d.required, 7);
	filing_documents_free(&d);
	accident_enter(w, 83 * MINUTE, "prompt-report", "inc.cause", NULL);
	accident_stand(w);
	asked = accident_asked(w, "prompt-report");
	d = make(w, "prompt-report", &asked);
	assert_int_equal(d.required, 8);
	assert_false(has(&d, "power failure"));
	filing_documents_free(&d);
}

/* A draft that moved after it was confirmed is to be confirmed again. */
static void
confirmed(void **state)
{
	struct accident_world *w = *state;
	char text[HASH_TEXT + 1] = "=";
	struct filing_documents d;

	accident_stand(w);
	asked = accident_asked(w, "prompt-report");
	d = make(w, "prompt-report", &asked);
	filing_documents_free(&d);
	for (size_t i = 0; i < asked.digests; i++)
		if (strcmp(asked.digest[i].field, "inc.users") == 0)
			hash_text(asked.digest[i].hash, text + 1);
	accident_enter(w, 81 * MINUTE, "prompt-report", "inc.users", text);
	accident_stand(w);
	asked = accident_asked(w, "prompt-report");
	d = make(w, "prompt-report", &asked);
	assert_true(has(&d, "confirmed as drafted below"));
	assert_int_equal(d.required, 7);
	filing_documents_free(&d);
	correct_users(w, 84 * MINUTE);
	accident_stand(w);
	asked = accident_asked(w, "prompt-report");
	d = make(w, "prompt-report", &asked);
	assert_true(has(&d, "confirmed, but the draft has changed since"));
	assert_int_equal(d.required, 8);
	filing_documents_free(&d);
}

/* --- editions ----------------------------------------------------------------------------- */

static void
editions(void **state)
{
	struct accident_world *w = *state;
	struct filing_documents first, second, again;
	struct why refused;
	uint64_t newest, size = 0;

	accident_stand(w);
	asked = accident_asked(w, "prompt-report");
	ACCIDENT_MUST(accident_edition_newest(&asked, UINT64_MAX, &newest, why));
	assert_int_equal(newest, 0);
	asked.edition = newest + 1;
	first = make(w, "prompt-report", &asked);
	assert_true(has(&first, "Filed as far as known: 1 fields are still to be entered"));
	assert_false(has(&first, "DRAFT"));
	file(w, 81 * MINUTE, &first);
	accident_restored(w);
	accident_enter(w, 97 * MINUTE, "prompt-report", "inc.cause", "power failure");
	accident_stand(w);

	asked = accident_asked(w, "prompt-report");
	ACCIDENT_MUST(accident_edition_newest(&asked, UINT64_MAX, &newest, why));
	assert_int_equal(newest, 1);
	asked.edition = newest + 1;
	second = make(w, "prompt-report", &asked);
	assert_int_equal(second.previous, asked.previous);
	assert_true(has(&second, "Changes since edition 1"));
	assert_true(has(&second, "power failure"));
	assert_true(has(&second, "not restored as of 2026-11-30"));
	assert_true(has(&second, "edition 2, replaces record #"));
	file(w, 98 * MINUTE, &second);
	accident_stand(w);

	asked = accident_asked(w, "prompt-report");
	asked.edition = 1;
	ACCIDENT_MUST(accident_edition_find(&asked, &size, why));
	assert_int_equal(size, first.size);
	{
		struct filing_source now = w->from;

		ACCIDENT_MUST(report_stand_size(&w->source, size, &w->from, why));
		state_free(w->own);
		w->own = state_copy(w->from.state);
		w->from.state = w->own;
		again = make(w, "prompt-report", &asked);
		w->from = now;
	}
	assert_int_equal(again.octets[0].len, first.octets[0].len);
	assert_memory_equal(again.octets[0].at, first.octets[0].at, first.octets[0].len);
	assert_int_equal(accident_edition_same(&again, &asked, &refused), ERR_OK);
	asked.edition = 2;
	assert_int_equal(accident_edition_same(&again, &asked, &refused), ERR_MISMATCH);
	asked.edition = 3;
	assert_int_equal(accident_edition_find(&asked, &size, &refused), ERR_NOT_FOUND);
	filing_documents_free(&first);
	filing_documents_free(&second);
	filing_documents_free(&again);
}

/* --- attachments of a self-check ---------------------------------------------------------- */

static void
attachments(void **state)
{
	struct accident_world *w = *state;
	struct filing_order order = { .report = "self-check", .language = { "en" },
	    .languages = 1 };
	struct filing_documents d;

	accident_restored(w);
	accident_stand(w);
	ACCIDENT_MUST(filing_documents_make(&w->from, &order, &d, why));
	i18n_open("en");
	buffer_text(&d.octets[0]);
	assert_true(has(&d, "amf: active-active, 2 members, 1 needed, switch-over planned within "
	    "30s"));
	assert_true(has(&d, "a member failed and the others carried its load"));
	if (!has(&d, "it lacked members it needs for 1h33m"))
		fail_msg("%s", strstr(text_of(&d), "upf: "));
	assert_true(has(&d, "no failure of a member was seen, so no switch"));
	assert_true(has(&d, "6 endpoints are probed, every 10s to 10s"));
	assert_true(has(&d, "between the carrier and cumulus at tokyo"));
	assert_true(has(&d, "tokyo: 2 endpoints probed across it; up 2"));
	assert_true(has(&d, "voice is carried by the set hss"));
	filing_documents_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
		T(going_on), T(corrected), T(unknown_incident), T(drill), T(entered), T(confirmed),
		T(editions), T(attachments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
