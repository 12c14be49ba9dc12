/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verifiers of keys in security modules share.  Such a statement says of a key where it
 * was made and whether it can leave; it has no time and no nonce inside and is as true years
 * later as on its day.  That somebody can use the key today, a signature over our nonce by the
 * same key says: the role "possession".
 */
#ifndef ATTEST_HSM_H
#define ATTEST_HSM_H

#include "attest/chain.h"
#include "attest/policy.h"
#include "attest/possession.h"
#include "monitor/base/i18n.h"

#define HSM_ROLE_POSSESSION \
	{ "possession", false, N_("evidence of possession: a signature over our nonce by the " \
	"same key"), NULL }
#define HSM_ROLE_CERTIFICATES \
	{ "certificates", false, N_("PEM or DER: certificates from the device up to the " \
	"manufacturer's root"), NULL }
#define HSM_KEY_SERIAL \
	{ "serial", POLICY_TEXT, "serial numbers of our devices: the register of the sites" }

/* Rules with the same words everywhere; each takes its clause. */
#define HSM_RULE_CHAIN(clause) \
	{ "chain", ATTEST_REJECT, clause, \
	N_("no chain of certificates leads from it to a pinned root of the manufacturer"), \
	N_("give every certificate from the device up to the root, and the root itself: only its " \
	"hash is pinned; take the root from the manufacturer itself, and add it to \"roots\" in " \
	"the policy if it is a new one") }
#define HSM_RULE_TIME(clause) \
	{ "time", ATTEST_REJECT, clause, \
	N_("a certificate of its chain was not valid at that second"), \
	N_("judge it as of when it was received; if it was already expired then, ask the " \
	"manufacturer for the certificate that replaced it") }
#define HSM_RULE_BINDING(clause) \
	{ "binding", ATTEST_REJECT, clause, \
	N_("it speaks of another key than the one that was observed"), \
	N_("ask for the statement of the key that the server uses; if there is none, that key " \
	"is not in this module") }
#define HSM_RULE_POSSESSION \
	{ "possession", ATTEST_REJECT, POSSESSION_FORMAT, \
	N_("nothing shows that the key was used after we asked"), \
	N_("have the key sign a fresh nonce (sekimori probe token) and give the answer as " \
	"possession=FILE; or say nonce = \"none\" in the policy and live without freshness") }
#define HSM_RULE_POLICY \
	{ "policy", ATTEST_INDETERMINATE, "RFC 9334, 8.5", \
	N_("no policy says which devices and keys are accepted"), \
	N_("write a section with the name of this kind into the policy " \
	"(sekimori attest --observe makes one of a sample, to be " \
	"reviewed); \"*\" accepts any and shows so") }
#define HSM_RULE_SERIAL(clause) \
	{ "serial", ATTEST_REJECT, clause, \
	N_("the device is not one of those on the sites' register"), \
	N_("compare the serial number with the label of the device on its site; add it to " \
	"\"serial\" in the policy once an officer has seen it there") }

struct x509_st;

/*
 * The one certificate of a role, and behind it in the pool all of "certificates".  NULL: it is
 * not exactly one, or another cannot be read; why says.  The pool's.
 */
struct x509_st *hsm_statement(struct pool *, const struct dossier *, const char *role,
    struct why *);
/* Whether octets are a certificate, PEM or DER, with that extension. */
bool hsm_looks(struct bytes, const char *oid);
/* DER out of PEM of that label, or as it is if it is no PEM; appended.  False: neither. */
bool hsm_unarmour(struct bytes, const char *label, struct buffer *der);

/*
 * The role "possession" against our nonce and the key.  Policy key "nonce": "required" (also if
 * silent) lacks it if it is not given; "none" does without.
 */
bool hold_possession(const struct dossier *, struct appraisal *, size_t rule, struct hash spki);
/* hold_listed_text of what a statement may leave out: NULL is lacking unless any is accepted. */
bool hold_listed_inside(const struct dossier *, struct appraisal *, size_t rule, const char *key,
    const char *value);
/* Every issuer but the root says that it is an authority; at: the first that may leave it out. */
bool hsm_issuers(const struct chain *, size_t excused);
/* Of that many octets exactly: "2.4.0". */
bool hsm_version(struct bytes three, char out[16]);
/* Claims that all of them make; label may be NULL. */
void hsm_claims(struct claims *, const char *vendor, const char *model, const char *serial,
    const char *firmware, struct hash spki, const char *label);

#endif
