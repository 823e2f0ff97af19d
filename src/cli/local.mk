bin_PROGRAMS += src/cli/hollerctl
src_cli_hollerctl_SOURCES = src/cli/main.c
src_cli_hollerctl_LDADD = libutil.la
