/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to an answer: each kind's maker, the files of that kind, and what is lacking. */
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "attest/envelope.h"
#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/witness/witness.h"

static const struct { const char *kind; evidence_make *make; } makers[] = {
	{ "tpm-quote", tpm_quote_make }, { "tpm-certify", tpm_certify_make },
	{ "gcp-vtpm", gcp_vtpm_make }, { "azure-hcl", azure_hcl_make },
	{ "nitro-tpm", nitro_tpm_make },
	{ "sev-snp", snp_make }, { "intel-tdx", tdx_make }, { "nitro-enclave", nsm_make } };

/* Read anew each time: somebody else writes them. */
static enum err
documents_add(const struct settings *settings, const char *kind, size_t *found,
    struct evidence *out, struct why *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < settings->documents && err == ERR_OK; i++) {
		const struct document *document = &settings->document[i];
		struct buffer *octets;

		if (strcmp(document->kind, kind) != 0)
			continue;
		++*found;
		octets = evidence_add(out, document->role);
		err = octets != NULL ? file_read(document->path, DOCUMENT_OCTETS, octets, why) :
		    why_set(why, ERR_LIMIT, "more pieces of evidence than a message takes");
	}
	return err;
}

static enum err
octets_check(const struct evidence *evidence, size_t *left, struct why *why)
{
	size_t sum = 0;

	for (size_t i = 0; i < evidence->pieces; i++) {
		const struct buffer *octets = &evidence->piece[i].octets;

		if (octets->failed || octets->len > *left - sum)
			return why_set(why, ERR_LIMIT, "%s does not fit into the answer: ask for "
			    "fewer kinds at once", evidence->piece[i].role);
		sum += octets->len;
	}
	*left -= sum;
	return ERR_OK;
}

static enum err
kind_make(struct witness *w, const struct asked *asked, const char *kind, struct evidence *out,
    size_t *left, struct why *why)
{
	size_t found = 0;
	enum err err = ERR_OK;

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (strcmp(makers[i].kind, kind) == 0) {
			err = makers[i].make(w, asked, out, why);
			found++;
		}
	if (imds_gives(&w->settings, kind)) {
		err = imds_make(w, asked, out, why);
		found++;
	}
	if (err == ERR_OK)
		err = documents_add(&w->settings, kind, &found, out, why);
	if (found == 0)
		return why_set(why, ERR_UNSUPPORTED, "this witness has no such evidence, and no "
		    "file of it (--file %s:ROLE=FILE)", kind);
	return err != ERR_OK ? err : octets_check(out, left, why);
}

static void
statement_put(struct witness_answer *answer, const char *kind, const struct evidence *evidence)
{
	struct witness_statement *statement = &answer->statement[answer->statements++];

	memcpy(statement->kind, kind, sizeof(statement->kind));
	statement->items = evidence->pieces;
	for (size_t i = 0; i < evidence->pieces; i++) {
		const struct piece *piece = &evidence->piece[i];

		memcpy(statement->item[i].role, piece->role, sizeof(piece->role));
		statement->item[i].octets = bytes_of_buffer(&piece->octets);
	}
}

static void
lack_put(struct witness_answer *answer, const char *kind, const char *text, struct buffer *kept)
{
	struct witness_lack *lack = &answer->lack[answer->lacks++];
	char clean[WITNESS_TEXT_MAX + 1];

	/* Escaped: file names and words of devices are in it. */
	text_escape(text, strlen(text), clean, sizeof(clean));
	buffer_put_text(kept, clean);
	memcpy(lack->kind, kind, sizeof(lack->kind));
	lack->text = bytes_of_buffer(kept);
}

static bool
asked_before(const struct witness_request *request, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(request->kind[i], request->kind[at]) == 0)
			return true;
	return false;
}

static void
hardware_deadline(time_t seconds)
{
	setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_sec = seconds }, NULL);
}

void
answer_make(struct witness *w, const struct witness_request *request, struct bytes exporter,
    struct buffer *out)
{
	struct witness_answer *answer = memory_new(1, sizeof(*answer));
	struct evidence *evidence = memory_new(WITNESS_KINDS, sizeof(*evidence));
	struct buffer lack[WITNESS_KINDS] = { { .max = 0 } };
	size_t left = ANSWER_OCTETS;
	struct asked asked = { .nonce = request->nonce, .exporter = exporter,
		.spki = bytes_of_buffer(&w->spki) };

	asked.challenge = envelope_challenge(request->nonce, exporter, asked.spki);
	answer->nonce = request->nonce;
	answer->spki = asked.spki;
	hardware_deadline(HARDWARE_S);
	for (size_t i = 0; i < request->kinds; i++) {
		const char *kind = request->kind[i];
		struct why why = { .err = ERR_OK };
		enum err err = asked_before(request, i) ?
		    why_set(&why, ERR_INVALID, "it was asked for twice") :
		    kind_make(w, &asked, kind, &evidence[i], &left, &why);

		if (err == ERR_OK)
			statement_put(answer, kind, &evidence[i]);
		else
			lack_put(answer, kind, why.text, &lack[i]);
		log_line(LOG_LEVEL_INFO, "%s: %s", kind, err == ERR_OK ? "given" : why.text);
	}
	hardware_deadline(0);
	witness_answer_write(out, answer);
	for (size_t i = 0; i < WITNESS_KINDS; i++) {
		evidence_free(&evidence[i]);
		buffer_free(&lack[i]);
	}
	free(evidence);
	free(answer);
}
