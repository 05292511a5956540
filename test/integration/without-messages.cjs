// Preloaded by start.test.ts: a queue on which nothing ever arrives.
const { ReceiveMessageCommand, SQSClient } = require('@aws-sdk/client-sqs');

const { send } = SQSClient.prototype;
SQSClient.prototype.send = function (command, ...rest) {
  return command instanceof ReceiveMessageCommand ? Promise.resolve({}) : send.call(this, command, ...rest);
};
