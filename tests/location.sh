#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Location with the real daemon: what it believes of a subject, at present and at an earlier moment,
# and the tokens the signer makes of it: verified by this program and by openssl and a CBOR reader
# that share nothing with it; refused when changed, to strangers, and for what is not there.
# usage: tests/location.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
if [ "${LOCATION_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "location needs root for a network namespace of its own"; exit 0; }
	LOCATION_INSIDE=yes exec unshare -n "$0" "$@"
fi
ip link set lo up
dir=$(mktemp -d) || exit 2
db=$dir/m/state/ledger.db pid= server= more= bad=0
chmod 755 "$dir"
finish() {
	for one in $pid $server $more; do kill "$one" 2>/dev/null; done
	wait 2>/dev/null
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=udm" -addext "subjectAltName = IP:127.0.0.1" \
	-keyout "$dir/udm.key" -out "$dir/udm.pem" 2>/dev/null
openssl s_server -key "$dir/udm.key" -cert "$dir/udm.pem" -accept 127.0.0.1:3443 -quiet > "$dir/tls.log" 2>&1 & server=$!
await listens 127.0.0.1:3443
feed() { printf '# date: %s\n127.0.0.0/8,%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" > "$dir/feed.new"; mv "$dir/feed.new" "$dir/feed.csv"; }
feed ap-northeast-1
"$program" init "$dir/m" >/dev/null || exit 2
chmod 755 "$dir/m"
cat > "$dir/sekimori.conf" <<END
monitor = { name = "places"; state = "$dir/m/state"; instance_gap = "10ms"; latitude = "35.68"; longitude = "139.77"; };
ledger = { origin = "example.org/places"; key = "$dir/m/signing-key.pem"; };
data_classes = ( { name = "subscriber"; title = "Subscriber data"; title_ja = "加入者情報"; jurisdictions = "JP"; } );
feeds = ( { provider = "aws"; form = "csv"; file = "$dir/feed.csv"; } );
sites = ( { name = "cloud"; jurisdiction = "JP"; provider = "aws"; region = "ap-northeast-1"; },
    { name = "abroad"; jurisdiction = "DE"; } );
instances = ( { name = "udm"; function = "subscriber"; site = "cloud"; data = "subscriber"; targets = (
    { name = "udm-tls"; probe = "tls"; address = "127.0.0.1"; port = 3443; interval = "2s"; deadline = "1900ms"; trust = "$dir/udm.pem";
      fail_count = 1; window = 1; recover_count = 1; } ); },
    { name = "far"; function = "subscriber"; site = "abroad"; data = "subscriber"; targets = (
    { name = "far-distance"; probe = "distance"; address = "127.0.0.1"; port = 3443; interval = "3s"; deadline = "2900ms";
      fail_count = 1; window = 1; recover_count = 1; } ); } );
END
holds "the configuration is accepted" 0 "$program" check-config -c "$dir/sekimori.conf" || exit 1
"$program" run -c "$dir/sekimori.conf" >"$dir/log" 2>&1 </dev/null & pid=$!
key() { "$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier":"([^"]*)".*/\1/p' | tail -n 1; }
told() { "$program" report location --ledger "$db" --lang en > "$dir/paper" 2>&1; tr -s ' \n' ' ' < "$dir/paper" | grep -E -- "$1" || { head -n 40 "$dir/paper"; return 1; }; }

# --- what is believed ------------------------------------------------------------------------
holds "an address that agrees places nothing by itself" 60 told 'instance:udm: unknown: only the address agrees' || { tail -n 8 "$dir/log"; exit 1; }
before=$(date -u +%Y-%m-%dT%H:%M:%SZ); sleep 1.5
feed us-west-2; kill -HUP $pid
holds "the provider's ranges move it: a contradiction" 30 told 'instance:udm: contradicted: its address is in aws/us-west-2 \(US\)'
then_() { "$program" report location --ledger "$db" --lang en --at "$before" --data subscriber | tr -s ' \n' ' ' | grep -F 'instance:udm: unknown'; }
holds "asked for an earlier moment, it says what was known then" 5 then_
history() { "$program" report location --ledger "$db" --lang en --from "$before" | sed -n '/History of moves/,$p' | grep -F 'instance:udm' ; }
holds "and the history has the move" 5 history
csv() { "$program" report location --ledger "$db" --csv "$dir/places.csv" >/dev/null; grep -F '"address","udm-tls","not-comparable"' "$dir/places.csv" || grep -F '"address","udm-tls","outside","aws/us-west-2","US"' "$dir/places.csv" || { cat "$dir/places.csv"; return 1; }; }
holds "the table for machines has it" 5 csv
ja() { "$program" report location --ledger "$db" --lang ja | grep -F '加入者情報'; }
holds "in Japanese, too" 5 ja

# --- physics: it answers from this machine, so it cannot be in Germany -----------------------
holds "light excludes the declared country: a contradiction" 60 told 'instance:far: contradicted: who answers cannot be in DE'
bound() { "$program" report location --ledger "$db" --lang en --format json > "$dir/json"; [ "$(grep -oE '"[0-9]+ km"' "$dir/json" | wc -l)" -ge 4 ] && grep -F 'who ended the connection' "$dir/json" && grep -F 'the key' "$dir/json"; }
holds "the bound by vacuum and the figure for fibre stand apart" 5 bound
far() { "$program" tui --ledger "$db" --dump 120x30 --keys ':location<Enter>/far<Enter>' | grep -E 'instance:far  cannot be in (1[0-9]{2}|2[0-9]{2}) countries'; }
holds "and the screen counts what is excluded" 10 far

# --- tokens ----------------------------------------------------------------------------------
key=$(key)
tokens() { rm -rf "$dir/out"; "$program" report location -c "$dir/sekimori.conf" --token "$1" --out "$dir/out" --force; ls "$dir/out"; [ -s "$dir/out/instance-udm.$2" ]; }
holds "the signer signs it as JWS" 15 tokens json jwt || { tail -n 8 "$dir/log"; exit 1; }
cp "$dir/out/instance-udm.jwt" "$dir/jwt"
holds "and as COSE" 15 tokens cbor cwt || exit 1
cp "$dir/out/instance-udm.cwt" "$dir/cwt"
said() { unshare -n "$program" verify --key "$key" "$1" > "$dir/said" 2>&1; grep -E "PROVED +identity" "$dir/said" && grep -E 'ASSERTED +place +instance:udm: contraindicated, contradicted' "$dir/said" || { cat "$dir/said"; return 1; }; }
holds "verified offline, JWS" 0 said "$dir/jwt"
holds "verified offline, COSE" 0 said "$dir/cwt"
# The key of the verifier line as SubjectPublicKeyInfo (RFC 8410), and what is signed, by other hands.
printf '%s' "$key" | cut -d+ -f3- | base64 -d | tail -c 32 > "$dir/raw"
{ printf '302a300506032b6570032100' | xxd -r -p; cat "$dir/raw"; } | openssl pkey -pubin -inform DER -out "$dir/pub.pem" 2>/dev/null
openssl_says() { python3 tests/lab/token_split.py "$1" "$2" "$dir/tbs" && openssl pkeyutl -verify -pubin -inkey "$dir/pub.pem" -rawin -in "$dir/tbs" -sigfile "$dir/tbs.sig"; }
holds "openssl says the same of the JWS" 0 openssl_says jwt "$dir/jwt"
holds "openssl says the same of the COSE" 0 openssl_says cwt "$dir/cwt"
sed 's/\.\(.\)/.f/' "$dir/jwt" > "$dir/changed"
holds "a changed token is refused" 0 sh -c '"$1" verify --key "$2" "$3"; [ $? = 1 ]' - "$program" "$key" "$dir/changed"
holds "without a key nothing is proved" 0 sh -c '"$1" verify "$2" | grep -E "NOT SHOWN +identity"; "$1" verify "$2" >/dev/null; [ $? = 3 ]' - "$program" "$dir/jwt"
"$program" init "$dir/o" >/dev/null; sed "s#$dir/m/#$dir/o/#g" "$dir/sekimori.conf" > "$dir/other.conf"
"$program" run -c "$dir/other.conf" >"$dir/other.log" 2>&1 </dev/null & more=$!
other_key() { "$program" ledger show --ledger "$dir/o/state/ledger.db" --kind KEY --json | sed -nE 's/.*"verifier":"([^"]*)".*/\1/p' | tail -n 1; }
begun() { [ -n "$(other_key)" ]; }
holds "another monitor of the same name has another key" 30 begun
other=$(other_key); kill $more; wait $more 2>/dev/null
holds "which is not taken for this one" 0 sh -c '"$1" verify --key "$2" "$3" | grep -F "not the one you trust"' - "$program" "$other" "$dir/jwt"
holds "who asked is on record" 5 sh -c '"$1" ledger show --ledger "$2" --kind OPERATOR --json | grep -c "\"act\":\"locate\"" | grep -E "^([2-9]|[1-9][0-9])"' - "$program" "$db"
holds "a subject that is not there is refused" 0 sh -c '"$1" locate -c "$2" instance:nobody 2>&1 | grep -F "there is no"' - "$program" "$dir/sekimori.conf"
holds "a stranger may not" 0 sh -c 'setpriv --reuid 65534 --regid 65534 --clear-groups "$1" locate --state "$2" instance:udm 2>&1 | grep -E "may not|right"' - "$program" "$dir/m/state"
many() { for i in $(seq 30); do "$program" locate -c "$dir/sekimori.conf" instance:udm > "$dir/one" 2>"$dir/err" || { cat "$dir/err"; return 1; }; done; }
holds "thirty in a row are signed between checkpoints" 60 many
holds "checkpoints go on, and the ledger is whole" 20 "$program" ledger audit --ledger "$db"
exit $bad
