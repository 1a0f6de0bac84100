import { Type } from 'typebox';
import { type Fraction, fractionPattern, positiveFractionPattern } from '../fraction';

/** What a reader of the config needs to know about one field. A field without a default is required. */
interface Documentation<Value> {
  /** One or two sentences. */
  readonly meaning: string;
  readonly unit?: string;
  readonly default?: Value;
  /** What a null default stands for. */
  readonly rule?: string;
  /** Paper, official code or library the default comes from; "ours" where it is this project's choice. */
  readonly source: string;
  /** Values to offer for a field without a default. */
  readonly examples?: readonly Value[];
}

interface Bounds {
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

/** Annotations of a field: its default and its description (meaning, unit, default, source). */
function annotations<Value>(documentation: Documentation<Value>) {
  const { meaning, unit, rule, source, examples } = documentation;
  const shownDefault = rule ?? JSON.stringify(documentation.default);
  const description = [
    meaning,
    ...(unit === undefined ? [] : [`Unit: ${unit}.`]),
    'default' in documentation ? `Default: ${shownDefault}.` : 'Required.',
    `Source: ${source}.`,
  ].join(' ');
  return {
    description,
    ...('default' in documentation ? { default: documentation.default } : {}),
    ...(examples === undefined ? {} : { examples }),
  };
}

function split<Value>(field: Documentation<Value> & Bounds) {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, ...documentation } = field;
  const bounds = Object.fromEntries(
    Object.entries({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }).filter(
      ([, limit]) => limit !== undefined,
    ),
  );
  return { ...bounds, ...annotations(documentation) };
}

export function integer(field: Documentation<number> & Bounds) {
  return Type.Unsafe<number>({ type: 'integer', ...split(field) });
}

export function nullableInteger(field: Documentation<number | null> & Bounds) {
  return Type.Unsafe<number | null>({ type: ['integer', 'null'], ...split(field) });
}

export function number(field: Documentation<number> & Bounds) {
  return Type.Unsafe<number>({ type: 'number', ...split(field) });
}

export function nullableNumber(field: Documentation<number | null> & Bounds) {
  return Type.Unsafe<number | null>({ type: ['number', 'null'], ...split(field) });
}

/**
 * A number or "8/255", greater than 0. Type lists and not `anyOf`: each JSON Schema keyword then judges only the type
 * it is about, and a wrong value has one error, not one for each branch.
 */
export function positiveFraction(field: Documentation<Fraction>) {
  return Type.Unsafe<Fraction>({
    type: ['number', 'string'],
    exclusiveMinimum: 0,
    pattern: positiveFractionPattern,
    patternErrorMessage: 'a fraction such as "8/255"',
    ...annotations(field),
  });
}

export function nullablePositiveFraction(field: Documentation<Fraction | null>) {
  return Type.Unsafe<Fraction | null>({
    type: ['number', 'string', 'null'],
    exclusiveMinimum: 0,
    pattern: positiveFractionPattern,
    patternErrorMessage: 'a fraction such as "8/255"',
    ...annotations(field),
  });
}

export function nullableFraction(field: Documentation<Fraction | null>) {
  return Type.Unsafe<Fraction | null>({
    type: ['number', 'string', 'null'],
    minimum: 0,
    pattern: fractionPattern,
    patternErrorMessage: 'a fraction such as "8/255"',
    ...annotations(field),
  });
}

export function flag(field: Documentation<boolean>) {
  return Type.Unsafe<boolean>({ type: 'boolean', ...annotations(field) });
}

/** Text of a pattern; `patternErrorMessage` says in words what matches it. */
export function text(
  field: Documentation<string> & { readonly pattern: string; readonly patternErrorMessage: string },
) {
  const { pattern, patternErrorMessage, ...documentation } = field;
  return Type.Unsafe<string>({
    type: 'string',
    pattern,
    patternErrorMessage,
    ...annotations(documentation),
  });
}

export function nullableText(field: Documentation<string | null>) {
  return Type.Unsafe<string | null>({ type: ['string', 'null'], minLength: 1, ...annotations(field) });
}

/** One of the names in `meanings`, each with what it stands for. */
export function choice<const Meanings extends Readonly<Record<string, string>>>(
  meanings: Meanings,
  field: Documentation<keyof Meanings & string>,
) {
  return Type.Unsafe<keyof Meanings & string>({
    type: 'string',
    enum: Object.keys(meanings),
    enumDescriptions: Object.values(meanings),
    ...annotations(field),
  });
}

export function nullableChoice<const Meanings extends Readonly<Record<string, string>>>(
  meanings: Meanings,
  field: Documentation<(keyof Meanings & string) | null>,
) {
  return Type.Unsafe<(keyof Meanings & string) | null>({
    type: ['string', 'null'],
    enum: [...Object.keys(meanings), null],
    enumDescriptions: [...Object.values(meanings), 'The rule under Default decides.'],
    ...annotations(field),
  });
}

/** A list of integers from 1, `length` of them where it is given. */
export function integerList<const Length extends 2 | undefined>(
  field: Documentation<readonly number[]> & { readonly length?: Length },
) {
  const { length, ...documentation } = field;
  return Type.Unsafe<Length extends 2 ? readonly [number, number] : readonly number[]>({
    type: 'array',
    items: { type: 'integer', minimum: 1 },
    ...(length === undefined ? {} : { minItems: length, maxItems: length }),
    ...annotations(documentation),
  });
}
