/* tests/replay/main.c - play the scenarios named on the command line.
 *
 *	replay [-a] FILE...    -a: these are all, each return code must be among the
 *answers
 *
 * layer: tests   thread: main   I/O: reads files, reports on standard output
 */
#include <stdio.h>
#include <string.h>

#include "world.h"

int main(int argc, char **argv)
{
	bool all = argc > 1 && !strcmp(argv[1], "-a");
	int first = all ? 2 : 1, failed = 0;

	for (int i = first; i < argc; i++)
		failed += scenario_run(argv[i], stdout) ? 1 : 0;
	if (all)
		failed += (mgcp_unseen(stdout) ? 1 : 0) + (h248_unseen(stdout) ? 1 : 0);
	printf("replay: %d passed, %d failed, 0 skipped\n", argc - first - failed,
	       failed);
	return failed ? 1 : 0;
}
