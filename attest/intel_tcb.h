/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Intel says of levels (PCS API, version 4): TCB info version 3 and enclave identity version
 * 2, read from octets whose signature was verified before, and the status that levels have.
 */
#ifndef ATTEST_INTEL_TCB_H
#define ATTEST_INTEL_TCB_H

#include "attest/intel_pck.h"

struct json_t;			/* jansson's */

/* The worse the larger. */
#define TCB_STATUSES(X)                                                         \
	X(UP_TO_DATE,         "UpToDate")                                       \
	X(HARDENING,          "SWHardeningNeeded")                              \
	X(CONFIGURATION,      "ConfigurationNeeded")                            \
	X(BOTH,               "ConfigurationAndSWHardeningNeeded")              \
	X(OUT_OF_DATE,        "OutOfDate")                                      \
	X(OUT_CONFIGURATION,  "OutOfDateConfigurationNeeded")                   \
	X(REVOKED,            "Revoked")

enum tcb_status {
#define X(name, text) TCB_##name,
	TCB_STATUSES(X)
#undef X
	TCB_STATUS_COUNT
};

const char *tcb_status_name(enum tcb_status);

/*
 * The status of both together: a part out of date makes the platform out of date, and a platform
 * that needs another configuration, too, OutOfDateConfigurationNeeded.
 */
enum tcb_status tcb_status_worst(enum tcb_status platform, enum tcb_status part);

enum { TCB_DATE = 32, SEAM_MR = 48, SEAM_ATTRIBUTES = 8 };

struct tcb_level {
	enum tcb_status status;
	char            date[TCB_DATE];	/* tcbDate, as written */
	const struct json_t *advisories;	/* the document's; NULL: none */
};

struct tcb_document {
	struct json_t *root;		/* the caller frees with tcb_document_free */
	char           id[16];		/* SGX, TDX, QE, TD_QE */
	int64_t        version, evaluation;
	int64_t        from_s, until_s;	/* issueDate, nextUpdate */
};

/*
 * One JSON object without a key twice.  ERR_MALFORMED, ERR_UNSUPPORTED (another version), with a
 * sentence; then nothing is to be freed.  known: what tcb_document_share gave for the very same
 * octets before, so that they are not parsed again; or NULL.
 */
MUST_USE enum err tcb_document_read(struct bytes body, int64_t version, struct json_t *known,
    struct tcb_document *, struct why *);
void tcb_document_free(struct tcb_document *);
/* The parsed text once more; given back with tcb_share_drop. */
struct json_t *tcb_document_share(const struct tcb_document *);
void tcb_share_drop(void *);

/* Of a TCB info: "fmspc", "pceId"; of an identity: "mrsigner", ...; hex of exactly len octets. */
MUST_USE enum err tcb_octets(const struct tcb_document *, const char *key, uint8_t *out,
    size_t len, struct why *);
MUST_USE enum err tcb_number(const struct tcb_document *, const char *key, int64_t *,
    struct why *);

/*
 * The first level that a platform reaches: every component and the PCESVN of its PCK certificate,
 * and for a TD (svn not NULL: its 16 octets tee_tcb_svn) the components of TDX; those of the module
 * (0 and 1) only while svn[1] is 0.  ERR_NOT_FOUND: none.
 */
MUST_USE enum err tcb_platform_level(const struct tcb_document *, const struct pck *,
    const uint8_t *svn, struct tcb_level *, struct why *);

struct tcb_module {
	uint8_t mrsigner[SEAM_MR], attributes[SEAM_ATTRIBUTES], mask[SEAM_ATTRIBUTES];
	bool             described;	/* Intel speaks of it: the three above count */
	bool             leveled;	/* it has levels of its own */
	struct tcb_level level;
};
/*
 * The TDX module of svn[1], and its level by svn[0]; the one of TDX 1.0 (0) has no levels of its
 * own.  ERR_NOT_FOUND: no such module, or no level that it reaches.
 */
MUST_USE enum err tcb_module_level(const struct tcb_document *, const uint8_t *svn,
    struct tcb_module *, struct why *);
/* The first level of an enclave identity that this SVN reaches; ERR_NOT_FOUND: none. */
MUST_USE enum err tcb_enclave_level(const struct tcb_document *, unsigned svn, struct tcb_level *,
    struct why *);

/* The id of the advisory at that place ("INTEL-SA-00615"); NULL: no more. */
const char *tcb_advisory(const struct tcb_level *, size_t at);

#endif
