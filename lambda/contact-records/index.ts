/**
 * The entry of the function: reads the environment, makes the clients, and hands functions to functions. The way of a
 * record begins in `process-batch.ts`.
 */
import { setTimeout } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { awsCalls } from './aws/clients';
import { deadlineOf } from './batch/deadline';
import { readEnvironment } from './environment';
import { notNow } from './aws/errors';
import { LOG, METRIC_NAMESPACE } from './contract';
import { processBatch } from './batch/process-batch';
import { reportTo } from './telemetry/report';
import { stepsOver } from './steps/ports';

const environment = readEnvironment(process.env);
const now = () => Date.now();
const serviceName = environment.pipeline;
const logger = new Logger({ serviceName });
const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName });
const report = reportTo(logger, metrics, now);

const steps = stepsOver(environment, awsCalls(), now, setTimeout);

/** Processes a batch and answers with the first record that isn't done, if there is one. */
async function contactRecords(
  event: KinesisStreamEvent,
  context: Context,
): Promise<KinesisStreamBatchResponse> {
  const startedAt = now();
  const result = await processBatch(
    event.Records,
    steps,
    deadlineOf(() => context.getRemainingTimeInMillis()),
  );
  try {
    report(event.Records, result, startedAt);
  } catch (error) {
    // A mistake in the report must not decide whether a record is done.
    logger.error(LOG.reportFailed, { what: notNow(error, 'function').what });
  }
  return {
    batchItemFailures: result.retryFrom === undefined ? [] : [{ itemIdentifier: result.retryFrom }],
  };
}

export const handler = middy(contactRecords)
  // `logEvent: false` also overrules the environment variable that would log whole events.
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(logMetrics(metrics));
