import { join } from 'node:path';
import { startEngine, type Engine } from './emulator';

/** DynamoDB, played by `dynalite`: pure JavaScript, for a machine without Java. */
export function startDynalite(): Promise<Engine> {
  return startEngine((port) => ({
    name: 'dynalite',
    command: process.execPath,
    args: [join(__dirname, 'dynalite-server.mts'), String(port)],
  }));
}
