#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Limits, read from the kernel's own files of the container's process.
load helper

setup_file() { state_open busybox; }
teardown_file() { state_close; }
teardown() { containers_remove; }
start() { cale run -d --name limited --network none "$@" busybox sleep 60; }

@test "--memory binds" {
	start --memory 64m
	assert_equal "$(cg_limit "$(host_pid limited)" memory)" $((64 << 20))
}

@test "--memory alone doubles with swap, as docker does" {
	start --memory 64m
	assert_equal "$(cg_limit "$(host_pid limited)" swap)" $((128 << 20))
}

@test "--memory-swap is memory and swap together" {
	start --memory 64m --memory-swap 96m
	assert_equal "$(cg_limit "$(host_pid limited)" swap)" $((96 << 20))
}

@test "--memory-swap equal to --memory: no swap" {
	start --memory 64m --memory-swap 64m
	assert_equal "$(cg_limit "$(host_pid limited)" swap)" $((64 << 20))
}

@test "--memory-swap -1: swap without limit" {
	start --memory 64m --memory-swap -1
	assert_equal "$(cg_limit "$(host_pid limited)" swap)" max
}

@test "--memory-swap without or below --memory is refused" {
	run --separate-stderr start --memory-swap 64m
	assert_refused 125 memory-swap
	run --separate-stderr start --memory 64m --memory-swap 32m
	assert_refused 125 memory-swap
}

@test "--cpus is a quota" {
	start --cpus 1.5
	assert_equal "$(cg_limit "$(host_pid limited)" cpu)" "150000 100000"
}

@test "--cpus 0.1 really slows" {
	run cale run --rm --network none --cpus 0.1 busybox sh -c 'until cat /sys/fs/cgroup/cpu/cpu.stat /sys/fs/cgroup/cpu.stat 2>/dev/null | grep "^nr_throttled [1-9]"; do :; done'
	assert_status 0
	assert_line '^nr_throttled [1-9]'
}

@test "--cpuset-cpus" {
	start --cpuset-cpus 0
	pid=$(host_pid limited)
	assert_equal "$(cg_limit "$pid" cpuset)" 0
	assert_equal "$(proc_status "$pid" Cpus_allowed_list)" 0
}

@test "--cpuset-cpus of a CPU that isn't there is refused" {
	run --separate-stderr start --cpuset-cpus 4000
	assert_refused 125 4000
}

@test "--pids-limit" {
	start --pids-limit 17
	assert_equal "$(cg_limit "$(host_pid limited)" pids)" 17
}

@test "there is a pids limit by default, and -1 takes it away" {
	start
	limit=$(cg_limit "$(host_pid limited)" pids)
	assert_between "$limit" 1 4096
	cale rm -f limited
	start --pids-limit -1
	assert_equal "$(cg_limit "$(host_pid limited)" pids)" max
}

@test "--ulimit soft:hard and one for both" {
	start --ulimit nofile=64:128 --ulimit nproc=33 --ulimit fsize=4096 --ulimit stack=1048576
	pid=$(host_pid limited)
	grep -qE '^Max open files +64 +128 ' "/proc/$pid/limits"
	grep -qE '^Max processes +33 +33 ' "/proc/$pid/limits"
	grep -qE '^Max file size +4096 +4096 ' "/proc/$pid/limits"
	grep -qE '^Max stack size +1048576 +1048576 ' "/proc/$pid/limits"
	run cale exec limited sh -c 'ulimit -Sn; ulimit -Hn'
	assert_output "64
128"
}

@test "--ulimit beyond what the host allows is refused by its name" {
	run --separate-stderr start --ulimit nofile=99999999999
	assert_refused 125 "ulimit nofile"
}

@test "--cpu-shares, --cpu-period and --cpu-quota" {
	start --cpu-period 50000 --cpu-quota 25000 --cpu-shares 512
	pid=$(host_pid limited)
	assert_equal "$(cg_limit "$pid" cpu)" "25000 50000"
	if cg_is_v1 cpu; then assert_equal "$(cg_file "$pid" cpu cpu.shares)" 512
	else assert_between "$(cg_file "$pid" cpu cpu.weight)" 1 99; fi
}

@test "--memory-reservation" {
	start --memory 64m --memory-reservation 32m
	if cg_is_v1 memory; then file=memory.soft_limit_in_bytes; else file=memory.low; fi
	assert_equal "$(cg_file "$(host_pid limited)" memory $file)" $((32 << 20))
}

@test "--cpuset-mems" {
	start --cpuset-mems 0
	assert_equal "$(cg_file "$(host_pid limited)" cpuset cpuset.mems)" 0
	run --separate-stderr cale run --rm --network none --cpuset-mems 63 busybox true
	assert_refused 125 cpuset
}

@test "--shm-size" {
	start --shm-size 1m
	run cale exec limited df -k /dev/shm
	assert_line '^[a-z]+ +1024 '
	grep -q ' /dev/shm .*size=1024k' "/proc/$(host_pid limited)/mountinfo"
}

@test "core dumps are off by default" {
	start
	grep -qE '^Max core file size +0 +0 ' "/proc/$(host_pid limited)/limits"
}

@test "the limits can be read, and not written, from inside" {
	start --memory 64m --pids-limit 17
	run cale exec limited sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null'
	assert_output $((64 << 20))
	run cale exec limited sh -c 'for f in /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max; do [ ! -e $f ] || echo max >$f; done'
	assert_equal "$(cg_limit "$(host_pid limited)" pids)" 17
}

@test "the container's cgroup is its root: no host path is seen" {
	start
	run cale exec limited cat /proc/self/cgroup
	refute_output_contains cale
	refute_output_contains "$(container_id limited)"
}

@test "a killed memory hog is noted as such" {
	run cale run --name hog --network none --memory 16m --memory-swap 16m busybox sh -c 'x=$(dd if=/dev/zero bs=1M count=64 2>/dev/null | tr "\0" a); echo ${#x}'
	[ "$status" -ne 0 ]
	run cale inspect --format '{{.State.OOMKilled}}' hog
	assert_output true
}

@test "bad values are refused in one line" {
	for bad in "--memory 1x" "--memory -5" "--cpus abc" "--cpus -1" "--pids-limit x" "--ulimit nofile" "--ulimit nosuch=1" \
		"--ulimit nofile=9:3" "--memory 1k" "--cpuset-cpus a"; do
		run --separate-stderr start $bad
		assert_refused 125 "${bad%% *}" || assert_refused 125 "${bad##* }"
	done
	[ -z "$(cale ps -aq)" ]
}
