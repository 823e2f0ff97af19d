noinst_LTLIBRARIES += libmgcp.la
libmgcp_la_SOURCES = src/mgcp/conf.c src/mgcp/conf.h src/mgcp/engine.h src/mgcp/metrics.def
