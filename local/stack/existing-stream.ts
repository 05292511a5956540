import { onlyResource, type Template } from './template';

const EXISTING_STREAM = 'ExistingStream';

/**
 * A template whose mapping reads a stream that exists in AWS already gets one of that name: here it doesn't exist, and it
 * has to be played as well. Any other template stays as it is.
 */
export function withExistingStream(template: Template): Template {
  const mapping = onlyResource(template, 'AWS::Lambda::EventSourceMapping');
  const { EventSourceArn } = mapping.properties;
  if (typeof EventSourceArn !== 'string') return template;
  const stream = {
    logicalId: EXISTING_STREAM,
    type: 'AWS::Kinesis::Stream',
    properties: { Name: EventSourceArn.split('/').at(-1) },
    metadata: {},
  };
  const reading = { ...mapping.properties, EventSourceArn: { 'Fn::GetAtt': [EXISTING_STREAM, 'Arn'] } };
  return new Map([
    ...template,
    [EXISTING_STREAM, stream],
    [mapping.logicalId, { ...mapping, properties: reading }],
  ]);
}
