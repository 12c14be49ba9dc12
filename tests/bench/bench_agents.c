/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many SNMPv3 agents on one socket, so that a bench measures the poller and not the agent: every
 * address of a network is an engine of its own (RFC 3411 format 1), user "bench", HMAC-192-SHA-256
 * and AES-128.  It answers discovery, tells who is outside its time window, checks every digest,
 * and answers GET with an octet string, an object id or time ticks as the object demands.
 *   bench_agents PORT AUTH_SECRET PRIVACY_SECRET
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "tests/tools/snmp_agent.h"

enum { AGENTS_MAX = 1 << 16, BOOTS = 1 };

static uint8_t auth_master[KEY], privacy_master[KEY];
static struct keys *agents;		/* by the low 16 bits of the address */

static const struct keys *
keys_of(uint32_t address, uint8_t engine[ENGINE_LEN])
{
	static const uint8_t head[] = { 0x80, 0x00, 0x1f, 0x88, 0x01 };
	struct keys *keys = &agents[ntohl(address) % AGENTS_MAX];

	memcpy(engine, head, sizeof(head));
	memcpy(engine + sizeof(head), &address, 4);
	if (!keys->made) {
		localise(auth_master, engine, keys->auth);
		localise(privacy_master, engine, keys->privacy);
		keys->made = true;
	}
	return keys;
}

/* What to answer: 0 nothing.  flags of the answer and the counter of a Report come out. */
static bool
judge(const struct keys *keys, const uint8_t engine[ENGINE_LEN], struct bytes packet,
    struct message *m, uint8_t *flags, uint8_t *counter)
{
	static uint8_t plain[PACKET];
	struct reader in = reader_of(m->scoped);
	struct bytes value;
	int64_t off;

	*flags = 0;
	*counter = 4;			/* usmStatsUnknownEngineIDs */
	if (!bytes_equal(m->engine, bytes_of(engine, ENGINE_LEN)))
		return true;
	if ((m->flags & 3) != 3 || !digest_right(keys, packet, m) || m->salt.len != 8)
		return false;
	*flags = 1;
	*counter = 2;			/* usmStatsNotInTimeWindows */
	off = m->time - seconds_up();
	if (m->boots != BOOTS || off < -150 || off > 150)
		return true;
	*flags = 3;
	*counter = 0;
	if (!take(&in, 0x04, &value) || value.len > sizeof(plain))
		return false;
	crypt_scoped(keys, m->boots, m->time, m->salt.at, value, plain, false);
	return request_read(bytes_of(plain, value.len), m);
}

static size_t
answer(uint32_t address, struct bytes packet, struct writer *out)
{
	static uint64_t salts;
	uint8_t engine[ENGINE_LEN], salt[8], flags, counter, hidden[PACKET];
	const struct keys *keys = keys_of(address, engine);
	struct message m = { .id = 0 };
	size_t len;

	out->left = PACKET;
	if (!message_read(packet, &m) || !judge(keys, engine, packet, &m, &flags, &counter))
		return 0;
	m.boots = BOOTS;
	m.time = seconds_up();
	salts++;
	memcpy(salt, &salts, sizeof(salt));
	put_scoped(out, &m, counter != 0 ? 0xa8 : 0xa2, counter, engine);
	if (flags & 2) {
		len = PACKET - out->left;
		crypt_scoped(keys, m.boots, m.time, salt, bytes_of(out->at + out->left, len), hidden,
		    true);
		out->left = PACKET;
		put_octets(out, 0x04, hidden, len);
	}
	put_envelope(out, &m, flags, engine, salt);
	if (flags & 1)
		sign(out, keys);
	return PACKET - out->left;
}

/* One datagram in, one out, from the address it was sent to. */
static void
serve(int fd)
{
	static struct writer out;
	uint8_t octets[PACKET];
	struct sockaddr_in from;
	union { struct cmsghdr align; uint8_t room[CMSG_SPACE(sizeof(struct in_pktinfo))]; } control;
	struct iovec part = { octets, sizeof(octets) };
	struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part,
	    .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	ssize_t got = recvmsg(fd, &message, 0);
	struct cmsghdr *head_in = CMSG_FIRSTHDR(&message);
	struct in_pktinfo about;
	size_t len;

	if (got <= 0 || head_in == NULL || head_in->cmsg_type != IP_PKTINFO)
		return;
	memcpy(&about, CMSG_DATA(head_in), sizeof(about));
	len = answer(about.ipi_addr.s_addr, bytes_of(octets, (size_t)got), &out);
	if (len == 0)
		return;
	about.ipi_spec_dst = about.ipi_addr;
	about.ipi_ifindex = 0;
	memcpy(CMSG_DATA(head_in), &about, sizeof(about));
	part = (struct iovec){ out.at + out.left, len };
	(void)!sendmsg(fd, &message, 0);
}

int
main(int argc, char **argv)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1, room = 4 << 20;

	if (argc != 4) {
		fprintf(stderr, "usage: bench_agents PORT AUTH_SECRET PRIVACY_SECRET\n");
		return 2;
	}
	any.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	master_key(argv[2], auth_master);
	master_key(argv[3], privacy_master);
	agents = memory_new(AGENTS_MAX, sizeof(*agents));
	setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) != 0) {
		perror("bench_agents: bind");
		return 1;
	}
	for (;;)
		serve(fd);
}
