/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where rounds send from: the address of a vantage.  One that this machine does not have, or that
 * has no way to the peer, is a fault of ours and never the peer being down.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/resolve.h"
#include "probes/round.h"

void
endpoint_source(struct endpoint *endpoint, const char *vantage, const struct sockaddr *source)
{
	memset(&endpoint->source, 0, sizeof(endpoint->source));
	if (source->sa_family != AF_UNSPEC)
		memcpy(&endpoint->source, source, address_len(source));
	if (source->sa_family == AF_INET6)
		((struct sockaddr_in6 *)&endpoint->source)->sin6_port = 0;
	else
		((struct sockaddr_in *)&endpoint->source)->sin_port = 0;
	free(endpoint->vantage);
	endpoint->vantage = memory_text(bytes_of_text(vantage));
}

const struct sockaddr *
round_source(const struct round *round)
{
	const struct sockaddr_storage *source = &round->endpoint->source;

	return source->ss_family == AF_UNSPEC ? NULL : (const struct sockaddr *)source;
}

/* One way for every probe, those of libraries and those that keep a session among them. */
int
source_check(const struct endpoint *endpoint)
{
	const struct sockaddr *source = (const struct sockaddr *)&endpoint->source;
	int fd, status = 0;

	if (endpoint->vantage == NULL)
		return 0;
	if (source->sa_family == AF_UNSPEC)
		return UV_EADDRNOTAVAIL;
	fd = socket(source->sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return uv_translate_sys_error(errno);
	if (bind(fd, source, address_len(source)) != 0)
		status = uv_translate_sys_error(errno);
	close(fd);
	return status;
}

int
source_bind(const struct endpoint *endpoint, uv_tcp_t *tcp)
{
	const struct sockaddr *source = (const struct sockaddr *)&endpoint->source;
	int on = 1;
	uv_os_fd_t fd;

	/* The port is chosen at connect, so that peers share the range; old kernels do without. */
	if (uv_fileno((const uv_handle_t *)tcp, &fd) == 0)
		(void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	return uv_tcp_bind(tcp, source, 0);
}

bool
source_blamed(const struct endpoint *endpoint, int status)
{
	return endpoint->vantage != NULL && status != 0 && status != UV_ECONNREFUSED;
}
