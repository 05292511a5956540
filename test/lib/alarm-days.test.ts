/** Tests days on which alarms must fire, recover or not fire, with `cloudwatch-evaluator.ts`. */
import { type MetricData, playAlarm, READINGS } from './cloudwatch-evaluator';
import { propertiesOf, templateOf } from './synthesized';

const HOUR_MS = 3_600_000;
const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

const nothing: MetricData = () => undefined;
/** Returns a datapoint every `period` minutes, also on the days before, unless it begins at a time. */
function every(period: number, { value = 1, from = '-96:00', until = '96:00' } = {}): MetricData {
  const [first, end] = [minutesOf(from), minutesOf(until)];
  return (minute) => (minute >= first && minute < end && (minute - first) % period === 0 ? value : undefined);
}
const between = (from: string, until: string, value = 1): MetricData => every(1, { value, from, until });
/** The first of these datapoints that exists. */
const either =
  (...data: readonly MetricData[]): MetricData =>
  (minute) =>
    data.map((one) => one(minute)).find((value) => value !== undefined);

/** Alarms that fire for a single datapoint above 0, with its metric. */
const COUNTS = [
  ['RecordsQuarantined', 'Quarantined'],
  ['RecordsConflicting', 'Conflicting'],
  ['MessagesRefused', 'Refused'],
  ['RecordsGivenUp', 'OnFailureDestinationDeliveredEventCount'],
  ['RecordsDropped', 'DroppedEventCount'],
  ['FailureDestinationUnreachable', 'DestinationDeliveryFailures'],
  ['NotificationsFailed', 'NumberOfNotificationsFailed'],
] as const;

type Alarm = Record<string, unknown>;
type Day = Readonly<Record<string, MetricData>>;

const played = new Set<string>();
const templates = new Map<string, Alarm[]>();
/** Synthesizes once for each combination of settings. */
function alarmsOf(settings: Options['settings'] = {}): Alarm[] {
  const key = JSON.stringify(settings);
  const alarms = templates.get(key) ?? propertiesOf('AWS::CloudWatch::Alarm', templateOf(settings));
  templates.set(key, alarms);
  return alarms;
}
const nameOf = ({ AlarmName }: Alarm): string => String(AlarmName).replace('ContactRecordPipeline-', '');

/** The different courses of a day in all readings of AWS's documentation. */
function play(name: string, day: Day, { settings, delay = 0, ...more }: Options = {}): string[][] {
  played.add(name);
  const alarm = alarmsOf(settings).find((one) => nameOf(one) === name);
  if (alarm === undefined) throw new Error(`there is no alarm ${name}`);
  const courses = READINGS.map((reading) => playAlarm(alarm, day, { ...reading, delay }, more).join(', '));
  return [...new Set(courses)].map((course) => course.split(', ').filter(Boolean));
}

interface Options {
  readonly settings?: Parameters<typeof templateOf>[0];
  readonly delay?: number;
  readonly hours?: number;
  readonly state?: 'INSUFFICIENT_DATA';
}

/** In every reading, the alarm does the same at the same time. */
const always = (...course: string[]): string[][] => [course];
const NEVER = always();

describe('NoRecordsStored', () => {
  it.each([
    [1, '11:00'],
    [4, '14:00'],
    [24, '34:00'],
  ])(
    'fires after exactly %s hours without a record, and recovers with the next one',
    (noRecordsAlarmHours, time) => {
      const day = { stored: either(every(1, { until: '10:00' }), every(3, { from: '36:00' })) };

      const courses = play('NoRecordsStored', day, { settings: { noRecordsAlarmHours }, hours: 40 });

      expect(courses).toEqual(always(`${time} ALARM`, '36:01 OK'));
    },
  );

  it.each([
    [1, 59],
    [4, 239],
    [24, 1_439],
  ])(
    'does not fire after %s hours when a record is stored every %s minutes',
    (noRecordsAlarmHours, minutes) => {
      const courses = play(
        'NoRecordsStored',
        { stored: every(minutes) },
        { settings: { noRecordsAlarmHours } },
      );

      expect(courses).toEqual(NEVER);
    },
  );

  it('does not fire when datapoints arrive five minutes late', () => {
    const day = { stored: every(20) };

    const courses = play('NoRecordsStored', day, { settings: { noRecordsAlarmHours: 1 }, delay: 5 });

    expect(courses).toEqual(NEVER);
  });

  it('stays in alarm when the silence lasts for days', () => {
    const settings = { noRecordsAlarmHours: 1 };

    const courses = play(
      'NoRecordsStored',
      { stored: every(1, { until: '10:00' }) },
      { settings, hours: 72 },
    );

    expect(courses).toEqual(always('11:00 ALARM'));
  });
});

describe('a new stack without any datapoint', () => {
  const settings = { noRecordsAlarmHours: 4 };
  const state = 'INSUFFICIENT_DATA';

  it('has fired NoRecordsStored from its first evaluation on, until a record is stored', () => {
    const courses = play('NoRecordsStored', { stored: every(1, { from: '10:00' }) }, { settings, state });

    expect(courses).toEqual(always('00:00 ALARM', '10:01 OK'));
  });

  it('fires no other alarm', () => {
    const metrics = [
      'arrived',
      'polled',
      'records',
      'ledger',
      'stored',
      'IteratorAge',
      'Errors',
      'Throttles',
    ];
    const day = Object.fromEntries(
      [...metrics, ...COUNTS.map(([, metric]) => metric)].map((id) => [id, nothing]),
    );

    const firing = alarmsOf(settings).filter((alarm) =>
      READINGS.some((reading) =>
        playAlarm(alarm, day, reading, { state }).some((change) => change.includes('ALARM')),
      ),
    );

    expect(firing.map(nameOf)).toEqual(['NoRecordsStored']);
  });
});

describe('StreamNotRead', () => {
  it('fires after half an hour when the mapping stops, and recovers when it reads again', () => {
    const day = {
      arrived: every(1),
      polled: either(every(1, { until: '10:00' }), every(1, { from: '12:00' })),
    };

    const courses = play('StreamNotRead', day);

    expect(courses).toEqual(always('10:30 ALARM', '12:01 OK'));
  });

  it.each([
    ['has never read', nothing],
    ['polls, but receives nothing', every(1, { value: 0 })],
  ])('fires and stays in alarm when the mapping %s', (_, polled) => {
    const courses = play('StreamNotRead', { arrived: between('10:00', '24:00'), polled });

    expect(courses).toEqual(always('10:16 ALARM'));
  });

  it('fires in a quiet contact centre when one record arrives in each quarter of an hour', () => {
    const courses = play('StreamNotRead', { arrived: every(15, { from: '10:00' }), polled: nothing });

    expect(courses).toEqual(always('10:16 ALARM'));
  });

  it.each([
    ['nothing arrives and nothing is read', nothing, nothing],
    ['nothing arrives and the mapping polls', nothing, every(1, { value: 0 })],
    ['everything is read', every(1), every(1)],
    [
      'each record is read nine minutes later',
      every(10),
      either(every(10, { from: '-95:09' }), every(1, { value: 0 })),
    ],
    [
      'the mapping pauses for a deployment',
      every(1),
      either(every(1, { until: '10:00' }), every(1, { from: '10:29' })),
    ],
  ])('does not fire when %s', (_, arrived, polled) => {
    const courses = play('StreamNotRead', { arrived, polled });

    expect(courses).toEqual(NEVER);
  });

  it.each([0, 5, 14])(
    'does not fire when datapoints of a stream that is read arrive %s minutes late',
    (delay) => {
      const courses = play('StreamNotRead', { arrived: every(7), polled: every(7) }, { delay });

      expect(courses).toEqual(NEVER);
    },
  );
});

describe('TablesThrottled', () => {
  it('fires when writes are throttled for eleven minutes, and recovers five minutes after the last one', () => {
    const courses = play('TablesThrottled', { records: between('10:00', '11:00'), ledger: nothing });

    expect(courses).toEqual(always('10:11 ALARM', '11:05 OK'));
  });

  it('fires when both tables take turns', () => {
    const records = either(between('10:00', '10:05'), between('10:10', '10:15'));

    const courses = play('TablesThrottled', { records, ledger: between('10:05', '10:10') });

    expect(courses).toEqual(always('10:11 ALARM', '10:20 OK'));
  });

  it('fires when datapoints arrive four minutes late', () => {
    const courses = play(
      'TablesThrottled',
      { records: nothing, ledger: between('10:00', '11:00') },
      { delay: 4 },
    );

    expect(courses).toEqual(always('10:11 ALARM', '11:05 OK'));
  });

  it('does not fire when writes are throttled for four minutes of each quarter of an hour', () => {
    const records = either(...['-95:00', '-95:01', '-95:02', '-95:03'].map((from) => every(15, { from })));

    const courses = play('TablesThrottled', { records, ledger: nothing });

    expect(courses).toEqual(NEVER);
  });
});

describe('IteratorAgeWarning', () => {
  const late = 11 * 60_000;

  it('fires when records are late for eleven minutes, and recovers when they are not', () => {
    const day = { IteratorAge: either(between('10:00', '11:00', late), every(1, { value: 100 })) };

    const courses = play('IteratorAgeWarning', day);

    expect(courses).toEqual(always('10:11 ALARM', '11:05 OK'));
  });

  it('recovers when nothing arrives after the late records', () => {
    const courses = play('IteratorAgeWarning', { IteratorAge: between('10:00', '11:00', late) });

    for (const course of courses)
      expect(course).toEqual(['10:11 ALARM', expect.stringMatching(/^11:[0-3]\d OK$/)]);
  });

  it('does not fire when one batch an hour is late', () => {
    const courses = play('IteratorAgeWarning', { IteratorAge: every(60, { value: late }) });

    expect(courses).toEqual(NEVER);
  });
});

describe('IteratorAgeCritical', () => {
  it('fires within a minute when a record has waited for half of the record age', () => {
    const day = {
      IteratorAge: either(between('10:00', '11:00', 72 * HOUR_MS + 1), every(1, { value: 72 * HOUR_MS })),
    };

    const courses = play('IteratorAgeCritical', day);

    expect(courses).toEqual(always('10:01 ALARM', '11:05 OK'));
  });
});

describe('FunctionErrors', () => {
  it('fires when a batch is retried and fails each time, and recovers five minutes after the last one', () => {
    const courses = play('FunctionErrors', {
      Errors: either(between('10:00', '11:00'), every(1, { value: 0 })),
    });

    expect(courses).toEqual(always('10:06 ALARM', '11:10 OK'));
  });

  it.each([
    ['the function is idle otherwise', every(60)],
    ['the function runs all the time', either(every(60), every(1, { value: 0 }))],
  ])('does not fire when one invocation an hour fails and %s', (_, Errors) => {
    const courses = play('FunctionErrors', { Errors });

    expect(courses).toEqual(NEVER);
  });
});

describe('FunctionThrottles', () => {
  it('fires when invocations are throttled for eleven minutes, and recovers', () => {
    const courses = play('FunctionThrottles', {
      Throttles: either(between('10:00', '11:00'), every(1, { value: 0 })),
    });

    expect(courses).toEqual(always('10:11 ALARM', '11:05 OK'));
  });

  it('does not fire when they are throttled for four minutes', () => {
    const courses = play('FunctionThrottles', {
      Throttles: either(between('10:00', '10:04'), every(1, { value: 0 })),
    });

    expect(courses).toEqual(NEVER);
  });
});

describe.each(COUNTS)('%s', (name, metric) => {
  it('fires within a minute of a single record, and recovers within half an hour', () => {
    const courses = play(name, { [metric]: between('10:00', '10:01') });

    for (const course of courses)
      expect(course).toEqual(['10:01 ALARM', expect.stringMatching(/^10:[0-3]\d OK$/)]);
  });

  it.each([
    ['there is no datapoint', nothing],
    ['all datapoints are 0', every(1, { value: 0 })],
  ])('does not fire when %s', (_, data) => {
    const courses = play(name, { [metric]: data });

    expect(courses).toEqual(NEVER);
  });
});

it('has played a day for each alarm when all of this file has run', () => {
  const names = alarmsOf({ noRecordsAlarmHours: 1 }).map(nameOf);

  expect([...played].sort()).toEqual(names.sort());
});
