/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of sekimori-witness in both directions, and what a hypervisor hands it: a message that
 * is taken is written back as it was, and pieces of evidence lie within what came.
 */
#include <stdlib.h>

#include "monitor/witness/witness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
messages(struct bytes octets)
{
	static struct witness_answer answer;
	struct witness_request request;
	struct buffer again = { .max = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = witness_request_read(octets, &request, &why);

	must((err == ERR_OK) == (why.text[0] == '\0'));
	if (err == ERR_OK) {
		must(request.kinds <= WITNESS_KINDS && request.nonce.len == WITNESS_NONCE);
		witness_request_write(&again, &request);
		must(bytes_equal(bytes_of_buffer(&again), octets));
	}
	buffer_reset(&again);
	if (witness_answer_read(octets, &answer, NULL) == ERR_OK) {
		must(answer.statements <= WITNESS_KINDS && answer.lacks <= WITNESS_KINDS);
		witness_answer_write(&again, &answer);
		must(bytes_equal(bytes_of_buffer(&again), octets));
	}
	buffer_free(&again);
}

static void
hardware(struct bytes octets)
{
	static struct evidence evidence;
	struct bytes document = { .len = 0 };
	size_t sum = 0;

	if (nsm_response_read(octets, &document, NULL) == ERR_OK)
		must(document.len > 0 && document.at >= octets.at &&
		    document.at + document.len <= octets.at + octets.len);
	if (snp_report_take(octets, &evidence, NULL) == ERR_OK)
		must(evidence.pieces == 1 && evidence.piece[0].octets.len <= octets.len);
	evidence_free(&evidence);
	if (snp_certificates_take(octets, &evidence, NULL) == ERR_OK)
		for (size_t i = 0; i < evidence.pieces; i++)
			sum += evidence.piece[i].octets.len;
	/* Each of 16 entries may name all octets, as PEM a third longer. */
	must(evidence.pieces <= WITNESS_ITEMS && sum <= 32 * octets.len + 4096);
	evidence_free(&evidence);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	messages(bytes_of(data, len));
	hardware(bytes_of(data, len));
	return 0;
}
