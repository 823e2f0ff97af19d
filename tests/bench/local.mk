# Programs of the benchmarks; the .py files run them and print JSON.
check_PROGRAMS += tests/bench/pktgen tests/bench/delay tests/bench/bareloop
tests_bench_bareloop_SOURCES = tests/bench/bareloop.c
tests_bench_bareloop_CFLAGS = $(libtesttools_la_CFLAGS)
tests_bench_bareloop_LDFLAGS =
tests_bench_bareloop_LDADD = libtesttools.la
tests_bench_pktgen_SOURCES = tests/bench/pktgen.c
tests_bench_delay_SOURCES = tests/bench/delay.c
tests_bench_delay_LDADD = -lpthread
EXTRA_DIST += \
	tests/bench/benchlib.py tests/bench/fanout.py tests/bench/hold.py \
	tests/bench/mgcp.py tests/bench/relay.py tests/bench/sctp.py tests/bench/zones.py
check_PROGRAMS += tests/bench/codec_h248
tests_bench_codec_h248_SOURCES = tests/bench/codec_h248.c
tests_bench_codec_h248_LDADD = $(L1)
EXTRA_DIST += tests/bench/codec.py tests/bench/codec.escript \
	tests/bench/h248.py tests/bench/h248_mg.escript
dist_noinst_SCRIPTS += tests/bench/run
EXTRA_DIST += tests/bench/goals
