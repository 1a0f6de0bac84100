import type { EvaluationSetting } from './evaluation';

/** How attacks are written in the literature: `apgd-ce` as "APGD-CE", `autoattack` as "AutoAttack". */
export function attackTitle(name: string): string {
  const known: Readonly<Record<string, string>> = {
    autoattack: 'AutoAttack',
    'autoattack-plus': 'AutoAttack plus',
    square: 'Square',
  };
  return (Object.hasOwn(known, name) ? known[name] : undefined) ?? name.toUpperCase();
}

/** The entries of a list of attacks, by their titles. */
export function attackListTitle(list: string): string {
  return list.split(',').map(attackTitle).join(', ');
}

/** A radius as it is usually given: 0.2, or 8/255 where it is whole 255ths and no short decimal. */
export function radiusText(epsilon: number): string {
  const short = String(Number(epsilon.toPrecision(4)));
  const parts = epsilon * 255;
  const isWhole = Math.abs(parts - Math.round(parts)) < 1e-6;
  return isWhole && parts < 255 && short.length > 4 ? `${Math.round(parts)}/255` : short;
}

export function normTitle(norm: EvaluationSetting['norm']): string {
  return norm === 'linf' ? 'ℓ∞' : 'ℓ2';
}

/** "ℓ∞ 8/255" */
export function threatTitle({ norm, epsilon }: Pick<EvaluationSetting, 'norm' | 'epsilon'>): string {
  return `${normTitle(norm)} ${radiusText(epsilon)}`;
}

/** "best.safetensors, epoch 12" in few words: "best, epoch 12". */
export function checkpointTitle({
  file,
  epoch,
}: Pick<EvaluationSetting['checkpoint'], 'file' | 'epoch'>): string {
  const name =
    file
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/\.safetensors$/, '') ?? file;
  return epoch === undefined ? name : `${name}, epoch ${Number(epoch.toFixed(2))}`;
}
