# SPDX-License-Identifier: Apache-2.0
# The rpki probe against stayrtr with files of its own: own routes valid, invalid, not found; an empty cache; version 0; over TLS.
now=$(date +%s)
# roas FILE ROA...: "PREFIX MAXLENGTH ASN" each.
roas() {
	local file=$1 comma=
	shift
	printf '{"metadata":{"generated":%s,"valid":%s},"roas":[' "$now" $((now + 86400)) > "$dir/$file"
	for roa in "$@"; do
		# shellcheck disable=SC2086
		set -- $roa
		printf '%s{"prefix":"%s","maxLength":%s,"asn":"AS%s","ta":"lab"}' "$comma" "$1" "$2" "$3" >> "$dir/$file"
		comma=,
	done
	printf ']}' >> "$dir/$file"
}
many=()
for i in $(seq 0 255); do for j in 0 64 128 192; do many+=("198.18.$i.$j/26 26 64511"); done; done
roas good "192.0.2.0/24 24 64500" "2001:db8::/32 48 64500" "203.0.113.0/24 24 64501" "${many[@]}"
roas none "198.51.100.0/24 24 64502"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 3 \
	-subj /CN=rtr.lab -addext subjectAltName=DNS:rtr.lab 2>/dev/null
# cache FILE PORT OPTION...
cache() {
	stayrtr -checktime=false -cache "$dir/$1" -bind "127.0.0.1:$2" -metrics.addr "" -refresh 600 "${@:3}" > "$dir/$2.log" 2>&1 &
}
cache good 8282 -tls.bind 127.0.0.1:8324 -tls.cert "$dir/cert.pem" -tls.key "$dir/key.pem"
cache good 8283 -protocol 0
cache none 8284
for port in 8282 8283 8284 8324; do
	await listens 127.0.0.1:$port
done
sees() { grep -qE "$1" "$dir/out" || { cat "$dir/out" "$dir"/*.log; return 1; }; }
asks() { "$program" probe rpki "127.0.0.1:$1" --option "prefixes=$2" "${@:3}" > "$dir/out" 2>&1; }
own="192.0.2.0/24 AS64500, 2001:db8:1::/48 AS64500"
loaded() { asks "$1" "$own"; grep -q 'rpki.vrps *[1-9]' "$dir/out"; }
for port in 8282 8283 8284; do await loaded $port; done
asks 8282 "$own"
check "rpki: stayrtr holds our routes: valid" eval 'sees "^127.0.0.1:8282  up" && sees "rpki.vrps *1027$" && sees "rpki.valid.count *2$" &&
	sees "rpki.invalid.count *0$" && sees "rpki.not_found.count *0$"'
asks 8282 "203.0.113.0/24 AS64500, 192.0.2.0/25 AS64500, 192.0.2.0/24 AS64500"
check "rpki: another origin and too long a prefix are invalid, and degraded" eval \
	'sees "degraded .*invalid.*203.0.113.0/24 AS64500, 192.0.2.0/25 AS64500" && sees "rpki.invalid.count *2$" && sees "rpki.valid.count *1$"'
asks 8284 "$own"
check "rpki: a cache without our prefixes is degraded: not found" eval 'sees "degraded .*not found: 192.0.2.0/24 AS64500" && sees "rpki.not_found.count *2$"'
asks 8282 "$own" --option least=100000
check "rpki: a cache with fewer prefixes than expected is degraded" sees 'degraded .*holds 1027 validated prefixes'
asks 8283 "$own"
check "rpki: a cache of version 0 is asked in version 0" eval 'sees "^127.0.0.1:8283  up" && sees "rpki.valid.count *2$"'
asks 8324 "$own" --option tls=true --option "trust=$dir/cert.pem" --option server_name=rtr.lab
check "rpki: over TLS" eval 'sees "^127.0.0.1:8324  up" && sees "tls.trusted *yes"'
asks 8299 "$own"
check "rpki: no cache is down" sees '^127.0.0.1:8299  down'
