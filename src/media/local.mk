noinst_LTLIBRARIES += libmedia.la
libmedia_la_SOURCES = src/media/about.c
