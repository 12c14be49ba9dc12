# SPDX-License-Identifier: Apache-2.0
# The sip probe against kamailio (TLS, TCP, UDP) and against baresip, a user agent that describes its media.
. tests/judge.sh
ip link add v0 type veth peer name v1
ip addr add 192.0.2.1/24 dev v0
ip link set v0 up; ip link set v1 up
mkdir -p "$dir/sock" "$dir/good" "$dir/bad"
issue() {	# NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/$1.key" -out "$dir/$1.pem" -days 3 -subj "/CN=$1" 2>/dev/null
}
issue monitor
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 3 \
    -subj /CN=pcscf.lab -addext subjectAltName=DNS:pcscf.lab 2>/dev/null
printf '[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\nprivate_key = %s\ncertificate = %s\n' \
    "$dir/key.pem" "$dir/cert.pem" > "$dir/tls.cfg"
printf '[server:127.0.0.1:5063]\nmethod = TLSv1.2+\nverify_certificate = yes\nrequire_certificate = yes\nprivate_key = %s\ncertificate = %s\nca_list = %s\n' \
    "$dir/key.pem" "$dir/cert.pem" "$dir/monitor.pem" >> "$dir/tls.cfg"
cat > "$dir/kamailio.cfg" <<-END
#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=1
disable_sctp=yes
auto_aliases=no
dns=no
rev_dns=no
enable_tls=yes
listen=tls:127.0.0.1:5061
listen=tls:127.0.0.1:5063
listen=tcp:127.0.0.1:5060
listen=udp:127.0.0.1:5060
loadmodule "tls.so"
loadmodule "sl.so"
modparam("tls", "config", "$dir/tls.cfg")
request_route { sl_send_reply("200", "OK"); exit; }
END
kamailio -DD -E -Y "$dir/sock" -w "$dir" -m 32 -M 4 -f "$dir/kamailio.cfg" >"$dir/kamailio.log" 2>&1 </dev/null &
# One second of silence, 8 kHz, 16 bits: without a source baresip does not answer a call.
{ printf 'RIFF\244\076\0\0WAVEfmt \020\0\0\0\001\0\001\0\100\037\0\0\200\076\0\0\002\0\020\0data\200\076\0\0'; head -c 16000 /dev/zero; } > "$dir/silence.wav"
agent() {	# FOLDER PORT OPTIONS
	printf 'sip_listen 192.0.2.1:%s\nmodule_path /usr/lib/baresip/modules\nmodule srtp.so\nmodule g711.so\nmodule account.so\n' "$2" > "$1/config"
	printf 'module menu.so\nmodule aufile.so\naudio_source aufile,%s/silence.wav\nnet_interface v0\n' "$dir" >> "$1/config"
	echo "<sip:test@192.0.2.1:$2>;regint=0$3" > "$1/accounts"
	: > "$1/contacts"
	baresip -f "$1" >"$1/log" 2>&1 </dev/null &
}
agent "$dir/good" 5070 ';mediaenc=srtp-mand;answermode=auto'
agent "$dir/bad" 5072 ';answermode=auto'
await listens 127.0.0.1:5061 127.0.0.1:5063
await bound 'src 127.0.0.1:5060'
# What answers OPTIONS knows its account, too.
for port in 5070 5072; do await "$program" probe sip 192.0.2.1:$port --option transport=udp --option uri=sip:test@192.0.2.1:$port; done
capture_begin "$dir/wire.pcap" 'tcp or udp'
says() {	# TEXT ADDRESS OPTION...
	said=$1 to=$2
	shift 2
	"$program" probe sip "$to" "$@" > "$dir/out" 2>&1
	grep -q "$said" "$dir/out" || { cat "$dir/out"; return 1; }
}
check "sip: kamailio answers over TLS, trusted" says 'tls.trusted *yes' 127.0.0.1:5061 --option "trust=$dir/cert.pem" --option server_name=pcscf.lab
check "sip: kamailio answers over TCP" says '5060  up' 127.0.0.1:5060 --option transport=tcp
check "sip: kamailio answers over UDP and tells the port it saw" says 'sip.nat *no' 127.0.0.1:5060 --option transport=udp
check "sip: baresip that wants SRTP is up" says '5070  up' 192.0.2.1:5070 --option transport=udp --option uri=sip:test@192.0.2.1:5070 --option srtp=required
check "sip: baresip without SRTP is degraded" says 'media without SRTP' 192.0.2.1:5072 --option transport=udp --option uri=sip:test@192.0.2.1:5072 --option srtp=required
check "sip: nobody at the port is down" says 'down  the port takes no datagrams' 127.0.0.1:5099 --option transport=udp
cat > "$dir/permission" <<-'END'
permissions = ( { who = "the lab"; until = "9998-12-31"; why = "tests/peers"; attempts = [ "all" ];
	hosts = [ "127.0.0.1", "192.0.2.1", "sip:test@192.0.2.1:5070", "sip:test@192.0.2.1:5072" ]; } );
END
refuses() {	# TEXT ADDRESS OPTION...
	said=$1 to=$2
	shift 2
	"$program" probe sip-refusal "$to" --option "permission=$dir/permission" "$@" > "$dir/out" 2>&1
	grep -q -- "$said" "$dir/out" || { cat "$dir/out"; tail -n 12 "$dir/bad/log"; return 1; }
}
check "sip-refusal: kamailio that verifies its clients is proven closed" refuses 'up.*all 7 attempts were refused' 127.0.0.1:5063 \
    --option "client_certificate=$dir/monitor.pem" --option "client_key=$dir/monitor.key" \
    --option attempts=plaintext,plaintext-port,no-client-certificate,wrong-ca,forged-ca,tls-1.1,tls-1.0 --option plaintext_port=5069
check "sip-refusal: one that does not, and answers in the clear, is found" refuses 'plaintext-port: accepted' 127.0.0.1:5061 \
    --option attempts=plaintext-port,no-client-certificate --option plaintext_port=5060
check "sip-refusal: whoever comes" grep -q 'no-client-certificate: accepted' "$dir/out"
check "sip-refusal: baresip that wants SRTP refuses RTP/AVP" refuses 'rtp-avp: refused.*SIP status 488; RTP/SAVP met SIP status 200' 192.0.2.1:5070 \
    --option transport=tcp --option attempts=rtp-avp --option test_address=sip:test@192.0.2.1:5070
check "sip-refusal: baresip without SRTP takes it" refuses 'degraded.*rtp-avp was accepted.*media in the clear' 192.0.2.1:5072 \
    --option transport=tcp --option attempts=rtp-avp --option test_address=sip:test@192.0.2.1:5072
check "sip-refusal: nobody is called whom the permission does not name" refuses 'unclear.*does not name the test address' 192.0.2.1:5070 \
    --option transport=tcp --option attempts=rtp-avp --option test_address=sip:other@192.0.2.1:5070
capture_end
tshark -r "$dir/wire.pcap" -Y 'sip && (_ws.malformed || _ws.expert.severity >= 0x600000)' > "$dir/complaints" 2>/dev/null
check "sip: tshark finds nothing wrong with what was sent" test ! -s "$dir/complaints"
requests=$(tshark -r "$dir/wire.pcap" -Y 'sip.Method == "OPTIONS"' 2>/dev/null | wc -l)
check "sip: and it saw the requests" test "$requests" -ge 4
calls() { tshark -r "$dir/wire.pcap" -Y "$1" -T fields -e sip.Call-ID 2>/dev/null | tr ',' '\n' | sort -u; }
calls 'sip.Status-Code == 200 && sip.CSeq.method == "INVITE"' > "$dir/answered"	# said again where our ACK is late
calls 'sip.Method == "BYE"' > "$dir/ended"
check "sip-refusal: what answered was ended" test -s "$dir/answered" -a -z "$(comm -23 "$dir/answered" "$dir/ended")"
