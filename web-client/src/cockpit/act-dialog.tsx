import { useSignal, useSignalEffect } from "@preact/signals";
import { useId } from "preact/hooks";
import { useAuctionPage, useTerms } from "../auction-page";
import { newCommandId } from "../commands";
import { Dialog } from "../dialog";
import type { OfficerAct } from "../protocol";

const TEXT_CHARS_MAX = 1_000;

/** Which act is asked about, and on whom. */
export type ActKind =
  | { type: "announce" | "pause" | "resume" | "cancel" }
  | { type: "annul"; alias: number; n: number; offer: string }
  | { type: "exclude"; alias: number }
  | { type: "answer"; question: number; asked: string };

const IS_GRAVE: Record<ActKind["type"], boolean> = {
  announce: false,
  pause: false,
  resume: false,
  annul: true,
  exclude: true,
  answer: false,
  cancel: true,
};

/** What the text of an act is, where it is no reason. */
const TEXT_NAME: Partial<Record<ActKind["type"], string>> = { announce: "act-text", answer: "act-answer-text" };

/** One act: what it does, its text or reason, and a button named by it. It closes when the act is
 *  durable, and says why when it was refused. */
export function ActDialog({ kind, onClose }: { kind: ActKind; onClose: () => void }) {
  const { store, connection, words, language } = useAuctionPage();
  const least = useTerms().conduct.resume_notice_ms / 1_000;
  const text = useSignal("");
  const notice = useSignal(String(least));
  const asked = useSignal("asked" in kind ? kind.asked : "");
  const isMissing = useSignal(false);
  const sent = useSignal<string | undefined>(undefined);
  const field = useId();
  const answer = store.answer.value?.command.id === sent.value ? store.answer.value : undefined;
  useSignalEffect(() => {
    const answer = store.answer.value;
    if (answer?.accepted && answer.command.id === sent.value) onClose();
  });

  const isWaiting = sent.value !== undefined && answer === undefined;
  const submit = (event: Event) => {
    event.preventDefault();
    isMissing.value = text.value.trim() === "" || (kind.type === "answer" && asked.value.trim() === "");
    if (isMissing.value) return document.getElementById(field)?.focus();
    if (isWaiting) return;
    sent.value = newCommandId();
    connection.command({ type: "act", auction: store.auction, id: sent.value, act: actOf(kind, text.value, notice.value, asked.value) });
  };
  const about = "alias" in kind ? { alias: String(kind.alias), offer: "offer" in kind ? kind.offer : "" } : {};
  return (
    <Dialog title={words(`act-${kind.type}-title`, about)} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <p>{words(`act-${kind.type}-about`, about)}</p>
        {kind.type === "resume" && (
          <div class="field">
            <label for={`${field}-notice`}>{words("act-notice")}</label>
            <p class="hint" id={`${field}-hint`}>
              {words("act-notice-least", { seconds: String(least) })}
            </p>
            <input
              class="input is-short"
              id={`${field}-notice`}
              type="number"
              min={least}
              step={1}
              aria-describedby={`${field}-hint`}
              value={notice.value}
              onInput={(event) => {
                notice.value = event.currentTarget.value;
              }}
            />
          </div>
        )}
        {kind.type === "answer" && (
          <div class="field">
            <label for={`${field}-asked`}>{words("act-asked")}</label>
            <p class="hint" id={`${field}-asked-hint`}>
              {words("act-asked-hint")}
            </p>
            <textarea
              class="input is-reason"
              id={`${field}-asked`}
              maxLength={TEXT_CHARS_MAX}
              aria-describedby={`${field}-asked-hint`}
              value={asked.value}
              onInput={(event) => {
                asked.value = event.currentTarget.value;
              }}
            />
          </div>
        )}
        <div class={`field ${isMissing.value ? "has-error" : ""}`}>
          <label for={field}>{words(TEXT_NAME[kind.type] ?? "act-reason")}</label>
          {TEXT_NAME[kind.type] === undefined && <p class="hint">{words("act-reason-hint")}</p>}
          {isMissing.value && (
            <p class="error" id={`${field}-error`} role="alert">
              {words("act-reason-missing")}
            </p>
          )}
          <textarea
            class="input is-reason"
            id={field}
            maxLength={TEXT_CHARS_MAX}
            aria-invalid={isMissing.value}
            aria-describedby={isMissing.value ? `${field}-error` : undefined}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </div>
        <p class="bid-answer is-refused" role="status">
          {answer && !answer.accepted && answer.sentence?.[language]}
          {isWaiting && connection.link.value.state !== "connected" && words("unsent")}
        </p>
        <div class="button-row">
          <button type="submit" class={`button ${IS_GRAVE[kind.type] ? "button-danger" : ""}`} aria-disabled={isWaiting}>
            {words(isWaiting ? "sending" : `act-${kind.type}-submit`, about)}
          </button>
          <button type="button" class="button button-secondary" onClick={onClose}>
            {words("back")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function actOf(kind: ActKind, text: string, noticeSeconds: string, asked: string): OfficerAct {
  switch (kind.type) {
    case "announce":
      return { type: "announce", text };
    case "pause":
    case "cancel":
      return { type: kind.type, reason: text };
    case "resume":
      return { type: "resume", notice_ms: Math.round(Number(noticeSeconds) * 1_000), reason: text };
    case "annul":
      return { type: "annul", alias: kind.alias, n: kind.n, reason: text };
    case "exclude":
      return { type: "exclude", alias: kind.alias, reason: text };
    case "answer":
      return { type: "answer", question: kind.question, asked, text };
  }
}
