/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What judging evidence costs beside the bare cost of its own signatures, on one core, in one run:
 * each kind of evidence with one of its published samples, with a memory that knows the chain (as
 * in a watch over the same machines) and without one (as an auditor sees it once).
 *
 * The bare cost is that of the same calls of libcrypto's signatures with the same keys and octets,
 * kept from the judgement itself; keys and certificates are parsed beforehand.
 */
#include <dlfcn.h>
#include <sys/resource.h>

#include "monitor/base/clock.h"

/* The samples' way into dossiers is that of their test. */
int cases_main(void);
#define main cases_main
#include "tests/unit/test_attest_cases.c"
#undef main

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "attest/chain.h"

enum { CALLS_MAX = 64, ROUND_NS = 400000000, ROUNDS = 3 };

enum call_kind { CALL_OCTETS, CALL_CERTIFICATE, CALL_LIST };

/* One signature that was verified, with all that is needed to verify it again. */
struct call {
	enum call_kind kind;
	EVP_PKEY      *key;
	const EVP_MD  *md;
	int            padding;
	struct buffer  message, signature;
	X509          *certificate;
	X509_CRL      *list;
};

static struct call calls[CALLS_MAX];
static size_t called;
static bool recording;
static int within;		/* calls of libcrypto that were recorded whole */

/* --- libcrypto's own, and what it was asked ---------------------------------------------- */

static void *
libcrypto(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	return found;
}

static struct call *
call_new(enum call_kind kind, EVP_PKEY *key)
{
	struct call *call = &calls[called];

	if (called == CALLS_MAX)
		abort();
	called++;
	*call = (struct call){ .kind = kind, .key = key };
	EVP_PKEY_up_ref(key);
	return call;
}

int
EVP_DigestVerify(EVP_MD_CTX *context, const unsigned char *signature, size_t len,
    const unsigned char *message, size_t message_len)
{
	static int (*real)(EVP_MD_CTX *, const unsigned char *, size_t, const unsigned char *,
	    size_t);
	EVP_PKEY_CTX *part = EVP_MD_CTX_get_pkey_ctx(context);

	if (real == NULL)
		*(void **)&real = libcrypto("EVP_DigestVerify");
	if (recording && within == 0) {
		EVP_PKEY *key = EVP_PKEY_CTX_get0_pkey(part);
		struct call *call = call_new(CALL_OCTETS, key);

		call->md = EVP_MD_CTX_get0_md(context);
		if (EVP_PKEY_is_a(key, "RSA"))
			EVP_PKEY_CTX_get_rsa_padding(part, &call->padding);
		buffer_put(&call->message, message, message_len);
		buffer_put(&call->signature, signature, len);
	}
	return real(context, signature, len, message, message_len);
}

int
X509_verify(X509 *certificate, EVP_PKEY *key)
{
	static int (*real)(X509 *, EVP_PKEY *);
	int good;

	if (real == NULL)
		*(void **)&real = libcrypto("X509_verify");
	if (recording) {
		call_new(CALL_CERTIFICATE, key)->certificate = certificate;
		X509_up_ref(certificate);
	}
	within++;	/* what it calls itself is part of it */
	good = real(certificate, key);
	within--;
	return good;
}

int
X509_CRL_verify(X509_CRL *list, EVP_PKEY *key)
{
	static int (*real)(X509_CRL *, EVP_PKEY *);
	int good;

	if (real == NULL)
		*(void **)&real = libcrypto("X509_CRL_verify");
	if (recording) {
		call_new(CALL_LIST, key)->list = list;
		X509_CRL_up_ref(list);
	}
	within++;
	good = real(list, key);
	within--;
	return good;
}

static void
call_again(const struct call *call)
{
	EVP_MD_CTX *context;
	EVP_PKEY_CTX *part = NULL;
	bool good;

	if (call->kind != CALL_OCTETS) {
		if ((call->kind == CALL_LIST ? X509_CRL_verify(call->list, call->key) :
		    X509_verify(call->certificate, call->key)) != 1)
			abort();
		return;
	}
	context = EVP_MD_CTX_new();
	good = EVP_DigestVerifyInit(context, &part, call->md, NULL, call->key) == 1;
	if (call->padding != 0)
		good = good && EVP_PKEY_CTX_set_rsa_padding(part, call->padding) == 1;
	if (call->padding == RSA_PKCS1_PSS_PADDING)
		good = good && EVP_PKEY_CTX_set_rsa_pss_saltlen(part,
		    RSA_PSS_SALTLEN_AUTO) == 1;
	if (!good || EVP_DigestVerify(context, call->signature.at, call->signature.len,
	    call->message.at, call->message.len) != 1)
		abort();
	EVP_MD_CTX_free(context);
}

static void
calls_forget(void)
{
	for (size_t i = 0; i < called; i++) {
		EVP_PKEY_free(calls[i].key);
		X509_free(calls[i].certificate);
		X509_CRL_free(calls[i].list);
		buffer_free(&calls[i].message);
		buffer_free(&calls[i].signature);
	}
	called = 0;
}

/* --- measuring ---------------------------------------------------------------------------- */

static struct appraisal result;

static void
judge_once(const struct attest_case *c)
{
	attest_judge(c->verifier, &c->dossier, &result);
	if (result.verdict != ATTEST_ACCEPT)
		abort();
}

static void
bare_once(const struct attest_case *c)
{
	(void)c;
	for (size_t i = 0; i < called; i++)
		call_again(&calls[i]);
}

static int64_t
core_ns(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000 +
	    ((int64_t)usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
}

/* Seconds of the core for one, over a while. */
static double
cost(void (*once)(const struct attest_case *), const struct attest_case *c)
{
	int64_t from = core_ns(), ns = 0;
	size_t times = 0;

	while (ns < ROUND_NS) {
		for (int i = 0; i < 8; i++, times++)
			once(c);
		ns = core_ns() - from;
	}
	return (double)ns / 1e9 / (double)times;
}

/* The best of several of each, one after the other, so that a slow moment meets both. */
static void
compare(struct attest_case *c, const char *name, const char *how, bool warm)
{
	double judged = 1e9, bare = 1e9;
	char aim[16] = "-";

	recording = true;
	judge_once(c);
	recording = false;
	if (called == 0) {
		printf("| %-36s | %-5s | %9.0f | %9s | %5s | %-6s |\n", name, how,
		    1 / cost(judge_once, c), "-", "-", aim);
		return;
	}
	for (int i = 0; i < ROUNDS; i++) {
		double one = cost(judge_once, c), other = cost(bare_once, c);

		judged = one < judged ? one : judged;
		bare = other < bare ? other : bare;
	}
	if (warm)
		snprintf(aim, sizeof(aim), "<=1.20");
	printf("| %-36s | %-5s | %9.0f | %9.0f | %5.2f | %-6s | %zu signatures\n", name, how,
	    1 / judged, 1 / bare, judged / bare, aim, called);
	fflush(stdout);
	calls_forget();
}

static void
measure(struct attest_case *c, const char *id)
{
	struct policy *policy;
	struct why why;
	char name[64];
	int64_t at_ms = 0;

	if (time_read(case_text(c, "at"), 0, &at_ms, &why) == ERR_OK)
		c->dossier.at_s = at_ms / 1000;
	if (policy_read(id, bytes_of_buffer(&c->policy), &policy, &why) != ERR_OK)
		abort();
	snprintf(name, sizeof(name), "%s (%s)", c->verifier->set->name, id);
	c->dossier.policy = policy;
	compare(c, name, "cold", false);
	c->dossier.memory = chain_memory_new();
	judge_once(c);
	compare(c, name, "warm", true);
	chain_memory_free(c->dossier.memory);
	policy_free(policy);
}

/* The first sample of each way into a dossier that is accepted. */
static void
samples(void)
{
	for (size_t n = 0; n < sizeof(conversions) / sizeof(conversions[0]); n++)
		for (size_t i = 0; i < json_array_size(cases); i++) {
			const json_t *one = json_array_get(cases, i);
			const char *check = json_string_value(json_object_get(one, "check"));
			const char *id = json_string_value(json_object_get(one, "id"));
			struct attest_case *c;
			bool missing;

			if (strcmp(check, conversions[n].check) != 0 ||
			    strcmp(expected_of(one), "accept") != 0)
				continue;
			c = memory_new(1, sizeof(*c));
			c->args = one;
			c->tamper = json_object_get(one, "tamper");
			case_policy(c, "policy = \"%s\"; edition = \"bench\";\n", id);
			convert(c, check);
			missing = c->missing;
			if (!missing)
				measure(c, id);
			for (size_t f = 0; f < CASE_FILES; f++)
				buffer_free(&c->file[f]);
			buffer_free(&c->policy);
			free(c);
			if (!missing)
				break;
		}
}

int
main(void)
{
	json_t *root = json_load_file("tests/data/attest/expect.json", JSON_REJECT_DUPLICATES,
	    NULL);

	cases = json_object_get(root, "cases");
	if (json_array_size(cases) == 0) {
		fprintf(stderr, "tests/data/attest/expect.json cannot be read\n");
		return 1;
	}
	printf("| %-36s | %-5s | %9s | %9s | %5s | %-6s |\n", "evidence", "chain", "judged/s",
	    "bare/s", "ratio", "aim");
	samples();
	json_decref(root);
	return 0;
}
