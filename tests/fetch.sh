#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# sekimori-fetch against a real nginx that redirects, trickles, floods and lies, in a network
# namespace of its own.  usage: tests/fetch.sh [BUILD]    (build/asan)
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
build=${1:-build/asan}
if [ "${FETCH_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "fetch needs root for a network namespace"; exit 0; }
	FETCH_INSIDE=yes exec unshare -n -- "$0" "$build"
fi

dir=$(mktemp -d)
chmod 755 "$dir"
ip link set lo up
cert() {	# NAME SUBJECT_ALTERNATIVE_NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
		-addext "subjectAltName=$2" -keyout "$dir/$1.key" -out "$dir/$1.pem" 2>/dev/null
}
cert good IP:127.0.0.1
cert other IP:127.0.0.1
cert wrongname IP:127.0.0.9
printf 'token-of-the-test\n' > "$dir/secret"
printf 'two\nlines\n' > "$dir/lines"
chmod 600 "$dir/secret" "$dir/lines"
mkdir "$dir/www"
truncate -s 100M "$dir/www/big"
printf 'trickle, trickle, trickle\n' > "$dir/www/slow"
cat > "$dir/nginx.conf" <<END
daemon off; pid $dir/pid; error_log $dir/log;
events { worker_connections 512; }
http {
  access_log off; client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3;
  uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
  server {
    listen 127.0.0.1:80; listen 127.0.0.1:443 ssl;
    ssl_certificate $dir/good.pem; ssl_certificate_key $dir/good.key;
    root $dir/www;
    error_page 405 =200 \$uri;
    location /ok { return 200 "accepted\n"; }
    location /auth { return 200 "\$http_authorization\n"; }
    location /redirect { return 302 http://127.0.0.1/ok; }
    location /error { return 503 "not now\n"; }
    location /slow { limit_rate 1; }
  }
  server {
    listen 127.0.0.1:444 ssl;
    ssl_certificate $dir/wrongname.pem; ssl_certificate_key $dir/wrongname.key;
    location / { return 200 "\$http_authorization\n"; }
  }
}
END
nginx -c "$dir/nginx.conf" -p "$dir" >/dev/null 2>&1 &
server=$!
await listens 127.0.0.1:80 127.0.0.1:443 127.0.0.1:444

# expect NAME PATTERN PLAN_URL ASKED_URL TRUST SECRET OCTETS MS [COUNT]
expect() {
	name=$1 pattern=$2
	shift 2
	said=$("$build/tests/tools/fetch_try" "$build/sekimori-fetch" "$@" 2>&1)
	code=$?
	case $said in
	$pattern) [ $code -eq 0 ] && pass "fetch: $name" || { fail "fetch: $name: exit $code"; echo "$said"; } ;;
	*) fail "fetch: $name"; echo "      $said" ;;
	esac
}
s=https://127.0.0.1 h=http://127.0.0.1
expect "an accepted notice" "OK 200 9 accepted" $s/ok $s/ok "$dir/good.pem" - 1000 30000
expect "over http without a secret" "OK 200 9 accepted" $h/ok $h/ok - - 1000 30000
expect "the bearer secret" "OK 200 25 Bearer token-of-the-test" $s/auth $s/auth "$dir/good.pem" "$dir/secret" 1000 30000
expect "no secret over http" "DENIED 0 *never sent over http*" $h/auth $h/auth - "$dir/secret" 1000 30000
expect "a secret of two lines" "INVALID 0 *only the token*" $s/auth $s/auth "$dir/good.pem" "$dir/lines" 1000 30000
expect "a URL that no channel has" "DENIED 0 *nothing else is fetched*" $s/ok $s/auth "$dir/good.pem" "$dir/secret" 1000 30000
expect "a file URL" "UNSUPPORTED 0 *" file:///etc/passwd file:///etc/passwd - - 1000 30000
expect "redirects are answers" "OK 302 *" $s/redirect $s/redirect "$dir/good.pem" - 1000 30000
expect "an error is an answer" "OK 503 8 not now" $s/error $s/error "$dir/good.pem" - 1000 30000
expect "another authority" "UNTRUSTED 0 *" $s/ok $s/ok "$dir/other.pem" - 1000 30000
expect "the system's roots" "UNTRUSTED 0 *" $s/ok $s/ok - - 1000 30000
expect "another name" "UNTRUSTED 0 *" $s:444/ $s:444/ "$dir/wrongname.pem" "$dir/secret" 1000 30000
expect "100 MiB" "LIMIT 0 *longer than 65536 octets" $s/big $s/big "$dir/good.pem" - 65536 30000
expect "a byte a second" "TIMEOUT 0 *" $s/slow $s/slow "$dir/good.pem" - 65536 1500
expect "nobody listens" "UNREACHABLE 0 *" $h:81/ $h:81/ - - 1000 30000
expect "no such name" "RESOLVE 0 *" http://no-such-name.invalid/ http://no-such-name.invalid/ - - 1000 30000
expect "more time than is given" "LIMIT 0 *" $h/ok $h/ok - - 1000 99999999
said=$("$build/tests/tools/fetch_try" "$build/sekimori-fetch" $h/ok $h/ok - - 1000 30000 300 2>&1 | sort | uniq -c)
total=$(echo "$said" | awk '{ n += $1 } END { print n }')
[ "$total" = 300 ] && echo "$said" | grep -q ' OK 200 9 accepted' && pass "fetch: 300 at once, each answered once" ||
	{ fail "fetch: 300 at once"; echo "$said"; }

kill "$server"
wait "$server" 2>/dev/null
rm -rf "$dir"
[ $FAILS = 0 ]
