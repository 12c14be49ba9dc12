# SPDX-License-Identifier: Apache-2.0
# The dns probe against nsd with a zone signed by ldns-signzone: well, too long ago, with SHA-1, not at all, and changed after it was
# signed; and against unbound, which resolves it and validates.
cat > "$dir/zone" <<'END'
$ORIGIN carrier.test.
$TTL 300
@ SOA ns hostmaster 2026112901 3600 600 86400 300
@ NS ns
@ MX 10 mx
ns A 127.0.0.1
mx A 127.0.0.1
www A 192.0.2.1
@ NAPTR 10 50 "s" "SIP+D2U" "" _sip._udp
END
for i in $(seq 40); do echo "big TXT \"$i$(head -c 90 /dev/zero | tr '\0' x)\""; done >> "$dir/zone"
cd "$dir" || exit 1
# signed NAME ALGORITHM OPTION...: the zone as NAME, and its anchor.
signed() {
	local as=$1 algorithm=$2 zone=${zone:-zone} of=${of:-carrier.test} zsk ksk
	shift 2
	zsk=$(ldns-keygen -r /dev/urandom -a "$algorithm" "$of")
	ksk=$(ldns-keygen -r /dev/urandom -k -a "$algorithm" "$of")
	ldns-signzone "$@" -f "$as" "$zone" "$zsk" "$ksk" 2> "$as.signing"
	cp "$ksk.ds" "$as.ds"
	cp "$ksk.key" "$as.key"
}
signed good ECDSAP256SHA256 -n
signed old ECDSAP256SHA256 -n -i 20200101000000 -e 20200201000000
signed weak RSASHA1
signed iterated ECDSAP256SHA256 -n -t 500
signed soon ECDSAP256SHA256 -e "$(date -u -d '+3 hours' +%Y%m%d%H%M%S)"
# What somebody does to the good zone on the way: takes signatures or proofs away, changes an address.
grep -vE '[[:space:]]RRSIG[[:space:]]+A[[:space:]]' good > stripped
grep -vE '[[:space:]]NSEC3?(PARAM)?[[:space:]]' good > unproven
sed 's/192\.0\.2\.1$/192.0.2.66/' good > forged
# Zones beneath it: with the right DS, with that of another key, with none, and not signed at all.
cp zone chain.zone
for child in whole broken island plain; do
	printf '$ORIGIN %s.carrier.test.\n$TTL 300\n@ SOA ns.carrier.test. h.carrier.test. 1 3600 600 86400 300\n@ NS ns.carrier.test.
www A 192.0.2.2\n' $child > $child.zone
	echo "$child NS ns" >> chain.zone
	[ $child = plain ] || zone=$child.zone of=$child.carrier.test signed $child ECDSAP256SHA256
done
cp plain.zone plain
cat whole.ds >> chain.zone
sed 's/^broken/whole/; s/^whole/broken/' whole.ds >> chain.zone
zone=chain.zone signed chain ECDSAP256SHA256
# authority NAME PORT [CHILD...]
authority() {
	cat > "$1.conf" <<END
server:
	ip-address: 127.0.0.1@$2
	pidfile: "$dir/$1.pid"
	database: ""
	xfrdfile: ""
	zonelistfile: "$dir/$1.list"
	logfile: "$dir/$1.log"
	nsid: "ascii_ns1.carrier.test"
	username: ""
	server-count: 1
remote-control:
	control-enable: no
zone:
	name: carrier.test
	zonefile: "$dir/$1"
$(for child in "${@:3}"; do printf 'zone:\n\tname: %s.carrier.test\n\tzonefile: "%s/%s"\n' "$child" "$dir" "$child"; done)
END
	nsd -d -c "$1.conf" > "$1.log" 2>&1 &
}
authority good 5301; authority old 5302; authority zone 5303; authority weak 5304; authority soon 5305
authority stripped 5306; authority unproven 5307; authority forged 5308; authority chain 5309 whole broken island plain
authority iterated 5314
# resolver PORT AUTHORITY ANCHOR
resolver() {
	cat > "resolver$1.conf" <<END
server:
	interface: 127.0.0.1@$1
	do-daemonize: no
	use-syslog: no
	chroot: ""
	username: ""
	pidfile: ""
	directory: "$dir"
	do-not-query-localhost: no
	trust-anchor-file: "$dir/$3.ds"
	local-zone: "test." nodefault
	ede: yes
remote-control:
	control-enable: no
stub-zone:
	name: "carrier.test"
	stub-addr: 127.0.0.1@$2
END
	unbound -d -c "resolver$1.conf" > "resolver$1.log" 2>&1 &
}
resolver 5311 5301 good; resolver 5312 5302 old; resolver 5313 5301 old
for port in 5301 5302 5303 5304 5305 5306 5307 5308 5309 5314 5311 5312 5313; do
	await listens 127.0.0.1:$port
done
sees() { grep -qE "$1" "$dir/out" || { cat "$dir/out" "$dir"/*.log; return 1; }; }
asks() { "$program" probe dns "127.0.0.1:$1" "${@:2}" > "$dir/out" 2>&1; }
www="--option query=www.carrier.test"
own="--option authoritative=true --option recursion=refused"
# shellcheck disable=SC2086
{
asks 5301 $www $own
check "dns: a signed zone of nsd is up: authority, no recursion, signatures with their end" eval \
	'sees "^127.0.0.1:5301  up" && sees "dns.authoritative *yes" && sees "dns.recursion *no" && sees "dns.signed *yes" &&
	 sees "dns.algorithms *ECDSAP256SHA256" && sees "dns.signer *carrier.test" && sees "dns.answer *192.0.2.1" &&
	 sees "dns.nsid *ns1.carrier.test" && sees "dns.signature.expiry *20[2-9]"'
asks 5301 --option query=big.carrier.test --option type=TXT $own
check "dns: an answer of 4 kB comes over TCP" eval 'sees "  up" && sees "dns.tcp *yes"'
asks 5301 --option query=none.carrier.test $own
check "dns: a name that is not there is degraded, and what says so is signed" eval \
	'sees "degraded .*no such name" && sees "dns.rcode *NXDOMAIN" && sees "dns.signed *yes"'
asks 5302 $www $own
check "dns: signatures of 2020 are degraded" eval 'sees "degraded .*has expired" && sees "dns.signed *no"'
asks 5303 $www $own
check "dns: a zone that is not signed is degraded" eval 'sees "degraded .*is not signed" && sees "dns.signed *no"'
asks 5304 $www $own
check "dns: RSASHA1 is degraded" eval 'sees "degraded .*RSASHA1" && sees "dns.algorithms.weak *yes"'
asks 5305 $www $own
check "dns: signatures that end in three hours are degraded" sees 'degraded .*ends in [23] hours'
asks 5301 --option query=www.other.test $own
check "dns: a zone that nsd does not serve is refused" eval 'sees "degraded .*REFUSED" && sees "dns.rcode *REFUSED"'
asks 5311 $www --option dnssec=validated
check "dns: unbound says that it validated the answer" eval 'sees "  up" && sees "dns.ad *yes" && sees "dns.recursion *yes"'
asks 5311 $www --option recursion=refused
check "dns: recursion where it is declared to be refused is degraded" sees 'degraded .*offers recursion'
asks 5312 $www
check "dns: a zone with old signatures is SERVFAIL at unbound" sees 'down .*SERVFAIL'
asks 5313 $www
check "dns: a zone signed with other keys is SERVFAIL at unbound" eval 'sees "down .*SERVFAIL" && sees "dns.rcode *SERVFAIL"'
asks 5399 $www
check "dns: no server is down" sees '^127.0.0.1:5399  down'
asks 5301 $www $own
check "dns: without a trust anchor nothing is validated, and that is said" eval \
	'sees "  up" && sees "dns.validation *indeterminate: no trust_anchor is configured" && ! grep -q dns.validated "$dir/out"'
}
# validates PORT ANCHOR NAME OPTION...
validates() { asks "$1" --option "trust_anchor=$dir/$2" --option "query=$3.carrier.test" "${@:4}"; }
# bogus TEXT PORT ANCHOR NAME REASON ADVICE
bogus() {
	validates "$2" "$3" "$4"
	check "dns: $1" eval 'sees "degraded .*is bogus \($5.*\): .*$6" && sees "dns.validated *no" && sees "dns.validation *bogus: $5"'
}
validates 5301 good.ds www
check "dns: a signed answer is validated from its DS" eval \
	'sees "  up" && sees "dns.validated *yes" && sees "dns.validation *secure"'
validates 5301 good.key www
check "dns: and from its DNSKEY" eval 'sees "  up" && sees "dns.validated *yes"'
validates 5301 good.ds big --option type=TXT
check "dns: so is an answer of 4 kB" eval 'sees "  up" && sees "dns.validated *yes" && sees "dns.tcp *yes"'
validates 5301 good.ds none
check "dns: that a name is not there is proven" eval 'sees "degraded .*no such name" && sees "dns.validated *yes"'
validates 5304 weak.ds www
check "dns: what SHA-1 signed is validated, and degraded" eval 'sees "degraded .*RSASHA1" && sees "dns.validated *yes"'
validates 5311 good.ds www
check "dns: an answer of unbound is validated, too" eval 'sees "  up" && sees "dns.validated *yes" && sees "dns.ad *yes"'
bogus "that a name is not there without a proof is bogus" 5307 good.ds none ".*(proof|no DNSSEC records)" "NSEC"
bogus "signatures of 2020 are bogus" 5302 old.ds www "signature expired" "sign the zone again"
bogus "the anchor of another key is bogus" 5301 old.ds www "no keys have a DS" "compare trust_anchor"
bogus "an answer without its signatures is bogus" 5306 good.ds www "no signatures" "removes the signatures"
bogus "a zone that is not signed is bogus" 5303 good.ds www "no DNSKEY" "removes the keys"
bogus "another address under the same signature is bogus" 5308 good.ds www ".*verification failed" "changes records"
bogus "a zone whose DS is of another key is bogus" 5309 chain.ds www.broken ".*DS.* broken.carrier.test" "compare trust_anchor"
validates 5309 chain.ds www.whole
check "dns: a zone beneath with its DS is validated" eval 'sees "  up" && sees "dns.validated *yes"'
validates 5309 chain.ds www.island
check "dns: one without a DS is insecure, whatever it is signed with" eval \
	'sees "degraded .*is insecure" && sees "dns.signed *yes" && sees "dns.validated *no" && sees "dns.validation *insecure"'
validates 5314 iterated.ds none
check "dns: so is a proof of 500 iterations" eval 'sees "degraded .*is insecure.*RFC 9276" && sees "dns.validated *no"'
validates 5309 chain.ds www.plain --option dnssec=optional
check "dns: insecure is right where signatures are optional" eval 'sees "  up" && sees "dns.validation *insecure"'
validates 5312 old.ds www
check "dns: why a resolver says SERVFAIL is found out" eval \
	'sees "down .*SERVFAIL.*, and by our validation the answer is bogus .signature expired" && sees "dns.validated *no"'
validates 5309 whole.ds www.plain
check "dns: an anchor that is not above the name leaves it unknown" eval \
	'sees "degraded|unknown" && sees "dns.validation *indeterminate: no record of trust_anchor is of a zone above"'
printf '; fine so far\ncarrier.test. IN DS 1 13 2 00ff\n' > "$dir/short.ds"
validates 5301 short.ds www
check "dns: an anchor that cannot be read is unknown, with its line" eval \
	'sees "unknown .*line 2 cannot be read: its digest is not as long" && ! grep -q dns.validated "$dir/out"'

# --- the daemon: a worker in its sandbox, and what follows a target that changes --------------
# target NAME PORT QUERY SETTING...
target() {
	printf '{ name = "%s"; probe = "dns"; address = "127.0.0.1"; port = %s; query = "%s.carrier.test"; trust_anchor = "%s/good.ds"; %s' \
		"$1" "$2" "$3" "$dir" "interval = \"1s\"; deadline = \"900ms\"; ${*:4} }"
}
"$program" init "$dir/m" > "$dir/out" 2>&1
cat > "$dir/sekimori.conf" <<END
monitor = { name = "names"; state = "$dir/m/state"; instance_gap = "10ms"; };
ledger = { origin = "example.org/names"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "cloud"; jurisdiction = "JP"; } );
instances = ( { name = "dns-1"; function = "control"; site = "cloud"; targets = (
	$(target late 5310 www), $(target large 5301 big 'type = "TXT";'), $(target forged 5308 www),
	{ name = "follower"; probe = "tcp"; address = "127.0.0.1"; port = 5301; interval = "24h"; follows = "late"; },
	{ name = "other"; probe = "tcp"; address = "127.0.0.1"; port = 5301; interval = "24h"; } ); } );
END
"$program" run -c "$dir/sekimori.conf" > "$dir/run.log" 2>&1 < /dev/null &
# observed TARGET PATTERN: an observation of the ledger
observed() { "$program" ledger show --ledger "$dir/m/state/ledger.db" --kind OBSERVATION --json | grep "\"target\":$1," | grep -E "$2"; }
check "dns: the daemon's worker validates inside its sandbox" until_true 30 \
	observed 2 '"dns.tcp":true,"dns.validated":true'
check "dns: and tells what is bogus there" until_true 15 \
	observed 3 'degraded.*"dns.validated":false,"dns.validation":"bogus'
check "dns: what is down is followed by nobody" eval 'until_true 15 observed 1 down && sleep 1 && ! observed 4 . && ! observed 5 .'
cp good late; authority late 5310
honest=$!
check "dns: what answers at last is validated" until_true 15 \
	observed 1 '"dns.validated":true'
check "dns: and who follows it is asked at once, a day's interval or not" until_true 15 \
	observed 4 '"up"'
check "dns: who follows nobody is not" eval '! observed 5 .'
kill $honest; wait $honest
cp forged other; authority other 5310
fell() { "$program" replay --text -c "$dir/sekimori.conf" | grep "late .dns. of dns-1.*protection fell: dns.validated yes -> no"; }
check "dns: what is validated no more is a fall of protection" until_true 15 fell
check "dns: no worker died of a call that its sandbox refuses" eval '! grep -iE "refused|died|ended" "$dir/run.log"'
