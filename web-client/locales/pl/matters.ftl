# Sprawy: katalog, karty spraw, formularze i wersje robocze.
nav-matters = Załatw sprawę
nav-drafts = Wersje robocze
matters = Załatw sprawę
matters-search = Czego szukasz?
matters-find = Szukaj
matters-all = Wszystkie sprawy
matters-none = Nie ma tu jeszcze takiej sprawy. Spróbuj innych słów albo napisz pismo ogólne.
matters-departments = Według wydziałów
matters-found = { $count ->
    [0] Nic nie znaleziono
    [one] Znaleziono 1 sprawę
    [few] Znaleziono { $count } sprawy
   *[many] Znaleziono { $count } spraw
  }
life-contact = Kontakt z urzędem
life-documents = Dokumenty i zameldowanie
life-family = Rodzina i wsparcie
life-home = Dom, mieszkanie, działka
life-vehicle = Samochód i prawo jazdy
life-taxes = Podatki i opłaty
life-business = Firma i organizacja
life-city = Ulica, zieleń, wydarzenia
matter-assurance-email = Konto z potwierdzonym adresem e-mail
matter-assurance-desk = Konto potwierdzone w urzędzie: raz pokazujesz tam dokument tożsamości
matter-assurance-trusted-profile = Profil zaufany
matter-assurance-qualified = Kwalifikowany podpis elektroniczny

matter-visit = z wizytą
matter-hand-over = w innym serwisie
matter-visit-title = Potrzebna jest jedna wizyta w urzędzie
matter-bring = Weź ze sobą
matter-visit-link = W serwisie centralnym:
matter-hand-over-title = Tę sprawę załatwia inny serwis
matter-fee = Opłata
matter-free = bez opłaty
matter-fee-depends = zależy od sprawy
matter-deadline = Termin
matter-at-once = od ręki
matter-no-deadline = przepisy nie wyznaczają terminu
matter-days = { $count ->
    [one] 1 dzień
   *[many] { $count } dni
  }
matter-months = { $count ->
    [one] 1 miesiąc
    [few] { $count } miesiące
   *[many] { $count } miesięcy
  }
matter-outcome = Co dostaniesz
matter-department = Kto się tym zajmuje
matter-assurance = Do wniosku potrzebne
matter-needs = Przygotuj
matter-steps = Jak to przebiega
matter-begin = Zacznij
matter-begin-visit = Przygotuj wniosek
matter-begin-hand-over = Przygotuj dane
matter-begin-about = Odpowiedzi zapisują się na każdej stronie. Możesz przerwać i dokończyć później, także na innym urządzeniu.
matter-log-in = Zaloguj się, aby zacząć
matter-log-in-about = Formularz zapisuje się na Twoim koncie, więc do wypełnienia potrzebne jest logowanie.
matter-not-here = Na tym koncie nie załatwia się własnych spraw. Zaloguj się na konto mieszkańca albo firmy.
matter-appeal = Odwołanie
matter-laws = Podstawa prawna
matter-law-source = źródło
matter-law-read = odczytano { $day }
matter-law-unread = źródło do ustalenia
matter-privacy = Twoje dane
matter-controller = Administrator
matter-controller-unnamed = Urząd, który prowadzi ten serwis
matter-purpose = Cel
matter-basis = Podstawa
matter-recipients = Komu je przekazujemy
matter-kept = Jak długo je trzymamy (kategoria archiwalna)
matter-kept-unknown = do ustalenia
matter-duty = Czy trzeba je podać
matter-rights = Masz prawo do swoich danych: możesz je zobaczyć, poprawić, a gdy przepisy na to pozwalają, usunąć albo ograniczyć ich użycie. Możesz też wnieść skargę do Prezesa Urzędu Ochrony Danych Osobowych.

form-back = Wstecz
form-step = strona { $number } z { $all }
form-continue = Zapisz i przejdź dalej
form-later = Zapisz i dokończ później
form-to-summary = Przejdź do podsumowania
form-more = Twoja odpowiedź otworzyła następne pytania na tej stronie.
form-optional = nieobowiązkowe
form-yes = Tak
form-no = Nie
form-declare = Tak, oświadczam
form-declared = oświadczono
form-add = Dodaj: { $item }
form-remove = Usuń
form-none-yet = Nic jeszcze nie dodano.
form-attach = Dołącz wybrane
form-file-remove = Usuń
form-files-bounds = { $kinds }, najwyżej { $most } szt.
form-street = Ulica
form-house = Numer domu
form-flat = Numer lokalu
form-postcode = Kod pocztowy
form-place = Miejscowość
form-given-names = Imię (imiona)
form-family-name = Nazwisko
form-pesel = PESEL

drafts = Wersje robocze
drafts-about = Formularze, których jeszcze nie wysłano. Każdy znika 90 dni po ostatnim zapisie.
drafts-none = Nie masz żadnej wersji roboczej.
drafts-saved = Zapisano. Dokończysz, kiedy zechcesz, także na innym urządzeniu.
drafts-deleted = Wersję roboczą usunięto.
draft-matter = Sprawa
draft-state = Stan
draft-saved = Zapisano
draft-expires = Zniknie
draft-act = Czynność
draft-begun = do dokończenia
draft-complete = wypełnione
draft-delete = Usuń
draft-keep = Zostaw
draft-delete-question = Usunąć wersję roboczą?
draft-delete-about = { $title }: odpowiedzi przepadną, nie da się ich odzyskać.
draft-prepared = do wizyty: { $number }
draft-handed-over = przekazano { $day }

summary = Sprawdź odpowiedzi
summary-complete = Wszystko jest uzupełnione.
summary-faults = { $count ->
    [one] Popraw lub uzupełnij jedną odpowiedź.
   *[many] Popraw lub uzupełnij odpowiedzi: { $count }.
  }
summary-earlier = Formularz zmienił się, odkąd go zaczęto. Twoja wersja jest nadal ważna i możesz ją dokończyć.
summary-fill = Uzupełnij odpowiedzi
summary-change = Zmień
summary-none = nie podano
summary-assurance = Do wysłania potrzebne jest jeszcze
summary-expires = Wersja robocza zniknie { $day }, jeśli jej nie zapiszesz ponownie.
summary-card = Karta sprawy
at-desk = Twoja wizyta w urzędzie
at-desk-number = Numer wniosku
at-desk-number-about = Podaj go przy stanowisku. Urzędnik otworzy po nim twój wniosek; niczego nie trzeba drukować ani przepisywać.
at-desk-where = Gdzie
at-desk-office = Urząd
at-desk-until = Przyjdź najpóźniej
at-desk-next-show = Przy stanowisku podajesz numer i pokazujesz dokument tożsamości.
at-desk-next-read = Urzędnik czyta wniosek razem z tobą i przyjmuje go.
at-desk-next-letter = Wniosek dostaje numer, a ty poświadczenie. Potem śledzisz sprawę na swoim koncie.
at-desk-change = Zobacz albo zmień odpowiedzi
at-desk-has-number = Wniosek jest przygotowany. Jego numer: { $number }
at-desk-see = Co zabrać i dokąd przyjść
at-desk-about = Dostaniesz numer, po którym urzędnik otworzy ten wniosek. Do wizyty możesz jeszcze zmieniać odpowiedzi.
at-desk-prepare = Przygotuj do wizyty
hand-over-about = Zanim przejdziesz dalej, zapiszemy, że dane są gotowe i kiedy cię tam skierowaliśmy. Odpowiedzi zostają tylko na twoim koncie.
hand-over-do = Dane są gotowe, idę dalej
hand-over-first = Najpierw uzupełnij odpowiedzi.
hand-over-done = Zapisano { $time }: dane są gotowe, sprawę prowadzi dalej inny serwis.
hand-over-next = Otwórz go i przepisz odpowiedzi z tej strony. Stąd niczego nie wysyłamy.
