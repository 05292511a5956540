/**
 * The deployed stack on one machine: emulators, resources, the bundled function and its event source mapping, all
 * made from the synthesized template, so that what runs here is what would be deployed.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListShardsCommand } from '@aws-sdk/client-kinesis';
import { readEnvironment } from '../../lambda/contact-records/environment';
import { ENVIRONMENT } from '../../lambda/contact-records/contract';
import { isLess } from '../event-source-mapping/checkpoints';
import { clientsFor, destroyClients, type Clients } from './emulator-clients';
import { startEmulators, type Emulators } from '../emulators/start-emulators';
import { startEventSourceMapping } from '../event-source-mapping/event-source-mapping';
import type { GivenUp, Invocation, SequenceNumbersByShard } from '../event-source-mapping/types';
import type { FunctionSettings } from './function-process';
import { withExistingStream } from './existing-stream';
import { localFunction, type LocalFunction } from './local-function';
import { readFailureBucket, readMappingSettings } from '../event-source-mapping/mapping-settings';
import { putFailureObjectTo } from '../event-source-mapping/put-failure-object';
import { putRecords, type Delivery } from './put-records';
import { createResources, subscribeQueue } from './resources';
import { createShardReader } from '../event-source-mapping/shard-reader';
import { synthesize, type SynthesizedStack } from './synthesize';
import {
  onlyResource,
  referencedResource,
  resolve,
  type Resource,
  type ResourceValues,
  type Template,
} from './template';

export type { Delivery, Emulators as Emulators, GivenUp, Invocation, SequenceNumbersByShard };

/** How long an invocation that is running may go on when everything is to stop. */
const STOP_LIMIT_MS = 3_000;

export interface LocalStackOptions {
  /** Records in a batch, at most. @default what the template's mapping says */
  batchSize?: number;
  /** Seconds after which the mapping gives a record up. @default what the template's mapping says */
  maximumRecordAgeSeconds?: number;
  /** Shards of the stream. @default what the template says; for an on-demand stream 4, as Kinesis gives to a new one */
  shards?: number;
  /** Is told each line that the function writes, before the end of its invocation is told. */
  onFunctionOutput?: (line: string) => void;
  /** Is told each invocation after it has ended. */
  onInvocation?: (invocation: Invocation) => void;
  /** Is told what the mapping has stopped retrying. */
  onGivenUp?: (givenUp: GivenUp) => void;
  /** Is told what is being started, for a person who waits. */
  onProgress?: (step: string) => void;
  /** Emulators that are running already, and go on running. @default emulators of its own */
  emulators?: Emulators;
  /** Where the function finds its services, by what the emulators' endpoints are. @default the emulators themselves */
  functionEndpoints?: (emulators: Emulators['endpoints']) => Promise<FunctionEndpoints>;
  /** Is told the name of a process of the function that has ended during an invocation. */
  onProcessEnd?: (name: string) => void;
  /** @default the CDK app is synthesized */
  synthesized?: SynthesizedStack;
  /** Begins the names of all resources. Needed for several stacks on the same emulators. @default 'local' */
  stackName?: string;
}

/** The services that the function calls. */
export type FunctionEndpoints = Pick<Emulators['endpoints'], 'dynamodb' | 'sns' | 's3'>;

export interface LocalStack {
  emulators: Emulators;
  clients: Clients;
  /** Physical names of what was created. `queueUrl` is a queue of ours, subscribed to the topic with raw delivery. */
  names: {
    stream: string;
    recordsTable: string;
    ledgerTable: string;
    topicArn: string;
    queueUrl: string;
    bucket: string;
  };
  /** The function's setting, if it has one. */
  notifyWithinHours: number | undefined;
  /** Puts the deliveries on the stream, in order; resolves when the stream has accepted the last one. */
  putRecords: (deliveries: Iterable<Delivery> | AsyncIterable<Delivery>) => Promise<SequenceNumbersByShard>;
  /** Resolves when the function is done with all that `putRecords` has put so far; rejects after the limit. */
  whenCaughtUp: (limitMilliseconds: number) => Promise<void>;
  /** The function's processes that are in an invocation, by name, and a way to kill one. */
  function: Pick<LocalFunction, 'busy' | 'kill'>;
  /**
   * Ends the event source mapping at once, and starts another from its last checkpoint. Invocations that are running go
   * on, and nobody waits for their answers, which can happen in AWS too.
   */
  restartMapping: () => Promise<void>;
  /** Ends the running invocations (within a limit), every child process and every server. Safe to call twice. */
  stop: () => Promise<void>;
}

/** Starts everything; rejects, with nothing left running, when a part of it does not come up. */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const undo: (() => unknown)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= runBackwards(undo));
  try {
    return { ...(await start(options, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: LocalStackOptions, undo: (() => unknown)[]): Promise<Omit<LocalStack, 'stop'>> {
  const progress = options.onProgress ?? (() => undefined);
  const { stackName = 'local', batchSize, maximumRecordAgeSeconds } = options;

  progress('starting the emulators and synthesizing the stack');
  const [emulators, { template: deployed, folder }] = await both(
    options.emulators ?? ownEmulators(undo),
    options.synthesized ?? synthesize(temporaryFolder(undo)),
  );
  const clients = clientsFor(emulators);
  undo.push(() => {
    destroyClients(clients);
  });

  progress('creating the resources');
  const template = withExistingStream(deployed);
  const mapping = onlyResource(template, 'AWS::Lambda::EventSourceMapping');
  const functionResource = referencedResource(template, mapping.properties.FunctionName);
  const created = await createResources(template, clients, emulators.dynamodbEmulator, {
    stackName,
    shards: options.shards,
  });
  const endpoints = (await options.functionEndpoints?.(emulators.endpoints)) ?? emulators.endpoints;
  const settings = functionSettings(functionResource, folder, created, endpoints);
  const names = await namesFor(template, mapping, settings.environment, created, (topicArn) =>
    subscribeQueue(clients, emulators, topicArn, `${stackName}-messages`),
  );

  progress('starting the function');
  const running = localFunction({
    ...settings,
    onOutput: options.onFunctionOutput,
    onProcessEnd: options.onProcessEnd,
  });
  undo.push(() => running.stop());
  const { Shards = [] } = await clients.kinesis.send(new ListShardsCommand({ StreamName: names.stream }));
  const shardIds = Shards.map(({ ShardId = '' }) => ShardId);
  const failureBucket = readFailureBucket(mapping, created);
  const mappingId = randomUUID();
  const startMapping = (startAfter?: SequenceNumbersByShard) => {
    const started = startEventSourceMapping({
      id: mappingId,
      functionArn: created.get(functionResource.logicalId)?.attributes.Arn ?? '',
      shardIds,
      origin: {
        streamArn: resolve(mapping.properties.EventSourceArn, created) as string,
        roleArn: resolve(functionResource.properties.Role, created) as string,
      },
      settings: {
        ...readMappingSettings(mapping),
        ...(batchSize !== undefined && { batchSize }),
        ...(maximumRecordAgeSeconds !== undefined && { maximumRecordAgeSeconds }),
      },
      startAfter,
      ports: {
        readRecords: createShardReader(clients.kinesis, names.stream),
        invoke: (event) => running.invoke(event),
        sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
        putFailureObject: failureBucket ? putFailureObjectTo(clients.s3, failureBucket) : undefined,
        now: () => Date.now(),
        random: () => Math.random(),
      },
      // What a mapping learns after its end moves no checkpoint.
      onInvocation: (invocation) =>
        options.onInvocation?.(started === eventSourceMapping ? invocation : { ...invocation, done: 0 }),
      onGivenUp: options.onGivenUp,
    });
    return started;
  };
  let eventSourceMapping = startMapping();
  undo.push(() => eventSourceMapping.stop(STOP_LIMIT_MS));

  const put: SequenceNumbersByShard = {};
  return {
    emulators,
    clients,
    names,
    notifyWithinHours: readEnvironment(settings.environment).notifyWithinHours,
    putRecords: async (deliveries) => {
      const last = await putRecords(clients.kinesis, names.stream, deliveries);
      for (const [shardId, sequenceNumber] of Object.entries(last)) {
        if (isLess(put[shardId], sequenceNumber)) put[shardId] = sequenceNumber;
      }
      return last;
    },
    whenCaughtUp: async (limitMilliseconds) => {
      const limit = performance.now() + limitMilliseconds;
      for (;;) {
        const waitedFor = eventSourceMapping;
        try {
          await waitedFor.caughtUp({ ...put }, Math.max(0, Math.ceil(limit - performance.now())));
          return;
        } catch (error) {
          if (waitedFor === eventSourceMapping) throw error;
        }
      }
    },
    function: running,
    restartMapping: async () => {
      const ended = eventSourceMapping;
      const checkpoints = shardIds.map((shardId) => [shardId, ended.checkpoint(shardId)] as const);
      eventSourceMapping = startMapping(
        Object.fromEntries(checkpoints.filter((pair): pair is [string, string] => pair[1] !== undefined)),
      );
      await ended.stop(0);
    },
  };
}

/** Waits for both even if one fails: what the other has started is known then, and can be stopped. */
async function both<A, B>(a: A | Promise<A>, b: B | Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

async function ownEmulators(undo: (() => unknown)[]): Promise<Emulators> {
  const emulators = await startEmulators();
  undo.push(() => emulators.stop());
  return emulators;
}

/** A folder that is removed when the stack stops, or when the process exits without stopping it. */
function temporaryFolder(undo: (() => unknown)[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'contact-record-pipeline-'));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  undo.push(() => {
    process.off('exit', remove);
    remove();
  });
  return folder;
}

function functionSettings(
  { logicalId, properties, metadata }: Resource,
  assets: string,
  created: ReadonlyMap<string, ResourceValues>,
  endpoints: FunctionEndpoints,
): FunctionSettings {
  const assetPath = metadata['aws:asset:path'];
  if (typeof assetPath !== 'string')
    throw new Error(`the template does not say where the code of ${logicalId} is`);
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: unknown };
  return {
    name: created.get(logicalId)?.ref ?? logicalId,
    folder: join(assets, assetPath),
    handler: properties.Handler as string,
    environment: {
      ...(resolve(Variables, created) as Record<string, string>),
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_SNS: endpoints.sns,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
    },
    // Lambda's defaults.
    timeoutSeconds: (properties.Timeout as number | undefined) ?? 3,
    memoryMegabytes: (properties.MemorySize as number | undefined) ?? 128,
  };
}

/** The names by their part in the job: what the function's environment says, and where the mapping reads. */
async function namesFor(
  template: Template,
  mapping: Resource,
  environment: Record<string, string>,
  created: ReadonlyMap<string, ResourceValues>,
  subscribe: (topicArn: string) => Promise<string>,
): Promise<LocalStack['names']> {
  const inEnvironment = (variable: string) => {
    const name = environment[variable];
    if (name === undefined) throw new Error(`the function's environment has no ${variable}`);
    return name;
  };
  const stream = referencedResource(template, mapping.properties.EventSourceArn);
  const topicArn = inEnvironment(ENVIRONMENT.abandonedContactsTopic);
  return {
    stream: created.get(stream.logicalId)?.ref ?? '',
    recordsTable: inEnvironment(ENVIRONMENT.recordsTable),
    ledgerTable: inEnvironment(ENVIRONMENT.ledgerTable),
    topicArn,
    queueUrl: await subscribe(topicArn),
    bucket: inEnvironment(ENVIRONMENT.failureBucket),
  };
}

async function runBackwards(steps: (() => unknown)[]): Promise<void> {
  for (const step of steps.reverse()) await step();
}
