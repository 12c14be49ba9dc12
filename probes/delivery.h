/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder into which somebody puts pieces of evidence.  Either the files are in it, or each
 * folder in it is a delivery and the last one by name (in octets) counts.  A file names its role
 * up to the first dot: statement.pem, certificates.1.pem.  Names that begin with a dot, and folders
 * whose name ends with ".tmp", are not looked at; a file that ends so says: the rest is to come.
 *
 * Whoever writes there is a stranger: symbolic links, pipes, devices and folders in a delivery,
 * names of no role, empty files and what is too large refuse the whole delivery with one sentence.
 * A part of a delivery is never judged for the whole.
 */
#ifndef PROBES_DELIVERY_H
#define PROBES_DELIVERY_H

#include "attest/envelope.h"
#include "monitor/base/hash.h"

enum {
	DELIVERY_NAME   = 128,		/* octets of a name, with its NUL */
	DELIVERY_LOOKED = 4096,		/* names of one folder; more are refused */
	DELIVERY_FILES  = 16,		/* of one delivery; options may bring more (ITEM_MAX) */
	DELIVERY_OCTETS = 900 << 10	/* of all files: they are recorded as one blob */
};

struct delivery_file {
	char          name[DELIVERY_NAME], role[ENVELOPE_NAME_MAX];
	struct hash   state;		/* identity, size and times */
	int64_t       placed_ms;	/* when the kernel last saw it changed (ctime), UTC */
	struct buffer octets;		/* after delivery_read */
};

struct delivery {
	char                 name[DELIVERY_NAME];	/* of its folder; "": files in the folder */
	struct hash          state;	/* of all names, sizes and times: equal, so nothing moved */
	struct hash          content;	/* after delivery_read: of roles and octets */
	size_t               files;
	struct delivery_file file[DELIVERY_FILES];	/* ascending by name */
};

/*
 * What is there now; reads no file.  ERR_NOT_FOUND: no such folder, or nothing in it; ERR_BUSY: it
 * says itself that it is not whole; ERR_DENIED, ERR_INVALID, ERR_LIMIT, ERR_IO: refused.
 */
MUST_USE enum err delivery_look(const char *folder, const struct verifier *, struct delivery *,
    struct why *);
/* The octets of what was looked at; ERR_BUSY: it is no longer the same. */
MUST_USE enum err delivery_read(const char *folder, struct delivery *, struct why *);
void delivery_free(struct delivery *);

#endif
