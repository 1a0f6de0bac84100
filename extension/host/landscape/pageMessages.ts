import type { Call } from '../../contract/dashboard';
import type { LandscapeHost } from '../../contract/landscapePage';
import { isCall, isSavedFile, isText, isViewState, nothing } from '../dashboard/pageMessages';

const methods = {
  ready: nothing,
  measure: nothing,
  stop: isText,
  resume: isText,
  saveFile: isSavedFile,
  exportCsv: nothing,
  openDashboard: isText,
  viewState: isViewState,
} satisfies Record<keyof LandscapeHost, (argument: unknown) => boolean>;

/** The call a landscape page has sent; undefined when it is not one. */
export function readLandscapeCall(message: unknown): Call<LandscapeHost> | undefined {
  return isCall(message, methods) ? (message as Call<LandscapeHost>) : undefined;
}
