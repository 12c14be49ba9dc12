/* SPDX-License-Identifier: Apache-2.0 */
/* A cache of RTR that sends anything, and a list of routes as a configuration may have it. */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/rtr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
look_routes(const char *text)
{
	static struct rtr_route route[RTR_ROUTES_MAX], again[RTR_ROUTES_MAX];
	char out[RTR_ROUTE_TEXT];
	size_t count, one;

	if (rtr_routes_read(text, route, &count, NULL) != ERR_OK)
		return;
	must(count >= 1 && count <= RTR_ROUTES_MAX);
	for (size_t i = 0; i < count; i++) {
		rtr_route_text(&route[i], out);
		must(rtr_routes_read(out, again, &one, NULL) == ERR_OK && one == 1);
		must(again[0].prefix.asn == route[i].prefix.asn);
		rtr_route_hold(&route[i], &again[0].prefix);
		must(rtr_route_state(&route[i]) ==
		    (route[i].prefix.asn == 0 ? RTR_INVALID : RTR_VALID));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	static struct rtr_route route[RTR_ROUTES_MAX];
	struct rtr_pdu pdu;
	struct why why;
	char text[256];
	size_t size;

	(void)!rtr_routes_read("192.0.2.0/24 AS64500", route, &size, NULL);
	while (rtr_read(in, &pdu, &size, &why) == RTR_DONE) {
		must(size >= RTR_HEADER_LEN && size <= in.len);
		must(pdu.text.len == 0 || (pdu.text.at >= in.at &&
		    pdu.text.at + pdu.text.len <= in.at + size));
		must(pdu.prefix.length <= pdu.prefix.max_length &&
		    pdu.prefix.max_length <= pdu.prefix.bits);
		if (pdu.prefix.bits != 0)
			rtr_route_hold(&route[0], &pdu.prefix);
		in = bytes_slice(in, size, in.len);
	}
	if (len < sizeof(text)) {
		memcpy(text, data, len);
		text[len] = '\0';
		look_routes(text);
	}
	return 0;
}
