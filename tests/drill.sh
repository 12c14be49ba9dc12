#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An exercise, on the daemon as it is: a scenario played at speed on a configuration of several
# regions, people who acknowledge, correct and report, its score; and that its ledger cannot be
# taken for a real one, nor a real one for its.  usage: tests/drill.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
dir=$(mktemp -d) || exit 2
export SEKIMORI_DRILLS=$PWD/monitor/state/drills SEKIMORI_FORMS=$PWD/reports/forms
pid= bad=0
finish() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
holds() {	# NAME SECONDS COMMAND...
	local name=$1 seconds=$2; shift 2
	until_true "$seconds" "$@" && pass "drill: $name" && return
	fail "drill: $name"; bad=1
	"$@" 2>&1 | tail -n 8 | cut -c1-300
	return 1
}
says() { "${@:2}" 2>&1 | grep -qE -- "$1" || { echo "no \"$1\" in:"; "${@:2}" 2>&1 | tail -n 6; return 1; }; }
exits() { "${@:2}" >/dev/null 2>&1; local got=$?; [ $got = "$1" ] || { echo "exit $got, not $1"; return 1; }; }

"$program" init "$dir/m" >/dev/null || exit 2
{
	cat <<END
monitor = { name = "core"; state = "$dir/m/state"; group_wait = "1s"; };
ledger = { origin = "example.org/core"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "tokyo"; provider = "cumulus"; region = "east"; jurisdiction = "JP"; },
  { name = "osaka"; provider = "cumulus"; region = "west"; jurisdiction = "JP"; },
  { name = "premises"; jurisdiction = "JP"; } );
listeners = ( { name = "traps"; kind = "webhook"; transport = "tcp"; address = "127.0.0.1"; port = 47811; users = "$dir/tokens"; } );
instances = (
END
	for at in amf-1:tokyo amf-2:osaka upf-1:tokyo upf-2:osaka smf-1:tokyo hss-1:premises; do
		printf '%s  { name = "%s"; function = "control"; site = "%s"; replica_set = "%s";\n' "${comma:-}" "${at%:*}" "${at#*:}" "${at%-*}"
		printf '    targets = ( { name = "%s"; probe = "tcp"; address = "192.0.2.1"; port = 443; } ); }' "${at%:*}"
		comma=,
	done
	echo ' );'
} > "$dir/core.conf"
echo 'noc s3cret-token-of-the-test' > "$dir/tokens"
chmod 600 "$dir/tokens"
holds "the carrier's configuration is fine" 0 "$program" check-config -c "$dir/core.conf"
for scenario in region-loss hsm-loss certificate-expiry wrong-configuration silent-provider; do
	holds "$scenario can be played on it" 0 "$program" drill "$scenario" -c "$dir/core.conf" --ledger "$dir/try-$scenario" --prepare
done
holds "a folder is used once" 0 exits 2 "$program" drill region-loss -c "$dir/core.conf" --ledger "$dir/try-region-loss" --prepare
holds "what is not there is not played on" 0 says "has nothing to happen to" "$program" drill region-loss -c "$dir/core.conf" --ledger "$dir/t1" --of site:kyoto --prepare

# At that speed a goal of five minutes is one second, which a busy machine does not leave us: here all of it may take longer.
mkdir "$dir/drills"
sed 's/^goals = .*/goals = { acknowledge = "20h"; report = "20h"; restore = "20h"; };/' "$SEKIMORI_DRILLS/region-loss.drill" > "$dir/drills/region-loss.drill"
SEKIMORI_DRILLS=$dir/drills "$program" drill region-loss -c "$dir/core.conf" --ledger "$dir/d" --speed 300 >"$dir/log" 2>&1 </dev/null &
pid=$!
conf=$dir/d/sekimori.conf db=$dir/d/state/ledger.db
# The site's own: the first function that falls is an incident for a moment, which then becomes part of it.
region() { number=$("$program" replay --text --ledger "$db" | sed -nE 's/.*incident ([0-9]+) opened: site tokyo.*/\1/p'); [ -n "$number" ]; }
holds "it plays" 20 says "SELF by worker" "$program" ledger show --ledger "$db" --kind SELF
holds "a region fails" 30 region
holds "it is acknowledged" 10 "$program" ack -c "$conf" "$number" on it
holds "it is not scored as done without a report" 0 exits 3 "$program" drill score --ledger "$db"
holds "the first report is frozen" 0 says "filing recorded" "$program" report prompt-report -c "$conf" --incident "$number" --freeze --as-known --force --out "$dir/papers"
holds "the screen and the status say what it is" 0 says "DRILL +region-loss" "$program" status -c "$conf"
holds "alarms and the provider's words are played, too" 30 says "notice .*Connectivity issues" "$program" ledger show --ledger "$db" --kind SIGNAL
holds "it is restored" 30 says '"grade": "(met|missed)"' sh -c "'$program' drill score --ledger '$db' --json | grep -A5 '\"restore\"'"
number=$("$program" drill score --ledger "$db" --json | sed -n 's/^ *"incident": \([0-9]*\).*/\1/p')
holds "its paper says so, too" 0 says "DRILL" "$program" replay --incident "$number" --ledger "$db" --format text
holds "all goals are met" 5 exits 0 "$program" drill score --ledger "$db"
kill -INT "$pid"; wait "$pid"; pid=

"$program" drill score --ledger "$db" | sed 's/^/    /'
real() { "$program" ledger show --ledger "$db" --json | grep -v '"drill":true' | grep -c '"kind"'; }
all() { "$program" ledger show --ledger "$db" --json | grep -c '"kind"'; }
holds "every record of it is marked" 0 [ "$(real)" = 0 -a "$(all)" -gt 50 ]
holds "its name says it" 0 says "drill/example.org/core" "$program" ledger show --ledger "$db" --kind KEY
holds "a bundle of it says it" 0 sh -c "'$program' ledger export --ledger '$db' '$dir/b' >/dev/null && '$program' verify '$dir/b' | grep -q DRILL"
holds "nothing was sent or listened to" 0 sh -c "! '$program' ledger show --ledger '$db' --kind NOTICE | grep -q NOTICE && ! grep -q 'SELF by intake' '$dir/log'"

"$program" drill wrong-configuration -c "$dir/core.conf" --ledger "$dir/n" --speed 1200 >>"$dir/log" 2>&1 </dev/null &
pid=$!
holds "a goal that nobody meets is missed" 30 exits 1 "$program" drill score --ledger "$dir/n/state/ledger.db"
kill -INT "$pid"; wait "$pid"; pid=

sed "s|state = \"$dir/m/state\"|state = \"$dir/d/state\"|; s|$dir/m/signing-key.pem|$dir/d/signing-key.pem|; s|\"example.org/core\"|\"drill/example.org/core\"|" "$dir/core.conf" > "$dir/wrong.conf"
holds "a real configuration is refused by its ledger" 0 says "is the ledger of an exercise" timeout 60 "$program" run -c "$dir/wrong.conf"
"$program" run -c "$dir/core.conf" >>"$dir/log" 2>&1 </dev/null &
pid=$!
holds "the real one works" 20 says "SELF by worker" "$program" ledger show --ledger "$dir/m/state/ledger.db" --kind SELF
kill -INT "$pid"; wait "$pid"; pid=
mkdir "$dir/e"; sed "s|$dir/d/|$dir/e/|g" "$conf" > "$dir/e/sekimori.conf"
cp "$dir/d/scenario.drill" "$dir/e"; cp -r "$dir/m/state" "$dir/e/state"; cp "$dir/m/signing-key.pem" "$dir/e"
holds "the real ledger refuses an exercise" 0 says "is the real ledger" timeout 60 "$program" run -c "$dir/e/sekimori.conf"
holds "and is no exercise to be scored" 0 says "is not the ledger of an exercise" "$program" drill score --ledger "$dir/m/state/ledger.db"
exit $bad
