/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a signal is about: names, aliases and addresses of the plan's instances, looked
 * up by what a sender calls itself.  A word that fits two of them fits none.  Pure.
 */
#ifndef MONITOR_INTAKE_SUBJECT_H
#define MONITOR_INTAKE_SUBJECT_H

#include "monitor/intake/incoming.h"
#include "monitor/state/plan.h"

struct subject_names;

struct subject_names *subject_names_new(const struct plan *);	/* keeps nothing of the plan */
void subject_names_free(struct subject_names *);
/*
 * "instance:amf-1", or "" if nobody knows; a subject as records have it ("site:tokyo") is itself.
 * Letter case does not matter; a port behind the word and a domain behind the name are passed over
 * if the whole is not known.  Lives as long as subjects.
 */
const char *subject_of(const struct subject_names *, struct bytes word);
/* Fills in->subject with fixed, if it is not empty, else by the words in turn, else by sender. */
void subject_put(const struct subject_names *, const char *fixed, const struct bytes *word,
    size_t words, struct incoming *in);

#endif
