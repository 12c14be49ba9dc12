#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each probe against real peers, good and bad: every tests/peers/*.sh in a network namespace and a folder of its own.
# They find the program in $program, the folder in $dir, and check, pass, fail of lib.sh; what they start ends with them.
# usage: tests/peers.sh [NAME...]
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
export V=${V:-release}
broken=0
# Where there is a network: the namespaces have none.  Those who need it say what is missing.
tests/lab/openssl35.sh >/dev/null 2>&1
tests/lab/strongswan6.sh >/dev/null 2>&1
for script in tests/peers/*.sh; do
	name=$(basename "$script" .sh)
	[ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
	dir=$(mktemp -d "/tmp/sekimori-peers-$name.XXXXXX")
	export dir name program=$PWD/build/$V/sekimori COUNTS
	# A process namespace of its own: when the script ends, so does whatever it started.
	timeout "${PEERS_SECONDS:-400}" unshare --net --mount --pid --fork --kill-child --mount-proc bash -c '
		ip link set lo up; . tests/lib.sh; peer_failed=0
		fail() { echo "FAIL  $*"; echo "fail $*" >> "$COUNTS"; peer_failed=1; }
		. "tests/peers/$name.sh"; exit $peer_failed' || { broken=1; fail "tests/peers/$name.sh ended with $?"; }
	[ -n "${KEEP:-}" ] || rm -rf "$dir"
done
exit $broken
