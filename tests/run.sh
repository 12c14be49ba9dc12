#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# All of it: house rules, unit, property and golden tests under sanitizers, screens, a few seconds
# of each fuzzer, the catalogue, the story, and kill -9 at 25 random points.
# Last line: "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh

tests/deps.sh build lab test || { echo "0 passed, 1 failed"; exit 1; }
mkdir -p build
export COUNTS=$PWD/build/test-counts
: > "$COUNTS"
cores=$(nproc)

section() { echo; echo "== $1, after $SECONDS s"; }

section "house rules"
check "house rules" make --no-print-directory check
section "build with address and undefined behaviour sanitizers"
check "build (asan)" make --no-print-directory -j"$cores" V=asan all
check "docs/records.cddl is what the tables say" sh -c 'build/asan/sekimori help --cddl | diff - docs/records.cddl'
section "unit, property and golden tests"
check "build tests (asan)" make --no-print-directory -j"$cores" V=asan build-tests
make --no-print-directory V=asan unit
check "control packs" build/asan/tests/tools/pack_check monitor/state/packs/*.pack
section "screens"
PROGRAM=build/asan/sekimori tests/screens.sh
section "catalogue"
check "Japanese catalogue is complete" tests/po.sh
section "fuzzers, ${FUZZ_SECONDS:-1} seconds each"
check "build fuzzers" make --no-print-directory -j"$cores" V=fuzz fuzzers
# One seed, so that a run can be repeated; "make fuzz" looks for what is new.
FUZZ_SEED=1 tests/fuzz.sh "${FUZZ_SECONDS:-1}"
section "release build, manual pages"
check "build (release)" make --no-print-directory -j"$cores" all
check "manual pages" sh -c 'mandoc -Tlint -Werror build/release/man/sekimori.8 build/release/man/sekimori.conf.5'
section "evidence of hardware, judged by hand (with sanitizers)"
V=asan tests/attest.sh
if [ "$(id -u)" = 0 ]; then
	section "the story (with sanitizers)"
	V=asan tests/story.sh
	section "wrong input (with sanitizers)"
	V=asan tests/wrong.sh
	check "sekimori-fetch against hostile servers" tests/fetch.sh build/asan
	section "probes against real peers (with sanitizers)"
	V=asan tests/peers.sh
	section "status feeds and metrics (with sanitizers)"
	V=asan tests/feeds.sh
	V=asan tests/downloads.sh
	section "what comes in beside probes (with sanitizers)"
	V=asan tests/intake.sh
	section "upkeep: retention, reloads, another user's state folder (with sanitizers)"
	V=asan tests/upkeep.sh
	section "vantages: one endpoint from three places (with sanitizers)"
	V=asan tests/vantages.sh
	section "an exercise (with sanitizers)"
	V=asan tests/drill.sh
	section "seals: a token's key, an authority, openssl's own judgement (with sanitizers)"
	V=asan tests/seal.sh
	section "keys bound to hardware: a TPM, its witness, the wire (with sanitizers)"
	V=asan tests/keys.sh
	V=asan tests/recorded.sh
	V=asan tests/register.sh
	V=asan tests/enrol.sh
	section "custody of keys: ceremonies, rotations, a maker's statement (with sanitizers)"
	V=asan tests/custody.sh
	section "location: moments, moves, signed tokens, openssl's own judgement (with sanitizers)"
	V=asan tests/location.sh
	section "the monitor's own key: from a file into a token (with sanitizers)"
	V=asan tests/ownkey.sh
	section "kill -9 at ${TORTURE:-25} random points"
	tests/torture.sh "${TORTURE:-25}" && pass "nothing committed was lost" || fail "torture"
else
	skip "the story and torture need root for network namespaces"
fi

passed=$(grep -c '^pass ' "$COUNTS")
failed=$(grep -c '^fail ' "$COUNTS")
skipped=$(grep -c '^skip ' "$COUNTS")
echo
[ "$failed" -eq 0 ] || { echo "failed:"; sed -n 's/^fail /  /p' "$COUNTS"; }
[ "$skipped" -eq 0 ] || { echo "skipped:"; sed -n 's/^skip /  /p' "$COUNTS"; }
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
