import { useAuctionPage } from "./auction-page";
import type { Link } from "./connection";
import { signedSeconds } from "./format";

const CLASS: Record<Link["state"], string> = {
  connecting: "",
  connected: "is-connected",
  silent: "is-lost",
  reconnecting: "is-reconnecting",
  ended: "is-lost",
};

/** The connection in words, with a dot; always in sight. On a phone the word alone. */
export function LinkPill() {
  const { connection, narrow } = useAuctionPage();
  const link = connection.link.value;
  return <p class={`link-pill ${CLASS[link.state]}`}>{narrow.value ? <ShortLink link={link} /> : <LongLink link={link} />}</p>;
}

function ShortLink({ link }: { link: Link }) {
  const { words } = useAuctionPage();
  return <>{words(`link-short-${link.state}`)}</>;
}

function LongLink({ link }: { link: Link }) {
  const { words, language } = useAuctionPage();
  switch (link.state) {
    case "connected":
      if (link.roundTripMs === undefined || link.clockOffsetMs === undefined) return <>{words("link-short-connected")}</>;
      return (
        <>
          {words("link-connected", {
            milliseconds: String(Math.round(link.roundTripMs)),
            seconds: signedSeconds(link.clockOffsetMs, language),
          })}
        </>
      );
    case "reconnecting":
      return <>{words("link-reconnecting", { attempt: String(link.attempt) })}</>;
    case "connecting":
    case "silent":
    case "ended":
      return <>{words(`link-${link.state}`)}</>;
  }
}
