noinst_LTLIBRARIES += libwire.la
libwire_la_SOURCES = src/wire/about.c
