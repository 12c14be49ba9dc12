/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks in Diameter, and what an answer says; see diameter_ask.h. */
#include <arpa/inet.h>
#include <stdio.h>

#include "probes/diameter_ask.h"
#include "probes/resolve.h"

static struct bytes
address_octets(const struct sockaddr_storage *address)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;

	return address->ss_family == AF_INET6 ? bytes_of(&six->sin6_addr, 16) :
	    bytes_of(&four->sin_addr, 4);
}

enum err
diameter_who_make(const struct round *round, struct diameter_who *d, struct why *why)
{
	const char *host_ip = round_option(round, "host_ip");

	snprintf(d->host, sizeof(d->host), "%s", round_option(round, "origin_host"));
	snprintf(d->realm, sizeof(d->realm), "%s", round_option(round, "origin_realm"));
	if (!diameter_identity_valid(d->host) || !diameter_identity_valid(d->realm))
		return why_set(why, ERR_INVALID, "the options origin_host and origin_realm must be "
		    "names such as monitor.example.net");
	if (host_ip[0] != '\0' && !address_read(host_ip, 0, &d->address))
		return why_set(why, ERR_INVALID, "the option host_ip is not an IP address");
	d->self = (struct diameter_self){ .host = d->host, .realm = d->realm,
	    .product = "sekimori", .application = d->application };
	return diameter_applications_read(round_option(round, "applications"), d->application,
	    &d->self.applications, why);
}

void
diameter_ask_write(const struct round *round, struct diameter_who *d,
    enum diameter_command command, struct diameter_ids ids, struct buffer *out)
{
	if (d->address.ss_family == AF_UNSPEC && !round_local_address(round, &d->address))
		d->address.ss_family = AF_INET;		/* 0.0.0.0 */
	d->self.address = address_octets(&d->address);
	diameter_request_write(&d->self, command, ids, out);
}

static void
text_fact(struct round *round, enum fact fact, struct bytes text)
{
	if (text.at != NULL)
		fact_set_text(round_facts(round), fact, text);
}

/* RFC 6733 6.10: without the AVP it is NO_INBAND_SECURITY; then there is no fact. */
static void
inband_fact(struct round *round, const struct diameter_said *said)
{
	struct bytes list[2];
	size_t count = 0;

	if (said->inband_none)
		list[count++] = bytes_of_text("NO_INBAND_SECURITY");
	if (said->inband_tls)
		list[count++] = bytes_of_text("TLS");
	if (count > 0)
		fact_set_texts(round_facts(round), FACT_DIAMETER_INBAND, list, count);
}

void
diameter_facts(struct round *round, const struct diameter_said *said)
{
	struct fact_set *facts = round_facts(round);
	char text[DIAMETER_APPLICATIONS_MAX][16];
	struct bytes list[DIAMETER_APPLICATIONS_MAX];

	if (said->has_result)
		fact_set_int(facts, FACT_DIAMETER_RESULT, said->result);
	text_fact(round, FACT_DIAMETER_ORIGIN_HOST, said->origin_host);
	text_fact(round, FACT_DIAMETER_ORIGIN_REALM, said->origin_realm);
	text_fact(round, FACT_DIAMETER_PRODUCT, said->product);
	if (said->has_vendor)
		fact_set_int(facts, FACT_DIAMETER_VENDOR, said->vendor);
	if (said->has_firmware)
		fact_set_int(facts, FACT_DIAMETER_FIRMWARE, said->firmware);
	for (size_t i = 0; i < said->applications; i++) {
		snprintf(text[i], sizeof(text[i]), "%u", (unsigned)said->application[i]);
		list[i] = bytes_of_text(text[i]);
	}
	inband_fact(round, said);
	if (said->has_result && (said->result / 1000 == 2 || said->result == DIAMETER_UNKNOWN_PEER))
		fact_set_flag(facts, FACT_DIAMETER_KNOWN, said->result != DIAMETER_UNKNOWN_PEER);
	if (said->applications > 0)
		fact_set_texts(facts, FACT_DIAMETER_APPLICATIONS, list, said->applications);
}

void
diameter_result_text(const struct diameter_said *said, char *out, size_t out_len)
{
	const char *name = diameter_result_name(said->result);
	const char *avp = said->failed_vendor == 0 ? diameter_avp_name(said->failed) : NULL;
	int len = snprintf(out, out_len, "%u%s%s%s", (unsigned)said->result,
	    name != NULL ? " (" : "", name != NULL ? name : "", name != NULL ? ")" : "");

	if (said->has_failed && avp != NULL)
		snprintf(out + len, out_len - (size_t)len, " because of %s", avp);
	else if (said->has_failed)
		snprintf(out + len, out_len - (size_t)len, " because of AVP %u of vendor %u",
		    (unsigned)said->failed, (unsigned)said->failed_vendor);
}

const char *
diameter_remedy(uint32_t result)
{
	switch (result) {
	case 3010:
		return ": it is alive but does not know us; add our origin_host to its peers, or "
		    "set origin_host to a name it knows";
	case 5010:
		return ": it is alive and shares no application with us; set the option "
		    "applications to one it serves";
	case 5017:
		return ": it is alive and accepts no connection of this kind; look at the option "
		    "transport";
	default:
		return "";
	}
}

