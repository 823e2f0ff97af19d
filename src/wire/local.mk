noinst_LTLIBRARIES += libwire.la
libwire_la_SOURCES = \
	src/wire/parse.h \
	src/wire/mgcp.h src/wire/mgcp_tree.h src/wire/mgcp_lex.h \
	src/wire/mgcp_lex.c src/wire/mgcp_words.c src/wire/mgcp_name.c \
	src/wire/mgcp_parse.c src/wire/mgcp_value.c src/wire/mgcp_lco.c \
	src/wire/mgcp_event.c src/wire/mgcp_put.c src/wire/mgcp_print.c \
	src/wire/mgcp_print_ev.c src/wire/mgcp_dup.c \
	src/wire/sdp.h src/wire/sdp_lex.h src/wire/sdp_parse.c src/wire/sdp_media.c \
	src/wire/sdp_derive.c src/wire/sdp_build.c src/wire/sdp_print.c \
	src/wire/sdp_static.c \
	src/wire/rtp.h src/wire/rtp.c src/wire/rtcp.h src/wire/rtcp.c \
	src/wire/rtcp_walk.c src/wire/rtcp_put.c \
	src/wire/tpkt.h src/wire/tpkt.c
libwire_la_SOURCES += \
	src/wire/h248.h src/wire/h248_desc.h src/wire/h248_tree.h \
	src/wire/h248_tok.h src/wire/h248_tok.def src/wire/h248_tok.c \
	src/wire/h248_lex.h src/wire/h248_text.h src/wire/h248_lex.c src/wire/h248_mid.c \
	src/wire/h248_text_val.c src/wire/h248_text_msg.c src/wire/h248_text_ctx.c \
	src/wire/h248_text_cmd.c src/wire/h248_text_media.c src/wire/h248_text_event.c \
	src/wire/h248_text_sig.c src/wire/h248_text_audit.c src/wire/h248_text_svc.c
libwire_la_SOURCES += \
	src/wire/h248_pkg.h src/wire/h248_pkg.def src/wire/h248_pkg.c \
	src/wire/h248_value.h src/wire/h248_value.c src/wire/h248_value_enc.c \
	src/wire/h248_names.c src/wire/h248_sdp.c \
	src/wire/h248_ber.h src/wire/h248_ber_row.h src/wire/h248_ber_in.h src/wire/h248_ber_out.h \
	src/wire/h248_ber_in.c \
	src/wire/h248_ber_tab_msg.c src/wire/h248_ber_tab_desc.c src/wire/h248_ber_tab_ev.c \
	src/wire/h248_ber_dec.c src/wire/h248_ber_val.c \
	src/wire/h248_ber_enc.c src/wire/h248_ber_put.c \
	src/wire/h248_print.h src/wire/h248_print.c src/wire/h248_print_val.c \
	src/wire/h248_print_cmd.c src/wire/h248_print_ev.c src/wire/h248_print_svc.c \
	src/wire/h248_walk.h src/wire/h248_walk.c src/wire/h248_dump.c
