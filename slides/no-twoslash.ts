// In place of TwoSlash's pop-ups: Slidev installs them also where twoslash is off, and they fail with an error in the console.
// biome-ignore lint/style/noDefaultExport: Slidev imports it so
export default { install() {} };
