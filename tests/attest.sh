#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Evidence of hardware judged by hand, as an engineer would: for every kind a policy is observed from a
# good sample, accepts it, and refuses a bad one with the rule that decides, in words (English, Japanese)
# that say what to do, and for machines; nothing passes without a policy.
# usage: tests/attest.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
. tests/lab/review.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
tools=build/${V:-release}/tests/tools
[ -x "$tools/attest_samples" ] && [ -x "$tools/attest_intel" ] || make --no-print-directory V="${V:-release}" "$tools/attest_samples" "$tools/attest_intel" >/dev/null || exit 2
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
unset LANG LC_ALL LC_MESSAGES LANGUAGE
bad=0
d=tests/data/attest

judged() {	# NAME CODE WORDS ARGUMENTS...: the exit code, and the rule or verdict it tells
	local name=$1 wanted=$2 words=$3 code; shift 3
	"$program" attest "$@" > "$dir/said" 2>&1; code=$?
	if [[ $code =~ ^($wanted)$ ]] && grep -Eq -- "$words" "$dir/said"; then pass "$name"; return; fi
	fail "$name"; bad=1
	echo "      exit code $code, wanted $wanted and \"$words\":"; head -n 12 "$dir/said" | sed 's/^/      /'
}
holds() {	# NAME COMMAND...: passes if it does; what it says is shown if not
	local name=$1; shift
	"$@" > "$dir/why" 2>&1 && { pass "$name"; return; }
	fail "$name"; bad=1; tail -n 12 "$dir/why" | sed 's/^/      /'
}

# --- what every kind is asked ------------------------------------------------------------------

# A person reviews what was observed; delivered statements answer no challenge of ours.
observed() {	# KIND ARGUMENTS...
	local kind=$1; shift
	"$program" attest --observe "$@" > "$dir/stanza" 2> "$dir/said" || [ $? != 2 ] || { fail "$kind is observed"; bad=1; head -5 "$dir/said" "$dir/stanza"; }
	reviewed "$dir/stanza" 'nonce = "none"; crl = "if_given";' > "$dir/$kind.policy"
}
# A rejection in JSON has its rule, what was wrong and what to do; an acceptance has claims; both their files.
in_json() {	# KIND VERDICT RULE ARGUMENTS...
	local kind=$1 verdict=$2 rule=$3; shift 3
	"$program" attest --json "$@" > "$dir/json"
	python3 - "$dir/json" "$kind" "$verdict" "$rule" <<-'EOF'
	import json, sys
	path, kind, verdict, rule = sys.argv[1:]
	one = json.load(open(path))
	by = one.get("decided", {}).get("by", {})
	states = [r["state"] for p in one["parts"] for r in p["rules"]]
	assert one["kind"] == kind and one["verdict"] == verdict, (one["kind"], one["verdict"], by)
	assert by.get("rule", "") == rule, by
	assert one["policy"]["sha256"] and one["limit"]
	assert one["files"] and all(f["role"] and len(f["sha256"]) == 64 for f in one["files"])
	assert states.count("failed") == (verdict == "reject") and "lacking" not in states, states
	if rule:
	    assert all(by.get(k) for k in ("clause", "wrong", "advice")), by
	assert (verdict == "accept") == bool(one["claims"]), one["claims"]
	EOF
}
# What is wrong and what to do are whole sentences in the language asked for, and name the files.
in_words() {	# ARGUMENTS...
	"$program" attest --explain "$@" > "$dir/en"
	LANG=ja_JP.UTF-8 "$program" attest --explain "$@" > "$dir/ja"
	python3 - "$dir/en" "$dir/ja" <<-'EOF'
	import re, sys
	en, ja = (open(p, encoding="utf-8").read().split("\n") for p in sys.argv[1:])
	def told(lines, rule, todo):
	    at = next(i for i, l in enumerate(lines) if l.startswith(rule))
	    return lines[at + 1].strip(), next(l for l in lines if l.startswith(todo)).split(": ", 1)[1]
	wrong, todo = told(en, "rule: ", "what to do: ")
	assert len(wrong.split()) >= 4 and len(todo.split()) >= 4, (wrong, todo)
	assert sum(l.startswith("  ! ") for l in en) == 1 and any(l.startswith("files:") for l in en)
	for one in told(ja, "規則: ", "対処: "):
	    assert re.search("[ぁ-ん]", one), one
	assert ja[0].startswith("拒否: "), ja[0]
	# What was expected is Japanese, too, unless it is a value.
	for one in (l.split(": ", 1)[1] for l in ja if l.startswith("  期待値: ")):
	    assert re.search("[ぁ-んァ-ン一-龥]", one) or not re.search("[a-z]{3,} [a-z]{2,} [a-z]{2,}", one), one
	EOF
}
kinds=()
pair() {	# KIND AT "GOOD FILES" RULE "BAD FILES" [SAMPLES]: of keys[] above; SAMPLES says of what kind they are
	local kind=$1 at=$2 good=$3 rule=$4 wrong=$5 name="$1${6:+ ($6)}" none="3:^UNDECIDED" p
	case $kind in timestamp|cades) none="0:^policy: none; by roots" ;; esac	# seals need roots alone: see below
	case $name in *simulated*) none="1|3:^(UNDECIDED|REJECTED)" ;; esac	# its root is not even pinned
	kinds+=("$kind")
	# shellcheck disable=SC2086  # words are files
	observed "$kind" --kind "$kind" --at "$at" $good
	p="--kind $kind --policy $dir/$kind.policy --at $at"
	# shellcheck disable=SC2086
	judged "$name: the good sample is accepted" 0 "^ACCEPTED" $p --explain $good
	# shellcheck disable=SC2086
	judged "$name: the bad one is refused by rule $rule" 1 "^rule: [a-z0-9-]*/$rule " $p $wrong
	# shellcheck disable=SC2086
	judged "$name: without a policy, ${none#*^}" "${none%%:*}" "${none#*:}" --kind "$kind" --at "$at" $good
	# shellcheck disable=SC2086
	holds "$name: the good one in JSON" in_json "$kind" accept "" $p $good
	# shellcheck disable=SC2086
	holds "$name: the bad one in JSON" in_json "$kind" reject "$rule" $p $wrong
	# shellcheck disable=SC2086
	holds "$name: the refusal is said whole, in English and Japanese" in_words $p $wrong
}
flip() {	# FILE OFFSET TO: the lowest bit of one octet
	cp "$1" "$3"
	printf "\\$(printf %o $(($(od -An -tu1 -j "$2" -N 1 "$1") ^ 1)))" | dd of="$3" bs=1 seek="$2" conv=notrunc status=none
}
laid_out() {	# NAME...: samples that are one document of many parts, or made here; 77: not at hand
	"$tools/attest_samples" "$dir" "$@"
}
files_of() {	# NAME: as arguments
	tr '\n' ' ' < "$dir/$1/files"
	[ ! -e "$dir/$1/nonce" ] || echo "--nonce $(cat "$dir/$1/nonce")"
}
roots_of() {	# SECTION NAME...: the simulated makers' roots, pinned
	local section=$1 list name; shift
	for name in "$@"; do list=${list:+$list, }$(cat "$dir/$name/root.$section"); done
	echo "roots = [ $list ];"
}

# --- confidential machines ---------------------------------------------------------------------

r=$d/snp/roots
flip $d/snp/genoa-v5.report.bin 144 "$dir/flipped.report"
keys[sev-snp]='max_vmpl = 0; tcb_milan = "*";'
pair sev-snp 2026-08-25T00:00:00Z "$d/snp/genoa-v5.report.bin $d/snp/genoa-v5.vcek.der $r/ask_ark_genoa.pem $r/genoa.crl.der" \
	signature "$dir/flipped.report $d/snp/genoa-v5.vcek.der $r/ask_ark_genoa.pem $r/genoa.crl.der"
holds "sev-snp: the level of the sample is offered as the floor" grep -q 'tcb_genoa = \[ "bl=10 tee=0 snp=27 ucode=27" \];' "$dir/sev-snp.policy"
sed 's/tcb_genoa/roots = ( { value = "amd-ark-genoa"; until = "2026-08-01"; }, { value = "amd-ark-milan"; } ); tcb_genoa/' "$dir/sev-snp.policy" > "$dir/roots.policy"
judged "sev-snp: a root that the policy no longer pins is told from one it never did" 1 "found: the policy pins it at another time: .*ARK-Genoa" --policy "$dir/roots.policy" --at 2026-08-25 \
	"$d/snp/genoa-v5.report.bin" "$d/snp/genoa-v5.vcek.der" "$r/ask_ark_genoa.pem" "$r/genoa.crl.der"
judged "sev-snp: a debug guest is refused" 1 "rule: sev-snp/debug" --policy "$dir/sev-snp.policy" --at 2026-08-25 \
	$d/snp/milan-v2-debug.report.bin $d/snp/milan-v2-debug.vcek.der $r/ask_ark_milan.pem $r/milan.crl.der

c=$d/tdx/collateral-2026-03
tdx="tcb-info=$c/tcb_info_90c06f000000.json qe-identity=$c/td_qe_identity.json tcb-chain=$c/tcb_signing_chain.pem pck-crl=$c/pck_crl_platform.der root-crl=$c/root_ca_crl.der"
pair intel-tdx 2026-03-20 "$d/tdx/v5-90c06f-uptodate.quote.bin $tdx" debug "$d/tdx/v4-debug.quote.bin ${tdx/90c06f/50806f}"
judged "intel-tdx: without collateral it is undecided" 3 "intel-tdx/collateral" --policy "$dir/intel-tdx.policy" --at 2026-03-20 \
	$d/tdx/v5-90c06f-uptodate.quote.bin

# Of the published quotes of enclaves, the one with collateral is of a debug enclave: the good one is made here.
"$tools/attest_intel" "$dir"
keys[intel-sgx]="roots = [ \"intel-sgx-root\", $(cat "$dir/sgx/root.intel-sgx") ]; mrenclave = \"*\"; mrsigner = \"*\"; isvprodid = \"*\"; isvsvn = 0;"
sgx="tcb-info=$d/sgx/tcb_info_00606a000000.json qe-identity=$d/sgx/qe_identity.json tcb-chain=$c/tcb_signing_chain.pem pck-crl=$d/sgx/pck_crl_platform.der"
pair intel-sgx 2026-11-18T11:06:40Z "$(files_of sgx)" debug "--at 2025-09-01 $d/sgx/v3-occlum.quote.bin $sgx" "good: simulated maker; bad: real"

laid_out azure-snp vtpm-gcp-amd vtpm-gcp-tdx
flip "$dir/azure-snp/hcl.0" 1300 "$dir/flipped.hcl"
keys[sev-snp]='max_vmpl = 0; ' keys[azure-hcl]='secure_boot = false; no_console = false;' keys[tpm-quote]='ak = "*";'
azure=$(files_of azure-snp)" $r/ask_ark_milan.pem crl=$r/milan.crl.der"
pair azure-hcl 2026-08-25 "$azure" binding "${azure/hcl=$dir\/azure-snp\/hcl.0/hcl=$dir/flipped.hcl}"

flip $d/nitrotpm/us-east-1-2026-02.doc.cbor 4900 "$dir/flipped.nitro"
keys[nitro-tpm]='max_age = 60;'
pair nitro-tpm 2026-02-03T10:12:02Z "$d/nitrotpm/us-east-1-2026-02.doc.cbor" signature "$dir/flipped.nitro"
keys[nitro-enclave]='max_age = 60;'
pair nitro-enclave 2024-09-07T14:37:45Z "$d/nitro/us-east-1-2024.b64" debug "--at 2024-09-07T14:38:30Z $d/nitro/us-east-1-2024-debug.b64"

# --- TPMs --------------------------------------------------------------------------------------

keys[tpm-quote]='ak = "*";'
pair gcp-vtpm 2026-02-10 "$(files_of vtpm-gcp-amd) certificates=$d/vtpm-gcp/gcp_ek_ak_ca_root.crt" \
	measurement "$(files_of vtpm-gcp-tdx) certificates=$d/vtpm-gcp/gcp_ek_ak_ca_root.crt"

t=$d/tpm-swtpm
pair tpm-quote 2026-11-20 "quote=$t/quote.tpms_attest signature=$t/quote.tpmt_sig ak=$t/ak.pub pcrs=$t/pcrs.txt" \
	ak-attributes "quote=$t/quote.tpms_attest signature=$t/quote.tpmt_sig ak=$t/rogue.pub pcrs=$t/pcrs.txt"
pair tpm-certify 2026-11-20 "statement=$t/good.certify.tpms_attest signature=$t/good.certify.tpmt_sig ak=$t/ak.pub object=$t/good.pub" \
	fixedTPM "statement=$t/migratable.certify.tpms_attest signature=$t/migratable.certify.tpmt_sig ak=$t/ak.pub object=$t/mig.pub"

laid_out csr csr-exportable
keys[tpm-certify]="$(roots_of tpm-certify csr csr-exportable)" keys[csr-attestation]=''
pair csr-attestation 2026-11-18T11:06:40Z "$(files_of csr)" fixedParent "$(files_of csr-exportable)" "simulated TPM"

# --- security modules --------------------------------------------------------------------------

y=$d/yubico
pair yubihsm 2026-08-25 "$y/hsm-31650425-7e57.attest.pem $y/hsm-31650425-device.pem $y/hsm-subca-E45DA5F3.pem $y/hsm-root.pem" \
	chain "$y/hsm-31650425-7e57.attest.pem $y/hsm-31650425-device.pem $y/hsm-root.pem"
pair yubikey-piv 2026-08-25 "$y/piv-0.key.pem $y/piv-0.device.pem $y/piv-ca-2018.pem" \
	chain "$y/piv-2.key.pem $y/piv-2.device.pem $y/piv-ca-2018.pem"

g=$d/gcp-cloudhsm marvell="$d/gcp-cloudhsm/ec-chain.pem $d/gcp-cloudhsm/marvell-root-2024-2034.pem $d/gcp-cloudhsm/google-owner-root.pem"
keys[marvell-hsm]='regions = "*"; resource = "*";'
pair marvell-hsm 2026-08-25 "$g/ec-attestation.dat $marvell" signature "$g/rsa-imported-attestation.dat $marvell"
gzip -c $g/ec-attestation.dat > "$dir/ec.dat.gz"
# shellcheck disable=SC2086
judged "marvell-hsm: a gzip file is unpacked" 0 "^ACCEPTED" --policy "$dir/marvell-hsm.policy" --at 2026-08-25 "$dir/ec.dat.gz" $marvell

openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=other -out "$dir/other.csr" 2>/dev/null
l=$d/luna
pair luna-pkc 2026-08-25 "$l/ecc-pkc.p7b request=$l/ecc-test.csr $l/luna-ecc-root-certificate.pem" \
	request "$l/ecc-pkc.p7b request=$dir/other.csr $l/luna-ecc-root-certificate.pem"

laid_out pkix pkix-debug
keys[pkix-evidence]="$(roots_of pkix-evidence pkix pkix-debug) serial = [ \"S-1\" ];"
pair pkix-evidence 2026-11-18 "$(files_of pkix)" debug "$(files_of pkix-debug)" "simulated module"

# --- what metadata services sign ---------------------------------------------------------------

laid_out iid-apse2-edited gcpjwt-edited
a=$d/aws-iid
pair ec2-identity 2026-02-17 "document=$a/ap-southeast-2.rsa2048.p7s.der certificate=$a/ap-southeast-2.rsa2048.pem" \
	signature "$(files_of iid-apse2-edited)"
laid_out azure-tokyo azure-abroad
keys[azure-attested-data]="$(roots_of azure-attested-data azure-tokyo azure-abroad) "
pair azure-attested-data 2026-11-18T11:06:40Z "$(files_of azure-tokyo)" region "$(files_of azure-abroad)" "simulated service"
pair gcp-identity-token 2025-02-12T02:00:00Z "$d/gcp-identity/europe-west1-b-2025.jwt jwks=$d/gcp-identity/jwks-2025-02.json" \
	signature "$(files_of gcpjwt-edited)"

# --- time stamps and seals ---------------------------------------------------------------------

printf hello > "$dir/hello"
s=tests/data/rfc3161
pair timestamp 2025-04-01 "$s/sigstage-sha256.tsr document=$dir/hello roots=$s/sigstage-chain.pem" \
	signature "$s/sigstage-badsig.tsr document=$dir/hello roots=$s/sigstage-chain.pem"
printf checkpoint > "$dir/checkpoint"
e=tests/data/cades
pair cades 2026-11-20T20:00:00Z "$e/pkcs11-softhsm.cades.der document=$dir/checkpoint roots=$e/pkcs11-softhsm.crt" \
	document "$e/pkcs11-softhsm.cades.der document=$dir/hello roots=$e/pkcs11-softhsm.crt"

judged "timestamp: nothing is accepted without a root" 3 "rule: timestamp/roots" --at 2025-05-09T12:00:00Z $s/sigstage-sha256.tsr document="$dir/hello"
judged "cades: nothing is accepted without a root" 3 "rule: cades/roots" --at 2026-11-20T20:00:00Z $e/pkcs11-softhsm.cades.der document="$dir/checkpoint"

all_kinds() { diff <("$program" attest --kinds | sed -n 's/^\([a-z][a-z0-9-]*\): .*/\1/p' | sort) <(printf '%s\n' "${kinds[@]}" | sort -u); }
holds "every kind there is has been judged, good and bad" all_kinds

# --- samples that may not be copied here -------------------------------------------------------

borrowed() {	# NAME SAMPLE CODE WORDS AT POLICY [MORE]: skipped where the sample is not at hand
	laid_out "$2" 2>/dev/null
	[ $? != 77 ] || { skip "$1: $2 is not at hand"; return; }
	printf 'policy = "p"; edition = "1";\n%s\n' "$6" > "$dir/borrowed.policy"
	# shellcheck disable=SC2046,SC2086
	judged "$1" "$3" "$4" --policy "$dir/borrowed.policy" --at "$5" $(files_of "$2") ${7:-}
}
# Baltimore's root, under which Azure signed in 2022; and the draft's own attestation keys.
imds="azure-attested-data = { crl = \"if_given\"; nonce = \"none\"; subscriptions = \"*\"; roots = \"sha256:16af57a9f676b0ab126095aa5ebadef22ab31119d644ac95cd4b93dbf3f26aeb\"; regions ="
borrowed "azure-attested-data (real): accepted in its region" imds 0 "^ACCEPTED" 2022-04-19T02:00:00Z "$imds [ \"southcentralus\" ]; };" "--kind azure-attested-data"
borrowed "azure-attested-data (real): refused in Japan" imds-japan 1 "rule: azure-attested-data/region" 2022-04-19T02:00:00Z "$imds [ \"japaneast\" ]; };" "--kind azure-attested-data"
pkix='pkix-evidence = { serial = "*"; nonce = "none"; roots = [ "spki:7c9fc17278096a0441a7b2f7421e1788bfcde67332a727e92f4bd5d418a2abb0", "spki:6975d985754be4d34f7dee88ca341467d3d3c5a9d104e83fbc591f84b553c0d7" ]; };'
borrowed "pkix-evidence (the draft's): accepted" pkix-2 0 "^ACCEPTED" 2026-08-25 "$pkix"
borrowed "pkix-evidence (the draft's): the extractable key is refused" pkix-2-key-b-extractable 1 "rule: pkix-evidence/extractable" 2026-08-25 "$pkix" \
	"--key 040c40d7a00f0abedf3453bea78d1ff594c96d1d21083050cac6232ed1720eb3"
csr=../shared/vectors/csr-attestation/tcgAttestTpmCertify.pem
if [ -e $csr ]; then	# its sample was edited after it was signed, as openssl req -verify says, too
	judged "csr-attestation (the draft's): refused, its own key did not sign it" 1 "rule: csr-attestation/possession" --kind csr-attestation --at 2024-10-30 request=$csr
else
	skip "csr-attestation (the draft's): $csr is not at hand"
fi

# --- wrong calls, and the probe ----------------------------------------------------------------

judged "a second file of no known kind has its sentence" 2 "cannot be told from its octets" $d/snp/genoa-v5.report.bin $t/ak.name
snp="$d/snp/genoa-v5.report.bin certificate=$d/snp/genoa-v5.vcek.der"
# shellcheck disable=SC2086
judged "sev-snp: without its chain it is undecided, and the role is named" 3 '^"sev-snp" cannot be judged without chain=FILE' --policy "$dir/sev-snp.policy" $snp
# shellcheck disable=SC2086
judged "sev-snp: the verdict says so" 3 '^UNDECIDED' --policy "$dir/sev-snp.policy" $snp
# shellcheck disable=SC2086
judged "sev-snp: without its chain nothing is observed" 3 'cannot be judged without chain=FILE' --observe $snp
lack_json() {	# in JSON: no verdict but undecided, the role, no claim, and the files that were given
	"$program" attest --json --policy "$dir/sev-snp.policy" "$@" > "$dir/json"; [ $? = 3 ] || return 1
	python3 -c 'import json, sys
one = json.load(open(sys.argv[1]))
assert one["verdict"] == "indeterminate" and not one["claims"] and not one["parts"], one
assert [x["role"] for x in one["lacking"]] == ["chain"] and one["lacking"][0]["text"], one
assert len(one["files"]) == 2 and one["policy"]["id"], one' "$dir/json"
}
# shellcheck disable=SC2086
holds "sev-snp: without its chain, in JSON" lack_json $snp
# shellcheck disable=SC2086
judged "a file that is not there is a wrong call" 2 "$dir/absent" --policy "$dir/sev-snp.policy" $snp chain="$dir/absent"
judged "no file is a wrong call" 2 "name the files" --policy "$dir/yubihsm.policy"
: > "$dir/empty"
judged "an empty file has its sentence" 2 "none of the files" "$dir/empty"

"$program" attest --kinds > /dev/full 2> "$dir/said"
[ $? = 3 ] && grep -q "could not be written whole" "$dir/said" && pass "output that a full disk swallows is said" || { fail "output that a full disk swallows is said"; bad=1; }

# The monitor's own probe takes delivered files by the same judge.
cat $y/hsm-31650425-device.pem $y/hsm-subca-E45DA5F3.pem $y/hsm-root.pem > "$dir/all.pem"
delivered() {	# NAME CODE WORDS STATEMENT
	"$program" probe drop --option kind=yubihsm --option policy="$dir/yubihsm.policy" --option statement="$4" \
		--option certificates="$dir/all.pem" > "$dir/said" 2>&1
	[ $? = "$2" ] && grep -Eq "$3" "$dir/said" && pass "$1" || { fail "$1"; bad=1; sed 's/^/      /' "$dir/said"; }
}
delivered "delivered files: accepted, and said to be of no challenge" 0 "attest.fresh +(no|false)" $y/hsm-31650425-7e57.attest.pem
delivered "delivered files: another statement is refused" 1 "attest.verdict +reject" $y/piv-0.key.pem

# What is signed by hand.
{ printf 'sekimori possession v1'; head -c 32 /dev/urandom; } > "$dir/challenge"
openssl ecparam -name prime256v1 -genkey -noout -out "$dir/by.key" && openssl pkey -in "$dir/by.key" -pubout -out "$dir/by.pem" &&
	openssl dgst -sha256 -sign "$dir/by.key" -out "$dir/by.sig" "$dir/challenge"
"$program" attest answer "$dir/challenge" --key "$dir/by.pem" --signature "$dir/by.sig" --out "$dir/answer" && [ -s "$dir/answer" ] && pass "an answer by hand is made" ||
	{ fail "an answer by hand is made"; bad=1; }
judged "of another key's signature none is" 1 "not one by that key" answer "$dir/challenge" --key $y/hsm-31650425-7e57.attest.pem --signature "$dir/by.sig" --out "$dir/none"
[ ! -e "$dir/none" ] && pass "and nothing is written" || { fail "and nothing is written"; bad=1; }
judged "a file that is no challenge has its sentence" 2 "no challenge that" answer "$dir/by.pem" --key "$dir/by.pem" --signature "$dir/by.sig" --out "$dir/none"
judged "an answer without its options is a wrong call" 2 "needs --key" answer "$dir/challenge"
judged "a challenge of no ledger has its sentence" 3 "$dir/absent" challenge core-hsm --ledger "$dir/absent"
exit $bad
