/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Can a container write to the file of the program that makes it (base/self.h)? Not in a user namespace in
 * which the file's owner and group aren't mapped: there it has no rights over the file but everybody's.
 * A sealed program is needed for the others. That has to be known before anything is done that can't be
 * done twice, and parsing a document twice costs time.
 */
#pragma once

#include "oci/config.h"

/* 0: whatever else the document says, it asks for no user namespace. Of its text, unparsed. */
int oci_own_file_may_be_apart(const char *document);
/* The parsed document says that it can't write to our file. */
int oci_own_file_is_apart(const struct oci_config *c);
