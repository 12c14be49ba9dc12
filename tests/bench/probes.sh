#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# CPU of TLS, HTTP/2 and SNMPv3 rounds beside blackbox_exporter and snmp_exporter, in one run, against the
# same servers in a network namespace: nginx at 200 addresses, 4,000 SNMPv3 engines.  Turns
# alternate, so that whatever else the machine does falls on both; the ratio is of the medians.
# usage: tests/bench/probes.sh [TURNS]      BUILD= another build folder
set -u
cd "$(dirname "$0")/../.." || exit 1
turns=${1:-3}
bench=$PWD/${BUILD:-build/release}/tests/bench
comma=
dir=$(mktemp -d /tmp/sekimori-probes.XXXXXX)
ns=sk$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')

finish() {
	ip netns pids "$ns" 2>/dev/null | xargs -r kill 2>/dev/null
	sleep 0.2
	ip netns del "$ns" 2>/dev/null
	rm -rf "$dir"
}
trap finish EXIT
ip netns add "$ns" || exit 1
inside() { ip netns exec "$ns" "$@"; }
# The last core serves, the first one is measured; one core does both.
last=$(($(nproc) - 1))
serve() { inside taskset -c $last "$@" >>"$dir/servers.log" 2>&1 & }
waits() { # ADDRESS PORT
	for _ in $(seq 100); do inside bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null && return; sleep 0.1; done
	echo "nothing answers at $1:$2" >&2
	exit 1
}
inside ip link set lo up

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$dir/$1.key" 2>/dev/null; }
issue() { # NAME ISSUER EXTENSIONS
	key "$1"
	printf '%b' "$3" > "$dir/ext"
	openssl req -new -key "$dir/$1.key" -subj "/CN=$1" 2>/dev/null |
		openssl x509 -req -CA "$dir/$2.pem" -CAkey "$dir/$2.key" -CAcreateserial -days 30 -sha256 -extfile "$dir/ext" -out "$dir/$1.pem" 2>/dev/null
}
key root
openssl req -x509 -new -key "$dir/root.key" -days 30 -subj /CN=root -out "$dir/root.pem" 2>/dev/null
issue middle root 'basicConstraints=critical,CA:TRUE\n'
issue leaf middle 'subjectAltName=DNS:bench.lab\n'
cat "$dir/leaf.pem" "$dir/middle.pem" > "$dir/chain.pem"
for i in $(seq 200); do issue "leaf$i" middle 'subjectAltName=DNS:bench.lab\n'; cat "$dir/leaf$i.pem" "$dir/middle.pem" > "$dir/chain$i.pem"; done
{
	echo "user root; worker_processes 1; error_log $dir/error.log; pid $dir/nginx.pid; daemon off; events { worker_connections 8192; }"
	echo "http { access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;"
	echo "server { ssl_certificate $dir/chain.pem; ssl_certificate_key $dir/leaf.key; ssl_protocols TLSv1.3;"
	for i in $(seq 200); do echo "listen 127.0.1.$i:8443 ssl backlog=4096;"; done
	echo "location / { return 200 ok; } }"
	# Each with a key and certificate of its own: no chain is like another.
	for i in $(seq 200); do echo "server { listen 127.0.2.$i:8443 ssl backlog=4096; ssl_certificate $dir/chain$i.pem; ssl_certificate_key $dir/leaf$i.key; ssl_protocols TLSv1.3; location / { return 200 ok; } }"; done
	echo "server { ssl_certificate $dir/chain.pem; ssl_certificate_key $dir/leaf.key; ssl_protocols TLSv1.3;"
	for i in $(seq 200); do echo "listen 127.0.3.$i:8443 ssl http2 backlog=4096;"; done
	echo "location / { return 200 ok; } }"
	# An NRF that lists a thousand functions.
	echo "server { ssl_certificate $dir/chain.pem; ssl_certificate_key $dir/leaf.key; ssl_protocols TLSv1.3; keepalive_requests 100000; types { } default_type application/json;"
	for i in $(seq 20); do echo "listen 127.0.4.$i:8443 ssl http2 backlog=4096;"; done
	echo "location = /nnrf-nfm/v1/nf-instances { default_type application/3gppHal+json; alias $dir/nrf.json; }"
	echo "location ~ \"^/nnrf-nfm/v1/nf-instances/([0-9a-f-]{36})\$\" { return 200 '{\"nfInstanceId\":\"\$1\",\"nfType\":\"AMF\",\"nfStatus\":\"REGISTERED\"}'; }"
	echo "location / { return 404; } } }"
} > "$dir/nginx.conf"
{
	printf '{"_links":{"item":['
	for i in $(seq 1000); do printf '%s{"href":"https://bench.lab/nnrf-nfm/v1/nf-instances/4947a69a-f61b-4bc1-b9da-%012d"}' "$comma" "$i"; comma=,; done
	printf ']},"totalItemCount":1000}'
} > "$dir/nrf.json"
serve nginx -p "$dir" -c "$dir/nginx.conf"
serve "$bench/bench_agents" 16161 authentication-phrase privacy-phrase-of-the-bench

cat > "$dir/blackbox.yml" <<END
modules:
  tls: { prober: tcp, timeout: 5s, tcp: { preferred_ip_protocol: ip4, tls: true, tls_config: { ca_file: $dir/root.pem, server_name: bench.lab } } }
  http2: { prober: http, timeout: 5s, http: { preferred_ip_protocol: ip4, fail_if_not_ssl: true, tls_config: { ca_file: $dir/root.pem, server_name: bench.lab } } }
END
# The same five objects in one GET as our probe asks for.
cat > "$dir/snmp.yml" <<END
system:
  version: 3
  auth: { username: bench, security_level: authPriv, auth_protocol: SHA256, password: authentication-phrase, priv_protocol: AES, priv_password: privacy-phrase-of-the-bench }
  get: [ 1.3.6.1.2.1.1.1.0, 1.3.6.1.2.1.1.2.0, 1.3.6.1.2.1.1.3.0, 1.3.6.1.2.1.1.5.0, 1.3.6.1.2.1.1.6.0 ]
  metrics:
  - { name: sysDescr, oid: 1.3.6.1.2.1.1.1, type: DisplayString, help: x }
  - { name: sysUpTime, oid: 1.3.6.1.2.1.1.3, type: gauge, help: x }
  - { name: sysName, oid: 1.3.6.1.2.1.1.5, type: DisplayString, help: x }
  - { name: sysLocation, oid: 1.3.6.1.2.1.1.6, type: DisplayString, help: x }
END
cat > "$dir/drive.lua" <<'END'
local path, want, kind = os.getenv("WRK_PATH"), os.getenv("WRK_WANT"), os.getenv("WRK_KIND")
local i, threads = 0, {}
bad = 0
function setup(thread) table.insert(threads, thread) end
function request()
	i = i + 1
	if kind == "nrf" then return wrk.format("GET", path .. string.format("%012d", i % 1000 + 1)) end
	local n = kind ~= "snmp" and i % 200 or i % 4000
	local at = kind ~= "snmp" and string.format("%s%d%s", os.getenv("WRK_FIRST"), n + 1, os.getenv("WRK_LAST")) or string.format("127.1.%d.%d:16161", math.floor(n / 250), n % 250 + 1)
	return wrk.format("GET", path .. at)
end
function response(status, headers, body) if status ~= 200 or not body:find(want, 1, true) then bad = bad + 1 end end
function done(summary) local b = 0; for _, t in ipairs(threads) do b = b + t:get("bad") end; print("RESULT", summary.requests, b) end
END
inside prometheus-blackbox-exporter --config.file="$dir/blackbox.yml" --web.listen-address=127.0.0.1:9115 --log.level=error >>"$dir/servers.log" 2>&1 &
inside prometheus-snmp-exporter --config.file="$dir/snmp.yml" --web.listen-address=127.0.0.1:9116 --log.level=error >>"$dir/servers.log" 2>&1 &
waits 127.0.1.1 8443
waits 127.0.0.1 9115
waits 127.0.0.1 9116
exporter() { ip netns pids "$ns" | while read -r p; do grep -q "$1" "/proc/$p/comm" 2>/dev/null && echo "$p"; done | head -n 1; }
blackbox=$(exporter prometheus-blac)
snmp=$(exporter prometheus-snmp)
cpu() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"; }

# CPU-seconds for a thousand probes of an exporter; refuses a run in which any probe failed.
rival() { # KIND PID URL PATH WANT
	local before after out
	before=$(cpu "$2")
	out=$(WRK_KIND=$1 WRK_FIRST=${6:-} WRK_LAST=${7:-} WRK_PATH=$4 WRK_WANT=$5 inside wrk -t1 -c16 -d5s -s "$dir/drive.lua" "$3" | grep RESULT)
	after=$(cpu "$2")
	echo "$out" | awk -v a="$after" -v b="$before" '{ if ($3 > 0 || $2 == 0) { print "failed probes:", $0 > "/dev/stderr"; exit 1 } printf "%.5f\n", (a - b) * 1000 / $2 }'
}
ours() { # ARGUMENTS of bench_probe
	inside taskset -c 0 "$bench/bench_probe" "$@" | tee -a "$dir/ours.log" | sed -n 's/.* bad=0 .*cpu_per_1000=\([0-9.]*\).*/\1/p'
}
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR == 0) exit 1; print v[int((NR + 1) / 2)] }'; }

tls_ours() { ours tls 6000 127.0.1.1 200 8443 "$dir/root.pem" bench.lab; }
tls_rival() { rival tls "$blackbox" http://127.0.0.1:9115 "/probe?module=tls&target=" "probe_success 1" 127.0.1. :8443; }
anew_ours() { ours tls-anew 6000 127.0.2.1 200 8443 "$dir/root.pem" bench.lab; }
anew_rival() { rival tls "$blackbox" http://127.0.0.1:9115 "/probe?module=tls&target=" "probe_success 1" 127.0.2. :8443; }
http2_ours() { ours sbi 6000 127.0.3.1 200 8443 "$dir/root.pem" bench.lab; }
kept_ours() { ours sbi-nrf 200000 127.0.4.1 20 8443 "$dir/root.pem" bench.lab; }
# It keeps no connection: each of the thousand answers costs it a probe of its own.
kept_rival() { rival nrf "$blackbox" http://127.0.0.1:9115 "/probe?module=http2&target=https%3A//127.0.4.1:8443/nnrf-nfm/v1/nf-instances/4947a69a-f61b-4bc1-b9da-" "probe_http_version 2"; }
http2_rival() { rival http2 "$blackbox" http://127.0.0.1:9115 "/probe?module=http2&target=https%3A//" "probe_http_version 2" 127.0.3. :8443/; }
# snmp_exporter derives keys when it meets an engine; ours has met them all before it is measured, so it has too.
for i in $(seq 0 3999); do echo "url = http://127.0.0.1:9116/snmp?module=system&target=127.1.$((i / 250)).$((i % 250 + 1)):16161"; done > "$dir/urls"
snmp_met() { [ -e "$dir/met" ] || { inside curl -s --no-progress-meter -Z --parallel-max 16 -K "$dir/urls" > "$dir/met"; [ "$(grep -c '^sysUpTime ' "$dir/met")" = 4000 ]; }; }
snmp_ours() { ours snmp 60000 127.1.0.1 4000 16161 bench authentication-phrase privacy-phrase-of-the-bench; }
snmp_rival() { snmp_met || { echo "an engine was not met" >&2; return 1; }; rival snmp "$snmp" http://127.0.0.1:9116 "/snmp?module=system&target=" "sysUpTime "; }

row() { # TITLE AIM PREFIX RIVAL
	local a b
	for _ in $(seq "$turns"); do
		"$3_ours" >> "$dir/$3.ours"
		"$3_rival" >> "$dir/$3.rival"
	done
	a=$(median < "$dir/$3.ours") && b=$(median < "$dir/$3.rival") || { echo "$1: no figure"; tail -n 5 "$dir/servers.log"; return 1; }
	awk -v t="$1" -v aim="$2" -v r="$4" -v a="$a" -v b="$b" 'BEGIN { printf "| %s | %.4f | %s %.4f | %.2fx | aim <= %s |\n", t, a, r, b, a / b, aim; exit !(a / b <= aim) }'
}
echo "| work | ours, CPU-s per 1,000 | rival, CPU-s per 1,000 | ratio | |"
echo "|---|---:|---:|---:|---|"
bad=0
row "TLS 1.3 posture, chain seen before" 0.278 tls blackbox_exporter || bad=1
row "TLS 1.3 posture, every chain verified anew" 0.4 anew blackbox_exporter || bad=1
row "HTTP/2 SBI, new connection" 0.5 http2 blackbox_exporter || bad=1
row "HTTP/2 SBI, a GET of many over one connection" 0.05 kept blackbox_exporter || bad=1
row "SNMPv3 GET of 5 objects, 4,000 engines" 0.084 snmp snmp_exporter || bad=1
exit $bad
