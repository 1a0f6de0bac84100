/** The ending of every config file. */
export const configEnding = '.rat.json';

/**
 * A file name that is not taken: "mnist.rat.json", "mnist-2.rat.json" and so on.
 * @param wanted with or without its ending; a number that it ends in is counted on
 */
export async function numberedName(
  wanted: string,
  isTaken: (name: string) => Promise<boolean>,
): Promise<string> {
  const stem = wanted.endsWith(configEnding) ? wanted.slice(0, -configEnding.length) : wanted;
  if (!(await isTaken(stem + configEnding))) return stem + configEnding;
  const base = stem.replace(/-\d+$/, '');
  for (let number = 2; ; number++) {
    const name = `${base}-${number}${configEnding}`;
    if (!(await isTaken(name))) return name;
  }
}
