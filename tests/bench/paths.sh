#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# CPU of PFCP, GTP-U and GTP-C rounds over the sockets they share, and of ICMP echoes beside fping, in one run in a network namespace.
# Peers of PFCP and GTP are simulated; ICMP is answered by the kernel.  Turns alternate; the ratio is of the medians.  An echo of ours is a
# round of one with its facts and tracking; over lo both sides pay the kernel for the answer too, which is most of either figure.
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
for _ in $(seq "$turns"); do
	ours pfcp 100000 127.1.0.1 1000 8805 >> "$dir/pfcp"
	ours gtpu 100000 127.1.0.1 1000 2152 >> "$dir/gtpu"
	ours gtpc 100000 127.1.0.1 1000 2123 >> "$dir/gtpc"
	ours icmp 100000 127.1.0.1 1000 1 >> "$dir/icmp"
	fping_cpu >> "$dir/rival"
done
bad=0
echo "| work | CPU-s per 1,000 | a second on one core | aim |"
echo "|---|---:|---:|---|"
for kind in pfcp gtpu gtpc icmp; do
	median < "$dir/$kind" | awk -v k=$kind "{ printf \"| %s round | %.5f | %d | >= 50,000 |\n\", k, \$1, 1000 / \$1; exit !(1000 / \$1 >= 50000) }" || bad=1
done
a=$(median < "$dir/icmp") && b=$(median < "$dir/rival") &&
	awk -v a="$a" -v b="$b" "BEGIN { printf \"| ICMP echo, ours beside fping | %.5f, fping %.5f | %.2fx better | >= 3x |\n\", a, b, b / a; exit !(b / a >= 3) }" || bad=1
exit $bad'
