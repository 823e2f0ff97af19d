# Each area lists its own tests; a unit test links its own layer and those below.
include tests/unit/util.mk
include tests/unit/wire.mk
include tests/unit/model.mk
include tests/unit/mgcp.mk
include tests/unit/media.mk
include tests/unit/group.mk
include tests/unit/daemon.mk
include tests/replay/local.mk
include tests/fuzz/local.mk
include tests/oom/local.mk
include tests/lint/local.mk
include tests/netns/local.mk
include tests/interop/local.mk
include tests/bench/local.mk

TESTS += $(UNIT_TESTS)
check_PROGRAMS += $(UNIT_TESTS)
