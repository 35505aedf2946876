import { useSignal } from "@preact/signals";
import { useAuctionPage, useTerms } from "../auction-page";
import { time } from "../format";
import { who } from "../news";
import { openQuestions } from "../open-questions";
import { ActDialog, type ActKind } from "./act-dialog";

/** Bidders' questions above the feed, each with its answer to give. */
export function OpenQuestions() {
  const { store, words, language, readOnly } = useAuctionPage();
  const terms = useTerms();
  const chosen = useSignal<ActKind | undefined>(undefined);
  const open = openQuestions(store.feed.value);
  const around = { words, language, terms, rows: store.state.value?.rows ?? [] };
  if (open.length === 0) return null;
  return (
    <section class="notice is-extended open-questions" aria-label={words("open-questions")}>
      <h2>{words("open-questions")}</h2>
      <ul>
        {open.map((item) => (
          <li key={item.question}>
            <p>
              {time(item.at, language)} {who(around, item)}: {item.text}
            </p>
            {!readOnly && (
              <button
                type="button"
                class="button button-secondary button-small"
                onClick={() => {
                  chosen.value = { type: "answer", question: item.question, asked: item.text };
                }}
              >
                {words("act-answer")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {chosen.value && (
        <ActDialog
          kind={chosen.value}
          onClose={() => {
            chosen.value = undefined;
          }}
        />
      )}
    </section>
  );
}
