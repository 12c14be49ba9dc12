#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# 6,000 snmp, 2,000 tcp and 2,000 tls targets at 60 s against real servers in a network namespace:
# memory of all roles (PSS) and octets per day on disk.  usage: tests/bench/scale.sh [SECONDS]
set -u
cd "$(dirname "$0")/../.." || exit 1
program=${PROGRAM:-$PWD/build/release/sekimori}
seconds=${1:-180}
dir=$(mktemp -d /tmp/sekimori-scale.XXXXXX)
ns=sk$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
pid=
daemon() { cat "$dir/state/lock"; }

finish() {
	[ -z "$pid" ] || { kill "$(daemon)" 2>/dev/null; wait "$pid" 2>/dev/null; }
	ip netns pids "$ns" 2>/dev/null | xargs -r kill 2>/dev/null
	ip netns del "$ns" 2>/dev/null
	rm -rf "$dir"
}
trap finish EXIT

ip netns add "$ns" || exit 1
inside() { ip netns exec "$ns" "$@"; }
inside ip link set lo up
# RFC 2544's range for benchmarks: every address of it answers in this namespace alone.
inside ip route add local 198.18.0.0/15 dev lo
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench.lab \
	-addext subjectAltName=DNS:bench.lab -keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null
cat > "$dir/nginx.conf" <<END
pid $dir/nginx.pid; error_log $dir/error.log; worker_processes 1; user root;
events { worker_connections 4096; }
http { access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
server { listen 443 ssl; ssl_certificate $dir/cert.pem; ssl_certificate_key $dir/key.pem; ssl_protocols TLSv1.3; location / { return 200 "ok"; } } }
END
inside nginx -p "$dir" -c "$dir/nginx.conf" || exit 1
echo -n "authentication-phrase" > "$dir/auth"; echo -n "privacy-phrase-of-the-bench" > "$dir/priv"; chmod 600 "$dir/auth" "$dir/priv"
mkdir "$dir/persist"
cat > "$dir/snmpd.conf" <<END
agentaddress udp:161
createUser probe SHA-256 authentication-phrase AES privacy-phrase-of-the-bench
rouser probe authPriv
END
SNMP_PERSISTENT_DIR=$dir/persist inside setsid snmpd -f -C -c "$dir/snmpd.conf" -Lf "$dir/snmpd.log" >/dev/null 2>&1 </dev/null &

"$program" init "$dir/m" >/dev/null || exit 1
awk -v dir="$dir" 'BEGIN {
	printf "monitor = { name = \"bench\"; state = \"%s/state\"; vantage = \"bench\"; };\n", dir
	printf "ledger = { origin = \"sekimori.example/bench\"; key = \"%s/m/signing-key.pem\"; };\n", dir
	print "sites = ( { name = \"s\"; title = \"site\"; provider = \"p\"; jurisdiction = \"JP\"; } );"
	print "instances = ("
	split("switching control oam subscriber", f, " ")
	for (i = 0; i < 1000; i++) {
		printf "%s{ name = \"i%d\"; function = \"%s\"; site = \"s\"; targets = (\n", i ? "," : "", i, f[i % 4 + 1]
		for (j = 0; j < 10; j++) {
			n = i * 10 + j; addr = sprintf("198.18.%d.%d", int(n / 250), n % 250 + 1)
			printf "%s{ name = \"t%d\"; address = \"%s\"; interval = \"60s\"; ", j ? "," : "", n, addr
			if (j < 6) printf "probe = \"snmp\"; user = \"probe\"; auth_protocol = \"SHA-256\"; auth_secret = \"%s/auth\"; privacy_protocol = \"AES\"; privacy_secret = \"%s/priv\"; }\n", dir, dir
			else if (j < 8) printf "probe = \"tcp\"; port = 443; }\n"
			else printf "probe = \"tls\"; port = 443; trust = \"%s/cert.pem\"; server_name = \"bench.lab\"; }\n", dir
		}
		print "); }"
	}
	print ");"
}' > "$dir/m/sekimori.conf"
inside "$program" run -c "$dir/m/sekimori.conf" 2>"$dir/run.log" &
pid=$!
for _ in $(seq 300); do [ -S "$dir/state/admin.sock" ] && break; sleep 0.1; done
[ -S "$dir/state/admin.sock" ] || { echo "the daemon did not start:"; tail "$dir/run.log"; exit 1; }

pss() { for p in "$(daemon)" $(pgrep -P "$(daemon)"); do sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$p/smaps_rollup" 2>/dev/null; done | awk '{ s += $1 } END { print s }'; }
octets() { cat "$dir"/state/ledger.db "$dir"/state/ledger.db-wal 2>/dev/null | wc -c; }
database() { stat -c %s "$dir/state/ledger.db"; }
# The rounds after a first observation are records too; after the window there is only change.
sleep "${SETTLE:-370}"
a=$(database)
ticks() { for p in "$(daemon)" $(pgrep -P "$(daemon)"); do awk '{ print $14 + $15 }' "/proc/$p/stat" 2>/dev/null; done | awk '{ s += $1 } END { print s }'; }
t1=$(ticks)
most=0
end=$((SECONDS + seconds))
while [ $SECONDS -lt $end ]; do
	now=$(pss)
	[ "$now" -gt "$most" ] && most=$now
	sleep 2
done
b=$(database) t2=$(ticks)
"$program" status --ledger "$dir/state/ledger.db" | head -n 20
awk -v most="$most" -v a="$a" -v b="$b" -v s="$seconds" -v t="$((t2 - t1))" 'BEGIN {
	printf "| 10,000 targets at 60 s, PSS of all roles | %.1f MiB | aim < 96 MiB |\n", most / 1024
	printf "| steady growth of the database, without the hourly RUNs | %.1f MB per day | stated |\n", (b - a) / s * 86400 / 1e6
	printf "| CPU of all roles | %.1f %% of a core | |\n", t / s }'
for p in "$(daemon)" $(pgrep -P "$(daemon)"); do
	printf '  %-28s %6s kB PSS\n' "$(tr '\0' ' ' < "/proc/$p/cmdline" | sed 's|.*/||' | cut -c1-28)" "$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$p/smaps_rollup")"
done
