/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be told of the options trust, client_certificate and client_key before any round: for
 * the fault and file_check of probes that have them (probe.h).
 */
#ifndef PROBES_TLS_OPTIONS_H
#define PROBES_TLS_OPTIONS_H

#include "monitor/base/bytes.h"

/* NULL, or what is wrong with them together. */
const char *tls_options_fault(const char *(*option)(const void *of, const char *name),
    const void *of);
/* ERR_INVALID: trust or client_certificate has no certificate in PEM; other options are fine. */
MUST_USE enum err tls_options_file(const char *option, const char *path, struct bytes octets,
    struct why *);

#endif
