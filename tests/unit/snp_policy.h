/* SPDX-License-Identifier: Apache-2.0 */
/* A policy that accepts the reports of snp_world.h, with one key said otherwise or not at all. */
#ifndef TESTS_UNIT_SNP_POLICY_H
#define TESTS_UNIT_SNP_POLICY_H

#include "tests/unit/snp_world.h"

#define X22 "222222222222222222222222"
#define X44 "44444444444444444444444444444444"
#define SNP_MEASUREMENT X22 X22 X22 X22
#define SNP_CHIP_HEX X44 X44 X44 X44

/* key NULL: as it is; value NULL: the key is not there; a key that is not of these is added. */
static inline void
snp_section(const struct snp_world *w, const char *key, const char *value, struct buffer *out)
{
	static const struct { const char *key, *value; } good[] = {
		{ "max_vmpl", "0" }, { "measurement", "[\"" SNP_MEASUREMENT "\"]" },
		{ "tcb_milan", "\"bl=4 tee=1 snp=24 ucode=219\"" },
		{ "tcb_genoa", "\"bl=4 snp=24 ucode=200\"" },
		{ "tcb_turin", "\"fmc=2 bl=4 tee=1 snp=24 ucode=219\"" },
		{ "chip", "\"*\"" }, { "regions", "\"*\"" },
	};
	bool said = key == NULL || value == NULL;

	buffer_print(out, "sev-snp = {\n");
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		bool other = key != NULL && strcmp(key, good[i].key) == 0;

		said = said || other;
		if (!other || value != NULL)
			buffer_print(out, "%s = %s;\n", good[i].key,
			    other ? value : good[i].value);
	}
	if (!said)
		buffer_print(out, "%s = %s;\n", key, value);
	if (key == NULL || strcmp(key, "roots") != 0)
		snp_roots(w, out);
	buffer_print(out, "};\n");
}

/* Judges; the caller frees nothing.  appraisal is valid until it is used again. */
static inline void
snp_judge_text(struct snp_world *w, struct buffer *text, const char *verifier,
    struct appraisal *out)
{
	struct policy *policy;
	struct why why = { .err = ERR_OK };

	if (policy_read("test", bytes_of_buffer(text), &policy, &why) != ERR_OK) {
		fprintf(stderr, "%s\n%s\n", why.text, buffer_text(text));
		abort();
	}
	w->dossier.policy = policy;
	attest_judge(verifier_find(verifier), &w->dossier, out);
	w->dossier.policy = NULL;
	policy_free(policy);
}

static inline void
snp_judge(struct snp_world *w, const char *key, const char *value, struct appraisal *out)
{
	buffer_reset(&w->policy);
	buffer_print(&w->policy, "policy = \"t\"; edition = \"1\";\n");
	snp_section(w, key, value, &w->policy);
	snp_judge_text(w, &w->policy, "sev-snp", out);
}

#endif
