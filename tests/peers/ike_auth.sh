# SPDX-License-Identifier: Apache-2.0
# The probe ike-auth against strongSwan: one gateway in a network of its own, at each address another way to authenticate itself, keys
# of every kind, one of them in a PKCS#11 token.  That the key seen is the key that signs is checked against openssl.
. tests/judge.sh
export PATIENCE dir

# --- keys: one authority, and another that nobody trusts ----------------------------------------------
pki() { openssl "$@" >>"$dir/openssl.log" 2>&1; }
for ca in ca other; do
	pki req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/$ca.key" -out "$dir/$ca.pem" -days 30 \
		-subj "/C=JP/O=Lab/CN=$ca" -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
done
# certificate NAME CA NAMES [DAYS] [KEY]: for $dir/NAME.key
certificate() {
	pki req -new -key "${5:-$dir/$1.key}" -out "$dir/$1.csr" -subj "/C=JP/O=Lab/CN=$1.lab"
	printf 'subjectAltName=%s\nkeyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n' "$3" > "$dir/$1.ext"
	pki x509 -req -in "$dir/$1.csr" -CA "$dir/$2.pem" -CAkey "$dir/$2.key" -CAcreateserial -days "${4:-20}" -extfile "$dir/$1.ext" \
		-out "$dir/$1.pem"
}
pki genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$dir/n3iwf.key"; certificate n3iwf ca DNS:n3iwf.lab
pki genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out "$dir/epdg.key"; certificate epdg ca DNS:epdg.lab
pki genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$dir/seg.key"; certificate seg ca DNS:seg.lab
pki genpkey -algorithm ED25519 -out "$dir/edge.key"; certificate edge ca DNS:edge.lab
pki genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$dir/stranger.key"; certificate stranger other DNS:stranger.lab
pki genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$dir/monitor.key"; certificate monitor ca DNS:monitor.lab
pki genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$dir/watcher.key"; certificate watcher ca DNS:watcher.lab
mkdir -p "$dir/private"; chmod 600 "$dir"/*.key
for key in n3iwf epdg seg edge stranger; do cp "$dir/$key.key" "$dir/private"; done
spki_of() { openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -c 1-64; }

# --- a key that was made in a token and never left it -----------------------------------------------------
module=/usr/lib/softhsm/libsofthsm2.so
mkdir -p "$dir/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$dir/tokens" > "$dir/softhsm.conf"
export SOFTHSM2_CONF=$dir/softhsm.conf
softhsm2-util --init-token --free --label gateway --pin 1234 --so-pin 4321 >>"$dir/softhsm.log" 2>&1
pkcs11-tool --module $module --token-label gateway --login --pin 1234 --keypairgen --key-type rsa:2048 --id 4b --label wire >>"$dir/softhsm.log" 2>&1
pkcs11-tool --module $module --token-label gateway --read-object --type pubkey --id 4b --output-file "$dir/token.spki" >>"$dir/softhsm.log" 2>&1
printf 'subjectAltName=DNS:token.lab\nkeyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n' > "$dir/token.ext"
pki pkey -pubin -inform DER -in "$dir/token.spki" -out "$dir/token.pub"
# Nobody can ask for it by the key: the authority certifies the public key itself.
pki req -new -key "$dir/watcher.key" -subj "/C=JP/O=Lab/CN=token.lab" -out "$dir/token.csr"
pki x509 -req -in "$dir/token.csr" -force_pubkey "$dir/token.pub" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -days 20 \
	-extfile "$dir/token.ext" -out "$dir/token.pem"

# --- the gateway ------------------------------------------------------------------------------------------
# connection NAME ADDRESS LOCAL REMOTE [PROPOSALS] [MORE]: local and remote are lines of swanctl.conf
connection() {
	printf '%s {\n version = 2\n local_addrs = 192.0.2.%s\n remote_addrs = 192.0.2.1\n proposals = %s\n %s\n local {\n%s\n }\n remote {\n%s\n }\n children {\n n {\n local_ts = 10.9.9.0/24\n }\n }\n}\n' \
		"$1" "$2" "${5:-aes256gcm16-prfsha384-ecp384, aes128gcm16-prfsha256-x25519}" "${6:-}" "$3" "$4"
}
by() { printf ' auth = pubkey\n certs = %s/%s.pem\n id = %s.lab' "$dir" "$1" "$1"; }
eap=" auth = eap-md5
 id = %any"
mutual=" auth = pubkey
 cacerts = $dir/ca.pem"
{
	echo 'connections {'
	connection n3iwf 2 "$(by n3iwf)" "$eap"
	connection epdg 3 "$(by epdg)" "$eap" "aes256-sha384-prfsha512-modp3072, aes128-sha256-prfsha256-ecp256"
	connection seg 4 "$(by seg)" "$mutual" "chacha20poly1305-prfsha256-ecp521"
	connection edge 5 "$(by edge)" "$eap"
	connection shared 6 " auth = psk
 id = shared.lab" " auth = psk"
	connection stranger 7 "$(by stranger)" "$eap"
	connection cut 8 "$(by epdg)" "$eap" "" "fragmentation = force"
	connection token 9 "$(by token)" "$eap"
	connection strange 10 " auth = pubkey
 certs = $dir/seg.pem
 id = seg.lab" "$eap" "3des-sha1-modp1024"
	printf '}\nsecrets {\n'
	printf 'token-wire {\n handle = 4b\n module = softhsm\n pin = 1234\n}\nike-shared {\n secret = only-of-this-lab\n}\n}\n'
} > "$dir/swanctl.conf"
charon() { # NAME [YES: signature_authentication]
	mkdir -p "$dir/$1"
	cat > "$dir/$1/strongswan.conf" <<-CONF
		charon-systemd {
		  load = random nonce openssl gcm chapoly curve25519 kdf sha1 sha2 hmac pem pkcs1 pkcs8 x509 pubkey constraints pkcs11 md5 eap-md5 kernel-libipsec kernel-netlink socket-default vici
		  routing_table = 0
		  signature_authentication = $2
		  fragment_size = 700
		  filelog {
		    f {
		      path = $dir/$1/log
		      ike = 1
		    }
		  }
		  plugins {
		    vici {
		      socket = unix://$dir/$1/vici
		    }
		    pkcs11 {
		      modules {
		        softhsm {
		          path = $module
		        }
		      }
		    }
		  }
		}
	CONF
	STRONGSWAN_CONF="$dir/$1/strongswan.conf" unshare --mount bash -c 'mount -t tmpfs none /run && exec charon-systemd' >"$dir/$1/out" 2>&1 &
	gateway=$!
	await [ -S "$dir/$1/vici" ]
	swanctl --load-all --file "$dir/swanctl.conf" --uri "unix://$dir/$1/vici" >"$dir/$1/loaded" 2>&1
}
unshare --net sleep 600 & far=$!
apart() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
await apart $far
ip link add near0 type veth peer name far0 netns "$far"
ip addr add 192.0.2.1/24 dev near0 && ip link set near0 up
there() { nsenter --target "$far" --net "$@"; }
there ip link set lo up; there ip link set far0 up
for n in 2 3 4 5 6 7 8 9 10; do there ip addr add 192.0.2.$n/24 dev far0; done
export -f charon await until_true
export module
there bash -c 'charon gw yes'
check "the gateway has its ways and its keys" sh -c "[ \$(grep -c 'loaded connection' '$dir/gw/loaded') = 9 ] && grep -q 'loaded key token' '$dir/gw/loaded'"

asked() { "$program" probe ike-auth "$@" --source 192.0.2.1 > "$dir/out" 2>&1; }
trusting() { local to=$1; shift; asked "192.0.2.$to" --option "trust=$dir/ca.pem" "$@"; }
# shown NAME: up, proven, and the key is that of the certificate
shown() { grep -q ' up ' "$dir/out" && grep -q 'ike.auth.proven *yes' "$dir/out" && grep -q "ike.auth.spki *$(spki_of "$dir/$1.pem")" "$dir/out"; }
has() { local all=1 each; for each; do grep -Eq "$each" "$dir/out" || { echo "no $each"; all=0; }; done; [ $all = 1 ] || { cat "$dir/out"; return 1; }; }

capture_begin "$dir/wire.pcap" 'udp port 500 or udp port 4500' near0 192.0.2.2
trusting 2
check "an N3IWF shows its P-256 key to who asks for EAP" shown n3iwf
check "by ECDSA, certified, trusted, and EAP began" has 'ike.auth.method *ecdsa-with-SHA256' 'ike.auth.id *n3iwf.lab' 'ike.auth.id.certified *yes' 'ike.auth.trusted *yes' 'ike.auth.eap *MD5-Challenge' 'ike.auth.key *EC'
trusting 3
check "an RSA key, AES-CBC and a group of numbers" shown epdg
check "what was chosen is told" has 'ike.encryption *AES_CBC_256' 'ike.group *MODP3072' 'ike.auth.method *sha256WithRSAEncryption' 'ike.auth.key *RSA 3072'
trusting 5
check "Ed25519" shown edge
trusting 8
check "in fragments" shown epdg
check "they were fragments" has 'IKEV2_FRAGMENTATION_SUPPORTED'
trusting 2:4500
check "on port 4500" shown n3iwf
trusting 9
check "a key in a PKCS#11 token signs, and it is that one" shown token
capture_end
judged "ike-auth: tshark finds nothing wrong with any datagram" "$dir/wire.pcap" 28 isakmp

asked 192.0.2.2
check "without roots nothing is trusted, and the key is seen" has ' degraded .*no trust anchors' 'ike.auth.proven *yes'
trusting 7
check "a certificate of somebody else's authority" has ' degraded .*the chain is not trusted' 'ike.auth.trusted *no'
trusting 2 --option peer=epdg.lab
check "who is not there cannot be asked for" has ' (unknown|degraded) '
trusting 4
check "who wants us to authenticate first shows nothing: unknown, and what to do" has ' unknown .*client_certificate and client_key'
trusting 6
check "a shared key is no key to be seen" has ' unknown .*(shared key|AUTHENTICATION_FAILED)'
trusting 10
check "what we cannot speak is unknown" has ' unknown .*NO_PROPOSAL_CHOSEN'

with() { local as=$1 to=$2; shift 2; trusting "$to" --option "client_certificate=$dir/$as.pem" --option "client_key=$dir/$as.key" "$@"; }
with monitor 4
check "with a certificate of ours the security gateway shows its P-384 key" shown seg
check "and what came into being is gone" has 'ike.auth.ended *yes' 'ike.encryption *CHACHA20' 'ike.group *ECP521'
none() { swanctl --list-sas --uri "unix://$dir/gw/vici" > "$dir/sas" 2>&1; [ ! -s "$dir/sas" ] || ! grep -q ESTABLISHED "$dir/sas"; }
check "the gateway has no SA left" none
with watcher 4 --option identity=watcher.lab
check "with an RSA certificate and a name of ours" shown seg
with stranger 4
check "a certificate it does not know is refused, and said" has ' degraded .*did not take our certificate or identity .AUTHENTICATION_FAILED'
asked 192.0.2.4 --option "client_certificate=$dir/monitor.pem" --option "client_key=$dir/watcher.key"
check "a key that does not fit is said before anything is sent" has ' unknown .*client_certificate is not a PEM chain'

kill $gateway 2>/dev/null; pkill charon-systemd; gone() { ! pgrep charon-systemd >/dev/null; }; await gone
there bash -c 'charon old no'
trusting 2
check "without RFC 7427: ECDSA by its own method" has ' up ' 'ike.auth.method *ecdsa-with-SHA256 .method 9'
trusting 3
check "without RFC 7427: RSA with SHA-1 is found" has ' degraded .*signs with SHA-1' 'ike.auth.method *sha1WithRSAEncryption .method 1' 'ike.auth.proven *yes'
with monitor 4
check "without RFC 7427: ours by ECDSA's own method" shown seg
with watcher 4 --option identity=watcher.lab
check "without RFC 7427: ours by RSA" shown seg
