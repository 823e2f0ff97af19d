noinst_LTLIBRARIES += libmodel.la
libmodel_la_SOURCES = src/model/about.c
