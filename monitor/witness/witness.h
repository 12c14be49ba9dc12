/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside sekimori-witness: a program on the watched instance that has hardware sign a challenge and
 * hands the evidence to a monitor it trusts.  One connection at a time, one request, one answer
 * (probes/wire/witness.h); nothing is kept.
 */
#ifndef MONITOR_WITNESS_WITNESS_H
#define MONITOR_WITNESS_WITNESS_H

#include <sys/socket.h>

#include "monitor/base/hash.h"
#include "probes/wire/witness.h"

enum {
	DOCUMENTS_MAX   = 32,		/* files that are named by --file */
	DOCUMENT_OCTETS = 512 << 10,	/* of one piece of evidence; longer is a lack */
	ANSWER_OCTETS   = 700 << 10,	/* of all pieces of an answer; the rest is a lack */
	PEM_OCTETS      = 256 << 10,	/* of a file of certificates or of a key */
	REPORT_DATA     = 64,		/* free octets of a report of SEV-SNP or TDX */
	HELLO_MS        = 3000,		/* to an accepted certificate; then it is cut off */
	REQUEST_MS      = 3000,		/* from there to a whole request */
	ANSWER_MS       = 10000,	/* for the peer to take the answer and close */
	HARDWARE_S      = 30		/* of one answer; a device that hangs ends us */
};

/* "KIND:ROLE=FILE" */
struct document { char kind[WITNESS_NAME_MAX], role[WITNESS_NAME_MAX]; const char *path; };

struct pcrs { uint16_t bank; uint32_t registers; };	/* TPM_ALG_ID; bit N: register N */

/* Where the metadata service of the cloud is. */
struct imds_place { struct sockaddr_storage address; socklen_t len; uint16_t port; char host[64]; };
#define IMDS_HOST "169.254.169.254"
enum { IMDS_PORT = 80 };

/* What the command line says; texts are those of argv. */
struct settings {
	const char *listen, *certificate, *key, *trust, *speaks;
	const char *tpm, *ak_certificate, *event_log, *tsm;
	uint32_t    ak, certify;	/* handles; 0: none */
	struct pcrs pcrs;
	bool        nsm;
	const char *imds, *imds_audience;	/* "aws", "azure", "google"; NULL: not asked */
	struct imds_place imds_place;
	size_t          documents;
	struct document document[DOCUMENTS_MAX];
};

/* options.c: COMMAND_HELP-like; prints a sentence or the help.  -1: go on; else the exit code. */
int settings_read(int argc, char **argv, struct settings *);
/* "sha256:0,1,2"; false if it is not such a list. */
bool pcrs_read(const char *text, struct pcrs *);

/* The pieces of one kind; each is the owner of its octets. */
struct piece { char role[WITNESS_NAME_MAX]; struct buffer octets; };
struct evidence { size_t pieces; struct piece piece[WITNESS_ITEMS]; };
/* A new piece to be filled; NULL if there is no room. */
struct buffer *evidence_add(struct evidence *, const char *role);
void evidence_free(struct evidence *);

struct tpm;
struct witness {
	struct settings settings;
	struct buffer   spki;			/* of the watched function's key, DER */
	struct buffer   ak_certificate, event_log;	/* empty: none */
	struct tpm     *tpm;			/* NULL: no --tpm */
	int             sev_guest, nsm;		/* descriptors; -1: no such device */
};

/* What is asked of one kind's maker; challenge is of the other three (attest/envelope.h). */
struct asked { struct hash challenge; struct bytes nonce, exporter, spki; };
typedef enum err evidence_make(struct witness *, const struct asked *, struct evidence *,
    struct why *);

/*
 * Makers.  Any failure is a sentence for the asker: what is missing on this machine and what to do;
 * then the pieces do not count.
 */
evidence_make tpm_quote_make, tpm_certify_make;		/* tpm.c */
evidence_make gcp_vtpm_make, azure_hcl_make;		/* tpm_cloud.c */
evidence_make nitro_tpm_make;				/* tpm_nitro.c */
evidence_make snp_make;					/* snp.c */
evidence_make tdx_make;					/* tsm.c */
evidence_make nsm_make;					/* nsm.c */
evidence_make imds_make;				/* imds.c */

/* imds.c: whether the asked metadata service has that kind; names of providers; "ADDR:PORT". */
bool imds_gives(const struct settings *, const char *kind);
bool imds_provider(const char *name);
bool imds_address_read(const char *text, struct imds_place *);

/* tpm.c: opened at once, and again after a failure; NULL-safe.  Owner is the caller. */
struct tpm *tpm_new(const char *tcti);
void tpm_free(struct tpm *);
enum err tpm_open(struct tpm *, struct why *);
/* The registers as tpm2_pcrread prints them, one line of them. */
void pcr_line(struct buffer *, unsigned pcr, struct bytes value);

/*
 * snp.c.  MSG_REPORT_RSP of the firmware (AMD 56860, 7.3) into the piece "report"; the certificate
 * table of the hypervisor (AMD 56421, 4.1.8.1) into "certificate", "chain" and "crl".
 */
MUST_USE enum err snp_report_take(struct bytes response, struct evidence *, struct why *);
MUST_USE enum err snp_certificates_take(struct bytes table, struct evidence *, struct why *);

/*
 * tsm.c.  A report of the kernel's configfs-tsm below a folder (Linux 6.7): the data into inblob,
 * outblob and auxblob out.  ERR_NOT_FOUND: this kernel has none; ERR_MISMATCH: another provider.
 */
MUST_USE enum err tsm_report(const char *folder, const char *provider,
    const uint8_t data[REPORT_DATA], struct buffer *out, struct buffer *aux, struct why *);
/* The challenge, and zeros behind it. */
void report_data(const struct asked *, uint8_t out[REPORT_DATA]);

/* nsm.c: messages of the Nitro Secure Module. */
void nsm_request_write(struct buffer *, const struct asked *);
MUST_USE enum err nsm_response_read(struct bytes, struct bytes *document, struct why *);

/* answer.c: the answer to a request on a connection with this exporter; never fails. */
void answer_make(struct witness *, const struct witness_request *, struct bytes exporter,
    struct buffer *out);

/* server.c */
struct server;
MUST_USE enum err server_open(const struct settings *, struct buffer *own_spki, struct server **,
    struct why *);
/* SubjectPublicKeyInfo of a certificate or public key in PEM, appended. */
MUST_USE enum err spki_of_pem(struct bytes pem, const char *name, struct buffer *out, struct why *);
void server_turn(struct server *, struct witness *);	/* waits for one connection and serves it */

#endif
