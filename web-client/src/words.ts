import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import enCockpit from "../locales/en/cockpit.ftl";
import enLive from "../locales/en/live.ftl";
import enNews from "../locales/en/news.ftl";
import enRoom from "../locales/en/room.ftl";
import enTerms from "../locales/en/terms.ftl";
import plCockpit from "../locales/pl/cockpit.ftl";
import plLive from "../locales/pl/live.ftl";
import plNews from "../locales/pl/news.ftl";
import plRoom from "../locales/pl/room.ftl";
import plTerms from "../locales/pl/terms.ftl";

/** A language the office speaks; the server writes it into `<html lang>`. */
export type Language = "pl" | "en";

/** Looks a sentence up by its key. Figures come in as finished strings; numbers only choose a
 *  plural form. */
export type Words = (key: string, values?: Record<string, FluentVariable>) => string;

/** The texts of a page in each language. */
export type Texts = Record<Language, readonly string[]>;

const live: Texts = {
  pl: [plLive, plRoom, plNews, plTerms, plCockpit],
  en: [enLive, enRoom, enNews, enTerms, enCockpit],
};

/** The language of the page; Polish unless it says English. */
export function pageLanguage(): Language {
  return document.documentElement.lang.startsWith("en") ? "en" : "pl";
}

/** The words of one language. A missing key gives the key itself, so that it is seen. */
export function wordsOf(language: Language, texts: Texts = live): Words {
  // No isolation marks: the values are formatted by us and stand in left-to-right text.
  const bundle = new FluentBundle(language, { useIsolating: false });
  for (const text of texts[language]) bundle.addResource(new FluentResource(text));
  return (key, values) => {
    const pattern = bundle.getMessage(key)?.value;
    return pattern ? bundle.formatPattern(pattern, values) : key;
  };
}
