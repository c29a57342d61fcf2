#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Real servers, as the lines of the mission run them, on the host's network and ports above 1024.
load helper

setup_file() { state_open nginx registry; }
teardown_file() { state_close; }
teardown() { containers_remove; }
answers() { curl -fsS --max-time 20 "$1"; }

@test "mission: nginx with memory, cpu, nofile, nproc, pids limits and a restart policy" {
	cale run -d --name web --memory 512m --cpus 1.5 --ulimit nofile=1024 --ulimit nproc=200 \
		--pids-limit 100 --restart=on-failure:3 --network host -e NGINX_PORT=18888 nginx
	wait_for answers http://localhost:18888
	run curl -s http://localhost:18888
	assert_output "Welcome to nginx!"
	pid=$(host_pid web)
	assert_equal "$(cg_limit "$pid" memory)" $((512 << 20))
	assert_equal "$(cg_limit "$pid" pids)" 100
	assert_equal "$(cg_limit "$pid" cpu)" "150000 100000"
	grep -q '^Max open files *1024 *1024 ' "/proc/$pid/limits"
	grep -q '^Max processes *200 *200 ' "/proc/$pid/limits"
	run cale exec web nginx -s reload -c /tmp/nginx.conf
	assert_status 0
	wait_for answers http://localhost:18888
	cale stop web
	run curl -s --max-time 20 http://localhost:18888
	[ "$status" -ne 0 ]
}

@test "mission: registry with --cap-drop=all" {
	cale run -d --name registry2 --network host --cap-drop=all registry:2
	wait_for answers http://localhost:5000/v2/
	assert_equal "$(proc_status "$(host_pid registry2)" CapEff)" 0000000000000000
	assert_equal "$(proc_status "$(host_pid registry2)" CapBnd)" 0000000000000000
}

@test "mission: registry with --cap-drop=all --cap-add CHOWN, and an image pushed to it" {
	cale run -d --name registry3 --network host --cap-drop=all --cap-add CHOWN registry:2
	wait_for answers http://localhost:5000/v2/
	assert_equal "$(proc_status "$(host_pid registry3)" CapEff)" 0000000000000001
	skopeo copy -q --dest-tls-verify=false "docker-archive:$IMAGES/busybox.tar" docker://localhost:5000/busybox:pushed
	run answers http://localhost:5000/v2/busybox/tags/list
	assert_output_contains pushed
}
