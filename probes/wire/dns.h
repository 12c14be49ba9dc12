/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS of a client (RFC 1035) that asks one question with EDNS (RFC 6891), wants signatures
 * (DNSSEC, RFC 4034) and the server's identifier (NSID, RFC 5001), and reads the answer strictly.
 * Names are kept expanded, in lower case, in wire form.  Pure; every input is hostile.
 */
#ifndef PROBES_WIRE_DNS_H
#define PROBES_WIRE_DNS_H

#include "monitor/base/bytes.h"

enum {
	DNS_NAME_MAX    = 255,		/* octets of a name in wire form */
	DNS_NAME_TEXT   = 1024,		/* of one as text, the NUL included */
	DNS_UDP_MAX     = 1232,		/* what we say that we take in a datagram */
	DNS_MESSAGE_MAX = 65535,
	DNS_RECORDS_MAX = 128,		/* records of one answer */
	DNS_NSID_MAX    = 64,
	DNS_SIGNERS_MAX = 8
};

enum dns_type {
	DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_SOA = 6, DNS_PTR = 12, DNS_MX = 15, DNS_TXT = 16,
	DNS_AAAA = 28, DNS_SRV = 33, DNS_NAPTR = 35, DNS_DNAME = 39, DNS_OPT = 41, DNS_DS = 43,
	DNS_RRSIG = 46, DNS_NSEC = 47, DNS_DNSKEY = 48, DNS_NSEC3 = 50, DNS_TLSA = 52
};

enum dns_rcode { DNS_NOERROR = 0, DNS_SERVFAIL = 2, DNS_NXDOMAIN = 3, DNS_REFUSED = 5 };

struct dns_name {
	uint8_t at[DNS_NAME_MAX];
	uint8_t len;			/* the root's octet included; 0: none */
};

/* "mail.example.jp", with or without the last dot.  ERR_INVALID: it is no name. */
MUST_USE enum err dns_name_of(const char *text, struct dns_name *, struct why *);
/* Printable, with escapes (RFC 1035 5.1), without the last dot; "." is the root. */
void dns_name_text(const struct dns_name *, char out[DNS_NAME_TEXT]);
bool dns_name_equal(const struct dns_name *, const struct dns_name *);

struct dns_asked {
	uint16_t        id;		/* random */
	struct dns_name name;
	uint16_t        type;
};

/* Recursion desired, DO, NSID wanted; 12 octets, the question and one OPT. */
void dns_query_write(const struct dns_asked *, struct buffer *out);

enum dns_section { DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };

struct dns_record {
	enum dns_section section;
	struct dns_name  owner;
	uint16_t         type, class;
	uint32_t         ttl;
	struct bytes     data;		/* in the message: names of it may point elsewhere */
};

struct dns_answer {
	struct bytes      message;
	uint16_t          id;
	bool              response, authoritative, truncated, recursion, authentic;
	unsigned          opcode, rcode;	/* with EDNS' upper bits */
	unsigned          questions;
	struct dns_name   question;		/* of the first */
	uint16_t          question_type, question_class;
	bool              edns, dnssec;		/* OPT came; with DO */
	struct bytes      nsid;
	int               error;		/* extended error (RFC 8914), -1: none */
	struct bytes      error_text;
	struct dns_record record[DNS_RECORDS_MAX];	/* without OPT */
	size_t            records;
};

/* The whole message; views into it.  ERR_MALFORMED, ERR_LIMIT (records). */
MUST_USE enum err dns_read(struct bytes message, struct dns_answer *, struct why *);
/* Does it answer this question: a response with its id and exactly its question? */
bool dns_answers(const struct dns_answer *, const struct dns_asked *);

/* A name inside of a record's data; at moves behind it. */
MUST_USE enum err dns_data_name(const struct dns_answer *, const struct dns_record *, size_t *at,
    struct dns_name *);
/* Strings of a TXT record, put together.  ERR_MALFORMED if they do not fill the data. */
MUST_USE enum err dns_txt(const struct dns_record *, struct buffer *out);
/* "10 mx.example.jp", "192.0.2.1"; "\# 7" of types that are not known here (RFC 3597). */
MUST_USE enum err dns_data_text(const struct dns_answer *, const struct dns_record *,
    struct buffer *out);

/* What signatures came with an answer: of its records, or of what says that there are none. */
struct dns_seal {
	size_t          sets, sealed;	/* sets of records; those with a signature */
	bool            malformed;	/* a signature cannot be read */
	bool            expired, early;	/* of the first set that only has such: outside its time */
	int64_t         expiry_s;	/* earliest of those that seal, Unix; 0: none */
	uint8_t         algorithm[DNS_SIGNERS_MAX];	/* ascending */
	size_t          algorithms;
	struct dns_name signer;		/* of the first */
};

/* now_s: Unix; the signatures' own times are of 32 bits and nearest to it (RFC 4034 3.1.5). */
void dns_seal_look(const struct dns_answer *, int64_t now_s, struct dns_seal *);

/* "NXDOMAIN", "AAAA", "ECDSAP256SHA256"; numbers that are not known as "TYPE65", "17". */
const char *dns_rcode_name(unsigned rcode, char out[16]);
const char *dns_type_name(unsigned type, char out[16]);
const char *dns_algorithm_name(unsigned algorithm, char out[16]);
unsigned    dns_type_of(const char *name);	/* 0: unknown */
/* Not to be signed with any more (RFC 8624 3.1): MD5, SHA-1, DSA, GOST. */
bool        dns_algorithm_weak(unsigned algorithm);
/* What an extended error says, or NULL. */
const char *dns_error_text(int code);

#endif
