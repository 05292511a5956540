/**
 * Runs the deployed stack on one machine, from the synthesized template: emulators, resources, the bundled function and
 * its event source mapping.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { limitTime } from '../../cli/shared/time-limit';
import { readEnvironment } from '../../lambda/contact-records/environment';
import { type AuthorizingProxyOptions, startAuthorizingProxy } from '../authorizer/authorizing-proxy';
import type { AuthorizedService } from '../authorizer/service-requests';
import { readStackPolicies } from '../authorizer/stack-policies';
import { type EmulatorOptions, type Emulators, startEmulators } from '../emulators/start-emulators';
import { isLess, type SequenceNumbersByShard } from '../event-source-mapping/checkpoints';
import { startEventSourceMapping } from '../event-source-mapping/event-source-mapping';
import { readFailureBucket, readMappingSettings } from '../event-source-mapping/mapping-settings';
import { createShardReader, listShards } from '../event-source-mapping/shard-reader';
import type { EventSourceMappingOptions, MappingPorts } from '../event-source-mapping/types';
import type { Random } from '../generator/random';
import { ACCOUNT, type Clients, createClients, destroyClients, EXECUTION_ROLE_KEY } from './emulator-clients';
import {
  createLocalFunction,
  type FunctionEndpoints,
  type LocalFunction,
  type LocalFunctionSettings,
  readFunctionSettings,
} from './local-function';
import { type Delivery, putRecords } from './put-records';
import { type Reshard, reshard } from './reshard';
import { createResources, subscribeQueue } from './resources';
import { type SynthesizedStack, synthesizeIfChanged } from './synthesize';
import {
  addExistingStream,
  findOnlyResource,
  findReferencedResource,
  type ResourceValues,
  resolve,
} from './template';

/** How long a running invocation may continue after a stop. */
const STOP_LIMIT_MS = 3_000;
const PUT_LIMIT_MS = 30_000;

export interface LocalStackOptions
  extends
    Pick<AuthorizingProxyOptions<AuthorizedService>, 'onRequest' | 'onDenied' | 'onAnswer'>,
    Pick<EventSourceMappingOptions, 'onInvocation' | 'onGivenUp'>,
    Pick<LocalFunctionSettings, 'onProcessEnd'> {
  /** Maximum number of records in a batch. @default what the template's mapping says */
  batchSize?: number;
  /** Seconds after which the mapping gives a record up. @default what the template's mapping says */
  maximumRecordAgeSeconds?: number;
  /** Shards of the stream. @default what the template says; for an on-demand stream 4, as in Kinesis */
  shards?: number;
  /** Called with each line that the function writes, before `onInvocation` for its invocation. */
  onFunctionOutput?: (line: string) => void;
  /** Called with each step of the start, for the user. */
  onProgress?: (step: string) => void;
  /** Running emulators, which are not stopped with the stack. @default emulators of its own */
  emulators?: Emulators;
  /** Ports for the stack's own emulators, if they are free. @default any */
  ports?: EmulatorOptions['ports'];
  /** Returns the endpoints for the function, given those of the authorizer. @default the authorizer itself */
  functionEndpoints?: (emulators: Emulators['endpoints']) => Promise<FunctionEndpoints>;
  /** @default the CDK app is synthesized */
  synthesized?: SynthesizedStack;
  /** Prefix of all resource names. Needed for several stacks on the same emulators. @default 'local' */
  stackName?: string;
}

export interface LocalStack {
  emulators: Emulators;
  clients: Clients;
  /** Physical names of the resources. `queueUrl` is a queue that is subscribed to the topic with raw delivery. */
  names: {
    stream: string;
    recordsTable: string;
    ledgerTable: string;
    topicArn: string;
    queueUrl: string;
    bucket: string;
  };
  /** The values of the template's references, by logical id. */
  created: ReadonlyMap<string, ResourceValues>;
  /** The function's setting, if it has one. */
  notifyWithinHours: number | undefined;
  /** Puts the deliveries on the stream, in order; resolves when the stream has accepted the last one. */
  putRecords: (deliveries: Iterable<Delivery> | AsyncIterable<Delivery>) => Promise<void>;
  /** Resolves when the function is done with all records of `putRecords` so far; rejects after the limit. */
  whenCaughtUp: (limitMilliseconds: number) => Promise<void>;
  /** The names of the function's processes that are in an invocation, and a way to kill one. */
  function: Pick<LocalFunction, 'busy' | 'kill'>;
  /** Restarts the event source mapping from its last checkpoint, as can happen in AWS. */
  restartMapping: () => void;
  /** Starts no further invocation; resolves when the running ones have ended, within a limit. */
  stopMapping: () => Promise<void>;
  /** Splits or merges shards once, at random. */
  reshard: (random: Random) => Promise<Reshard>;
  /** Ends the running invocations (within a limit), every child process and every server. Safe to call twice. */
  stop: () => Promise<void>;
}

/** Steps that undo the start, the last one first. */
type UndoSteps = (() => unknown)[];

/** Starts the stack; if a part fails, stops the others and rejects. */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const undo: UndoSteps = [];
  const undoAll = async () => {
    for (const step of undo.reverse()) await step();
  };
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= undoAll());
  try {
    return { ...(await startParts(options, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(options: LocalStackOptions, undo: UndoSteps): Promise<Omit<LocalStack, 'stop'>> {
  const { stackName = 'local', batchSize, maximumRecordAgeSeconds } = options;

  options.onProgress?.('starting the emulators and synthesizing the stack');
  const [emulators, { template: deployed, folder }] = await waitForBoth(
    options.emulators ?? startOwnEmulators(options, undo),
    options.synthesized ?? synthesizeIfChanged(),
  );
  const clients = createClients(emulators);
  undo.push(() => {
    destroyClients(clients);
  });

  options.onProgress?.('creating the resources');
  const template = addExistingStream(deployed);
  const mapping = findOnlyResource(template, 'AWS::Lambda::EventSourceMapping');
  const stream = findReferencedResource(template, mapping.properties.EventSourceArn);
  const functionResource = findReferencedResource(template, mapping.properties.FunctionName);
  const created = await createResources(template, clients, emulators.dynamodbEmulator, {
    stackName,
    shards: options.shards,
  });
  const roleArn = resolve(functionResource.properties.Role, created) as string;
  const authorizer = await startAuthorizingProxy({
    targets: emulators.endpoints,
    policies: readStackPolicies(template, created),
    callers: { [EXECUTION_ROLE_KEY]: { kind: 'role', arn: roleArn, account: ACCOUNT } },
    onRequest: options.onRequest,
    onDenied: options.onDenied,
    onAnswer: options.onAnswer,
  });
  undo.push(authorizer.stop);
  const endpoints = (await options.functionEndpoints?.(authorizer.endpoints)) ?? authorizer.endpoints;
  const settings = readFunctionSettings(functionResource, folder, created, endpoints);
  const {
    recordsTable,
    ledgerTable,
    abandonedContactsTopic: topicArn,
    failureBucket: bucket,
    notifyWithinHours,
  } = readEnvironment(settings.environment);
  const names = {
    stream: created.get(stream.logicalId)?.ref ?? '',
    recordsTable,
    ledgerTable,
    topicArn,
    queueUrl: await subscribeQueue(clients, emulators, topicArn, `${stackName}-messages`),
    bucket,
  };

  options.onProgress?.('starting the function; the policies of the template decide on each of its requests');
  const localFunction = createLocalFunction({
    ...settings,
    onOutput: options.onFunctionOutput,
    onProcessEnd: options.onProcessEnd,
  });
  undo.push(() => localFunction.stop());
  // The event source mapping acts with the function's role.
  const roleClients = createClients(authorizer, EXECUTION_ROLE_KEY);
  const streamArn = resolve(mapping.properties.EventSourceArn, created) as string;
  addStreamArn(roleClients.kinesis, streamArn);
  undo.push(() => {
    destroyClients(roleClients);
  });
  const eventSourceMapping = startEventSourceMapping({
    id: randomUUID(),
    functionArn: created.get(functionResource.logicalId)?.attributes.Arn ?? '',
    origin: { streamArn, roleArn },
    settings: {
      ...readMappingSettings(mapping),
      ...(batchSize !== undefined && { batchSize }),
      ...(maximumRecordAgeSeconds !== undefined && { maximumRecordAgeSeconds }),
    },
    ports: {
      ...createMappingPorts(roleClients, names.stream, readFailureBucket(mapping, created)),
      invoke: (event) => localFunction.invoke(event),
    },
    onInvocation: options.onInvocation,
    onGivenUp: options.onGivenUp,
  });
  const stopMapping = () => eventSourceMapping.stop(STOP_LIMIT_MS);
  undo.push(stopMapping);

  const lastPut: SequenceNumbersByShard = {};
  return {
    ...{ emulators, clients, names, created, notifyWithinHours, function: localFunction },
    putRecords: async (deliveries) => {
      const last = await putRecords(clients.kinesis, names.stream, deliveries);
      for (const [shardId, sequenceNumber] of Object.entries(last)) {
        if (isLess(lastPut[shardId], sequenceNumber)) lastPut[shardId] = sequenceNumber;
      }
    },
    whenCaughtUp: (limitMilliseconds) => eventSourceMapping.caughtUp({ ...lastPut }, limitMilliseconds),
    restartMapping: eventSourceMapping.restart,
    stopMapping,
    reshard: (random) => reshard(clients.kinesis, names.stream, random),
  };
}

/** Connects the event source mapping to the emulators. */
const createMappingPorts = (
  { kinesis, s3 }: Clients,
  streamName: string,
  Bucket: string | undefined,
): Omit<MappingPorts, 'invoke'> => ({
  listShards: () => listShards(kinesis, streamName),
  readRecords: createShardReader(kinesis, streamName),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
  putFailureObject:
    Bucket === undefined
      ? undefined
      : ({ key, body }) =>
          s3.send(
            new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: 'application/json' }),
            limitTime(PUT_LIMIT_MS),
          ),
  now: Date.now,
  random: Math.random,
});

/** Adds the stream's ARN to requests with only an opaque iterator or token, which the authorizer cannot read. */
function addStreamArn({ middlewareStack }: Clients['kinesis'], StreamARN: string): void {
  middlewareStack.add(
    (next) => (args) =>
      next('StreamName' in args.input ? args : { ...args, input: { ...args.input, StreamARN } }),
    { step: 'initialize' },
  );
}

/** Waits for both even if one fails, so that the other one can be stopped. */
async function waitForBoth<A, B>(a: A | Promise<A>, b: B | Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

async function startOwnEmulators({ ports }: LocalStackOptions, undo: UndoSteps): Promise<Emulators> {
  const emulators = await startEmulators({ ports });
  undo.push(() => emulators.stop());
  return emulators;
}
