/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of a layer's tar is put into the tree. For layer_tar.c, which says what holds. */
#pragma once

#include <archive_entry.h>

#include "base/err.h"
#include "worker/layer_writer.h"

int layer_entry_write(struct layer_writer *w, struct archive_entry *entry, struct err *e);
