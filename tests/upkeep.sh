#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What goes on by itself for years, in a minute, with the real daemon: a ledger that began two days
# ago and has two keys is pruned by its retention, workers come and go by SIGHUP, and the state
# folder belongs to a user that the daemon becomes.  At the end the audit must find nothing.
# usage: tests/upkeep.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
owner=4711 stranger=4712
if [ "${UPKEEP_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "upkeep needs root for a network namespace of its own"; exit 0; }
	UPKEEP_INSIDE=yes exec unshare -n "$0" "$@"
fi
dir=$(mktemp -d) || exit 2
chmod 755 "$dir"
state=$dir/m/state db=$dir/m/state/ledger.db
pid= server= bad=0
finish() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	[ -z "$server" ] || kill "$server" 2>/dev/null
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
says() { grep -Eq "$2" "$1" || { tail -n 8 "$1"; return 1; }; }
kinds() { "$program" ledger show --ledger "$db" --kind "$1" 2>/dev/null; }
count() { [ "$(kinds "$1" | grep -c "$3")" -ge "$2" ]; }
is() { [ "$1" = "$("${@:2}")" ] || { echo "wanted $1, got $("${@:2}")"; return 1; }; }

ip link set lo up
cat > "$dir/nginx.conf" <<END
daemon off; master_process off; pid $dir/nginx.pid; error_log $dir/nginx.log;
events { worker_connections 512; }
http { access_log off; server { listen 127.0.0.1:8080; } }
END
nginx -e "$dir/nginx.log" -p "$dir" -c "$dir/nginx.conf" 2>/dev/null &
server=$!
cc -shared -fPIC -O1 -o "$dir/clockstep.so" tests/lab/clockstep.c || exit 2

"$program" init "$dir/m" >/dev/null || exit 2
chmod 755 "$dir/m"
holds "init makes a state folder that others may pass through" 0 is 751 stat -c %a "$state"
targets=
for i in 1 2 3 4 5 6 7 8; do
	targets="$targets${targets:+,} { name = \"t$i\"; probe = \"tcp\"; address = \"127.0.0.1\"; port = 8080; interval = \"1s\"; }"
done
configure() {	# WORKERS RETENTION
	cat > "$dir/sekimori.conf" <<END
monitor = { name = "upkeep"; state = "$state"; workers = $1; retention = "$2"; instance_gap = "10ms"; };
ledger = { origin = "example.org/upkeep"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "here"; jurisdiction = "JP"; } );
instances = ( { name = "one"; function = "switching"; site = "here"; targets = ($targets); } );
END
}
begin() {
	LD_PRELOAD=$dir/clockstep.so LAB_CLOCK=$dir/clock ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 \
		"$program" run -c "$dir/sekimori.conf" >>"$dir/log" 2>&1 </dev/null &
	pid=$!
}
stop() { kill "$pid"; wait "$pid"; code=$?; pid=; return $code; }

# --- two days ago: two keys ------------------------------------------------------------------
configure 2 0
clock() {	# NANOSECONDS TRUST: how far the wall clock is off; 1: the kernel vouches for it, 2: it does not
	local word i
	for word in "$1" "$2"; do
		for ((i = 0; i < 8; i++)); do printf "\\x$(printf %02x $(((word >> (8 * i)) & 255)))"; done
	done > "$dir/clock.new"
	cat "$dir/clock.new" 1<>"$dir/clock"
}
clock $((-2 * 86400 * 1000000000)) 1
begin
holds "the daemon of two days ago works" 40 count SELF 2 worker || { tail -n 8 "$dir/log"; exit 1; }
holds "its key is replaced" 5 "$program" ledger rotate -c "$dir/sekimori.conf"
holds "and there are two" 5 count KEY 2 KEY
sleep 4
holds "it stops in order" 0 stop

# --- today: the state folder is somebody's, the retention a day ------------------------------
rm -rf "$state/cache" "$state/admin.sock"
chown -R $owner:$owner "$state"
clock 0 2
configure 2 1d
begin
holds "it works on a state folder of another user" 40 count SELF 4 worker || { tail -n 8 "$dir/log"; exit 1; }
holds "a wall clock two days on that nobody vouches for is not believed" 5 count CLOCK 1 held
sleep 2
clock 0 1
holds "it is taken when the kernel calls it synchronised" 10 count CLOCK 1 taken
holds "the workers begin anew" 10 count SELF 6 worker
holds "and what was jumped over is a gap" 5 count GAP 1 'went on to the wall clock'
healthy() { "$program" status --ledger "$db" > "$dir/said"; }
holds "all targets are known again" 20 healthy
as_stranger() { setpriv --reuid=$stranger --regid=$stranger --clear-groups "$program" "$@" >"$dir/said" 2>&1; }
asks() { as_stranger ack --state "$state" 1 "hello"; says "$dir/said" "$1"; }
holds "a user outside its group reaches the admin socket, and is refused there" 20 asks 'may not'
reads() { ! as_stranger status --ledger "$db"; }
holds "but not the ledger" 5 reads
holds "the admin socket is the owner's" 5 is $owner stat -c %u "$state/admin.sock"
holds "the cache folder is the owner's" 5 is $owner stat -c %u "$state/cache"
snapshots() { ls "$state"/cache/snapshot-* && [ "$(stat -c %u "$state"/cache/snapshot-* | sort -u)" = $owner ]; }
holds "a snapshot is kept there" 30 snapshots
holds "the retention prunes by itself" 60 count PRUNE 1 retention
holds "and says so" 5 says "$dir/log" 'prune, by retention: the bytes of the records before [0-9]+ were removed'
holds "both keys stay" 5 count KEY 2 KEY

# --- the ledger is stopped for a while -------------------------------------------------------
ledger=$(pgrep -P "$pid" -f 'role ledger')
before=$(kinds SELF | grep -c 'by worker')
kill -STOP "$ledger"; sleep 10; kill -CONT "$ledger"
holds "a ledger that stood still says so" 10 count GAP 1 'stood still'
holds "the workers begin anew" 10 count SELF $((before + 2)) 'by worker'
holds "all targets are known again" 20 healthy

# --- workers come and go -----------------------------------------------------------------------
reload() {	# WORKERS SECONDS: until its CONFIG is there, then as long
	local before
	before=$(kinds CONFIG | grep -c CONFIG)
	configure "$1" 1d
	kill -HUP "$pid"
	holds "reloaded with $1 workers" 20 count CONFIG $((before + 1)) CONFIG
	sleep "$2"
}
reload 4 4
reload 1 4
reload 3 0.3
reload 1 4
holds "it stops in order" 0 stop
holds "the audit finds no hole" 0 "$program" ledger audit --ledger "$db"
"$program" ledger audit --ledger "$db" > "$dir/said" 2>&1
holds "and says what is pruned" 0 says "$dir/said" 'records 0 to [0-9]+ are pruned'
"$program" replay --text --ledger "$db" > "$dir/said" 2>&1
holds "replay begins at the state" 0 says "$dir/said" 'BELIEF.*reproduced|watching'

# --- again: opened for writing, exported, verified ---------------------------------------------
begin
holds "it starts on the pruned ledger" 40 "$program" status --ledger "$db" || { tail -n 8 "$dir/log"; exit 1; }
sleep 3
holds "it stops in order" 0 stop
holds "the audit finds no hole" 0 "$program" ledger audit --ledger "$db"
key=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier": ?"([^"]+)".*/\1/p' | tail -n 1)
holds "what is left is exported" 0 "$program" ledger export --ledger "$db" "$dir/bundle"
holds "and verified" 0 unshare -n "$program" verify --key "$key" "$dir/bundle"
[ $bad = 0 ]
