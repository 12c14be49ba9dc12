#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Files that are kept fresh, from a real nginx over TLS: good ones, shrunk, cut, older, run out, not
# modified, busy; what the process may write; then the daemon, whose CONFIG and loc.observed follow.
# In a network namespace of its own.   usage: tests/downloads.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
build=$PWD/build/${V:-release}
if [ "${DOWNLOADS_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "downloads need root for a network namespace"; exit 0; }
	DOWNLOADS_INSIDE=yes exec unshare -n "$0" "$@"
fi
dir=$(mktemp -d) || exit 2
chmod 755 "$dir"
www=$dir/www kept=$dir/kept bad=0 pids=
mkdir "$www" "$kept"
finish() {
	# shellcheck disable=SC2086
	[ -z "$pids" ] || { kill $pids; wait; } 2>/dev/null
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
holds() {	# NAME SECONDS COMMAND...
	local name=$1 seconds=$2; shift 2
	until_true "$seconds" "$@" && pass "downloads: $name" && return
	fail "downloads: $name"; bad=1
	echo "      $*"; tail -n 12 "$dir/said" 2>/dev/null | cut -c1-400 | sed 's/^/      /'
}

ip link set lo up
cert() {	# NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
		-addext "subjectAltName=IP:127.0.0.1" -keyout "$dir/$1.key" -out "$dir/$1.pem" 2>/dev/null
}
cert good; cert other
cat > "$dir/nginx.conf" <<END
daemon off; master_process off; pid $dir/nginx.pid; error_log $dir/nginx.log;
events { worker_connections 256; }
http {
  log_format plain '\$msec \$request_method \$uri \$status';
  access_log $dir/access plain; default_type application/octet-stream;
  client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3; uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
  server {
    listen 127.0.0.1:443 ssl;
    ssl_certificate $dir/good.pem; ssl_certificate_key $dir/good.key;
    root $www;
    location /busy { if (-f $dir/busy) { add_header Retry-After 3 always; return 503 "later\n"; } try_files /file =404; }
  }
}
END
nginx -e "$dir/nginx.log" -p "$dir" -c "$dir/nginx.conf" 2>/dev/null & pids="$pids $!"
until_true 5 test -e "$dir/nginx.pid"

put() { cat > "$www/new" && mv "$www/new" "$www/file"; }
feed() {	# DATE RANGES REGION: a csv feed
	echo "# date: $1"
	seq "$2" | awk -v region="$3" '{ printf "198.18.%d.0/24,%s\n", $1, region }'
	echo "127.0.0.0/8,$3"
}
try=$build/tests/tools/feed_try fetch=$build/sekimori-fetch s=https://127.0.0.1
begin() {	# NAME=VALUE...: until end
	: > "$dir/access"; : > "$dir/said"
	"$try" "$fetch" 0 "$@" trust="$dir/good.pem" > "$dir/said" 2>&1 & trying=$!	# the first of a name counts
	pids="$pids $trying"
}
end() { kill $trying; wait $trying; code=$?; pids=${pids% *}; [ $code = 0 ] || { fail "downloads: it ended with status $code"; bad=1; }; }
said() { [ "$(grep -Ec "$2" "$dir/said")" = "$1" ]; }	# COUNT PATTERN
asked() { [ "$(grep -Ec "$2" "$dir/access")" -ge "$1" ]; }
same() { cmp -s "$1" "$2"; }

# --- a feed ---------------------------------------------------------------------------------------
feed 2026-01-01T00:00:00Z 20 tokyo > "$kept/feed.csv"
chmod 640 "$kept/feed.csv"
cp "$kept/feed.csv" "$dir/first"
put < "$dir/first"
begin form=csv url=$s/file file="$kept/feed.csv"
holds "what is the same is not exchanged" 10 said 1 'SIGNAL .*kind=2 key="freshness" .*severity=cleared .*21 entries, made 2026-01-01'
holds "and asked for as news only" 10 asked 2 ' /file 304'
said 0 'RELOAD|exchanged' && pass "downloads: so nothing is read again" || { fail "downloads: exchanged for itself"; bad=1; }
feed 2026-01-02T00:00:00Z 22 osaka | tee "$dir/second" | put
holds "a newer one takes its place" 10 same "$dir/second" "$kept/feed.csv"
holds "which is recorded: before and after" 4 said 1 "SIGNAL .*kind=0 key=\"exchanged\" .*before: SHA-256 $(sha256sum < "$dir/first" | cut -c1-64), 21 entries.*after: SHA-256 $(sha256sum < "$dir/second" | cut -c1-64), 23 entries, made 2026-01-02"
holds "with the file as evidence" 1 said 1 "^BLOB $(stat -c %s "$dir/second")\$"
holds "and the configuration is to be read again" 4 said 1 '^RELOAD'
[ "$(stat -c %a "$kept/feed.csv")" = 640 ] && pass "downloads: its mode stays" || { fail "downloads: mode"; bad=1; }
feed 2026-01-03T00:00:00Z 5 osaka | put
holds "one that shrank by more than half is kept out" 10 said 1 'kind=1 key="freshness" .*severity=minor .*kept out SHA-256 .*it has 6 entries and the one in use has 23'
before=$(grep -c ' /file 304' "$dir/access")
holds "and not asked for again before it changes" 10 asked $((before + 1)) ' /file 304'
same "$dir/second" "$kept/feed.csv" && pass "downloads: the old one serves on" || { fail "downloads: the old one is gone"; bad=1; }
feed 2025-12-31T00:00:00Z 30 osaka | put
holds "one that is older is kept out" 10 said 1 'kind=1 .*it is older than the one in use: made 2025-12-31'
{ feed 2026-01-04T00:00:00Z 30 osaka; printf '198.18.31'; } | put
holds "one that was cut is kept out" 10 said 1 'kind=1 .*kept out SHA-256 .*line 33: there is no comma'
feed 2026-01-05T00:00:00Z 30 osaka | put
holds "a good one ends the alarm" 70 said 1 'kind=2 key="freshness" .*31 entries'
end
said 2 '^RELOAD' && pass "downloads: two exchanges, two reloads" || { fail "downloads: two reloads"; bad=1; }
[ "$(ls "$kept")" = feed.csv ] && pass "downloads: nothing is left beside it" || { fail "downloads: left over"; ls "$kept"; bad=1; }

# --- busy, untrusted, away ------------------------------------------------------------------------
feed 2026-02-01T00:00:00Z 30 osaka | put
touch "$dir/busy"
begin form=csv url=$s/busy file="$kept/feed.csv"
holds "asked to come later, it says that it cannot fetch" 10 said 1 'key="reading" .*severity=warning .*HTTP status 503'
holds "and looks again" 5 asked 2 ' /busy 503'
gap=$(awk '/ 503$/ { if (last) { print ($1 - last >= 2.9); exit } last = $1 }' "$dir/access")
[ "$gap" = 1 ] && pass "downloads: and comes when it was asked to" || { fail "downloads: Retry-After"; bad=1; }
rm "$dir/busy"
holds "then exchanges" 15 said 1 'key="exchanged"'
end
begin form=csv url=$s/file file="$kept/feed.csv" trust="$dir/other.pem"
holds "another authority is none" 10 said 1 'key="reading" .*severity=warning .*cause="SSL'
end
begin form=csv url=$s/file file="$kept/feed.csv" age=3600000
holds "older than it may be" 10 said 1 'kind=1 key="freshness" .*severity=major .*older than it may'
end

# --- a full disk ----------------------------------------------------------------------------------
mkdir "$dir/small"
if mount -t tmpfs -o size=16k tmpfs "$dir/small" 2>/dev/null; then
	feed 2026-02-01T00:00:00Z 30 osaka > "$dir/small/feed.csv"; cp "$dir/small/feed.csv" "$dir/was"
	{ feed 2026-02-02T00:00:00Z 250 osaka; yes '# filling' | head -n 3000; } | put
	begin form=csv url=$s/file file="$dir/small/feed.csv"
	holds "a full disk is said, with the file's name" 15 said 1 'feed\.csv.*No space left'
	alone() { same "$dir/was" "$dir/small/feed.csv" && [ "$(ls "$dir/small")" = feed.csv ]; }
	holds "and the old one serves on, alone" 5 alone	# between one attempt and the next
	said 0 '^RELOAD|exchanged' && pass "downloads: nothing is called exchanged" || { fail "downloads: a full disk exchanged"; bad=1; }
	feed 2026-02-03T00:00:00Z 40 osaka | tee "$dir/fits" | put
	holds "and there is room again: it goes on" 30 same "$dir/fits" "$dir/small/feed.csv"
	end
	umount "$dir/small"
else
	skip "downloads: a full disk: no tmpfs may be mounted here"
fi

# --- lists that run out ---------------------------------------------------------------------------
mkdir "$dir/ca"; : > "$dir/ca/index"; echo 01 > "$dir/ca/number"
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/ca/index\ncrlnumber=%s/ca/number\ndefault_md=sha256\n' "$dir" "$dir" > "$dir/ca/conf"
crl() { openssl ca -config "$dir/ca/conf" -gencrl -cert "$dir/good.pem" -keyfile "$dir/good.key" "$@" 2>/dev/null; }
crl -crlsec 30 > "$kept/list.pem"
put < "$kept/list.pem"
begin form=crl url=$s/file file="$kept/list.pem"
holds "a revocation list that runs out is told before" 35 said 1 'kind=1 key="freshness" .*severity=warning .*runs out 20.*runs out soon'
holds "and when it did" 20 said 1 'kind=1 key="freshness" .*severity=major .*has run out'
crl -crldays 30 | put
holds "a new one ends it" 12 said 1 'kind=2 key="freshness" '
end

# --- lists that somebody brings -------------------------------------------------------------------
crl -crlsec 25 > "$kept/brought.pem"
: > "$dir/access"
begin form=crl url= file="$kept/brought.pem" interval=1000
holds "a list that is brought by hand is watched, too: told before it runs out" 30 said 1 'kind=1 key="freshness" .*severity=warning .*runs out soon'
holds "and when it did" 20 said 1 'kind=1 key="freshness" .*severity=major .*has run out'
crl -crldays 30 > "$kept/.brought" && mv "$kept/.brought" "$kept/brought.pem"
holds "a new one that is put there ends it" 12 said 1 'kind=2 key="freshness" '
said 0 'key="reading"|exchanged' && [ ! -s "$dir/access" ] && pass "downloads: nobody was asked for it" || { fail "downloads: a file that is only watched was asked for"; bad=1; }
end
rm "$kept/brought.pem"
later() { date -u -d "+$1" +%Y-%m-%dT%H:%M:%SZ; }
printf 'policy = "p"; edition = "1"; timestamp = { oid = ( { value = "1.1"; until = "%s"; }, { value = "1.2"; until = "%s"; } ); };\n' "$(later 15seconds)" "$(later 1year)" > "$kept/policy"
begin form=policy url= file="$kept/policy" interval=1000
holds "an entry of a policy is told before it ends" 10 said 1 'kind=1 key="freshness" .*severity=warning .*runs out soon'
holds "and when it has, the next end counts" 30 said 1 'kind=2 key="freshness" .*severity=cleared'
end
printf 'register = "s"; edition = "1"; officer = "A"; from = "%s"; until = "%s"; entries = ( { site = "t"; kind = "yubihsm"; serial = "1"; } );\n' \
	"$(later '-1hour')" "$(later 20seconds)" > "$kept/sites"
begin form=site-register url= file="$kept/sites" interval=1000
holds "a site register is told before it ends" 30 said 1 'kind=1 key="freshness" .*severity=warning .*runs out soon'
holds "and when it did" 20 said 1 'kind=1 key="freshness" .*severity=major .*has run out'
end
rm "$kept/policy" "$kept/sites"

# --- what it may touch ----------------------------------------------------------------------------
mkdir "$dir/apart"; cp "$kept/feed.csv" "$dir/apart/feed.csv"
begin form=csv url=$s/file file="$kept/feed.csv" interval=60000
holds "it says how it is confined" 5 said 1 'SELF .*landlock'
keeper=$(pgrep -P $trying)
grep -q '^CapEff:.0*$' "/proc/$keeper/status" && pass "downloads: without capabilities" || { fail "downloads: capabilities"; bad=1; }
end

# --- the daemon -----------------------------------------------------------------------------------
program=$build/sekimori
"$program" init "$dir/m" > "$dir/said" || exit 2
feed 2026-03-01T00:00:00Z 20 tokyo > "$kept/feed.csv"
put < "$kept/feed.csv"
cp tests/data/mmdb/country.mmdb "$kept/country.mmdb"
cp tests/data/ip-ranges/registry.txt "$kept/registry.txt"
cat > "$dir/sekimori.conf" <<END
monitor = { name = "downloads"; state = "$dir/m/state"; workers = 2; };
ledger = { origin = "example.org/downloads"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "here"; jurisdiction = "JP"; provider = "cloud"; region = "tokyo"; } );
instances = ( { name = "amf-1"; function = "control"; site = "here"; targets = ( { name = "t"; probe = "tcp"; address = "127.0.0.1"; port = 443; interval = "1s"; } ); } );
feeds = ( { provider = "cloud"; form = "csv"; file = "$kept/feed.csv"; }, { provider = "registry"; form = "registry"; file = "$kept/registry.txt"; },
	{ provider = "database"; form = "mmdb"; file = "$kept/country.mmdb"; } );
downloads = ( { name = "ranges"; form = "csv"; url = "$s/file"; trust = "$dir/good.pem"; file = "$kept/feed.csv"; interval = "5s"; },
	{ name = "brought"; form = "registry"; file = "$kept/registry.txt"; } );
END
"$program" run -c "$dir/sekimori.conf" > "$dir/said" 2>&1 </dev/null & daemon=$!
pids="$pids $daemon"
show() { "$program" ledger show --ledger "$dir/m/state/ledger.db" --kind "$1" 2>/dev/null; }
shows() { [ "$(show "$1" | grep -Ec "$3")" -ge "$2" ]; }	# KIND COUNT PATTERN
holds "an address is where the feed says" 30 shows OBSERVATION 1 'loc.observed="?cloud/tokyo'
holds "a registry that does not hold it says so, apart" 2 shows OBSERVATION 1 "loc.registry.unknown=\"?no registry's file holds it"
holds "and so does a database" 2 shows OBSERVATION 1 'loc.mmdb.unknown="?no database names a country'
feed 2026-03-02T00:00:00Z 22 osaka > "$dir/second"
after=$(sha256sum < "$dir/second" | cut -c1-64)
configs=$(show CONFIG | wc -l)
put < "$dir/second"
holds "exchanged by the daemon" 30 shows SIGNAL 1 "by fetch.2 .*key=\"exchanged\" .*after: SHA-256 $after"
more() { [ "$(show CONFIG | wc -l)" -gt "$configs" ]; }
holds "the configuration is read again by itself" 30 more
holds "it names the new file" 2 shows CONFIG 1 "$after"
holds "and the address has moved" 30 shows OBSERVATION 1 'loc.observed="?cloud/osaka'
feed 2026-03-03T00:00:00Z 3 osaka | put
holds "what shrank is an alarm" 30 shows SIGNAL 1 'by fetch.2 .*kind=1 key="freshness" .*it has 4 entries'
cp "$www/file" "$kept/feed.csv" && kill -HUP $daemon
holds "put there by hand, it is taken and the alarm ends" 30 shows SIGNAL 1 'by fetch.2 .*kind=2 key="freshness" .*4 entries, made 2026-03-03'
workers=$(pgrep -P $daemon -f 'role worker' | wc -l)
[ "$workers" = 2 ] && pass "downloads: by the same workers" || { fail "downloads: $workers workers"; bad=1; }
gaps() { show GAP | grep -v 'stood still'; }	# that of a machine that did is none of ours
[ -z "$(gaps)" ] && pass "downloads: and no role died" || { fail "downloads: a role died"; gaps; bad=1; }
kill $daemon; wait $daemon; code=$?; pids=${pids% *}
holds "the daemon ends in order" 0 test $code = 0
holds "and the audit finds nothing" 10 "$program" ledger audit --ledger "$dir/m/state/ledger.db"
exit $bad
