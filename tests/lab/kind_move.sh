# SPDX-License-Identifier: Apache-2.0
# Where things are: the ranges that the lab's provider publishes, and functions that move.  The
# upper half of osaka's network stands for the region singapore.  Sourced by lab.
#
#   lab move DIR NAME ADDRESS   the server answers at ADDRESS too, and its name leads there alone
#   lab home DIR NAME           its name leads to its own address again; the other server ends

move_feed() {
	cat > "$dir/feed.csv" <<-END
	# Address ranges of the provider "example", as it would publish them.
	# date: $(date -u +%Y-%m-%dT%H:%M:%SZ)
	192.0.2.0/24,tokyo
	198.51.100.0/25,osaka
	198.51.100.128/25,singapore
	END
	echo "Exit plan of the lab carrier: the functions of one region go to the other." > "$dir/exit-plan.txt"
}

move_site() {	# ADDRESS
	for site in $sites; do
		[ "${1%.*}" != "${site##*:}" ] || echo "${site%%:*}"
	done
}

# The file is mounted over /etc/hosts where programs run, so it stays the same one; one write
# replaces its text, so that no reader finds a half of it.
move_name() {	# NAME ADDRESS
	hosts=/etc/netns/$(space premises)/hosts
	sed "s/^[0-9.]* $1\\.lab\$/$2 $1.lab/" "$hosts" > "$dir/run/hosts"
	dd if="$dir/run/hosts" of="$hosts" bs=64k conv=notrunc status=none
	truncate -s "$(wc -c < "$dir/run/hosts")" "$hosts"
	grep -q "^$2 $1\\.lab\$" "$hosts" || fail "the name $1.lab is not in $hosts"
}

lab_move() {	# NAME ADDRESS
	dir=$(cd "$dir" && pwd)
	old=$(field "$1" 4) kind=$(field "$1" 3) to=$(move_site "${2:-}") away=$1.moved
	[ -n "$old" ] || fail "there is no server \"$1\""
	[ -n "$to" ] || fail "\"${2:-}\" is an address of no region; they are: $sites"
	[ ! -e "$dir/run/$away" ] || fail "$1 has moved already; \"lab home $dir $1\" first"
	cp -r "$dir/run/$1" "$dir/run/$away"
	rm -f "$dir/run/$away/pid"
	sed -i "s|$old\\b|$2|g; s|/run/$1/|/run/$away/|g; s|/run/$1;|/run/$away;|g" "$dir/run/$away"/*.conf
	echo "$2 $to" > "$dir/run/$away/moved"
	inside "$to" ip addr add "$2/24" dev uplink
	if has_file "$kind"; then
		"${kind}_start" "$away" "$2" "$to"
	else
		inside "$to" nginx -p "$dir/run/$away" -c "$dir/run/$away/nginx.conf"
	fi
	tries=600
	while ! inside "$to" ss -Hltn | grep -q " $2:" && [ $tries -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
	[ $tries -gt 0 ] || fail "$1 does not answer at $2; see $dir/run/$away"
	move_name "$1" "$2"
}

lab_home() {	# NAME
	dir=$(cd "$dir" && pwd)
	[ -e "$dir/run/$1.moved/moved" ] || fail "$1 has not moved"
	read -r address to < "$dir/run/$1.moved/moved"
	move_name "$1" "$(field "$1" 4)"
	stop "$1.moved"
	inside "$to" ip addr del "$address/24" dev uplink
	rm -rf "$dir/run/$1.moved"
}
