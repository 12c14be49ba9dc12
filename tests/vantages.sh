#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One endpoint from three places, with the real daemon and real routing by source address: the
# monitor's own, one over another link, and one whose address is not there.  What fails is seen
# from where it fails, an unusable vantage is never a peer that is down, ids stay when vantages are
# added, and audit, replay and a bundle take the names.  One of the places is inside the provider's
# cloud: where only the way from outside is cut it lies between, where all of the site fails it is the
# provider's, on own premises it is the carrier's.
# usage: tests/vantages.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
if [ "${VANTAGES_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "vantages need root for network namespaces"; exit 0; }
	VANTAGES_INSIDE=yes exec unshare -n "$0" "$@"
fi
dir=$(mktemp -d) || exit 2
peer=vantages-$$ db=$dir/m/state/ledger.db pid= server= bad=0
finish() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	[ -z "$server" ] || kill "$server" 2>/dev/null
	ip netns del "$peer" 2>/dev/null
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
story() { "$program" replay --text -c "$dir/sekimori.conf"; }
told() { story | grep -Eq -- "$1"; }	# what the timeline says
# What was seen last of a target, by its number: "up ...", "unknown IO the vantage ..."
last() {
	"$program" ledger show --ledger "$db" --kind OBSERVATION --json | grep "\"target\":$1," | tail -n 1 |
		sed -nE 's/.*"outcome":"([a-z]+)","error":"([A-Z]+)".*"detail":"([^"]*)".*/\1 \2 \3/p'
}
seen() { last "$1" | grep -Eq -- "$2" || { last "$1"; return 1; }; }
audited() { "$program" ledger audit --ledger "$db"; }
numbers() { "$program" ledger show --ledger "$db" --kind OBSERVATION --json | sed -nE 's/.*"target":([0-9]+),.*/\1/p' | sort -un | tr '\n' ' '; }
carried() { [ "$(sed -nE "s/^ *$1: *([0-9]+ +){9}([0-9]+).*/\2/p" /proc/self/net/dev)" -gt "$2" ]; }

# --- two links to the peer: which one is taken is for the source address to say ---------------
ip netns add "$peer" || exit 2
ip link set lo up
ip -n "$peer" link set lo up
for n in 1 2; do
	ip link add "link$n" type veth peer name "end$n" netns "$peer"
	ip addr add "10.77.$n.1/30" dev "link$n"; ip link set "link$n" up
	ip -n "$peer" addr add "10.77.$n.2/30" dev "end$n"; ip -n "$peer" link set "end$n" up
done
for n in 10 11 12; do ip -n "$peer" addr add "192.0.2.$n/32" dev lo; done
ip route add default via 10.77.1.2
ip route add default via 10.77.2.2 table 77
ip rule add from 10.77.2.1 lookup 77
cat > "$dir/nginx.conf" <<END
daemon off; master_process off; pid $dir/nginx.pid; error_log $dir/nginx.log;
events { worker_connections 512; }
http { access_log off; server { listen 192.0.2.10:8080; listen 192.0.2.11:8080; listen 192.0.2.12:8080; } }
END
ip netns exec "$peer" nginx -e "$dir/nginx.log" -p "$dir" -c "$dir/nginx.conf" 2>/dev/null &
server=$!

"$program" init "$dir/m" >/dev/null || exit 2
sets() { local comma=; for set in "$@"; do printf '%s{ name = "%s"; needed = 1; serves = ( { service = "voice"; } ); }' "$comma" "$set"; comma=', '; done; }
configure() {	# VANTAGES OF THE TARGET, MORE OF osaka, MORE INSTANCES
	cat > "$dir/sekimori.conf" <<END
monitor = { name = "vantages"; state = "$dir/m/state"; vantage = "premises"; instance_gap = "10ms"; };
ledger = { origin = "example.org/vantages"; key = "$dir/m/signing-key.pem"; };
vantages = ( { name = "osaka"; source = "10.77.2.1"; ${2:-} }, { name = "lost"; source = "203.0.113.9"; } );
sites = ( { name = "cloud"; jurisdiction = "JP"; provider = "example"; }, { name = "exchange"; jurisdiction = "JP"; } );
services = ( { name = "voice"; class = "VOICE_OTHER"; areas = ( { area = "JP-27"; users = 900; } ); } );
replica_sets = ( $(sets amf ${3:+smf hss}) );
instances = ( { name = "amf"; function = "control"; site = "cloud"; replica_set = "amf"; targets = (
  { name = "amf-n2"; probe = "tcp"; address = "192.0.2.10"; port = 8080; interval = "1s"; deadline = "500ms";
    fail_count = 2; window = 3; recover_count = 2; $1 } ); } ${3:-} );
END
}
configure ""
"$program" run -c "$dir/sekimori.conf" >>"$dir/log" 2>&1 </dev/null &
pid=$!
holds "from the monitor's own place it is up" 40 seen 1 '^up' || { tail -n 8 "$dir/log"; exit 1; }

# --- three places ----------------------------------------------------------------------------
configure 'vantages = "premises, osaka, lost";'
"$program" check-config -c "$dir/sekimori.conf" > "$dir/check"
holds "check-config names a target for each" 0 test "$(grep -c '^control.*amf-n2' "$dir/check")" = 3
kill -HUP "$pid"
holds "from osaka it is up too" 20 seen 2 '^up'
holds "over the other link" 10 carried link2 20
holds "a vantage that is not there is to blame, not the peer" 10 seen 3 '^unknown IO the vantage lost cannot be used'
holds "the target that was there keeps its number" 0 test "$(numbers)" = "1 2 3 "

# --- only from osaka -------------------------------------------------------------------------
ip -n "$peer" route add blackhole 10.77.2.1/32
holds "what fails on one way is down from there" 20 told 'incident [0-9]+ opened: .*amf-n2@osaka'
holds "and up from the other" 10 seen 1 '^up'
ip -n "$peer" route del blackhole 10.77.2.1/32
holds "it is up again from everywhere" 20 seen 2 '^up'
ip rule add pref 10 from 10.77.2.1 unreachable
holds "a vantage without a way is unknown, not down" 20 seen 2 '^unknown IO the vantage osaka cannot be used'
ip rule del pref 10
holds "a vantage that is back is believed again" 20 seen 2 '^up'

holds "no incident was of anything but osaka" 0 sh -c '! "$1" replay --text -c "$2" | grep "opened:" | grep -v amf-n2@osaka' - \
	"$program" "$dir/sekimori.conf"

# --- whose side it is on, seen from inside the cloud and from outside ---------------------------
more() {	# NAME SITE LAST VANTAGES
	printf ', { name = "%s"; function = "control"; site = "%s"; replica_set = "%s"; targets = ( { name = "%s-n2"; probe = "tcp"; address = "192.0.2.%s"; port = 8080;
		interval = "1s"; deadline = "500ms"; fail_count = 2; window = 3; recover_count = 2; %s } ); }' "$1" "$2" "$1" "$1" "$3" "$4"
}
configure 'vantages = "premises, osaka";' 'inside = true;' "$(more smf cloud 11 'vantages = "premises, osaka";')$(more hss exchange 12 '')"
kill -HUP "$pid"
sever() { ip -n "$peer" rule add pref 10 from "192.0.2.$1" to "$2" blackhole; }
mend() { ip -n "$peer" rule del pref 10 from "192.0.2.$1" to "$2" blackhole; }
status() { "$program" status --ledger "$db" | grep -E -- "$1"; }
sided() { status "^ *#[0-9]+ .*side: $1\$" && story | grep -F "incident $("$program" status --ledger "$db" | sed -nE 's/^ *#([0-9]+) .*side: .*/\1/p' | head -n 1) opened" | grep -E -- "$2"; }
quiet() { "$program" status --ledger "$db" | grep -q 'OPEN INCIDENTS *0'; }
holds "what was added is up from everywhere" 30 status 'all: 5 targets, 5 proven, 0 unknown, 0 failed'
sever 10 10.77.1.1
holds "only the way from outside is cut: it lies between" 30 sided interconnect 'instance amf'
mend 10 10.77.1.1
holds "and it is over" 30 quiet
sever 10 10.77.2.1
holds "only the way inside is cut: nobody can tell" 30 sided undetermined 'instance amf'
mend 10 10.77.2.1
holds "and that is over" 30 quiet
sever 10/31 10.77.0.0/16
holds "all of the site fails from everywhere: the provider" 30 sided provider 'site cloud'
mend 10/31 10.77.0.0/16
holds "and the site is back" 30 quiet
sever 12 10.77.0.0/16
holds "what stands on own premises fails: the carrier" 30 sided carrier 'instance hss'
mend 12 10.77.0.0/16
holds "and the exchange is back" 30 quiet

# --- everybody who reads ---------------------------------------------------------------------
"$program" report self-check --record --lang ja --format text,html,pdf --out "$dir/filing" --bundle "$dir/bundle" -c "$dir/sekimori.conf" >/dev/null 2>"$dir/report.log"
key=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier": ?"([^"]+)".*/\1/p')
holds "a bundle of a filing verifies without network or ledger" 0 unshare -n "$program" verify --key "$key" "$dir/bundle"
holds "its page has the three diagrams, drawn" 0 test "$(grep -c '<svg' "$dir/filing/self-check.ja.html")" = 3
drawn() { [ "$(pdftotext "$dir/filing/self-check.ja.pdf" - | grep -cx exchange)" = 3 ]; }
holds "and so has its PDF" 0 drawn
year=$(TZ=Asia/Tokyo date -d '-3 months' +%Y)
yearly() { "$program" report yearly-list --year "$year" --lang ja --format xlsx,text -c "$dir/sekimori.conf" "$@"; }
yearly --freeze --as-known --out "$dir/year" --bundle "$dir/year-bundle" >/dev/null 2>"$dir/year.log"
of_year() { unshare -n "$program" verify --key "$key" "$dir/year-bundle" | grep -E "PROVED +filing .*it is edition 1 of the list yearly-list/$year|PROVED +filing +it is edition 1"; }
holds "the list of the fiscal year is frozen, and its bundle verifies" 0 of_year
again() { yearly --edition 1 --out "$dir/again" --force 2>&1 | grep -c 'octet by octet' | grep -qx 2 && cmp "$dir/year/yearly-list.ja.xlsx" "$dir/again/yearly-list.ja.xlsx"; }
holds "it is made again octet by octet" 0 again
kill "$pid"; wait "$pid"; pid=
holds "the audit accounts for every target and minute" 0 audited
exit $bad
