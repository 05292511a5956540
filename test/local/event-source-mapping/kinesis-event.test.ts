import { getArrivalMs, createKinesisEventRecord } from '../../../local/event-source-mapping/kinesis-event';

it("rows 23, 24, 25, 28: a record of an event has exactly Lambda's fields, in Lambda's order", () => {
  const record = createKinesisEventRecord(
    {
      sequenceNumber: '49545115243490985018280067714973144582180062593244200961',
      partitionKey: '1',
      data: new TextEncoder().encode('hello'),
      arrival: new Date(1545084650987),
    },
    'shardId-000000000006',
    {
      streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
      roleArn: 'arn:aws:iam::000000000000:role/r',
    },
  );

  expect(JSON.stringify(record)).toBe(
    '{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1",' +
      '"sequenceNumber":"49545115243490985018280067714973144582180062593244200961",' +
      '"data":"aGVsbG8=","approximateArrivalTimestamp":1545084650.987},' +
      '"eventSource":"aws:kinesis","eventVersion":"1.0",' +
      '"eventID":"shardId-000000000006:49545115243490985018280067714973144582180062593244200961",' +
      '"eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::000000000000:role/r",' +
      '"awsRegion":"us-east-1","eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}',
  );
});

it('row 27: the time of arrival is in seconds, with milliseconds as a fraction, and survives the way back', () => {
  const arrival = new Date('2026-11-24T10:20:30.987Z');
  const record = createKinesisEventRecord(
    { sequenceNumber: '1', partitionKey: 'k', data: new Uint8Array(), arrival },
    'shardId-000000000000',
    { streamArn: 's', roleArn: 'r' },
  );

  expect(record.kinesis.approximateArrivalTimestamp).toBe(1_795_515_630.987);
  expect(getArrivalMs(record)).toBe(arrival.getTime());
});

it('row 26: data are the bytes in standard base64, even if they are not text', () => {
  const { kinesis } = createKinesisEventRecord(
    {
      sequenceNumber: '1',
      partitionKey: 'k',
      data: new Uint8Array([0xfb, 0xff, 0xfe, 0]),
      arrival: new Date(0),
    },
    'shardId-000000000000',
    { streamArn: 's', roleArn: 'r' },
  );

  expect(kinesis.data).toBe('+//+AA==');
});
