/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Echo sockets of hubs: "ping" sockets where the system allows them to this group, which the kernel
 * numbers and checks itself, else raw ones, opened before the right to do so was given up.
 */
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/icmp.h>

#include "probes/hub.h"

/* Echo replies alone: errors come by the queue. */
static int
raw_open(sa_family_t family)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    family == AF_INET6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP);
	struct icmp_filter four = { .data = ~(1u << ICMP_ECHOREPLY) };
	struct icmp6_filter six;

	ICMP6_FILTER_SETBLOCKALL(&six);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &six);
	if (fd >= 0 && family == AF_INET6)
		setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &six, sizeof(six));
	else if (fd >= 0)
		setsockopt(fd, SOL_RAW, ICMP_FILTER, &four, sizeof(four));
	return fd;
}

void
machine_echo(struct machine *machine)
{
	if (machine->raw[0] < 0)
		machine->raw[0] = raw_open(AF_INET);
	if (machine->raw[1] < 0)
		machine->raw[1] = raw_open(AF_INET6);
}

int
hub_echo_open(struct machine *machine, sa_family_t family, bool *raw)
{
	int *kept = &machine->raw[family == AF_INET6];
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    family == AF_INET6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP);

	*raw = fd < 0;
	if (fd >= 0)
		return fd;
	fd = *kept;
	*kept = -1;	/* the hub is the one that has it, until the machine's end */
	return fd >= 0 ? fd : raw_open(family);
}

uint8_t
hub_hops(struct msghdr *message)
{
	int hops = 0;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
	    part = CMSG_NXTHDR(message, part))
		if ((part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_TTL) ||
		    (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_HOPLIMIT))
			memcpy(&hops, CMSG_DATA(part), sizeof(hops));
	return (uint8_t)hops;
}

/* A raw socket of IPv4 is given the IP header too. */
struct bytes
hub_echo_reply(const struct hub *hub, struct sockaddr_storage *peer, struct bytes in)
{
	uint8_t reply = hub->family == AF_INET6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;

	if (hub->raw && hub->family == AF_INET && in.len > 0)
		in = bytes_slice(in, (size_t)(in.at[0] & 0x0f) * 4, in.len);
	if (in.len < HUB_ECHO || in.at[0] != reply)
		return bytes_of(NULL, 0);
	((struct sockaddr_in *)peer)->sin_port = 0;
	if (hub->raw)
		memcpy(&((struct sockaddr_in *)peer)->sin_port, in.at + 4, 2);
	return in;
}

/* RFC 1071, over octets that are even in number but for the last. */
static uint16_t
checksum(const uint8_t *at, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)at[i] << 8 | at[i + 1];
	if (len % 2 == 1)
		sum += (uint32_t)at[len - 1] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void
hub_raw_finish(const struct round *round, uint8_t *octets, size_t len)
{
	uint16_t sum;

	memcpy(octets + 4, &((const struct sockaddr_in *)&round->peer)->sin_port, 2);
	octets[2] = octets[3] = 0;
	if (round->hub->family == AF_INET6)
		return;
	sum = checksum(octets, len);
	octets[2] = (uint8_t)(sum >> 8);
	octets[3] = (uint8_t)sum;
}

void
hub_raw_source(const struct round *round, struct msghdr *message, void *control)
{
	const struct sockaddr *source = round_source(round);
	struct in_pktinfo four = { .ipi_ifindex = 0 };
	struct in6_pktinfo six = { .ipi6_ifindex = 0 };
	bool is_six = round->hub->family == AF_INET6;
	struct cmsghdr *part;

	if (source == NULL)
		return;
	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(is_six ? sizeof(six) : sizeof(four));
	part = CMSG_FIRSTHDR(message);
	part->cmsg_level = is_six ? IPPROTO_IPV6 : IPPROTO_IP;
	part->cmsg_type = is_six ? IPV6_PKTINFO : IP_PKTINFO;
	part->cmsg_len = CMSG_LEN(is_six ? sizeof(six) : sizeof(four));
	four.ipi_spec_dst = ((const struct sockaddr_in *)source)->sin_addr;
	if (is_six)
		six.ipi6_addr = ((const struct sockaddr_in6 *)source)->sin6_addr;
	memcpy(CMSG_DATA(part), is_six ? (const void *)&six : (const void *)&four,
	    is_six ? sizeof(six) : sizeof(four));
}
