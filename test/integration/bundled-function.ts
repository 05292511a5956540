/** Runs the bundled function with services of a test, which may hang or send half an answer. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import type { FunctionSettings, InvocationOutcome } from '../../local/stack/function-process';
import { createLocalFunction, type LocalFunction } from '../../local/stack/local-function';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { findOnlyResource } from '../../local/stack/template';
import { aDelivery } from '../factories';
import { aName, emulators, synthesized } from './emulators';
import { startListening } from '../../local/stack/http-forwarding';

export interface BundledFunction {
  readonly stack: LocalStack;
  /** Node's own, as the stack sets them. */
  readonly nodeOptions: string;
  /** Starts the function in its own process, with more environment variables and settings than the stack's. */
  start(environment: Record<string, string>, settings?: Partial<FunctionSettings>): LocalFunction;
  /** Processes batches of payloads, one after the other, in one process, with more environment variables. */
  process(batches: unknown[][], environment?: Record<string, string>): Promise<Processed>;
  /** A service that answers every request in the same way; resolves to its endpoint. */
  aService(listener: RequestListener): Promise<string>;
  stop(): Promise<void>;
}

export interface Processed {
  readonly outcomes: InvocationOutcome[];
  /** Everything that the function printed. */
  readonly lines: string[];
}

export async function bundledFunction(name: string): Promise<BundledFunction> {
  const { template, folder } = await synthesized();
  const stack = await startLocalStack({
    emulators,
    synthesized: { template, folder },
    stackName: aName(name),
    shards: 1,
  });
  const { metadata, properties } = findOnlyResource(template, 'AWS::Lambda::Function');
  const { Variables: deployed } = properties.Environment as { Variables: Record<string, string> };
  const { NODE_OPTIONS: nodeOptions = '' } = deployed;
  const servers: Server[] = [];

  const start: BundledFunction['start'] = (environment, settings = {}) =>
    createLocalFunction({
      name,
      folder: join(folder, metadata['aws:asset:path'] as string),
      handler: 'index.handler',
      environment: {
        RECORDS_TABLE_NAME: stack.names.recordsTable,
        LEDGER_TABLE_NAME: stack.names.ledgerTable,
        ABANDONED_CONTACTS_TOPIC_ARN: stack.names.topicArn,
        FAILURE_BUCKET_NAME: stack.names.bucket,
        PIPELINE_NAME: name,
        NODE_OPTIONS: nodeOptions,
        AWS_ENDPOINT_URL_DYNAMODB: emulators.endpoints.dynamodb,
        AWS_ENDPOINT_URL_SNS: emulators.endpoints.sns,
        AWS_ENDPOINT_URL_S3: emulators.endpoints.s3,
        ...environment,
      },
      timeoutSeconds: 60,
      memoryMegabytes: properties.MemorySize as number,
      ...settings,
    });

  return {
    stack,
    nodeOptions,
    start,

    process: async (batches, environment = {}) => {
      const lines: string[] = [];
      const running = start(environment, { onOutput: (line) => lines.push(line) });
      const outcomes: InvocationOutcome[] = [];
      for (const payloads of batches) {
        const Records = payloads.map((payload, i) => aDelivery(payload, i + 1));
        outcomes.push(await running.invoke({ Records }));
      }
      await running.stop();
      return { outcomes, lines };
    },

    aService: async (listener) => {
      const server = createServer(listener);
      servers.push(server);
      return startListening(server);
    },

    stop: async () => {
      await stack.stop();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
