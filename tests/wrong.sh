#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Wrong input, on the real program with a real state: each must get one clear sentence and lose
# nothing.  A second daemon, a key others can read, a literal secret, a full disk, a reload with a
# fault, a reload that works.  usage: V=asan tests/wrong.sh
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=$PWD/build/${V:-asan}/sekimori
dir=$(mktemp -d /tmp/sekimori-wrong.XXXXXX)
lab() { tests/lab/lab "$1" "$dir/lab" "${@:2}"; }
pid= running=$dir/state

finish() {
	[ -z "$pid" ] || { kill "$(cat "$running/lock")" 2>/dev/null; wait "$pid" 2>/dev/null; }
	lab down 2>/dev/null
	mountpoint -q "$dir/small" 2>/dev/null && umount "$dir/small"
	rm -rf "$dir"
}
trap finish EXIT

run() {	# CONF LOG
	lab exec premises "$program" run -c "$1" 2>"$2" &
	pid=$!
}
says() {	# NAME FILE PATTERN
	if grep -Eq "$3" "$2"; then pass "$1: $(grep -Eom1 "$3" "$2" | cut -c1-140)"; else
		fail "$1: expected /$3/ in:"; tail -n 5 "$2" | sed 's/^/      /'; fi
}
size() { "$program" status --ledger "$1" --json 2>/dev/null | sed -n 's/.*"records": *\([0-9]*\).*/\1/p' | head -n 1; }
grows() { local a; a=$(size "$1"); sleep 4; [ "$(size "$1")" -gt "${a:-0}" ]; }

lab up || { fail "lab up"; exit 1; }
"$program" init "$dir/m" >"$dir/init.out" 2>&1 || { fail "init"; cat "$dir/init.out"; exit 1; }
key=$dir/m/signing-key.pem
tests/lab/configure.sh "$dir/lab" "$dir/state" "$key" > "$dir/m/sekimori.conf"

# --- configuration ---------------------------------------------------------------------------
sed 's/interval = "2s"/interval = "2 parsecs"/; s/probe = "tcp"/probe = "telepathy"/' "$dir/m/sekimori.conf" > "$dir/m/bad.conf"
"$program" check-config -c "$dir/m/bad.conf" >"$dir/out" 2>&1
[ $? = 2 ] && pass "check-config exits 2 on faults" || fail "check-config exit code on faults"
says "check-config names a wrong unit with file and line" "$dir/out" 'bad\.conf:[0-9]+: .*(parsecs|interval)'
says "check-config names every fault, not only the first" "$dir/out" 'bad\.conf:[0-9]+: .*telepathy'
sed "s|auth_secret = \"[^\"]*\"|auth_secret = \"hunter2-hunter2\"|" "$dir/m/sekimori.conf" > "$dir/m/literal.conf"
"$program" check-config -c "$dir/m/literal.conf" >"$dir/out" 2>&1
says "a literal secret is refused" "$dir/out" 'literal\.conf:[0-9]+: .*(secret|file)'
grep -q hunter2 "$dir/out" && fail "the refusal repeats the secret" || pass "the refusal does not repeat the secret"

chmod 644 "$key"
timeout 60 "$program" run -c "$dir/m/sekimori.conf" >"$dir/out" 2>&1
[ $? != 0 ] && pass "run refuses a signing key others can read" || fail "run started with a key others can read"
says "and says how to mend it" "$dir/out" 'chmod (0?600|go-rwx)'
chmod 600 "$key"

# --- a second daemon -------------------------------------------------------------------------
run "$dir/m/sekimori.conf" "$dir/run.log"
until_true 30 test -S "$dir/state/admin.sock" || { fail "the daemon did not start"; tail -n 20 "$dir/run.log"; exit 1; }
timeout 60 "$program" run -c "$dir/m/sekimori.conf" >"$dir/out" 2>&1
[ $? != 0 ] && pass "a second daemon on the same state refuses" || fail "a second daemon started"
says "and says who is there" "$dir/out" '(process|pid) [0-9]+|already'

# --- reload ----------------------------------------------------------------------------------
configs() { "$program" ledger show --ledger "$dir/state/ledger.db" --kind CONFIG 2>/dev/null | grep -c CONFIG; }
begun() { before=$(configs); [ "$before" -ge 1 ]; }
until_true 30 begun || fail "the daemon recorded no CONFIG"
cp "$dir/m/sekimori.conf" "$dir/m/good.conf"
cp "$dir/m/bad.conf" "$dir/m/sekimori.conf"
kill -HUP "$(cat "$running/lock")"
until_true 10 grep -q telepathy "$dir/run.log" && pass "a reload with a fault is refused and the old configuration kept" ||
	fail "a faulty reload left no sentence in the log"
[ "$(configs)" = "$before" ] && pass "a faulty reload records no CONFIG" || fail "a faulty reload recorded a CONFIG"
sed 's/title = "Osaka region"/title = "Osaka region, east"/' "$dir/m/good.conf" > "$dir/m/sekimori.conf"
kill -HUP "$(cat "$running/lock")"
more() { [ "$(configs)" -gt "$before" ]; }
until_true 20 more && pass "a good reload records a new CONFIG" || fail "a good reload recorded no CONFIG"
until_true 30 grows "$dir/state/ledger.db" && pass "and the ledger goes on" || fail "the ledger does not grow after the reload"
kill "$(cat "$running/lock")"; wait "$pid" 2>/dev/null; pid=
"$program" ledger audit --ledger "$dir/state/ledger.db" >"$dir/out" 2>&1 && pass "audit after a clean stop finds no hole" ||
	{ fail "audit after a clean stop"; tail -n 20 "$dir/out"; }

# --- a full disk -----------------------------------------------------------------------------
mkdir "$dir/small"
if mount -t tmpfs -o size=3m tmpfs "$dir/small" 2>/dev/null; then
	mkdir "$dir/small/state"
	sed "s|state = \"[^\"]*\"|state = \"$dir/small/state\"|" "$dir/m/good.conf" > "$dir/m/small.conf"
	running=$dir/small/state
	run "$dir/m/small.conf" "$dir/small.log"
	until_true 30 test -S "$dir/small/state/admin.sock" || { fail "the daemon on a small disk did not start"; tail -n 20 "$dir/small.log"; }
	until_true 20 grows "$dir/small/state/ledger.db"
	dd if=/dev/zero of="$dir/small/filler" bs=64k 2>/dev/null
	until_true 60 grep -Eiq 'disk|space|full' "$dir/small.log" &&
		pass "a full disk is said: $(grep -Eim1 'disk|space|full' "$dir/small.log" | cut -c1-140)" || fail "a full disk is not said"
	full=$(size "$dir/small/state/ledger.db")
	sleep 5
	kill -0 "$(cat "$running/lock")" 2>/dev/null && pass "the daemon lives on a full disk" || fail "the daemon died of a full disk"
	rm "$dir/small/filler"
	until_true 60 grows "$dir/small/state/ledger.db" && pass "it goes on when there is room again" || fail "it did not recover from a full disk"
	[ "$(size "$dir/small/state/ledger.db")" -ge "$full" ] && pass "nothing committed was lost" || fail "records were lost on the full disk"
	"$program" ledger show --ledger "$dir/small/state/ledger.db" --kind GAP >"$dir/out" 2>&1
	says "the outage is a gap" "$dir/out" 'disk|space|full'
	kill "$(cat "$running/lock")"; wait "$pid" 2>/dev/null; pid=
	"$program" ledger audit --ledger "$dir/small/state/ledger.db" >"$dir/out" 2>&1 && pass "audit after a full disk finds no hole" ||
		{ fail "audit after a full disk"; tail -n 20 "$dir/out"; }
else
	skip "the full disk: no tmpfs may be mounted here"
fi
[ $FAILS = 0 ]
