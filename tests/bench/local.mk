# Programs of the benchmarks; the .py files run them and print JSON.
check_PROGRAMS += tests/bench/pktgen tests/bench/delay
tests_bench_pktgen_SOURCES = tests/bench/pktgen.c
tests_bench_delay_SOURCES = tests/bench/delay.c
tests_bench_delay_LDADD = -lpthread
EXTRA_DIST += \
	tests/bench/benchlib.py tests/bench/fanout.py tests/bench/hold.py \
	tests/bench/mgcp.py tests/bench/relay.py tests/bench/zones.py
dist_noinst_SCRIPTS += tests/bench/run
EXTRA_DIST += tests/bench/goals
