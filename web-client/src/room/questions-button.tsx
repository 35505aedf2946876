import { useSignal, useSignalEffect } from "@preact/signals";
import { useId } from "preact/hooks";
import { useAuctionPage } from "../auction-page";
import { newCommandId } from "../commands";
import { Dialog } from "../dialog";
import { time } from "../format";
import { ownQuestions } from "./questions";

/** As much as the server takes of one question. */
const QUESTION_CHARS_MAX = 500;

/** Opens technical questions: the own ones, the answers to all, and a form to ask. */
export function QuestionsButton() {
  const { store, words } = useAuctionPage();
  const open = useSignal(false);
  const count = store.feed.value.filter(({ news }) => news === "answered").length;
  const close = () => {
    open.value = false;
  };
  return (
    <>
      <button
        type="button"
        class="link-button"
        onClick={() => {
          open.value = true;
        }}
      >
        {words("questions", { count: String(count) })}
      </button>
      {open.value && (
        <Dialog title={words("questions-title")} onClose={close}>
          <p>{words("questions-about")}</p>
          <OwnQuestions />
          <Answers />
          <QuestionForm onClose={close} />
        </Dialog>
      )}
    </>
  );
}

function OwnQuestions() {
  const { store, words, language } = useAuctionPage();
  const own = ownQuestions(store.own.value?.questions ?? [], store.receipts.value);
  if (own.length === 0) return null;
  return (
    <>
      <h3>{words("questions-own")}</h3>
      <ul class="questions">
        {own.map(({ n, at, text, answered }) => (
          <li key={n}>
            <time dateTime={new Date(at).toISOString()}>{time(at, language)}</time> {text}{" "}
            <span class="note">{words(answered ? "question-answered" : "question-waits")}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Answers for all; the officer may have restated the question. */
function Answers() {
  const { store, words } = useAuctionPage();
  const answers = store.feed.value.flatMap((item) => (item.news === "answered" ? [item] : []));
  if (answers.length === 0) return null;
  return (
    <>
      <h3>{words("questions-answers")}</h3>
      <dl class="questions">
        {answers.map(({ f, asked, text }) => (
          <div key={f}>
            <dt>{asked}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function QuestionForm({ onClose }: { onClose: () => void }) {
  const { store, connection, words, language } = useAuctionPage();
  const text = useSignal("");
  const isMissing = useSignal(false);
  const sent = useSignal<string | undefined>(undefined);
  const field = useId();
  const isOver = store.state.value?.closed_at !== undefined;
  const answer = store.answer.value?.command.id === sent.value ? store.answer.value : undefined;
  const isWaiting = sent.value !== undefined && answer === undefined;
  useSignalEffect(() => {
    const answer = store.answer.value;
    if (answer?.accepted && answer.command.id === sent.value) text.value = "";
  });
  const submit = (event: Event) => {
    event.preventDefault();
    isMissing.value = text.value.trim() === "";
    if (isMissing.value) return document.getElementById(field)?.focus();
    if (isWaiting) return;
    sent.value = newCommandId();
    connection.command({ type: "ask", auction: store.auction, id: sent.value, text: text.value.trim() });
  };
  return (
    <form onSubmit={submit} noValidate>
      {!isOver && (
        <div class={`field ${isMissing.value ? "has-error" : ""}`}>
          <label for={field}>{words("question-field")}</label>
          {isMissing.value && (
            <p class="error" id={`${field}-error`} role="alert">
              {words("question-missing")}
            </p>
          )}
          <textarea
            class="input"
            id={field}
            maxLength={QUESTION_CHARS_MAX}
            aria-invalid={isMissing.value}
            aria-describedby={isMissing.value ? `${field}-error` : undefined}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </div>
      )}
      <p class={`bid-answer ${answer?.accepted ? "is-accepted" : "is-refused"}`} role="status">
        {answer && (answer.accepted ? words("question-sent") : answer.sentence?.[language])}
        {isWaiting && connection.link.value.state !== "connected" && words("unsent")}
      </p>
      <div class="button-row">
        {!isOver && (
          <button type="submit" class="button" aria-disabled={isWaiting}>
            {words(isWaiting ? "sending" : "question-submit")}
          </button>
        )}
        <button type="button" class="button button-secondary" onClick={onClose}>
          {words("close")}
        </button>
      </div>
    </form>
  );
}
