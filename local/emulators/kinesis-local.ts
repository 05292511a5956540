import { dirname, join } from 'node:path';
import { startEmulator, type Emulator } from './emulator';

/** Starts `kinesis-local`, which emulates Kinesis. It supports HTTP/1.1 only; the SDK's client must be set to it. */
export function startKinesis(): Promise<Emulator> {
  const folder = dirname(require.resolve('kinesis-local/package.json'));
  return startEmulator((port) => ({
    name: 'kinesis-local',
    command: process.execPath,
    args: ['--import', join(__dirname, 'listen-on-loopback.mts'), join(folder, 'main.js')],
    env: {
      KINESIS_MOCK_PLAIN_PORT: String(port),
      // Its second server, with TLS, cannot be turned off; it may use any port.
      KINESIS_MOCK_TLS_PORT: '0',
      KINESIS_MOCK_CERT_PATH: join(folder, 'server.json'),
      CREATE_STREAM_DURATION: '10ms',
      SHARD_LIMIT: '1000',
      ON_DEMAND_STREAM_COUNT_LIMIT: '1000',
      LOG_LEVEL: 'ERROR',
    },
  }));
}
