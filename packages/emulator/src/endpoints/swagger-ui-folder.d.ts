declare module "#swagger-ui/folder.js" {
  /** A URL in the folder of Swagger UI's files. The build writes this module. */
  export const folder: string;
}
