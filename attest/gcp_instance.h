/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Google writes about a machine into the certificate of its attestation key: the extension
 * 1.3.6.1.4.1.11129.2.1.21 (the structure is that of google/go-tpm-tools).  Views, not verified.
 */
#ifndef ATTEST_GCP_INSTANCE_H
#define ATTEST_GCP_INSTANCE_H

#include "monitor/base/bytes.h"

#define GCP_INSTANCE_OID "1.3.6.1.4.1.11129.2.1.21"

enum { GCP_NAME_MAX = 63 };	/* octets of a zone, a project or an instance's name */

struct gcp_instance {
	struct bytes zone, project, name;	/* lower-case letters, digits, '-', '.' and ':' */
	uint64_t     project_number, instance;
	uint64_t     security_version;
	bool         production;		/* absent is false */
	char         region[GCP_NAME_MAX + 1];	/* the zone without its last letter */
};

/* ERR_MALFORMED with a sentence. */
MUST_USE enum err gcp_instance_read(struct bytes extension, struct gcp_instance *, struct why *);

#endif
