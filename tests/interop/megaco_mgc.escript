#!/usr/bin/env escript
%% -*- erlang -*-
%%! -noshell -kernel logger_level error
%% tests/interop/megaco_mgc.escript - Erlang/OTP's megaco as MGCs of gateways.
%%
%% escript megaco_mgc.escript [--stay FILE] FORM...
%%
%% Each FORM is one MGC, all in this one process and at the same time; it is written
%% KEY=VALUE,KEY=VALUE... with
%%   name=TEXT               in every line it tells    (encoding/transport/version)
%%   transport=udp|tcp       (udp)     encoding=pretty|compact|ber  (pretty)
%%   version=1|2|3           (1)       listen=IP, the MGC's         (127.0.0.1)
%%   port=N                  (2944, with ber 2945)
%%   a=IP:PORT b=IP:PORT               where A and B receive media
%%   page=NAME               then page the zone from a third party
%%   pace=PREFIX             wait for the files PREFIX.go before anything, PREFIX.add
%%                           while the call stands, PREFIX.page while the page does;
%%                           PREFIX.go holds the binary id of page/NAME/$, HEX.HEX, as
%%                           hollerctl prints it
%%   wait=MS                 (20000)   patience with the gateway and the files
%%
%% Accepts the registration, then: audits ROOT, adds two RTP terminations with CHOOSE,
%% modifies, audits, sends a request twice, subtracts; each tells its result in one line
%% of JSON. When all are done a line says so; with --stay it goes on answering until that
%% file is there. The exit code is 0 when all went well. What is asked is written in text
%% and read by megaco's own parser, so this needs none of its headers.
-module(megaco_mgc).
-mode(compile).
-export([main/1]).
-export([encode_name/3, decode_name/3]). % as resolver of binary names
%% callbacks of megaco_user
-export([handle_connect/2, handle_disconnect/3, handle_syntax_error/3,
	handle_message_error/3, handle_trans_request/3, handle_trans_long_request/3,
	handle_trans_reply/4, handle_trans_ack/4, handle_unexpected_trans/3,
	handle_trans_request_abort/4, handle_segment_reply/5]).

main(["--stay", File | Forms]) -> run(Forms, File);
main(Forms) -> run(Forms, none).

run([], _) ->
	io:format(standard_error, "usage: see the head of this file~n", []),
	halt(2);
run(Forms, Stay) ->
	ok = megaco:start(),
	Opts = [form(F) || F <- Forms],
	Sups = #{udp => start(megaco_udp), tcp => start(megaco_tcp)}, % live with this process
	Pids = [spawn_monitor(fun() -> wait_form(Opt) end) || Opt <- Opts],
	[begin_form(Pid, Opt, Sups) || {{Pid, _}, Opt} <- lists:zip(Pids, Opts)],
	Failed = lists:sum([ended(P) || P <- Pids]),
	io:format("{\"event\": \"done\", \"failed\": ~w}~n", [Failed]),
	Stay =:= none orelse until(Stay, 600000),
	halt(min(1, Failed)).

ended({Pid, Ref}) ->
	receive
		{'DOWN', Ref, process, Pid, {failed, N}} -> N;
		{'DOWN', Ref, process, Pid, Why} ->
			io:format(standard_error, "~p~n", [Why]),
			1
	end.

form(Text) ->
	Given = maps:from_list([begin
			[K, V] = string:split(Part, "="),
			{list_to_atom(K), V}
		end || Part <- string:lexemes(Text, ",")]),
	Opt = maps:merge(#{transport => "udp", encoding => "pretty", version => "1",
		listen => "127.0.0.1", wait => "20000",
		a => "127.0.0.1:20000", b => "127.0.0.1:30000"}, Given),
	Name = lists:join($/, [maps:get(K, Opt) || K <- [encoding, transport, version]]),
	maps:merge(#{name => lists:flatten(Name)}, Opt).

start(Mod) ->
	{ok, Sup} = Mod:start_transport(),
	Sup.

%% One process plays one MGC. Megaco's own processes find it by the MGC's MID.
begin_form(Pid, #{listen := At} = Opt, Sups) ->
	persistent_term:put({mgc, mid(At, port(Opt))}, {Pid, Opt}),
	open_mgc(Opt, Sups),
	say(maps:get(name, Opt), [{event, "ready"}]).

wait_form(Opt) ->
	put(failed, 0),
	put(opt, Opt),
	case registered(num(wait)) of
		none ->
			count(false),
			say([{event, "error"}, {text, "nobody registered"}]);
		CH ->
			pace("go"),
			scenario(CH, Opt)
	end,
	say([{event, "over"}, {failed, get(failed)}]),
	exit({failed, get(failed)}).

opt(Name) -> maps:get(Name, get(opt)).
num(Name) -> list_to_integer(opt(Name)).
version() -> num(version).

%% In a process of megaco: whose connection is it?
mgc_of(CH) -> persistent_term:get({mgc, element(2, CH)}, {none, #{}}).

until(File, Ms) ->
	case filelib:is_regular(File) of
		true -> ok;
		false when Ms > 0 ->
			timer:sleep(50),
			until(File, Ms - 50);
		false -> io:format(standard_error, "~ts is not there~n", [File])
	end.

%% Until the test has done what it does meanwhile.
pace(Step) ->
	case get(opt) of
		#{pace := Prefix} -> until(Prefix ++ "." ++ Step, num(wait) * 3);
		_ -> ok
	end.

page_id(#{pace := Prefix}) ->
	{ok, Text} = file:read_file(Prefix ++ ".go"),
	string:trim(binary_to_list(Text)).

%% ---- transport and encoding --------------------------------------------------------

encoding(#{encoding := "pretty"}) -> {megaco_pretty_text_encoder, []};
encoding(#{encoding := "compact"}) -> {megaco_compact_text_encoder, []};
encoding(#{encoding := "ber"} = Opt) ->
	{megaco_ber_encoder, [{binary_name_resolver, {?MODULE, Opt}}]}.

port(#{port := P}) -> list_to_integer(P);
port(#{encoding := "ber"}) -> 2945;
port(_) -> 2944.

ip(Text) ->
	{ok, Ip} = inet:parse_address(Text),
	Ip.

mid(Ip, Port) ->
	{ip4Address, {'IP4Address', tuple_to_list(ip(Ip)), Port}}.

user(Mid, Send, Opt) ->
	{Mod, Conf} = encoding(Opt),
	ok = megaco:start_user(Mid, [{user_mod, ?MODULE}, {encoding_mod, Mod},
		{encoding_config, Conf}, {send_mod, Send}, {auto_ack, false},
		{protocol_version, 1}, {max_trans_id, 100000}]),
	megaco:user_info(Mid, receive_handle).

open_mgc(#{transport := "udp", listen := At} = Opt, #{udp := Sup}) ->
	Port = port(Opt),
	RH = user(mid(At, Port), megaco_udp, Opt),
	{ok, _, _} = megaco_udp:open(Sup, [{port, Port}, {receive_handle, RH},
		{udp_options, [{ip, ip(At)}]}]);
open_mgc(#{transport := "tcp", listen := At} = Opt, #{tcp := Sup}) ->
	Port = port(Opt),
	RH = user(mid(At, Port), megaco_tcp, Opt),
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
			exit({failed, 1})
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
encode_name(Opt, term_id, {megaco_term_id, _, Parts}) ->
	{Wild, Id} = id(Opt, Parts),
	{'TerminationID', [[W] || W <- Wild], Id};
encode_name(Opt, Scope, Item) -> (resolver(Opt)):encode_name([], Scope, Item).

decode_name(Opt, term_id, {'TerminationID', Wild, Id}) ->
	{megaco_term_id, Wild =/= [], parts(Opt, Id)};
decode_name(Opt, Scope, Item) ->
	try (resolver(Opt)):decode_name([], Scope, Item)
	catch _:_ -> lists:flatten(io_lib:format("unknown-~w", [Scope]))
	end.

resolver(#{version := V}) ->
	list_to_existing_atom("megaco_binary_name_resolver_v" ++ V).

id(_, ["root"]) -> {[], lists:duplicate(8, 255)};
id(_, ["*"]) -> {[16#df], [0, 0, 0, 0]};
id(_, ["$"]) -> {[16#5f], [0, 0, 0, 0]};
id(_, ["rtp", "*"]) -> {[16#dc], [16#20, 0, 0, 0]};
id(_, ["rtp", "$"]) -> {[16#5c], [16#20, 0, 0, 0]};
id(_, ["rtp", N]) -> {[], octets(<<1:3, (list_to_integer(N)):29>>)};
id(Opt, ["page", _, "$"]) ->
	[Wild, Id] = string:split(page_id(Opt), "."),
	{octets(binary:decode_hex(list_to_binary(Wild))),
		octets(binary:decode_hex(list_to_binary(Id)))}.

octets(B) -> binary_to_list(B).

parts(_, [255, 255 | _]) -> ["root"];
parts(Opt, Id) ->
	case list_to_binary(Id) of
		<<1:3, N:29>> -> ["rtp", integer_to_list(N)];
		<<2:3, _:29, N:32>> -> ["page", maps:get(page, Opt, "?"), integer_to_list(N)];
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

say(Fields) -> say(opt(name), Fields).

say(Form, More) ->
	Fields = [{form, Form} | More],
	io:format("{~ts}~n", [lists:join(", ", [[$", atom_to_list(K), "\": ", json(V)] ||
		{K, V} <- Fields])]).

json(V) when is_integer(V) -> integer_to_list(V);
json(V) when is_boolean(V) -> atom_to_list(V);
json(V) when is_atom(V) -> json(atom_to_list(V));
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
				version()),
			CH
	after Wait -> none
	end.

call(CH, Step, Body) ->
	call(CH, Step, Body, []).

call(CH, Step, Body, Fine) ->
	V = version(),
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
	pace("add"),
	call(CH, "modify", [In, mode(T2, "Inactive"), "}"]),
	Audit = call(CH, "audit", [In, "AuditValue = ", T2, " { Audit { Media } } }"]),
	say([{step, "mode"}, {ok, count(modes(Audit) =:= ["inactive"])}]),
	call(CH, "modify back", [In, mode(T2, "SendReceive"), "}"]),
	call(CH, "events", [In, "Modify = ", T2, " { Events = 7 { nt/netfail } } }"]),
	All = call(CH, "audit both", [In, "AuditValue = rtp/* { Audit { Packages } } }"]),
	say([{step, "both"}, {ok, count(lists:sort(terms(All)) =:= lists:sort([T1, T2]))}]),
	call(CH, "capabilities", [In, "AuditCapability = ", T1, " { Audit { Media } } }"]),
	more(CH, In, T1, T2, version()),
	Moved = context(call(CH, "move", ["Context = $ { Move = ", T2, " }"])),
	count(Moved > 0 andalso integer_to_list(Moved) =/= C),
	call(CH, "move back", [In, "Move = ", T2, " }"]),
	call(CH, "subtract", [In, "Subtract = ", T1, " { Audit { Statistics } }, ",
		"Subtract = ", T2, " { Audit { Statistics } } }"]).

%% What a plain call does not need: everything there is to audit, and what contexts have.
more(CH, In, T1, T2, V) ->
	call(CH, "audit everything", [In, "AuditValue = ", T1, " { Audit { Media, Events, ",
		"Signals, DigitMap, Statistics, Packages, ObservedEvents, EventBuffer } } }"]),
	call(CH, "digit map", [In, "Modify = ", T1, " { DigitMap = dialplan1 { ",
		"([2-9]xxxxxx|0[1-9]x.) } } }"]),
	call(CH, "topology", [In, "Topology { ", T1, ", ", T2, ", Oneway }, Priority = 4, ",
		"Modify = ", T1, " { Media { Stream = 1 { LocalControl { Mode = SendReceive } } }",
		" } }"]),
	V > 1 andalso context_audit(CH, In), % megaco's version 1 cannot read one
	call(CH, "topology back", [In, "Topology { ", T1, ", ", T2, ", Bothway }, Modify = ", T1,
		" { Media { Stream = 1 { LocalControl { Mode = SendReceive } } } } }"]),
	call(CH, "service change", [In, "ServiceChange = ", T2, " { Services { Method = Forced, ",
		"Reason = \"905 Termination taken out of service\" } } }"]),
	call(CH, "and back", [In, "ServiceChange = ", T2, " { Services { Method = Restart, ",
		"Reason = \"900 Service Restored\" } } }"]),
	V > 1 andalso call(CH, "one item", [In, "AuditValue = ", T1,
		" { Audit { Media { Stream = 1 { LocalControl { Mode } } } } } }"]).

context_audit(CH, In) ->
	Audit = call(CH, "context audit", [In, "ContextAudit { Topology, Priority, Emergency } }"]),
	say([{step, "priority"}, {ok, count(lists:member(4, priorities(Audit)))}]),
	call(CH, "all contexts", "Context = * { ContextAudit { Priority } }").

priorities(Reply) ->
	gather(fun(T) when element(1, T) =:= 'ContextRequest', is_integer(element(2, T)) ->
			[element(2, T)];
		(_) -> []
	end, Reply).

%% One request, sent twice as it is: two answers alike, one context.
twice(CH, A) ->
	forget(),
	V = version(),
	{Mod, Conf} = encoding(get(opt)),
	Request = {transactionRequest, {'TransactionRequest', 900001,
		actions(V, ["Context = $ {", add_rtp("Inactive", A), "}"])}},
	Message = {'MegacoMessage', asn1_NOVALUE, {'Message', V,
		mid(opt(listen), port(get(opt))), {transactions, [Request]}}},
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
	pace("page"),
	C = context(Call),
	count(C > 0) andalso call(CH, "page over", ["Context = ", integer_to_list(C),
		" { Subtract = * { Audit { Statistics } } }"]).

%% ---- what the gateway asks ---------------------------------------------------------

handle_connect(_, _) -> ok.
handle_disconnect(_, _, _) -> ok.

%% What a gateway sends and megaco cannot read is a fault of the test.
handle_syntax_error(_, _, Error) ->
	say("?", [{event, "syntax error"}, {text, io_lib:format("~0p", [Error])}]),
	reply.

handle_message_error(CH, _, Error) ->
	tell(CH, [{event, "message error"}, {text, io_lib:format("~0p", [Error])}]),
	no_reply.

handle_trans_request(CH, V, Actions) ->
	{discard_ack, lists:append([answer(CH, V, A) || A <- Actions])}.

handle_trans_long_request(_, _, _) -> {discard_ack, []}.

handle_trans_reply(_, _, _, _) -> ok.

handle_trans_ack(_, _, _, _) -> ok.

handle_unexpected_trans(CH, _, Trans) ->
	case mgc_of(CH) of
		{none, _} -> ok;
		{Pid, _} -> Pid ! {unexpected, Trans}
	end,
	ok.

tell(CH, Fields) ->
	{_, Opt} = mgc_of(CH),
	say(maps:get(name, Opt, "?"), Fields).

handle_trans_request_abort(_, _, _, _) -> ok.
handle_segment_reply(_, _, _, _, _) -> ok.

commands(Action) ->
	[element(2, C) || C <- element(5, Action)].

context_text(0) -> "-";
context_text(N) -> integer_to_list(N).

answer(CH, V, Action) ->
	C = context_text(element(2, Action)),
	lists:append([answer_one(CH, V, C, K, root(terms(R)), R) ||
		{K, R} <- commands(Action)]).

root(["root" | _]) -> ["ROOT"];
root(Terms) -> Terms.

answer_one(CH, V, C, serviceChangeReq, ["ROOT"], R) ->
	case method(R) of
		M when M =:= graceful; M =:= forced ->
			tell(CH, [{event, "leaving"}, {method, M}]),
			replies(V, ["Context = ", C, " { ServiceChange = ROOT }"]);
		M ->
			{Pid, Opt} = mgc_of(CH),
			tell(CH, [{event, "registered"}, {version, V}, {method, M},
				{mid, io_lib:format("~0p", [element(3, CH)])}]),
			Pid ! {registered, CH},
			replies(V, ["Context = ", C, " { ServiceChange = ROOT { Services { ",
				"Version = ", maps:get(version, Opt), " } } }"])
	end;
answer_one(CH, V, C, serviceChangeReq, [T | _], _) ->
	tell(CH, [{event, "service change"}, {term, T}]),
	replies(V, ["Context = ", C, " { ServiceChange = ", T, " }"]);
answer_one(CH, V, C, notifyReq, [T | _], _) ->
	tell(CH, [{event, "notify"}, {term, T}]),
	replies(V, ["Context = ", C, " { Notify = ", T, " }"]);
answer_one(CH, V, C, K, _, _) ->
	tell(CH, [{event, "unexpected"}, {text, atom_to_list(K)}]),
	replies(V, ["Context = ", C, " { Error = 501 { \"not an MGC's\" } }"]).

method(R) ->
	hd(gather(fun(T) when element(1, T) =:= 'ServiceChangeParm' -> [element(2, T)];
		(_) -> []
	end, R) ++ [none]).
