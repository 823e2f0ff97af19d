noinst_LTLIBRARIES += libgroup.la
libgroup_la_SOURCES = src/group/about.c
