/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Stylesheets are bundled beside the page's script. */
declare module '*.css';
