/* cli/main.c - hollerctl.
 *
 * layer: cli (L5)   thread: main   I/O: stdout, stderr
 */
#include <stdio.h>
#include <string.h>

#include "cli/decode.h"

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "decode"))
		return decode_main(argc - 1, argv + 1);
	fputs("usage: hollerctl decode --as FORMAT FILE...\n", stderr);
	return 2;
}
