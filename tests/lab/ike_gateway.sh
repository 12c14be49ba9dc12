# SPDX-License-Identifier: Apache-2.0
# Sourced: an IKEv2 gateway (strongSwan) at 127.0.0.1 that lets clients begin with EAP, as an N3IWF or ePDG does, and signs first.
# ike_gateway FOLDER CERTIFICATE KEY [PORT]: KEY is a file, or handle:0x... of a key in the TPM that answers at PORT as
# Microsoft's simulator does.  Its process is in $ike_gateway; end it by ike_gateway_end.
ike_gateway() {
	local at=$1 certificate=$2 key=$3 port=${4:-} secrets=
	rm -rf "$at"; mkdir -p "$at/private"
	case $key in
	handle:0x*) secrets="token-own { handle = ${key#handle:0x}
	}" ;;
	*) cp "$key" "$at/private/own.key" ;;
	esac
	cat > "$at/strongswan.conf" <<-CONF
		charon-systemd {
		  load = random nonce openssl gcm kdf sha1 sha2 hmac pem pkcs1 pkcs8 x509 pubkey constraints tpm md5 eap-md5 kernel-libipsec kernel-netlink socket-default vici
		  routing_table = 0
		  filelog {
		    f {
		      path = $at/log
		      ike = 1
		    }
		  }
		  plugins {
		    vici {
		      socket = unix://$at/vici
		    }
		    tpm {
		      tcti {
		        name = mssim
		        opts = "host=127.0.0.1,port=$port"
		      }
		    }
		  }
		}
	CONF
	cat > "$at/swanctl.conf" <<-CONF
		connections {
		  n3iwf {
		    version = 2
		    local_addrs = 127.0.0.1
		    proposals = aes256gcm16-prfsha384-ecp384
		    local {
		      auth = pubkey
		      certs = $certificate
		      id = 127.0.0.1
		    }
		    remote {
		      auth = eap-md5
		      id = %any
		    }
		  }
		}
		secrets {
		  $secrets
		}
	CONF
	# A /run of its own: charon leaves its marks there.
	STRONGSWAN_CONF="$at/strongswan.conf" unshare --mount bash -c 'mount -t tmpfs none /run && exec charon-systemd' > "$at/out" 2>&1 &
	ike_gateway=$!
	await [ -S "$at/vici" ]
	swanctl --load-all --noprompt --file "$at/swanctl.conf" --uri "unix://$at/vici" > "$at/loaded" 2>&1
	[ "$(grep -cE "loaded (connection|key|.* key)" "$at/loaded")" -ge 2 ] || { cat "$at/loaded"; return 1; }
}
ike_gateway_end() { kill "$ike_gateway" 2>/dev/null; wait "$ike_gateway" 2>/dev/null; ike_gateway=; }
