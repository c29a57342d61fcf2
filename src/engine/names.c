/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/names.h"

#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"

static const char *const qualities[] = {
	"able",	   "amber",  "ample",  "azure", "bold",	  "brave",  "bright",  "brisk",
	"bronze",  "calm",   "candid", "clear", "clever", "coral",  "cosy",    "crisp",
	"daring",  "deep",   "eager",  "early", "fair",	  "firm",   "fleet",   "fond",
	"frank",   "fresh",  "gentle", "glad",	"golden", "grand",  "hardy",   "honest",
	"ivory",   "jolly",  "keen",   "kind",	"light",  "lively", "loyal",   "lucid",
	"mellow",  "merry",  "mild",   "neat",	"nimble", "noble",  "patient", "placid",
	"proud",   "quick",  "quiet",  "ready", "royal",  "serene", "silver",  "smooth",
	"stately", "steady", "sturdy", "tidy",	"trusty", "vivid",  "warm",    "wise",
};

static const char *const things[] = {
	"anchor",   "ballast", "barge",	  "barque",	"beacon",   "bilge",	"binnacle",
	"bollard",  "bosun",   "bow",	  "brig",	"buoy",	    "cabin",	"capstan",
	"cargo",    "caravel", "clipper", "compass",	"cutter",   "deck",	"dinghy",
	"dock",	    "ferry",   "fender",  "figurehead", "fjord",    "galley",	"gangway",
	"halyard",  "harbour", "hatch",	  "hawser",	"helm",	    "hold",	"hull",
	"jetty",    "keel",    "ketch",	  "lagoon",	"lantern",  "lifeboat", "mainsail",
	"mast",	    "mooring", "oar",	  "pennant",	"pilot",    "porthole", "prow",
	"quay",	    "rigging", "rudder",  "sailor",	"schooner", "sextant",	"skipper",
	"sloop",    "stern",   "tackle",  "tiller",	"topsail",  "trawler",	"wharf",
	"windlass",
};

void names_make(unsigned attempt, char *out)
{
	unsigned quality, thing;
	char hex[9];

	file_random_hex(hex, 8);
	sscanf(hex, "%4x%4x", &quality, &thing);
	quality %= ARRAY_SIZE(qualities);
	thing %= ARRAY_SIZE(things);
	if (attempt)
		snprintf(out, NAMES_SIZE, "%s_%s%u", qualities[quality], things[thing], attempt);
	else
		snprintf(out, NAMES_SIZE, "%s_%s", qualities[quality], things[thing]);
}
