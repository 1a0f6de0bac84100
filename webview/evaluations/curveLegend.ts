import { element } from '../shared/dom';
import { readTheme } from '../shared/theme';
import { curveColor } from './charts';
import type { RobustnessCurve } from './curveData';

/** Which curve is which. */
export function curveLegend(curves: readonly RobustnessCurve[]): HTMLElement[] {
  const theme = readTheme();
  return curves.map(({ label }, i) => {
    const swatch = element('span', { class: 'swatch' });
    swatch.style.setProperty('--color', curveColor(i, theme));
    return element('span', { class: 'legend-entry fixed' }, swatch, label);
  });
}
