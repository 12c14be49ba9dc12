/* SPDX-License-Identifier: Apache-2.0 */
/* Google's extension, read; see gcp_instance.h. */
#include <string.h>

#include "attest/der.h"
#include "attest/gcp_instance.h"

enum { ZONE_LETTER = 2 };	/* "-b" */

static bool
name_take(struct bytes *in, struct bytes *out)
{
	if (!der_expect(in, DER_UTF8, out) || out->len == 0 || out->len > GCP_NAME_MAX)
		return false;
	for (size_t i = 0; i < out->len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-.:", out->at[i]) == NULL ||
		    out->at[i] == '\0')
			return false;
	return true;
}

static bool
number_take(struct bytes *in, uint64_t *out)
{
	struct bytes value;

	return der_expect(in, DER_INTEGER, &value) && der_unsigned(value, out);
}

/* [0] version, [1] production, and flags that are not judged here; each may be missing. */
static bool
security_read(struct bytes in, struct gcp_instance *instance)
{
	int last = -1;
	struct der one;

	while (in.len > 0) {
		struct bytes value;

		if (!der_take(&in, &one) || (one.tag & DER_CONTEXT) != DER_CONTEXT ||
		    one.tag <= last)
			return false;
		last = one.tag;
		if (one.tag == DER_CONTEXT && (!number_take(&one.value,
		    &instance->security_version) || one.value.len > 0))
			return false;
		if (one.tag != DER_CONTEXT + 1)
			continue;
		if (!der_only(one.value, DER_BOOLEAN, &value) || value.len != 1 ||
		    (value.at[0] != 0 && value.at[0] != 0xff))
			return false;
		instance->production = value.at[0] == 0xff;
	}
	return true;
}

/* "asia-northeast1-b" is of the region "asia-northeast1". */
static bool
region_of(struct gcp_instance *instance)
{
	struct bytes zone = instance->zone;
	size_t len = zone.len - ZONE_LETTER;

	if (zone.len <= ZONE_LETTER || zone.at[len] != '-' || zone.at[len + 1] < 'a' ||
	    zone.at[len + 1] > 'z' || memchr(zone.at, '-', len) == NULL)
		return false;
	memcpy(instance->region, zone.at, len);
	instance->region[len] = '\0';
	return true;
}

enum err
gcp_instance_read(struct bytes extension, struct gcp_instance *instance, struct why *why)
{
	struct bytes in, outer, inner = { .len = 0 };
	bool good;

	*instance = (struct gcp_instance){ .production = false };
	good = der_only(extension, DER_SEQUENCE, &in) && name_take(&in, &instance->zone) &&
	    number_take(&in, &instance->project_number) && name_take(&in, &instance->project) &&
	    number_take(&in, &instance->instance) && name_take(&in, &instance->name);
	if (good && in.len > 0)
		good = der_only(in, DER_CONTEXT, &outer) &&
		    der_only(outer, DER_SEQUENCE, &inner) && security_read(inner, instance);
	if (!good)
		return why_set(why, ERR_MALFORMED, "the extension " GCP_INSTANCE_OID " does not "
		    "hold zone, project number, project, instance and its name");
	return region_of(instance) ? ERR_OK : why_set(why, ERR_MALFORMED, "the zone \"%.*s\" is "
	    "no name of a zone: a region, a hyphen and one letter", (int)instance->zone.len,
	    (const char *)instance->zone.at);
}
