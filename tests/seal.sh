#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sealing with the real daemon: an e-seal key in a token of SoftHSM2, a time-stamp authority behind
# nginx, documents sealed by hand and by a report, judged here and by openssl.
# usage: tests/seal.sh      V=asan
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib.sh
program=${PROGRAM:-$PWD/build/${V:-release}/sekimori}
stranger=4712
if [ "${SEAL_INSIDE:-}" != yes ]; then
	[ "$(id -u)" = 0 ] || { skip "sealing needs root for a network namespace of its own"; exit 0; }
	SEAL_INSIDE=yes exec unshare -n "$0" "$@"
fi
dir=$(mktemp -d) || exit 2
chmod 755 "$dir"
here=$PWD/tests/lab
pids=() pid= bad=0
finish() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	for one in "${pids[@]}"; do kill "$one" 2>/dev/null; done
	[ $bad = 0 ] && rm -rf "$dir" || echo "kept in $dir"
}
trap finish EXIT
trap 'exit 1' INT TERM
holds() {	# NAME CODE WORDS COMMAND...: the exit code, and what it says
	local name=$1 wanted=$2 words=$3 code; shift 3
	"$@" > "$dir/said" 2>&1; code=$?
	if [ "$code" = "$wanted" ] && grep -Eq -- "$words" "$dir/said"; then pass "$name"; return; fi
	fail "$name"; bad=1
	echo "      exit code $code, wanted $wanted and \"$words\":"
	tail -n 8 "$dir/said" | sed 's/^/      /'
}
quiet() { "$@" >/dev/null 2>&1 || { fail "$*"; bad=1; exit 1; }; }

# --- certificates: of the authority and of the seal ------------------------------------------
mkdir -p "$dir/pki" "$dir/bin" "$dir/tokens" "$dir/run"
export SOFTHSM2_CONF=$dir/softhsm2.conf
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$dir" > "$SOFTHSM2_CONF"
p=$dir/pki
root() { quiet openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$p/$1.key" -out "$p/$1.pem" \
	-subj "/O=Example/CN=$2" -days 30; }
leaf() {	# NAME SUBJECT EXTENSIONS ROOT CURVE
	printf "$3" > "$p/ext"
	quiet openssl req -newkey ec -pkeyopt "ec_paramgen_curve:$5" -nodes -keyout "$p/$1.key" -out "$p/$1.csr" -subj "/O=Example/CN=$2"
	quiet openssl x509 -req -in "$p/$1.csr" -CA "$p/$4.pem" -CAkey "$p/$4.key" -CAcreateserial -days 20 -extfile "$p/ext" -out "$p/$1.pem"
}
root tsa-root "authority root"; root seal-root "e-seal root"
leaf tsa "authority" 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n' tsa-root P-256
leaf seal "Example Telecom e-seal" 'keyUsage=critical,digitalSignature,nonRepudiation\n' seal-root P-384
leaf other "somebody else" 'keyUsage=critical,digitalSignature\n' seal-root P-256
cat "$p/seal-root.pem" "$p/tsa-root.pem" > "$p/trust.pem"
quiet softhsm2-util --init-token --free --label e-seal --so-pin 2468 --pin 13579
quiet softhsm2-util --import "$p/seal.key" --token e-seal --label seal --id 01 --pin 13579
rm "$p/seal.key"
echo 13579 > "$dir/pin"; chmod 600 "$dir/pin" "$p/other.key"

# --- the authority ---------------------------------------------------------------------------
ip link set lo up
cat > "$p/tsa.conf" <<END
[tsa]
default_tsa = lab
[lab]
serial = $p/tsa-serial
crypto_device = builtin
signer_cert = $p/tsa.pem
certs = $p/tsa-root.pem
signer_key = $p/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
END
echo 01 > "$p/tsa-serial"
sed "s|@DIR@|$dir|g" "$here/tsa.cgi" > "$dir/bin/tsa"; chmod 755 "$dir/bin/tsa"
cat > "$dir/nginx.conf" <<END
daemon off; master_process off; pid $dir/nginx.pid; error_log $dir/nginx.log; events { worker_connections 64; }
http { access_log off; client_body_temp_path $dir/run/body; fastcgi_temp_path $dir/run/fcgi; proxy_temp_path $dir/run/proxy;
uwsgi_temp_path $dir/run/uwsgi; scgi_temp_path $dir/run/scgi;
server { listen 127.0.0.1:8080; location /tsa { fastcgi_pass unix:$dir/cgi.sock; fastcgi_param SCRIPT_FILENAME $dir/bin/tsa;
fastcgi_param REQUEST_METHOD \$request_method; fastcgi_param CONTENT_LENGTH \$content_length; } } }
END
fcgiwrap -f -s "unix:$dir/cgi.sock" >/dev/null 2>&1 & pids+=($!)
nginx -e "$dir/nginx.log" -p "$dir" -c "$dir/nginx.conf" 2>/dev/null & pids+=($!)
await test -S "$dir/cgi.sock"
await listens 127.0.0.1:8080

# --- the daemon ------------------------------------------------------------------------------
"$program" init "$dir/m" >/dev/null || exit 2
chmod 755 "$dir/m"
cat > "$dir/sekimori.conf" <<END
monitor = { name = "seal"; state = "$dir/m/state"; };
ledger = { origin = "example.org/seal"; key = "$dir/m/signing-key.pem"; anchor = "1h"; };
sites = ( { name = "here"; jurisdiction = "JP"; } );
instances = ( { name = "one"; function = "control"; site = "here";
    targets = ( { name = "t"; probe = "tcp"; address = "127.0.0.1"; port = 8080; } ); } );
authorities = ( { name = "tsa"; url = "http://127.0.0.1:8080/tsa"; trust = "$p/tsa-root.pem"; } );
seal = { certificate = "$p/seal.pem"; chain = "$p/seal-root.pem"; pin = "$dir/pin"; paths = "$dir"; authority = "tsa";
    key = "pkcs11:token=e-seal;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so";
    environment = "SOFTHSM2_CONF=$SOFTHSM2_CONF"; };
END
conf="-c $dir/sekimori.conf"
# Where a rotation of the ledger's own key leads: into the same token.
printf 'sekimori token key 1\nmodule = /usr/lib/softhsm/libsofthsm2.so\ntoken = e-seal\nobject = ledger\npin = 13579\npaths = %s\nenvironment = SOFTHSM2_CONF=%s\n' \
	"$dir/tokens, $SOFTHSM2_CONF" "$SOFTHSM2_CONF" > "$dir/m/signing-key.pem.token"
chmod 600 "$dir/m/signing-key.pem.token"
"$program" run $conf >"$dir/log" 2>&1 </dev/null & pid=$!
await grep -q 'engine: folded' "$dir/log"

# --- by hand ---------------------------------------------------------------------------------
echo "a paper" > "$dir/paper"; echo "another" > "$dir/another"
holds "the token's key seals, the daemon brings the time stamp" 0 'CAdES-B-T' "$program" seal $conf "$dir/paper" "$dir/another"
holds "each request is on record, with who asked" 0 'act=stamp .*author="root"' "$program" ledger show $conf --kind OPERATOR
holds "our judge accepts it" 0 'sealed by CN=Example Telecom e-seal,O=Example before' \
	"$program" seal --verify --trust "$p/trust.pem" "$dir/paper" "$dir/another"
holds "openssl accepts the seal" 0 'successful' openssl cms -verify -cades -binary -inform DER -in "$dir/paper.p7s" \
	-content "$dir/paper" -CAfile "$p/seal-root.pem" -purpose any -out /dev/null
openssl asn1parse -inform DER -in "$dir/paper.p7s" > "$dir/parts"
place() { sed -n "$1"'s/^ *\([0-9]*\):d=.*hl=\([0-9]*\) *l= *\([0-9]*\).*/\1 \2 \3/p'; }
set -- $(grep -A2 timeStampToken "$dir/parts" | place 3)
tail -c +$(($1 + 1)) "$dir/paper.p7s" | head -c $(($2 + $3)) > "$dir/token"
set -- $(grep -B1 'd=5 .*cont \[ 1 \]' "$dir/parts" | place 1)
tail -c +$(($1 + $2 + 1)) "$dir/paper.p7s" | head -c $3 > "$dir/signature"
holds "openssl accepts its time stamp" 0 'OK' openssl ts -verify -token_in -in "$dir/token" -data "$dir/signature" \
	-CAfile "$p/tsa-root.pem"
holds "a seal is not replaced unasked" 2 'is there already' "$program" seal $conf "$dir/paper"
cp "$dir/another.p7s" "$dir/paper.p7s"
holds "a swapped seal is refused" 1 'made over another document' "$program" seal --verify --trust "$p/trust.pem" "$dir/paper"
holds "without a root it is undecided" 3 'no root is given' "$program" seal --verify "$dir/another"
holds "a key in a file seals, without a time stamp when that is said" 0 'CAdES-B-B' "$program" seal --no-timestamp --force \
	--key "$p/other.key" --certificate "$p/other.pem" --out "$dir/out" "$dir/paper"
holds "a key of another certificate does not" 1 'not that of the certificate' "$program" seal --no-timestamp --force \
	--key "$p/other.key" --certificate "$p/seal.pem" "$dir/paper"
chmod 644 "$p/other.key"
holds "nor one that others can read" 2 'chmod' "$program" seal --no-timestamp --force --key "$p/other.key" \
	--certificate "$p/other.pem" "$dir/paper"
holds "an authority that is not configured is none" 3 'no authority "elsewhere"' "$program" seal $conf --force \
	--authority elsewhere "$dir/paper"
hash=$(sha256sum < "$dir/paper" | cut -c1-64)
holds "who has no right gets no time stamp" 2 'may not stamp' setpriv --reuid=$stranger --regid=$stranger --clear-groups \
	"$program" stamp --state "$dir/m/state" "$hash"

# --- a filing --------------------------------------------------------------------------------
holds "a report is sealed, recorded and bundled" '3' 'the bundle is in' "$program" report self-check $conf --lang ja,en \
	--format text,html --seal --record --out "$dir/papers" --bundle "$dir/bundle"
holds "its seals stand beside its documents" 0 'before' "$program" seal --verify --trust "$p/trust.pem" "$dir"/papers/*.txt
holds "a paper that is no filing is sealed likewise" 0 'dependencies.en.txt.p7s' "$program" report dependencies $conf --lang en \
	--seal --out "$dir/papers"
holds "and its seal accepted" 0 'sealed by CN=Example Telecom' "$program" seal --verify --trust "$p/trust.pem" \
	"$dir/papers/dependencies.en.txt"
said_by() { "$program" verify "$dir/bundle" --trust "$p/trust.pem"; }
holds "verify says by whom and before when" 0 'PROVED +seal +document self-check.ja.html .*sealed by CN=Example Telecom e-seal' said_by
blob=$(sha256sum < "$dir/papers/self-check.ja.txt.p7s" | cut -c1-64)
cp "$dir/papers/self-check.en.txt.p7s" "$dir/bundle/blobs/$blob"
holds "a seal that was exchanged in the bundle is refused" 1 'the seal of the document self-check.ja.txt was changed' said_by

# --- with the ledger's key in the token, too ---------------------------------------------------
holds "the ledger's key moves into the token" 0 '' "$program" ledger rotate $conf
holds "where it lives from now on" 0 'sekimori token key 1' head -1 "$dir/m/signing-key.pem"
holds "a document is sealed as before, with a time stamp" 0 'CAdES-B-T' "$program" seal $conf --force "$dir/paper"
holds "and accepted" 0 'sealed by CN=Example Telecom e-seal,O=Example before' "$program" seal --verify --trust "$p/trust.pem" "$dir/paper"
holds "by openssl, too" 0 'successful' openssl cms -verify -cades -binary -inform DER -in "$dir/paper.p7s" -content "$dir/paper" \
	-CAfile "$p/seal-root.pem" -purpose any -out /dev/null
holds "a filing is sealed, recorded and bundled" 3 'the bundle is in' "$program" report self-check $conf --lang en --format text --seal --record \
	--force --out "$dir/papers2" --bundle "$dir/bundle2"
holds "which verify proves, under the key in the token" 0 'PROVED +seal +document self-check.en.txt .*sealed by CN=Example Telecom e-seal' \
	"$program" verify "$dir/bundle2" --trust "$p/trust.pem"

# --- without an authority, without a daemon --------------------------------------------------
kill "${pids[1]}"; wait "${pids[1]}"
holds "without the authority nothing is sealed unless --no-timestamp" 3 'nothing was sealed' "$program" seal $conf --force "$dir/paper"
kill "$pid"; wait "$pid"; pid=
holds "nor without the daemon" 3 'the daemon is not running' "$program" seal $conf --force "$dir/paper"
holds "which --no-timestamp does not need" 0 'CAdES-B-B' "$program" seal $conf --force --no-timestamp "$dir/paper"
exit $bad
