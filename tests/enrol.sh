#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Enrolment of TPMs (two swtpm) by tpm2-tools: makers of the lab certify endorsement keys of RSA and
# ECC with the extensions of the TCG's profile, and the TPM answers our challenge with the policy
# session that the default endorsement key asks for.  Then each thing that may be wrong, refused in
# one sentence, and an answer that counts once.  What comes out is an entry that a policy takes.
# usage: tests/enrol.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
if [ "${ENROL_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "enrolment needs root for a network namespace of its own"; exit 0; }
	ENROL_INSIDE=yes exec unshare -n "$0" "$@"
fi
ip link set lo up
dir=$(mktemp -d) || exit 2
pids=()
finish() {
	for one in "${pids[@]}"; do kill "$one" 2>/dev/null; done
	wait 2>/dev/null
	[ $FAILS = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
cd "$dir" || exit 2

# --- two TPMs -----------------------------------------------------------------------------------
start() {	# NAME PORT
	mkdir "$1"
	swtpm socket --tpm2 --tpmstate dir="$dir/$1" --server type=tcp,port="$2",bindaddr=127.0.0.1 --ctrl type=tcp,port=$(($2 + 1)),bindaddr=127.0.0.1 \
		--flags not-need-init,startup-clear > "$1.log" 2>&1 & pids+=($!)
	await listens 127.0.0.1:$(($2 + 1))
}
export TSS2_LOG=all+NONE
tool() {	# NAME TOOL...: in that TPM, which has an object or two at a time
	local port=2341; [ "$1" = one ] || port=2351
	TPM2TOOLS_TCTI="swtpm:host=127.0.0.1,port=$port" "${@:2}"
}
flush() { tool "$1" tpm2_flushcontext -t; }
keys() (	# NAME ALGORITHM: its endorsement key, an attestation key beside it, another one, one that signs anything
	set -e
	tool "$1" tpm2_createek -G "$2" -c "$1.$2.ek" -u "$1.$2.ek.pub"; flush "$1"
	tool "$1" tpm2_readpublic -c "$1.$2.ek" -f pem -o "$1.$2.pem"; flush "$1"
	for ak in ak other; do
		tool "$1" tpm2_createak -C "$1.$2.ek" -c "$1.$2.$ak" -G ecc -g sha256 -s ecdsa -u "$1.$2.$ak.pub" -n "$1.$2.$ak.name"; flush "$1"
	done
)
start one 2341
start two 2351
check "a TPM, its keys beside an EK of RSA" keys one rsa
check "its keys beside an EK of ECC" keys one ecc
check "another TPM" eval "keys two rsa && keys two ecc"
free_key() (
	set -e
	tool one tpm2_createprimary -C o -G ecc -c srk.ctx; flush one
	tool one tpm2_create -C srk.ctx -G ecc256:ecdsa -a "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign" -u free.pub -r free.priv; flush one
)
check "a key that signs anything" free_key

# --- makers -------------------------------------------------------------------------------------
cat > ca.conf <<END
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[rsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyEncipherment
extendedKeyUsage = 2.23.133.8.1
subjectAltName = critical, dirName:tpm
[ecc]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyAgreement
extendedKeyUsage = 2.23.133.8.1
subjectAltName = critical, dirName:tpm
[ak]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = 2.23.133.8.3
subjectAltName = critical, dirName:tpm
[usage]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
subjectAltName = critical, dirName:tpm
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyEncipherment
subjectAltName = DNS:tpm.example
[tpm]	# what stands before the first dot is a number of openssl's
0.2.23.133.2.1 = id:53454B49
0.2.23.133.2.2 = lab\\"model
0.2.23.133.2.3 = id:00010002
END
certify() {	# PUBLIC-KEY PROFILE CA OUT [openssl's dates]
	openssl x509 -new -force_pubkey "$1" -subj "${SUBJECT:-/}" -CA "$3.pem" -CAkey "$3.key" -set_serial "0x$(openssl rand -hex 8)" \
		-days 30 -extfile ca.conf -extensions "$2" -out "$4"
}
makers() (
	set -e
	for ca in maker evil; do
		openssl req -x509 -newkey rsa:2048 -nodes -days 60 -subj "/O=Example/CN=$ca" -keyout $ca.key -out $ca.pem -config <(printf '[req]\ndistinguished_name = d\n[d]\n'; cat ca.conf) -extensions root
	done
	openssl req -newkey rsa:2048 -nodes -subj "/O=Example/CN=maker's issuer" -keyout issuer.key -out issuer.csr
	openssl x509 -req -in issuer.csr -CA maker.pem -CAkey maker.key -set_serial 7 -days 50 -extfile ca.conf -extensions root -out issuer.pem
	certify one.rsa.pem rsa issuer one.rsa.crt
	certify one.ecc.pem ecc issuer one.ecc.crt
	openssl x509 -in one.ecc.crt -outform DER -out one.ecc.der
	certify two.rsa.pem rsa issuer two.rsa.crt
	certify one.rsa.pem rsa evil evil.crt
	for profile in ak usage server root ecc; do SUBJECT=/CN=x certify one.rsa.pem $profile issuer not-$profile.crt; done
)
check "makers, and certificates of endorsement keys with an empty subject" makers

# --- answers that are right ---------------------------------------------------------------------
challenge() {	# NAME EK-CERTIFICATE AK.pub [options]
	"$program" attest enrol --ek-certificate "$2" --certificates issuer.pem --trust maker.pem --ak "$3" --out "$1.challenge" --keep "$1.keep" "${@:4}"
}
activate() (	# TPM EK AK CHALLENGE ANSWER: as the verb says it
	set -e
	tool "$1" tpm2_startauthsession --policy-session -S "$1.session"
	trap 'tool "$1" tpm2_flushcontext "$1.session"; flush "$1"' EXIT
	tool "$1" tpm2_policysecret -S "$1.session" -c e
	tool "$1" tpm2_activatecredential -c "$3" -C "$2" -i "$4" -o "$5" -P "session:$1.session"
)
answer() { "$program" attest enrol --answer "$1.answer" --keep "${2:-$1}.keep" "${@:3}"; }
refused() {	# CODE REGEX COMMAND...: one sentence on stderr, nothing on stdout
	local code
	"${@:3}" > out 2> err; code=$?
	cat err
	[ $code = "$1" ] && [ ! -s out ] && [ "$(wc -l < err)" = 1 ] && grep -Eq -- "$2" err
}
told() {	# REGEX COMMAND...
	"${@:2}" > out 2>&1 || { cat out; return 1; }
	grep -Eq -- "$1" out || { cat out; return 1; }
}
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }
for ek in rsa ecc; do
	form=crt; [ $ek = rsa ] || form=der
	check "EK of $ek: a challenge" told "manufacturer id:53454B49, model lab\?model, version id:00010002" challenge $ek one.$ek.$form one.$ek.ak.pub
	check "EK of $ek: its secret is ours alone" test "$(stat -c %a $ek.keep)" = 600
	check "EK of $ek: the TPM answers" activate one one.$ek.ek one.$ek.ak $ek.challenge $ek.answer
	check "EK of $ek: the answer enrols" told "value = \"$(hex one.$ek.ak.name)\"" answer $ek
	cp out $ek.stanza
	check "EK of $ek: its certificate is named" grep -q "sha256 $(openssl x509 -in one.$ek.crt -outform DER | sha256sum | cut -c1-64), valid until" $ek.stanza
	check "EK of $ek: the secret is gone" sh -c "! grep -q secret $ek.keep && grep -q answered_ms $ek.keep"
	check "EK of $ek: the same answer again is refused" refused 1 "answered already" answer $ek
done
{ printf 'policy = "core"; edition = "1";\ntpm-quote = {\n'; cat rsa.stanza; printf 'measurement = [ "*" ];\n};\n'; } > policy
quote() (
	set -e
	tool one tpm2_quote -c one.rsa.ak -l sha256:0,1 -q 00112233 -m quote -s quote.sig; flush one
	"$program" attest --policy policy --nonce 00112233 quote=quote signature=quote.sig ak=one.rsa.ak.pub
)
check "the entry in a policy: a quote by that key is accepted" quote
other() (
	set -e
	tool one tpm2_quote -c one.rsa.other -l sha256:0,1 -q 00112233 -m quote -s quote.sig; flush one
	code=0; "$program" attest --policy policy --nonce 00112233 quote=quote signature=quote.sig ak=one.rsa.other.pub || code=$?
	[ $code = 1 ]
)
check "a quote by the other key is not" other
json() { told '"verdict": "accept"' challenge json one.rsa.crt one.rsa.ak.pub --json && activate one one.rsa.ek one.rsa.ak json.challenge json.answer &&
	told "\"ak\": \"$(hex one.rsa.ak.name)\"" answer json json --json; }
check "the same for machines" json

in_tpm() (	# as docs/witness.md has it
	set -e
	tool one tpm2_nvdefine 0x01c0000a -C o -s "$(stat -c %s one.ecc.der)" -a "ownerread|ownerwrite|authread|policywrite"
	tool one tpm2_nvwrite 0x01c0000a -C o -i one.ecc.der
	tool one tpm2_nvread 0x01c0000a -o read.der
	cmp read.der one.ecc.der
)
check "the certificate out of the TPM's own index" in_tpm
# The high range of the profile: SHA-384, AES of 256 bits, and no policy session.
large() (	# ALGORITHM PROFILE
	set -e
	keys one "$1"
	certify "one.$1.pem" "$2" issuer "one.$1.crt"
	challenge "$1" "one.$1.crt" "one.$1.ak.pub" > out
	! grep session out
	tool one tpm2_activatecredential -c "one.$1.ak" -C "one.$1.ek" -i "$1.challenge" -o "$1.answer"; flush one
	told "value = \"$(hex "one.$1.ak.name")\"" answer "$1"
)
check "an EK of RSA 3072" large rsa3072 rsa
check "an EK of P-384" large ecc384 ecc

# --- answers that are not -----------------------------------------------------------------------
check "a challenge for later" told . challenge late one.rsa.crt one.rsa.ak.pub
silent() {	# the TPM looked at it, and refuses
	activate "$@" > out 2>&1 && { echo "answered"; return 1; }
	cat out
	grep -Eq "ActivateCredential.*tpm:" out && [ ! -e "$5" ]
}
check "another attestation key gets nothing out of the TPM" silent one one.rsa.ek one.rsa.other late.challenge late.answer
check "a challenge to an EK of ECC" told . challenge curve one.ecc.crt one.ecc.ak.pub
check "another TPM gets nothing out of that" silent two two.ecc.ek two.ecc.ak curve.challenge curve.answer
check "nor out of one to an EK of RSA" silent two two.rsa.ek two.rsa.ak late.challenge late.answer	# swtpm then wants to be started anew
python3 - late.challenge changed.challenge <<'END'
import sys
blob = bytearray(open(sys.argv[1], "rb").read()); blob[60] ^= 1; open(sys.argv[2], "wb").write(blob)
END
check "nor a challenge that was changed" silent one one.rsa.ek one.rsa.ak changed.challenge late.answer
head -c 32 /dev/zero > late.answer
check "an answer of zeros is refused" refused 1 "not the secret of this challenge" answer late
: > late.answer
check "an empty answer is refused" refused 1 "not the secret of this challenge" answer late
cp rsa.answer late.answer
check "the answer to another challenge is refused" refused 1 "not the secret of this challenge" answer late
check "for machines: refused" sh -c "'$program' attest enrol --answer late.answer --keep late.keep --json | grep -q '\"verdict\": \"reject\"'"
check "a wrong answer leaves the challenge open" activate one one.rsa.ek one.rsa.ak late.challenge late.answer
check "and the right one still enrols" told "value = " answer late

# --- what is not challenged ---------------------------------------------------------------------
none() { refused "$1" "$2" challenge none "${@:3}" && [ ! -e none.challenge ] && [ ! -e none.keep ]; }
check "the EK certificate of another authority" none 1 "rule ek-chain" evil.crt one.rsa.ak.pub
check "an EK certificate that ran out" none 1 "rule ek-dates" one.rsa.crt one.rsa.ak.pub --at "$(date -ud '+40 days' +%FT%TZ)"
check "an EK certificate that is not valid yet" none 1 "rule ek-dates" one.rsa.crt one.rsa.ak.pub --at 2020-01-01
check "the certificate of an attestation key" none 1 "extended key usage.*rule ek-purpose" not-ak.crt one.rsa.ak.pub
check "a certificate for signing" none 1 "keyEncipherment.*rule ek-purpose" not-usage.crt one.rsa.ak.pub
check "a key of RSA that is said to agree" none 1 "keyEncipherment.*rule ek-purpose" not-ecc.crt one.rsa.ak.pub
check "the certificate of a server" none 1 "subjectAltName.*rule ek-purpose" not-server.crt one.rsa.ak.pub
check "an authority" none 1 "an authority.*rule ek-purpose" not-root.crt one.rsa.ak.pub
check "no certificate at all" none 1 "rule ek-form" one.rsa.ak.pub one.rsa.ak.pub
check "a key that is not restricted" none 1 "not restricted.*rule ak-attributes" one.rsa.crt free.pub
check "the endorsement key as attestation key" none 1 "not sign decrypt.*rule ak-attributes" one.rsa.crt one.rsa.ek.pub
check "a PEM file as attestation key" none 1 "rule ak-form" one.rsa.crt one.rsa.pem
check "without the certificate between" refused 1 "rule ek-chain" "$program" attest enrol --ek-certificate one.rsa.crt --trust maker.pem --ak one.rsa.ak.pub --out none.challenge --keep none.keep
check "roots that are none" refused 2 "roots.txt" sh -c "echo none > roots.txt; '$program' attest enrol --ek-certificate one.rsa.crt --trust roots.txt --ak one.rsa.ak.pub --out none.challenge --keep none.keep"
check "a secret is not written over" refused 2 "there already" challenge late one.rsa.crt one.rsa.ak.pub
check "half a command" refused 2 "a challenge needs" "$program" attest enrol --ek-certificate one.rsa.crt
chmod 644 late.keep
check "a secret that others can read" refused 2 "late.keep" answer late
revoked() (
	set -e
	touch index; echo 01 > number
	openssl ca -config <(printf '[ca]\ndefault_ca = d\n[d]\ndatabase = index\ncrlnumber = number\ndefault_md = sha256\ndefault_crl_days = 9\n') -cert issuer.pem -keyfile issuer.key -gencrl -out clean.crl
	openssl ca -config <(printf '[ca]\ndefault_ca = d\n[d]\ndatabase = index\ncrlnumber = number\ndefault_md = sha256\ndefault_crl_days = 9\n') -cert issuer.pem -keyfile issuer.key -revoke two.rsa.crt
	openssl ca -config <(printf '[ca]\ndefault_ca = d\n[d]\ndatabase = index\ncrlnumber = number\ndefault_md = sha256\ndefault_crl_days = 9\n') -cert issuer.pem -keyfile issuer.key -gencrl -out two.crl
	cat issuer.pem two.crl > with-list.pem
)
check "a revocation list" revoked
listed() { "$program" attest enrol --ek-certificate "$1" --certificates with-list.pem --trust maker.pem --ak one.rsa.ak.pub --out list.challenge --keep list.keep; }
check "a certificate that is on it" refused 1 "rule ek-revoked" listed two.rsa.crt
check "one that is not" told "accepted" listed one.rsa.crt

# --- a full disk ------------------------------------------------------------------------------------
mkdir -p full
if mount -t tmpfs -o size=16k none full 2>/dev/null; then
	dd if=/dev/zero of=full/rest bs=1k count=16 2>/dev/null
	check "a challenge that finds no room is said" refused 3 "cannot write full/ch: No space left" "$program" attest enrol --ek-certificate one.rsa.crt --certificates issuer.pem --trust maker.pem --ak one.rsa.ak.pub --out full/ch --keep room.keep
	check "and leaves no secret in the way of the next" test ! -e room.keep
	umount full
else
	skip "enrol: the full disk: no tmpfs may be mounted here"
fi
[ $FAILS = 0 ]
