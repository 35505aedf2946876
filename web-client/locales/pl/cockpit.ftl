# Pulpit prowadzącego.
column-presence = Połączenie
column-attempts = Postąpienia
column-changed = Ostatnia zmiana
column-acts = Czynności
bidders-none = Nie dopuszczono jeszcze żadnego wykonawcy.
alias-none = bez numeru
attempts-count = { $accepted } z { $all }
mark-excluded = wykluczony
mark-low = rażąco niska?
mark-terms = bez akceptacji zasad
presence-away = nieobecny
presence-here = { $count ->
    [one] { $count } połączenie
    [few] { $count } połączenia
   *[other] { $count } połączeń
  }
presence-clock = zegar { $seconds } s
observers = { $count ->
    [one] { $count } obserwator
   *[other] { $count } obserwatorów
  }
head = Skrót dziennika po wpisie { $seq }:

act-announce = Ogłoś
act-pause = Wstrzymaj
act-resume = Wznów
act-cancel = Odwołaj aukcję
act-annul = Unieważnij
act-exclude = Wyklucz
act-announce-title = Ogłoszenie dla wszystkich
act-announce-about = Tekst zobaczą od razu wykonawcy i obserwatorzy. Trafi do dziennika.
act-announce-submit = Ogłoś
act-pause-title = Wstrzymać aukcję?
act-pause-about = Zegar stanie, a postąpienia będą odrzucane do wznowienia.
act-pause-submit = Wstrzymaj aukcję
act-resume-title = Wznowić aukcję?
act-resume-about = Wszyscy zobaczą od razu, kiedy zegar ruszy.
act-resume-submit = Wznów aukcję
act-cancel-title = Odwołać aukcję?
act-cancel-about = Aukcja skończy się bez wyniku. Tego nie można cofnąć.
act-cancel-submit = Odwołaj aukcję
act-annul-title = Unieważnić postąpienie wykonawcy { $alias }?
act-annul-about = Unieważniasz { $offer }. Wróci poprzednie postąpienie tego wykonawcy, a kolejność zostanie przeliczona. Tego nie można cofnąć.
act-annul-submit = Unieważnij { $offer }
act-exclude-title = Wykluczyć wykonawcę { $alias }?
act-exclude-about = Wykonawca straci pozycję i nie złoży już postąpień. Tego nie można cofnąć.
act-exclude-submit = Wyklucz wykonawcę { $alias }
act-text = Treść ogłoszenia
act-reason = Powód
act-reason-hint = Trafi do dziennika i raportu z aukcji.
act-reason-missing = Wpisz treść.
act-notice = Za ile sekund
act-notice-least = Co najmniej { $seconds } s.

act-answer = Odpowiedz
act-answer-title = Odpowiedź dla wszystkich
act-answer-about = Pytanie i odpowiedź zobaczą wszyscy wykonawcy. Trafią do dziennika.
act-answer-submit = Opublikuj odpowiedź
act-answer-text = Odpowiedź
act-asked = Pytanie, jak zobaczą je wszyscy
act-asked-hint = Usuń z niego to, co zdradza pytającego.
open-questions = Pytania bez odpowiedzi
read-only = Tylko podgląd

column-lot = Część
column-state = Stan
column-left = Pozostało
column-course = Przebieg
connected-of = { $here } z { $all }
mark-alarm = alarm

history = historia
history-of = Wykonawca { $alias }
history-empty = Jeszcze bez prób.
own-written-offer-of = Oferta pisemna

savings-title = Oszczędność
savings-best = Prowadząca oferta: { $name }
savings-estimate = Mniej niż wartość szacunkowa { $estimate }
savings-opening = Mniej niż najlepsza oferta pisemna { $opening }
savings-own = Lepiej od oferty pisemnej o
savings-gross = Wartość szacunkowa jest netto, a oferty są brutto.
