/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a seccomp filter as the kernel would, without a kernel: classic BPF over struct seccomp_data,
 * limited to the instructions that seccomp(2) accepts. Like the kernel's checker it refuses programs
 * that jump backwards or out, or that could end without a return.
 */
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

#define BPF_SIM_BROKEN 0x12345678U

/* Would seccomp(2) take it? */
int bpf_sim_valid(const struct sock_filter *code, size_t n);
/* The action, or BPF_SIM_BROKEN; *ret_steps (may be NULL) counts instructions. */
uint32_t bpf_sim_run(const struct sock_filter *code, size_t n, const struct seccomp_data *data,
		     unsigned *ret_steps);
