# SPDX-License-Identifier: Apache-2.0
# Sourced: a policy out of what "sekimori attest --observe" wrote of a sample, as a person reviews it.
declare -A keys		# by section: what a person decides that no sample shows
# What nothing was asked of yet (the root of a simulated maker stood before it) is written by hand.
reviewed() {	# STANZA ALWAYS: the policy; ALWAYS stands in each section
	local section line
	for section in "${!keys[@]}"; do
		grep -q "^$section = {" "$1" || printf '%s = {\n};\n' "$section" >> "$1"
	done
	while IFS= read -r line; do
		echo "$line"
		case $line in
		*' = {') section=${line% = \{}; printf '\t%s %s\n' "$2" "${keys[$section]:-}" ;;
		esac
	done < <(sed 's/REVIEW-ME/reviewed/' "$1")
	keys=()
}
