/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ATTESTATION_REPORT of AMD SEV-SNP (AMD 56860, 7.3), versions 2, 3 and 5, as views of its
 * octets; nothing is judged here.
 */
#ifndef ATTEST_SNP_READ_H
#define ATTEST_SNP_READ_H

#include "monitor/base/bytes.h"

enum {
	SNP_LEN = 1184, SNP_SIGNED = 0x2a0,	/* octets: of a report, of its signed part */
	SNP_CHIP = 64, SNP_TCB = 8, SNP_TCB_TEXT = 64
};

/* GUEST_POLICY */
enum {
	SNP_POLICY_SMT = 1 << 16, SNP_POLICY_ONE = 1 << 17, SNP_POLICY_MIGRATION = 1 << 18,
	SNP_POLICY_DEBUG = 1 << 19, SNP_POLICY_SINGLE_SOCKET = 1 << 20,
	SNP_POLICY_AES_256 = 1 << 22, SNP_POLICY_RAPL_OFF = 1 << 23,
	SNP_POLICY_HIDING = 1 << 24, SNP_POLICY_NO_SWAP = 1 << 25
};

/* PLATFORM_INFO */
enum {
	SNP_PLATFORM_SMT = 1 << 0, SNP_PLATFORM_RAPL_OFF = 1 << 3, SNP_PLATFORM_HIDING = 1 << 4,
	SNP_PLATFORM_ALIAS_CHECK = 1 << 5
};

enum snp_signer { SNP_VCEK = 0, SNP_VLEK = 1, SNP_SIGNER_NONE = 7 };

struct snp_report {
	uint32_t version, vmpl, algorithm;
	uint64_t policy, platform;
	bool     author_key;		/* author_key_digest counts */
	unsigned signer;		/* enum snp_signer, or a reserved number */
	struct bytes reported_tcb, current_tcb, committed_tcb, launch_tcb;
	struct bytes report_data, measurement, host_data, id_key_digest, author_key_digest;
	struct bytes report_id, chip_id;
	struct bytes covered;		/* what is signed */
	struct bytes r, s, rest;	/* 72 little-endian octets each; zeros */
};

/* False: it has not the length of one. */
MUST_USE bool snp_report_read(struct bytes, struct snp_report *);
bool snp_zero(struct bytes);		/* no octet but 0; true of none */
/* r or s as big-endian octets of P-384; false: it does not fit. */
MUST_USE bool snp_number(struct bytes little, uint8_t out[48]);

/*
 * Families differ in the order of TCB_VERSION's octets (AMD 56860, 2.2).  A Siena is of Genoa's.
 */
enum snp_family { SNP_MILAN, SNP_GENOA, SNP_TURIN, SNP_FAMILIES };

/* "Milan-B0" is SNP_MILAN; SNP_FAMILIES: not known. */
enum snp_family snp_family(const char *product);
const char *snp_family_name(enum snp_family);		/* "Milan" */
const char *snp_floor_key(enum snp_family);		/* the policy's: "tcb_milan" */

enum snp_part { SNP_FMC, SNP_BL, SNP_TEE, SNP_SNP, SNP_UCODE, SNP_PARTS };
struct snp_tcb { uint8_t part[SNP_PARTS]; };		/* SNP_FMC: 0 but on Turin */

/* False: a reserved octet is not zero. */
MUST_USE bool snp_tcb_read(enum snp_family, struct bytes, struct snp_tcb *);
void snp_tcb_text(enum snp_family, const struct snp_tcb *, char out[SNP_TCB_TEXT]);
/* "bl=4 snp=24", what is left out is 0; false: it is not written so. */
MUST_USE bool snp_floor_read(enum snp_family, const char *, struct snp_tcb *);
bool snp_tcb_reaches(const struct snp_tcb *, const struct snp_tcb *floor);

#endif
