# SPDX-License-Identifier: Apache-2.0
# The mail probe against exim with and without STARTTLS, and nsd that says what a domain has for SPF and DMARC.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 3 \
	-subj /CN=mail.lab -addext subjectAltName=DNS:mail.lab 2>/dev/null
chgrp Debian-exim "$dir/key.pem"
chmod 640 "$dir/key.pem"
chmod 755 "$dir"
# server PORT LINE...: one that takes mail for nobody.
server() {
	local port=$1
	shift
	mkdir -p "$dir/spool$port"
	chown Debian-exim: "$dir/spool$port"
	printf '%s\n' "primary_hostname = mail.lab" "spool_directory = $dir/spool$port" "log_file_path = $dir/spool$port/%slog" \
		"keep_environment =" "local_interfaces = <; 127.0.0.1" "host_lookup =" "rfc1413_query_timeout = 0s" "$@" > "$dir/exim$port.conf"
	exim4 -bdf -C "$dir/exim$port.conf" -oX "$port" -oP "$dir/exim$port.pid" > "$dir/exim$port.log" 2>&1 &
}
server 2525 "tls_advertise_hosts = *" "tls_certificate = $dir/cert.pem" "tls_privatekey = $dir/key.pem"
server 2526 "tls_advertise_hosts ="
cat > "$dir/zone" <<'END'
$ORIGIN test.
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns
ns A 127.0.0.1
good TXT "v=spf1 ip4:192.0.2.0/24 " "-all"
good TXT "another text"
_dmarc.good TXT "v=DMARC1; p=reject; rua=mailto:dmarc@good.test"
lax TXT "v=spf1 +all"
_dmarc.lax TXT "v=DMARC1; p=none"
twice TXT "v=spf1 -all"
twice TXT "v=spf1 ~all"
END
cat > "$dir/nsd.conf" <<END
server:
	ip-address: 127.0.0.1@5301
	pidfile: ""
	database: ""
	xfrdfile: ""
	zonelistfile: "$dir/list"
	username: ""
	server-count: 1
remote-control:
	control-enable: no
zone:
	name: test
	zonefile: "$dir/zone"
END
nsd -d -c "$dir/nsd.conf" > "$dir/nsd.log" 2>&1 &
for port in 2525 2526 5301; do
	await listens 127.0.0.1:$port
done
sees() { grep -qE "$1" "$dir/out" || { cat "$dir/out" "$dir"/*.log; return 1; }; }
asks() { "$program" probe mail "127.0.0.1:$1" "${@:2}" > "$dir/out" 2>&1; }
tls=(--option "trust=$dir/cert.pem" --option server_name=mail.lab)
dns=(--option resolver=127.0.0.1 --option resolver_port=5301)
asks 2525 "${tls[@]}"
check "mail: exim with STARTTLS and a trusted certificate is up" eval \
	'sees "^127.0.0.1:2525  up" && sees "mail.starttls *yes" && sees "mail.tls *yes" && sees "tls.trusted *yes" && sees "tls.name_match *yes" &&
	 sees "mail.banner *mail.lab" && sees "mail.extensions *.*SIZE"'
asks 2525 --option "trust=$dir/cert.pem" --option server_name=other.lab
check "mail: a certificate of another name is degraded" eval 'sees "degraded" && sees "tls.name_match *no"'
asks 2526 "${tls[@]}"
check "mail: no STARTTLS is degraded" eval 'sees "degraded .*no STARTTLS" && sees "mail.starttls *no"'
asks 2525 "${tls[@]}" "${dns[@]}" --option domain=good.test
check "mail: a domain with -all and p=reject is up" eval 'sees "  up" && sees "mail.spf *v=spf1 ip4:192.0.2.0/24 -all" &&
	sees "mail.spf.all *fail" && sees "mail.dmarc.policy *reject"'
asks 2525 "${tls[@]}" "${dns[@]}" --option domain=lax.test
check "mail: +all and p=none are degraded" eval 'sees "degraded .*lets everybody.*policy is none" && sees "mail.dmarc.policy *none"'
asks 2525 "${tls[@]}" "${dns[@]}" --option domain=twice.test
check "mail: two SPF records and no DMARC are degraded" sees 'degraded .*2 SPF records.*no DMARC'
asks 2525 "${tls[@]}" --option resolver=127.0.0.1 --option resolver_port=5399 --option domain=good.test
check "mail: a resolver that is not there leaves SPF and DMARC unknown" eval 'sees "degraded .*not known" && ! grep -q mail.spf "$dir/out"'
asks 2599
check "mail: no server is down" sees '^127.0.0.1:2599  down'
