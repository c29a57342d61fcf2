/* SPDX-License-Identifier: Apache-2.0 */
/* image/manifest.h, config.h, record.h, platform.h: a stranger's documents become a record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "image/config.h"
#include "image/platform.h"

#define HEX    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGEST "sha256:" HEX
#define LAYER  "{\"mediaType\":\"x\",\"digest\":\"" DIGEST "\",\"size\":7}"
#define ROOTFS "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" DIGEST "\"]}"
#define LINUX  "\"os\":\"linux\",\"architecture\":\"amd64\","
#define FULL                                                                                       \
	"{" LINUX "\"created\":\"2024-05-06T07:08:09.1+02:00\",\"author\":\"A\"," ROOTFS ","       \
	"\"config\":{\"Env\":[\"A=b\",\"C=\"],\"Cmd\":[\"sh\",\"-c\",\"x\"],\"Entrypoint\":null,"  \
	"\"User\":\"1:2\",\"WorkingDir\":\"/w\",\"StopSignal\":\"SIGINT\","                        \
	"\"Labels\":{\"k\":\"v=w\"},\"ExposedPorts\":{\"80/tcp\":{},\"90\":{}},"                   \
	"\"Volumes\":{\"/a//b/./c/\":{}},\"Healthcheck\":{\"Test\":[\"NONE\"],\"Interval\":5}}}"

static const char *manifest_for(const char *config, const char *layers, struct arena *a)
{
	char digest[DIGEST_SIZE];

	digest_of(config, strlen(config), digest);
	return arena_printf(a,
			    "{\"schemaVersion\":2,\"config\":{\"digest\":\"%s\",\"size\":%zu},"
			    "\"layers\":[%s]}",
			    digest, strlen(config), layers);
}

static struct image_record *read_image(const char *config, struct arena *a, struct err *e)
{
	struct image_documents d = { .config = config, .config_bytes = strlen(config) };

	d.manifest = manifest_for(config, LAYER, a);
	d.manifest_bytes = strlen(d.manifest);
	return image_record_from_documents(&d, a, e);
}

static void every_field_arrives_and_survives_the_record(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct err e;
	struct image_record *r = read_image(FULL, a, &e);
	cleanup_free char *json = NULL, *again = NULL;

	(void)state;
	assert_non_null(r);
	r->file_capabilities = 1 << 13;
	json = image_record_to_json(r);
	r = image_record_from_json(json, strlen(json), a, &e);
	assert_non_null(r);
	again = image_record_to_json(r);
	assert_string_equal(json, again);
	assert_string_equal(r->author, "A");
	assert_string_equal(r->env[1], "C=");
	assert_null(r->env[2]);
	assert_int_equal(r->n_cmd, 3);
	assert_null(r->entrypoint);
	assert_string_equal(r->user, "1:2");
	assert_string_equal(r->workdir, "/w");
	assert_string_equal(r->stop_signal, "SIGINT");
	assert_string_equal(r->labels[0], "k=v=w");
	assert_int_equal(r->n_exposed_ports, 2);
	assert_string_equal(r->volumes[0], "/a/b/c");
	assert_int_equal(r->health->interval_nsec, 5);
	assert_string_equal(r->layers[0].chain_id, DIGEST);
	assert_int_equal(r->layers[0].blob_bytes, 7);
	assert_int_equal(r->file_capabilities, 1 << 13);
}

static void malformed_configs_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"[]",
		"null",
		"{",
		"{}",
		"{" LINUX "\"x\":1}",
		"{" LINUX ROOTFS "," ROOTFS "}",
		"{\"os\":\"windows\",\"architecture\":\"amd64\"," ROOTFS "}",
		"{\"os\":7,\"architecture\":\"amd64\"," ROOTFS "}",
		"{" LINUX "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}",
		"{" LINUX "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" HEX "\"]}}",
		"{" LINUX "\"rootfs\":{\"type\":\"other\",\"diff_ids\":[\"" DIGEST "\"]}}",
		"{" LINUX ROOTFS ",\"created\":\"yesterday\"}",
		"{" LINUX ROOTFS ",\"created\":\"2024-05-06\"}",
		"{" LINUX ROOTFS ",\"config\":[]}",
		"{" LINUX ROOTFS ",\"config\":{\"Env\":\"A=b\"}}",
		"{" LINUX ROOTFS ",\"config\":{\"Env\":[1]}}",
		"{" LINUX ROOTFS ",\"config\":{\"Env\":[\"=b\"]}}",
		"{" LINUX ROOTFS ",\"config\":{\"Env\":[\"A\\u0000B=c\"]}}",
		"{" LINUX ROOTFS ",\"config\":{\"WorkingDir\":\"w\"}}",
		"{" LINUX ROOTFS ",\"config\":{\"User\":\"a\\nb\"}}",
		"{" LINUX ROOTFS ",\"config\":{\"Labels\":{\"a\":1}}}",
		"{" LINUX ROOTFS ",\"config\":{\"Labels\":{\"a\":{}}}}",
		"{" LINUX ROOTFS ",\"config\":{\"Volumes\":{\"/a/../b\":{}}}}",
		"{" LINUX ROOTFS ",\"config\":{\"Volumes\":{\"/\":{}}}}",
		"{" LINUX ROOTFS ",\"config\":{\"ExposedPorts\":{\"80/x\":{}}}}",
		"{" LINUX ROOTFS ",\"config\":{\"Healthcheck\":{\"Retries\":-1}}}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct err e = {};

		if (read_image(rows[i], a, &e))
			fail_msg("taken: %s", rows[i]);
		assert_true(e.code == ERR_INVALID || e.code == ERR_LIMIT);
	}
}

static void a_config_that_the_manifest_doesnt_name_is_refused(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	const char *other = "{" LINUX ROOTFS "}";
	struct image_documents d = { .config = FULL, .config_bytes = strlen(FULL) };
	struct err e;

	(void)state;
	d.manifest = manifest_for(other, LAYER, a);
	d.manifest_bytes = strlen(d.manifest);
	assert_null(image_record_from_documents(&d, a, &e));
}

static void documents_are_one_thing_only(void **state)
{
	static const struct {
		const char *text, *media_type;
		int kind; /* -1: refused */
	} rows[] = {
		{ "{\"config\":{},\"layers\":[]}", NULL, MEDIA_MANIFEST },
		{ "{\"manifests\":[]}", NULL, MEDIA_INDEX },
		{ "{\"manifests\":[]}", MEDIA_OCI_INDEX, MEDIA_INDEX },
		{ "{\"manifests\":[]}", MEDIA_DOCKER_LIST, MEDIA_INDEX },
		{ "{\"manifests\":[],\"layers\":[]}", NULL, -1 },
		{ "{\"manifests\":[],\"config\":{}}", MEDIA_OCI_INDEX, -1 },
		{ "{\"manifests\":[]}", MEDIA_OCI_MANIFEST, -1 },
		{ "{\"manifests\":[],\"mediaType\":\"" MEDIA_OCI_MANIFEST "\"}", NULL, -1 },
		{ "{\"layers\":[]}", MEDIA_OCI_INDEX, -1 },
		{ "{\"fsLayers\":[],\"layers\":[]}", NULL, -1 },
		{ "{}", NULL, -1 },
		{ "[]", NULL, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum media_kind kind = MEDIA_UNKNOWN;
		struct err e;
		cleanup_json json_t *doc = json_parse(rows[i].text, strlen(rows[i].text), 4096, &e);
		int r = image_document_kind(doc, rows[i].media_type, &kind, &e);

		assert_int_equal(r, rows[i].kind < 0 ? -1 : 0);
		if (r == 0)
			assert_int_equal(kind, rows[i].kind);
	}
}

static void our_manifests_are_read_again(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct descriptor layer = { MEDIA_OCI_LAYER "+zstd", DIGEST, 5 };
	struct image_manifest m = { .config = { MEDIA_OCI_CONFIG, DIGEST, 3 },
				    .layers = &layer,
				    .n_layers = 1 },
			      back;
	cleanup_free char *text = image_manifest_to_json(&m);
	cleanup_json json_t *doc = NULL;
	struct err e;

	(void)state;
	doc = json_parse(text, strlen(text), 4096, &e);
	assert_int_equal(image_manifest_parse(doc, a, &back, &e), 0);
	assert_string_equal(back.media_type, MEDIA_OCI_MANIFEST);
	assert_string_equal(back.config.digest, DIGEST);
	assert_int_equal(back.n_layers, 1);
	assert_int_equal(back.layers[0].size_bytes, 5);
}

static void the_image_for_this_machine_fits_best(void **state)
{
	static const struct platform pc = { "linux", "amd64", NULL },
				     arm = { "linux", "arm64", "v8" };

	(void)state;
	assert_int_equal(platform_fit(&pc, &(struct platform){ "linux", "arm64", NULL }), 0);
	assert_int_equal(platform_fit(&pc, &(struct platform){ "windows", "amd64", NULL }), 0);
	assert_int_equal(platform_fit(&pc, &(struct platform){ "unknown", "unknown", NULL }), 0);
	assert_true(platform_fit(&pc, &(struct platform){}) > 0);
	assert_true(platform_fit(&pc, &(struct platform){ "linux", "amd64", NULL }) >
		    platform_fit(&pc, &(struct platform){ "linux", "amd64", "v3" }));
	assert_true(platform_fit(&arm, &(struct platform){ "linux", "arm64", "v8" }) >
		    platform_fit(&arm, &(struct platform){ "linux", "arm64", NULL }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_arrives_and_survives_the_record),
		cmocka_unit_test(malformed_configs_are_refused),
		cmocka_unit_test(a_config_that_the_manifest_doesnt_name_is_refused),
		cmocka_unit_test(documents_are_one_thing_only),
		cmocka_unit_test(our_manifests_are_read_again),
		cmocka_unit_test(the_image_for_this_machine_fits_best),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
