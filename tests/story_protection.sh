# SPDX-License-Identifier: Apache-2.0
# The chapter of protection over time, sourced by tests/story.sh: TLS falls back a version, post-quantum key exchange is
# lost, an SA is rekeyed without a key exchange, a door that was proven closed opens, and people say beforehand what they
# change, or do not.  Its servers begin and end with it ("lab more"), and so do their targets.

# Written anew, checked, and read again by the running daemon.
targets_anew() {
	tests/lab/configure.sh "$dir/lab" "$dir/state" "$dir/monitor/signing-key.pem" > "$conf"
	"$program" check-config -c "$conf" && kill -HUP "$(daemon)"
}
intent() { "$program" intent "$@" 2>&1; }
announce() { intent announce -c "$conf" "$@"; }
standing() { "$program" status --ledger "$db" 2>&1 || true; }
begins() {
	mark
	at=$("$program" status --ledger "$db" --json | sed -nE 's/.*"records": ?([0-9]+).*/\1/p' | head -n 1)
}
# shown PATTERN: that part of the newest observation which has it.
shown() {
	"$program" ledger show --ledger "$db" --kind OBSERVATION --from "$at" 2>/dev/null | grep -oE -- "$1" | tail -n 1 | grep .
}
proven_closed='all 5 attempts were refused: proven closed'

step "Further functions: TLS, what it accepts, what it must refuse, and IPsec"
begins
see "their servers begin" "exit 0" 1 lab more
hybrid=$(grep -c '^chf-' "$dir/lab/more")	# OpenSSL 3.5 could be had
see "the monitor is told of them" "no faults" 1 targets_anew
tunnels=$SECONDS
see "what must be refused is refused" "$proven_closed" 30 shown "detail=\"$proven_closed"
see "the gateway answers IKE" "AES_GCM_16 of 256 bits, ECP384" 20 shown 'ike\.encryption=AES_GCM_16[^ ]* .*ike\.group=ECP384'
see "its first SAs took their keys from the IKE SA, which is right" "n4 ... (keys of the IKE SA), sa.no_pfs.count=0" 10 \
	shown 'n4 TUNNEL .*\(keys of the IKE SA\) sa\.no_pfs\.count=0'
see "all are up" "status exits 0" 30 all_up

step "An intent is announced, and nothing will come of it"
see "announced" "intent N announced" 5 announce --ticket CHG-501 --until 3s --aspects tls.version target:smf-tokyo-1-tls "TLS 1.3 only"

step "TLS falls back to version 1.2, and nobody announced it"
begins
lab posture nef-tokyo-1 "TLSv1.2" on
see "the fall is on the timeline, with both records" "nef-tokyo-1-tls ... tls.version TLSv1.3 -> TLSv1.2; no intent announced it; record N, before it M" 20 \
	since 'nef-tokyo-1-tls.*tls\.version TLSv1\.3 -> TLSv1\.2.*no intent announced it; record [0-9]+, before it [0-9]+'
see "status does not call this well" "exit 1" 5 exits 1 "$program" status --ledger "$db"
see "and names it" "X nef-tokyo-1-tls: tls.version TLSv1.3 -> TLSv1.2, since" 5 with 'X nef-tokyo-1-tls: tls\.version TLSv1\.3 -> TLSv1\.2, since' standing
see "the target itself is up: it serves" "nef-tokyo-1-tls is not degraded" 1 never 'nef-tokyo-1-tls.*-> (degraded|down)'
see "the NOC is told" "protection fell, tls.version" 10 received notice 'nef-tokyo-1-tls.*tls\.version'
see "and by syslog" "protection fell, tls.version" 10 received syslog 'nef-tokyo-1-tls.*tls\.version'
lab posture nef-tokyo-1 "TLSv1.2 TLSv1.3" on
see "it is mended, and the fall is closed" "tls.version TLSv1.2 -> TLSv1.3" 20 since 'nef-tokyo-1-tls.*restored.*tls\.version TLSv1\.2 -> TLSv1\.3'
see "no fall is open" "X fell 0" 5 with 'X fell 0,' standing
see "another suite than before is accepted by a person" "acceptance N ..." 5 intent accept -c "$conf" --ticket CHG-503 target:nef-tokyo-1-tls "both suites are allowed"
see "and nothing is left to explain" "X fell 0, ! changed unannounced 0" 5 with 'X fell 0, ! changed unannounced 0' standing

step "The intent's time is over"
see "nothing changed, and that is a finding" "its time is over, and nothing changed (CHG-501)" 20 with 'its time is over, and nothing changed' story
see "the list says so" "exit 1" 5 exits 1 "$program" intent list -c "$conf"

step "The same change, announced"
begins
see "announced" "intent N announced" 5 announce --ticket CHG-502 --until 10m --aspects tls target:smf-tokyo-1-tls "TLS 1.2 for the tests of old peers"
lab posture smf-tokyo-1 "TLSv1.2" off
see "it is told as announced" "tls.version TLSv1.3 -> TLSv1.2, announced or accepted by intent N" 20 \
	since 'smf-tokyo-1-tls.*tls\.version TLSv1\.3 -> TLSv1\.2, announced or accepted by intent [0-9]+'
see "the intent is done" "what was announced is seen (CHG-502)" 5 since 'what was announced is seen.*CHG-502'
see "no fall is open" "X fell 0" 5 with 'X fell 0,' standing
lab posture smf-tokyo-1 "TLSv1.2 TLSv1.3" off
see "and so is the way back" "tls.version TLSv1.2 -> TLSv1.3, announced or accepted by intent N" 20 \
	since 'smf-tokyo-1-tls.*tls\.version TLSv1\.2 -> TLSv1\.3, announced or accepted by intent [0-9]+'

if [ $hybrid = 1 ]; then
	step "Post-quantum key exchange is lost"
	begins
	lab groups chf-tokyo-1 X25519:P-256
	see "a fall, and no intent announced it" "chf-tokyo-1-deep ... tls.pq yes -> no" 20 since 'chf-tokyo-1-deep.*tls\.pq yes -> no.*no intent announced it'
	see "though the function serves as before" "chf-tokyo-1 is not degraded" 1 never 'chf-tokyo-1.*-> degraded'
	lab groups chf-tokyo-1 X25519MLKEM768:X25519:P-256
	see "it is back" "tls.pq no -> yes" 20 since 'chf-tokyo-1-deep.*restored.*tls\.pq no -> yes'
else
	skip "the story: post-quantum key exchange is lost: OpenSSL 3.5 cannot be fetched here"
fi

step "An SA is rekeyed without a key exchange"
begins
# A CHILD SA keyed within three seconds of its IKE SA counts as made with it.
while [ $((SECONDS - tunnels)) -lt 4 ]; do sleep 0.2; done
lab tunnel rekey n3
lab tunnel rekey n4
see "the one without is found" "secgw-tokyo-1-sa ... -> degraded ... n4: keyed anew without a key exchange" 20 \
	since 'secgw-tokyo-1-sa.*-> degraded.*CHILD SA n4: keyed anew without a key exchange'
see "protection fell, at a rekey" "ike.pfs 0 -> 1, at a rekey" 5 since 'secgw-tokyo-1-sa.*ike\.pfs 0 -> 1, at a rekey'
see "the other one had its own" "n3 ... ECP_384" 5 shown 'n3 TUNNEL [^,(]*ECP_384'
lab tunnel pfs n4
lab tunnel rekey n4
see "with perfect forward secrecy it is well" "secgw-tokyo-1-sa ... -> up" 20 since 'secgw-tokyo-1-sa.*-> up'
see "and the fall is closed" "ike.pfs 1 -> 0" 5 since 'secgw-tokyo-1-sa.*restored.*ike\.pfs 1 -> 0'

step "A door that was proven closed opens"
begins
lab posture nef-tokyo-1 "TLSv1.2 TLSv1.3" off
see "an acceptance is a finding, with its clause" "no-client-certificate or another was accepted, which 3GPP TS ... forbids" 20 \
	since 'nef-tokyo-1-refusal.*-> degraded.*[a-z-]+ was accepted, which 3GPP TS [0-9.]+ [0-9.]+ forbids'
see "and a fall" "refusals 0 -> N" 5 since 'nef-tokyo-1-refusal.*refusals 0 -> [0-9]+'
lab posture nef-tokyo-1 "TLSv1.2 TLSv1.3" on
see "it is closed again" "all 5 attempts were refused: proven closed" 20 since 'nef-tokyo-1-refusal.*-> up.*proven closed'

step "The paper of cryptography and the calendar of what ends"
crypto() { "$program" report crypto -c "$conf" --lang en --cbom "$dir/cbom.json" 2>&1; }
see "every interface's cryptography" "interface: smf-tokyo-1-tls" 10 with 'interface: smf-tokyo-1-tls' crypto
see "and its SAs" "interface: secgw-tokyo-1-sa" 10 with 'interface: secgw-tokyo-1-sa' crypto
[ $hybrid = 0 ] || see "and which would do against 2035" "accepted, not used by us: 1" 10 with 'accepted, not used by us: 1' crypto
see "as CycloneDX" "bomFormat CycloneDX 1.6" 5 with '"specVersion": *"1.6"' cat "$dir/cbom.json"
see "the calendar has the certificates" "smf-tokyo-1" 10 with 'smf-tokyo-1' "$program" report calendar -c "$conf" --format text
see "and the permission" "permission ... network security" 10 with 'permission of target:nef-tokyo-1-refusal ends: network security' "$program" report calendar -c "$conf" --format text
see "also as iCalendar" "END:VCALENDAR" 10 with 'END:VCALENDAR' "$program" report calendar -c "$conf" --format ics

step "The permission to try ends"
begins
lab permit "2 seconds"
see "the monitor reads it" "no faults" 1 targets_anew
see "what nobody may try is unknown" "nef-tokyo-1-refusal ... -> unknown" 30 since 'nef-tokyo-1-refusal.*-> unknown'
see "and never green" "status exits 3: it cannot know" 10 exits 3 "$program" status --ledger "$db"
lab less
see "its servers end, and their targets with them" "no faults" 1 targets_anew
see "they are gone, and all is well" "status exits 0" 30 all_up
