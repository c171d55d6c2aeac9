// Exercise "third step": the two lookups. Write a third Activity here: how one says hello in that place.
export { getIP, getLocationInfo } from '../../lookups.ts';
