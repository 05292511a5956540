import { join } from 'node:path';
import { startEmulator, type Emulator } from './emulator';

/** Starts `dynalite`, which emulates DynamoDB in pure JavaScript, for a machine without Java. */
export function startDynalite(): Promise<Emulator> {
  return startEmulator((port) => ({
    name: 'dynalite',
    command: process.execPath,
    args: [join(__dirname, 'dynalite-server.mts'), String(port)],
  }));
}
