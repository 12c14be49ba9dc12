/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Site registers for tests: texts with entries, sealed by an officer made here, beside statements of
 * real hardware.
 */
#ifndef TESTS_UNIT_REGISTER_LAB_H
#define TESTS_UNIT_REGISTER_LAB_H

#include "attest/site_register.h"
#include "tests/unit/hsm_world.h"
#include "tests/unit/seal_lab.h"

enum { REGISTER_YEAR_S = 31536000 };

#define REGISTER_HEAD "register = \"sites\"; edition = \"2026-11\"; " \
	"officer = \"Example Telecom e-seal\";\n" \
	"from = \"2026-11-01\"; until = \"2027-04-30\";\nentries = (\n"
#define REGISTER_HSM(site) "{ site = \"" site "\"; kind = \"yubihsm\"; serial = \"31650425\"; " \
	"rack = \"A-03\"; document = \"walk 118\"; }"
#define REGISTER_OTHERS "{ site = \"tokyo-1\"; kind = \"yubihsm\"; serial = \"31650426\"; },\n" \
	"{ site = \"osaka-1\"; kind = [ \"tpm-quote\", \"tpm-certify\" ]; ak = \"000baabb\"; }"
#define REGISTER_HSM_SECTION "nonce = \"none\"; capabilities = [ \"sign-ecdsa\" ]; " \
	"serial = [ \"31650425\" ]; firmware = [ \"2.4.0\" ]; "

/* Puts register, seal by that officer, the certificate of the officer, and the declared site (NULL: none). */
static inline void
register_put(struct world *w, const struct sealer *officer, const char *text, const char *site)
{
	struct buffer der = { .max = 0 }, pem = { .max = 0 };

	seal_der(seal_cms(officer, text, &(struct seal_order){ .digest = NULL }), &der);
	seal_pem(officer->certificate, &pem);
	world_put(w, ROLE_REGISTER, bytes_of_text(text));
	world_put(w, ROLE_REGISTER_SEAL, bytes_of_buffer(&der));
	world_put(w, ROLE_REGISTER_ROOTS, bytes_of_buffer(&pem));
	if (site != NULL)
		world_put(w, ROLE_REGISTER_SITE, bytes_of_text(site));
	buffer_free(&der);
	buffer_free(&pem);
}

static inline void
register_hsm(struct world *w)
{
	world_reset(w);
	world_file(w, "statement", "yubico/hsm-31650425-7e57.attest.pem");
	world_file(w, "certificates", "yubico/hsm-31650425-device.pem");
	world_file(w, "certificates", "yubico/hsm-subca-E45DA5F3.pem");
	world_file(w, "certificates", "yubico/hsm-root.pem");
}

#define REGISTER_INTEL_SECTION \
	"nonce = \"none\"; crl = \"if_given\"; mrtd = \"*\"; rtmr0 = \"*\"; rtmr1 = \"*\"; " \
	"rtmr2 = \"*\"; rtmr3 = \"*\"; status = \"*\"; advisories = \"*\"; "

/* A real quote with what Intel published for it in March 2026. */
static inline void
register_intel(struct world *w)
{
	static const char folder[] = "tdx/collateral-2026-03/";
	static const struct { const char *role, *name; } files[] = {
		{ "tcb-info", "tcb_info_90c06f000000.json" },
		{ "qe-identity", "td_qe_identity.json" },
		{ "tcb-chain", "tcb_signing_chain.pem" },
		{ "pck-crl", "pck_crl_platform.der" }, { "root-crl", "root_ca_crl.der" },
	};
	char path[96];

	world_reset(w);
	world_file(w, "quote", "tdx/v5-90c06f-uptodate.quote.bin");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", folder, files[i].name);
		world_file(w, files[i].role, path);
	}
	w->dossier.at_s = 1773964800;	/* 2026-03-20 */
}

#endif
