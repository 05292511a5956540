// Preloaded by privacy.test.ts: a mistake in our own code, whose error quotes the record in what looks like its stack.
const { byteLength } = Buffer;
Buffer.byteLength = (text, ...rest) => {
  if (text !== 'CANARY-mistake') return byteLength(text, ...rest);
  throw new TypeError(`no length of ${text}\n    at ${text} (index.mjs:1:1)\n    at ${text}`);
};
