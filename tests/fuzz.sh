#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every fuzzer for some seconds, starting from its corpus; finds go to build/fuzz/found.
# usage: tests/fuzz.sh SECONDS   (make V=fuzz fuzzers comes first); FUZZ_SEED=N repeats a run
set -u
. "$(dirname "$0")/lib.sh"
seconds=${1:-20}
bad=0
mkdir -p build/fuzz/found
# What is freed is kept long enough for one execution, and a stack of its making short: a third faster.
export ASAN_OPTIONS="${ASAN_OPTIONS:-quarantine_size_mb=16:malloc_context_size=4}"

for source in tests/fuzz/*.c; do
	name=$(basename "$source" .c)
	longest=65536
	# Twice the longest evidence there is; what is longer only takes longer.
	case $name in fuzz_attest_*) longest=16384 ;; esac
	new=build/fuzz/corpus/$name
	mkdir -p "$new"
	corpus=tests/fuzz/corpus/$name
	[ -d "$corpus" ] || { fail "$name has no corpus in $corpus"; bad=1; continue; }
	log=build/fuzz/$name.log
	if "build/fuzz/tests/fuzz/$name" -seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=$longest \
		-print_final_stats=1 -artifact_prefix=build/fuzz/found/ "$new" "$corpus" >"$log" 2>&1; then
		pass "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions"
	else
		fail "$name: see $log"
		tail -n 30 "$log" | sed 's/^/      /'
		bad=1
	fi
done
exit $bad
