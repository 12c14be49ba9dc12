# SPDX-License-Identifier: Apache-2.0
# Servers of the chapter of protection, which nobody else needs.  Sourced by lab.
#
#   lab more DIR               begins them; lab less DIR ends them

further="
smf-tokyo-1 tokyo posture 192.0.2.51
nef-tokyo-1 tokyo posture 192.0.2.52
chf-tokyo-1 tokyo hybrid 192.0.2.53
secgw-tokyo-1 tokyo tunnel 192.0.2.54
ipsec premises tunnel 192.0.2.1
"
# Those that have begun have a line in this file.
[ ! -e "$dir/more" ] || servers="$servers$(cat "$dir/more")
"

# A server that cannot be had here (KIND_missing says why) is left out.
lab_more() {
	[ ! -e "$dir/more" ] || fail "they have begun already; \"lab less $dir\" first"
	dir=$(cd "$dir" && pwd)
	: > "$dir/more.new"
	echo "$further" | while read -r name site kind address; do
		[ -n "$name" ] || continue
		if command -v "${kind}_missing" >/dev/null && "${kind}_missing"; then continue; fi
		echo "$name $site $kind $address" >> "$dir/more.new"
	done
	mv "$dir/more.new" "$dir/more"
	servers="$servers$(cat "$dir/more")
"
	while read -r name site kind address; do begin "$name" "$site" "$kind" "$address" </dev/null; done < "$dir/more"
	while read -r name site kind address; do
		tries=600
		while ! "${kind}_ready" "$name" "$address" "$site" && [ $tries -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
		[ $tries -gt 0 ] || fail "$name did not start; see $dir/run/$name"
	done < "$dir/more"
}

lab_less() {
	[ -e "$dir/more" ] || fail "they have not begun"
	while read -r name site kind address; do
		stop "$name"
		[ "$site" = premises ] || inside "$site" ip addr del "$address/24" dev uplink 2>/dev/null || true
	done < "$dir/more"
	rm "$dir/more"
}
