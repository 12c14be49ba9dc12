# SPDX-License-Identifier: Apache-2.0
# freeDiameter as an HSS: Diameter over TLS on port 5868, plain TCP on 3868; read by lab.

diameter_conf() {	# NAME ADDRESS
	run=$dir/run/$1
	mkdir -p "$run"
	server_cert "$1" "$2" "90 days"
	cat > "$run/freediameter.conf" <<-END
	Identity = "$1.lab";
	Realm = "lab";
	ListenOn = "$2";
	Port = 3868;
	SecPort = 5868;
	No_SCTP;
	No_IPv6;
	TcTimer = 30;
	TwTimer = 6;
	AppServThreads = 1;
	TLS_Cred = "$dir/pki/$1.pem", "$dir/pki/$1.key";
	TLS_CA = "$dir/pki/root.pem";
	TLS_DH_File = "$run/dh.pem";
	LoadExtension = "/usr/lib/freeDiameter/acl_wl.fdx" : "$run/acl_wl.conf";
	END
	echo "monitor.lab" > "$run/acl_wl.conf"
	# Without this it looks for a prime of its own at every start.
	openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out "$run/dh.pem"
	# It asks for the name of every peer's address before it speaks: without an answer, 10 s.
	printf '127.0.0.1 localhost\n%s.1 monitor.lab\n' "${2%.*}" > "$run/hosts"
}

diameter_start() {	# NAME ADDRESS SITE
	run=$dir/run/$1
	ip netns exec "$(space "$3")" sh -c "mount --bind '$run/hosts' /etc/hosts && exec setsid freeDiameterd -c '$run/freediameter.conf'" \
		>"$run/error.log" 2>&1 </dev/null &
	echo $! > "$run/pid"
}

diameter_ready() {	# NAME ADDRESS SITE
	inside "$3" ss -Hltn | grep -q "$2:5868 "
}
