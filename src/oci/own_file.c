/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/own_file.h"

#include <string.h>

#include "base/self.h"
#include "runtime/id_map.h"

/* "user" as a value, {"type": "user"}; the member of that name comes before a colon. */
int oci_own_file_may_be_apart(const char *document)
{
	static const char word[] = "\"user\"";
	const char *at = document;

	while ((at = strstr(at, word))) {
		at += sizeof word - 1;
		at += strspn(at, " \t\r\n");
		if (*at != ':')
			return 1;
	}
	return 0;
}

int oci_own_file_is_apart(const struct oci_config *c)
{
	const struct spec *s = &c->spec;
	struct stat st;
	struct err ignored;

	if (s->namespaces[NS_USER].mode != NS_MODE_NEW || self_stat(&st, &ignored) < 0 ||
	    st.st_mode & S_IWOTH)
		return 0;
	return id_map_inside(s->uid_map, s->n_uid_map, st.st_uid) < 0 &&
	       id_map_inside(s->gid_map, s->n_gid_map, st.st_gid) < 0;
}
