#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Keys bound to hardware, with the real daemon: an nginx whose TLS key lives in a TPM (swtpm), a
# witness beside it, the wire looked at by a probe of its own; then all that may be wrong with it:
# another key on the wire, an attestation key that signs anything, keys that can leave or came from
# outside, an answer replayed, another machine's answer relayed, a debug guest, old firmware.  What
# the ledger says of it is judged again from a bundle, without network.  Beside it a token of SoftHSM2
# that is audited as a whole: a key that can leave appears there, and the control says so until it is gone.
# An IKE gateway signs with the same key in that TPM, then with another one.
# usage: tests/keys.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
. tests/lab/ike_gateway.sh
. tests/lab/tls_nginx.sh
build=$PWD/build/${V:-release} program=${PROGRAM:-$PWD/build/${V:-release}/sekimori} lab=$PWD/tests/lab data=$PWD/tests/data/attest
if [ "${KEYS_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "keys need root for a network namespace of their own"; exit 0; }
	KEYS_INSIDE=yes exec unshare -n "$0" "$@"
fi
ip link set lo up
dir=$(mktemp -d) || exit 2
k=$dir/keys inbox=$dir/inbox db=$dir/m/state/ledger.db pids=() pid= tls= ike_gateway= bad=0
mkdir "$k" "$dir/tpm" "$inbox"; chmod 755 "$dir"
finish() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	for one in "${pids[@]}" $tls $ike_gateway; do kill "$one" 2>/dev/null; done
	wait 2>/dev/null
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM

# --- a TPM, its keys: the function's own, one that can leave, one from outside, one that signs all ---
swtpm socket --tpm2 --tpmstate dir="$dir/tpm" --server type=tcp,port=2321,bindaddr=127.0.0.1 --ctrl type=tcp,port=2322,bindaddr=127.0.0.1 \
	--flags not-need-init,startup-clear > "$dir/swtpm.log" 2>&1 & pids+=($!)
await listens 127.0.0.1:2322
python3 "$lab/tpm_share.py" 2321 2421 2> "$dir/share.log" & pids+=($!)
await listens 127.0.0.1:2422
export TPM2TOOLS_TCTI="swtpm:host=127.0.0.1,port=2421" TPM2OPENSSL_TCTI="swtpm:host=127.0.0.1,port=2421" TSS2_LOG=all+NONE
tpm_keys() (
	cd "$k" || exit 1
	f() { tpm2_flushcontext -t; }
	set -e
	tpm2_createek -G ecc -c ek.ctx -u ek.pub; f
	tpm2_createak -C ek.ctx -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -n ak.name; f
	tpm2_evictcontrol -C o -c ak.ctx 0x81010010; f
	tpm2_readpublic -c 0x81010010 -f pem -o ak.pub.pem; f
	tpm2_createprimary -C o -G ecc -c srk.ctx; f
	tpm2_evictcontrol -C o -c srk.ctx 0x81000001; f
	for key in own:0x81010011:'fixedtpm|fixedparent|' mig:0x81010012: rogue:0x81010014:'fixedtpm|fixedparent|'; do
		IFS=: read -r name handle fixed <<< "$key"
		tpm2_create -C srk.ctx -G ecc256:ecdsa -a "${fixed}sensitivedataorigin|userwithauth|sign" -u $name.pub -r $name.priv; f
		tpm2_load -C srk.ctx -u $name.pub -r $name.priv -c $name.ctx; f
		tpm2_readpublic -c $name.ctx -f pem -o $name.pub.pem; f
		tpm2_evictcontrol -C o -c $name.ctx "$handle"; f
	done
	tpm_key_file own.pub own.priv 0x81000001 own.tss2.pem; f
	openssl ecparam -name prime256v1 -genkey -noout -out outside.key
	tpm2_import -C srk.ctx -G ecc -i outside.key -u outside.pub -r outside.priv; f
	tpm2_load -C srk.ctx -u outside.pub -r outside.priv -c outside.ctx; f
	tpm2_evictcontrol -C o -c outside.ctx 0x81010013
)
holds "a TPM and its keys" 0 tpm_keys || exit 1
certificates() (
	cd "$k" || exit 1
	set -e
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=carrier" -keyout carrier.key -out carrier.pem
	for name in witness monitor soft; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout $name.key -out one.csr
		openssl x509 -req -in one.csr -CA carrier.pem -CAkey carrier.key -CAcreateserial -days 2 -out $name.pem -extfile <(echo "subjectAltName = IP:127.0.0.1")
	done
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=maker of TPMs" -keyout tpms.key -out tpms.pem
	openssl x509 -new -force_pubkey ak.pub.pem -subj "/CN=ak" -CA tpms.pem -CAkey tpms.key -CAcreateserial -days 2 \
		-extfile <(printf 'basicConstraints = critical, CA:FALSE\nextendedKeyUsage = 2.23.133.8.3\n') -out ak.pem
	cat tpms.pem >> ak.pem
	openssl x509 -new -force_pubkey own.pub.pem -subj "/CN=udm" -CA carrier.pem -CAkey carrier.key -CAcreateserial -days 2 \
		-extfile <(echo "subjectAltName = IP:127.0.0.1") -out own.pem
	chmod 600 ./*.key
)
holds "certificates, one over the key in the TPM" 0 certificates || exit 1

# --- servers ---------------------------------------------------------------------------------
in_tpm() { tls_nginx "$dir/nginx" "$k/own.pem" "$k/own.tss2.pem"; }
in_software() { tls_nginx "$dir/nginx" "$k/soft.pem" "$k/soft.key"; }
witness() {	# PORT OPTIONS...
	local port=$1; shift
	"$build/sekimori-witness" --listen "127.0.0.1:$port" --certificate "$k/witness.pem" --key "$k/witness.key" --trust "$k/carrier.pem" \
		--speaks "$k/own.pub.pem" --tpm "$TPM2TOOLS_TCTI" --pcrs sha256:0,4,7 "$@" > "$dir/witness.$port" 2>&1 & pids+=($!)
	await grep -q "answers on" "$dir/witness.$port"
}
holds "an nginx whose TLS key lives in the TPM" 0 in_tpm || exit 1
witness 5737 --ak 0x81010010 --certify 0x81010011 --ak-certificate "$k/ak.pem"
witness 5744 --ak 0x81010010 --certify 0x81010011
witness 5738 --ak 0x81010014 --certify 0x81010011
witness 5739 --ak 0x81010010 --certify 0x81010012
witness 5740 --ak 0x81010010 --certify 0x81010013
python3 "$lab/witness_liar.py" replay 5741 5737 "$k" 2> "$dir/replay.log" & pids+=($!)
python3 "$lab/witness_liar.py" relay 5742 5737 "$k" 2> "$dir/relay.log" & pids+=($!)
holds "an IKE gateway whose key lives in the TPM" 0 ike_gateway "$dir/gateway" "$k/own.pem" handle:0x81010011 2423

# --- a token that is audited as a whole --------------------------------------------------------
[ -x "$build/tests/tools/token_key" ] || make --no-print-directory V="${V:-release}" "build/${V:-release}/tests/tools/token_key" >/dev/null
module=/usr/lib/softhsm/libsofthsm2.so
mkdir "$dir/tokens"
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$dir" > "$dir/softhsm2.conf"
export SOFTHSM2_CONF=$dir/softhsm2.conf
printf '13579\n' > "$dir/pin"; chmod 600 "$dir/pin"
token_key() { "$build/tests/tools/token_key" $module core 13579 "$@" && chown -R 65534 "$dir/tokens"; }	# the worker is nobody
token() { softhsm2-util --init-token --free --label core --so-pin 2468 --pin 13579 && token_key 1 udm; }
holds "a token and its key" 0 token || exit 1
token_drop() { local type; for type in privkey pubkey; do pkcs11-tool --module $module --token-label core --login --pin 13579 --delete-object --type $type --label "$1"; done > "$dir/drop" 2>&1; }

# --- the monitor -----------------------------------------------------------------------------
name=$(od -An -v -tx1 "$k/ak.name" | tr -d ' \n')
maker=sha256:$(openssl x509 -in "$k/tpms.pem" -outform DER | sha256sum | cut -c1-64)
cat > "$dir/policy" <<END
policy = "core"; edition = "2026-11";
tpm-quote = { ak = [ "$name" ]; measurement = [ "*" ]; roots = [ "$maker" ]; crl = "if_given"; };
tpm-certify = { ak = [ "$name" ]; roots = [ "$maker" ]; crl = "if_given"; };
sev-snp = { nonce = "none"; crl = "if_given"; max_vmpl = 0; chip = [ "*" ]; measurement = [ "*" ]; host_data = [ "*" ];
    tcb_genoa = "bl=11 tee=0 snp=27 ucode=27"; tcb_milan = "bl=0 tee=0 snp=0 ucode=0"; };
yubihsm = { nonce = "none"; serial = [ "*" ]; capabilities = [ "*" ]; firmware = [ "*" ]; };
END
# A module of a maker of the lab, because a real statement's key signs for nobody here.
module() (
	cd "$k" || exit 1
	set -e
	arc=1.3.6.1.4.1.41482.4
	for name in maker device hsm; do openssl ecparam -name prime256v1 -genkey -noout -out $name.key; done
	openssl req -x509 -key maker.key -days 2 -subj "/CN=maker" -out maker.pem
	openssl x509 -new -force_pubkey <(openssl pkey -in device.key -pubout) -subj "/CN=device" -CA maker.pem -CAkey maker.key -CAcreateserial -days 2 -out device.pem \
		-extfile <(printf 'basicConstraints = critical, CA:TRUE\n%s = DER:02:01:07\n' $arc.2)
	openssl x509 -new -force_pubkey <(openssl pkey -in hsm.key -pubout) -subj "/CN=key" -CA device.pem -CAkey device.key -CAcreateserial -days 2 -out hsm.pem \
		-extfile <(printf '%s = DER:%s\n' $arc.1 04:03:02:04:00 $arc.2 02:01:07 $arc.3 03:02:00:01 $arc.4 03:03:00:00:01 $arc.5 03:09:00:00:00:00:00:00:00:00:80 $arc.6 02:01:05 $arc.9 0C:03:6B:65:79)
	cat device.pem maker.pem > module.pem
	head -c 32 /dev/urandom > challenges; chmod 600 challenges
)
holds "a security module of the lab" 0 module || exit 1
# A metadata service of Google's kind, at its real address, and its key set.
ip addr add 169.254.169.254/32 dev lo
jwks() (
	openssl genrsa -out "$k/google.key" 2048 && echo good > "$k/mode" && printf '{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"lab","n":"%s","e":"AQAB"}]}\n' \
		"$(openssl rsa -in "$k/google.key" -noout -modulus | cut -d= -f2 | xxd -r -p | base64 -w 0 | tr '+/' '-_' | tr -d =)" > "$k/jwks.json"
)
holds "keys of a metadata service of the lab" 0 jwks || exit 1
cat >> "$dir/policy" <<END
gcp-identity-token = { roots = [ "spki:$(openssl rsa -in "$k/google.key" -pubout -outform DER 2>/dev/null | sha256sum | cut -c1-64)" ]; audience = [ "sekimori" ]; projects = [ "*" ]; regions = [ "asia-northeast1" ]; };
END
python3 "$lab/imds.py" 80 /dev/null /dev/null "$k" > "$dir/imds.log" 2>&1 & pids+=($!)
await grep -q ready "$dir/imds.log"
witness 5743 --ak 0x81010010 --imds google
for rule in required none; do
	cat > "$dir/policy.$rule" <<-END
		policy = "module"; edition = "1";
		yubihsm = { nonce = "$rule"; roots = [ "sha256:$(openssl x509 -in "$k/maker.pem" -outform DER | sha256sum | cut -c1-64)" ]; serial = [ "7" ]; capabilities = [ "*" ]; firmware = [ "*" ]; };
	END
done
"$program" init "$dir/m" >/dev/null || exit 2
asked() { printf '{ name = "%s"; probe = "witness"; address = "127.0.0.1"; port = %s; interval = "2s"; deadline = "1900ms"; kind = "%s"; policy = "%s";
      trust = "%s"; client_certificate = "%s"; client_key = "%s"; wire = "udm-tls"; fail_count = 1; window = 1; recover_count = 1; }' \
	"$1" "$2" "$3" "$dir/policy" "$k/carrier.pem" "$k/monitor.pem" "$k/monitor.key"; }
snp() { printf '{ name = "%s"; probe = "drop"; interval = "2s"; kind = "sev-snp"; policy = "%s"; report = "%s"; certificate = "%s"; chain = "%s";
      fail_count = 1; window = 1; recover_count = 1; }' "$1" "$dir/policy" "$data/snp/$2" "$data/snp/$3" "$data/snp/roots/$4"; }
by_hand() { mkdir -p "$inbox.$1"; printf '{ name = "%s"; probe = "drop"; interval = "1s"; deadline = "900ms"; settle = "200ms"; kind = "yubihsm"; policy = "%s"; folder = "%s";
      challenge = "%s"; challenge_key = "%s"; fail_count = 1; window = 1; recover_count = 1; }' "$1" "$dir/policy.$3" "$inbox.$1" "$2" "$k/challenges"; }
cat > "$dir/sekimori.conf" <<END
monitor = { name = "keys"; state = "$dir/m/state"; instance_gap = "10ms"; };
ledger = { origin = "example.org/keys"; key = "$dir/m/signing-key.pem"; };
packs = [ "sekimori-core" ];
sites = ( { name = "cloud"; jurisdiction = "JP"; provider = "example"; } );
instances = ( { name = "udm"; function = "subscriber"; site = "cloud"; in_use = "measured-boot"; targets = (
    { name = "udm-tls"; probe = "tls"; address = "127.0.0.1"; port = 3443; interval = "2s"; deadline = "1900ms"; trust = "$k/carrier.pem";
      fail_count = 1; window = 1; recover_count = 1; },
    $(asked key 5737 tpm-certify), $(asked boot 5737 tpm-quote), $(asked rogue-ak 5738 tpm-quote), $(asked movable 5739 tpm-certify),
    $(asked outside 5740 tpm-certify), $(asked replayed 5741 tpm-certify), $(asked relayed 5742 tpm-certify),
    $(snp debugged milan-v2-debug.report.bin milan-v2-debug.vcek.der ask_ark_milan.pem),
    $(snp old genoa-v5.report.bin genoa-v5.vcek.der ask_ark_genoa.pem),
    { name = "delivered"; probe = "drop"; interval = "2s"; deadline = "1900ms"; settle = "300ms"; kind = "yubihsm"; policy = "$dir/policy"; folder = "$inbox";
      fail_count = 1; window = 1; recover_count = 1; },
    { name = "udm-token"; probe = "token"; interval = "2s"; module = "$module"; token = "core"; key = "udm"; pin = "$dir/pin"; audit = true;
      paths = "$dir/tokens, $dir/softhsm2.conf"; environment = "SOFTHSM2_CONF=$dir/softhsm2.conf"; fail_count = 1; window = 1; recover_count = 1; },
    $(by_hand by-hand 30d required), $(by_hand quickly 8s none) ); },
  { name = "amf"; function = "control"; site = "cloud"; in_use = "confidential-vm"; targets = ( $(asked amf-boot 5737 tpm-quote) ); },
  { name = "smf"; function = "control"; site = "cloud"; in_use = "measured-boot"; targets = ( $(asked smf-boot 5737 tpm-quote) ); },
  { name = "ausf"; function = "control"; site = "cloud"; targets = ( $(asked identity 5743 gcp-identity-token | sed "s|}\$|jwks = \"$k/jwks.json\"; }|") ); },
  { name = "n3iwf"; function = "control"; site = "cloud"; targets = (
    { name = "n3iwf-ike"; probe = "ike-auth"; address = "127.0.0.1"; interval = "10s"; deadline = "5s"; trust = "$k/carrier.pem";
      fail_count = 1; window = 1; recover_count = 1; },
    $(asked n3iwf-key 5737 tpm-certify | sed 's/wire = "udm-tls"/wire = "n3iwf-ike"/') ); },
  { name = "nrf"; function = "control"; site = "cloud"; in_use = "measured-boot"; targets = (
    $(asked listed 5744 tpm-certify), $(asked listed-boot 5744 tpm-quote) ); } );
END
holds "the configuration is accepted" 0 "$program" check-config -c "$dir/sekimori.conf" || exit 1
"$program" run -c "$dir/sekimori.conf" >"$dir/log" 2>&1 </dev/null & pid=$!
last() { "$program" ledger show --ledger "$db" --kind OBSERVATION --json | grep "\"target\":$1," | tail -n 1; }
seen() { last "$1" | grep -Eq -- "$2" || { last "$1"; return 1; }; }	# by number, in the order of the configuration
fact() { last "$1" | sed -nE "s/.*\"$2\":\"?([^\",}]*).*/\1/p"; }
same() { local one two; one=$(fact 2 key.spki) two=$(fact 1 tls.spki); echo "$one $two"; [ -n "$one" ] && [ "$one" = "$two" ]; }
# What "report keys" says, in one line.
told() { "$program" report keys --ledger "$db" --lang en > "$dir/paper" 2>&1; tr -s ' \n' ' ' < "$dir/paper" | grep -E -- "$1" || { head -n 40 "$dir/paper"; return 1; }; }
sentence='udm at 127.0.0.1:3443 speaks with key [0-9a-f]{16}; [0-9a-f]{16} was made in TPM 2.0 .*, never exportable, attested [0-9]+ s ago under policy core, edition 2026-11\.'

holds "the wire is looked at" 60 seen 1 '"outcome":"up"' || { tail -n 8 "$dir/log"; exit 1; }
holds "the key was made in the TPM and cannot leave it" 30 seen 2 '"attest.verdict":"accept".*"attest.fresh":true.*"attest.key.exportable":false|"attest.fresh":true'
holds "it is bound as the key itself, over the same connection" 10 seen 2 'B2 B3'
holds "and it is the key on the wire" 10 same
holds "which the report says in one sentence" 10 told "$sentence"
holds "the boot is attested, and bound to that key by name" 10 seen 3 'B1 B3'
holds "an attestation key that signs anything is refused" 10 seen 4 'tpm-quote/ak-attributes'
holds "a key that can leave is refused" 10 seen 5 'tpm-certify/fixed'
holds "a key from outside is refused" 10 seen 6 'tpm-certify/(fixed|sensitive)'
holds "an answer that was given before is refused" 20 seen 7 'answers another nonce'
holds "another connection's answer, passed on, is refused" 10 seen 8 'tpm-certify/nonce'
holds "a guest with debugging is refused" 10 seen 9 'sev-snp/debug'
holds "firmware older than the floor is refused" 10 seen 10 'sev-snp/floor'

# --- a folder that is looked at in each round --------------------------------------------------
y=$data/yubico
deliver() {	# NAME LABEL: made beside, then renamed
	mkdir -p "$inbox/.made" && cp $y/hsm-31650425-7e57.attest.pem "$inbox/.made/statement.pem" &&
		{ echo "$2"; cat $y/hsm-31650425-device.pem $y/hsm-subca-E45DA5F3.pem $y/hsm-root.pem; } > "$inbox/.made/certificates.pem" && mv "$inbox/.made" "$inbox/$1"
}
holds "a folder with nothing in it is unknown" 10 seen 11 '"outcome":"unknown".*nothing is in the folder'
deliver 2026-11-20 first
holds "a delivery is judged by the next round, without a reload" 10 seen 11 '"outcome":"up".*"attest.verdict":"accept"'
holds "and its folder is named" 10 seen 11 '"attest.delivery":"2026-11-20"'
mkdir "$inbox/2026-11-21"; ln -s /etc/shadow "$inbox/2026-11-21/statement.pem"
holds "a link out of the folder is refused, and the earlier verdict is not kept" 10 seen 11 '"outcome":"unknown".*symbolic link'
rm -r "$inbox/2026-11-21"; deliver 2026-11-21 private; chmod 600 "$inbox/2026-11-21/statement.pem"
holds "a file that the worker may not read is unknown, with what to do" 10 seen 11 '"outcome":"unknown".*statement.pem may not be read: give the monitor'
rm -r "$inbox/2026-11-21"; deliver 2026-11-22 second
holds "a newer delivery counts" 10 seen 11 '"outcome":"up".*"attest.delivery":"2026-11-22"|"attest.delivery":"2026-11-22".*"outcome":"up"'
deliver 2026-11-23 first
holds "an older one put back in its place is a finding" 10 seen 11 'an older delivery was put back'
rm -r "$inbox"
holds "a folder that was taken away is unknown" 10 seen 11 '"outcome":"unknown"'
mkdir -m 755 "$inbox"; deliver 2026-11-24 third
holds "one that was made anew may not be read until a reload" 10 seen 11 '"outcome":"unknown".*reload if the folder was made anew'
kill -HUP "$pid"
holds "and is after it" 20 seen 11 '"attest.delivery":"2026-11-24"'

# --- a key that can leave appears on the token ---------------------------------------------------
verdict() { "$program" controls --ledger "$db" "$1" > "$dir/controls" 2>&1; grep -F -- "    $2 key:udm-token" "$dir/controls" || { tail -n 5 "$dir/controls"; return 1; }; }
holds "the token is audited as a whole" 20 seen 12 '"outcome":"up".*"token.audited":true|"token.audited":true.*"outcome":"up"'
for control in CLOSED ORIGIN POWERS USED; do holds "SK-TOKEN-$control is met" 20 verdict SK-TOKEN-$control .; done
token_key 9 spare leaves
holds "a key that can leave is named" 20 seen 12 '"token.extractable":\[?"spare \(id 39\)"'
holds "and no key may: SK-TOKEN-CLOSED is not met" 20 verdict SK-TOKEN-CLOSED X
holds "nor is its use known: SK-TOKEN-USED is not met" 20 verdict SK-TOKEN-USED X
holds "while it was made there: SK-TOKEN-ORIGIN is met" 5 verdict SK-TOKEN-ORIGIN .
token_drop spare
holds "once it is deleted SK-TOKEN-CLOSED is met again" 20 verdict SK-TOKEN-CLOSED .
holds "and SK-TOKEN-USED" 20 verdict SK-TOKEN-USED .

# --- a challenge that is signed by hand --------------------------------------------------------
now_challenge() { "$program" attest challenge "$1" --ledger "$db" --out "$dir/$1.challenge" > "$dir/challenge" 2>&1 || { cat "$dir/challenge"; return 1; }; }
answer() {	# TARGET KEY: signed as a module's tool would, made into evidence
	openssl dgst -sha256 -sign "$k/$2.key" -out "$dir/signature" "$dir/$1.challenge" &&
		"$program" attest answer "$dir/$1.challenge" --key "$k/$2.pem" --signature "$dir/signature" --out "$dir/$1.answer"
}
hand_over() {	# TARGET NAME [ANSWER]
	mkdir "$inbox.$1/.made" && cp "$k/hsm.pem" "$inbox.$1/.made/statement.pem" && { echo "$2"; cat "$k/module.pem"; } > "$inbox.$1/.made/certificates.pem" &&
		{ [ $# -lt 3 ] || cp "$3" "$inbox.$1/.made/possession.cbor"; } && mv "$inbox.$1/.made" "$inbox.$1/$2"
}
holds "a challenge is published before anything is delivered" 10 now_challenge by-hand
hand_over by-hand 01
holds "a statement without an answer is undecided where the policy wants one" 10 seen 13 '"outcome":"unknown".*no evidence of possession'
holds "an answer is made of what a tool signed" 0 answer by-hand hsm
hand_over by-hand 02 "$dir/by-hand.answer"
holds "and makes the statement fresh" 10 seen 13 '"outcome":"up".*"attest.fresh":true'
holds "with the challenge and the time of the answer beside it" 10 seen 13 '"attest.challenge":.*"attest.challenge.until":.*"attest.answered":'
# Another worker knows nothing of it, and publishes and accepts the same.
before=$(fact 13 attest.challenge); count=$("$program" ledger show --ledger "$db" --kind OBSERVATION --json | grep -c '"target":13,')
kill "$pid"; wait "$pid" 2>/dev/null
mv "$inbox/2026-11-24" "$inbox/2026-11-19"
"$program" run -c "$dir/sekimori.conf" >>"$dir/log" 2>&1 </dev/null & pid=$!
anew() { [ "$("$program" ledger show --ledger "$db" --kind OBSERVATION --json | grep -c '"target":13,')" -gt "$count" ] && seen 13 '"attest.fresh":true' && [ "$(fact 13 attest.challenge)" = "$before" ]; }
holds "after a restart the challenge is the same, and the answer that lies there counts" 20 anew
back() { "$program" controls --ledger "$db" SK-HW-BACK > "$dir/controls" 2>&1; grep -F -- "    $1 target:$2" "$dir/controls" || { tail -n 5 "$dir/controls"; return 1; }; }
holds "the counters of a TPM are told, and after a restart they have gone on" 20 seen 3 '"attest.counters":"[0-9]+\.[0-9]+\.[0-9]+ [0-9a-f]{16}"'
holds "so that SK-HW-BACK is met" 20 back . boot
holds "an older delivery that was put there while the monitor was down is accepted by its worker" 20 seen 11 '"outcome":"up".*"attest.delivered":"2026-11-19"|"attest.delivered":"2026-11-19".*"outcome":"up"'
holds "and is behind what the ledger holds: SK-HW-BACK is not met" 20 back X delivered
deliver 2026-11-25 fourth
holds "until one comes under a name behind it" 20 back . delivered
hand_over by-hand 03 "$dir/by-hand.answer"
holds "an answer that was accepted counts no second time" 10 seen 13 '"outcome":"degraded".*answered again'
cp "$k/device.pem" "$k/stranger.pem"; cp "$k/device.key" "$k/stranger.key"
holds "an answer by another key can be made" 0 answer by-hand stranger
hand_over by-hand 04 "$dir/by-hand.answer"
holds "and is refused" 10 seen 13 '"outcome":"degraded".*yubihsm/possession'
printf 'no answer' > "$dir/none"; hand_over by-hand 05 "$dir/none"
holds "so is what is no answer" 10 seen 13 '"outcome":"degraded".*yubihsm/possession.*05|05.*yubihsm/possession'
# In a period of 8 s: in time, then grown old, then put there again.
in_time() {
	[ $(($(date +%s) % 8)) -lt 3 ] && now_challenge quickly && [ "$(grep -c "^" "$dir/challenge")" = 3 ] && answer quickly hsm && hand_over quickly "$(date +%s)" "$dir/quickly.answer" &&
		until_true 4 seen 14 '"attest.fresh":true'
}
holds "an answer within its period" 40 in_time
holds "grows old: the statement stays accepted, no longer fresh" 25 seen 14 '"outcome":"up".*"attest.fresh":false'
hand_over quickly 9999999999 "$dir/quickly.answer"
holds "put there again it is a finding" 10 seen 14 '"outcome":"degraded".*after the period of its challenge had ended'

# --- closed to the provider ------------------------------------------------------------------
rows() {
	"$program" report keys --ledger "$db" --lang en --format json --out "$dir/papers" --force > /dev/null 2>&1
	python3 "$lab/paper_rows.py" "$dir/papers/keys.en.json"
}
closed() { rows > "$dir/rows"; grep -E -- "$1" "$dir/rows" || { tail -n 4 "$dir/rows"; return 1; }; }
holds "a measured boot that is declared is proven by the TPM's quote" 20 closed '^smf [|] measured boot [|] - [|] measured boot / smf-boot.* [|] holds [|]'
holds "but not while another quote of the same instance is refused" 10 closed '^udm [|] measured boot [|] - [|] - / .* [|] unknown [|] the evidence that could prove it does not count / its evidence was refused'
holds "and is no proof of a confidential VM: contradicted" 20 closed '^amf [|] confidential VM [|] - [|] measured boot / amf-boot.* [|] contradicted [|] less is proven'

# --- whose word it is that a key is a TPM's ----------------------------------------------------
holds "a maker's certificate leads the attestation key to a pinned root" 10 seen 2 '"attest.endorsed":"certificate"'
holds "without one it is the policy's own list" 10 seen 20 '"attest.verdict":"accept".*"attest.endorsed":"policy"'
holds "so that the hardware is only declared" 10 told ' nrf listed only declared hardware [0-9]+ that the attestation key is one of such hardware is the policy'
holds "and a boot that such a key quotes is not proven" 20 closed '^nrf [|] measured boot [|] - [|] - / .* [|] unknown [|] .*is the policy.s own word'

# --- where the provider says it is -------------------------------------------------------------
holds "the provider's word for our challenge: fresh, and bound to nothing" 10 seen 17 '"attest.fresh":true.*"attest.binding":"none".*"attest.region":"asia-northeast1".*"attest.place.grade":"C"'
holds "no key is taken from it" 0 sh -c '! echo "$1" | grep -q key.spki' - "$(last 17)"

# --- another key on the wire -----------------------------------------------------------------
tls_nginx_end
in_software
differs() { local one two; one=$(fact 2 key.spki) two=$(fact 1 tls.spki); echo "$one $two"; [ -n "$one" ] && [ -n "$two" ] && [ "$one" != "$two" ]; }
holds "when the wire shows another key, both stand in the ledger" 20 differs
holds "and the report names the wire as the link that is broken" 10 told ' udm key ! contradicted wire [0-9]+ it speaks with another key'
tls_nginx_end
in_tpm
holds "and agree again" 20 same
holds "as the report says" 10 told "$sentence"

# --- IKE ---------------------------------------------------------------------------------------
ike_sentence='n3iwf at 127.0.0.1:500 speaks with key [0-9a-f]{16}; [0-9a-f]{16} was made in TPM 2.0 .*, never exportable, attested [0-9]+ s ago under policy core, edition 2026-11\.'
agree() { local one two; one=$(fact 19 key.spki) two=$(fact 18 ike.auth.spki); echo "$one $two"; [ -n "$one" ] && [ "$one" = "$two" ]; }
holds "the gateway signs IKE_AUTH with a key that is certified and trusted" 30 seen 18 '"outcome":"up".*"ike.auth.proven":true|"ike.auth.proven":true.*"outcome":"up"'
holds "which is the key that was made in the TPM" 10 agree
holds "the report says so of IKE in the same sentence" 10 told "$ike_sentence"
ike_gateway_end
holds "a gateway with a key in a file" 0 ike_gateway "$dir/gateway" "$k/soft.pem" "$k/soft.key"
disagree() { ! agree && [ -n "$(fact 18 ike.auth.spki)" ]; }
holds "shows another key, and both stand in the ledger" 40 disagree
holds "and the report names the wire of IKE as the link that is broken" 10 told ' n3iwf n3iwf-key ! contradicted wire [0-9]+ it speaks with another key'

# --- offline ---------------------------------------------------------------------------------
kill "$pid"; wait "$pid" 2>/dev/null; pid=
key=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier":"([^"]*)".*/\1/p' | tail -n 1)
"$program" ledger export --ledger "$db" "$dir/bundle" > "$dir/export" 2>&1 || tail -n 3 "$dir/export"
verified() { unshare -n "$program" verify --key "$key" "$dir/bundle" > "$dir/said" 2>&1; grep -E "statement of hardware, which was judged again" "$dir/said" || { tail -n 12 "$dir/said"; return 1; }; }
holds "each statement is judged again from a bundle, without network" 0 verified
# Evidence exchanged for another file of its name is found at once: it no longer has its hash.
one=$(grep -l sekimori-attestation-v1 -r "$dir/bundle" | head -n 1)
printf 'x' | dd of="$one" bs=1 seek=200 conv=notrunc status=none
holds "and one that was changed there is refused" 0 sh -c '! unshare -n "$1" verify --key "$2" "$3" && exit 0 || exit 1' - "$program" "$key" "$dir/bundle"
exit $bad
