package ai.fileprocessing.local;

import java.util.Set;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;

/** Creates the template's buckets. */
final class Buckets {
  private static final Set<String> EMULATED = Set.of("BucketName");
  private static final Set<String> WITHOUT_EFFECT_HERE =
      Set.of(
          "BucketEncryption",
          "PublicAccessBlockConfiguration",
          "OwnershipControls",
          "LifecycleConfiguration",
          "CorsConfiguration",
          "Tags");

  private Buckets() {}

  static void create(Template template, S3Client s3) {
    Set<String> existing =
        Set.copyOf(s3.listBuckets().buckets().stream().map(Bucket::name).toList());
    for (Template.Resource bucket : template.resources("AWS::S3::Bucket")) {
      bucket.requireOnly(EMULATED, WITHOUT_EFFECT_HERE);
      String name = bucket.text("BucketName");
      if (!existing.contains(name)) {
        s3.createBucket(request -> request.bucket(name));
      }
    }
  }
}
