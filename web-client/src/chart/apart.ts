/** Ascending places moved as little as needed to keep a distance, none of them below the end. */
export function apart(places: readonly number[], distance: number, end: number): number[] {
  let free = -Infinity;
  const down = places.map((place) => {
    const at = Math.max(place, free);
    free = at + distance;
    return at;
  });
  let bound = end;
  return down
    .reverse()
    .map((place) => {
      const at = Math.min(place, bound);
      bound = at - distance;
      return at;
    })
    .reverse();
}
