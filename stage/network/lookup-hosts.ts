// The two lookup services, which activities.ts names in full.

/** The host that each Activity asks. */
export const HOSTS = { getIP: 'icanhazip.com', getLocationInfo: 'ip-api.com' } as const;
