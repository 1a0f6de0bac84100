import type { Config } from '../../contract/config';
import { mlp } from './mlp';
import type { Model } from './model';
import { preActResNet } from './preActResNet';
import { smallCnn } from './smallCnn';
import { wideResNet } from './wideResNet';

/** The network a config describes, for images of `inputShape` ([height, width, channels]) in `classes` classes. */
export function buildModel(
  config: Config['model'],
  inputShape: readonly [number, number, number],
  classes: number,
): Model {
  switch (config.family) {
    case 'small-cnn':
      return smallCnn(inputShape, classes, config);
    case 'mlp':
      return mlp(inputShape, classes, config);
    case 'wide-resnet':
      return wideResNet(inputShape, classes, config);
    case 'preact-resnet':
      return preActResNet(inputShape, classes, config);
  }
}
