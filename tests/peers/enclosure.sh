# SPDX-License-Identifier: Apache-2.0
# Data closed to the provider, with the real daemon and a stand-in for the APIs of AWS that verifies signatures: what is declared
# of a store and a machine against what the provider says, in the report and as a finding; then volumes in clear, other keys, a
# machine that was started otherwise.
(cd "$dir" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=lab -keyout ca.key -out ca.pem &&
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=aws -keyout aws.key -out aws.csr &&
	openssl x509 -req -in aws.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out aws.pem -extfile <(echo "subjectAltName = IP:127.0.0.1")) > /dev/null 2>&1
SECRET=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
printf '[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = %s\n' $SECRET > "$dir/cred"
chmod 600 "$dir/cred"
key=arn:aws:kms:ap-northeast-1:123456789012:key
cat > "$dir/base.json" <<J
{ "account": "123456789012", "credential": { "id": "AKIDEXAMPLE", "secret": "$SECRET" }, "buckets": {}, "users": {},
  "regions": { "us-east-1": {}, "ap-northeast-1": {
      "machines": [ { "id": "i-0a", "zone": "ap-northeast-1c", "name": "udm-1", "snp": "enabled", "volumes": [] } ],
      "volumes": [ { "id": "vol-0a", "zone": "ap-northeast-1c", "encrypted": true, "key": "$key/k-1" } ],
      "keys": { "k-1": { "rotation": true }, "k-2": { "rotation": true }, "k-3": { "rotation": true, "manager": "AWS" } } } } }
J
world() { python3 - "$dir" "${1:-pass}" <<'P'
import json, os, sys
w = json.load(open(sys.argv[1] + "/base.json")); here = w["regions"]["ap-northeast-1"]; volume = here["volumes"][0]
key = "arn:aws:kms:ap-northeast-1:123456789012:key"
exec(sys.argv[2]); json.dump(w, open(sys.argv[1] + "/new.json", "w")); os.rename(sys.argv[1] + "/new.json", sys.argv[1] + "/world.json")
P
}
world
python3 tests/lab/aws_standin.py 8443 "$dir/aws.pem" "$dir/aws.key" "$dir/world.json" 2> "$dir/standin.log" &
await listens 127.0.0.1:8443

"$program" init "$dir/m" > /dev/null
asks="probe = \"inventory\"; interval = \"2s\"; deadline = \"2s\"; provider = \"aws\"; endpoint = \"https://127.0.0.1:8443\"; trust = \"$dir/ca.pem\";
    credential = \"$dir/cred\"; regions = \"ap-northeast-1\";"
cat > "$dir/core.conf" <<CONF
monitor = { name = "core"; state = "$dir/m/state"; instance_gap = "10ms"; };
ledger = { origin = "example.org/core"; key = "$dir/m/signing-key.pem"; };
data_classes = ( { name = "subscriber"; jurisdictions = "JP"; } );
sites = ( { name = "tokyo"; jurisdiction = "JP"; provider = "aws"; region = "ap-northeast-1"; } );
packs = ( "sekimori-core" );
documents = ( { id = "assurance"; title = "Assurance"; date = "2026-11-01"; } );
instances = ( { name = "udm"; nf = "UDM"; function = "subscriber"; site = "tokyo"; data = "subscriber";
  in_use = "confidential-vm"; in_use_document = "assurance";
  targets = ( { name = "udm-machine"; $asks kind = "machine"; resource = "i-0a"; } );
  stores = ( { name = "db"; data = "subscriber"; resource = "vol-0a";
    at_rest = { encrypted = true; holder = "customer"; key = "$key/k-1"; document = "assurance"; };
    targets = ( { name = "db-volume"; $asks kind = "volume"; resource = "vol-0a"; } ); } ); } );
CONF
check "enclosure: the configuration is accepted" "$program" check-config -c "$dir/core.conf"
"$program" run -c "$dir/core.conf" > "$dir/log" 2>&1 &
# The tables of the paper, a line for each row, its cells apart by bars.
paper() {
	"$program" report keys --ledger "$dir/m/state/ledger.db" --lang "${2:-en}" --format json --out "$dir/papers" --force > "$dir/said" 2>&1
	python3 - "$dir/papers/keys.${2:-en}.json" > "$dir/paper" <<'P'
import json, sys
for block in json.load(open(sys.argv[1]))["blocks"]:
    for row in block.get("rows", []):
        print(" | ".join(str(c.get("text", "") if isinstance(c, dict) else c).replace("\n", " / ") for c in row))
P
	grep -qE -- "$1" "$dir/paper"
}
ends_as() { "$program" report keys --ledger "$dir/m/state/ledger.db" --format json --out "$dir/papers" --force > /dev/null 2>&1; [ $? = "$1" ]; }
told() { until_true 15 paper "$@" || { echo "lacks: $1"; cat "$dir/paper" "$dir/said"; tail -n 3 "$dir/log"; return 1; }; }
is_found() { "$program" controls --ledger "$dir/m/state/ledger.db" "$1" > "$dir/controls" 2>&1; grep -qE -- "$2" "$dir/controls"; }
finding() { until_true 15 is_found "$@" || { tail -n 20 "$dir/controls"; return 1; }; }

check "enclosure: a store that the provider says is encrypted with the declared key holds" told '^db [|] encrypted.* holds [|] the provider'
check "enclosure: a machine of which only the provider speaks is not proven" told '^udm [|] confidential VM.*. confidential VM / udm-machine.* unknown [|] only the provider'
check "enclosure: and the report ends as what is not known" until_true 15 ends_as 3
check "enclosure: the finding of the store is met" finding SK-REST-SEEN 'met'
world 'volume.update(encrypted=False); volume.pop("key")'
check "enclosure: a volume in clear, though declared encrypted, is a contradiction" told '^db [|] encrypted.*[|] not encrypted .*contradicted [|] it is declared encrypted, and the provider.s inventory says that it is not'
check "enclosure: the report ends as a finding" until_true 15 ends_as 1
check "enclosure: the control says so" finding SK-REST-SEEN 'not met'
check "enclosure: in Japanese, too" told '矛盾 [|] 暗号化されていると申告されているが' ja
world 'volume["key"] = key + "/k-2"'
check "enclosure: another key than the declared one is a contradiction" told 'contradicted [|] by the provider.s inventory it is encrypted with another key'
world 'volume["key"] = key + "/k-3"'
check "enclosure: a key of the provider's own is a contradiction" told 'contradicted [|] by the provider.s inventory its key is nearer to the provider'
check "enclosure: and is not the carrier's own" finding SK-REST-KEY 'not met'
world 'here["machines"][0]["snp"] = "disabled"; here["machines"][0]["tpm"] = True'
check "enclosure: a machine that was started otherwise is a contradiction" told '^udm [|] confidential VM.* measured boot .*contradicted [|] the provider.s inventory says less'
check "enclosure: the control says so, too" finding SK-USE-PROVEN 'not met'
world
check "enclosure: and all is as before" told '^db [|] encrypted.* holds [|] the provider'
check "enclosure: no sanitizer has to say anything" sh -c "! grep -l 'Sanitizer\|runtime error' '$dir'/log '$dir'/said"
