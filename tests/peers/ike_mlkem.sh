# SPDX-License-Identifier: Apache-2.0
# The probes ike, ike-deep and vici against a strongSwan that agrees on ML-KEM (RFC 9370, an additional key exchange): a gateway in a
# network of its own and an initiator here, both Debian 14's.  A second address of the gateway takes what charon of Debian 12 can do.
. tests/judge.sh
if ! charon6=$(tests/lab/strongswan6.sh 2>"$dir/fetch"); then
	skip "ike: ML-KEM, against strongSwan 6: $(cat "$dir/fetch")"
	return
fi
export charon6 PATIENCE dir

charon() { # NAME
	mkdir -p "$dir/$1"
	cat > "$dir/$1/strongswan.conf" <<-CONF
		charon-systemd {
		  load = random nonce openssl gcm pem pkcs1 x509 pubkey constraints kernel-libipsec kernel-netlink socket-default vici
		  routing_table = 0
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
		  }
		}
	CONF
	STRONGSWAN_CONF="$dir/$1/strongswan.conf" unshare --mount bash -c 'mount -t tmpfs none /run && exec "$charon6"' >"$dir/$1/out" 2>&1 &
	await [ -S "$dir/$1/vici" ]
}

connection() { # NAME LOCAL REMOTE IKE_PROPOSAL ESP_PROPOSAL LOCAL_TS REMOTE_TS
	cat <<-CONF
		  $1 {
		    version = 2
		    local_addrs = $2
		    remote_addrs = $3
		    encap = yes
		    proposals = $4
		    local {
		      auth = psk
		      id = $2
		    }
		    remote {
		      auth = psk
		    }
		    children {
		      $1 {
		        local_ts = 198.51.100.$6/32
		        remote_ts = 198.51.100.$7/32
		        esp_proposals = $5
		      }
		    }
		  }
	CONF
}

connections() { # NAME OURS THEIRS: the last octets
	{
		echo "connections {"
		connection n2 "192.0.2.$2" "192.0.2.$3" aes256gcm16-prfsha384-x25519-ke1_mlkem768 aes256gcm16-x25519-ke1_mlkem768 "$2" "$3"
		connection n4 "192.0.2.1$2" "192.0.2.1$3" aes256gcm16-prfsha384-x25519 aes256gcm16-x25519 "1$2" "1$3"
		printf '}\nsecrets {\n  ike-lab {\n    secret = only-of-this-lab\n  }\n}\n'
	} > "$dir/$1/swanctl.conf"
	swanctl --load-all --file "$dir/$1/swanctl.conf" --uri "unix://$dir/$1/vici" >"$dir/$1/loaded" 2>&1
}

sees() { grep -qE "$1" "$dir/out" || { cat "$dir/out"; tail -n 20 "$dir"/*/log; return 1; }; }
asked() { "$program" probe "$@" > "$dir/out" 2>&1; }
ours() { swanctl "$@" --uri "unix://$dir/amf/vici" > "$dir/swanctl" 2>&1; }
shows() { asked vici --option "socket=$dir/amf/vici"; grep -q "$1" "$dir/out"; }

mkdir -p "$dir/gw" "$dir/amf"
unshare --net sleep 600 & far=$!
apart() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
await apart $far
ip link add near0 type veth peer name far0 netns "$far"
there() { nsenter --target "$far" --net "$@"; }
there ip link set lo up
for n in 1 11; do ip addr add 198.51.100.$n/32 dev lo; ip addr add 192.0.2.$n/24 dev near0; done
for n in 2 12; do there ip addr add 198.51.100.$n/32 dev lo; there ip addr add 192.0.2.$n/24 dev far0; done
ip link set near0 up && there ip link set far0 up
export -f charon await until_true
there bash -c 'charon gw'
charon amf
connections gw 2 1
connections amf 1 2

capture_begin "$dir/wire.pcap" 'udp port 500 or udp port 4500' near0 192.0.2.2
asked ike 192.0.2.2 --source 192.0.2.1
check "ike: strongSwan 6 chooses ML-KEM-768 beside X25519" eval 'sees "^192.0.2.2:500  up" && sees "ike.pq *MLKEM768"'
asked ike-deep 192.0.2.2 --source 192.0.2.1 --deadline 15s --option pause=1ms
check "ike-deep: it accepts ML-KEM-768 and no other additional exchange" sees 'ike.accepted.additional *MLKEM768$'
asked ike 192.0.2.12 --source 192.0.2.11
check "ike: an address without it chooses none" eval 'sees "ike.pq *none" && ! grep -q MLKEM "$dir/out"'
ours --initiate --child n2
await shows 'sa.ike '
check "vici: an IKE SA in use was agreed with ML-KEM-768, its first CHILD SA by it" eval \
	'sees "sa.ike *n2 .*/CURVE_25519\+ML_KEM_768$" && sees "sa.children *n2 .*keys of the IKE SA"'
ours --rekey --child n2
await shows 'sa.children.*+ML_KEM_768'
check "vici: after a rekey the CHILD SA has ML-KEM-768 of its own" eval 'sees "^vici  up" && sees "sa.children *n2 .*/CURVE_25519\+ML_KEM_768$"'
ours --initiate --child n4
await shows 'sa.count *2'
check "vici: an IKE SA without it is told apart" sees 'n4 AES_GCM_16_256/PRF_HMAC_SHA2_384/CURVE_25519(,|$)'
capture_end
judged "ike: tshark finds nothing wrong with any datagram of these" "$dir/wire.pcap" 20 isakmp
