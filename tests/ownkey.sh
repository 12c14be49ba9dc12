#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The monitor's own key, with the real daemon: it begins with a key in a file, moves it into a token
# of SoftHSM2 by a rotation, rotates there, and goes on after a restart; from there it signs where a
# function is, while another key of the same token seals documents.  A wrong PIN is given once.
# usage: tests/ownkey.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
if [ "${OWNKEY_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "the own key needs root for a network namespace of its own"; exit 0; }
	OWNKEY_INSIDE=yes exec unshare -n "$0" "$@"
fi
dir=$(mktemp -d) || exit 2
chmod 755 "$dir"
state=$dir/m/state db=$dir/m/state/ledger.db key=$dir/m/signing-key.pem
pid= bad=0
finish() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
once() { local name=$1; shift; if "$@" > "$dir/said" 2>&1; then pass "$name"; else fail "$name"; bad=1; tail -n 8 "$dir/said"; fi; }
says() { grep -Eq -- "$2" "$1" || { tail -n 8 "$1"; return 1; }; }
kinds() { "$program" ledger show --ledger "$db" --kind "$1" 2>/dev/null; }
count() { [ "$(kinds "$1" | grep -c "$3")" -ge "$2" ]; }
tool() { pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --token-label ledger --login --pin 13579 "$@" 2>/dev/null; }

ip link set lo up
mkdir -p "$dir/tokens"
export SOFTHSM2_CONF=$dir/softhsm2.conf
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$dir" > "$SOFTHSM2_CONF"
softhsm2-util --init-token --free --label ledger --so-pin 2468 --pin 13579 >/dev/null || exit 2
"$program" init "$dir/m" >/dev/null || exit 2
cat > "$dir/sekimori.conf" <<END
monitor = { name = "own"; state = "$state"; workers = 1; };
ledger = { origin = "example.org/own"; key = "$key"; };
sites = ( { name = "here"; jurisdiction = "JP"; } );
instances = ( { name = "one"; function = "oam"; site = "here"; targets = (
  { name = "t"; probe = "tcp"; address = "127.0.0.1"; port = 1; interval = "1s"; } ); } );
END
describe() {	# FILE PIN OBJECT
	printf 'sekimori token key 1\nmodule = /usr/lib/softhsm/libsofthsm2.so\ntoken = ledger\nobject = %s\npin = %s\npaths = %s\nenvironment = SOFTHSM2_CONF=%s\n' \
		"$3" "$2" "$dir/tokens, $SOFTHSM2_CONF" "$SOFTHSM2_CONF" > "$1"
	chmod 600 "$1"
}
begin() { "$program" run -c "$dir/sekimori.conf" >>"$dir/log" 2>&1 </dev/null & pid=$!; }
stop() { kill "$pid"; wait "$pid"; code=$?; pid=; return $code; }
signed_size() { sqlite3 "$db" 'select max(size) from checkpoint' 2>/dev/null; }
rotate() { "$program" ledger rotate -c "$dir/sekimori.conf"; }
is_token() { head -1 "$key" | grep -q '^sekimori token key 1$'; }
objects() { [ "$(tool -O --type privkey | grep -c 'label: *sekimori/')" = "$1" ]; }
closed() { tool -O --type privkey > "$dir/objects"; ! grep -Eq 'decrypt|unwrap|derive' "$dir/objects" && grep -q 'never extractable, local' "$dir/objects"; }

# --- from a file into a token ------------------------------------------------------------------
describe "$key.token" 13579 sekimori
begin
holds "the daemon begins with its key in a file" 40 count SELF 1 'by worker' || { tail -n 8 "$dir/log"; exit 1; }
holds "its signer may start sekimori-token" 10 count SELF 1 'may start sekimori-token'
holds "the status says that it is a file" 20 sh -c "'$program' status --ledger '$db' | grep -q 'own key *in a file; signed a fresh nonce'"
once "a rotation moves the key into the token" rotate
holds "the key's file describes a token now" 5 is_token
holds "the key was made there" 5 objects 1
holds "it cannot leave, nor do anything but sign" 1 closed
holds "there are two KEY records" 5 count KEY 2 KEY
sleep 3
once "a second rotation makes another key in the token" rotate
holds "the old one stays there" 5 objects 2
holds "there are three KEY records" 5 count KEY 3 KEY
sleep 3
holds "it stops in order" 0 stop
once "the audit finds nothing" "$program" ledger audit --ledger "$db"

# --- after a restart -----------------------------------------------------------------------------
begin
holds "it begins anew with the key in the token" 40 count SELF 2 "by worker" || { tail -n 8 "$dir/log"; kinds SELF; exit 1; }
status() { "$program" status --ledger "$db" > "$dir/status" 2>&1; says "$dir/status" "$1"; }
holds "the status says where the key lives, and that it signed" 20 status 'own key +in a token \(SoftHSM v2\), cannot leave by its own word; signed a fresh nonce'

# --- tokens of places and seals, with the key in the token ----------------------------------------
verifier=$("$program" ledger show --ledger "$db" --kind KEY --json | sed -nE 's/.*"verifier":"([^"]*)".*/\1/p' | tail -n 1)
{ printf '302a300506032b6570032100' | xxd -r -p; printf '%s' "$verifier" | cut -d+ -f3- | base64 -d | tail -c 32; } |
	openssl pkey -pubin -inform DER -out "$dir/pub.pem" 2>/dev/null
for form in json cbor; do
	place() { "$program" locate -c "$dir/sekimori.conf" --form $form instance:one > "$dir/place.$form" 2> "$dir/why"; [ -s "$dir/place.$form" ]; }
	holds "the key in the token signs where a function is ($form)" 20 place || cat "$dir/why"
	kind=jwt; [ $form = json ] || kind=cwt
	once "openssl says so, too ($form)" sh -c "python3 tests/lab/token_split.py $kind '$dir/place.$form' '$dir/tbs' && openssl pkeyutl -verify -pubin -inkey '$dir/pub.pem' -rawin -in '$dir/tbs' -sigfile '$dir/tbs.sig'"
	once "and our own verify, offline ($form)" sh -c "unshare -n '$program' verify --key '$verifier' '$dir/place.$form' | grep -E 'PROVED +identity'"
done
once "a changed one is refused" sh -c "sed 's/\.\(.\)/.f/' '$dir/place.json' > '$dir/changed'; '$program' verify --key '$verifier' '$dir/changed' >/dev/null; [ \$? = 1 ]"
eseal() {	# an e-seal key in the same token; what seals documents is not what signs the ledger
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/O=Example/CN=e-seal" -keyout "$dir/eseal.key" -out "$dir/eseal.pem" \
		-addext "keyUsage=critical,digitalSignature,nonRepudiation" && softhsm2-util --import "$dir/eseal.key" --token ledger --label eseal --id 77 --pin 13579 &&
		rm "$dir/eseal.key" && echo 13579 > "$dir/pin" && chmod 600 "$dir/pin" && echo "a paper" > "$dir/paper"
}
once "an e-seal key is put into the same token" eseal
seal() { "$program" seal --no-timestamp --force --key "pkcs11:token=ledger;object=eseal?module-path=/usr/lib/softhsm/libsofthsm2.so" --certificate "$dir/eseal.pem" \
	--pin "$dir/pin" --paths "$dir/tokens, $SOFTHSM2_CONF" --environment "SOFTHSM2_CONF=$SOFTHSM2_CONF" "$dir/paper"; }
once "it seals a document while the daemon signs" seal
once "openssl accepts the seal" openssl cms -verify -cades -binary -inform DER -in "$dir/paper.p7s" -content "$dir/paper" -CAfile "$dir/eseal.pem" -purpose any -out /dev/null
once "and so do we" sh -c "'$program' seal --verify --trust '$dir/eseal.pem' '$dir/paper' | grep -F 'CN=e-seal'"
wrong() { ! "$program" seal --no-timestamp --force --out "$dir" --key "pkcs11:token=ledger;object=$1?module-path=/usr/lib/softhsm/libsofthsm2.so" --certificate "$dir/eseal.pem" \
	--pin "$dir/pin" --paths "$dir/tokens, $SOFTHSM2_CONF" --environment "SOFTHSM2_CONF=$SOFTHSM2_CONF" "$dir/paper"; }
once "the ledger's key seals nothing: it is not the certificate's" wrong "$(tool -O --type privkey | sed -n 's/.*label: *\(sekimori.*\)/\1/p' | tail -n 1)"
sized=$(signed_size)
grown() { [ "$(signed_size)" -gt "$sized" ]; }
holds "the ledger is signed on meanwhile" 20 grown
holds "it stops in order again" 0 stop
once "and the audit finds nothing, signed by the key in the token" "$program" ledger audit --ledger "$db"

once "a bundle is made of it" "$program" ledger export --ledger "$db" "$dir/bundle"
once "and judged again, the proof of the own key with it" sh -c "'$program' verify '$dir/bundle' | tee '$dir/verified' | grep -q 'name a proof that a key signed'"

# --- a wrong PIN ---------------------------------------------------------------------------------
: > "$dir/log"
cp -p "$key" "$dir/key"
sed -i 's/^pin = .*/pin = 99999/' "$key"
begin
holds "a wrong PIN is refused and said" 30 says "$dir/log" 'refused the PIN of the signing key'
holds "it is not given again" 30 says "$dir/log" 'refused this PIN before'
kill "$pid"; wait "$pid" 2>/dev/null; pid=
once "it was given once" [ "$(grep -c 'token refused the PIN of the signing key' "$dir/log")" = 1 ]
cp -p "$dir/key" "$key"
tool -O > /dev/null	# by hand: it clears the count
before=$(kinds SELF | grep -c 'by signer')
begin
holds "with the right one the signer is back" 40 count SELF $((before + 1)) 'by signer' || tail -n 8 "$dir/log"
sleep 3
holds "it stops in order at the end" 0 stop
once "nothing was lost" "$program" ledger audit --ledger "$db"
exit $bad
