# SPDX-License-Identifier: Apache-2.0
# Sourced by scripts of tests/peers: what goes over lo is kept, and tshark says whether it is what the standards know.

# A datagram to the discard port, sent until it stands in the file, says where a capture begins and that all is written.
# capture_mark TEXT: the capture has seen all that came before.
capture_mark() {
	local end=$((SECONDS + 60))
	until grep -aq "$1" "$capture_file" 2>/dev/null; do
		[ $SECONDS -lt $end ] || { fail "the capture into $capture_file sees nothing: $(tail -n 1 "$capture_file.log")"; return 1; }
		(printf '%s' "$1" > "/dev/udp/$capture_to/9") 2>/dev/null
		sleep 0.1
	done
}

# capture_begin FILE FILTER [INTERFACE ADDRESS]: returns once frames are seen; the address is one behind that interface.
capture_begin() {
	capture_file=$1 capture_to=${4:-127.0.0.1}
	dumpcap -q -i "${3:-lo}" -f "($2) or udp port 9" -w "$1" >"$1.log" 2>&1 &
	capture=$!
	capture_mark "the-capture-begins-here"
}

# Ends it when what was sent has been written.
capture_end() {
	capture_mark "the-capture-ends-here"
	kill -INT "$capture" 2>/dev/null; wait "$capture" 2>/dev/null
}

# judged NAME FILE LEAST FILTER [TSHARK OPTIONS]: at least LEAST frames are of FILTER, and none is malformed or even warned of.
judged() {
	judged_name=$1 judged_file=$2 judged_least=$3 judged_filter=$4
	shift 4
	judged_count=$(tshark -r "$judged_file" "$@" -Y "$judged_filter" 2>/dev/null | wc -l)
	judged_wrong=$(tshark -r "$judged_file" "$@" -Y "(_ws.malformed or _ws.expert.severity >= 6291456) and not udp.port == 9" -V 2>/dev/null | head -n 40)
	if [ "$judged_count" -ge "$judged_least" ] && [ -z "$judged_wrong" ]; then pass "$judged_name ($judged_count frames)"; else
		fail "$judged_name: $judged_count frames of $judged_filter, wanted $judged_least"
		printf '%s\n' "$judged_wrong" | sed 's/^/      /'
	fi
}
