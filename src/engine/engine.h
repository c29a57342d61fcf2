/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine: where doors (command line, API) meet the parts. This is what all of it works on;
 * open.h makes it. One thread, one engine in a process.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "engine/anchor.h"
#include "engine/container_store.h"
#include "engine/home.h"
#include "engine/id_maps.h"
#include "image/store.h"
#include "storage/layers.h"
#include "storage/rootfs.h"

struct engine {
	struct home home;
	struct container_store containers;
	struct image_store images;
	struct layer_store layers;
	struct arena *arena;
	enum storage_driver driver;
	struct id_maps maps; /* of the user namespace we are in now */
	int privileged;	     /* in the initial user namespace, as root */
	struct anchor_result anchor;
	struct err notice; /* to be shown once to the user; no text: none */
};
