# SPDX-License-Identifier: Apache-2.0
# The probes gtpc and gtpu against osmo-ggsn (GTPv1-C, GTP-U) and its gtp-echo-responder (GTPv1-C, GTPv2-C), with tshark as judge.
. tests/judge.sh
cat > "$dir/ggsn.cfg" <<END
ggsn ggsn0
 gtp state-dir $dir
 gtp bind-ip 127.0.0.2
 gtp control-ip 127.0.0.2
 gtp user-ip 127.0.0.2
 no shutdown ggsn
END
ggsn_begin() {
	osmo-ggsn -c "$dir/ggsn.cfg" > "$dir/ggsn.log" 2>&1 &
	ggsn=$!
	await bound 'src 127.0.0.2:2152'
}
# NAME EXIT WORDS KIND ADDRESS [OPTIONS]
probed() {
	probed_name=$1 probed_exit=$2 probed_words=$3
	shift 3
	"$program" probe "$@" > "$dir/out" 2>&1
	probed_got=$?
	if [ $probed_got = "$probed_exit" ] && grep -q "$probed_words" "$dir/out"; then pass "$probed_name"; else
		fail "$probed_name: exit $probed_got"; sed 's/^/      /' "$dir/out"; fi
}
ggsn_begin
gtp-echo-responder -l 127.0.0.3 -R 7 -n 3 > "$dir/responder.log" 2>&1 &
await bound 'src 127.0.0.3:2123'
capture_begin "$dir/gtp.pcap" "udp port 2123 or udp port 2152"
probed "gtpc: osmo-ggsn answers version 1" 0 'gtpc.version *1$' gtpc 127.0.0.2 --option version=1
probed "gtpu: osmo-ggsn answers" 0 'gtpu.answer *Echo Response$' gtpu 127.0.0.2
probed "gtpc: gtp-echo-responder answers version 2 with its restart counter" 0 'gtpc.recovery *7$' gtpc 127.0.0.3
probed "gtpc: gtp-echo-responder answers version 1" 0 'gtpc.version *1$' gtpc 127.0.0.3 --option version=1
probed "gtpc: osmo-ggsn leaves version 2 without an answer, which is down" 1 'nothing answered [123] requests' gtpc 127.0.0.2 --deadline 1s
probed "gtpu: a port that is shut is down" 1 'connection refused' gtpu 127.0.0.3
probed "gtpu: an answer to a vantage for which silence is declared is a finding" 1 'gtpu.stranger.answered *yes' gtpu 127.0.0.2 --option expected=silence
probed "gtpu: an answer outside the IPsec that is declared is a finding" 1 'gtpu.ipsec.clear *yes' gtpu 127.0.0.2 --option ipsec=true
probed "gtpc: silence where it is declared is unknown, not up" 3 'a dead peer is silent too' gtpc 127.0.0.2 --option expected=silence --deadline 1s
kill "$ggsn"; wait "$ggsn" 2>/dev/null
probed "gtpu: osmo-ggsn that has ended is down" 1 'connection refused' gtpu 127.0.0.2
capture_end
judged "gtp: tshark reads every request and answer, and warns of none" "$dir/gtp.pcap" 14 'gtp or gtpv2'
