# SPDX-License-Identifier: Apache-2.0
# The ntp probe against chrony: synchronised, not synchronised, off by an hour, and with NTS.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 3 \
	-subj /CN=time.lab -addext subjectAltName=DNS:time.lab 2>/dev/null
chronies=()
# chrony NAME PORT LINE...: one that leaves the system's clock alone (-x).
chrony() {
	local which=$1 port=$2
	shift 2
	mkdir -p "$dir/$which"
	chmod 755 "$dir" "$dir/$which"
	printf '%s\n' "port $port" "bindaddress 127.0.0.1" "allow 127.0.0.0/8" "cmdport 0" "bindcmdaddress /" \
		"pidfile $dir/$which/pid" "driftfile $dir/$which/drift" "$@" > "$dir/$which/conf"
	${faked:-} /usr/sbin/chronyd -x -d -u root -f "$dir/$which/conf" > "$dir/$which/log" 2>&1 &
	chronies+=($!)
}
faketime=$(echo /usr/lib/*/faketime/libfaketime.so.1)
chrony good 1231 "local stratum 3"
chrony bad 1232
faked="env LD_PRELOAD=$faketime FAKETIME=+3600s FAKETIME_DONT_FAKE_MONOTONIC=1" chrony off 1233 "local stratum 3"
chrony nts 1234 "local stratum 3" "ntsservercert $dir/cert.pem" "ntsserverkey $dir/key.pem" "ntsport 4460" "ntsdumpdir $dir/nts"
await listens 127.0.0.1:4460
for port in 1231 1232 1233 1234; do await bound "sport = $port"; done
# Each has a clock, its own, a moment after it answers: said by stratum 3.
clock() { "$program" probe ntp "127.0.0.1:$1" --option control=false > "$dir/out" 2>&1; grep -q 'ntp.stratum *3$' "$dir/out"; }
for port in 1231 1233 1234; do await clock $port; done
sees() { grep -qE "$1" "$dir/out" || { cat "$dir/out" "$dir"/*/log; return 1; }; }
"$program" probe ntp 127.0.0.1:1231 > "$dir/out" 2>&1
check "ntp: a synchronised chrony is up, at its stratum, and our clock is its" eval \
	'sees "^127.0.0.1:1231  up" && sees "ntp.stratum *3$" && sees "ntp.synchronised *yes" && sees "ntp.offset.within *yes"'
check "ntp: it answers no control and no private query" eval 'sees "ntp.control.answered *no" && sees "ntp.private.answered *no"'
"$program" probe ntp 127.0.0.1:1232 --option control=false > "$dir/out" 2>&1
check "ntp: one that is not synchronised is degraded" eval 'sees "degraded .*not synchronised" && sees "ntp.synchronised *no"'
"$program" probe ntp 127.0.0.1:1233 --option control=false > "$dir/out" 2>&1
check "ntp: a clock an hour ahead is degraded" eval 'sees "degraded .*(36[0-9][0-9]|359[0-9])[.].* s ahead" && sees "ntp.offset.within *no"'
"$program" probe ntp 127.0.0.1:4460 --option nts=true --option "trust=$dir/cert.pem" --option server_name=time.lab \
	--option control=false > "$dir/out" 2>&1
check "ntp: NTS by chrony: keys over TLS 1.3, an answer that is authenticated" eval \
	'sees "^127.0.0.1:4460  up" && sees "ntp.nts *yes" && sees "tls.version *TLSv1.3" && sees "tls.alpn *ntske/1" && sees "ntp.nts.cookies *8"'
"$program" probe ntp 127.0.0.1:4460 --option nts=true --option control=false > "$dir/out" 2>&1
check "ntp: NTS behind a certificate nobody trusts is degraded" sees 'degraded'
"$program" probe ntp 127.0.0.1:1239 > "$dir/out" 2>&1
check "ntp: no server is down" sees '^127.0.0.1:1239  down'
