import { type LandscapeLoss, landscapeLosses } from '../../extension/contract/landscape';
import { fieldsOf } from '../shared/chart/boardView';
import { type Camera, firstCamera, moved } from './projection';
import type { ScaleKind } from './valueScale';

/** How the user looks at landscapes. */
export interface LandscapeView {
  /** Loss of the surfaces; undefined shows the first there is. */
  readonly loss: LandscapeLoss | undefined;
  readonly scale: ScaleKind;
  /** One scale for all surfaces, or one for each. */
  readonly colors: 'common' | 'own';
  readonly curveScale: ScaleKind;
  /** Files of the landscapes that others are compared with. */
  readonly curve: string | undefined;
  readonly surface: string | undefined;
  readonly camera: Camera;
}

/** What of a remembered view still makes sense; the rest is as at first. */
export function readLandscapeView(value: unknown): LandscapeView {
  const view = fieldsOf(value);
  const { loss, curve, surface } = view;
  const { azimuth, elevation, zoom } = fieldsOf(view['camera']);
  const isCamera = [azimuth, elevation, zoom].every(Number.isFinite);
  return {
    loss: landscapeLosses.find(name => name === loss),
    scale: view['scale'] === 'linear' ? 'linear' : 'logarithmic',
    colors: view['colors'] === 'own' ? 'own' : 'common',
    curveScale: view['curveScale'] === 'logarithmic' ? 'logarithmic' : 'linear',
    curve: typeof curve === 'string' ? curve : undefined,
    surface: typeof surface === 'string' ? surface : undefined,
    // Moving by nothing brings angles and zoom back into their bounds.
    camera: isCamera ? moved({ azimuth, elevation, zoom } as Camera, {}) : firstCamera,
  };
}
