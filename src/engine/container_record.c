/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/container_record.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "engine/config_json.h"

int container_record_write(int dir_fd, const struct container_record *r, struct err *e)
{
	cleanup_json json_t *o = config_to_json(&r->config);
	cleanup_free char *text = NULL;

	json_put_string(o, "Id", r->id);
	json_object_set_new(o, "CreatedNanoseconds", json_integer(r->created_nsec));
	json_object_set_new(o, "IdSlice", json_integer(r->slice));
	json_put_string(o, "Driver", storage_driver_name(r->driver));
	text = json_dump(o, 0);
	/* A container that a power cut takes away had not been reported as created for long. */
	return file_replace(dir_fd, CONTAINER_CONFIG_FILE, text, FILE_VOLATILE, e);
}

int container_record_read(int dir_fd, struct arena *a, struct container_record *ret, struct err *e)
{
	cleanup_json json_t *o =
		json_parse_file(dir_fd, CONTAINER_CONFIG_FILE, CONTAINER_CONFIG_MAX, e);
	const char *id = "", *driver = "";
	int64_t slice = CONTAINER_NO_SLICE;

	*ret = (struct container_record){};
	if (!o || json_get_string(o, "Id", &id, e) < 0 ||
	    json_get_int(o, "CreatedNanoseconds", &ret->created_nsec, e) < 0 ||
	    json_get_int(o, "IdSlice", &slice, e) < 0 ||
	    json_get_string(o, "Driver", &driver, e) < 0 ||
	    storage_driver_parse(driver, &ret->driver, e) < 0)
		return -1;
	if (strlen(id) != CONTAINER_ID_DIGITS || slice < CONTAINER_NO_SLICE ||
	    slice >= CONTAINER_SLICES)
		return err_set(e, ERR_INVALID, "a container's record is damaged");
	memcpy(ret->id, id, CONTAINER_ID_SIZE);
	ret->slice = (int)slice;
	return config_from_json(o, a, &ret->config, e);
}
