# tests/fuzz: one target per decoder. With --enable-fuzzing (clang) libFuzzer drives them,
# else they replay and mangle the files of tests/fuzz/corpus/NAME in `make check`.
# A target: one line in FUZZ_TARGETS, one _LDADD, a folder of seeds.
FUZZ_TARGETS = \
	tests/fuzz/fuzz_mgcp \
	tests/fuzz/fuzz_sdp \
	tests/fuzz/fuzz_rtcp \
	tests/fuzz/fuzz_mgcp_engine \
	tests/fuzz/fuzz_h248_text \
	tests/fuzz/fuzz_h248_ber \
	tests/fuzz/fuzz_h248_engine \
	tests/fuzz/fuzz_frame \
	tests/fuzz/fuzz_sctp \
	tests/fuzz/fuzz_ctl
tests_fuzz_fuzz_mgcp_LDADD = $(FUZZ_MAIN) $(L1)
tests_fuzz_fuzz_sdp_LDADD = $(FUZZ_MAIN) $(L1)
tests_fuzz_fuzz_rtcp_LDADD = $(FUZZ_MAIN) $(L1)
tests_fuzz_fuzz_mgcp_engine_SOURCES = tests/fuzz/fuzz_mgcp_engine.c tests/replay/media.c
tests_fuzz_fuzz_mgcp_engine_LDADD = $(FUZZ_MAIN) $(L3_MGCP)
tests_fuzz_fuzz_h248_text_LDADD = $(FUZZ_MAIN) $(L1)
tests_fuzz_fuzz_h248_ber_LDADD = $(FUZZ_MAIN) $(L1)
tests_fuzz_fuzz_h248_engine_SOURCES = tests/fuzz/fuzz_h248_engine.c tests/replay/media.c
tests_fuzz_fuzz_h248_engine_LDADD = $(FUZZ_MAIN) $(L3_H248)
tests_fuzz_fuzz_frame_LDADD = $(FUZZ_MAIN) libmedia.la $(L2)
tests_fuzz_fuzz_sctp_LDADD = $(FUZZ_MAIN) libnet.la $(L1) $(USRSCTP_LIBS)
tests_fuzz_fuzz_ctl_SOURCES = tests/fuzz/fuzz_ctl.c tests/replay/media.c
tests_fuzz_fuzz_ctl_LDADD = $(FUZZ_MAIN) $(DAEMON_LIBS)

check_PROGRAMS += $(FUZZ_TARGETS)
if FUZZING
FUZZ_MAIN = $(FUZZ_LIB)
else
FUZZ_MAIN = libtestfuzz.la
check_LTLIBRARIES += libtestfuzz.la
libtestfuzz_la_SOURCES = tests/fuzz/replay_main.c
endif
dist_check_SCRIPTS += tests/fuzz/replay.sh
TESTS += tests/fuzz/replay.sh
EXTRA_DIST += tests/fuzz/corpus tests/fuzz/fuzz.h tests/fuzz/fuzz_parts.h \
	tests/fuzz/fuzz_h248.h tests/fuzz/RUNS
