#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Evidence of hardware judged by hand, as an engineer would: a policy is observed from a good sample,
# accepts it, and refuses a bad one with the rule that decides; nothing passes without a policy.
# usage: tests/attest.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
bad=0
d=tests/data/attest

judged() {	# NAME CODE WORDS ARGUMENTS...: the exit code, and the rule or verdict it tells
	local name=$1 wanted=$2 words=$3 code; shift 3
	"$program" attest "$@" > "$dir/said" 2>&1; code=$?
	if [ "$code" = "$wanted" ] && grep -Eq -- "$words" "$dir/said"; then pass "$name"; return; fi
	fail "$name"; bad=1
	echo "      exit code $code, wanted $wanted and \"$words\":"; head -n 12 "$dir/said" | sed 's/^/      /'
}
# A person reviews what was observed and decides what no sample shows: no nonce, keys of $2.
observed() {	# KIND KEYS ARGUMENTS...
	local kind=$1 keys=$2; shift 2
	"$program" attest --observe "$@" > "$dir/stanza" 2> "$dir/said" || [ $? = 3 ] || { fail "$kind is observed"; bad=1; head -5 "$dir/said" "$dir/stanza"; }
	sed "s|^$kind = {|$kind = {\n\tnonce = \"none\"; crl = \"if_given\"; $keys|; s/REVIEW-ME/reviewed/" "$dir/stanza" > "$dir/$kind.policy"
}
pair() {	# KIND KEYS AT "GOOD FILES" RULE "BAD FILES"
	local kind=$1 keys=$2 at=$3 good=$4 rule=$5 wrong=$6
	# shellcheck disable=SC2086  # words are files
	observed "$kind" "$keys" --at "$at" $good
	# shellcheck disable=SC2086
	judged "$kind: the good sample is accepted" 0 "^ACCEPTED" --policy "$dir/$kind.policy" --at "$at" --explain $good
	# shellcheck disable=SC2086
	judged "$kind: the bad one is refused by rule $rule" 1 "^rule: [a-z-]*/$rule " --policy "$dir/$kind.policy" --at "$at" $wrong
	# shellcheck disable=SC2086
	judged "$kind: nothing is accepted without a policy" 3 "^UNDECIDED" --at "$at" $good
}
flip() {	# FILE OFFSET TO: the lowest bit of one octet
	cp "$1" "$3"
	printf "\\$(printf %o $(($(od -An -tu1 -j "$2" -N 1 "$1") ^ 1)))" | dd of="$3" bs=1 seek="$2" conv=notrunc status=none
}

r=$d/snp/roots
flip $d/snp/genoa-v5.report.bin 144 "$dir/flipped.report"
pair sev-snp 'max_vmpl = 0; tcb_genoa = "bl=10 tee=0 snp=27 ucode=27"; tcb_milan = "*";' 2026-08-25T00:00:00Z \
	"$d/snp/genoa-v5.report.bin $d/snp/genoa-v5.vcek.der $r/ask_ark_genoa.pem $r/genoa.crl.der" \
	signature "$dir/flipped.report $d/snp/genoa-v5.vcek.der $r/ask_ark_genoa.pem $r/genoa.crl.der"
judged "sev-snp: a debug guest is refused" 1 "rule: sev-snp/debug" --policy "$dir/sev-snp.policy" --at 2026-08-25 \
	$d/snp/milan-v2-debug.report.bin $d/snp/milan-v2-debug.vcek.der $r/ask_ark_milan.pem $r/milan.crl.der

y=$d/yubico
pair yubihsm '' 2026-08-25 \
	"$y/hsm-31650425-7e57.attest.pem $y/hsm-31650425-device.pem $y/hsm-subca-E45DA5F3.pem $y/hsm-root.pem" \
	chain "$y/hsm-31650425-7e57.attest.pem $y/hsm-31650425-device.pem $y/hsm-root.pem"
pair yubikey-piv '' 2026-08-25 "$y/piv-0.key.pem $y/piv-0.device.pem $y/piv-ca-2018.pem" \
	chain "$y/piv-2.key.pem $y/piv-2.device.pem $y/piv-ca-2018.pem"

g=$d/gcp-cloudhsm
pair marvell-hsm 'regions = "*"; resource = "*";' 2026-08-25 \
	"$g/ec-attestation.dat $g/ec-chain.pem $g/marvell-root-2024-2034.pem $g/google-owner-root.pem" \
	signature "$g/rsa-imported-attestation.dat $g/ec-chain.pem $g/marvell-root-2024-2034.pem $g/google-owner-root.pem"
gzip -c $g/ec-attestation.dat > "$dir/ec.dat.gz"
judged "marvell-hsm: a gzip file is unpacked" 0 "^ACCEPTED" --policy "$dir/marvell-hsm.policy" --at 2026-08-25 \
	"$dir/ec.dat.gz" $g/ec-chain.pem $g/marvell-root-2024-2034.pem $g/google-owner-root.pem

c=$d/tdx/collateral-2026-03
tdx="tcb-info=$c/tcb_info_90c06f000000.json qe-identity=$c/td_qe_identity.json tcb-chain=$c/tcb_signing_chain.pem pck-crl=$c/pck_crl_platform.der root-crl=$c/root_ca_crl.der"
pair intel-tdx '' 2026-03-20 "$d/tdx/v5-90c06f-uptodate.quote.bin $tdx" debug \
	"$d/tdx/v4-debug.quote.bin $(echo "$tdx" | sed 's/90c06f/50806f/')"
judged "intel-tdx: without collateral it is undecided" 3 "intel-tdx/collateral" --policy "$dir/intel-tdx.policy" --at 2026-03-20 \
	$d/tdx/v5-90c06f-uptodate.quote.bin

t=$d/tpm-swtpm
pair tpm-quote '' 2026-11-20 "--kind tpm-quote quote=$t/quote.tpms_attest signature=$t/quote.tpmt_sig ak=$t/ak.pub pcrs=$t/pcrs.txt" \
	ak-attributes "--kind tpm-quote quote=$t/quote.tpms_attest signature=$t/quote.tpmt_sig ak=$t/rogue.pub pcrs=$t/pcrs.txt"
pair tpm-certify '' 2026-11-20 "--kind tpm-certify statement=$t/good.certify.tpms_attest signature=$t/good.certify.tpmt_sig ak=$t/ak.pub object=$t/good.pub" \
	fixedTPM "--kind tpm-certify statement=$t/migratable.certify.tpms_attest signature=$t/migratable.certify.tpmt_sig ak=$t/ak.pub object=$t/mig.pub"

flip $d/nitrotpm/us-east-1-2026-02.doc.cbor 4900 "$dir/flipped.nitro"
pair nitro-tpm 'max_age = 60;' 2026-02-03T10:12:02Z "$d/nitrotpm/us-east-1-2026-02.doc.cbor" signature "$dir/flipped.nitro"

judged "a second file of no known kind has its sentence" 2 "cannot be told from its octets" $d/snp/genoa-v5.report.bin $t/ak.name
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
exit $bad
