#!/usr/bin/env escript
%% -*- erlang -*-
%%! -noshell +sbwt none +S 1 -kernel logger_level error
%% bench/h248_mg.escript - Erlang's megaco as a gateway for h248mgc load: IP PORT.
%%
%% Compact text with the flex scanner over UDP. It chooses contexts and terminations and
%% answers; it has no ports, no media and no model, so it is the least a gateway on megaco
%% costs.
-module(h248_mg).
-mode(compile).
-export([main/1]).
%% callbacks of megaco_user
-export([handle_connect/2, handle_disconnect/3, handle_syntax_error/3,
	handle_message_error/3, handle_trans_request/3, handle_trans_long_request/3,
	handle_trans_reply/4, handle_trans_ack/4, handle_unexpected_trans/3,
	handle_trans_request_abort/4, handle_segment_reply/5]).

main([Ip, Port]) ->
	{ok, Addr} = inet:parse_address(Ip),
	ok = megaco:start(),
	{ok, Flex} = megaco_flex_scanner:start(),
	persistent_term:put(count, counters:new(1, [])),
	persistent_term:put(add, template(["C=7{A=rtp/1{", local(), "},A=rtp/2{", local(),
		"}}"])),
	persistent_term:put(modify, template("C=7{MF=rtp/1}")),
	persistent_term:put(subtract, template(["C=7{S=rtp/1{", stats(), "},S=rtp/2{",
		stats(), "}}"])),
	Mid = {ip4Address, {'IP4Address', tuple_to_list(Addr), list_to_integer(Port)}},
	ok = megaco:start_user(Mid, [{user_mod, ?MODULE},
		{encoding_mod, megaco_compact_text_encoder}, {encoding_config, [{flex, Flex}]},
		{send_mod, megaco_udp}, {protocol_version, 1}]),
	RH = megaco:user_info(Mid, receive_handle),
	{ok, Sup} = megaco_udp:start_transport(),
	{ok, _, _} = megaco_udp:open(Sup, [{port, list_to_integer(Port)},
		{receive_handle, RH}, {udp_options, [{ip, Addr}, {recbuf, 1048576}]}]),
	io:format("ready~n"),
	timer:sleep(infinity).

local() ->
	"M{ST=1{L{\nv=0\nc=IN IP4 10.77.0.1\nm=audio 16384 RTP/AVP 0\na=ptime:20\n}}}".

stats() ->
	"SA{nt/dur=1000,nt/os=16000,nt/or=16000,rtp/ps=100,rtp/pr=100,rtp/pl=0,"
	"rtp/jit=1,rtp/delay=2}".

template(Body) ->
	Text = ["!/1 [127.0.0.1]:1 P=1{", Body, "}"],
	{ok, {'MegacoMessage', _, {'Message', _, _, {transactions,
		[{transactionReply, R}]}}}} = megaco_compact_text_encoder:decode_message([],
			1, iolist_to_binary(Text)),
	{actionReplies, [Action]} = element(4, R),
	Action.

handle_connect(_, _) -> ok.
handle_disconnect(_, _, _) -> ok.
handle_syntax_error(_, _, _) -> reply.
handle_message_error(_, _, _) -> no_reply.
handle_trans_request(_, _, Actions) -> {discard_ack, [play(A) || A <- Actions]}.
handle_trans_long_request(_, _, _) -> {discard_ack, []}.
handle_trans_reply(_, _, _, _) -> ok.
handle_trans_ack(_, _, _, _) -> ok.
handle_unexpected_trans(_, _, _) -> ok.
handle_trans_request_abort(_, _, _, _) -> ok.
handle_segment_reply(_, _, _, _, _) -> ok.

play(Action) ->
	[{'CommandRequest', {Kind, Ask}, _, _} | _] = element(5, Action),
	case Kind of
		addReq ->
			Count = persistent_term:get(count),
			counters:add(Count, 1, 1),
			N = counters:get(Count, 1),
			name(persistent_term:get(add), N, [rtp(2 * N - 1), rtp(2 * N)]);
		modReq ->
			name(persistent_term:get(modify), element(2, Action), [hd(element(2, Ask))]);
		subtractReq ->
			Terms = [hd(element(2, R)) || {_, {_, R}, _, _} <- element(5, Action)],
			name(persistent_term:get(subtract), element(2, Action), Terms)
	end.

rtp(N) -> {megaco_term_id, false, ["rtp", integer_to_list(N)]}.

%% The template with these names.
name(Template, Ctx, Terms) ->
	Commands = [{Kind, setelement(2, Reply, [T])} ||
		{{Kind, Reply}, T} <- lists:zip(element(5, Template), Terms)],
	setelement(5, setelement(2, Template, Ctx), Commands).
