package ai.fileprocessing.platform;

import com.github.f4b6a3.uuid.UuidCreator;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.regex.Pattern;

/**
 * Makes and recognises identifiers: UUID version 7 (RFC 9562), which sort by time and are safe in
 * URLs and keys.
 */
@ApplicationScoped
public class Ids {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  /** A new identifier, greater than every one that this process made before. */
  public String next() {
    return UuidCreator.getTimeOrderedEpochPlus1().toString();
  }

  /** Whether this could be one of ours; what could not be has no place in a key. */
  public static boolean isOne(String text) {
    return text != null && FORM.matcher(text).matches();
  }
}
