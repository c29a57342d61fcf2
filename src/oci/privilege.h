/* SPDX-License-Identifier: Apache-2.0 */
/* What this process may do to the host: capabilities(7), user_namespaces(7). */
#pragma once

/* May it administrate namespaces, mounts and groups of where it is? */
int oci_is_privileged(void);
/* Is nothing between its ids and the host's? */
int oci_is_initial_user_namespace(void);
