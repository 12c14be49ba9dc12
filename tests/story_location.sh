# SPDX-License-Identifier: Apache-2.0
# The chapter of location, sourced by tests/story.sh: a bucket gains a replication rule abroad, or lies in clear, an instance moves, a signed
# document contradicts the declaration, and light excludes a declared country.  A monitor of its own watches the stand-in for
# AWS (simulated; its signatures are verified for real), a real identity document of an instance in Sydney, and a TLS server.
places=$dir/places
mkdir -p "$places"
placed() { ("$program" controls --ledger "$places/m/state/ledger.db" "$1" 2>/dev/null || true) | grep -F -- "    $3 $2 "; }
placed_story() { "$program" replay --text --ledger "$places/m/state/ledger.db" 2>/dev/null | grep -E -- "$1" | tail -n 1 | grep .; }
closed() {
	"$program" report keys --ledger "$places/m/state/ledger.db" --lang en --format json --out "$places/papers" --force >/dev/null 2>&1
	python3 tests/lab/paper_rows.py "$places/papers/keys.en.json"
}
# world PYTHON: what the provider says from here on.
world() {
	python3 - "$places" "$1" <<-'P'
	import json, os, sys
	w = json.load(open(sys.argv[1] + "/base.json")); here = w["regions"]["ap-northeast-1"]; there = w["regions"]["eu-west-1"]
	exec(sys.argv[2]); json.dump(w, open(sys.argv[1] + "/new.json", "w")); os.rename(sys.argv[1] + "/new.json", sys.argv[1] + "/world.json")
	P
}
(cd "$places" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=aws -keyout aws.key -out aws.pem \
	-addext subjectAltName=IP:127.0.0.1) 2>/dev/null
printf '[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n' > "$places/cred"
chmod 600 "$places/cred"
cat > "$places/base.json" <<'J'
{ "account": "123456789012", "credential": { "id": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
  "regions": { "us-east-1": {}, "eu-west-1": { "machines": [] },
    "ap-northeast-1": { "machines": [ { "id": "i-0a", "zone": "ap-northeast-1c", "name": "udr-1", "groups": [], "volumes": [] } ], "keys": {} } },
  "buckets": { "records": { "region": "ap-northeast-1", "encryption": "arn:aws:kms:ap-northeast-1:123456789012:key/k-1", "publicAccessBlock": true, "logging": "logs" },
    "logs": { "region": "ap-northeast-1", "encryption": "", "publicAccessBlock": true }, "ireland": { "region": "eu-west-1", "encryption": "", "publicAccessBlock": true } },
  "users": {} }
J
cp "$PWD/tests/data/attest/aws-iid/ap-southeast-2.rsa2048.p7s.der" "$places/document.der"
cp "$PWD/tests/data/attest/aws-iid/ap-southeast-2.rsa2048.pem" "$places/region.pem"
echo 'policy = "places"; edition = "1"; ec2-identity = { nonce = "none"; accounts = "*"; images = "*"; regions = "*"; };' > "$places/policy"
world pass
python3 tests/lab/aws_standin.py 8443 "$places/aws.pem" "$places/aws.key" "$places/world.json" 2> "$places/standin.log" & standin=$!
openssl s_server -quiet -accept 127.0.0.1:8444 -cert "$places/aws.pem" -key "$places/aws.key" </dev/zero >/dev/null 2>&1 & serves=$!
# places_conf [MORE]: MORE is a target of the instance hss-1.
places_conf() {
	local asks="probe = \"inventory\"; interval = \"2s\"; deadline = \"2s\"; provider = \"aws\"; endpoint = \"https://127.0.0.1:8443\"; trust = \"$places/aws.pem\"; credential = \"$places/cred\";"
	cat > "$places/core.conf" <<-CONF
	monitor = { name = "places"; state = "$places/m/state"; latitude = "35.68"; longitude = "139.77"; instance_gap = "0"; };
	ledger = { origin = "example.org/places"; key = "$places/m/signing-key.pem"; };
	data_classes = ( { name = "subscriber"; jurisdictions = "JP"; }, { name = "logs"; jurisdictions = "JP,US"; } );
	sites = ( { name = "tokyo"; provider = "aws"; region = "ap-northeast-1"; jurisdiction = "JP"; },
	  { name = "virginia"; provider = "aws"; region = "us-east-1"; jurisdiction = "US"; } );
	instances = (
	  { name = "udr-1"; function = "subscriber"; site = "tokyo"; data = "subscriber";
	    targets = ( { name = "machine"; $asks kind = "machine"; resource = "i-0a"; regions = "ap-northeast-1,eu-west-1"; } );
	    stores = ( { name = "records"; data = "subscriber"; resource = "records"; at_rest = { encrypted = true; };
	      targets = ( { name = "bucket"; $asks kind = "bucket"; resource = "records"; regions = "ap-northeast-1"; } ); } ); },
	  { name = "hss-1"; function = "subscriber"; site = "tokyo"; data = "subscriber"; targets = ( $1 ); },
	  { name = "log-1"; function = "oam"; site = "virginia"; data = "logs";
	    targets = ( { name = "near"; probe = "distance"; address = "127.0.0.1"; port = 8444; interval = "5s"; deadline = "5s"; },
	      { name = "account"; ${asks//2s/10s} regions = "ap-northeast-1,eu-west-1,us-east-1"; } ); }
	);
	packs = [ "$PWD/monitor/state/packs/location.pack" ];
	CONF
}
places_anew() { places_conf "$1"; "$program" check-config -c "$places/core.conf" && kill -HUP "$(cat "$places/m/state/lock")"; }

step "Where data are: a provider's inventory, a signed document, and light"
"$program" init "$places/m" > /dev/null
places_conf ""
see "stores, data classes and coordinates are understood" "exit 0" 5 "$program" check-config -c "$places/core.conf"
"$program" run -c "$places/core.conf" > "$places/log" 2>&1 & watching=$!
see "the bucket is where its data may be, by the provider's word" "LOC-STORE met" 40 placed LOC-STORE store:records .
see "and nothing leads out of there" "LOC-EDGES met" 10 placed LOC-EDGES store:records .
see "so is the machine" "LOC-INSTANCE met" 20 placed LOC-INSTANCE instance:udr-1 .
see "the account holds a bucket in Ireland that nobody declared" "LOC-ELSEWHERE not met" 40 placed LOC-ELSEWHERE target:account X
world 'del w["buckets"]["ireland"]'
see "it is deleted" "LOC-ELSEWHERE met" 40 placed LOC-ELSEWHERE target:account .
world pass
see "an instance of which only the declaration is known is not called inside" "LOC-INSTANCE unknown" 10 placed LOC-INSTANCE instance:hss-1 '?'

step "Light excludes the declared country"
see "what is declared in Virginia answers sooner than light comes from there" "LOC-INSTANCE not met: contradicted" 40 placed LOC-INSTANCE instance:log-1 X
see "it is contradicted, not outside" "loc.verdict = contradicted" 5 with 'loc\.verdict = contradicted' "$program" controls --ledger "$places/m/state/ledger.db" LOC-INSTANCE

step "A bucket gains a replication rule abroad"
world 'w["buckets"]["records"]["replication"] = [{"to": "ireland"}]'
see "the way out is found" "LOC-EDGES not met" 30 placed LOC-EDGES store:records X
see "the store is not where its data may be" "LOC-STORE not met" 10 placed LOC-STORE store:records X
see "it is on the timeline" "LOC-STORE ... not met" 10 placed_story 'LOC-STORE.*not met'
world pass
see "the rule is gone" "LOC-STORE met" 30 placed LOC-STORE store:records .

step "What is declared encrypted lies in clear"
world 'del w["buckets"]["records"]["encryption"]'
see "the provider's own word contradicts the declaration" "records ... contradicted" 30 with 'records .*contradicted .*declared encrypted' closed
world pass
see "it is encrypted again" "records | encrypted | encrypted" 30 with 'records [|] encrypted.*[|] encrypted' closed

step "An instance moves"
world 'there["machines"] = here["machines"]; here["machines"] = []; there["machines"][0]["zone"] = "eu-west-1a"'
see "the provider places it elsewhere than declared" "LOC-INSTANCE not met" 30 placed LOC-INSTANCE instance:udr-1 X
see "its store stayed" "LOC-STORE met" 5 placed LOC-STORE store:records .
world pass
see "it is back" "LOC-INSTANCE met" 30 placed LOC-INSTANCE instance:udr-1 .

step "A signed document contradicts the declaration"
see "the machine's identity document, signed by AWS in Sydney, is delivered" "no faults" 5 places_anew \
	"{ name = \"identity\"; probe = \"drop\"; interval = \"2s\"; kind = \"ec2-identity\"; policy = \"$places/policy\"; document = \"$places/document.der\"; certificate = \"$places/region.pem\"; }"
see "the evidence is accepted" "attest.region=ap-southeast-2" 20 with 'attest\.region=ap-southeast-2' "$program" ledger show --ledger "$places/m/state/ledger.db" --kind OBSERVATION
see "and so the declaration is contradicted" "LOC-INSTANCE not met" 20 placed LOC-INSTANCE instance:hss-1 X
see "status does not call this well" "exit 1" 5 exits 1 "$program" status --ledger "$places/m/state/ledger.db"
see "where it was before is one replay away" "unknown then, contradicted now" 5 placed_story 'LOC-INSTANCE.*instance:hss-1.*not met'

step "A stranger is shown which places are proved, and which are somebody's word"
# Anew until a checkpoint covers what was just seen, and all of it was seen in time.
bundled() {
	rm -rf "$places/filing" "$places/bundle"
	exits 1 "$program" report self-check -c "$places/core.conf" --lang en --format json --record --out "$places/filing" --bundle "$places/bundle" || return 1
	unshare -n "$program" verify "$places/bundle" > "$places/verified"
	with "$2" cat "$places/verified" && with "$1" cat "$places/verified"
}
see "of a filing, the signed place is judged again from its octets" "PROVED ... instance:hss-1, contradicted" 60 bundled 'PROVED.*instance:hss-1, contradicted' 'ASSERTED.*store:records, inside'
see "the provider's word stays his word" "ASSERTED ... store:records, inside" 10 with 'ASSERTED.*store:records, inside' unshare -n "$program" verify "$places/bundle"
rm -rf "$places/forged"
cp -r "$places/bundle" "$places/forged"
sed -i 's/ap-southeast-2/ap-northeast-1/g' "$places/forged"/blobs/* 2>/dev/null
see "evidence that says Tokyo instead is refused" "exit 1" 10 exits 1 unshare -n "$program" verify "$places/forged"
kill "$(cat "$places/m/state/lock")" "$standin" "$serves" 2>/dev/null
wait "$watching" 2>/dev/null
