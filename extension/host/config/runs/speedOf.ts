import type { Uri } from 'vscode';
import type { Config } from '../../../contract/config';
import type { Speed } from '../cost/estimate';

/** How fast this machine trains a config's network; undefined where nothing was measured. */
export type SpeedOf = (config: Config, file: Uri) => Promise<Speed | undefined>;
