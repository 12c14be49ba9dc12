# SPDX-License-Identifier: Apache-2.0
# The netconf probe through OpenSSH's sshd.  The subsystems behind it are simulated: Debian has no NETCONF server.
mkdir -p /run/sshd "$dir/keys"
for name in host login other; do ssh-keygen -q -t ed25519 -N '' -f "$dir/keys/$name"; done
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$dir/keys/rsa" 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$dir/keys/ec" 2>/dev/null
chmod 600 "$dir"/keys/*
for name in rsa ec; do ssh-keygen -y -f "$dir/keys/$name" > "$dir/keys/$name.pub"; done
cat "$dir/keys/login.pub" "$dir/keys/rsa.pub" "$dir/keys/ec.pub" > "$dir/authorized"
# subsystem NAME CAPABILITIES: says hello, and answers close-session in the framing both know.
subsystem() {
	cat > "$dir/$1" <<EOF
#!/bin/bash
ns=urn:ietf:params:xml:ns:netconf:base:1.0
printf '<?xml version="1.0"?><hello xmlns="%s"><capabilities>$2</capabilities><session-id>7</session-id></hello>]]>]]>' \$ns
while IFS= read -r -d '>' part; do
	all+="\$part>"
	[[ \$all == *"<close-session/>"* ]] || continue
	reply='<rpc-reply message-id="1" xmlns="'\$ns'"><ok/></rpc-reply>'
	[[ \$all == *\$'\n#'* ]] && printf '\n#10\n%s\n#%d\n%s\n##\n' "\${reply:0:10}" \$((\${#reply} - 10)) "\${reply:10}" || printf '%s]]>]]>' "\$reply"
	exit 0
done
EOF
	chmod 755 "$dir/$1"
}
base='<capability>urn:ietf:params:netconf:base:'
subsystem new "${base}1.0</capability>${base}1.1</capability><capability>urn:ietf:params:netconf:capability:candidate:1.0</capability>"
subsystem old "${base}1.0</capability>"
printf '#!/bin/bash\nwhile printf "<hello>%%1000s"; do :; done\n' > "$dir/endless"
printf '#!/bin/bash\nprintf "<!DOCTYPE a [<!ENTITY b SYSTEM \\"file:///etc/passwd\\">]><a>&b;</a>]]>]]>"; sleep 5\n' > "$dir/doctype"
printf '#!/bin/bash\nexit 1\n' > "$dir/dead"
# hostile NAME HELLO REPLY: says them as printf prints them, the reply once close-session was asked for.
hostile() {
	cat > "$dir/$1" <<EOF
#!/bin/bash
ns='xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"'
printf '$2' "\$ns"
while IFS= read -r -d '>' part; do
	[[ \$part> == *"<close-session/>" ]] && break
done
printf '$3' "\$ns"
sleep 5
EOF
}
both="${base}1.0</capability>${base}1.1</capability>"
end="</capabilities><session-id>7</session-id></hello>]]>]]>"
hello="<hello %s><capabilities>$both$end"
hostile lies "$hello" '\n#4294967295\n<rpc-reply message-id="1" %s><ok/></rpc-reply>\n##\n'
hostile short "$hello" '\n#9\n<rpc-reply message-id="1" %s><ok/></rpc-reply>\n##\n'
hostile waits "$hello" '\n#9999\n<rpc-reply message-id="1" %s><ok/></rpc-reply>\n##\n'
hostile unchunked "$hello" '<rpc-reply message-id="1" %s><ok/></rpc-reply>]]>]]>'
hostile twice "<hello %s><capabilities>${base}1.0</capability>$end<hello><capabilities>${base}1.0</capability>$end" ''
hostile ids "<hello %s><capabilities>$both</capabilities><session-id>7</session-id><session-id>8</session-id></hello>]]>]]>" ''
hostile another "<hello %s><capabilities>${base}1.0</capability>$end" '<rpc-reply message-id="8" %s><ok/></rpc-reply>]]>]]>'
printf '#!/bin/bash\nprintf "<hello xmlns=\\"urn:ietf:params:xml:ns:netconf:base:1.0\\"><capabilities>"\nfor i in {1..5000}; do printf "<capability>urn:x:$i</capability>"; done\nprintf "%%s" "%s"; sleep 5\n' "$end" > "$dir/thousands"
printf '#!/bin/bash\nprintf "<hello xmlns=\\"urn:ietf:params"; exit 0\n' > "$dir/half"
hostiles="lies short waits unchunked twice ids another thousands half"
chmod 755 "$dir"/endless "$dir"/doctype "$dir"/dead $(printf "$dir/%s " $hostiles)
port=8300
for which in new old endless doctype dead none $hostiles; do
	{
		printf '%s\n' "Port $port" "ListenAddress 127.0.0.1" "HostKey $dir/keys/host" "PidFile none" "StrictModes no" "UsePAM no" \
			"PermitRootLogin prohibit-password" "AuthorizedKeysFile $dir/authorized" "PasswordAuthentication no"
		[ $which = none ] || echo "Subsystem netconf $dir/$which"
	} > "$dir/$which.conf"
	/usr/sbin/sshd -D -e -f "$dir/$which.conf" 2> "$dir/$which.log" &
	port=$((port + 1))
done
# NETCONF where SSH is due.
python3 -c 'import socket
server = socket.create_server(("127.0.0.1", 8299))
while True:
    peer = server.accept()[0]
    peer.sendall(b"<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"/>]]>]]>\n")
    peer.recv(4096)
    peer.close()' &
for port in $(seq 8299 $((port - 1))); do
	await listens 127.0.0.1:$port
done
sees() { grep -qE "$1" "$dir/out" || { cat "$dir/out" "$dir"/*.log; return 1; }; }
ask() { "$program" probe netconf "127.0.0.1:$1" --option user=root --option "key=$dir/keys/$2" > "$dir/out" 2>&1; }
ask 8300 login
check "netconf (simulated subsystem): base 1.1 in chunks is up, and the session was closed" eval \
	'sees "^127.0.0.1:8300  up" && sees "netconf.base *1.1" && sees "netconf.closed *yes" && sees "netconf.session *7" && sees "candidate:1.0"'
check "netconf: the host key that led there was proven" sees 'ssh.hostkey.proven *yes'
ask 8300 rsa
check "netconf: an RSA key logs in too" sees 'netconf.login *yes'
ask 8300 ec
check "netconf: a key of P-384 too" sees 'netconf.login *yes'
ask 8301 login
check "netconf (simulated subsystem): base 1.0 alone is up" eval 'sees "^127.0.0.1:8301  up" && sees "netconf.base *1.0" && sees "netconf.closed *yes"'
ask 8300 other
check "netconf: a key the server does not know is degraded" eval 'sees "degraded .*does not take our key" && sees "netconf.login *no"'
ask 8302 login
check "netconf (simulated subsystem): an endless hello ends" sees 'degraded .*without an end'
ask 8303 login
check "netconf (simulated subsystem): a document type is refused" sees 'degraded .*not one of NETCONF'
ask 8304 login
check "netconf (simulated subsystem): one that dies is degraded" sees 'degraded .*did not say hello'
ask 8305 login
check "netconf: no subsystem is degraded" sees 'degraded .*subsystem was not started'
at() { # NAME: its port
	local port=8306 name
	for name in $hostiles; do [ "$name" = "$1" ] && break; port=$((port + 1)); done
	echo $port
}
wrong() { # NAME TITLE SAYS
	ask "$(at "$1")" login
	check "netconf (simulated subsystem): $2" eval 'sees "degraded .*$3" && ! sees_quietly "netconf.closed *yes"'
}
sees_quietly() { grep -qE "$1" "$dir/out"; }
wrong lies "a chunk that claims four gigabytes is refused" "chunks break their format"
wrong short "a chunk that is longer than it says is refused" "chunks break their format"
wrong waits "a chunk that never comes to its end is not waited for" "close-session was not answered"
wrong unchunked "the framing of 1.0 where 1.1 was agreed is refused" "chunks break their format"
wrong twice "a second hello is no reply" "is no reply"
wrong ids "a hello with two session ids is refused" "not one of NETCONF"
wrong another "the reply to another message is not ours" "another message than ours"
wrong thousands "five thousand capabilities are too many" "more or longer capabilities"
wrong half "an end within the hello is degraded" "did not say hello"
ask 8299 login
check "netconf: NETCONF in the clear is no SSH" sees '^127.0.0.1:8299  down .*does not speak SSH'
