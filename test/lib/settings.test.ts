import { settingsFromContext } from '../../lib/settings';

const settings = (context: Record<string, unknown>) => settingsFromContext((name) => context[name]);

describe('settings from the CDK context', () => {
  it('are empty where nothing is set: the stack knows its defaults', () => {
    expect(settings({})).toEqual({});
  });

  it('may be numbers, or strings as `-c` gives them', () => {
    expect(settings({ batchSize: 100, batchingWindowSeconds: '5' })).toEqual({
      batchSize: 100,
      batchingWindowSeconds: 5,
    });
  });

  it.each([0, 10_001, 1.5, '', 'many', null, true])(
    'stop the synthesis if they are wrong: batchSize %p',
    (batchSize) => {
      expect(() => settings({ batchSize })).toThrow(
        /"batchSize" must be a whole number from 1 to 10000, not /,
      );
    },
  );

  it('name everything that is wrong at once', () => {
    expect(() => settings({ batchSize: 0, batchingWindowSeconds: 301 })).toThrow(
      'Wrong settings in the CDK context: "batchSize" must be a whole number from 1 to 10000, not 0; ' +
        '"batchingWindowSeconds" must be a whole number from 0 to 300, not 301.',
    );
  });
});
