import { useSignal, useSignalEffect } from "@preact/signals";
import { useId } from "preact/hooks";
import { useAuctionPage } from "../auction-page";
import { newCommandId } from "../commands";
import { Dialog } from "../dialog";
import { time } from "../format";
import { othersQuestions, ownQuestions, type Question } from "./questions";

/** As much as the server takes of one question. */
const QUESTION_CHARS_MAX = 1_000;

/** Opens technical questions: the own ones, the answers to all, and a form to ask. */
export function QuestionsButton() {
  const { store, words } = useAuctionPage();
  const open = useSignal(false);
  const own = ownQuestions(store.receipts.value, store.feed.value);
  const others = othersQuestions(own, store.feed.value);
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
        {words("questions", { count: String(own.length + others.length) })}
      </button>
      {open.value && (
        <Dialog title={words("questions-title")} onClose={close}>
          <p>{words("questions-about")}</p>
          <QuestionList questions={[...own, ...others]} />
          <QuestionForm onClose={close} />
        </Dialog>
      )}
    </>
  );
}

function QuestionList({ questions }: { questions: readonly Question[] }) {
  const { words, language } = useAuctionPage();
  if (questions.length === 0) return null;
  return (
    <dl class="questions" aria-label={words("questions-title")}>
      {questions.map(({ asked, at, answers }) => (
        <div key={`${at} ${asked}`}>
          <dt>
            {at === undefined ? words("question-other") : words("question-own", { time: time(at, language) })} {asked}
          </dt>
          {answers.map((answer) => (
            <dd key={answer}>{answer}</dd>
          ))}
          {answers.length === 0 && <dd class="note">{words("question-waits")}</dd>}
        </div>
      ))}
    </dl>
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
