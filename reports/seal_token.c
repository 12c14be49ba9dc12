/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature by a key behind a PKCS#11 module: sekimori-token is started for this one, in its own
 * sandbox, and every octet it answers is untrusted.  A PIN is given once.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/x509.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/places.h"
#include "probes/wire/token_message.h"
#include "reports/seal_part.h"

enum { ANSWER_MS = 60000 };	/* for one signature: network tokens take seconds */

/* --- the process --------------------------------------------------------------------------- */

static int
spawn(pid_t *pid, const char *path, int request, int answer)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	char *const argv[] = { (char[]){ "sekimori-token" }, NULL };
	char *const environment[] = { NULL };
	int failed;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, request, TOKEN_REQUEST_FD);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, answer, TOKEN_ANSWER_FD);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setpgroup(&how, 0);
	failed = posix_spawn(pid, path, &files, &how, argv, environment);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return failed;
}

/* Pipes above the numbers that the helper gets, closed in it by themselves. */
static bool
pipe_open(int end[2])
{
	int low[2];

	end[0] = end[1] = -1;
	if (pipe2(low, O_CLOEXEC) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		end[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 16);
		close(low[i]);
	}
	return end[0] >= 0 && end[1] >= 0;
}

static void
ends_close(int end[2])
{
	for (int i = 0; i < 2; i++) {
		if (end[i] >= 0)
			close(end[i]);
		end[i] = -1;
	}
}

static enum err
answer_take(int fd, struct buffer *out)
{
	int64_t until = clock_monotonic_ns() / 1000000 + ANSWER_MS;

	for (;;) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int64_t left = until - clock_monotonic_ns() / 1000000;
		uint8_t part[4096];
		ssize_t got;

		if (left <= 0)
			return ERR_TIMEOUT;
		if (poll(&wait, 1, (int)left) <= 0)
			continue;
		got = read(fd, part, sizeof(part));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0 ? ERR_OK : ERR_IO;
		buffer_put(out, part, (size_t)got);
		if (out->failed)
			return ERR_LIMIT;
	}
}

static enum err
ask(struct bytes request, struct buffer *answer, struct why *why)
{
	char folder[PATH_TEXT_MAX], path[PATH_TEXT_MAX + 32];
	int there[2] = { -1, -1 }, back[2] = { -1, -1 }, failed = 0;
	pid_t pid = 0;
	enum err err = ERR_OK;

	place_programs("sekimori-token", folder);
	snprintf(path, sizeof(path), "%s/sekimori-token", folder);
	if (request.len > TOKEN_REQUEST_MAX || !pipe_open(there) || !pipe_open(back) ||
	    write(there[1], request.at, request.len) != (ssize_t)request.len ||
	    (failed = spawn(&pid, path, there[0], back[1])) != 0)
		err = why_set(why, ERR_IO, _("%.300s cannot be started: %s"), path,
		    strerror(failed != 0 ? failed : errno));
	ends_close(there);
	if (back[1] >= 0)
		close(back[1]);
	back[1] = -1;
	if (err == ERR_OK)
		err = answer_take(back[0], answer);
	ends_close(back);
	if (pid > 0) {
		kill(-pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	return err;
}

/* --- what it said -------------------------------------------------------------------------- */

static const char *
result_text(enum token_result result)
{
	switch (result) {
	case TOKEN_CONFINE:     return N_("the module's process could not be confined");
	case TOKEN_LOAD:        return N_("the PKCS#11 module cannot be loaded");
	case TOKEN_NONE:        return N_("the module has no token of that label or serial number");
	case TOKEN_SEVERAL:     return N_("more than one token fits; name its serial number");
	case TOKEN_PIN_MISSING: return N_("the token wants a PIN: name a file of it with --pin");
	case TOKEN_PIN_WRONG:
		return N_("the token refused the PIN; it was tried once, and more tries could "
		    "lock it");
	case TOKEN_PIN_LOCKED:
		return N_("the token says that its PIN is locked or has one try left; it was not "
		    "tried");
	case TOKEN_PIN_COUNTED:
		return N_("the token has counted a wrong PIN, so ours was not tried; log in once "
		    "by hand, which clears the count");
	case TOKEN_KEY_NONE:    return N_("the token has no private key of that label and id");
	case TOKEN_KEY_SEVERAL: return N_("more than one private key fits; name its id");
	case TOKEN_PUBLIC_NONE:
	case TOKEN_PUBLIC_SEVERAL:
		return N_("nothing on the token says which public key belongs to the key");
	case TOKEN_KIND:        return N_("the key is of a kind that makes no seals here");
	default:                return N_("the module failed");
	}
}

static enum err
refused(const struct token_answer *answer, struct why *why)
{
	char text[TOKEN_TEXT_MAX + 1], name[TOKEN_RV_TEXT];
	bool call = answer->result == TOKEN_CALL;

	text_escape((const char *)answer->text.at, answer->text.len, text, sizeof(text));
	return why_set(why, answer->result == TOKEN_PIN_WRONG ? ERR_DENIED : ERR_IO, "%s%s%s%s%s",
	    _(result_text(answer->result)), text[0] != '\0' ? ": " : "", text, call ? ": " : "",
	    call ? token_rv_text(answer->rv, name) : "");
}

/* r and s, each as long as the order (PKCS#11 2.40, 2.3.1), as RFC 5753 wants them. */
static bool
ecdsa_put(const EVP_PKEY *key, struct bytes raw, struct buffer *out)
{
	size_t half = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
	ECDSA_SIG *signature = ECDSA_SIG_new();
	unsigned char *der = NULL;
	int len = 0;

	if (signature != NULL && raw.len == 2 * half && ECDSA_SIG_set0(signature,
	    BN_bin2bn(raw.at, (int)half, NULL), BN_bin2bn(raw.at + half, (int)half, NULL)) == 1)
		len = i2d_ECDSA_SIG(signature, &der);
	if (len > 0)
		buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	ECDSA_SIG_free(signature);
	return len > 0;
}

static bool
is_key_of(const struct seal_maker *maker, struct bytes spki)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(X509_get0_pubkey(maker->certificate), &der);
	bool same = len > 0 && bytes_equal(spki, bytes_of(der, (size_t)len));

	OPENSSL_free(der);
	return same;
}

static enum err
signature_take(struct seal_maker *maker, const struct token_answer *answer,
    struct buffer *signature, struct why *why)
{
	const EVP_PKEY *key = X509_get0_pubkey(maker->certificate);
	struct token_signature made;
	enum err err;

	if (answer->result != TOKEN_SIGNED)
		return refused(answer, why);
	err = token_signature_read(answer->evidence, &made, why);
	if (err != ERR_OK)
		return err;
	if (!is_key_of(maker, made.spki))
		return why_set(why, ERR_MISMATCH,
		    _("the key in the token is not that of the certificate"));
	if (!EVP_PKEY_is_a(key, "EC"))
		buffer_put(signature, made.signature.at, made.signature.len);
	else if (!ecdsa_put(key, made.signature, signature))
		return why_set(why, ERR_MALFORMED,
		    _("the token's signature has another length than such a key makes"));
	return ERR_OK;
}

enum err
seal_token_sign(struct seal_maker *maker, struct bytes message, struct buffer *signature,
    struct why *why)
{
	struct buffer request = { .max = 2 * TOKEN_REQUEST_MAX };
	struct buffer octets = { .max = TOKEN_ANSWER_MAX };
	struct token_answer answer;
	enum err err;

	token_request_write(&request, &(struct token_request){
	    .module = bytes_of_text(maker->uri.module), .token = bytes_of_text(maker->uri.token),
	    .serial = bytes_of_text(maker->uri.serial), .key = bytes_of_text(maker->uri.object),
	    .key_id = bytes_of(maker->uri.id, maker->uri.id_len),
	    .pin = bytes_of_buffer(&maker->pin), .paths = bytes_of_text(maker->paths),
	    .environment = bytes_of_text(maker->environment), .network = maker->network,
	    .message = message, .digest = maker->bits });
	err = ask(bytes_of_buffer(&request), &octets, why);
	if (request.cap > 0)
		OPENSSL_cleanse(request.at, request.cap);
	buffer_free(&request);
	if (err == ERR_TIMEOUT)
		why_set(why, err, _("the module did not answer in %d s and was ended"),
		    ANSWER_MS / 1000);
	if (err == ERR_OK)
		err = token_answer_read(bytes_of_buffer(&octets), &answer);
	if (err == ERR_OK && !answer.whole)
		err = why_set(why, ERR_IO, _("the module ended its process %s"),
		    token_stage_text(answer.stage));
	else if (err == ERR_OK)
		err = signature_take(maker, &answer, signature, why);
	else if (why->text[0] == '\0')
		why_set(why, err, _("what came from the module's process is not an answer"));
	buffer_free(&octets);
	return err;
}
