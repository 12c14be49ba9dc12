/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTP version 4 of a client (RFC 5905) that tells a server nothing about its own clock, requests
 * of control and private mode (RFC 9327; ntpd's mode 7), and NTS: key establishment records and
 * extension fields (RFC 8915).  Pure; every input is hostile.
 */
#ifndef PROBES_WIRE_NTP_H
#define PROBES_WIRE_NTP_H

#include "monitor/base/bytes.h"

enum {
	NTP_HEADER_LEN    = 48,
	NTP_REFERENCE     = 32,		/* octets of the text of a reference id */
	NTP_LEAP_UNKNOWN  = 3,		/* not synchronised */
	NTP_STRATUM_MAX   = 15,		/* 16: not synchronised */
	NTS_UNIQUE_LEN    = 32,
	NTS_COOKIES_MAX   = 8,
	NTS_COOKIE_MAX    = 1024,	/* octets of a cookie */
	NTS_NONCE_LEN     = 16,
	NTS_TAG_LEN       = 16,
	NTS_KE_MAX        = 16 << 10,	/* octets of a server's records */
	NTS_AEAD_SIV_256  = 15		/* AEAD_AES_SIV_CMAC_256 */
};

/* Seconds since 1900 and their fraction; differences hold across an era (RFC 5905 6). */
uint64_t ntp_time_of_us(int64_t unix_us);
int64_t  ntp_apart_us(uint64_t later, uint64_t earlier);	/* within 68 years */

/* A client's packet.  nonce: what the answer must repeat; the clock is not shown (RFC 9109). */
void ntp_request_write(uint64_t nonce, struct buffer *out);

struct ntp_answer {
	unsigned     leap, version, mode, stratum;
	int          precision;		/* of its clock, log2 seconds */
	int64_t      root_delay_us, root_dispersion_us;
	uint8_t      reference[4];
	uint64_t     origin, receive, transmit;
	struct bytes extensions;	/* all behind the header */
};

/* ERR_MALFORMED: no NTP message; mode and origin are for the caller to look at. */
MUST_USE enum err ntp_read(struct bytes datagram, struct ntp_answer *, struct why *);
/* A server's answer to the request with this nonce? */
bool   ntp_answers(const struct ntp_answer *, uint64_t nonce);
bool   ntp_synchronised(const struct ntp_answer *);
/* "RATE" of a kiss-o'-death (stratum 0, RFC 5905 7.4); false: it is none. */
bool   ntp_kiss(const struct ntp_answer *, char out[5]);
/* "GPS" of a first stratum, "192.0.2.1" or a hash of others; printable. */
void   ntp_reference_text(const struct ntp_answer *, char out[NTP_REFERENCE]);

/* Reads variables of the system (mode 6), asks for system information (mode 7): 12 and 48 octets
 * that a server for strangers does not answer. */
void ntp_control_write(uint16_t sequence, struct buffer *out);
void ntp_private_write(struct buffer *out);
/* The mode of an answer to one of these: 6 or 7 with the response bit; 0: neither. */
unsigned ntp_control_mode(struct bytes datagram);

/* ---- NTS (RFC 8915) ---- */

void nts_ke_write(struct buffer *out);	/* NTPv4, AEAD_AES_SIV_CMAC_256, end */

struct nts_ke {
	bool         ended;		/* End of Message came */
	bool         ntp4;		/* it agreed on NTPv4 */
	int          aead;		/* it chose; -1: none */
	int          error, warning;	/* -1: none */
	struct bytes cookie[NTS_COOKIES_MAX];
	size_t       cookies;
	struct bytes server;		/* another NTP server, "" if the same */
	uint16_t     port;		/* 0: 123 */
};

enum nts_step { NTS_MORE, NTS_DONE, NTS_BROKEN };
/* All octets of the server so far.  DONE: End of Message was read; views into in. */
enum nts_step nts_ke_read(struct bytes in, struct nts_ke *, struct why *);

/* Unique identifier and cookie behind the header; the authenticator's place is what follows. */
void nts_fields_write(const uint8_t unique[NTS_UNIQUE_LEN], struct bytes cookie,
    struct buffer *out);
/* The authenticator (5.6); sealed: tag and ciphertext. */
void nts_authenticator_write(const uint8_t nonce[NTS_NONCE_LEN], struct bytes sealed,
    struct buffer *out);

struct nts_answer {
	bool         has_unique, has_authenticator;
	struct bytes unique, nonce, sealed;
	struct bytes covered;		/* what the authenticator is over */
};

/* Extension fields of a whole datagram (RFC 7822), none behind the authenticator. */
MUST_USE enum err nts_answer_read(struct bytes datagram, struct nts_answer *, struct why *);

#endif
