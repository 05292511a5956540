/** Draws the charts of the report as static SVG. Colours come from the page's style, so they follow dark and light. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { formatNumber } from '../../../cli/shared/format';
import type { ChartCounts, QueueHour } from './count-for-charts';
import type { Count } from './report-data';

/** Draws the charts as SVG; empty strings for charts without data. */
export const drawCharts = ({ byQueueAndHour, byWaitingTime, byReason }: ChartCounts) => ({
  queueAndHour: byQueueAndHour.length === 0 ? '' : drawHours(byQueueAndHour),
  waitingTime: drawBars(byWaitingTime, 'abandoned contacts'),
  reason: drawBars(byReason, 'queued contacts'),
});

const LAYOUT = { width: 440, marginLeft: 122, marginBottom: 36, style: { fontSize: '12px' } };
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const MAX_LABEL_CHARACTERS = 18;

function drawHours(cells: readonly QueueHour[]): string {
  const most = Math.max(...cells.map(({ count }) => count));
  const queues = [...new Set(cells.map(({ name }) => name))].sort();
  return draw({
    height: 50 + queues.length * 22,
    marginRight: 2,
    padding: 0.06,
    x: {
      domain: HOURS,
      label: 'hour (UTC)',
      tickFormat: (hour: number) => (hour % 3 === 0 ? `${hour}` : ''),
    },
    y: { domain: queues, ...NAMES },
    marks: [
      Plot.cell(cells, {
        x: 'hour',
        y: 'name',
        fill: 'var(--accent)',
        fillOpacity: ({ count }: QueueHour) => 0.2 + (0.8 * count) / most,
        title: ({ name, hour, count }: QueueHour) => `${name}, ${hour} h: ${count}`,
      }),
    ],
    opacity: { type: 'identity' },
  });
}

function drawBars(bars: readonly Count[], label: string): string {
  if (bars.every(({ count }) => count === 0)) return '';
  return draw({
    height: 50 + bars.length * 24,
    marginRight: 46,
    x: { label, grid: true, zero: true, ticks: 5, tickFormat: formatTick },
    y: { domain: bars.map(({ name }) => name), ...NAMES },
    marks: [
      Plot.barX(bars, { x: 'count', y: 'name', fill: 'var(--accent)' }),
      Plot.text(bars, {
        ...{ x: 'count', y: 'name', dx: 5, textAnchor: 'start' },
        text: ({ count }: Count) => formatNumber(count),
      }),
    ],
  });
}

const formatTick = (value: number): string => (Number.isInteger(value) ? formatNumber(value) : '');

const shorten = (name: string): string =>
  name.length > MAX_LABEL_CHARACTERS ? `${name.slice(0, MAX_LABEL_CHARACTERS - 1)}…` : name;

const NAMES = { label: null, tickFormat: shorten, tickSize: 0 };

function draw(options: object): string {
  // The types of both libraries need a browser's types, which the project does not use.
  const { document } = parseHTML('<html></html>') as unknown as { document: object };
  const { outerHTML } = Plot.plot({ ...LAYOUT, ...options, document }) as unknown as { outerHTML: string };
  // The figure around it has a caption.
  return outerHTML.replace('<svg ', '<svg aria-hidden="true" ');
}
