#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# systemd-scope.sh FOLDER [USER]: runtime/cgroup_systemd.h against a real systemd. Not part of the
# usual run: it wants root on a machine of its own that runs systemd and pure cgroup v2, such as a
# virtual one, and has FOLDER (build/tests/vm) there. As root, as USER (who has a running manager:
# `loginctl enable-linger USER`), and as USER from within a user namespace. Prints TAP.
set -eu
folder=${1:-/share} user=${2:-tester}
program=$folder/vm_systemd_scope
uid=$(id -u "$user") failed=0

as() {
	setpriv --reuid="$uid" --regid="$(id -g "$user")" --init-groups \
		env XDG_RUNTIME_DIR="/run/user/$uid" "$@"
}

echo "# as root, systemd $(systemctl --version | sed -n 1p)"
"$program" || failed=1
echo "# as $user"
as "$program" || failed=1
echo "# as $user, in a user namespace"
as unshare --user --map-root-user "$program" "$uid" || failed=1
left=$(systemctl list-units --all --plain --no-legend --type=scope -- 'cale-vm*' '-vm-*' | wc -l)
[ "$left" -eq 0 ] || { echo "not ok - $left units are left behind"; failed=1; }
exit $failed
