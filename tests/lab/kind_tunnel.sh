# SPDX-License-Identifier: Apache-2.0
# strongSwan at both ends of N3 and N4: a gateway in tokyo, and one on the monitor's own host.  The kernel may have no ESP:
# kernel-libipsec carries it in user space, in UDP.  Sourced by lab.
#
#   lab tunnel DIR VERB...     of the end on the premises: rekey n4, pfs n4 (from now on with a key exchange)

tunnel_uri() { echo "unix://$dir/run/$1/vici"; }

tunnel_children() {	# NAME LOCAL REMOTE GROUP_OF_N4
	cat > "$dir/run/$1/swanctl.conf" <<-END
	connections {
	  n3 {
	    version = 2
	    local_addrs = $2
	    remote_addrs = $3
	    encap = yes
	    proposals = aes256gcm16-prfsha384-ecp384
	    local {
	      auth = psk
	      id = $1.lab
	    }
	    remote {
	      auth = psk
	    }
	    children {
	      n3 {
	        local_ts = $(tunnel_inner "$2")/32
	        remote_ts = $(tunnel_inner "$3")/32
	        esp_proposals = aes256gcm16-ecp384
	      }
	      n4 {
	        local_ts = $(tunnel_inner "$2")/32[udp/8805]
	        remote_ts = $(tunnel_inner "$3")/32[udp/8805]
	        esp_proposals = aes256gcm16$4
	      }
	    }
	  }
	}
	secrets {
	  ike-lab {
	    secret = only-of-this-lab
	  }
	}
	END
}

tunnel_inner() { echo "203.0.113.1${1##*.}"; }
tunnel_other() { echo "$further" | awk -v name="$1" '$3 == "tunnel" && $1 != name { print $4 }'; }

tunnel_conf() {	# NAME ADDRESS
	run=$dir/run/$1
	cat > "$run/strongswan.conf" <<-END
	charon-systemd {
	  load = random nonce openssl curve25519 gmp gcm aes sha1 sha2 hmac kdf pem pkcs1 x509 pubkey constraints kernel-libipsec kernel-netlink socket-default vici
	  routing_table = 0
	  block_threshold = 0
	  filelog {
	    f {
	      path = $run/log
	      ike = 1
	    }
	  }
	  plugins {
	    vici {
	      socket = unix://$run/vici
	    }
	  }
	}
	END
	tunnel_children "$1" "$2" "$(tunnel_other "$1")" ""
}

tunnel_start() {	# NAME ADDRESS SITE
	run=$dir/run/$1
	rm -f "$run/vici"
	inside "$3" ip addr replace "$(tunnel_inner "$2")/32" dev lo
	# Both ends have the same files in /run otherwise.
	STRONGSWAN_CONF=$run/strongswan.conf ip netns exec "$(space "$3")" setsid unshare --mount \
		sh -c 'mount -t tmpfs none /run && exec charon-systemd' >"$run/error.log" 2>&1 </dev/null &
	echo $! > "$run/pid"
}

# The one on the premises starts last: both are there, and the tunnels are set up.
tunnel_ready() {	# NAME ADDRESS SITE
	[ -S "$dir/run/$1/vici" ] && tunnel_load "$1" && [ -S "$dir/run/ipsec/vici" ] || return 1
	[ "$1" = ipsec ] || return 0
	# The monitor's worker is not root: the socket gets its group, as an operator would give it one.
	chgrp "$hsm_nobody" "$dir/run/$1/vici"
	hsm_reachable "$dir/run/$1"
	tunnel_do ipsec --initiate --child n3 && tunnel_do ipsec --initiate --child n4
}

tunnel_do() {	# NAME ARGUMENTS of swanctl
	tunnel_name=$1
	shift
	: > "$dir/run/empty.conf"	# the host's own is none of ours
	STRONGSWAN_CONF=$dir/run/empty.conf swanctl "$@" --uri "$(tunnel_uri "$tunnel_name")" >>"$dir/run/$tunnel_name/swanctl.log" 2>&1
}

tunnel_load() { tunnel_do "$1" --load-all --file "$dir/run/$1/swanctl.conf"; }

lab_tunnel() {	# rekey|pfs CHILD
	case ${1:-} in
	rekey) tunnel_do ipsec --rekey --child "$2" ;;
	pfs)
		for name in secgw-tokyo-1 ipsec; do
			tunnel_children "$name" "$(field "$name" 4)" "$(tunnel_other "$name")" "-ecp384"
			tunnel_load "$name"
		done
		tunnel_do ipsec --terminate --child "$2"
		tunnel_do ipsec --initiate --child "$2" ;;
	*) fail "lab tunnel DIR rekey|pfs CHILD" ;;
	esac
}
