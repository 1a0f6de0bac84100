import { nearest } from '../../contract/config/nearest';
import { apgdCe } from './apgdCe';
import { apgdDlr } from './apgdDlr';
import { apgdT } from './apgdT';
import type { Attack } from './attack';
import { cw } from './cw';
import { fabT } from './fabT';
import { fabUntargeted } from './fabUntargeted';
import { fgsm } from './fgsm';
import { mim } from './mim';
import { pgdAttack } from './pgdAttack';
import { square } from './square';

/** A name that stands for no attack. */
export class UnknownAttackError extends Error {
  override readonly name = 'UnknownAttackError';
}

/** One entry of a list of attacks: an attack, or AutoAttack's several. */
export interface NamedAttacks {
  readonly name: string;
  readonly attacks: readonly Attack[];
}

type Suite = (classes: number) => readonly Attack[];

/** Source: Croce and Hein, ICML 2020; the versions of fra31/auto-attack. */
const suites: Readonly<Record<string, Suite>> = {
  autoattack: classes => [apgdCe(), apgdT(classes), fabT(classes), square()],
  'autoattack-plus': classes => [
    apgdCe({ restarts: 5 }),
    apgdDlr(classes, { restarts: 5 }),
    fabUntargeted(classes, { restarts: 5 }),
    square(),
    apgdT(classes),
    fabT(classes),
  ],
  'apgd-ce': () => [apgdCe()],
  'apgd-dlr': classes => [apgdDlr(classes)],
  'apgd-t': classes => [apgdT(classes)],
  fab: classes => [fabUntargeted(classes)],
  'fab-t': classes => [fabT(classes)],
  square: () => [square()],
  fgsm: () => [fgsm()],
};

const iterated = { pgd: pgdAttack, cw, mim } as const;

/** As help and messages list them. */
export const attackNames = [
  'autoattack',
  'autoattack-plus',
  ...Object.keys(suites).filter(name => !name.startsWith('autoattack')),
  ...Object.keys(iterated).map(name => `${name}-STEPS`),
];

/**
 * The attacks of a list such as `fgsm,pgd-20,autoattack`.
 * @param stepSize of the iterated attacks (pgd, cw, mim), in pixel values; each one's usual step where it is absent
 * @throws UnknownAttackError naming the entry and the nearest name
 */
export function attacksOf(list: string, classes: number, stepSize?: number): NamedAttacks[] {
  const names = list.split(',').map(name => name.trim());
  const repeated = names.find((name, place) => names.indexOf(name) !== place);
  if (repeated !== undefined) {
    throw new UnknownAttackError(`the attack "${repeated}" is listed twice. List it once.`);
  }
  return names.map(name => ({ name, attacks: attacksNamed(name, classes, stepSize) }));
}

function attacksNamed(name: string, classes: number, stepSize: number | undefined): readonly Attack[] {
  const suite = Object.hasOwn(suites, name) ? suites[name] : undefined;
  if (suite) return suite(classes);
  const match = /^(pgd|cw|mim)-([1-9]\d{0,4})$/.exec(name);
  if (match) {
    const make = iterated[match[1] as keyof typeof iterated];
    return [make({ steps: Number(match[2]), ...(stepSize === undefined ? {} : { stepSize }) })];
  }
  const candidates = attackNames.map(candidate => candidate.replace('STEPS', '20'));
  const guess = nearest(name, candidates);
  throw new UnknownAttackError(
    `"${name}" is no attack.${guess === undefined ? '' : ` Did you mean ${guess}?`} ` +
      `There are ${attackNames.join(', ')}; several are separated by commas.`,
  );
}
