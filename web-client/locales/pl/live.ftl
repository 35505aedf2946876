# Strona aukcji na żywo. Liczby, kwoty i daty przychodzą jako gotowe napisy.
decimal-mark = ,
link-connecting = łączę…
link-connected = połączono · { $milliseconds } ms · zegar { $seconds } s
link-reconnecting = ponawiam połączenie, próba { $attempt }
link-lost = brak połączenia
