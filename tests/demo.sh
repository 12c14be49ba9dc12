#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make demo: installs what it needs, builds, raises the lab, starts the monitor and opens the screen
# on it.  Without a terminal, or with AUTO=1, plays the story unattended instead.
set -u
cd "$(dirname "$0")/.." || exit 1

if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || { echo "the lab makes network namespaces: run this as root, or install sudo" >&2; exit 1; }
	exec sudo AUTO="${AUTO:-}" DEMO_DIR="${DEMO_DIR:-}" "$0"
fi
tests/deps.sh build lab || exit 1
make --no-print-directory -j"$(nproc)" all || exit 1
if [ "${AUTO:-0}" = 1 ] || [ ! -t 0 ] || [ ! -t 1 ]; then
	KEEP=1 V=release DIR=${DEMO_DIR:-} tests/story.sh; code=$?
	echo; echo "── A key in a TPM, its witness and the wire"
	V=release tests/keys.sh || code=1
	exit $code
fi

dir=$(mktemp -d /tmp/sekimori-demo.XXXXXX)
program=$PWD/build/release/sekimori
finish() {
	[ -z "${pid:-}" ] || { kill "$(cat "$dir/state/lock")" 2>/dev/null; wait "$pid" 2>/dev/null; }
	tests/lab/lab down "$dir/lab" 2>/dev/null
	echo "the ledger is kept in $dir/state; look again with: $program tui --ledger $dir/state/ledger.db"
}
trap finish EXIT
tests/lab/lab up "$dir/lab" || exit 1
"$program" init "$dir/monitor" >/dev/null || exit 1
tests/lab/configure.sh "$dir/lab" "$dir/state" "$dir/monitor/signing-key.pem" > "$dir/monitor/sekimori.conf"
tests/lab/lab exec "$dir/lab" premises "$program" run -c "$dir/monitor/sekimori.conf" 2>"$dir/run.log" &
pid=$!
for _ in $(seq 100); do [ -S "$dir/state/admin.sock" ] && break; sleep 0.1; done
cat <<END
The lab runs: two regions, eighteen servers, three services and their users. In another terminal, try
  $PWD/tests/lab/lab stop $dir/lab upf-tokyo-1      (and "start" again)
  $PWD/tests/lab/lab cut $dir/lab osaka             (and "join" again)
  $PWD/tests/lab/lab expire $dir/lab udm-tokyo-1 20 (and "renew" again)
  $PWD/tests/lab/lab rekey $dir/lab ausf-tokyo-1 soft   (a key leaves its token; and "hsm" again)
  $PWD/tests/lab/lab plain $dir/lab amf-tokyo-1 on      (plaintext is accepted; and "off" again)
  $PWD/tests/lab/lab move $dir/lab udm-tokyo-2 198.51.100.150 (data move; and "home" again)
  $PWD/tests/lab/lab lose $dir/lab hss-osaka-1      (45,000 users of voice; a clock runs; and "find" again)
  $PWD/tests/lab/lab says $dir/lab investigating "We are looking into it."   (the provider's own word)
  $PWD/tests/lab/lab count $dir/lab 61000           (the AMF counts fewer users; 118000 at first)
q leaves the screen and ends the lab.
END
sleep 3
"$program" tui -c "$dir/monitor/sekimori.conf"
