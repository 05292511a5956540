/** Creates AWS clients for the commands: limits of a request, region and credentials. */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { UsageError } from './usage-error';

/** For one attempt, milliseconds. Without `throwOnRequestTimeout` the SDK only warns. */
const REQUEST_LIMITS = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** For one attempt of a request that is small and answered soon: `SMALL_REQUEST_LIMIT_MS` leaves time for others. */
export const SMALL_REQUEST_LIMITS = { ...REQUEST_LIMITS, requestTimeout: 5_000 };

/** For many objects, in whatever region their bucket is. `npm start -- --keep` has one address for all buckets. */
export const createS3Client = (): S3Client =>
  new S3Client({
    maxAttempts: 5,
    followRegionRedirects: true,
    requestHandler: REQUEST_LIMITS,
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
  });

/**
 * For `createPacedSender`, which tries again by itself, at its rate; the SDK has to try again once: from the first answer
 * it learns how wrong this machine's clock is. The local emulator of the stream speaks HTTP/1.1 only.
 */
export const createKinesisClient = (): KinesisClient =>
  new KinesisClient({ maxAttempts: 2, requestHandler: new NodeHttpHandler(REQUEST_LIMITS) });

/** Finds region and credentials as the AWS CLI does; resolves to the region, throws `UsageError` if there are none. */
export async function requireRegionAndCredentials({
  config,
}: {
  config: { region: () => Promise<string>; credentials: () => Promise<unknown> };
}): Promise<string> {
  const region = await config.region().catch(() => {
    throw new UsageError('No region: set AWS_REGION, to one such as us-east-1.');
  });
  await config.credentials().catch(() => {
    const { AWS_PROFILE: profile } = process.env;
    const where = profile ? ` in the profile ${profile}` : '';
    throw new UsageError(`No credentials${where}: sign in, or set AWS_PROFILE.`);
  });
  return region;
}
