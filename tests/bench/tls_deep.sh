#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Deep enumeration of one host: tls-deep beside testssl.sh and sslscan, CPU seconds of the whole process with its children,
# against the same two servers in a network namespace of their own, in one run.  The servers' CPU is not counted.
# usage: tests/bench/tls_deep.sh [TURNS]      BUILD= another build folder, KEEP= a folder for what each said
set -u
cd "$(dirname "$0")/../.." || exit 1
turns=${1:-3}
program=${PROGRAM:-$PWD/${BUILD:-build/release}/sekimori}
[ -n "${INSIDE:-}" ] || exec env INSIDE=1 BUILD="${BUILD:-build/release}" unshare --net --mount --pid --fork --kill-child --mount-proc "$0" "$turns"
dir=$(mktemp -d /tmp/sekimori-deep.XXXXXX)
trap 'rm -rf "$dir"' EXIT
ip link set lo up
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/key" -out "$dir/cert" -days 3 -subj /CN=bench.lab -addext subjectAltName=IP:127.0.0.1 2>/dev/null
cat > "$dir/nginx.conf" <<END
daemon off; pid $dir/pid; error_log $dir/log; worker_processes 1; events { }
http { access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
	ssl_certificate $dir/cert; ssl_certificate_key $dir/key;
	server { listen 127.0.0.1:8443 ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20; }
	server { listen 127.0.0.1:8444 ssl; ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:COMPLEMENTOFALL:@SECLEVEL=0; } }
END
nginx -p "$dir" -c "$dir/nginx.conf" 2>/dev/null &
for port in 8443 8444; do for _ in $(seq 100); do (: < /dev/tcp/127.0.0.1/$port) 2>/dev/null && break; sleep 0.1; done; done

spent() { # NAME COMMAND...: user and system seconds of it and its children
	spent_out=$dir/$1
	shift
	TIMEFORMAT='%U %S'
	{ time "$@" >"$spent_out" 2>&1 </dev/null; } 2>&1 | awk 'END { printf "%.3f\n", $1 + $2 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for port in 8443 8444; do
	for _ in $(seq "$turns"); do
		spent "ours-$port" "$program" probe tls-deep 127.0.0.1:$port --option pace=0ms --deadline 60s >> "$dir/ours.$port"
		spent "sslscan-$port" sslscan --no-colour --show-sigs 127.0.0.1:$port >> "$dir/sslscan.$port"
	done
	spent "testssl-$port" testssl --quiet --color 0 --warnings off -p -E -f -P 127.0.0.1:$port >> "$dir/testssl.$port"
	ours=$(median < "$dir/ours.$port"); scan=$(median < "$dir/sslscan.$port"); shell=$(median < "$dir/testssl.$port")
	awk -v p=$port -v a="$ours" -v b="$scan" -v c="$shell" 'BEGIN { printf "| %s | tls-deep %.3f s | sslscan %.3f s | testssl.sh %.3f s | %.2fx of sslscan | %.0fx faster than testssl.sh |\n",
	    p == 8443 ? "a server of today" : "a server that takes everything", a, b, c, a / b, c / a }'
done
[ -z "${KEEP:-}" ] || cp "$dir"/*-84* "$KEEP"
