/* SPDX-License-Identifier: Apache-2.0 */
/* One judgement for a test: a verifier by name, a dossier and a policy's text; what decided, told. */
#ifndef TESTS_UNIT_ATTEST_ASKED_H
#define TESTS_UNIT_ATTEST_ASKED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/attest.h"
#include "attest/policy.h"

/* text NULL: no policy.  The caller frees the answer. */
static inline struct appraisal *
asked(const char *verifier, struct dossier dossier, const char *text)
{
	struct appraisal *out = memory_new(1, sizeof(*out));
	struct policy *policy = NULL;
	struct why why = { .err = ERR_OK };
	struct buffer whole = { .max = 0 };

	if (text != NULL) {
		buffer_print(&whole, "policy = \"test\"; edition = \"1\"; %s", text);
		if (policy_read("test", bytes_of_buffer(&whole), &policy, &why) != ERR_OK) {
			fprintf(stderr, "%s\n%s\n", why.text, text);
			abort();
		}
	}
	dossier.policy = policy;
	attest_judge(verifier_find(verifier), &dossier, out);
	policy_free(policy);
	buffer_free(&whole);
	if ((out->verdict == ATTEST_ACCEPT) != (out->claims.count > 0) ||
	    (out->verdict == ATTEST_ACCEPT) != (appraisal_rule(out) == NULL))
		abort();
	return out;
}

/* "reject signature", "indeterminate policy", "accept"; frees the answer. */
static inline const char *
asked_text(struct appraisal *answer)
{
	static char text[128];
	const struct rule *rule = appraisal_rule(answer);

	snprintf(text, sizeof(text), "%s%s%s", attest_verdict_name(answer->verdict),
	    rule != NULL ? " " : "", rule != NULL ? rule->name : "");
	free(answer);
	return text;
}

/* "" if it is not claimed. */
static inline const char *
asked_claim(const struct appraisal *answer, const char *name)
{
	static char text[4096];
	struct buffer out = { .max = 0 };

	text[0] = '\0';
	for (size_t i = 0; i < answer->claims.count; i++) {
		if (strcmp(answer->claims.claim[i].name, name) != 0)
			continue;
		claim_print(&out, &answer->claims.claim[i]);
		snprintf(text, sizeof(text), "%s", buffer_text(&out));
	}
	buffer_free(&out);
	return text;
}

#endif
