# unit tests of src/wire
EXTRA_DIST += tests/unit/wire_util.h
WIRE_RIG = tests/unit/wire_rig.c tests/unit/wire_rig.h

UNIT_TESTS += check_mgcp
check_mgcp_SOURCES = tests/unit/check_mgcp.c $(WIRE_RIG)
check_mgcp_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_mgcp_param
check_mgcp_param_SOURCES = tests/unit/check_mgcp_param.c $(WIRE_RIG)
check_mgcp_param_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_mgcp_event
check_mgcp_event_SOURCES = tests/unit/check_mgcp_event.c $(WIRE_RIG)
check_mgcp_event_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_mgcp_print
check_mgcp_print_SOURCES = tests/unit/check_mgcp_print.c
check_mgcp_print_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_sdp
check_sdp_SOURCES = tests/unit/check_sdp.c $(WIRE_RIG)
check_sdp_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_sdp_build
check_sdp_build_SOURCES = tests/unit/check_sdp_build.c $(WIRE_RIG)
check_sdp_build_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_rtp
check_rtp_SOURCES = tests/unit/check_rtp.c
check_rtp_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_rtcp
check_rtcp_SOURCES = tests/unit/check_rtcp.c
check_rtcp_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_tpkt
check_tpkt_SOURCES = tests/unit/check_tpkt.c
check_tpkt_LDADD = $(TEST_LIBS) $(L1)

dist_check_SCRIPTS += tests/unit/check_decode.py
TESTS += tests/unit/check_decode.py
