# SPDX-License-Identifier: Apache-2.0
# Sourced by the test scripts: one line per result, counted into $COUNTS when tests/run.sh asks.
COUNTS=${COUNTS:-/dev/null}

pass() { echo "ok    $*"; echo "pass $*" >> "$COUNTS"; }
fail() { echo "FAIL  $*"; echo "fail $*" >> "$COUNTS"; }
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
