/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SGX quote of a simulated Intel with its collateral, laid out as attest_samples does: of the
 * published quotes of enclaves the one with collateral is of a debug enclave.
 *
 * usage: attest_intel DIR    lays out DIR/sgx
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/stat.h>

#include "tests/unit/intel_lab.h"

static void
put(const char *folder, const char *name, struct bytes octets)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (file == NULL || fwrite(octets.at, 1, octets.len, file) != octets.len ||
	    fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	static const char *const roles[] = { "quote", "tcb-info", "qe-identity", "tcb-chain",
		"pck-crl", "root-crl" };
	struct intel_lab lab = lab_make();
	struct intel_order order = lab_order(3, QUOTE_SGX);
	struct buffer files = { .max = 0 };
	char pin[80], keys[100], folder[256];
	struct scene scene;

	if (argc != 2) {
		fprintf(stderr, "usage: attest_intel DIR\n");
		return 2;
	}
	scene = lab_scene(&lab, &order, pin);
	snprintf(folder, sizeof(folder), "%s/sgx", argv[1]);
	if (mkdir(folder, 0777) != 0) {
		perror(folder);
		return 1;
	}
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		put(folder, roles[i], bytes_of_buffer(&scene.piece[i]));
		buffer_print(&files, "%s=%s/%s\n", roles[i], folder, roles[i]);
	}
	snprintf(keys, sizeof(keys), "\"%s\"", pin);
	put(folder, "root.intel-sgx", bytes_of_text(keys));
	put(folder, "files", bytes_of_buffer(&files));
	buffer_free(&files);
	scene_free(&scene);
	lab_free(&lab);
	return 0;
}
