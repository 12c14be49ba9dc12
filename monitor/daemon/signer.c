/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signer role: holds our Ed25519 key and answers the ledger alone.  It signs checkpoints,
 * rotation statements and location tokens, nothing else, and never two roots for one size or a
 * smaller size again.  Of a token it makes the header itself, and looks that the claims are those
 * of an attestation result: what it signs then can be taken for neither of the others (ear.h).
 * A new key stands beside the old one (PATH.next) until its KEY record is committed; then it is
 * renamed over it, the old one kept as PATH.previous.  A crash between any two steps leaves a
 * key that the ledger can tell.  A key may live in a token instead (own_key.h): then these files
 * describe where, and PATH.token describes where new keys are made.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attest/ear.h"
#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/own_key.h"
#include "monitor/daemon/role.h"
#include "monitor/daemon/signer.h"
#include "monitor/ledger/note.h"
#include "probes/helper.h"

enum { KEY_FILE_MAX = 16 << 10 };

/* PATH, PATH.next, PATH.token: the key in use, the next one, where new ones are made. */
enum place { PLACE_KEY, PLACE_NEXT, PLACE_NEW, PLACES };

struct signer {
	struct role_start *start;
	struct own_key    *key, *next;		/* in use; made, not yet in force */
	struct own_token   token[PLACES];	/* of KEY, NEXT and NEW, where they are described */
	bool               described[PLACES];
	int                program;		/* sekimori-token, opened before the sandbox */
	char               next_path[4112], new_path[4112], previous_path[4112];
	char               refused_path[4112];
	struct checkpoint  last;		/* the newest one signed by this process */
	struct buffer      message;
};

static enum err
file_take(const char *path, struct buffer *out, struct why *why)
{
	enum err err = file_secret(path, why);

	return err == ERR_OK ? file_read(path, KEY_FILE_MAX, out, why) : err;
}

static void
file_forget(struct buffer *octets)
{
	if (octets->cap > 0)
		explicit_bzero(octets->at, octets->cap);
	buffer_free(octets);
}

/* A key in a file is read; one in a token is only known by its description, until the sandbox. */
static enum err
place_load(struct signer *s, enum place place, const char *path, struct own_key **out,
    struct why *why)
{
	struct buffer octets = { .max = KEY_FILE_MAX };
	struct signing_key *key = NULL;
	enum err err = file_take(path, &octets, why);

	if (err == ERR_OK && own_token_is(bytes_of_buffer(&octets))) {
		s->described[place] = true;
		err = own_token_read(bytes_of_buffer(&octets), &s->token[place], why);
	} else if (err == ERR_OK && out != NULL) {
		err = signing_key_read(bytes_of_buffer(&octets), &key, why);
	} else if (err == ERR_OK) {
		err = why_set(why, ERR_INVALID, "it does not begin as a description of a key in a "
		    "token does");
	}
	if (err != ERR_OK && why->text[0] != '/')
		why_in(why, "%s", path);
	if (key != NULL)
		*out = own_key_of_file(key);
	file_forget(&octets);
	return err;
}

/* A PATH.next or PATH.token that cannot be read is not in force: it is said and left alone. */
static enum err
keys_load(struct signer *s, struct why *why)
{
	const char *path = s->start->key;
	struct why aside = { .err = ERR_OK };
	int next_len = snprintf(s->next_path, sizeof(s->next_path), "%s.next", path);

	snprintf(s->previous_path, sizeof(s->previous_path), "%s.previous", path);
	snprintf(s->new_path, sizeof(s->new_path), "%s.token", path);
	snprintf(s->refused_path, sizeof(s->refused_path), "%s.refused", path);
	if (path[0] == '\0')
		return why_set(why, ERR_INVALID, "no signing key was named");
	if (next_len < 0 || next_len >= 4096)
		return why_set(why, ERR_LIMIT, "the path of the signing key is too long");
	if (access(s->next_path, F_OK) == 0 &&
	    place_load(s, PLACE_NEXT, s->next_path, &s->next, &aside) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "%s", aside.text);
	if (access(s->new_path, F_OK) == 0 &&
	    place_load(s, PLACE_NEW, s->new_path, NULL, &aside) != ERR_OK) {
		log_line(LOG_LEVEL_WARNING, "%s", aside.text);
		s->described[PLACE_NEW] = false;
	}
	return place_load(s, PLACE_KEY, path, &s->key, why);
}

/* Which PIN for which token, as PATH.refused names it. */
static struct hash
pin_hash(const struct own_token *token)
{
	return hash_of3(bytes_of_text(token->token), bytes_of_text(token->serial),
	    bytes_of_text(token->pin));
}

static enum err
token_open(struct signer *s, const struct own_token *token, bool make, struct own_key **out,
    struct why *why)
{
	struct hash pin = pin_hash(token);
	struct buffer said = { .max = HASH_LEN };
	struct why aside;
	enum err err;

	if (file_read(s->refused_path, HASH_LEN, &said, &aside) == ERR_OK &&
	    bytes_equal(bytes_of_buffer(&said), hash_bytes(&pin)))
		err = why_set(why, ERR_DENIED, "the token refused this PIN before, and more tries "
		    "could lock it: put the right one into the key's file, or remove %s",
		    s->refused_path);
	else
		err = own_key_of_token(token, s->program, make, out, why);
	buffer_free(&said);
	if (err == ERR_DENIED &&
	    file_write(s->refused_path, hash_bytes(&pin), 0600, &aside) != ERR_OK)
		log_line(LOG_LEVEL_ERROR, "%s", aside.text);
	return err;
}

/* Inside the sandbox: keys in tokens sign a nonce before they count. */
static enum err
tokens_open(struct signer *s, struct why *why)
{
	struct why aside = { .err = ERR_OK };
	enum err err = ERR_OK;

	if (s->described[PLACE_KEY])
		err = token_open(s, &s->token[PLACE_KEY], false, &s->key, why);
	if (err == ERR_OK && s->described[PLACE_NEXT] &&
	    token_open(s, &s->token[PLACE_NEXT], false, &s->next, &aside) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "%s: %s", s->next_path, aside.text);
	return err;
}

static enum err
next_in_file(struct buffer *octets, struct own_key **out, struct why *why)
{
	struct signing_key *made = NULL;
	enum err err = signing_key_make(&made, why);

	if (err == ERR_OK)
		err = signing_key_write(made, octets, why);
	if (err == ERR_OK)
		*out = own_key_of_file(made);
	else
		signing_key_free(made);
	return err;
}

/* The object's name goes on with random digits: the old key keeps its own. */
static enum err
next_in_token(struct signer *s, const struct own_token *where, struct buffer *octets,
    struct own_key **out, struct why *why)
{
	struct own_token *token = memory_new(1, sizeof(*token));
	size_t stem = strcspn(where->object, "/");
	uint8_t random[4];
	enum err err;

	*token = *where;
	random_fill(random, sizeof(random));
	if (stem > sizeof(token->object) - 10)
		stem = sizeof(token->object) - 10;
	snprintf(token->object + stem, sizeof(token->object) - stem, "/%02x%02x%02x%02x",
	    random[0], random[1], random[2], random[3]);
	err = token_open(s, token, true, out, why);
	own_token_write(octets, token);
	explicit_bzero(token, sizeof(*token));
	free(token);
	return err;
}

/* Where PATH.token says, else in the token of the key in use, else in a file. */
static enum err
next_make(struct signer *s, struct why *why)
{
	const struct own_token *where = s->described[PLACE_NEW] ? &s->token[PLACE_NEW] :
	    own_key_token(s->key);
	struct buffer octets = { .max = KEY_FILE_MAX };
	struct own_key *made = NULL;
	enum err err = where != NULL ? next_in_token(s, where, &octets, &made, why) :
	    next_in_file(&octets, &made, why);

	if (err == ERR_OK)
		err = file_write(s->next_path, bytes_of_buffer(&octets), 0600, why);
	file_forget(&octets);
	if (err != ERR_OK) {
		own_key_free(made);
		return err;
	}
	own_key_free(s->next);
	s->next = made;
	return ERR_OK;
}

static void
folder_sync(const char *path)
{
	char folder[4096];
	char *slash;
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		snprintf(folder, sizeof(folder), ".");
	else
		slash[slash == folder ? 1 : 0] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && fsync(fd) != 0)
		log_line(LOG_LEVEL_WARNING, "cannot sync %s: %s", folder, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* The KEY record is committed: from here on only the new key may sign, whatever the disk says. */
static enum err
next_adopt(struct signer *s, struct why *why)
{
	enum err err = ERR_OK;

	if (s->next == NULL)
		return why_set(why, ERR_NOT_FOUND, "there is no new key to adopt");
	if (unlink(s->previous_path) != 0 && errno != ENOENT)
		log_line(
		    LOG_LEVEL_WARNING, "cannot remove %s: %s", s->previous_path, strerror(errno));
	if (link(s->start->key, s->previous_path) != 0)
		log_line(LOG_LEVEL_WARNING, "the replaced key is not kept as %s: %s",
		    s->previous_path, strerror(errno));
	if (rename(s->next_path, s->start->key) != 0)
		err = why_set(why, ERR_IO,
		    "cannot rename %s to %s: %s; it is done again at the next start", s->next_path,
		    s->start->key, strerror(errno));
	folder_sync(s->start->key);
	own_key_free(s->key);
	s->key = s->next;
	s->next = NULL;
	return err;
}

static enum err
next_abandon(struct signer *s, struct why *why)
{
	own_key_free(s->next);
	s->next = NULL;
	if (unlink(s->next_path) != 0 && errno != ENOENT)
		return why_set(why, ERR_IO, "cannot remove %s: %s", s->next_path, strerror(errno));
	return ERR_OK;
}

static enum err
statement_sign(struct signer *s, struct bytes text, uint8_t by_next[64], uint8_t by_key[64],
    struct why *why)
{
	struct bytes head = bytes_of_text("sekimori key rotation\n");
	enum err err;

	if (!bytes_equal(bytes_slice(text, 0, head.len), head))
		return why_set(why, ERR_DENIED, "this is no rotation statement");
	err = own_key_sign(s->key, text, by_key, why);
	if (err == ERR_OK && s->next != NULL)
		err = own_key_sign(s->next, text, by_next, why);
	return err;
}

static enum err
location_sign(struct signer *s, struct bytes text, uint8_t signature[64], struct why *why)
{
	struct buffer signed_octets = { .max = 2 * EAR_TOKEN_MAX };
	struct bytes name, claims;
	char key[EAR_KEY_MAX];
	uint64_t form;
	enum err err;

	if (!signer_locate_read(text, &form, &name, &claims) || name.len >= sizeof(key))
		return why_set(why, ERR_MALFORMED, "this is no question for a token");
	snprintf(key, sizeof(key), "%.*s", (int)name.len, (const char *)name.at);
	err = ear_to_sign(form == EAR_CBOR ? EAR_CBOR : EAR_JSON, key, claims, &signed_octets,
	    why);
	if (err == ERR_OK)
		err = own_key_sign(s->key, bytes_of_buffer(&signed_octets), signature, why);
	buffer_free(&signed_octets);
	return err;
}

static void
key_answer(struct signer *s, struct bytes body)
{
	struct why why = { .err = ERR_OK };
	struct signer_reply reply = { .err = ERR_OK };
	struct buffer out = { .max = 0 };
	uint8_t key[32], next[32], by_next[64], by_key[64];
	struct bytes text;

	if (!signer_request_read(body, &reply.operation, &text)) {
		log_line(LOG_LEVEL_WARNING, "a KEY message that is none was passed over");
		return;
	}
	if (reply.operation == SIGNER_PREPARE)
		reply.err = next_make(s, &why);
	if (reply.operation == SIGNER_PROVE)
		reply.err = statement_sign(s, text, by_next, by_key, &why);
	if (reply.operation == SIGNER_ADOPT)
		reply.err = next_adopt(s, &why);
	if (reply.operation == SIGNER_ABANDON)
		reply.err = next_abandon(s, &why);
	if (reply.operation == SIGNER_LOCATE)
		reply.err = location_sign(s, text, by_key, &why);
	own_key_public(s->key, key);
	reply.key = bytes_of(key, sizeof(key));
	if (s->next != NULL) {
		own_key_public(s->next, next);
		reply.next = bytes_of(next, sizeof(next));
	}
	if (reply.operation == SIGNER_PROVE && reply.err == ERR_OK) {
		reply.key_signature = bytes_of(by_key, sizeof(by_key));
		reply.next_signature = bytes_of(by_next, s->next != NULL ? sizeof(by_next) : 0);
	}
	if (reply.operation == SIGNER_LOCATE && reply.err == ERR_OK)
		reply.key_signature = bytes_of(by_key, sizeof(by_key));
	reply.sentence = bytes_of_text(why.text);
	signer_reply_put(&out, &reply);
	if (link_send(role_link_fd(s->start, ROLE_LEDGER, 0), MESSAGE_KEY, bytes_of_buffer(&out),
	        -1) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "the ledger did not take an answer");
	buffer_free(&out);
}

/* A refusal is an answer too: an empty SIGNED. */
static void
sign_answer(struct signer *s, struct bytes text)
{
	struct why why = { .err = ERR_OK };
	struct checkpoint asked;
	uint8_t signature[64];
	struct bytes answer = bytes_of(signature, sizeof(signature));
	enum err err = checkpoint_read(text, &asked, &why);

	if (err == ERR_OK && (asked.size < s->last.size || (asked.size == s->last.size &&
	    s->last.size > 0 && !hash_equal(asked.root, s->last.root))))
		err = why_set(&why, ERR_DENIED, "a checkpoint that contradicts one already signed");
	if (err == ERR_OK)
		err = own_key_sign(s->key, text, signature, &why);
	if (err == ERR_OK)
		s->last = asked;
	if (err != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "not signed: %s", why.text);
		answer = bytes_of(NULL, 0);
	}
	if (link_send(role_link_fd(s->start, ROLE_LEDGER, 0), MESSAGE_SIGNED, answer, -1) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "the ledger did not take a signature");
}

/* False: the supervisor is gone, or says stop.  Without a ledger there is nothing to sign. */
static bool
message_take(struct signer *s, int fd)
{
	struct why why = { .err = ERR_OK };
	struct bytes body;
	enum message message;
	int attached;
	enum err err = link_receive(fd, &message, &s->message, &attached);

	body = bytes_of_buffer(&s->message);
	if (err == ERR_CLOSED && fd != s->start->control) {
		role_link_drop(s->start, ROLE_LEDGER, 0);
		return true;
	}
	if (err == ERR_CLOSED ||
	    (err == ERR_OK && message == MESSAGE_STOP && fd == s->start->control))
		return false;
	if (err == ERR_OK && fd == s->start->control) {
		if (role_take(s->start, message, body, attached, &why) != ERR_OK)
			log_line(LOG_LEVEL_WARNING, "%s", why.text);
		return true;
	}
	if (attached >= 0)
		close(attached);
	if (err == ERR_OK && message == MESSAGE_SIGN)
		sign_answer(s, body);
	if (err == ERR_OK && message == MESSAGE_KEY)
		key_answer(s, body);
	return true;
}

static enum err
signer_begin(struct signer *s, struct why *why)
{
	struct buffer sandbox = { .max = 0 }, scratch = { .max = 0 }, bytes = { .max = 0 };
	struct buffer facts = { .max = 0 };
	struct record record;
	enum err err = keys_load(s, why);

	s->program = helper_open("sekimori-token", 0).file;
	for (size_t i = 0; i < PLACES; i++)
		s->start->own_token[i] = s->described[i] ? &s->token[i] : NULL;
	if (err == ERR_OK)
		err = sandbox_enter(ROLE_SIGNER, s->start, &sandbox, why);
	if (err == ERR_OK)
		err = tokens_open(s, why);
	if (err == ERR_OK) {
		role_self(s->start, &record, &scratch, buffer_text(&sandbox));
		err = own_key_tell(s->key, &facts, why);
		record.self.key = bytes_of_buffer(&facts);
		record.self.proof = own_key_proof(s->key);
	}
	if (err == ERR_OK) {
		record_encode(&bytes, &record);
		err = link_send(role_link_fd(s->start, ROLE_LEDGER, 0), MESSAGE_RECORD,
		    bytes_of_buffer(&bytes), -1);
		if (err != ERR_OK)
			why_set(why, err, "the ledger did not take the SELF record");
	}
	buffer_free(&sandbox);
	buffer_free(&scratch);
	buffer_free(&bytes);
	buffer_free(&facts);
	return err;
}

static void
signer_serve(struct signer *s)
{
	struct pollfd wait[2] = { { .fd = s->start->control, .events = POLLIN } };
	int64_t ready_ns = 0;

	for (;;) {
		wait[1] = (struct pollfd){ .fd = role_link_fd(s->start, ROLE_LEDGER, 0),
			.events = POLLIN };
		if (clock_monotonic_ns() >= ready_ns) {
			if (role_ready(s->start, 0) == ERR_CLOSED)
				return;
			ready_ns = clock_monotonic_ns() + ROLE_READY_MS * INT64_C(1000000);
		}
		if (poll(wait, 2, ROLE_READY_MS) < 0 && errno != EINTR)
			return;
		if (wait[1].revents != 0 && !message_take(s, wait[1].fd))
			return;
		if (wait[0].revents != 0 && !message_take(s, wait[0].fd))
			return;
	}
}

int
signer_main(struct role_start *start)
{
	struct signer signer = { .start = start, .program = -1 };
	struct why why = { .err = ERR_OK };
	int status = EXIT_FINE;

	if (signer_begin(&signer, &why) == ERR_OK) {
		signer_serve(&signer);
	} else {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
		status = EXIT_USAGE;
	}
	own_key_free(signer.key);
	own_key_free(signer.next);
	buffer_free(&signer.message);
	if (signer.program >= 0)
		close(signer.program);
	explicit_bzero(signer.token, sizeof(signer.token));
	role_end(start);
	return status;
}
