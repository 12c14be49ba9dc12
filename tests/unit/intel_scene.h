/* SPDX-License-Identifier: Apache-2.0 */
/* A quote with its collateral on the way to a verdict, for tests of intel-tdx and intel-sgx. */
#ifndef TESTS_UNIT_INTEL_SCENE_H
#define TESTS_UNIT_INTEL_SCENE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/attest.h"
#include "attest/chain.h"
#include "attest/policy.h"
#include "monitor/base/timetext.h"
#include "tests/unit/vectors.h"

#define POLICY_HEAD "policy = \"p\"; edition = \"1\";\n"
#define TD_ANY "mrtd = \"*\"; rtmr0 = \"*\"; rtmr1 = \"*\"; rtmr2 = \"*\"; rtmr3 = \"*\";"
#define TDX_POLICY(more) POLICY_HEAD "intel-tdx = { " more " };"
#define SGX_POLICY(more) POLICY_HEAD "intel-sgx = { " more " };"

enum scene_piece { PIECE_QUOTE, PIECE_INFO, PIECE_IDENTITY, PIECE_CHAIN, PIECE_PCK_CRL,
	PIECE_ROOT_CRL, PIECE_LOG, PIECES };

struct scene {
	const char          *kind;		/* "intel-tdx" */
	struct buffer        piece[PIECES];	/* the scene's; empty: not given */
	struct bytes         nonce;
	const struct hash   *spki;
	int64_t              at_s;
	const char          *policy;		/* whole; NULL: none */
	struct chain_memory *memory;
};

static inline int64_t
scene_second(const char *text)
{
	int64_t ms;

	if (time_read(text, 0, &ms, NULL) != ERR_OK)
		abort();
	return ms / 1000;
}

static inline void
scene_free(struct scene *scene)
{
	for (size_t i = 0; i < PIECES; i++)
		buffer_free(&scene->piece[i]);
}

/* The caller frees. */
static inline struct appraisal *
scene_judge(const struct scene *scene)
{
	static const char *const roles[PIECES] = { "quote", "tcb-info", "qe-identity", "tcb-chain",
		"pck-crl", "root-crl", "log" };
	struct appraisal *a = memory_new(1, sizeof(*a));
	struct dossier dossier = { .nonce = scene->nonce, .spki = scene->spki,
		.at_s = scene->at_s, .memory = scene->memory };
	struct policy *policy = NULL;
	struct why why = { .err = ERR_OK };

	for (size_t i = 0; i < PIECES; i++)
		if (i == PIECE_QUOTE || scene->piece[i].len > 0)
			dossier_put(&dossier, roles[i], bytes_of_buffer(&scene->piece[i]));
	if (scene->policy != NULL && policy_read("p", bytes_of_text(scene->policy), &policy,
	    &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		abort();
	}
	dossier.policy = policy;
	attest_judge(verifier_find(scene->kind), &dossier, a);
	policy_free(policy);
	return a;
}

/* The verdict and the name of the rule that decided, "-" if it was accepted. */
static inline void
scene_is(const struct scene *scene, enum attest_verdict verdict, const char *name)
{
	struct appraisal *a = scene_judge(scene);
	const struct rule *rule = appraisal_rule(a);

	if (a->verdict != verdict || strcmp(rule != NULL ? rule->name : "-", name) != 0)
		print_message("%s by %s (expected %s, found %s), not %s by %s\n",
		    attest_verdict_name(a->verdict), rule != NULL ? rule->name : "-",
		    rule != NULL ? appraisal_step(a)->expected : "-",
		    rule != NULL ? appraisal_step(a)->found : "-",
		    attest_verdict_name(verdict), name);
	assert_int_equal(a->verdict, verdict);
	assert_string_equal(rule != NULL ? rule->name : "-", name);
	assert_true((verdict == ATTEST_ACCEPT) == (a->claims.count > 0));
	free(a);
}

/* The same under another policy, or at another second. */
static inline void
scene_under(const struct scene *scene, const char *policy, enum attest_verdict verdict,
    const char *name)
{
	struct scene other = *scene;

	other.policy = policy;
	scene_is(&other, verdict, name);
}

static inline void
scene_at(const struct scene *scene, const char *at, enum attest_verdict verdict, const char *name)
{
	struct scene other = *scene;

	other.at_s = scene_second(at);
	scene_is(&other, verdict, name);
}

/* The same without one piece, or with another in its place. */
static inline void
scene_with(const struct scene *scene, enum scene_piece piece, struct buffer octets,
    enum attest_verdict verdict, const char *name)
{
	struct scene other = *scene;

	other.piece[piece] = octets;
	scene_is(&other, verdict, name);
}

/* The state of the rule of that name, whatever decided. */
static inline enum step_state
scene_step(const struct scene *scene, const char *name)
{
	struct appraisal *a = scene_judge(scene);
	const struct ruleset *set = a->partition[0].set;
	enum step_state state = STEP_NOT_REACHED;

	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->rule[i].name, name) == 0)
			state = a->step[i].state;
	free(a);
	return state;
}

#endif
