import { useAuctionPage } from "./auction-page";
import { Bands } from "./bands";
import { Bar } from "./bar";
import { Cockpit } from "./cockpit/cockpit";
import { LinkPill } from "./link-pill";
import { Room } from "./room/room";
import { Speech } from "./speech";

/** The whole live page: for bidder and observer the room, for officers the cockpit. */
export function LivePage() {
  const { store } = useAuctionPage();
  const seat = store.seat.value;
  if (store.denied.value !== undefined || seat === undefined || store.state.value === undefined) return <Outside />;
  return (
    <>
      <Bar />
      <Bands />
      {seat.role === "officer" ? <Cockpit /> : <Room />}
      <Speech />
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
