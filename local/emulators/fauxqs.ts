import { join } from 'node:path';
import { startEngine, type Engine } from './emulator';

/** SNS, SQS and S3, played by `fauxqs`: all three behind one address. */
export function startFauxqs(): Promise<Engine> {
  return startEngine((port) => ({
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
