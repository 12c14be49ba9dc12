# SPDX-License-Identifier: Apache-2.0
# The first chapter, sourced by tests/story.sh: instances and a region fail, a certificate expires, a worker is
# killed, people write on the timeline, the clock is stepped.

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
