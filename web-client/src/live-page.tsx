import { useAuctionPage, AuctionPageContext } from "./auction-page";
import { Bands } from "./bands";
import { Bar } from "./bar";
import { Cockpit } from "./cockpit/cockpit";
import { LinkPill } from "./link-pill";
import { LotStrip } from "./lot-strip";
import type { Lots } from "./lots";
import { Room } from "./room/room";
import { Speech } from "./speech";

/** The whole live page: the strip of lots where there are several, and the lot that is shown. */
export function LivePage({ lots }: { lots: Lots }) {
  const shown = lots.pages[lots.shown.value];
  if (shown === undefined) return null;
  return (
    <>
      {lots.pages.length > 1 && <LotStrip lots={lots} />}
      <AuctionPageContext.Provider value={shown} key={shown.lot.auction}>
        <OneAuction />
      </AuctionPageContext.Provider>
      {lots.pages.map((page) => (
        <AuctionPageContext.Provider value={page} key={page.lot.auction}>
          <Speech />
        </AuctionPageContext.Provider>
      ))}
    </>
  );
}

/** For bidder and observer the room, for officers the cockpit. */
function OneAuction() {
  const { store } = useAuctionPage();
  const seat = store.seat.value;
  if (store.denied.value !== undefined || seat === undefined || store.state.value === undefined) return <Outside />;
  return (
    <>
      <Bar />
      <Bands />
      {seat.role === "officer" ? <Cockpit /> : <Room />}
    </>
  );
}

/** Before joining, or when joining is not allowed. */
function Outside() {
  const { store, connection, words, language } = useAuctionPage();
  const denied = store.denied.value;
  const link = connection.link.value;
  const loggedOut = link.state === "ended" && link.because === "logged-out";
  return (
    <div class="live-outside">
      <LinkPill />
      <div class="empty" role={denied || loggedOut ? "alert" : undefined}>
        <p>{denied ? denied.sentence[language] : words(loggedOut ? "logged-out" : "joining")}</p>
        {loggedOut && <LogIn />}
        {denied && (
          <a class="button" href="/">
            {words("to-auctions")}
          </a>
        )}
      </div>
    </div>
  );
}

export function LogIn() {
  const { words } = useAuctionPage();
  return (
    <a class="button" href={`/login?next=${encodeURIComponent(location.pathname)}`}>
      {words("log-in")}
    </a>
  );
}
