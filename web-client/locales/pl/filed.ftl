filed = Raport w aktach
filed-at = Złożono { $time }. Te pliki już się nie zmienią; skrót pozwala to sprawdzić.
filed-waits = Raport nie jest jeszcze złożony w aktach. Serwer ponawia próby sam.
filed-file = Plik
filed-size = Rozmiar
filed-json = Raport (JSON)
filed-pdf-pl = Raport po polsku (PDF)
filed-pdf-en = Raport po angielsku (PDF)
