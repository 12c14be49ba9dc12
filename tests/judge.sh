# SPDX-License-Identifier: Apache-2.0
# Sourced by scripts of tests/peers: what goes over lo is kept, and tshark says whether it is what the standards know.

# capture_begin FILE FILTER: returns once the first frames can be seen.
capture_begin() {
	tshark -q -i lo -f "$2" -w "$1" >"$1.log" 2>&1 &
	capture=$!
	for _ in $(seq 100); do grep -q "Capture started" "$1.log" 2>/dev/null && break; sleep 0.1; done
}

# Ends it when what was sent has been written.
capture_end() { sleep 0.6; kill -INT "$capture" 2>/dev/null; wait "$capture" 2>/dev/null; }

# judged NAME FILE LEAST FILTER [TSHARK OPTIONS]: at least LEAST frames are of FILTER, and none is malformed or even warned of.
judged() {
	judged_name=$1 judged_file=$2 judged_least=$3 judged_filter=$4
	shift 4
	judged_count=$(tshark -r "$judged_file" "$@" -Y "$judged_filter" 2>/dev/null | wc -l)
	judged_wrong=$(tshark -r "$judged_file" "$@" -Y "_ws.malformed or _ws.expert.severity >= 6291456" -V 2>/dev/null | head -n 40)
	if [ "$judged_count" -ge "$judged_least" ] && [ -z "$judged_wrong" ]; then pass "$judged_name ($judged_count frames)"; else
		fail "$judged_name: $judged_count frames of $judged_filter, wanted $judged_least"
		printf '%s\n' "$judged_wrong" | sed 's/^/      /'
	fi
}
