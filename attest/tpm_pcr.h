/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of a TPM's registers beside a quote.  They are the prover's word and count only through
 * the digest that was signed.  The form is that of tpm2_pcrread:
 *
 *	sha256:
 *	  0 : 0x3D458CFE55CC03EA1F443F1562BEEC8DF51C75E14A9FCF9A7234A13F198E7969
 *	  7 : 0x...
 *
 * Lines of a bank's name and a colon; lines of a register, a colon and hex, with or without 0x;
 * spaces anywhere between, empty lines.  The bank sha1 is passed over.
 */
#ifndef ATTEST_TPM_PCR_H
#define ATTEST_TPM_PCR_H

#include "attest/event_log.h"
#include "attest/tpm_read.h"

enum { PCR_BANKS = 3, PCR_TEXT_MAX = 64 << 10 };

struct pcr_values {		/* by bank: SHA-256, SHA-384, SHA-512 */
	uint32_t given[PCR_BANKS];	/* bit N: register N */
	uint8_t  value[PCR_BANKS][TPM_REGISTERS][DIGEST_MAX];
};

/* ERR_MALFORMED with the line; ERR_LIMIT.  A register twice is malformed. */
MUST_USE enum err pcr_values_read(struct bytes text, struct pcr_values *, struct why *);
/* No octets if it was not given, or the hash is SHA-1 or not known. */
struct bytes pcr_value(const struct pcr_values *, uint16_t hash, unsigned pcr);
/*
 * The digest a quote has over them: of the values in the order of its selections, by the hash of
 * its signature (TPM2_Quote).  ERR_NOT_FOUND: a selected one was not given.
 */
MUST_USE enum err pcr_values_digest(const struct pcr_values *, const struct tpm_attest *,
    uint16_t hash, uint8_t out[DIGEST_MAX], struct why *);
/*
 * Against the replay of a log: bits of the selected registers of that bank the log explains.
 * Those of the firmware, 0 to 7, must all be explained: the first that is not is *wrong, else it
 * is TPM_REGISTERS.  The system goes on extending the others, without this log.
 */
uint32_t pcr_values_explained(const struct pcr_values *, const struct tpm_selection *,
    const struct event_replay *, unsigned *wrong);

#endif
