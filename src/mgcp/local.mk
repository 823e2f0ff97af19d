noinst_LTLIBRARIES += libmgcp.la
libmgcp_la_SOURCES = src/mgcp/about.c
