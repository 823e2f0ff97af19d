/* tests/replay/main.c - play the scenarios named on the command line.
 *
 * layer: tests   thread: main   I/O: reads files, reports on standard output
 */
#include <stdio.h>

#include "world.h"

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed += scenario_run(argv[i], stdout) ? 1 : 0;
	printf("replay: %d passed, %d failed, 0 skipped\n", argc - 1 - failed, failed);
	return failed ? 1 : 0;
}
