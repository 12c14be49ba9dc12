# SPDX-License-Identifier: Apache-2.0
# tls-refusal against openssl's server and nginx: mutual TLS that is enforced, asked for only, and not there.
ca() {	# NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/$1.key" -out "$dir/$1.pem" -days 3 -subj "/CN=$1" 2>/dev/null
}
issue() {	# NAME CA SAN [DAYS...]
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/$1.key" -out "$dir/$1.csr" -subj "/CN=$1" 2>/dev/null
	printf 'subjectAltName=%s\n' "$3" > "$dir/$1.ext"
	openssl x509 -req -in "$dir/$1.csr" -CA "$dir/$2.pem" -CAkey "$dir/$2.key" -CAcreateserial -extfile "$dir/$1.ext" -out "$dir/$1.pem" -days "${4:-3}" 2>/dev/null
}
ca root
issue server root IP:127.0.0.1
issue monitor root DNS:monitor.lab
issue expired root DNS:monitor.lab -1
issue other root DNS:other.lab
cat > "$dir/permission" <<-'END'
permissions = ( { who = "the lab"; until = "9998-12-31"; why = "tests/peers"; hosts = [ "127.0.0.1" ]; attempts = [ "all" ]; } );
END
echo "permissions = ();" > "$dir/empty"
server() {	# PORT OPTION...
	port=$1
	shift
	tail -f /dev/null | openssl s_server -quiet -accept "127.0.0.1:$port" -cert "$dir/server.pem" -key "$dir/server.key" "$@" >/dev/null 2>&1 &
}
server 4433 -CAfile "$dir/root.pem" -Verify 3 -verify_return_error -tls1_3
server 4434 -CAfile "$dir/root.pem" -Verify 3 -verify_return_error -tls1_2
server 4435 -CAfile "$dir/root.pem" -verify 3	# asks and takes what comes
server 4436 -cipher ALL:@SECLEVEL=0 -min_protocol TLSv1	# asks nobody, and speaks what is old
cat > "$dir/nginx.conf" <<-END
pid $dir/pid; error_log $dir/error.log; worker_processes 1; user root; events { worker_connections 64; }
http { access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
server { listen 127.0.0.1:4443 ssl; ssl_certificate $dir/server.pem; ssl_certificate_key $dir/server.key; ssl_protocols TLSv1.2 TLSv1.3;
ssl_client_certificate $dir/root.pem; ssl_verify_client on; location / { if (\$ssl_client_s_dn != "CN=monitor") { return 403; } return 200 "ok"; } } }
END
nginx -p "$dir" -c "$dir/nginx.conf" 2>/dev/null
for port in 4433 4434 4435 4436 4443; do
	await listens 127.0.0.1:$port
done
credential="--option client_certificate=$dir/monitor.pem --option client_key=$dir/monitor.key "
allowed=$dir/permission
credential="$credential --option trust=$dir/root.pem --option expired_certificate=$dir/expired.pem --option expired_key=$dir/expired.key"
credential="$credential --option other_certificate=$dir/other.pem --option other_key=$dir/other.key --option plaintext_port=81"
says() {	# TEXT PORT OPTION...
	said=$1 port=$2
	shift 2
	# shellcheck disable=SC2086
	"$program" probe tls-refusal "127.0.0.1:$port" $credential --option "permission=$allowed" "$@" > "$dir/out" 2>&1
	grep -q -- "$said" "$dir/out" || { cat "$dir/out"; return 1; }
}
most=no-client-certificate,wrong-ca,forged-ca,expired-certificate,tls-1.1,tls-1.0,plaintext,plaintext-port
check "tls-refusal: openssl with TLS 1.3 that verifies is proven closed" says 'up.*all 8 attempts were refused' 4433 --option attempts=$most
check "tls-refusal: so it is with TLS 1.2" says 'up.*all 8 attempts were refused' 4434 --option attempts=$most
# The same server, far away: its alert comes 600 ms behind our certificate.
[ -x "build/$V/tests/tools/delay_forward" ] || make --no-print-directory V="$V" "build/$V/tests/tools/delay_forward" >/dev/null 2>&1
"build/$V/tests/tools/delay_forward" 127.0.0.1:4533 127.0.0.1:4433 300000 &
await listens 127.0.0.1:4533
check "tls-refusal: nor is one that is far away called unclear" says 'up.*all 3 attempts were refused' 4533 --deadline 30s \
	--option attempts=wrong-ca,forged-ca,expired-certificate
check "tls-refusal: one of the same authority is not another to it" says 'degraded.*wrong-name was accepted' 4433 --option attempts=wrong-name
check "tls-refusal: one that asks and takes anything is found" says 'no-client-certificate: accepted' 4435
check "tls-refusal: and takes what a stranger signed" grep -q 'wrong-ca: accepted' "$dir/out"
check "tls-refusal: and what is past its end" grep -q 'expired-certificate: accepted' "$dir/out"
check "tls-refusal: one that asks nobody is found" says 'it asks for no client certificate' 4436
check "tls-refusal: and its old versions" grep -q 'tls-1.0: accepted' "$dir/out"
check "tls-refusal: nginx refuses in HTTP, and that counts" says 'up.*all 9 attempts were refused' 4443 --option request=http
check "tls-refusal: somebody else is refused there by name" grep -q 'wrong-name: refused.*HTTP status 403' "$dir/out"
check "tls-refusal: where nobody listens nothing is proven" says 'unknown.*stays unclear' 4999
allowed=$dir/empty
check "tls-refusal: without a permission nothing is tried" says 'unknown.*nothing was tried' 4433
