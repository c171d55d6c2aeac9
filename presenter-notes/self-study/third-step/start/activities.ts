// Exercise "third step": the two lookups. Add a third Activity here, which asks the service at process.env.WORD_SERVICE.
export { getIP, getLocationInfo } from '../../lookups.ts';
