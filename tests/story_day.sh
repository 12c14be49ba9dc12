# SPDX-License-Identifier: Apache-2.0
# The chapter of a whole day, sourced by tests/story.sh: maintenance that two people agreed to hides a
# fault that outlives it, a region falls while users change, a legal clock runs and is crossed, alarms
# flood in, the provider says so late, and the papers follow, corrected, frozen, sealed and verified.
# The hour of the law cannot be waited for: the clock is shown with the shipped duties, then the day
# goes on under an edition "story" of the same file, in which an hour is a minute.
duties() { "$program" report duties -c "$conf" --lang en "$@" 2>/dev/null || true; }
duty() { duties --incident "$day" | grep -A 9 -- "- duty: $1\$" | grep -m 1 -E -- "$2"; }
says() { lab says "$@"; }
records() { "$program" ledger show --ledger "$db" --kind "$1" 2>/dev/null | grep -E -- "$2" | tail -n 1 | grep .; }
windows() { "$program" maintenance list -c "$conf" 2>&1 | grep -E -- "$1" | tail -n 1 | grep .; }
# configured DUTIES: written anew and read again by the running daemon.
configured() {
	DUTIES=$1 tests/lab/configure.sh "$dir/lab" "$dir/state" "$dir/monitor/signing-key.pem" > "$conf"
	kill -HUP "$(daemon)"
}
sed 's/edition = "[^"]*"/edition = "story"/; s/minutes = 60; users/minutes = 1; users/; s/minutes = 120; users/minutes = 2; users/' \
	monitor/state/duties/jp-telecom.duty > "$dir/story.duty"
no_incident() { ! "$program" status --ledger "$db" | grep -A 1 '^OPEN INCIDENTS' | grep -E '  #'; }

step "The network as it is, before anything happens"
see "no incident is open" "OPEN INCIDENTS 0" 30 no_incident
"$program" report dependencies -c "$conf" --lang ja,en --format text,svg --out "$dir/day" --force >/dev/null 2>&1
see "what falls when a region falls" "exit 1: services stop" 10 exits 1 "$program" report dependencies -c "$conf" --lang en --node site:osaka
see "dependence that goes round in a circle is found" "example ... backbone ... dns-cloud" 5 \
	with 'dns-cloud' "$program" report dependencies -c "$conf" --lang en
see "diagrams are drawn" "exit 0, SVG" 20 exits 0 "$program" report diagram -c "$conf" --lang ja --format svg --out "$dir/day" --force

step "Maintenance is announced, and agreed to by a second person"
mark
see "a dry run says what it would hide" "a second person has to agree" 5 with 'a second person has to agree' \
	"$program" maintenance ask -c "$conf" --dry-run --until 50s instance:ems-tokyo-1 "new agent"
see "asked for" "window N asked for by root" 5 with 'asked for by root' \
	"$program" maintenance ask -c "$conf" --until 50s --ticket CHG-4711 instance:ems-tokyo-1 "new agent on the element manager"
asked=$(windows 'ems-tokyo-1' | sed -nE 's/^#([0-9]+) .*/\1/p')
see "whoever asked cannot agree" "a sentence" 5 with 'somebody else|second person|same person' "$program" maintenance agree -c "$conf" "$asked"
see "a second person agrees" "exit 0" 5 exits 0 as_nobody "$program" maintenance agree --state "$dir/state" "$asked"
see "it is in force, with both names" "in force ... by root ... nobody" 5 windows 'in force.*root.*nobody'
lab stop ems-tokyo-1

step "A user plane fails, then its whole region: one incident, with whom it hits"
mark
told_before=$(grep -c . "$dir/lab/received/notice")
lab lose upf-osaka-1
see "the user plane is down" "upf-osaka-1 ... -> down" 30 since 'upf-osaka-1.*-> down'
lab cut osaka
see "one incident for the site" "incident N opened: site osaka" 30 since 'incident [0-9]+ opened: site osaka'
day=$(incident "site osaka")
see "what fell before is part of it" "incident M became part of a wider incident ($day)" 20 since "became part of a wider incident \\($day\\): instance upf-osaka-1"
see "users of voice are hit" "45,000" 20 duty F3 '30,000 users reached'
see "the clock of the law runs" "1 h in 59:.." 5 duty F3 '30,000 users reached, 1 h in 5[0-9]:[0-9]+'
header() { "$program" tui --ledger "$db" --lang en --dump 120x30 | sed -n 3p | grep -E -- "$1"; }
see "it stands in the screen's header, with who is hit" "F3 ... 1 h in 59:.. data X80,000" 10 header 'F3 .*1 h in 5[0-9]:.*#'"$day"'.*X[0-9]+,000'
see "and in status, with the side" "voice: stopped 45000 ... provider" 5 with "#$day .*voice: stopped 45000.*provider" "$program" status --ledger "$db"
configured "$dir/story.duty"
see "the story's edition: an hour is a minute" "in 00:.. or reached" 15 duty F3 '30,000 users reached, 1 min in 00:[0-9]+|due promptly'

step "Users change: one set recovers, another one stays away, a function counts fewer"
lab lose hss-osaka-1
lab find upf-osaka-1
lab count 61000
lab join osaka
see "the user plane is back" "upf-osaka-1 ... -> up" 30 since 'upf-osaka-1.*-> up'
see "the subscriber server is not: the incident stands" "site osaka is open" 5 with "#$day .*site osaka" "$program" status --ledger "$db"
see "the AMF counts fewer users" "METRIC value=61000 before=118000" 15 records METRIC 'instance="amf-tokyo-1" metric=1 value=61000 before=118000'
says investigating "We are looking into loss of connectivity in Osaka."

step "Alarms flood in from real senders meanwhile"
cat > "$dir/flood.sh" <<'END'
# Datagrams to the monitor's syslog, each an alarm of RFC 5674: flood.sh COUNT HOST SEVERITY
exec 3>/dev/udp/203.0.113.20/514
for ((i = 0; i < $1; i++)); do
	printf '<137>1 - %s alarmd - LINK [alarm resource="if%d" probableCause="lossOfSignal" perceivedSeverity="%s"] link' "$2" $((i % 400)) "$3" >&3
done
END
yes "reference clock lost" | head -n 20000 > "$dir/lines"
cat > "$dir/alertmanager.yml" <<END
route: { receiver: sekimori, group_wait: 0s, group_interval: 1s, repeat_interval: 1h, group_by: [alertname] }
receivers: [ { name: sekimori, webhook_configs: [ { url: "https://203.0.113.20:9095/", send_resolved: true, http_config: {
  tls_config: { ca_file: "$dir/lab/pki/root.pem" }, authorization: { credentials: "$(cut -d' ' -f2 "$dir/lab/secret/alert-tokens")" } } } ] } ]
END
lab exec premises prometheus-alertmanager --config.file="$dir/alertmanager.yml" --storage.path="$dir/alertmanager" \
	--web.listen-address=127.0.0.1:9093 --cluster.listen-address= >"$dir/alertmanager.log" 2>&1 &
alertmanager=$!
alert() {	# END: the alert stands until then
	lab exec premises curl -sf -H 'Content-Type: application/json' http://127.0.0.1:9093/api/v2/alerts \
		-d "[{\"labels\":{\"alertname\":\"RegistrationsDropped\",\"severity\":\"minor\",\"instance\":\"amf-tokyo-1:9100\"},\"endsAt\":\"$1\"}]"
}
trap_of() { lab exec tokyo snmptrap -v2c -c "$(cat "$dir/lab/secret/community")" --clientaddr=192.0.2.12 203.0.113.20 '' "$1" .1.3.6.1.2.1.2.2.1.1.7 i 7; }
sum_of() { "$program" ledger show --ledger "$db" --kind SIGNAL | grep -E "source=\"core-syslog\" .*$1" | sed 's/.* count=\([0-9]*\).*/\1/' | awk '{ n += $1; records++ } END { print n + 0, "in", records + 0 }'; }
# accounted ALARMS LINES: what was sent is recorded, or told as lost at the socket; but for what the network dropped before it.
accounted() {
	local alarms lines lost way=$(($(dropped_on_the_way) - way_before))
	alarms=$(sum_of 'title="alarmd LINK"') lines=$(sum_of 'title="clockd"') lost=$(sum_of 'title="messages lost')
	echo "alarms: $alarms records, lines: $lines records, lost: $lost records, dropped on the way: $way"
	[ "${alarms%% *}" -le "$1" ] && [ "${lines%% *}" -le "$2" ] && [ $((${alarms%% *} + ${lines%% *} + ${lost%% *} + way)) -ge $(($1 + $2)) ]
}
opened() { local n; n=$(story | tail -n +"$((marked + 1))" | grep -cE 'incident [0-9]+ opened'); echo "$n opened since the day went wrong"; [ "$n" -le "$1" ]; }
quick() { local begun=$EPOCHREALTIME took; "$program" status --ledger "$db" >/dev/null; took=$((${EPOCHREALTIME/./} - ${begun/./})); echo "status took $((took / 1000)) ms"; [ $took -lt $((3000000 * PATIENCE)) ]; }
see "an alert comes by Alertmanager" "accepted" 20 alert "$(date -u -d '+1 hour' +%FT%TZ)"
way_before=$(dropped_on_the_way)
lab exec osaka bash "$dir/flood.sh" 20000 hss-osaka-1 major
lab exec osaka unshare --uts sh -c "hostname hss-osaka-1; exec logger -n 203.0.113.20 -P 514 -d --rfc5424 -t clockd -p daemon.crit -f '$dir/lines'"
for n in $(seq 5); do trap_of .1.3.6.1.6.3.1.1.5.3; done
see "status answers while they come in" "within three seconds" 1 quick
see "so does the screen" "its header, with the clock" 1 header 'F3 .*#'"$day"
see "20,000 alarms by syslog and 20,000 messages of logger are all accounted for" "all in few records, losses within a minute" 150 accounted 20000 20000
see "they belong to the region's incident, one line with a count" "(N times)" 15 since 'alarm about instance:hss-osaka-1 .*\([0-9]+ times\)'
see "a trap that nothing explains is an incident of its own" "incident N opened: ... upf-tokyo-1" 10 since 'incident [0-9]+ opened: .*upf-tokyo-1.*linkDown'
see "Alertmanager's alert is on the timeline" "minor alarm about instance:amf-tokyo-1" 15 since 'minor alarm about instance:amf-tokyo-1.*RegistrationsDropped'
see "more than forty thousand signals ended as few incidents" "six at most: four of the region, the trap, the maintenance" 5 opened 6
trap_of .1.3.6.1.6.3.1.1.5.4
alert "$(date -u -d '-1 second' +%FT%TZ)" || true
see "linkUp clears it" "alarm about instance:upf-tokyo-1 ... cleared" 15 since 'alarm about instance:upf-tokyo-1 .*cleared'

step "The provider says so, late"
see "its word is recorded" "investigating" 45 records SIGNAL 'kind=3 .*subject="provider:example".*cause="investigating'
see "the provider's ledger shows the lag against the contract" "later than promised" 10 \
	with 'later than promised' "$program" report provider -c "$conf" --lang en --from -1h
see "the side is the provider's, on evidence" "the evidence points to: provider (example)" 10 since "incident $day: the evidence points to: provider .example"

step "The threshold of the law is crossed"
see "the prompt report is due" "legal duty F3 is due now" 75 since "incident $day: legal duty F3 is due now"
see "the NOC is told which duty, to whom" "a notice about F3" 30 received notice "F3"
see "the list of duties says until when" "F4 ... due" 5 duty F4 'due 20'

step "The maintenance ends; what it hid and outlives it is told"
see "its end is on the timeline" "window N ... is over" 60 since "window $asked .*(over|ended|ends)"
see "the fault is told now" "incident N is told now: window $asked" 15 since "is told now: window $asked"
see "with the count of what it hid" "hid 1 incidents" 10 windows "over .*hid [1-9]"
lab start ems-tokyo-1

step "Recovery"
lab find hss-osaka-1
see "the subscriber server is back" "incident $day resolved" 60 since "incident $day resolved"
lab exec osaka bash "$dir/flood.sh" 400 hss-osaka-1 cleared
says resolved "Connectivity in Osaka is restored."
see "all well again" "status exits 0" 60 all_up
kill "$alertmanager"; wait "$alertmanager" 2>/dev/null
