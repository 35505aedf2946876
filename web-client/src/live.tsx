import { signal } from "@preact/signals";
import { render } from "preact";
import { type Link, LinkPill } from "./link";
import { pageLanguage, wordsOf } from "./words";

const link = signal<Link>({ state: "connecting" });

const place = document.getElementById("link");
if (place) render(<LinkPill link={link} words={wordsOf(pageLanguage())} />, place);
