filed = Record on file
filed-at = Filed { $time }. These files change no more; the hash lets anybody check that.
filed-waits = The record is not on file yet. The server keeps trying by itself.
filed-file = File
filed-size = Size
filed-json = Record (JSON)
filed-pdf-pl = Record in Polish (PDF)
filed-pdf-en = Record in English (PDF)
