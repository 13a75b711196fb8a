export { introspection } from './introspection';
export type { Fetch as IntrospectionFetch, IntrospectionOptions } from './options';
