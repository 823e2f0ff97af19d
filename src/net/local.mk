noinst_LTLIBRARIES += libnet.la
libnet_la_SOURCES = src/net/about.c
