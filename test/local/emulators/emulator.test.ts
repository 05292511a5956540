import { startEngine } from '../../../local/emulators/emulator';

const program = (code: string) => (port: number) => ({
  name: 'the test engine',
  command: process.execPath,
  args: ['-e', code, String(port)],
});

describe('an engine', () => {
  it('is ready as soon as it answers, whatever the answer is, and gone once it is stopped', async () => {
    const engine = await startEngine(
      program(`
        setTimeout(() => {
          require('node:http')
            .createServer((_, response) => { response.statusCode = 404; response.end('no'); })
            .listen(Number(process.argv[1]), '127.0.0.1');
        }, 200);
      `),
    );

    expect((await fetch(engine.endpoint)).status).toBe(404);

    await engine.stop();
    await expect(fetch(engine.endpoint)).rejects.toThrow();
  });

  it('that does not come up is reported with what it said last, not with a mere timeout', async () => {
    const starting = startEngine(program(`console.error('the disk is full'); process.exit(3);`));

    await expect(starting).rejects.toThrow(/the test engine ended with exit status 3[^]*the disk is full/);
  });
});
