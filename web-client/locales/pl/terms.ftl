# Zasady aukcji prostymi słowami.
terms-title = Zasady aukcji
terms-open = Zasady
terms-step-title = Zanim zaczniesz: zasady aukcji
terms-accept = Akceptuję zasady
terms-hash = Skrót pełnych zasad (SHA-256):
terms-tax-net = {" "}netto
terms-tax-gross = {" "}brutto
terms-value-lowest = { $name }{ $tax } ({ $unit }): im mniej, tym lepiej, od { $least } do { $most }.
terms-value-highest = { $name }{ $tax } ({ $unit }): im więcej, tym lepiej, od { $least } do { $most }.
terms-opening-written-offer = Zaczynasz od wartości ze swojej oferty pisemnej.
terms-opening-first-bid-free = Pierwsze postąpienie może mieć dowolną dozwoloną wartość.
terms-step-from-own = { $name }: najmniejsze postąpienie względem twojej ostatniej wartości to { $step }.
terms-step-from-leader = { $name }: najmniejsze postąpienie względem najlepszej oferty to { $step }.
terms-band = od { $from }: { $step }
terms-tick = { $name }: tylko wielokrotności { $tick }.
terms-phase-only = Aukcja
terms-phase-named = Etap { $phase }
terms-pause = { $phase }: poprzedza go przerwa { $length }.
terms-close-set-time = { $phase } trwa { $length }.
terms-close-idle = { $phase } kończy się, gdy przez { $idle } nikt nie złoży postąpienia.
terms-close-not-before = Nie wcześniej niż { $length } od początku.
terms-close-latest = Najpóźniej { $length } od początku.
terms-no-extension = Końca się nie przedłuża.
terms-extension-from-bid = { $trigger } w ostatnich { $window } ustawia zegar na { $length }.
terms-extension-added = { $trigger } w ostatnich { $window } przedłuża koniec o { $length }.
terms-trigger-any-bid = Każde postąpienie
terms-trigger-beats-another = Postąpienie lepsze od oferty innego wykonawcy
terms-trigger-changes-rank = Postąpienie zmieniające pozycję (miejsca 1–{ $rank })
terms-extension-count = { $count ->
    [one] Najwyżej jedno przedłużenie.
    [few] Najwyżej { $count } przedłużenia.
   *[other] Najwyżej { $count } przedłużeń.
  }
terms-extension-end = Nigdy dłużej niż { $length } od początku.
terms-wins-lowest = Najkorzystniejsza jest najniższa wartość.
terms-wins-points = Najkorzystniejsza jest oferta z największą liczbą punktów: { $criteria }.
terms-ties-earliest = Z dwóch równych ofert lepsza jest wcześniejsza.
terms-ties-equal-rank = Równe oferty zajmują tę samą pozycję.
terms-confirm = Zmianę większą niż { $percent } trzeba potwierdzić, wpisując wartość jeszcze raz.
terms-refuse = Zmiana większa niż { $percent } naraz jest niedozwolona.
terms-gap = Między próbami odczekaj { $length }.
terms-attempts = Najwyżej { $count } prób.
terms-conduct = Postąpienia nie można cofnąć. O terminach decyduje zegar serwera.
