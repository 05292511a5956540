import { startEmulator } from '../../../local/emulators/emulator';

const program = (code: string) => (port: number) => ({
  name: 'the test emulator',
  command: process.execPath,
  args: ['-e', code, String(port)],
});

describe('an emulator', () => {
  it('is ready when it gives any answer, and ends when it is stopped', async () => {
    const emulator = await startEmulator(
      program(`
        setTimeout(() => {
          require('node:http')
            .createServer((_, response) => { response.statusCode = 404; response.end('no'); })
            .listen(Number(process.argv[1]), '127.0.0.1');
        }, 200);
      `),
    );

    expect((await fetch(emulator.endpoint)).status).toBe(404);

    await emulator.stop();
    await expect(fetch(emulator.endpoint)).rejects.toThrow();
  });

  it('rejects with the last output when the emulator ends before it answers', async () => {
    const starting = startEmulator(program(`console.error('the disk is full'); process.exit(3);`));

    await expect(starting).rejects.toThrow(/the test emulator ended with exit status 3[^]*the disk is full/);
  });
});
