export { mongoStores, type MongoStores, type MongoStoresOptions } from './mongo-stores';
