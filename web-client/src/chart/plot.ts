import uPlot from "uplot";
import { apart } from "./apart";
import type { Heights } from "./columns";
import type { LineKind } from "./lines";

/** A line as it is drawn: one height per column. */
export interface DrawnLine {
  kind: LineKind;
  name: string;
  heights: Heights;
}

export interface Drawing {
  /** Server times in epoch seconds. */
  times: readonly number[];
  lines: readonly DrawnLine[];
}

export interface Look {
  timeText: (epochSeconds: number) => string;
  valueText: (value: number) => string;
}

/** Room for the names at the lines' ends, in CSS pixels. */
const NAMES_WIDTH = 104;
const NAME_HEIGHT = 14;
const SQUARE = 7;
const FONT_PX = 12;

/** A chart on a canvas; it is dropped by `destroy`. */
export class Plot {
  readonly #place: HTMLElement;
  readonly #look: Look;
  #uplot: uPlot | undefined;
  #kinds = "";
  #lines: readonly DrawnLine[] = [];

  constructor(place: HTMLElement, look: Look) {
    this.#place = place;
    this.#look = look;
  }

  draw({ times, lines }: Drawing): void {
    this.#lines = lines;
    const data = [times, ...lines.map(({ heights }) => heights)] as unknown as uPlot.AlignedData;
    const kinds = lines.map(({ kind }) => kind).join();
    if (this.#uplot === undefined || kinds !== this.#kinds) {
      this.#uplot?.destroy();
      this.#kinds = kinds;
      this.#uplot = new uPlot(this.#options(lines), data, this.#place);
    } else this.#uplot.setData(data);
  }

  /** Fits its place. */
  fit(): void {
    this.#uplot?.setSize(this.#size());
  }

  destroy(): void {
    this.#uplot?.destroy();
    this.#uplot = undefined;
  }

  #size() {
    return { width: Math.max(200, this.#place.clientWidth), height: Math.max(96, this.#place.clientHeight) };
  }

  #options(lines: readonly DrawnLine[]): uPlot.Options {
    const colour = (token: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();
    const font = `${FONT_PX}px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: colour("ink-quiet"), font, grid: { stroke: colour("hairline"), width: 1 }, ticks: { show: false } };
    const paths = uPlot.paths.stepped?.({ align: 1 });
    const path = paths ? { paths } : {};
    const look: Record<LineKind, uPlot.Series> = {
      own: { ...path, stroke: colour("accent"), width: 3, points: { show: false } },
      best: { ...path, stroke: colour("ink"), width: 3, dash: [6, 4], points: { show: false } },
      other: { ...path, stroke: colour("control-border"), width: 1, points: { show: false } },
    };
    return {
      ...this.#size(),
      padding: [NAME_HEIGHT / 2, NAMES_WIDTH, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      axes: [
        { ...axis, size: 28, space: 96, values: (_, splits) => splits.map(this.#look.timeText) },
        { ...axis, size: 88, values: (_, splits) => splits.map(this.#look.valueText) },
      ],
      series: [{}, ...lines.map(({ kind }) => look[kind])],
      hooks: {
        draw: [
          (chart) => {
            this.#markOwn(chart, colour("accent"));
            this.#nameEnds(chart, { own: colour("accent"), best: colour("ink"), other: colour("ink-quiet") }, font);
          },
        ],
      },
    };
  }

  /** A square where the own line changes, so that colour is not alone. */
  #markOwn({ ctx, data, valToPos }: uPlot, colour: string): void {
    const own = this.#lines.findIndex(({ kind }) => kind === "own");
    const size = SQUARE * devicePixelRatio;
    ctx.fillStyle = colour;
    let before: number | null | undefined;
    data[own + 1]?.forEach((height, column) => {
      const time = data[0][column];
      if (own >= 0 && height !== before && height != null && time !== undefined) {
        ctx.fillRect(valToPos(time, "x", true) - size / 2, valToPos(height, "y", true) - size / 2, size, size);
      }
      before = height;
    });
  }

  /** Names at the right end, pushed apart where they would cover each other. */
  #nameEnds({ ctx, bbox, valToPos }: uPlot, colours: Record<LineKind, string>, font: string): void {
    const ends = this.#lines.flatMap(({ kind, name, heights }) => {
      const end = heights[heights.length - 1];
      return name === "" || end === null || end === undefined ? [] : [{ kind, name, y: valToPos(end, "y", true) }];
    });
    ctx.font = font.replace(`${FONT_PX}px`, `${FONT_PX * devicePixelRatio}px`);
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    ends.sort((one, other) => one.y - other.y);
    const heights = apart(ends.map(({ y }) => y), NAME_HEIGHT * devicePixelRatio, bbox.top + bbox.height);
    ends.forEach(({ kind, name }, index) => {
      ctx.fillStyle = colours[kind];
      ctx.fillText(name, bbox.left + bbox.width + 6 * devicePixelRatio, heights[index] ?? 0, (NAMES_WIDTH - 8) * devicePixelRatio);
    });
  }
}
