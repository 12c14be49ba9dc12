# SPDX-License-Identifier: Apache-2.0
# The tls probe against openssl's own server.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 3 \
    -subj /CN=peer.lab -addext subjectAltName=IP:127.0.0.1 2>/dev/null
openssl s_server -quiet -accept 127.0.0.1:4433 -cert "$dir/cert.pem" -key "$dir/key.pem" -tls1_3 >/dev/null 2>&1 &
await listens 127.0.0.1:4433
"$program" probe tls 127.0.0.1:4433 --option "trust=$dir/cert.pem" > "$dir/out" 2>&1
check "tls: a server of TLS 1.3 that is trusted is up" grep -q 'tls.trusted *yes' "$dir/out"

# Revocation: a stapled response of a real responder, good, then revoked, and a list.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/ca.key" -out "$dir/ca.pem" -days 3 -subj /CN=ca.lab 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/leaf.key" -subj /CN=peer.lab 2>/dev/null |
	openssl x509 -req -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -set_serial 0x1001 -days 2 -extfile <(echo subjectAltName=IP:127.0.0.1) -out "$dir/leaf.pem" 2>/dev/null
until=$(date -u -d '+2 days' +%y%m%d%H%M%SZ)
printf 'V\t%s\t\t1001\tunknown\t/CN=peer.lab\n' "$until" > "$dir/good.txt"
printf 'R\t%s\t%s,keyCompromise\t1001\tunknown\t/CN=peer.lab\n' "$until" "$(date -u -d '-1 hour' +%y%m%d%H%M%SZ)" > "$dir/revoked.txt"
printf '[ca]\ndefault_ca=c\n[c]\ndatabase=%s/revoked.txt\ndefault_md=sha256\n' "$dir" > "$dir/ca.cnf"
openssl ca -config "$dir/ca.cnf" -gencrl -cert "$dir/ca.pem" -keyfile "$dir/ca.key" -crldays 1 -out "$dir/crl.pem" 2>/dev/null
port=4434
for said in good revoked; do
	openssl ocsp -index "$dir/$said.txt" -CA "$dir/ca.pem" -rsigner "$dir/ca.pem" -rkey "$dir/ca.key" -issuer "$dir/ca.pem" -serial 0x1001 -ndays 1 \
	    -respout "$dir/$said.der" >/dev/null 2>&1
	openssl s_server -quiet -accept 127.0.0.1:$port -cert "$dir/leaf.pem" -key "$dir/leaf.key" -status_file "$dir/$said.der" >/dev/null 2>&1 &
	await listens 127.0.0.1:$port
	"$program" probe tls 127.0.0.1:$port --option "trust=$dir/ca.pem" > "$dir/out" 2>&1
	check "tls: a stapled response that says $said is heard" grep -q "tls.ocsp *$said" "$dir/out"
	port=$((port + 1))
done
"$program" probe tls 127.0.0.1:4434 --option "trust=$dir/ca.pem" --option "crl=$dir/crl.pem" > "$dir/out" 2>&1
check "tls: a list outweighs a response that still says good" grep -q "tls.revoked *yes" "$dir/out"
