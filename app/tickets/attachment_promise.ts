/** An attachment is spoken of: cs, sk, pl, el, en (M011). Word beginnings, so that endings do not matter. */
const SPOKEN_OF = /(?<!\p{L})(v\s+p[řr][íi]lo[zh]e|p[řr]ikl[áa]d[áa]m|v\s+pr[íi]lohe|prikladám|(posílám|zasílám|posielam|zasielam)\s+(\p{L}+\s+)?v\s+pr|w\s+za[łl][ąa]czniku|w\s+za[łl][ąa]czeniu|za[łl][ąa]czam|επισυνάπτω|επισυνάπτουμε|συνημμέν|επισυναπτ|attached|attachment|enclosed|i\s+attach|we\s+attach)/iu

/** Whether these words promise a file. Quoted lines are somebody else's words. */
export function promisesAttachment(text: string): boolean {
  const own = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('>'))
    .join('\n')
  return SPOKEN_OF.test(own.normalize('NFC'))
}
