/** The plots of the page, by the name of their file in `docs/performance/`. */
import { LATENCY_MS } from '../model/batch-seconds';
import { SERVICES } from '../model/dollars';
import { DEPLOYED } from '../model/prices';
import { CONTENDERS, type Measured, type Results, type Run } from '../results';
import { ARRIVALS, BACKLOG, PARALLELIZATIONS, type Estimates, SHARDS } from './estimates';
import { barPlot, linePlot } from './plot';

export function plots(results: Results, estimates: Estimates): Readonly<Record<string, string>> {
  const onStub = results.runs.filter(({ services }) => services === 'stub');
  const byLatency = onStub.filter(
    ({ batchSize, input }) => batchSize === DEPLOYED.batchSize && input === 'distinct',
  );
  const byBatchSize = onStub.filter(
    ({ latencyMs, input }) => latencyMs === LATENCY_MS && input === 'distinct',
  );
  const latencies = ascending(byLatency.map(({ latencyMs }) => latencyMs));
  const bars = (what: (run: Run) => Measured) => ({
    groups: latencies.map((latency) => `${latency} ms`),
    series: CONTENDERS.map((contender) => ({
      name: contender,
      bars: latencies.map((latency) => {
        const run = byLatency.find((of) => of.contender === contender && of.latencyMs === latency);
        return run && atHeight(what(run));
      }),
    })),
  });
  const lags = [...results.lag].sort((a, b) => a.load - b.load);
  const middling = ARRIVALS[1];

  return {
    'throughput-by-latency.svg': barPlot({
      title: `Records a second by latency: distinct, batches of ${DEPLOYED.batchSize}`,
      yLabel: 'records a second',
      isLogarithmic: { y: true },
      ...bars(({ recordsPerSecond }) => recordsPerSecond),
    }),
    'throughput-by-batch-size.svg': linePlot({
      title: `Records a second by batch size: distinct, ${LATENCY_MS} ms`,
      xLabel: 'records in a batch',
      yLabel: 'records a second',
      isLogarithmic: { x: true, y: true },
      series: CONTENDERS.map((contender) => ({
        name: contender,
        points: byBatchSize
          .filter((run) => run.contender === contender)
          .map((run) => ({ x: run.batchSize, ...atHeight(run.recordsPerSecond) }))
          .sort((a, b) => a.x - b.x),
      })),
    }),
    'cpu-by-latency.svg': barPlot({
      title: `CPU per record by latency: distinct, batches of ${DEPLOYED.batchSize}`,
      yLabel: 'microseconds',
      ...bars(({ cpuMicrosecondsPerRecord }) => cpuMicrosecondsPerRecord),
    }),
    'memory.svg': linePlot({
      title: 'Peak memory of the function by batch size',
      xLabel: 'records in a batch',
      yLabel: 'MiB',
      isLogarithmic: { x: true },
      series: [
        {
          name: 'pipeline',
          points: [...results.memory]
            .sort((a, b) => a.batchSize - b.batchSize)
            .map(({ batchSize, peakMib }) => ({ x: batchSize, ...atHeight(peakMib) })),
        },
      ],
    }),
    'lag.svg': linePlot({
      title: 'Arrival to stored and to published, by load',
      xLabel: '% of the measured capacity',
      yLabel: 'milliseconds',
      isLogarithmic: { y: true },
      series: (['stored', 'published'] as const).flatMap((end) =>
        (['p50', 'p99'] as const).map((percentile) => ({
          name: `${end} ${percentile}`,
          points: lags.map((lag) => ({ x: lag.load * 100, y: lag[end][percentile] })),
        })),
      ),
    }),
    'catch-up.svg': barPlot({
      title: `Seconds to drain ${BACKLOG.toLocaleString('en-US')} records, ${middling} contacts/s arriving`,
      yLabel: 'seconds',
      groups: SHARDS.map((shards) => (shards === 1 ? '1 shard' : `${shards} shards`)),
      series: PARALLELIZATIONS.map((parallelization) => ({
        name: `parallelization ${parallelization}`,
        bars: SHARDS.map((shards) => {
          const drained = estimates.catchUp(shards, parallelization, middling);
          return drained.kind === 'drained' ? { y: drained.seconds } : undefined;
        }),
      })),
    }),
    'dollars.svg': barPlot({
      title: 'Dollars per million contacts, by service',
      yLabel: 'dollars',
      groups: estimates.millions.map(({ kilobytes }) => `${kilobytes} KB`),
      series: SERVICES.map((service) => ({
        name: service,
        bars: estimates.millions.map(({ dollars }) => ({ y: dollars[service] })),
      })),
    }),
  };
}

const atHeight = ({ median, least, most }: Measured) => ({ y: median, least, most });

const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
