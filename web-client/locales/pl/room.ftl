# Sala wykonawcy i widok obserwatora.
own-position = Twoja pozycja
own-offer = Twoja oferta
own-written-offer = Twoja oferta pisemna
own-points = Twoje punkty
best-offer = Najlepsza oferta
gap = Różnica do najlepszej
own-leading = Twoja oferta jest najlepsza.
own-unbeaten = Żadna oferta nie jest lepsza.
own-overtaken = Przebito twoją ofertę.
own-behind = Prowadzi inna oferta.
own-none = Nie masz jeszcze oferty.
own-not-ranked = Pozycje będą znane po otwarciu.
own-excluded = Wykluczono cię z tej aukcji.
no-best = –
participants = { $count ->
    [one] Bierze udział { $count } wykonawca.
   *[other] Bierze udział { $count } wykonawców.
  }
observer-note = Obserwujesz aukcję. Nazwy wykonawców będą znane po zamknięciu.

bid-title = Złóż postąpienie
bid-before-opening = Zasady są zaakceptowane. Postąpienia złożysz tutaj po otwarciu aukcji.
practice-offer = Sprawdź połączenie i poćwicz w aukcji próbnej
bid-between = Następny etap jeszcze się nie zaczął.
bid-stopped = Zegar stoi. Postąpienia złożysz po wznowieniu.
bid-no-link = Poczekaj na połączenie. To, co wpisujesz, zostanie w formularzu.
bid-submit = Złóż postąpienie { $offer }
bid-submit-empty = Złóż postąpienie
bid-accepted = Przyjęto postąpienie { $offer }.
bid-refused = Odrzucono.
tax-net = netto
tax-gross = brutto
limit-lowest = Możesz wpisać najwyżej
limit-highest = Możesz wpisać najmniej
limit-none = Lepsza wartość nie jest już możliwa.
preview-change = Zmiana o { $percent }
preview-change-of = { $name }: zmiana o { $percent }
preview-confirm = Duża zmiana: przed wysłaniem wpiszesz ją jeszcze raz.

confirm-title = Potwierdź dużą zmianę
confirm-from = Obecna wartość
confirm-to = Nowa wartość
confirm-change = Zmiana
confirm-field = Wpisz jeszcze raz: { $name }
confirm-wrong = To nie jest { $offer }. Wpisz tę samą wartość albo wróć i ją popraw.
confirm-submit = Potwierdzam { $offer }

attempts-empty = Nie masz jeszcze postąpień.
attempts-all = Pokaż wszystkie ({ $count })
attempt-n = nr { $n }
attempt-accept-terms = Akceptacja zasad
receipt = Pokwitowanie

result-title = Aukcja zakończona
result-cancelled = Aukcja odwołana
result-best = Najkorzystniejsza oferta
result-nobody = Nikt nie złożył oferty.
result-tied = Na pierwszym miejscu są równe oferty. Zamawiający wezwie do złożenia ofert dodatkowych.
result-seat = Siedziba
result-tax-id = NIP
result-values = Oferta
result-points = Punkty
result-own = Twoja pozycja końcowa: { $position }.
result-own-won = Twoja oferta jest najkorzystniejsza. Pozycja końcowa: { $position }.
result-standings = Kolejność ofert
you = (ty)
log-later = Dziennik aukcji zostanie opublikowany po zapieczętowaniu, za kilka sekund.
log-link = Pobierz dziennik aukcji
log-verify = Dziennik i pokwitowania każdy może sprawdzić u siebie, bez dostępu do sieci. Odcisk klucza jest w zaproszeniu.
log-command = ebok verify { $file } --key ODCISK --receipt POKWITOWANIE
column-position = Pozycja
column-bidder = Wykonawca
column-offer = Oferta
column-points = Punkty

step-one = o krok
step-two = o dwa kroki
bid-submit-lot = { $act } – { $lot }
attempts-so-far = { $count ->
    [0] jeszcze żadnego
    [one] { $count } próba
    [few] { $count } próby
   *[other] { $count } prób
  }
attempt-question = Pytanie: { $text }
receipts-all = { $count ->
    [one] Pobierz pokwitowanie
   *[other] Pobierz wszystkie pokwitowania ({ $count })
  }

questions = Pytania ({ $count })
questions-title = Pytania techniczne
questions-about = Pytanie zobaczy tylko prowadzący. Odpowiedź wraz z treścią pytania dostaną wszyscy, bez nazwy pytającego.
questions-own = Twoje pytania
questions-answers = Odpowiedzi dla wszystkich
question-answered = Odpowiedziano niżej.
question-waits = Czeka na odpowiedź.
question-field = Twoje pytanie
question-missing = Wpisz pytanie.
question-submit = Wyślij pytanie
question-sent = Wysłano. Pokwitowanie jest wśród twoich postąpień.

result-cancelled-about = Aukcja skończyła się bez wyniku.
evidence = Dowody i sprawdzenie
keys-link = Pobierz klucze

refused-limit = Dozwolona granica: { $limit }.
refused-not-an-improvement = To nie jest korzystniejsza oferta.
refused-below-minimum-step = Zmiana jest mniejsza niż minimalne postąpienie.
refused-equal-to-own = To twoja obecna oferta.
refused-needs-confirmation = Zmiana z { $from } na { $to } (około { $change }) wymaga potwierdzenia: wpisz wartość jeszcze raz.
refused-above-hard-limit = Zmiana z { $from } na { $to } (około { $change }) jest większa, niż zasady dopuszczają naraz.
refused-off-the-tick = Wartość musi być wielokrotnością { $tick }.
refused-out-of-range = Wartość musi leżeć między { $least } a { $most }.
refused-min-gap = Odczekaj { $length } między postąpieniami.

tax-reverse-charge = jak na fakturze
held = Wpisano { $offer }
held-counts = policzy się na końcu kolejki
withdraw = Cofnij
bid-submit-sealed = Złóż zapieczętowaną wartość { $offer }
bid-submit-empty-sealed = Złóż zapieczętowaną wartość
sealed = Złożono i zapieczętowano.
sealed-until = Złożono, zapieczętowano do { $time }.
sealed-about = Do tego czasu nikt jej nie zobaczy. Każdy ma jedną wartość.
barred = Nie bierzesz udziału w tym etapie.
barred-tie-break = Dogrywka nie obejmuje twojej oferty.
barred-descending-clock = Nie bierzesz już udziału w tym zegarze.
barred-stands = Twoja oferta pozostaje ważna i liczy się w wyniku.
clock-over = Zegar się zatrzymał. Etap zaraz się skończy.
level-left = poziom stoi jeszcze { $time }
level-stay = Zostaję przy { $level }
level-take = Przyjmuję { $level }
level-stayed = Zostajesz przy { $level }.
leave-clock = Rezygnuję
leave-title = Zrezygnować z zegara?
leave-about = Nie wrócisz już do zegara. Twoją ofertą pozostanie { $offer }. Tego nie można cofnąć.
leave-about-nothing = Nie wrócisz już do zegara i nie będziesz mieć oferty. Tego nie można cofnąć.
answer-bid-held = Wpisano { $offer }.
answer-bid-sealed = Zapieczętowano { $offer }.
answer-level-taken = Przyjęto poziom { $level }.
answer-withdraw = Cofnięto wpis. Stoi poprzednia oferta.
answer-leave-clock = Przyjęto rezygnację.
attempt-level = Poziom { $level }
attempt-place-sealed = Zapieczętowana wartość
attempt-withdraw = Cofnięcie wpisu
attempt-leave = Rezygnacja z zegara
refused-level-passed = Żadnego poziomu nie można już przyjąć.
refused-level-passed-to = Teraz obowiązuje inny poziom: { $level }.
refused-sealed = Nie zapieczętowano: { $reason }.
refused-sum-differs = Ceny jednostkowe razy ilości dają { $sum }. Suma w ofercie jest inna.
