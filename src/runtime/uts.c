/* SPDX-License-Identifier: Apache-2.0 */
/* The names in the container's UTS namespace: sethostname(2), uts_namespaces(7). */
#include <string.h>
#include <unistd.h>

#include "runtime/child.h"
#include "runtime/child_process.h"

int child_set_names(struct child *c, struct err *e)
{
	const char *host = c->spec->hostname, *domain = c->spec->domainname;

	/* In the caller's own namespace it would rename the host. */
	if (c->spec->namespaces[NS_UTS].mode == NS_MODE_HOST)
		return 0;
	if (host && *host && sethostname(host, strlen(host)) < 0)
		return err_sys(e, "set the host name");
	if (domain && *domain && setdomainname(domain, strlen(domain)) < 0)
		return err_sys(e, "set the NIS domain name");
	return 0;
}
