import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import en from "../locales/en/live.ftl";
import pl from "../locales/pl/live.ftl";

/** A language the office speaks; the server writes it into `<html lang>`. */
export type Language = "pl" | "en";

/** Looks a sentence up by its key; values come in as finished strings. */
export type Words = (key: string, values?: Record<string, FluentVariable>) => string;

const texts: Record<Language, string> = { pl, en };

/** The language of the page; Polish unless it says English. */
export function pageLanguage(): Language {
  return document.documentElement.lang.startsWith("en") ? "en" : "pl";
}

/** The words of one language. A missing key gives the key itself, so that it is seen. */
export function wordsOf(language: Language): Words {
  // No isolation marks: the values are formatted by us and stand in left-to-right text.
  const bundle = new FluentBundle(language, { useIsolating: false });
  bundle.addResource(new FluentResource(texts[language]));
  return (key, values) => {
    const pattern = bundle.getMessage(key)?.value;
    return pattern ? bundle.formatPattern(pattern, values) : key;
  };
}
