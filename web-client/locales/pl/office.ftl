# Praca urzędu: kolejka, pisma, sprawy. Liczby i daty przychodzą jako gotowe napisy.
queue = Kolejka
queue-no-position = Nie zajmujesz dziś żadnego stanowiska, więc nic do ciebie nie trafia. Stanowiska przydziela kierownik.
queue-stands-in = { $position } (zastępstwo)
queue-empty = Nic nie czeka.
queue-late = { $count ->
    [one] { $count } termin już minął.
    [few] { $count } terminy już minęły.
   *[other] { $count } terminów już minęło.
  }
queue-urgent = { $count ->
    [one] { $count } pilna sprawa w wydziale
    [few] { $count } pilne sprawy w wydziale
   *[other] { $count } pilnych spraw w wydziale
  }
queue-urgent-about = Termin minął albo mija w ciągu trzech dni roboczych.
queue-not-taken-up = Nikt nie otworzył sprawy.
queue-handled-by = Prowadzi: { $position }
queue-handled-by-nobody = Prowadzi: { $position } (stanowisko wolne)
queue-approve = { $count ->
    [one] { $count } odpowiedź do akceptacji
    [few] { $count } odpowiedzi do akceptacji
   *[other] { $count } odpowiedzi do akceptacji
  }
queue-returned = { $count ->
    [one] { $count } odpowiedź do poprawienia
    [few] { $count } odpowiedzi do poprawienia
   *[other] { $count } odpowiedzi do poprawienia
  }
queue-letters = { $count ->
    [one] { $count } nowe pismo
    [few] { $count } nowe pisma
   *[other] { $count } nowych pism
  }
queue-stray = { $count ->
    [one] { $count } pismo do wydziału, w którym nikt nie przyjmuje pism
    [few] { $count } pisma do wydziałów, w których nikt nie przyjmuje pism
   *[other] { $count } pism do wydziałów, w których nikt nie przyjmuje pism
  }
queue-stray-about = Nie ma tam takiego stanowiska albo jest wolne i nikt go nie zastępuje. Przekaż pismo innemu wydziałowi albo otwórz sprawę w kancelarii.
queue-opinions = { $count ->
    [one] { $count } opinia do wydania
    [few] { $count } opinie do wydania
   *[other] { $count } opinii do wydania
  }
queue-cases = { $count ->
    [one] { $count } sprawa do prowadzenia
    [few] { $count } sprawy do prowadzenia
   *[other] { $count } spraw do prowadzenia
  }
deadline-late = po terminie: { $day }
deadline-soon = do { $day }
deadline-calm = do { $day }
cases = Sprawy
cases-search = Szukaj po znaku, tytule, nazwisku albo numerze pisma
cases-search-do = Szukaj
cases-none = Wśród spraw, które możesz czytać, nie ma takiej.
cases-own = Moje sprawy
cases-own-about = Pismo staje się sprawą, gdy urząd ją otworzy i nada jej znak. Tu widzisz, co się w niej dzieje i do kiedy urząd ma odpowiedzieć.
cases-own-empty = Nie masz jeszcze żadnej sprawy.
cases-own-begin = Załatw sprawę
case-number = Numer
case-sign = Znak sprawy
case-about = Czego dotyczy
case-since = Od
case-deadline = Termin
case-unit = Wydział
case-handler = Prowadzi
case-received = Wpłynęło
case-letters = Pisma
case-letters-own = Twoje pisma w tej sprawie
case-replies = Odpowiedzi urzędu
case-opinions = Opinie
case-timeline = Przebieg
case-state-open = w toku
case-state-answered = odpowiedziano
case-state-closed = zakończona
case-direct = Dekretuj
case-direct-do = Zadekretuj
case-opinions-of = Poproś o opinię
case-note = Polecenie albo pytanie
case-note-hint = Potrzebne, gdy prosisz o opinię. Widzą je tylko osoby z urzędu.
case-reason = Powód
case-give-back = Zwróć
case-give-back-do = Zwróć sprawę
case-give-back-hint = Sprawa wróci do osoby, która przyjmuje pisma w wydziale.
case-move-deadline = Zmień termin
case-move-deadline-do = Ustal nowy termin
case-new-deadline = Nowy termin
case-deadline-so-far = Dotychczasowy termin: { $day }.
case-deadline-hint = Strona zobaczy go i dostanie zawiadomienie (art. 36 KPA).
case-close = Zakończ
case-close-do = Zakończ sprawę
case-outcome = Sposób załatwienia
case-outcome-hint = Jednym zdaniem. Zobaczy go strona.
opinion-give = Wydaj opinię
opinion-give-do = Wyślij opinię
opinion-answer = Opinia
opinion-none-yet = Jeszcze nie ma odpowiedzi.
reply = Odpowiedź
reply-write = Napisz odpowiedź
reply-go-on = Pisz dalej odpowiedź
reply-templates = Zacznij od wzoru
reply-subject = Temat
reply-body = Treść
reply-body-hint = Pusta linia zaczyna nowy akapit. Znak sprawy, numer i datę pismo dostanie samo.
reply-submit = Przekaż do akceptacji
reply-save = Zapisz projekt
reply-discard = Usuń projekt
reply-waits = Odpowiedź czeka na akceptację
reply-waits-about = Przeczytaj ją i wyślij albo zwróć z uwagą.
reply-approvers = Kto ją pisał, ten jej nie akceptuje. Dziś mogą to zrobić:
reply-approvers-none = Dziś nikt nie może jej zaakceptować: kto ją pisał, ten jej nie akceptuje. Wskaż zastępstwo na stanowisku, które akceptuje, także z innego wydziału.
reply-read = Przeczytaj odpowiedź
reply-approve = Akceptuj i wyślij
reply-return = Zwróć z uwagą
reply-remark = Uwaga
reply-remark-hint = Potrzebna tylko wtedy, gdy zwracasz odpowiedź.
reply-remark-was = Uwaga osoby, która akceptuje: { $remark }
reply-sent = Wysłano
event-opened = Otwarto sprawę: { $place }
event-letter = Do sprawy dołączono pismo { $number }
event-directed = Sprawę prowadzi: { $place }
event-given-back = Zwrócono: { $position }
event-opinion-asked = Poproszono o opinię: { $place }
event-opinion-given = Wydano opinię: { $place }
event-deadline = Nowy termin: { $day }
event-reply-submitted = Odpowiedź przekazano do akceptacji
event-reply-returned = Odpowiedź zwrócono do poprawienia
event-reply-sent = Wysłano odpowiedź { $number }
event-closed = Zakończono sprawę
event-tender-announced = Ogłoszono postępowanie
event-lot-published = Opublikowano aukcję części { $lot }
event-auction-won = Zakończono aukcję części { $lot }. Najkorzystniejszą ofertę złożył:
event-auction-unwon = Zakończono aukcję części { $lot } bez wyboru oferty
event-auction-cancelled = Odwołano aukcję części { $lot }
event-record = Do sprawy dołączono raport z aukcji części { $lot }

case-tender = Postępowanie
case-auctions = Aukcje
case-records = Raporty z aukcji
record-of-lot = Raport z aukcji części { $lot }
record-edition = Wersja
record-edition-buyer = dla zamawiającego, z nazwami firm
record-edition-public = jawna, z nazwą wybranej firmy
record-filed = Dołączono
record-files = Pliki
access = Kto oglądał twoje dane
access-about = Każde otwarcie twojego konta, sprawy, pisma albo przygotowanego wniosku przez pracownika urzędu zostaje zapisane. Powtórne otwarcia w ciągu godziny liczą się raz.
access-empty = Nikt jeszcze nie otwierał twojego konta, spraw, pism ani wniosków.
access-when = Kiedy
access-who = Kto
access-what = Co
access-account = twoje konto { $thing }
access-case = sprawa { $thing }
access-letter = pismo { $thing }
access-form = wniosek przygotowany do wizyty, { $thing }
desk-letter-answers = Treść pisma
desk-letter-enclosures = Załączniki
desk-letter-sender = Nadawca
desk-letter-open-case = Otwórz sprawę
desk-letter-open-case-do = Otwórz sprawę
desk-letter-open-case-about = Sprawa dostanie znak, a termin policzymy od wpływu pisma.
desk-letter-jrwa = Klasa z wykazu akt
desk-letter-jrwa-hint = Wpisz numer albo słowa z tytułu klasy.
desk-letter-join = Dołącz do sprawy
desk-letter-join-do = Dołącz
desk-letter-join-hint = Sprawa tej samej osoby, w twoim wydziale.
desk-letter-hand-over = Przekaż do innego wydziału
desk-letter-hand-over-do = Przekaż
desk-letter-in-case = W sprawie { $sign }
desk-letter-stray = W tym wydziale nikt nie przyjmuje dziś pism, dlatego pismo czeka w kancelarii. Przekaż je innemu wydziałowi albo otwórz sprawę w kancelarii.
desk-letter-locked = { $name } – czeka na sprawdzenie programem antywirusowym
desk-letter-infected = { $name } – zawiera szkodliwy kod i nie można go otworzyć
desk-letter-confirmed = Potwierdzono
people = Stanowiska i zastępstwa
people-empty = Nie zajmujesz dziś żadnego stanowiska.
people-position = Stanowisko
people-holder = Kto je zajmuje
people-vacant = wolne
people-duties = Zadania
people-takes-letters = przyjmuje pisma
people-approves = akceptuje odpowiedzi
people-substitutions = Zastępstwa
people-no-substitutions = Dziś i później nikt nikogo nie zastępuje.
people-away = Kogo nie będzie
people-stands-in = Kto zastępuje
people-days = Dni
people-first-day = Pierwszy dzień
people-last-day = Ostatni dzień
people-substitute = Ustal zastępstwo
people-end = Zakończ
report = Sprawozdanie
report-about = Ostatnie dwanaście miesięcy w wydziałach, do których masz dostęp.
report-empty = Nie ma jeszcze czego policzyć.
report-month = Miesiąc
report-letters = Pisma
report-online = Udział pism przez internet
report-visits-saved = Zaoszczędzone wizyty
report-answered = Odpowiedzi
report-median = Mediana dni do odpowiedzi
report-overdue = Po terminie
report-overdue-note = Po terminie to terminy, które w tym miesiącu minęły bez odpowiedzi, także na pisma, z których nikt nie otworzył sprawy.
report-csv = Pobierz CSV
report-visits-note = Wizyty zaoszczędzone to pisma w sprawach, które załatwia się w całości przez internet.
report-by-unit = Według wydziałów i miesięcy
report-all-units = wszystkie moje wydziały
report-show = Pokaż
report-share = Udział
report-days = Dni
report-late = Po terminie
report-visits = Wizyty
nav-people = Zastępstwa
confirmed-log-in = zalogowaniem na konto
confirmed-identity-code = kodem tożsamości
confirmed-desk = przy stanowisku, dokumentem tożsamości
