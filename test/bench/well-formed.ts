/** Whether a text is one XML element with everything in it closed and escaped: the part of XML that the plots use. */
export function isWellFormed(text: string): boolean {
  const open: string[] = [];
  let roots = 0;
  const isMarkup =
    /<(\/?)([a-z]+)((?: [a-zA-Z][\w-]*="(?:[^"<&]|&(?:amp|lt|gt|quot);)*")*) ?(\/?)>|((?:[^<&]|&(?:amp|lt|gt);)+)/y;
  while (isMarkup.lastIndex < text.length) {
    const found = isMarkup.exec(text);
    if (!found) return false;
    const [, closing, name = '', , empty, characters] = found;
    if (characters !== undefined) {
      if (open.length === 0 && characters.trim() !== '') return false;
    } else if (closing) {
      if (open.pop() !== name) return false;
    } else {
      if (open.length === 0) roots++;
      if (!empty) open.push(name);
    }
  }
  return open.length === 0 && roots === 1;
}
