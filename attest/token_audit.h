/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything on a token: which of its keys can leave, can be read, were brought in, may do what
 * should be apart, or are used by nobody we know; and certificates without a key.
 *
 * What it proves: nothing.  Attributes are the module's own word, unsigned, and a module can hide
 * an object.  It finds mistakes: those are told truly by a module that has no reason to lie.
 *
 * The listing is deterministic CBOR (RFC 8949 4.2.1), a map:
 *   1 => "sekimori-token-audit-v1"
 *   2 => bool: every object is listed
 *   3 => array of objects, ascending by their octets, each an array:
 *        class (0 private key, 1 secret key, 2 certificate), CKA_KEY_TYPE or
 *        CKA_CERTIFICATE_TYPE, attributes that were answered, those of them that are true (both
 *        bits of enum audit_bit), CKA_ID, CKA_LABEL (valid text, cut)
 *
 * A key is over-powered if it may do two things of which one undoes the other's protection, or
 * that belong to keys of their own (NIST SP 800-57 part 1, 5.2: one key, one purpose):
 *   wrap and decrypt     what was wrapped is decrypted, and a key is out in plain
 *   wrap and derive      what was wrapped is had again by deriving
 *   unwrap and encrypt   a key of somebody's choice is encrypted, then unwrapped as the token's own
 *   sign and decrypt, sign and unwrap   what is to be decrypted is handed in to be signed
 */
#ifndef ATTEST_TOKEN_AUDIT_H
#define ATTEST_TOKEN_AUDIT_H

#include "monitor/base/bytes.h"

#define TOKEN_AUDIT_FORMAT "sekimori-token-audit-v1"

enum {
	AUDIT_OBJECTS   = 1024,		/* listed of one token; then the listing is not whole */
	AUDIT_LABEL_MAX = 40,		/* octets of a label: names of all lists fit one record */
	AUDIT_ID_MAX    = 64,		/* octets of a CKA_ID; shown: the first 8 */
	AUDIT_MAX       = 160 << 10,	/* octets of a listing */
	AUDIT_NAMES     = 64,		/* named in each list; all are counted */
	AUDIT_NAME_MAX  = 96		/* octets of a name with its reason */
};

enum audit_class { AUDIT_PRIVATE, AUDIT_SECRET, AUDIT_CERTIFICATE, AUDIT_CLASSES };

enum audit_bit {
	AUDIT_SENSITIVE   = 1 << 0,
	AUDIT_EXTRACTABLE = 1 << 1,
	AUDIT_LOCAL       = 1 << 2,
	AUDIT_SIGN        = 1 << 3,
	AUDIT_ENCRYPT     = 1 << 4,
	AUDIT_DECRYPT     = 1 << 5,
	AUDIT_WRAP        = 1 << 6,
	AUDIT_UNWRAP      = 1 << 7,
	AUDIT_DERIVE      = 1 << 8,
	AUDIT_AUTHORITY   = 1 << 9,	/* of a certificate: it is one of an authority */
	AUDIT_BITS        = (1 << 10) - 1
};

struct audit_object {
	enum audit_class class;
	uint64_t         kind;
	unsigned         answered, is;
	struct bytes     id, label;
};

enum audit_list { AUDIT_CAN_LEAVE, AUDIT_READABLE, AUDIT_IMPORTED, AUDIT_OVERPOWERED, AUDIT_UNUSED,
	AUDIT_KEYLESS, AUDIT_UNSAID, AUDIT_LISTS };

struct token_audit {
	bool         whole;
	uint32_t     keys, certificates;
	uint32_t     count[AUDIT_LISTS];
	struct bytes name[AUDIT_LISTS][AUDIT_NAMES];	/* UTF-8, inside text */
	struct buffer text;
};

void audit_begin_write(struct buffer *, bool whole, size_t objects);
void audit_object_write(struct buffer *, const struct audit_object *);

/*
 * Reads and judges.  uses: the keys whose use is known, with commas, each "id=HEX" or
 * "label=TEXT".  ERR_MALFORMED, ERR_LIMIT, ERR_UNSUPPORTED with why; the caller frees in any case.
 */
MUST_USE enum err token_audit_judge(struct bytes octets, const char *uses, struct token_audit *,
    struct why *);
void token_audit_free(struct token_audit *);
/* True if octets say that they are a listing; nothing else of them is looked at. */
bool token_audit_is(struct bytes);
/* NULL, or what is wrong with a list of uses, for who configures it. */
const char *token_audit_uses_fault(const char *uses);

#endif
