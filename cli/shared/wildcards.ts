/** Creates a matcher of IAM's patterns: `*` matches any text, `?` any character. */
export function createMatcher(patterns: readonly string[], ignoreCase = false): (text: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const source = pattern
      .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
  });
  return (text) => expressions.some((expression) => expression.test(text));
}
