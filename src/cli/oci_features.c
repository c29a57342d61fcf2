/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci features: what this runtime knows, for its callers. */
#include "cli/door.h"
#include "cli/oci.h"
#include "oci/criu.h"
#include "oci/features.h"
#include "oci/state_document.h"

static int features(struct command_call *call, struct err *e)
{
	const struct oci_features f = { .version = CALE_VERSION, .checkpoint = criu_is_there() };
	cleanup_json json_t *document = oci_features_document(&f);
	cleanup_free char *text = oci_document_text(document, 4);
	cleanup_by(text_free) struct text t = {};

	(void)call;
	text_add(&t, "%s\n", text);
	return door_print(&t, e) < 0 ? -1 : 0;
}

const struct command command_oci_features = {
	.name = "oci features",
	.section = SECTION_HIDDEN,
	.usage = "",
	.summary = "Show as JSON what this runtime can do",
	.run = features,
};
