# SPDX-License-Identifier: Apache-2.0
# The probes ike, ike-deep and vici against strongSwan: a gateway in a network of its own, and an initiator here that sets up
# real CHILD SAs with it and rekeys them.  The kernel here has no ESP: kernel-libipsec carries it in user space, in UDP.
. tests/judge.sh
export STRONGSWAN_CONF=$dir/strongswan.conf; : > "$STRONGSWAN_CONF"

# charon NAME: one daemon, with a /run and a folder of its own, in the network it is called in
charon() {
	mkdir -p "$dir/$1"
	sed "s|@DIR@|$dir/$1|g; s|@COOKIES@|${2:-30}|" > "$dir/$1/strongswan.conf" <<-'CONF'
		charon-systemd {
		  load = random nonce openssl curve25519 gmp gcm ccm aes des sha1 sha2 md5 hmac kdf pem pkcs1 x509 pubkey constraints kernel-libipsec kernel-netlink socket-default vici
		  routing_table = 0
		  cookie_threshold = @COOKIES@
		  filelog {
		    f {
		      path = @DIR@/log
		      ike = 1
		    }
		  }
		  plugins {
		    vici {
		      socket = unix://@DIR@/vici
		    }
		  }
		}
	CONF
	STRONGSWAN_CONF="$dir/$1/strongswan.conf" unshare --mount bash -c 'mount -t tmpfs none /run && exec charon-systemd' \
		>"$dir/$1/out" 2>&1 &
	await [ -S "$dir/$1/vici" ]
}

# connections NAME LOCAL REMOTE: what both ends are told; the second connection is weak and takes IKEv1 too
connections() {
	cat > "$dir/$1/swanctl.conf" <<-CONF
		connections {
		  n2 {
		    version = 2
		    local_addrs = $2
		    remote_addrs = $3
		    encap = yes
		    proposals = aes256gcm16-prfsha384-ecp384, aes128gcm16-prfsha256-x25519
		    local {
		      auth = psk
		      id = $1.lab
		    }
		    remote {
		      auth = psk
		    }
		    children {
		      n3 {
		        local_ts = 198.51.100.$4/32
		        remote_ts = 198.51.100.$5/32
		        esp_proposals = aes256gcm16-ecp384
		      }
		      n4 {
		        local_ts = 198.51.100.$4/32[udp/8805]
		        remote_ts = 198.51.100.$5/32[udp/8805]
		        esp_proposals = aes256-sha256
		      }
		    }
		  }
		  old {
		    version = 0
		    local_addrs = ${2%.*}.1$4
		    remote_addrs = ${3%.*}.1$5
		    encap = yes
		    proposals = 3des-md5-modp1024, aes128-sha1-modp2048
		    local {
		      auth = psk
		      id = $1.lab
		    }
		    remote {
		      auth = psk
		    }
		    children {
		      oam {
		        local_ts = 198.51.100.1$4/32
		        remote_ts = 198.51.100.1$5/32
		        esp_proposals = 3des-md5
		      }
		    }
		  }
		}
		secrets {
		  ike-lab {
		    secret = only-of-this-lab
		  }
		}
	CONF
	swanctl --load-all --file "$dir/$1/swanctl.conf" --uri "unix://$dir/$1/vici" >"$dir/$1/loaded" 2>&1
}

asked() { "$program" probe "$@" > "$dir/out" 2>&1; }
ours() { swanctl "$@" --uri "unix://$dir/amf/vici" > "$dir/swanctl" 2>&1; }
sas() { asked vici --option "socket=$dir/amf/vici" "$@"; }

mkdir -p "$dir/far"
unshare --net sleep 600 & far=$!
apart() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
await apart $far
ip link add near0 type veth peer name far0 netns "$far"
ip addr add 192.0.2.1/24 dev near0 && ip addr add 192.0.2.11/24 dev near0 && ip link set near0 up
there() { nsenter --target "$far" --net "$@"; }
for n in 1 11; do ip addr add 198.51.100.$n/32 dev lo; done
for n in 2 12; do there ip addr add 198.51.100.$n/32 dev lo; done
there ip link set lo up && there ip addr add 192.0.2.2/24 dev far0 && there ip addr add 192.0.2.12/24 dev far0 && there ip link set far0 up

export -f charon await until_true
export PATIENCE
export dir
there bash -c 'charon gw 1'
charon amf
connections gw 192.0.2.2 192.0.2.1 2 1
connections amf 192.0.2.1 192.0.2.2 1 2

capture_begin "$dir/wire.pcap" 'udp port 500 or udp port 4500' near0 192.0.2.2

asked ike 192.0.2.2 --source 192.0.2.1
check "ike: a gateway that takes today's algorithms is up" grep -q ' up ' "$dir/out"
check "ike: what it chose" grep -q 'ike.group *ECP384' "$dir/out"
asked ike 192.0.2.2:4500 --source 192.0.2.1
check "ike: on port 4500 with the marker, its cookie is sent back" grep -q 'ike.cookie *yes' "$dir/out"
asked ike-deep 192.0.2.2 --source 192.0.2.1 --deadline 15s --option pause=1ms
check "ike-deep: all that it accepts, and no more" grep -q 'ike.accepted.groups *ECP384, CURVE25519$' "$dir/out"
check "ike-deep: nothing weak, IKEv1 refused" sh -c "grep -q 'ike.weak.count *0' '$dir/out' && grep -q 'ike.v1 *refused' '$dir/out'"
asked ike 192.0.2.12 --source 192.0.2.11
check "ike: a gateway of yesterday's algorithms is degraded" grep -q 'degraded.*none of today' "$dir/out"
asked ike-deep 192.0.2.12 --source 192.0.2.11 --deadline 15s --option pause=1ms
check "ike-deep: each weak one is found, and IKEv1" grep -q \
	'degraded.*IKEv1.*3DES MD5 MODP1024 PSK, and .*weak: MODP1024, 3DES, HMAC_MD5, HMAC_SHA1, HMAC_MD5_96, HMAC_SHA1_96' "$dir/out"
capture_end
judged "ike: tshark finds nothing wrong with any datagram" "$dir/wire.pcap" 200 isakmp

sas
check "vici: a daemon without SAs is unknown, not up" grep -q ' unknown ' "$dir/out"
ours --initiate --child n3
sas --option children=n3
check "vici: a first CHILD SA shows no key exchange, and that is right" sh -c "grep -q ' up ' '$dir/out' && grep -q 'n3 TUNNEL ESP-in-UDP AES_GCM_16_256 (keys of the IKE SA)' '$dir/out'"
sas --option children=n3,n9
check "vici: a declared CHILD SA that is missing is found" grep -q 'degraded.*CHILD SA n9: declared, and not there' "$dir/out"
sleep 4
ours --rekey --child n3
shows() { sas; grep -q "$1" "$dir/out" && grep -q "${2:-.}" "$dir/out"; }
await shows ' up ' 'n3 .*/ECP_384'
check "vici: after a rekey the key exchange is there" sh -c "grep -q ' up ' '$dir/out' && grep -q 'n3 .*/ECP_384' '$dir/out'"
ours --initiate --child n4; ours --rekey --child n4
await shows 'degraded.*CHILD SA n4: keyed anew without a key exchange'
check "vici: a rekey without PFS is found" grep -q 'degraded.*CHILD SA n4: keyed anew without a key exchange' "$dir/out"
ours --initiate --child oam
sas
check "vici: weak algorithms in use are found" sh -c "grep -q 'CHILD SA oam: 3DES is weak' '$dir/out' && grep -q 'IKE SA old: MODP1024 is weak' '$dir/out'"
sas --option max_age=2s
check "vici: an SA older than allowed is found" grep -q 'IKE SA n2: older than max_age allows' "$dir/out"
