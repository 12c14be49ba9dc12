/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to the fetch role by number; each ends exactly once. */
#include "monitor/base/cbor.h"
#include "monitor/daemon/engine_fetch.h"

static void
end(struct fetch_call *call, enum err err, uint64_t status, struct bytes body)
{
	struct fetch_call ended = *call;

	*call = (struct fetch_call){ .busy = false };
	ended.then(ended.arg, ended.tag, err, status, body);
}

enum err
fetch_begin(struct fetch_client *client, const struct fetch_post *post, int64_t now_ms,
    fetched *then, void *arg, uint64_t tag)
{
	struct fetch_call *call = NULL;
	struct buffer body = { .max = 0 };
	enum err err;

	for (int i = 0; i < FETCH_CALLS_MAX && call == NULL; i++)
		if (!client->call[i].busy)
			call = &client->call[i];
	if (call == NULL)
		return ERR_BUSY;
	cbor_put_array(&body, 9);
	cbor_put_uint(&body, ++client->last_id);
	cbor_put_cstr(&body, "POST");
	cbor_put_cstr(&body, post->url);
	cbor_put_cstr(&body, post->content_type);
	cbor_put_bytes(&body, post->body);
	cbor_put_cstr(&body, post->trust);
	cbor_put_cstr(&body, post->secret);
	cbor_put_uint(&body, post->octets_max);
	cbor_put_uint(&body, post->time_ms);
	err = port_send(client->port, MESSAGE_FETCH, bytes_of_buffer(&body));
	buffer_free(&body);
	if (err == ERR_OK)
		*call = (struct fetch_call){ .busy = true, .id = client->last_id, .tag = tag,
		    .until_ms = now_ms + (int64_t)post->time_ms + FETCH_GRACE_MS, .then = then,
		    .arg = arg };
	return err;
}

void
fetch_took(struct fetch_client *client, struct bytes body)
{
	struct cbor in = cbor_of(body, true);
	bool four = cbor_array(&in) == 4;
	uint64_t id = cbor_uint(&in), err = cbor_uint(&in), status = cbor_uint(&in);
	struct bytes answer = cbor_bytes(&in);

	if (!four || !cbor_done(&in))
		return;
	for (int i = 0; i < FETCH_CALLS_MAX; i++)
		if (client->call[i].busy && client->call[i].id == id) {
			end(&client->call[i], err < ERR_COUNT ? (enum err)err : ERR_IO, status,
			    answer);
			return;
		}
}

void
fetch_expire(struct fetch_client *client, int64_t now_ms)
{
	for (int i = 0; i < FETCH_CALLS_MAX; i++)
		if (client->call[i].busy && client->call[i].until_ms <= now_ms)
			end(&client->call[i], ERR_TIMEOUT, 0,
			    bytes_of_text("the fetch role did not answer in time"));
}

void
fetch_lost(struct fetch_client *client)
{
	for (int i = 0; i < FETCH_CALLS_MAX; i++)
		if (client->call[i].busy)
			end(&client->call[i], ERR_CLOSED, 0, bytes_of_text("the fetch role ended"));
}
