# The live page of an auction. Numbers, amounts and dates arrive as finished strings.
decimal-mark = .
link-connecting = connecting…
link-connected = connected · { $milliseconds } ms · clock { $seconds } s
link-reconnecting = reconnecting, attempt { $attempt }
link-lost = connection lost
