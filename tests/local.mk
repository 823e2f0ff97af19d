TEST_EXTENSIONS = .sh .py
PY_LOG_COMPILER = $(PYTHON3)
AM_TESTS_ENVIRONMENT = builddir=.; export builddir;

# Each area lists its own tests; a unit test links its own layer and those below.
# The common main of unit tests, and libcheck: first in each check_..._LDADD.
check_LTLIBRARIES = libtest.la
libtest_la_SOURCES = tests/unit/test_main.c tests/unit/test.h
TEST_LIBS = libtest.la $(CHECK_LIBS)

include tests/unit/util.mk
include tests/unit/wire.mk
include tests/unit/h248.mk
include tests/unit/model.mk
include tests/unit/mgcp.mk
include tests/unit/h248e.mk
include tests/unit/media.mk
include tests/unit/ring.mk
include tests/unit/group.mk
include tests/unit/daemon.mk
include tests/replay/local.mk
include tests/fuzz/local.mk
include tests/oom/local.mk
include tests/lint/local.mk
include tests/tools/local.mk
include tests/netns/local.mk
include tests/interop/local.mk
include tests/bench/local.mk

if HAVE_CHECK
TESTS += $(UNIT_TESTS)
check_PROGRAMS += $(UNIT_TESTS)
else
EXTRA_PROGRAMS = $(UNIT_TESTS)
check-local:
	@echo "libcheck was not found by configure: the unit tests are left out"
endif
