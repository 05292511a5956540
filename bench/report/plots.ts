/** Draws the plots of `docs/performance-and-cost.md` as static SVG. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Contender, CONTENDERS, type Input, MAIN_POINT, type Measured, type Results } from '../results';
import { formatNumber } from './format-figures';

/** @returns SVG by the name of its file in `docs/performance/` */
export function drawPlots(results: Results): Readonly<Record<string, string>> {
  const listBars = (
    by: 'latencyMs' | 'batchSize',
    value: 'recordsPerSecond' | 'cpuMicrosecondsPerRecord',
    inputs: readonly Input[] = ['distinct', 'mixed'],
  ) =>
    inputs.flatMap((input) =>
      results.runs
        .filter((run) => run.input === input && run[OTHER[by]] === MAIN_POINT[OTHER[by]])
        .sort((a, b) => a[by] - b[by])
        .map((run) => ({ group: `${input}, ${run[by]} ${UNITS[by]}`, name: run.contender, ...run[value] })),
    );
  const cpu = 'microseconds of CPU a record';
  return {
    'throughput-by-latency.svg': drawBars('records a second', listBars('latencyMs', 'recordsPerSecond')),
    'throughput-by-batch-size.svg': drawBars(
      'records a second',
      listBars('batchSize', 'recordsPerSecond', ['distinct']),
    ),
    'cpu-by-latency.svg': drawBars(cpu, listBars('latencyMs', 'cpuMicrosecondsPerRecord')),
  };
}

const UNITS = { latencyMs: 'ms', batchSize: 'a batch' };
const OTHER = { latencyMs: 'batchSize', batchSize: 'latencyMs' } as const;

interface Bar extends Measured {
  /** Bars with the same group are drawn together. */
  readonly group: string;
  readonly name: Contender;
}

/** Colours of Okabe and Ito, for people with colour blindness. They are readable on white and on black. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00'];
const ROOT = 'xmlns="http://www.w3.org/2000/svg" role="img"';
const STYLE =
  'svg{background:#fff;color:#24292f}@media(prefers-color-scheme:dark){svg{background:#0d1117;color:#e6edf3}}';

/** Draws horizontal bars of the medians; a line shows the range. */
function drawBars(label: string, bars: readonly Bar[]): string {
  const names = [...CONTENDERS];
  const groups = [...new Set(bars.map(({ group }) => group))];
  const position = { y: 'name', fy: 'group' };
  // The types of both libraries need the DOM types, which the project does not include.
  const { document } = parseHTML('<html></html>') as unknown as { document: object };
  const { outerHTML } = Plot.plot({
    document,
    width: 820,
    height: 75 + groups.length * (names.length * 18 + 14),
    marginLeft: 170,
    marginRight: 150,
    marginBottom: 45,
    style: { fontSize: '12px' },
    x: { label, labelOffset: 40, grid: true, zero: true },
    y: { label: null, domain: names },
    fy: { label: null, domain: groups },
    color: { domain: names, range: COLOURS },
    marks: [
      Plot.barX(bars, { ...position, x: 'median', fill: 'name' }),
      Plot.ruleY(bars, { ...position, x1: 'least', x2: 'most', strokeWidth: 2 }),
      Plot.text(bars, {
        ...position,
        x: 'most',
        text: ({ median }: Bar) => formatNumber(median),
        textAnchor: 'start',
        dx: 6,
      }),
    ],
  }) as unknown as { outerHTML: string };
  return `${outerHTML.replace('<svg ', `<svg ${ROOT} `).replace('</style>', `${STYLE}</style>`)}\n`;
}
