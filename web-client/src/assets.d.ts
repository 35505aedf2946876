/** Fluent files are bundled as their text. */
declare module "*.ftl" {
  const text: string;
  export default text;
}
