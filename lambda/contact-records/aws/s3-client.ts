/**
 * Creates the call to S3. `clients.ts` imports this module on demand. It does not import the SDK's package on demand,
 * because the bundler would then include the whole package.
 */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { PutObject } from '../steps/quarantine';
import { MAX_IDLE_MS } from './connection-pool';
import { createRetryStrategy, MAX_ATTEMPTS } from './retry-strategy';

/**
 * Limits for one attempt, in milliseconds. Without `throwOnRequestTimeout` the SDK only warns; without a connection
 * timeout it waits without limit.
 */
const LIMITS = { connectionTimeout: 3_000, requestTimeout: 3_000, throwOnRequestTimeout: true };
const AGENT = { maxSockets: Infinity };

/**
 * Creates the call. S3 stays on Node's HTTP client, because undici does not know `Expect: 100-continue`. All
 * connections are closed when no object was put for some seconds (docs/adr/0019).
 */
export function createPutObject(now: () => number): PutObject {
  let s3: S3Client | undefined;
  let inFlight = 0;
  let lastUsedMs = 0;
  return async (input, signal) => {
    const idleMs = now() - lastUsedMs;
    if (inFlight === 0 && (idleMs > MAX_IDLE_MS || idleMs < 0)) {
      s3?.destroy();
      s3 = undefined;
    }
    s3 ??= new S3Client({
      maxAttempts: MAX_ATTEMPTS,
      retryStrategy: createRetryStrategy(),
      // Requests in flight are bounded (MAX_IN_FLIGHT), so none waits for a socket.
      requestHandler: { ...LIMITS, httpsAgent: AGENT, httpAgent: AGENT },
    });
    inFlight++;
    try {
      return await s3.send(new PutObjectCommand(input), { abortSignal: signal });
    } finally {
      inFlight--;
      lastUsedMs = now();
    }
  };
}
