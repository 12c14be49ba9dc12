# SPDX-License-Identifier: Apache-2.0
# Identity documents of clouds through the real sekimori-witness and the probe, from a stand-in of their metadata services (tests/lab/imds.py) at the real
# address: a real document of EC2, a recorded token of Google, and documents for our challenge signed by keys of the lab.
witness=$PWD/build/$V/sekimori-witness k=$dir/keys data=$PWD/tests/data/attest
mkdir "$k"
ip addr add 169.254.169.254/32 dev lo
authorities() (
	cd "$k" || exit 1
	set -e
	for ca in carrier azure-root; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$ca" -keyout $ca.key -out $ca.pem; done
	for name in witness monitor; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout $name.key -out one.csr
		openssl x509 -req -in one.csr -CA carrier.pem -CAkey carrier.key -CAcreateserial -days 2 -out $name.pem -extfile <(echo "subjectAltName = IP:127.0.0.1")
	done
	openssl req -newkey rsa:2048 -nodes -subj "/CN=metadata.azure.com" -keyout azure.key -out one.csr
	openssl x509 -req -in one.csr -CA azure-root.pem -CAkey azure-root.key -CAcreateserial -days 2 -out azure.pem \
		-extfile <(echo "subjectAltName = DNS:metadata.azure.com, DNS:japaneast.metadata.azure.com")
	openssl genrsa -out google.key 2048
	python3 - "$(openssl rsa -in google.key -noout -modulus | cut -d= -f2)" > jwks.json <<-END
		import base64, sys
		n = base64.urlsafe_b64encode(bytes.fromhex(sys.argv[1])).rstrip(b"=").decode()
		print('{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"lab","n":"%s","e":"AQAB"}]}' % n)
	END
	chmod 600 ./*.key
)
check "identity: authorities" authorities
hex() { openssl dgst -sha256 -r | cut -c1-64; }
cat > "$dir/policy" <<END
policy = "lab"; edition = "1";
ec2-identity = { nonce = "none"; accounts = [ "189292791360" ]; images = [ "*" ]; regions = [ "ap-southeast-2" ]; };
azure-attested-data = { roots = [ "sha256:$(openssl x509 -in "$k/azure-root.pem" -outform DER | hex)" ]; crl = "if_given"; subscriptions = [ "*" ]; regions = [ "japaneast" ]; };
gcp-identity-token = { roots = [ "spki:$(openssl rsa -in "$k/google.key" -pubout -outform DER 2>/dev/null | hex)" ]; audience = [ "sekimori" ]; projects = [ "carrier-core" ]; regions = [ "asia-northeast1" ]; };
END
sed 's/nonce = "none"; //' "$dir/policy" > "$dir/strict"
sed 's/"sekimori"/"another"/; s/japaneast/japanwest/; s/ap-southeast-2/ap-northeast-1/' "$dir/policy" > "$dir/elsewhere"
echo good > "$k/mode"
python3 tests/lab/imds.py 80 "$data/aws-iid/ap-southeast-2.rsa2048.p7s.der" "$data/gcp-identity/europe-west1-b-2025.jwt" "$k" > "$dir/imds.log" 2>&1 & imds=$!
until_true 10 grep -q ready "$dir/imds.log"

begin() {	# PORT OPTIONS...
	begin_port=$1; shift
	"$witness" --listen "127.0.0.1:$begin_port" --certificate "$k/witness.pem" --key "$k/witness.key" --trust "$k/carrier.pem" "$@" > "$dir/witness.$begin_port" 2>&1 &
	last=$!
	until_true 10 grep -q "answers on" "$dir/witness.$begin_port" || { fail "identity: the witness does not begin"; cat "$dir/witness.$begin_port"; }
}
# probed NAME EXIT WORDS PORT KIND [POLICY [OPTION...]]
probed() {
	probed_name=$1 probed_exit=$2 probed_words=$3 probed_port=$4 probed_kind=$5 probed_policy=${6:-policy}
	shift 5; [ $# = 0 ] || shift
	case $probed_kind in
	ec2-identity) set -- "$@" --option "certificate=$data/aws-iid/ap-southeast-2.rsa2048.pem" ;;
	azure-*) set -- "$@" --option "certificates=$k/azure-root.pem" ;;
	gcp-*) set -- "$@" --option "jwks=${jwks:-$k/jwks.json}" ;;
	esac
	"$program" probe witness "127.0.0.1:$probed_port" --option "trust=$k/carrier.pem" --option "policy=$dir/$probed_policy" --option "kind=$probed_kind" \
		--option "client_certificate=$k/monitor.pem" --option "client_key=$k/monitor.key" "$@" > "$dir/out" 2>&1
	probed_got=$?
	tr -s ' \n' ' ' < "$dir/out" > "$dir/line"
	if [ $probed_got = "$probed_exit" ] && grep -qE -- "$probed_words" "$dir/line"; then pass "$probed_name"; else
		fail "$probed_name: exit $probed_got"; sed 's/^/      /' "$dir/out"; fi
}
lacking() {	# NAME MODE WORDS PORT KIND: what is not had is unknown with the reason
	echo "$2" > "$k/mode"
	probed "$1" 3 "$3" "$4" "$5"
	echo good > "$k/mode"
}

begin 5801 --imds aws
begin 5802 --imds azure --speaks "$k/monitor.pem"
begin 5803 --imds google
check "identity: TCP goes to port 80 alone" grep -q 'TCP to port 80 alone' "$dir/witness.5801"
probed "identity: a real document of EC2 is accepted: grade C, not fresh, bound to nothing" 0 \
	'attest.verdict accept .*attest.fresh (no|false) .*attest.binding none .*attest.region ap-southeast-2 .*attest.place.grade C' 5801 ec2-identity
check "identity: a session token was asked for first" sh -c "head -3 '$dir/imds.log' | tail -2 | tr '\n' ' ' | grep -q 'PUT /latest/api/token GET /latest/dynamic/instance-identity/rsa2048'"
probed "identity: a policy that wants it fresh is not satisfied by it" 3 'ec2-identity/nonce' 5801 ec2-identity strict
probed "identity: a region that is not wanted is refused" 1 'ec2-identity/(region|certificate)' 5801 ec2-identity elsewhere
probed "identity: Azure signs our challenge: fresh, and no more than that" 0 \
	'attest.verdict accept .*attest.fresh (yes|true) .*attest.binding none .*attest.region japaneast .*attest.place.grade C' 5802 azure-attested-data
probed "identity: another region of Azure is refused" 1 'azure-attested-data/region' 5802 azure-attested-data elsewhere
echo stale > "$k/mode"
probed "identity: a document of Azure for another nonce is refused" 1 'azure-attested-data/nonce' 5802 azure-attested-data
echo good > "$k/mode"
probed "identity: Google signs our challenge as audience: fresh, and no more than that" 0 \
	'attest.verdict accept .*attest.fresh (yes|true) .*attest.binding none .*attest.region asia-northeast1 .*attest.place.grade C' 5803 gcp-identity-token
check "identity: the audience ends with 64 hexadecimal digits" grep -qE 'audience=sekimori%2F[0-9a-f]{64}$' "$dir/imds.log"
probed "identity: an audience that is not ours is refused" 1 'gcp-identity-token/audience' 5803 gcp-identity-token elsewhere
echo recorded > "$k/mode"
sed 's/roots = \[ "spki:[0-9a-f]*" \]/roots = [ "*" ]/' "$dir/policy" > "$dir/any-google"
jwks=$data/gcp-identity/jwks-2025-02.json
probed "identity: a recorded token of Google that ran out is refused" 1 'gcp-identity-token/time' 5803 gcp-identity-token any-google
unset jwks
echo good > "$k/mode"
check "identity: three questions are three challenges" sh -c "[ \$(grep -oE 'audience=[^ ]*' '$dir/imds.log' | sort -u | wc -l) = \$(grep -c 'audience=' '$dir/imds.log') ]"

lacking "identity: without a session token nothing is had" notoken 'GET: it answers with status 401' 5801 ec2-identity
lacking "identity: an answer that is cut is none" cut 'ends after [0-9]+ octets, in the middle' 5801 ec2-identity
lacking "identity: nor one that is too long" oversized 'more than 131072' 5802 azure-attested-data
lacking "identity: a redirection is not followed" redirect 'status 302' 5803 gcp-identity-token
lacking "identity: two lengths are refused" twolengths 'two lengths' 5802 azure-attested-data
lacking "identity: a service that is silent is left" silent 'takes longer than 3000 ms' 5801 ec2-identity
lacking "identity: and one that drips" drip 'takes longer than 3000 ms' 5802 azure-attested-data
lacking "identity: and one that stops" slow 'takes longer than 3000 ms' 5803 gcp-identity-token
lacking "identity: octets that are no session token are refused" binary 'session token that is none' 5801 ec2-identity
lacking "identity: an answer without Google's field is refused" flavorless 'no Metadata-Flavor' 5803 gcp-identity-token
echo chunked > "$k/mode"
probed "identity: chunks are put together" 0 'attest.verdict accept' 5802 azure-attested-data
echo binary > "$k/mode"
probed "identity: noise in place of a document is judged and refused" 1 'azure-attested-data/form' 5802 azure-attested-data
echo good > "$k/mode"
probed "identity: another cloud's kind is lacking" 3 'no such evidence' 5801 azure-attested-data

# Elsewhere than at the real address: said in the log.  Port 80 is then closed to it.
python3 tests/lab/imds.py 8080 "$data/aws-iid/ap-southeast-2.rsa2048.p7s.der" "$data/gcp-identity/europe-west1-b-2025.jwt" "$k" > "$dir/imds2.log" 2>&1 &
until_true 10 grep -q ready "$dir/imds2.log"
begin 5804 --imds aws --imds-address 127.0.0.1:8080
check "identity: another address than the real one is told in the log" grep -q 'asked at 127.0.0.1:8080 and not at 169.254.169.254:80: this is for tests' "$dir/witness.5804"
probed "identity: and is asked" 0 'attest.verdict accept' 5804 ec2-identity
begin 5806 --imds aws --imds-address 169.254.169.254:8080
check "identity: and so is another port of it" grep -q 'asked at 169.254.169.254:8080 and not at 169.254.169.254:80: this is for tests' "$dir/witness.5806"
probed "identity: which is asked, too" 0 'attest.verdict accept' 5806 ec2-identity
begin 5805 --file "ec2-identity:document=$data/aws-iid/ap-southeast-2.rsa2048.p7s.der"
probed "identity: a document by --file stays as it was" 0 'attest.verdict accept' 5805 ec2-identity
check "identity: without --imds no TCP is open" sh -c "! grep -q 'TCP to port' '$dir/witness.5805'"
calls() { sed -n 's/.*seccomp \([0-9]*\) calls.*/\1/p' "$dir/witness.$1"; }
check "identity: with it, not the calls of a TPM behind a socket" [ "$(calls 5801)" -lt "$(calls 5805)" ]
kill $imds; wait $imds 2>/dev/null
probed "identity: no metadata service is said" 3 'PUT: no connection' 5801 ec2-identity
check "identity: the witness wants a cloud it knows" sh -c "! '$witness' --imds oracle 2> '$dir/out' && grep -q 'no CLOUD' '$dir/out'"
check "identity: it wrote nothing that a sanitizer has to say" sh -c "! grep -l 'Sanitizer\|runtime error' '$dir'/witness.*"
