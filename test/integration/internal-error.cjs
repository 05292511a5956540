// Preloaded by privacy.test.ts: causes an internal error that quotes the record in what looks like its stack.
const { byteLength } = Buffer;
Buffer.byteLength = (text, ...rest) => {
  if (text !== 'CANARY-internal-error') return byteLength(text, ...rest);
  throw new TypeError(`no length of ${text}\n    at ${text} (index.mjs:1:1)\n    at ${text}`);
};
