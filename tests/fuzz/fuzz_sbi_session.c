/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer of the sbi probe that says anything: the input is what it sends, cut into pieces by its
 * first octet.  The session asks as the probe does, for a list and then for profiles.  Answers
 * stay in their bounds, each request ends exactly once, and facts pass our check.
 */
#include <stdlib.h>

#include "monitor/base/limits.h"
#include "probes/sbi_json.h"
#include "probes/sbi_nrf.h"
#include "probes/sbi_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { LIST = 1000000 };

struct peer {
	struct sbi_session session;
	struct nrf         nrf;
	bool               listed, over;
	size_t             asked, answered, next;
};

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
ask(struct peer *peer, size_t tag)
{
	struct sbi_request request = { .tls = true, .authority = "nrf.lab", .path = "/list",
	    .accept = "application/json" };

	if (sbi_session_get(&peer->session, &request, tag) == ERR_OK)
		peer->asked++;
}

static void
take(struct peer *peer, const struct sbi_answer *answer)
{
	struct why why;

	must(answer->done && answer->body.len <= ANSWER_MAX);
	must(answer->status == 0 || (answer->status >= 200 && answer->status <= 999));
	must(answer->err != ERR_OK || answer->status != 0);
	must(answer->err != ERR_OK || answer->fields <= SBI_FIELDS_MAX);
	peer->answered++;
	if (answer->tag == LIST)
		peer->listed = nrf_list(&peer->nrf, bytes_of_buffer(&answer->body), &why) == ERR_OK;
	else
		nrf_profile(&peer->nrf, answer->tag, bytes_of_buffer(&answer->body));
}

static void
progress(struct peer *peer)
{
	struct sbi_answer *answer;

	while ((answer = sbi_session_done(&peer->session)) != NULL) {
		take(peer, answer);
		sbi_answer_release(answer);
	}
	while (peer->listed && !peer->over && peer->next < peer->nrf.instances &&
	    sbi_session_busy(&peer->session) < SBI_STREAMS)
		ask(peer, peer->next++);
	must(!peer->session.out.failed);
	buffer_reset(&peer->session.out);
}

static void
judge(struct peer *peer)
{
	struct fact_set set = { .count = 0 };
	struct buffer out = { .max = 0 };
	struct why why;

	must(peer->asked == peer->answered && sbi_session_busy(&peer->session) == 0);
	nrf_settle(&peer->nrf);
	nrf_facts(&peer->nrf, &set);
	fact_set_write(&set, FACTS_ALL, &out);
	must(facts_check(bytes_of_buffer(&out), &why) == ERR_OK);
	buffer_free(&out);
	fact_set_free(&set);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct peer peer = { .listed = false };
	size_t piece = len > 0 && data[0] > 0 ? data[0] * 16u : len;
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;

	sbi_json_begin();
	must(sbi_session_open(&peer.session, &why) == ERR_OK);
	ask(&peer, LIST);
	for (size_t at = 1; at < len && err == ERR_OK; at += piece) {
		err = sbi_session_read(&peer.session,
		    bytes_of(data + at, piece < len - at ? piece : len - at), &why);
		must(err == ERR_OK || why.text[0] != '\0');
		progress(&peer);
	}
	sbi_session_ended(&peer.session, ERR_CLOSED);
	peer.over = true;
	progress(&peer);
	sbi_session_end(&peer.session);
	judge(&peer);
	sbi_session_close(&peer.session);
	nrf_free(&peer.nrf);
	return 0;
}
