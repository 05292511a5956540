import { join } from 'node:path';
import { startEmulator, type Emulator } from './emulator';

/** SNS, SQS and S3, played by `fauxqs`: all three behind one address. */
export function startFauxqs(): Promise<Emulator> {
  return startEmulator((port) => ({
    name: 'fauxqs',
    command: process.execPath,
    args: [
      '--import',
      join(__dirname, 'listen-on-loopback.mts'),
      join(__dirname, 'fauxqs-server.mts'),
      String(port),
    ],
  }));
}
