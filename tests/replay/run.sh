#!/bin/sh
# tests/replay/run.sh - every scenario there is.
exec ./tests/replay/replay "${srcdir:-.}"/tests/replay/*/*.scn
