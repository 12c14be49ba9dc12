#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The story, on real servers: what a NOC lives through in a bad hour, played in minutes.  Prints each
# step with what was expected and what was seen; exits 0 only if every step held.
#   V=release|asan   which build          KEEP=1   leave ledger, replay text and bundle behind
#   DIR=FOLDER       where (default: a new folder, named at the end)
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
	local what=$1 expected=$2 end=$((SECONDS + $3)) seen
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

step "A switching instance is killed"
mark
lab stop upf-tokyo-1
see "its target goes down" "upf-tokyo-1 ... -> down" 30 since 'upf-tokyo-1.*-> down'
see "one incident is opened for the instance" "incident N opened: instance upf-tokyo-1" 20 since 'incident [0-9]+ opened: instance upf-tokyo-1'
first=$(incident "instance upf-tokyo-1")
see "the NOC is told by webhook" "a notice with the incident's number" 30 received notice "\"incident\": ?\"?$first\\b"
see "and by syslog" "a line with the incident's number" 30 received syslog "$first"
lab start upf-tokyo-1
see "it recovers" "incident $first resolved" 40 since "incident $first resolved"
see "all well again" "status exits 0" 30 all_up

step "A whole region becomes unreachable"
mark
lab cut osaka
see "one incident for the site" "incident N opened: site osaka" 40 since 'incident [0-9]+ opened: site osaka'
region=$(incident "site osaka")
see "the NOC is told" "a notice with the incident's number" 30 received notice "\"incident\": ?\"?$region\\b"
sleep 6
noticed=$(grep -n "\"incident\": *\"*$region\b" "$dir/lab/received/notice" | head -n 1 | cut -d: -f1); noticed=$((noticed - 1))
told() { local n; n=$(tail -n +"$((noticed + 1))" "$dir/lab/received/notice" | grep -c '"event":"opened"'); echo "$n notices of opening since the region went"; [ "$n" -le 1 ]; }
noticed=$(grep -n "\"incident\": *\"*$region\\b" "$dir/lab/received/notice" | head -n 1 | cut -d: -f1); noticed=$((noticed - 1))
see "grouped, not a storm" "one opening is told" 1 told
lab join osaka
see "the region comes back" "incident $region resolved" 60 since "incident $region resolved"
see "all well again" "status exits 0" 30 all_up

step "A certificate expires"
mark
lab expire udm-tokyo-1 12
see "the target is degraded, and says why" "-> degraded ... expired" 60 since 'udm-tokyo-1.*-> degraded.*expired'
see "an incident is opened" "incident N opened: instance udm-tokyo-1" 20 since 'incident [0-9]+ opened: instance udm-tokyo-1'
expired=$(incident "instance udm-tokyo-1")

step "A worker is killed with -9"
mark
victim=$(pgrep -P "$(daemon)" -f 'role worker 1' | head -n 1)
kill -9 "$victim"
see "a gap is recorded" "worker 1: not watching" 20 since 'worker 1: not watching'
see "its targets turn unknown, with a reason" "N targets turn unknown: ... signal 9" 20 since 'worker 1: not watching, [0-9]+ targets turn unknown: .*signal 9'
see "it comes back" "worker 1: watching again" 30 since 'worker 1: watching again'
see "and so do its targets" "-> up" 60 since 'unknown -> (up|degraded)'

step "An operator acknowledges and adds a note"
mark
see "acknowledged" "exit 0" 10 "$program" ack -c "$dir/monitor/sekimori.conf" "$expired" "looking at it"
see "a note" "exit 0" 10 "$program" note -c "$dir/monitor/sekimori.conf" "$expired" "certificate ordered from the issuing CA"
see "both are on the timeline with their author" "incident $expired acknowledged by root" 15 since "incident $expired acknowledged by root"
see "the note as well" "incident $expired noted by root" 15 since "incident $expired noted by root"
see "an unknown incident is refused" "a sentence, not exit 0" 5 exits 2 "$program" ack -c "$dir/monitor/sekimori.conf" 999999999 "no"
lab renew udm-tokyo-1
see "the certificate is renewed" "incident $expired resolved" 60 since "incident $expired resolved"

step "The wall clock is stepped by an hour"
mark
printf '\000\240\270\060\106\003\000\000' > "$dir/clock.new"	# 3,600,000,000,000 ns, little-endian
cat "$dir/clock.new" 1<>"$dir/clock"
see "the step is recorded with both clocks" "the wall clock is 3600 s ahead of recorded time" 20 since 'wall clock is 3[56][0-9][0-9]\.[0-9]+ s ahead'
see "nothing else moves: all is still up" "status exits 0" 20 lab exec premises "$program" status --ledger "$db"
head -c 8 /dev/zero | cat 1<>"$dir/clock"
see "and so is the step back" "recorded time and the wall clock are together again, or behind" 30 since 'wall clock (is .* behind|are together)|together again'

. tests/story_promises.sh
. tests/story_day.sh
. tests/story_papers.sh

step "Replay tells all of it, in order, with both times"
sleep 5
"$program" replay --text --both --ledger "$db" > "$dir/replay.txt"
in_order() {
	awk -v first="$first" -v region="$region" -v expired="$expired" '
		$0 ~ "incident " first " opened" && n == 0 { n = 1 } $0 ~ "incident " first " resolved" && n == 1 { n = 2 }
		$0 ~ "incident " region " opened" && n == 2 { n = 3 } $0 ~ "incident " region " resolved" && n == 3 { n = 4 }
		$0 ~ "incident " expired " opened" && n == 4 { n = 5 } /worker 1: not watching/ && n == 5 { n = 6 }
		/worker 1: watching again/ && n == 6 { n = 7 } $0 ~ "incident " expired " acknowledged" && n == 7 { n = 8 }
		$0 ~ "incident " expired " noted" && n == 8 { n = 9 } $0 ~ "incident " expired " resolved" && n == 9 { n = 10 }
		/wall clock is 3[56]/ && n == 10 { n = 11 }
		END { print n " of 11 in order"; exit n != 11 }' "$dir/replay.txt"
}
see "replay as text" "11 of 11 in order" 1 in_order
see "every belief is reproduced" "beliefs reproduced, none not" 1 with 'BELIEF.*reproduced' cat "$dir/replay.txt"

step "The proof"
see "ledger audit finds no hole" "exit 0" 20 "$program" ledger audit --ledger "$db" --roots "$dir/lab/pki/root.pem"
kill "$(daemon)"; wait "$pid"; code=$?; pid=
see "the monitor stops cleanly" "exit 0" 1 test $code = 0
see "audit after the stop finds no hole" "exit 0" 20 "$program" ledger audit --ledger "$db" --roots "$dir/lab/pki/root.pem"
size=$("$program" status --ledger "$db" --json | sed -nE 's/.*"records": ?([0-9]+).*/\1/p' | head -n 1)
rm -rf "$dir/bundle"
see "a range is exported" "exit 0" 20 "$program" ledger export --ledger "$db" --from 0 --to "$((size / 2))" "$dir/bundle"
cp -r "$dir/bundle" "$dir/copy"
key=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier": ?"([^"]+)".*/\1/p' | tail -n 1)
see "the copy verifies without network" "PROVED, exit 0" 20 with PROVED unshare -n "$program" verify --key "$key" --roots "$dir/lab/pki/root.pem" "$dir/copy"
see "and exits 0" "exit 0" 20 exits 0 unshare -n "$program" verify --key "$key" --roots "$dir/lab/pki/root.pem" "$dir/copy"
victim=$(find "$dir/copy" -name 'records*' | head -n 1)
at=$(($(stat -c %s "$victim") / 2))
old=$(od -An -tu1 -j "$at" -N 1 "$victim" | tr -d ' ')
printf "\\$(printf %o $(((old + 1) % 256)))" | dd of="$victim" bs=1 seek="$at" conv=notrunc 2>/dev/null
see "one byte of the copy is changed: refused" "exit 1" 20 exits 1 "$program" verify --key "$key" --roots "$dir/lab/pki/root.pem" "$dir/copy"
see "with a sentence that says where" "records, and the place" 5 with 'record' "$program" verify --key "$key" --roots "$dir/lab/pki/root.pem" "$dir/copy"

echo
if [ "${KEEP:-0}" = 1 ] || [ $broken -gt 0 ]; then
	echo "ledger: $db"
	echo "replay: $dir/replay.txt"
	echo "bundle: $dir/bundle"
fi
echo "the story: $held held, $broken did not"
[ $broken -eq 0 ]
