/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include "hello/probe.h"

void calls_read(struct report *r)
{
	static const char *const columns[] = { "call", "outcome", "answer" };
	struct section *s = report_table(r, "system_calls", columns, ARRAY_SIZE(columns));
	int *answers = arena_alloc(r->arena, probe_table_size * sizeof *answers);

	if (probe_run(probe_table, probe_table_size, answers) < 0) {
		s->missing = "not tried: no memory";
		return;
	}
	for (size_t i = 0; i < probe_table_size; i++) {
		struct probe_outcome o = probe_judge(&probe_table[i], answers[i]);

		section_row(s, o.verdict,
			    (const struct value[]){ value_text(probe_table[i].name),
						    value_text(o.outcome), value_text(o.answer) })
			->note = o.note;
	}
}
