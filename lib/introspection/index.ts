export { introspection } from './introspection';
export type { Fetch as IntrospectionFetch } from './ask';
export type { IntrospectionOptions } from './options';
