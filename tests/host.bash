# SPDX-License-Identifier: Apache-2.0
# What a run of the tests needs of the host, and how all of it goes away again: the two users, their
# runtime folders, the delegated control groups, a copy of the programs that the users can reach.
# Sourced by run-bats; wants CALE_BUILD, CALE_RUN, CALE_GROUP, CALE_TOP.

CALE_USERS="caletest caletest1"

host_users() { # caletest with a range of subordinate ids, caletest1 without
	local user
	for user in $CALE_USERS; do
		id -u "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/sh "$user" || return
		mkdir -p "/run/user/$(id -u "$user")" &&
			chown "$user:$user" "/run/user/$(id -u "$user")" &&
			chmod 700 "/run/user/$(id -u "$user")" || return
	done
	# useradd gives ranges by itself where login.defs says so.
	grep -q '^caletest:' /etc/subuid || usermod --add-subuids 700000000-700065535 caletest || return
	grep -q '^caletest:' /etc/subgid || usermod --add-subgids 700000000-700065535 caletest || return
	sed -i '/^caletest1:/d' /etc/subuid /etc/subgid
}

# Each mounted hierarchy: "v1 NAME FOLDER" or "v2 - FOLDER".
host_hierarchies() {
	awk '$3 == "cgroup2" { print "v2 -", $2 }
	     $3 == "cgroup" { n = split($4, o, ","); c = $2; sub(".*/", "", c); print "v1", c, $2 }' /proc/self/mounts
}

# Delegates a control group in every hierarchy to caletest, as an administrator would. Tests enter the
# leaf "shell" of a v2 tree, because a group with processes can't pass controllers on.
host_groups() {
	local version name folder group controllers
	while read -r version name folder; do
		group=$folder/$CALE_GROUP
		mkdir -p "$group" || return
		if [ "$version" = v2 ]; then
			controllers=$(sed 's/[^ ]*/+&/g' "$folder/cgroup.controllers")
			echo "$controllers" >"$folder/cgroup.subtree_control" 2>/dev/null
			mkdir -p "$group/shell"
			chown caletest: "$group" "$group/shell" "$group"/cgroup.{procs,subtree_control,threads} \
				"$group/shell"/cgroup.{procs,threads}
		else
			if [ "$name" = cpuset ]; then # a new group has no CPU before it is given one
				cat "$folder/cpuset.cpus" >"$group/cpuset.cpus"
				cat "$folder/cpuset.mems" >"$group/cpuset.mems"
			fi
			chown -R caletest: "$group"
		fi
	done < <(host_hierarchies)
}

# The users can't reach a checkout below somebody's home: they get a copy, laid out as in the build.
host_programs() {
	mkdir -p "$CALE_RUN/bin" &&
		cp -a "$CALE_BUILD/cale" "$CALE_RUN/bin/" || return
	mkdir -p "$CALE_RUN/bin/src/worker" &&
		find "$CALE_BUILD/src/worker" -maxdepth 1 -type f -name 'cale-*' -exec cp -t "$CALE_RUN/bin/src/worker/" {} +
	find "$CALE_BUILD/tests/attack" "$CALE_BUILD/tests/cve" -maxdepth 1 -type f '(' -name 'attack_*' -o -name 'cve_*' ')' -exec cp -t "$CALE_RUN/bin/" {} +
	cp "$CALE_TOP/tests/system/with-pty" "$CALE_RUN/bin/" &&
		chmod -R a+rX "$CALE_RUN/bin"
}

host_prepare() { host_users && host_groups && host_programs; }

# Ends what is in our groups and removes them; nothing that isn't ours is looked at.
host_restore() {
	local version name folder group user uid dir n
	while read -r version name folder; do
		group=$folder/$CALE_GROUP
		[ -d "$group" ] || continue
		for n in {1..300}; do # those killed take their time on a loaded machine
			for dir in $(find "$group" -depth -type d); do
				xargs -r kill -KILL <"$dir/cgroup.procs" 2>/dev/null
				rmdir "$dir" 2>/dev/null
			done
			[ -d "$group" ] || break
			sleep 0.2
		done
		[ ! -d "$group" ] || echo "run-bats: $group can't be removed" >&2
	done < <(host_hierarchies)
	awk -v run="$CALE_RUN/" 'index($5, run) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
		while read -r dir; do umount -l "$dir"; done
	for user in $CALE_USERS; do
		uid=$(id -u "$user" 2>/dev/null) || continue
		for n in {1..300}; do
			ps -o pid= -u "$user" | xargs -r kill -KILL 2>/dev/null
			ps -u "$user" >/dev/null || break
			sleep 0.2
		done
		[ -e "/run/user/$uid" ] && rm -rf --one-file-system "/run/user/$uid"
		userdel --remove "$user" 2>/dev/null || userdel --remove --force "$user" 2>/dev/null
		sed -i "/^$user:/d" /etc/subuid /etc/subgid
	done
}
