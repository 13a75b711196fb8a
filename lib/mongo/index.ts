export { IndexError } from './index-error';
export { mongoStores, type MongoStores, type MongoStoresOptions } from './mongo-stores';
export { mongoShelves, type MongoShelves } from './shelves';
export type { Shelf, UserEntry } from './shelf';
