/* SPDX-License-Identifier: Apache-2.0 */
/* Reports and levels of AMD SEV-SNP; see snp_read.h. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "attest/snp_read.h"

enum { NUMBER = 72, P384 = 48 };

static uint64_t
little(struct bytes octets, size_t from, unsigned count)
{
	uint64_t value = 0;

	assert(from + count <= octets.len);
	while (count-- > 0)
		value = value << 8 | octets.at[from + count];
	return value;
}

bool
snp_report_read(struct bytes in, struct snp_report *out)
{
	uint32_t keys;

	if (in.len != SNP_LEN)
		return false;
	keys = (uint32_t)little(in, 0x48, 4);
	*out = (struct snp_report){
		.version = (uint32_t)little(in, 0x00, 4), .policy = little(in, 0x08, 8),
		.vmpl = (uint32_t)little(in, 0x30, 4), .algorithm = (uint32_t)little(in, 0x34, 4),
		.current_tcb = bytes_slice(in, 0x38, SNP_TCB), .platform = little(in, 0x40, 8),
		.author_key = (keys & 1) != 0, .signer = keys >> 2 & 7,
		.report_data = bytes_slice(in, 0x50, 64), .measurement = bytes_slice(in, 0x90, 48),
		.host_data = bytes_slice(in, 0xc0, 32), .id_key_digest = bytes_slice(in, 0xe0, 48),
		.author_key_digest = bytes_slice(in, 0x110, 48),
		.report_id = bytes_slice(in, 0x140, 32),
		.reported_tcb = bytes_slice(in, 0x180, SNP_TCB),
		.chip_id = bytes_slice(in, 0x1a0, SNP_CHIP),
		.committed_tcb = bytes_slice(in, 0x1e0, SNP_TCB),
		.launch_tcb = bytes_slice(in, 0x1f0, SNP_TCB),
		.covered = bytes_slice(in, 0, SNP_SIGNED),
		.r = bytes_slice(in, SNP_SIGNED, NUMBER),
		.s = bytes_slice(in, SNP_SIGNED + NUMBER, NUMBER),
		.rest = bytes_slice(in, SNP_SIGNED + 2 * NUMBER, SNP_LEN)
	};
	return true;
}

bool
snp_zero(struct bytes octets)
{
	for (size_t i = 0; i < octets.len; i++)
		if (octets.at[i] != 0)
			return false;
	return true;
}

bool
snp_number(struct bytes number, uint8_t out[P384])
{
	assert(number.len >= P384);
	for (size_t i = 0; i < P384; i++)
		out[i] = number.at[P384 - 1 - i];
	return snp_zero(bytes_slice(number, P384, number.len));
}

/* --- levels ------------------------------------------------------------------------------- */

static const struct {
	const char *name, *key;
	int8_t      part[SNP_TCB];	/* what each octet is; -1: reserved */
} families[SNP_FAMILIES] = {
	[SNP_MILAN] = { "Milan", "tcb_milan",
	    { SNP_BL, SNP_TEE, -1, -1, -1, -1, SNP_SNP, SNP_UCODE } },
	[SNP_GENOA] = { "Genoa", "tcb_genoa",
	    { SNP_BL, SNP_TEE, -1, -1, -1, -1, SNP_SNP, SNP_UCODE } },
	[SNP_TURIN] = { "Turin", "tcb_turin",
	    { SNP_FMC, SNP_BL, SNP_TEE, SNP_SNP, -1, -1, -1, SNP_UCODE } },
};

static const char *const parts[SNP_PARTS] = { [SNP_FMC] = "fmc", [SNP_BL] = "bl",
	[SNP_TEE] = "tee", [SNP_SNP] = "snp", [SNP_UCODE] = "ucode" };

enum snp_family
snp_family(const char *product)
{
	static const struct { const char *name; enum snp_family family; } products[] = {
		{ "Milan", SNP_MILAN }, { "Genoa", SNP_GENOA }, { "Siena", SNP_GENOA },
		{ "Turin", SNP_TURIN }
	};
	size_t len = strcspn(product, "-");

	for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++)
		if (strlen(products[i].name) == len &&
		    strncmp(products[i].name, product, len) == 0)
			return products[i].family;
	return SNP_FAMILIES;
}

const char *
snp_family_name(enum snp_family family)
{
	return families[family].name;
}

const char *
snp_floor_key(enum snp_family family)
{
	return families[family].key;
}

bool
snp_tcb_read(enum snp_family family, struct bytes octets, struct snp_tcb *out)
{
	bool good = true;

	assert(octets.len == SNP_TCB);
	*out = (struct snp_tcb){ { 0 } };
	for (size_t i = 0; i < SNP_TCB; i++) {
		int part = families[family].part[i];

		if (part >= 0)
			out->part[part] = octets.at[i];
		else
			good = good && octets.at[i] == 0;
	}
	return good;
}

void
snp_tcb_text(enum snp_family family, const struct snp_tcb *tcb, char out[SNP_TCB_TEXT])
{
	size_t used = 0;

	for (size_t i = family == SNP_TURIN ? SNP_FMC : SNP_BL; i < SNP_PARTS; i++)
		used += (size_t)snprintf(out + used, SNP_TCB_TEXT - used, "%s%s=%u",
		    used > 0 ? " " : "", parts[i], tcb->part[i]);
}

/* One "bl=4"; the number of its part, or SNP_PARTS. */
static size_t
word_read(enum snp_family family, const char *word, size_t len, uint8_t *level)
{
	unsigned value = 0;

	for (size_t i = family == SNP_TURIN ? SNP_FMC : SNP_BL; i < SNP_PARTS; i++) {
		size_t at = strlen(parts[i]);

		if (len <= at + 1 || len > at + 4 || strncmp(word, parts[i], at) != 0 ||
		    word[at] != '=')
			continue;
		for (at++; at < len && word[at] >= '0' && word[at] <= '9'; at++)
			value = 10 * value + (unsigned)(word[at] - '0');
		*level = (uint8_t)value;
		return at == len && value <= UINT8_MAX ? i : SNP_PARTS;
	}
	return SNP_PARTS;
}

bool
snp_floor_read(enum snp_family family, const char *text, struct snp_tcb *out)
{
	bool seen[SNP_PARTS] = { false };

	*out = (struct snp_tcb){ { 0 } };
	do {
		size_t len = strcspn(text, " ");
		uint8_t level = 0;
		size_t part = word_read(family, text, len, &level);

		if (part == SNP_PARTS || seen[part])
			return false;
		seen[part] = true;
		out->part[part] = level;
		text += len;
		text += strspn(text, " ");
	} while (*text != '\0');
	return true;
}

bool
snp_tcb_reaches(const struct snp_tcb *tcb, const struct snp_tcb *floor)
{
	for (size_t i = 0; i < SNP_PARTS; i++)
		if (tcb->part[i] < floor->part[i])
			return false;
	return true;
}
