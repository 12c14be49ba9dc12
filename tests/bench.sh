#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make bench: our figures beside their rivals, measured in one run on this machine.  Ratios are of
# this run; absolute figures are this machine's.  SKIP_SCALE=1 leaves out the ten-minute part.
set -u
cd "$(dirname "$0")/.." || exit 1
tests/deps.sh build lab bench || exit 1
make --no-print-directory -j"$(nproc)" all build-benches || exit 1
b=build/release/tests/bench

echo "machine: $(nproc) cores, $(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -n 1), $(openssl version | cut -d' ' -f1-2), $(uname -r)"
echo
echo "## Ledger"
"$b/bench_ledger"
echo
echo "## Facts fold, replay"
"$b/bench_fold"
echo
echo "## Any moment of a long past"
"$b/bench_replay"
echo
echo "## Screen"
"$b/bench_tui"
echo
echo "## Judgement"
"$b/bench_judge"
echo
echo "## Filing, verification of its bundle"
"$b/bench_filing"
"$b/bench_verify"
echo
echo "## Attestation: verifications of one core beside their bare signatures"
"$b/bench_attest"
"$b/bench_attest_keys"
echo
echo "## Addresses in published ranges, beside libmaxminddb"
"$b/bench_ranges"
echo
echo "## Documents"
"$b/bench_press"
if [ "$(id -u)" = 0 ]; then
	echo
	echo "## Probes"
	tests/bench/probes.sh
	echo
	echo "## Paths: PFCP, GTP, Diameter, ICMP"
	tests/bench/paths.sh
	echo
	echo "## TLS, all that is accepted"
	tests/bench/tls_deep.sh
	echo
	echo "## Bounds of distance"
	tests/bench/distance.sh
	[ "${SKIP_SCALE:-0}" = 1 ] || { echo; echo "## Ten thousand targets"; tests/bench/scale.sh; }
else
	echo "the probe and scale figures need root for network namespaces" >&2
fi
