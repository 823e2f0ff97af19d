#!/bin/sh
# tests/fuzz/replay.sh - run every fuzz target once over its seeds.
#
# FUZZ_RUNS: mangled copies of each seed to try as well (default 300).
srcdir=${srcdir:-.}
builddir=${builddir:-.}
passed=0 failed=0

for target in "$builddir"/tests/fuzz/fuzz_*; do
	[ -f "$target" ] && [ -x "$target" ] || continue
	name=${target##*/fuzz_}
	seeds=$srcdir/tests/fuzz/corpus/$name
	if [ ! -d "$seeds" ]; then
		echo "fuzz_$name: FAILED: no seeds in $seeds"
		failed=$((failed + 1))
	elif "$target" -runs=0 "$seeds"; then
		passed=$((passed + 1))
	else
		echo "fuzz_$name: FAILED"
		failed=$((failed + 1))
	fi
done
echo "fuzz: $passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
