/* SPDX-License-Identifier: Apache-2.0 */
/* Statements of LiquidSecurity modules; see marvell_read.h. */
#include "attest/marvell_read.h"

enum { HEADER = 16, INFO = 8, OBJECT_HEADER = 12, ATTRIBUTE_HEADER = 8 };

static enum err
object_read(struct bytes from, struct marvell_object *out, struct why *why)
{
	struct reader in = reader_of(from);
	uint32_t count, size;

	out->handle = (uint32_t)read_be(&in, 4);
	count = (uint32_t)read_be(&in, 4);
	size = (uint32_t)read_be(&in, 4);
	if (in.failed || size > from.len - OBJECT_HEADER)
		return why_set(why, ERR_LIMIT, "an object of %u octets where %zu are left", size,
		    from.len);
	if (count > MARVELL_ATTRIBUTES)
		return why_set(why, ERR_LIMIT, "%u attributes, more than %d", count,
		    MARVELL_ATTRIBUTES);
	in = reader_of(bytes_slice(from, OBJECT_HEADER, size));
	for (out->count = 0; out->count < count; out->count++) {
		struct marvell_attribute *one = &out->attribute[out->count];

		one->type = (uint32_t)read_be(&in, 4);
		one->value = read_bytes(&in, (size_t)read_be(&in, 4));
	}
	return reader_done(&in) ? ERR_OK : why_set(why, ERR_MALFORMED, "%u attributes do not "
	    "fill the %u octets of their object", count, size);
}

enum err
marvell_read(struct bytes octets, struct marvell *out, struct why *why)
{
	struct reader in = reader_of(octets);
	uint32_t code = (uint32_t)read_be(&in, 4), total, buffer;
	size_t start, offset[MARVELL_OBJECTS];
	enum err err = ERR_OK;

	out->count = 0;
	(void)read_be(&in, 4);
	total = (uint32_t)read_be(&in, 4);
	buffer = (uint32_t)read_be(&in, 4);
	if (in.failed || octets.len > MARVELL_MAX || total != octets.len ||
	    octets.len < HEADER + INFO + MARVELL_SIGNATURE_LEN || buffer < INFO ||
	    buffer > octets.len - MARVELL_SIGNATURE_LEN - HEADER)
		return why_set(why, ERR_LIMIT, "%zu octets; it says %u, %u of them objects",
		    octets.len, total, buffer);
	if (code != 0)
		return why_set(why, ERR_MALFORMED, "the module's return code is %u, not 0", code);
	out->signed_part = bytes_slice(octets, 0, octets.len - MARVELL_SIGNATURE_LEN);
	out->signature = bytes_slice(octets, out->signed_part.len, MARVELL_SIGNATURE_LEN);
	start = out->signed_part.len - buffer;
	in = reader_of(bytes_slice(out->signed_part, start, buffer));
	(void)read_be(&in, 4);
	for (size_t i = 0; i < MARVELL_OBJECTS; i++)
		offset[i] = (size_t)read_be(&in, 2);
	for (size_t i = 0; i < MARVELL_OBJECTS && err == ERR_OK; i++) {
		if (i > 0 && offset[i] == 0)
			break;
		if (offset[i] < INFO || offset[i] > buffer - OBJECT_HEADER ||
		    buffer < INFO + OBJECT_HEADER)
			return why_set(why, ERR_LIMIT, "object %zu would begin at %zu of %u octets",
			    i + 1, offset[i], buffer);
		err = object_read(bytes_slice(out->signed_part, start + offset[i],
		    buffer - offset[i]), &out->object[i], why);
		out->count += err == ERR_OK;
	}
	return err;
}

bool
marvell_value(const struct marvell_object *object, uint32_t type, struct bytes *value)
{
	size_t found = 0;

	for (size_t i = 0; i < object->count; i++) {
		if (object->attribute[i].type != type)
			continue;
		*value = object->attribute[i].value;
		found++;
	}
	return found == 1;
}

bool
marvell_number(const struct marvell_object *object, uint32_t type, uint32_t *out)
{
	struct bytes value;
	struct reader in;

	if (!marvell_value(object, type, &value) || value.len == 0 || value.len > 4)
		return false;
	in = reader_of(value);
	*out = (uint32_t)read_be(&in, (unsigned)value.len);
	return true;
}
