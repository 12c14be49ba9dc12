#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The story, on real servers: what a NOC lives through in a bad hour, played in minutes.  Prints each
# step with what was expected and what was seen; exits 0 only if every step held.
#   V=release|asan   which build          KEEP=1   leave ledger, replay text and bundle behind
#   DIR=FOLDER       where (default: a new folder, named at the end)
#   STORY="NAME..."  these chapters alone (tests/story_NAME.sh); proof needs hour before it
set -u -o pipefail
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=$PWD/build/${V:-release}/sekimori
dir=${DIR:-$(mktemp -d /tmp/sekimori-story.XXXXXX)}
mkdir -p "$dir"
db=$dir/state/ledger.db conf=$dir/monitor/sekimori.conf
held=0 broken=0 pid=
daemon() { cat "$dir/state/lock"; }	# the supervisor's process id; $pid is only what started it

lab() { tests/lab/lab "$1" "$dir/lab" "${@:2}"; }
finish() {
	[ -z "$pid" ] || { kill "$(daemon)" 2>/dev/null; wait "$pid" 2>/dev/null; }
	lab down 2>/dev/null
	[ "${KEEP:-0}" = 1 ] || [ $broken -gt 0 ] || rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' INT TERM

step() { echo; echo "── $*"; }
# see WHAT EXPECTED SECONDS COMMAND...: waits until the command succeeds; its last line is what was seen.
see() {
	local what=$1 expected=$2 end=$((SECONDS + $3 * PATIENCE)) seen
	shift 3
	while :; do
		if seen=$("$@" 2>&1); then
			held=$((held + 1))
			pass "$what"
			echo "        expected: $expected"
			echo "        seen:     $(echo "$seen" | tail -n 1 | cut -c1-200)"
			return 0
		fi
		[ $SECONDS -lt $end ] || break
		sleep 0.3
	done
	broken=$((broken + 1))
	fail "$what"
	echo "        expected: $expected"
	echo "        seen:"
	echo "$seen" | tail -n 12 | cut -c1-240 | sed 's/^/          /'
	return 1
}
story() { "$program" replay --text --ledger "$db" 2>/dev/null; }
mark() { marked=$(story | wc -l); }
since() { story | tail -n +"$((marked + 1))" | grep -E -e "$1" | tail -n 1 | grep .; }
never() { ! story | tail -n +"$((marked + 1))" | grep -E "$1"; }
count_is() { local n; n=$(story | tail -n +"$((marked + 1))" | grep -cE "$2"); echo "$n lines match"; [ "$n" = "$1" ]; }
incident() { story | tail -n +"$((marked + 1))" | sed -nE "s/.*incident ([0-9]+) opened: $1.*/\1/p" | tail -n 1; }
all_up() { "$program" status --ledger "$db"; }
received() { grep -E "$2" "$dir/lab/received/$1" | tail -n 1 | grep . | cut -c1-180; }
exits() { local want=$1 code; shift; "$@"; code=$?; [ $code = "$want" ]; }
as_nobody() { setpriv --reuid nobody --regid nogroup --clear-groups "$@"; }
stranger() { unshare -n "$program" verify --key "$key" --roots "$dir/lab/pki/root.pem" "$@"; }
# altered FROM TO FILE OFFSET: a copy of a bundle in which one octet of a file is another one.
altered() {
	local old
	rm -rf "$2"
	cp -r "$1" "$2"
	old=$(od -An -tu1 -j "$4" -N 1 "$2/$3" | tr -d ' ')
	printf "\\$(printf %o $(((old + 1) % 256)))" | dd of="$2/$3" bs=1 seek="$4" conv=notrunc 2>/dev/null
}
with() { local pattern=$1 out; shift; out=$("$@" 2>&1); echo "$out" | grep -E "$pattern" | tail -n 1 | grep .; }

step "The lab: two regions of a provider and the carrier's premises, real servers"
lab up || exit 1
lab list
cc -shared -fPIC -O1 -o "$dir/clockstep.so" tests/lab/clockstep.c || exit 1
head -c 8 /dev/zero > "$dir/clock"
see "init writes a configuration and a key" "exit 0, what to do next" 5 "$program" init "$dir/monitor"
tests/lab/configure.sh "$dir/lab" "$dir/state" "$dir/monitor/signing-key.pem" > "$dir/monitor/sekimori.conf"
see "check-config accepts it" "exit 0" 5 "$program" check-config -c "$dir/monitor/sekimori.conf"

step "All well"
LD_PRELOAD=$dir/clockstep.so LAB_CLOCK=$dir/clock ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 \
	lab exec premises "$program" run -c "$dir/monitor/sekimori.conf" 2>"$dir/run.log" &
pid=$!
see "every target is up" "status exits 0" 60 all_up
see "the outside watcher hears the heartbeat" "a heartbeat arrived" 20 received heartbeat .
see "a checkpoint was time-stamped by the authority" "ANCHOR in the ledger" 30 \
	with ANCHOR "$program" ledger show --ledger "$db" --kind ANCHOR

for chapter in ${STORY:-hour promises protection location day papers proof}; do . "tests/story_$chapter.sh"; done

echo
if [ "${KEEP:-0}" = 1 ] || [ $broken -gt 0 ]; then
	echo "ledger: $db"
	echo "replay: $dir/replay.txt"
	echo "bundle: $dir/bundle"
fi
echo "the story: $held held, $broken did not"
[ $broken -eq 0 ]
