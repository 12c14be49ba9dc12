/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sekimori-token: reads one request, enters its sandbox, has a key behind a PKCS#11 module sign
 * the nonce or the message, answers and ends.  Started by the probe "token" or by who seals, with
 * the request on descriptor 0 and the answer expected on another that modules do not print to.
 */
#include <fcntl.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/token/token.h"

enum { LIFE_S = 120 };	/* twice the longest deadline of a round */

#if defined(__SANITIZE_ADDRESS__)
/* A module's crash and its leaks are not ours to report. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "handle_segv=0:handle_sigbus=0:detect_leaks=0";
}
#endif

static void
answer_put(const struct buffer *out)
{
	size_t at = 0;

	while (at < out->len) {
		ssize_t done = write(TOKEN_ANSWER_FD, out->at + at, out->len - at);

		if (done <= 0)
			return;
		at += (size_t)done;
	}
}

void
stage(enum token_stage which)
{
	struct buffer out = { .max = 16 };

	token_stage_write(&out, which);
	answer_put(&out);
	buffer_free(&out);
}

bool
fail(struct work *work, enum token_result result, CK_RV rv, const char *fmt, ...)
{
	char text[TOKEN_TEXT_MAX + 1];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* Loaders repeat octets of the file's name; the answer is UTF-8. */
	text_escape(text, strlen(text), work->text, sizeof(work->text));
	work->result = result;
	work->rv = rv;
	return false;
}

static void
possession_answer(struct work *work, struct buffer *evidence)
{
	struct possession *possession = &work->possession;

	possession->nonce = work->request.nonce;
	possession->spki = bytes_of_buffer(&work->spki);
	possession->signature = bytes_of_buffer(&work->signature);
	possession->manufacturer = bytes_of_text(work->manufacturer);
	possession->model = bytes_of_text(work->model);
	possession->firmware = bytes_of_text(work->firmware);
	possession->library = bytes_of_text(work->library);
	possession_write(evidence, possession);
}

static bool
work_do(struct work *work, struct bytes request)
{
	struct why why = { .err = ERR_OK };

	if (token_request_read(request, &work->request, &why) != ERR_OK)
		return fail(work, TOKEN_REQUEST, 0, "%s", why.text);
	return confine(work) && module_load(work) && module_token(work) &&
	    (!work->request.make || key_make(work)) && key_find(work) &&
	    public_find(work) && (!work->request.audit || token_list(work)) &&
	    (work->request.message.len > 0 ? key_seal(work) : key_sign(work));
}

/* No descriptor but the answer's is left for the module; what it prints goes nowhere. */
static void
descriptors_settle(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd <= STDERR_FILENO && null >= 0; fd++)
		dup2(null, fd);
	close_range(TOKEN_ANSWER_FD + 1, ~0U, 0);
}

int
main(void)
{
	struct work work = { .result = TOKEN_SIGNED };
	struct buffer request = { .max = TOKEN_REQUEST_MAX }, evidence = { .max = 0 };
	struct buffer out = { .max = 0 };
	struct why why = { .err = ERR_OK };

	/* The round ends it long before; these are for a worker that is no more. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(LIFE_S);
	if (fcntl(TOKEN_ANSWER_FD, F_GETFD) < 0) {
		fputs("sekimori-token: started by the probe \"token\" and by \"seal\" only; use "
		    "\"sekimori probe token\"\n", stderr);
		return 2;
	}
	stage(TOKEN_STAGE_BEGIN);
	if (file_read_fd(TOKEN_REQUEST_FD, "request", TOKEN_REQUEST_MAX, &request, &why) != ERR_OK)
		fail(&work, TOKEN_REQUEST, 0, "%s", why.text);
	descriptors_settle();
	if (work.result == TOKEN_SIGNED && work_do(&work, bytes_of_buffer(&request))) {
		stage(TOKEN_STAGE_END);
		if (work.request.message.len > 0)
			token_signature_write(&evidence, &(struct token_signature){
			    .spki = bytes_of_buffer(&work.spki),
			    .signature = bytes_of_buffer(&work.signature) });
		else
			possession_answer(&work, &evidence);
	}
	token_answer_write(&out, &(struct token_answer){ .result = work.result, .rv = work.rv,
	    .text = bytes_of_text(work.text), .evidence = bytes_of_buffer(&evidence),
	    .listing = work.result == TOKEN_SIGNED ? bytes_of_buffer(&work.listing) :
	    bytes_of(NULL, 0) });
	OPENSSL_cleanse(request.at, request.cap);
	answer_put(&out);
	/* Not exit(): modules are known to crash in what they registered for it. */
	_exit(0);
}
