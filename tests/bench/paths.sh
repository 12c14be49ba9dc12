#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# CPU of PFCP, GTP-U and GTP-C rounds over the sockets they share, of Diameter, and of ICMP echoes beside fping, in one run in a network
# namespace.  Peers of PFCP, GTP and Diameter are simulated; ICMP is answered by the kernel.  Turns alternate; the ratio is of the medians.
# An echo of ours is a round of one with its facts and tracking.  Over lo both sides pay the kernel for the answer too: the row of the
# kernel alone (batches, nothing judged) bounds what anybody can reach.  A round of Diameter is a connection, capabilities, a watchdog and
# a farewell; the row of the watchdog is one exchange by the same codec over a connection that stays, which no probe does.
# usage: tests/bench/paths.sh [TURNS]      BUILD= another build folder
set -u
cd "$(dirname "$0")/../.." || exit 1
turns=${1:-3}
export turns bench=$PWD/${BUILD:-build/release}/tests/bench
dir=$(mktemp -d /tmp/sekimori-paths.XXXXXX)
trap 'rm -rf "$dir"' EXIT
export dir
unshare --net --pid --fork --kill-child bash -c '
ip link set lo up
sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=100000000 net.ipv4.icmp_msgs_burst=100000000
last=$(($(nproc) - 1))
taskset -c $last "$bench/bench_paths" & sleep 0.5
ours() { taskset -c 0 "$bench/bench_probe" "$@" | tee -a "$dir/log" | sed -n "s/.* bad=0 .*cpu_per_1000=\([0-9.]*\).*/\1/p"; }
median() { sort -n | awk "{ v[NR] = \$1 } END { if (NR == 0) exit 1; print v[int((NR + 1) / 2)] }"; }
for i in $(seq 0 999); do echo "127.1.$((i / 250)).$((i % 250 + 1))"; done > "$dir/hosts"
# Thirty echoes to each of a thousand hosts, as fast as it can.
fping_cpu() {
	TIMEFORMAT="%U %S"
	{ time taskset -c 0 fping -q -c 30 -i 0 -p 1 -t 1000 -f "$dir/hosts" > "$dir/fping" 2>&1; } 2> "$dir/time"
	grep -q "30/30/0%" "$dir/fping" || { echo "fping: echoes were lost" >&2; return; }
	awk "{ printf \"%.5f\n\", (\$1 + \$2) * 1000 / 30000 }" "$dir/time"
}
below() { taskset -c 0 "$bench/bench_exchange" "$@" | tee -a "$dir/log" | sed -n "s/.* bad=0 .*cpu_per_1000=\([0-9.]*\).*/\1/p"; }
for _ in $(seq "$turns"); do
	ours pfcp 100000 127.1.0.1 1000 8805 >> "$dir/pfcp"
	ours gtpu 100000 127.1.0.1 1000 2152 >> "$dir/gtpu"
	ours gtpc 100000 127.1.0.1 1000 2123 >> "$dir/gtpc"
	ours icmp 100000 127.1.0.1 1000 1 >> "$dir/icmp"
	below echo 100000 >> "$dir/kernel"
	fping_cpu >> "$dir/rival"
	ours tcp 50000 127.1.0.1 1000 3868 >> "$dir/tcp"
	ours diameter 50000 127.1.0.1 1000 3868 >> "$dir/diameter"
	below watchdog 100000 >> "$dir/watchdog"
done
bad=0
echo "| work | CPU-s per 1,000 | a second on one core | aim |"
echo "|---|---:|---:|---|"
row() { # TITLE FILE AIM
	median < "$dir/$2" | awk -v t="$1" -v aim="$3" "{ printf \"| %s | %.5f | %d | %s |\n\", t, \$1, 1000 / \$1, (aim > 0 ? \">= \" aim : \"\"); exit !(1000 / \$1 >= aim) }" || bad=1
}
row "PFCP round" pfcp 50000
row "GTP-U round" gtpu 50000
row "GTP-C round" gtpc 50000
row "ICMP round of one echo" icmp 50000
row "ICMP echo, the kernel alone" kernel 0
row "ICMP echo, fping" rival 0
row "Diameter watchdog, over a connection that stays" watchdog 50000
row "Diameter round" diameter 0
row "TCP round: connect and close" tcp 0
a=$(median < "$dir/icmp") && b=$(median < "$dir/rival") && k=$(median < "$dir/kernel") &&
	awk -v a="$a" -v b="$b" -v k="$k" "BEGIN { printf \"\nICMP echo: %.2fx better than fping (aim 3x; the kernel leaves %.2fx to anybody); above the kernel %.5f, fping %.5f: %.2fx\n\", b / a, b / k, a - k, b - k, (b - k) / (a - k); exit !(b / a >= 3) }" || bad=1
exit $bad'
