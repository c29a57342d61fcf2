/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a device program as the kernel would, without a kernel: the few extended BPF instructions
 * that runtime/cgroup_device_code.c emits, and none else. Like the kernel's verifier it refuses
 * programs that jump backwards or out, that read what was never written, that nobody can reach in
 * part, or that could end without an answer.
 */
#pragma once

#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

#define EBPF_SIM_BROKEN 0x12345678

/* Would the kernel take it? */
int ebpf_sim_valid(const struct bpf_insn *code, size_t n);
/* r0 at the end, or EBPF_SIM_BROKEN. */
int64_t ebpf_sim_run(const struct bpf_insn *code, size_t n, const struct bpf_cgroup_dev_ctx *ctx);
