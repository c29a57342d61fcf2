/* SPDX-License-Identifier: Apache-2.0 */
/* ociVersion: Semantic Versioning 2.0.0, and which of them are understood here. Pure. */
#pragma once

/*
 * NULL when the document can be read: 1.0.0 and all that begins with 1, since what newer ones add is
 * passed over like any unknown member. Otherwise what is wrong.
 */
const char *oci_version_fault(const char *version);
