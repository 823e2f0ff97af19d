# unit tests of src/wire
EXTRA_DIST += tests/unit/wire_util.h

UNIT_TESTS += check_mgcp
check_mgcp_SOURCES = tests/unit/check_mgcp.c
check_mgcp_LDADD = $(TEST_LIBS) $(L1)
