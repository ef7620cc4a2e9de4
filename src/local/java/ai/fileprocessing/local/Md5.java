package ai.fileprocessing.local;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/** The digests by which SQS and its clients compare what was sent with what arrived. */
final class Md5 {
  private static final byte TEXT = 1;
  private static final byte BINARY = 2;

  private final MessageDigest digest;

  private Md5() {
    try {
      digest = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String of(String body) {
    Md5 md5 = new Md5();
    md5.digest.update(body.getBytes(StandardCharsets.UTF_8));
    return md5.hex();
  }

  /** SQS's developer guide, calculating the MD5 message digest for message attributes. */
  static String of(SortedMap<String, MessageAttribute> attributes) {
    Md5 md5 = new Md5();
    for (Map.Entry<String, MessageAttribute> attribute : attributes.entrySet()) {
      MessageAttribute value = attribute.getValue();
      md5.add(attribute.getKey().getBytes(StandardCharsets.UTF_8));
      md5.add(value.dataType().getBytes(StandardCharsets.UTF_8));
      md5.digest.update(value.isBinary() ? BINARY : TEXT);
      md5.add(value.value());
    }
    return md5.hex();
  }

  private void add(byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
