#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How tight bounds of distance are: through paths of known length (a process that holds every octet), a real nginx
# behind them, claimed minus true in kilometres.
set -u
cd "$(dirname "$0")/../.." || exit 1
[ -x build/release/tests/tools/delay_forward ] || make --no-print-directory build/release/tests/tools/delay_forward >/dev/null || exit 1
[ "${1:-}" = inside ] || exec unshare --net --pid --fork --kill-child --mount-proc "$0" inside
program=$PWD/build/release/sekimori forward=$PWD/build/release/tests/tools/delay_forward
dir=$(mktemp -d /tmp/sekimori-bench-distance.XXXXXX)
trap 'rm -rf "$dir"' EXIT
ip link set lo up
openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout "$dir/ec.key" -out "$dir/ec.pem" -days 3 -subj /CN=far.lab 2>/dev/null
openssl req -x509 -nodes -newkey rsa:2048 -keyout "$dir/rsa.key" -out "$dir/rsa.pem" -days 3 -subj /CN=far.lab 2>/dev/null
cat > "$dir/nginx.conf" <<END
daemon off; pid $dir/nginx.pid; error_log $dir/nginx.log; events { }
http { access_log off; ssl_protocols TLSv1.3; client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
	server { listen 127.0.0.1:4430 ssl; ssl_certificate $dir/ec.pem; ssl_certificate_key $dir/ec.key; }
	server { listen 127.0.0.1:4431 ssl; ssl_certificate $dir/rsa.pem; ssl_certificate_key $dir/rsa.key; } }
END
nginx -p "$dir" -c "$dir/nginx.conf" &
port=5000
echo "key      round trip   true km   claimed km   claimed - true   of the key - true   median - least, ms   clock"
for key in ec:4430 rsa:4431; do
	for us in 100 500 1000 2500 5000; do
		port=$((port + 1))
		"$forward" 127.0.0.1:$port 127.0.0.1:"${key#*:}" $us &
		sleep 0.5
		"$program" probe distance 127.0.0.1:$port -o pace=20ms -o samples=40 --deadline 30s > "$dir/out" 2>&1
		awk -v key="${key%:*}" -v us=$us '
			{ fact[$1] = $2 }
			END { true_km = us * 0.299792458
			      printf "%-8s %7.1f ms %9.0f %12d %16.0f %19.0f %20.2f   %s\n", key, us / 500, true_km, fact["bound.km"], fact["bound.km"] - true_km,
				fact["bound.signed.km"] - true_km, (fact["rtt.median_us"] - fact["rtt.min_us"]) / 1000, fact["rtt.clock"] }' "$dir/out"
	done
done
