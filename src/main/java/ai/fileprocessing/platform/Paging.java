package ai.fileprocessing.platform;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a client says about paging, and what it is told: {@code limit}, and an opaque {@code cursor}
 * that comes back in a {@code Link} header (RFC 8288). A cursor is bound to its caller by a digest.
 * It is no secret: it only ever positions a caller within its own rows, and the digest turns a
 * mangled or foreign one into a clear answer.
 *
 * @param after the key after which the page starts
 */
public record Paging(int limit, Optional<String> after) {
  private static final int DEFAULT = 100;
  private static final int MOST = 1000;
  private static final int DIGEST = 16;

  /**
   * Reads the query parameters {@code limit} and {@code cursor}.
   *
   * @throws Problem 400 that names the parameter
   */
  public static Paging of(UriInfo uri, Caller caller) {
    return new Paging(
        parameter(uri, "limit").map(Paging::limitOf).orElse(DEFAULT),
        parameter(uri, "cursor").map(text -> keyOf(text, caller.userId())));
  }

  /**
   * The answer for a page: the items as an array, and the link to the next page where there is one.
   */
  public static <T> Response answer(Page<T> page, UriInfo uri, Caller caller) {
    Response.ResponseBuilder answer = Response.ok(page.items());
    page.next().ifPresent(key -> answer.link(next(uri, cursorOf(key, caller.userId())), "next"));
    return answer.build();
  }

  /**
   * One query parameter, decoded.
   *
   * @throws Problem 400 that names it when it is badly encoded
   */
  public static Optional<String> parameter(UriInfo uri, String name) {
    try {
      return Optional.ofNullable(uri.getQueryParameters(false).getFirst(name))
          .map(raw -> URLDecoder.decode(raw, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw Problem.field(
          400, "PARAMETER_INVALID", name, name + " is not percent-encoded as a URL asks.");
    }
  }

  /** The same list from there on: what else the query holds is not ours to repeat. */
  private static URI next(UriInfo uri, String cursor) {
    UriBuilder next = uri.getAbsolutePathBuilder();
    for (String name : List.of("limit", "status", "group")) {
      parameter(uri, name)
          .ifPresent(value -> next.queryParam(name, "{" + name + "}").resolveTemplate(name, value));
    }
    return next.queryParam("cursor", cursor).build();
  }

  private static int limitOf(String text) {
    if (text.matches("[0-9]{1,4}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= MOST) {
      return Integer.parseInt(text);
    }
    throw Problem.field(
        400, "PARAMETER_INVALID", "limit", "limit is a whole number from 1 to " + MOST + ".");
  }

  static String cursorOf(String key, String userId) {
    String content = digest(key, userId) + key;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(content.getBytes(StandardCharsets.UTF_8));
  }

  private static String keyOf(String cursor, String userId) {
    try {
      String content = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      String key = content.substring(DIGEST);
      if (Ids.isOne(key) && digest(key, userId).equals(content.substring(0, DIGEST))) {
        return key;
      }
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      // Not one of ours: falls through to the same answer as a foreign one.
    }
    throw Problem.field(
        400,
        "PARAMETER_INVALID",
        "cursor",
        "cursor is not one that you were given. Start again without it.");
  }

  private static String digest(String key, String userId) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256")
              .digest((userId + "\n" + key).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha, 0, DIGEST / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
