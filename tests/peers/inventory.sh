# SPDX-License-Identifier: Apache-2.0
# The probe "inventory" against a stand-in for the APIs of AWS that verifies signatures for real: one resource of each kind,
# whole accounts, what goes wrong, and a daemon that sees a bucket gain a replication rule abroad.
(cd "$dir" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=lab -keyout ca.key -out ca.pem &&
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=aws -keyout aws.key -out aws.csr &&
	openssl x509 -req -in aws.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out aws.pem -extfile <(echo "subjectAltName = IP:127.0.0.1")) > /dev/null 2>&1
SECRET=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
printf '[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = %s\n' $SECRET > "$dir/cred"
printf '[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = %s\n' wrong > "$dir/wrong"
chmod 600 "$dir/cred" "$dir/wrong"
cat > "$dir/base.json" <<J
{ "account": "123456789012", "credential": { "id": "AKIDEXAMPLE", "secret": "$SECRET" },
  "regions": {
    "us-east-1": {}, "eu-west-1": { "keys": {} },
    "ap-northeast-1": {
      "machines": [ { "id": "i-0a", "zone": "ap-northeast-1c", "name": "udm-1", "groups": [ "sg-0a" ], "volumes": [ "vol-0a", "vol-0b" ] } ],
      "volumes": [ { "id": "vol-0a", "zone": "ap-northeast-1c", "encrypted": true, "key": "arn:aws:kms:ap-northeast-1:123456789012:key/k-1" },
                   { "id": "vol-0b", "zone": "ap-northeast-1c", "encrypted": false } ],
      "snapshots": [ { "id": "snap-0a", "encrypted": true, "shared": [ "999999999999" ] }, { "id": "snap-0b", "encrypted": false, "public": true,
                       "description": "[Copied snap-0c from us-east-1]" } ],
      "groups": [ { "id": "sg-0a", "name": "core", "rules": [ { "protocol": "tcp", "from": 22, "to": 22, "v4": [ "0.0.0.0/0", "10.0.0.0/8" ], "v6": [ "::/0" ] } ] },
                  { "id": "sg-0b", "name": "shut", "rules": [ { "protocol": "-1", "v4": [ "10.0.0.0/8" ] } ] } ],
      "keys": { "k-1": { "rotation": true, "name": "data" }, "k-2": { "rotation": false, "replicas": [ "eu-west-1" ] }, "k-3": { "origin": "EXTERNAL_KEY_STORE" } },
      "databases": [ { "id": "hlr", "zone": "ap-northeast-1a", "encrypted": true, "public": false, "logs": [ "audit" ], "replicas": [ "near", "arn:aws:rds:eu-west-1:123456789012:db:far" ],
                       "backups": [ "arn:aws:rds:us-east-1:123456789012:auto-backup:ab-1" ] } ] } },
  "buckets": {
    "records": { "region": "ap-northeast-1", "encryption": "arn:aws:kms:ap-northeast-1:123456789012:key/k-1", "publicAccessBlock": true, "logging": "logs", "versioning": "Enabled" },
    "logs": { "region": "ap-northeast-1", "encryption": "", "publicAccessBlock": true },
    "web": { "region": "us-east-1", "encryption": "", "policyStatus": true },
    "ireland": { "region": "eu-west-1", "acl": [ "AllUsers" ] } },
  "users": { "root-like": { "mfa": false }, "second": { "mfa": true, "group": "admins" } } }
J
# world [JQ-like python statements]: the base, changed.
world() { python3 - "$dir" "${1:-pass}" <<'P'
import json, os, sys
w = json.load(open(sys.argv[1] + "/base.json")); here = w["regions"]["ap-northeast-1"]
exec(sys.argv[2]); json.dump(w, open(sys.argv[1] + "/new.json", "w")); os.rename(sys.argv[1] + "/new.json", sys.argv[1] + "/world.json")
P
}
world
python3 tests/lab/aws_standin.py 8443 "$dir/aws.pem" "$dir/aws.key" "$dir/world.json" 2>> "$dir/standin.log" &
await listens 127.0.0.1:8443

# ask OPTION...: one round; its words and exit code are kept.
ask() {
	options=(--option provider=aws --option trust="$dir/ca.pem")
	case " $* " in *" endpoint="*) ;; *) options+=(--option endpoint=https://127.0.0.1:8443) ;; esac
	case " $* " in *" credential="*) ;; *) options+=(--option credential="$dir/cred") ;; esac
	for one in "$@"; do options+=(--option "$one"); done
	"$program" probe inventory --deadline "${DEADLINE:-30s}" "${options[@]}" > "$dir/said" 2>&1; code=$?
}
says() { tr -s ' ' < "$dir/said" | grep -qE -- "$1" || { echo "lacks: $1"; sed 's/^/| /' "$dir/said" | cut -c1-220; return 1; }; }
is() { test $code = "$1" || { echo "exit code $code"; sed 's/^/| /' "$dir/said" | cut -c1-220; return 1; }; }
both() { is "$1" && shift && for words in "$@"; do says "$words" || return 1; done; }

ask kind=machine resource=i-0a regions=ap-northeast-1 account=123456789012
check "inventory: a machine: place, zone, its groups' rules and its volumes' encryption" both 0 'place aws/ap-northeast-1$' 'zone ap-northeast-1c' 'encrypted no' \
	'open.count 2' 'tcp 22 from 0.0.0.0/0: sg-0a' 'key.holder customer' 'rights read'
ask kind=volume resource=vol-0a regions=ap-northeast-1
check "inventory: a volume and whose key it has" both 0 'encrypted yes' 'key arn:aws:kms:ap-northeast-1:123456789012:key/k-1' 'key.holder customer'
ask kind=snapshot resource=snap-0a regions=ap-northeast-1
check "inventory: a snapshot that another account has" both 0 'shared 999999999999' 'public no' 'edges.unknown 1'
ask kind=snapshot resource=snap-0b regions=ap-northeast-1
check "inventory: a copy from abroad that everybody has" both 0 'public yes' 'snapshot copy from aws/us-east-1 to aws/ap-northeast-1: snap-0c'
ask kind=bucket resource=records regions=ap-northeast-1
check "inventory: a bucket with all its settings" both 0 'place aws/ap-northeast-1$' 'public no' 'encrypted yes' 'logging yes' 'versioning yes' 'edges.leaving 0' 'key.holder customer'
ask kind=bucket resource=web
check "inventory: no location is us-east-1; a policy opens it" both 0 'place aws/us-east-1$' 'public yes' 'key.holder provider' 'logging no' 'versioning no'
ask kind=bucket resource=ireland
check "inventory: EU is eu-west-1; a list opens it; no encryption is said" both 0 'place aws/eu-west-1$' 'public yes' 'encrypted no'
python3 - "$dir" <<'P' &
import socket, ssl, sys
c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain(sys.argv[1] + "/aws.pem", sys.argv[1] + "/aws.key")
s = socket.create_server(("127.0.0.1", 8444), reuse_port=True); s.settimeout(60)
while True:
    try:
        t = c.wrap_socket(s.accept()[0], server_side=True); t.recv(4096); t.sendall(b"SSH-2.0-nonsense\r\n"); t.close()
    except socket.timeout: break
    except OSError: pass
P
nonsense=$!
await listens 127.0.0.1:8444
ask kind=machine resource=i-0a regions=ap-northeast-1 endpoint=https://127.0.0.1:8444
check "inventory: an answer that is no HTTP is said to be one, and no fault of the credential" both 3 "answers cannot be read"
kill "$nonsense" 2>/dev/null; wait "$nonsense" 2>/dev/null
ask kind=key resource=k-2 regions=ap-northeast-1
check "inventory: a key with a replica abroad that does not rotate" both 0 'rotation no' 'key replica from aws/ap-northeast-1 to aws/eu-west-1' 'edges.places aws/eu-west-1'
ask kind=key resource=k-3 regions=ap-northeast-1
check "inventory: a key that is kept outside the provider" both 0 'key.holder outside'
ask kind=database resource=hlr regions=ap-northeast-1
check "inventory: a database with a replica and backups abroad" both 0 'edges.count 3' 'edges.places aws/ap-northeast-1, aws/eu-west-1, aws/us-east-1' 'logging yes' 'edges.leaving 2'
ask kind=machine resource=i-0f regions=ap-northeast-1
check "inventory: one that is not there is down" both 1 'down .*no such resource'
ask
check "inventory: a whole account: counts and lists, all of it read" both 0 'whole yes' 'inventory.count 17' 'public.count 3' 'unencrypted.count 3' 'unrotated.count 1' \
	'single_factor user root-like' 'leaving.count 4' 'places.count 3' 'root.second_factor yes' 'destinations .*aws/eu-west-1' 'all.open.count 1'

ask credential="$dir/wrong"
check "inventory: a wrong secret is refused" both 3 'unknown .*SignatureDoesNotMatch'
ask account=999999999999
check "inventory: another account than declared tells nothing" both 3 'belong to another account: 999999999999 is declared, the provider says 123456789012'
world 'w["mischief"] = {"clock": 1000}'; ask kind=machine
check "inventory: a clock that is off is refused" both 3 'RequestExpired'
world 'w["credential"]["token"] = "t"'; ask kind=machine
check "inventory: without the session token it is refused" both 3 'InvalidClientTokenId'
world; ask kind=machine regions=mars-north-1
check "inventory: a region that is none is refused" both 3 'sts answered 403'
world 'w["allowed"] = ["ec2:TerminateInstances", "kms:Decrypt"]'; ask kind=machine
check "inventory: credentials that may do more are not used" both 3 'may do more than read.*ec2:TerminateInstances, kms:Decrypt' 'rights write'
check "inventory: and tell nothing" sh -c "! grep -q inventory.count '$dir/said'"
ask kind=machine allow_write=true
check "inventory: unless that is allowed, and then it is said" both 0 'rights write' 'rights.write ec2:TerminateInstances, kms:Decrypt'
world 'w["denied"] = ["iam:SimulatePrincipalPolicy", "s3:logging"]'; ask kind=bucket resource=records
check "inventory: what may not be read is unknown, not off" both 1 'rights unknown' 'logging: s3 answered 403 AccessDenied'
check "inventory: and no fact says it" sh -c "! grep -q 'inventory.logging ' '$dir/said'"
world 'w["mischief"] = {"throttle": {"DescribeInstances": {"times": 2, "after": 1}, "ListKeys": {"times": 1, "status": 400, "code": "ThrottlingException"}}}'; ask regions=ap-northeast-1
check "inventory: who asks to wait is waited for" both 0 'throttled 3' 'whole yes'
world 'w["mischief"] = {"throttle": {"DescribeVolumes": {"times": 99, "after": 600, "status": 429}}}'; ask kind=volume regions=ap-northeast-1
check "inventory: but not beyond the round" both 1 'asks to wait 600000 ms more' 'whole no'
world 'w["mischief"] = {"cut": {"DescribeInstances": 0.5}}'; ask kind=machine regions=ap-northeast-1
check "inventory: half an XML document is not taken for all" both 1 'degraded .*ends early' 'whole no'
world 'w["mischief"] = {"cut": {"ListKeys": 0.5}}'; ask kind=key regions=ap-northeast-1
check "inventory: nor half a JSON document" both 1 'cannot be read' 'whole no'
world 'w["page"] = 1; here["machines"].append({"id": "i-0b", "zone": "ap-northeast-1a"}); w["mischief"] = {"contradict": "eu-west-1a"}'; ask kind=machine regions=ap-northeast-1
check "inventory: page 2 that contradicts page 1 is said" both 1 'two things.*machine i-0a.*not the same' 'contradictions.count 1'
world 'w["mischief"] = {"other_region": {"records": "eu-west-1"}}'; ask kind=bucket resource=records
check "inventory: a bucket whose region is said in two ways has none" both 1 'bucket records: its location is ap-northeast-1, and an answer says eu-west-1'
check "inventory: no fact of its place" sh -c "! grep -q inventory.place '$dir/said'"
world 'w["mischief"] = {"sent_on": True}'; ask kind=bucket resource=web regions=ap-northeast-1
check "inventory: a region that sends us on says where to" both 0 'place aws/us-east-1$' 'public yes'
world; ask kind=bucket resource=none
check "inventory: no bucket of that name" both 1 'down'
check "inventory: the secret is nowhere in what was said" sh -c "! grep -q 'wJalr' '$dir/said' '$dir/standin.log'"

# While it waits for a provider: nothing of the secret around the helper, no core dump, and its end by another hand is said.
world 'w["mischief"] = {"throttle": {"DescribeInstances": {"times": 99, "after": 8}}}'
: > "$dir/standin.log"
(ask kind=machine regions=ap-northeast-1; echo $code > "$dir/code") &
asked=$!
helper() { for at in /proc/[0-9]*; do [ "$(cat "$at/cmdline" 2>/dev/null | tr -d '\0')" = sekimori-inventory ] && { echo "${at#/proc/}"; return 0; }; done; return 1; }
await grep -q 'asked to wait: DescribeInstances' "$dir/standin.log"	# then it has confined itself, and stays there
pid=$(helper)
check "inventory: the helper has no arguments and no environment" sh -c "test ! -s /proc/$pid/environ && test \$(tr '\\0' ' ' < /proc/$pid/cmdline | wc -w) = 1"
check "inventory: and makes no core dump" grep -q 'Max core file size *0 *0' "/proc/$pid/limits"
kill -ABRT "$pid"; wait $asked
check "inventory: one that is ended by a signal is unknown, with the place" sh -c "grep -q 'unknown .*signal 6 .*in DescribeInstances of ap-northeast-1, page 1' '$dir/said' && grep -qx 3 '$dir/code'"

# 10,000 machines in one pass.
world 'here["generate"] = 10000'
(DEADLINE=120s ask kind=machine; echo $code > "$dir/code") &
asked=$! peak=0
while kill -0 $asked 2>/dev/null; do
	pid=$(helper) && kib=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null) && [ "${kib:-0}" -gt $peak ] && peak=$kib
done
wait $asked; code=$(cat "$dir/code")
check "inventory: 10,000 machines in one pass" both 0 'inventory.count 10001' 'whole yes'
most=65536; [ "$V" = release ] || most=524288	# sanitizers keep what was freed
check "inventory: in less than $((most / 1024)) MiB" sh -c "test $peak -gt 0 && test $peak -lt $most"
echo "      peak of the helper: $peak KiB;$(sed -n 's/^inventory  *up/ a round of/p; s/^ *evidence .*,/ listing of/p' "$dir/said" | tr '\n' ';')"

# A daemon: a bucket is copied abroad, and nobody announced it.
world
"$program" init "$dir/m" > /dev/null
cat > "$dir/core.conf" <<CONF
monitor = { name = "core"; state = "$dir/m/state"; };
ledger = { origin = "example.org/core"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "tokyo"; jurisdiction = "JP"; } );
instances = ( { name = "records"; nf = "UDR"; function = "subscriber"; site = "tokyo"; targets = (
  { name = "bucket"; probe = "inventory"; interval = "3s"; deadline = "3s"; provider = "aws"; endpoint = "https://127.0.0.1:8443"; trust = "$dir/ca.pem";
    credential = "$dir/cred"; kind = "bucket"; resource = "records"; regions = "ap-northeast-1"; } ); } );
CONF
"$program" run -c "$dir/core.conf" > "$dir/log" 2>&1 &
shows() { "$program" ledger show -s "$dir/m/state" > "$dir/dump" 2>&1; grep -q -- "$1" "$dir/dump"; }
await shows 'aws/ap-northeast-1'
check "inventory: a daemon has the place on record" shows 'aws/ap-northeast-1'
world 'w["buckets"]["records"]["replication"] = [{"to": "ireland"}]'
await shows 'replication from aws/ap-northeast-1 to aws/eu-west-1: ireland'
check "inventory: the way abroad is on record as soon as it is there" shows 'replication from aws/ap-northeast-1 to aws/eu-west-1: ireland'
status() { "$program" status -c "$dir/core.conf" > "$dir/status" 2>&1; grep -qE -- "$1" "$dir/status"; }
check "inventory: nobody announced it: a fall" until_true 15 status 'inventory\.leaving'
check "inventory: its worker may start sekimori-inventory alone" shows 'may start sekimori-inventory'
check "inventory: the secret is not in the ledger" sh -c "! grep -rqa 'wJalr' '$dir/m' '$dir/log' '$dir/dump'"
check "inventory: no sanitizer has to say anything" sh -c "! grep -l 'Sanitizer\|runtime error' '$dir'/log '$dir'/said"
