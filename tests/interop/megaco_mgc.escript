#!/usr/bin/env escript
%% -*- erlang -*-
%%! -noshell -kernel logger_level error
%% tests/interop/megaco_mgc.escript - Erlang/OTP's megaco as the MGC of a gateway.
%%
%% escript megaco_mgc.escript [OPTION VALUE]...
%%   --transport udp|tcp     (udp)     --encoding pretty|compact|ber  (pretty)
%%   --version 1|2|3         (1)       --listen IP, the MGC's         (127.0.0.1)
%%   --port N                (2944, with ber 2945)
%%   --a IP:PORT --b IP:PORT           where A and B receive media
%%   --page NAME             then page the zone from a third party
%%   --page-id HEX.HEX       the binary id of page/NAME/$, as hollerctl prints it
%%   --hold MS               (0)       how long each call is left alone
%%   --wait MS               (10000)   patience with the gateway
%%   --self yes              no gateway: megaco plays it, to try this script
%%
%% Accepts the registration, then: Add two RTP terminations with CHOOSE, Modify, Audit,
%% a request sent twice, Subtract; each tells its result in one line of JSON. The exit
%% code is 0 when all went well. What is asked is written in text and read by megaco's
%% own parser, so this needs none of its headers.
-module(megaco_mgc).
-mode(compile).
-export([main/1]).
-export([encode_name/3, decode_name/3]). % as resolver of binary names
%% callbacks of megaco_user
-export([handle_connect/2, handle_disconnect/3, handle_syntax_error/3,
	handle_message_error/3, handle_trans_request/3, handle_trans_long_request/3,
	handle_trans_reply/4, handle_trans_ack/4, handle_unexpected_trans/3,
	handle_trans_request_abort/4, handle_segment_reply/5]).

main(Args) ->
	put(failed, 0),
	Opt = options(Args, #{transport => "udp", encoding => "pretty", version => "1",
		listen => "127.0.0.1", hold => "0", wait => "10000",
		a => "127.0.0.1:20000", b => "127.0.0.1:30000"}),
	register(mgc, self()),
	persistent_term:put(opt, Opt),
	ok = megaco:start(),
	open_mgc(Opt),
	say([{event, "ready"}]),
	maps:is_key(self, Opt) andalso be_gateway(Opt),
	case registered(num(wait)) of
		none ->
			say([{event, "error"}, {text, "nobody registered"}]),
			halt(1);
		CH ->
			scenario(CH, Opt)
	end,
	say([{event, "done"}, {failed, get(failed)}]),
	halt(min(1, get(failed))).

options(["--" ++ Name, Value | Rest], Opt) ->
	options(Rest, Opt#{list_to_atom(lists:map(fun($-) -> $_; (C) -> C end, Name)) =>
		Value});
options([], Opt) ->
	Opt;
options(_, _) ->
	io:format(standard_error, "usage: see the head of this file~n", []),
	halt(2).

opt(Name) -> maps:get(Name, persistent_term:get(opt)).
num(Name) -> list_to_integer(opt(Name)).

%% ---- transport and encoding --------------------------------------------------------

encoding("pretty") -> {megaco_pretty_text_encoder, []};
encoding("compact") -> {megaco_compact_text_encoder, []};
encoding("ber") -> {megaco_ber_encoder, [{binary_name_resolver, {?MODULE, ber}}]}.

port(#{port := P}) -> list_to_integer(P);
port(#{encoding := "ber"}) -> 2945;
port(_) -> 2944.

ip(Text) ->
	{ok, Ip} = inet:parse_address(Text),
	Ip.

mid(Ip, Port) ->
	{ip4Address, {'IP4Address', tuple_to_list(ip(Ip)), Port}}.

user(Mid, Send, #{encoding := E, version := V}) ->
	{Mod, Conf} = encoding(E),
	ok = megaco:start_user(Mid, [{user_mod, ?MODULE}, {encoding_mod, Mod},
		{encoding_config, Conf}, {send_mod, Send}, {auto_ack, false},
		{protocol_version, 1}, {max_trans_id, 100000}]),
	RH = megaco:user_info(Mid, receive_handle),
	persistent_term:put(version, list_to_integer(V)),
	RH.

open_mgc(#{transport := "udp", listen := At} = Opt) ->
	Port = port(Opt),
	RH = user(mid(At, Port), megaco_udp, Opt),
	{ok, Sup} = megaco_udp:start_transport(),
	{ok, _, _} = megaco_udp:open(Sup, [{port, Port}, {receive_handle, RH},
		{udp_options, [{ip, ip(At)}]}]);
open_mgc(#{transport := "tcp", listen := At} = Opt) ->
	Port = port(Opt),
	RH = user(mid(At, Port), megaco_tcp, Opt),
	{ok, Sup} = megaco_tcp:start_transport(),
	ok = megaco_tcp:listen(Sup, [{port, Port}, {receive_handle, RH},
		{tcp_options, [{ip, ip(At)}, {nodelay, true}]}]).

%% ---- text to terms and back --------------------------------------------------------

message(V, Body) ->
	Text = io_lib:format("MEGACO/~w [127.0.0.1]:1 ~ts", [V, Body]),
	case megaco_pretty_text_encoder:decode_message([], V,
			unicode:characters_to_binary(Text)) of
		{ok, {'MegacoMessage', _, {'Message', _, _, {transactions, [T]}}}} ->
			T;
		Bad ->
			io:format(standard_error, "~ts~n~p~n", [Text, Bad]),
			halt(3)
	end.

actions(V, Body) ->
	{transactionRequest, {'TransactionRequest', _, Actions}} =
		message(V, ["Transaction = 1 {", Body, "}"]),
	Actions.

replies(V, Body) ->
	{transactionReply, R} = message(V, ["Reply = 1 {", Body, "}"]),
	{actionReplies, L} = element(4, R),
	L.

%% Our part of BER: ids of terminations (rtp/N is 001 and 29 bits) and names of packages
%% megaco does not know; the rest is its own.
encode_name(_, term_id, {megaco_term_id, _, Parts}) ->
	{Wild, Id} = id(Parts),
	{'TerminationID', [[W] || W <- Wild], Id};
encode_name(Opt, Scope, Item) -> (resolver()):encode_name(Opt, Scope, Item).

decode_name(_, term_id, {'TerminationID', Wild, Id}) ->
	{megaco_term_id, Wild =/= [], parts(Id)};
decode_name(Opt, Scope, Item) ->
	try (resolver()):decode_name(Opt, Scope, Item)
	catch _:_ -> lists:flatten(io_lib:format("unknown-~w", [Scope]))
	end.

resolver() ->
	list_to_existing_atom("megaco_binary_name_resolver_v" ++ opt(version)).

id(["root"]) -> {[], lists:duplicate(8, 255)};
id(["*"]) -> {[16#df], [0, 0, 0, 0]};
id(["$"]) -> {[16#5f], [0, 0, 0, 0]};
id(["rtp", "*"]) -> {[16#dc], [16#20, 0, 0, 0]};
id(["rtp", "$"]) -> {[16#5c], [16#20, 0, 0, 0]};
id(["rtp", N]) -> {[], octets(<<1:3, (list_to_integer(N)):29>>)};
id(["page", _, "$"]) ->
	[Wild, Id] = string:split(opt(page_id), "."),
	{octets(binary:decode_hex(list_to_binary(Wild))),
		octets(binary:decode_hex(list_to_binary(Id)))}.

octets(B) -> binary_to_list(B).

parts([255, 255 | _]) -> ["root"];
parts(Id) ->
	case list_to_binary(Id) of
		<<1:3, N:29>> -> ["rtp", integer_to_list(N)];
		<<2:3, _:29, N:32>> -> ["page", opt(page), integer_to_list(N)];
		Other -> [octets(binary:encode_hex(Other))]
	end.

name({megaco_term_id, _, Parts}) -> lists:flatten(lists:join("/", Parts)).

%% Everything in the term of which Pick makes something.
gather(Pick, T) when is_tuple(T) ->
	Pick(T) ++ gather(Pick, tuple_to_list(T));
gather(Pick, [H | T]) -> gather(Pick, H) ++ gather(Pick, T);
gather(_, _) -> [].

terms(Reply) ->
	lists:uniq(gather(fun({megaco_term_id, _, _} = T) -> [name(T)]; (_) -> [] end,
		Reply)).

props(Name, Reply) ->
	gather(fun({'PropertyParm', N, [V | _], _}) when N =:= Name -> [bare(V)];
		(_) -> []
	end, Reply).

%% In BER a value is an IA5String in an octet string; megaco leaves it as it came.
bare([22, N | Text]) when length(Text) =:= N -> Text;
bare(V) -> V.

errors(Reply) ->
	gather(fun({'ErrorDescriptor', Code, Text}) -> [{Code, Text}]; (_) -> [] end, Reply).

context({ok, [Action | _]}) -> element(2, Action);
context(_) -> 0.

%% ---- telling -----------------------------------------------------------------------

say(Fields) ->
	io:format("{~ts}~n", [lists:join(", ", [[$", atom_to_list(K), "\": ", json(V)] ||
		{K, V} <- Fields])]).

json(V) when is_integer(V) -> integer_to_list(V);
json(V) when is_atom(V) -> atom_to_list(V);
json([]) -> "\"\"";
json({list, L}) -> [$[, lists:join(", ", [json(E) || E <- L]), $]];
json(V) -> [$", [esc(C) || C <- lists:flatten(V)], $"].

esc($") -> "\\\"";
esc($\\) -> "\\\\";
esc(C) when C < 32 -> io_lib:format("\\u~4.16.0b", [C]);
esc(C) -> C.

count(true) -> true;
count(false) ->
	put(failed, get(failed) + 1),
	false.

%% ---- the scenario ------------------------------------------------------------------

registered(Wait) ->
	receive
		{registered, CH} ->
			timer:sleep(300), % the answer is on its way in the old version
			megaco:update_conn_info(CH, protocol_version,
				persistent_term:get(version)),
			CH
	after Wait -> none
	end.

call(CH, Step, Body) ->
	call(CH, Step, Body, []).

call(CH, Step, Body, Fine) ->
	V = persistent_term:get(version),
	{_, Result} = megaco:call(CH, actions(V, Body),
		[{request_timer, {megaco_incr_timer, 1000, 2, 0, 3}}]),
	Bad = case Result of
		{ok, R} -> errors(R);
		Other -> [{0, io_lib:format("~p", [Other])}]
	end,
	Ok = count([C || {C, _} <- Bad, not lists:member(C, Fine)] =:= []),
	say([{step, Step}, {ok, Ok}, {context, context(Result)},
		{terms, {list, terms(Result)}}, {media, {list, props("m", Result)}},
		{address, {list, props("c", Result)}},
		{errors, {list, [io_lib:format("~w ~ts", [C, str(T)]) || {C, T} <- Bad]}},
		{modes, {list, modes(Result)}}, {stats, {list, stats(Result)}}]),
	Result.

str(T) when is_list(T) -> T;
str(T) -> io_lib:format("~p", [T]).

modes(Result) ->
	gather(fun(T) when element(1, T) =:= 'LocalControlDescriptor' ->
			[atom_to_list(element(2, T))];
		(_) -> []
	end, Result).

stats(Result) ->
	gather(fun({'StatisticsParameter', Name, [V | _]}) -> [Name ++ "=" ++ bare(V)];
		(_) -> []
	end, Result).

sdp(Where) ->
	[Ip, Port] = string:split(Where, ":"),
	["v=0\nc=IN IP4 ", Ip, "\nm=audio ", Port, " RTP/AVP 0\n"].

add_rtp(Mode, Remote) ->
	["Add = rtp/$ { Media { Stream = 1 { LocalControl { Mode = ", Mode, " },",
	" Local {\nv=0\nc=IN IP4 $\nm=audio $ RTP/AVP 0\n},",
	" Remote {\n", sdp(Remote), "} } } }"].

scenario(CH, Opt) ->
	#{a := A, b := B} = Opt,
	call(CH, "audit root", "Context = - { AuditValue = ROOT { Audit { Packages } } }"),
	Call = call(CH, "add", ["Context = $ {", add_rtp("SendReceive", A), ", ",
		add_rtp("SendReceive", B), "}"]),
	case {context(Call), terms(Call)} of
		{C, [T1, T2 | _]} when C > 0 ->
			call_goes_on(CH, integer_to_list(C), T1, T2);
		_ ->
			count(false)
	end,
	twice(CH, A),
	maps:is_key(page, Opt) andalso page(CH, Opt),
	%% nothing is left: 431, no termination matches
	call(CH, "audit all", "Context = * { AuditValue = * { Audit { } } }", [431]).

mode(T, Mode) ->
	["Modify = ", T, " { Media { Stream = 1 { LocalControl { Mode = ", Mode, " } } } }"].

call_goes_on(CH, C, T1, T2) ->
	In = ["Context = ", C, " {"],
	timer:sleep(num(hold)),
	call(CH, "modify", [In, mode(T2, "Inactive"), "}"]),
	Audit = call(CH, "audit", [In, "AuditValue = ", T2, " { Audit { Media } } }"]),
	say([{step, "mode"}, {ok, count(modes(Audit) =:= ["inactive"])}]),
	call(CH, "modify back", [In, mode(T2, "SendReceive"), "}"]),
	call(CH, "subtract", [In, "Subtract = ", T1, " { Audit { Statistics } }, ",
		"Subtract = ", T2, " { Audit { Statistics } } }"]).

%% One request, sent twice as it is: two answers alike, one context.
twice(CH, A) ->
	forget(),
	V = persistent_term:get(version),
	{Mod, Conf} = encoding(opt(encoding)),
	Request = {transactionRequest, {'TransactionRequest', 900001,
		actions(V, ["Context = $ {", add_rtp("Inactive", A), "}"])}},
	Message = {'MegacoMessage', asn1_NOVALUE, {'Message', V,
		mid(opt(listen), port(persistent_term:get(opt))), {transactions, [Request]}}},
	{ok, Bytes} = Mod:encode_message(Conf, V, Message),
	Send = megaco:conn_info(CH, send_mod),
	Handle = megaco:conn_info(CH, send_handle),
	Send:send_message(Handle, Bytes),
	timer:sleep(100), % a repeat while the first is in work need not be answered
	Send:send_message(Handle, Bytes),
	First = unexpected(),
	Second = unexpected(),
	Same = First =/= none andalso First =:= Second,
	say([{step, "twice"}, {ok, count(Same)}, {terms, {list, terms(First)}}]),
	case Same andalso gather(fun(T) when element(1, T) =:= 'ActionReply' ->
			[element(2, T)];
		(_) -> []
	end, First) of
		[C | _] ->
			call(CH, "twice over", ["Context = ", integer_to_list(C),
				" { Subtract = * }"]);
		_ ->
			none
	end.

forget() ->
	receive {unexpected, _} -> forget() after 0 -> ok end.

unexpected() ->
	receive
		{unexpected, {transactionReply, R}} when element(2, R) =:= 900001 -> R;
		{unexpected, R} when element(2, R) =:= 900001 -> R
	after num(wait) -> none
	end.

page(CH, #{page := Zone, a := A}) ->
	Call = call(CH, "page", ["Context = $ {", add_rtp("ReceiveOnly", A),
		", Add = page/", Zone, "/$ { Media { Stream = 1 { LocalControl {",
		" Mode = SendOnly } } } } }"]),
	timer:sleep(num(hold)),
	C = context(Call),
	count(C > 0) andalso call(CH, "page over", ["Context = ", integer_to_list(C),
		" { Subtract = * { Audit { Statistics } } }"]).

%% ---- what the gateway asks ---------------------------------------------------------

handle_connect(_, _) -> ok.
handle_disconnect(_, _, _) -> ok.

handle_syntax_error(_, _, Error) ->
	say([{event, "syntax error"}, {text, io_lib:format("~0p", [Error])}]),
	reply.

handle_message_error(_, _, Error) ->
	say([{event, "message error"}, {text, io_lib:format("~0p", [Error])}]),
	no_reply.

handle_trans_request(CH, V, Actions) ->
	case get_role(CH) of
		gateway -> {discard_ack, lists:append([play(V, A) || A <- Actions])};
		mgc -> {discard_ack, lists:append([answer(CH, V, A) || A <- Actions])}
	end.

handle_trans_long_request(_, _, _) -> {discard_ack, []}.

handle_trans_reply(CH, _, _, _) ->
	megaco:update_conn_info(CH, protocol_version, persistent_term:get(version)),
	ok.

handle_trans_ack(_, _, _, _) -> ok.

handle_unexpected_trans(_, _, Trans) ->
	mgc ! {unexpected, Trans},
	ok.

handle_trans_request_abort(_, _, _, _) -> ok.
handle_segment_reply(_, _, _, _, _) -> ok.

commands(Action) ->
	[element(2, C) || C <- element(5, Action)].

context_text(0) -> "-";
context_text(N) -> integer_to_list(N).

answer(CH, V, Action) ->
	C = context_text(element(2, Action)),
	lists:append([answer_one(CH, V, C, K, terms(R)) || {K, R} <- commands(Action)]).

answer_one(CH, V, C, serviceChangeReq, ["root" | _]) ->
	answer_one(CH, V, C, serviceChangeReq, ["ROOT"]);
answer_one(CH, V, C, serviceChangeReq, ["ROOT"]) ->
	say([{event, "registered"}, {version, V},
		{mid, io_lib:format("~0p", [element(3, CH)])}]),
	mgc ! {registered, CH},
	Most = integer_to_list(persistent_term:get(version)),
	replies(V, ["Context = ", C, " { ServiceChange = ROOT { Services { Version = ", Most,
		" } } }"]);
answer_one(_, V, C, serviceChangeReq, [T | _]) ->
	say([{event, "service change"}, {term, T}]),
	replies(V, ["Context = ", C, " { ServiceChange = ", T, " { Services { } } }"]);
answer_one(_, V, C, notifyReq, [T | _]) ->
	say([{event, "notify"}, {term, T}]),
	replies(V, ["Context = ", C, " { Notify = ", T, " }"]);
answer_one(_, V, C, K, _) ->
	say([{event, "unexpected"}, {text, atom_to_list(K)}]),
	replies(V, ["Context = ", C, " { Error = 501 { \"not an MGC's\" } }"]).

%% ---- megaco as the gateway, to try this script alone -------------------------------

get_role(CH) ->
	case element(2, CH) of
		{deviceName, _} -> gateway;
		_ -> mgc
	end.

be_gateway(#{transport := T, listen := At, encoding := E} = Opt) ->
	{Mod, Conf} = encoding(E),
	Mid = {deviceName, "mg1"},
	Send = case T of "udp" -> megaco_udp; _ -> megaco_tcp end,
	ok = megaco:start_user(Mid, [{user_mod, ?MODULE}, {encoding_mod, Mod},
		{encoding_config, Conf}, {send_mod, Send}]),
	RH = megaco:user_info(Mid, receive_handle),
	{ok, Sup} = Send:start_transport(),
	{Handle, Pid} = reach(Send, Sup, RH, ip(At), port(Opt)),
	{ok, CH} = megaco:connect(RH, preliminary_mid, Handle, Pid),
	Body = "Context = - { ServiceChange = ROOT { Services { Method = Restart, "
		"Reason = \"901 Cold Boot\", Version = 1 } } }",
	ok = megaco:cast(CH, actions(1, Body), []).

reach(megaco_udp, Sup, RH, Ip, Port) ->
	{ok, H, Pid} = megaco_udp:open(Sup, [{port, 0}, {receive_handle, RH}]),
	{megaco_udp:create_send_handle(H, Ip, Port), Pid};
reach(megaco_tcp, Sup, RH, Ip, Port) ->
	{ok, H, Pid} = megaco_tcp:connect(Sup, [{host, Ip}, {port, Port},
		{receive_handle, RH}]),
	{H, Pid}.

play(V, Action) ->
	[{K, _} | _] = commands(Action),
	Local = " { Media { Stream = 1 { LocalControl { Mode = Inactive }, "
		"Local {\nv=0\nc=IN IP4 127.0.0.1\nm=audio 16384 RTP/AVP 0\n} } } }",
	replies(V, case K of
		addReq -> ["Context = 7 { Add = rtp/1", Local, ", Add = rtp/2", Local, "}"];
		modReq -> "Context = 7 { Modify = rtp/2 }";
		subtractReq -> "Context = 7 { Subtract = rtp/1, Subtract = rtp/2 }";
		_ -> ["Context = 7 { AuditValue = rtp/2", Local, "}"]
	end).
