# SPDX-License-Identifier: Apache-2.0
# tls-deep against servers of five libraries: OpenSSL 3.0 and 3.5, nginx, GnuTLS, and Java with all that nobody else speaks
# any more.  tshark judges every octet we send and reads the same of the answers.
. tests/judge.sh
issue() { # NAME KEY-OPTIONS...
	issue_name=$1
	shift
	openssl req -x509 -nodes -keyout "$dir/$issue_name.key" -out "$dir/$issue_name.pem" -days 3 -subj /CN=peer.lab -addext subjectAltName=IP:127.0.0.1 "$@" 2>/dev/null
}
waits() { await listens "127.0.0.1:$1"; }
serve() { # PORT COMMAND...
	serve_port=$1
	shift
	"$@" </dev/zero >"$dir/$serve_port.log" 2>&1 &
}
deep() { "$program" probe tls-deep "127.0.0.1:$1" --option pace=0ms --deadline 150s > "$dir/$1" 2>&1; }
says() { grep -Eq "^  $2 +$3\$" "$dir/$1"; }	# PORT FACT VALUE

issue rsa -newkey rsa:2048
issue ec -newkey ec -pkeyopt ec_paramgen_curve:P-256
openssl pkcs12 -export -inkey "$dir/rsa.key" -in "$dir/rsa.pem" -passout pass:lab -out "$dir/rsa.p12"
cat > "$dir/nginx.conf" <<END
daemon off; pid $dir/nginx.pid; error_log $dir/nginx.log; events { }
http { access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
	server { listen 127.0.0.1:4434 ssl; ssl_certificate $dir/rsa.pem; ssl_certificate_key $dir/rsa.key; ssl_protocols TLSv1.2 TLSv1.3;
		ssl_prefer_server_ciphers on; ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256; } }
END
serve 4431 java -Xshare:auto -XX:TieredStopAtLevel=1 tests/lab/Legacy.java 4431 "$dir/rsa.p12"
serve 4432 openssl s_server -quiet -accept 127.0.0.1:4432 -cert "$dir/rsa.pem" -key "$dir/rsa.key" -cipher 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'
serve 4433 openssl s_server -quiet -accept 127.0.0.1:4433 -cert "$dir/ec.pem" -key "$dir/ec.key"
serve 4434 nginx -p "$dir" -c "$dir/nginx.conf"
serve 4435 gnutls-serv -q --nodb -p 4435 --x509certfile "$dir/rsa.pem" --x509keyfile "$dir/rsa.key" \
	--priority 'NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+3DES-CBC:+ARCFOUR-128:+ANON-ECDH:+DHE-RSA:%COMPAT'
for port in 4431 4432 4433 4434 4435; do waits $port; done
capture_begin "$dir/seen.pcap" tcp

deep 4431
check "tls-deep: SSLv3 is found, which our own library cannot speak" says 4431 tls.accepted.versions "TLSv1.3, TLSv1.2, TLSv1.1, TLSv1, SSLv3"
for weak in null export anonymous rc4 des 3des; do
	check "tls-deep: $weak is found" says 4431 "tls.accepted.$weak" yes
done
check "tls-deep: DES of 40 bits in SSLv3 is named" grep -q 'suites.ssl3 .*TLS_RSA_EXPORT_WITH_DES40_CBC_SHA' "$dir/4431"
check "tls-deep: the smallest prime is named" says 4431 tls.accepted.dh_bits 512
check "tls-deep: a server that signs behind encryption is not said to sign with all" says 4431 tls.accepted.signatures.unseen yes
deep 4432
check "tls-deep: TLS 1.0, NULL and anonymous of OpenSSL are found" grep -q 'accepted: TLSv1.1, and TLSv1, and NULL suites, and anonymous' "$dir/4432"
deep 4433
check "tls-deep: a server of today is up, and everything was asked" says 4433 tls.deep.complete yes
check "tls-deep: it has no weakness" says 4433 tls.accepted.weak.count 0
check "tls-deep: TLS 1.3 and 1.2 alone" says 4433 tls.accepted.versions "TLSv1.3, TLSv1.2"
check "tls-deep: it is not post-quantum" says 4433 tls.pq no
deep 4434
check "tls-deep: nginx's two suites, and whose order decides" says 4434 tls.accepted.suites.tls12 "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
check "tls-deep: the server's order decides" grep -q 'preference .*TLSv1.2 server' "$dir/4434"
deep 4435
check "tls-deep: RC4 and 3DES of GnuTLS are found" says 4435 tls.accepted.rc4 yes
check "tls-deep: GnuTLS was asked to the end" says 4435 tls.deep.complete yes

if modern=$(tests/lab/openssl35.sh 2>"$dir/modern.log"); then
	serve 4436 "$modern" s_server -quiet -accept 127.0.0.1:4436 -cert "$dir/ec.pem" -key "$dir/ec.key"
	serve 4437 "$modern" s_server -quiet -accept 127.0.0.1:4437 -cert "$dir/ec.pem" -key "$dir/ec.key" -groups X25519:P-256
	serve 4438 "$modern" s_server -quiet -accept 127.0.0.1:4438 -cert "$dir/ec.pem" -key "$dir/ec.key" -tls1_3 -groups SecP384r1MLKEM1024:SecP256r1MLKEM768:X25519MLKEM768
	for port in 4436 4437 4438; do waits $port; deep $port; done
	check "tls-deep: OpenSSL 3.5 accepts X25519MLKEM768" says 4436 tls.pq.groups X25519MLKEM768
	check "tls-deep: and says so with a flag" says 4436 tls.pq yes
	check "tls-deep: the same server without hybrid groups is not post-quantum" says 4437 tls.pq no
	check "tls-deep: all three hybrids of the IETF are told apart" grep -Eq 'tls.pq.groups .*SecP256r1MLKEM768.*X25519MLKEM768.*SecP384r1MLKEM1024' "$dir/4438"
else
	skip "tls-deep: post-quantum groups: $(cat "$dir/modern.log")"
fi

capture_end
ports=$(seq -s, 4431 4438 | sed 's/[0-9]*/-d tcp.port==&,tls/g; s/,-d/ -d/g')
# shellcheck disable=SC2086
read_with() { tshark -r "$dir/seen.pcap" $ports "$@" 2>/dev/null; }
hellos=$(read_with -Y 'tls.handshake.type == 1' -T fields -e tcp.stream | wc -l)
check "tls-deep: tshark reads every ClientHello of ours ($hellos)" [ "$hellos" -gt 400 ]
check "tls-deep: and finds none malformed" [ -z "$(read_with -Y '(_ws.malformed || _ws.expert.severity >= 0x600000) && tcp.dstport >= 4431 && tcp.dstport <= 4438 && tls')" ]
read_with -Y 'tls.handshake.type == 2 && tcp.srcport == 4431 && tls.handshake.version == 0x0300' -T fields -e tls.handshake.ciphersuite | sort -u > "$dir/theirs"
check "tls-deep: tshark sees as many suites of SSLv3 as we name" [ "$(wc -l < "$dir/theirs")" = "$(sed -n 's/^  tls.accepted.suites.ssl3 *//p' "$dir/4431" | tr ',' '\n' | wc -l)" ]
