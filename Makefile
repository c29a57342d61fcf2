# SPDX-License-Identifier: Apache-2.0
# A thin front of meson and tools/: what each target does stands there.
.PHONY: demo build check bench install lint format fuzz check-unit check-system check-attack check-oci check-cve \
	check-peers check-asan check-clang check-analyzer clean

demo: build
	build/cale run --rm hello

build:
	@tools/install-packages build
	@[ -f build/build.ninja ] || meson setup build
	@ninja -C build

# Everything. Its last line adds up all single tests.
check:
	@tools/check
check-unit:
	@tools/check unit
check-system:
	@tools/check system-root system-rootless
check-attack:
	@tools/check attack-root attack-rootless
check-oci:
	@tools/check oci-root oci-rootless
check-cve:
	@tools/check cve
check-peers:
	@tools/check peers
check-asan:
	@tools/check asan
check-clang:
	@tools/check clang
check-analyzer:
	@tools/check analyzer
lint:
	@tools/check lint tidy
fuzz:
	@CALE_FUZZ_SECONDS=$${CALE_FUZZ_SECONDS:-60} tools/check fuzz
format:
	@tools/lint-format --fix

bench: build
	@tools/install-packages bench
	@bench/run

install: build
	meson install -C build --no-rebuild

clean:
	rm -rf build build-clang build-asan build-analyzer build-fuzz
