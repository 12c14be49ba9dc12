# SPDX-License-Identifier: Apache-2.0
# The radius probe against freeradius: servers that sign their answers and one that does not, other secrets, strangers; tshark is the judge.
. tests/judge.sh
mkdir "$dir/radius"
cat > "$dir/radius/radiusd.conf" <<END
name = lab
prefix = $dir/radius
logdir = $dir/radius
run_dir = $dir/radius
libdir = /usr/lib/freeradius
max_requests = 1024
security {
	status_server = yes
	allow_vulnerable_openssl = yes
}
modules {
	always ok {
		rcode = ok
	}
}
client lab {
	ipaddr = 127.0.0.1
	secret = testing123
}
END
# An authentication and an accounting port; 127.0.0.2 signs its answers, 127.0.0.3 does as older servers did.
for server in 127.0.0.2:yes 127.0.0.3:no; do
	signs='update reply {
			Message-Authenticator = 0x00
		}'
	[ "${server#*:}" = yes ] || signs=
	cat >> "$dir/radius/radiusd.conf" <<END
server at_${server%:*} {
	listen {
		type = auth
		ipaddr = ${server%:*}
		port = 1812
	}
	listen {
		type = acct
		ipaddr = ${server%:*}
		port = 1813
	}
	authorize {
		Autz-Type Status-Server {
			$signs
			ok
		}
	}
	accounting {
		Acct-Type Status-Server {
			$signs
			ok
		}
	}
}
END
done
freeradius -X -d "$dir/radius" -n radiusd -D /usr/share/freeradius > "$dir/radius.log" 2>&1 &
server=$!
await grep -q "Ready to process" "$dir/radius.log"
echo testing123 > "$dir/secret"; echo another > "$dir/other"; chmod 600 "$dir/secret" "$dir/other"
# NAME EXIT WORDS ADDRESS [OPTIONS]
probed() {
	probed_name=$1 probed_exit=$2 probed_words=$3
	shift 3
	"$program" probe radius "$@" > "$dir/out" 2>&1
	probed_got=$?
	if [ $probed_got = "$probed_exit" ] && grep -q "$probed_words" "$dir/out"; then pass "$probed_name"; else
		fail "$probed_name: exit $probed_got"; sed 's/^/      /' "$dir/out"; fi
}
capture_begin "$dir/radius.pcap" "udp port 1812 or udp port 1813"
probed "radius: freeradius that signs its answer is up" 0 'radius.message_authenticator *yes' 127.0.0.2 --option "secret=$dir/secret"
probed "radius: its accounting port is up" 0 'radius.answer *Accounting-Response' 127.0.0.2:1813 --option "secret=$dir/secret"
probed "radius: an answer without Message-Authenticator is a finding" 1 'CVE-2024-3596' 127.0.0.3 --option "secret=$dir/secret"
probed "radius: another secret is not answered, which is down" 1 'knows another secret' 127.0.0.2 --option "secret=$dir/other" --deadline 1s
probed "radius: a stranger that is answered is a finding" 1 'radius.stranger.answered *yes' 127.0.0.2 --option "secret=$dir/secret" --option expected=silence
probed "radius: a stranger that is not answered is unknown, not up" 3 'a dead peer is silent too' 127.0.0.2 --option "secret=$dir/other" --option expected=silence --deadline 1s
probed "radius: from an address that is no client there is no answer" 1 'knows another secret' 127.0.0.2 --option "secret=$dir/secret" --source 127.0.0.9 --deadline 1s
kill "$server"; wait "$server" 2>/dev/null
probed "radius: freeradius that has ended is down" 1 'connection refused' 127.0.0.2 --option "secret=$dir/secret"
capture_end
judged "radius: tshark reads every request and answer, and warns of none" "$dir/radius.pcap" 12 radius -o radius.shared_secret:testing123 -o radius.validate_authenticator:TRUE
tshark -r "$dir/radius.pcap" -Y 'radius.code == 12' -T fields -e radius.id -e radius.authenticator 2>/dev/null | sort | uniq -d > "$dir/repeated"
check "radius: no Status-Server is sent twice" test ! -s "$dir/repeated"
