import { join } from 'node:path';
import { startEmulator, type Emulator } from './emulator';

/** Starts `fauxqs`, which emulates SNS, SQS and S3 at one address. */
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
