/**
 * A value that was checked where it entered, told apart from unchecked ones by the type checker alone.
 * Only the parser of a brand may make one.
 */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name }

declare const brand: unique symbol
