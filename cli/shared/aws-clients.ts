/** Creates AWS clients for the commands, with time limits, region and credentials. */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { UsageError } from './usage-error';

/** Limits for one attempt, in milliseconds. Without `throwOnRequestTimeout`, the SDK only warns. */
const REQUEST_LIMITS = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** Limits for one attempt of a small request. `SMALL_REQUEST_LIMIT_MS` leaves time for retries. */
export const SMALL_REQUEST_LIMITS = { ...REQUEST_LIMITS, requestTimeout: 5_000 };

/** Creates a client for buckets in any region. The local emulator has one address for all buckets. */
export const createS3Client = (): S3Client =>
  new S3Client({
    maxAttempts: 5,
    followRegionRedirects: true,
    requestHandler: REQUEST_LIMITS,
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
  });

/**
 * Creates a client for `createPacedSender`, which retries at its own rate. The SDK needs one retry of its own, to correct
 * for a wrong clock of this machine. The local emulator of Kinesis supports only HTTP/1.1.
 */
export const createKinesisClient = (): KinesisClient =>
  new KinesisClient({ maxAttempts: 2, requestHandler: new NodeHttpHandler(REQUEST_LIMITS) });

/**
 * Finds region and credentials as the AWS CLI does; resolves to the region.
 *
 * @throws UsageError if there is no region, or no credentials
 */
export async function requireRegionAndCredentials(): Promise<string> {
  // They are the same for all services.
  const { config } = new KinesisClient();
  const region = await config.region().catch(() => {
    throw new UsageError('No region is set: set AWS_REGION, for example to us-east-1.');
  });
  await config.credentials().catch(() => {
    const { AWS_PROFILE: profile } = process.env;
    const where = profile ? ` in the profile ${profile}` : '';
    throw new UsageError(`No credentials were found${where}: sign in, or set AWS_PROFILE.`);
  });
  return region;
}
