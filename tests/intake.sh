#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What comes in beside probes, with the real daemon and real senders: logger, rsyslogd over TLS,
# net-snmp's snmptrap and snmpinform, Prometheus Alertmanager, curl; then who is not let in, what is
# no message at all, connections that do nothing, 50,000 alarms in ten seconds, and a killed intake.
# usage: tests/intake.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
tools=$PWD/build/${V:-release}/tests/tools
if [ "${INTAKE_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "intake needs root for a network namespace of its own"; exit 0; }
	INTAKE_INSIDE=yes exec unshare -n "$0" "$@"
fi
dir=$(mktemp -d) || exit 2
chmod 755 "$dir"
db=$dir/m/state/ledger.db
pid= others= bad=0
finish() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	[ -z "$others" ] || kill $others 2>/dev/null
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
holds() {	# NAME SECONDS COMMAND...
	local name=$1 seconds=$2; shift 2
	until_true "$seconds" "$@" && pass "intake: $name" && return
	fail "intake: $name"; bad=1
	"$@" 2>&1 | tail -n 8 | cut -c1-300
	return 1
}
signals() { "$program" ledger show --ledger "$db" --kind SIGNAL 2>/dev/null; }
one() { signals | grep -E -- "$1" || { echo "no SIGNAL like $1; the last:"; signals | tail -n 4; return 1; }; }
none() { ! signals | grep -E -- "$1"; }
is() { [ "$1" = "$("${@:2}")" ] || { echo "wanted $1, got $("${@:2}")"; return 1; }; }
sum() { signals | grep -E -- "$1" | sed 's/.* count=\([0-9]*\).*/\1/' | awk '{ n += $1 } END { print n + 0 }'; }
role() { pgrep -P "$pid" -f 'role intake'; }

ip link set lo up
ip addr add 192.0.2.2/32 dev lo
cert() {	# NAME OPTIONS...: signed by "ca"
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$dir/$1.key" -out "$dir/$1.csr" 2>/dev/null &&
	openssl x509 -req -in "$dir/$1.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -days 2 -out "$dir/$1.pem" \
		-extfile <(echo "subjectAltName=IP:127.0.0.1,DNS:$1") 2>/dev/null
	chmod 600 "$dir/$1.key"
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca -addext basicConstraints=critical,CA:TRUE \
	-keyout "$dir/ca.key" -out "$dir/ca.pem" 2>/dev/null
cert server; cert edge-9
"$program" init "$dir/m" >/dev/null || exit 2
echo listed > "$dir/communities"
printf '# who may send\nnoc SHA-256 authsecret1 AES privsecret1\nold SHA authsecret2 level=authNoPriv\nbound SHA-512 authsecret3 AES-256 privsecret3 engine=8000000001020399\n' > "$dir/users"
echo 'alertmanager s3cret-token-of-the-test' > "$dir/tokens"
chmod 600 "$dir/communities" "$dir/users" "$dir/tokens"
configure() {	# EXTRA LISTENERS
	cat > "$dir/sekimori.conf" <<END
monitor = { name = "intake"; state = "$dir/m/state"; workers = 1; };
ledger = { origin = "example.org/intake"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "here"; jurisdiction = "JP"; } );
instances = ( { name = "amf-1"; function = "control"; site = "here"; aliases = "edge-1,edge-9";
  targets = ( { name = "t"; probe = "tcp"; address = "192.0.2.2"; port = 8080; interval = "60s"; } ); } );
listeners = (
  { name = "sys-udp"; kind = "syslog"; address = "127.0.0.1"; port = 514; rate = 100; },
  { name = "sys-tcp"; kind = "syslog"; transport = "tcp"; address = "127.0.0.1"; port = 601; },
  { name = "sys-tls"; kind = "syslog"; transport = "tls"; address = "127.0.0.1"; certificate = "$dir/server.pem"; key = "$dir/server.key"; trust = "$dir/ca.pem"; },
  { name = "traps"; kind = "trap"; address = "::"; users = "$dir/users"; communities = "$dir/communities"; },
  { name = "hook"; kind = "webhook"; transport = "tcp"; address = "127.0.0.1"; users = "$dir/tokens"; },
  { name = "hook-tls"; kind = "webhook"; transport = "tls"; address = "127.0.0.1"; port = 9443; certificate = "$dir/server.pem"; key = "$dir/server.key"; users = "$dir/tokens"; subject = "provider:vendor"; },
  { name = "elsewhere"; kind = "syslog"; address = "192.0.2.99"; port = 514; }$1 );
providers = ( { name = "vendor"; kind = "other"; } );
END
}
configure ""
"$program" run -c "$dir/sekimori.conf" >"$dir/log" 2>&1 </dev/null &
pid=$!
holds "listens on ports below 1024 as somebody without privileges" 20 sh -c "'$program' ledger show --ledger '$db' --kind SELF | grep -E 'SELF by intake.0 .*sandbox=\"user [1-9][0-9]*, no capabilities'"
holds "a listener that cannot be had is an alarm" 10 one 'raised .*source="elsewhere" .*severity=major .*title="this listener does not listen"'

# --- syslog ------------------------------------------------------------------------------------
export MIBS=
logger -n 127.0.0.1 -P 514 -d --rfc5424 -t myapp --msgid ID47 -p daemon.crit "of logger"
logger -n 127.0.0.1 -P 514 -d --rfc3164 -t oldapp -p auth.err "of logger"
logger -n 127.0.0.1 -P 601 -T --rfc5424 -t tcplines "of logger"
logger -n 127.0.0.1 -P 601 -T --octet-count --rfc5424 -t tcpcounted "of logger"
printf '<137>1 2026-01-01T00:00:00Z edge-1 app - - [alarm resource="if3" probableCause="lossOfSignal" perceivedSeverity="major"] x' > /dev/udp/127.0.0.1/514
printf '<141>1 2026-01-01T00:00:00Z edge-1 app - - [alarm resource="if3" probableCause="lossOfSignal" perceivedSeverity="cleared"] x' > /dev/udp/127.0.0.1/514
printf '<13>no time at all' > /dev/udp/127.0.0.1/514
holds "logger, RFC 5424 over UDP" 10 one 'event .*source="sys-udp" form=syslog .*severity=major alarm_type=processing error cause="daemon" title="myapp ID47" .*clock=agrees'
holds "logger, RFC 3164 over UDP: its clock has no zone" 5 one 'severity=minor .*title="oldapp" .*clock=doubtful'
holds "logger over TCP, lines" 5 one 'source="sys-tcp" .*title="tcplines"'
holds "logger over TCP, counted octets" 5 one 'source="sys-tcp" .*title="tcpcounted"'
holds "an alarm of RFC 5674 is raised" 5 one 'raised .*key="edge-1/if3/lossOfSignal" subject="instance:amf-1" severity=major .*clock=doubtful'
holds "... and cleared under the same key" 5 one 'cleared .*key="edge-1/if3/lossOfSignal"'
holds "an undated message gets no time" 5 one 'title="user.notice" .*told=none clock=none'
cat > "$dir/rsyslog.conf" <<END
global(workDirectory="$dir" defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="$dir/ca.pem"
       defaultNetstreamDriverCertFile="$dir/edge-9.pem" defaultNetstreamDriverKeyFile="$dir/edge-9.key")
module(load="imudp") input(type="imudp" address="127.0.0.1" port="5140")
action(type="omfwd" target="127.0.0.1" port="6514" protocol="tcp" streamDriver="ossl" streamDriverMode="1"
       streamDriverAuthMode="x509/certvalid" tcp_framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")
END
rsyslogd -n -f "$dir/rsyslog.conf" -i "$dir/rsyslog.pid" >"$dir/rsyslog.log" 2>&1 &
others="$others $!"
await bound "src 127.0.0.1:5140"
say_tls() { logger -n 127.0.0.1 -P 5140 -d --rfc5424 -t overtls -p local0.alert "through rsyslogd"; sleep 0.5; one 'source="sys-tls" .*severity=critical .*title="overtls"'; }
holds "rsyslogd over TLS with a client certificate" 15 say_tls
openssl s_client -connect 127.0.0.1:6514 -quiet </dev/null >/dev/null 2>&1
holds "no client certificate, no connection" 10 one 'title="TLS connections that were refused or gave up"'

# --- SNMP --------------------------------------------------------------------------------------
down=.1.3.6.1.6.3.1.1.5.3 up=.1.3.6.1.6.3.1.1.5.4 index=.1.3.6.1.2.1.2.2.1.1
v3="-v3 -u noc -l authPriv -a SHA-256 -A authsecret1 -x AES -X privsecret1"
snmptrap -v2c -c listed 127.0.0.1 '' $down $index.7 i 7
snmptrap -v2c -c listed 127.0.0.1 '' $up $index.7 i 7
snmptrap -v2c -c public 127.0.0.1 '' $down $index.8 i 8
snmptrap -v2c -c listed udp6:[::1] '' .1.3.6.1.4.1.32473.1
snmptrap -v1 -c listed 127.0.0.1 .1.3.6.1.4.1.32473 192.0.2.2 6 42 100
snmptrap $v3 -e 0x8000000001020304 127.0.0.1 '' $down $index.9 i 9
snmptrap -v3 -e 0x8000000001020305 -u old -l authNoPriv -a SHA -A authsecret2 127.0.0.1 '' .1.3.6.1.2.1.118.0.2 \
	.1.3.6.1.2.1.118.1.2.2.1.13.1 o .1.3.6.1.2.1.118.1.1.2.1.3.0.5.6 .1.3.6.1.2.1.118.1.2.2.1.10.1 o $index.4 .1.3.6.1.2.1.121.1.1.1.1.3.0.5.3 i 8
snmptrap -v3 -e 0x8000000001020399 -u bound -l authPriv -a SHA-512 -A authsecret3 -x AES-256 -X privsecret3 127.0.0.1 '' .1.3.6.1.4.1.32473.2
holds "linkDown is raised" 5 one 'raised .*source="traps" form=trap .*key="127.0.0.1/link/7" .*severity=major alarm_type=communications cause="lossOfSignal" title="linkDown"'
holds "... and cleared by linkUp of the same ifIndex" 5 one 'cleared .*key="127.0.0.1/link/7" .*title="linkUp"'
holds "over IPv6, an unknown trap is titled by its OID" 5 one 'event .*key="::1/1.3.6.1.4.1.32473.1/" .*severity=indeterminate .*title="1.3.6.1.4.1.32473.1"'
holds "an SNMPv1 trap, and whose it is" 5 one 'key="192.0.2.2/1.3.6.1.4.1.32473.0.42/" subject="instance:amf-1"'
holds "an SNMPv3 trap, authPriv" 5 one 'raised .*key="127.0.0.1/link/9"'
holds "an alarm of RFC 3877, authNoPriv where the file allows it" 5 one 'raised .*severity=critical .*cause="lossOfSignal" title="alarmActiveState"'
holds "SHA-512 and AES-256, from the engine the file names" 5 one 'title="1.3.6.1.4.1.32473.2"'
check "intake: an SNMPv2c inform is answered" snmpinform -r0 -t20 -v2c -c listed 127.0.0.1 '' .1.3.6.1.6.3.1.1.5.1
check "intake: an SNMPv3 inform is answered" snmpinform -r0 -t20 $v3 127.0.0.1 '' .1.3.6.1.6.3.1.1.5.2
holds "... and recorded" 5 one 'form=inform .*title="warmStart"'
snmptrap -v3 -e 0x8000000001020306 -u noc -l authPriv -a SHA-256 -A wrongwrong1 -x AES -X privsecret1 127.0.0.1 '' $down $index.66 i 66
snmptrap -v3 -e 0x8000000001020306 -u noc -l authNoPriv -a SHA-256 -A authsecret1 127.0.0.1 '' $down $index.66 i 66
snmptrap -v3 -e 0x8000000001020306 -u nobody -l authPriv -a SHA-256 -A authsecret1 -x AES -X privsecret1 127.0.0.1 '' $down $index.66 i 66
snmptrap -v3 -e 0x8000000001020306 -u bound -l authPriv -a SHA-512 -A authsecret3 -x AES-256 -X privsecret3 127.0.0.1 '' $down $index.66 i 66
snmptrap -v3 -e 0x8000000001020305 -u old -l authNoPriv -a SHA -A wrongwrong1 127.0.0.1 '' $down $index.66 i 66
# It asks for the engine first, which is answered, and has time to be.
snmpinform -r0 -t20 -v3 -u old -l authNoPriv -a SHA -A wrongwrong1 127.0.0.1 '' $down $index.66 i 66 2>/dev/null & forged=$!
snmpinform -r0 -t1 -v2c -c public 127.0.0.1 '' $down $index.66 i 66 2>/dev/null && { fail "intake: a stranger's inform is answered"; bad=1; }
printf '\x30\x82\xff\xff garbage' > /dev/udp/127.0.0.1/162
# What is refused is told within a second when it begins, then once a minute.
holds "wrong communities are counted" 70 is 2 sum 'title="traps of an unknown community"'
holds "wrong secrets, too low a level, a wrong name, a wrong engine are counted" 70 is 6 sum 'title="SNMPv3 messages that were not authentic"'
wait $forged && { fail "intake: a forged inform is answered"; bad=1; }
holds "none of them became a signal" 1 none 'link/(8|66)'

# --- webhooks ----------------------------------------------------------------------------------
token='Authorization: Bearer s3cret-token-of-the-test'
post() { curl -s -o "$dir/said" -w '%{http_code}' "$@"; }
check "intake: our own form is taken" is 200 post -H "$token" http://127.0.0.1:9095/ -d '{"key":"k1","severity":"major","alarm_type":"equipmentAlarm","title":"fan lost","subject":"edge-1","time":"2026-01-01T00:00:00+09:00"}'
check "intake: ... over TLS, two at once" is 200 post -H "$token" --cacert "$dir/ca.pem" https://127.0.0.1:9443/ -d '[{"key":"k2","severity":"minor","title":"one"},{"title":"an event"}]'
holds "alarms of our form" 5 one 'raised .*source="hook" form=webhook .*key="k1" subject="instance:amf-1" severity=major alarm_type=equipment title="fan lost" .*clock=reported'
holds "... with the subject of the listener" 5 one 'raised .*source="hook-tls" .*key="k2" subject="provider:vendor"'
check "intake: without a token 401" is 401 post http://127.0.0.1:9095/ -d '{}'
check "intake: with a wrong token 401" is 401 post -H "${token}x" http://127.0.0.1:9095/ -d '{}'
check "intake: GET 405" is 405 post -H "$token" http://127.0.0.1:9095/
check "intake: no JSON 400" is 400 post -H "$token" http://127.0.0.1:9095/ -d 'x'
check "intake: half an alarm 400" is 400 post -H "$token" http://127.0.0.1:9095/ -d '[{"title":"kept back","key":"half"},{"severity":"worst"}]'
head -c 3000000 /dev/zero | tr '\0' x > "$dir/large"
vast() { printf 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000000000\r\n\r\n' | timeout 20 bash -c 'exec 3<>/dev/tcp/127.0.0.1/9095; cat >&3; head -n 1 <&3' | tr -d '\r'; }
check "intake: a length of 10^18 is answered at once, 413" is 'HTTP/1.1 413 Content Too Large' vast
check "intake: three megabytes 413" is 413 post -H "$token" -H 'Expect:' http://127.0.0.1:9095/ --data-binary "@$dir/large"
holds "a document is taken whole or not at all" 1 none 'key="half"'
holds "wrong tokens are counted" 70 is 2 sum 'title="requests without a valid token"'
cat > "$dir/am.yml" <<END
route: { receiver: sekimori, group_wait: 0s, group_interval: 1s, repeat_interval: 1h, group_by: [alertname] }
receivers: [ { name: sekimori, webhook_configs: [ { url: "http://127.0.0.1:9095/", send_resolved: true,
  http_config: { authorization: { credentials: "s3cret-token-of-the-test" } } } ] } ]
END
prometheus-alertmanager --config.file="$dir/am.yml" --storage.path="$dir/am" --web.listen-address=127.0.0.1:9093 --cluster.listen-address= >"$dir/am.log" 2>&1 &
others="$others $!"
alert() { curl -sf -H 'Content-Type: application/json' http://127.0.0.1:9093/api/v2/alerts -d "[{\"labels\":{\"alertname\":\"RegistrationsDropped\",\"severity\":\"critical\",\"instance\":\"edge-9:9100\"},\"startsAt\":\"2026-01-01T00:00:00Z\",\"endsAt\":\"$1\"}]"; }
until_true 20 alert "$(date -u -d '+1 hour' +%FT%TZ)"
holds "Alertmanager's firing alert" 15 one 'raised .*source="hook" .*subject="instance:amf-1" severity=critical .*title="RegistrationsDropped" .*told="2026-01-01 09:00:00.000 JST" clock=reported'
alert "$(date -u -d '-1 second' +%FT%TZ)"
holds "... and its end" 15 one 'cleared .*title="RegistrationsDropped"'
keys() { signals | grep 'title="RegistrationsDropped"' | sed 's/.* key="\([^"]*\)".*/\1/' | sort -u | wc -l; }
holds "... under the same key" 1 is 1 keys

# --- who does nothing, or too much -------------------------------------------------------------
for i in $(seq 40); do exec {fd}<>/dev/tcp/127.0.0.1/601 || break; open="${open:-} $fd"; done
holds "of one address only so many connections" 5 one 'title="connections beyond what is held at once"'
for fd in ${open:-}; do exec {fd}>&-; done
# Anew until those are forgotten, beyond which it is not let in.
endless() { head -c 100000 /dev/zero | tr '\0' y > /dev/tcp/127.0.0.1/601; sleep 0.5; one 'title="messages too long to be kept whole"'; }
holds "an endless line is cut, and said" 5 endless
exec {half}<>/dev/tcp/127.0.0.1/9095
printf 'POST / HTTP/1.1\r\nHost: x\r\nContent-Le' >&$half
holds "a request that does not come to its end" 20 one 'title="connections too slow to be waited for"'
exec {half}>&-

before=$(signals | wc -l)
intake=$(role)
if [ -x "$tools/syslog_flood" ]; then
	# accounted COUNT: alarms of the flood and those lost unread, but for what never reached the socket.
	accounted() {
		local flood unread way
		flood=$(sum 'title="flood K') unread=$(sum "$unread_line") way=$(($(dropped_on_the_way) - way_before))
		echo "$flood recorded, $unread lost unread, $way dropped on the way, of $1"
		[ $((flood + unread)) -le "$1" ] && [ $((flood + unread + way)) -ge "$1" ]
	}
	unread_line='source="sys-udp".*title="messages lost before they could be read"'
	way_before=$(dropped_on_the_way)
	"$tools/syslog_flood" 514 50000 10 7
	holds "50,000 alarms in ten seconds are all accounted for" 150 accounted 50000
	holds "... by the same process" 1 is "$intake" role
	echo "      50,000 alarms became $(signals | grep -c 'title="flood K') records; $(sum 'title="messages lost before') lost unread"
	check "intake: ... in a bounded number of records" test $(($(signals | wc -l) - before)) -lt 5000
	# Its socket overruns while it is stopped, and nothing comes behind that could tell it so.
	unread=$(sum "$unread_line")
	kill -STOP "$intake"; "$tools/syslog_flood" 514 50000 0 7; kill -CONT "$intake"
	holds "a second flood overruns its socket: all accounted for, though silence follows" 150 accounted 100000
	check "intake: ... and some of it was lost" test "$(sum "$unread_line")" -gt "$unread"
	holds "... by the same process still" 1 is "$intake" role
else
	skip "intake: the flood needs build-tests"
fi

# --- a dead intake is a gap --------------------------------------------------------------------
kill -9 "$(role)"
gap() { "$program" ledger show --ledger "$db" --kind GAP | grep 'role=intake .*signal 9'; }
holds "a killed intake is a gap" 10 gap
again() { logger -n 127.0.0.1 -P 514 -d --rfc5424 -t reborn x; sleep 0.5; one 'title="reborn"'; }
holds "... and another listens" 15 again
configure ', { name = "more"; kind = "syslog"; address = "127.0.0.1"; port = 1514; }'
kill -HUP "$pid"
more() { logger -n 127.0.0.1 -P 1514 -d --rfc5424 -t onmore x; sleep 0.5; one 'source="more" .*title="onmore"'; }
holds "a new listener after a reload" 20 more
# Listeners that go say what they still have to say under their own names.
# What is posted behind a trap is answered when that was read.
refused() { for i in 1 2 3; do snmptrap -v2c -c public 127.0.0.1 '' $down $index.8 i 8; post -H "${token}x" http://127.0.0.1:9095/ -d '{}' >/dev/null; done; }
names() { sed -i "/name = \"sys-udp\"/d;/name = \"sys-tls\"/d;/name = \"elsewhere\"/d;s/^  { name = \"traps\".*//;s/subject = \"provider:vendor\"; },/subject = \"provider:vendor\"; } );/" "$dir/sekimori.conf"; }
refused; names
kill -HUP "$pid"
fewer() { ! ss -Hlun 'sport = :162' | grep -q .; }
holds "listeners that are gone from the configuration are closed" 20 fewer
holds "... and the intake that had them ended in peace" 10 sh -c "! '$program' ledger show --ledger '$db' --kind GAP | grep 'role=intake .*ended with status [1-9]\|signal 11'"
# Two of before and these three: in one record, or in two if a second began between them.
holds "... saying what it refused under their names" 10 is 5 sum 'key="sekimori-intake/traps/traps of an unknown community"'
kill "$pid"; wait "$pid"; code=$?; pid=
check "intake: the daemon stops as it should" test $code -eq 0
check "intake: the audit finds nothing missing" "$program" ledger audit --ledger "$db"
check "intake: nothing was refused by the sandbox" sh -c "! grep -E 'refused system call|Sanitizer|runtime error' '$dir/log'"
vouched() { "$program" ledger show --ledger "$db" --kind COVERAGE | grep -c 'by intake.0'; }
check "intake: it vouched for the time it listened" test "$(vouched)" -ge 1
exit $bad
