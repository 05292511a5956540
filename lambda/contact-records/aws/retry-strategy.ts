/**
 * Retries as the SDK's standard mode does, but without its retry tokens. Here, the deadline limits the retries, and the
 * first call that fails at its last attempt ends the batch (docs/adr/0019).
 */
import { setTimeout } from 'node:timers/promises';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { callSignal } from './call-signal';

type RetryStrategy = Extract<DynamoDBClientConfig['retryStrategy'], { acquireInitialRetryToken: unknown }>;

/** A call has this many attempts, and its abort signal limits all of them. */
export const MAX_ATTEMPTS = 3;
/** Upper bounds in milliseconds for the pause before the second attempt. It doubles for the third. */
const PAUSES_MS: Readonly<Record<string, number>> = { TRANSIENT: 50, THROTTLING: 500 };

export function createRetryStrategy(): RetryStrategy {
  return {
    acquireInitialRetryToken: () => Promise.resolve(createToken(0)),
    refreshRetryTokenForRetry: async (token, { errorType }) => {
      const retries = token.getRetryCount() + 1;
      const maxPauseMs = PAUSES_MS[errorType];
      // The SDK then throws the error of the attempt.
      if (maxPauseMs === undefined || retries >= MAX_ATTEMPTS) throw new Error('no retry');
      const signal = callSignal.getStore();
      await setTimeout(Math.random() * maxPauseMs * 2 ** (retries - 1), undefined, signal && { signal });
      return createToken(retries);
    },
    recordSuccess: () => undefined,
  };
}

const createToken = (retries: number) => ({ getRetryCount: () => retries, getRetryDelay: () => 0 });
