import type { FormHost } from '../../../contract/configForm';
import type { Call } from '../../../contract/dashboard';

export type FormCall = Call<FormHost>;

/** The argument that each method takes, by its fields; anything else a page might send is dropped. */
const methods: Readonly<Record<keyof FormHost, Readonly<Record<string, 'string' | 'number'>> | undefined>> = {
  ready: undefined,
  set: { edit: 'number', path: 'string', text: 'string' },
  setNull: { edit: 'number', path: 'string' },
  reset: { edit: 'number', path: 'string' },
  mend: { edit: 'number', path: 'string', mend: 'string' },
  useTemplate: undefined,
  start: undefined,
  openAsText: undefined,
};

/** The call that a form has sent; undefined when it is not one. */
export function readFormCall(message: unknown): FormCall | undefined {
  if (!isObject(message)) return undefined;
  const { method, argument } = message;
  if (typeof method !== 'string' || !Object.hasOwn(methods, method)) return undefined;
  const fields = methods[method as keyof FormHost];
  const fits =
    fields === undefined
      ? argument === undefined
      : isObject(argument) && Object.entries(fields).every(([name, type]) => typeof argument[name] === type);
  return fits ? (message as FormCall) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
