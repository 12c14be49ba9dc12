# SPDX-License-Identifier: Apache-2.0
# sekimori-witness in front of a real TPM in software (swtpm): what it gives is judged by "sekimori attest"; who may not ask gets nothing.
witness=$PWD/build/$V/sekimori-witness ask=$PWD/build/$V/tests/tools/witness_ask
mkdir "$dir/tpm" "$dir/keys" "$dir/got"
export TPM2TOOLS_TCTI="swtpm:host=127.0.0.1,port=2321" TSS2_LOG=all+NONE
swtpm socket --tpm2 --tpmstate dir="$dir/tpm" --server type=tcp,port=2321,bindaddr=127.0.0.1 --ctrl type=tcp,port=2322,bindaddr=127.0.0.1 \
	--flags not-need-init,startup-clear > "$dir/swtpm.log" 2>&1 &
tpm=$!

# An attestation key, the function's own key beside it, and a key that signs anything and is therefore no attestation key.
keys_make() (
	cd "$dir/keys" || exit 1
	f() { tpm2_flushcontext -t; }		# no resource manager: three transient slots
	await tpm2_getcap properties-fixed
	set -e
	tpm2_createek -G ecc -c ek.ctx -u ek.pub; f
	tpm2_createak -C ek.ctx -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -n ak.name; f
	tpm2_evictcontrol -C o -c ak.ctx 0x81010010; f
	tpm2_createprimary -C o -G ecc -c srk.ctx; f
	for name in own:0x81010011 rogue:0x81010014; do
		tpm2_create -C srk.ctx -G ecc256:ecdsa -a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign' -u ${name%:*}.pub -r ${name%:*}.priv; f
		tpm2_load -C srk.ctx -u ${name%:*}.pub -r ${name%:*}.priv -c ${name%:*}.ctx; f
		tpm2_readpublic -c ${name%:*}.ctx -f pem -o ${name%:*}.pem; f
		tpm2_evictcontrol -C o -c ${name%:*}.ctx ${name#*:}; f
	done
	tpm2_pcrextend 4:sha256="$(printf boot | sha256sum | cut -c1-64)"
)
check "witness: a TPM with an attestation key and the function's own" keys_make

# Authorities of monitors and of strangers; the witness, a monitor, a stranger who calls itself the same.
certificates_make() (
	cd "$dir/keys" || exit 1
	set -e
	for ca in carrier stranger; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$ca" -keyout $ca.key -out $ca.pem
	done
	for name in witness:carrier monitor:carrier impostor:stranger; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=monitor" -keyout ${name%:*}.key -out one.csr
		openssl x509 -req -in one.csr -CA ${name#*:}.pem -CAkey ${name#*:}.key -CAcreateserial -days 2 -out ${name%:*}.pem \
			-extfile <(echo "subjectAltName = IP:127.0.0.1")
	done
	openssl pkey -in witness.key -pubout -out other.pem
	chmod 600 *.key
)
check "witness: certificates" certificates_make

# begin PORT OPTIONS...: a witness of the function whose key is in the TPM.
begin() {
	begin_port=$1; shift
	rm -f "$dir/witness.$begin_port"	# of one that was there before: it "answers on", too
	"$witness" --listen "127.0.0.1:$begin_port" --certificate "$dir/keys/witness.pem" --key "$dir/keys/witness.key" --trust "$dir/keys/carrier.pem" \
		--speaks "$dir/keys/own.pem" "$@" > "$dir/witness.$begin_port" 2>&1 &
	last=$!
	until_true 15 grep -q "answers on" "$dir/witness.$begin_port" && return
	fail "witness: it does not begin"; sed 's/^/      /' "$dir/witness.$begin_port"
}
# asked PORT KIND...: as the monitor; pieces are left in $dir/got.
asked() {
	asked_port=$1; shift
	rm -f "$dir/got"/*
	"$ask" 127.0.0.1 "$asked_port" "$dir/keys/carrier.pem" "$dir/keys/monitor.pem" "$dir/keys/monitor.key" "$dir/got" "$@"
}
# judged NAME EXIT WORDS KIND [OPTIONS]: what came of that kind, by the verifier.
judged() {
	judged_name=$1 judged_exit=$2 judged_words=$3 judged_kind=$4
	shift 4
	judged_pieces=()
	for piece in "$dir/got/$judged_kind".*; do [ "${piece##*.}" = lack ] || judged_pieces+=("${piece##*/"$judged_kind".}=$piece"); done
	"$program" attest --kind "$judged_kind" --policy "$dir/policy" --nonce "$(cat "$dir/got/challenge")" --explain "$@" "${judged_pieces[@]}" > "$dir/out" 2>&1
	judged_got=$?
	if [ $judged_got = "$judged_exit" ] && grep -q -- "$judged_words" "$dir/out"; then pass "$judged_name"; else
		fail "$judged_name: exit $judged_got"; sed 's/^/      /' "$dir/out"; fi
}
# probed NAME EXIT WORDS PORT KIND NAME_OF_CLIENT: by the monitor's own probe.
probed() {
	"$program" probe witness "127.0.0.1:$4" --option "trust=$dir/keys/carrier.pem" --option "policy=$dir/policy" --option "kind=$5" \
		--option "client_certificate=$dir/keys/$6.pem" --option "client_key=$dir/keys/$6.key" > "$dir/out" 2>&1
	probed_got=$?
	if [ $probed_got = "$2" ] && grep -q -- "$3" "$dir/out"; then pass "$1"; else
		fail "$1: exit $probed_got"; sed 's/^/      /' "$dir/out"; fi
}
# nothing NAME COMMAND...: no piece comes, and the witness goes on.
nothing() {
	nothing_name=$1; shift
	rm -f "$dir/got"/*
	"$@" > "$dir/out" 2>&1
	if [ -z "$(ls "$dir/got")" ] && kill -0 "$main" 2>/dev/null; then pass "$nothing_name"; else
		fail "$nothing_name"; ls "$dir/got" | sed 's/^/      /'; tail -n 20 "$dir/out" "$dir/witness.5737" | sed 's/^/      /'; fi
}
as() { "$ask" 127.0.0.1 5737 "$dir/keys/carrier.pem" "$1" "$2" "$dir/got" tpm-quote; }
lacks() { grep -q -- "$2" "$dir/got/$1.lack" && ! ls "$dir/got" | grep "^$1\." | grep -v lack; }

name=$(od -An -v -tx1 "$dir/keys/ak.name" | tr -d ' \n')
cat > "$dir/policy" <<END
policy = "lab"; edition = "1";
tpm-quote = { ak = [ "$name" ]; measurement = [ "*" ]; };
tpm-certify = { ak = [ "$name" ]; };
END
echo "a document" > "$dir/document"
begin 5737 --tpm "$TPM2TOOLS_TCTI" --ak 0x81010010 --certify 0x81010011 --pcrs sha256:0,1,2,3,4,5,6,7,14 --file "lab-paper:document=$dir/document" --file "tpm-quote:certificates=$dir/keys/carrier.pem"
main=$last
check "witness: it has given up capabilities, new privileges and most system calls" awk '
	/^CapEff:/ { caps = $2 == "0000000000000000" } /^NoNewPrivs:/ { privileges = $2 } /^Seccomp:/ { calls = $2 }
	END { exit !(caps && privileges == 1 && calls == 2) }' "/proc/$main/status"

check "witness: a monitor is answered" asked 5737 tpm-quote tpm-certify lab-paper sev-snp intel-tdx nitro-enclave lab-none tpm-quote
judged "witness: its quote is accepted" 0 'tpm.registers *0-7,14' tpm-quote
check "witness: tpm2_checkquote says so too" tpm2_checkquote -u "$dir/keys/ak.pub" -m "$dir/got/tpm-quote.quote" -s "$dir/got/tpm-quote.signature" \
	-g sha256 -q "$(cat "$dir/got/challenge")"
judged "witness: the function's key is certified by that TPM" 0 'key.generated *yes' tpm-certify --key "$dir/keys/own.pem"
judged "witness: the key of the connection is not that key" 1 'not the one that was measured' tpm-certify --key "$dir/keys/other.pem"
check "witness: it says which key the function speaks with" sh -c "openssl pkey -pubin -in '$dir/keys/own.pem' -outform DER | cmp - '$dir/got/spki'"
check "witness: a document of another program comes with it" cmp "$dir/document" "$dir/got/lab-paper.document"
check "witness: no SEV-SNP here is said, not left out" lacks sev-snp 'no /dev/sev-guest'
check "witness: no TDX here is said" lacks intel-tdx configfs-tsm
check "witness: no enclave here is said" lacks nitro-enclave 'no /dev/nsm'
check "witness: what it does not know is said" lacks lab-none 'no such evidence'
cp "$dir/got/challenge" "$dir/earlier"
check "witness: the same asked twice is given once" grep -q 'asked for twice' "$dir/got/tpm-quote.lack"
asked 5737 tpm-quote > "$dir/out" 2>&1
check "witness: each connection is another challenge" sh -c "! cmp -s '$dir/earlier' '$dir/got/challenge'"
cp "$dir/earlier" "$dir/got/challenge"
judged "witness: a quote for another connection is rejected" 1 'does not answer our nonce' tpm-quote

probed "witness: the probe accepts its quote" 0 'attest.verdict *accept' 5737 tpm-quote monitor
probed "witness: and the certified key, which is the one it says the function speaks with" 0 'B2 B3' 5737 tpm-certify monitor
probed "witness: evidence that is lacking is unknown to the probe, with the reason" 3 'no /dev/sev-guest' 5737 sev-snp monitor
probed "witness: the probe of a stranger gets nothing" 1 'certificate' 5737 tpm-quote impostor
nothing "witness: a stranger with a certificate of the same name gets nothing" as "$dir/keys/impostor.pem" "$dir/keys/impostor.key"
check "witness: and that is logged" grep -q 'gave nothing to 127.0.0.1' "$dir/witness.5737"
nothing "witness: who has no certificate gets nothing" as none none
nothing "witness: HTTP without TLS gets nothing" bash -c 'exec 3<>/dev/tcp/127.0.0.1/5737; printf "GET / HTTP/1.0\r\n\r\n" >&3; cat <&3'
nothing "witness: noise gets nothing" bash -c 'exec 3<>/dev/tcp/127.0.0.1/5737; head -c 65536 /dev/urandom >&3; cat <&3'
spoken() { printf "$1" | timeout 8 openssl s_client -connect 127.0.0.1:5737 -CAfile "$dir/keys/carrier.pem" -cert "$dir/keys/monitor.pem" -key "$dir/keys/monitor.key" $2 -quiet; }
nothing "witness: TLS 1.2 gets nothing" spoken '' -tls1_2
check "witness: because it speaks TLS 1.3 alone" grep -q 'alert protocol version' "$dir/out"
nothing "witness: a monitor that sends a length of 4 GiB gets nothing" spoken '\377\377\377\377'
check "witness: because of its length" grep -q '4294967295 octets' "$dir/witness.5737"
nothing "witness: a monitor that sends no message gets nothing" spoken '\0\0\0\2\240\0'

connected() { [ "$(ss -Htn state established "dport = :5737" | wc -l)" = "$1" ]; }
# One at a time: who waits behind a silent one, and behind one that drips a handshake, is served when those are cut off.
bash -c 'exec 3<>/dev/tcp/127.0.0.1/5737; cat <&3' & silent=$!
bash -c 'exec 3<>/dev/tcp/127.0.0.1/5737; printf "\026\003\001\002\0\001" >&3; while printf "\0" >&3; do sleep 0.2; done' 2>/dev/null & drips=$!
await connected 2
before=$(date +%s%N)
check "witness: who waits behind a silent and a dripping client is answered" asked 5737 tpm-quote
waited=$((($(date +%s%N) - before) / 1000000))
check "witness: within 15 s ($waited ms), for those were cut off" test "$waited" -gt 3000 -a "$waited" -lt 15000
check "witness: which the log says" grep -q 'the handshake took too long' "$dir/witness.5737"
kill "$silent" "$drips" 2>/dev/null

begin 5738 --tpm "$TPM2TOOLS_TCTI" --ak 0x81010014 --certify 0x81010011
check "witness: one with a key that signs anything answers" asked 5738 tpm-quote tpm-certify
judged "witness: its quote is rejected, for the key is not restricted" 1 'may sign any octets' tpm-quote
probed "witness: which the probe finds too" 1 'may sign any octets' 5738 tpm-quote monitor
judged "witness: and so is its certification" 1 'may sign any octets' tpm-certify
kill "$last"; wait "$last" 2>/dev/null
begin 5738 --tpm "$TPM2TOOLS_TCTI" --ak 0x81010066 --pcrs sha256:0
check "witness: one whose handle holds no key answers" asked 5738 tpm-quote tpm-certify
check "witness: and says so" lacks tpm-quote 'nothing at that handle'
check "witness: and that it has no key to certify" lacks tpm-certify '--certify'
kill "$last"; wait "$last" 2>/dev/null

# As Google's machines are: a certificate names the attestation key, and zone and project with it.
google_make() (
	cd "$dir/keys" || exit 1
	printf '1.3.6.1.4.1.11129.2.1.21 = ASN1:SEQUENCE:place\n[place]\n1 = UTF8:asia-northeast1-b\n2 = INTEGER:1\n3 = UTF8:lab\n4 = INTEGER:2\n5 = UTF8:udm\n6 = EXP:0,SEQUENCE:security\n[security]\n1 = EXP:0,INTEGER:1\n2 = EXP:1,BOOLEAN:TRUE\n' > place
	tpm2_readpublic -c 0x81010010 -f pem -o ak.pem && openssl x509 -new -force_pubkey ak.pem -subj /CN=ak -CA carrier.pem -CAkey carrier.key -CAcreateserial -days 2 -extfile place -out ak.crt
)
check "witness: an attestation key with a certificate of the lab's Google" google_make
cat >> "$dir/policy" <<END
gcp-vtpm = { roots = [ "sha256:$(openssl x509 -in "$dir/keys/carrier.pem" -outform DER | sha256sum | cut -c1-64)" ]; crl = "if_given"; regions = [ "asia-northeast1" ]; projects = [ "lab" ]; };
azure-hcl = { secure_boot = true; vm_id = [ "*" ]; };
sev-snp = { max_vmpl = 0; measurement = [ "*" ]; host_data = [ "*" ]; chip = [ "*" ]; tcb_milan = "*"; crl = "if_given"; };
END
check "witness: without it there is no evidence of Google's kind" sh -c "$(declare -f asked lacks); ask='$ask' dir='$dir'; asked 5737 gcp-vtpm && lacks gcp-vtpm ak-certificate"
begin 5739 --tpm "$TPM2TOOLS_TCTI" --ak 0x81010010 --certify 0x81010011 --pcrs sha256:0 --ak-certificate "$dir/keys/ak.crt" --file "gcp-vtpm:certificates=$dir/keys/carrier.pem"
check "witness: with it there is" asked 5739 gcp-vtpm
judged "witness: accepted, with its zone" 0 'asia-northeast1-b' gcp-vtpm
probed "witness: by the probe, too, for its own challenge" 0 'attest.verdict *accept' 5739 gcp-vtpm monitor

# As Azure's confidential machines are: the report of a real one lies in the TPM, cut to what swtpm keeps in an index.
azure_make() {
	python3 -c 'import base64, json, sys; open(sys.argv[2], "wb").write(base64.urlsafe_b64decode(json.load(open(sys.argv[1]))["hcl_report"] + "==")[:2048])' \
		tests/data/attest/azure-cvm/snp-milan.evidence.json "$dir/hcl" &&
		tpm2_nvdefine 0x01400001 -C o -s "$(stat -c %s "$dir/hcl")" -a 'ownerread|ownerwrite' && tpm2_nvwrite 0x01400001 -C o -i "$dir/hcl"
}
check "witness: a machine that is none of Azure's answers" asked 5739 azure-hcl
check "witness: that it has no HCL report" lacks azure-hcl 'only confidential machines of Azure'
check "witness: a HCL report in the TPM" azure_make
check "witness: is given beside a quote and the certified key" asked 5739 azure-hcl
check "witness: whole" cmp "$dir/hcl" "$dir/got/azure-hcl.hcl"
check "witness: the quote is over the challenge" tpm2_checkquote -u "$dir/keys/ak.pub" -m "$dir/got/azure-hcl.quote" -s "$dir/got/azure-hcl.signature" -g sha256 -q "$(cat "$dir/got/challenge")"
check "witness: the statement about the function's key has its own signature" test -s "$dir/got/azure-hcl.statement" -a -s "$dir/got/azure-hcl.statement-signature" -a -s "$dir/got/azure-hcl.object"
judged "witness: and a report that is cut is rejected" 1 '^rule: azure-hcl/' azure-hcl
check "witness: a TPM that is no NitroTPM answers" asked 5739 nitro-tpm
check "witness: that it has no room for it" lacks nitro-tpm 'for a NitroTPM document'
check "witness: and keeps no index of it" sh -c '! tpm2_getcap handles-nv-index | grep -i 0x1815e'
kill "$last"; wait "$last" 2>/dev/null

# As AWS's instances are: a command of their own, answered by a simulated module.
nitro() {	# PORT WORD...: a witness of such a TPM at PORT
	nitro_port=$1; shift
	python3 tests/lab/nitro_tpm.py 2321 $((nitro_port + 1000)) "$@" 2> "$dir/nitro.log" & nitro=$!
	await listens 127.0.0.1:$((nitro_port + 1001))
	begin "$nitro_port" --tpm "swtpm:host=127.0.0.1,port=$((nitro_port + 1000))" --ak 0x81010010 --pcrs sha256:0
}
nitro 5745
check "witness: a NitroTPM gives a document" asked 5745 nitro-tpm
check "witness: it was asked with the challenge and the function's key" python3 -c 'import sys; d, c, k = open(sys.argv[1], "rb").read(), bytes.fromhex(open(sys.argv[2]).read()), open(sys.argv[3], "rb").read()
sys.exit(not (b"Attestation" in d and c in d and k in d))' "$dir/got/nitro-tpm.document" "$dir/got/challenge" "$dir/got/spki"
check "witness: again, too" asked 5745 nitro-tpm tpm-quote
check "witness: and a quote beside it" test -s "$dir/got/nitro-tpm.document" -a -s "$dir/got/tpm-quote.quote"
kill "$last" "$nitro"; wait "$last" "$nitro" 2>/dev/null
nitro 5746 refuse
check "witness: one that refuses is asked" asked 5746 nitro-tpm
check "witness: and its word is told" lacks nitro-tpm 'refuses: InvalidOperation'
kill "$last" "$nitro"; wait "$last" "$nitro" 2>/dev/null
check "witness: no index is left in the TPM" sh -c '! tpm2_getcap handles-nv-index | grep -i 0x1815e'

kill "$tpm"; wait "$tpm" 2>/dev/null
check "witness: without its TPM it answers" asked 5737 tpm-quote
check "witness: that there is none" lacks tpm-quote 'TPM'
swtpm socket --tpm2 --tpmstate dir="$dir/tpm" --server type=tcp,port=2321,bindaddr=127.0.0.1 --ctrl type=tcp,port=2322,bindaddr=127.0.0.1 \
	--flags not-need-init,startup-clear >> "$dir/swtpm.log" 2>&1 &
await tpm2_getcap properties-fixed
check "witness: when the TPM is back it gives a quote again" asked 5737 tpm-quote
judged "witness: which is accepted" 0 'tpm.registers *0-7,14' tpm-quote
check "witness: it wrote nothing that a sanitizer has to say" sh -c "! grep -l 'Sanitizer\|runtime error' '$dir'/witness.*"
