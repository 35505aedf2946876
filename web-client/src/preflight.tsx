import { signal } from "@preact/signals";
import { render } from "preact";
import enPreflight from "../locales/en/preflight.ftl";
import plPreflight from "../locales/pl/preflight.ftl";
import { ServerClock } from "./clock";
import { duration, signedSeconds } from "./format";
import { Icon } from "./icon";
import { readMessage } from "./protocol";
import { pageLanguage, wordsOf } from "./words";

/** A connection that takes longer to greet, or to answer, counts as none. */
const GIVE_UP_MS = 6_000;
/** Round trips that are measured. */
const PINGS = 6;
const PING_EVERY_MS = 250;
/** A clock may differ by so much without confusing anybody: the countdown is the server's. */
const OFFSET_GOOD_MS = 2_000;
/** Up to here a bid of the last second still arrives in it. */
const TRIP_GOOD_MS = 400;

/** What was found: nothing where there is no link at all. */
interface Findings {
  offset: number;
  trip: number;
}

type Check = { state: "running" } | { state: "done"; findings: Findings | undefined };

const language = pageLanguage();
const words = wordsOf(language, { pl: [plPreflight], en: [enPreflight] });
const check = signal<Check>({ state: "running" });

const place = document.getElementById("preflight");
if (place) {
  place.textContent = "";
  render(<Preflight />, place);
  void run();
}

async function run(): Promise<void> {
  check.value = { state: "running" };
  check.value = { state: "done", findings: await measured() };
}

/** Connects as the room does, measures some round trips and leaves. */
function measured(): Promise<Findings | undefined> {
  const address = new URL("/api/live", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const clock = new ServerClock();
  const socket = new WebSocket(address.href);
  let pongs = 0;
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      socket.onclose = null;
      socket.close();
      const best = clock.best;
      resolve(best && { offset: best.offset, trip: best.roundTrip });
    };
    const timer = window.setTimeout(finish, GIVE_UP_MS);
    const ping = (): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ping", t: performance.now() }));
    };
    socket.onclose = finish;
    socket.onmessage = (event) => {
      const received = performance.now();
      const wall = Date.now();
      const message = typeof event.data === "string" ? readMessage(event.data) : undefined;
      if (message?.type === "hello") ping();
      if (message?.type !== "pong") return;
      clock.measured(message.t, message.now, received, wall);
      pongs += 1;
      if (pongs === PINGS) finish();
      else window.setTimeout(ping, PING_EVERY_MS);
    };
  });
}

function Preflight() {
  const { value } = check;
  if (value.state === "running") return <p>{words("preflight-running")}</p>;
  const { findings } = value;
  if (findings === undefined) {
    return (
      <>
        <dl class="facts">
          <Finding name="link" isGood={false} />
        </dl>
        <Summary isGood={false} />
      </>
    );
  }
  const isInStep = Math.abs(findings.offset) <= OFFSET_GOOD_MS;
  const isQuick = findings.trip <= TRIP_GOOD_MS;
  const offset = `${signedSeconds(findings.offset, language)}\u00a0s`;
  return (
    <>
      <dl class="facts">
        <Finding name="link" isGood />
        <Finding name="clock" isGood={isInStep} values={{ offset }} />
        <Finding name="trip" isGood={isQuick} values={{ trip: duration(Math.max(1, Math.round(findings.trip))) }} />
      </dl>
      <Summary isGood={isInStep && isQuick} />
    </>
  );
}

/** One finding: icon, word and colour, then what it means. */
function Finding({ name, isGood, values }: { name: string; isGood: boolean; values?: Record<string, string> }) {
  const verdict = isGood ? "good" : "bad";
  return (
    <>
      <dt>{words(`preflight-${name}`)}</dt>
      <dd>
        <span class={`chip ${isGood ? "is-accepted" : "is-refused"}`}>
          <Icon name={isGood ? "check" : "cross"} />
          {words(`preflight-${verdict}`)}
        </span>{" "}
        {words(`preflight-${name}-${verdict}`, values)}
      </dd>
    </>
  );
}

function Summary({ isGood }: { isGood: boolean }) {
  return (
    <>
      <p>
        <strong>{words(isGood ? "preflight-ready" : "preflight-problem")}</strong>
      </p>
      <p class="button-row">
        <button type="button" class="button button-secondary" onClick={() => void run()}>
          {words("preflight-again")}
        </button>
      </p>
    </>
  );
}
