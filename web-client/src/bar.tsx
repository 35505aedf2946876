import { useAuctionPage, useSeat, useTerms } from "./auction-page";
import { Countdown } from "./countdown";
import { LinkPill } from "./link-pill";
import { courseText, phaseName } from "./phase";
import { SoundSwitch } from "./sound-switch";
import { StateChip } from "./state-chip";
import { TermsButton } from "./terms-dialog";
import { positionText } from "./window-title";

/** Lot, phase, countdown and connection: what is always in sight. */
export function Bar() {
  const { narrow } = useAuctionPage();
  return narrow.value ? <NarrowBar /> : <WideBar />;
}

function WideBar() {
  const { language } = useAuctionPage();
  const terms = useTerms();
  return (
    <header class="room-bar">
      <div class="room-bar-lot">
        <h1>{terms.title[language]}</h1>
        <p>
          <StateChip />
          <PhaseName />
          <TermsButton />
          <SoundSwitch />
        </p>
      </div>
      <Countdown />
      <LinkPill />
    </header>
  );
}

function NarrowBar() {
  const { store, words, language } = useAuctionPage();
  const terms = useTerms();
  const position = store.own.value?.position;
  return (
    <>
      <header class="room-bar is-narrow">
        <Countdown />
        {position !== undefined && (
          <p class="room-bar-position">
            <span class="unseen">{words("own-position")}: </span>
            {positionText(words, position, store.state.value?.participants)}
          </p>
        )}
        <LinkPill />
      </header>
      <div class="room-bar-lot is-narrow">
        <h1>{terms.title[language]}</h1>
        <p>
          <StateChip />
          <PhaseName />
          <TermsButton />
          <SoundSwitch />
        </p>
      </div>
    </>
  );
}

/** The phase and, for those whose form does not say it, what goes on in it. */
function PhaseName() {
  const page = useAuctionPage();
  const name = phaseName(page.store.state.value?.phase, page.words);
  const course = useSeat().role === "bidder" ? undefined : courseText(page);
  return (
    <>
      {name && <span>{name}</span>}
      {course && <span class="chip is-live">{course}</span>}
    </>
  );
}
