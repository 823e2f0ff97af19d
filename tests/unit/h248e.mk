# unit tests of src/h248
L3_H248 = libh248.la $(L2)

UNIT_TESTS += check_h248e_codes
check_h248e_codes_SOURCES = tests/unit/check_h248e_codes.c
check_h248e_codes_LDADD = $(TEST_LIBS) $(L3_H248)

UNIT_TESTS += check_h248e_txn
check_h248e_txn_SOURCES = tests/unit/check_h248e_txn.c
check_h248e_txn_LDADD = $(TEST_LIBS) $(L3_H248)

UNIT_TESTS += check_h248e_pkg
check_h248e_pkg_SOURCES = tests/unit/check_h248e_pkg.c
check_h248e_pkg_LDADD = $(TEST_LIBS) $(L3_H248)

UNIT_TESTS += check_h248e_conf
check_h248e_conf_SOURCES = tests/unit/check_h248e_conf.c
check_h248e_conf_LDADD = $(TEST_LIBS) $(L3_H248)

UNIT_TESTS += check_h248e_engine
check_h248e_engine_SOURCES = tests/unit/check_h248e_engine.c
check_h248e_engine_LDADD = $(FAKE_MEDIA) $(TEST_LIBS) $(L3_H248)
