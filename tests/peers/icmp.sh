# SPDX-License-Identifier: Apache-2.0
# The icmp probe against kernels: a host behind a router, one that loses, and a router that says why not; tshark is the judge.
. tests/judge.sh
unshare --net sleep 1000 & router=$!
unshare --net sleep 1000 & host=$!
apart() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
await apart $router; await apart $host
in_router() { nsenter --net="/proc/$router/ns/net" "$@"; }
in_host() { nsenter --net="/proc/$host/ns/net" "$@"; }
ip link add ours type veth peer name back netns "$router"
in_router ip link add inner type veth peer name uplink netns "$host"
ip addr add 10.61.0.2/24 dev ours; ip link set ours up
in_router ip addr add 10.61.0.1/24 dev back; in_router ip link set back up
in_router ip addr add 10.62.0.1/24 dev inner; in_router ip link set inner up
in_host ip addr add 10.62.0.2/24 dev uplink; in_host ip link set uplink up; in_host ip link set lo up
in_host ip addr add 10.62.0.9/24 dev uplink
in_host ip route add default via 10.62.0.1
in_router sysctl -qw net.ipv4.ip_forward=1
in_router ip route add prohibit 10.63.0.0/24
in_router ip route add unreachable 10.64.0.0/24
ip route add default via 10.61.0.1
# Nobody answers the marks of the capture: a router's errors to us are limited, and the probe needs them.
ip neigh add 10.61.0.250 lladdr 02:00:00:00:00:fa dev ours nud permanent
# NAME EXIT WORDS ADDRESS [OPTIONS]
probed() {
	probed_name=$1 probed_exit=$2 probed_words=$3
	shift 3
	"$program" probe icmp "$@" > "$dir/out" 2>&1
	probed_got=$?
	if [ $probed_got = "$probed_exit" ] && grep -q "$probed_words" "$dir/out"; then pass "$probed_name"; else
		fail "$probed_name: exit $probed_got"; sed 's/^/      /' "$dir/out"; fi
}
for group in "1 0" "0 2147483647"; do
	sysctl -qw net.ipv4.ping_group_range="$group"
	[ "$group" = "1 0" ] && way=raw || way=ping
	capture_begin "$dir/$way.pcap" icmp ours 10.61.0.250
	probed "icmp ($way): a host behind one router is up, its TTL one less" 0 'icmp.ttl *63' 10.62.0.2
	probed "icmp ($way): what a router prohibits is down, said by the router" 1 'administratively prohibited, says a router\|prohibited, says a router' 10.63.0.1
	probed "icmp ($way): what a router cannot reach is down, said by the router" 1 'host unreachable, says a router' 10.64.0.1
	probed "icmp ($way): nobody there is down" 1 'none of [123] echoes was answered' 10.61.0.77 --deadline 1s
	capture_end
	judged "icmp ($way): tshark reads every echo, and warns of no checksum" "$dir/$way.pcap" 9 icmp -o ip.check_checksum:TRUE
done
if in_host tc qdisc add dev uplink root netem loss 50% 2>/dev/null; then
	probed "icmp: a host that loses half of 20 is degraded" 1 'of 20 echoes were lost' 10.62.0.2 --option count=20 --option spacing=20ms --deadline 2s
	probed "icmp: a loss that is allowed is up" 0 'which the option loss allows' 10.62.0.2 --option count=20 --option spacing=20ms --option loss=95 --deadline 2s
else
	skip "icmp: this kernel loses nothing on request (no netem); test_icmp.c has a peer that does"
fi
