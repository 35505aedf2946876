import { useAuctionPage } from "../auction-page";
import { columnTimes, heights } from "./columns";

const WIDTH = 120;
const HEIGHT = 24;

/** The best offer over time in a row; its value stands beside it in figures. */
export function Sparkline() {
  const { store } = useAuctionPage();
  const value = store.seat.value?.terms.values[0]?.id;
  const changes = store.offers.changes.value;
  const { points } = store.offers.best;
  const first = points[0];
  const last = store.offers.best.last;
  if (changes === 0 || value === undefined || first === undefined || last === undefined || first === last) return null;
  const drawn = heights(points, value, columnTimes(first.at, last.at, WIDTH / 2));
  const known = drawn.filter((height) => height !== null);
  const least = Math.min(...known);
  const range = Math.max(...known) - least || 1;
  const at = (height: number | null, column: number) =>
    height === null ? [] : [`${column * 2},${(HEIGHT - 3 - ((height - least) / range) * (HEIGHT - 6)).toFixed(1)}`];
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      <polyline points={drawn.flatMap(at).join(" ")} />
    </svg>
  );
}
