# SPDX-License-Identifier: Apache-2.0
# "report keys" of a daemon that watches a real TLS server and a real sekimori-witness in front of a TPM in software (swtpm):
# the chain from that TPM to the wire where its key lies in a file, where the wire shows another key, where the policy
# rejects, and once the witness is silent.
witness=$PWD/build/$V/sekimori-witness
mkdir "$dir/tpm" "$dir/keys"
export TPM2TOOLS_TCTI="swtpm:host=127.0.0.1,port=2321" TSS2_LOG=all+NONE
swtpm socket --tpm2 --tpmstate dir="$dir/tpm" --server type=tcp,port=2321,bindaddr=127.0.0.1 --ctrl type=tcp,port=2322,bindaddr=127.0.0.1 \
	--flags not-need-init,startup-clear > "$dir/swtpm.log" 2>&1 &

world_make() (
	cd "$dir/keys" || exit 1
	await tpm2_getcap properties-fixed
	set -e
	tpm2_createek -G ecc -c ek.ctx -u ek.pub; tpm2_flushcontext -t
	tpm2_createak -C ek.ctx -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -n ak.name; tpm2_flushcontext -t
	tpm2_evictcontrol -C o -c ak.ctx 0x81010010; tpm2_flushcontext -t
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=carrier -keyout ca.key -out ca.pem
	for name in witness monitor udm other; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout $name.key -out one.csr
		openssl x509 -req -in one.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out $name.pem -extfile <(echo "subjectAltName = IP:127.0.0.1")
	done
	openssl pkey -in udm.key -pubout -out udm.pub
	tpm2_readpublic -c 0x81010010 -f pem -o ak.pub.pem; tpm2_flushcontext -t
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=maker of TPMs" -keyout tpms.key -out tpms.pem
	openssl x509 -new -force_pubkey ak.pub.pem -subj /CN=ak -CA tpms.pem -CAkey tpms.key -CAcreateserial -days 2 -out ak.pem \
		-extfile <(printf 'basicConstraints = critical, CA:FALSE\nextendedKeyUsage = 2.23.133.8.3\n')
	cat tpms.pem >> ak.pem
	chmod 600 *.key
)
check "keys: a TPM, its attestation key and certificates" world_make
ak=$(od -An -v -tx1 "$dir/keys/ak.name" | tr -d ' \n')
maker="roots = [ \"sha256:$(openssl x509 -in "$dir/keys/tpms.pem" -outform DER | sha256sum | cut -c1-64)\" ]; crl = \"if_given\";"
printf 'policy = "lab"; edition = "1";\ntpm-quote = { ak = [ "%s" ]; measurement = [ "*" ]; %s };\n' "$ak" "$maker" > "$dir/policy"
printf 'policy = "strict"; edition = "1";\ntpm-quote = { ak = [ "%s" ]; measurement = [ "%064d" ]; %s };\n' "$ak" 1 "$maker" > "$dir/strict"
serve() { openssl s_server -quiet -accept "127.0.0.1:$1" -cert "$dir/keys/$2.pem" -key "$dir/keys/$2.key" > /dev/null 2>&1 & }
serve 4441 udm
serve 4442 other
"$witness" --listen 127.0.0.1:5737 --certificate "$dir/keys/witness.pem" --key "$dir/keys/witness.key" --trust "$dir/keys/ca.pem" \
	--speaks "$dir/keys/udm.pub" --tpm "$TPM2TOOLS_TCTI" --ak 0x81010010 --ak-certificate "$dir/keys/ak.pem" --pcrs sha256:0,4 > "$dir/witness" 2>&1 &
service=$!

# tell NAME WIRE POLICY: a target that asks the witness.
tell() {
	echo "{ name = \"$1\"; probe = \"witness\"; address = \"127.0.0.1\"; port = 5737; interval = \"3s\"; deadline = \"3s\";
	    kind = \"tpm-quote\"; trust = \"$dir/keys/ca.pem\"; client_certificate = \"$dir/keys/monitor.pem\"; client_key = \"$dir/keys/monitor.key\";
	    policy = \"$dir/$3\"; wire = \"$2\"; }"
}
"$program" init "$dir/m" > /dev/null
cat > "$dir/core.conf" <<CONF
monitor = { name = "core"; state = "$dir/m/state"; };
ledger = { origin = "example.org/core"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "tokyo"; jurisdiction = "JP"; } );
instances = ( { name = "tokyo-2"; nf = "UDM"; function = "subscriber"; site = "tokyo"; targets = (
  { name = "udm-tls"; probe = "tls"; address = "127.0.0.1"; port = 4441; interval = "2s"; trust = "$dir/keys/ca.pem"; },
  { name = "other-tls"; probe = "tls"; address = "127.0.0.1"; port = 4442; interval = "2s"; trust = "$dir/keys/ca.pem"; },
  $(tell good udm-tls policy), $(tell both "udm-tls, other-tls" policy), $(tell strict udm-tls strict) ); } );
CONF
"$program" run -c "$dir/core.conf" > "$dir/log" 2>&1 &
report() { "$program" report keys -c "$dir/core.conf" "$@" > "$dir/paper" 2>&1; }
# The line of that key in the overview of the paper that was made last.
stands() { grep -qE "tokyo-2 +$1 +$2" "$dir/paper"; }
spki=$(openssl pkey -pubin -in "$dir/keys/udm.pub" -outform DER | sha256sum | cut -c1-64)
all_seen() { stands good 'only declared' && stands both '! contradicted' && stands strict '! contradicted'; }
# In one paper, which is then the one that is looked at: a round that comes late makes the next one another.
in_one_paper() { report; code=$?; all_seen; }
await in_one_paper
check "keys: a contradicted key makes exit code 1" test $code = 1
check "keys: one only declared, two contradicted" all_seen
says() { tr -s ' \n' '  ' < "$dir/paper" | grep -qE -- "$1"; }
check "keys: but a TPM that was told of it does not keep it" says 'where it is kept the hardware does not say'
check "keys: the evidence names this key in what the TPM signed" says 'B1'
check "keys: another key on the wire is said, with what to do" says 'it speaks with another key. What to do: find out'
check "keys: the rule that rejects is said, with what to do" says 'Contradicted at the link "evidence"'
check "keys: with the limit of the proof" says 'Limit of the proof: It proves what was measured'
written() { report --lang ja,en --format text,json,html --out "$dir/out" --force; grep -q "key seen: $spki" "$dir/out/keys.en.json" && grep -q "SPKI, SHA-256: $spki" "$dir/out/keys.en.json"; }
check "keys: the key on the wire and in the evidence is the one that the function has" until_true 15 written
check "keys: in Japanese" grep -q '別の鍵で通信している' "$dir/out/keys.ja.txt"
check "keys: as a file of each language and format" test "$(ls "$dir/out" | wc -l)" = 6
kill "$service"; wait "$service" 2>/dev/null
silent() { report; stands good '! unknown' && stands both '! unknown'; }
await silent
check "keys: without the witness nothing is known" silent
check "keys: because its evidence no longer comes" says 'Unknown at the link "evidence"'
check "keys: no sanitizer has to say anything" sh -c "! grep -l 'Sanitizer\|runtime error' '$dir'/log '$dir'/witness '$dir'/paper"
