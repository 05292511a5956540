/**
 * The S3 client as one call. In a module of its own, because of a package that is imported when it is needed the bundler
 * takes everything, and of one that a module names parts of only these.
 */
import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { PutObject } from '../steps/quarantine';

export function createPutObject(config: S3ClientConfig): PutObject {
  const s3 = new S3Client(config);
  return (input, signal) => s3.send(new PutObjectCommand(input), { abortSignal: signal });
}
