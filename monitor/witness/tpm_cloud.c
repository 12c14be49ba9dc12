/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual TPMs of clouds.  Google's quotes as any TPM, with a key that a certificate names; Azure's
 * beside a report of the processor that names that key and lies in the TPM's own memory.  Tried on
 * a TPM in software, not in these clouds.
 */
#include <string.h>

#include "monitor/witness/tpm_part.h"

enum { HCL_INDEX = 0x01400001, HCL_OCTETS = 16 << 10, HCL_TURN = 768 };

enum err
gcp_vtpm_make(struct witness *w, const struct asked *asked, struct evidence *out, struct why *why)
{
	if (w->ak_certificate.len == 0)
		return why_set(why, ERR_NOT_FOUND, "this witness was given no certificate of the "
		    "attestation key (--ak-certificate): Google's lies in the TPM's NV index "
		    "0x01c10000 (RSA) or 0x01c10002 (ECC)");
	return tpm_quote_make(w, asked, out, why);
}

/* --- Azure -------------------------------------------------------------------------------- */

static enum err
index_read(struct tpm *tpm, ESYS_TR index, uint16_t octets, struct buffer *out, struct why *why)
{
	for (uint16_t at = 0; at < octets;) {
		uint16_t wanted = octets - at < HCL_TURN ? (uint16_t)(octets - at) : HCL_TURN;
		TPM2B_MAX_NV_BUFFER *part = NULL;
		TSS2_RC rc = Esys_NV_Read(tpm->esys, ESYS_TR_RH_OWNER, index, ESYS_TR_PASSWORD,
		    ESYS_TR_NONE, ESYS_TR_NONE, wanted, at, &part);

		if (rc != TSS2_RC_SUCCESS)
			return tpm_refused(tpm, rc, "the HCL report (NV index 0x01400001)", why);
		buffer_put(out, part->buffer, part->size);
		at = (uint16_t)(at + part->size);
		if (part->size == 0)
			octets = 0;
		Esys_Free(part);
	}
	return ERR_OK;
}

static enum err
hcl_read(struct tpm *tpm, struct buffer *out, struct why *why)
{
	ESYS_TR index = ESYS_TR_NONE;
	TPM2B_NV_PUBLIC *public = NULL;
	enum err err = ERR_OK;
	TSS2_RC rc = Esys_TR_FromTPMPublic(tpm->esys, HCL_INDEX, ESYS_TR_NONE, ESYS_TR_NONE,
	    ESYS_TR_NONE, &index);

	if (rc == TSS2_RC_SUCCESS)
		rc = Esys_NV_ReadPublic(tpm->esys, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
		    &public, NULL);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refused(tpm, rc, "the HCL report (NV index 0x01400001); only "
		    "confidential machines of Azure have it", why);
	if (public->nvPublic.dataSize > HCL_OCTETS)
		err = why_set(why, ERR_LIMIT, "the HCL report has %u octets",
		    (unsigned)public->nvPublic.dataSize);
	if (err == ERR_OK)
		err = index_read(tpm, index, public->nvPublic.dataSize, out, why);
	Esys_Free(public);
	if (tpm->esys != NULL)
		Esys_TR_Close(tpm->esys, &index);
	return err;
}

/* What a TPM gives, under the names the verifier has for it; the rest it does not ask for. */
static enum err
renamed_put(struct witness *w, const struct asked *asked, evidence_make *make,
    const char *const roles[][2], struct evidence *out, struct why *why)
{
	struct evidence made = { .pieces = 0 };
	enum err err = make(w, asked, &made, why);

	for (size_t i = 0; i < made.pieces; i++)
		for (size_t k = 0; roles[k][0] != NULL && err == ERR_OK; k++)
			if (strcmp(made.piece[i].role, roles[k][0]) == 0)
				err = tpm_piece(out, roles[k][1],
				    bytes_of_buffer(&made.piece[i].octets), why);
	evidence_free(&made);
	return err;
}

enum err
azure_hcl_make(struct witness *w, const struct asked *asked, struct evidence *out,
    struct why *why)
{
	static const char *const quote[][2] = { { "quote", "quote" }, { "signature", "signature" },
		{ "pcrs", "pcrs" }, { "log", "log" }, { NULL, NULL } };
	static const char *const key[][2] = { { "statement", "statement" },
		{ "signature", "statement-signature" }, { "object", "object" }, { NULL, NULL } };
	struct buffer hcl = { .max = HCL_OCTETS };
	enum err err = tpm_open(w->tpm, why);

	if (err == ERR_OK)
		err = hcl_read(w->tpm, &hcl, why);
	if (err == ERR_OK)
		err = tpm_piece(out, "hcl", bytes_of_buffer(&hcl), why);
	if (err == ERR_OK)
		err = renamed_put(w, asked, tpm_quote_make, quote, out, why);
	if (err == ERR_OK && w->settings.certify != 0)
		err = renamed_put(w, asked, tpm_certify_make, key, out, why);
	buffer_free(&hcl);
	return err;
}
