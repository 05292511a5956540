/** The S3 client as one call, in a module of its own: of a package that is imported on demand the bundler takes everything. */
import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { PutObject } from '../steps/quarantine';

export function createPutObject(config: S3ClientConfig): PutObject {
  const s3 = new S3Client(config);
  return (input, signal) => s3.send(new PutObjectCommand(input), { abortSignal: signal });
}
