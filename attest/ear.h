/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Location tokens: what a monitor believes of where one subject is, as an EAT Attestation Result
 * (RFC 9711, draft-ietf-rats-ear-04) with a geographic result (draft-richardson-rats-geographic-
 * results-03), in JSON signed as JWS (RFC 7515) or in CBOR signed as COSE_Sign1 (RFC 9052), both
 * with Ed25519.  Pure: who signs is given the octets to sign, who verifies has them back.
 *
 * What is signed can be taken for nothing else our key signs: it begins with a header that says
 * alg and type, a JWS has no line end and a COSE structure is no UTF-8, while checkpoints and
 * rotation statements are lines of text.
 */
#ifndef ATTEST_EAR_H
#define ATTEST_EAR_H

#include "monitor/base/bytes.h"

struct json_t;			/* of jansson */

#define EAR_PROFILE "tag:ietf.org,2026:rats/ear#04"
#define EAR_GEOGRAPHIC_PROFILE \
	"https://datatracker.ietf.org/doc/draft-richardson-rats-geographic-results/03/"

enum {
	EAR_CLAIMS_MAX = 24 << 10,	/* five witnesses of a subject need a tenth; ERR_LIMIT */
	EAR_TOKEN_MAX  = 40 << 10,	/* claims in base64, header and signature */
	EAR_KEY_MAX    = 300		/* octets of a key's name: "origin+hhhhhhhh" */
};

enum ear_form { EAR_JSON, EAR_CBOR, EAR_FORMS };

/* Tiers of trustworthiness (AR4SI): JSON has the word, CBOR the number. */
enum ear_status { EAR_NONE = 0, EAR_AFFIRMING = 2, EAR_WARNING = 32, EAR_CONTRAINDICATED = 96 };

/* What one witness says; texts are UTF-8, NULL or "" is left out. */
struct ear_witness {
	const char *name;		/* "declared" */
	const char *stand;		/* "inside" */
	const char *value;		/* "aws/ap-northeast-1" */
	const char *country;
	const char *grade;		/* how much it proves */
	const char *basis;		/* whose word it is: two of one basis are one */
	const char *why;
	int64_t     seen_s;		/* when it last said so; 0: never */
	const char *vantage;		/* of a bound of distance; else NULL */
	int64_t     km;			/* ... "no farther than" */
};

struct ear_statement {
	int64_t     issued_s;		/* the moment it speaks of, UTC */
	const char *build;		/* of the program that judged */
	const char *subject;		/* "instance:udm-1" */
	enum ear_status status;
	const char *country;		/* ISO 3166-1 alpha-2; NULL: no place */
	const char *verdict, *why;	/* "inside"; a sentence */
	const char *limit;		/* what it does not prove */
	const char *origin, *root;	/* of the ledger it was judged from; root in hex */
	uint64_t    size;		/* records of it that were read */
	const char *excluded;		/* countries that light could not have reached; or NULL */
	const struct ear_witness *witness;
	size_t      witnesses;
};

/* The claims alone, deterministic: equal statements are equal octets. */
MUST_USE enum err ear_claims(const struct ear_statement *, enum ear_form, struct buffer *out,
    struct why *);
/*
 * What is signed for such claims under that key's name.  ERR_DENIED: they are not claims of an
 * attestation result, so nothing else can be had signed; ERR_LIMIT.
 */
MUST_USE enum err ear_to_sign(enum ear_form, const char *key, struct bytes claims,
    struct buffer *out, struct why *);
/* The token: a line of text, or CBOR octets. */
MUST_USE enum err ear_token(enum ear_form, const char *key, struct bytes claims,
    struct bytes signature, struct buffer *out, struct why *);

/* A token that was read; whether its signature holds is for who knows the key. */
struct ear_read {
	enum ear_form form;
	char          key[EAR_KEY_MAX];
	struct buffer signed_octets;
	uint8_t       signature[64];
	struct json_t *claims;		/* with the names of JSON in either form */
	const char   *subject;		/* its one submodule; views of claims */
	struct json_t *appraisal;
};

/* Untrusted.  ERR_MALFORMED, ERR_LIMIT, ERR_UNSUPPORTED with a sentence; free in any case. */
MUST_USE enum err ear_read(struct bytes token, struct ear_read *, struct why *);
void ear_read_free(struct ear_read *);

const char *ear_status_name(enum ear_status);	/* "affirming" */
const char *ear_form_name(enum ear_form);	/* "json" */

#endif
