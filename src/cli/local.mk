bin_PROGRAMS += src/cli/hollerctl
src_cli_hollerctl_SOURCES = \
	src/cli/cli.h \
	src/cli/convert.c \
	src/cli/decode.c src/cli/decode.h \
	src/cli/decode_h248.c \
	src/cli/decode_mgcp.c \
	src/cli/decode_mgcp_value.c \
	src/cli/decode_sdp.c \
	src/cli/help.c \
	src/cli/ids.c src/cli/ids.h \
	src/cli/main.c \
	src/cli/parse.c \
	src/cli/run.c \
	src/cli/table.c
src_cli_hollerctl_LDADD = libctlcmd.la libwire.la libutil.la $(JSONC_LIBS)
