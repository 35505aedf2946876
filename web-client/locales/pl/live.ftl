# Strona aukcji na żywo: to, co wspólne. Liczby, kwoty i daty przychodzą jako gotowe napisy.
link-connecting = łączę…
link-connected = połączono · { $milliseconds } ms · zegar { $seconds } s
link-silent = brak odpowiedzi serwera
link-reconnecting = ponawiam połączenie, próba { $attempt }
link-ended = rozłączono
link-short-connecting = łączę…
link-short-connected = połączono
link-short-silent = brak łącza
link-short-reconnecting = ponawiam
link-short-ended = rozłączono

link-lost-band = Brak połączenia z serwerem. Łączę ponownie.
link-ended-protocol = Serwer zakończył połączenie. Odśwież stronę.
logged-out = Sesja wygasła. Zaloguj się ponownie, aby wrócić do aukcji.
log-in = Zaloguj się
joining = Łączę z aukcją…
to-auctions = Wróć do listy aukcji

title-no-link = brak połączenia

state-published = przed otwarciem
state-between = przerwa między etapami
state-open = trwa
state-paused = wstrzymana
state-interrupted = przerwana
state-closed = zakończona
state-cancelled = odwołana
state-sealed = zakończona

until-opening = do otwarcia
until-unscheduled = termin otwarcia nie jest jeszcze ustalony
until-phase = do początku etapu { $phase }
until-close = do zamknięcia
until-phase-end = do końca etapu { $phase }
until-resuming = do wznowienia
until-nothing = zegar stoi
no-time = –:––
deciding = koniec czasu, serwer rozstrzyga
days-left = { $days ->
    [one] { $days } dzień { $clock }
   *[other] { $days } dni { $clock }
  }
ended-at = zakończono { $time }
phase-of = etap { $phase } z { $of }
extended-times = { $count ->
    [one] przedłużona raz
   *[other] przedłużona { $count } razy
  }

extended-to = Przedłużono do { $time }
announcement = Ogłoszenie z { $time }: { $text }
paused-band = Prowadzący wstrzymał aukcję. Zegar stoi.
interrupted-band = Aukcję przerwała awaria. Zegar stoi do decyzji prowadzącego.
resumes-at = Wznowienie o { $time }.
reason = Powód: { $reason }
weak-durability = Uwaga: przy awarii mogą przepaść potwierdzone postąpienia.
delayed = Podgląd jest opóźniony o { $time }.

position-of = { $position }. z { $participants }
position-alone = { $position }.
say-position = Twoja pozycja: { $position }
say-over = Aukcja jest zakończona.
points = { $points } pkt
percent = { $percent } %
milliseconds = { $count } ms
alias = Wykonawca { $alias }
somebody = Wykonawca

tabs = Części strony
tab-offer = Oferta
tab-auction = Aukcja
tab-feed = Przebieg
tab-attempts = Moje postąpienia
tab-bidders = Wykonawcy
tab-result = Wynik
feed-empty = Jeszcze nic się nie wydarzyło.
close = Zamknij
back = Wróć
sending = Wysyłam…
accepted = przyjęto
refused = odrzucono

unsent = Nie wysłano, ponowię. Policzy się raz.
unsent-short = Nie wysłano, ponowię
unsent-band = { $count ->
    [one] Nie wysłano, ponowię ({ $count } polecenie czeka).
    [few] Nie wysłano, ponowię ({ $count } polecenia czekają).
   *[other] Nie wysłano, ponowię ({ $count } poleceń czeka).
  }
link-again-in = Próba { $attempt } za { $seconds } s.
link-again-now = Próba { $attempt }…

lots-of-tender = Części postępowania
lot = część { $number }
lot-overtaken = przebito
lot-keys = Alt + Page Down i Alt + Page Up przełączają części.
title-turn = Twoja kolej: { $lot }
title-overtaken = przebito: { $lot }
sounds-on = Dźwięki: wł.
sounds-off = Dźwięki: wył.

chart-title = Oferty w czasie
chart-of = Wykres: { $name }
chart-empty = Wykres pojawi się po pierwszej ofercie.
chart-value = Wartość na wykresie
chart-as-table = Tabela
line-best = najlepsza
line-own = twoja
column-time = Czas
column-line = Oferta

kind-open = otwarty
kind-turns = po kolei
kind-sealed-bid = zapieczętowane wartości
kind-descending-clock = zegar malejący
kind-ascending-clock = zegar rosnący
kind-tie-break = dogrywka
kind-title-sealed-bid = Zapieczętowane wartości
kind-title-descending-clock = Zegar malejący
kind-title-ascending-clock = Zegar rosnący
kind-title-tie-break = Dogrywka
until-turn-end = do końca kolejki
until-level-end = do końca poziomu
until-unsealing = do otwarcia wartości
until-tie-break-end = do końca dogrywki
until-random = zamknięcie w losowej chwili między { $from } i { $to }
any-moment = może się zamknąć w każdej chwili
any-moment-short = w każdej chwili
until-random-short = losowo, najpóźniej { $to }
turn-yours = Twoja kolej
turn-own = Twoja kolej ({ $turn } z { $of })
turn-of = Kolej: { $who } ({ $turn } z { $of })
level-now = Poziom: { $level }
remaining = pozostało: { $count }
sealed-unknown = Wartości będą znane po otwarciu
tie-break-band = Dogrywka po remisie na pierwszym miejscu.
tie-break-until = Dodatkowy czas do { $time }.
say-turn = Twoja kolej.
sealed-value = zapieczętowana wartość
compared-as = { $name }: { $number }
compared-lowest-price = cena z VAT zamawiającego
compared-normalised-price = cena znormalizowana
compared-life-cycle-cost = koszt cyklu życia
compared-mixed = cena porównawcza
compared-net-present-value = wartość bieżąca netto
