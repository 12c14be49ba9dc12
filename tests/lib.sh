# SPDX-License-Identifier: Apache-2.0
# Sourced by the test scripts: one line per result, counted into $COUNTS when tests/run.sh asks.
COUNTS=${COUNTS:-/dev/null}

pass() { echo "ok    $*"; echo "pass $*" >> "$COUNTS"; }
FAILS=0	# of this script, for its exit status
fail() { FAILS=$((FAILS + 1)); echo "FAIL  $*"; echo "fail $*" >> "$COUNTS"; }
skip() { echo "skip  $*"; echo "skip $*" >> "$COUNTS"; }

# check NAME COMMAND...: passes if the command does; its output is shown when it fails.
check() {
	check_name=$1
	shift
	if check_out=$("$@" 2>&1); then pass "$check_name"; else
		fail "$check_name"
		printf '%s\n' "$check_out" | tail -n 40 | sed 's/^/      /'
	fi
}

# dropped_on_the_way: what this machine's network has dropped so far between its own namespaces, before
# any socket: a queue per processor (net.core.netdev_max_backlog) that a loaded machine overruns.
dropped_on_the_way() {
	local dropped=0 more
	while read -r _ more _; do dropped=$((dropped + 16#$more)); done < /proc/net/softnet_stat
	echo $dropped
}

# How many times as long as a test says it waits before it gives up: a machine may have others to serve.
PATIENCE=${PATIENCE:-4}

# until_true SECONDS COMMAND...: passes as soon as the command does.
until_true() {
	local end=$((SECONDS + $1 * PATIENCE)); shift
	while ! "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || return 1; sleep 0.1; done
}
await() { until_true 15 "$@" || echo "      in vain: $*"; }
listens() { local port; for port in "$@"; do (: < "/dev/tcp/${port%:*}/${port##*:}") 2>/dev/null || return 1; done; }	# ADDRESS:PORT...: over TCP
bound() { [ "$(ss -Hlun "$1" | wc -l)" -ge "${2:-1}" ]; }	# FILTER [COUNT]: so many UDP sockets

# holds NAME SECONDS COMMAND...: passes as soon as the command does; else says what it says then, and bad is 1.
holds() {
	local name=$1 seconds=$2; shift 2
	until_true "$seconds" "$@" && pass "$name" && return
	fail "$name"; bad=1
	[ "$1" = stop ] || "$@" 2>&1 | tail -n 12 | cut -c1-600	# what was stopped is not there any more
	return 1
}
