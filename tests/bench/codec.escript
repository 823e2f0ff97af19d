#!/usr/bin/env escript
%% bench/codec.escript - what codec_h248 does, by Erlang's megaco:
%%   codec.escript compact|pretty|ber ROUNDS FILE...
%% Time is that of the wall, least of five: run it on a quiet machine.
%%! +sbwt none +S 1
-mode(compile).

main([Form, Rounds | Files]) ->
    {Mod, Conf} = case Form of
                      "ber" -> {megaco_ber_encoder, []};
                      "compact" -> {megaco_compact_text_encoder, flex()};
                      "pretty" -> {megaco_pretty_text_encoder, flex()}
                  end,
    N = list_to_integer(Rounds),
    Times = lists:append([one(Mod, Conf, N, F) || F <- Files]),
    Count = length(Times),
    io:format("{\"messages\": ~b, \"decode_ns\": ~.1f, \"encode_ns\": ~.1f}~n",
              [Count, lists:sum([D || {D, _} <- Times]) / Count,
               lists:sum([E || {_, E} <- Times]) / Count]).

flex() ->
    {ok, Flex} = megaco_flex_scanner:start(),
    [{flex, Flex}].

one(Mod, Conf, N, File) ->
    {ok, Bin} = file:read_file(File),
    try
        {ok, Msg} = Mod:decode_message(Conf, dynamic, Bin),
        {'MegacoMessage', _, Mess} = Msg,
        V = element(2, Mess),
        {ok, _} = Mod:encode_message(Conf, V, Msg),
        [{least(fun() -> Mod:decode_message(Conf, dynamic, Bin) end, N),
          least(fun() -> Mod:encode_message(Conf, V, Msg) end, N)}]
    catch _:_ ->
        io:format(standard_error, "~s: left out~n", [File]),
        []
    end.

least(F, N) -> lists:min([time(F, N) || _ <- lists:seq(1, 5)]).

time(F, N) ->
    T = erlang:monotonic_time(nanosecond),
    loop(F, N),
    (erlang:monotonic_time(nanosecond) - T) / N.

loop(_, 0) -> ok;
loop(F, N) -> F(), loop(F, N - 1).
