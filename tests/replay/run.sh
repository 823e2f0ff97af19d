#!/bin/sh
# tests/replay/run.sh - every scenario there is.
exec ./tests/replay/replay -a "${srcdir:-.}"/tests/replay/*/*.scn
