#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Site registers with the real daemon: an officer's certificate, a register sealed by "sekimori seal",
# a real YubiHSM's statement and a TPM (swtpm) that stand where they are declared, elsewhere, or on a
# register that somebody changed; measurements that change under a ticket that was announced and
# under one that was not; a certificate that a witness brings, an entry of a register and one of a
# policy that end in three days, told once and renewed; then all of it judged again from a bundle,
# without network.
# usage: tests/register.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
build=$PWD/build/${V:-release} program=${PROGRAM:-$PWD/build/${V:-release}/sekimori} data=$PWD/tests/data/attest
if [ "${REGISTER_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "registers need root for a network namespace of their own"; exit 0; }
	REGISTER_INSIDE=yes exec unshare -n "$0" "$@"
fi
ip link set lo up
dir=$(mktemp -d) || exit 2
k=$dir/keys db=$dir/m/state/ledger.db pids=() pid= bad=0
mkdir "$k" "$dir/tpm"; chmod 755 "$dir"
finish() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	for one in "${pids[@]}"; do kill "$one" 2>/dev/null; done
	wait 2>/dev/null
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM

# --- an officer, a witness, a TPM --------------------------------------------------------------
certificates() (
	cd "$k" || exit 1
	set -e
	for root in carrier officers; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/O=Example/CN=$root" -keyout $root.key -out $root.pem
	done
	leaf() {	# NAME SUBJECT ROOT EXTENSION
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=Example/CN=$2" -keyout "$1.key" -out one.csr
		openssl x509 -req -in one.csr -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -days 20 -out "$1.pem" -extfile <(echo "$4")
	}
	leaf witness witness carrier "subjectAltName = IP:127.0.0.1"
	leaf monitor monitor carrier "subjectAltName = IP:127.0.0.1"
	leaf officer "Hanako Sato" officers "keyUsage = critical,digitalSignature,nonRepudiation"
	leaf clerk "Taro Suzuki" officers "keyUsage = critical,digitalSignature,nonRepudiation"
	leaf server "Hanako Sato" officers "extendedKeyUsage = serverAuth"
	chmod 600 ./*.key
)
holds "certificates" 0 certificates || exit 1
swtpm socket --tpm2 --tpmstate dir="$dir/tpm" --server type=tcp,port=2321,bindaddr=127.0.0.1 --ctrl type=tcp,port=2322,bindaddr=127.0.0.1 \
	--flags not-need-init,startup-clear > "$dir/swtpm.log" 2>&1 & pids+=($!)
await listens 127.0.0.1:2322
python3 tests/lab/tpm_share.py 2321 2421 2> "$dir/share.log" & pids+=($!)
await listens 127.0.0.1:2422
export TPM2TOOLS_TCTI="swtpm:host=127.0.0.1,port=2421" TSS2_LOG=all+NONE
tpm_key() (
	cd "$k" || exit 1
	set -e
	tpm2_createek -G ecc -c ek.ctx -u ek.pub; tpm2_flushcontext -t
	tpm2_createak -C ek.ctx -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -n ak.name; tpm2_flushcontext -t
	tpm2_evictcontrol -C o -c ak.ctx 0x81010010
)
holds "a TPM with an attestation key" 0 tpm_key || exit 1
"$build/sekimori-witness" --listen 127.0.0.1:5737 --certificate "$k/witness.pem" --key "$k/witness.key" --trust "$k/carrier.pem" \
	--tpm "$TPM2TOOLS_TCTI" --pcrs sha256:0,4,7 --ak 0x81010010 > "$dir/witness" 2>&1 & pids+=($!)
await grep -q "answers on" "$dir/witness"
made_evil() (	# what a witness would bring along: its own register, seal and root
	cd "$k" || exit 1
	set -e
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/O=Evil/CN=Hanako Sato" -addext keyUsage=digitalSignature,keyCertSign \
		-keyout evil.key -out evil.pem
	printf 'register = "s"; edition = "1"; officer = "x"; from = "2026-01-01"; until = "2030-01-01"; entries = ( { site = "tokyo"; kind = "tpm-quote"; ak = "%s"; } );\n' \
		"$(od -An -v -tx1 ak.name | tr -d ' \n')" > evil.register
	chmod 600 evil.key
	"$program" seal --key evil.key --certificate evil.pem --no-timestamp evil.register
)
holds "somebody makes a register of his own" 0 made_evil
"$build/sekimori-witness" --listen 127.0.0.1:5738 --certificate "$k/witness.pem" --key "$k/witness.key" --trust "$k/carrier.pem" \
	--tpm "$TPM2TOOLS_TCTI" --pcrs sha256:0,4,7 --ak 0x81010010 --file "tpm-quote:register=$k/evil.register" \
	--file "tpm-quote:register-seal=$k/evil.register.p7s" --file "tpm-quote:register-roots=$k/evil.pem" > "$dir/witness2" 2>&1 & pids+=($!)
await grep -q "answers on" "$dir/witness2"
# Attestation key certificates of a maker of the lab: one of a month that ends in three days, and one of a day.
maker() (
	cd "$k" || exit 1
	set -e
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=maker" -keyout maker.key -out maker.pem
	tpm2_readpublic -c 0x81010010 -f pem -o ak.pub.pem
)
certified() (	# FILE FROM UNTIL
	cd "$k" || exit 1
	python3 "$OLDPWD/tests/lab/ak_certificate.py" maker.key maker.pem ak.pub.pem "$(date -d "$2" +%s)" "$(date -d "$3" +%s)" > "$1.new" &&
		cat maker.pem >> "$1.new" && mv "$1.new" "$1"
)
holds "a maker of TPMs" 0 maker || exit 1
holds "certifies the key for a month" 0 certified month.pem '-27 days' '+3 days' && holds "and for a day" 0 certified short.pem '-12 hours' '+12 hours' || exit 1
brings() {	# PORT FILE: a witness with that certificate
	"$build/sekimori-witness" --listen "127.0.0.1:$1" --certificate "$k/witness.pem" --key "$k/witness.key" --trust "$k/carrier.pem" \
		--tpm "$TPM2TOOLS_TCTI" --pcrs sha256:0,4,7 --ak 0x81010010 --ak-certificate "$k/$2" > "$dir/witness.$1" 2>&1 & pids+=($!)
	await grep -q "answers on" "$dir/witness.$1"
}
brings 5740 short.pem; brings 5739 month.pem; month=${pids[-1]}
ak=$(od -An -v -tx1 "$k/ak.name" | tr -d ' \n')
measured() { tpm2_pcrread sha256:0,4,7 -o "$dir/pcrs" >/dev/null 2>&1 && sha256sum "$dir/pcrs" | cut -c1-64; }
# What extending register 7 by 32 octets of one value will make of it, before it is done.
after() { python3 - "$dir/pcrs" "$1" <<'END'
import hashlib, sys
pcrs = open(sys.argv[1], 'rb').read()
seven = hashlib.sha256(pcrs[64:] + bytes([int(sys.argv[2])]) * 32).digest()
open(sys.argv[1], 'wb').write(pcrs[:64] + seven)
print(hashlib.sha256(pcrs[:64] + seven).hexdigest())
END
}
extend() { tpm2_pcrextend "7:sha256=$(printf '%02x' $(yes "$1" | head -n 32))"; }
first=$(measured) second=$(after 1) third=$(after 2)

# --- registers ---------------------------------------------------------------------------------
y=$data/yubico; cat $y/hsm-31650425-device.pem $y/hsm-subca-E45DA5F3.pem $y/hsm-root.pem > "$k/device.pem"
day=$(date -u +%Y-%m-%d) end=$(date -u -d '+90 days' +%Y-%m-%d)
made() {	# FILE SITE ENTRIES...
	{ printf 'register = "%s"; edition = "2026-11"; officer = "Hanako Sato"; from = "2026-01-01"; until = "%s";\nentries = (\n' "$2" "$end"
	shift 2; local IFS=$',\n'; echo "$*"; echo ");"; } > "$dir/$1"
}
hsm='{ site = "tokyo"; kind = "yubihsm"; serial = "31650425"; rack = "A-03"; document = "walk 118"; }'
tpm="{ site = \"tokyo\"; kind = [ \"tpm-quote\", \"tpm-certify\" ]; ak = \"$ak\"; }"
made sites.register sites "$hsm" "$tpm"
three=$(date -u -d '+3 days' +%Y-%m-%d)
made ending.register ending "${hsm/\}/since = \"2026-01-01\"; until = \"$three\"; \}}"
made changed.register sites "$hsm"
made others.register others '{ site = "tokyo"; kind = "yubihsm"; serial = "31650426"; }'
sealed() { "$program" seal --key "$k/officer.key" --certificate "$k/officer.pem" --chain "$k/officers.pem" --no-timestamp --force "$@"; }
holds "an officer seals registers" 0 sealed "$dir/sites.register" "$dir/changed.register" "$dir/others.register" "$dir/ending.register" || exit 1
sed -i 's/A-03/A-04/' "$dir/changed.register"
sealed_by() { cp "$dir/sites.register" "$dir/$1.register"; "$program" seal --key "$k/$1.key" --certificate "$k/$1.pem" --no-timestamp --force "$dir/$1.register"; }
holds "a colleague of the same authority seals one, too" 0 sealed_by clerk
refused_to() { ! sealed_by server > "$dir/out" 2>&1 && grep -F "not for seals" "$dir/out" || { cat "$dir/out"; return 1; }; }
holds "no seal is made with a certificate for servers" 0 refused_to
forged() { cp "$dir/sites.register" "$dir/server.register"; openssl cms -sign -binary -cades -outform DER -signer "$k/server.pem" -inkey "$k/server.key" -in "$dir/server.register" -out "$dir/server.register.p7s"; }
holds "so one is made by other means" 0 forged
trust=(--trust "$k/officer.pem")
checked() { "$program" attest register --check "$dir/$1" "${trust[@]}" > "$dir/said" 2>&1; local code=$?; grep -E -- "$3" "$dir/said" && [ $code = "$2" ] || { cat "$dir/said"; return 1; }; }
holds "a check says who sealed it" 0 checked sites.register 0 'seal: ACCEPTED: sealed by CN=Hanako Sato'
holds "and how many entries it has" 0 checked sites.register 0 'entries: 2 at 1 sites, 2 of them in force'
json() { "$program" attest register --check "$dir/$1" "${trust[@]}" --json > "$dir/said" 2>&1; local code=$?; python3 -c 'import json, sys; it = json.load(open(sys.argv[1])); assert eval(sys.argv[2]), it' "$dir/said" "$3" && [ $code = "$2" ] || { cat "$dir/said"; return 1; }; }
holds "machines are told the same" 0 json sites.register 0 'it["verdict"] == "accept" and it["in_force"] and it["officer"] == "Hanako Sato" and it["seal"]["sealer"] == "said" and "CN=Hanako Sato" in it["seal"]["signer"] and (it["entries"], it["entries_in_force"], it["sites"]) == (2, 2, 1) and it["stands_twice"] is None'
holds "and which rule of the seal is broken" 0 json changed.register 1 'it["verdict"] == "reject" and it["seal"]["rule"] == "document" and "sealer" not in it["seal"]'
holds "one that was changed since is refused" 0 checked changed.register 1 'seal: REFUSED: .*another document'
trust=(--trust "$k/officers.pem")
holds "an authority alone does not say who may seal" 0 checked sites.register 3 'sealer: UNDECIDED'
holds "nor for machines" 0 json sites.register 3 'it["verdict"] == "indeterminate" and it["seal"]["answer"] == "accept" and it["seal"]["sealer"] == "open"'
trust+=(--officer "Hanako Sato")
holds "the officer may be named beside the authority" 0 checked sites.register 0 'seal: ACCEPTED'
holds "then the colleague's seal is refused" 0 checked clerk.register 1 'sealer: REFUSED: another'
holds "and a certificate of that name that is for servers" 0 checked server.register 1 'seal: REFUSED'
trust=(--trust "$k/clerk.pem")
holds "a register in the name of another officer is refused" 0 checked clerk.register 1 'sealer: REFUSED: the register names'
trust=(--trust "$k/officer.pem")
{ sed "s/from = \"[0-9-]*\"; until = \"[0-9-]*\"/from = \"2020-01-01\"; until = \"2020-12-31\"/; s/^);/, $hsm );/" "$dir/sites.register"; } > "$dir/old.register"
holds "one without a seal, out of its time, with a device twice, is told all of it" 0 json old.register 1 'it["verdict"] == "reject" and it["seal"] is None and not it["in_force"] and it["until"].startswith("20") and [e["device"] for e in it["stands_twice"]] == ["31650425"] * 2'
observed() { "$program" attest register --observe --site tokyo $y/hsm-31650425-7e57.attest.pem "$k/device.pem" > "$dir/said" 2>&1; grep -F 'site = "tokyo"; kind = "yubihsm"; serial = "31650425"' "$dir/said"; }
holds "an entry is made out of a sample" 0 observed
unsealed() { "$program" attest register --check "$dir/said" > "$dir/out" 2>&1; [ $? = 2 ] && grep -F '"until" is no date or time' "$dir/out" || { cat "$dir/out"; return 1; }; }
holds "which cannot be used before a person has reviewed it" 0 unsealed

cat > "$dir/hand.policy" <<END
policy = "hand"; edition = "1"; yubihsm = { nonce = "none"; serial = [ "*" ]; capabilities = [ "*" ]; firmware = [ "*" ]; };
END
by_hand() {	# SITE CODE WORDS
	"$program" attest --policy "$dir/hand.policy" --register "$dir/sites.register" --register-trust "$k/officers.pem" --register-officer "Hanako Sato" --site "$1" --explain \
		$y/hsm-31650425-7e57.attest.pem "$k/device.pem" > "$dir/out" 2>&1
	[ $? = "$2" ] && grep -E -- "$3" "$dir/out" || { cat "$dir/out"; return 1; }
}
holds "by hand, the module is at its site" 0 by_hand tokyo 0 '^  site +tokyo'
holds "every rule of the register is explained" 0 by_hand tokyo 0 '^  \+ once +passed'
holds "and at another site it is refused" 0 by_hand frankfurt 1 '^rule: site-register/site'

# --- the monitor ---------------------------------------------------------------------------------
policy() {	# ENTRIES of measurement
	cat > "$dir/policy" <<END
policy = "core"; edition = "2026-11";
tpm-quote = { ak = [ "$ak" ]; measurement = ( $1 ); };
yubihsm = { nonce = "none"; serial = [ "*" ]; capabilities = [ "*" ]; firmware = [ "*" ]; };
END
}
policy "\"$first\""
"$program" init "$dir/m" >/dev/null || exit 2
quick='fail_count = 1; window = 1; recover_count = 1;'
ending_policy() {	# ENTRIES of serial
	cat > "$dir/ending.new" <<END
policy = "ending"; edition = "2026-11";
tpm-quote = { ak = [ "$ak" ]; measurement = [ "*" ]; roots = [ "sha256:$(openssl x509 -in "$k/maker.pem" -outform DER | sha256sum | cut -c1-64)" ]; crl = "if_given"; };
yubihsm = { nonce = "none"; serial = ( $1 ); capabilities = [ "*" ]; firmware = [ "*" ]; };
END
	mv "$dir/ending.new" "$dir/ending.policy"
}
ending_policy "{ value = \"31650425\"; until = \"$three\"; }"
mkdir "$dir/judged"; sed 's/"ending"/"watched"/' "$dir/ending.policy" > "$dir/judged/watched.policy"; chmod 755 "$dir/judged"
quote() { printf '{ name = "%s"; probe = "witness"; address = "127.0.0.1"; port = %s; interval = "2s"; deadline = "1900ms"; kind = "tpm-quote"; policy = "%s"; trust = "%s"; client_certificate = "%s"; client_key = "%s"; %s }' \
	"$1" "$2" "$dir/ending.policy" "$k/carrier.pem" "$k/monitor.pem" "$k/monitor.key" "$quick"; }
drop() { printf '{ name = "%s"; probe = "drop"; interval = "2s"; kind = "yubihsm"; policy = "%s"; statement = "%s"; certificates = "%s"; register = "%s"; register_trust = "%s"; %s }' \
	"$1" "${3:-$dir/policy}" "$y/hsm-31650425-7e57.attest.pem" "$k/device.pem" "$dir/$2" "$k/officer.pem" "$quick"; }
cat > "$dir/sekimori.conf" <<END
monitor = { name = "register"; state = "$dir/m/state"; instance_gap = "10ms"; };
packs = [ "$PWD/monitor/state/packs/sekimori-core.pack" ];
ledger = { origin = "example.org/register"; key = "$dir/m/signing-key.pem"; };
sites = ( { name = "tokyo"; jurisdiction = "JP"; }, { name = "frankfurt"; jurisdiction = "DE"; } );
data_classes = ( { name = "subscriber"; jurisdictions = "JP"; } );
instances = (
  { name = "udm"; function = "subscriber"; site = "tokyo"; data = "subscriber"; targets = (
    $(drop hsm sites.register),
    { name = "boot"; probe = "witness"; address = "127.0.0.1"; port = 5737; interval = "2s"; deadline = "1900ms"; kind = "tpm-quote"; policy = "$dir/policy";
      trust = "$k/carrier.pem"; client_certificate = "$k/monitor.pem"; client_key = "$k/monitor.key"; register = "$dir/sites.register";
      register_trust = "$k/officers.pem"; register_officer = "Hanako Sato"; $quick },
    $(drop changed changed.register), $(drop unlisted others.register) ); },
  { name = "amf"; function = "control"; site = "frankfurt"; data = "subscriber"; targets = ( $(drop carried sites.register),
    { name = "brought"; probe = "witness"; address = "127.0.0.1"; port = 5738; interval = "2s"; deadline = "1900ms"; kind = "tpm-quote"; policy = "$dir/policy";
      trust = "$k/carrier.pem"; client_certificate = "$k/monitor.pem"; client_key = "$k/monitor.key"; $quick },
    $(drop clerk clerk.register) ); },
  { name = "smf"; function = "control"; site = "tokyo"; targets = ( $(quote month 5739), $(quote short 5740), $(drop ending ending.register "$dir/ending.policy"),
    $(drop watched sites.register "$dir/judged/watched.policy") ); } );
downloads = ( { name = "watched policy"; form = "policy"; file = "$dir/judged/watched.policy"; interval = "1h"; } );
END
holds "the configuration is accepted" 0 "$program" check-config -c "$dir/sekimori.conf" || exit 1
"$program" run -c "$dir/sekimori.conf" >"$dir/log" 2>&1 </dev/null & pid=$!
last() { "$program" ledger show --ledger "$db" --kind OBSERVATION --json | grep "\"target\":$1," | tail -n 1; }
seen() { last "$1" | grep -Eq -- "$2" || { last "$1"; tail -n 3 "$dir/log"; return 1; }; }	# by number, in the order of the configuration
paper() { local what=$1 words=$2; shift 2; "$program" report "$what" --ledger "$db" --lang en "$@" > "$dir/paper" 2>&1; tr -s ' \n' ' ' < "$dir/paper" | grep -E -- "$words" || { head -n 60 "$dir/paper"; return 1; }; }
verdict() { "$program" controls --ledger "$db" "$1" > "$dir/controls" 2>&1; grep -E -- "^ *$3 .*$2" "$dir/controls" || { cat "$dir/controls"; return 1; }; }	# CONTROL SUBJECT LETTER

holds "a module stands on the register of its site" 60 seen 1 '"outcome":"up".*"attest.site":"tokyo"|"attest.site":"tokyo".*"outcome":"up"' || exit 1
holds "with who sealed it" 5 seen 1 '"attest.register.officer":"CN=Hanako Sato,O=Example"'
holds "and a TPM by its attestation key" 20 seen 2 '"attest.site":"tokyo"'
holds "a register that was changed after it was sealed is refused" 10 seen 3 'site-register/seal'
holds "a module that is not on the register is refused" 10 seen 4 'site-register/entry'
holds "a module at another site than declared is refused" 10 seen 5 'site-register/site'
holds "and still says where it stands" 5 seen 5 '"attest.site":"tokyo"'
brought() { seen 6 '"attest.verdict":"accept"' && ! seen 6 '"attest.site"' >/dev/null; }
holds "a register that the witness itself brings counts for nothing" 10 brought
holds "a register that a colleague sealed is refused" 10 seen 7 'site-register/seal'
holds "the report of keys says where and by whom" 10 paper keys 'site, by a sealed register: tokyo.*sealed by: CN=Hanako Sato,O=Example'
holds "the machine is placed by the register, grade A'" 10 paper location "instance:udm:? .*inside.*A'"
holds "with who sealed that" 10 paper location "CN=Hanako"
ends() { "$program" report calendar --ledger "$db" --format text > "$dir/said" 2>&1; grep -E "evidence of target:hsm ends: sites, edition 2026-11" "$dir/said" || { cat "$dir/said"; return 1; }; }
holds "and the calendar when it ends" 10 ends
holds "the module at the other site contradicts what is declared" 10 paper location 'key:carried.*contradicted'
holds "SK-HW-REGISTER is met by the module" 10 verdict SK-HW-REGISTER target:hsm "[.]"
holds "and not by the one that was carried away" 10 verdict SK-HW-REGISTER target:carried X

# --- a change that was announced, and one that was not -------------------------------------------
reloaded() { kill -HUP "$pid"; }
policy "\"$first\", { value = \"$second\"; from = \"$day\"; ticket = \"CHG-4711\"; }"
reloaded
announce() { "$program" intent announce -c "$dir/sekimori.conf" --ticket "$1" --until 1h --aspects attest target:boot "a new kernel"; }
holds "a change is announced" 20 announce CHG-4711
holds "what is started changes" 0 extend 1
holds "and is accepted under its ticket" 20 seen 2 '"attest.ticket":"CHG-4711"'
holds "the change counts as announced" 10 verdict SK-ENC-CHANGE target:boot "[.]"
holds "and the ticket as known" 10 verdict SK-HW-TICKET target:boot "[.]"
policy "\"$second\", { value = \"$third\"; from = \"$day\"; ticket = \"CHG-9999\"; }"
reloaded
holds "what is started changes again" 0 extend 2
holds "accepted under a ticket of the policy" 20 seen 2 '"attest.ticket":"CHG-9999"'
holds "which nobody announced: a finding" 10 verdict SK-HW-TICKET target:boot X
holds "and so is the change" 10 verdict SK-ENC-CHANGE target:boot X
policy "{ value = \"$third\"; until = \"2026-01-01\"; ticket = \"CHG-9999\"; }"
reloaded
holds "out of its time a value is refused" 20 seen 2 'tpm-quote/measurement.*|at another time'

# --- what ends in three days ---------------------------------------------------------------------
line=$(grep -n 31650425 "$dir/ending.register" | cut -d: -f1)
signals() {	# COUNT KIND KEY PATTERN: exactly so many of that key, by the engine
	"$program" ledger show --ledger "$db" --kind SIGNAL > "$dir/said" 2>&1
	[ "$(grep -F " by engine.0 " "$dir/said" | grep -F "kind=$2 key=\"$3\" subject=\"target:${3%%/*}\"" | grep -Ec -- "$4")" = "$1" ] || { tail -n 8 "$dir/said"; return 1; }
}
told() { signals 1 1 "$1" "severity=warning .*cause=\"until $2"; }	# KEY UNTIL
over() { signals 1 2 "$1" severity=cleared; }	# KEY
jst() { TZ=JST-9 date -d "@$(date -u -d "$1" +%s)" +'%Y-%m-%d %H:%M:%S JST'; }
month_ends=$(jst "$(openssl x509 -in "$k/month.pem" -noout -enddate | cut -d= -f2)") day_ends=$(jst "$(date -u -d "$three" +%Y-%m-%d)T15:00:00Z")
holds "evidence rests on a certificate of a month that the witness brings" 20 seen 8 '"attest.verdict":"accept".*"attest.ends":"ak-certificate/ak '
holds "and on one of a day, which is not among what ends" 20 seen 9 '"attest.verdict":"accept".*"attest.ends":"ak-certificate/maker '
holds "which the witness brings is told three days before" 30 told month/ak-certificate/ak "$month_ends"
holds "so is the entry of a register" 30 told "ending/register:line$line" "$day_ends"
holds "and the entry of a policy" 30 told ending/policy:yubihsm.serial "$day_ends"
kill "$pid"; wait "$pid"
"$program" run -c "$dir/sekimori.conf" >"$dir/log2" 2>&1 </dev/null & pid=$!
started() { [ "$("$program" ledger show --ledger "$db" --kind SELF | grep -c 'by worker')" -ge 2 ]; }
holds "the monitor starts anew" 60 started
kill "$month"; wait "$month" 2>/dev/null
holds "the maker certifies the key for longer" 0 certified month.pem '-1 day' '+90 days'
brings 5739 month.pem
made ending.register ending "$hsm"
holds "the officer lets the entry go on" 0 sealed "$dir/ending.register"
ending_policy "{ value = \"31650425\"; until = \"$three\"; }, { value = \"31650425\"; from = \"$day\"; until = \"$end\"; }"
reloaded
holds "what is renewed ends the alarm: of the certificate" 60 over month/ak-certificate/ak
holds "of the entry of the register" 60 over "ending/register:line$line"
holds "and of the policy's" 60 over ending/policy:yubihsm.serial
for one in month/ak-certificate/ak "ending/register:line$line" ending/policy:yubihsm.serial; do holds "it was told once: $one" 0 told "$one" ''; done
fetched() { "$program" ledger show --ledger "$db" --kind SIGNAL > "$dir/said" 2>&1; grep -E 'by fetch.2 .*source="watched policy" .*kind=1 key="freshness" .*severity=warning .*runs out soon' "$dir/said" || { tail -n 8 "$dir/said"; return 1; }; }
holds "a policy that downloads watches is told there" 20 fetched
holds "its evidence is accepted by the entry that ends" 20 seen 11 '"attest.verdict":"accept".*"attest.ends":"policy:yubihsm.serial '
once() { ! "$program" ledger show --ledger "$db" --kind SIGNAL | grep 'subject="target:watched"'; }
holds "and not here" 0 once
silent() { ! "$program" ledger show --ledger "$db" --kind SIGNAL | grep 'subject="target:short"'; }
holds "nothing was told of what lives a day" 0 silent

# --- offline -------------------------------------------------------------------------------------
key=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier":"([^"]*)".*/\1/p' | tail -n 1)
"$program" ledger export --ledger "$db" "$dir/bundle" > "$dir/export" 2>&1 || tail -n 3 "$dir/export"
verified() { unshare -n "$program" verify --key "$key" "$dir/bundle" > "$dir/said" 2>&1; grep -E -- "$1" "$dir/said" || { tail -n 30 "$dir/said"; return 1; }; }
holds "register, seal and evidence are judged again from a bundle" 0 verified 'statement of hardware, which was judged again'
own() { ! grep -F "not of the configuration on record" "$dir/said"; }
holds "and are files of the configuration on record" 0 own
filed() {
	rm -rf "$dir/filing" "$dir/filed"
	"$program" report self-check -c "$dir/sekimori.conf" --lang en --format json --record --out "$dir/filing" --bundle "$dir/filed" > "$dir/out" 2>&1
	unshare -n "$program" verify --key "$key" "$dir/filed" > "$dir/said" 2>&1; grep -E -- "$1" "$dir/said" || { tail -n 5 "$dir/out" "$dir/said"; return 1; }
}
holds "and prove where the module stands" 20 filed 'PROVED +location +key:hsm, inside.*that evidence was judged again here'
# A word of the register that was exchanged inside the evidence: its blob no longer has its hash.
one=$(grep -l "walk 118" -r "$dir/bundle" | head -n 1)
sed -i 's/walk 118/walk 119/' "$one"
holds "a register that was changed in the bundle is refused" 0 sh -c '! unshare -n "$1" verify --key "$2" "$3"' - "$program" "$key" "$dir/bundle"
exit $bad
