# SPDX-License-Identifier: Apache-2.0
# The pfcp probe against a SIMULATED node (Debian has no PFCP server): its answers and our requests are judged by tshark.
. tests/judge.sh
# A node that answers heartbeats with its own recovery time stamp; "old": one of another version; "mute": it only takes.
cat > "$dir/node.pl" <<'END'
use Socket;
my ($address, $mode) = @ARGV;
my $s;
socket($s, PF_INET, SOCK_DGRAM, 17) && bind($s, sockaddr_in(8805, inet_aton($address))) or die $!;
my $began = time + 2208988800;
while (my $peer = recv($s, my $in, 2048, 0)) {
	my ($flags, $type, $len) = unpack("CCn", $in);
	next if $mode eq "mute" || $flags != 0x20 || $type != 1 || $len + 4 != length $in;
	my $sequence = substr($in, 4, 3);
	send($s, $mode eq "old" ? pack("CCn", 0x20, 11, 4) . $sequence . "\0" : pack("CCn", 0x20, 2, 12) . $sequence . "\0" . pack("nnN", 96, 4, $began), 0, $peer);
}
END
for node in 127.0.0.2:well 127.0.0.3:old 127.0.0.4:mute; do perl "$dir/node.pl" "${node%:*}" "${node#*:}" & done
await bound 'sport = 8805' 3
# NAME EXIT WORDS ADDRESS [OPTIONS]
probed() {
	probed_name=$1 probed_exit=$2 probed_words=$3
	shift 3
	"$program" probe pfcp "$@" > "$dir/out" 2>&1
	probed_got=$?
	if [ $probed_got = "$probed_exit" ] && grep -q "$probed_words" "$dir/out"; then pass "$probed_name"; else
		fail "$probed_name: exit $probed_got"; sed 's/^/      /' "$dir/out"; fi
}
today=$(LC_ALL=C date -u '+%b *%-d, %Y')
capture_begin "$dir/pfcp.pcap" "udp port 8805"
probed "pfcp: a simulated node that answers is up" 0 'pfcp.recovery *20' 127.0.0.2
probed "pfcp: a simulated node of another version lives" 1 'does not speak version 1' 127.0.0.3
probed "pfcp: a simulated node that is mute is down" 1 'nothing answered [123] requests' 127.0.0.4 --deadline 1s
probed "pfcp: an answer to a vantage for which silence is declared is a finding" 1 'pfcp.stranger.answered *yes' 127.0.0.2 --option expected=silence
probed "pfcp: an answer outside the IPsec that is declared is a finding" 1 'pfcp.ipsec.clear *yes' 127.0.0.2 --option ipsec=true
probed "pfcp: silence where it is declared is unknown, not up" 3 'a dead peer is silent too' 127.0.0.4 --option expected=silence --deadline 1s
probed "pfcp: nobody there is down" 1 'connection refused' 127.0.0.5
capture_end
judged "pfcp: tshark reads every request and answer, and warns of none" "$dir/pfcp.pcap" 12 pfcp
tshark -r "$dir/pfcp.pcap" -Y 'pfcp.msg_type == 1' -T fields -e pfcp.recovery_time_stamp 2>/dev/null | sort -u > "$dir/stamps"
check "pfcp: our Recovery Time Stamp is a date of today" grep -qe "$today" -e "$(LC_ALL=C date -u '+%b *%-d, %Y')" "$dir/stamps"
