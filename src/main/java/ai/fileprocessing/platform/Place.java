package ai.fileprocessing.platform;

/** Something in AWS that a configuration key names, and that must be there. */
public sealed interface Place {
  /** The configuration key that names it. */
  String key();

  /** A bucket of S3. */
  record Bucket(String key, String name) implements Place {}

  /**
   * A table of DynamoDB.
   *
   * @param partition the attribute of its partition key
   * @param sort the attribute of its sort key
   */
  record Table(String key, String name, String partition, String sort) implements Place {}

  /** A queue of SQS. */
  record Queue(String key, String url) implements Place {}
}
