import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { NOT_ABANDONED_REASONS } from '../../../../lambda/contact-records/contact-record/abandoned';
import { RetryableError } from '../../../../lambda/contact-records/aws/errors';
import type { BatchResult } from '../../../../lambda/contact-records/batch/outcome';
import { createReport } from '../../../../lambda/contact-records/telemetry/report';
import { aDelivery } from '../../../factories';

const latest = aDelivery('z', 3);
const records = [
  aDelivery('x', 1),
  aDelivery('y', 2),
  { ...latest, kinesis: { ...latest.kinesis, approximateArrivalTimestamp: 1_709_631_200.75 } },
];

/** What is printed for results that one process reports, one after the other. */
function printedFor(...results: Partial<BatchResult>[]): Record<string, unknown>[] {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const console = { info: print, warn: print, error: print, log: print, debug: print } as unknown as Console;
  const logger = new Logger({ serviceName: 'contact-records' });
  Object.assign(logger, { console });
  const metrics = new Metrics({
    namespace: 'ContactRecordPipeline',
    serviceName: 'contact-records',
    logger: console,
  });
  const report = createReport(logger, metrics, () => 1_709_631_202_000);
  for (const result of results) {
    report(records, { done: [], drift: [], ...result }, 1_709_631_201_500);
    lines.push(JSON.stringify(metrics.serializeMetrics()));
    metrics.clearMetrics();
  }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const withMessage = (lines: Record<string, unknown>[], message: string) =>
  lines.filter((line) => line.message === message);
const metricsIn = (lines: Record<string, unknown>[]) => lines.filter((line) => '_aws' in line);

describe('a batch', () => {
  const result: Partial<BatchResult> = {
    done: [
      {
        outcomes: ['stored', 'superseded'],
        failedRecords: [],
        publications: ['published'],
        arrivalToStoredMs: 120,
      },
      { outcomes: ['stored'], failedRecords: [], notAbandoned: 'agent-connected', arrivalToStoredMs: 80 },
      { outcomes: ['redelivered'], failedRecords: [], notAbandoned: 'never-queued' },
      { outcomes: ['redelivered'], failedRecords: [], publications: ['already-published'] },
      { outcomes: ['superseded'], failedRecords: [], publications: ['too-old'] },
      {
        outcomes: ['quarantined'],
        failedRecords: [{ kind: 'quarantined', reason: 'not-json', eventId: 'e-1' }],
      },
      {
        outcomes: ['stored'],
        failedRecords: [{ kind: 'refused', reason: 'message-refused', eventId: 'e-2', contactId: 'c-2' }],
      },
      {
        outcomes: ['redelivered'],
        failedRecords: [{ kind: 'conflicting', reason: 'same-second-other-content', eventId: 'e-3' }],
      },
    ],
  };

  it('is one line: counts by outcome, duration and lag of its last record', () => {
    expect(withMessage(printedFor(result), 'batch processed')).toMatchObject([
      {
        level: 'INFO',
        records: 3,
        outcomes: { stored: 3, redelivered: 3, stale: 0, superseded: 2, ignored: 0, quarantined: 1 },
        conflicting: 1,
        refused: 1,
        published: 1,
        alreadyPublished: 1,
        tooOld: 1,
        durationMs: 500,
        iteratorLagMs: 750,
      },
    ]);
  });

  it('counts why contacts are not abandoned once, when a version is stored', () => {
    const [line] = withMessage(printedFor(result), 'batch processed');
    const none = Object.fromEntries(NOT_ABANDONED_REASONS.map((reason) => [reason, 0]));
    expect(line?.notAbandoned).toEqual({ ...none, 'agent-connected': 1 });
  });

  it('has a line for each failed record, with ids and reason', () => {
    const lines = withMessage(printedFor(result), 'failed record saved');
    expect(lines).toMatchObject([
      { level: 'WARN', kind: 'quarantined', reason: 'not-json', eventId: 'e-1' },
      { level: 'WARN', kind: 'refused', reason: 'message-refused', eventId: 'e-2', contactId: 'c-2' },
      { level: 'WARN', kind: 'conflicting', reason: 'same-second-other-content', eventId: 'e-3' },
    ]);
  });

  it('says of an internal error where it was made', () => {
    const internalError = { name: 'TypeError', frames: ['at decode (index.mjs:1:2)'] };
    const failedRecords = [
      { kind: 'refused' as const, reason: 'processing-error' as const, eventId: 'e', internalError },
    ];
    expect(
      withMessage(printedFor({ done: [{ outcomes: ['stored'], failedRecords }] }), 'failed record saved'),
    ).toMatchObject([{ reason: 'processing-error', internalError }]);
  });

  it('counts every outcome, the reasons, and the lag to being stored', () => {
    expect(metricsIn(printedFor(result))).toMatchObject([
      {
        service: 'contact-records',
        Stored: 3,
        Redelivered: 3,
        Superseded: 2,
        Quarantined: 1,
        Conflicting: 1,
        Refused: 1,
        Published: 1,
        TooOldToPublish: 1,
        'NotAbandoned.agent-connected': 1,
        ArrivalToStored: [120, 80],
      },
    ]);
  });

  it('has at most 50 samples of the lag, spread over all of it', () => {
    const done = Array.from({ length: 1_000 }, (_, i) => ({
      outcomes: [],
      failedRecords: [],
      arrivalToStoredMs: i,
    }));
    const [line] = metricsIn(printedFor({ done }));
    const samples = line?.ArrivalToStored as number[];
    expect(samples).toHaveLength(50);
    expect(samples.slice(0, 3)).toEqual([0, 20, 40]);
  });

  it('that ended early says why, in names, and where the retry begins', () => {
    const lines = printedFor({
      error: new RetryableError('SNS', 'ThrottlingException', 400),
      retryFrom: '2',
    });
    expect(withMessage(lines, 'batch ended early, the rest is retried')).toMatchObject([
      { level: 'ERROR', source: 'SNS', reason: 'ThrottlingException', httpStatus: 400 },
    ]);
    expect(withMessage(lines, 'batch processed')).toMatchObject([{ retryFrom: '2' }]);
    expect(metricsIn(lines)).toMatchObject([{ PartialBatchFailures: 1 }]);
  });
});

describe('drift', () => {
  it('is logged and counted once per path and kind, not per record', () => {
    const drift = [
      { path: 'New', kind: 'unknown-field' as const },
      { path: 'New', kind: 'unknown-field' as const },
      { path: 'Channel', kind: 'unknown-value' as const },
    ];
    const lines = printedFor({ drift }, { drift });
    expect(withMessage(lines, 'contact record deviates from the model')).toMatchObject([
      { path: 'New', kind: 'unknown-field' },
      { path: 'Channel', kind: 'unknown-value' },
    ]);
    expect(metricsIn(lines).map((line) => line.Drift)).toEqual([2, undefined]);
  });

  it('of nonsense without end fills no memory and no log', () => {
    const drift = Array.from({ length: 5_000 }, (_, i) => ({
      path: `f${i}`,
      kind: 'unknown-field' as const,
    }));
    expect(withMessage(printedFor({ drift }), 'contact record deviates from the model')).toHaveLength(1_000);
  });
});
