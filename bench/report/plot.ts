/**
 * Static SVG plots: lines over a logarithmic or linear axis, and grouped bars, each with its spread. They follow the
 * reader's light or dark scheme. A plotting library would bring a document model along for these two kinds.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
  /** The spread around `y`. */
  readonly least?: number;
  readonly most?: number;
}

export interface LinePlot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly isLogarithmic?: { readonly x?: boolean; readonly y?: boolean };
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

export interface BarPlot {
  readonly title: string;
  readonly yLabel: string;
  readonly isLogarithmic?: { readonly y?: boolean };
  /** Below the bars; each series has a bar in each group, or a gap. */
  readonly groups: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly bars: readonly (Omit<Point, 'x'> | undefined)[];
  }[];
}

const WIDTH = 760;
const HEIGHT = 400;
const LEFT = 80;
const RIGHT = 190;
const TOP = 44;
const BOTTOM = 56;
const RIGHT_EDGE = WIDTH - RIGHT;
const FLOOR = HEIGHT - BOTTOM;

/** The SVG of a plot with a line for each series. */
export function linePlot(plot: LinePlot): string {
  const points = plot.series.flatMap((series) => series.points);
  const x = scaleOf(
    points.map((point) => point.x),
    LEFT,
    RIGHT_EDGE,
    plot.isLogarithmic?.x ? 'logarithmic' : 'tight',
  );
  const y = verticalScale(points, plot.isLogarithmic?.y);
  const lines = plot.series.map(({ name, points: ofSeries }, position) => {
    const path = ofSeries.map((point) => `${rounded(x.at(point.x))},${rounded(y.at(point.y))}`).join(' ');
    return group(position, name, [
      ofSeries.map((point) => spread(x.at(point.x), point, y)).join(''),
      `<polyline points="${path}"/>`,
      ...ofSeries.map(
        (point) => `<circle cx="${rounded(x.at(point.x))}" cy="${rounded(y.at(point.y))}" r="3"/>`,
      ),
    ]);
  });
  const ticks = x.ticks.map((tick) => label(x.at(tick), FLOOR + 18, short(tick)));
  return svg(
    plot,
    plot.series.map(({ name }) => name),
    y,
    [...ticks, label((LEFT + RIGHT_EDGE) / 2, HEIGHT - 12, plot.xLabel), ...lines],
  );
}

/** The SVG of a plot with a group of bars for each label. */
export function barPlot(plot: BarPlot): string {
  const y = verticalScale(
    plot.series.flatMap(({ bars }) => bars.filter((bar) => bar !== undefined)),
    plot.isLogarithmic?.y,
  );
  const groupWidth = (RIGHT_EDGE - LEFT) / plot.groups.length;
  const barWidth = (groupWidth * 0.8) / plot.series.length;
  const bars = plot.series.map(({ name, bars: ofSeries }, position) =>
    group(
      position,
      name,
      ofSeries.map((bar, of) => {
        if (!bar) return '';
        const left = LEFT + groupWidth * (of + 0.1) + barWidth * position;
        const top = y.at(bar.y);
        const size = `width="${rounded(barWidth * 0.9)}" height="${rounded(FLOOR - top)}"`;
        return `<rect x="${rounded(left)}" y="${rounded(top)}" ${size}/>${spread(left + barWidth * 0.45, bar, y)}`;
      }),
    ),
  );
  const names = plot.groups.map((name, of) => label(LEFT + groupWidth * (of + 0.5), FLOOR + 18, name));
  return svg(
    plot,
    plot.series.map(({ name }) => name),
    y,
    [...names, ...bars],
  );
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

const verticalScale = (points: readonly Omit<Point, 'x'>[], isLogarithmic: boolean | undefined): Scale =>
  scaleOf(
    points.flatMap(({ y, least, most }) => [y, least ?? y, most ?? y]),
    FLOOR,
    TOP,
    isLogarithmic ? 'logarithmic' : 'from zero',
  );

/** `tight` ends at the outermost values, the others at round numbers. */
function scaleOf(
  values: readonly number[],
  start: number,
  end: number,
  kind: 'tight' | 'from zero' | 'logarithmic',
): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (kind === 'logarithmic') {
    const from = Math.floor(Math.log10(least));
    const to = Math.max(from + 1, Math.ceil(Math.log10(most)));
    return {
      ticks: Array.from({ length: to - from + 1 }, (_, power) => 10 ** (from + power)),
      at: (value) => start + ((end - start) * (Math.log10(value) - from)) / (to - from),
    };
  }
  const step = roundStep((kind === 'tight' ? most - least : most) / 5);
  const from = kind === 'tight' ? least : 0;
  const to = kind === 'tight' ? Math.max(most, least + step) : Math.max(step, Math.ceil(most / step) * step);
  const first = Math.ceil(from / step);
  return {
    ticks: Array.from(
      { length: Math.floor(to / step + 1e-9) - first + 1 },
      (_, tick) => (first + tick) * step,
    ),
    at: (value) => start + ((end - start) * (value - from)) / (to - from),
  };
}

/** 1, 2 or 5 times a power of ten, at least this much. */
function roundStep(least: number): number {
  if (least <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((times) => times * power >= least) ?? 10);
}

function spread(x: number, { least, most }: Omit<Point, 'x'>, y: Scale): string {
  if (least === undefined || most === undefined) return '';
  const at = rounded(x);
  return `<line class="spread" x1="${at}" x2="${at}" y1="${rounded(y.at(least))}" y2="${rounded(y.at(most))}"/>`;
}

function svg(
  { title, yLabel }: { readonly title: string; readonly yLabel: string },
  names: readonly string[],
  y: Scale,
  content: readonly string[],
): string {
  const grid = y.ticks.flatMap((tick) => [
    `<line class="grid" x1="${LEFT}" x2="${RIGHT_EDGE}" y1="${rounded(y.at(tick))}" y2="${rounded(y.at(tick))}"/>`,
    `<text class="right" x="${LEFT - 8}" y="${rounded(y.at(tick) + 4)}">${short(tick)}</text>`,
  ]);
  const legend = names.map((name, position) => {
    const top = TOP + 8 + position * 22;
    return (
      `<rect class="s${position} key" x="${RIGHT_EDGE + 20}" y="${top - 9}" width="12" height="12"/>` +
      `<text x="${RIGHT_EDGE + 38}" y="${top + 1}">${escaped(name)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${LEFT}" y="24">${escaped(title)}</text>`,
    `<text class="middle" transform="translate(18 ${(TOP + FLOOR) / 2}) rotate(-90)">${escaped(yLabel)}</text>`,
    ...grid,
    ...content,
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}

/** Told apart without colours that some people can't see (Okabe and Ito), on white and on black. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#999999'];

const STYLE = [
  'text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:15px;font-weight:600}',
  '.middle{text-anchor:middle}.right{text-anchor:end}',
  '.paper{fill:#fff}.grid{stroke:#d0d7de}polyline{fill:none;stroke-width:2}',
  ...COLOURS.map(
    (colour, position) =>
      `.s${position} polyline{stroke:${colour}}.s${position} circle,.s${position} rect,rect.s${position}{fill:${colour}}`,
  ),
  '.spread{stroke:#57606a;stroke-width:1.5}',
  '@media(prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.grid{stroke:#30363d}.spread{stroke:#c9d1d9}}',
].join('');

/** What belongs to one series; it has its name, also for whoever points at it. */
const group = (position: number, name: string, content: readonly string[]): string =>
  `<g class="s${position}"><title>${escaped(name)}</title>${content.join('')}</g>`;

const label = (x: number, y: number, text: string): string =>
  `<text class="middle" x="${rounded(x)}" y="${y}">${escaped(text)}</text>`;

const rounded = (value: number): string => value.toFixed(1);

const short = (value: number): string =>
  value >= 1 || value === 0 ? value.toLocaleString('en-US') : String(Number(value.toPrecision(3)));

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
