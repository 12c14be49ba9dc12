# SPDX-License-Identifier: Apache-2.0
# sbi and sbi-refusal against nginx with mutual TLS. There is no NRF in Debian: OAuth 2.0 and the N32-c resource are simulated by its
# configuration, TLS, HTTP/2 and the refusal of certificates are nginx's own.
id=0d6a3f58-2c41-4f57-b6a7-91e8a0c4d933
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/root.key" -out "$dir/root.pem" -days 3 -subj /CN=root 2>/dev/null
issue() {	# NAME SAN DAYS
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/$1.key" -out "$dir/$1.csr" -subj "/CN=$1" 2>/dev/null
	printf 'subjectAltName=%s\n' "$2" > "$dir/$1.ext"
	openssl x509 -req -in "$dir/$1.csr" -CA "$dir/root.pem" -CAkey "$dir/root.key" -CAcreateserial -extfile "$dir/$1.ext" -out "$dir/$1.pem" -days "$3" 2>/dev/null
}
issue server "IP:127.0.0.1,URI:urn:uuid:$id" 3
issue monitor DNS:monitor.lab 3
issue expired DNS:monitor.lab -1
issue other DNS:other.lab 3
(umask 077; echo token-for-somebody-else > "$dir/token")
cat > "$dir/permission" <<-'END'
permissions = ( { who = "the lab"; until = "9998-12-31"; why = "tests/peers"; hosts = [ "127.0.0.1" ]; attempts = [ "all" ]; } );
END
common="ssl_certificate $dir/server.pem; ssl_certificate_key $dir/server.key;"
problem='default_type application/problem+json;'
cat > "$dir/nginx.conf" <<-END
pid $dir/pid; error_log $dir/error.log; worker_processes 1; user root; events { worker_connections 64; }
http { access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
map \$http_authorization \$token { default 403; "" 401; "Bearer right" 200; }
map \$token \$challenge { default ""; 401 'Bearer realm="nrf"'; 403 'Bearer error="insufficient_scope"'; }
server { listen 127.0.0.1:443 ssl http2; $common ssl_protocols TLSv1.3; ssl_client_certificate $dir/root.pem; ssl_verify_client on;
	if (\$ssl_client_s_dn != "CN=monitor") { return 403; }
	location /nnrf-nfm/ { $problem add_header WWW-Authenticate \$challenge always; 
		if (\$token = 401) { return 401 '{}'; } if (\$token = 403) { return 403 '{}'; } return 200 '{}'; }
	location = /n32c-handshake/v1/exchange-capability { $problem return 405 '{}'; }
	location / { $problem return 404 '{}'; } }
server { listen 127.0.0.1:444 ssl http2; listen 127.0.0.1:80 http2; $common ssl_protocols TLSv1.1 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;
	ssl_client_certificate $dir/root.pem; ssl_verify_client optional_no_ca;
	location /nnrf-nfm/ { default_type application/json; return 200 '{}'; }
	location / { $problem return 404 '{}'; } } }
END
nginx -p "$dir" -c "$dir/nginx.conf" 2>"$dir/nginx.err" || cat "$dir/nginx.err"
await listens 127.0.0.1:443
own="--option trust=$dir/root.pem --option client_certificate=$dir/monitor.pem --option client_key=$dir/monitor.key"
more="--option permission=$dir/permission --option wrong_token=$dir/token --option plaintext_port=80"
more="$more --option expired_certificate=$dir/expired.pem --option expired_key=$dir/expired.key"
more="$more --option other_certificate=$dir/other.pem --option other_key=$dir/other.key"
says() {	# TEXT PROBE PORT OPTION...
	said=$1 kind=$2 port=$3
	shift 3
	# shellcheck disable=SC2086
	"$program" probe "$kind" "127.0.0.1:$port" $own "$@" > "$dir/out" 2>&1
	grep -q -- "$said" "$dir/out" || { cat "$dir/out"; return 1; }
}
check "sbi: the certificate names the NF instance" says 'sbi.nf.match *yes' sbi 443 --option nf_instance=$id
check "sbi: and no other" says 'names another NF instance' sbi 443 --option nf_instance=00000000-0000-4000-8000-000000000000
check "sbi: the N32-c resource is there" says 'sbi.n32c *yes' sbi 443 --option nf=sepp
check "sbi: and elsewhere it is not" says 'degraded.*N32-c handshake is not there' sbi 444 --option nf=sepp
check "sbi: what token is wanted is a fact" says 'sbi.challenge *Bearer realm' sbi 443 --option path=/nnrf-nfm/v1/nf-instances
# shellcheck disable=SC2086
check "sbi-refusal: nginx that enforces all of it is proven closed" says 'up.*all 10 attempts were refused' sbi-refusal 443 $more --option \
    attempts=plaintext,no-client-certificate,wrong-ca,forged-ca,expired-certificate,wrong-name,tls-1.1,tls-1.0,no-token,wrong-audience
check "sbi-refusal: by its challenge too" grep -q 'no-token: refused.*WWW-Authenticate: Bearer realm' "$dir/out"
# shellcheck disable=SC2086
check "sbi-refusal: one that takes all is found" says 'degraded.*was accepted' sbi-refusal 444 $more
for attempt in no-client-certificate wrong-ca wrong-name tls-1.1 plaintext-port no-token wrong-audience; do
	check "sbi-refusal: $attempt is taken there" grep -q "$attempt: accepted" "$dir/out"
done
check "sbi-refusal: a forged signature is refused even there" grep -q "forged-ca: refused" "$dir/out"
check "sbi-refusal: the token is kept nowhere" sh -c "! grep -q somebody-else '$dir/out'"
