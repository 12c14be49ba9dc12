/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A time stamp from the running daemon: "sekimori stamp" does the asking, for readers know nothing
 * of sockets.  What it prints is checked like anything else that comes from outside.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/hash.h"
#include "monitor/base/i18n.h"
#include "reports/seal_part.h"

enum { PRINTED_MAX = 128 << 10, WORDS_MAX = 8 };

static void
words_of(const struct seal_stamp_order *order, const char *hex, const char *words[WORDS_MAX])
{
	size_t count = 0;

	words[count++] = "sekimori";
	words[count++] = "stamp";
	if (order->config != NULL) {
		words[count++] = "--config";
		words[count++] = order->config;
	}
	if (order->authority != NULL && order->authority[0] != '\0') {
		words[count++] = "--authority";
		words[count++] = order->authority;
	}
	words[count++] = hex;
	words[count] = NULL;
}

/* Its sentences go to our standard error; on its standard output is the token alone. */
static enum err
run(const char *words[WORDS_MAX], struct buffer *out, struct why *why)
{
	int end[2], status = 0;
	pid_t child;
	enum err err;

	fflush(NULL);
	if (pipe2(end, O_CLOEXEC) != 0)
		return why_set(why, ERR_IO, _("no pipe can be had: %s"), strerror(errno));
	child = fork();
	if (child == 0) {
		dup2(end[1], STDOUT_FILENO);
		execv("/proc/self/exe", (char **)(uintptr_t)words);
		_exit(127);
	}
	close(end[1]);
	err = child > 0 ? file_read_fd(end[0], "stamp", PRINTED_MAX, out, why) :
	    why_set(why, ERR_IO, _("\"sekimori stamp\" cannot be started: %s"), strerror(errno));
	close(end[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (err == ERR_OK && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		err = why_set(why, ERR_REFUSED, _("there is no time stamp, so nothing was sealed; "
		    "--no-timestamp seals without (CAdES-B-B: nobody then vouches for when)"));
	return err;
}

enum err
seal_stamp_ask(const struct seal_stamp_order *order, struct bytes signature,
    struct buffer *token, struct why *why)
{
	struct buffer text = { .max = PRINTED_MAX };
	const char *words[WORDS_MAX];
	char hex[HASH_TEXT];
	enum err err;

	hash_text(hash_of(signature), hex);
	words_of(order, hex, words);
	err = run(words, &text, why);
	while (text.len > 0 && text.at[text.len - 1] == '\n')
		text.len--;
	if (err == ERR_OK && base64_read(bytes_of_buffer(&text), token) != ERR_OK)
		err = why_set(why, ERR_MALFORMED, _("what the daemon answered is not a time "
		    "stamp"));
	buffer_free(&text);
	return err;
}

enum err
seal_whole(struct seal_maker *maker, const struct seal_stamp_order *order, struct bytes document,
    struct buffer *seal, struct why *why)
{
	struct buffer plain = { .max = CADES_MAX }, token = { .max = CADES_MAX };
	struct buffer signature = { .max = CADES_MAX };
	enum err err = seal_make(maker, document, clock_wall_ms() / 1000, &plain, why);

	if (err == ERR_OK && order->without) {
		buffer_put(seal, plain.at, plain.len);
	} else if (err == ERR_OK) {
		err = seal_signature(bytes_of_buffer(&plain), &signature, why);
		if (err == ERR_OK)
			err = seal_stamp_ask(order, bytes_of_buffer(&signature), &token, why);
		if (err == ERR_OK)
			err = seal_stamped(bytes_of_buffer(&plain), bytes_of_buffer(&token), seal,
			    why);
	}
	buffer_free(&plain);
	buffer_free(&token);
	buffer_free(&signature);
	return err;
}
