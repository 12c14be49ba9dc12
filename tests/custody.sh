#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Custody of keys, with the real daemon: keys declared in the configuration, one of them seen in a
# maker's own statement about a YubiHSM; a ceremony told by one person and agreed to by another;
# what must be refused is refused; a rotation that is overdue is a finding; a configuration that
# names another module is contradicted by what the hardware's maker signed.  The bundle verifies.
# usage: tests/custody.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
build=$PWD/build/${V:-release} program=${PROGRAM:-$PWD/build/${V:-release}/sekimori} yubico=$PWD/tests/data/attest/yubico
[ "$(id -u)" = 0 ] || { skip "two persons need root"; exit 0; }
dir=$(mktemp -d) || exit 2
db=$dir/m/state/ledger.db pid= bad=0
chmod 755 "$dir"
finish() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
# One act: exit code, words of the sentence, who.
acts() {	# NAME CODE WORDS WHO COMMAND...
	local name=$1 code=$2 words=$3 who=$4 verb=$5 got; shift 5
	if [ "$who" = root ]; then "$program" key "$verb" --state "$dir/m/state" "$@" > "$dir/said" 2>&1; got=$?
	else setpriv --reuid "$who" --regid nogroup --clear-groups "$program" key "$verb" --state "$dir/m/state" "$@" > "$dir/said" 2>&1; got=$?; fi
	[ $got = "$code" ] && [ "$(grep -c . "$dir/said")" = 1 ] && grep -Eq -- "$words" "$dir/said" && { pass "$name"; return; }
	fail "$name"; bad=1; echo "      exit $got:"; sed 's/^/      /' "$dir/said"
}

cat "$yubico"/hsm-31650425-device.pem "$yubico"/hsm-subca-E45DA5F3.pem "$yubico"/hsm-root.pem > "$dir/all.pem"
cat > "$dir/policy" <<END
policy = "core"; edition = "2026-11";
yubihsm = { nonce = "none"; serial = [ "31650425" ]; firmware = [ "*" ]; capabilities = [ "*" ]; };
END
"$program" init "$dir/m" >/dev/null || exit 2
config() {	# MODULE
	cat > "$dir/sekimori.conf" <<END
monitor = { name = "custody"; state = "$dir/m/state"; instance_gap = "10ms"; };
ledger = { origin = "example.org/custody"; key = "$dir/m/signing-key.pem"; };
data_classes = ( { name = "subscriber"; providers = "example"; } );
sites = ( { name = "cloud"; jurisdiction = "JP"; provider = "example"; } );
instances = ( { name = "udm"; function = "subscriber"; site = "cloud"; targets = (
    { name = "udm-hsm-key"; probe = "drop"; interval = "1s"; kind = "yubihsm"; policy = "$dir/policy";
      statement = "$yubico/hsm-31650425-7e57.attest.pem"; certificates = "$dir/all.pem"; } );
  stores = ( { name = "udr"; data = "subscriber"; } ); } );
documents = ( { id = "cmvp-4703"; date = "2025-01-15"; until = "2030-01-14"; } );
keys = ( { name = "udm-ki"; kind = "hsm"; holder = "carrier"; protects = "store:udr, instance:udm"; seen_by = "udm-hsm-key";
    module = "$1"; serial = "31650425"; validation = "FIPS 140-3 #4703"; document = "cmvp-4703"; rotation = "365d"; ceremony = true; },
  { name = "disk-key"; kind = "kms"; holder = "provider:example"; protects = "store:udr"; } );
rights = ( { user = "nobody"; acts = "ceremony"; } );
packs = ( "sekimori-core", "ipa-autonomy", "mic-pcwg" );
END
}
config "YubiHSM 2"
holds "the configuration is accepted" 0 "$program" check-config -c "$dir/sekimori.conf" || exit 1
refused() {	# NAME SED WORDS
	sed "$2" "$dir/sekimori.conf" > "$dir/wrong.conf"
	"$program" check-config -c "$dir/wrong.conf" > "$dir/said" 2>&1
	[ $? = 2 ] && grep -Eq -- "wrong.conf:[0-9]+: .*$3" "$dir/said" && { pass "$1"; return; }
	fail "$1"; bad=1; sed 's/^/      /' "$dir/said"
}
refused "a key that protects what is not there has its line" 's/instance:udm"/instance:udx"/' 'there is no instance "udx"'
refused "a holder that is no provider has its line" 's/provider:example"/provider:exemple"/' 'there is no provider "exemple"'
refused "a document that is not there has its line" 's/document = "cmvp-4703"/document = "cmvp"/' 'there is no document "cmvp"'
refused "a target that tells of no key has its line" 's/seen_by = "udm-hsm-key"/seen_by = "udm"/' 'none of that name'
refused "a key twice has its line" 's/"disk-key"/"udm-ki"/' '"udm-ki"'

"$program" run -c "$dir/sekimori.conf" >>"$dir/log" 2>&1 </dev/null & pid=$!
control() { "$program" controls "$1" --ledger "$db" --json | tr -d ' \n' | grep -Eq "\"subject\":\"$2\",\"verdict\":\"$3\"" || { "$program" controls "$1" --ledger "$db"; return 1; }; }
told() { "$program" report keys --ledger "$db" --lang en > "$dir/paper" 2>&1; tr -s ' \n' ' ' < "$dir/paper" | grep -Eq -- "$1" || { sed -n '/^Custody/,$p' "$dir/paper"; return 1; }; }
holds "the maker's statement is accepted" 30 sh -c '"$1" ledger show --ledger "$2" --kind OBSERVATION --json | grep -q "attest.verdict\":\"accept"' - "$program" "$db" || { tail -n 8 "$dir/log"; exit 1; }
holds "what is declared of the module is proven" 20 control SK-CUSTODY-AGREES custody:udm-ki met
holds "a key that nobody sees is unknown" 5 control SK-CUSTODY-AGREES custody:disk-key unknown
holds "the provider holds the key of its own disk: a finding" 5 control SK-CUSTODY-APART custody:disk-key not-met
holds "the carrier's key is apart" 5 control SK-CUSTODY-APART custody:udm-ki met
holds "no ceremony is on record: a finding" 5 control SK-CUSTODY-CEREMONY custody:udm-ki not-met
holds "no rotation is on record: unknown" 5 control SK-CUSTODY-ROTATION custody:udm-ki unknown

echo "minutes of the ceremony" > "$dir/minutes.txt"
acts "a key nobody declared is refused" 2 'no key "other" is declared' root ceremony --minutes "$dir/minutes.txt" --present "A, B" other made
acts "the future is refused" 2 'in the future' root ceremony --minutes "$dir/minutes.txt" --present "A, B" --when 1d udm-ki made
acts "minutes that cannot be read are refused" 3 "cannot open|No such file" root ceremony --minutes "$dir/none" --present "A, B" udm-ki made
acts "nobody present is refused" 2 'who was present' root ceremony --minutes "$dir/minutes.txt" udm-ki made
acts "one person tells a ceremony of two years ago" 0 'number [0-9]+ told by root' root ceremony --minutes "$dir/minutes.txt" --present "A. Sato, B. Suzuki" --when "2024-10-01 10:00" udm-ki made in the HSM room
number=$(sed -nE 's/.*number ([0-9]+) told.*/\1/p' "$dir/said")
holds "that alone counts for nothing" 2 control SK-CUSTODY-CEREMONY custody:udm-ki not-met
acts "who told it cannot agree" 2 'somebody else' root agree "$number"
acts "an option behind the text is refused, not told" 2 'stands behind the text' root ceremony --minutes "$dir/minutes.txt" --present "A" udm-ki made --config none
setpriv --reuid nobody --regid nogroup --clear-groups "$program" key agree "$number" --state "$dir/m/state" > "$dir/said" 2>&1
[ $? = 0 ] && grep -q "number $number agreed to by nobody" "$dir/said" && pass "a second person agrees, options behind the number" || { fail "a second person agrees, options behind the number"; bad=1; cat "$dir/said"; }
acts "and not twice" 2 'agreed to already' nobody agree "$number"
holds "the ceremony is on record" 10 control SK-CUSTODY-CEREMONY custody:udm-ki met
holds "the rotation is overdue: a finding" 10 control SK-CUSTODY-ROTATION custody:udm-ki not-met
"$program" key list --state "$dir/m/state" > "$dir/said" 2>&1
[ $? = 1 ] && grep -q "A. Sato, B. Suzuki" "$dir/said" && grep -q "^overdue: udm-ki was to be rotated by 2025-10-01" "$dir/said" && pass "which the list says by its exit code" || { fail "which the list says by its exit code"; bad=1; cat "$dir/said"; }
holds "and the report" 5 told "item: rotation . verdict: falls short declared: at the latest every 365d; next by 2025-10-01 observed or proven: - reason: overdue"
hash=$(sha256sum "$dir/minutes.txt" | cut -c1-64)
"$program" key list --json --state "$dir/m/state" | grep -q "\"minutes\": \"$hash\"" && pass "the minutes stand there by their SHA-256" || { fail "the minutes stand there by their SHA-256"; bad=1; }
acts "the other person tells a rotation" 0 'told by nobody' nobody rotation udm-ki --minutes "$dir/minutes.txt" --present "A. Sato" new Ki batch
number=$(sed -nE 's/.*number ([0-9]+) told.*/\1/p' "$dir/said")
holds "one person's word ends no finding" 2 control SK-CUSTODY-ROTATION custody:udm-ki not-met
acts "the first one agrees" 0 "agreed to by root" root agree "$number"
holds "the rotation is in time" 10 control SK-CUSTODY-ROTATION custody:udm-ki met
holds "module and serial number are proven in the report" 5 told "item: module verdict: proven declared: YubiHSM 2 observed or proven: YubiHSM 2 .*serial number verdict: proven declared: 31650425 observed or proven: 31650425"
holds "the validation is declared, by a document" 5 told 'item: validation verdict: only declared declared: FIPS 140-3 #4703; document "cmvp-4703" of 2025-01-15, valid until 2030-01-14'
acts "a rotation that was wrong is withdrawn" 0 "withdrawn by nobody" nobody withdraw "$number"
holds "and counts no longer" 10 control SK-CUSTODY-ROTATION custody:udm-ki not-met

kill "$pid"; wait "$pid"; pid=
config "Luna K7"
"$program" run -c "$dir/sekimori.conf" >>"$dir/log" 2>&1 </dev/null & pid=$!
holds "another module is declared: what the maker signed contradicts it" 30 control SK-CUSTODY-AGREES custody:udm-ki not-met
holds "which is a contradiction in the report" 5 told "item: module . verdict: contradicted declared: Luna K7 observed or proven: YubiHSM 2 reason: accepted evidence of hardware says another"
holds "the overdue rotation is known after the restart" 10 control SK-CUSTODY-ROTATION custody:udm-ki not-met
kill "$pid"; wait "$pid"; pid=
for format in html json pdf; do
	"$program" report keys --ledger "$db" --lang en,ja --format $format --out "$dir/papers" --force >"$dir/said" 2>&1
	[ $? = 1 ] && [ "$(find "$dir/papers" -name "*.$format" -size +2k | wc -l)" = 2 ] && pass "the report in both languages, $format" || { fail "the report in both languages, $format"; bad=1; cat "$dir/said"; }
done
"$program" report calendar --ledger "$db" > "$dir/said" 2>&1
grep -q "cryptoperiod.*custody:udm-ki" "$dir/said" && grep -q "document.*custody:udm-ki" "$dir/said" && pass "rotation and document stand in the calendar" || { fail "rotation and document stand in the calendar"; bad=1; cat "$dir/said"; }
holds "a bundle is exported" 0 "$program" ledger export --ledger "$db" "$dir/bundle"
holds "and verifies on its own" 0 "$program" verify "$dir/bundle"
exit $bad
