/**
 * Plays a synthesized CloudWatch alarm minute by minute, as AWS documents the evaluation.
 *
 * - Windows slide: each evaluation ends the newest period at its own time. An alarm is evaluated every minute.
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
 * - More datapoints than `EvaluationPeriods` are retrieved (the evaluation range), and the treatment of missing data is
 *   used only where real datapoints in that range do not suffice.
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 * - Metric math: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * AWS leaves some of it open. Each open question is a field of `Reading`. What the evaluator does not know is an error.
 */

export type AlarmState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

/** The datapoint of a minute, counted from 00:00 of the day that is played; undefined where there is none. */
export type MetricData = (minute: number) => number | undefined;

/** Answers to what AWS does not document. */
export interface Reading {
  /** Datapoints that are retrieved in addition to `EvaluationPeriods`. */
  readonly extraPeriods: number;
  /** Whether `FILL` has values if no datapoint was retrieved. */
  readonly doesFillNothing: boolean;
  /** Minutes until CloudWatch shows a datapoint. */
  readonly delay: number;
}

export const READINGS: readonly Reading[] = [0, 1, 2, 5].flatMap((extraPeriods) =>
  [true, false].map((doesFillNothing) => ({ extraPeriods, doesFillNothing, delay: 0 })),
);

/** A value for each period, the newest first; undefined where it is missing. A number stands for each period. */
type Series = readonly (number | undefined)[] | number;

/**
 * Returns the changes of state from 00:00 to the end of the day, like `10:15 ALARM`.
 *
 * @param data - by the metric's id in the expression, or by its name if the alarm has no expression
 */
export function playAlarm(
  alarm: Record<string, unknown>,
  data: Readonly<Record<string, MetricData>>,
  reading: Reading,
  { hours = 24, state = 'OK' as AlarmState } = {},
): string[] {
  const parsed = parseAlarm(alarm);
  const periods = Array.from({ length: parsed.evaluationPeriods + reading.extraPeriods }, (_, i) => i);
  const readers = parsed.metrics.map(({ id, periodMinutes, aggregate }) => {
    const read = createPeriodReader(data[id], id, periodMinutes, aggregate);
    return (now: number) =>
      [id, periods.map((period) => read(now - (period + 1) * periodMinutes, now - reading.delay))] as const;
  });
  const changes: string[] = [];
  for (let now = 0; now <= hours * 60; now++) {
    const values = Object.fromEntries(readers.map((read) => read(now)));
    const next = evaluateState(evaluateExpression(parsed.expression, values, reading), parsed, state);
    if (next !== state) changes.push(`${formatTime(now)} ${next}`);
    state = next;
  }
  return changes;
}

/** Returns the statistic of the period from `start` on, without datapoints of `visibleUntil` and later. */
function createPeriodReader(
  read: MetricData | undefined,
  id: string,
  periodMinutes: number,
  aggregate: (values: readonly number[]) => number | undefined,
) {
  if (read === undefined) throw new Error(`no data for the metric ${id}`);
  const known = new Map<string, number | undefined>();
  return (start: number, visibleUntil: number): number | undefined => {
    const length = Math.max(0, Math.min(periodMinutes, visibleUntil - start));
    const key = `${start} ${length}`;
    if (!known.has(key)) {
      const minutes = Array.from({ length }, (_, i) => read(start + i));
      known.set(key, aggregate(minutes.filter((value) => value !== undefined)));
    }
    return known.get(key);
  };
}

const formatTime = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');

export interface Evaluation {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly isBreaching: (value: number) => boolean;
  readonly treatment: 'breaching' | 'notBreaching' | 'ignore';
}

/** The state that follows from the datapoints of the evaluation range, the newest first. */
export function evaluateState(
  datapoints: readonly (number | undefined)[],
  { evaluationPeriods, datapointsToAlarm, isBreaching, treatment }: Evaluation,
  state: AlarmState,
): AlarmState {
  const real = datapoints.filter((value) => value !== undefined).slice(0, evaluationPeriods);
  const breaching = real.filter(isBreaching).length;
  const missing = evaluationPeriods - real.length;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (missing === 0 || treatment === 'notBreaching') return 'OK';
  if (treatment === 'breaching') return breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
  return breaching < real.length ? 'OK' : state;
}

interface MetricStat {
  readonly Metric: { readonly Namespace: string; readonly MetricName: string };
  readonly Period: number;
  readonly Stat: string;
}

const PROPERTIES = [
  ...['AlarmName', 'AlarmDescription', 'AlarmActions', 'OKActions', 'Threshold', 'ComparisonOperator'],
  ...['EvaluationPeriods', 'DatapointsToAlarm', 'TreatMissingData', 'Metrics'],
  ...['Namespace', 'MetricName', 'Dimensions', 'Period', 'Statistic'],
];

function parseAlarm(alarm: Record<string, unknown>) {
  for (const name of Object.keys(alarm)) oneOf(PROPERTIES, name);
  const { MetricName, Namespace, Period, Statistic, Metrics } = alarm;
  const ofMetric = { MetricStat: { Metric: { Namespace, MetricName }, Period, Stat: Statistic } };
  const queries = (Metrics ?? [ofMetric]) as { Id: string; Expression?: string; MetricStat?: MetricStat }[];
  const expressions = queries.flatMap(({ Expression }) => Expression ?? []);
  const [expression] = expressions;
  const stats = queries.flatMap(({ Id, MetricStat }) =>
    MetricStat ? [{ ...MetricStat, id: expression === undefined ? MetricStat.Metric.MetricName : Id }] : [],
  );
  if (expressions.length > 1) throw new Error('unknown to the evaluator: several expressions in one alarm');
  // "Alarms that evaluate metrics in the AWS/DynamoDB namespace always ignore missing data": API reference, PutMetricAlarm.
  const isOfDynamoDb = stats.some(({ Metric }) => Metric.Namespace === 'AWS/DynamoDB');
  const treatment = oneOf(['breaching', 'notBreaching'], String(alarm.TreatMissingData));
  return {
    metrics: stats.map(({ id, Period, Stat }) => ({
      id,
      periodMinutes: Period / 60,
      aggregate: STATISTICS[oneOf(['Sum', 'Maximum'], Stat)],
    })),
    expression: expression ?? stats.map(({ id }) => id).join(),
    evaluationPeriods: Number(alarm.EvaluationPeriods),
    datapointsToAlarm: Number(alarm.DatapointsToAlarm),
    isBreaching: comparison(alarm),
    treatment: isOfDynamoDb ? ('ignore' as const) : treatment,
  };
}

const STATISTICS = {
  Sum: (values: readonly number[]) =>
    values.length === 0 ? undefined : values.reduce((sum, value) => sum + value),
  Maximum: (values: readonly number[]) => (values.length === 0 ? undefined : Math.max(...values)),
};

function oneOf<const Known extends string>(known: readonly Known[], value: string): Known {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`unknown to the evaluator: ${value}`);
  return found;
}

function comparison({ ComparisonOperator, Threshold }: Record<string, unknown>): (value: number) => boolean {
  const operator = oneOf(['GreaterThanThreshold', 'LessThanThreshold'], String(ComparisonOperator));
  const threshold = Number(Threshold);
  return operator === 'GreaterThanThreshold' ? (value) => value > threshold : (value) => value < threshold;
}

/** The value of a metric math expression in each period. */
export function evaluateExpression(
  expression: string,
  metrics: Readonly<Record<string, readonly (number | undefined)[]>>,
  { doesFillNothing }: Pick<Reading, 'doesFillNothing'>,
): readonly (number | undefined)[] {
  const tokens = expression.match(/\w+|[^\s\w]/g) ?? [];
  const take = (expected?: string): string => {
    const token = tokens.shift() ?? 'the end';
    if (expected !== undefined && token !== expected)
      throw new Error(`"${expression}": unknown to the evaluator: ${token}`);
    return token;
  };
  const each = (combine: (period: number) => number | undefined) =>
    Object.values(metrics)[0]?.map((_, period) => combine(period)) ?? [];
  const at = (series: Series, period: number) => (typeof series === 'number' ? series : series[period]);

  const functions: Record<string, (...given: Series[]) => Series> = {
    FILL: (series, filler) => {
      if (typeof filler !== 'number' || typeof series === 'number')
        throw new Error(`"${expression}": FILL of a series, with a number, is all that is known`);
      const isEmpty = series?.every((value) => value === undefined);
      return isEmpty && !doesFillNothing ? each(() => undefined) : each((i) => series?.[i] ?? filler);
    },
    // A missing condition drops the datapoint. A missing value of a true one is 0.
    IF: (condition = Number.NaN, whenTrue = Number.NaN, whenFalse = []) =>
      each((i) => {
        const isTrue = at(condition, i);
        if (isTrue === undefined) return undefined;
        return isTrue === 0 ? at(whenFalse, i) : (at(whenTrue, i) ?? 0);
      }),
  };
  const operators: Record<string, (left: Series, right: Series) => Series> = {
    // Missing values are treated as 0; where both are missing, there is no timestamp.
    '+': (left, right) =>
      each((i) => {
        const [one, other] = [at(left, i), at(right, i)];
        return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
      }),
    '>': (left, right) => {
      if (typeof right !== 'number') throw new Error(`"${expression}": > with a number is all that is known`);
      return each((i) => {
        const value = at(left, i);
        return value === undefined ? undefined : Number(value > right);
      });
    },
  };

  const parseTerm = (): Series => {
    const token = take();
    if (/^\d+$/.test(token)) return Number(token);
    if (tokens[0] !== '(') {
      const series = metrics[token];
      if (series === undefined) throw new Error(`"${expression}": unknown to the evaluator: ${token}`);
      return series;
    }
    const call = functions[token];
    if (call === undefined) throw new Error(`"${expression}": unknown to the evaluator: ${token}`);
    const given: Series[] = [];
    do {
      take();
      given.push(parseExpression());
    } while (tokens[0] === ',');
    take(')');
    return call(...given);
  };
  /** Several operators in a row are one and the same, so precedence is not needed. */
  const parseExpression = (): Series => {
    let value = parseTerm();
    const [operator = ''] = tokens;
    const operate = operators[operator];
    while (operate && tokens[0] === operator) {
      take();
      value = operate(value, parseTerm());
    }
    return value;
  };

  const result = parseExpression();
  if (tokens.length > 0) throw new Error(`"${expression}": unknown to the evaluator: ${take()}`);
  if (typeof result === 'number') throw new Error(`"${expression}": a number is no time series`);
  return result;
}
