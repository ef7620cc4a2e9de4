package ai.fileprocessing.faults;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name AWS has for what a request asks. */
final class Operation {
  private static final Pattern MODEL = Pattern.compile("/model/.+/(converse|converse-stream)");

  /** The scope of a signature, in a header or, escaped, in a presigned URL. */
  private static final Pattern S3_SCOPE = Pattern.compile("(/|%2F)s3(/|%2F)aws4_request");

  private Operation() {}

  static String of(HttpHead head) {
    String target = head.header("X-Amz-Target");
    if (!target.isEmpty()) {
      return target.substring(target.lastIndexOf('.') + 1);
    }
    String[] parts = head.target().split("\\?", 2);
    Matcher model = MODEL.matcher(parts[0]);
    if (model.matches()) {
      return model.group(1).equals("converse") ? "Converse" : "ConverseStream";
    }
    if (isS3(head.header("Authorization"), head.target())) {
      return s3(head, parts[0], parts.length > 1 ? "&" + parts[1] : "");
    }
    return head.method() + " " + parts[0];
  }

  /** Whether a request was signed for S3, in its header or in a presigned URL. */
  static boolean isS3(String authorization, String target) {
    return S3_SCOPE.matcher(authorization + target).find();
  }

  private static String s3(HttpHead head, String path, String query) {
    boolean bucket = path.indexOf('/', 1) < 0 || path.indexOf('/', 1) == path.length() - 1;
    if (path.equals("/")) {
      return "ListBuckets";
    }
    if (bucket) {
      return switch (head.method()) {
        case "GET" -> query.contains("&list-type=2") ? "ListObjectsV2" : "ListObjects";
        case "POST" -> "DeleteObjects";
        default -> verb(head.method()).replace("Put", "Create") + "Bucket";
      };
    }
    boolean part = query.contains("&uploadId=");
    return switch (head.method()) {
      case "POST" -> part ? "CompleteMultipartUpload" : "CreateMultipartUpload";
      case "PUT" ->
          part
              ? "UploadPart"
              : head.header("x-amz-copy-source").isEmpty() ? "PutObject" : "CopyObject";
      case "DELETE" -> part ? "AbortMultipartUpload" : "DeleteObject";
      default -> verb(head.method()) + "Object";
    };
  }

  /** GET becomes Get. */
  private static String verb(String method) {
    return method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
  }
}
