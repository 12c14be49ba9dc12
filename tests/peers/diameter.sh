# SPDX-License-Identifier: Apache-2.0
# The diameter probe against freeDiameter: TLS from the first octet, inband TLS, plaintext allowed, and one that does not know us.
# Port + 1 is the one with TLS from the first octet.
. tests/judge.sh
ip link add v0 type veth peer name v1
ip addr add 192.0.2.1/24 dev v0
ip link set v0 up; ip link set v1 up
printf '127.0.0.1 localhost\n192.0.2.1 hss.lab monitor.lab\n' > "$dir/hosts"
mount --bind "$dir/hosts" /etc/hosts	# freeDiameter asks for the names of peers before it speaks
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/ca.key" -out "$dir/ca.pem" -days 3 -subj /CN=ca.lab 2>/dev/null
issue() {	# NAME SAN
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/$1.key" -out "$dir/$1.csr" -subj "/CN=$1" 2>/dev/null
	printf 'subjectAltName=%s\n' "$2" > "$dir/$1.ext"
	openssl x509 -req -in "$dir/$1.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -days 3 -extfile "$dir/$1.ext" -out "$dir/$1.pem" 2>/dev/null
}
issue hss.lab DNS:hss.lab
issue monitor.lab DNS:monitor.lab
openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out "$dir/dh.pem" 2>/dev/null
peer() {	# NAME PORT CERTIFICATE ACL
	echo "$4" > "$dir/$1.acl"
	cat > "$dir/$1.conf" <<-END
	Identity = "hss.lab";
	Realm = "lab";
	ListenOn = "192.0.2.1";
	Port = $2;
	SecPort = $(($2 + 1));
	No_SCTP;
	No_IPv6;
	AppServThreads = 1;
	TLS_Cred = "$dir/$3.pem", "$dir/$3.key";
	TLS_CA = "$dir/ca.pem";
	TLS_DH_File = "$dir/dh.pem";
	LoadExtension = "/usr/lib/freeDiameter/acl_wl.fdx" : "$dir/$1.acl";
	END
	freeDiameterd -c "$dir/$1.conf" >"$dir/$1.log" 2>&1 </dev/null &
}
peer good 3868 hss.lab monitor.lab
peer inband 3878 hss.lab "ALLOW_OLD_TLS monitor.lab"
peer bad 3888 hss.lab "ALLOW_IPSEC monitor.lab"
peer strange 3898 hss.lab "somebody.lab"
for port in 3869 3879 3889 3899; do
	await listens 192.0.2.1:$port
done
capture_begin "$dir/wire.pcap" tcp
us="--option origin_host=monitor.lab --option origin_realm=lab --option server_name=hss.lab"
us="$us --option trust=$dir/ca.pem --option client_certificate=$dir/monitor.lab.pem --option client_key=$dir/monitor.lab.key"
says() {	# TEXT PORT OPTION...
	said=$1 port=$2
	shift 2
	# shellcheck disable=SC2086
	"$program" probe diameter "192.0.2.1:$port" $us "$@" > "$dir/out" 2>&1
	grep -q "$said" "$dir/out" || { cat "$dir/out"; cat "$dir/log"* 2>/dev/null; for f in "$dir"/*.log; do tail -n 5 "$f"; done; return 1; }
}
check "diameter: freeDiameter over TLS is up" says '3869  up' 3869
check "diameter: its certificate names its Origin-Host" grep -q 'diameter.origin.certified *yes' "$dir/out"
check "diameter: inband TLS is agreed and protects" says 'diameter.protected *yes' 3878 --option transport=inband
check "diameter: the peer said so" grep -q 'diameter.inband *TLS' "$dir/out"
check "diameter: in the clear it does not know the peer it knows under TLS" says 'DIAMETER_UNKNOWN_PEER' 3868 --option transport=tcp
check "diameter: and taken where it is allowed" says 'diameter.protected *no' 3888 --option transport=tcp
check "diameter: a peer that does not know us is not down" says 'degraded.*DIAMETER_UNKNOWN_PEER' 3899
check "diameter: nobody at the port is down" says 'down' 3999
cat > "$dir/permission" <<-'END'
permissions = ( { who = "the lab"; until = "9998-12-31"; why = "tests/peers"; hosts = [ "192.0.2.1" ]; attempts = [ "all" ]; } );
END
refuses() {	# TEXT PORT PLAINTEXT_PORT ATTEMPTS
	# shellcheck disable=SC2086
	"$program" probe diameter-refusal "192.0.2.1:$2" $us --option "permission=$dir/permission" --option "plaintext_port=$3" \
	    --option "attempts=$4" > "$dir/out" 2>&1
	grep -q -- "$1" "$dir/out" || { cat "$dir/out"; return 1; }
}
check "diameter-refusal: freeDiameter is proven closed to these" refuses 'up.*all 5 attempts were refused' 3869 3868 \
    plaintext,plaintext-port,no-client-certificate,wrong-ca,forged-ca
check "diameter-refusal: in the clear it does not know us" grep -q 'plaintext-port: refused.*DIAMETER_UNKNOWN_PEER' "$dir/out"
check "diameter-refusal: one that talks in the clear is found" refuses 'degraded.*plaintext-port was accepted.*2001' 3889 3888 plaintext,plaintext-port
capture_end
tshark -r "$dir/wire.pcap" -d tcp.port==3888,diameter -d tcp.port==3878,diameter -Y 'diameter && (_ws.malformed || diameter.avp.invalid-data)' > "$dir/complaints" 2>/dev/null
check "diameter: tshark finds nothing wrong with what was sent" test ! -s "$dir/complaints"
requests=$(tshark -r "$dir/wire.pcap" -d tcp.port==3878,diameter -Y 'diameter.flags.request == 1 && diameter.Inband-Security-Id == 1' 2>/dev/null | wc -l)
check "diameter: and it saw the offer of inband TLS" test "$requests" -ge 1
