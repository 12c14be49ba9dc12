/* SPDX-License-Identifier: Apache-2.0 */
/* What requests of the SBI probes are made of; see sbi_ask.h. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "probes/sbi_ask.h"
#include "probes/tls_look.h"

const char sbi_liveness_path[] = "/sekimori/v1/liveness";
const char sbi_list_path[] = "/nnrf-nfm/v1/nf-instances";
const char sbi_n32c_path[] = "/n32c-handshake/v1/exchange-capability";

bool
sbi_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

/* RFC 9110 section 7.2: name and port, the port only if it is not the scheme's own. */
void
sbi_authority(const struct round *round, bool tls, char *out, size_t out_len)
{
	const char *given = round_option(round, "authority"), *name = tls_look_name(round);
	size_t len;
	const struct sockaddr *address = round_address(round, &len);
	unsigned port = ntohs(address->sa_family == AF_INET ?
	    ((const struct sockaddr_in *)address)->sin_port :
	    ((const struct sockaddr_in6 *)address)->sin6_port);
	bool six = strchr(name, ':') != NULL;
	char suffix[8] = "";

	if (port != (tls ? 443 : 80))
		snprintf(suffix, sizeof(suffix), ":%u", port);
	if (given[0] != '\0')
		snprintf(out, out_len, "%s", given);
	else
		snprintf(out, out_len, "%s%s%s%s", six ? "[" : "", name,
		    six ? "]" : "", suffix);
}
