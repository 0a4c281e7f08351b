/** Stands in for a module that Yeoman can use and that Dewar's generators never do. */
function unavailable(): never {
  throw new Error('This part of Yeoman is left out of the bundle of generator-dewar.');
}

export default unavailable;
export {
  unavailable as execa,
  unavailable as execaCommand,
  unavailable as execaCommandSync,
  unavailable as execaSync,
  unavailable as glob,
  unavailable as globSync,
  unavailable as isBinaryFileSync,
  unavailable as isDynamicPattern,
  unavailable as minimatch,
  unavailable as simpleGit,
  unavailable as vinylFileSync,
};
export const CheckRepoActions = {};
export const CleanOptions = {};
