/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of sekimori-witness: a table, its help, and what it says. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/witness/witness.h"

enum { EXIT_WRONG = 2, FIRST = 1000, TPM_ALG_SHA256 = 0x0b, REGISTERS = 24, AUDIENCE_MAX = 200 };

enum row { LISTEN, CERTIFICATE, KEY, TRUST, SPEAKS, TPM, AK, CERTIFY, PCRS, AK_CERTIFICATE,
	EVENT_LOG, DOCUMENT, NSM, IMDS, IMDS_AUDIENCE, IMDS_PLACE, HELP, ROWS };

static const struct { const char *name, *argument, *help; } rows[ROWS] = {
	[LISTEN] = { "listen", "ADDR:PORT", "where monitors ask; [::]:5737 if not given" },
	[CERTIFICATE] = { "certificate", "PEM", "own certificate and those above it (needed)" },
	[KEY] = { "key", "PEM", "its private key (needed)" },
	[TRUST] = { "trust", "PEM", "authorities whose client certificates may ask (needed)" },
	[SPEAKS] = { "speaks", "PEM",
	    "certificate or public key of the watched function; --certificate if not given" },
	[TPM] = { "tpm", "TCTI", "a TPM 2.0: device:/dev/tpmrm0" },
	[AK] = { "ak", "HANDLE", "persistent handle of its attestation key: 0x81010010" },
	[CERTIFY] = { "certify", "HANDLE", "persistent handle of the function's own key in it" },
	[PCRS] = { "pcrs", "BANK:LIST",
	    "registers to quote; sha256:0,1,2,3,4,5,6,7 if not given" },
	[AK_CERTIFICATE] = { "ak-certificate", "FILE", "certificate of the attestation key" },
	[EVENT_LOG] = { "event-log", "FILE",
	    "log of the firmware; the kernel's own if it can be read" },
	[DOCUMENT] = { "file", "KIND:ROLE=FILE",
	    "a piece of evidence, or of what endorses it, that another program puts there" },
	[NSM] = { "nsm", NULL,
	    "asks /dev/nsm of a Nitro Enclave, and keeps CAP_SYS_ADMIN, which its driver wants" },
	[IMDS] = { "imds", "CLOUD",
	    "asks the metadata service of aws, azure or google for its identity document" },
	[IMDS_AUDIENCE] = { "imds-audience", "TEXT",
	    "google: audience of the token, before our challenge; sekimori if not given" },
	[IMDS_PLACE] = { "imds-address", "ADDR:PORT",
	    "for tests: another metadata service than 169.254.169.254:80" },
	[HELP] = { "help", NULL, "this" },
};

static void
help(void)
{
	puts("Usage: sekimori-witness OPTIONS\n\n"
	    "Has the hardware of this machine sign what a monitor asks, and hands it over: mutual\n"
	    "TLS 1.3, one request, one answer.  See docs/witness.md.\n");
	for (size_t i = 0; i < ROWS; i++) {
		char left[40];

		snprintf(left, sizeof(left), "--%s %s", rows[i].name,
		    rows[i].argument != NULL ? rows[i].argument : "");
		printf("  %-24s %s\n", left, rows[i].help);
	}
}

static bool
handle_read(const char *text, uint32_t *out)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	/* TPM_HT_PERSISTENT */
	if (*text == '\0' || *end != '\0' || value < 0x81000000 || value > 0x81ffffff)
		return false;
	*out = (uint32_t)value;
	return true;
}

bool
pcrs_read(const char *text, struct pcrs *out)
{
	static const char *const banks[] = { "sha256:", "sha384:", "sha512:" };
	struct pcrs pcrs = { .registers = 0 };

	for (size_t i = 0; i < sizeof(banks) / sizeof(banks[0]); i++)
		if (strncmp(text, banks[i], strlen(banks[i])) == 0)
			pcrs.bank = (uint16_t)(TPM_ALG_SHA256 + i);
	if (pcrs.bank == 0)
		return false;
	for (text = strchr(text, ':'); *text != '\0'; ) {
		char *end;
		unsigned long pcr;

		if (*++text < '0' || *text > '9')
			return false;
		pcr = strtoul(text, &end, 10);
		if (pcr >= REGISTERS || (*end != ',' && *end != '\0'))
			return false;
		pcrs.registers |= UINT32_C(1) << pcr;
		text = end;
	}
	*out = pcrs;
	return pcrs.registers != 0;
}

static bool
name_read(const char *from, size_t len, char out[WITNESS_NAME_MAX])
{
	if (len == 0 || len >= WITNESS_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (from[i] <= ' ' || from[i] > '~')
			return false;
	memcpy(out, from, len);
	out[len] = '\0';
	return true;
}

static bool
document_read(const char *text, struct settings *settings)
{
	const char *colon = strchr(text, ':');
	const char *equals = colon == NULL ? NULL : strchr(colon, '=');
	struct document *document = &settings->document[settings->documents];

	if (equals == NULL || equals[1] == '\0' || settings->documents == DOCUMENTS_MAX ||
	    !name_read(text, (size_t)(colon - text), document->kind) ||
	    !name_read(colon + 1, (size_t)(equals - colon - 1), document->role))
		return false;
	document->path = equals + 1;
	settings->documents++;
	return true;
}

static bool
audience_good(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~')
			return false;
	return text[0] != '\0' && strlen(text) <= AUDIENCE_MAX;
}

static bool
take(enum row row, const char *value, struct settings *s)
{
	const char **texts[ROWS] = { [LISTEN] = &s->listen, [CERTIFICATE] = &s->certificate,
		[KEY] = &s->key, [TRUST] = &s->trust, [SPEAKS] = &s->speaks, [TPM] = &s->tpm,
		[AK_CERTIFICATE] = &s->ak_certificate, [EVENT_LOG] = &s->event_log };

	if (texts[row] != NULL) {
		*texts[row] = value;
		return *value != '\0';
	}
	switch (row) {
	case AK:
		return handle_read(value, &s->ak);
	case CERTIFY:
		return handle_read(value, &s->certify);
	case PCRS:
		return pcrs_read(value, &s->pcrs);
	case DOCUMENT:
		return document_read(value, s);
	case IMDS:
		s->imds = value;
		return imds_provider(value);
	case IMDS_AUDIENCE:
		s->imds_audience = value;
		return audience_good(value);
	case IMDS_PLACE:
		return imds_address_read(value, &s->imds_place);
	default:
		s->nsm = true;
		return true;
	}
}

static const char default_audience[] = "sekimori";

/* What is missing, or NULL. */
static const char *
lacking(const struct settings *s)
{
	if (s->certificate == NULL || s->key == NULL || s->trust == NULL)
		return "--certificate, --key and --trust are needed: who asks and who answers must "
		    "be known to one another";
	if (s->imds == NULL && (s->imds_audience != default_audience ||
	    s->imds_place.port != IMDS_PORT || strcmp(s->imds_place.host, IMDS_HOST) != 0))
		return "--imds-audience and --imds-address need --imds";
	if (s->tpm == NULL && (s->ak != 0 || s->certify != 0))
		return "--ak and --certify need --tpm";
	if (s->tpm != NULL && s->ak == 0)
		return "--tpm needs --ak: the handle of its attestation key";
	return NULL;
}

int
settings_read(int argc, char **argv, struct settings *out)
{
	struct option options[ROWS + 1] = { 0 };
	const char *missing;
	int got;

	*out = (struct settings){ .listen = "[::]:5737", .imds_audience = default_audience };
	imds_address_read(IMDS_HOST ":80", &out->imds_place);
	pcrs_read("sha256:0,1,2,3,4,5,6,7", &out->pcrs);
	for (int i = 0; i < ROWS; i++)
		options[i] = (struct option){ .name = rows[i].name, .val = FIRST + i,
		    .has_arg = rows[i].argument != NULL ? required_argument : no_argument };
	while ((got = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (got < FIRST)
			return EXIT_WRONG;	/* getopt_long has said it */
		if (got == FIRST + HELP) {
			help();
			return 0;
		}
		if (!take((enum row)(got - FIRST), optarg, out)) {
			fprintf(stderr, "sekimori-witness: --%s: \"%s\" is no %s; see --help\n",
			    rows[got - FIRST].name, optarg, rows[got - FIRST].argument);
			return EXIT_WRONG;
		}
	}
	missing = optind < argc ? "it takes options only; see --help" : lacking(out);
	if (missing == NULL)
		return -1;
	fprintf(stderr, "sekimori-witness: %s\n", missing);
	return EXIT_WRONG;
}
