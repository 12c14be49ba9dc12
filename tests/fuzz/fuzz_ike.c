/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A responder that answers anything, in version 2 and in version 1: every view stays inside the
 * datagram, a choice that passes the check was offered, and the search comes to its end.
 */
#include <stdlib.h>

#include "probes/ike_search.h"
#include "probes/wire/ike_v1.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
inside(struct bytes in, struct bytes view)
{
	must(view.len == 0 || (view.at >= in.at && view.at + view.len <= in.at + in.len));
}

static void
look(struct bytes in, const struct ike_said *said)
{
	static const struct ike_transform offered[] = { { IKE_ENCR, 20, 256 }, { IKE_ENCR, 12, 128 },
	    { IKE_PRF, 5, 0 }, { IKE_PRF, 6, 0 }, { IKE_KE, 19, 0 }, { IKE_KE, 20, 0 } };
	struct ike_offer offer = { offered, 6 };
	struct ike_request request = { .offer = &offer, .offers = 1, .method = said->method };
	struct buffer text = { .max = 4096 };
	struct why why = { .err = ERR_OK };

	inside(in, said->value), inside(in, said->nonce), inside(in, said->cookie);
	inside(in, said->redirect);
	must(said->cookie.len <= IKE_COOKIE_MAX);
	for (size_t i = 0; i < said->vendors; i++) {
		inside(in, said->vendor[i]);
		ike_vendor_put(said->vendor[i], &text);
	}
	for (size_t i = 0; i < said->hashes; i++)
		ike_hash_put(said->hash[i], &text);
	for (size_t i = 0; i < said->transforms && i < IKE_CHOSEN_MAX; i++)
		ike_transform_put(&said->transform[i], &text);
	for (size_t i = 1; i < said->statuses; i++)
		must(said->status[i - 1] < said->status[i]);
	if (ike_choice_check(said, &request, &why) == ERR_OK)
		must(said->transforms == 3 && ike_chosen(said, IKE_KE)->id == said->method);
	buffer_free(&text);
}

/* Each octet answers one question, and the one after a "wanted" says what. */
static void
search(struct bytes in)
{
	static struct ike_search search;
	struct ike_request request = { .spi = 1 };
	struct ike_set weak;
	struct why why = { .err = ERR_OK };
	unsigned asked = 0;

	search = (struct ike_search){ .phase = IKE_PHASE_GROUPS };
	ike_search_begin(&search);
	for (size_t at = 0; at < in.len && ike_search_next(&search, &request); at++) {
		must(++asked < 1000 && request.offers > 0 && request.offer[0].count > 0);
		if (ike_search_told(&search, (enum ike_reply)(in.at[at] % 3), in.at[at] / 3 % 40,
		    &why) != ERR_OK)
			return;
	}
	must(ike_search_weak(&search, &weak) >= weak.count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	struct buffer text = { .max = 4096 };
	struct ike_said said;
	struct ike_v1_said one;
	struct why why;
	enum err err = ike_read(in, &said, NULL);

	/* The sentence costs more than the rest: an eighth of the runs makes it. */
	if (len > 0 && (data[len - 1] & 7) == 0) {
		why.text[0] = '\0';
		must(ike_read(in, &said, &why) == err && (err == ERR_OK) == (why.text[0] == '\0'));
	}
	if (err == ERR_OK)
		look(in, &said);
	if (ike_v1_read(in, &one, NULL) == ERR_OK) {
		must(one.error < IKE_NOTIFY_ERRORS && err != ERR_OK);
		ike_v1_put(&one, &text);
	}
	if (len > 0 && len <= 48 && data[0] == 's')
		search(bytes_slice(in, 1, len));
	buffer_free(&text);
	return 0;
}
