#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every fuzzer for some seconds, starting from its corpus; finds go to build/fuzz/found.
# usage: tests/fuzz.sh SECONDS   (make V=fuzz fuzzers comes first); FUZZ_SEED=N repeats a run
set -u
. "$(dirname "$0")/lib.sh"
seconds=${1:-20}
bad=0
mkdir -p build/fuzz/found

for source in tests/fuzz/*.c; do
	name=$(basename "$source" .c)
	new=build/fuzz/corpus/$name
	mkdir -p "$new"
	corpus=tests/fuzz/corpus/$name
	[ -d "$corpus" ] || { fail "$name has no corpus in $corpus"; bad=1; continue; }
	log=build/fuzz/$name.log
	if "build/fuzz/tests/fuzz/$name" -seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
		-print_final_stats=1 -artifact_prefix=build/fuzz/found/ "$new" "$corpus" >"$log" 2>&1; then
		pass "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions"
	else
		fail "$name: see $log"
		tail -n 30 "$log" | sed 's/^/      /'
		bad=1
	fi
done
exit $bad
