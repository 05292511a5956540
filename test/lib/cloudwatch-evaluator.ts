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
export type MetricData = (minute: number) => Value;

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

/** The value of a period; undefined where it is missing. */
type Value = number | undefined;
/** The values of the periods, the newest first. A number stands for each of them. */
type Series = readonly Value[] | number;

/**
 * Returns the changes of state from 00:00 to the end of the day, like `10:15 ALARM`.
 *
 * @param data - by the metric's id in the expression, or by its name if the alarm has no expression
 */
export function playAlarm(
  alarm: Record<string, unknown>,
  data: Readonly<Record<string, MetricData>>,
  reading: Reading,
  { hours = 24, state: before = 'OK' }: { readonly hours?: number; readonly state?: AlarmState } = {},
): string[] {
  const parsed = parseAlarm(alarm);
  const periods = Array.from({ length: parsed.evaluationPeriods + reading.extraPeriods }, (_, i) => i);
  const readers = parsed.metrics.map(({ id, periodMinutes, aggregate }) => {
    const read = createPeriodReader(data[id], id, periodMinutes, aggregate);
    return (now: number) =>
      [id, periods.map((period) => read(now - (period + 1) * periodMinutes, now - reading.delay))] as const;
  });
  const evaluate = compileExpression(parsed.expression, periods.length, reading);
  const changes: string[] = [];
  let state = before;
  for (let now = 0; now <= hours * 60; now++) {
    const values = Object.fromEntries(readers.map((read) => read(now)));
    const next = evaluateState(evaluate(values), parsed, state);
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
  aggregate: (values: readonly number[]) => Value,
) {
  if (read === undefined) throw new Error(`no data for the metric ${id}`);
  const known = new Map<number, Value>();
  return (start: number, visibleUntil: number): Value => {
    const length = Math.max(0, Math.min(periodMinutes, visibleUntil - start));
    const key = start * (periodMinutes + 1) + length;
    if (!known.has(key)) {
      const values: number[] = [];
      for (let minute = start; minute < start + length; minute++) {
        const value = read(minute);
        if (value !== undefined) values.push(value);
      }
      known.set(key, aggregate(values));
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
  datapoints: readonly Value[],
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
  if (expressions.length > 1) fail('several expressions in one alarm');
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
  return known.find((one) => one === value) ?? fail(value);
}

function fail(unknown: string): never {
  throw new Error(`unknown to the evaluator: ${unknown}`);
}

function comparison({ ComparisonOperator, Threshold }: Record<string, unknown>): (value: number) => boolean {
  const operator = oneOf(['GreaterThanThreshold', 'LessThanThreshold'], String(ComparisonOperator));
  const threshold = Number(Threshold);
  return operator === 'GreaterThanThreshold' ? (value) => value > threshold : (value) => value < threshold;
}

type Metrics = Readonly<Record<string, readonly Value[]>>;

/** Returns a function for the value of a metric math expression in each of `count` periods. */
export function compileExpression(
  expression: string,
  count: number,
  { doesFillNothing }: Pick<Reading, 'doesFillNothing'>,
): (metrics: Metrics) => readonly Value[] {
  type Evaluate = (metrics: Metrics) => Series;
  const { functions, operators } = createOperations(count, doesFillNothing);
  const tokens = expression.match(/\w+|[^\s\w]/g) ?? [];
  const peek = (): string => tokens[0] ?? 'the end';
  const take = (): string => tokens.shift() ?? 'the end';
  const failAt = (token: string) => fail(`${token} in ${expression}`);

  const parseTerm = (): Evaluate => {
    const token = take();
    if (/^\d+$/.test(token)) return () => Number(token);
    if (peek() !== '(') return (metrics) => metrics[token] ?? failAt(token);
    const call = functions[token] ?? failAt(token);
    const given: Evaluate[] = [];
    do {
      take();
      given.push(parseExpression());
    } while (peek() === ',');
    if (peek() !== ')') failAt(peek());
    take();
    return (metrics) =>
      call(...given.map((evaluate) => evaluate(metrics))) ?? failAt(`${token} of such arguments`);
  };
  /** Several operators in a row are one and the same, so precedence is not needed. */
  const parseExpression = (): Evaluate => {
    let value = parseTerm();
    const operator = peek();
    const operate = operators[operator];
    while (operate && peek() === operator) {
      take();
      const [left, right] = [value, parseTerm()];
      value = (metrics) => operate(left(metrics), right(metrics)) ?? failAt(`${operator} of such operands`);
    }
    return value;
  };

  const evaluate = parseExpression();
  if (tokens.length > 0) failAt(take());
  return (metrics) => {
    const result = evaluate(metrics);
    return typeof result === 'number' ? failAt('a number as the result') : result;
  };
}

type Operation = (...given: (Series | undefined)[]) => Series | undefined;

/** What is known of metric math, by name. An operation returns undefined if it does not know such arguments. */
function createOperations(count: number, doesFillNothing: boolean) {
  const each = (combine: (period: number) => Value): Value[] =>
    Array.from({ length: count }, (_, period) => combine(period));
  const at = (series: Series, period: number): Value =>
    typeof series === 'number' ? series : series[period];

  const functions: Record<string, Operation> = {
    FILL: (series = 0, filler) => {
      if (typeof series === 'number' || typeof filler !== 'number') return undefined;
      const isEmpty = series.every((value) => value === undefined);
      return isEmpty && !doesFillNothing ? series : series.map((value) => value ?? filler);
    },
    // A missing condition drops the datapoint. A missing value of a true one is 0.
    IF: (condition = 0, whenTrue, whenFalse) => {
      if (typeof condition === 'number' || whenTrue === undefined || whenFalse === undefined)
        return undefined;
      const choose = (isTrue: number, period: number) =>
        isTrue === 0 ? at(whenFalse, period) : (at(whenTrue, period) ?? 0);
      return condition.map((isTrue, period) => (isTrue === undefined ? undefined : choose(isTrue, period)));
    },
  };
  const operators: Record<string, Operation> = {
    // Missing values are treated as 0. Where both are missing, there is no timestamp.
    '+': (left = 0, right = 0) =>
      each((period) => {
        const values = [at(left, period), at(right, period)].filter((value) => value !== undefined);
        return STATISTICS.Sum(values);
      }),
    '>': (left = 0, right) =>
      typeof left === 'number' || typeof right !== 'number'
        ? undefined
        : left.map((value) => (value === undefined ? undefined : Number(value > right))),
  };
  return { functions, operators };
}
