/* SPDX-License-Identifier: Apache-2.0 */
/* Files on their way into a dossier; see attest_files.h. */
#include <string.h>
#include <zlib.h>

#include "attest/chain.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "reports/attest_files.h"

enum { FILE_MAX = 4 << 20, GZIP_WINDOW = 15 + 16 };

/* --- reading ------------------------------------------------------------------------------ */

static enum err
gunzip(struct attest_file *file, struct why *why)
{
	struct buffer plain = { .max = FILE_MAX };
	z_stream stream = { .next_in = file->octets.at, .avail_in = (uInt)file->octets.len };
	uint8_t part[16384];
	int got;

	if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
		return why_set(why, ERR_IO, _("zlib could not begin"));
	do {
		stream.next_out = part;
		stream.avail_out = sizeof(part);
		got = inflate(&stream, Z_NO_FLUSH);
		if (got == Z_OK || got == Z_STREAM_END)
			buffer_put(&plain, part, sizeof(part) - stream.avail_out);
	} while (got == Z_OK && !plain.failed);
	inflateEnd(&stream);
	buffer_free(&file->octets);
	file->octets = plain;
	if (plain.failed)
		return why_set(why, ERR_LIMIT, _("%.200s unpacks to more than %d octets"),
		    file->path, FILE_MAX);
	return got == Z_STREAM_END ? ERR_OK : why_set(why, ERR_MALFORMED,
	    _("%.200s begins as a gzip file and cannot be unpacked; fetch it again"), file->path);
}

enum err
attest_file_read(struct attest_file *file, const char *argument, struct why *why)
{
	const char *equal = strchr(argument, '=');
	size_t len = equal != NULL ? (size_t)(equal - argument) : 0;
	enum err err;

	file->role[0] = '\0';
	file->path = argument;
	file->octets = (struct buffer){ .max = FILE_MAX };
	/* A path may have an equals sign, a role has neither slash nor dot. */
	if (equal != NULL && len < sizeof(file->role) && len > 0 &&
	    strcspn(argument, "/.") > len) {
		memcpy(file->role, argument, len);
		file->role[len] = '\0';
		file->path = equal + 1;
	}
	err = file_read(file->path, FILE_MAX, &file->octets, why);
	if (err != ERR_OK)
		return err;
	file->hash = hash_of(bytes_of_buffer(&file->octets));
	return file->octets.len > 2 && file->octets.at[0] == 0x1f && file->octets.at[1] == 0x8b ?
	    gunzip(file, why) : ERR_OK;
}

/* --- roles -------------------------------------------------------------------------------- */

static bool
is_evidence(const struct attest_file *file, const struct attest_role *role)
{
	return file->octets.len > 0 && role->looks != NULL &&
	    (file->role[0] == '\0' || strcmp(file->role, role->name) == 0) &&
	    role->looks(bytes_of_buffer(&file->octets));
}

/* The verifier whose evidence is among the files. */
static const struct verifier *
recognise(const struct attest_file *file, size_t files)
{
	size_t count;
	const struct verifier *const *table = verifier_table(&count);

	for (size_t v = 0; v < count; v++)
		for (size_t i = 0; i < files; i++)
			if (is_evidence(&file[i], &table[v]->role[0]))
				return table[v];
	return NULL;
}

static const struct attest_role *
role_find(const struct verifier *verifier, const char *name)
{
	for (const struct attest_role *role = verifier->role; role->name != NULL; role++)
		if (strcmp(role->name, name) == 0)
			return role;
	return NULL;
}

static bool
taken(const struct attest_file *file, size_t files, const char *role)
{
	for (size_t i = 0; i < files; i++)
		if (strcmp(file[i].role, role) == 0)
			return true;
	return false;
}

/* Certificates and lists find each other in a pool: any role of that sort does. */
static const struct attest_role *
pool_role(const struct verifier *verifier, struct bytes octets)
{
	static const char *const certificates[] = { "certificates", "chain", "certificate" };
	static const char *const lists[] = { "crl", "lists", "root-crl" };
	struct pool pool = { .certificates = 0 };
	struct dossier none = { .count = 0 };
	const struct attest_role *role = NULL;
	bool good = pool_add(&pool, &none, octets, NULL) == ERR_OK;
	const char *const *names = pool.certificates > 0 ? certificates : lists;

	for (size_t i = 0; good && role == NULL && i < 3; i++)
		role = role_find(verifier, names[i]);
	pool_free(&pool);
	return role;
}

static enum err
role_give(struct attest_file *file, size_t files, size_t at, const struct verifier *verifier,
    struct why *why)
{
	struct bytes octets = bytes_of_buffer(&file[at].octets);
	const struct attest_role *found = NULL;

	for (const struct attest_role *role = verifier->role; found == NULL && role->name != NULL;
	    role++)
		if (role->looks != NULL && !taken(file, files, role->name) && role->looks(octets))
			found = role;
	if (found == NULL)
		found = pool_role(verifier, octets);
	if (found == NULL)
		return why_set(why, ERR_INVALID, _("what %.160s is cannot be told from its "
		    "octets; write ROLE=%.60s with a role of \"sekimori attest --kinds\" under "
		    "%s"), file[at].path, file[at].path, verifier->set->name);
	memcpy(file[at].role, found->name, strlen(found->name) + 1);
	return ERR_OK;
}

static enum err
roles_check(const struct attest_file *file, size_t files, const struct verifier *verifier,
    struct why *why)
{
	for (size_t i = 0; i < files; i++)
		if (role_find(verifier, file[i].role) == NULL)
			return why_set(why, ERR_INVALID, _("\"%s\" has no role \"%s\"; see "
			    "\"sekimori attest --kinds\""), verifier->set->name, file[i].role);
	return ERR_OK;
}

enum err
attest_files_assign(struct attest_file *file, size_t files, const char *kind,
    const struct verifier **verifier, struct dossier *dossier, struct why *why)
{
	enum err err = ERR_OK;

	*verifier = kind != NULL ? verifier_find(kind) : recognise(file, files);
	if (*verifier == NULL)
		return why_set(why, ERR_INVALID, kind != NULL ? _("there is no kind of evidence "
		    "\"%.80s\"; \"sekimori attest --kinds\" lists them") : _("none of the files is "
		    "evidence of a kind that is told by its octets%.0s; name it with --kind and "
		    "ROLE=FILE, see \"sekimori attest --kinds\""), kind != NULL ? kind : "");
	for (size_t i = 0; i < files && err == ERR_OK; i++)
		if (file[i].role[0] == '\0')
			err = role_give(file, files, i, *verifier, why);
	if (err == ERR_OK)
		err = roles_check(file, files, *verifier, why);
	for (size_t i = 0; i < files && err == ERR_OK; i++)
		dossier_put(dossier, file[i].role, bytes_of_buffer(&file[i].octets));
	return err;
}

const struct attest_role *
attest_files_lack(const struct attest_file *file, size_t files, const struct verifier *verifier,
    const struct attest_role *last)
{
	const struct attest_role *role = last == NULL ? verifier->role : last + 1;

	for (; role->name != NULL; role++)
		if (role->required && !taken(file, files, role->name))
			return role;
	return NULL;
}

enum err
attest_policy_any(struct policy **out, struct why *why)
{
	struct buffer text = { .max = POLICY_MAX };
	size_t count;
	const struct verifier *const *table = verifier_table(&count);
	enum err err;

	buffer_put_text(&text, "policy = \"any\"; edition = \"observe\";\n");
	for (size_t i = 0; i < count; i++) {
		buffer_print(&text, "%s = { nonce = \"none\"; crl = \"if_given\";\n",
		    table[i]->set->name);
		for (const struct policy_key *key = table[i]->key; key->name != NULL; key++)
			if (strcmp(key->name, "max_vmpl") == 0)
				buffer_put_text(&text, "max_vmpl = 3;\n");
			else if (key->kind == POLICY_HEX || key->kind == POLICY_TEXT)
				buffer_print(&text, "%s = [ \"*\" ];\n", key->name);
		buffer_put_text(&text, "};\n");
	}
	err = policy_read("observe", bytes_of_buffer(&text), out, why);
	buffer_free(&text);
	return err;
}
