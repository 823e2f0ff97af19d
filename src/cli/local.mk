bin_PROGRAMS += src/cli/hollerctl
src_cli_hollerctl_SOURCES = src/cli/main.c src/cli/decode.h src/cli/decode.c \
	src/cli/decode_mgcp.c src/cli/decode_mgcp_value.c src/cli/decode_sdp.c
src_cli_hollerctl_LDADD = libwire.la libutil.la $(JSONC_LIBS)
