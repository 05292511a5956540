/** Entry: reads the environment, creates clients and ports. Processing starts in `batch/process-batch.ts`. */
import { setTimeout } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { createAwsCalls } from './aws/clients';
import { createDeadline } from './batch/deadline';
import { readEnvironment } from './environment';
import { toRetryableError } from './aws/errors';
import { LOG, METRIC_NAMESPACE } from './contract';
import { processBatch } from './batch/process-batch';
import { createReport } from './telemetry/report';
import { createPorts } from './steps/ports';

const environment = readEnvironment(process.env);
const now = () => Date.now();
const serviceName = environment.pipeline;
const logger = new Logger({ serviceName });
const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName });
const report = createReport(logger, metrics, now);
const ports = createPorts(environment, createAwsCalls(now), now, setTimeout);

/** Processes a batch. Answers with the first record that is not done, if any. */
async function contactRecords(
  event: KinesisStreamEvent,
  context: Context,
): Promise<KinesisStreamBatchResponse> {
  const startedAt = now();
  const deadline = createDeadline(() => context.getRemainingTimeInMillis());
  const result = await processBatch(event.Records, ports, deadline);
  try {
    report(event.Records, result, startedAt);
  } catch (error) {
    // An internal error in the report must not decide whether a record is done.
    logger.error(LOG.reportFailed, { reason: toRetryableError(error, 'function').reason });
  }
  return {
    batchItemFailures: result.retryFrom === undefined ? [] : [{ itemIdentifier: result.retryFrom }],
  };
}

export const handler = middy(contactRecords)
  // `logEvent: false` also overrules the environment variable that would log whole events.
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(logMetrics(metrics));
