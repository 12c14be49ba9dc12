/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TPM 2.0 by tpm2-tss: quotes of registers and certifications of a key.  The connection stays
 * open, and is made anew after any failure.
 */
#include <stdlib.h>
#include <string.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_tctildr.h>

#include "monitor/witness/tpm_part.h"

enum {
	QUOTE_TRIES = 3,	/* the system extends registers while we read them */
	READ_TURNS  = 24,	/* a TPM gives up to 8 registers at once, at least one */
	MARSHAL_MAX = 4096
};

struct key { ESYS_TR handle; TPM2B_PUBLIC *public; };

enum err
tpm_refused(struct tpm *tpm, TSS2_RC rc, const char *what, struct why *why)
{
	static const struct { TSS2_RC rc; const char *text; } known[] = {
		{ TPM2_RC_AUTH_FAIL, "the key has an authorisation value" },
		{ TPM2_RC_BAD_AUTH, "the key has an authorisation value" },
		{ TPM2_RC_AUTH_UNAVAILABLE, "the key is used by a policy only" },
		{ TPM2_RC_HANDLE, "there is nothing at that handle" },
		{ TPM2_RC_SCHEME, "the key does not sign in that way" },
		{ TPM2_RC_KEY, "the key does not sign" },
		{ TPM2_RC_LOCKOUT, "it is locked out after wrong authorisations" } };
	TSS2_RC bare = rc & TPM2_RC_FMT1 ? rc & (TPM2_RC_FMT1 | 0x3f) : rc & 0x97f;
	const char *text = (rc & TSS2_RC_LAYER_MASK) == 0 ? "see the code in tpm2_rc_decode" :
	    "it does not answer, or not as a TPM";

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((rc & TSS2_RC_LAYER_MASK) == 0 && bare == known[i].rc)
			text = known[i].text;
	Esys_Finalize(&tpm->esys);
	Tss2_TctiLdr_Finalize(&tpm->link);
	return why_set(why, ERR_IO, "the TPM does not give %s: %s (0x%08x)", what, text,
	    (unsigned)rc);
}

struct tpm *
tpm_new(const char *tcti)
{
	struct tpm *tpm = memory_new(1, sizeof(*tpm));

	tpm->tcti = tcti;
	return tpm;
}

void
tpm_free(struct tpm *tpm)
{
	if (tpm == NULL)
		return;
	Esys_Finalize(&tpm->esys);
	Tss2_TctiLdr_Finalize(&tpm->link);
	free(tpm);
}

enum err
tpm_open(struct tpm *tpm, struct why *why)
{
	if (tpm == NULL)
		return why_set(why, ERR_NOT_FOUND, "this witness was given no TPM (--tpm, --ak)");
	if (tpm->esys != NULL)
		return ERR_OK;
	if (Tss2_TctiLdr_Initialize(tpm->tcti, &tpm->link) == TSS2_RC_SUCCESS &&
	    Esys_Initialize(&tpm->esys, tpm->link, NULL) == TSS2_RC_SUCCESS)
		return ERR_OK;
	Tss2_TctiLdr_Finalize(&tpm->link);
	return why_set(why, ERR_IO, "no TPM answers at %.100s: it is not there, or this user may "
	    "not read and write it (group tss)", tpm->tcti);
}

/* --- keys and pieces ---------------------------------------------------------------------- */

static enum err
key_take(struct tpm *tpm, uint32_t handle, const char *what, struct key *key, struct why *why)
{
	TSS2_RC rc = Esys_TR_FromTPMPublic(tpm->esys, handle, ESYS_TR_NONE, ESYS_TR_NONE,
	    ESYS_TR_NONE, &key->handle);

	*key = (struct key){ .handle = rc == TSS2_RC_SUCCESS ? key->handle : ESYS_TR_NONE };
	if (rc == TSS2_RC_SUCCESS)
		rc = Esys_ReadPublic(tpm->esys, key->handle, ESYS_TR_NONE, ESYS_TR_NONE,
		    ESYS_TR_NONE, &key->public, NULL, NULL);
	return rc == TSS2_RC_SUCCESS ? ERR_OK : tpm_refused(tpm, rc, what, why);
}

static void
key_give(struct tpm *tpm, struct key *key)
{
	if (tpm->esys != NULL && key->handle != ESYS_TR_NONE)
		Esys_TR_Close(tpm->esys, &key->handle);
	Esys_Free(key->public);
}

/* The key's own way; where it has none, the usual one of its kind. */
static TPMT_SIG_SCHEME
scheme_of(const TPM2B_PUBLIC *public)
{
	const TPMT_PUBLIC *area = &public->publicArea;
	TPMT_SIG_SCHEME scheme = { .scheme = TPM2_ALG_NULL };
	bool own = area->type == TPM2_ALG_ECC ?
	    area->parameters.eccDetail.scheme.scheme != TPM2_ALG_NULL :
	    area->parameters.rsaDetail.scheme.scheme != TPM2_ALG_NULL;

	if (!own) {
		scheme.scheme = area->type == TPM2_ALG_ECC ? TPM2_ALG_ECDSA : TPM2_ALG_RSASSA;
		scheme.details.any.hashAlg = TPM2_ALG_SHA256;
	}
	return scheme;
}

enum err
tpm_piece(struct evidence *out, const char *role, struct bytes octets, struct why *why)
{
	struct buffer *piece = evidence_add(out, role);

	if (piece == NULL)
		return why_set(why, ERR_LIMIT, "more pieces of evidence than a message takes");
	buffer_put(piece, octets.at, octets.len);
	return ERR_OK;
}

static enum err
public_put(struct evidence *out, const char *role, const TPM2B_PUBLIC *public, struct why *why)
{
	uint8_t octets[MARSHAL_MAX];
	size_t len = 0;

	if (Tss2_MU_TPM2B_PUBLIC_Marshal(public, octets, sizeof(octets), &len) != TSS2_RC_SUCCESS)
		return why_set(why, ERR_IO, "a public area of the TPM cannot be written");
	return tpm_piece(out, role, bytes_of(octets, len), why);
}

/* What was stated, and its signature; both are freed. */
static enum err
statement_put(struct evidence *out, const char *role, TPM2B_ATTEST *statement,
    TPMT_SIGNATURE *signature, struct why *why)
{
	uint8_t octets[MARSHAL_MAX];
	size_t len = 0;
	enum err err = tpm_piece(out, role, bytes_of(statement->attestationData, statement->size),
	    why);

	if (err == ERR_OK && Tss2_MU_TPMT_SIGNATURE_Marshal(signature, octets, sizeof(octets),
	    &len) != TSS2_RC_SUCCESS)
		err = why_set(why, ERR_IO, "a signature of the TPM cannot be written");
	if (err == ERR_OK)
		err = tpm_piece(out, "signature", bytes_of(octets, len), why);
	Esys_Free(statement);
	Esys_Free(signature);
	return err;
}

static TPM2B_DATA
qualifying(const struct asked *asked)
{
	TPM2B_DATA data = { .size = HASH_LEN };

	memcpy(data.buffer, asked->challenge.at, HASH_LEN);
	return data;
}

static enum err
certificate_put(const struct witness *w, struct evidence *out, struct why *why)
{
	return w->ak_certificate.len == 0 ? ERR_OK :
	    tpm_piece(out, "ak-certificate", bytes_of_buffer(&w->ak_certificate), why);
}

/* --- registers ---------------------------------------------------------------------------- */

static TPML_PCR_SELECTION
selection_of(struct pcrs pcrs)
{
	TPML_PCR_SELECTION all = { .count = 1 };

	all.pcrSelections[0].hash = pcrs.bank;
	all.pcrSelections[0].sizeofSelect = 3;
	for (unsigned i = 0; i < 3; i++)
		all.pcrSelections[0].pcrSelect[i] = (BYTE)(pcrs.registers >> (8 * i));
	return all;
}

void
pcr_line(struct buffer *out, unsigned pcr, struct bytes value)
{
	char hex[2 * sizeof(TPMU_HA) + 1];

	hex_of(value, hex);
	buffer_print(out, "  %-2u: 0x%s\n", pcr, hex);
}

/* The registers of one answer into their lines; which ones it was. */
static uint32_t
lines_put(struct buffer *out, const TPML_PCR_SELECTION *read, const TPML_DIGEST *values)
{
	const TPMS_PCR_SELECTION *bank = &read->pcrSelections[0];
	uint32_t which = 0, at = 0;

	for (unsigned pcr = 0; read->count == 1 && pcr < 8U * bank->sizeofSelect; pcr++)
		if ((bank->pcrSelect[pcr / 8] >> pcr % 8 & 1) != 0 && at < values->count) {
			pcr_line(out, pcr, bytes_of(values->digests[at].buffer,
			    values->digests[at].size));
			which |= UINT32_C(1) << pcr;
			at++;
		}
	return which;
}

static enum err
registers_read(struct tpm *tpm, struct pcrs pcrs, struct buffer *out, struct why *why)
{
	static const char *const banks[] = { "sha256", "sha384", "sha512" };

	buffer_print(out, "%s:\n", banks[pcrs.bank - TPM2_ALG_SHA256]);
	for (int turn = 0; turn < READ_TURNS && pcrs.registers != 0; turn++) {
		TPML_PCR_SELECTION wanted = selection_of(pcrs), *read = NULL;
		TPML_DIGEST *values = NULL;
		uint32_t which;
		TSS2_RC rc = Esys_PCR_Read(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
		    &wanted, NULL, &read, &values);

		if (rc != TSS2_RC_SUCCESS)
			return tpm_refused(tpm, rc, "the registers", why);
		which = lines_put(out, read, values) & pcrs.registers;
		Esys_Free(read);
		Esys_Free(values);
		if (which == 0)
			break;
		pcrs.registers &= ~which;
	}
	return pcrs.registers == 0 ? ERR_OK : why_set(why, ERR_NOT_FOUND, "the TPM has no register "
	    "of that bank and number (--pcrs): see tpm2_pcrread");
}

/* --- statements --------------------------------------------------------------------------- */

/* Values read before and after; if both are one, they are those that were quoted. */
static enum err
quote_try(struct witness *w, const struct asked *asked, const struct key *ak,
    struct evidence *out, struct buffer *before, struct buffer *after, struct why *why)
{
	struct tpm *tpm = w->tpm;
	TPML_PCR_SELECTION selection = selection_of(w->settings.pcrs);
	TPMT_SIG_SCHEME scheme = scheme_of(ak->public);
	TPM2B_DATA data = qualifying(asked);
	TPM2B_ATTEST *statement = NULL;
	TPMT_SIGNATURE *signature = NULL;
	enum err err = registers_read(tpm, w->settings.pcrs, before, why);
	TSS2_RC rc;

	if (err != ERR_OK)
		return err;
	rc = Esys_Quote(tpm->esys, ak->handle, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &data,
	    &scheme, &selection, &statement, &signature);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refused(tpm, rc, "a quote by the key --ak", why);
	err = statement_put(out, "quote", statement, signature, why);
	return err != ERR_OK ? err : registers_read(tpm, w->settings.pcrs, after, why);
}

static enum err
quote_take(struct witness *w, const struct asked *asked, const struct key *ak,
    struct evidence *out, struct why *why)
{
	struct buffer before = { .max = 16384 }, after = { .max = 16384 };
	bool same = false;
	enum err err = ERR_OK;

	for (int i = 0; i < QUOTE_TRIES && err == ERR_OK && !same; i++) {
		evidence_free(out);
		buffer_reset(&before);
		buffer_reset(&after);
		err = quote_try(w, asked, ak, out, &before, &after, why);
		same = bytes_equal(bytes_of_buffer(&before), bytes_of_buffer(&after));
	}
	if (err == ERR_OK && !same)
		err = why_set(why, ERR_BUSY, "the registers change faster than they can be quoted: "
		    "take out of --pcrs what the running system extends (10 is IMA's)");
	if (err == ERR_OK)
		err = tpm_piece(out, "pcrs", bytes_of_buffer(&before), why);
	buffer_free(&before);
	buffer_free(&after);
	return err;
}

enum err
tpm_quote_make(struct witness *w, const struct asked *asked, struct evidence *out, struct why *why)
{
	struct key ak = { .handle = ESYS_TR_NONE };
	enum err err = tpm_open(w->tpm, why);

	if (err != ERR_OK)
		return err;
	err = key_take(w->tpm, w->settings.ak, "the key --ak", &ak, why);
	if (err == ERR_OK)
		err = quote_take(w, asked, &ak, out, why);
	if (err == ERR_OK)
		err = public_put(out, "ak", ak.public, why);
	if (err == ERR_OK && w->event_log.len > 0)
		err = tpm_piece(out, "log", bytes_of_buffer(&w->event_log), why);
	if (err == ERR_OK)
		err = certificate_put(w, out, why);
	key_give(w->tpm, &ak);
	return err;
}

static enum err
certify_take(struct witness *w, const struct asked *asked, const struct key *ak,
    const struct key *object, struct evidence *out, struct why *why)
{
	TPMT_SIG_SCHEME scheme = scheme_of(ak->public);
	TPM2B_DATA data = qualifying(asked);
	TPM2B_ATTEST *statement = NULL;
	TPMT_SIGNATURE *signature = NULL;
	enum err err;
	TSS2_RC rc = Esys_Certify(w->tpm->esys, object->handle, ak->handle, ESYS_TR_PASSWORD,
	    ESYS_TR_PASSWORD, ESYS_TR_NONE, &data, &scheme, &statement, &signature);

	if (rc != TSS2_RC_SUCCESS)
		return tpm_refused(w->tpm, rc, "a certification of --certify by --ak", why);
	err = statement_put(out, "statement", statement, signature, why);
	if (err == ERR_OK)
		err = public_put(out, "ak", ak->public, why);
	if (err == ERR_OK)
		err = public_put(out, "object", object->public, why);
	return err != ERR_OK ? err : certificate_put(w, out, why);
}

enum err
tpm_certify_make(struct witness *w, const struct asked *asked, struct evidence *out,
    struct why *why)
{
	struct key ak = { .handle = ESYS_TR_NONE }, object = { .handle = ESYS_TR_NONE };
	enum err err = tpm_open(w->tpm, why);

	if (err == ERR_OK && w->settings.certify == 0)
		err = why_set(why, ERR_NOT_FOUND, "this witness was given no key to certify "
		    "(--certify)");
	if (err != ERR_OK)
		return err;
	err = key_take(w->tpm, w->settings.ak, "the key --ak", &ak, why);
	if (err == ERR_OK)
		err = key_take(w->tpm, w->settings.certify, "the key --certify", &object, why);
	if (err == ERR_OK)
		err = certify_take(w, asked, &ak, &object, out, why);
	key_give(w->tpm, &object);
	key_give(w->tpm, &ak);
	return err;
}
