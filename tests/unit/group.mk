# unit tests of src/group
UNIT_TESTS += check_grp

check_grp_SOURCES = tests/unit/check_grp.c tests/unit/grp_rig.c tests/unit/grp_rig.h
check_grp_LDADD = $(TEST_LIBS) libgroup.la $(L1)
