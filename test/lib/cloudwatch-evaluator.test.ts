import { compileExpression, type Evaluation, evaluateState, playAlarm } from './cloudwatch-evaluator';

/** `0` is a datapoint that does not breach, `X` one that does, `-` a missing one; the oldest first, as AWS writes them. */
const datapoints = (row: string): (number | undefined)[] =>
  row
    .split(' ')
    .map((mark) => (mark === '-' ? undefined : Number(mark === 'X')))
    .reverse();

/** AWS's tables in "Configuring how CloudWatch alarms treat missing data". `kept` is the state that there was. */
const THREE_OF_THREE = [
  ['0 - X - X', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK'],
  ['- - - - -', 'kept', 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM'],
  ['- - - - X', 'kept', 'ALARM', 'OK'],
  ['X - - - -', 'kept', 'ALARM', 'OK'],
] as const;
const TWO_OF_THREE = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'ALARM', 'OK'],
  ['- - - - X', 'kept', 'ALARM', 'OK'],
] as const;

describe.each([
  [3, THREE_OF_THREE],
  [2, TWO_OF_THREE],
] as const)('an alarm on %s of 3 datapoints', (datapointsToAlarm, rows) => {
  it.each(rows)(
    'has the state of the AWS documentation when it retrieves %s',
    (row: string, ignored: string, breaching: string, notBreaching: string) => {
      const evaluate = (treatment: Evaluation['treatment']) =>
        evaluateState(
          datapoints(row),
          { evaluationPeriods: 3, datapointsToAlarm, isBreaching: (value) => value > 0, treatment },
          'INSUFFICIENT_DATA',
        );

      const states = [evaluate('ignore'), evaluate('breaching'), evaluate('notBreaching')];

      expect(states).toEqual([ignored === 'kept' ? 'INSUFFICIENT_DATA' : ignored, breaching, notBreaching]);
    },
  );
});

const evaluate = (
  expression: string,
  metrics: Record<string, (number | undefined)[]>,
  doesFillNothing = false,
) => compileExpression(expression, Object.values(metrics)[0]?.length ?? 0, { doesFillNothing })(metrics);

describe('metric math', () => {
  it.each([
    ['IF(a, b, c)', [30, 0, 20, undefined, undefined]],
    ['IF(a, 5, c)', [5, 5, 20, undefined, undefined]],
    ['IF(a, b, 5)', [30, 0, 5, 5, undefined]],
    ['FILL(b, 7)', [30, 7, 0, 0, 30]],
    ['FILL(b, 0) > 0', [1, 0, 0, 0, 1]],
    ['a + b + c', [31, 1, 20, 0, 50]],
  ])('gives what AWS documents when it evaluates %s', (expression, expected) => {
    const metrics = {
      a: [1, 1, 0, 0, undefined],
      b: [30, undefined, 0, 0, 30],
      c: [0, 0, 20, undefined, 20],
    };

    const values = evaluate(expression, metrics);

    expect(values).toEqual(expected);
  });

  it.each([
    [true, [0, 0]],
    [false, [undefined, undefined]],
  ])(
    'fills a series without any datapoint only when the reading says so (%s)',
    (doesFillNothing, expected) => {
      const values = evaluate('FILL(a, 0)', { a: [undefined, undefined] }, doesFillNothing);

      expect(values).toEqual(expected);
    },
  );

  it.each([
    ['RATE(a)', 'RATE'],
    ['FILL(a, REPEAT)', 'REPEAT'],
    ['a > 0 AND b > 0', 'AND'],
    ['a - b', '-'],
    ['a + b > 0', '>'],
    ['IF(a > 0, b', 'the end'],
    ['unknown', 'unknown'],
    ['FILL(a, b)', 'FILL of such arguments'],
    ['IF(a, b)', 'IF of such arguments'],
    ['a > b', '> of such operands'],
    ['1', 'a number as the result'],
  ])('fails when it meets %s', (expression, unknown) => {
    expect(() => evaluate(expression, { a: [1], b: [1] })).toThrow(
      `unknown to the evaluator: ${unknown} in ${expression}`,
    );
  });
});

describe('an alarm', () => {
  const READING = { extraPeriods: 0, doesFillNothing: true, delay: 0 };
  const alarm = {
    ...{ Namespace: 'N', MetricName: 'M', Period: 300, Statistic: 'Sum', Threshold: 0 },
    ...{ EvaluationPeriods: 1, DatapointsToAlarm: 1, TreatMissingData: 'notBreaching' },
    ComparisonOperator: 'GreaterThanThreshold',
  };

  it.each([
    ['EvaluationWindow', { WallClockWindow: {} }],
    ['EvaluateLowSampleCountPercentile', 'ignore'],
  ])('fails when it has the property %s', (name, value) => {
    const play = () => playAlarm({ ...alarm, [name]: value }, {}, READING);

    expect(play).toThrow(`unknown to the evaluator: ${name}`);
  });

  it.each([
    ['TreatMissingData', 'missing'],
    ['Statistic', 'p99'],
    ['ComparisonOperator', 'GreaterThanUpperThreshold'],
  ])('fails when its %s is %s', (name, value) => {
    const play = () => playAlarm({ ...alarm, [name]: value }, { M: () => 0 }, READING);

    expect(play).toThrow(`unknown to the evaluator: ${value}`);
  });
});
