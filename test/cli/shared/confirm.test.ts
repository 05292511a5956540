import { PassThrough } from 'node:stream';
import { askToProceed } from '../../../cli/shared/confirm';
import { never } from '../redrive/fake-services';

function ask(stopping = never) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  return { input, output, answer: askToProceed(stopping, input, output) };
}

it.each([
  ['y', true],
  ['YES ', true],
  ['', false],
  ['n', false],
  ['yesterday', false],
])('the answer %j', async (line, expected) => {
  const { input, output, answer } = ask();
  input.write(`${line}\n`);
  expect(await answer).toBe(expected);
  expect(String(output.read())).toBe('Continue? [y/N] ');
});

it('counts the end of the input as no', async () => {
  const { input, answer } = ask();
  input.end();
  expect(await answer).toBe(false);
});

it('counts Ctrl-C as no', async () => {
  const stopping = new AbortController();
  const { answer } = ask(stopping.signal);
  stopping.abort();
  expect(await answer).toBe(false);
});
