# SPDX-License-Identifier: Apache-2.0
# The crypto inventory of a daemon that watches a good and a bad TLS server: the CBOM is valid by the official schema, the
# paper names what is in use in both languages, and a bad server makes exit code 1.
issue() { openssl req -x509 -newkey "$2" ${3:+-pkeyopt "$3"} -nodes -keyout "$dir/$1.key" -out "$dir/$1.pem" -days 3 -subj "/CN=$1.lab" -addext subjectAltName=IP:127.0.0.1 2>/dev/null; }
issue good ec ec_paramgen_curve:P-256
issue bad rsa:1024
openssl s_server -quiet -accept 127.0.0.1:4441 -cert "$dir/good.pem" -key "$dir/good.key" -tls1_3 >/dev/null 2>&1 &
openssl s_server -quiet -accept 127.0.0.1:4442 -cert "$dir/bad.pem" -key "$dir/bad.key" -tls1_2 -cipher 'AES128-SHA@SECLEVEL=0' >/dev/null 2>&1 &
hybrid=
modern=$(tests/lab/openssl35.sh 2>"$dir/modern.log") || modern=
if [ -n "$modern" ]; then
	"$modern" s_server -quiet -accept 127.0.0.1:4444 -cert "$dir/good.pem" -key "$dir/good.key" >/dev/null 2>&1 </dev/null &
	hybrid="{ name = \"amf-1-deep\"; probe = \"tls-deep\"; address = \"127.0.0.1\"; port = 4444; interval = \"5s\"; deadline = \"5s\"; pace = \"0ms\"; },"
fi
"$program" init "$dir/m" >/dev/null
cat > "$dir/core.conf" <<END
monitor = { name = "core"; state = "$dir/m/state"; deep_connections = 1000000; };
ledger = { origin = "example.org/core"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "tokyo"; jurisdiction = "JP"; } );
instances = ( { name = "amf-1"; function = "control"; site = "tokyo"; targets = (
  { name = "amf-1-sbi"; probe = "tls"; address = "127.0.0.1"; port = 4441; interval = "1s"; trust = "$dir/good.pem"; },
  { name = "amf-1-old"; probe = "tls"; address = "127.0.0.1"; port = 4442; interval = "1s"; trust = "$dir/bad.pem"; },
  $hybrid
  { name = "amf-1-none"; probe = "tcp"; address = "127.0.0.1"; port = 4443; interval = "1s"; } ); } );
END
"$program" run -c "$dir/core.conf" >"$dir/log" 2>&1 &
report() { "$program" report crypto -c "$dir/core.conf" "$@" > "$dir/paper" 2>&1; }
# Each interface by its name: what tls-deep is offered names the suites of the others, too.  The paper that has them all is the
# one that is looked at: one that does not answer for a round is in the next no more.
seen() {
	report --cbom "$dir/cbom.json"; code=$?
	for interface in amf-1-sbi amf-1-old ${hybrid:+amf-1-deep}; do grep -q "interface: $interface\$" "$dir/paper" || return 1; done
	grep -q TLS_RSA_WITH_AES_128_CBC_SHA "$dir/paper" && grep -q 'suite: TLS_AES_256_GCM_SHA384' "$dir/paper" && { [ -z "$hybrid" ] || grep -q 'accepts: X25519MLKEM768, .*x25519' "$dir/paper"; }
}
await seen
check "crypto: what is not on the list makes exit code 1" test $code = 1
check "crypto: the good interface" grep -q 'interface: amf-1-sbi' "$dir/paper"
check "crypto: the bad one's key and key transport are named" grep -qE 'RSA 1024|RSA key transport' "$dir/paper"
check "crypto: what nothing is known of is named" grep -q 'amf-1-none (tcp)' "$dir/paper"
if [ -n "$hybrid" ]; then
	check "crypto: a hybrid key exchange that is accepted" grep -q 'accepts: X25519MLKEM768, .*x25519' "$dir/paper"
	check "crypto: counts as accepted, not used by us" grep -q 'accepted, not used by us: 1' "$dir/paper"
else
	skip "crypto: a hybrid key exchange that is accepted: $(cat "$dir/modern.log")"
fi
report --lang ja
check "crypto: in Japanese" grep -q '2035年に向けた鍵交換の対応状況' "$dir/paper"
check "crypto: the CBOM is valid by the official schema of CycloneDX 1.6" python3 - "$dir/cbom.json" tests/data/cyclonedx <<'END'
import json, sys, jsonschema
load = lambda n: json.load(open(sys.argv[2] + "/" + n))
schema = load("bom-1.6.schema.json")
store = {"http://cyclonedx.org/schema/" + n: load(n) for n in ("spdx.schema.json", "jsf-0.82.schema.json")}
resolver = jsonschema.RefResolver("http://cyclonedx.org/schema/bom-1.6.schema.json", schema, store)
bom = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator(schema, resolver=resolver, format_checker=jsonschema.FormatChecker()).validate(bom)
refs = [c["bom-ref"] for c in bom["components"]]
assert len(refs) == len(set(refs)), "a reference stands twice"
known = set(refs)
for d in bom["dependencies"]:
    assert d["ref"] in known and set(d["dependsOn"]) <= known, d
names = {c["name"] for c in bom["components"]}
assert {"TLS amf-1-sbi", "TLS amf-1-old", "AES-256-GCM", "RSA 1024", "RSA key transport", "SHA-1"} <= names, names
suites = [s for c in bom["components"] for s in c.get("cryptoProperties", {}).get("protocolProperties", {}).get("cipherSuites", [])]
assert {s["name"] for s in suites} == {"TLS_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA"}, suites
END
