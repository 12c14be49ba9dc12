/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies of an NRF: facts pass our check, the lists they hold are bounded, and what is kept as
 * evidence says the same when it is read again.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/sbi_json.h"
#include "probes/sbi_nrf.h"
#include "probes/wire/sbi_preface.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
facts_of(const struct nrf *nrf, struct buffer *out)
{
	struct fact_set set = { .count = 0 };
	struct why why;

	nrf_facts(nrf, &set);
	fact_set_write(&set, FACTS_ALL, out);
	must(facts_check(bytes_of_buffer(out), &why) == ERR_OK);
	fact_set_free(&set);
}

/* The profiles that were kept, as an array, are a list that says the same. */
static void
read_again(const struct nrf *nrf)
{
	struct buffer text = { .max = 0 }, facts[2] = { { .max = 0 } }, kept[2] = { { .max = 0 } };
	struct nrf again = { .instance = NULL };
	struct why why;

	buffer_put_text(&text, "[");
	for (size_t i = 0; i < nrf->instances; i++) {
		buffer_put_text(&text, i > 0 ? "," : "");
		buffer_put(&text, nrf->instance[i].profile.at, nrf->instance[i].profile.len);
	}
	buffer_put_text(&text, "]");
	must(nrf_list(&again, bytes_of_buffer(&text), &why) == ERR_OK);
	facts_of(nrf, &facts[0]), facts_of(&again, &facts[1]);
	nrf_evidence(nrf, &kept[0]), nrf_evidence(&again, &kept[1]);
	must(bytes_equal(bytes_of_buffer(&facts[0]), bytes_of_buffer(&facts[1])));
	must(bytes_equal(bytes_of_buffer(&kept[0]), bytes_of_buffer(&kept[1])));
	for (size_t i = 0; i < 2; i++)
		buffer_free(&facts[i]), buffer_free(&kept[i]);
	buffer_free(&text);
	nrf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes body = bytes_of(data, len);
	struct nrf nrf = { .instance = NULL };
	struct buffer out = { .max = 0 };
	struct why why = { .err = ERR_OK };
	char cause[128];

	sbi_json_begin();
	sbi_json_cause(body, cause, sizeof(cause));
	must(sbi_plain_judge(body) != SBI_PLAIN_MORE || len < SBI_PLAIN_NEED);
	if (nrf_list(&nrf, body, &why) != ERR_OK) {
		must(why.text[0] != '\0' && nrf.instances == 0);
		return 0;
	}
	if (nrf.read == nrf.instances && nrf.unnamed == 0)
		read_again(&nrf);
	else if (nrf.instances > 0)
		nrf_profile(&nrf, 0, body);
	facts_of(&nrf, &out);
	buffer_free(&out);
	nrf_free(&nrf);
	return 0;
}
