# SPDX-License-Identifier: Apache-2.0
# distance through a path of known length: network namespaces, a process between them that holds every octet for a known
# time, and a real nginx behind it.  The bound must never be below the length of the path, whatever a front end plays.
forward=build/$V/tests/tools/delay_forward
[ -x "$forward" ] || make --no-print-directory V="$V" "$forward" >/dev/null 2>&1
for key in rsa:2048 ec; do
	# shellcheck disable=SC2046
	openssl req -x509 -nodes -newkey $key $([ $key = ec ] && echo -pkeyopt ec_paramgen_curve:P-256) -keyout "$dir/${key%:*}.key" \
		-out "$dir/${key%:*}.pem" -days 3 -subj /CN=far.lab 2>/dev/null
done
cat > "$dir/nginx.conf" <<END
daemon off; pid $dir/nginx.pid; error_log $dir/nginx.log; events { }
http { access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
	ssl_protocols TLSv1.2 TLSv1.3;
	server { listen 10.9.2.2:443 ssl; ssl_certificate $dir/ec.pem; ssl_certificate_key $dir/ec.key; }
	server { listen 10.9.2.2:444 ssl; ssl_certificate $dir/rsa.pem; ssl_certificate_key $dir/rsa.key; ssl_ecdh_curve secp384r1; } }
END
unshare --net sleep infinity & middle=$!
unshare --net sleep infinity & far=$!
in_ns() { nsenter -t "$1" -n "${@:2}"; }
until_true 5 sh -c "[ \$(readlink /proc/$middle/ns/net) != \$(readlink /proc/self/ns/net) ] && [ \$(readlink /proc/$far/ns/net) != \$(readlink /proc/self/ns/net) ]"
ip link add near0 type veth peer name near1 netns "$middle"
in_ns "$middle" ip link add far0 type veth peer name far1 netns "$far"
ip addr add 10.9.1.1/24 dev near0; ip link set near0 up
in_ns "$middle" sh -c 'ip link set lo up; ip addr add 10.9.1.2/24 dev near1; ip link set near1 up; ip addr add 10.9.2.1/24 dev far0; ip link set far0 up'
in_ns "$far" sh -c 'ip link set lo up; ip addr add 10.9.2.2/24 dev far1; ip link set far1 up'
in_ns "$far" nginx -p "$dir" -c "$dir/nginx.conf" &
serves() { in_ns "$far" bash -c '. tests/lib.sh; listens "$@"' - "$@"; }
await serves 10.9.2.2:443 10.9.2.2:444
path() { in_ns "$middle" "$forward" "10.9.1.2:$1" "10.9.2.2:$2" "${@:3}" & await listens "10.9.1.2:$1"; }	# PORT SERVER-PORT ONE-WAY-us [LIE]
measure() { "$program" probe distance "10.9.1.2:$1" --option pace=5ms --deadline 30s "${@:2}" > "$dir/$1" 2>&1; }
fact() { sed -n "s/^  $2  *//p" "$dir/$1"; }
# Kilometres of a path by its time one way: light in vacuum, 0.299792458 km a microsecond.
length_of() { awk -v us="$1" 'BEGIN { printf "%d", us * 0.299792458 }'; }
within() { [ -n "$1" ] && [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }

port=5000
for us in 100 500 1000 2500 5000; do
	port=$((port + 1)); path $port 443 $us; measure $port
	true_km=$(length_of $us); got=$(fact $port bound.km)
	check "distance: a path of $true_km km ($us us one way) is never said to be shorter: $got km" within "$got" "$true_km" 20038
	check "distance: nor much longer" within "$got" "$true_km" $((true_km + 1000))
	check "distance: of the key likewise: $(fact $port bound.signed.km) km" within "$(fact $port bound.signed.km)" "$true_km" $((true_km + 1500))
	check "distance: two thirds of it if all is fibre" within "$(fact $port bound.km.fibre)" $((got * 2 / 3)) $((got * 2 / 3 + 2))
done
check "distance: the kernel's stamps were used" grep -q 'rtt.clock *kernel' "$dir/5003"
check "distance: twenty-four handshakes" [ "$(fact 5003 rtt.samples)" = 24 ]
spki=$(openssl x509 -in "$dir/ec.pem" -noout -pubkey | openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1)
check "distance: the key that signed is named" [ "$(fact 5003 rtt.key)" = "$spki" ]

path 5011 443 2500 early; measure 5011
check "distance: the predictable first octets sent early gain nothing: $(fact 5011 bound.km) km" within "$(fact 5011 bound.km)" "$(length_of 2500)" 20038
path 5012 443 500 split 4000; measure 5012
check "distance: a front end near by: $(fact 5012 bound.km) km" within "$(fact 5012 bound.km)" "$(length_of 500)" 1200
check "distance: and the key behind it: $(fact 5012 bound.signed.km) km" within "$(fact 5012 bound.signed.km)" "$(length_of 2500)" 20038
path 5013 444 20000; measure 5013
check "distance: a server that asks for another group is not measured twice as far: $(fact 5013 bound.signed.km) km" \
	within "$(fact 5013 bound.signed.km)" "$(length_of 20000)" $(($(length_of 20000) * 9 / 5))
in_ns "$far" openssl s_server -quiet -accept 10.9.2.2:445 -cert "$dir/rsa.pem" -key "$dir/rsa.key" -tls1_2 </dev/zero >/dev/null 2>&1 &
in_ns "$far" openssl s_server -quiet -accept 10.9.2.2:446 -cert "$dir/rsa.pem" -key "$dir/rsa.key" -tls1_2 -cipher AES128-SHA </dev/zero >/dev/null 2>&1 &
await serves 10.9.2.2:445 10.9.2.2:446
path 5014 445 1000; measure 5014
check "distance: in TLS 1.2 only the key is bound" sh -c "! grep -q '^  bound.km ' '$dir/5014' && grep -q '^  rtt.unknown .*before TLS 1.3' '$dir/5014'"
check "distance: by what it signed: $(fact 5014 bound.signed.km) km" within "$(fact 5014 bound.signed.km)" "$(length_of 1000)" 1500
path 5015 446 1000; measure 5015
check "distance: RSA key exchange signs nothing, and nothing is said" grep -q '^10.9.1.2:5015  unknown .*without signing anything of ours' "$dir/5015"
check "distance: no bound at all" sh -c "! grep -q '^  bound' '$dir/5015'"

# Another judge of the times: tshark's own stamps of the same packets.
. tests/judge.sh
capture_begin "$dir/seen.pcap" "tcp port 5003" near0 10.9.1.2
measure 5003
capture_end
shortest=$(tshark -r "$dir/seen.pcap" -d tcp.port==5003,tls -Y 'tls.handshake.type == 1 || tls.handshake.type == 2' -T fields -e tcp.stream -e tls.handshake.type -e frame.time_epoch 2>/dev/null |
	awk '$2 == 1 { at[$1] = $3 } $2 ~ /^2/ && ($1 in at) { t = ($3 - at[$1]) * 1e6; if (best == "" || t < best) best = t } END { printf "%d", best }')
# Each of its stamps is cut to a microsecond.
check "distance: tshark measures the same least time ($shortest us beside $(fact 5003 rtt.min_us))" within "$(fact 5003 rtt.min_us)" $((shortest - 2)) $((shortest + 60))
