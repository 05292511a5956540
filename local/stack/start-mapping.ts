/** Starts the template's event source mapping between the emulated stream and the local function. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  type EventSourceMapping,
  startEventSourceMapping,
} from '../event-source-mapping/event-source-mapping';
import { readFailureBucket, readMappingSettings } from '../event-source-mapping/mapping-settings';
import { createShardReader, listShards } from '../event-source-mapping/shard-reader';
import type { EventSourceMappingOptions, MappingPorts, MappingSettings } from '../event-source-mapping/types';
import type { Clients } from './emulator-clients';
import { type Resource, type ResourceValues, resolve } from './template';
import { limitTime } from '../../cli/shared/time-limit';

const PUT_LIMIT_MS = 30_000;

export interface StartMappingOptions extends Pick<EventSourceMappingOptions, 'onInvocation' | 'onGivenUp'> {
  mapping: Resource;
  functionResource: Resource;
  created: ReadonlyMap<string, ResourceValues>;
  clients: Clients;
  streamName: string;
  invoke: MappingPorts['invoke'];
  /** Settings that replace those of the template. */
  settings: Partial<MappingSettings>;
}

export function startMapping(options: StartMappingOptions): EventSourceMapping {
  const { mapping, functionResource, created, clients, streamName, onInvocation, onGivenUp } = options;
  const Bucket = readFailureBucket(mapping, created);
  const putFailureObject: MappingPorts['putFailureObject'] = ({ key, body }) =>
    clients.s3.send(
      new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: 'application/json' }),
      limitTime(PUT_LIMIT_MS),
    );
  return startEventSourceMapping({
    id: randomUUID(),
    functionArn: created.get(functionResource.logicalId)?.attributes.Arn ?? '',
    origin: {
      streamArn: resolve(mapping.properties.EventSourceArn, created) as string,
      roleArn: resolve(functionResource.properties.Role, created) as string,
    },
    settings: { ...readMappingSettings(mapping), ...options.settings },
    ports: {
      listShards: () => listShards(clients.kinesis, streamName),
      readRecords: createShardReader(clients.kinesis, streamName),
      invoke: options.invoke,
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
      putFailureObject: Bucket === undefined ? undefined : putFailureObject,
      now: Date.now,
      random: Math.random,
    },
    onInvocation,
    onGivenUp,
  });
}
