# unit tests of src/util
UNIT_TESTS += check_mem

check_mem_SOURCES = tests/unit/check_mem.c
check_mem_LDADD = $(TEST_LIBS) $(L0)
