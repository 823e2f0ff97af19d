# tests/tools: mouths, ears and call agents for tests, benchmarks and the quick start.
# Built without sanitizers, for they must keep pace; hence the copies of util's objects.
noinst_LTLIBRARIES += libtesttools.la
libtesttools_la_SOURCES = tests/tools/tool.c tests/tools/tool.h tests/tools/wav.c \
	src/util/addr.c src/util/str.c
libtesttools_la_CFLAGS = -std=c11 $(WARN_CFLAGS)

noinst_PROGRAMS += tests/tools/rtpsend tests/tools/rtprecv tests/tools/wavcorr \
	tests/tools/mgcpca tests/tools/h248mgc
tests_tools_rtpsend_SOURCES = tests/tools/rtpsend.c
tests_tools_rtpsend_CFLAGS = $(libtesttools_la_CFLAGS)
tests_tools_rtpsend_LDFLAGS =
tests_tools_rtpsend_LDADD = libtesttools.la

tests_tools_rtprecv_SOURCES = tests/tools/rtprecv.c
tests_tools_rtprecv_CFLAGS = $(libtesttools_la_CFLAGS)
tests_tools_rtprecv_LDFLAGS =
tests_tools_rtprecv_LDADD = libtesttools.la

tests_tools_wavcorr_SOURCES = tests/tools/wavcorr.c
tests_tools_wavcorr_CFLAGS = $(libtesttools_la_CFLAGS)
tests_tools_wavcorr_LDFLAGS =
tests_tools_wavcorr_LDADD = libtesttools.la

tests_tools_mgcpca_SOURCES = tests/tools/mgcpca.c tests/tools/mgcpload.c \
	tests/tools/mgcp.c tests/tools/mgcp.h tests/tools/load.c tests/tools/load.h
tests_tools_mgcpca_CFLAGS = $(libtesttools_la_CFLAGS)
tests_tools_mgcpca_LDFLAGS =
tests_tools_mgcpca_LDADD = libtesttools.la

tests_tools_h248mgc_SOURCES = tests/tools/h248mgc.c tests/tools/h248load.c \
	tests/tools/h248.c tests/tools/h248.h tests/tools/load.c tests/tools/load.h
tests_tools_h248mgc_CFLAGS = $(libtesttools_la_CFLAGS)
tests_tools_h248mgc_LDFLAGS =
tests_tools_h248mgc_LDADD = libtesttools.la

# An MGC or call agent by SCTP; it writes and reads H.248 with the gateway's own codec,
# and tshark judges both.
noinst_PROGRAMS += tests/tools/sctpmgc
tests_tools_sctpmgc_SOURCES = tests/tools/sctpmgc.c tests/tools/sctpmgc.h \
	tests/tools/sctpload.c tests/tools/sctph248.c tests/tools/sctpmgcp.c \
	tests/tools/peernet.c tests/tools/peernet.h tests/tools/peernet_sctp.c \
	tests/tools/mgcp.c tests/tools/mgcp.h
tests_tools_sctpmgc_LDADD = libtesttools.la libwire.la libutil.la $(USRSCTP_LIBS)

# A flood of INITs from forged sources.
noinst_PROGRAMS += tests/tools/sctpflood
tests_tools_sctpflood_SOURCES = tests/tools/sctpflood.c
tests_tools_sctpflood_CFLAGS = $(libtesttools_la_CFLAGS)
tests_tools_sctpflood_LDFLAGS =
tests_tools_sctpflood_LDADD = libtesttools.la
