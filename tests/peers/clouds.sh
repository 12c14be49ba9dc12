# SPDX-License-Identifier: Apache-2.0
# The inventory of Azure, Google Cloud, Kubernetes (stand-ins that check every credential for real; simulated) and OpenStack (the
# real Keystone, simulated services behind it): good, throttled, cut, moved, contradicting itself, with rights and without.
cd "$(dirname "$program")/../.." || exit 1
python=/usr/bin/python3
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 3 \
	-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
declare -A port=([azure]=8501 [google]=8502 [kubernetes]=8503 [openstack]=8504) at=([azure]=https://localhost:8501
	[google]=https://localhost:8502 [kubernetes]=https://localhost:8503 [openstack]=https://localhost:8500/v3)
mkdir -p "$dir"/{azure,google,kubernetes,openstack,keystone}
tests/lab/keystone.sh "$dir/keystone" 8500 "$dir/cert.pem" "$dir/key.pem" https://localhost:8504 > "$dir/keystone.log" 2>&1 &
for cloud in azure google kubernetes; do
	$python "tests/lab/cloud_$cloud.py" "$dir/$cloud" ${port[$cloud]} "$dir/cert.pem" "$dir/key.pem" > "$dir/$cloud.log" 2>&1 &
	await listens 127.0.0.1:${port[$cloud]}
done
# inventory CLOUD CREDENTIAL OPTION...: into $dir/out
inventory() {
	local file=$dir/$1/$2.json options=() option
	[ "$1" != openstack ] || file=$dir/keystone/$2.json
	for option in "provider=$1" "endpoint=${at[$1]}" "credential=$file" "trust=$dir/cert.pem" "${@:3}"; do
		options+=(--option "$option")
	done
	"$program" probe inventory --deadline "${seconds:-60}s" "${options[@]}" > "$dir/out" 2>&1
}
sees() { grep -qE "$1" "$dir/out" || { cat "$dir/out"; tail -n 3 "$dir/$cloud.log"; return 1; }; }
lacks() { ! grep -qE "$1" "$dir/out" || { cat "$dir/out"; return 1; }; }
fault() { echo "$*" > "$dir/$cloud/fault"; }

# cloud_good CLOUD CREDENTIAL COUNT PLACES: everything in pages of two or three, whole, with rights that only read.
cloud_good() {
	inventory "$1" "$2"
	check "$1: everything is read, page by page" eval "sees '^inventory  up' && sees 'inventory.count *$3\$' && sees 'inventory.whole *yes'"
	check "$1: its places" sees "inventory.places  *$4\$"
	check "$1: the credential only reads" sees 'inventory.rights *read'
}
# cloud_bad CLOUD GOOD STRONG WRONG: the same with what may go wrong.
cloud_bad() {
	inventory "$1" "$3"
	check "$1: a credential that may write is refused, and its rights are named" eval \
		'sees "^inventory  unknown .*may do more than read" && lacks "inventory.count"'
	inventory "$1" "$3" allow_write=true
	check "$1: unless that is allowed; then it is said" eval 'sees "^inventory  up" && sees "inventory.rights *write"'
	inventory "$1" "$4"
	check "$1: a wrong credential is refused by the API" sees '^inventory  unknown .*(refuses|HTTP 40[01])'
	fault expired; inventory "$1" "$2"
	check "$1: a token that has run out is no empty inventory" eval 'sees "^inventory  (unknown|degraded)" && lacks "inventory.whole *yes"'
	fault throttle; inventory "$1" "$2"
	check "$1: 429 with Retry-After is waited for" eval 'sees "^inventory  up" && sees "inventory.throttled *[1-9]"'
	fault storm; seconds=6 inventory "$1" "$2"
	check "$1: 429 without end is unknown" sees '^inventory  unknown .*(asks to wait|time of the round|before the deadline)'
	fault truncate; inventory "$1" "$2"
	check "$1: JSON cut in its middle is unknown" eval 'sees "^inventory  unknown .*ends early" && lacks "inventory.count"'
	fault short; inventory "$1" "$2"
	check "$1: a connection that ends early is no answer" eval 'sees "^inventory  unknown" && lacks "inventory.count"'
	fault denied; inventory "$1" "$2"
	check "$1: where everything is forbidden, nothing is said" eval 'sees "^inventory  (unknown|degraded)" && lacks "inventory.whole *yes"'
	fault endless; inventory "$1" "$2"
	check "$1: pages without end are bounded, and that is said" eval 'sees "^inventory  (degraded|unknown) .*(more than 1000 pages|names itself)" && lacks "inventory.whole *yes"'
	fault twice; inventory "$1" "$2"
	check "$1: page 2 that contradicts page 1 is said" eval 'sees "^inventory  degraded .*two things" && sees "inventory.contradictions.count *[1-9]"'
	fault; rm -f "$dir/$1/asked"
}
# cloud_moves CLOUD CREDENTIAL MACHINE HERE THERE [IN USE]
cloud_moves() {
	inventory "$1" "$2" kind=machine "resource=$3"
	check "$1: one machine, by its identifier" eval "sees '^inventory  up' && sees 'inventory.place *$4\$'"
	[ -z "${6:-}" ] || check "$1: and how it computes, by the provider's word" sees "inventory.in_use *$6\$"
	fault moved; inventory "$1" "$2" kind=machine "resource=$3"
	check "$1: it is elsewhere now" sees "$5"
	fault; inventory "$1" "$2" kind=machine resource=nothing-of-that-name
	check "$1: one that does not exist is said to be none" sees '^inventory  down .*knows no such'
}

cloud=azure
echo 3 > "$dir/azure/page"
cloud_good azure eyes 14 'azure/japaneast, azure/japanwest, azure/southeastasia'
inventory azure eyes kind=bucket resource=subscribers
check "azure: geo-replication is an edge to the paired region" sees 'inventory.edges .*replication from azure/japaneast to azure/japanwest'
inventory azure eyes kind=snapshot resource=amf-1-copy
check "azure: a snapshot copied abroad is an edge from its disk's region" sees 'inventory.edges .*snapshot copy from azure/japaneast to azure/southeastasia'
inventory azure eyes kind=bucket resource=charging
check "azure: a container for everybody is public" eval 'sees "inventory.public *yes" && sees "inventory.shared *any tenant"'
inventory azure eyes kind=database resource=charging
check "azure: backups of a database go to the paired region" sees 'inventory.edges .*backup from azure/japaneast to azure/japanwest'
inventory azure data
check "azure: rights to read stored data are more than reading the configuration" sees '^inventory  unknown .*blobs/read'
cloud_moves azure eyes 0a8c5b1e-1111-4222-8333-000000000001 azure/japaneast 'inventory.place *azure/southeastasia' confidential-vm
cloud_bad azure eyes hands wrong

cloud=google
cloud_good google eyes 19 'google/asia, google/asia-northeast1, google/asia-northeast2, google/global, google/us-central1'
inventory google eyes kind=bucket resource=subscribers
check "google: a dual-region is an edge to its other region" sees 'inventory.edges .*replication from google/asia-northeast1 to google/asia-northeast2'
inventory google eyes kind=database resource=udr-far
check "google: a replica abroad is an edge from its source, and open to the world" eval \
	'sees "inventory.edges .*replication from google/asia-northeast1 to google/us-central1" && sees "inventory.public *yes"'
inventory google eyes kind=bucket resource=charging
check "google: allUsers is public; a multi-region's regions are unknown" eval 'sees "inventory.public *yes" && sees "inventory.unread .*multi-region"'
cloud_moves google eyes 4152001 google/asia-northeast1 'inventory.place *google/us-central1' confidential-vm
cloud_bad google eyes hands wrong

cloud=kubernetes
cloud_good kubernetes eyes 8 'aws/ap-northeast-1'
inventory kubernetes eyes kind=cluster
check "kubernetes: encryption of secrets is unknown, with the reason" eval 'sees "inventory.all.unknown.count *1"'
inventory kubernetes peeps
check "kubernetes: who reads secrets may do more than read" sees '^inventory  unknown .*secrets'
cloud_moves kubernetes eyes i-worker-1 aws/ap-northeast-1 'inventory.place *aws/us-east-1'
cloud_bad kubernetes eyes hands wrong

cloud=openstack
until_true 90 test -e "$dir/keystone/READY" || { echo "      in vain: Keystone"; tail -n 20 "$dir/keystone.log"; }
$python tests/lab/cloud_openstack.py "$dir/openstack" 8504 "$dir/cert.pem" "$dir/key.pem" "$dir/keystone" > "$dir/openstack.log" 2>&1 &
await listens 127.0.0.1:8504
cloud_good openstack eyes 15 'openstack/osaka, openstack/tokyo'
cloud_good openstack eyes-app 15 'openstack/osaka, openstack/tokyo'
inventory openstack eyes kind=bucket resource=backups
check "openstack: a container that is synchronised elsewhere is an edge whose end is unknown" sees 'inventory.edges .*replication from openstack/tokyo to unknown'
cloud_moves openstack eyes b0000000-0000-4000-8000-000000000001 openstack/tokyo 'inventory.zone *abroad-az1'
cloud_bad openstack eyes hands eyes-wrong

# What may not be seen anywhere: secrets of the credential files, in what was printed or in arguments.
secret=$($python -c 'import json, sys; print(json.load(open(sys.argv[1]))["client_secret"])' "$dir/azure/eyes.json")
inventory azure eyes
check "clouds: the secret is in no output" eval '! grep -qF -- "$secret" "$dir/out" && ! "$program" probe inventory --json --option provider=azure --option "endpoint=${at[azure]}" --option "credential=$dir/azure/wrong.json" --option "trust=$dir/cert.pem" | grep -qF -- "$secret"'
cloud=azure
fault storm
rm -f "$dir/azure/asked"
echo "$secret" > "$dir/secret"	# grep by a file: its own arguments are looked at, too
seconds=60 inventory azure eyes &
asking=$!
await grep -q ' 429$' "$dir/azure/asked"	# then it has confined itself
helper=$(pgrep -f '^sekimori-inventory' | head -n 1)
check "clouds: while the helper asks, the secret is in no arguments and no environment" eval '[ -n "$helper" ] && ! cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -qaFf "$dir/secret"'
check "clouds: the helper can leave no core" eval 'grep -qE "^Max core file size +0 +0" "/proc/$helper/limits"'
kill "$helper"; wait $asking
fault
