/**
 * Starts the event source mapping that the template declares, between the emulated stream and the local function.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListShardsCommand } from '@aws-sdk/client-kinesis';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { readFailureBucket, readMappingSettings } from '../event-source-mapping/mapping-settings';
import {
  type RestartableMapping,
  startRestartableMapping,
} from '../event-source-mapping/restartable-mapping';
import { createShardReader } from '../event-source-mapping/shard-reader';
import type { GivenUp, Invocation, MappingPorts, MappingSettings } from '../event-source-mapping/types';
import type { Clients } from './emulator-clients';
import { type Resource, type ResourceValues, resolve } from './template';
import { limitTime } from '../../cli/shared/time-limit';

const PUT_LIMIT_MS = 30_000;

export interface StartMappingOptions {
  mapping: Resource;
  functionResource: Resource;
  created: ReadonlyMap<string, ResourceValues>;
  clients: Clients;
  streamName: string;
  invoke: MappingPorts['invoke'];
  /** Settings that replace those of the template. */
  settings: Partial<MappingSettings>;
  onInvocation?: ((invocation: Invocation) => void) | undefined;
  onGivenUp?: ((givenUp: GivenUp) => void) | undefined;
}

export async function startMapping(options: StartMappingOptions): Promise<RestartableMapping> {
  const { mapping, functionResource, created, clients, streamName } = options;
  const { Shards = [] } = await clients.kinesis.send(new ListShardsCommand({ StreamName: streamName }));
  const failureBucket = readFailureBucket(mapping, created);
  return startRestartableMapping({
    id: randomUUID(),
    functionArn: created.get(functionResource.logicalId)?.attributes.Arn ?? '',
    shardIds: Shards.map(({ ShardId = '' }) => ShardId),
    origin: {
      streamArn: resolve(mapping.properties.EventSourceArn, created) as string,
      roleArn: resolve(functionResource.properties.Role, created) as string,
    },
    settings: { ...readMappingSettings(mapping), ...options.settings },
    createPorts: () => ({
      readRecords: createShardReader(clients.kinesis, streamName),
      invoke: options.invoke,
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
      putFailureObject: failureBucket ? createPutFailureObject(clients.s3, failureBucket) : undefined,
      now: () => Date.now(),
      random: () => Math.random(),
    }),
    onInvocation: options.onInvocation,
    onGivenUp: options.onGivenUp,
  });
}

/** Creates a function that writes failure objects to a bucket and rejects if S3 takes too long. */
function createPutFailureObject(s3: S3Client, bucket: string): NonNullable<MappingPorts['putFailureObject']> {
  return ({ key, body }) =>
    s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }),
      limitTime(PUT_LIMIT_MS),
    );
}
