# unit tests of src/mgcp
MGCP_TESTS = check_mgcp_codes check_mgcp_txn check_mgcp_pkg check_mgcp_conf
UNIT_TESTS += $(MGCP_TESTS)
L3_MGCP = libmgcp.la $(L2)

check_mgcp_codes_SOURCES = tests/unit/check_mgcp_codes.c
check_mgcp_codes_LDADD = $(TEST_LIBS) $(L3_MGCP)
check_mgcp_txn_SOURCES = tests/unit/check_mgcp_txn.c
check_mgcp_txn_LDADD = $(TEST_LIBS) $(L3_MGCP)
check_mgcp_pkg_SOURCES = tests/unit/check_mgcp_pkg.c
check_mgcp_pkg_LDADD = $(TEST_LIBS) $(L3_MGCP)
check_mgcp_conf_SOURCES = tests/unit/check_mgcp_conf.c
check_mgcp_conf_LDADD = $(TEST_LIBS) $(L3_MGCP)
UNIT_TESTS += check_mgcp_restart check_mgcp_engine
check_mgcp_restart_SOURCES = tests/unit/check_mgcp_restart.c
check_mgcp_restart_LDADD = $(TEST_LIBS) $(L3_MGCP)
check_mgcp_engine_SOURCES = tests/unit/check_mgcp_engine.c tests/replay/media.c
check_mgcp_engine_LDADD = $(TEST_LIBS) $(L3_MGCP)
UNIT_TESTS += check_mgcp_lco
check_mgcp_lco_SOURCES = tests/unit/check_mgcp_lco.c
check_mgcp_lco_LDADD = $(TEST_LIBS) $(L3_MGCP)
