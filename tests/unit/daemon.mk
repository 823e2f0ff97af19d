# unit tests of src/net, src/store, src/ctl and src/daemon
UNIT_TESTS += check_store check_net check_conf check_ctl check_start

STORE_RIG = tests/unit/store_rig.c tests/unit/store_rig.h
check_store_SOURCES = tests/unit/check_store.c $(STORE_RIG)
check_store_LDADD = $(TEST_LIBS) libstore.la $(L0)
UNIT_TESTS += check_store_fail
check_store_fail_SOURCES = tests/unit/check_store_fail.c $(STORE_RIG)
check_store_fail_LDADD = $(check_store_LDADD)

check_net_SOURCES = tests/unit/check_net.c
check_net_LDADD = $(TEST_LIBS) libnet.la $(L1)

UNIT_TESTS += check_tcp
NET_RIG = tests/unit/net_rig.c tests/unit/net_rig.h
check_tcp_SOURCES = tests/unit/check_tcp.c $(NET_RIG)
check_tcp_LDADD = $(TEST_LIBS) libnet.la $(L1)
UNIT_TESTS += check_tcp_dial
check_tcp_dial_SOURCES = tests/unit/check_tcp_dial.c $(NET_RIG)
check_tcp_dial_LDADD = $(check_tcp_LDADD)

UNIT_TESTS += check_logto
check_logto_SOURCES = tests/unit/check_logto.c
check_logto_LDADD = $(TEST_LIBS) $(DAEMON_LIBS)
CONF_RIG = tests/unit/conf_rig.c tests/unit/conf_rig.h
check_conf_SOURCES = tests/unit/check_conf.c $(CONF_RIG)
check_conf_LDADD = $(TEST_LIBS) $(DAEMON_LIBS)

if HAVE_OPENSSL
UNIT_TESTS += check_tls check_tlsout
TLS_RIG = tests/unit/tls_rig.c tests/unit/tls_rig.h tests/unit/certs.c \
	tests/unit/certs.h $(NET_RIG)
check_tls_SOURCES = tests/unit/check_tls.c $(TLS_RIG)
check_tls_LDADD = $(TEST_LIBS) libnet.la $(L1) $(OPENSSL_LIBS) $(EVENT_LIBS)
check_tlsout_SOURCES = tests/unit/check_tlsout.c $(TLS_RIG)
check_tlsout_LDADD = $(check_tls_LDADD)

UNIT_TESTS += check_trust
check_trust_SOURCES = tests/unit/check_trust.c tests/unit/certs.c tests/unit/certs.h \
	$(CONF_RIG)
check_trust_LDADD = $(TEST_LIBS) $(DAEMON_LIBS)
else
UNIT_TESTS += check_notls
check_notls_SOURCES = tests/unit/check_notls.c
check_notls_LDADD = $(TEST_LIBS) libnet.la $(L1)
endif

UNIT_TESTS += check_h248conf
check_h248conf_SOURCES = tests/unit/check_h248conf.c $(CONF_RIG)
check_h248conf_LDADD = $(TEST_LIBS) $(DAEMON_LIBS)

UNIT_TESTS += check_sctpconf
check_sctpconf_SOURCES = tests/unit/check_sctpconf.c $(CONF_RIG)
check_sctpconf_LDADD = $(TEST_LIBS) $(DAEMON_LIBS)

GATEWAY = tests/unit/gateway.c tests/unit/gateway.h
check_ctl_SOURCES = tests/unit/check_ctl.c $(GATEWAY)
check_ctl_LDADD = $(TEST_LIBS) $(DAEMON_LIBS)

UNIT_TESTS += check_ctl_cmd
check_ctl_cmd_SOURCES = tests/unit/check_ctl_cmd.c $(GATEWAY)
check_ctl_cmd_LDADD = $(TEST_LIBS) $(DAEMON_LIBS)

UNIT_TESTS += check_ctl_h248
check_ctl_h248_SOURCES = tests/unit/check_ctl_h248.c $(GATEWAY)
check_ctl_h248_LDADD = $(TEST_LIBS) $(DAEMON_LIBS)

check_start_SOURCES = tests/unit/check_start.c $(CONF_RIG)
check_start_LDADD = $(TEST_LIBS) $(DAEMON_LIBS)

dist_check_SCRIPTS += tests/unit/generated
TESTS += tests/unit/generated

UNIT_TESTS += check_sctp
SCTP_RIG = tests/unit/sctp_rig.c tests/unit/sctp_rig.h
check_sctp_SOURCES = tests/unit/check_sctp.c $(SCTP_RIG)
check_sctp_LDADD = $(TEST_LIBS) libnet.la $(L1)
UNIT_TESTS += check_sctp_set
check_sctp_set_SOURCES = tests/unit/check_sctp_set.c $(SCTP_RIG)
check_sctp_set_LDADD = $(check_sctp_LDADD)
UNIT_TESTS += check_sctp_peer
check_sctp_peer_SOURCES = tests/unit/check_sctp_peer.c $(SCTP_RIG)
check_sctp_peer_LDADD = $(check_sctp_LDADD)

UNIT_TESTS += check_shield
check_shield_SOURCES = tests/unit/check_shield.c
check_shield_LDADD = $(TEST_LIBS) libnet.la $(L1)

UNIT_TESTS += check_sctp_flood
check_sctp_flood_SOURCES = tests/unit/check_sctp_flood.c $(SCTP_RIG)
check_sctp_flood_LDADD = $(check_sctp_LDADD)
UNIT_TESTS += check_sctp_filter
check_sctp_filter_SOURCES = tests/unit/check_sctp_filter.c $(SCTP_RIG)
check_sctp_filter_LDADD = $(check_sctp_LDADD)
UNIT_TESTS += check_sctp_nat
check_sctp_nat_SOURCES = tests/unit/check_sctp_nat.c $(SCTP_RIG)
check_sctp_nat_LDADD = $(check_sctp_LDADD)
