/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON by libjansson, with stated limits and errors that name the member.
 *
 * Two kinds of input: our own records (json_parse with a generous limit) and a stranger's documents,
 * which are parsed only in workers and by fuzz targets, with the same functions. Depth is bounded
 * to 64 before the text reaches the parser; duplicate members are refused.
 *
 * Getters return a default for an absent or null member and -1 for one of the wrong type.
 * Strings that are returned belong to the JSON value.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

#define JSON_DEPTH_MAX	       64
#define JSON_FOREIGN_BYTES_MAX (4 << 20)

void json_putp(json_t **j);
#define cleanup_json __attribute__((__cleanup__(json_putp)))

json_t *json_parse(const char *text, size_t n, size_t limit, struct err *e);
/*
 * As json_parse(), and whole numbers may go up to 2^64 - 1, as rlimits and seccomp arguments do:
 * those that jansson's signed numbers can't hold are only seen by json_uint().
 */
json_t *json_parse_wide(const char *text, size_t n, size_t limit, struct err *e);
json_t *json_parse_file(int dir_fd, const char *path, size_t limit, struct err *e);

/* A whole number from 0 up; -1 when it isn't one, also for NULL. */
int json_uint(const json_t *value, uint64_t *ret);
/* The string, or NULL for every other value. */
const char *json_string_only(const json_t *value);

int json_get_string(const json_t *o, const char *key, const char **ret, struct err *e);
int json_get_int(const json_t *o, const char *key, int64_t *ret, struct err *e);
int json_get_uint(const json_t *o, const char *key, uint64_t *ret, struct err *e);
int json_get_bool(const json_t *o, const char *key, int *ret, struct err *e);
/* *ret is NULL when absent. */
int json_get_object(const json_t *o, const char *key, json_t **ret, struct err *e);
int json_get_array(const json_t *o, const char *key, json_t **ret, struct err *e);
/* An array of strings into the arena; NULL-terminated, at most `limit` of them. */
int json_get_strings(const json_t *o, const char *key, size_t limit, struct arena *a, char ***ret,
		     size_t *ret_n, struct err *e);

/* Setters for our own output; text that isn't UTF-8 has each bad byte replaced by U+FFFD. */
void json_put_string(json_t *o, const char *key, const char *value);
void json_put_strings(json_t *o, const char *key, char *const *values, size_t n);
json_t *json_text(const char *value);
/* Compact (indent 0) or indented text that the caller frees. */
char *json_dump(const json_t *j, int indent);
