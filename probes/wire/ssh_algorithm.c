/* SPDX-License-Identifier: Apache-2.0 */
/* What SSH algorithms are worth: by name, and by parts of names no table knows. */
#include <string.h>

#include "probes/wire/ssh.h"

struct row {
	enum ssh_class class;
	const char    *name;
	bool           pq;
	const char    *weakness;
};

static const struct row rows[] = {
#define SSH_ALGORITHM(class, name, pq, weakness, level) \
	{ SSH_CLASS_##class, name, pq, weakness },
#include "probes/wire/ssh_algorithm_list.h"
};

static const struct row *
row_of(enum ssh_class class, struct bytes name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].class == class && bytes_equal(name, bytes_of_text(rows[i].name)))
			return &rows[i];
	return NULL;
}

static bool
has(struct bytes name, const char *part)
{
	return memmem(name.at, name.len, part, strlen(part)) != NULL;
}

/* Vendors' names and those with a suffix: "gss-group1-sha1-toWM5Slw5Ew8Mqkay+al2g==". */
static const char *
weakness_by_part(enum ssh_class class, struct bytes name)
{
	switch (class) {
	case SSH_CLASS_KEX:
		return has(name, "group1-") ? "a group of 1024 bits" :
		    has(name, "-sha1") ? "SHA-1" : NULL;
	case SSH_CLASS_HOSTKEY:
		return has(name, "ssh-dss") ? "DSA of 1024 bits and SHA-1" :
		    has(name, "ssh-rsa") ? "a signature over SHA-1" : NULL;
	case SSH_CLASS_CIPHER:
		return has(name, "arcfour") ? "RC4" : has(name, "des") ? "DES" :
		    has(name, "-cbc") ? "CBC" : NULL;
	default:
		return has(name, "md5") ? "MD5" : NULL;
	}
}

const char *
ssh_weakness(enum ssh_class class, struct bytes name)
{
	const struct row *row = row_of(class, name);

	return row != NULL ? row->weakness : weakness_by_part(class, name);
}

bool
ssh_post_quantum(struct bytes kex)
{
	const struct row *row = row_of(SSH_CLASS_KEX, kex);

	return row != NULL ? row->pq : has(kex, "mlkem") || has(kex, "sntrup");
}

bool
ssh_strict(const struct ssh_offer *offer)
{
	return ssh_names_have(offer->list[SSH_KEX], "kex-strict-s-v00@openssh.com");
}

static bool
any_has(struct bytes list, const char *part)
{
	struct bytes name;

	while (ssh_name_next(&list, &name))
		if (has(name, part))
			return true;
	return false;
}

bool
ssh_terrapin(const struct ssh_offer *offer)
{
	if (ssh_strict(offer))
		return false;
	for (unsigned way = 0; way < 2; way++)
		if (any_has(offer->list[SSH_CIPHER_OUT + way], "chacha20-poly1305") ||
		    (any_has(offer->list[SSH_CIPHER_OUT + way], "-cbc") &&
		    any_has(offer->list[SSH_MAC_OUT + way], "-etm@")))
			return true;
	return false;
}
