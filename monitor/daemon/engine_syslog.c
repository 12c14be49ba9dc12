/* SPDX-License-Identifier: Apache-2.0 */
/* One datagram per notice over a socket of its own: an error belongs to the notice that met it. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "monitor/daemon/engine_syslog.h"

struct lookup {
	uv_getaddrinfo_t request;
	struct buffer    line;
	syslog_sent     *then;
	void            *arg;
	uint64_t         tag;
};

bool
syslog_url_read(const char *url, char host[256], char port[8])
{
	static const char scheme[] = "udp://";
	const char *at = url + strlen(scheme), *end, *colon;
	size_t len;

	if (strncmp(url, scheme, strlen(scheme)) != 0)
		return false;
	if (*at == '[') {
		end = strchr(++at, ']');
		if (end == NULL || end[1] != ':')
			return false;
		colon = end + 1;
	} else {
		end = colon = strrchr(at, ':');
		if (colon == NULL)
			return false;
	}
	len = strlen(colon + 1);
	if (end == at || (size_t)(end - at) > 255 || len == 0 || len > 5 ||
	    strspn(colon + 1, "0123456789") != len)
		return false;
	snprintf(host, 256, "%.*s", (int)(end - at), at);
	snprintf(port, 8, "%s", colon + 1);
	return true;
}

static enum err
err_of_errno(int number)
{
	switch (number) {
	case ECONNREFUSED: return ERR_REFUSED;
	case ENOENT:       return ERR_NOT_FOUND;
	case EACCES:
	case EPERM:        return ERR_DENIED;
	case ENETUNREACH:
	case EHOSTUNREACH: return ERR_UNREACHABLE;
	case EAGAIN:
	case ENOBUFS:      return ERR_BUSY;
	default:           return ERR_IO;
	}
}

static void
send_to(const struct sockaddr *to, socklen_t to_len, struct bytes line, syslog_sent *then,
    void *arg, uint64_t tag)
{
	int fd = socket(to->sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int failed = 0;

	if (fd < 0 || connect(fd, to, to_len) != 0 ||
	    send(fd, line.at, line.len, MSG_NOSIGNAL) != (ssize_t)line.len)
		failed = errno != 0 ? errno : EIO;
	if (fd >= 0)
		close(fd);
	if (failed != 0)
		then(arg, tag, err_of_errno(failed), strerror(failed));
	else
		then(arg, tag, ERR_OK, to->sa_family == AF_UNIX ? "taken by the local socket" :
		    "handed to the network; UDP does not confirm");
}

static void
on_found(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
	struct lookup *lookup = request->data;

	if (status != 0 || found == NULL)
		lookup->then(lookup->arg, lookup->tag, ERR_RESOLVE, "the name does not resolve");
	else
		send_to(found->ai_addr, found->ai_addrlen, bytes_of_buffer(&lookup->line),
		    lookup->then,
		    lookup->arg, lookup->tag);
	uv_freeaddrinfo(found);
	buffer_free(&lookup->line);
	free(lookup);
}

static enum err
send_by_name(uv_loop_t *loop, const char *host, const char *port, struct lookup *lookup)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV };

	lookup->request.data = lookup;
	if (uv_getaddrinfo(loop, &lookup->request, on_found, host, port, &hints) == 0)
		return ERR_OK;
	buffer_free(&lookup->line);
	free(lookup);
	return ERR_RESOLVE;
}

enum err
syslog_send(uv_loop_t *loop, const char *url, struct bytes line, syslog_sent *then, void *arg,
    uint64_t tag)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM,
	    .ai_flags = AI_NUMERICSERV | AI_NUMERICHOST }, *found = NULL;
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	char host[256], port[8];
	struct lookup *lookup;

	if (strncmp(url, "unix:", 5) == 0) {
		if (strlen(url + 5) >= sizeof(local.sun_path))
			return ERR_LIMIT;
		snprintf(local.sun_path, sizeof(local.sun_path), "%s", url + 5);
		send_to((const struct sockaddr *)&local, sizeof(local), line, then, arg, tag);
		return ERR_OK;
	}
	if (!syslog_url_read(url, host, port))
		return ERR_INVALID;
	if (getaddrinfo(host, port, &hints, &found) == 0) {
		send_to(found->ai_addr, found->ai_addrlen, line, then, arg, tag);
		freeaddrinfo(found);
		return ERR_OK;
	}
	lookup = memory_new(1, sizeof(*lookup));
	*lookup = (struct lookup){ .then = then, .arg = arg, .tag = tag };
	buffer_put(&lookup->line, line.at, line.len);
	return send_by_name(loop, host, port, lookup);
}
