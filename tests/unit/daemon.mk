# unit tests of src/net, src/store, src/ctl and src/daemon
UNIT_TESTS += check_store

check_store_SOURCES = tests/unit/check_store.c
check_store_LDADD = $(TEST_LIBS) libstore.la $(L0)
