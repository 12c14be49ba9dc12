/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listening side.  A client has one question open at a time; while it waits for the answer
 * its next one stays in the kernel.  Nothing a client does is fatal or holds up another.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/daemon/admin.h"

struct client {
	uv_poll_t     poll;
	int           fd;
	uid_t         uid;
	uint64_t      asked;		/* number of its open question, 0 if none */
	int64_t       since_ms;		/* of connecting or the last answer; 0: not yet looked at */
	struct admin *admin;
};

struct admin {
	uv_poll_t     poll;
	int           fd;
	bool          closed;
	admin_ask    *ask;
	void         *arg;
	uint64_t      last_number;
	struct client *client[ADMIN_CLIENTS_MAX];
};

bool
admin_address(const char *state_dir, struct sockaddr_un *address, int *dir)
{
	int len;

	*dir = -1;
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	len = snprintf(address->sun_path, sizeof(address->sun_path), "%s/admin.sock", state_dir);
	if (len > 0 && (size_t)len < sizeof(address->sun_path))
		return true;
	/* unix(7): a path of 108 octets at most; a descriptor of the folder makes it short. */
	*dir = open(state_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dir < 0)
		return false;
	snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/admin.sock", *dir);
	return true;
}

enum err
admin_bind(const char *state_dir, int *fd, struct why *why)
{
	struct sockaddr_un address;
	int dir, made;
	bool ok;

	if (!admin_address(state_dir, &address, &dir))
		return why_set(why, ERR_NOT_FOUND, "%s is not a folder: %s", state_dir,
		    strerror(errno));
	made = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* There is one daemon, the lock says: a socket that is there is a dead one's. */
	ok = made >= 0 && (unlink(address.sun_path) == 0 || errno == ENOENT) &&
	    bind(made, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	    chmod(address.sun_path, 0666) == 0 && listen(made, ADMIN_CLIENTS_MAX) == 0;
	if (!ok)
		why_set(why, ERR_IO, "cannot listen on %s/admin.sock: %s", state_dir,
		    strerror(errno));
	if (ok)
		ok = file_owner_like(address.sun_path, state_dir, why) == ERR_OK;
	if (dir >= 0)
		close(dir);
	if (!ok && made >= 0)
		close(made);
	*fd = ok ? made : -1;
	return ok ? ERR_OK : ERR_IO;
}

static void
client_freed(uv_handle_t *handle)
{
	free(handle->data);
}

static void
client_drop(struct client *client)
{
	struct admin *admin = client->admin;

	for (int i = 0; i < ADMIN_CLIENTS_MAX; i++)
		if (admin->client[i] == client)
			admin->client[i] = NULL;
	/* The handle first: libuv must not be left polling a descriptor number that is free. */
	uv_close((uv_handle_t *)&client->poll, client_freed);
	close(client->fd);
}

static void on_client(uv_poll_t *, int status, int events);

/* A client that does not read its answer is cut off: answers are small and asked for. */
static void
reply(struct client *client, enum err err, const char *sentence, uint64_t seq)
{
	struct buffer body = { .max = 0 };
	struct bytes text = bytes_of_text(sentence);
	ssize_t sent;

	admin_reply_put(&body, err, text, seq);
	sent = send(client->fd, body.at, body.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	buffer_free(&body);
	client->asked = 0;
	client->since_ms = 0;
	if (sent < 0 || uv_poll_start(&client->poll, UV_READABLE, on_client) != 0)
		client_drop(client);
}

static void
on_client(uv_poll_t *poll, int status, int events)
{
	struct client *client = poll->data;
	struct admin *admin = client->admin;
	struct admin_question question = { .uid = client->uid };
	uint8_t packet[ADMIN_REQUEST_MAX + 1];
	struct why why = { .err = ERR_OK };
	ssize_t got;

	(void)events;
	got = status < 0 ? 0 : recv(client->fd, packet, sizeof(packet), MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		client_drop(client);
		return;
	}
	if (got > ADMIN_REQUEST_MAX) {
		reply(client, ERR_LIMIT, "the request is too long: nothing was recorded", 0);
		return;
	}
	if (admin_request_read(bytes_of(packet, (size_t)got), &question.request, &why) != ERR_OK) {
		reply(client, why.err, why.text, 0);
		return;
	}
	uv_poll_stop(&client->poll);
	question.number = client->asked = ++admin->last_number;
	admin->ask(admin->arg, &question);
}

static bool
has_room(const struct admin *admin, uid_t uid, int *place)
{
	int same = 0;

	*place = -1;
	for (int i = 0; i < ADMIN_CLIENTS_MAX; i++) {
		if (admin->client[i] == NULL)
			*place = i;
		else if (admin->client[i]->uid == uid)
			same++;
	}
	return *place >= 0 && same < ADMIN_USER_CLIENTS_MAX;
}

static void
on_connection(uv_poll_t *poll, int status, int events)
{
	struct admin *admin = poll->data;
	struct client *client;
	struct ucred peer;
	socklen_t peer_len = sizeof(peer);
	int fd, place;

	(void)events;
	fd = status < 0 ? -1 : accept4(admin->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len) != 0 ||
	    !has_room(admin, peer.uid, &place)) {
		close(fd);
		return;
	}
	client = memory_new(1, sizeof(*client));
	*client = (struct client){ .fd = fd, .uid = peer.uid, .admin = admin };
	if (uv_poll_init(poll->loop, &client->poll, fd) != 0) {
		close(fd);
		free(client);
		return;
	}
	client->poll.data = client;
	admin->client[place] = client;
	if (uv_poll_start(&client->poll, UV_READABLE, on_client) != 0)
		client_drop(client);
}

struct admin *
admin_open(uv_loop_t *loop, int fd, admin_ask *ask, void *arg)
{
	struct admin *admin = memory_new(1, sizeof(*admin));

	admin->fd = fd;
	admin->ask = ask;
	admin->arg = arg;
	if (uv_poll_init(loop, &admin->poll, fd) != 0) {
		close(fd);
		free(admin);
		return NULL;
	}
	admin->poll.data = admin;
	uv_poll_start(&admin->poll, UV_READABLE, on_connection);
	return admin;
}

void
admin_answer(struct admin *admin, uint64_t number, enum err err, const char *sentence, uint64_t seq)
{
	for (int i = 0; admin != NULL && number != 0 && i < ADMIN_CLIENTS_MAX; i++)
		if (admin->client[i] != NULL && admin->client[i]->asked == number) {
			reply(admin->client[i], err, sentence, seq);
			return;
		}
}

void
admin_expire(struct admin *admin, int64_t now_ms)
{
	for (int i = 0; i < ADMIN_CLIENTS_MAX; i++) {
		struct client *client = admin->client[i];

		if (client == NULL || client->asked != 0)
			continue;
		if (client->since_ms == 0)
			client->since_ms = now_ms;
		else if (now_ms - client->since_ms > ADMIN_IDLE_MS)
			client_drop(client);
	}
}

static void
admin_freed(uv_handle_t *handle)
{
	free(handle->data);
}

void
admin_close(struct admin *admin)
{
	if (admin == NULL)
		return;
	for (int i = 0; i < ADMIN_CLIENTS_MAX; i++)
		if (admin->client[i] != NULL)
			client_drop(admin->client[i]);
	uv_close((uv_handle_t *)&admin->poll, admin_freed);
	close(admin->fd);
}
