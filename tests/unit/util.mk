# unit tests of src/util
UNIT_TESTS += check_mem
check_mem_SOURCES = tests/unit/check_mem.c
check_mem_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_err
check_err_SOURCES = tests/unit/check_err.c
check_err_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_str
check_str_SOURCES = tests/unit/check_str.c
check_str_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_buf
check_buf_SOURCES = tests/unit/check_buf.c
check_buf_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_arena
check_arena_SOURCES = tests/unit/check_arena.c
check_arena_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_map
check_map_SOURCES = tests/unit/check_map.c
check_map_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_ring
check_ring_SOURCES = tests/unit/check_ring.c
check_ring_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_tmr
check_tmr_SOURCES = tests/unit/check_tmr.c
check_tmr_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_addr
check_addr_SOURCES = tests/unit/check_addr.c
check_addr_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_log
check_log_SOURCES = tests/unit/check_log.c
check_log_LDADD = $(TEST_LIBS) $(L0)

UNIT_TESTS += check_rtt
check_rtt_SOURCES = tests/unit/check_rtt.c
check_rtt_LDADD = $(TEST_LIBS) $(L0)
