import type { LandscapeRun } from '../../extension/contract/landscapePage';
import { element } from '../shared/dom';

/** Why runs are not drawn with the others: a line a run. @param chart where, if there are several charts */
export function leftOut(
  left: readonly { readonly run: LandscapeRun; readonly why: string }[],
  chart = '',
): HTMLElement[] {
  const where = chart === '' ? 'here' : `under "${chart}"`;
  return left.map(({ run, why }) =>
    element(
      'p',
      { class: 'note left-out' },
      element('strong', {}, run.name),
      ` is not drawn ${where}: ${why}`,
    ),
  );
}
