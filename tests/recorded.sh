#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Documents recorded of real hardware, in the real daemon at their own time: one daemon whose wall clock is
# taken from moment to moment, from 2024 to 2026.  A stand-in serves each of them to the probe witness,
# whatever its challenge; the same files lie in a folder for the probe drop.  A recorded answer is never
# taken for one to our challenge; delivered, it is accepted while what it stands on is valid, and never
# fresh.  Before, after, and changed in each of several ways it is refused, by its rule.  A bundle of all
# of it is judged again, by today's clock and without network, to the same verdicts.
# usage: tests/recorded.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
. tests/lab/review.sh
build=$PWD/build/${V:-release} program=${PROGRAM:-$PWD/build/${V:-release}/sekimori} lab=$PWD/tests/lab d=$PWD/tests/data/attest
if [ "${RECORDED_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "recorded documents need root for a network namespace of their own"; exit 0; }
	RECORDED_INSIDE=yes exec unshare -n "$0" "$@"
fi
ip link set lo up
[ -x "$build/tests/tools/attest_samples" ] || make --no-print-directory V="${V:-release}" "build/${V:-release}/tests/tools/attest_samples" >/dev/null || exit 2
dir=$(mktemp -d) || exit 2
k=$dir/keys db=$dir/m/state/ledger.db pid= stand_in= bad=0
mkdir "$k" "$dir/box" "$dir/policy"; chmod 755 "$dir"
finish() {
	for one in $pid $stand_in; do kill "$one" 2>/dev/null; done
	wait 2>/dev/null
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM

# --- the clock ---------------------------------------------------------------------------------
cc -shared -fPIC -O1 -o "$dir/clockstep.so" tests/lab/clockstep.c || exit 2
moment=
set_clock() {	# TIME: from here on it runs; the kernel vouches for it
	local word i
	moment=$(date -u -d "$1" +%FT%T) || exit 2
	for word in $((($(date -u -d "$moment" +%s) - $(date +%s)) * 1000000000)) 1; do
		for ((i = 0; i < 8; i++)); do printf "\\x$(printf %02x $(((word >> (8 * i)) & 255)))"; done
	done > "$dir/clock.new"
	cat "$dir/clock.new" 1<>"$dir/clock"
}
at_clock=(env "LD_PRELOAD=$dir/clockstep.so" "LAB_CLOCK=$dir/clock" ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0)

certificates() (
	cd "$k" || exit 1
	set -e
	"${at_clock[@]}" openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=carrier" -keyout carrier.key -out carrier.pem
	for name in witness monitor; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout $name.key -out one.csr
		"${at_clock[@]}" openssl x509 -req -in one.csr -CA carrier.pem -CAkey carrier.key -CAcreateserial -days 3650 -out $name.pem -extfile <(echo "subjectAltName = IP:127.0.0.1")
	done
	openssl ecparam -name prime256v1 -genkey -noout -out function.key
	openssl pkey -in function.key -pubout -outform DER -out spki.der
	chmod 600 ./*.key
)
set_clock 2024-01-01
holds "certificates of the lab for all of that time" 0 certificates || exit 1

# --- documents ---------------------------------------------------------------------------------
declare -A number	# of a target, in the order of the configuration
count=0 port=6000 targets= instances=
target() {	# NAME OPTIONS
	number[$1]=$((++count))
	targets="$targets${targets:+,}
    { name = \"$1\"; interval = \"2s\"; deadline = \"1900ms\"; fail_count = 1; window = 1; recover_count = 1; $2 }"
}
instance() {	# NAME [MORE]: of the targets since the last one
	instances="$instances${instances:+,}
  { name = \"$1\"; function = \"control\"; site = \"cloud\"; ${2:-} targets = ($targets); }"
	targets=
}
boxed() {	# NAME ROLE=FILE...: one folder, for both ways; several files of a role become one
	local box=$dir/box/$1/2026 piece; shift
	mkdir -p "$box"
	for piece; do cat "${piece#*=}" >> "$box/${piece%%=*}.file"; done
}
delivered() { target "$1" "probe = \"drop\"; settle = \"100ms\"; kind = \"$2\"; policy = \"$dir/policy/$3\"; folder = \"$dir/box/$4\"; ${5:-}"; }	# TARGET KIND POLICY BOX [MORE]
asked() {	# TARGET KIND POLICY BOX [HOW]
	echo "$((++port)) $dir/box/$4/2026 ${5:-}" >> "$dir/table"
	target "$1" "probe = \"witness\"; address = \"127.0.0.1\"; port = $port; kind = \"$2\"; policy = \"$dir/policy/$3\"; trust = \"$k/carrier.pem\"; client_certificate = \"$k/monitor.pem\"; client_key = \"$k/monitor.key\";"
}
policies() {	# NAME KIND AT: observed from it; one asks for no nonce, STRICT does
	local name=$1 kind=$2 at=$3 files=() one
	for one in "$dir/box/$name/2026"/*; do one=${one##*/}; files+=("${one%%.*}=$dir/box/$name/2026/$one"); done
	"$program" attest --observe --kind "$kind" --at "$at" "${files[@]}" > "$dir/stanza" 2>/dev/null
	reviewed "$dir/stanza" 'nonce = "none";' > "$dir/policy/$name"
	sed 's/nonce = "none";//' "$dir/policy/$name" > "$dir/policy/$name.strict"
}
document() {	# NAME KIND AT ROLE=FILE...: delivered, and answered under either policy
	local name=$1 kind=$2 at=$3; shift 3
	boxed "$name" "$@"
	policies "$name" "$kind" "$at"
	delivered "$name" "$kind" "$name" "$name"
	asked "$name-asked" "$kind" "$name.strict" "$name"
	asked "$name-told" "$kind" "$name" "$name"
	instance "$name" "$use"; use=
}
use=
"$build/tests/tools/attest_samples" "$dir" vtpm-gcp-amd vtpm-gcp-tdx azure-snp iid-apse2-edited gcpjwt-edited || exit 2

r=$d/snp/roots
keys[sev-snp]='max_vmpl = 0;' use='in_use = "confidential-vm";'
document genoa sev-snp 2026-08-25 report="$d/snp/genoa-v5.report.bin" certificate="$d/snp/genoa-v5.vcek.der" chain="$r/ask_ark_genoa.pem" crl="$r/genoa.crl.der"
keys[sev-snp]='max_vmpl = 0;'
document milan sev-snp 2026-08-25 report="$d/snp/milanb0-v3-vmpl0.report.bin" certificate="$d/snp/milanb0-v3-vmpl0.vcek.der" chain="$r/ask_ark_milan.pem" crl="$r/milan.crl.der"
keys[sev-snp]='max_vmpl = 0;'
document turin sev-snp 2026-08-25 report="$d/snp/turin-v5-azure-aci.report.bin" certificate="$d/snp/turin-v5-azure-aci.vcek.pem" chain="$r/ask_ark_turin_vcek.pem" crl="$r/turin.crl.der"
keys[sev-snp]='max_vmpl = 1; chip = "*"; crl = "if_given";'
document vlek sev-snp 2025-06-01 report="$d/snp/milan-v3-aws-vlek.report.bin" certificate="$d/snp/milan-v3-aws-vlek.vlek.der" chain="$r/ask_ark_milan_vlek.pem"
c=$d/tdx/collateral-2026-03
document tdx intel-tdx 2026-03-20 quote="$d/tdx/v5-90c06f-uptodate.quote.bin" tcb-info="$c/tcb_info_90c06f000000.json" qe-identity="$c/td_qe_identity.json" \
	tcb-chain="$c/tcb_signing_chain.pem" pck-crl="$c/pck_crl_platform.der" root-crl="$c/root_ca_crl.der"
s=$dir/azure-snp
keys[azure-hcl]='secure_boot = false; no_console = false;' keys[sev-snp]='max_vmpl = 0;' keys[tpm-quote]='ak = "*";'
document azure-hcl azure-hcl 2026-08-25 hcl="$s/hcl.0" certificate="$s/certificate.1" quote="$s/quote.2" signature="$s/signature.3" pcrs="$s/pcrs.4" chain="$s/chain.5" crl="$r/milan.crl.der"
keys[nitro-enclave]='max_age = 36000;'
document nitro nitro-enclave 2024-09-07T14:38:30Z document="$d/nitro/us-east-1-2024.b64"
keys[nitro-tpm]='max_age = 36000;'
document nitro-tpm nitro-tpm 2026-02-03T10:15:00Z document="$d/nitrotpm/us-east-1-2026-02.doc.cbor"
for one in amd tdx; do
	s=$dir/vtpm-gcp-$one
	keys[tpm-quote]='ak = "*"; crl = "if_given";' keys[gcp-vtpm]='crl = "if_given";'
	document vtpm-$one gcp-vtpm 2026-02-10 quote="$s/quote.0" signature="$s/signature.1" ak-certificate="$s/ak-certificate.2" certificates="$s/certificates.3" pcrs="$s/pcrs.4"
done
y=$d/yubico
document yubihsm yubihsm 2026-08-25 statement="$y/hsm-31650425-7e57.attest.pem" certificates="$y/hsm-31650425-device.pem" certificates="$y/hsm-subca-E45DA5F3.pem" certificates="$y/hsm-root.pem"
document yubikey-piv yubikey-piv 2026-08-25 statement="$y/piv-0.key.pem" certificates="$y/piv-0.device.pem" certificates="$y/piv-ca-2018.pem"
g=$d/gcp-cloudhsm
keys[marvell-hsm]='regions = "*"; resource = "*";'
document marvell-hsm marvell-hsm 2026-08-25 statement="$g/ec-attestation.dat" certificates="$g/ec-chain.pem" certificates="$g/marvell-root-2024-2034.pem" certificates="$g/google-owner-root.pem"
l=$d/luna
document luna-pkc luna-pkc 2026-08-25 statement="$l/ecc-pkc.p7b" request="$l/ecc-test.csr" certificates="$l/luna-ecc-root-certificate.pem"
a=$d/aws-iid
document ec2-identity ec2-identity 2026-02-17 document="$a/ap-southeast-2.rsa2048.p7s.der" certificate="$a/ap-southeast-2.rsa2048.pem"
document gcp-identity gcp-identity-token 2025-02-12T02:00:00Z token="$d/gcp-identity/europe-west1-b-2025.jwt" jwks="$d/gcp-identity/jwks-2025-02.json"

# --- what is wrong with them -------------------------------------------------------------------
sed 's/snp=27/snp=28/' "$dir/policy/genoa" > "$dir/policy/genoa.newer"
boxed debug report="$d/snp/milan-v2-debug.report.bin" certificate="$d/snp/milan-v2-debug.vcek.der" chain="$r/ask_ark_milan.pem" crl="$r/milan.crl.der"
delivered debug sev-snp milan debug
asked debug-told sev-snp milan debug
delivered old sev-snp genoa.newer genoa
asked changed sev-snp genoa genoa "flip report 144"
boxed stranger report="$d/snp/genoa-v5.report.bin" certificate="$d/snp/milanb0-v3-vmpl0.vcek.der" chain="$r/ask_ark_milan.pem" crl="$r/milan.crl.der"
asked stranger sev-snp genoa stranger
asked other-kind sev-snp genoa tdx
asked cut sev-snp genoa genoa "cut 3000"
asked tdx-changed intel-tdx tdx tdx "flip quote 200"
boxed tdx-debug quote="$d/tdx/v4-debug.quote.bin" tcb-info="$c/tcb_info_50806f000000.json" qe-identity="$c/td_qe_identity.json" \
	tcb-chain="$c/tcb_signing_chain.pem" pck-crl="$c/pck_crl_platform.der" root-crl="$c/root_ca_crl.der"
delivered tdx-debug intel-tdx tdx tdx-debug
boxed sgx-debug quote="$d/sgx/v3-occlum.quote.bin" tcb-info="$d/sgx/tcb_info_00606a000000.json" qe-identity="$d/sgx/qe_identity.json" tcb-chain="$c/tcb_signing_chain.pem" pck-crl="$d/sgx/pck_crl_platform.der"
printf 'policy = "sgx"; edition = "1";\nintel-sgx = { nonce = "none"; mrenclave = "*"; mrsigner = "*"; isvprodid = "*"; isvsvn = 0; crl = "if_given"; };\n' > "$dir/policy/sgx"
delivered sgx-debug intel-sgx sgx sgx-debug
boxed nitro-debug document="$d/nitro/us-east-1-2024-debug.b64"
delivered nitro-debug nitro-enclave nitro nitro-debug
asked nitro-tpm-changed nitro-tpm nitro-tpm nitro-tpm "flip document 4900"
asked enclave-as-tpm nitro-tpm nitro-tpm nitro
delivered vtpm-other gcp-vtpm vtpm-amd vtpm-tdx
boxed piv-other statement="$y/piv-2.key.pem" certificates="$y/piv-2.device.pem" certificates="$y/piv-ca-2018.pem"
asked piv-other yubikey-piv yubikey-piv piv-other
asked hsm-changed marvell-hsm marvell-hsm marvell-hsm "flip statement 100"
boxed ec2-changed document="$(sed -n 's/^document=//p' "$dir/iid-apse2-edited/files")" certificate="$a/ap-southeast-2.rsa2048.pem"
asked ec2-changed ec2-identity ec2-identity ec2-changed
boxed token-changed token="$(sed -n 's/^token=//p' "$dir/gcpjwt-edited/files")" jwks="$d/gcp-identity/jwks-2025-02.json"
asked token-changed gcp-identity-token gcp-identity token-changed
instance wrong
chmod -R a+rX "$dir/box"

# --- the monitor -------------------------------------------------------------------------------
python3 "$lab/recorded_witness.py" "$k" "$dir/table" > "$dir/stand-in" 2>&1 < /dev/null & stand_in=$!
await grep -q ready "$dir/stand-in"
"$program" init "$dir/m" >/dev/null || exit 2
cat > "$dir/sekimori.conf" <<END
monitor = { name = "recorded"; state = "$dir/m/state"; instance_gap = "10ms"; };
ledger = { origin = "example.org/recorded"; key = "$dir/m/signing-key.pem"; };
packs = [ "sekimori-core" ];
sites = ( { name = "cloud"; jurisdiction = "JP"; provider = "example"; } );
instances = ($instances );
END
holds "the configuration is accepted" 0 "$program" check-config -c "$dir/sekimori.conf" || exit 1
begin() {	# MOMENT: the daemon anew on the same ledger, so that recorded time goes on to it at once
	set_clock "$1"
	"${at_clock[@]}" "$program" run -c "$dir/sekimori.conf" >> "$dir/log" 2>&1 </dev/null & pid=$!
}
end() { kill "$pid"; wait "$pid" 2>/dev/null; pid=; }
next=0
look() {	# what came since the last look
	"$program" ledger show --ledger "$db" --kind OBSERVATION --from $next --json > "$dir/more" 2>/dev/null
	[ -s "$dir/more" ] || return 0
	cat "$dir/more" >> "$dir/now"
	next=$(tail -n 1 "$dir/more" | sed -E 's/^\{"record":([0-9]+),.*/\1/') && next=$((next + 1))
}
says() {	# TARGET WORDS...: its newest observation is of this moment or later, and has all of them
	local target=$1 one; shift
	one=$(grep "\"target\":${number[$target]}," "$dir/now" | tail -n 1)
	echo "$one"
	[[ $one =~ \"observed\":\"([^\"]*)\" && ! ${BASH_REMATCH[1]} < $moment ]] || return 1
	for word; do [[ $one == *"$word"* ]] || return 1; done
}
seen() { says "$@" > /dev/null || { look; says "$@"; }; }
accepted() { seen "$1" '"outcome":"up"' '"attest.verdict":"accept"' '"attest.fresh":false' '"attest.binding":"none"'; }
refused() { local target=$1 rule=$2; shift 2; seen "$target" '"outcome":"degraded"' '"attest.verdict":"reject"' "\"attest.rule\":\"$rule\"" "$@"; }
undecided() { seen "$1" '"outcome":"unknown"' '"attest.verdict":"indeterminate"' "\"attest.rule\":\"$2\""; }
recorded() {	# NAME RULE: of a kind that holds the nonce it was asked with
	holds "$1, delivered: accepted at its time, and not fresh" 20 accepted "$1"
	holds "$1, as an answer to our challenge: refused" 20 refused "$1-asked" "$2"
	holds "$1, as an answer under a policy that asks for no nonce: refused" 20 refused "$1-told" "$2"
}
stated() {	# NAME RULE: of a kind that holds none
	holds "$1, delivered: accepted, and not fresh" 20 accepted "$1"
	holds "$1, as an answer: undecided, because it answers nothing" 20 undecided "$1-asked" "$2"
	holds "$1, as an answer under a policy that asks for no nonce: accepted, not fresh and not bound" 20 accepted "$1-told"
}

# --- 2024 and 2025 -----------------------------------------------------------------------------
: > "$dir/now"
begin 2024-09-07T14:38:30Z
recorded nitro nitro-enclave/nonce
for one in yubihsm yubikey-piv marvell-hsm luna-pkc; do stated $one $one/possession; done
holds "an enclave in debug mode is refused" 10 refused nitro-debug nitro-enclave/debug
holds "a report before its certificate begins is refused, and since when it counts is said" 10 refused vlek sev-snp/time "valid from 2024-12-10"
holds "a quote before its certificate begins" 10 refused tdx intel-tdx/time
holds "a quote before Google's certificate begins" 10 refused vtpm-amd gcp-vtpm/dates
holds "a token before it begins" 10 refused gcp-identity gcp-identity-token/time
holds "an identity document of an instance that was not started yet" 10 refused ec2-identity ec2-identity/started
holds "pieces of another kind are no evidence, and what lacks is named" 10 seen other-kind '"outcome":"unknown"' 'the witness sent no report'
holds "an enclave's document where a NitroTPM's is asked" 10 refused enclave-as-tpm nitro-tpm/kind
holds "a statement under another device's chain" 10 refused piv-other yubikey-piv/chain
holds "a statement that was changed" 10 refused hsm-changed marvell-hsm/signature
holds "an identity document that was changed" 10 refused ec2-changed ec2-identity/signature
holds "a token that was changed" 10 refused token-changed gcp-identity-token/signature
holds "an answer that is cut is no answer" 10 seen cut '"outcome":"down"' 'octets came'
set_clock 2024-09-07T18:00:00Z
holds "the same daemon after its certificate ran out: the enclave's document is refused, and since when is said" 20 refused nitro nitro-enclave/time "expired 2024-09-07T17:37:39"
end
begin 2025-02-12T02:00:00Z
recorded gcp-identity gcp-identity-token/nonce
recorded vlek sev-snp/nonce
holds "a report before its revocation list begins is refused" 10 refused milan sev-snp/crl
set_clock 2025-02-12T03:00:00Z
holds "the same daemon after the token ran out" 20 refused gcp-identity gcp-identity-token/time
end
begin 2025-09-01
holds "an enclave of SGX for debugging is refused" 20 refused sgx-debug intel-sgx/debug
end

# --- 2026 --------------------------------------------------------------------------------------
begin 2026-02-03T10:15:00Z
recorded nitro-tpm nitro-tpm/nonce
recorded vtpm-amd tpm-quote/nonce
recorded vtpm-tdx tpm-quote/nonce
holds "a VLEK that ran out" 10 refused vlek sev-snp/time "expired 2025-12-10"
holds "a quote before its collateral was issued" 10 refused tdx intel-tdx/crl
holds "a document of NitroTPM that was changed" 10 refused nitro-tpm-changed nitro-tpm/signature
holds "another machine's quote" 10 refused vtpm-other tpm-quote/measurement
set_clock 2026-02-03T14:00:00Z
holds "the same daemon after the document's certificate ran out" 20 refused nitro-tpm nitro-tpm/time
end
begin 2026-03-20
recorded tdx intel-tdx/nonce
stated ec2-identity ec2-identity/nonce
holds "a quote that was changed" 10 refused tdx-changed intel-tdx/signature
holds "a domain for debugging" 10 refused tdx-debug intel-tdx/debug
set_clock 2026-04-15T22:10:00Z
holds "the same daemon after the TCB info ran out" 20 refused tdx intel-tdx/tcb-current
set_clock 2026-04-16
holds "and after the revocation list did" 20 refused tdx intel-tdx/crl
end
begin 2026-08-25
for one in genoa milan turin; do recorded $one sev-snp/nonce; done
recorded azure-hcl tpm-quote/nonce
holds "a guest with debugging is refused" 10 refused debug sev-snp/debug
holds "as an answer it is not even ours" 10 refused debug-told sev-snp/nonce
holds "firmware older than the floor" 10 refused old sev-snp/floor
holds "a report that was changed" 10 refused changed sev-snp/signature
holds "a report under another chip's certificate" 10 refused stranger sev-snp/signature
# What the monitor says of it at that moment: report keys, row by row.
told() {
	"${at_clock[@]}" "$program" report keys --ledger "$db" --lang en --format json --out "$dir/papers" --force > /dev/null 2>&1
	python3 "$lab/paper_rows.py" "$dir/papers/keys.en.json" > "$dir/rows"
	grep -E -- "$1" "$dir/rows" || { grep -E 'genoa|turin' "$dir/rows" | tail -n 6; return 1; }
}
day='it answers no challenge of ours: what it proves is of the day it was made'
holds "report keys: what was delivered is of the day it was made" 10 told "^evidence [|] proven [|] genoa / .*answers our challenge: no.* [|] accepted; $day"
holds "so is Azure's, whose report holds its vTPM's data for a nonce" 10 told "^evidence [|] proven [|] azure-hcl / .*answers our challenge: no.* [|] accepted; $day"
holds "what came for an answer is contradicted" 10 told "^evidence [|] contradicted [|] genoa-asked / .*the evidence was rejected / the report was not made for our nonce"
holds "and neither proves that memory is closed now" 10 told "^genoa [|] confidential VM [|] - [|] - / genoa.*it answers no challenge of this round.* [|] unknown [|]"
control() { "${at_clock[@]}" "$program" controls --ledger "$db" SK-HW-FRESH > "$dir/controls" 2>&1; grep -F -- "    X target:$1" "$dir/controls" || { tail -n 5 "$dir/controls"; return 1; }; }
holds "a statement that came for an answer and holds no nonce: SK-HW-FRESH is not met" 10 control yubihsm-told
set_clock 2026-10-05
for one in genoa milan turin azure-hcl; do holds "$one: the same daemon after AMD's list ran out" 20 refused $one sev-snp/crl; done
end

# --- offline, by today's clock -----------------------------------------------------------------
look
named=$(sha256sum < "$k/spki.der" | cut -c1-64)
holds "the key that the stand-in named is taken from nothing it said" 0 sh -c '! grep -q "$1" "$2"' - "$named" "$dir/now"
key=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier":"([^"]*)".*/\1/p' | tail -n 1)
"$program" ledger export --ledger "$db" "$dir/bundle" > "$dir/export" 2>&1 || tail -n 3 "$dir/export"
judged=$(grep -c '"attest.verdict":' "$dir/now")
verified() { unshare -n "$program" verify --key "$key" "$dir/bundle" > "$dir/said" 2>&1 && grep -E "^PROVED +evidence +$judged observations name a statement of hardware, which was judged again as of the second it came" "$dir/said" || { tail -n 12 "$dir/said"; return 1; }; }
holds "every one of the verdicts ($judged) is the same when it is judged again today, without network" 0 verified
today() {	# NAME KIND RULE: by hand, as of now
	local files=() one
	for one in "$dir/box/$1/2026"/*; do one=${one##*/}; files+=("${one%%.*}=$dir/box/$1/2026/$one"); done
	"$program" attest --kind "$2" --policy "$dir/policy/$1" "${files[@]}" > "$dir/said" 2>&1
	grep -E "^rule: $3 " "$dir/said" || { head -n 4 "$dir/said"; return 1; }
}
holds "while as of today the same document is refused" 0 today nitro nitro-enclave nitro-enclave/time
holds "and so is the same report" 0 today genoa sev-snp sev-snp/crl
exit $bad
