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
terms-wins-lowest-price = Najkorzystniejsza jest najniższa wartość.
terms-wins-points = Najkorzystniejsza jest oferta z największą liczbą punktów: { $criteria }.
terms-ties-earliest = Z dwóch równych ofert lepsza jest wcześniejsza.
terms-ties-equal-rank = Równe oferty zajmują tę samą pozycję.
terms-confirm = Zmianę większą niż { $percent } trzeba potwierdzić, wpisując wartość jeszcze raz.
terms-refuse = Zmiana większa niż { $percent } naraz jest niedozwolona.
terms-gap = Między próbami odczekaj { $length }.
terms-attempts = Najwyżej { $count } prób.
terms-conduct = Postąpienia nie można cofnąć. O terminach decyduje zegar serwera.

terms-conduct-turns = O terminach decyduje zegar serwera.
terms-tax-reverse-charge = {" "}jak na fakturze
terms-reverse-charge = { $name }: wpisujesz ją tak, jak będzie na fakturze. Tylko do porównania dolicza się VAT, który odprowadzi zamawiający; stawka jest w ofercie pisemnej.
terms-random-tail = Potem dolicza się czas wylosowany od 0 do { $length }. Nikt nie zna go przed końcem.
terms-turns = { $phase }: wykonawcy składają postąpienia po kolei, od najgorszej oferty. Każdy ma { $slot } i w tym czasie może swój wpis zmienić lub cofnąć. Liczy się to, co stoi na końcu kolejki.
terms-sealed-bid = { $phase }: przez { $length } każdy może złożyć jedną zapieczętowaną wartość. Wszystkie otwiera się na końcu.
terms-tie-break = { $phase } to dogrywka: { $length }, tylko po remisie na pierwszym miejscu. Powtarza się, gdy postąpienia znów prowadzą do remisu.
terms-descending-clock = { $phase }: zegar malejący od { $start } co { $step } do { $end }, każdy poziom stoi { $interval }. Kto nie zostaje przy poziomie, odpada z wartością z poprzedniego. Wygrywa ostatni.
terms-ascending-clock = { $phase }: zegar rosnący od { $start } co { $step } do { $end }, każdy poziom stoi { $interval }. Wygrywa, kto pierwszy przyjmie poziom.
terms-admission-who-bid = { $phase } jest tylko dla tych, którzy złożyli postąpienie w poprzednim etapie. Pozostałe oferty stoją.
terms-admission-first = { $phase } jest tylko dla ofert na pierwszym miejscu. Pozostałe oferty stoją.
terms-admission-top = { $phase } jest tylko dla miejsc 1–{ $rank }. Pozostałe oferty stoją.
terms-admission-within = { $phase } jest dla ofert najwyżej o { $percent } gorszych od najlepszej i dla co najmniej { $least } najlepszych. Pozostałe oferty stoją.
terms-wins-discount = Najkorzystniejszy jest najwyższy rabat.
terms-wins-normalised-price = Najkorzystniejsza jest najniższa cena znormalizowana: cena podzielona przez współczynnik za cechy oferty pisemnej ({ $features }).
terms-wins-life-cycle-cost = Najkorzystniejszy jest najniższy koszt cyklu życia: cena i koszty z oferty pisemnej ({ $costs }).
terms-wins-mixed = Najkorzystniejsza jest najniższa cena porównawcza: cena podzielona przez „{ $denominator }” i powiększona o „{ $addition }” z oferty pisemnej.
terms-wins-net-present-value = Najkorzystniejsza jest najwyższa wartość bieżąca netto oszczędności, które zostają zamawiającemu, przy stopie { $rate } rocznie.
terms-worth-step = Postąpienie podnosi twoją wartość bieżącą netto co najmniej o { $step }. Umowa trwa najwyżej { $years } lat.
terms-items = Ceny jednostkowe razy ilości muszą dać razem „{ $total }”: { $items }.
terms-ties-statutory = Z równych ofert lepsza jest ta, która ma więcej punktów w kryterium o największej wadze, potem ta z niższą ceną. Wciąż równe zajmują tę samą pozycję.
