# SPDX-License-Identifier: Apache-2.0
# The tls probe against openssl's own server.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 3 \
    -subj /CN=peer.lab -addext subjectAltName=IP:127.0.0.1 2>/dev/null
openssl s_server -quiet -accept 127.0.0.1:4433 -cert "$dir/cert.pem" -key "$dir/key.pem" -tls1_3 >/dev/null 2>&1 &
for _ in $(seq 50); do (: < /dev/tcp/127.0.0.1/4433) 2>/dev/null && break; sleep 0.1; done
"$program" probe tls 127.0.0.1:4433 --option "trust=$dir/cert.pem" > "$dir/out" 2>&1
check "tls: a server of TLS 1.3 that is trusted is up" grep -q 'tls.trusted *yes' "$dir/out"
