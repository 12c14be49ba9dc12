#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ends a random process of a running daemon with SIGKILL, N times at random moments (the supervisor
# too, then it is started again), and checks each time that everything a reader had seen committed
# is still there: the tree seen before is a prefix of the tree after, and every record has the
# bytes its leaf was made of.  At the end the audit must find no hole.
# usage: tests/torture.sh [N]      V=asan  SEED=number  PROGRAM=path of sekimori  TOOL=path of prefix
set -u
points=${1:-1000}
PATIENCE=${PATIENCE:-4}	# as in tests/lib.sh
V=${V:-release}
program=${PROGRAM:-$PWD/build/$V/sekimori}
tool=${TOOL:-$PWD/build/$V/tests/tools/prefix}
export SEED="${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}"

if [ "${TORTURE_INSIDE:-}" != yes ]; then
	[ -x "$program" ] && [ -x "$tool" ] ||
		make V="$V" "build/$V/sekimori" "build/$V/sekimori-fetch" "build/$V/tests/tools/prefix" >&2 || exit 2
	[ "$(id -u)" = 0 ] || { echo "torture: needs root for a network namespace of its own"; exit 2; }
	TORTURE_INSIDE=yes exec unshare -n "$0" "$@"
fi

dir=$(mktemp -d) || exit 2
daemon=; server=; failed=0; killed=
ledger=$dir/state/ledger.db
clean() {
	[ -n "$daemon" ] && kill -9 "$daemon" 2>/dev/null
	[ -n "$server" ] && kill "$server" 2>/dev/null
	[ $failed = 0 ] && rm -rf "$dir" || echo "torture: kept in $dir"
}
trap clean EXIT
trap 'exit 1' INT TERM
fail() { echo "FAIL $1"; failed=$((failed + 1)); }

# r becomes a number below $1; the same sequence for the same SEED.
state=$SEED
random() {
	state=$(( (state * 1103515245 + 12345) % 2147483648 ))
	r=$(( state / 65536 % $1 ))
}

ip link set lo up
cat > "$dir/nginx.conf" <<END
daemon off; master_process off; pid $dir/nginx.pid; error_log $dir/nginx.log;
events { worker_connections 512; }
http { access_log off; server { listen 127.0.0.1:8080; listen 127.0.0.1:8081; listen 127.0.0.1:8082; } }
END
nginx -e "$dir/nginx.log" -p "$dir" -c "$dir/nginx.conf" 2>/dev/null &
server=$!

openssl genpkey -algorithm ed25519 -out "$dir/key.pem" 2>/dev/null && chmod 600 "$dir/key.pem" || exit 2
targets=
for i in 1 2 3 4 5 6 7 8; do
	targets="$targets${targets:+,} { name = \"t$i\"; probe = \"tcp\"; address = \"127.0.0.1\"; port = 808$((i % 4)); interval = \"1s\"; }"
done
cat > "$dir/sekimori.conf" <<END
monitor = { name = "torture"; state = "$dir/state"; workers = 3; instance_gap = "10ms"; };
ledger = { origin = "example.org/torture"; key = "$dir/key.pem"; };
sites = ( { name = "here"; jurisdiction = "JP"; } );
instances = ( { name = "one"; function = "switching"; site = "here"; targets = ($targets); } );
notices = ( { name = "log"; kind = "syslog"; url = "udp://127.0.0.1:514"; } );
END

begin() {
	"$program" run -c "$dir/sekimori.conf" >>"$dir/log" 2>&1 </dev/null &
	daemon=$!
}
seen() { "$tool" "$ledger" 2>/dev/null; }
until_true() {	# TENTHS COMMAND...
	left=$(($1 * PATIENCE)); shift
	while ! "$@"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.1
	done
}
grew() { now=$(seen) && [ "${now% *}" -gt "${1% *}" ]; }
children() { cat "/proc/$daemon/task/$daemon/children" 2>/dev/null; }

check() {	# "SIZE ROOT" seen before
	"$tool" "$ledger" $1 2>"$dir/said" || { fail "point $point: $(cat "$dir/said")"; return 1; }
}

begin
until_true 300 seen >/dev/null || { fail "the daemon did not start: $(tail -n 3 "$dir/log")"; exit 1; }
point=0
before=$(seen)
while [ $point -lt "$points" ] && [ $failed = 0 ]; do
	point=$((point + 1))
	random 120
	sleep "$((r / 100)).$(printf %02d $((r % 100)))"
	now=$(seen) && before=$now
	set -- "$daemon" $(children)
	random $#
	shift "$r"
	victim=$1
	name=$(tr '\0' ' ' < "/proc/$victim/cmdline" 2>/dev/null | sed -n 's/.*role \([a-z]*\) .*/\1/p')
	kill -9 "$victim" 2>/dev/null
	killed="$killed ${name:-supervisor}"
	if [ "$victim" = "$daemon" ]; then
		wait "$daemon" 2>/dev/null
		begin
	fi
	check "$before"
done

# It works again: the ledger grows, stops in order, and nothing is missing.
[ -n "$before" ] || fail "nothing was ever committed"
until_true 450 grew "$before" || fail "the ledger does not grow any more: $(tail -n 3 "$dir/log")"
last=$(seen)
kill "$daemon"
wait "$daemon" || fail "the daemon did not stop in order: status $?"
daemon=
check "$last"
"$program" ledger audit --ledger "$ledger" >"$dir/audit" 2>&1 || { fail "the audit found something:"; tail -n 12 "$dir/audit"; }
echo "$killed" | tr ' ' '\n' | sed '/^$/d' | sort | uniq -c | awk '{ printf "%s%s %s", sep, $1, $2; sep = ", " } END { print " ended" }'
echo "torture: $point points, seed $SEED, ${last% *} records, $failed failed"
[ $failed = 0 ]
