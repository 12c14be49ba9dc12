/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of a filing as asked for, with its claims: first made, then written to standard
 * output, as files, as a bundle.  Between the two a FILING record can name them all.
 */
#ifndef REPORTS_FILING_WRITE_H
#define REPORTS_FILING_WRITE_H

#include "reports/accident.h"
#include "reports/filing_claims.h"
#include "reports/report_source.h"

enum { FILING_LANGUAGES_MAX = 2, FILING_FORMATS_MAX = 8, FILING_NAME_MAX = 64 };

struct filing_order {
	const char *report;			/* "self-check": its form */
	const char *language[FILING_LANGUAGES_MAX];	/* none: the one in use */
	size_t      languages;
	unsigned    format[FILING_FORMATS_MAX];	/* rows of the table; none: text */
	size_t      formats;
	struct accident_order *accident;	/* of one incident, its digests are set; NULL: of
						 * the network */
};

/* "ja,en" and "text,html": each once.  ERR_INVALID with what there is. */
MUST_USE enum err filing_languages_read(const char *list, struct filing_order *, struct why *);
MUST_USE enum err filing_formats_read(const char *list, struct filing_order *, struct why *);
const char *filing_format_name(size_t i);	/* "text"; NULL behind the last */

struct filing_documents {
	struct bundle_document document[BUNDLE_DOCUMENTS_MAX];	/* named, hashed, with octets */
	size_t               documents;
	char                 name[BUNDLE_DOCUMENTS_MAX][FILING_NAME_MAX];
	struct buffer        octets[BUNDLE_DOCUMENTS_MAX];
	struct buffer        seal[BUNDLE_DOCUMENTS_MAX];	/* empty: not sealed */
	bool                 sealed;
	struct filing_claims claims;
	struct buffer        claims_octets;	/* the claims file */
	char                 claims_name[FILING_NAME_MAX];
	struct hash          claims_hash;	/* FILING.claims */
	struct form         *form;
	uint64_t             size;		/* FILING.size and ... */
	struct hash          root;		/* ... FILING.root */
	int64_t              at_ms;		/* as in bundle_claims */
	int                  code;		/* filing_code() */
	uint64_t             incident, edition, previous;	/* as in FILING */
	char                 report[FILING_NAME_MAX];	/* FILING.report; "": the form's id */
	uint32_t             required;		/* fields a frozen one lacks; filing.required */
};

/*
 * The filing in the language in use; the accident stands behind it: close it after the filing.
 * Both may be set where it fails.  filing_print.c.
 */
MUST_USE enum err filing_of_order(const struct filing_source *, const struct filing_order *,
    const struct form *, struct accident **, struct filing **, struct why *);
/* As a paper: what has no printer of its own, and everything about an incident. */
MUST_USE enum err filing_print_paper(const struct filing *, const char *format, struct buffer *out,
    struct why *);

/* Makes all of them, changing the language in use.  filing_documents_free() in any case. */
MUST_USE enum err filing_documents_make(const struct filing_source *, const struct filing_order *,
    struct filing_documents *, struct why *);
void filing_documents_free(struct filing_documents *);
/*
 * Seals each of them by the section "seal" of the newest configuration in the ledger; config is the
 * daemon's that is asked for time stamps, unless without.  seal_filing.c.
 */
MUST_USE enum err filing_documents_seal(struct filing_documents *, struct ledger *,
    const char *config, bool without, struct why *);
/* True if standard output can take them: one document, or text in several languages. */
bool filing_documents_fit(const struct filing_order *);
MUST_USE enum err filing_documents_print(const struct filing_documents *, struct why *);
/*
 * Files and their claims into a folder, which is made: each whole or not there, its hash printed.
 * ERR_INVALID before any is written if one is there already and force is not set.
 */
MUST_USE enum err filing_documents_save(const struct filing_documents *, const char *folder,
    bool force, struct why *);
/* Has the daemon of that configuration (NULL: the default one) record them; it prints what the
 * daemon answers.  ERR_REFUSED: it said why not. */
MUST_USE enum err filing_documents_record(const struct filing_documents *, const char *config,
    struct why *);
/* Runs "sekimori WORD..." of this program, for readers know nothing of sockets; words end with
 * NULL.  ERR_REFUSED: it failed and said why. */
MUST_USE enum err filing_exec(const char *const *words, struct why *why);
/* Waits a few seconds for a signature over all records there are now. */
void filing_wait_signed(struct ledger *);
/* A bundle in a new or empty folder; withhold as in bundle_order. */
MUST_USE enum err filing_documents_bundle(const struct filing_documents *, struct report_source *,
    const char *folder, bool withhold, struct why *);

#endif
