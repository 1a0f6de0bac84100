import { element } from '../shared/dom';
import { absent } from '../shared/format';
import { colorOf } from '../shared/palette';
import type { Theme } from '../shared/theme';
import type { Contestant } from './comparison';
import { configDifferences } from './configDifferences';

/** The config fields in which the runs differ: a row a field, a column a run; what is unlike the baseline stands out. */
export function configTable(
  contestants: readonly Contestant[],
  baseline: Contestant | undefined,
  theme: Theme,
): HTMLElement {
  const differences = configDifferences(contestants.map(({ setup }) => setup.config));
  if (differences.length === 0) {
    return element('p', { class: 'muted' }, 'The runs were configured alike, down to the seed.');
  }
  const baselineColumn = baseline ? contestants.indexOf(baseline) : -1;
  return element(
    'div',
    { class: 'table-scroll', attributes: { tabindex: 0, role: 'group', 'aria-label': 'Config differences' } },
    element(
      'table',
      { class: 'grid' },
      element('caption', { class: 'screen-reader' }, 'Config fields that differ between the runs'),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { attributes: { scope: 'col' } }, 'Field'),
          ...contestants.map(({ label, hue }, column) => {
            const swatch = element('span', { class: 'swatch' });
            swatch.style.setProperty('--color', colorOf(hue, theme));
            return element(
              'th',
              { attributes: { scope: 'col' } },
              element(
                'div',
                { class: 'run-cell' },
                element('span', { class: 'run-name' }, swatch, label),
                column === baselineColumn ? element('span', { class: 'note' }, 'baseline') : undefined,
              ),
            );
          }),
        ),
      ),
      element(
        'tbody',
        {},
        ...differences.map(({ path, values }) =>
          element(
            'tr',
            {},
            element('th', { class: 'field', attributes: { scope: 'row' } }, path),
            ...values.map(value =>
              element(
                'td',
                { class: value === values[baselineColumn] ? 'value' : 'value differs' },
                value ?? absent,
              ),
            ),
          ),
        ),
      ),
    ),
  );
}
