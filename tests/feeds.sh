#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Status feeds and metrics, polled from a real nginx whose answers change under our feet, stop, lie
# and flood, and from a real exporter; then the daemon itself.  In a network namespace of its own.
# usage: tests/feeds.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
build=$PWD/build/${V:-release}
if [ "${FEEDS_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "feeds need root for a network namespace"; exit 0; }
	FEEDS_INSIDE=yes exec unshare -n "$0" "$@"
fi
dir=$(mktemp -d) || exit 2
chmod 755 "$dir"
www=$dir/www bad=0 pids=
mkdir "$www" "$www/cgi"
finish() {
	# shellcheck disable=SC2086
	[ -z "$pids" ] || { kill $pids; wait; } 2>/dev/null
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
holds() {	# NAME SECONDS COMMAND...
	local name=$1 seconds=$2; shift 2
	until_true "$seconds" "$@" && pass "feeds: $name" && return
	fail "feeds: $name"; bad=1
	echo "      $*"; tail -n 12 "$dir/said" 2>/dev/null | cut -c1-300 | sed 's/^/      /'
}

ip link set lo up
cert() {	# NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
		-addext "subjectAltName=IP:127.0.0.1" -keyout "$dir/$1.key" -out "$dir/$1.pem" 2>/dev/null
}
cert good; cert other
printf 'token-of-the-test\n' > "$dir/secret"
printf 'token-of-the-channel\n' > "$dir/channel"
chmod 600 "$dir/secret" "$dir/channel"
truncate -s 100M "$dir/zeros"; gzip -c "$dir/zeros" > "$www/bomb"; rm "$dir/zeros"
printf '[%065536d]' 0 > "$www/slow"
cat > "$www/cgi/half" <<'END'
#!/bin/sh
printf 'Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"incidents":[]}'
END
chmod 755 "$www/cgi/half"
cat > "$dir/nginx.conf" <<END
daemon off; master_process off; pid $dir/nginx.pid; error_log $dir/nginx.log;
events { worker_connections 256; }
http {
  log_format plain '\$msec \$request_method \$uri \$status \$http_if_none_match "\$http_user_agent" \$http_accept_encoding';
  access_log $dir/access plain; default_type text/plain;
  client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3; uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
  gzip on; gzip_types *; gzip_min_length 100;
  server {
    listen 127.0.0.1:80; listen 127.0.0.1:443 ssl;
    ssl_certificate $dir/good.pem; ssl_certificate_key $dir/good.key;
    root $www;
    location /bomb { gzip off; add_header Content-Encoding gzip; }
    location /slow { gzip off; limit_rate 100; }
    location /busy { if (-f $dir/busy) { add_header Retry-After 3 always; return 429 "later\n"; } try_files /page.json =404; }
    location /moved { return 302 https://127.0.0.1/page.json; }
    location /away { return 302 https://192.0.2.1/page.json; }
    location /down { return 302 http://127.0.0.1/page.json; }
    location /loop { return 302 https://127.0.0.1/loop; }
    location /auth { if (\$http_authorization != "Bearer token-of-the-test") { return 403; } try_files /page.json =404; }
    location /cgi/ { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $www\$uri; fastcgi_pass unix:$dir/cgi.sock; }
  }
}
END
fcgiwrap -s "unix:$dir/cgi.sock" 2>/dev/null & pids="$pids $!"
nginx -e "$dir/nginx.log" -p "$dir" -c "$dir/nginx.conf" 2>/dev/null & pids="$pids $!"
until_true 5 test -e "$dir/nginx.pid"
until_true 5 test -S "$dir/cgi.sock"
put() { cat > "$www/new" && mv "$www/new" "$www/$1"; }

now=$(date +%s)
ago() { date -u -d "@$((now - 60 * $1))" +%FT%TZ; }
incident() {	# STAGES: "status minute" pairs, newest first; the page has one incident
	local updates="" resolved=null stage
	for stage in "$@"; do
		updates="$updates${updates:+,}{\"status\":\"${stage%:*}\",\"body\":\"said ${stage%:*}\",\"display_at\":\"$(ago "${stage#*:}")\"}"
		[ "${stage%:*}" != resolved ] || resolved="\"$(ago "${stage#*:}")\""
	done
	echo "{\"incidents\":[{\"id\":\"inc1\",\"name\":\"API errors\",\"impact\":\"major\",\"resolved_at\":$resolved,\"components\":[{\"name\":\"API\"}],\"incident_updates\":[$updates]}]}"
}
try=$build/tests/tools/feed_try fetch=$build/sekimori-fetch h=http://127.0.0.1 s=https://127.0.0.1
begin() {	# NAME=VALUE...: until end
	: > "$dir/access"; : > "$dir/said"
	"$try" "$fetch" 0 "$@" > "$dir/said" 2>&1 & trying=$!
	pids="$pids $trying"
}
end() { kill $trying; wait $trying; code=$?; pids=${pids% *}; [ $code = 0 ] || { fail "feeds: it ended with status $code"; bad=1; }; }
said() { [ "$(grep -Ec "$2" "$dir/said")" = "$1" ]; }	# COUNT PATTERN
asked() { [ "$(grep -Ec "$2" "$dir/access")" -ge "$1" ]; }

# --- a page from the first word to the last -----------------------------------------------------
incident investigating:30 | put page.json
begin kind=statuspage url=$h/page.json
holds "the first word of the provider" 8 said 1 'SIGNAL .*kind=3 key="inc1" subject="provider:cloud" severity=major .*cause="investigating; API" title="API errors"'
holds "the page itself is evidence, the words beside it" 2 said 1 '^VALUE said investigating'
holds "and that it is being read" 2 said 1 'key="reading" .*severity=cleared .*status feed is being read'
holds "asked for news only, compressed, under our name" 8 asked 2 '^[0-9.]+ GET /page.json 304 [^ ]*x22[^ ]* "sekimori/[0-9.]+" gzip'
said 1 'kind=3' && pass "feeds: what is unchanged is not said again" || { fail "feeds: said again"; bad=1; }
incident identified:10 investigating:30 | put page.json
holds "its second word" 8 said 1 'kind=3 .*cause="identified; API"'
holds "a time of before is the provider's report" 1 said 1 'cause="identified; API".*clock=reported'
incident resolved:0 identified:10 investigating:30 | put page.json
holds "its last word clears, with the end that it names" 8 said 1 'kind=3 .*severity=cleared .*cause="resolved; API".*clock=agrees .*ended="20'
said 3 'kind=3' && pass "feeds: three words, three records" || { fail "feeds: three words"; bad=1; }
said 3 '^BLOB' && pass "feeds: and three documents" || { fail "feeds: three documents"; bad=1; }
printf '{"incidents":[{"id":"in' | put page.json
holds "one that is cut cannot be read" 8 said 1 'severity=warning .*cause="the JSON ends early.*silence of the provider proves nothing"'
incident investigating:0 | put page.json
holds "and can be read again" 12 said 2 'severity=cleared .*status feed is being read'
holds "the incident is open again" 1 said 2 'cause="investigating'
echo '{"incidents":[]}' | put page.json
holds "no longer listed: over, at no time that anybody said" 8 said 1 'severity=cleared .*cause="unlisted; API".*told=none clock=none started=none ended=none'
end

# --- politeness ----------------------------------------------------------------------------------
incident investigating:1 | put page.json
touch "$dir/busy"
begin kind=statuspage url=$h/busy
holds "asked to come later, it says that it cannot read" 8 said 1 'severity=warning .*HTTP status 429'
holds "and comes later" 8 asked 2 ' /busy 429 '
gap=$(awk '/ 429 / { if (last) { print ($1 - last >= 2.9); exit } last = $1 }' "$dir/access")
[ "$gap" = 1 ] && pass "feeds: not before the time it was asked for" || { fail "feeds: Retry-After"; bad=1; }
rm "$dir/busy"
holds "then reads what there is" 12 said 1 'kind=3 key="inc1"'
end

# --- redirects, trust, secrets -------------------------------------------------------------------
expect() {	# NAME PATTERN NAME=VALUE...
	local name=$1 pattern=$2; shift 2
	begin "$@"
	holds "$name" 14 said 1 "$pattern"
	end
}
expect "https at the same host may follow http" 'kind=3 key="inc1"' kind=statuspage url=$h/moved trust="$dir/good.pem"
expect "another host may not" 'severity=warning .*redirects to https://192.0.2.1/page.json' kind=statuspage url=$s/away trust="$dir/good.pem"
expect "nor http" 'severity=warning .*redirects to http://127.0.0.1/page.json' kind=statuspage url=$s/down trust="$dir/good.pem"
expect "nor a loop" 'severity=warning .*redirects more than 3 times' kind=statuspage url=$s/loop trust="$dir/good.pem"
expect "another authority" 'severity=warning .*cause="SSL' kind=statuspage url=$s/page.json trust="$dir/other.pem"
expect "a bearer secret over https" 'kind=3 key="inc1"' kind=statuspage url=$s/auth trust="$dir/good.pem" secret="$dir/secret"
expect "none over http" 'severity=warning .*never sent over http' kind=statuspage url=$h/auth secret="$dir/secret"
asked 1 . && { fail "feeds: nothing was asked over http"; bad=1; } || pass "feeds: nothing was asked over http"

# --- hostile -------------------------------------------------------------------------------------
expect "100 MiB packed into 100 KiB" 'severity=warning .*longer than 8388608 octets' kind=statuspage url=$h/bomb
expect "an octet at a time" 'severity=warning .*(timed out|Operation too slow)' kind=statuspage url=$h/slow
expect "half of what was promised" 'severity=warning .*(transfer closed|remaining)' kind=statuspage url=$h/cgi/half
expect "nobody there" 'severity=warning .*cause=.*(connect|refused)' kind=statuspage url=http://127.0.0.1:81/
expect "another form" 'severity=warning .*neither RSS nor Atom|no XML' kind=rss url=$h/page.json
echo '<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss/>' | put bad.xml
expect "a document type" 'severity=warning .*document type, which is not read' kind=atom url=$h/bad.xml
{ echo '<rss><channel>'; for i in $(seq 500); do echo "<item><guid>g$i</guid><title>t</title><pubDate>$(date -u -R)</pubDate></item>"; done; echo '</channel></rss>'; } | put flood.xml
begin kind=rss url=$h/flood.xml
holds "a flood is some records and a count" 8 said 1 'kind=0 key="more".*count=436'
said 64 'kind=3' && pass "feeds: of which there are 64" || { fail "feeds: 64 of a flood"; bad=1; }
end
for form in "aws aws-currentevents.utf16be.json" "aws aws-rss-all.xml" "azure azure-rss-incident.xml" "google gcp-incidents.json" "rss rss-carrier-ja.xml" "atom atom-statuspage.xml"; do
	cp "tests/data/status/${form#* }" "$www/sample"
	expect "${form#* } is read as ${form% *}" 'severity=cleared .*is being read' kind="${form% *}" url=$h/sample
done

# --- metrics -------------------------------------------------------------------------------------
metrics() { printf '# TYPE ue gauge\nue{plmn="1"} %s\nue{plmn="2"} 500.9\nload 0.25\n' "$1" | put metrics; }
metrics 30000
begin kind=prometheus url=$h/metrics users=ue sessions='ue{plmn="2"}' load=load
holds "users, the sum of the series, rounded down" 8 said 1 'METRIC .*instance="amf-1" metric=1 value=30500 before=0 .*known=1'
holds "those of one label" 1 said 1 'metric=2 value=500 '
holds "load in millionths" 1 said 1 'metric=4 value=250000 '
metrics 30100; sleep 3
said 1 'metric=1' && pass "feeds: a rise waits for its minute" || { fail "feeds: a rise was written at once"; bad=1; }
metrics 20000
holds "a fall of a tenth does not" 6 said 1 'metric=1 value=20500 before=30500'
metrics NaN
holds "no number: not known, at once" 6 said 1 'metric=1 value=0 before=20500 .*known=0'
said 0 'severity=warning' && pass "feeds: though the metrics were read" || { fail "feeds: NaN is no failure to read"; bad=1; }
metrics 20000
holds "known again" 6 said 1 'metric=1 value=20500 before=20500 .*known=1'
printf 'ue{plmn="1"} 2' | put metrics
holds "metrics that are cut are none: half would look like an outage" 10 said 1 'severity=warning .*cause="the metrics end within line 1"'
holds "and nothing is known" 1 said 2 'metric=1 .*known=0'
end
if command -v prometheus-node-exporter >/dev/null; then
	prometheus-node-exporter --web.listen-address=127.0.0.1:9100 --collector.disable-defaults --collector.meminfo >/dev/null 2>&1 & pids="$pids $!"
	total=$(($(awk '/^MemTotal/ { print $2 }' /proc/meminfo) * 1024))
	until_true 5 curl -s -o /dev/null http://127.0.0.1:9100/metrics
	expect "a real exporter" "metric=2 value=$total before=0 .*known=1" kind=prometheus url=http://127.0.0.1:9100/metrics sessions=node_memory_MemTotal_bytes
fi

# --- the daemon ----------------------------------------------------------------------------------
program=$build/sekimori
"$program" init "$dir/m" > "$dir/said" || exit 2
incident investigating:1 | put page.json
metrics 30000
cat > "$dir/sekimori.conf" <<END
monitor = { name = "feeds"; state = "$dir/m/state"; workers = 1; };
ledger = { origin = "example.org/feeds"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "here"; jurisdiction = "JP"; provider = "cloud"; } );
providers = ( { name = "cloud"; kind = "cloud"; } );
instances = ( { name = "amf-1"; function = "control"; site = "here"; targets = ( { name = "t"; probe = "tcp"; address = "127.0.0.1"; port = 80; interval = "2s"; } ); } );
notices = ( { name = "noc"; kind = "webhook"; url = "$s/cgi/notice"; trust = "$dir/good.pem"; secret = "$dir/channel"; } );
sources = ( { name = "page"; kind = "statuspage"; url = "$s/auth"; trust = "$dir/good.pem"; secret = "$dir/secret"; subject = "provider:cloud"; interval = "30s"; },
	{ name = "amf"; kind = "prometheus"; url = "$h/metrics"; subject = "instance:amf-1"; interval = "5s"; users = "ue"; } );
END
"$program" run -c "$dir/sekimori.conf" > "$dir/said" 2>&1 </dev/null & daemon=$!
pids="$pids $daemon"
shows() { [ "$("$program" ledger show --ledger "$dir/m/state/ledger.db" --kind "$1" 2>/dev/null | grep -Ec "$3")" = "$2" ]; }
holds "the daemon records what the provider says" 30 shows SIGNAL 1 'by fetch.1 .*kind=3 key="inc1" subject="provider:cloud"'
holds "and what the function counts" 10 shows METRIC 1 'by fetch.1 .*instance="amf-1" metric=1 value=30500'
poller=$(pgrep -P $daemon -f 'role fetch 1') server=$(pgrep -P $daemon -f 'role fetch 0')
remembers() {	# PROCESS TEXT: somewhere in its memory
	local range rest
	while read -r range rest; do
		case $rest in rw*vvar*) continue ;; rw*) ;; *) continue ;; esac
		dd if="/proc/$1/mem" bs=4096 skip=$((0x${range%-*} / 4096)) count=$(((0x${range#*-} - 0x${range%-*}) / 4096)) 2>/dev/null |
			grep -aq "$2" && return
	done < "/proc/$1/maps"
	return 1
}
lacks() { ! remembers "$@"; }
if [ "${V:-release}" != asan ]; then	# whose shadow memory takes hours to read
	holds "the poller has the secret of its source" 5 remembers "$poller" 'token-of-the-test'
	holds "and not that of the notice channel" 0 lacks "$poller" 'token-of-the-channel'
	holds "which the other process has" 5 remembers "$server" 'token-of-the-channel'
	holds "and that not the source's" 0 lacks "$server" 'token-of-the-test'
fi
kill -KILL "$poller"
holds "killed, it is a gap" 10 shows GAP 1 'role=fetch index=1 .*signal 9'
holds "and begins again" 15 shows SELF 2 'by fetch.1'
holds "it may say again what is still open" 15 shows SIGNAL 2 'kind=3 key="inc1"'
sed -i '/^sources/,$d' "$dir/sekimori.conf"
kill -HUP $daemon
gone() { ! pgrep -P $daemon -f 'role fetch 1'; }
holds "without sources there is no such process" 10 gone
kill $daemon; wait $daemon; code=$?; pids=${pids% *}
holds "the daemon ends in order" 0 test $code = 0
holds "and the audit finds nothing" 10 "$program" ledger audit --ledger "$dir/m/state/ledger.db"
exit $bad
