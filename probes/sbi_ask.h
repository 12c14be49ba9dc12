/* SPDX-License-Identifier: Apache-2.0 */
/* What requests of the SBI probes are made of: paths, authority, what may stand in both. */
#ifndef PROBES_SBI_ASK_H
#define PROBES_SBI_ASK_H

#include "probes/probe.h"

/* A URI of the form TS 29.501 gives to every API: what no function serves is answered 404, where
 * "/" has ended functions that take it apart without a look. */
extern const char sbi_liveness_path[];
extern const char sbi_list_path[];	/* of an NRF (TS 29.510 6.1.3.2) */
extern const char sbi_n32c_path[];	/* of a SEPP (TS 29.573 6.1.4.2) */

bool sbi_printable(const char *);	/* no blanks, no control characters, ASCII */
/* The option authority, or server_name or the address, and the port if it is not the scheme's. */
void sbi_authority(const struct round *, bool tls, char *out, size_t out_len);

#endif
