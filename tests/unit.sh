#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs cmocka programs and counts their tests.  usage: tests/unit.sh PROGRAM...
set -u
. "$(dirname "$0")/lib.sh"
bad=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for program in "$@"; do
	name=$(basename "$program")
	limit=${TEST_SECONDS:-300} given=
	timeout "$limit" "$program" >"$log" 2>&1
	code=$?
	# Peers that a test starts may be late on a loaded machine: then every deadline is longer, and all has to hold again.
	if [ $code -ne 0 ] && grep -q LAB_PATIENCE "$program"; then
		echo "again $name: $(grep -cE '^\[  ERROR   \]' "$log") failed; once more with eight times the time for peers"
		grep -A 1 '^\[  ERROR   \]' "$log" | head -n 12 | sed 's/^/      /'
		given=", given eight times the time"
		LAB_PATIENCE=8 timeout $((limit * 3)) "$program" >"$log" 2>&1
		code=$?
	fi
	passed=$(grep -c '^\[       OK \]' "$log")
	failed=$(grep '^\[  FAILED  \] [a-z_0-9]*$' "$log" | sort -u | wc -l)
	skipped=$(grep -c '^\[  SKIPPED \]' "$log")
	for i in $(seq "$passed"); do echo "pass $name" >> "$COUNTS"; done
	for i in $(seq "$skipped"); do echo "skip $name" >> "$COUNTS"; done
	# A program that ends badly, or without having run anything, has failed.
	if [ $code -ne 0 ] || [ "$passed" -eq 0 ]; then
		[ "$failed" -gt 0 ] || failed=1
		for i in $(seq "$failed"); do echo "fail $name" >> "$COUNTS"; done
		echo "FAIL  $name: exit $code, $passed passed, $failed failed"
		# What a sanitizer says of the test that ended early would push the cause out of sight.
		grep -A 1 '^\[  ERROR   \]' "$log" | head -n 30 | sed 's/^/      /'
		grep -vE '^\[( RUN|       OK|==========)' "$log" | tail -n 60 | sed 's/^/      /'
		bad=1
	else
		echo "ok    $name: $passed passed$([ "$skipped" -gt 0 ] && echo ", $skipped skipped")$given"
	fi
done
exit $bad
