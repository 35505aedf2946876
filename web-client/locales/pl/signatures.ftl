# Podpisy elektroniczne na załącznikach. Powody (zdania) stoją w programie, przy kodach.
signature = Podpis elektroniczny
signature-waiting = podpis: sprawdzamy
signature-none = bez podpisu elektronicznego
signature-passed = podpis prawidłowy
signature-indeterminate = podpis do oceny
signature-failed = podpis nieprawidłowy
signature-accepted = urząd uznał podpis
signature-refused = urząd nie uznał podpisu
signature-details = Szczegóły podpisu
signature-unknown-signer = Nie wiadomo, kto podpisał
signature-by-profile = { $person } (podpis zaufany, pieczęć: { $seal })
signature-format = Rodzaj podpisu
signature-covers = Co podpisano
signature-covers-whole = cały plik
signature-covers-part = część pliku
signature-covers-nothing = nie wiadomo
signature-covers-revision = wcześniejszą postać pliku; później dodano { $size }
signature-claimed = Data według podpisującego
signature-subject = Certyfikat
signature-issuer = Wystawca
signature-serial = Numer seryjny
signature-certificate = SHA-256 certyfikatu
signature-how = Jak sprawdzono
signature-verdict = Wynik (EN 319 102-1)
signature-checked-at = Sprawdzono
signature-judged-at = Ważność na chwilę
signature-anchors = SHA-256 listy zaufanych wystawców
signature-no-anchors = urząd nie ma takiej listy
signature-checker = Wersja reguł
signature-decide = podpis do oceny
signature-decide-do = Oceń podpis
signature-decide-about = Automat nie mógł uznać podpisu pod plikiem { $name }. Obejrzyj plik i wpisz, dlaczego uznajesz podpis albo nie. Decyzji nie można zmienić.
signature-decide-reason = Uzasadnienie
signature-accept = Uznaję podpis
signature-refuse = Nie uznaję podpisu
signature-again = Sprawdź podpisy ponownie
signature-again-do = Sprawdź ponownie
signature-again-about = Sprawdzimy je jeszcze raz według aktualnej listy zaufanych wystawców, nadal na chwilę wpływu pisma. Poprzedni wynik zostaje.
queue-signatures = { $count ->
    [one] { $count } pismo w sprawie z podpisem do oceny
    [few] { $count } pisma w sprawach z podpisem do oceny
   *[other] { $count } pism w sprawach z podpisem do oceny
  }
event-signature-accepted = Uznano podpis w piśmie { $number }
event-signature-refused = Nie uznano podpisu w piśmie { $number }
